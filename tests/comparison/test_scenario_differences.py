"""What differs between two scenarios: values, ranges, sources, measures, official figures over common years."""

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.comparison.scenarios import scenario_differences

YEARS = ["2026-27", "2027-28"]
COLUMNS = ["path", "value", "low", "high", "unit", "description", "source", "quality", "set_by"]


def run_with(rows, **resolved):
    """A run with these assumptions (path: value, or the whole row) and resolved scenario."""
    full = []
    for path, row in rows.items():
        given = row if isinstance(row, dict) else {"value": row}
        full.append(dict.fromkeys(COLUMNS, "") | {"path": path} | given)
    return FinishedRun({}, {}, resolved, pd.DataFrame(full, columns=COLUMNS, dtype=str))


def found(first, second, years=YEARS):
    table = scenario_differences(first, second, years)
    return [tuple(row) for row in table[["change", "section", "measure", "path", "reference", "other"]].to_numpy()]


def test_nothing_differs():
    run = run_with({"seed": "1", "measures.grant.start": "2027-28"}, measures={"grant": {"kind": "a"}})
    assert found(run, run) == []


def test_values_come_before_ranges_and_sources():
    first = run_with({"measures.a.x": {"value": "1", "source": "A"}, "measures.a.y": {"value": "1", "low": "0"},
                      "measures.a.z": "1"})  # fmt: skip
    second = run_with({"measures.a.x": {"value": "1", "source": "B"}, "measures.a.y": {"value": "1", "low": "0.5"},
                       "measures.a.z": "2"})  # fmt: skip
    assert found(first, second) == [
        ("value", "measures", "a", "measures.a.z", "1", "2"),
        ("range", "measures", "a", "measures.a.y", "1 (0 to ?)", "1 (0.5 to ?)"),
        ("source", "measures", "a", "measures.a.x", "A", "B"),
    ]


def test_a_measure_that_one_lacks_is_one_row():
    rows = {"measures.a.x": "1", "measures.b.x": "1", "measures.b.y": "1"}
    first = run_with({"measures.a.x": "1"}, measures={"a": {"kind": "k"}})
    second = run_with(rows, measures={"a": {"kind": "k"}, "b": {"kind": "other"}})
    assert found(first, second) == [("value", "measures", "b", "measures.b", "(none)", "other")]
    assert found(second, first) == [("value", "measures", "b", "measures.b", "other", "(none)")]


def test_a_dated_step_that_one_lacks():
    first = run_with({"measures.a.x.2027-28": "1"}, measures={"a": {"kind": "k"}})
    second = run_with({"measures.a.x.2027-28": "1", "measures.a.x.2029-30": "2"}, measures={"a": {"kind": "k"}})
    assert found(first, second) == [("value", "measures", "a", "measures.a.x.2029-30", "(none)", "2")]


def test_official_figures_are_compared_in_common_years():
    """A longer run shows more years of a figure that is the same in those of both."""
    short, long, other = (run_with({"parameters.rate": text}) for text in
                          ("0.2", "2026-27: 0.2; 2028-29: 0.3", "2026-27: 0.2; 2027-28: 0.3"))  # fmt: skip
    assert found(short, long) == []
    assert found(short, long, [*YEARS, "2028-29"])[0][:4] == ("value", "parameters", "", "parameters.rate")
    assert len(found(short, other)) == 1
    assert len(found(long, other)) == 1


def test_the_order_of_measures_and_the_baseline_arm():
    first = run_with({}, measures={"a": {"kind": "k"}, "b": {"kind": "k"}}, baseline={"measures": {}})
    second = run_with({}, measures={"b": {"kind": "k"}, "a": {"kind": "k"}},
                      baseline={"measures": {"c": {"kind": "k", "rate": {"central": 0.5, "source": "S"}}}})  # fmt: skip
    assert found(first, second) == [
        ("value", "measures", "", "measures", "a, b", "b, a"),
        ("value", "baseline", "", "baseline.measures.c.kind", "(none)", "k"),
        ("value", "baseline", "", "baseline.measures.c.rate.central", "(none)", "0.5"),
        ("source", "baseline", "", "baseline.measures.c.rate.source", "(none)", "S"),
    ]
