"""The kinds of gain that people have, apart and never added: in words, in colours, and by group in one year."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.distribution import KINDS, shown_year
from microsim.report.headline import reference_year
from microsim.report.page import theme

KIND_WORDS = {**dict(KINDS), "cash": "in cash"}  # of the kinds of `gains`: in cash, in kind, at their employers
KIND_COLOURS = {"cash": theme.CONTRAST, "in_kind": theme.MAIN, "employer": theme.QUIET}
# what gains are set against, by the name of the share: its column in `gain_groups` and in `gains`
_AGAINST = {"per_household": "households", "per_adult": "adults", "share_of_income": "net_income"}


class Shown(NamedTuple):
    """What a figure shows: the gains of one measure, or of all, in one year."""

    year: str
    measure: str


def year_shown(run: FinishedRun, years: pd.Series) -> str:
    """The year that the headline quotes; where there are no gains in it, the tenth with gains, or the last. `years` are
    those with gains."""
    quoted = reference_year(run.scorecard) if len(run.scorecard) else ""
    return quoted if quoted in set(years) else shown_year(years)


def of_people(gains: pd.DataFrame) -> pd.DataFrame:
    """Rows of `gains` of the kinds that people have, or their employers: what they do to the Exchequer left out."""
    return gains[gains["kind"].isin(KIND_COLOURS)]


def kind_of_most(england: pd.DataFrame) -> str:
    """The kind with most money, gained or lost, among rows of `gains` for England."""
    return str(england.groupby("kind", sort=False)["amount"].sum().abs().idxmax())


def kinds_in(rows: pd.DataFrame) -> list[str]:
    """The kinds among the rows, in the order in which they are always shown."""
    return [kind for kind in KIND_COLOURS if (rows["kind"] == kind).any()]


def by_group(run: FinishedRun, shown: Shown, breakdown: str) -> pd.DataFrame:
    """A row for each group of a breakdown and each kind that there is, groups without gains included.

    Columns: group, kind, adults, households, net_income, amount and error (£), and per_household, per_adult (£ a year)
    and share_of_income (fraction), each with its error of simulation as `error_per_household` and so on. A group in
    which nobody gains has nothing, and no error that is known; a share of what there is none of is missing.
    """
    groups, gains = run.table("gain_groups"), run.table("gains")
    groups = groups[(groups["breakdown"] == breakdown) & (groups["financial_year"] == shown.year)]
    gains = of_people(gains[(gains["financial_year"] == shown.year) & (gains["measure"] == shown.measure)])
    kinds, gains = kinds_in(gains), gains[gains["breakdown"] == breakdown]
    rows = groups[["group", *_AGAINST.values()]].merge(pd.DataFrame({"kind": kinds}, dtype=object), how="cross")
    wanted = ["group", "kind", "amount", "simulation_error", *_AGAINST]
    rows = rows.merge(gains[wanted], on=["group", "kind"], how="left").rename(columns={"simulation_error": "error"})
    nobody = rows["amount"].isna()
    rows.loc[nobody, "amount"] = 0.0
    for share, against in _AGAINST.items():
        there = rows[against] > 0
        rows.loc[nobody & there, share] = 0.0
        rows[f"error_{share}"] = (rows["error"] / rows[against].where(there)).where(rows[share].notna())
    return rows
