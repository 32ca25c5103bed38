"""The screen of a run: what it says of a costing, fitted to any window and any encoding."""

import json

import numpy as np
import pandas as pd
import pytest
from common import ROOT

from microsim.accounts.tables import CHOSEN
from microsim.comparison.finished import FinishedRun
from microsim.errors import InputError
from microsim.report.headline import headline
from microsim.report.rows import distinct, shortened
from microsim.report.screen.caveats import in_order, unclear_signs
from microsim.report.screen.chart import chart_text
from microsim.report.screen.drivers import drivers, drivers_text
from microsim.report.screen.screen import Shown, check_year, screen
from microsim.report.screen.style import Style, harmless, plain, written_in
from microsim.report.screen.summary import summary

YEARS = [f"{year}-{(year + 1) % 100:02}" for year in range(2026, 2036)]


@pytest.fixture
def finished(small_run):
    """The small run as it is kept."""
    resolved = small_run.scenario.resolved()
    values = {"parameters.price_base_year": "2026-27", "parameters.present_value_base_year": "2026-27"}
    log = pd.DataFrame({"path": values.keys(), "value": values.values()})
    return FinishedRun(dict(small_run.tables), dict(small_run.manifest), resolved, log)


def card(**measures):
    """A scorecard with one line for each measure: pounds of each year."""
    return pd.DataFrame(
        [(name, "line", f"What {name} pays", year, cash) for name, amounts in measures.items()
         for year, cash in zip(YEARS, amounts, strict=False)],
        columns=["measure", "line", "description", "financial_year", "cash"],
    )  # fmt: skip


def choices(**amounts):
    """Other choices of the measure `it`: pounds of cost in every year."""
    return pd.DataFrame(
        [("it", name.replace("_", " "), sign, year, cost) for name, cost in amounts.items() for sign in (-1, 0)
         for year in YEARS],
        columns=["measure", "alternative", "sign", "financial_year", "amount"],
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
@pytest.mark.parametrize("width", [60, 80, 100, 120, 160, 220])
@pytest.mark.parametrize("shown", [Shown(), Shown(details=True)])
def test_no_line_is_wider_than_the_window_and_every_character_can_be_written(finished, width, encoding, shown):
    text = screen(finished, Style(width, encoding=encoding), shown)
    text.encode(encoding)
    assert "?" not in text
    assert [line for line in text.splitlines() if len(line) > width] == []
    marked = screen(finished, Style(width, colour=True, encoding=encoding), shown)
    assert plain(marked) == text, "emphasis takes no room"


@pytest.mark.parametrize("name", ["gains", "winners_and_losers", "gain_groups", "ratings", "alternatives", "lifetimes"])
def test_a_folder_of_an_older_version_is_shown_without_what_it_lacks(finished, name):
    tables = {key: table for key, table in finished.tables.items() if key != name}
    older = FinishedRun(tables, finished.manifest, finished.resolved, finished.assumptions)
    for shown in (Shown(), Shown(details=True)):
        text = screen(older, Style(120), shown)
        assert "Effect on the Exchequer" in text
        assert ("Who gains in" not in text and "Who gains, " not in text) or name != "gains"


def test_the_screen_says_what_it_costs_first_and_where_it_comes_from(finished):
    text = screen(finished, Style(120))
    found = headline(finished)
    assert " ".join(text.split("\n\n")[1].split()) == found.sentence
    for part in ("Effect on the Exchequer", "Cost by year", "What drives it", "Who gains", "Simulation error:",
                 "How uncertain each measure is", "Synthesis error is in none of these numbers"):  # fmt: skip
        assert part in text
    assert "\033" not in text
    assert "\033[1m" in screen(finished, Style(120, colour=True))


def test_details_say_more(finished):
    short, long = (screen(finished, Style(120), shown) for shown in (Shown(), Shown(details=True)))
    for part in ("decile 1 (poorest)", "Under other choices", "Uncertainty: "):
        assert part in long
        assert part not in short
    assert len(long.splitlines()) > len(short.splitlines())


def test_the_year_asked_for_is_quoted(finished):
    year = finished.scorecard["financial_year"].max()
    text = screen(finished, Style(120), Shown(year))
    assert f"What drives it in {year}" in text
    assert f"in {year} and" in text.split("\n\n")[1]


@pytest.mark.parametrize(("year", "said"), [("2099-00", "outside the scenario's"), ("soon", "--year"), ("2030", None)])
def test_a_year_is_checked(year, said):
    if said is None:
        assert check_year(year, range(2026, 2036)) == "2030-31"
    else:
        with pytest.raises(InputError, match=said):
            check_year(year, range(2026, 2036))


def test_a_scenario_without_measures_has_a_screen(finished):
    tables = {**finished.tables, "scorecard": finished.scorecard.head(0)}
    text = screen(FinishedRun(tables, finished.manifest, finished.resolved, finished.assumptions), Style(80))
    assert "there is nothing to cost" in " ".join(text.split())
    assert summary(FinishedRun(tables, finished.manifest, {}, finished.assumptions))["drivers"] is None


def test_what_a_user_wrote_does_not_steer_the_terminal(finished):
    manifest = {**finished.manifest, "scenario": "\033[31m<script>\u202e\x07 plan"}
    text = screen(FinishedRun(finished.tables, manifest, finished.resolved, finished.assumptions), Style(120))
    assert "<script>" in text.splitlines()[0]
    assert not {"\033", "\x07", "\u202e"} & set(text)
    assert harmless("an ordinary name, £5") == "an ordinary name, £5"


def test_the_largest_lines_have_shares_of_the_net_effect():
    found = drivers(card(a=[-60e6], b=[-30e6], c=[-20e6], d=[10e6]), None, YEARS[0])
    assert found.share_of == "net"
    other_way = drivers(card(a=[-60e6], b=[10e6]), None, YEARS[0]).lines[1]
    assert round(other_way.share, 2) == -0.2, "a saving beside a cost"
    assert [(line.measure, round(line.share, 2)) for line in found.lines] == [("a", 0.6), ("b", 0.3), ("c", 0.2)]


def test_shares_are_of_costs_and_savings_where_these_nearly_cancel():
    found = drivers(card(a=[-60e6], b=[50e6]), None, YEARS[0])
    assert (found.share_of, round(found.lines[0].share, 3)) == ("gross", 0.545)
    assert "share of all costs and savings" in drivers_text(found, 100)


def test_the_dearest_and_the_cheapest_other_choice_are_named():
    table = choices(cheaper=80e6, dearest=300e6, dearer=120e6, **{CHOSEN.replace(" ", "_"): 100e6})
    found = drivers(card(it=[-100e6]), table, YEARS[0]).choices
    assert [(one.choice, one.difference) for one in found] == [("dearest", -200e6), ("cheaper", 20e6)]
    same = choices(same=100e6, **{CHOSEN.replace(" ", "_"): 100e6})
    assert drivers(card(it=[-100e6]), same, YEARS[0]).choices == []


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_columns_are_as_high_as_their_years_cost(encoding):
    text = chart_text(card(it=np.linspace(-10e6, -100e6, 10)), YEARS[9], Style(80, encoding=encoding))
    full = "█" if encoding == "utf-8" else "#"
    rows = text.splitlines()
    assert rows[0].startswith("Cost by year")
    assert rows[1].split()[0] == "100"
    heights = [row.count(full) for row in rows[1:6]]
    assert heights == sorted(heights)
    assert heights[0] < heights[4]
    assert len(rows) == 8, "one measure needs no lines of its own"


def test_savings_hang_below_the_axis_and_pure_savings_stand_on_it():
    mixed = chart_text(card(it=[-50e6] * 5 + [40e6] * 5), YEARS[9], Style(80)).splitlines()
    axis = next(place for place, row in enumerate(mixed) if "└" in row)
    assert "█" in mixed[axis + 1]
    assert mixed[axis + 2].split()[0] == "-40"
    saving = chart_text(card(it=[40e6] * 10), YEARS[9], Style(80)).splitlines()
    assert saving[0].startswith("Saving by year")
    assert "└" in saving[6]


def test_each_measure_has_a_line_with_its_largest_year():
    text = chart_text(card(one=[-5e6] * 9 + [-9e6], two=[2e6] * 9 + [-1e6]), YEARS[9], Style(100))
    rows = {line.split()[0]: line for line in text.splitlines() if line.strip()}
    assert rows["one"].endswith("costs at most 9")
    assert rows["two"].endswith("saves at most 2")
    assert "-" in rows["two"], "a year of cost is marked"


def test_nothing_is_drawn_of_few_years_or_of_nothing():
    assert chart_text(card(it=[-1e6, -2e6]), YEARS[0], Style(80)) == ""
    assert chart_text(card(it=[0.0] * 10), YEARS[0], Style(80)) == ""


def test_more_years_than_columns_are_drawn_at_intervals():
    years = [f"{year}-{(year + 1) % 100:02}" for year in range(2026, 2101)]
    table = pd.DataFrame({"measure": "it", "financial_year": years, "cash": -1e6})
    text = chart_text(table, years[9], Style(60))
    assert "every 3 years" in text
    assert max(map(len, text.splitlines())) <= 60


def test_words_are_cut_whole_and_never_to_look_alike():
    assert shortened("Grant spent on education and training", 20) == "Grant spent on…"
    assert shortened("short", 20) == "short"
    long = ["Premium paid for learners of schools", "Premium paid for learners of colleges", "Another"]
    found = distinct(long, 26)
    assert found["Another"] == "Another"
    assert found[long[0]] == "Premium paid … schools"
    assert found[long[1]] == "Premium paid … colleges"
    hopeless = ["x" * 40 + "a", "x" * 40 + "b"]
    assert list(distinct(hopeless, 10).values()) == hopeless


def test_columns_stay_where_they_are_in_another_encoding():
    row = f"{'£ million':<20}{'±12':>10}{'345':>10}"
    written = written_in(row, "ascii", 80)
    assert written.endswith("345")
    assert (written.startswith("GBP million"), len(written)) == (True, len(row))
    assert written_in(row, "utf-8", 80) == row


def test_every_key_for_programs_is_documented(finished):
    page = (ROOT / "docs" / "screen.md").read_text(encoding="utf-8")
    found = summary(finished)
    drivers = found["drivers"]
    keys = {*found, *found["headline"], *drivers, *drivers["lines"][0], *drivers["choices"][0]}
    assert [key for key in keys if f"`{key}`" not in page] == []


def test_signs_that_a_sample_cannot_tell():
    totals = pd.DataFrame({"measure": ["clear", "unclear", "all measures"], "line": "all lines",
                           "cash": [9.0, -1.0, 8.0], "financial_year": YEARS[0],
                           "simulation_error": [1.0, 0.6, 9.0]})  # fmt: skip
    assert unclear_signs(totals, YEARS[0]) == ["unclear"]


def test_warnings_come_once_and_those_that_change_most_first():
    found = in_order(["parameters.x: nothing in this run reads it", "other", "measures.it: nothing happens in 2026-27",
                      "other"])  # fmt: skip
    assert found == ["measures.it: nothing happens in 2026-27", "other", "parameters.x: nothing in this run reads it"]


def test_the_summary_for_programs_has_its_keys_and_is_json(finished):
    found = summary(finished)
    text = json.dumps(found, allow_nan=False)
    assert set(json.loads(text)) == {"headline", "folder", "files", "tables", "manifest", "scorecard", "totals",
                                     "drivers", "warnings"}  # fmt: skip
    assert set(found["headline"]) == {"sentence", "year", "cash", "simulation_error", "first_year", "last_year",
                                      "all_years_cash", "all_years_simulation_error"}  # fmt: skip
    assert set(found["drivers"]) == {"year", "share_of", "lines", "choices"}
    assert set(found["drivers"]["lines"][0]) == {"measure", "line", "description", "cash", "share"}
    assert set(found["drivers"]["choices"][0]) == {"measure", "choice", "cash", "as_in_the_scenario"}
    year = found["headline"]["year"]
    rows = [row for row in found["scorecard"] if row["financial_year"] == year]
    assert sum(row["cash"] for row in rows) == pytest.approx(found["headline"]["cash"])
