"""What each local authority gains in a year, as rows for the map and the table beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.population.source import RENAMED_AREAS
from microsim.report.distribution import ALL_MEASURES
from microsim.report.sections.kinds import Shown, by_group
from microsim.report.tile_map import england_tiles
from microsim.years import to_financial_year

_GRANT = "lifelong_training_grant"
OFF_THE_MAP = "not on this map"


def area_rows(run: FinishedRun, shown: Shown, kind: str) -> pd.DataFrame:
    """A row for each local authority with adults, in the order of England's list, those off the map last.

    Columns: those of `by_group`, and code, the code of its tile as `tile`, whether that is `on_map`, name, region, and
    `yes` as `doubled` where grants are larger.
    """
    rows = by_group(run, shown, "local_authority").rename(columns={"group": "code"})
    rows = rows[(rows["kind"] == kind) & (rows["adults"] > 0)]
    rows["tile"] = [RENAMED_AREAS.get(code, code) for code in rows["code"]]
    tiles = england_tiles().rename(columns={"area_code": "tile", "area_name": "name", "region_name": "region"})
    rows = rows.merge(tiles[["tile", "name", "region"]].assign(place=range(len(tiles))), on="tile", how="left")
    rows = rows.sort_values(["place", "code"], ignore_index=True)
    rows["on_map"] = rows["name"].notna()
    rows["name"] = rows["name"].fillna(rows["code"])
    rows["region"] = rows["region"].fillna(OFF_THE_MAP)
    rows["doubled"] = np.where(rows["tile"].isin(list(transition_areas(run.resolved, shown))), "yes", "")
    return rows


def transition_areas(resolved: Mapping[str, Any], shown: Shown) -> frozenset[str]:
    """Codes of the areas where the scenario's grants, or the one that is shown, pay larger amounts in the year."""
    found: set[str] = set()
    for name, block in (resolved.get("measures") or {}).items():
        if block.get("kind") == _GRANT and shown.measure in (name, ALL_MEASURES):
            areas = (block.get("transition_areas") or {}).get("areas") or {}
            dated = {to_financial_year(key): codes for key, codes in areas.items()}
            begun = [year for year in dated if year <= to_financial_year(shown.year)]
            found |= {RENAMED_AREAS.get(code, code) for code in (dated[max(begun)] if begun else ())}
    return frozenset(found)
