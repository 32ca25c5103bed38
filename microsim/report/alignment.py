"""The alignment to official totals as text for a terminal and as a section of a page, with a chart for each figure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import numpy as np
import pandas as pd

from microsim.accounts.alignment import alignment_summary, largest_adjustments

WORDS = {
    "employment": "Employment by age and sex",
    "unemployment": "Unemployment by age and sex",
    "employment_by_area": "Employment by local authority",
    "couples": "Living with a partner by age",
    "births": "Births for each woman",
}
_NONE = "Lives are not aligned to official totals."
_WIDTH, _HEIGHT = 340, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 8, 26, 24
_ALIGNED, _UNALIGNED = "#00507d", "#b3632a"
_EXPLAINED = (
    "Mean distance of a group's share from the figure it is held at, in percentage points, over the lives of the pilot "
    "run: as lived with the yearly factors, and had there never been any. The rest is mostly luck of small groups."
)


def alignment_text(table: pd.DataFrame) -> str:
    """What the factors of each figure do on the whole, the largest of them, and what could not be held."""
    if table.empty:
        return _NONE
    lines = [f"{'ALIGNMENT TO OFFICIAL TOTALS':<34}{'mean distance, pp':>22}{'mean effect':>13}{'not held':>16}",
             f"{'':<34}{'aligned':>11}{'never':>11}{'a year, pp':>13}{'group-years':>16}"]  # fmt: skip
    for name, part in alignment_summary(table).groupby("target", sort=False):
        means = [np.average(part[column], weights=part["lives"]) if part["lives"].sum() else np.nan
                 for column in ("aligned_gap", "unaligned_gap", "effect")]  # fmt: skip
        cells = "".join(f"{_points(mean):>{width}}" for mean, width in zip(means, (11, 11, 13), strict=True))
        missed = f"{part['not_held'].sum():,} of {part['groups'].sum():,}"
        lines.append(f"  {WORDS.get(str(name), str(name)):<32}{cells}{missed:>16}")
    lines += ["", f"{'largest adjustments':<60}{'log-odds':>10}{'before':>9}{'after':>9}{'held at':>9}"]
    for row in largest_adjustments(table).to_dict("records"):
        label = f"  {WORDS.get(row['target'], row['target'])}, {row['description']}, {row['financial_year']}"
        lines.append(
            f"{label:<60}{row['log_odds_shift']:>+10.3f}"
            + "".join(f"{100 * share:>9.2f}" for share in (row["before"], row["after"], row["held_at"]))
        )
    return "\n".join(lines)


def _points(share: float) -> str:
    return "-" if np.isnan(share) else f"{100 * share:.2f}"


def alignment_section(table: pd.DataFrame) -> str:
    """The section of a page: a chart for each figure and the largest adjustments."""
    return "".join(_section(table))


def _section(table: pd.DataFrame) -> Iterator[str]:
    yield "<h2>Alignment to official totals</h2>\n"
    if table.empty:
        yield f"<p>{escape(_NONE)}</p>\n"
        return
    yield f"<p>{escape(_EXPLAINED)}</p>\n<div>\n"
    for name, part in alignment_summary(table).groupby("target", sort=False):
        yield _chart(WORDS.get(str(name), str(name)), part)
    yield "</div>\n"
    heads = ("largest adjustments", "year", "log-odds", "before", "after", "held at")
    yield "<table><thead><tr>" + "".join(f'<th scope="col">{head}</th>' for head in heads) + "</tr></thead><tbody>\n"
    for row in largest_adjustments(table).to_dict("records"):
        label = f"{WORDS.get(row['target'], row['target'])}, {row['description']}"
        shares = (f"{100 * share:.2f} %" for share in (row["before"], row["after"], row["held_at"]))
        cells = (label, row["financial_year"], f"{row['log_odds_shift']:+.3f}", *shares)
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>\n"
    yield "</tbody></table>\n"


def _chart(title: str, part: pd.DataFrame) -> str:
    """Two lines over the years, from zero."""
    lines = {
        _UNALIGNED: ("never aligned", 100 * part["unaligned_gap"].to_numpy(np.float64)),
        _ALIGNED: ("aligned", 100 * part["aligned_gap"].to_numpy(np.float64)),
    }
    known = np.concatenate([values[np.isfinite(values)] for _, values in lines.values()])
    top = _round_up(float(known.max()) if len(known) else 0.0)
    years = part["financial_year"].tolist()
    inner, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    base = _TOP + tall
    found = [
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-size="11" '
        f'font-family="sans-serif"><title>{escape(title)}</title>',
        f'<text x="{_LEFT}" y="12" font-weight="bold">{escape(title)}</text>',
    ]
    for share in (0.0, 0.5, 1.0):
        y = base - share * tall
        found.append(f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        found.append(f'<text x="{_LEFT - 4}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{share * top:g}</text>')
    for place, anchor in ((0, "start"), (len(years) - 1, "end")):
        x = _LEFT + inner * (place / max(len(years) - 1, 1))
        found.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}" fill="#555">{escape(years[place])}</text>'
        )
    for at, (colour, (label, values)) in enumerate(lines.items()):
        points = " ".join(
            f"{_LEFT + inner * place / max(len(years) - 1, 1):.1f},{base - value / top * tall:.1f}"
            for place, value in enumerate(values)
            if np.isfinite(value)
        )
        found.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{points}"/>')
        found.append(f'<text x="{_LEFT + 6 + 100 * at}" y="{_TOP + 4}" fill="{colour}">{label}</text>')
    return "".join(found) + "</svg>\n"


def _round_up(value: float) -> float:
    """The next of 1, 2, 5 times a power of ten: the top of an axis."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= value))
