"""The probabilities and levels that the compiled year looks up, as flat tables.

Chances are uint32 thresholds: an event happens when a random word is below the threshold. Tables are flat with one
unsigned key, because two-dimensional look-ups stop the compiler from vectorising.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.parameters.load import Parameters
from microsim.population.flows import Flows
from microsim.population.people import (
    AGE_SEX_KEYS,
    EMPLOYEE,
    ENTRY_AGE,
    LAST_AGE,
    QUALIFICATIONS,
    SELF_EMPLOYED,
    WORK_STATUSES,
)
from microsim.population.source import Population

DESTINATIONS = 65_536  # entries in the table from which a mover's new area is drawn
LAST_STATUS_AGE = 90  # the published tables end in "90 and over"
PAY_POINTS = 64


class Tables(NamedTuple):
    """What dynamics looks up. Keys: `age_sex` = age x 2 + sex; year index 0 is the population's first year."""

    first_year: int
    death: np.ndarray  # uint32 [years, age_sex]
    emigration: np.ndarray  # uint32 [years, age_sex]
    move_rate: np.ndarray  # float32 [areas], chance of a move in a year at average age
    move_relative: np.ndarray  # float32 [age_sex]
    destination: np.ndarray  # uint16 [DESTINATIONS], area index, in proportion to moves into each area
    work: np.ndarray  # uint32 [4 thresholds x keys], key = (age_sex x 7 + qualification) x 5 + status
    qualification: np.ndarray  # uint32 [6 thresholds x keys], key = age_sex x 7 + qualification
    last_learning_age: int
    pay: np.ndarray  # float32 [age_sex x 64], pounds a year in the pay table's year
    area_pay: np.ndarray  # float32 [areas], relative to England
    status_pay: np.ndarray  # float32 [statuses], pay relative to an employee of the same age, sex and rank
    public: np.ndarray  # uint32 [areas], an employee whose `public_rank` is below works in the public sector
    pay_index: np.ndarray  # float32 [years], average earnings relative to the pay table's year
    persistence: np.float32  # from one year to the next of the lasting part of earning power
    innovation: np.float32  # standard deviation of the yearly shock to it
    persistent_weight: np.float32
    transitory_weight: np.float32


def thresholds(chance: np.ndarray) -> np.ndarray:
    """Chances as uint32 thresholds: P(word < threshold) is the chance, to 2**-32; a chance of 1 is 2**-32 short."""
    scaled = np.clip(np.rint(np.asarray(chance, np.float64) * 2.0**32), 0.0, 2.0**32 - 1.0)
    return scaled.astype(np.uint32)


def _by_age_sex(values: np.ndarray, first_age: int) -> np.ndarray:
    """Spread [..., ages, 2, ...] values over flat age_sex keys [AGE_SEX_KEYS, ...]; later ages repeat the last."""
    ages = np.clip(np.arange(AGE_SEX_KEYS // 2) - first_age, 0, values.shape[0] - 1)
    return values[ages].reshape(AGE_SEX_KEYS, *values.shape[2:])


def _cumulative(flows: np.ndarray) -> np.ndarray:
    """Thresholds [states - 1, keys] of a flow table [keys..., to]: the next state is how many the word reaches."""
    inner = np.cumsum(flows, axis=-1)[..., :-1].reshape(-1, flows.shape[-1] - 1)
    return np.ascontiguousarray(thresholds(np.minimum(inner, 1.0)).T).reshape(-1)


def _destinations(share: np.ndarray) -> np.ndarray:
    """Area indices in proportion to `share`, by largest remainders over DESTINATIONS entries."""
    edges = np.rint(np.cumsum(share / share.sum()) * DESTINATIONS).astype(np.int64)
    return np.searchsorted(edges, np.arange(DESTINATIONS), side="right").astype(np.uint16)


def dynamics_tables(population: Population, parameters: Parameters, flows: Flows, years: Sequence[int]) -> Tables:
    """Build the tables for `years`, which start at the population's first year."""
    by_year = (len(years), AGE_SEX_KEYS)
    death = np.ones((len(years), AGE_SEX_KEYS // 2, 2))
    death[:, : LAST_AGE + 1] = flows.death[: len(years)]
    emigration = np.zeros_like(death)
    emigration[:, : LAST_AGE + 1] = flows.emigration[: len(years)]
    share = population.persistent_share
    status_pay = np.zeros(len(WORK_STATUSES), np.float32)
    status_pay[EMPLOYEE], status_pay[SELF_EMPLOYED] = 1.0, population.self_employed_pay_factor
    pay_index = parameters.index("average_earnings_growth", years, population.pay_year)
    assert population.work_flow.shape[1:] == (2, len(QUALIFICATIONS), len(WORK_STATUSES), len(WORK_STATUSES))
    return Tables(
        first_year=int(years[0]),
        death=thresholds(death).reshape(by_year),
        emigration=thresholds(emigration).reshape(by_year),
        move_rate=population.move_out_rate.astype(np.float32),
        move_relative=_by_age_sex(population.move_age_relative, ENTRY_AGE).astype(np.float32),
        destination=_destinations(population.move_in_share),
        work=_cumulative(_by_age_sex(population.work_flow, ENTRY_AGE)),
        qualification=_cumulative(_by_age_sex(population.qualification_flow, ENTRY_AGE)),
        last_learning_age=ENTRY_AGE + len(population.qualification_flow) - 1,
        pay=np.ascontiguousarray(_by_age_sex(population.pay_quantiles, ENTRY_AGE), np.float32).reshape(-1),
        area_pay=population.area_pay_relative.astype(np.float32),
        status_pay=status_pay,
        public=thresholds(population.public_share[population.area_region]),
        pay_index=pay_index.astype(np.float32),
        persistence=np.float32(population.persistence),
        innovation=np.float32(np.sqrt(1.0 - population.persistence**2)),
        persistent_weight=np.float32(np.sqrt(share)),
        transitory_weight=np.float32(np.sqrt(1.0 - share)),
    )
