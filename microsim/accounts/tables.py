"""The published tables of a run, as pandas frames in a fixed order of rows.

Sign: in the scorecard, minus is a cost to the Exchequer and plus a gain, as in the Treasury's. Memo lines
(entitlement, balances, counts) are amounts without a sign. Money is in pounds, exact to the penny.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.breakdowns import NOT_ALLOCATED, Breakdown, area_breakdown, standard_breakdowns
from microsim.accounts.incomes import incomes_table, taxes_table
from microsim.accounts.rounding import Deflators, whole_units
from microsim.engine.ledger import IN_WORK, PAY, PEOPLE, PUBLIC_SECTOR, Ledger
from microsim.engine.run import ArmMeasure, Programme
from microsim.measures.contract import Line
from microsim.taxes.lines import TAX_LINES
from microsim.years import format_financial_year

ARMS = BASELINE, REFORM = "baseline", "reform"
CHANGED_RULES = "taxes_and_benefits"  # the scorecard's name for changes of official rules
PENCE = 100.0
_POPULATION_LINES = (
    ("people", PEOPLE, 1.0),
    ("in_work", IN_WORK, 1.0),
    ("public_sector", PUBLIC_SECTOR, 1.0),
    ("pay", PAY, PENCE),
)


class Amounts(NamedTuple):
    """A line of a measure in an arm: whole pence or people, over all years lived."""

    entry: ArmMeasure
    line: Line
    place: int  # in the ledger
    fixed: np.ndarray  # int64 [years], national amounts that belong to nobody
    total: np.ndarray  # int64 [years], `fixed` included


@dataclass(frozen=True)
class Accounts:
    """A run's sums with what is needed to publish them for `years` (a later part of the years lived)."""

    programme: Programme
    ledger: Ledger
    deflators: Deflators
    years: range

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name."""
        amounts = self._amounts()
        breakdowns = standard_breakdowns(self.programme.sample.population, self.ledger)
        return {
            "scorecard": self._scorecard(amounts),
            "lines": self._lines(amounts),
            "ratios": self._ratios(amounts),
            "breakdowns": self._breakdowns(amounts, breakdowns),
            "population": self._population(breakdowns),
            "taxes": taxes_table(self.ledger, ARMS[: self.programme.taxes.arms], self.years, self._lived[0]),
            "incomes": incomes_table(self.ledger, ARMS[: self.programme.taxes.arms], self.years, self._lived[0]),
        }

    def _amounts(self) -> list[Amounts]:
        result = []
        for entry, line, place in self.programme.lines():
            fixed = entry.measure.fixed(entry.params, entry.setting) if entry.measure.fixed else {}
            national = fixed.get(line.name, np.zeros(len(self._lived), np.int64))
            people = whole_units(self.ledger.area[place]).sum(axis=1)
            result.append(Amounts(entry, line, place, national, people + national))
        return result

    @property
    def _lived(self) -> range:
        return self.programme.sample.years

    @property
    def _span(self) -> slice:
        first = self.years[0] - self._lived[0]
        return slice(first, first + len(self.years))

    @property
    def _year_names(self) -> list[str]:
        return [format_financial_year(year) for year in self.years]

    def _money(self, total: np.ndarray) -> dict[str, np.ndarray]:
        return {
            "cash": total[self._span] / PENCE,
            "real": self.deflators.real(total)[self._span] / PENCE,
            "present_value": self.deflators.present_value(total)[self._span] / PENCE,
        }

    def _scorecard(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """Reform less baseline, signed, with the effect on borrowing (plus is more borrowing)."""
        signed: dict[tuple[str, str], tuple[Amounts, np.ndarray]] = {}
        for item in amounts:
            if not item.line.sign:
                continue
            key = (item.entry.name, item.line.name)
            arm = 1 if item.entry.arm == REFORM else -1
            before = signed[key][1] if key in signed else 0
            signed[key] = (item, before + arm * item.line.sign * item.total)
        frames = []
        for item, total in signed.values():
            money = self._money(total)
            frames.append(
                pd.DataFrame(
                    {
                        "measure": item.entry.name, "line": item.line.name, "description": item.line.description,
                        "payer": item.line.payer, "head": item.line.head, "financial_year": self._year_names,
                        **money, "net_borrowing": 0.0 - money["cash"],
                    }
                )
            )  # fmt: skip
        frames += self._changed_rules()
        columns = ["measure", "line", "description", "payer", "head", "financial_year", "cash", "real",
                   "present_value", "net_borrowing"]  # fmt: skip
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _changed_rules(self) -> list[pd.DataFrame]:
        """Taxes and benefits of the reform less those of the baseline, where a scenario changes official rules."""
        if self.programme.taxes.arms < len(ARMS):
            return []
        frames = []
        for place, line in enumerate(TAX_LINES):
            baseline, reform = (whole_units(sums[place][:, None])[:, 0] for sums in self.ledger.taxes)
            if line.exchequer and (reform != baseline).any():
                money = self._money(line.exchequer * (reform - baseline))
                frames.append(
                    pd.DataFrame(
                        {
                            "measure": CHANGED_RULES, "line": line.name, "description": line.description,
                            "payer": line.payer, "head": line.head, "financial_year": self._year_names,
                            **money, "net_borrowing": 0.0 - money["cash"],
                        }
                    )
                )  # fmt: skip
        return frames

    def _lines(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """Every line of every arm, unsigned, in cash (or people) and real terms."""
        columns = ["arm", "measure", "line", "description", "payer", "head", "unit", "stock", "financial_year",
                   "amount", "real"]  # fmt: skip
        frames = []
        for item in amounts:
            line, money = item.line, self._money(item.total)
            people = line.unit == "people"
            frame = pd.DataFrame({"financial_year": self._year_names})
            frame["amount"] = item.total[self._span].astype(np.float64) if people else money["cash"]
            frame["real"] = np.nan if people else money["real"]
            frame["arm"], frame["measure"], frame["line"] = item.entry.arm, item.entry.name, line.name
            frame["description"], frame["payer"], frame["head"] = line.description, line.payer, line.head
            frame["unit"], frame["stock"] = "people" if people else "£", line.stock
            frames.append(frame[columns])
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _ratios(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """The quotients that measures publish; empty where the denominator is nothing."""
        by_line = {(item.entry.arm, item.entry.name, item.line.name): item for item in amounts}
        frames = []
        for entry in self.programme.measures:
            for ratio in entry.measure.ratios:
                over = [by_line[entry.arm, entry.name, name] for name in ratio.over]
                under = [by_line[entry.arm, entry.name, name] for name in ratio.under]
                numerator = sum(_in_units(item)[self._span] for item in over)
                denominator = np.asarray(sum(_in_units(item)[self._span] for item in under))
                value = np.divide(numerator, denominator, out=np.full(len(self.years), np.nan), where=denominator > 0)
                frames.append(
                    pd.DataFrame(
                        {
                            "arm": entry.arm, "measure": entry.name, "ratio": ratio.name,
                            "description": ratio.description, "unit": ratio.unit,
                            "financial_year": self._year_names, "value": value,
                        }
                    )
                )  # fmt: skip
        columns = ["arm", "measure", "ratio", "description", "unit", "financial_year", "value"]
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _breakdowns(self, amounts: Sequence[Amounts], standard: Sequence[Breakdown]) -> pd.DataFrame:
        """Every line by every breakdown; rows of years in which the line is nothing are left out."""
        frames = []
        for item in amounts:
            for breakdown in (*standard, *self._own_breakdowns(item.entry)):
                units = whole_units(breakdown.sums(self.ledger, item.place))[self._span]
                labels = breakdown.groups
                if item.fixed.any():
                    units = np.concatenate([units, item.fixed[self._span, None]], axis=1)
                    labels = (*labels, NOT_ALLOCATED)
                frame = self._grouped(breakdown.name, labels, {"amount": units / _per_unit(item.line)})
                frame.insert(0, "line", item.line.name)
                frame.insert(0, "measure", item.entry.name)
                frame.insert(0, "arm", item.entry.arm)
                frames.append(frame[np.repeat(item.total[self._span] != 0, len(labels))])
        columns = ["arm", "measure", "line", "breakdown", "group", "financial_year", "amount"]
        table = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
        return table[columns]

    def _own_breakdowns(self, entry: ArmMeasure) -> Iterator[Breakdown]:
        if entry.measure.area_groups is not None:
            for name, (groups, member) in entry.measure.area_groups(entry.params, entry.setting).items():
                yield area_breakdown(f"{entry.name}.{name}", groups, member)

    def _population(self, standard: Sequence[Breakdown]) -> pd.DataFrame:
        """Residents, those in work or the public sector, and pay, by every breakdown.

        A measure's own breakdowns are those of the reform arm.
        """
        reform = (entry for entry in self.programme.measures if entry.arm == REFORM)
        frames = []
        for breakdown in (*standard, *(own for entry in reform for own in self._own_breakdowns(entry))):
            values = {
                name: whole_units(breakdown.sums(self.ledger, line))[self._span] / unit
                for name, line, unit in _POPULATION_LINES
            }
            if breakdown.grouping != "area":
                values["public_sector"] = np.full_like(values["public_sector"], np.nan)  # drawn by region alone
            frames.append(self._grouped(breakdown.name, breakdown.groups, values))
        return pd.concat(frames, ignore_index=True)

    def _grouped(self, name: str, groups: Sequence[str], values: dict[str, np.ndarray]) -> pd.DataFrame:
        """A long frame, a row for each year and group, from values [years, groups]."""
        return pd.DataFrame(
            {
                "breakdown": name,
                "group": np.tile(np.asarray(groups, object), len(self.years)),
                "financial_year": np.repeat(np.asarray(self._year_names, object), len(groups)),
                **{column: array.reshape(-1) for column, array in values.items()},
            }
        )


def _per_unit(line: Line) -> float:
    return PENCE if line.unit == "pence" else 1.0


def _in_units(item: Amounts) -> np.ndarray:
    result: np.ndarray = item.total / _per_unit(item.line)
    return result
