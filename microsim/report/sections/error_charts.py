"""Simulation error of each measure, and what other populations that meet the same margins would move."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.amounts import MILLION, pounds_in_words, share_in_words
from microsim.report.clear import is_clear
from microsim.report.page import theme
from microsim.report.page.blocks import Column, Figure, Table
from microsim.report.words import in_words

_ROW = 34
_ALL = "all"  # measures together, or years together, in the table `synthesis`


def error_figure(totals: pd.DataFrame, year: str) -> Figure | None:
    """One standard error of each measure in a year; None where no measure has any."""
    rows = error_rows(totals, year)
    known = rows[rows["error"].fillna(0.0) > 0].reset_index(drop=True)
    if known.empty:
        return None
    order = known["measure"].tolist()
    millions = {name: known[name] / MILLION for name in ("error", "cash")}
    data = known[["measure"]].assign(**millions, share=100 * known["share"])
    data["label"] = [share_in_words(share) if share == share else "" for share in known["share"]]
    widest = alt.Scale(domain=[0, 1.25 * float(data["error"].max())])
    base = alt.Chart(data).encode(
        x=alt.X("error:Q", title=f"± in {year}, £ million", axis=alt.Axis(format=",~f"), scale=widest),
        y=alt.Y("measure:N", sort=order, title=None),
        tooltip=[alt.Tooltip("measure:N", title="Measure"), alt.Tooltip("error:Q", title="±, £ million", format=",.1f"),
                 alt.Tooltip("cash:Q", title="Effect on the Exchequer, £ million", format=",.0f"),
                 alt.Tooltip("share:Q", title="± as a share of it, %", format=".1f")],
    )  # fmt: skip
    bars = base.mark_bar(color=theme.MAIN, height=14)
    labels = base.mark_text(align="left", dx=4).encode(text="label:N")
    columns = [
        Column("measure", "Measure"), Column("cash", f"{year}, £ million", "million", "error"),
        Column("share", "± as a share", "share"), Column("all_cash", "All years, £ million", "million", "all_error"),
        Column("all_share", "± as a share", "share"),
    ]  # fmt: skip
    said = f"± {pounds_in_words(float(rows['error'].iloc[-1]))} on the whole in {year}"  # all measures come last
    return Figure(
        "simulation-error", said,
        (bars + labels).properties(height=_ROW * len(known)),
        Table("simulation-error-data", "Simulation error of each measure", columns, rows,
              "Minus is a cost to the Exchequer. ± is one standard error; those of measures do not add up."),
        "Bars: one standard error of simulation of each measure, with its share of the measure's effect: "
        + "; ".join(f"{row['measure']} {pounds_in_words(row['error'])}" for row in known.to_dict("records")) + ".",
        "Beside each bar: the error as a share of the measure's own effect in the year.",
    )  # fmt: skip


def error_rows(totals: pd.DataFrame, year: str) -> pd.DataFrame:
    """Effect and error of each measure and of all, in a year and over all years: pounds; shares are fractions."""
    mine = totals[totals["line"] == ALL_LINES]
    if mine["measure"].nunique() == 2:  # one measure, and all of them, which is the same
        mine = mine[mine["measure"] != ALL_MEASURES]
    rows = []
    for measure, part in mine.groupby("measure", sort=False):
        by_year = part.set_index("financial_year")
        rows.append(
            {"measure": in_words(str(measure))} | _errors(by_year, year, "") | _errors(by_year, ALL_YEARS, "all_")
        )
    return pd.DataFrame(rows, columns=["measure", "cash", "error", "share", "all_cash", "all_error", "all_share"])


def _errors(by_year: pd.DataFrame, year: str, prefix: str) -> dict[str, Any]:
    cash = float(by_year["cash"].get(year, float("nan")))
    error = float(by_year["simulation_error"].get(year, float("nan")))
    return {
        f"{prefix}cash": cash,
        f"{prefix}error": error,
        f"{prefix}share": error / abs(cash) if cash else float("nan"),
    }


def synthesis_figure(moved: pd.DataFrame, fits: pd.DataFrame) -> Figure:
    """What each other population moves the cost of all measures over all years by, with its simulation error."""
    whole = moved[(moved["measure"] == _ALL) & (moved["financial_year"] == _ALL)].reset_index(drop=True)
    described = dict(zip(fits["variant"], fits["association"], strict=True))
    rows = whole.assign(
        association=[str(described.get(name, name)) for name in whole["variant"]],
        low=whole["synthesis_difference"] - whole["simulation_error"],
        high=whole["synthesis_difference"] + whole["simulation_error"],
    )
    order = rows.reindex(rows["synthesis_difference"].abs().sort_values(ascending=False).index).reset_index(drop=True)
    names = ("synthesis_difference", "simulation_error", "low", "high")
    data = order[["variant", "association"]].assign(
        place=range(len(order)), variant=[in_words(name) for name in order["variant"]],
        **{name: order[name] / MILLION for name in names},
    )  # fmt: skip
    base = alt.Chart(data).encode(
        y=alt.Y("place:O", axis=None, scale=alt.Scale(padding=0)),
        tooltip=[alt.Tooltip("association:N", title="Moved"),
                 alt.Tooltip("synthesis_difference:Q", title="Moves the effect by, £ million", format="+,.0f"),
                 alt.Tooltip("simulation_error:Q", title="±, £ million", format=",.0f")],
    )  # fmt: skip
    points = base.mark_point(filled=True, size=70, color=theme.MAIN, yOffset=9).encode(
        x=alt.X("synthesis_difference:Q", title="Change of the effect on the Exchequer over all years, £ million",
                axis=alt.Axis(format="+,~f"))
    )  # fmt: skip
    ends = base.mark_rule(yOffset=9, strokeWidth=2, color=theme.MAIN).encode(x="low:Q", x2="high:Q")
    words = base.mark_text(align="left", baseline="middle", yOffset=-9, limit=alt.ExprRef("width")).encode(
        x=alt.value(0), text="variant:N"
    )
    nought = alt.Chart(pd.DataFrame({"nought": [0.0]})).mark_rule(strokeDash=[4, 3]).encode(x="nought:Q")
    columns = [Column("variant", "Population", "code"), Column("association", "What is moved"),
               Column("as_built", "As built, £ million", "million"),
               Column("synthesis_difference", "Moves it by, £ million", "million", "simulation_error")]  # fmt: skip
    first = order.iloc[0] if len(order) else None
    title = "No other population was tried" if first is None else _synthesis_title(first, len(order))
    return Figure(
        "synthesis-error", title, alt.layer(nought, ends, points, words).properties(height=46 * max(len(order), 1)),
        Table("synthesis-error-data", "Other populations that meet the same margins", columns, order,
              "Minus is a higher cost. ± is one simulation standard error of the difference."),
        "Points: what each other population moves the effect on the Exchequer by, with one standard error: "
        + "; ".join(f"{row['variant']} {pounds_in_words(row['synthesis_difference'])}"
                    for row in order.head(3).to_dict("records")) + ".",
        "Some of the associations that no margin fixes, moved by as much as seemed possible: no bound.",
    )  # fmt: skip


def _synthesis_title(furthest: Any, count: int) -> str:
    """What the population furthest from the one built does to the cost, with its sign where it is told from noise."""
    change, error = float(furthest["synthesis_difference"]), float(furthest["simulation_error"])
    clear = is_clear(change, error)
    verb = "moves" if not clear else "raises" if change < 0 else "lowers"
    spread = "" if error != error else f" (± {pounds_in_words(error)}{'' if clear else ': its sign is not certain'})"
    what = "The one tried" if count == 1 else f"The furthest of {count}"
    return f"{what} {verb} the cost over all years by {pounds_in_words(abs(change))}{spread}"
