"""The tables `gains` and `gain_groups`: what each group gains from each measure, and what that is set against.

Kinds of gain are apart and never added: `cash` (changes of household net income), `in_kind` (what people are given
that is not money, at what it costs), `employer` (where what employers gain arises, by their employees), and
`exchequer` (the effect on the public finances, minus being a cost). The kinds that begin with `employer_` say who has
the employers' gain in the end, by the scenario's assumption of incidence: they are the same money again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.accounts.breakdowns import NOT_ALLOCATED
from microsim.accounts.frames import Labels, Part, by_year_and_group, joined
from microsim.accounts.rounding import whole_units
from microsim.distribution.grouping import Grouped, every_grouping
from microsim.distribution.incidence import INCIDENCE_KINDS, with_incidence
from microsim.distribution.money import ALL_MEASURES, GroupMoney, money_by_group
from microsim.distribution.results import GainResults
from microsim.engine.gains import PEOPLE_ROWS
from microsim.scenario.distribution import Incidence
from microsim.years import format_financial_year

KINDS = ("cash", "in_kind", "employer", *INCIDENCE_KINDS, "exchequer")
COLUMNS = (
    "breakdown", "group", "financial_year", "measure", "kind", "amount", "per_household", "per_adult",
    "share_of_income", "simulation_error",
)  # fmt: skip
_POUND_DIGITS, _SHARE_DIGITS = 2, 6  # of quotients: more would be noise, and half of the file


def gains_tables(results: GainResults, incidence: Incidence) -> dict[str, pd.DataFrame]:
    """`gains`, without rows that are nothing, and `gain_groups`, with every group."""
    gains: list[Part] = []
    groups: list[Part] = []
    years = tuple(format_financial_year(year) for year in results.years)
    for grouped in every_grouping(results):
        against = {name: whole_units(grouped.sums[place]) for place, name in enumerate(PEOPLE_ROWS)}
        groups.append(_group_rows(grouped, against, years))
        money = money_by_group(results, grouped)
        money = with_incidence(money, incidence, grouped)
        gains += _gain_rows(grouped, money, against, years)
    return {
        "gains": joined(COLUMNS, gains),
        "gain_groups": joined(("breakdown", "group", "financial_year", *PEOPLE_ROWS), groups),
    }


def _group_rows(grouped: Grouped, against: Mapping[str, np.ndarray], years: Sequence[str]) -> Part:
    """A row for each year and group: people as counts, net income in pounds."""
    units = {name: values / PENCE if name == "net_income" else values for name, values in against.items()}
    values = {name: array.reshape(-1) for name, array in units.items()}
    return {"breakdown": grouped.name, **by_year_and_group(years, grouped.groups), **values}


def _gain_rows(
    grouped: Grouped,
    money: Mapping[tuple[str, str], GroupMoney],
    against: Mapping[str, np.ndarray],
    years: tuple[str, ...],
) -> Iterable[Part]:
    """The rows of a breakdown that are not nothing, by measure and kind."""
    labels = (*grouped.groups, NOT_ALLOCATED)
    households = against["households"] if grouped.of_households else np.zeros_like(against["households"])
    income = against["net_income"] / PENCE
    for (measure, kind), gain in sorted(money.items(), key=_order(money)):
        year, group = np.nonzero(gain.pence)
        if not len(year):
            continue
        amount = gain.pence[year, group] / PENCE
        whose = np.full(len(amount), np.nan) if kind == "exchequer" else amount  # no group has what the Exchequer does
        yield {
            "breakdown": grouped.name, "group": Labels(labels, group), "financial_year": Labels(years, year),
            "measure": measure, "kind": kind, "amount": amount,
            "per_household": _over(whose, households, year, group).round(_POUND_DIGITS),
            "per_adult": _over(whose, against["adults"], year, group).round(_POUND_DIGITS),
            "share_of_income": _over(whose, income, year, group).round(_SHARE_DIGITS),
            "simulation_error": (gain.error[year, group] / PENCE).round(_POUND_DIGITS),
        }  # fmt: skip


def _order(money: Iterable[tuple[str, str]]) -> Callable[[tuple[tuple[str, str], GroupMoney]], tuple[int, int]]:
    """Measures as in the scenario, all together last; kinds as in KINDS."""
    measures = [name for name in dict.fromkeys(measure for measure, _ in money) if name != ALL_MEASURES]
    places = {name: place for place, name in enumerate([*measures, ALL_MEASURES])}
    return lambda item: (places[item[0][0]], KINDS.index(item[0][1]))


def _over(amount: np.ndarray, against: np.ndarray, year: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Amounts over a denominator [years, groups]; not a number where it is nothing or nobody's."""
    nobody = np.zeros((len(against), 1))
    under = np.concatenate([against, nobody], axis=1)[year, group]
    return np.divide(amount, under, out=np.full(len(amount), np.nan), where=under > 0)
