"""A run's sums of gains, by name: what every table of this room is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from microsim.accounts.amounts import Amounts
from microsim.accounts.tables import Accounts
from microsim.engine.gain_sums import GainSums, complete
from microsim.engine.gains import EVERYBODY, PEOPLE_ROWS, GainRow, Gains, Kind
from microsim.engine.groups import Breakdown
from microsim.engine.lifetimes import LifetimeSums
from microsim.engine.run import BASELINE, REFORM
from microsim.population.columns import RANDOM_GROUPS


class NationalMoney(NamedTuple):
    """Part of a gain that no person's account gave: whole pence of each published year, shared over groups as the key
    is spread over them, or, without one, not allocated to people."""

    row: GainRow  # the gain that it is part of
    key: GainRow | None
    amount: np.ndarray  # int64
    groups: np.ndarray  # float64 [published years, RANDOM_GROUPS], its parts: see microsim.accounts.national


@dataclass(frozen=True)
class GainResults:
    """`plan` says what the rows, breakdowns and birth cohorts are; sums are int64 of pence x thousandths."""

    plan: Gains
    sums: GainSums
    lifetimes: LifetimeSums
    years: range  # published: a part of those lived
    national: tuple[NationalMoney, ...]
    incomes: np.ndarray  # int64 [published years, WIDE_INCOME_BINS, RANDOM_GROUPS], people by the baseline's income
    exchequer: Mapping[str, np.ndarray]  # int64 [published years] by measure: whole pence of people, as the scorecard's

    @property
    def rows(self) -> tuple[GainRow, ...]:
        """What each row after those of PEOPLE_ROWS is."""
        return self.plan.rows

    @property
    def span(self) -> slice:
        """Where the published years stand among those lived."""
        first = self.years[0] - self.plan.programme.sample.years[0]
        return slice(first, first + len(self.years))

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        """Those that are kept by random group."""
        return self.plan.breakdowns

    def people_row(self, name: str) -> int:
        """The row of one of PEOPLE_ROWS."""
        return PEOPLE_ROWS.index(name)

    def by_group(self, breakdown: int) -> np.ndarray:
        """All rows [rows, published years, groups, RANDOM_GROUPS] of the breakdown at that place."""
        first, last = self.plan.offsets[breakdown : breakdown + 2] * RANDOM_GROUPS
        cells = self.sums.cells[:, self.span, first:last]
        return cells.reshape(*cells.shape[:2], -1, RANDOM_GROUPS)

    @property
    def by_income(self) -> np.ndarray:
        """All rows [rows, published years, INCOME_BINS + 1]."""
        return self.sums.income[:, self.span]

    @property
    def by_wide_income(self) -> np.ndarray:
        """All rows [rows, published years, WIDE_BINS + 1, RANDOM_GROUPS]."""
        wide = self.sums.wide_income[:, self.span]
        return wide.reshape(*wide.shape[:2], -1, RANDOM_GROUPS)

    def wide_changes(self, place: int) -> np.ndarray:
        """People by band of one of CHANGES: [published years, BANDS, WIDE_BINS + 1, RANDOM_GROUPS]."""
        wide = self.sums.wide_changes[place, self.span]
        return wide.reshape(*wide.shape[:2], -1, RANDOM_GROUPS)

    @property
    def moved(self) -> np.ndarray:
        """People by income of the reform less those by the baseline's: [MOVES, published years, INCOME_BINS,
        RANDOM_GROUPS]."""
        moved = self.sums.moved[:, self.span]
        return moved.reshape(*moved.shape[:2], -1, RANDOM_GROUPS)

    def everybody(self) -> np.ndarray:
        """All rows [rows, published years, RANDOM_GROUPS] of all groups together."""
        return self.by_group(0).sum(axis=2)


def gain_results(plan: Gains, sums: tuple[np.ndarray, ...], accounts: Accounts) -> GainResults:
    """The sums of a run beside its accounts."""
    national = national_money(plan, accounts.amounts, accounts.span)
    gained, lifetimes = plan.published(sums)
    gained = complete(gained, EVERYBODY, accounts.ledger.incomes[0], accounts.ledger.wide_incomes[0])
    incomes = accounts.ledger.wide_incomes[0, accounts.span]
    return GainResults(plan, gained, lifetimes, accounts.years, national, incomes, exchequer_totals(plan, accounts))


def exchequer_totals(plan: Gains, accounts: Accounts) -> dict[str, np.ndarray]:
    """What the scorecard has of people for each measure: whole pence of each published year, every line rounded apart
    as there; national money is left out."""
    found: dict[str, np.ndarray] = {}
    for item in accounts.amounts:
        entry = item.entry
        if entry.arm in (BASELINE, REFORM) and entry.alternative is None:
            sign = item.line.sign if entry.arm == REFORM else -item.line.sign
            found[entry.name] = found.get(entry.name, 0) + sign * (item.total - item.national)[accounts.span]
    for change in accounts.tax_changes(REFORM).values():
        found[plan.tax_name] = found.get(plan.tax_name, 0) + change.total[accounts.span]
    return found


def national_money(plan: Gains, amounts: Iterable[Amounts], span: slice) -> tuple[NationalMoney, ...]:
    """The national money of every gain, reform less baseline, by key; `span` are the published years."""
    found: dict[tuple[GainRow, GainRow | None], tuple[np.ndarray, np.ndarray]] = {}
    for item in amounts:
        entry, line, money = item.entry, item.line, item.national[span]
        if entry.arm not in (BASELINE, REFORM) or entry.alternative is not None or not money.any():
            continue
        key = GainRow(entry.name, "key", line.shared_by) if line.shared_by else None
        signs: list[tuple[Kind, int]] = [("exchequer", line.sign)]
        signs += [(gain.kind, (line.name in gain.more) - (line.name in gain.less)) for gain in entry.measure.gains]
        for kind, sign in signs:
            if sign:
                at = GainRow(entry.name, kind), key if key in plan.rows else None
                signed = sign if entry.arm == REFORM else -sign
                amount, groups = found.get(at, (np.zeros_like(money), np.zeros_like(item.national_groups[span])))
                found[at] = amount + signed * money, groups + signed * item.national_groups[span]
    return tuple(NationalMoney(*at, *amount) for at, amount in found.items())
