"""Lists of the rows that a measure reaches."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import random_words
from microsim.measures.contract import APART, TABLE_ROWS, Clock, Room
from microsim.measures.listed import draw_for_rows, list_nobody, list_rows, put_table
from microsim.population.people import People

list_compiled = callable_from_python(list_rows)


@pytest.mark.parametrize("kind", [np.uint8, np.int32])
@pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 1_000])
@pytest.mark.parametrize("share", [0.0, 0.003, 0.3, 1.0])
def test_rows_are_listed_in_order(kind, count, share):
    flags = (np.random.default_rng(count).random(1_000) < share).astype(kind)
    rows = np.full(count + 1, 7, np.uint32)
    found = list_compiled(flags, rows, count)
    assert rows[:found].tolist() == np.flatnonzero(flags[:count]).tolist()


def test_what_is_below_nothing_is_listed():
    assert list_compiled(np.array([0, -5, 0, 3], np.int32), np.zeros(5, np.uint32), 4) == 2


def test_the_draws_of_a_row_are_the_same_whoever_else_is_listed():
    people, room, everybody = People.empty(300), Room.make(300), np.zeros((4, 300), np.uint32)
    people.id[:] = np.random.default_rng(3).integers(0, 2**40, 300)
    clock, rows = Clock(2030, 4, 300, 11, 0), np.array([299, 0, 17, 18], np.uint32)
    callable_from_python(draw_for_rows)(room, rows, people, clock, 2030, 5, len(rows))
    callable_from_python(random_words)(everybody, people.id, 11, 0, 2030, 5, 300)
    assert (room.words[:, : len(rows)] == everybody[:, rows]).all()
    assert len(set(room.words[0, : len(rows)].tolist())) == len(rows)


def test_a_table_is_put_where_its_rows_belong():
    lines, room = np.zeros((3, 10), np.int32), Room.make(10)
    room.rows[:5] = [9, 1, 4, 0, 8]
    room.table[0, :2], room.table[2, :2] = [10, 20], [30, 40]
    callable_from_python(put_table)(room, lines, (0, 2), np.uint64(2), np.uint64(4))  # rows 4 and 0
    assert lines[0].tolist() == [20, 0, 0, 0, 10, 0, 0, 0, 0, 0]
    assert lines[2].tolist() == [40, 0, 0, 0, 30, 0, 0, 0, 0, 0]
    assert not lines[1].any()


def test_nobody_is_listed():
    room = SimpleNamespace(listed=np.full(4, -1))
    list_nobody.py_func(room)
    assert not room.listed.any()


def test_neighbours_in_the_room_do_not_share_places_in_the_cache():
    """Rows of an array a multiple of 4,096 bytes apart would."""
    room = Room.make(16_384)
    for array in (room.words, room.whole, room.part, room.table):
        assert array.strides[0] % 4096
    assert room.table.shape[1] == TABLE_ROWS + APART
