"""Joint distributions that no published margin fixes: how a population takes them, and how else it could be built.

Tables are published one or two characteristics at a time. What is left open between them the population takes on
assumption, mostly that there is no more association than the margins ask for. Each field of `JointAssumptions` moves
one such association: 0 is how the population of this project is built, 1 and -1 are two other populations that meet the
same published margins. They go into a population file under `joint:`. `microsim synthesis` builds such populations and
costs a scenario on each: the size of what they move is synthesis error, which no sample size makes smaller.
"""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from microsim.population import columns as axes
from microsim.population.ipf import Floats

QUALIFICATION_SCORE = np.linspace(-1.0, 1.0, len(axes.QUALIFICATIONS))  # from no qualification to level 4 and above
WORK_SCORE = np.array([1.0, 1.0, -1.0, -1.0, -1.0])  # in work or not, of the work statuses
_CENTRING_ROUNDS = 100


def _tilt(description: str) -> float:
    """A field from -1 to 1, nothing by default."""
    tilt: float = Field(0.0, ge=-1, le=1, description=description)
    return tilt


class JointAssumptions(BaseModel):
    """How far each association is from how the project's population has it; see the descriptions for 1 and -1."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    work_by_qualification_and_age: float = _tilt(
        "what a qualification does for employment: alike at all ages (0); nothing at 16 and twice as much at 64 (1); "
        "the reverse (-1)"
    )
    work_by_qualification_and_deprivation: float = _tilt(
        "what a qualification does for employment: alike in all local authorities (0); twice as much in the most "
        "deprived one and nothing in the least (1); the reverse (-1)"
    )
    self_employment_by_qualification: float = _tilt(
        "self-employment among people in work: alike at all levels (0); its odds 7 times as high at level 4 as without "
        "a qualification (1); the reverse (-1)"
    )
    unemployment_by_qualification: float = _tilt(
        "looking for work among people out of work: alike at all levels (0); its odds 7 times as high at level 4 as "
        "without a qualification (1); the reverse (-1)"
    )
    learning_by_qualification_and_work: float = _tilt(
        "adult learning: qualification and work add up (0); the odds between the highest and the lowest level are 7 "
        "times as wide in work and as much narrower out of work (1); the reverse (-1)"
    )
    employer_payment_by_qualification: float = _tilt(
        "employers pay for the same share of learning employees at all levels (0); with odds 7 times as high at level "
        "4 as without a qualification (1); the reverse (-1)"
    )
    large_employers_by_training: float = _tilt(
        "large employers: as common in industries that train much as in others, given the published sizes (0); 2.7 "
        "times as common for each standard deviation of training spending (1); the reverse (-1)"
    )
    routes_after_16: float = _tilt(
        "routes at 17 and 18: groups of pupils (sex, free meals, English and maths) differ as they do at 16 (0); by "
        "the square of that (1); not at all (-1)"
    )
    apprentice_pay_by_level_and_age: float = _tilt(
        "apprentices' pay: level and age multiply (0); it rises with age some half as steeply at level 2 and half as "
        "steeply again at levels 6 and 7 (1); the reverse (-1)"
    )

    @property
    def as_built(self) -> bool:
        """Whether all are as in the project's population."""
        return not any(value for _, value in self)

    def work_exponent(self, deprivation_rank: np.ndarray) -> Floats:
        """Power of the relative chance of work of a qualification [area, age]; ranks count from the most deprived."""
        ages = np.array(axes.AGES)
        of_age = np.clip((ages - 40.0) / 24.0, -1.0, 1.0)
        place = np.argsort(np.argsort(deprivation_rank)) / max(len(deprivation_rank) - 1, 1)
        exponent: Floats = (
            1.0
            + self.work_by_qualification_and_age * of_age[None, :]
            + self.work_by_qualification_and_deprivation * (1.0 - 2.0 * place)[:, None]
        )
        return exponent


AS_BUILT = JointAssumptions()


def log_odds_by_level(tilt: float) -> Floats:
    """Log-odds by qualification [7], a multiple of `tilt`."""
    return tilt * QUALIFICATION_SCORE


def interaction(rows: Floats, columns: Floats, weight: Floats) -> Floats:
    """The product of two scores [rows, columns], less what leaves no weighted mean of any row or column."""
    found: Floats = np.outer(rows, columns)
    for _ in range(_CENTRING_ROUNDS):
        found = found - np.average(found, axis=1, weights=weight)[:, None]
        found = found - np.average(found, axis=0, weights=weight)
    return found
