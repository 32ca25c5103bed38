"""Quantities: three ways to write a number, one way to read it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from microsim.errors import InputError
from microsim.scenario.values import Quantity, field_rows, read_params


def test_plain_number_has_no_range_and_holds_always():
    value = Quantity.of(4000)
    assert value.at(1999) == value.at(2090) == 4000.0
    assert value.range_at(2030) is None and not value.is_dated and value.source is None


def test_range_keeps_source_and_quality():
    value = Quantity.of({"central": 0.5, "low": 0.25, "source": "A survey", "quality": "derived"})
    assert value.at(2030) == 0.5
    assert value.range_at(2030) == (0.25, 0.5)
    assert (value.source, value.quality) == ("A survey", "derived")


def test_dated_values_hold_until_the_next():
    value = Quantity.of({"2031-32": {"central": 3, "quality": "judgement"}, "2026-27": 1, 2029: 2})
    assert [value.at(year) for year in (2026, 2028, 2029, 2030, 2031, 2099)] == [1, 1, 2, 2, 3, 3]
    assert value.is_dated and value.quality == "judgement"
    with pytest.raises(InputError, match="no value for 2025-26: the first is for 2026-27"):
        value.at(2025)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "found true, expected a number"),
        ("4", "found '4', expected a number"),
        (float("nan"), "not a finite number"),
        ({}, "no value"),
        ({"low": 1}, "central"),
        ({"central": 1, "low": 2}, "low is above central"),
        ({"central": 1, "high": 0}, "high is below central"),
        ({"central": 1, "hihg": 2}, "unknown key 'hihg'"),
        ({"2029-31": 1}, "unknown key '2029-31'"),
        ({"2029-04-01": 1}, "expected financial years"),
        ({"2029": 1, "2029-30": 2}, "2029-30 is given twice"),
        ({"central": 1, "quality": "guess"}, "unknown quality"),
    ],
)
def test_anything_else_is_refused(value, text):
    with pytest.raises(ValueError, match=text):
        Quantity.of(value)


numbers = st.floats(allow_nan=False, allow_infinity=False, width=32)


@given(st.one_of(numbers, st.dictionaries(st.integers(1990, 2100), numbers, min_size=1)))
def test_plain_form_reads_back_the_same(value):
    quantity = Quantity.of(value)
    assert Quantity.of(json.loads(json.dumps(quantity.to_plain()))) == quantity


def test_params_survive_writing(kinds):
    params = read_params(kinds["toy_grant"], {"start": "2030-31", "tranches": [{"age": 25, "amount": {"2029": 4}}]})
    assert params.start == 2030 and params.tranches[0].amount.at(2030) == 4
    assert kinds["toy_grant"].from_plain(params.to_plain()) == params


@pytest.mark.parametrize("value", [{"amount": -1}, {"amount": {"2029": 1, "2030": -1}}, {"by_group": {"old": -1}}])
def test_limits_hold_for_every_number(kinds, value):
    with pytest.raises(ValidationError, match="at least 0"):
        read_params(kinds["toy_grant"], value)


@pytest.mark.parametrize("age", ["25", True, 25.0, 25.5, None])
def test_whole_numbers_are_strict(kinds, age):
    with pytest.raises(ValidationError):
        read_params(kinds["toy_grant"], {"tranches": [{"age": age, "amount": 1}]})


def test_field_rows_show_every_field_with_its_default(kinds):
    rows = {row.field: row for row in field_rows(kinds["toy_grant"])}
    assert rows["annual_use"] == ("annual_use", "0.039", "fraction", "Share who use it")
    assert rows["by_age"].default == "16: 1" and rows["tranches"].default == "none"
    assert rows["tranches[].amount"] == ("tranches[].amount", "required", "GBP", "Amount paid")
    assert rows["start"].default == "2029-30"
    assert rows["targeted"].default == "false"


def test_params_cannot_change(kinds):
    with pytest.raises(ValidationError, match="frozen"):
        kinds["toy_grant"]().start = 2031
