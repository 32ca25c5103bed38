"""The comparison with published figures as blocks: counts by area, what is outside and why, and every figure."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from microsim.report.page import theme
from microsim.report.page.blocks import Column, Figure, Table
from microsim.report.validation_words import VALUE_COLUMNS, cells_of
from microsim.report.words import in_words
from microsim.validation.compare import INSIDE, OUTSIDE
from microsim.validation.targets import HELD_OUT, INPUT

HOW_TO_READ = (
    "A figure that the fit of the population read checks the machinery; only a figure held out of it is evidence "
    "that the model is right. Tolerances were set before any figure was looked at. The standard error is that of the "
    "simulation alone, and excuses no miss."
)
_ALL = "all"  # the row of counts over all areas
_FARTHEST = 6.0  # tolerances: what lies further off is drawn at the edge
_ROW = 34
_MOST_REASONS = 10
_NOISE = 2.0  # standard errors
_EVIDENCE = {INPUT: "Read by the fit", HELD_OUT: "Held out"}
_LENGTHS = {INPUT: 9, HELD_OUT: 17}  # of a mark: held out is told apart in grey too
_COUNTS = {
    "inside": "Inside", "outside": "Outside", "inputs_inside": "Inputs inside", "inputs_outside": "Inputs outside",
    "held_out_inside": "Held out inside", "held_out_outside": "Held out outside",
}  # fmt: skip


def counts_sentence(counts: pd.DataFrame) -> str:
    """How many figures lie inside, those that the fit read and those held out apart."""
    total = counts[counts["comparison"] == _ALL].iloc[0]
    found = int(total["inside"] + total["outside"])
    said = f"{int(total['inside']):,} of {found:,} published figures lie inside their tolerance, " \
           f"{int(total['outside']):,} outside."  # fmt: skip
    shares = []
    for words, name in (("those that the fit read", "inputs"), ("those held out of it", "held_out")):
        inside, outside = int(total[f"{name}_inside"]), int(total[f"{name}_outside"])
        if inside + outside:
            shares.append(f"{100 * inside / (inside + outside):.0f} % of {words} ({inside:,} of {inside + outside:,})")
    return f"{said} Inside are {' and '.join(shares)}." if shares else said


def counts_table(counts: pd.DataFrame) -> Table:
    """Figures inside and outside by area, inputs of the fit and held-out ones apart."""
    rows = counts.assign(
        strong=counts["comparison"] == _ALL, comparison=[in_words(str(name)) for name in counts["comparison"]]
    )
    columns = [Column("comparison", "Area"), *(Column(name, label, "count") for name, label in _COUNTS.items())]
    return Table("validation-counts", "Published figures by area", columns, rows, strong="strong")


def misses_tables(table: pd.DataFrame) -> list[Table]:
    """What is outside by area and reason, those with the most figures first: of figures held out, and, folded, of those
    that the fit read."""
    outside = table[table["verdict"] == OUTSIDE]
    held_out, read = (_misses(outside[outside["evidence"] == evidence]) for evidence in (HELD_OUT, INPUT))
    found = []
    if len(held_out):
        title = f"Outside, though held out of the fit, and why ({held_out['figures'].sum()} figures)"
        found.append(_misses_table("misses-held-out", title, held_out.head(_MOST_REASONS)))
    if len(held_out) > _MOST_REASONS:
        rest = held_out.iloc[_MOST_REASONS:]
        title = f"{len(rest)} more reasons, for {rest['figures'].sum()} figures held out"
        found.append(_misses_table("misses-held-out-more", title, rest, folded=True))
    if len(read):
        title = f"Outside, though the fit read them ({read['figures'].sum()} figures)"
        found.append(_misses_table("misses-read", title, read, folded=True))
    return found


def noise_sentence(table: pd.DataFrame) -> str:
    """How many misses another sample might bring inside."""
    outside = table[table["verdict"] == OUTSIDE]
    near = outside["difference"].abs() - outside["tolerance"] < _NOISE * outside["sampling_error"]
    if not near.any():
        return ""
    return (
        f"{int(near.sum()):,} of the {len(outside):,} misses lie less than two standard errors beyond their tolerance, "
        "so that another or a larger sample might bring them inside; the others are more than noise."
    )


def _misses(missed: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for (area, reason), part in missed.groupby(["comparison", "reason"], sort=False):
        far = _in_tolerances(part).abs()
        worst = next(part.iloc[[int(far.to_numpy().argmax())]].itertuples())
        published, model, difference, *_ = cells_of(worst)
        furthest = f"{worst.quantity}: {model} against {published} ({difference})"
        rows.append((in_words(str(area)), str(reason), len(part), furthest, round(float(far.max()), 1)))
    frame = pd.DataFrame(rows, columns=["area", "reason", "figures", "furthest", "far"])
    return frame.sort_values("figures", ascending=False, kind="stable", ignore_index=True)


def _misses_table(name: str, title: str, frame: pd.DataFrame, folded: bool = False) -> Table:
    columns = [Column("area", "Area"), Column("reason", "Why"), Column("figures", "Figures", "count"),
               Column("furthest", "The furthest off"), Column("far", "in tolerances", "number")]  # fmt: skip
    return Table(name, title, columns, frame, folded=folded)


def _in_tolerances(table: pd.DataFrame) -> pd.Series:
    return (table["difference"] / table["tolerance"]).replace([np.inf, -np.inf], np.nan).fillna(np.inf)


def figures_table(table: pd.DataFrame, name: str, title: str, *, with_area: bool, folded: bool = False) -> Table:
    """Every figure beside the model's, in the terms of its tolerance."""
    cells = [cells_of(row) for row in table.itertuples()]
    rows = pd.DataFrame(cells, columns=list(VALUE_COLUMNS), index=table.index).assign(
        area=[in_words(str(area)) for area in table["comparison"]], quantity=table["quantity"],
        far=_in_tolerances(table).round(2), verdict=table["verdict"], evidence=table["evidence"].map(_EVIDENCE),
        source=table["source"] + " (" + table["date"] + ")", reason=table["reason"],
    )  # fmt: skip
    heads = {"published": "Published", "model": "Model", "difference": "Difference", "tolerance": "Tolerance",
             "sampling_error": "Standard error"}  # fmt: skip
    columns = [*([Column("area", "Area")] if with_area else []), Column("quantity", "Figure")]
    columns += [Column(key, label) for key, label in heads.items()]
    columns += [Column("far", "in tolerances", "number"), Column("verdict", "Verdict")]
    columns += [Column("evidence", "The fit"), Column("source", "Source")] if with_area else [Column("reason", "Why")]
    return Table(name, title, columns, rows.reset_index(drop=True), folded=folded)


def gaps_figure(table: pd.DataFrame) -> Figure:
    """Every figure's difference in units of its tolerance, by area; its data are all figures."""
    areas = list(dict.fromkeys(table["comparison"]))
    far = _in_tolerances(table)
    cells = [cells_of(row) for row in table.itertuples()]
    data = pd.DataFrame(
        {"place": [areas.index(area) for area in table["comparison"]],
         "far": far.clip(-_FARTHEST, _FARTHEST).round(2).to_numpy(),
         "figure": table["quantity"].to_numpy(), "evidence": table["evidence"].map(_EVIDENCE).to_numpy(),
         "length": table["evidence"].map(_LENGTHS).to_numpy(),
         "beside": [f"{model} against {published}, {difference}" for published, model, difference, *_ in cells]}
    )  # fmt: skip
    place = alt.Y("place:O", axis=None, scale=alt.Scale(padding=0, domain=list(range(len(areas)))))
    colours = alt.Scale(domain=list(_EVIDENCE.values()), range=[theme.MAIN, theme.CONTRAST])
    inside = alt.Chart(pd.DataFrame({"low": [-1.0], "high": [1.0]})).mark_rect(color=theme.QUIET, opacity=0.22).encode(
        x=alt.X("low:Q", title="Difference, in tolerances",
                scale=alt.Scale(domain=[-_FARTHEST, _FARTHEST])),
        x2="high:Q", tooltip=alt.value("Inside the tolerance"),
    )  # fmt: skip
    ticks = alt.Chart(data).mark_tick(thickness=1.4, opacity=0.75, yOffset=9).encode(
        x="far:Q", y=place, color=alt.Color("evidence:N", title=None, scale=colours),
        size=alt.Size("length:Q", legend=None, scale=None),
        tooltip=[alt.Tooltip("figure:N", title="Figure"), alt.Tooltip("beside:N", title="Model against published"),
                 alt.Tooltip("far:Q", title="in tolerances", format="+.1f"),
                 alt.Tooltip("evidence:N", title="The fit")],
    )  # fmt: skip
    names = pd.DataFrame({"place": range(len(areas)), "area": [in_words(str(area)) for area in areas]})
    words = (
        alt.Chart(names)
        .mark_text(align="left", baseline="middle", yOffset=-6, fontWeight="bold")
        .encode(x=alt.value(0), y=place, text="area:N")
    )
    outside = (table["verdict"] == OUTSIDE).groupby(table["comparison"]).mean()
    worst = str(outside.idxmax()) if len(outside) else ""
    said = int((table["verdict"] == INSIDE).sum())
    return Figure(
        "validation-gaps", f"{said:,} of {len(table):,} figures lie in the grey band, inside their tolerance",
        alt.layer(inside, ticks, words).properties(height=_ROW * max(len(areas), 1)),
        figures_table(table, "validation-figures", "Every published figure beside the model's", with_area=True),
        f"A mark for each of {len(table):,} published figures, by area, at its difference in units of its tolerance. "
        f"The area with the largest share outside is {worst}.",
        f"Left is less than published, right more. What lies over {_FARTHEST:.0f} tolerances off is drawn at the edge.",
    )  # fmt: skip
