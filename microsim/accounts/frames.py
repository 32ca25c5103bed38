"""Tables put together from their columns, which is quicker than from many small tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd


class Labels(NamedTuple):
    """A column of text: the label at each place, int64 [rows]."""

    labels: tuple[str, ...]
    place: np.ndarray


Part = Mapping[str, Any]  # by column: an array or Labels [rows], or one value for all rows


def joined(columns: Sequence[str], parts: Sequence[Part]) -> pd.DataFrame:
    """One table of the rows of all parts, in order; each has at least one column of an array or Labels.

    A column is of the same kind, an array, Labels or one value, in every part.
    """
    if not parts:
        return pd.DataFrame(columns=list(columns))
    rows = [_rows(part) for part in parts]
    return pd.DataFrame({name: _column([part[name] for part in parts], rows) for name in columns})


def by_year_and_group(years: Sequence[str], groups: Sequence[str]) -> dict[str, Labels]:
    """The columns `group` and `financial_year` of values [years, groups] in a row."""
    return {
        "group": Labels(tuple(groups), np.tile(np.arange(len(groups)), len(years))),
        "financial_year": Labels(tuple(years), np.repeat(np.arange(len(years)), len(groups))),
    }


def _rows(part: Part) -> int:
    sizes = {len(value.place) if isinstance(value, Labels) else len(value)
             for value in part.values() if isinstance(value, Labels | np.ndarray)}  # fmt: skip
    (size,) = sizes
    return size


def _column(values: Sequence[Any], rows: Sequence[int]) -> Any:
    """A column's values, one for each part, as an array of all rows."""
    if isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    if isinstance(values[0], Labels):
        return _text([one.labels for one in values], [one.place for one in values])
    if isinstance(values[0], str):
        return _text([(one,) for one in values], [np.zeros(count, np.int64) for count in rows])
    return np.repeat(np.array(values), rows)


def _text(labels: Sequence[tuple[str, ...]], places: Sequence[np.ndarray]) -> Any:
    """Text looked up in one list of all labels, as pandas keeps text."""
    first: dict[tuple[str, ...], int] = {}
    every: list[str] = []
    for some in labels:
        if some not in first:
            first[some] = len(every)
            every += some
    place = np.concatenate([place + first[some] for some, place in zip(labels, places, strict=True)])
    return pd.Series(every, dtype=None if every else "object").array.take(place)
