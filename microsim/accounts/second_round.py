"""Second-round effects as tables: what higher pay after additional training gives and costs the Exchequer.

They stand beside the scorecard and are in none of its sums. Each line is the arm of the second round less the reform,
signed as in the scorecard; memo lines are what people gain, or repay as a financial transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.amounts import people_sum
from microsim.accounts.published import Published
from microsim.accounts.ratios import DIGITS
from microsim.accounts.simulation_error import leave_one_out, spread
from microsim.accounts.sums import Sum
from microsim.engine.run import REFORM, SECOND_ROUND, Programme
from microsim.engine.second_round import GAIN, PAY, PEOPLE, TRAINING
from microsim.taxes.lines import (
    CHILD_BENEFIT_CHARGE,
    EMPLOYEE_CONTRIBUTIONS,
    EMPLOYER_CONTRIBUTIONS,
    INCOME_TAX,
    LOAN_REPAYMENT,
    PROFITS,
    SELF_EMPLOYED_CONTRIBUTIONS,
    TAX_LINES,
    UNIVERSAL_CREDIT,
    WAGES,
)

COLUMNS = (
    "line", "description", "payer", "head", "financial_year", "cash", "real", "present_value", "simulation_error",
)  # fmt: skip
RATIO_COLUMNS = ("ratio", "description", "unit", "financial_year", "value", "simulation_error")
PENCE = 100.0
_THOUSAND = 1000.0
_ALWAYS = (
    INCOME_TAX, EMPLOYEE_CONTRIBUTIONS, EMPLOYER_CONTRIBUTIONS, SELF_EMPLOYED_CONTRIBUTIONS, UNIVERSAL_CREDIT,
    CHILD_BENEFIT_CHARGE,
)  # fmt: skip


class Row(NamedTuple):
    """A line of the table: pence [years lived]."""

    line: str
    description: str
    payer: str
    head: str
    pence: Sum


def second_round_tables(
    programme: Programme,
    taxes: np.ndarray,
    totals: np.ndarray,
    money: Callable[[np.ndarray], dict[str, np.ndarray]],
    costing: Sum,
    worth: np.ndarray,
    published: Published,
) -> dict[str, pd.DataFrame]:
    """The tables `second_round` and `second_round_ratios` of a programme with a second round.

    `taxes` int64 [arms assessed, TAX_LINES, years, RANDOM_GROUPS] are the ledger's, `totals` int64 [SUMS, years,
    RANDOM_GROUPS] those of `SecondRoundSums`, `costing` the scorecard's total in cash, minus for a cost,
    `worth` float64 [years lived] the present value of a pound of each year.
    """
    before, after = (people_sum(taxes[programme.assessed(arm)]) for arm in (REFORM, SECOND_ROUND))
    change, counted = after.plus(before, -1), people_sum(totals)
    lines = [*_memo_lines(change, _of(counted, TRAINING)), *_exchequer_lines(change)]
    frames = [
        pd.DataFrame(
            {
                "line": row.line, "description": row.description, "payer": row.payer, "head": row.head,
                "financial_year": list(published.years), **money(row.pence.total),
                "simulation_error": (published.error(row.pence) / PENCE).round(2),
            }
        )
        for row in lines
    ]  # fmt: skip
    effect = reduce(Sum.plus, (row.pence for row in lines if row.head != "memo"))
    span, adults = published.span, published.adults[published.span]
    gained = _of(change, WAGES).plus(_of(change, PROFITS))
    by_year = _by_year(counted.within(span), gained.within(span), effect.within(span))
    values = (_present_value(one, worth, money, span) for one in (effect, _of(counted, TRAINING), costing))
    return {
        "second_round": pd.concat(frames, ignore_index=True)[list(COLUMNS)],
        "second_round_ratios": _ratio_table([*by_year, *_so_far(*values)], adults, published.years),
    }


def _of(sums: Sum, place: int) -> Sum:
    """One of several sums."""
    return Sum(sums.total[place], sums.groups[place])


def _present_value(
    one: Sum, worth: np.ndarray, money: Callable[[np.ndarray], dict[str, np.ndarray]], span: slice
) -> Sum:
    """A sum of pence from the first published year to each, in present value; `worth` [years lived] is that of a pound
    of each year."""
    total = money(one.total)["present_value"] * PENCE
    return Sum(total.cumsum(), (one.groups * worth[:, None])[span].cumsum(axis=0))


def _memo_lines(change: Sum, training: Sum) -> Iterator[Row]:
    """What is nobody's tax or benefit. Net income is pay and benefits less taxes, loans and pension contributions."""
    net = reduce(Sum.plus, (_of(change, at).times(line.net) for at, line in enumerate(TAX_LINES)))
    pay = _of(change, WAGES).plus(_of(change, PROFITS))
    yield Row("training", "Additional training", "learners and whoever pays for them", "memo", training)
    yield Row("pay", "Pay gained by employees and the self-employed", "employers and customers", "memo", pay)
    yield Row("net_income", "Household net income gained", "households", "memo", net)
    text = "Student loans repaid (a financial transaction)"
    yield Row("loan_repayment", text, "graduates", "memo", _of(change, LOAN_REPAYMENT))


def _exchequer_lines(change: Sum) -> Iterator[Row]:
    """Taxes and benefits that higher pay moves; the main ones also where they stay as they are."""
    others = (at for at, line in enumerate(TAX_LINES)
              if line.exchequer and at not in _ALWAYS and change.total[at].any())  # fmt: skip
    for at in (*_ALWAYS, *others):
        line = TAX_LINES[at]
        yield Row(line.name, line.description, line.payer, line.head, _of(change, at).times(line.exchequer))


class Quotient(NamedTuple):
    """A row of the ratios: one sum over another [published years], times `unit`; or a sum by itself."""

    name: str
    description: str
    unit: str
    over: Sum
    under: Sum | None
    times: float = 1.0
    positive: bool = False  # only where the denominator is more than nothing

    def of(self, over: np.ndarray, under: np.ndarray | None) -> np.ndarray:
        """The quotient of a numerator and a denominator; not a number where there is nothing to divide by."""
        if under is None:
            return over * self.times
        can = under > 0 if self.positive else under != 0
        return np.divide(self.times * over, under, out=np.full(under.shape, np.nan), where=can)


def _by_year(counted: Sum, gained: Sum, effect: Sum) -> Iterator[Quotient]:
    """People whose pay rises and by how much, and what the Exchequer has of all pay gained in the year."""
    people, gain = _of(counted, PEOPLE), _of(counted, GAIN)
    yield Quotient("people", "People whose pay rises by £1 or more", "people", people, None)
    yield Quotient("mean_rise", "Mean rise of their pay", "fraction", gain, _of(counted, PAY))
    yield Quotient("mean_gain", "Mean rise of their pay", "£ a year", gain, people, 1 / PENCE)
    yield Quotient("exchequer_share", "Effect on the Exchequer over the pay gained", "fraction", effect, gained)


def _so_far(worth: Sum, training: Sum, costing: Sum) -> Iterator[Quotient]:
    """What the Exchequer gains, for the training and for the costing. All are present values up to the year: rises come
    after the training and last, so that one year's over another's would mislead."""
    text = "Effect on the Exchequer for £1,000 of additional training, present values from the first year to this"
    yield Quotient("exchequer_per_1000", text, "£", worth, training, _THOUSAND)
    text = "Effect on the Exchequer over the net cost in the scorecard, present values from the first year to this"
    yield Quotient("share_of_costing", text, "fraction", worth, costing.times(-1), positive=True)


def _ratio_table(ratios: Iterable[Quotient], adults: np.ndarray, year_names: Sequence[str]) -> pd.DataFrame:
    """`adults` [published years, RANDOM_GROUPS]."""
    frames = []
    for row in ratios:
        value = row.of(row.over.total, None if row.under is None else row.under.total)
        without = None if row.under is None else leave_one_out(row.under.groups, adults)
        error = spread(row.of(leave_one_out(row.over.groups, adults), without)).round(DIGITS)
        frames.append(
            pd.DataFrame(
                {"ratio": row.name, "description": row.description, "unit": row.unit,
                 "financial_year": list(year_names), "value": value, "simulation_error": error}
            )
        )  # fmt: skip
    return pd.concat(frames, ignore_index=True)[list(RATIO_COLUMNS)]
