"""The workbook: tables to the penny, what is left out said, text never a formula, the same bytes for the same run."""

import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from costed import GRANT, HOSTILE, PLUG, YEARS, material, nothing_to_cost, run, totals

from microsim.report import workbook_fitting as fitting
from microsim.report.headline import NOTHING
from microsim.report.material import Companion, Material
from microsim.report.workbook import workbook_bytes
from microsim.report.workbook_sheets import MOST_CHARACTERS, SheetNames, add_table, cell_text

AWKWARD = [
    "=1+1", "@SUM(A1)", "+1", "-1", "12", "http://example.org", "<script>alert(1)</script>", "\u202eright to left",
    "\u05d0", "a\x01b\x00c\x0b", "_x0041_", "  spaces  ", "two\nlines\ttab", "'quoted'", "\ud800", "\uffff",
    "😀" * 3, "true", "",
]  # fmt: skip


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def sheet_frame(content, name):
    return pd.read_excel(io.BytesIO(content), sheet_name=name, keep_default_na=False, na_values=[""])


@pytest.fixture(scope="module")
def found():
    return material()


@pytest.fixture(scope="module")
def content(found):
    return workbook_bytes(found)


def same(table, sheet):
    """Whether a sheet holds the table: money to the penny, other numbers to sixteen digits, empty text as no text."""
    table = table.replace("", np.nan) if len(table) else table
    pd.testing.assert_frame_equal(table, sheet, check_dtype=False, rtol=1e-15, atol=0, check_names=False)
    for name in table.select_dtypes("number"):
        pennies = table[name] == table[name].round(2)
        assert table.loc[pennies, name].tolist() == sheet.loc[pennies, name].tolist()


def test_every_table_is_a_sheet_to_the_penny(found, content):
    names = {one.table: one.sheet for one in _listed(content)}
    for name in found.run.tables:
        same(found.run.table(name), sheet_frame(content, names[name]))


def _listed(content):
    """The summary's list of sheets: name, rows, table."""
    rows = [[cell.value for cell in row] for row in opened(content)["Summary"].iter_rows()]
    start = next(place for place, row in enumerate(rows) if row[0] == "Sheet")
    listed = []
    for sheet, count, said, *_ in rows[start + 1 :]:
        if sheet is None:
            break
        part = next((part for part in (said or "").split("; ") if part.startswith("the table ")), f"the table {sheet}")
        listed.append(_Listed(sheet, part.removeprefix("the table "), count, said or ""))
    return listed


class _Listed:
    def __init__(self, sheet, table, rows, said):
        self.sheet, self.table, self.rows, self.said = sheet, table, rows, said


def test_a_real_table_with_every_type_comes_back():
    rng = np.random.default_rng(1)
    table = pd.DataFrame(
        {"text": AWKWARD[:4] * 2500, "whole": rng.integers(-(2**53), 2**53, 10_000), "part": rng.normal(0, 1e9, 10_000),
         "money": rng.normal(0, 1e10, 10_000).round(2), "gap": [np.nan, 1.25] * 5000, "flag": [True, False] * 5000,
         "none": [None, "x"] * 5000}
    )  # fmt: skip
    content = workbook_bytes(material(**{f"{PLUG}.types": table}))
    sheet = sheet_frame(content, f"{PLUG}.types")
    same(table, sheet)
    assert sheet["flag"].dtype == bool
    assert sheet["whole"].dtype == np.int64


def test_what_looks_like_a_formula_or_an_address_is_text():
    table = pd.DataFrame({"=A1": AWKWARD}, dtype=object)
    book = opened(workbook_bytes(material(**{f"{PLUG}.texts": table})))
    cells = list(book[f"{PLUG}.texts"].iter_rows(min_row=1, max_col=1))
    for (cell,), text in zip(cells, ["=A1", *AWKWARD], strict=True):
        assert cell.data_type in ("s", "n") and cell.hyperlink is None
        assert cell.data_type == "s" or cell.value is None
        if text.isprintable() and "_x" not in text:
            assert (cell.value or "") == text


def test_no_sheet_has_a_formula_a_merged_cell_or_a_value_outside_xml(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode("utf-8")
            assert "<f>" not in text and "mergeCell" not in text
            assert not set(map(chr, range(32))) - set("\t\n\r") & set(text), name
    assert HOSTILE in {cell.value for row in opened(content)["Summary"].iter_rows() for cell in row}


def test_first_rows_are_frozen_names_with_filters(content, found):
    book = opened(content)
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref == sheet.dimensions or sheet.max_row == 1
    assert [cell.value for cell in book["scorecard"][1]] == list(found.run.scorecard.columns)


def test_a_sheet_says_how_large_it_is(content):
    """Readers that stream a sheet go by it."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    sheet = book["scorecard"]
    assert (sheet.max_row, sheet.max_column) == (4 * len(YEARS) + 1, len(run().scorecard.columns))


def test_numbers_have_formats_of_their_units(content):
    sheet = opened(content)["scorecard"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.cell(4, heads.index("cash") + 1).number_format == "#,##0.00"
    mixed = opened(content)["lines"]
    assert mixed.cell(2, [cell.value for cell in mixed[1]].index("amount") + 1).number_format == "#,##0.00##"
    summary = opened(content)["Summary"]
    row = next(row for row in summary.iter_rows() if row[0].value == "Training grant")
    assert row[3].number_format == "#,##0,,", "pounds, shown in millions"


def test_the_summary_has_the_sums_of_the_scorecard(content, found):
    rows = {}
    for row in opened(content)["Summary"].iter_rows(values_only=True):
        rows.setdefault(row[0], row[1:])
    years = list(rows["Measure"])[: len(YEARS) + 1]
    assert years == [*YEARS, "all years"]
    by_year = found.run.scorecard.groupby("financial_year")["cash"].sum()
    assert rows["Effect on the Exchequer"][: len(YEARS)] == pytest.approx(by_year.round(2).tolist(), abs=0.005)
    assert rows["Public sector net borrowing (plus is more)"][5] == pytest.approx(-by_year.iloc[5], abs=0.005)
    by_measure = found.run.table("scorecard_totals").query("measure == @GRANT and line == 'all lines'")
    assert rows["  ± simulation error"][5] == pytest.approx(by_measure["simulation_error"].iloc[5])


def test_sheets_are_listed_and_explained(content):
    listed = _listed(content)
    assert [one.sheet for one in listed] == opened(content).sheetnames[1:]
    card = listed[0]
    assert (card.sheet, card.rows) == ("scorecard", 4 * len(YEARS))
    assert card.said.startswith("Line of a measure")
    columns = sheet_frame(content, "columns")
    assert set(columns["sheet"]) <= {one.sheet for one in listed}
    assert "plus is more public borrowing" in columns.set_index("column").loc["net_borrowing", "definition"]


def test_the_assumptions_have_their_ranges_as_numbers(content):
    sheet = sheet_frame(content, "assumptions").set_index("path")
    assert sheet.loc[f"measures.{GRANT}.annual_use", "low"] == 0.017
    assert sheet.loc[f"measures.{PLUG}.note", "value"] == HOSTILE
    assert sheet["source"].iloc[0] == "=A1"


def test_the_manifest_is_there_in_two_columns(content):
    sheet = sheet_frame(content, "manifest").set_index("name")["value"]
    assert sheet["versions.microsim"] in ("1", 1)
    assert sheet["scenario"] == HOSTILE


def test_the_same_run_gives_the_same_bytes(content, found):
    assert workbook_bytes(found) == content
    other = run(scorecard=run().scorecard.assign(cash=1.0))
    assert workbook_bytes(Material(other)) != content


def large(*more):
    """A table of few and of many groups by year, and a year without one of them."""
    rows = [(b, f"{b} {g}", y, n + g / 7, g / 100) for b, count in (("region", 9), ("local_authority", 70), *more)
            for g in range(count) for n, y in enumerate(YEARS) if (g, n) != (3, 5)]  # fmt: skip
    return pd.DataFrame(rows, columns=["breakdown", "group", "financial_year", "amount", "simulation_error"])


def said(content):
    return [str(row[0]) for row in opened(content)["Summary"].iter_rows(values_only=True)]


def test_a_large_table_leaves_out_the_breakdowns_of_many_groups_and_says_so(monkeypatch):
    monkeypatch.setattr(fitting, "_MOST_CELLS_OF_GROUPS", 2000)
    table = large(("age", 61), ("sex", 60))
    content = workbook_bytes(material(gains=table, incomes=table.head(50)))
    sheet = sheet_frame(content, "gains")
    same(table[table["breakdown"].isin(["region", "sex"])].reset_index(drop=True), sheet)
    (listed,) = [one for one in _listed(content) if one.sheet == "gains"]
    assert listed.rows == len(sheet)
    assert "not here: rows by local_authority, rows by age, all in gains.parquet in the run folder" in listed.said
    same(table.head(50), sheet_frame(content, "incomes"))
    assert not any("not here" in one.said for one in _listed(content) if one.sheet != "gains")


def test_tables_too_large_stand_by_year_with_a_sheet_for_each_figure(monkeypatch):
    monkeypatch.setattr(fitting, "_MOST_CELLS_OF_GROUPS", 2000)
    monkeypatch.setattr(fitting, "_MOST_CELLS", 300)
    table = large()
    content = workbook_bytes(material(breakdowns=table))
    listed = {one.sheet: one for one in _listed(content)}
    assert "breakdowns" not in listed
    for figure in ("amount", "simulation_error"):
        wide = sheet_frame(content, f"breakdowns.{figure}")
        assert list(wide.columns) == ["breakdown", "group", *YEARS]
        long = wide.melt(["breakdown", "group"], var_name="financial_year", value_name=figure).dropna()
        keys = ["breakdown", "group", "financial_year"]
        few = table.loc[table["breakdown"] == "region", [*keys, figure]]
        same(few.sort_values(keys, ignore_index=True), long.sort_values(keys, ignore_index=True))
        assert pd.isna(wide.loc[3, YEARS[5]]), "what is not in the table is not nought"
        about = listed[f"breakdowns.{figure}"].said
        assert f"the column {figure} of breakdowns with years as columns" in about
        assert about.endswith("not here: rows by local_authority, all in breakdowns.parquet in the run folder")


def test_figures_by_year_have_the_unit_and_definition_of_their_column(monkeypatch):
    monkeypatch.setattr(fitting, "_MOST_CELLS", 2000)
    shares = large().assign(share_of_income=0.25)
    content = workbook_bytes(material(gains=shares))
    book, columns = opened(content), sheet_frame(content, "columns")
    for figure, form, unit in (("amount", "#,##0.00", "£"), ("share_of_income", "0.00%", "fraction")):
        assert book[f"gains.{figure}"]["D4"].number_format == form
        defined = columns[columns["sheet"] == f"gains.{figure}"].set_index("column")["unit"]
        assert defined[f"{YEARS[0]} to {YEARS[-1]}"] == unit


def test_figures_for_which_there_is_no_room_are_named_with_their_file(monkeypatch):
    monkeypatch.setattr(fitting, "_MOST_CELLS", 300)
    table = large()
    monkeypatch.setattr(fitting, "_MOST_CELLS_BY_YEAR", table[["breakdown", "group"]].drop_duplicates().size * 11 + 1)
    listed = {one.sheet: one for one in _listed(workbook_bytes(material(breakdowns=table)))}
    assert "not here: the column simulation_error, all in breakdowns.parquet" in listed["breakdowns.amount"].said
    assert "breakdowns.simulation_error" not in listed


def test_what_no_sheet_can_hold_is_named_with_its_file(monkeypatch):
    monkeypatch.setattr(fitting, "_MOST_CELLS", 100)
    monkeypatch.setattr(fitting, "_MOST_CELLS_BY_YEAR", 1000)
    twice = pd.concat([large(), large()])
    without_years = pd.DataFrame({"name": ["x"] * 200, "amount": 1.0})
    content = workbook_bytes(
        material(
            breakdowns=twice,
            gains=large(),
            incomes=without_years,
            replicates=large(),
            group_replicates=large(),
            alignment=large(),
        )
    )
    gone = {"breakdowns": "too large, 3,156 rows", "gains": "too large, 1,578 rows", "incomes": "too large, 200 rows",
            "replicates": "for programs", "group_replicates": "for programs",
            "alignment": "a check of lives, not of the costing"}  # fmt: skip
    lines = said(content)
    for name, why in gone.items():
        assert not [sheet for sheet in opened(content).sheetnames if sheet.split(".")[0] == name]
        assert f"{name}: {why}: {name}.parquet in the run folder" in lines


def test_every_table_of_a_run_is_listed_in_a_sheet_or_as_left_out(monkeypatch):
    monkeypatch.setattr(fitting, "_MOST_CELLS", 250)
    found = material(breakdowns=large(), replicates=large())
    content = workbook_bytes(found)
    listed = {one.table for one in _listed(content)}
    for name in found.run.tables:
        in_sheets = name in listed or any(one.startswith(f"{name}.") for one in listed)
        assert in_sheets or any(line.startswith(f"{name}: ") for line in said(content)), name


def test_what_stands_beside_a_run_has_sheets_too():
    fan = pd.DataFrame({"measure": [GRANT], "p5": [1.5]})
    draws = pd.DataFrame({"draw": range(100_000), "cash": 1.0, "real": 1.0, "other": 2.0})
    found = material()
    beside = Material(found.run, uncertainty=Companion({"fan": fan, "draws": draws}, {}))
    content = workbook_bytes(beside)
    same(fan, sheet_frame(content, "uncertainty.fan"))
    assert "uncertainty.draws" not in opened(content).sheetnames


def test_a_run_without_measures_and_empty_tables():
    content = workbook_bytes(Material(nothing_to_cost()))
    assert sheet_frame(content, "scorecard").empty
    assert list(sheet_frame(content, "scorecard")) == list(run().scorecard)
    assert opened(content)["Summary"]["A3"].value == NOTHING


def test_long_texts_are_cut_where_a_cell_ends_and_it_is_said():
    table = pd.DataFrame({"note": ["x" * 40_000, "y" * MOST_CHARACTERS, "😀" * 20_000]})
    content = workbook_bytes(material(**{f"{PLUG}.notes": table}))
    cells = sheet_frame(content, f"{PLUG}.notes")["note"]
    assert len(cells[0]) == MOST_CHARACTERS and cells[0].endswith(" [cut: 40,000 characters in all]")
    assert cells[1] == "y" * MOST_CHARACTERS
    assert len(cells[2].encode("utf-16-le")) // 2 <= MOST_CHARACTERS and cells[2].startswith("😀" * 16_000)
    (listed,) = [one for one in _listed(content) if one.sheet == f"{PLUG}.notes"]
    assert "cut in: note" in listed.said


def test_a_text_keeps_what_it_can():
    assert cell_text("a\x01\ud800b") == "a\ufffd\ufffdb"


def test_names_of_sheets_are_legal_short_and_unique():
    names = SheetNames()
    assert names.of("training_grant.static_and_behavioural") == "trainin….static_and_behavioural"
    assert names.of("training_grant.Static_and_behavioural") == "trainin….Static_and_behaviour~2"
    assert names.of("a/b*c?[d]:e\\f") == "a_b_c__d__e_f"
    assert names.of("history") == "history~2"
    assert names.of("'") == "sheet"
    made = {names.of("x" * 50).lower() for _ in range(12)}
    assert len(made) == 12
    assert max(map(len, made)) <= 31


def test_a_table_of_more_rows_than_a_sheet_is_refused_before_it_is_cut():
    with pytest.raises(ValueError, match="do not fit a sheet"):
        add_table(None, "x", pd.DataFrame(index=range(1_048_576)), {}, None)


def test_totals_of_the_fixture_add_up():
    whole = totals(run().scorecard)
    by_measure = whole[(whole["line"] == "all lines") & (whole["financial_year"] == "all years")].set_index("measure")
    assert by_measure["cash"].drop("all measures").sum() == pytest.approx(by_measure.loc["all measures", "cash"])
