"""The figures of a room: each with its range, unit and source, and one clear message where one is wrong."""

import pytest

from microsim.errors import InputError
from microsim.population.rooms import Sources, read_figures

HOURS = "hours: {central: 37, low: 30, high: 40, unit: hours a week, quality: judgement, source: a guess}\n"


@pytest.fixture
def figures(tmp_path):
    def write(text, *names):
        path = tmp_path / "room.yaml"
        path.write_text(text, encoding="utf-8")
        return read_figures(path, names)

    return write


def test_figures_are_read(figures, tmp_path):
    found = figures(HOURS, "hours")
    assert (found["hours"].central, found["hours"].unit) == (37, "hours a week")
    assert Sources(tmp_path, None, None, found).figure("hours") == 37


def test_a_room_without_figures_needs_no_file(tmp_path):
    assert read_figures(tmp_path / "none.yaml", ()) == {}
    with pytest.raises(InputError, match=r"none\.yaml"):
        read_figures(tmp_path / "none.yaml", ("hours",))


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        (HOURS, ("hours", "pay"), r"room\.yaml:1:1: the figure pay is missing"),
        ("\n" + HOURS, (), r"room\.yaml:2:\d+: unknown figure hours"),
        (HOURS + HOURS.replace("hours:", "hors:", 1), ("hours",), r"unknown figure hors.*did you mean hours"),
        (HOURS.replace("central: 37", "central: 41"), ("hours",), "outside its range"),
        (HOURS.replace("judgement", "guess"), ("hours",), "quality"),
        (HOURS.replace("unit: hours a week, ", ""), ("hours",), "hours.unit"),
        (HOURS.replace("central: 37", "central: many"), ("hours",), "hours.central"),
        (HOURS.replace("high: 40", "high: 40, most: 41"), ("hours",), "hours.most"),
    ],
)
def test_a_wrong_figure_gets_one_clear_message(figures, text, names, message):
    with pytest.raises(InputError, match=message):
        figures(text, *names)
