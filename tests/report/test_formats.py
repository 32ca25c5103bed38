"""How values are shown, and that the value itself stays whole."""

import math

import numpy as np
import pytest

from microsim.report.formats import exact, shown, shown_error


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (-748_123_456.78, "million", "−748"),
        (400_000.0, "million", "*"),
        (-400_000.0, "million", "*"),
        (0.0, "million", "0"),
        (-0.0, "million", "0"),
        (999_600_000.0, "million", "1,000"),
        (1234.5, "pounds", "1,234"),
        (1234.567, "pence", "1,234.57"),
        (0.0046, "share", "0.46\u00a0%"),
        (0.143, "share", "14.3\u00a0%"),
        (-0.00001, "share", "*"),
        (0.0, "share", "0.0\u00a0%"),
        (14.3, "points", "14.3\u00a0%"),
        (17_693_700, "count", "17,693,700"),
        (0.039, "number", "0.039"),
        (12345.678, "number", "12,346"),
        (0.0, "number", "0"),
        (math.nan, "million", ""),
        (None, "text", ""),
        ("2030-31", "year", "2030-31"),
        (True, "text", "True"),
        (np.True_, "count", "yes"),
        ("a choice", "number", "a choice"),
    ],
)
def test_a_value_is_shown(value, form, text):
    assert shown(value, form) == text


@pytest.mark.parametrize(
    ("error", "form", "text"),
    [(17.4e6, "million", "±17"), (6.41e6, "million", "±6.4"), (0.0, "million", ""), (math.nan, "million", ""),
     (None, "million", ""), (18_224.0, "count", "±18,000"), (20_000.0, "million", "±*"),
     (1.5, "pounds", "±1.5"), (0.00021, "share", "±0.02")],
)  # fmt: skip
def test_an_error_is_shown(error, form, text):
    assert shown_error(error, form) == text


@pytest.mark.parametrize("value", [0.1 + 0.2, -101536176640.62, 1e-9, 123456789012345.67])
def test_the_value_kept_is_every_digit(value):
    assert float(exact(value)) == value


def test_what_is_kept_of_others():
    assert [exact(value) for value in (None, math.nan, True, np.int64(7), "=1+1")] == ["", "", "true", "7", "=1+1"]
