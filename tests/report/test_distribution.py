"""Who gains on the terminal: the year shown, the figures of the tables, and lines that fit."""

import pandas as pd
import pytest

from microsim.report.distribution import distribution_text, shown_year

YEARS = [f"{year}-{(year + 1) % 100}" for year in range(2029, 2045)]


@pytest.fixture
def tables():
    rows = []
    groups = [("england", "England", 50.0)]
    groups += [("income_decile", f"decile {number}", 10.0 * number) for number in range(1, 11)]
    groups += [("qualification", name, amount) for name, amount in (("level2", 55.0), ("none", 45.0))]
    groups += [("local_authority", name, amount) for name, amount in (("E1", 50.0), ("E2", 51.0), ("E3", 52.0))]
    groups += [("region", name, amount) for name, amount in (("London", 61.4), ("South West", 39.6), ("Wales", 50))]
    for year in YEARS:
        for breakdown, group, amount in groups:
            for kind, factor in (("in_kind", 1.0), ("cash", -0.5), ("employer", 0.2), ("exchequer", -3.0)):
                value = amount * factor if year == "2038-39" else 1.0
                row = (value, value, value, value / 1000, abs(value) / 10)
                rows.append((breakdown, group, year, "all measures", kind, *row))
        for kind, share in (("employer", 1.0), ("employer_wages", 0.25), ("employer_profits", 0.75)):
            rows.append(("england", "England", year, "grant", kind, 10 * share, 1.0, 1.0, 0.1, 1.0))
    names = ["breakdown", "group", "financial_year", "measure", "kind", "amount", "per_household", "per_adult",
             "share_of_income", "simulation_error"]  # fmt: skip
    winners = pd.DataFrame(
        [("2038-39", "cash_and_in_kind", "pounds", "all", *row) for row in
         (("gain", 0.1), ("gain", 0.043), ("lose", 0.0001), ("no change", 0.8569))]
        + [("2038-39", "cash", "pounds", "all", *row) for row in (("lose", 0.02), ("no change", 0.98))],
        columns=["financial_year", "concept", "scale", "group", "change", "share"],
    )  # fmt: skip
    return {"gains": pd.DataFrame(rows, columns=names), "winners_and_losers": winners}


def test_the_tenth_year_is_shown_or_the_last():
    assert shown_year(pd.Series(YEARS)) == "2038-39"
    assert shown_year(pd.Series(YEARS[:4])) == YEARS[3]


def test_the_figures_are_those_of_the_tables(tables):
    text = distribution_text(tables, 120)
    lines = text.splitlines()
    assert lines[0].startswith("Who gains, 2038-39")
    assert " ".join(lines[1].split()) == "cash £ in kind £ at their employers £ cash % in kind %"
    assert lines[2].split() == ["decile", "1", "(poorest)", "-5", "10", "2", "-0.50", "1.00"]
    assert lines[12].split() == ["all", "households", "-25", "50", "10", "-2.50", "5.00"]
    flowing = " ".join(lines)
    assert "(incidence): profits 75 %, wages 25 %" in flowing
    assert "region: most London 61 ± 6, least South West 40 ± 4" in text
    assert "qualification: most Level 2 55 ± 6, least No qualification 45 ± 4" in text
    assert "half have an error (approximate) of 10 % of their gain or more; they differ mostly by noise" in text


def test_few_losers_are_not_none(tables):
    """Cash alone stands beside cash and in kind, and what is left out is said."""
    flowing = " ".join(distribution_text(tables, 120).splitlines())
    assert "Before anyone pays for it, and without employers' gains and losses: in cash or in kind 14.3 % of" in flowing
    assert "under 0.1 % in one that loses, 85.7 % see no change; in cash alone under 0.1 % of people" in flowing
    assert "gains £1 or more, 2.0 % in one that loses, 98.0 % see no change" in flowing


def test_lines_fit_a_narrow_terminal(tables):
    """Shares of income go first, then the rest; names are cut last."""
    lines = distribution_text(tables, 50).splitlines()
    assert all(len(line) <= 50 for line in lines)
    assert not any("in kind %" in line for line in lines)
    assert sum(line.startswith("decile ") for line in lines) == 10


def test_nothing_is_said_where_nobody_gains(tables):
    nobody = {**tables, "gains": tables["gains"].query("kind == 'exchequer'")}
    assert distribution_text(nobody, 80) == ""


def test_what_has_no_table_is_left_out(tables):
    assert distribution_text({}, 100) == ""
    assert distribution_text({"gains": tables["gains"].drop(columns="per_adult")}, 100) == ""
    text = distribution_text({"gains": tables["gains"]}, 100)
    assert "decile 1 (poorest)" in text and "see no change" not in text
