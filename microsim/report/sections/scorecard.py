"""The scorecard: each measure and line by year, who pays it, prices, and measures one by one."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS, ERRORS, PRICES
from microsim.report.headline import NOTHING, reference_year
from microsim.report.material import Material
from microsim.report.page.blocks import Block, Column, Section, Table, Text
from microsim.report.sections.money_by_year import MoneyByYear, errors_of
from microsim.report.words import in_words
from microsim.report.years_shown import years_shown

_HOW_TO_READ = (
    "£ million in cash, the money of each year. Minus is a cost to the Exchequer, plus a saving or a receipt, as in "
    "the Treasury's scorecards. ± is one standard error of simulation: chance of the people drawn, and nothing of the "
    "assumptions. * is an amount that is not nothing and rounds to it."
)
_PRICE_WORDS = {"cash": "cash", "real": "in prices of {price_year}", "present_value": "present value in {value_year}"}


def scorecard(material: Material) -> Section:
    """Every line of the costing."""
    table = material.run.scorecard
    if table.empty:
        return Section("scorecard", "The scorecard", [Text(NOTHING)])
    years = years_shown(table, quoted=reference_year(table))
    blocks: list[Block] = [
        Text(_HOW_TO_READ, "small"),
        lines_table("scorecard-table", "Effect on the Exchequer, £ million", material, years),
        prices_table(material),
        _by("payer", "Who pays or receives", table, years),
        _by("head", "By kind of spending or receipt", table, years),
    ]
    if "decomposition" in material.run.tables:
        blocks.append(_one_by_one(material.run.table("decomposition"), years))
    every = list(dict.fromkeys(table["financial_year"]))
    if len(every) > len(years):
        blocks.append(lines_table("scorecard-every-year", "The scorecard in every year", material, every, folded=True))
    return Section("scorecard", "The scorecard", blocks)


def lines_table(name: str, title: str, material: Material, years: Sequence[str], folded: bool = False) -> Table:
    """Every measure with its lines, the total and what it means for borrowing."""
    scorecard, totals = material.run.scorecard, material.run.table("scorecard_totals")
    money = MoneyByYear([("line", "Measure and line"), ("payer and head", "Payer and head")], years, True, beneath=True)
    for measure, part in scorecard.groupby("measure", sort=False):
        own = errors_of(totals, str(measure), ALL_LINES)
        money.add((in_words(str(measure)), ""), by_year(part), own, strong=True)
        add_lines(money, totals, str(measure), part)
    everything = errors_of(totals, ALL_MEASURES, ALL_LINES)
    money.add(("Effect on the Exchequer", ""), by_year(scorecard), everything, strong=True)
    borrowing = scorecard.groupby("financial_year")["net_borrowing"].sum()
    money.add(("Public sector net borrowing (plus is more)", ""), borrowing, everything, strong=True)
    return Table(name, title, money.columns, money.frame, strong=money.strong, folded=folded)


def add_lines(money: MoneyByYear, totals: pd.DataFrame, measure: str, part: pd.DataFrame) -> None:
    """Add a row for each line of a measure: what it is, and beneath that its payer and head."""
    mine = totals[totals["measure"] == measure]
    over_all: dict[str, pd.Series] = {str(line): _line_errors(rows) for line, rows in mine.groupby("line")}
    unknown = pd.Series(dtype=float)
    for (line, description, payer, head), rows in part.groupby(["line", "description", "payer", "head"], sort=False):
        if not rows["cash"].any():
            continue  # an option of the measure that this scenario does not use
        errors = pd.concat([over_all.get(str(line), unknown), _line_errors(rows)])
        money.add((str(description), f"{payer}, {head}"), by_year(rows), errors)


def by_year(rows: pd.DataFrame) -> pd.Series:
    """Cash by financial year."""
    return rows.groupby("financial_year")["cash"].sum()


def _line_errors(rows: pd.DataFrame) -> pd.Series:
    return rows.set_index("financial_year")["simulation_error"]


def prices_table(material: Material) -> Table:
    """Each measure over all years: cash, constant prices, present value."""
    totals = material.run.table("scorecard_totals")
    whole = totals[(totals["line"] == ALL_LINES) & (totals["financial_year"] == ALL_YEARS)].copy()
    order = [*dict.fromkeys(material.run.scorecard["measure"]), ALL_MEASURES]
    whole = whole.set_index("measure").loc[[name for name in order if name in set(whole["measure"])]].reset_index()
    whole["strong"] = whole["measure"] == ALL_MEASURES
    whole["measure"] = [in_words(name) for name in whole["measure"]]
    words = {name: text.format(**_price_years(material)) for name, text in _PRICE_WORDS.items()}
    columns = [Column("measure", "Measure")]
    columns += [Column(name, words[name], "million", error) for name, error in zip(PRICES, ERRORS, strict=True)]
    title = f"All years, {material.run.manifest['years']}, £ million in three kinds of prices"
    return Table("prices", title, columns, whole, strong="strong")


def _price_years(material: Material) -> dict[str, str]:
    manifest = material.run.manifest
    return {"price_year": manifest.get("price_year", "the base year"),
            "value_year": manifest.get("present_value_year", "the base year")}  # fmt: skip


def _by(column: str, title: str, table: pd.DataFrame, years: Sequence[str]) -> Table:
    money = MoneyByYear([(column, title)], years)
    for name, rows in table.groupby(column, sort=False):
        if rows["cash"].any():
            money.add((str(name),), by_year(rows))
    money.add(("Effect on the Exchequer",), by_year(table), strong=True)
    return Table(f"by-{column}", f"{title}, £ million", money.columns, money.frame, strong=money.strong, folded=True)


def _one_by_one(table: pd.DataFrame, years: Sequence[str]) -> Table:
    """Measures alone, in the order written, and what they do to one another."""
    money = MoneyByYear([("part", "Part"), ("measure", "Measure")], years)
    words = {"alone": "Alone", "stacked": "Added to those before it", "interaction": "Interaction"}
    for part, name in words.items():
        mine = table[table["part"] == part]
        for measure, rows in mine.groupby("measure", sort=False):
            money.add((name, in_words(str(measure))), by_year(rows))
        money.add((name, "All"), by_year(mine), strong=True)
    title = "Each measure alone, added in the order written, and the interaction, £ million"
    return Table("decomposition", title, money.columns, money.frame, strong=money.strong, folded=True)
