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

from microsim.accounts.amounts import PENCE, Amounts, adults_of, every_amount, people_sum, per_unit, unit_name
from microsim.accounts.breakdown_tables import breakdown_table, population_table
from microsim.accounts.breakdowns import standard_breakdowns
from microsim.accounts.decomposition import decomposition
from microsim.accounts.frames import Labels, Part, joined
from microsim.accounts.incomes import incomes_table, taxes_table
from microsim.accounts.own_tables import tables_of_measure
from microsim.accounts.published import Published
from microsim.accounts.ratios import ratios_table
from microsim.accounts.replicates import replicates_table
from microsim.accounts.rounding import WEIGHT_UNIT, Deflators
from microsim.accounts.second_round import second_round_tables
from microsim.accounts.sums import Sum, added
from microsim.accounts.totals import totals_table
from microsim.engine.ledger import Ledger
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme
from microsim.measures.contract import Line
from microsim.taxes.lines import TAX_LINES, TaxLine
from microsim.years import format_financial_year

CHANGED_RULES = "taxes_and_benefits"  # the scorecard's name for changes of official rules
CHOSEN = "as in the scenario"
SCORECARD_COLUMNS = (
    "measure", "line", "description", "payer", "head", "financial_year", "cash", "real", "present_value",
    "net_borrowing", "simulation_error",
)  # fmt: skip
LINE_COLUMNS = (
    "arm", "measure", "line", "description", "payer", "head", "unit", "stock", "detail", "financial_year", "amount",
    "real", "simulation_error",
)  # fmt: skip
ALTERNATIVE_COLUMNS = (
    "measure", "alternative", "line", "description", "payer", "head", "sign", "unit", "financial_year", "amount",
    "real", "simulation_error",
)  # fmt: skip


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
        amounts = self.chosen
        breakdowns = standard_breakdowns(self.programme.sample.population, self.ledger)
        arms = [arm for arm in (BASELINE, REFORM) if arm == BASELINE or self.programme.assessed(arm)]
        if not self.programme.assessments:
            arms = []
        found = {
            "scorecard": self._scorecard(),
            "lines": self._lines(amounts),
            "scorecard_totals": self._totals(),
            "ratios": ratios_table(filter(is_chosen, self.programme.measures), amounts, self.published),
            "breakdowns": breakdown_table(amounts, breakdowns, self.ledger, self.published),
            "population": population_table(self.programme, breakdowns, self.ledger, self.published),
            "taxes": taxes_table(self.ledger, arms, self.published),
            "incomes": incomes_table(self.ledger, arms, self.published),
            "alternatives": self._alternatives(every),
        }
        effects = [(measure, line.name, one.within(self.span)) for measure, line, one in self.effects]
        found["replicates"] = replicates_table(effects, self.published)
        decomposed = decomposition(self.programme, every, self.tax_changes, self.money, self.published)
        return found | ({} if decomposed.empty else {"decomposition": decomposed}) | self._own_tables(amounts)

    def second_round(self, totals: np.ndarray) -> dict[str, pd.DataFrame]:
        """The tables of second-round effects, which no other table counts; `totals` are those of SecondRoundSums."""
        costing = added((effect for _, _, effect in self.effects), len(self._lived))
        worth = self.deflators.value_of_a_pound
        return second_round_tables(
            self.programme, self.ledger.taxes, totals, self.money, costing, worth, self.published
        )  # fmt: skip

    @cached_property
    def amounts(self) -> list[Amounts]:
        """Every line of every arm and choice."""
        return every_amount(self.programme, self.ledger)

    @cached_property
    def chosen(self) -> list[Amounts]:
        """Those of the baseline and the reform under the scenario's own choices."""
        return [one for one in self.amounts if is_chosen(one.entry)]

    @cached_property
    def published(self) -> Published:
        """The years that are published, and the people from whom simulation error is estimated."""
        one_in = self.programme.sample.noise_weight / WEIGHT_UNIT
        return Published(tuple(self._year_names), self.span, adults_of(self.ledger), one_in)

    def _own_tables(self, amounts: Sequence[Amounts]) -> dict[str, pd.DataFrame]:
        """The tables that the measures of the reform publish besides, in the run's years."""
        found = {}
        for entry in self.programme.measures:
            if entry.arm != REFORM or entry.alternative is not None:
                continue
            mine = [item for item in amounts if item.entry is entry]
            for name, table in tables_of_measure(entry, mine, self.published.adults).items():
                if "financial_year" in table:
                    table = table[table["financial_year"].isin(self._year_names)].reset_index(drop=True)
                found[f"{entry.name}.{name}"] = table
        return found

    def tax_changes(self, arm: str) -> dict[int, Sum]:
        """The effect on the Exchequer of taxes and benefits in an arm less those of the baseline: pence [years], by
        place among TAX_LINES; none where the arm has the baseline's."""
        place = self.programme.assessed(arm)
        if not place:
            return {}
        found = {}
        for at, line in enumerate(TAX_LINES):
            baseline, changed = (people_sum(self.ledger.taxes[arm_place, at]) for arm_place in (0, place))
            if line.exchequer and (changed.total != baseline.total).any():
                found[at] = changed.plus(baseline, -1).times(line.exchequer)
        return found

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

    def money(self, total: np.ndarray) -> dict[str, np.ndarray]:
        """Pence of all years lived as pounds of those published: cash, real and present value."""
        return {
            "cash": total[self.span] / PENCE,
            "real": self.deflators.real(total)[self.span] / PENCE,
            "present_value": self.deflators.present_value(total)[self.span] / PENCE,
        }

    @cached_property
    def effects(self) -> list[tuple[str, Line | TaxLine, Sum]]:
        """The lines of the scorecard, by measure: reform less baseline, signed, pence of all years lived.

        Taxes and benefits are under the measure that moves them or, where official rules change or several measures
        move them, under a name of their own.
        """
        signed: dict[tuple[str, str], tuple[Line | TaxLine, Sum]] = {}
        for item in self.chosen:
            if item.line.sign:
                key = (item.entry.name, item.line.name)
                effect = item.sum.times(item.line.sign if item.entry.arm == REFORM else -item.line.sign)
                signed[key] = item.line, signed[key][1].plus(effect) if key in signed else effect
        own_name = tax_measure(self.programme)
        return [
            *((measure, line, effect) for (measure, _), (line, effect) in signed.items()),
            *((own_name, TAX_LINES[place], change) for place, change in self.tax_changes(REFORM).items()),
        ]

    def _scorecard(self) -> pd.DataFrame:
        """Every effect on the Exchequer, and on borrowing (plus is more borrowing)."""
        return joined(SCORECARD_COLUMNS, [self._scorecard_part(*row) for row in self.effects])

    def _totals(self) -> pd.DataFrame:
        """Sums of the scorecard over lines and years: of the published cells, in all prices."""
        worth = self.deflators.worth_of_a_pound[:, self.span, None]
        effects = []
        for measure, line, effect in self.effects:
            prices = (effect.total, self.deflators.real(effect.total), self.deflators.present_value(effect.total))
            one = Sum(np.stack(prices)[:, self.span], effect.groups[self.span] * worth)
            effects.append((measure, line.name, one))
        return totals_table(effects, self.published)

    def _scorecard_part(self, measure: str, line: Line | TaxLine, effect: Sum) -> Part:
        money = self.money(effect.total)
        return {
            "measure": measure, "line": line.name, "description": line.description, "payer": line.payer,
            "head": line.head, "financial_year": self._year_labels, **money, "net_borrowing": 0.0 - money["cash"],
            "simulation_error": (self.published.error(effect) / PENCE).round(2),
        }  # fmt: skip

    def _line_part(self, item: Amounts) -> dict[str, object]:
        """The rows of a line, unsigned, in cash (or people) and real terms."""
        line = item.line
        return {
            "measure": item.entry.name, "line": line.name, "description": line.description, "payer": line.payer,
            "head": line.head, "unit": unit_name(line), "financial_year": self._year_labels,
            **self.amount_and_real(item),
            "simulation_error": (self.published.error(item.sum) / per_unit(line)).round(2),
        }  # fmt: skip

    def amount_and_real(self, item: Amounts) -> dict[str, np.ndarray]:
        """A line in the published years: cash (or people), and pounds in real terms (not a number for people)."""
        is_money = item.line.unit == "pence"
        real = self.deflators.real(item.total) / PENCE if is_money else np.full(len(item.total), np.nan)
        return {"amount": item.published[self.span], "real": real[self.span]}

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


def is_chosen(entry: ArmMeasure) -> bool:
    """Whether a measure is of the baseline or the reform under the scenario's own choices."""
    return entry.alternative is None and entry.arm in (BASELINE, REFORM)


def tax_measure(programme: Programme) -> str:
    """The measure whose changes of pay alone move taxes, or the name for changes of official rules."""
    names = {entry.name for entry in programme.measures if entry.measure.changes_pay and is_chosen(entry)}
    return names.pop() if len(names) == 1 and programme.taxes.arms == 1 else CHANGED_RULES
