"""The alignment to official totals as text for a terminal."""

from __future__ import annotations

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
NONE = "Lives are not aligned to official totals."


def alignment_text(table: pd.DataFrame) -> str:
    """What the factors of each figure do on the whole, the largest of them, and what could not be held."""
    if table.empty:
        return NONE
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
