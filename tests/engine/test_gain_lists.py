"""Lists of who gains, sums side by side and breakdowns joined: each against the plain way."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.engine import fours, gain_lists
from microsim.engine.gain_changes import CASH, Changed, forget_changed, list_changed
from microsim.engine.gain_lists import NEAR, Gained
from microsim.engine.groups import Breakdown
from microsim.engine.joined import join, starts, unfold
from microsim.engine.lifetimes import (
    AMOUNT,
    COUNTED,
    EVER_ABOVE,
    MONEY,
    PEOPLE_LIFE_ROWS,
    TERMS,
    LifeRow,
    LifetimeSums,
    Lives,
    follow_lines,
    pack,
)
from microsim.kernels.jit import callable_from_python
from microsim.measures.contract import EVERYWHERE
from microsim.population.columns import RANDOM_GROUPS

ROWS = 2 * NEAR + 100


@pytest.fixture
def lines():
    """Three lines, of few people, of nobody, and of half of them."""
    random = np.random.default_rng(3)
    share = np.array([0.02, 0.0, 0.5])[:, None]
    held = random.random((3, ROWS)) < share
    return np.where(held, random.integers(-500, 500, (3, ROWS)), 0).astype(np.int32)


def written(lines, told):
    """Which lines hold anything, who may by a list in no order, and how many of the list may by line: those `told`."""
    order = np.random.default_rng(6).permutation(lines.shape[1])
    first = order[lines[0, order] != 0]
    others = order[(lines[0, order] == 0) & lines[:, order].any(axis=0)]
    rows, listed = np.concatenate([first, others]).astype(np.uint32), [len(first), *[len(order)] * (len(lines) - 1)]
    listed = np.minimum(listed, len(first) + len(others))
    return lines.any(axis=1).astype(np.uint8), rows, np.where(told, listed, EVERYWHERE)


def collected(gained, lines, signs, places, told=(True, True, True)):
    used = np.flatnonzero(signs.any(axis=0))
    callable_from_python(gain_lists.collect)(lines, *written(lines, told), used, signs, places, gained, ROWS)


def dense(gained):
    """Every row's gains from the lists; nobody may be in a list twice."""
    found = np.zeros((len(gained.counts), ROWS), np.int64)
    for row, count in enumerate(gained.counts):
        rows, amounts = gained.rows[row, :count], gained.amounts[row, :count]
        assert len(np.unique(rows)) == count and amounts.all()
        found[row, rows] = amounts
    return found


@pytest.mark.parametrize("told", [(True, True, True), (False, True, True), (True, False, False), (False,) * 3])
def test_lists_hold_whoever_gains_once(lines, told):
    """Whether a measure tells which rows it wrote, of all its lines, of some or of none."""
    gained, signs = Gained.make(3, ROWS, 3), np.array([[1, 1, -1], [0, 1, 1]])
    collected(gained, lines, signs, np.array([2, 0]), told)
    found, expected = dense(gained), signs @ lines.astype(np.int64)
    np.testing.assert_array_equal(found[[2, 0]], expected)
    assert expected.any() and not gained.counts[1]


def test_a_measure_in_both_arms_is_the_difference(lines):
    """Whoever has as much in both gains nothing, and is in no list."""
    gained, signs, spare = Gained.make(1, ROWS, 3), np.array([[1, 0, 1]]), np.zeros(ROWS, np.int64)
    later = lines.copy()
    later[:, ::3] += 7
    for each, arm in ((lines, -1), (later, 1)):
        collected(gained, each, arm * signs, np.array([0]))
    callable_from_python(gain_lists.merge)(np.array([0]), gained, spare)
    expected = (signs @ (later.astype(np.int64) - lines))[0]
    np.testing.assert_array_equal(dense(gained)[0], expected)
    assert expected.any() and not spare.any()


@pytest.mark.parametrize("told", [(True, True, True), (True, False, False)])
def test_lives_have_what_their_lines_hold(lines, told):
    followed = np.array([(0, 0, 0, MONEY), (1, 1, 0, AMOUNT), (2, 1, 1, AMOUNT), (2, 1, 3, EVER_ABOVE)])
    worth, lives = np.array([1.0, 0.5, 0.3]), Lives.make(ROWS, 2)
    callable_from_python(follow_lines)(lines, *written(lines, told), followed, worth, lives, ROWS)
    first, _, third = lines
    money = np.rint(first[:, None] * worth).astype(np.int64)
    np.testing.assert_array_equal(lives.received[0, :, :3], money)
    np.testing.assert_array_equal(lives.received[1], np.stack([0 * first, third, 0 * first, third > 0], axis=1))
    assert money.any() and (third > 0).any()


def test_four_at_once_are_four_one_by_one():
    random = np.random.default_rng(4)
    amounts, cells = random.integers(-(2**60), 2**60, (500, 4)), random.integers(0, 9, 500).astype(np.uint32)
    found, expected = np.zeros((9, 4), np.int64), np.zeros((9, 4), np.int64)

    def add(sums, cells, amounts):
        for place in range(len(cells)):
            fours.add_four(sums, cells[place], amounts, place)

    callable_from_python(add)(found, cells, amounts)
    add(expected, cells, amounts)
    np.testing.assert_array_equal(found, expected)
    assert expected.all()


@pytest.mark.parametrize("most", [1, 6, 100])
def test_joined_breakdowns_unfold_to_each(most):
    """However many classes are kept together, every breakdown has its own sums back."""
    keys = np.arange(12)
    members = {"half": keys // 6, "third": keys % 3, "quarter": keys // 3, "own": keys[:5]}
    breakdowns = tuple(
        Breakdown(name, "own" if name == "own" else "shared", tuple(map(str, range(member.max() + 1))), member[None])
        for name, member in members.items()
    )
    joined = join(breakdowns, most)
    assert len(joined) == {1: 4, 6: 3, 100: 2}[most]
    offsets = np.cumsum([0, *(len(one.groups) for one in breakdowns)])
    people, random = 300, np.random.default_rng(5)
    key = {"shared": random.integers(0, 12, people), "own": random.integers(0, 5, people)}
    group, amount = random.integers(0, RANDOM_GROUPS, people), random.integers(1, 99, people)
    kept = np.zeros((starts(joined)[-1], RANDOM_GROUPS), np.int64)
    for one, first in zip(joined, starts(joined), strict=False):
        np.add.at(kept, (first + one.class_of[key[one.grouping]], group), amount)
    expected = np.zeros((offsets[-1], RANDOM_GROUPS), np.int64)
    for one, first in zip(breakdowns, offsets, strict=False):
        np.add.at(expected, (first + one.member[0][key[one.grouping]], group), amount)
    np.testing.assert_array_equal(unfold(joined, kept.reshape(1, -1), offsets)[0], expected.reshape(-1))


def test_parts_of_an_item_are_packed_together():
    rows = [
        *PEOPLE_LIFE_ROWS, *(LifeRow("grant", "cash", term) for term in TERMS),
        *(LifeRow("grant", "users", part) for part in COUNTED), *(LifeRow("grant", name) for name in "abcde"),
    ]  # fmt: skip
    places = pack(rows)
    assert places[:3] == ((0, 0), (0, 1), (0, 2))
    assert [one for one, _ in places] == [0] * 3 + [1] * 3 + [2] * 4 + [3] * 4 + [4]
    assert len(set(places)) == len(rows)
    kept = LifetimeSums.kept(5, 2)
    kept.sex[2, :, 3] = 7
    published = kept.published(places)
    assert (published.sex[9] == 7).all() and published.sex.sum() == published.sex[9].sum()
    assert published.sex.shape[:2] == (len(rows), 2)


def test_interpreted_the_list_of_people_counts_past_a_byte():
    """Without the compiler a sum of bytes would begin anew at 256."""
    many = 700
    rows, amounts = np.arange(many, dtype=np.uint32)[None, :], np.full((1, many), 5, np.int64)
    gained, changed = SimpleNamespace(rows=rows, amounts=amounts, counts=np.array([many])), Changed.make(many)
    for _ in range(2):  # two years
        number = list_changed.py_func(gained, np.array([CASH]), changed)
        forget_changed.py_func(changed, number)
        assert number == many
        assert not changed.is_listed.any() and not changed.money.any()
