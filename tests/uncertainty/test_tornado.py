"""Tornado: which runs it needs and what it makes of their costs."""

import pytest

from microsim.scenario.uncertainty import Choice
from microsim.uncertainty.fields import UncertainField
from microsim.uncertainty.tornado import COLUMNS, moves_of, tornado


def field(path, central, low, high, choices=()):
    return UncertainField(path, "unit", "What it is", "A source", "judgement", "pert", central, low, high, choices)


RATE = field("rate", 0.04, 0.02, 0.05)
ONE_SIDED = field("one_sided", 1.0, 1.0, 3.0)
RULE = field("rule", "b", "a", "c", tuple(Choice(name, 1.0) for name in "abc"))
STILL = field("still", 5.0, 4.0, 6.0)
FIELDS = (RATE, ONE_SIDED, RULE, STILL)


def cost(move):
    """1,000 at the centre and in proportion to the rate; 10 for each unit more of one_sided; rules a and c apart."""
    by_field = {
        "rate": lambda value: 1000 * value / 0.04, "one_sided": lambda value: 1000 + 10 * (value - 1),
        "rule": {"a": 1100.0, "c": 950.0}.get, "still": lambda value: 1000.0,
    }  # fmt: skip
    return by_field[move.field.path](move.value)


@pytest.fixture(scope="module")
def table():
    moves = moves_of(FIELDS)
    return tornado(FIELDS, moves, 1000.0, [cost(move) for move in moves])


def test_every_end_is_a_run_but_for_the_centre_itself():
    assert [(move.field.path, move.end, move.value) for move in moves_of(FIELDS)] == [
        ("rate", "low", 0.02), ("rate", "high", 0.05), ("one_sided", "high", 3.0),
        ("rule", "choice", "a"), ("rule", "choice", "c"), ("still", "low", 4.0), ("still", "high", 6.0),
    ]  # fmt: skip


def test_largest_swing_first_and_nothing_hidden(table):
    assert list(table.columns) == list(COLUMNS)
    assert list(table["field"]) == ["rate", "rule", "one_sided", "still"]
    assert table["swing"].tolist() == pytest.approx([750, 150, 20, 0])
    assert (table["cost_central"] == 1000).all()


def test_a_cost_in_proportion_swings_in_proportion(table):
    """From half to five quarters of the centre."""
    row = table.set_index("field").loc["rate"]
    assert (row["cost_low"], row["cost_high"]) == pytest.approx((500, 1250))
    assert (row["low"], row["central"], row["high"]) == ("0.02", "0.04", "0.05")


def test_an_end_at_the_centre_costs_what_the_centre_costs(table):
    row = table.set_index("field").loc["one_sided"]
    assert (row["cost_low"], row["cost_high"]) == (1000, 1020)


def test_a_choice_shows_its_cheapest_and_its_dearest(table):
    row = table.set_index("field").loc["rule"]
    assert (row["low"], row["cost_low"], row["high"], row["cost_high"]) == ("c", 950, "a", 1100)
    assert row["central"] == "b"


def test_both_ends_on_one_side():
    """A cost that is lowest in the centre: the swing is from there to the higher end."""
    moves = moves_of([RATE])
    row = tornado([RATE], moves, 10.0, [14.0, 12.0]).iloc[0]
    assert row["swing"] == 4
