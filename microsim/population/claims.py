"""Claims: published cases and awards of disability benefits, what childcare costs, and the ranks people start with.

Nothing here is fitted: chances follow in `dynamics.claims` from these cases and the disabled people of `health`, so
that England has the published cases at the reference date.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.kernels.jit import compile_driver
from microsim.kernels.random import FIRST_HOME, random_words
from microsim.population.columns import Band, bands
from microsim.population.homes import WEEKS
from microsim.population.ipf import Floats
from microsim.population.margins import Table
from microsim.population.people import People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = ("payment_in_work", "capability_partner_in_work", "childcare_more_children")
PAYMENT_BANDS = bands("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-79")
CAPABILITY_BANDS = bands("16-24", "25-49", "50-65")
ALLOWANCE_BANDS = bands("65-69", "70-74", "75-79", "80-84", "85-89", "90+")
AWARDS = {  # from the highest
    "personal_independence_payment": (
        "both_enhanced", "enhanced_daily_living", "standard_daily_living", "mobility_alone",
    ),
    "attendance_allowance": ("higher", "lower"),
}  # fmt: skip
AWARD_YEAR = 2026  # of the table of awards
CHILDCARE_YEAR = 2025  # of the table of childcare
LAST_CHILD_AGE = 15


class Claims(NamedTuple):
    """Published arrays; their axes are in AXES."""

    payment_cases: Floats  # people with Personal Independence Payment
    allowance_cases: Floats  # people with Attendance Allowance
    capability_cases: Floats  # people with limited capability for work and work-related activity
    award_share: Floats  # shares of a benefit's cases with each award, from the highest
    award: Floats  # GBP a year of AWARD_YEAR
    childcare_share: Floats  # of families where every parent works, those who pay
    childcare: Floats  # GBP a year of CHILDCARE_YEAR that they pay


AXES: dict[str, tuple[str, ...]] = {
    "payment_cases": ("payment's age band",),
    "allowance_cases": ("allowance's age band",),
    "capability_cases": ("capability's age band",),
    "award_share": ("award",),
    "award": ("award",),
    "childcare_share": ("age of the youngest child",),
    "childcare": ("age of the youngest child",),
}


def fit(sources: Sources) -> Claims:
    """Read the published tables."""
    tables = sources.tables
    payment = cases_by_band(Table(tables / "personal_independence_payment_2026.csv"), PAYMENT_BANDS, "cases")
    allowance = cases_by_band(Table(tables / "attendance_allowance_2026.csv"), ALLOWANCE_BANDS, "lower", "higher")
    capability = cases_by_band(Table(tables / "limited_capability_2025.csv"), CAPABILITY_BANDS, "cases")
    awards = Table(tables / "disability_awards_2026.csv")
    names = tuple(name for benefit in AWARDS.values() for name in benefit)
    share, award = np.empty(len(names)), np.empty(len(names))
    at = awards.codes("award", names)
    share[at], award[at] = awards.floats("share"), awards.floats("weekly") * WEEKS
    childcare = childcare_by_age(Table(tables / "childcare_2025.csv"))
    return Claims(payment, allowance, capability, share, award, *childcare)


def cases_by_band(table: Table, rows: tuple[Band, ...], *columns: str) -> Floats:
    """Sums of `columns` of a table by its age bands, in the order of `rows`."""
    cases = np.zeros(len(rows))
    cases[table.codes("age_band", tuple(band.label for band in rows))] = sum(table.floats(name) for name in columns)
    return cases


def childcare_by_age(table: Table) -> tuple[Floats, Floats]:
    """Share of families who pay and what they pay a year, by age of the youngest child [0 to LAST_CHILD_AGE]."""
    share, pays = np.zeros(LAST_CHILD_AGE + 1), np.zeros(LAST_CHILD_AGE + 1)
    columns = table.text("age_band"), table.floats("share"), table.floats("weekly")
    for label, chance, weekly in zip(*columns, strict=True):
        first, last = (int(age) for age in label.split("-"))
        share[first : last + 1], pays[first : last + 1] = chance, WEEKS * weekly
    return share, pays


def assign(people: People, residents: int, fitted: Claims, seed: int, reference_year: int) -> None:
    """Give every row of a new block its ranks of benefits and of taking them up, both uniform."""
    words = np.empty((4, len(people.id)), np.uint32)
    compile_driver(draw_first_claims)(words, people.id, int(seed))
    people.benefit_rank[:], people.take_up_rank[:] = words[1], words[2]


def draw_first_claims(words: npt.NDArray[np.uint32], identity: npt.NDArray[np.uint64], seed: int) -> None:
    """The words of FIRST_HOME."""
    random_words(words, identity, seed, 0, 0, FIRST_HOME, identity.size)
