"""Financial years: the written form and the number agree, and everything else is refused."""

import pytest

from microsim.errors import InputError, Place, Problem, nearest
from microsim.years import (
    format_financial_year,
    format_years,
    parse_financial_year,
    parse_years,
    to_financial_year,
)


def test_every_year_survives_writing_and_reading():
    for year in range(1990, 2110):
        assert parse_financial_year(format_financial_year(year)) == year
    assert format_financial_year(2099) == "2099-00"


@pytest.mark.parametrize("text", ["2029-31", "2029", "2029/30", "29-30", "2029-30-31", "", "٢٠٢٩-30"])
def test_other_forms_are_refused(text):
    with pytest.raises(ValueError, match="financial year"):
        parse_financial_year(text)


def test_spans_hold_both_ends():
    assert parse_years("2026-27 to 2055-56") == range(2026, 2056)
    assert parse_years("2026-27") == range(2026, 2027)
    assert format_years(range(2026, 2056)) == "2026-27 to 2055-56"
    assert format_years(range(2026, 2027)) == "2026-27"


@pytest.mark.parametrize("text", ["2030-31 to 2026-27", "2026-27 - 2030-31", "2026 to 2030"])
def test_other_spans_are_refused(text):
    with pytest.raises(ValueError):
        parse_years(text)


def test_scenarios_may_write_a_bare_year():
    assert to_financial_year("2029-30") == to_financial_year("2029") == to_financial_year(2029) == 2029
    for wrong in (True, 3, 2029.0, None, "20290"):
        with pytest.raises(ValueError):
            to_financial_year(wrong)


def test_a_problem_is_one_line_with_all_it_knows():
    problem = Problem("unknown key 'amont'", Place("a.yaml", 3, 7), "4", "a number", "amount")
    expected = "a.yaml:3:7: unknown key 'amont'; found 4; expected a number; did you mean amount?"
    assert str(problem) == expected
    assert str(InputError([problem, Problem("second")])) == expected + "\nsecond"
    assert str(InputError("alone")) == "alone"


def test_nearest_is_near_or_nothing():
    assert nearest("training_grnat", ["training_grant", "fe_vat"]) == "training_grant"
    assert nearest("zzz", ["training_grant"]) is None
