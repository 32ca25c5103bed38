"""The costing note of a run: Markdown in the shape of the Treasury's policy costings, ready to be edited.

Every figure is read from the run's tables and rounded as in the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS, ERRORS, PRICES
from microsim.report.commands import repeat_command
from microsim.report.formats import shown, shown_error
from microsim.report.headline import headline_sentence, reference_year
from microsim.report.markdown import Markdown, block, code, escaped, item, table, wrapped
from microsim.report.material import Material
from microsim.report.measure_words import (
    RULES,
    about,
    choices,
    kind_of,
    measure_names,
    only_in_baseline,
    title_of,
    unsaid,
)
from microsim.report.note_mark import marked
from microsim.report.note_uncertainty import of_everything, of_measure
from microsim.report.page.blocks import Column
from microsim.report.sections.measure_memo import figures_beside
from microsim.report.sections.money_by_year import MoneyByYear, errors_of
from microsim.report.sections.scorecard import add_lines, by_year
from microsim.report.words import in_words
from microsim.report.years_shown import years_shown

_MOST_YEARS = 12  # the first six years, those five years apart, and the last
_MOST_CHOICES = 20
_STEPS = "static_and_behavioural"  # the table of a measure that goes from its static to its final cost
_EFFECT = "Effect on the Exchequer"


def note_text(material: Material) -> str:
    """The note as the text of a Markdown file."""
    run = material.run
    scorecard = run.scorecard
    text = _template().render(
        name=run.name, headline=headline_sentence(run), description=str(run.resolved.get("description") or ""),
        warnings=[str(warning) for warning in run.manifest.get("warnings", ())],
        measures=[_measure(material, name) for name in measure_names(run)],
        package=_package(material) if len(scorecard) else "", prices=_prices(material) if len(scorecard) else "",
        together=of_everything(material), made=_made(material), command=repeat_command(run), digests=_digests(material),
    )  # fmt: skip
    return marked(text.rstrip() + "\n")


@cache
def _template() -> Template:
    environment = Environment(  # of Markdown: every value is escaped as it is written
        loader=PackageLoader("microsim.report"), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True, finalize=escaped,
    )  # fmt: skip
    environment.filters |= {"wrapped": wrapped, "item": item, "code": code, "block": block}
    return environment.get_template("costing_note.md.j2")


def _measure(material: Material, name: str) -> dict[str, Any]:
    """What the template writes of a measure."""
    run = material.run
    found, kind = about(run, name), kind_of(run, name)
    rows = run.scorecard[run.scorecard["measure"] == name] if len(run.scorecard) else run.scorecard
    paid = len(rows) > 0 and bool(rows["cash"].any())
    years = years_shown(run.scorecard, _MOST_YEARS, reference_year(run.scorecard)) if paid else []
    chosen = choices(run, name)
    return {
        "title": title_of(run, name),
        "dropped": only_in_baseline(run, name),
        "policy": found.policy if found else RULES if kind is None else unsaid(kind),
        "base": found.base if found else "",
        "method": found.method if found else "",
        "behaviour": found.behaviour if found else "",
        "left_out": [f"{text};" for text in found.left_out[:-1]] + [f"{found.left_out[-1]}."] if found else [],
        "page": found.page if found else "",
        "choices": _choices(chosen.head(_MOST_CHOICES)),
        "more_choices": _more(len(chosen) - _MOST_CHOICES),
        "steps": _steps(material, name, years) if paid else "",
        "impact": _impact(material, name, rows, years) if paid else "",
        "beside": _beside(material, name, years) if paid else "",
        "uncertainty": of_measure(material, name),
    }  # fmt: skip


def _choices(rows: pd.DataFrame) -> list[dict[str, str]]:
    units = rows["unit"].replace({"none": "", "choice": "", "switch": "", "financial year": ""})
    return [
        {"field": field, "value": value, "unit": unit}
        for field, value, unit in zip(rows["path"], rows["value"], units, strict=True)
    ]


def _more(count: int) -> str:
    return f"And {count:,} more: every figure, with who set it, is in the assumptions of the run." if count > 0 else ""


def _impact(material: Material, name: str, rows: pd.DataFrame, years: Sequence[str]) -> Markdown:
    """The measure's lines and their sum."""
    totals = material.run.table("scorecard_totals")
    money = MoneyByYear([("line", "Line"), ("payer and head", "Payer, head")], years)
    add_lines(money, totals, name, rows)
    money.add((_EFFECT, ""), by_year(rows), strong=True)
    lines = [_with_error(errors_of(totals, name, ALL_LINES), years, 2)]
    return _markdown(money.columns, money.frame, 2, money.frame[money.strong].tolist(), lines)


def _package(material: Material) -> Markdown:
    """Each measure and their sum."""
    scorecard, totals = material.run.scorecard, material.run.table("scorecard_totals")
    years = years_shown(scorecard, _MOST_YEARS, reference_year(scorecard))
    money = MoneyByYear([("measure", "Measure")], years)
    for measure, rows in scorecard.groupby("measure", sort=False):
        money.add((in_words(str(measure)),), by_year(rows))
    money.add((_EFFECT,), by_year(scorecard), strong=True)
    lines = [_with_error(errors_of(totals, ALL_MEASURES, ALL_LINES), years, 1)]
    return _markdown(money.columns, money.frame, 1, money.frame[money.strong].tolist(), lines)


def _with_error(errors: pd.Series, years: Sequence[str], words: int) -> list[object]:
    """A row of simulation errors."""
    cells = [shown_error(errors.get(year), "million") for year in (*years, ALL_YEARS)]
    return ["± simulation error", *[""] * (words - 1), *cells]


def _beside(material: Material, name: str, years: Sequence[str]) -> Markdown | str:
    figures = figures_beside(material.run, name, years).main
    with_units = any(column.beneath for column in figures.columns)
    return _markdown(figures.columns, figures.frame, 1 + with_units, [False] * len(figures)) if len(figures) else ""


def _steps(material: Material, name: str, years: Sequence[str]) -> Markdown | str:
    """The table that goes from the static to the post-behavioural cost, where the measure has one."""
    steps = material.run.tables.get(f"{name}.{_STEPS}")
    if steps is None or not {"step", "cost", "financial_year"} <= set(steps):
        return ""
    money = MoneyByYear([("step", "Step")], years)
    for step, rows in steps.groupby("step", sort=False):
        if rows["cost"].any():
            money.add((str(step),), rows.groupby("financial_year")["cost"].sum())
    return _markdown(money.columns, money.frame, 1, [False] * len(money.frame)) if len(money.frame) else ""


def _markdown(
    columns: Sequence[Column], frame: pd.DataFrame, words: int, strong: Sequence[bool],
    more: Sequence[Sequence[object]] = (),
) -> Markdown:  # fmt: skip
    """A table of the report as Markdown, rounded as there, with `more` rows below; empty columns are left out."""
    names = [column.name for column in columns]
    words_beneath = [column.beneath for column in columns if column.beneath]
    heads = [column.label for column in columns]
    heads[1:1] = [in_words(name) for name in words_beneath]
    rows = []
    for values, is_total in zip(frame.to_dict("records"), strong, strict=True):
        forms = [values[column.form_by] if column.form_by else column.form for column in columns]
        cells: list[object] = [shown(values[name], form) for name, form in zip(names, forms, strict=True)]
        cells[1:1] = [values[name] for name in words_beneath]
        rows.append([_bold(cell) if is_total and cell else cell for cell in cells])
    return table(heads, [*rows, *(row for row in more if any(row[words:]))], words)


def _bold(cell: object) -> Markdown:
    return Markdown(f"**{escaped(cell)}**")


def _prices(material: Material) -> str:
    """The sum over all years in three kinds of prices."""
    manifest, totals = material.run.manifest, material.run.table("scorecard_totals")
    whole = totals[(totals["measure"] == ALL_MEASURES) & (totals["line"] == ALL_LINES)].set_index("financial_year")
    at: Any = whole.loc[ALL_YEARS]
    cash, real, value = (_millions(at[name], at[error]) for name, error in zip(PRICES, ERRORS, strict=True))
    return (
        f"All years, {manifest['years']}: {cash} in cash, {real} in prices of "
        f"{manifest.get('price_year', 'the base year')}, {value} as present value in "
        f"{manifest.get('present_value_year', 'the base year')} (£ million)."
    )


def _millions(pounds: float, error: float) -> str:
    return f"{shown(pounds, 'million')} {shown_error(error, 'million')}".strip()


def _made(material: Material) -> str:
    manifest = material.run.manifest
    version = manifest.get("versions", {}).get("microsim", "")
    return (
        f"By microsim {version}, from {manifest['sample']} of the population ({manifest['people']:,} lives, seed "
        f"{manifest['seed']}), for {manifest['years']}. To repeat it:"
    )


def _digests(material: Material) -> list[tuple[str, str]]:
    manifest = material.run.manifest
    named = {"tables": "tables_digest", "inputs": "inputs_digest", "population": "population_digest"}
    return [(name, str(manifest[key])) for name, key in named.items() if manifest.get(key)]
