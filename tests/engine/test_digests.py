"""Equal digests mean equal arrays, numbers and text, and nothing else does."""

from typing import NamedTuple

import numpy as np
import pytest

from microsim.engine.digests import digest_of


class Pair(NamedTuple):
    one: np.ndarray
    two: object


class Other(NamedTuple):
    one: np.ndarray
    two: object


def test_equal_contents_are_equal():
    array = np.arange(6, dtype=np.int32)
    assert digest_of(Pair(array, 1)) == digest_of(Pair(array.copy(), 1))
    assert digest_of(array.reshape(2, 3)[:, ::2]) == digest_of(array.reshape(2, 3)[:, ::2].copy())


@pytest.mark.parametrize(
    "other",
    [
        Pair(np.arange(6, dtype=np.int64), 1), Pair(np.arange(6, dtype=np.int32).reshape(2, 3), 1),
        Pair(np.arange(1, 7, dtype=np.int32), 1), Pair(np.arange(6, dtype=np.int32), 1.0),
        Pair(np.arange(6, dtype=np.int32), np.int32(1)), Pair(np.arange(6, dtype=np.int32), None),
        Other(np.arange(6, dtype=np.int32), 1), (np.arange(6, dtype=np.int32), 1),
    ],
)  # fmt: skip
def test_what_differs_differs(other):
    assert digest_of(other) != digest_of(Pair(np.arange(6, dtype=np.int32), 1))


def test_where_one_value_ends_and_the_next_begins_counts():
    assert digest_of(("ab", "c")) != digest_of(("a", "bc"))
    assert digest_of((1, (2,))) != digest_of(((1, 2),))


def test_what_has_no_digest_is_refused():
    with pytest.raises(TypeError):
        digest_of({"a": 1})
