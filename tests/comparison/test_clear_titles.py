"""Titles and sentences on several runs claim a difference only where it is told from noise."""

from types import SimpleNamespace

import pandas as pd
import pytest

from microsim import compare
from microsim.report.comparison_sections import costs, groups, moved
from microsim.report.comparison_sections.headline import sentence

UNKNOWN = float("nan")


@pytest.mark.parametrize(
    ("differences", "errors", "title"),
    [
        ([-235e6, 20e6], [20e6, 5e6], "“Grant” moved most: B is £235m dearer there"),
        ([235e6, 220e6], [20e6, 5e6], "“Grant” is among the lines that moved most: B is £235m cheaper there"),
        ([235e6, 20e6], [120e6, 5e6], "How far each line of B is from A: the furthest cannot be told from nothing"),
        ([235e6], [UNKNOWN], "How far each line of B is from A: the furthest cannot be told from nothing"),
        ([235e6], [0.0], "“Grant” moved most: B is £235m cheaper there"),
    ],
)
def test_a_line_is_named_where_it_is_told_from_noise(differences, errors, title):
    names = ["Grant", "Tax"][: len(errors)]
    shown = pd.DataFrame({"description": names, "difference": differences, "standard_error": errors})
    assert moved.chart_title(shown, "A", "B") == title


@pytest.mark.parametrize(
    ("differences", "errors", "title"),
    [
        ([-90.0, 20.0], [10.0, 10.0], "Gains by region: furthest from A for London"),
        ([-90.0, 80.0], [10.0, 10.0], "Gains by region: differences from A by group"),
        ([-90.0, 20.0], [50.0, 10.0], "Gains by region: differences from A by group"),
        ([-90.0, 20.0], [UNKNOWN, UNKNOWN], "Gains by region: differences from A by group"),
    ],
)
def test_a_group_is_named_where_it_is_told_from_the_others(differences, errors, title):
    shown = pd.DataFrame({"group": ["London", "Kent"], "difference": differences, "standard_error": errors})
    assert groups.chart_title(shown, "Gains by region", "A") == title


@pytest.mark.parametrize(
    ("differences", "errors", "title"),
    [
        ([0.0, 0.0], [0.0, 0.0], "The runs have the same effect in every year"),
        ([0.0, 9.0, 8.0], [0.0, 3.0, 3.0], "B is cheaper than A in every year that differs"),
        ([-9.0, -8.0, 1.0], [3.0, 4.0, 3.0], "B is dearer than A in 2 of the 3 years that differ; in the others noise "
         "hides it"),
        ([-9.0, -8.0, 1.0], [3.0, 5.0, 3.0], "B and A are told apart from noise in 1 of the 3 years that differ"),
        ([-9.0, 9.0], [3.0, 3.0], "B is cheaper than A in some years and dearer in others"),
        ([9.0, 8.0], [6.0, 6.0], "In no year is the difference between B and A told from noise"),
        ([9.0, 8.0], [UNKNOWN] * 2, "In no year is the difference between B and A told from noise"),
    ],
)  # fmt: skip
def test_years_count_where_their_difference_is_told_from_noise(differences, errors, title):
    data = pd.DataFrame({"difference": differences, "standard_error": errors})
    assert costs.chart_title(SimpleNamespace(runs=("one", "two")), data) == title


def loud(comparison, factor):
    """The same comparison, the error of every total as large as its difference times a factor."""
    comparison.totals = comparison.totals.assign(standard_error=comparison.totals["difference"].abs() * factor)
    return comparison


def test_the_lead_says_that_a_sign_is_not_certain(run_of):
    two = [run_of(name).folder for name in ("grant", "rare")]
    assert "one standard error of simulation: its sign is not certain) less over" in sentence(loud(compare(*two), 0.6))
    assert "one standard error of simulation) less over" in sentence(loud(compare(*two), 0.4))


def test_of_several_the_dearest_and_the_cheapest_are_named_where_noise_lets_one(run_of):
    three = [run_of(name).folder for name in ("grant", "rare", "premium")]
    certain, uncertain = sentence(loud(compare(*three), 0.001)), sentence(loud(compare(*three), 9.0))
    assert "the dearest for the Exchequer is “" in certain and "the cheapest for the Exchequer is “" in certain
    assert "which is the dearest or the cheapest cannot be told from noise" in uncertain
    assert uncertain.count("“") == 2
