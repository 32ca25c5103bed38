"""The factors that keep lives at official totals, as a table: what was changed, by how much, to what end."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.population.factors import Alignments
from microsim.population.source import Population
from microsim.years import format_financial_year

COLUMNS = (
    "financial_year", "target", "group", "description", "odds_ratio", "log_odds_shift", "held_at", "before", "after",
    "effect", "unaligned", "lives", "is_held",
)  # fmt: skip
_NEAR, _PART = 0.002, 0.01  # what counts as held: so near, and nearer for a small share: this part of it
_ERRORS = 3.0  # or this many standard errors of the pilot's own lives


def alignment_table(population: Population, alignments: Alignments, years: range) -> pd.DataFrame:
    """One row for each year, figure and group in force; shares are those of the pilot run.

    `before` and `after` this year's factor, all earlier ones being in force; `unaligned` had there never been any.
    """
    names = dict(zip(population.area_codes, population.area_names, strict=True))
    first = years[0] - population.first_year
    frames = []
    for target, factors in alignments.factors.items():
        labels = alignments.groups[target].labels
        rows = slice(first, first + len(years))
        odds, held, before, after, unaligned, lives = (array[rows].reshape(-1) for array in factors)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(held * (1 - held) / lives)
        near = np.abs(after - held) <= np.maximum(np.minimum(_NEAR, _PART * held), _ERRORS * error)
        frames.append(
            pd.DataFrame(
                {
                    "financial_year": np.repeat([format_financial_year(year) for year in years], len(labels)),
                    "target": target,
                    "group": np.tile(labels, len(years)),
                    "description": np.tile([names.get(label, label) for label in labels], len(years)),
                    "odds_ratio": odds.astype(np.float64),
                    "log_odds_shift": np.round(np.log(odds.astype(np.float64)), 4) + 0.0,
                    "held_at": held,
                    "before": before,
                    "after": after,
                    "effect": after - before,
                    "unaligned": unaligned,
                    "lives": lives,
                    "is_held": near | (lives == 0),
                }
            )
        )
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(COLUMNS))


def largest_adjustments(table: pd.DataFrame, each: int = 3) -> pd.DataFrame:
    """The `each` largest effects of every figure, by percentage points times lives: what was changed most."""
    size = (table["effect"] * table["lives"]).abs()
    order = table.assign(size=size).sort_values(["target", "size"], ascending=[True, False], kind="stable")
    return order.groupby("target", sort=False).head(each).drop(columns="size").reset_index(drop=True)


def alignment_summary(table: pd.DataFrame) -> pd.DataFrame:
    """By figure and year: means over lives of how far groups lie from the figure held, aligned and never aligned.

    Also the mean size of this year's effect, and the groups that are not held.
    """
    lives = table["lives"].astype(float)
    sizes = pd.DataFrame(
        {
            "target": table["target"],
            "financial_year": table["financial_year"],
            "lives": lives,
            "aligned_gap": (table["after"] - table["held_at"]).abs() * lives,
            "unaligned_gap": (table["unaligned"] - table["held_at"]).abs() * lives,
            "effect": table["effect"].abs() * lives,
            "not_held": (~table["is_held"].astype(bool)).astype(int),
            "groups": 1,
        }
    )
    total = sizes.groupby(["target", "financial_year"], sort=False).sum().reset_index()
    for name in ("aligned_gap", "unaligned_gap", "effect"):
        total[name] = total[name] / total["lives"]
    return total
