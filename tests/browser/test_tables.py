"""Tables hold the figures of the run to the penny, can be sorted with mouse and keyboard, copied and saved."""

import csv
import io

import pandas as pd
import pytest

from microsim import compare

PAGES = ("hostile_report", "comparison_page")
_CELLS = """table => [...table.tBodies[0].rows].map(row => ({strong: row.classList.contains("strong"),
  cells: [...row.cells].map(cell => ({words: cell.firstChild ? cell.firstChild.textContent.trim() : "",
    beneath: cell.querySelector(".beneath")?.textContent.trim() ?? "",
    value: cell.dataset.value ?? null, error: cell.dataset.error ?? null}))}))"""


def rows_of(page, table):
    return page.locator(f"#{table}").evaluate(_CELLS)


def heads_of(page, table):
    return [text.strip() for text in page.locator(f"#{table} thead th").all_text_contents()]


def values_of(page, table):
    """Rows of a table as mappings from head to exact value, or to words."""
    heads = heads_of(page, table)
    return [
        {"beneath": row["cells"][0]["beneath"]} | {
            head: float(cell["value"]) if cell["value"] else cell["words"]
            for head, cell in zip(heads, row["cells"], strict=True)
        }
        for row in rows_of(page, table)
    ]  # fmt: skip


def pence(pounds):
    return round(float(pounds) * 100)


@pytest.mark.parametrize("name", ("plain", "hostile"))
def test_the_scorecard_is_the_parquet_to_the_penny(opened, runs, path_of, name):
    scorecard = pd.read_parquet(runs / name / "scorecard.parquet")
    page = opened(path_of(f"{name}_report")).page
    years = [head for head in heads_of(page, "scorecard-table") if head[:2] == "20"]
    assert len(years) >= 4
    assert set(years) <= set(scorecard["financial_year"])
    rows = values_of(page, "scorecard-table")
    by_words = {(row["Measure and line"], row["beneath"]): row for row in rows}
    assert len(by_words) == len(rows)
    compared = 0
    for measure, part in scorecard.groupby("measure"):
        words = measure.capitalize()
        compared += same(by_words.pop((words, "")), part, years)
        for (description, payer, head), line in part.groupby(["description", "payer", "head"]):
            if line["cash"].any():
                compared += same(by_words.pop((description, f"{payer}, {head}")), line, years)
    compared += same(by_words.pop(("Effect on the Exchequer", "")), scorecard, years)
    borrowing = by_words.pop(("Public sector net borrowing (plus is more)", ""))
    compared += same(borrowing, scorecard.assign(cash=scorecard["net_borrowing"]), years)
    assert by_words == {}, "rows that are not the run's"
    assert compared >= 6 * len(years)


def same(row, part, years):
    """Compare a row by year and over all years with what the run left; the number of cells that were compared."""
    by_year = part.groupby("financial_year")["cash"].sum()
    for year in years:
        assert pence(row[year]) == pence(by_year[year]), (row, year)
    assert pence(row["all years"]) == pence(by_year.sum())
    return len(years) + 1


def test_errors_stand_beside_what_they_are_of(opened, runs, hostile_report):
    totals = pd.read_parquet(runs / "hostile" / "scorecard_totals.parquet")
    whole = totals[(totals["measure"] == "all measures") & (totals["line"] == "all lines")].set_index("financial_year")
    page = opened(hostile_report).page
    heads = heads_of(page, "headline-table")
    total = next(row for row in rows_of(page, "headline-table") if row["strong"])
    for head, cell in zip(heads[1:], total["cells"][1:], strict=True):
        assert pence(cell["error"]) == pence(whole["simulation_error"][head])


def test_the_comparison_is_the_runs_to_the_penny(opened, runs, comparison_page):
    found = compare(runs / "plain", runs / "hostile").totals
    found = found[found["line"] == "all lines"].set_index(["measure", "financial_year"])
    page = opened(comparison_page).page
    sides = {"A": "reference", "B": "amount", "B − A": "difference"}
    compared = 0
    for row in values_of(page, "costs-table"):
        measure = "all measures" if row["Measure"] == "Effect on the Exchequer" else row["Measure"].lower()
        column = sides.get(row["Run"], "reference")
        for year in [head for head in row if head[:2] == "20" or head == "all years"]:
            assert pence(row[year]) == pence(found[column][measure, year]), (row["Measure"], row["Run"], year)
            compared += 1
    assert compared >= 3 * 3 * 4


@pytest.mark.parametrize("name", PAGES)
def test_what_is_shown_is_the_exact_value_rounded(opened, path_of, name):
    page = opened(path_of(name)).page
    shown = page.evaluate(
        """[...document.querySelectorAll("td[data-value], th[data-value]")].map(cell => {
             const head = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
             return [head.dataset.form, cell.dataset.value, cell.firstChild ? cell.firstChild.textContent : ""]; })"""
    )
    assert len(shown) > 50
    scale = {"million": 1e6, "pounds": 1.0, "pence": 1.0, "count": 1.0, "share": 0.01, "points": 1.0}
    steps = {"million": 0.5, "pounds": 0.5, "pence": 0.005, "count": 0.5, "share": 0.05, "points": 0.05}
    for form, exact, text in shown:
        text = text.replace(",", "").replace("−", "-").replace("%", "").strip()
        if not exact:
            assert text == ""
        elif text == "*":
            assert 0 < abs(float(exact) / scale[form]) <= steps[form]
        elif form in scale:
            assert abs(float(text) - float(exact) / scale[form]) <= steps[form] + 1e-9, (form, exact, text)


def head_of(page, table, place):
    return page.locator(f"#{table} thead th").nth(place)


def column_of(page, table, place):
    return [float(row["cells"][place]["value"]) for row in rows_of(page, table) if not row["strong"]]


def test_a_click_sorts_and_totals_stay_last(opened, hostile_report):
    page = opened(hostile_report).page
    table = "scorecard-table"
    place = len(heads_of(page, table)) - 1
    first = rows_of(page, table)
    head = head_of(page, table, place)
    assert head.get_attribute("aria-sort") == "none"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert column_of(page, table, place) == sorted(column_of(page, table, place))
    strong = [row["strong"] for row in rows_of(page, table)]
    assert strong == sorted(strong)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert column_of(page, table, place) == sorted(column_of(page, table, place), reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "none"
    assert rows_of(page, table) == first


@pytest.mark.parametrize("key", ("Enter", "Space"))
def test_the_keyboard_sorts(opened, comparison_page, key):
    page = opened(comparison_page).page
    table, place = "costs-table", 2
    head_of(page, table, place).locator("button").focus()
    page.keyboard.press(key)
    assert head_of(page, table, place).get_attribute("aria-sort") == "ascending"
    assert column_of(page, table, place) == sorted(column_of(page, table, place))
    others = page.locator(f"#{table} thead th:not(:nth-child({place + 1}))").evaluate_all(
        "heads => heads.map(head => head.getAttribute('aria-sort'))"
    )
    assert set(others) == {"none"}


def exact_rows(page, table):
    """What is to be copied: words, exact values, and a column more where there are errors."""
    has_error = page.locator(f"#{table} thead th").evaluate_all("heads => heads.map(h => 'hasError' in h.dataset)")
    found = []
    for row in rows_of(page, table):
        cells = []
        for cell, error in zip(row["cells"], has_error, strict=True):
            cells += [cell["value"] if cell["value"] is not None else cell["words"]] + (
                [cell["error"]] if error else []
            )
        found.append(cells)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_copying_gives_every_digit(opened, path_of, name):
    one = opened(path_of(name), permissions=["clipboard-read", "clipboard-write"])
    page = one.page
    page.locator("[data-do=copy][data-of=headline-table]").click()
    page.locator("#headline .said", has_text="Copied").first.wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    lines = [line.split("\t") for line in copied.split("\n")]
    assert lines[1:] == exact_rows(page, "headline-table")
    assert len(lines[0]) == len(lines[1])
    one.assert_quiet()


@pytest.mark.parametrize("name", PAGES)
def test_saving_gives_every_digit(opened, path_of, name):
    page = opened(path_of(name)).page
    with page.expect_download() as waiting:
        page.locator("[data-do=download][data-of=headline-table]").click()
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    assert waiting.value.suggested_filename == "headline-table.csv"
    lines = list(csv.reader(io.StringIO(text)))
    assert lines[1:] == exact_rows(page, "headline-table")


def test_text_that_looks_like_a_formula_is_saved_as_text(opened, tmp_path):
    """A spreadsheet runs what begins with a sign of equality."""
    from microsim.report.page.blocks import Column, Page, Section, Table
    from microsim.report.page.html import page_html

    words = ["=HYPERLINK(1)", "+1", "-1", "@sum", "plain, with a comma", 'a "quoted" word']
    table = Table("words", "Words", [Column("words", "Words")], pd.DataFrame({"words": words}))
    path = tmp_path / "page.html"
    path.write_text(page_html(Page("A page", "", [Section("one", "One", [table])])), encoding="utf-8")
    page = opened(path).page
    with page.expect_download() as waiting:
        page.locator("[data-do=download]").click()
    saved = list(csv.reader(io.StringIO(waiting.value.path().read_text(encoding="utf-8-sig"))))
    assert [row[0] for row in saved[1:]] == ["'=HYPERLINK(1)", "'+1", "'-1", "'@sum", *words[4:]]
