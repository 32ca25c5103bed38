"""Claims in a year: disability benefits, limited capability for work and childcare.

A disabled person has Personal Independence Payment while the rank is below its chance at the age, in or out of work,
and Attendance Allowance above it; the lower the rank, the higher the award, and the sooner the person has limited
capability for work. So who has one benefit mostly has the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import by_age_sex, thresholds
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.parameters.load import Parameters
from microsim.population.claims import (
    ALLOWANCE_BANDS,
    AWARD_YEAR,
    AWARDS,
    CAPABILITY_BANDS,
    CHILDCARE_YEAR,
    LAST_CHILD_AGE,
    PAYMENT_BANDS,
)
from microsim.population.columns import AGES, EMPLOYEE, LAST_WORKING_AGE, SELF_EMPLOYED
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE

MOST = 0.97  # of the disabled people of an age who may have a benefit
PENSION_AGE = 66  # from which Attendance Allowance is paid
# The official rates that make the most of each award.
RATES_OF_AWARD = (
    ("daily_living_enhanced", "mobility_enhanced"), ("daily_living_enhanced",), ("daily_living_standard",),
    ("mobility_standard", "mobility_enhanced"), ("attendance_higher",), ("attendance_lower",),
)  # fmt: skip
_ROUNDS = 50

_AWARDS = np.uint32(sum(len(awards) for awards in AWARDS.values()))
_SELF_EMPLOYED = np.uint8(SELF_EMPLOYED)
_MIX, _LOW = np.uint64(2654435761), np.uint64(2**32 - 1)  # an odd factor turns a rank into another one
_LAST_CHILD = np.int64(LAST_CHILD_AGE)
_NONE, _TWO = np.uint32(0), np.uint32(2)
_ZERO, _GONE, _ONE_CHILD = np.float32(0.0), np.uint8(0), np.uint8(1)


class ClaimTables(NamedTuple):
    """What `write_claims` looks up; thresholds are uint32 on a rank."""

    any_award: np.ndarray  # uint32 [age_sex x 2 + works], rank below which there is a benefit
    edge: np.ndarray  # uint32, ranks below which each award is paid, from the highest; row = (age_sex x 2 + works) x 6
    award: np.ndarray  # float32 [years x 6], pounds a year: four of the payment, two of the allowance
    capability: np.ndarray  # uint32 [age_sex x 2 + partner works], ranks below which people out of work have it
    childcare_share: np.ndarray  # uint32 [ages of the youngest child]
    childcare: np.ndarray  # float32 [ages of the youngest child x 2], with one child and with more
    childcare_index: np.ndarray  # float32 [years]
    first_year: np.int64


def claim_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> ClaimTables:
    """From the published cases, a `Population` and its figures, and the official rates of disability benefits."""
    published = population.claims
    figures = {name: figure.central for name, figure in population.room_figures["claims"].items()}
    prices = parameters.index("average_earnings_growth", years, CHILDCARE_YEAR)
    edges = thresholds(by_age_sex(award_edges(population, figures["payment_in_work"]), ENTRY_AGE))
    childcare = published.childcare[:, None] * np.array([1.0, figures["childcare_more_children"]])
    return ClaimTables(
        any_award=np.ascontiguousarray(edges[..., -1]).reshape(-1),
        edge=edges.reshape(-1),
        award=(award_growth(parameters, years) * published.award).astype(np.float32).reshape(-1),
        capability=by_age_and_partner(capability_chances(population, figures["capability_partner_in_work"])),
        childcare_share=thresholds(published.childcare_share),
        childcare=childcare.reshape(-1).astype(np.float32),
        childcare_index=prices.astype(np.float32),
        first_year=np.int64(years[0]),
    )


def award_growth(parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """Awards in each year relative to AWARD_YEAR [years, awards]: as the official rates that make the most of each."""
    official = Parameters(parameters.by_name)
    now = np.array([[_rates(parameters, names, year) for names in RATES_OF_AWARD] for year in years])
    return now / np.array([_rates(official, names, AWARD_YEAR) for names in RATES_OF_AWARD])


def _rates(parameters: Parameters, names: tuple[str, ...], year: int) -> float:
    return sum(parameters.value(f"disability_benefits.{name}", year) for name in names)


def award_edges(population: Any, in_work: float) -> np.ndarray:
    """Ranks [age, sex, out of work and in work, award] below which each award is paid, from the highest."""
    disabled = disabled_people(population)
    payment = payment_chances(population.claims.payment_cases, disabled, in_work)
    allowance = np.zeros(len(AGES))
    for cases, band in zip(population.claims.allowance_cases, ALLOWANCE_BANDS, strict=True):
        rows = slice(max(band.first, PENSION_AGE) - AGES[0], band.rows.stop)
        allowance[rows] = cases / disabled[rows].sum()
    allowance = np.minimum(allowance[:, None], MOST - payment)
    payments = len(AWARDS["personal_independence_payment"])
    share = population.claims.award_share
    steps = np.concatenate([
        payment[..., None] * np.cumsum(share[:payments] / share[:payments].sum()),
        payment[..., None] + allowance[..., None] * np.cumsum(share[payments:] / share[payments:].sum()),
    ], axis=-1)  # fmt: skip
    return np.repeat(steps[:, None], 2, axis=1)


def disabled_people(population: Any) -> np.ndarray:
    """Disabled people of England at the reference date [age, out of work and in work]."""
    by_status = population.joint.sum(axis=3, dtype=np.int64).astype(np.float64)
    works = by_status[..., EMPLOYEE : SELF_EMPLOYED + 1].sum(-1)
    people = np.stack([by_status.sum(-1) - works, works], axis=-1)
    found: np.ndarray = (people * population.health.disability_at_start).sum((0, 2))
    return found


def payment_chances(cases: np.ndarray, disabled: np.ndarray, in_work: float) -> np.ndarray:
    """Chances of Personal Independence Payment [age, out of work and in work] among `disabled` people.

    The cases of a band are spread over its ages like disabled people. In work the chance is that out of work times
    one ratio, with which people in work are the share `in_work` of the cases at 16 to 64.
    """
    low, high = 0.0, 1.0
    chance = np.zeros_like(disabled)
    young = slice(0, LAST_WORKING_AGE - AGES[0] + 1)
    for _ in range(_ROUNDS):
        ratio = (low + high) / 2
        relative = np.array([1.0, ratio])
        for number, band in zip(cases, PAYMENT_BANDS, strict=True):
            chance[band.rows] = np.minimum(relative * number / max((disabled[band.rows] * relative).sum(), 1.0), MOST)
        found = (chance * disabled)[young].sum(0)
        low, high = (ratio, high) if found[1] / found.sum() < in_work else (low, ratio)
    return chance


def capability_chances(population: Any, partner_in_work: float) -> np.ndarray:
    """Chances [age, no partner in work and one in work] of limited capability among disabled people out of work.

    None past the bands. A partner in work makes the chance `partner_in_work` times as high: the assessment follows a
    claim, which a partner's pay mostly rules out. As many have such a partner as couples and work at the age say. Where
    the chance of the others is at its most and cases are left, that of those with a partner in work rises.
    """
    by_status = population.joint.sum(axis=(0, 2, 3), dtype=np.int64).astype(np.float64)
    works = by_status[:, EMPLOYEE : SELF_EMPLOYED + 1].sum(1) / np.maximum(by_status.sum(1), 1.0)
    partner_works = population.families.couple_share.mean(1) * works
    without = disabled_people(population)[:, :1] * np.stack([1.0 - partner_works, partner_works], axis=1)
    chance = np.zeros((AGE_SEX_KEYS // 2, 2))
    for cases, band in zip(population.claims.capability_cases, CAPABILITY_BANDS, strict=True):
        low, high = 0.0, MOST / partner_in_work
        for _ in range(_ROUNDS):
            middle = (low + high) / 2
            found = np.minimum(middle * np.array([1.0, partner_in_work]), MOST)
            low, high = (middle, high) if (without[band.rows] * found).sum() < cases else (low, middle)
        chance[band.first : band.last + 1] = found
    return chance


def by_age_and_partner(chances: np.ndarray) -> np.ndarray:
    """Chances [age, partner] as thresholds [age_sex x 2 + partner]."""
    return np.repeat(thresholds(chances), 2, axis=0).reshape(-1)


@kernel
def write_claims(people, age_sex, tables, means, year_index, count):
    """Write disability benefits, limited capability and childcare for the first `count` rows."""
    award_benefits(people, age_sex, tables, means, year_index, count)
    pay_for_childcare(people, tables, means, year_index, count)


@kernel
def award_benefits(people, age_sex, tables, means, year_index, count):
    """Disability benefits of the disabled, and who of them has limited capability for work."""
    resident, disabled, status, rank = people.resident, people.disabled, people.work_status, people.benefit_rank
    any_award, edge, award, partner = tables.any_award, tables.edge, tables.award, people.partner
    first = np.uint32(np.uint32(year_index) * _AWARDS)
    benefit, limited, capability = means.disability_benefit, means.limited_capability, tables.capability
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    for at in range(np.uint64(count)):
        mask[at] = disabled[at] & resident[at]
    for at in range(np.uint64(count)):
        benefit[at] = _ZERO
    for at in range(np.uint64(count)):
        limited[at] = _GONE
    for n in range(list_rows(mask, rows, count)):
        i = np.uint64(rows[n])
        works, mine = np.uint32(status[i] <= _SELF_EMPLOYED), rank[i]
        key = np.uint32(np.uint32(age_sex[i] * _TWO) + works)
        if mine < any_award[key]:  # two in five
            row = np.uint32(key * _AWARDS)
            step = _NONE
            for number in range(_AWARDS):
                step += np.uint32(mine >= edge[np.uint32(row + number)])
            benefit[i] = award[np.uint32(first + step)]
        other = np.uint64(partner[i]) if partner[i] >= 0 else i
        supported = np.uint32((other != i) & (status[other] <= _SELF_EMPLOYED))
        kept = capability[np.uint32(np.uint32(age_sex[i] * _TWO) + supported)]
        limited[i] = np.uint8((works == _NONE) & (mine < kept))


@kernel
def pay_for_childcare(people, tables, means, year_index, count):
    """What families pay for childcare where every parent who lives there works, on the row that has the children."""
    resident, partner, status, children = people.resident, people.partner, people.work_status, people.children
    youngest, rank, childcare = people.child_1, people.benefit_rank, means.childcare
    index, year = tables.childcare_index[year_index], tables.first_year + np.int64(year_index)
    mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint32)
    for at in range(np.uint64(count)):
        mask[at] = np.uint8(children[at] != _GONE) & resident[at] & np.uint8(status[at] <= _SELF_EMPLOYED)
    for at in range(np.uint64(count)):
        childcare[at] = _ZERO
    for n in range(list_rows(mask, rows, count)):
        i = np.uint64(rows[n])
        other = np.uint64(partner[i]) if partner[i] >= 0 else i
        age = np.uint32(min(max(year - np.int64(youngest[i]) - np.int64(1), np.int64(0)), _LAST_CHILD))
        mine = np.uint32((np.uint64(rank[i]) * _MIX) & _LOW)
        if (status[other] <= _SELF_EMPLOYED) & (mine < tables.childcare_share[age]):
            childcare[i] = tables.childcare[np.uint32(age * _TWO) + np.uint32(children[i] > _ONE_CHILD)] * index
