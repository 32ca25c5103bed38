"""Second-round effects as tables: what higher pay after additional training gives and costs the Exchequer.

They stand beside the scorecard and are in none of its sums. Each line is the arm of the second round less the reform,
signed as in the scorecard; memo lines are what people gain, or repay as a financial transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.rounding import whole_units
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

COLUMNS = ("line", "description", "payer", "head", "financial_year", "cash", "real", "present_value")
RATIO_COLUMNS = ("ratio", "description", "unit", "financial_year", "value")
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
    pence: np.ndarray


def second_round_tables(
    programme: Programme,
    taxes: np.ndarray,
    totals: np.ndarray,
    money: Callable[[np.ndarray], dict[str, np.ndarray]],
    costing: np.ndarray,
    year_names: Sequence[str],
    span: slice,
) -> dict[str, pd.DataFrame]:
    """The tables `second_round` and `second_round_ratios` of a programme with a second round.

    `taxes` int64 [arms assessed, TAX_LINES, years] are the ledger's, `totals` int64 [SUMS, years] those of
    `SecondRoundSums`, `costing` the scorecard's total in present value, pounds [published years], minus for a cost;
    `span` the published years among those lived.
    """
    before, after = (_pence(taxes[programme.assessed(arm)]) for arm in (REFORM, SECOND_ROUND))
    change = after - before
    lines = [*_memo_lines(change, _pence(totals[TRAINING])), *_exchequer_lines(change)]
    frames = [
        pd.DataFrame(
            {
                "line": row.line, "description": row.description, "payer": row.payer, "head": row.head,
                "financial_year": list(year_names), **money(row.pence),
            }
        )
        for row in lines
    ]  # fmt: skip
    effect = np.sum([row.pence for row in lines if row.head != "memo"], axis=0)
    counted = _pence(totals)
    worth, training = (money(pence)["present_value"].cumsum() for pence in (effect, counted[TRAINING]))
    ratios = [
        *_by_year(counted[:, span], (change[WAGES] + change[PROFITS])[span], effect[span]),
        *_so_far(worth, training, -costing.cumsum()),
    ]
    return {
        "second_round": pd.concat(frames, ignore_index=True)[list(COLUMNS)],
        "second_round_ratios": _ratio_table(ratios, year_names),
    }


def _pence(sums: np.ndarray) -> np.ndarray:
    """Whole pence, or people, of sums in thousandths."""
    return whole_units(sums[..., None])[..., 0]


def _memo_lines(change: np.ndarray, training: np.ndarray) -> Iterator[Row]:
    """What is nobody's tax or benefit. Net income is pay and benefits less taxes, loans and pension contributions."""
    net = np.sum([line.net * change[at] for at, line in enumerate(TAX_LINES)], axis=0)
    pay = change[WAGES] + change[PROFITS]
    yield Row("training", "Additional training", "learners and whoever pays for them", "memo", training)
    yield Row("pay", "Pay gained by employees and the self-employed", "employers and customers", "memo", pay)
    yield Row("net_income", "Household net income gained", "households", "memo", net)
    text = "Student loans repaid (a financial transaction)"
    yield Row("loan_repayment", text, "graduates", "memo", change[LOAN_REPAYMENT])


def _exchequer_lines(change: np.ndarray) -> Iterator[Row]:
    """Taxes and benefits that higher pay moves; the main ones also where they stay as they are."""
    others = (at for at, line in enumerate(TAX_LINES) if line.exchequer and at not in _ALWAYS and change[at].any())
    for at in (*_ALWAYS, *others):
        line = TAX_LINES[at]
        yield Row(line.name, line.description, line.payer, line.head, line.exchequer * change[at])


class Quotient(NamedTuple):
    """A row of the ratios: values [published years], empty where there is nothing to divide by."""

    name: str
    description: str
    unit: str
    value: np.ndarray


def _by_year(counted: np.ndarray, gained: np.ndarray, effect: np.ndarray) -> Iterator[Quotient]:
    """People whose pay rises and by how much, and what the Exchequer has of all pay gained in the year."""
    people = counted[PEOPLE]
    yield Quotient("people", "People whose pay rises by £1 or more", "people", people.astype(np.float64))
    yield Quotient("mean_rise", "Mean rise of their pay", "fraction", _over(counted[GAIN], counted[PAY]))
    yield Quotient("mean_gain", "Mean rise of their pay", "£ a year", _over(counted[GAIN] / PENCE, people))
    yield Quotient("exchequer_share", "Effect on the Exchequer over the pay gained", "fraction", _over(effect, gained))


def _so_far(worth: np.ndarray, training: np.ndarray, cost: np.ndarray) -> Iterator[Quotient]:
    """What the Exchequer gains, for the training and for the costing. All are present values up to the year, pounds:
    rises come after the training and last, so that one year's over another's would mislead."""
    text = "Effect on the Exchequer for £1,000 of additional training, present values from the first year to this"
    yield Quotient("exchequer_per_1000", text, "£", _over(_THOUSAND * worth, training))
    text = "Effect on the Exchequer over the net cost in the scorecard, present values from the first year to this"
    yield Quotient("share_of_costing", text, "fraction", _over(worth, np.maximum(cost, 0.0)))


def _over(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.full(len(under), np.nan), where=under != 0)


def _ratio_table(ratios: Iterable[Quotient], year_names: Sequence[str]) -> pd.DataFrame:
    frames = [
        pd.DataFrame(
            {"ratio": row.name, "description": row.description, "unit": row.unit, "financial_year": list(year_names),
             "value": row.value}
        )
        for row in ratios
    ]  # fmt: skip
    return pd.concat(frames, ignore_index=True)[list(RATIO_COLUMNS)]
