"""Figures as JSON: one file for a measurement, kept in `history`, and what RESULTS.md is written from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
HISTORY = FOLDER / "history"
Figures = dict[str, Any]


def path_of(measured: Figures) -> Path:
    """Where a measurement is kept: by date and commit."""
    return HISTORY / f"{measured['date']}-{measured['commit']}.json"


def go_on_with(path: Path | None, commit: str) -> Figures:
    """The figures of an earlier, partial measurement of the same commit; nothing where there is none."""
    if path is None or not path.exists():
        return {}
    before = read(path)
    same = before.get("measured", {}).get("commit") == commit
    return {name: part for name, part in before.items() if name != "measured"} if same else {}


def save(path: Path | None, figures: Figures) -> None:
    """Write the figures, if they are to be kept."""
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(figures, indent=1, default=float) + "\n", encoding="utf-8")


def read(path: Path) -> Figures:
    """The figures in a file."""
    found: Figures = json.loads(path.read_text(encoding="utf-8"))
    return found


def history(folder: Path = HISTORY) -> list[Figures]:
    """Every measurement kept, the oldest first."""
    found = [read(path) for path in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda one: (one["measured"]["date"], one["measured"]["time"]))


def write_results(folder: Path = FOLDER) -> None:
    """Write RESULTS.md and its chart from the measurements kept: the last, beside the first. Raises SystemExit where
    there is none."""
    from benchmarks.chart import charts
    from benchmarks.results import results

    kept = history(folder / "history")
    if not kept:
        raise SystemExit("there is nothing in benchmarks/history: first python -m benchmarks --keep")
    drawn = charts(kept)
    for name, picture in drawn.items():
        (folder / name).write_text(picture, encoding="utf-8")
    (folder / "RESULTS.md").write_text(results(kept, tuple(drawn)), encoding="utf-8")


def show(figures: Figures, indent: str = "") -> None:
    """Print figures, those within others below their name."""
    for name, value in figures.items():
        if isinstance(value, dict):
            print(f"{indent}{name}:")
            show(value, indent + "  ")
        elif isinstance(value, list):
            for number, one in enumerate(value):
                print(f"{indent}{name} {number + 1}:")
                show(one, indent + "  ")
        elif isinstance(value, float):
            print(f"{indent}{name:44} {value:,.3f}")
        else:
            print(f"{indent}{name:44} {value}")
