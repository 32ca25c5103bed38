"""The folder of person-years while a run writes it, and what to expect of its size."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet

from microsim.engine.person_files import UNFINISHED, block_path
from microsim.engine.person_years import PersonYears
from microsim.errors import InputError, Problem

FOLDER = "microdata"
LARGE_ROWS = 50_000_000
_BYTES_A_ROW = 60.0  # measured: see docs/microdata.md


def check_share(share: float | None, folder: Path | None) -> None:
    """Raise InputError for a share of households that cannot be written."""
    if share is not None and not 0.0 < share <= 1.0:
        raise InputError(Problem("microdata: share of households out of range", None, f"{share:g}", "above 0, up to 1"))
    if share is not None and folder is None:
        raise InputError(Problem("microdata needs a run folder", expected="output"))


def go_on_with(folder: Path, checkpoint: Path) -> None:
    """Make ready to write: without the files of an interrupted run its checkpoint is of no use, and the reverse."""
    if not folder.exists():
        checkpoint.unlink(missing_ok=True)
    elif not checkpoint.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)


def check_whole(plan: PersonYears) -> None:
    """Raise InputError when the file of a block that was lived before an interruption is gone."""
    for file in plan.folder.glob(f"*{UNFINISHED}"):
        file.unlink()
    if plan.share < 1.0:
        return  # a block of nobody chosen has no file
    blocks = plan.gains.programme.sample.blocks
    missing = [number for number in range(len(blocks)) if not block_path(plan.folder, number).exists()]
    if missing:
        raise InputError(
            Problem(f"{plan.folder}: files of an interrupted run are missing", None, f"{len(missing)} missing",
                    "all of them; remove the folder and run again")
        )  # fmt: skip


def size_warning(people: float, years: int, share: float) -> str | None:
    """A warning where the data of so many people would be large; None where it would not."""
    rows = people * years * share
    if rows < LARGE_ROWS:
        return None
    return (
        f"microdata: about {rows / 1e6:,.0f} million rows, of the order of {rows * _BYTES_A_ROW / 1e9:,.0f} GB; "
        "a share of households is quicker, such as --microdata 0.1"
    )


def rows_in(folder: Path) -> int:
    """How many person-years a folder holds."""
    return sum(pyarrow.parquet.read_metadata(file).num_rows for file in sorted(folder.glob("part-*.parquet")))
