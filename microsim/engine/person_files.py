"""Files of people: one Parquet file for each block, written as its years are lived and moved into place when whole.

The bytes of a file depend on the block alone, so that threads, their number and an interruption change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from microsim.population.blocks import ORIGINS

_AREA_SHIFT, _ORIGIN_SHIFT = 34, 32
UNFINISHED = ".unfinished"


def person_names(identity: np.ndarray, area_codes: tuple[str, ...]) -> pa.Array:
    """The written names of people (uint64), as `microsim.population.blocks.person_name` gives one."""
    whole = identity.astype(np.int64)
    areas = pa.array(area_codes).take(pa.array(whole >> _AREA_SHIFT))
    origins = pa.array(list(ORIGINS)).take(pa.array((whole >> _ORIGIN_SHIFT) & 3))
    numbers = pa.array(whole & 0xFFFFFFFF).cast(pa.string())
    join = pyarrow.compute.binary_join_element_wise
    return join(join(areas, origins, "-"), numbers, "")


def chosen_people(household: np.ndarray, share: float) -> np.ndarray:
    """Whether each person is in the data, by the number of the household's head at the start (uint64): bool.

    The same households whatever else is in the run, and those of a smaller share are among those of a larger.
    """
    mixed = household + np.uint64(0xD1B54A32D192ED03)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return np.asarray((mixed >> np.uint64(32)) < np.uint64(round(share * 2**32)))


def labels(codes: np.ndarray, groups: tuple[str, ...]) -> pa.Array:
    """A column of groups, each label stored once."""
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int16)), pa.array(groups, pa.string()))


def numbers(values: np.ndarray, whole: bool) -> pa.Array:
    """A column of numbers: whole ones as int32, others as float64 to the hundredth, nothing where there is none."""
    if whole:
        return pa.array(values.astype(np.int32))
    return pa.array(np.round(values.astype(np.float64), 2), from_pandas=True)


class BlockFile:
    """The file of one block: a group of rows for each year."""

    def __init__(self, folder: Path, number: int) -> None:
        self.path = block_path(folder, number)
        self._writer: pa.parquet.ParquetWriter | None = None
        self._unfinished = self.path.with_suffix(UNFINISHED)

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        """Add rows; the first call says which columns there are."""
        table = pa.table(dict(columns))
        if self._writer is None:
            self._unfinished.parent.mkdir(parents=True, exist_ok=True)
            self._writer = pa.parquet.ParquetWriter(self._unfinished, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        """Move the file into place; a block without rows leaves none."""
        if self._writer is not None:
            self._writer.close()
            self._unfinished.replace(self.path)


def block_path(folder: Path, number: int) -> Path:
    """The file of block `number`."""
    return folder / f"part-{number:05d}.parquet"
