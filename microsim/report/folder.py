"""The run folder: tables as Parquet and CSV, the resolved scenario, the assumptions and a manifest.

It appears whole or not at all: everything is written beside it under another name and then moved into place.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from microsim.errors import InputError, Problem

MANIFEST = "manifest.json"
PARQUET_ONLY = ("group_replicates", "draw_lines")  # for programs alone: as text it would be larger than everything else


def table_digest(table: pd.DataFrame) -> str:
    """A digest of a table's values: the same for the same figures, however the file was written."""
    digest = hashlib.sha256()
    for name in table.columns:
        column = table[name]
        digest.update(f"{name}\0".encode())
        if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
            digest.update(np.ascontiguousarray(column.to_numpy(np.float64)).tobytes())
        else:
            codes, texts = pd.factorize(column)
            digest.update("\0".join(map(str, texts)).encode())
            digest.update(codes.astype(np.int64).tobytes())
    return digest.hexdigest()


def tables_digest(tables: Mapping[str, pd.DataFrame]) -> str:
    """One digest of all tables of a run."""
    joined = "".join(f"{name} {table_digest(table)}\n" for name, table in sorted(tables.items()))
    return hashlib.sha256(joined.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_replaceable(folder: Path) -> None:
    """Raise InputError when `folder` exists and is not an earlier run's (nothing else is ever overwritten), or when
    it could not be made: better now than after the run."""
    above = next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())
    if above != folder.absolute() and not (above.is_dir() and os.access(above, os.W_OK)):
        raise InputError(Problem(f"{folder} cannot be made", found=str(above), expected="a folder that can be written"))
    if folder.exists() and not _is_run(folder) and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            Problem(
                f"{folder} is not a run folder and will not be overwritten",
                expected="a new folder, an empty one, or an earlier run's; choose with --output",
            )
        )


def check_writable(folder: Path) -> None:
    """Make the folder that `folder` will stand in and see that it can be written. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder.parent):
        pass


def _is_run(folder: Path) -> bool:
    """Whether a run left this folder, by its manifest: other programs, and the fitted population, have one too."""
    try:
        return {"scenario", "tables_digest"} <= set(json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return False


def write_run(
    folder: Path,
    tables: Mapping[str, pd.DataFrame],
    resolved_scenario: str,
    assumptions: pd.DataFrame,
    manifest: Mapping[str, Any],
    folders: Mapping[str, Path] | None = None,
    documents: Mapping[str, bytes] | None = None,
) -> None:
    """Write a run folder, replacing an earlier run's, with `documents` and, moved into it, `folders`, by the name each
    gets.

    Raises InputError when the folder is somebody else's.
    """
    check_replaceable(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = folder.parent / f".{folder.name}.{os.getpid()}.new"
    old = folder.parent / f".{folder.name}.{os.getpid()}.old"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    try:
        for name, table in tables.items():
            _write_table(new, name, table)
        (new / "scenario.yaml").write_text(resolved_scenario, encoding="utf-8")
        assumptions.to_csv(new / "assumptions.csv", index=False)
        (new / MANIFEST).write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        for name, content in (documents or {}).items():
            (new / name).write_bytes(content)
        for name, path in (folders or {}).items():
            path.rename(new / name)
        if folder.exists():
            folder.rename(old)
        new.rename(folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


def _write_table(folder: Path, name: str, table: pd.DataFrame) -> None:
    arrow = pa.Table.from_pandas(table, preserve_index=False).replace_schema_metadata(None)
    pyarrow.parquet.write_table(arrow, folder / f"{name}.parquet", compression="zstd")
    if name not in PARQUET_ONLY:
        pyarrow.csv.write_csv(arrow, folder / f"{name}.csv")
