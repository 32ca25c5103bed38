"""A comparison on disk: one table as CSV or Parquet, all as JSON, or a folder with every table in both.

A file or folder appears whole or not at all, and replaces an earlier comparison only: nobody else's work is lost.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from microsim.comparison.comparison import Comparison
from microsim.errors import InputError, Problem, nearest

MANIFEST = "comparison.json"
SUFFIXES = (".csv", ".parquet", ".json")
_FIRST_COLUMN = "run"  # of every table of a comparison


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """What is compared, the warnings and every table as plain values; not a number becomes null."""
    tables = {name: json.loads(table.to_json(orient="records", double_precision=15))
              for name, table in comparison.tables.items()}  # fmt: skip
    return {**_about(comparison), **tables}


def _about(comparison: Comparison) -> dict[str, Any]:
    return {"comparison": list(comparison.names), "prices": comparison.prices,
            "warnings": list(comparison.warnings)}  # fmt: skip


def check_output(path: Path) -> None:
    """Raise InputError when `path` holds something that is not a comparison, or cannot be made."""
    above = next(place for place in (path.absolute().parent, *path.absolute().parents) if place.exists())
    if not (above.is_dir() and os.access(above, os.W_OK)):
        raise InputError(Problem(f"{path} cannot be made", None, str(above), "a folder that can be written"))
    if not path.exists():
        return
    ours = _is_comparison_folder(path) if path.is_dir() else _is_comparison_file(path)
    if not ours:
        raise InputError(
            Problem(
                f"{path} is not a comparison and will not be overwritten",
                expected="a new file ending in .csv, .parquet or .json, a new folder, or an earlier comparison",
            )
        )


def write_comparison(comparison: Comparison, path: Path, table: str | None = None) -> None:
    """Write to `path`: .csv and .parquet hold one `table` (the scorecard unless named), .json all of them; a path
    without a suffix is a folder. Raises InputError for an unknown table or when something else is there."""
    check_output(path)
    chosen, names = table or "scorecard", list(comparison.tables)
    if chosen not in names:
        raise InputError(Problem(f"no table named {chosen}", None, None, ", ".join(names), nearest(chosen, names)))
    if path.suffix and path.suffix not in SUFFIXES:
        raise InputError(Problem(f"{path}: not a format of a comparison", None, path.suffix, ", ".join(SUFFIXES)))
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.parent / f".{path.name}.{os.getpid()}.new"
    try:
        if path.suffix:
            _write_file(comparison, new, path.suffix, chosen)
            new.replace(path)
        else:
            _write_folder(comparison, new)
            _move_folder(new, path)
    finally:
        if new.is_dir():
            shutil.rmtree(new, ignore_errors=True)
        else:
            new.unlink(missing_ok=True)


def _write_file(comparison: Comparison, path: Path, suffix: str, table: str) -> None:
    if suffix == ".json":
        path.write_text(json.dumps(comparison_record(comparison), ensure_ascii=False) + "\n", encoding="utf-8")
    else:
        _write_table(comparison.tables[table], path, suffix)


def _write_folder(comparison: Comparison, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, table in comparison.tables.items():
        for suffix in (".csv", ".parquet"):
            _write_table(table, folder / f"{name}{suffix}", suffix)
    text = json.dumps(_about(comparison), indent=2, ensure_ascii=False)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _move_folder(new: Path, folder: Path) -> None:
    """Put a new folder in the place of an old one, which comes back if that fails."""
    old = new.with_suffix(".old")
    if folder.exists():
        folder.rename(old)
    try:
        new.rename(folder)
    finally:
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _write_table(table: pd.DataFrame, path: Path, suffix: str) -> None:
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    if suffix == ".csv":
        pyarrow.csv.write_csv(arrow, path)
    else:
        pyarrow.parquet.write_table(arrow, path, compression="zstd")


def _is_comparison_folder(folder: Path) -> bool:
    if not any(folder.iterdir()):
        return True  # an empty one
    return _is_record(folder / MANIFEST)


def _is_record(path: Path) -> bool:
    try:
        record: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, Mapping) and {"comparison", "prices"} <= set(record)


def _is_comparison_file(path: Path) -> bool:
    """Whether a file is a comparison's, by its first column or its keys."""
    if path.suffix == ".json":
        return _is_record(path)
    try:
        if path.suffix == ".parquet":
            return bool(pyarrow.parquet.read_schema(path).names[0] == _FIRST_COLUMN)
        with path.open(encoding="utf-8") as file:
            return file.readline().split(",")[0].strip().strip('"') == _FIRST_COLUMN
    except (OSError, ValueError, IndexError, pyarrow.ArrowException):
        return False
