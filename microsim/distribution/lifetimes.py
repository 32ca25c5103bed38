"""The table `lifetimes`: what each birth cohort receives over the published years, and how much of a life they show.

Lives are those of the reform, by five years of birth and by sex, qualification at the first year counted, or fifth of
lifetime income within the cohort (see `microsim.engine.lifetimes`). Few cohorts are seen from 16 to 66: `cut` says
where the published years begin and end in a cohort's life, and cohorts are comparable only at the same ages.

Only what persons' accounts give is here: national money, which the yearly gains share over groups, is no life's.

Simulation error is that of what a life receives, times the lives there are: how many each cohort and sex has follows
from the population's margins, and a fifth is a fifth. Fifths are kept by random group in wide bins.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.accounts.breakdowns import split_into_equal_groups
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.incomes import FIFTHS
from microsim.accounts.rounding import WEIGHT_UNIT, whole_units
from microsim.accounts.simulation_error import standard_error
from microsim.distribution.deciles import variance_at_edges, wide_shares
from microsim.distribution.money import ALL_MEASURES
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import INCOME_BINS
from microsim.engine.gains import Gains
from microsim.engine.lifetimes import COHORT_YEARS, EVER, LIFE_BINS, LIVES, TERMS, YEARS, LifetimeSums
from microsim.population.columns import RANDOM_GROUPS
from microsim.population.people import ENTRY_AGE, LAST_AGE, QUALIFICATIONS, SEXES
from microsim.years import format_financial_year

WORKING_LIFE = (ENTRY_AGE, 66)  # ages that a cohort must be seen at for its whole life to be
FEWEST_YEARS = 10  # seen on average: a mean over fewer is a person's age at the time more than a life's income
INCOME_GROUPS = (
    *(f"fifth {number}" for number in range(1, FIFTHS + 1)), "never in a private household", "too few years seen",
)  # fmt: skip
NEVER_PRIVATE, TOO_FEW_YEARS = FIFTHS, FIFTHS + 1
COLUMNS = (
    "birth_cohort", "breakdown", "group", "first_age", "last_age", "cut", "lives", "years_seen", "measure", "item",
    "description", "unit", "total", "per_life", "ratio", "simulation_error",
)  # fmt: skip


class Item(NamedTuple):
    """What is published of the sums over lives."""

    rows: tuple[int, ...]  # whose sums are added
    measure: str
    name: str
    description: str
    unit: str  # "£" or "people", what a line counts, or of a ratio "£" or "fraction"
    under: int | None = None  # of a ratio the row of its denominator


_DESCRIPTIONS = {
    "cash": "Change of household net income received as cash, of the person's own part",
    "in_kind": "What is received that is not money, at what it costs",
}


def lifetimes_table(results: GainResults, price_base_year: int, present_value_base_year: int) -> pd.DataFrame:
    """A row for each cohort with lives, group and item: the total, what it is for each life, or a ratio."""
    prices, present = format_financial_year(price_base_year), format_financial_year(present_value_base_year)
    items = items_of(results.plan, terms_text(prices, present))
    parts: list[Part] = []
    for lives in _groupings(results.lifetimes):
        whole = whole_units(lives.sums)
        for item in items:
            if item.measure == ALL_MEASURES or whole[list(item.rows)].any():
                parts.append(_rows(results, lives, whole, item))
    return joined(COLUMNS, parts)


def terms_text(prices: str, present: str) -> dict[str, str]:
    """What is said of money by its terms."""
    real = f"in prices of {prices}"
    return {
        "": "", "nominal": ", in the money of each year", "real": f", {real}",
        "present_value": f", present value in {present}, {real}",
    }  # fmt: skip


def items_of(plan: Gains, terms: dict[str, str]) -> list[Item]:
    """Gains of all measures and of each, then what measures follow, each in all terms."""
    kinds = [kind for kind in _DESCRIPTIONS if any(row.kind == kind for row in plan.rows)]
    measures = list(dict.fromkeys(row.measure for row in plan.rows))
    found = []
    for measure in (ALL_MEASURES, *measures):
        for kind, term in ((kind, term) for kind in kinds for term in TERMS):
            rows = tuple(
                place
                for place, row in enumerate(plan.life_rows)
                if row[1:] == (kind, term) and measure in (ALL_MEASURES, row.measure)
            )
            if rows:
                found.append(Item(rows, measure, f"{kind}_{term}", _DESCRIPTIONS[kind] + terms[term], "£"))
        if measure == ALL_MEASURES:
            found.append(Item((EVER,), measure, "ever", "Lives in which anything was received", "people"))
    return found + list(_followed(plan, terms)) + list(_ratios(plan, terms))


def _followed(plan: Gains, terms: dict[str, str]) -> Iterator[Item]:
    """The lines that measures follow over lives."""
    for measure, line in plan.lifetime_lines:
        part = plan.life_part(measure, line.name)
        for place in range(part.start, part.stop):
            said = plan.life_rows[place].part
            name = f"{line.name}_{said}" if said else line.name
            if line.how == "count":
                description, unit = f"{line.description}: {said.replace('_', ' ')}", "people"
            else:
                description = line.description + terms[said]
                unit = "people" if line.how == "ever" else "£" if said else "number"
            yield Item((place,), measure, name, description, unit)


def _ratios(plan: Gains, terms: dict[str, str]) -> Iterator[Item]:
    """The ratios that measures declare; those of money in all terms."""
    for measure, ratio in plan.lifetime_ratios:
        over, under = plan.life_part(measure, ratio.over), plan.life_part(measure, ratio.under)
        for place in range(over.start, over.stop):
            said = plan.life_rows[place].part
            name = f"{ratio.name}_{said}" if said else ratio.name
            yield Item((place,), measure, name, ratio.description + terms[said], ratio.unit, under.start)


class _Lives(NamedTuple):
    """The sums over lives by the groups of a breakdown."""

    name: str
    groups: tuple[str, ...]
    sums: np.ndarray  # int64 [rows, cohorts, groups]
    replicates: np.ndarray  # [rows, cohorts, groups, RANDOM_GROUPS]
    wide: np.ndarray | None = (
        None  # of fifths [rows, cohorts, LIFE_BINS + 1, RANDOM_GROUPS], which they are shared from
    )
    shares: np.ndarray | None = None  # [cohorts, LIFE_BINS + 1, groups], how they are


def _groupings(sums: LifetimeSums) -> Iterator[_Lives]:
    """Each breakdown of lives."""
    sex, first, wide = (
        part.reshape(*part.shape[:2], -1, RANDOM_GROUPS) for part in (sums.sex, sums.qualification, sums.wide_income)
    )
    every = sex.sum(axis=2, keepdims=True)
    yield _Lives("all", ("all",), every.sum(axis=3), every)
    yield _Lives("sex", SEXES, sex.sum(axis=3), sex)
    yield _Lives("starting_qualification", QUALIFICATIONS, first.sum(axis=3), first)
    fifths = sums_by_fifth(sums.income)
    shares = shares_of_fifths(sums.income)
    replicates = replicates_by_fifth(wide, shares)
    yield _Lives("lifetime_income_fifth", INCOME_GROUPS, fifths, replicates, wide, shares)


def shares_of_fifths(sums: np.ndarray) -> np.ndarray:
    """The part of each wide bin's lives in each of INCOME_GROUPS: float64 [cohorts, LIFE_BINS + 1, INCOME_GROUPS], from
    sums [rows, cohorts, INCOME_BINS + 1]."""
    found = np.zeros((sums.shape[1], LIFE_BINS + 1, len(INCOME_GROUPS)))
    for cohort, seen_long_enough in enumerate(has_fifths(sums)):
        if seen_long_enough:
            found[cohort, :LIFE_BINS, :FIFTHS] = wide_shares(sums[LIVES, cohort, :INCOME_BINS], LIFE_BINS, FIFTHS)
            found[cohort, LIFE_BINS, NEVER_PRIVATE] = 1.0
        else:
            found[cohort, :, TOO_FEW_YEARS] = 1.0
    return found


def replicates_by_fifth(wide: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Sums by wide bin and random group [rows, cohorts, LIFE_BINS + 1, RANDOM_GROUPS] by INCOME_GROUPS: float64 [rows,
    cohorts, INCOME_GROUPS, RANDOM_GROUPS]."""
    return np.asarray(np.matmul(shares.transpose(0, 2, 1), wide))


def has_fifths(sums: np.ndarray) -> np.ndarray:
    """Whether each cohort is seen for long enough on average, bool [cohorts], from sums [rows, cohorts, bins]."""
    seen: np.ndarray = sums[YEARS].sum(axis=1) >= FEWEST_YEARS * sums[LIVES].sum(axis=1)
    return seen


def sums_by_fifth(sums: np.ndarray) -> np.ndarray:
    """Sums [rows, cohorts, bins] by each cohort's fifths of lives by lifetime income: [rows, cohorts, INCOME_GROUPS].

    A cohort seen for too few years on average has no fifths.
    """
    found = np.zeros((*sums.shape[:2], len(INCOME_GROUPS)), np.int64)
    for cohort, seen_long_enough in enumerate(has_fifths(sums)):
        private = sums[:, cohort, :INCOME_BINS]
        if seen_long_enough:
            found[:, cohort, :FIFTHS] = split_into_equal_groups(private, private[LIVES], FIFTHS)
            found[:, cohort, NEVER_PRIVATE] = sums[:, cohort, INCOME_BINS]
        else:
            found[:, cohort, TOO_FEW_YEARS] = sums[:, cohort].sum(axis=1)
    return found


def _rows(results: GainResults, group_of_lives: _Lives, whole: np.ndarray, item: Item) -> Part:
    """The rows of an item, from whole units [rows, cohorts, groups]; groups without lives, or without anybody in the
    denominator of a ratio, are left out."""
    cohort, group = np.nonzero(whole[LIVES if item.under is None else item.under])
    lives = whole[LIVES, cohort, group]
    amount = whole[list(item.rows)].sum(axis=0)[cohort, group] / (PENCE if item.unit == "£" else 1.0)
    error = _errors(group_of_lives, item)[cohort, group]
    blank = np.full(len(lives), np.nan)
    digits = 1 if item.unit == "people" else 2
    values = {
        "total": amount, "per_life": (amount / lives).round(6 if item.unit == "people" else 2), "ratio": blank,
        "simulation_error": error.round(digits),
    }  # fmt: skip
    if item.under is not None:
        digits = 2 if item.unit == "£" else 6
        ratio = (amount / whole[item.under, cohort, group]).round(digits)
        values = {"total": blank, "per_life": blank, "ratio": ratio, "simulation_error": error.round(digits)}
    seen = [ages_seen(first, results.years) for first in results.plan.cohorts]
    first_age, last_age = np.array(seen)[cohort].T
    names = tuple(cohort_name(first) for first in results.plan.cohorts)
    cuts = tuple(cut_label(*ages) for ages in seen)
    return {
        "birth_cohort": Labels(names, cohort), "breakdown": group_of_lives.name,
        "group": Labels(tuple(group_of_lives.groups), group),
        "first_age": first_age, "last_age": last_age, "cut": Labels(cuts, cohort), "lives": lives,
        "years_seen": (whole[YEARS, cohort, group] / lives).round(2), "measure": item.measure, "item": item.name,
        "description": item.description, "unit": item.unit, **values,
    }  # fmt: skip


def _errors(lives: _Lives, item: Item) -> np.ndarray:
    """Standard errors [cohorts, groups] of an item's totals, or of a ratio."""
    rows, under = list(item.rows), LIVES if item.under is None else item.under
    amounts, people = lives.replicates[rows].sum(axis=0), lives.replicates[under]
    variance = standard_error(amounts, people) ** 2
    if lives.wide is not None and lives.shares is not None:
        of_bins = standard_error(lives.wide[rows].sum(axis=0), lives.wide[under])
        pairs = zip(np.nan_to_num(of_bins) ** 2, lives.shares, strict=True)
        variance = variance + [variance_at_edges(*pair) for pair in pairs]
    unit = PENCE if item.unit == "£" else 1.0
    total = people.sum(axis=2) if item.under is not None else np.array(float(WEIGHT_UNIT))
    return np.divide(np.sqrt(variance), total * unit, out=np.full(variance.shape, np.nan), where=total > 0)


def cohort_name(first: int) -> str:
    """Financial years of birth from the first on: "1960-64" are born from April 1960 to March 1965."""
    return f"{first}-{(first + COHORT_YEARS - 1) % 100:02d}"


def ages_seen(first: int, years: range) -> tuple[int, int]:
    """The ages on 1 April of the first and the last published year of the middle of a birth cohort, from 16 on; the
    oldest are all counted as of one age."""
    middle = first + COHORT_YEARS // 2
    first_age, last_age = (min(max(year - middle - 1, ENTRY_AGE), LAST_AGE) for year in (years[0], years[-1]))
    return first_age, last_age


def cut_label(first_age: int, last_age: int) -> str:
    """Where the published years begin and end in a working life."""
    begins = f"starts at age {first_age}" if first_age > WORKING_LIFE[0] else ""
    ends = f"ends at age {last_age}" if last_age < WORKING_LIFE[1] else ""
    if begins and ends:
        return f"{begins}, {ends}"
    return begins or ends or "whole life from {} to {} seen".format(*WORKING_LIFE)
