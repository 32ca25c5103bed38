"""Run folders and digests of tables."""

import numpy as np
import pandas as pd
import pytest

from microsim.errors import InputError
from microsim.report.folder import check_replaceable, table_digest, tables_digest
from microsim.report.screen.scorecard import scorecard_text
from microsim.report.screen.style import Style

TABLE = pd.DataFrame({"year": ["a", "b"], "amount": [1.0, 2.0], "stock": [True, False]})


def test_a_digest_is_of_values():
    assert table_digest(TABLE) == table_digest(TABLE.copy())
    assert table_digest(TABLE) == table_digest(TABLE.astype({"year": object}))
    assert table_digest(TABLE) == table_digest(TABLE.set_axis([5, 6]))


@pytest.mark.parametrize(
    "other",
    [
        TABLE.assign(amount=[1.0, 2.0000000001]), TABLE.assign(year=["a", "c"]), TABLE.assign(stock=[True, True]),
        TABLE.rename(columns={"amount": "cash"}), TABLE.iloc[::-1], TABLE.iloc[:1], TABLE[["amount", "year", "stock"]],
    ],
)  # fmt: skip
def test_any_change_changes_the_digest(other):
    assert table_digest(other) != table_digest(TABLE)


def test_the_digest_of_tables_is_of_names_too():
    assert tables_digest({"a": TABLE, "b": TABLE}) == tables_digest({"b": TABLE, "a": TABLE})
    assert tables_digest({"a": TABLE}) != tables_digest({"b": TABLE})


@pytest.mark.parametrize("manifest", [None, "{}", "not JSON", '{"tables_digest": "1"}', "[]", "3"])
def test_only_run_folders_are_replaced(tmp_path, manifest):
    (tmp_path / "file").write_text("mine")
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(InputError, match="not a run folder"):
        check_replaceable(tmp_path)


def test_run_folders_new_folders_and_empty_ones_are_used(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "manifest.json").write_text('{"tables_digest": "1", "scenario": "x"}')
    for name in ("empty", "run", "new", "new/below"):
        check_replaceable(tmp_path / name)


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError):
            check_replaceable(path)


def shown(scorecard, tables, width, every_line=False):
    tables = {**tables, "scorecard": scorecard}
    return scorecard_text(tables, ("2026-27", "2026-27"), Style(width), every_line=every_line)


@pytest.mark.parametrize("every_line", [False, True])
@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_scorecard_fits_the_terminal(small_run, width, every_line):
    """As many years as fit; the totals are those of the table."""
    tables = small_run.tables
    text = shown(tables["scorecard"], tables, width, every_line)
    body = text.splitlines()
    assert max(map(len, body)) <= width
    total = tables["scorecard"]["cash"].sum() / 1e6
    (effect,) = [line for line in body if line.startswith("Effect on the Exchequer")]
    assert effect.endswith(f" {total:,.0f}")
    *_, error = [line for line in body if line.strip().startswith("± simulation error")]
    whole = tables["scorecard_totals"].query("measure == 'all measures' and financial_year == 'all years'").iloc[0]
    assert error.endswith(f" ±{whole['simulation_error'] / 1e6:,.0f}")
    last = " ".join(text.partition("All years, ")[2].split())
    assert f" ±{whole['present_value_simulation_error'] / 1e6:,.0f} present value" in last
    for column in ("cash", "real", "present_value"):
        assert f"{tables['scorecard'][column].sum() / 1e6:,.0f} " in last


def test_nothing_to_cost_is_said(small_run):
    empty = small_run.scorecard.iloc[:0]
    tables = small_run.tables
    assert "nothing to cost" in shown(empty, tables, 80)


def test_amounts_never_touch(small_run):
    """Columns stay apart even where sums are trillions."""
    tables = small_run.tables
    huge = tables["scorecard"].assign(cash=lambda table: table["cash"] * 1e5)
    text = shown(huge, tables, 120)
    (effect,) = [line for line in text.splitlines() if line.startswith("Effect on the Exchequer")]
    cash = huge.groupby("financial_year")["cash"].sum() / 1e6
    assert f" {cash['2030-31']:,.0f} " in effect
    assert np.isfinite(cash).all()
