"""The tornado, shares of variance and a break-even as text."""

import pandas as pd
import pytest

from microsim.report.break_even import break_even_text
from microsim.report.sensitivity import held_text, shares_text, tornado_text
from microsim.uncertainty.break_even import search
from microsim.uncertainty.numeric import Numeric
from microsim.uncertainty.target import Question, Target

QUESTION = Question(None, "2034-35", "real")


def table(*rows):
    frame = pd.DataFrame(rows, columns=["field", "low", "high", "cost_low", "cost_high"])
    costs = frame[["cost_low", "cost_high"]].assign(central=100e6)
    return frame.assign(cost_central=100e6, swing=costs.max(axis=1) - costs.min(axis=1))


ROWS = (
    ("measures.grant.rises_with_the_field", "0.02", "0.05", 60e6, 120e6),
    ("measures.grant.a_very_long_name_of_a_field.with_a_very_long_path_to_it.falls", "1", "3", 115e6, 90e6),
    ("measures.grant.both_ends_cost_more", "1", "3", 110e6, 105e6),
    ("measures.grant.still", "1", "3", 100e6, 100e6),
)


def bars(text):
    """The drawn part of each row with a bar."""
    rows = [line for line in text.splitlines() if "│" in line]
    start = min(min(line.find(mark) for mark in "░█│" if mark in line) for line in rows)
    return [line[start:] for line in rows]


@pytest.mark.parametrize("width", [80, 100, 140])
def test_bars_fit_the_width_and_show_which_end_is_where(width):
    text = tornado_text("Reform", QUESTION, table(*ROWS), 15, width)
    assert "what moves the cost of all measures, 2034-35, real" in text
    assert max(len(line) for line in text.splitlines()) <= max(width, 90)
    rises, falls, both = bars(text)
    assert rises.index("░") < rises.index("│") < rises.index("█")
    assert falls.index("█") < falls.index("│") < falls.index("░")
    assert both.startswith("│") or both.lstrip().startswith("│")
    assert both.strip().count("░") and both.strip().count("█")
    assert rises.count("░") > 1.5 * rises.count("█"), "40 to the left, 20 to the right"
    assert "Without effect on it (1):\n  grant: still" in text


def test_ends_and_percentiles_side_by_side_are_told_apart():
    """Of the bars shown, not of those left out."""
    ends = table(*ROWS).assign(distribution=["pert", "uniform", "normal, standard deviation 0.5", "beta"])
    assert "5th and 95th percentiles" in tornado_text("Reform", QUESTION, ends, 3, 100)
    assert "percentile" not in tornado_text("Reform", QUESTION, ends, 2, 100)
    alike = ends.assign(distribution="lognormal")
    assert "percentile" not in tornado_text("Reform", QUESTION, alike, 3, 100)


def test_a_choice_among_the_bars_is_named():
    rows = table(*ROWS).assign(distribution="pert")
    assert "the choice of a scenario, nor what is not known of the population" in held_text(rows, 400)
    rows.loc[3, "distribution"] = "choice"
    assert "other than measures.grant.still, which is scenario choice" in held_text(rows, 400)


def test_what_is_left_out_is_counted():
    text = tornado_text("Reform", QUESTION, table(*ROWS), 1, 100)
    assert len(bars(text)) == 1
    assert "2 more fields move it by 25.0 or less each" in text


def test_nothing_moves():
    text = tornado_text("Reform", QUESTION, table(ROWS[-1]), 15, 100)
    assert "Nothing moves it" in text
    assert "Without effect on it (1)" in text


def test_shares_are_in_order_with_their_intervals():
    shares = pd.DataFrame(
        {"factor": ["measures.a", "measures.b"], "fields": "", "first_order": [0.2, 0.7], "first_order_interval": 0.1,
         "total": [0.25, 0.78], "total_interval": 0.15}
    )  # fmt: skip
    lines = shares_text(QUESTION, shares, 320, 100).splitlines()
    rows = [line for line in lines if "±" in line]
    assert rows[0].startswith("b")
    assert rows[0].endswith("0.70 ± 0.10      0.78 ± 0.15")
    assert "First orders add up to 0.90" in lines[-1]
    still = shares.assign(first_order=0.0, total=0.0)
    assert "the same in every run" in shares_text(QUESTION, still, 320, 100)


FIELD = Numeric("measures.grant.use", "number", 0.03, "fraction", "Use", 0.0, 0.1)
TARGET = Target("cost", None, "2034-35", "cash", 5e8)


def told(function, target=TARGET, field=FIELD, **settings):
    found = search(target.amount, lambda values: [function(value) for value in values], 0.0, 0.1, 0.03, **settings)
    return break_even_text("Reform", field, target, found, len(found.tried), 500)


def test_a_break_even_in_words():
    text = told(lambda value: 1e10 * value)
    assert "the value of measures.grant.use at which cost 2034-35 is £500.0m" in text
    assert "\n0.05  (fraction; 0.03 in the scenario)" in text
    assert "it rises with the value" in text
    assert "nearest" not in text
    assert "it falls with the value" in told(lambda value: 1e9 - 1e10 * value)


def test_steps_crossings_and_nothing_in_words():
    steps = told(lambda value: 4e8 if value < 0.05 else 6e8)
    assert "This is the nearest: it goes in steps" in steps
    several = told(lambda value: 5e8 + 1e12 * (value - 0.02) * (value - 0.08))
    assert "it meets the target 2 times" in several
    assert "Cannot be met between the values tried: £0.0m at 0 and £100.0m at 0.1" in told(
        lambda value: 1e9 * value, widen=False
    )
    assert "does not move it. It is £3.0m throughout" in told(lambda value: 3e6, widen=False)


def test_people_are_no_money():
    target = Target("users", "grant", "2034-35", "cash", 500_000, money=False)
    assert "users of grant 2034-35 is 500,000" in told(lambda value: 1e7 * value, target)
