"""What a break-even is asked for, as people write it."""

import pytest

from microsim.errors import InputError
from microsim.uncertainty.target import Target, read_target

LINES = {"grant": ("grant_spending", "users"), "relief": ("vat_refund",)}
YEARS = range(2026, 2036)


def read(text):
    return read_target(text, YEARS, LINES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cost 2034-35 = 1.5bn", Target("cost", None, "2034-35", "cash", 1.5e9)),
        ("cost  of grant   2034 = £500m", Target("cost", "grant", "2034-35", "cash", 5e8)),
        ("cost of grant in 2034-35 in present value=-20m", Target("cost", "grant", "2034-35", "present_value", -2e7)),
        ("cost all years real = 1250000.5", Target("cost", None, "all years", "real", 1_250_000.5)),
        ("cost 2034-35 real terms = 0", Target("cost", None, "2034-35", "real", 0)),
        ("users of grant 2034-35 = 500,000", Target("users", "grant", "2034-35", "cash", 500_000)),
        ("users of grant 2034-35 = 500 thousand", Target("users", "grant", "2034-35", "cash", 500_000)),
    ],
)
def test_forms(text, expected):
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cost 2034-35", "not something to solve for"),
        ("cost = 1bn", 'expected cost [of MEASURE] YEAR|"all years"'),
        ("cots 2034-35 = 1bn", "did you mean cost?"),
        ("cost of grnt 2034-35 = 1bn", "no measure named grnt; expected grant, relief; did you mean grant?"),
        ("user of grant 2034-35 = 1bn", "grant has no line user"),
        ("users 2034-35 = 5m", "users of MEASURE"),
        ("cost 2044-45 = 1bn", "outside the scenario's; found 2044-45; expected 2026-27 to 2035-36, or all years"),
        ("cost 2034-36 = 1bn", "2034 is followed by 35"),
        ("cost 2034-35 nominal = 1bn", "no such prices; found nominal"),
        ("cost 2034-35 = plenty", "not an amount; found 'plenty'"),
        ("cost 2034-35 = 5%", "not an amount"),
    ],
)
def test_slips(text, told):
    with pytest.raises(InputError) as error:
        read(text)
    assert told in str(error.value)
    assert "\n" not in str(error.value)
    assert "Traceback" not in str(error.value)


def test_the_subject_in_words():
    assert read("cost of grant 2034 present value = 1m").subject == "cost of grant 2034-35 present value"
    assert read("cost all years = 1m").subject == "cost all years"
