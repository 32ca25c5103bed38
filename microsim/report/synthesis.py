"""What other joint assumptions move, as text: a row for each, a column for each measure."""

from __future__ import annotations

import textwrap

import pandas as pd

MILLION = 1e6
ALL = "all"
# what is said of it with every run
IN_ONE_SENTENCE = (
    "Synthesis error is in none of these numbers: people are made from published margins, and the associations that no "
    "margin fixes are assumed (docs/how_sure.md; microsim synthesis measures some of them)."
)


def synthesis_text(moved: pd.DataFrame, fits: pd.DataFrame, seeds: int, width: int) -> str:
    """All years together in £ million: the cost as built, what each variant moves, and its simulation error."""
    years = [year for year in moved["financial_year"].unique() if year != ALL]
    whole = moved[moved["financial_year"] == ALL]
    measures = [name for name in whole["measure"].unique() if name != ALL] + [ALL]
    first = whole[whole["variant"] == whole["variant"].iloc[0]].set_index("measure")
    rows = [
        f"Synthesis error, {years[0]} to {years[-1]}, £ million in cash (minus is a cost): what other populations that "
        "meet the same published margins would move",
        "",
        "as built: " + ", ".join(f"{name} {first['as_built'].loc[name] / MILLION:,.0f}" for name in measures),
        "",
    ]
    label = max(len(name) for name in whole["variant"].unique()) + 2
    for variant, part in whole.groupby("variant", sort=False):
        by_measure = part.set_index("measure")
        cells = [_cell(name, by_measure.loc[name]) for name in measures if _moves(by_measure.loc[name])]
        text = "; ".join(cells) or "moves nothing"
        rows.append(textwrap.fill(f"{variant:<{label}}{text}", width, subsequent_indent=" " * label))
    worst = fits["largest_error"].max()
    rows += [
        "",
        textwrap.fill(
            f"± is one simulation standard error of the difference, over {seeds} seeds. Every population meets every "
            f"margin of its joint table within {100 * worst:.3f} % before rounding. These are some of the "
            "associations that no margin fixes, moved by as much as seemed possible; they are no bound, and not to be "
            "added to other uncertainty.",
            width,
        ),
    ]
    return "\n".join(rows)


def _moves(row: pd.Series) -> bool:
    return bool(row["synthesis_difference"] or row["simulation_error"])


def _cell(name: str, row: pd.Series) -> str:
    moved, error = row["synthesis_difference"], row["simulation_error"]
    near = row["as_built"] and abs(moved) < abs(row["as_built"])
    share = f", {100 * moved / abs(row['as_built']):+.1f} %" if near else ""
    return f"{name} {moved / MILLION:+,.1f} ± {error / MILLION:,.1f}{share}"
