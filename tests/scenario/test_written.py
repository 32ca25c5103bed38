"""Numbers as people write them."""

import pytest

from microsim.scenario.written import number_meant, with_hint


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30%", "0.3"), ("3.9 per cent", "0.039"), ("-5%", "-0.05"), ("£500m", "500000000"), ("£1.2 bn", "1200000000"),
        ("35k", "35000"), ("£4,000", "4000"), ("10 thousand", "10000"), ("4", "4"), ("0.50", "0.5"),
        ("£ 20 million", "20000000"),
    ],
)  # fmt: skip
def test_what_a_text_stands_for(text, meant):
    assert number_meant(text) == meant


@pytest.mark.parametrize("text", ["", "half", "1/2", "3 apples", "30%%", "4-5", "k", "1.2.3"])
def test_anything_else_is_left_alone(text):
    assert number_meant(text) is None
    assert with_hint("a number", repr(text)) == "a number"


def test_a_field_in_millions_takes_millions():
    assert [number_meant(text, "£m a year") for text in ("£500m", "2bn", "750", "30%")] == ["500", "2000", "750", "0.3"]


def test_a_whole_number_has_no_hint_that_is_none():
    assert with_hint("a whole number", "'2k'") == "a whole number: write 2000"
    assert with_hint("a whole number", "'50%'") == "a whole number"
    assert with_hint("text", "'50%'") == "text"
