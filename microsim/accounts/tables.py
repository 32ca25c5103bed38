"""The published tables of a run, as pandas frames in a fixed order of rows.

Sign: in the scorecard, minus is a cost to the Exchequer and plus a gain, as in the Treasury's. Memo lines
(entitlement, balances, counts) are amounts without a sign. Money is in pounds, exact to the penny.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE, Amounts, every_amount, unit_name
from microsim.accounts.breakdown_tables import breakdown_table, population_table
from microsim.accounts.breakdowns import standard_breakdowns
from microsim.accounts.decomposition import decomposition
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.incomes import incomes_table, taxes_table
from microsim.accounts.rounding import Deflators, whole_units
from microsim.accounts.second_round import second_round_tables
from microsim.engine.ledger import Ledger
from microsim.engine.run import BASELINE, REFORM, Programme
from microsim.measures.contract import Line
from microsim.taxes.lines import TAX_LINES, TaxLine
from microsim.years import format_financial_year

CHANGED_RULES = "taxes_and_benefits"  # the scorecard's name for changes of official rules
CHOSEN = "as in the scenario"
SCORECARD_COLUMNS = (
    "measure", "line", "description", "payer", "head", "financial_year", "cash", "real", "present_value",
    "net_borrowing",
)  # fmt: skip
LINE_COLUMNS = (
    "arm", "measure", "line", "description", "payer", "head", "unit", "stock", "detail", "financial_year", "amount",
    "real",
)  # fmt: skip
ALTERNATIVE_COLUMNS = (
    "measure", "alternative", "line", "description", "payer", "head", "sign", "unit", "financial_year", "amount",
    "real",
)  # fmt: skip
RATIO_COLUMNS = ("arm", "measure", "ratio", "description", "unit", "financial_year", "value")


@dataclass(frozen=True)
class Accounts:
    """A run's sums with what is needed to publish them for `years` (a later part of the years lived)."""

    programme: Programme
    ledger: Ledger
    deflators: Deflators
    years: range

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name; those of a measure begin with the name it has in the scenario."""
        every = self.amounts
        amounts = [item for item in every if item.entry.alternative is None and item.entry.arm in (BASELINE, REFORM)]
        breakdowns = standard_breakdowns(self.programme.sample.population, self.ledger)
        arms = [arm for arm in (BASELINE, REFORM) if arm == BASELINE or self.programme.assessed(arm)]
        if not self.programme.assessments:
            arms = []
        found = {
            "scorecard": self._scorecard(amounts),
            "lines": self._lines(amounts),
            "ratios": self._ratios(amounts),
            "breakdowns": breakdown_table(amounts, breakdowns, self.ledger, self._year_names, self.span),
            "population": population_table(self.programme, breakdowns, self.ledger, self._year_names, self.span),
            "taxes": taxes_table(self.ledger, arms, self.years, self._lived[0]),
            "incomes": incomes_table(self.ledger, arms, self.years, self._lived[0]),
            "alternatives": self._alternatives(every),
        }
        decomposed = decomposition(self.programme, every, self.tax_changes, self._money, self._year_names)
        return found | ({} if decomposed.empty else {"decomposition": decomposed}) | self._own_tables(amounts)

    def second_round(self, totals: np.ndarray) -> dict[str, pd.DataFrame]:
        """The tables of second-round effects, which no other table counts; `totals` are those of SecondRoundSums."""
        chosen = [one for one in self.amounts if one.entry.alternative is None and one.entry.arm in (BASELINE, REFORM)]
        by_year = self._scorecard(chosen).groupby("financial_year")["present_value"].sum()
        costing = by_year.reindex(self._year_names, fill_value=0.0).to_numpy(np.float64)
        return second_round_tables(
            self.programme, self.ledger.taxes, totals, self._money, costing, self._year_names, self.span
        )

    @cached_property
    def amounts(self) -> list[Amounts]:
        """Every line of every arm and choice."""
        return every_amount(self.programme, self.ledger)

    def _own_tables(self, amounts: Sequence[Amounts]) -> dict[str, pd.DataFrame]:
        """The tables that the measures of the reform publish besides, in the run's years."""
        found = {}
        for entry in self.programme.measures:
            if entry.arm != REFORM or entry.alternative is not None or entry.measure.tables is None:
                continue
            totals = {item.line.name: item.total for item in amounts if item.entry is entry}
            for name, table in entry.measure.tables(entry.params, entry.setting, totals).items():
                if "financial_year" in table:
                    table = table[table["financial_year"].isin(self._year_names)].reset_index(drop=True)
                found[f"{entry.name}.{name}"] = table
        return found

    def tax_changes(self, arm: str) -> dict[int, np.ndarray]:
        """The effect on the Exchequer of taxes and benefits in an arm less those of the baseline: pence [years], by
        place among TAX_LINES; none where the arm has the baseline's."""
        place = self.programme.assessed(arm)
        if not place:
            return {}
        baseline, changed = (whole_units(self.ledger.taxes[at][..., None])[..., 0] for at in (0, place))
        return {
            at: line.exchequer * (changed[at] - baseline[at])
            for at, line in enumerate(TAX_LINES)
            if line.exchequer and (changed[at] != baseline[at]).any()
        }

    @property
    def _lived(self) -> range:
        return self.programme.sample.years

    @property
    def span(self) -> slice:
        """Where the published years stand among those lived."""
        first = self.years[0] - self._lived[0]
        return slice(first, first + len(self.years))

    @property
    def _year_names(self) -> list[str]:
        return [format_financial_year(year) for year in self.years]

    @property
    def _year_labels(self) -> Labels:
        """The column `financial_year` of a line's rows."""
        return Labels(tuple(self._year_names), np.arange(len(self.years)))

    def _money(self, total: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "cash": total[self.span] / PENCE,
            "real": self.deflators.real(total)[self.span] / PENCE,
            "present_value": self.deflators.present_value(total)[self.span] / PENCE,
        }

    def _scorecard(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """Reform less baseline, signed, with the effect on borrowing (plus is more borrowing).

        Taxes and benefits are under the measure that moves them or, where official rules change or several measures
        move them, under a name of their own.
        """
        signed: dict[tuple[str, str], tuple[Line | TaxLine, np.ndarray]] = {}
        for item in amounts:
            if item.line.sign:
                key = (item.entry.name, item.line.name)
                arm = 1 if item.entry.arm == REFORM else -1
                before = signed[key][1] if key in signed else 0
                signed[key] = item.line, before + arm * item.line.sign * item.total
        rows = [(measure, line, total) for (measure, _), (line, total) in signed.items()]
        own_name = tax_measure(self.programme)
        rows += [(own_name, TAX_LINES[place], change) for place, change in self.tax_changes(REFORM).items()]
        return joined(SCORECARD_COLUMNS, [self._scorecard_part(*row) for row in rows])

    def _scorecard_part(self, measure: str, line: Line | TaxLine, total: np.ndarray) -> Part:
        money = self._money(total)
        return {
            "measure": measure, "line": line.name, "description": line.description, "payer": line.payer,
            "head": line.head, "financial_year": self._year_labels, **money, "net_borrowing": 0.0 - money["cash"],
        }  # fmt: skip

    def _line_part(self, item: Amounts) -> dict[str, object]:
        """The rows of a line, unsigned, in cash (or people) and real terms."""
        line = item.line
        real = self.deflators.real(item.total) / PENCE if line.unit == "pence" else np.full(len(item.total), np.nan)
        return {
            "measure": item.entry.name, "line": line.name, "description": line.description, "payer": line.payer,
            "head": line.head, "unit": unit_name(line), "financial_year": self._year_labels,
            "amount": item.published[self.span], "real": real[self.span],
        }  # fmt: skip

    def _alternatives(self, every: Sequence[Amounts]) -> pd.DataFrame:
        """Yearly totals of each line of the measures under other choices, and under the scenario's own beside them."""
        others = {item.entry.name for item in every if item.entry.alternative is not None}
        shown = [item for item in every if item.entry.arm == REFORM and item.entry.name in others]
        parts = [
            self._line_part(item) | {"alternative": item.entry.alternative or CHOSEN, "sign": item.line.sign}
            for item in sorted(shown, key=lambda item: item.entry.name)  # keeps the order within a measure
        ]
        return joined(ALTERNATIVE_COLUMNS, parts)

    def _lines(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """Every line of every arm."""
        parts = [
            self._line_part(item)
            | {"arm": item.entry.arm, "stock": item.line.stock, "detail": item.line.detail}
            for item in amounts
        ]  # fmt: skip
        return joined(LINE_COLUMNS, parts)

    def _ratios(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """The quotients that measures publish; empty where the denominator is nothing."""
        found = {
            (item.entry.arm, item.entry.name, item.line.name): item.published[self.span] for item in amounts
        }  # fmt: skip
        parts = []
        for entry in self.programme.measures:
            if entry.alternative is not None or entry.arm not in (BASELINE, REFORM):
                continue
            for ratio in entry.measure.ratios:
                numerator = sum(found[entry.arm, entry.name, name] for name in ratio.over)
                denominator = np.asarray(sum(found[entry.arm, entry.name, name] for name in ratio.under))
                value = np.divide(numerator, denominator, out=np.full(len(self.years), np.nan), where=denominator > 0)
                parts.append(
                    {
                        "arm": entry.arm, "measure": entry.name, "ratio": ratio.name,
                        "description": ratio.description, "unit": ratio.unit,
                        "financial_year": self._year_labels, "value": value,
                    }
                )  # fmt: skip
        return joined(RATIO_COLUMNS, parts)


def tax_measure(programme: Programme) -> str:
    """The measure whose changes of pay alone move taxes, or the name for changes of official rules."""
    names = {
        entry.name
        for entry in programme.measures
        if entry.measure.changes_pay and entry.alternative is None and entry.arm in (BASELINE, REFORM)
    }
    return names.pop() if len(names) == 1 and programme.taxes.arms == 1 else CHANGED_RULES
