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
from microsim.accounts.decomposition import decomposition
from microsim.accounts.incomes import incomes_table, taxes_table
from microsim.accounts.rounding import Deflators, whole_units
from microsim.accounts.sharing import share_out
from microsim.engine.ledger import IN_WORK, PAY, PEOPLE, PUBLIC_SECTOR, Ledger
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Place, Programme
from microsim.measures.contract import Line
from microsim.taxes.lines import TAX_LINES
from microsim.years import format_financial_year

CHANGED_RULES = "taxes_and_benefits"  # the scorecard's name for changes of official rules
CHOSEN = "as in the scenario"
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
    place: Place
    national: np.ndarray  # int64 [years], amounts that belong to nobody
    total: np.ndarray  # int64 [years], `national` included


@dataclass(frozen=True)
class Accounts:
    """A run's sums with what is needed to publish them for `years` (a later part of the years lived)."""

    programme: Programme
    ledger: Ledger
    deflators: Deflators
    years: range

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table by name; those of a measure begin with the name it has in the scenario."""
        every = self._amounts()
        amounts = [item for item in every if item.entry.alternative is None and item.entry.arm in (BASELINE, REFORM)]
        breakdowns = standard_breakdowns(self.programme.sample.population, self.ledger)
        arms = [arm for arm in (BASELINE, REFORM) if arm == BASELINE or self.programme.assessed(arm)]
        if not self.programme.assessments:
            arms = []
        found = {
            "scorecard": self._scorecard(amounts),
            "lines": self._lines(amounts),
            "ratios": self._ratios(amounts),
            "breakdowns": self._breakdowns(amounts, breakdowns),
            "population": self._population(breakdowns),
            "taxes": taxes_table(self.ledger, arms, self.years, self._lived[0]),
            "incomes": incomes_table(self.ledger, arms, self.years, self._lived[0]),
            "alternatives": self._alternatives(every),
        }
        decomposed = decomposition(self.programme, every, self.tax_changes, self._money, self._year_names)
        return found | ({} if decomposed.empty else {"decomposition": decomposed}) | self._own_tables(amounts)

    def _amounts(self) -> list[Amounts]:
        result = []
        places = iter(self.programme.places)
        for entry in self.programme.measures:
            mine = [next(places) for _ in entry.measure.lines]
            people = {one.line.name: self._people_units(one) for one in mine}
            of_nobody = entry.measure.national(entry.params, entry.setting, people) if entry.measure.national else {}
            for one in mine:
                national = of_nobody.get(one.line.name, np.zeros(len(self._lived), np.int64))
                result.append(Amounts(entry, one.line, one, national, people[one.line.name] + national))
        return result

    def _people_units(self, one: Place) -> np.ndarray:
        """Whole pence or people of a line, int64 [years], without what belongs to nobody."""
        if one.detail:
            return np.asarray(whole_units(self.ledger.area[one.place]).sum(axis=1))
        return np.asarray(whole_units(self.ledger.totals[one.place][:, None])[:, 0])

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
        frames += self._tax_frames()
        columns = ["measure", "line", "description", "payer", "head", "financial_year", "cash", "real",
                   "present_value", "net_borrowing"]  # fmt: skip
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _tax_frames(self) -> list[pd.DataFrame]:
        """Taxes and benefits of the reform less those of the baseline, under the measure that moves them or, where
        official rules change or several measures move them, under a name of their own."""
        frames = []
        for place, change in self.tax_changes(REFORM).items():
            line, money = TAX_LINES[place], self._money(change)
            frames.append(
                pd.DataFrame(
                    {
                        "measure": self.tax_measure(), "line": line.name, "description": line.description,
                        "payer": line.payer, "head": line.head, "financial_year": self._year_names,
                        **money, "net_borrowing": 0.0 - money["cash"],
                    }
                )
            )  # fmt: skip
        return frames

    def tax_measure(self) -> str:
        """The measure whose changes of pay alone move taxes, or the name for changes of official rules."""
        names = {
            entry.name
            for entry in self.programme.measures
            if entry.measure.changes_pay and entry.alternative is None and entry.arm in (BASELINE, REFORM)
        }
        return names.pop() if len(names) == 1 and self.programme.taxes.arms == 1 else CHANGED_RULES

    def _alternatives(self, every: Sequence[Amounts]) -> pd.DataFrame:
        """Yearly totals of each line of the measures under other choices, and under the scenario's own beside them."""
        others = {item.entry.name for item in every if item.entry.alternative is not None}
        shown = [item for item in every if item.entry.arm == REFORM and item.entry.name in others]
        frames = []
        for item in sorted(shown, key=lambda item: item.entry.name):  # keeps the order within a measure
            label, line, money = item.entry.alternative or CHOSEN, item.line, self._money(item.total)
            people = line.unit == "people"
            frames.append(
                pd.DataFrame(
                    {
                        "measure": item.entry.name, "alternative": label, "line": line.name,
                        "description": line.description, "payer": line.payer, "head": line.head, "sign": line.sign,
                        "unit": "people" if people else "£", "financial_year": self._year_names,
                        "amount": item.total[self._span].astype(np.float64) if people else money["cash"],
                        "real": np.nan if people else money["real"],
                    }
                )
            )  # fmt: skip
        columns = ["measure", "alternative", "line", "description", "payer", "head", "sign", "unit", "financial_year",
                   "amount", "real"]  # fmt: skip
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _lines(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """Every line of every arm, unsigned, in cash (or people) and real terms."""
        columns = ["arm", "measure", "line", "description", "payer", "head", "unit", "stock", "detail",
                   "financial_year", "amount", "real"]  # fmt: skip
        frames = []
        for item in amounts:
            line, money = item.line, self._money(item.total)
            people = line.unit == "people"
            frame = pd.DataFrame({"financial_year": self._year_names})
            frame["amount"] = item.total[self._span].astype(np.float64) if people else money["cash"]
            frame["real"] = np.nan if people else money["real"]
            frame["arm"], frame["measure"], frame["line"] = item.entry.arm, item.entry.name, line.name
            frame["description"], frame["payer"], frame["head"] = line.description, line.payer, line.head
            frame["unit"], frame["stock"], frame["detail"] = "people" if people else "£", line.stock, line.detail
            frames.append(frame[columns])
        return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)

    def _ratios(self, amounts: Sequence[Amounts]) -> pd.DataFrame:
        """The quotients that measures publish; empty where the denominator is nothing."""
        by_line = {(item.entry.arm, item.entry.name, item.line.name): item for item in amounts}
        frames = []
        for entry in self.programme.measures:
            if entry.alternative is not None or entry.arm not in (BASELINE, REFORM):
                continue
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
        """Every line with detail by every breakdown; rows of years in which the line is nothing are left out."""
        places = {(item.entry.arm, item.entry.name, item.line.name): item.place for item in amounts}
        frames = []
        for item in amounts:
            if not item.place.detail:
                continue
            key = places.get((item.entry.arm, item.entry.name, item.line.shared_by))
            for breakdown in (*standard, *self._own_breakdowns(item.entry)):
                units = whole_units(breakdown.sums(self.ledger, item.place.place))
                labels, rest = breakdown.groups, item.national
                if key is not None and item.national.any():
                    shares, rest = share_out(item.national, breakdown.sums(self.ledger, key.place))
                    units = units + shares
                if rest.any():
                    units = np.concatenate([units, rest[:, None]], axis=1)
                    labels = (*labels, NOT_ALLOCATED)
                values = units[self._span] / _per_unit(item.line)
                frame = self._grouped(breakdown.name, labels, {"amount": values})
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
        reform = [entry for entry in self.programme.measures if entry.arm == REFORM and entry.alternative is None]
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
