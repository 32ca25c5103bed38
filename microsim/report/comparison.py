"""A comparison of runs as text, fitted to the width of the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.groups import EXCHEQUER, Question, unit_and_sum
from microsim.comparison.scenarios import VALUE
from microsim.comparison.sums import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.report.rows import MILLION, distinct, layout, millions, text_row

_PRICES = {"cash": "cash", "real": "real terms", "present_value": "present value"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOST_GROUPS, _SHOWN_GROUPS = 40, 20
_ERROR = "± error"


def comparison_text(comparison: Comparison, width: int, measure: str | None = None) -> str:
    """Who is compared, the scorecards side by side with the errors of differences, and what differs in the scenarios.

    With `measure` the scorecard of that measure alone.
    """
    rows = [*_who(comparison, width), "", *_scorecard(comparison, width, measure), "", *_assumptions(comparison)]
    return "\n".join(row.rstrip() for row in rows)


def letters(comparison: Comparison) -> list[str]:
    """A letter for each run; runs after the twenty-sixth have a number."""
    return [_LETTERS[place] if place < len(_LETTERS) else str(place + 1) for place in range(len(comparison.runs))]


def _who(comparison: Comparison, width: int) -> Iterator[str]:
    table = comparison.described
    names = min(max(table["run"].str.len()), max(24, width - 66))
    for letter, row in zip(letters(comparison), table.to_dict("records"), strict=True):
        people = "" if letter == "A" else ", same people as A" if row["same_people"] else ", other people than A"
        name = row["run"] if len(row["run"]) <= names else row["run"][: names - 1] + "…"
        yield (f"{letter}  {name:<{names}}  {row['years']}, {row['sample']}, seed {row['seed']}, "
               f"{row['tables_digest'][:12]}{people}")  # fmt: skip


def _scorecard(comparison: Comparison, width: int, measure: str | None) -> Iterator[str]:
    totals, lines = comparison.totals, comparison.scorecard
    if lines.empty:
        yield "No measure changes between the baseline and the reform in any of these runs: there is nothing to cost."
        return
    money = (lines["reference"].abs() + lines["amount"].abs()).rename("cash")
    label, years = layout(pd.concat([lines["financial_year"], money], axis=1), width)
    columns = [*years, ALL_YEARS]
    head = text_row(f"£ million, {_PRICES[comparison.prices]} (minus is a cost)", label, "", columns)
    yield head
    yield "-" * len(head)
    by_measure = totals[totals["line"] == ALL_LINES]
    for name, part in by_measure.groupby("measure", sort=False):
        if name == ALL_MEASURES or measure not in (None, name):
            continue
        yield from _block(str(name), part, comparison, label, columns)
        yield from _changed_lines(comparison, str(name), label, columns)
    if measure is None:
        yield "-" * len(head)
        whole = by_measure[by_measure["measure"] == ALL_MEASURES]
        yield from _block("Effect on the Exchequer", whole, comparison, label, columns, always=True)
        yield from _second_round(comparison, label, columns)


def _second_round(comparison: Comparison, label: int, columns: Sequence[str]) -> Iterator[str]:
    """The sum of second-round effects of every run, where any has them: beside the scorecard, in none of its sums."""
    table = comparison.second_round
    table = table[table["head"] != "memo"]
    if not table[["reference", "amount"]].any(axis=None):
        return
    by_year = table.groupby(["run", "financial_year"], sort=False)[["reference", "amount", "difference"]].sum()
    whole = by_year.groupby("run", sort=False).sum().assign(financial_year=ALL_YEARS).reset_index()
    part = pd.concat([by_year.reset_index(), whole]).assign(standard_error=np.nan)
    yield ""
    yield from _block("Second-round effects, in no sum above", part, comparison, label, columns)


def _block(
    text: str, part: pd.DataFrame, comparison: Comparison, label: int, columns: Sequence[str], always: bool = False
) -> Iterator[str]:
    """A total of every run, and the differences with their errors; one row where all runs have the same."""
    marks = letters(comparison)
    if not always and not part["difference"].any():
        yield _cells(text, "same", _first(part), "reference", label, columns)
        return
    yield _cells(text, marks[0], _first(part), "reference", label, columns)
    for mark, name in zip(marks[1:], comparison.names[1:], strict=True):
        mine = part[part["run"] == name].set_index("financial_year")
        yield _cells("", mark, mine, "amount", label, columns)
        yield _cells("", f"{mark} - A", mine, "difference", label, columns)
        yield from _errors(mine, label, columns)


def _changed_lines(comparison: Comparison, measure: str, label: int, columns: Sequence[str]) -> Iterator[str]:
    """The lines of a measure that differ, as differences with their errors."""
    marks = dict(zip(comparison.names, letters(comparison), strict=True))
    years = comparison.scorecard[comparison.scorecard["measure"] == measure]
    totals = comparison.totals[comparison.totals["measure"] == measure]
    names = distinct(list(dict.fromkeys(years["description"].astype(str))), label - 2)
    for (line, description), part in years.groupby(["line", "description"], sort=False):
        text = f"  {names[str(description)]}"
        for name, mine in part.groupby("run", sort=False):
            if not mine["difference"].any():
                continue
            whole = totals[(totals["line"] == line) & (totals["run"] == name)]
            cells = pd.concat([mine, whole]).set_index("financial_year")
            yield _cells(text, f"{marks[str(name)]} - A", cells, "difference", label, columns)
            yield from _errors(cells, label, columns)
            text = ""


def _first(part: pd.DataFrame) -> pd.DataFrame:
    """The rows of the first of the other runs: the reference is in them all."""
    return part[part["run"] == part["run"].iloc[0]].set_index("financial_year")


def _cells(text: str, unit: str, part: pd.DataFrame, column: str, label: int, columns: Sequence[str]) -> str:
    return text_row(text, label, unit, [millions(float(part[column].get(year, 0.0))) for year in columns])


def _errors(part: pd.DataFrame, label: int, columns: Sequence[str]) -> Iterator[str]:
    """The row of standard errors, where runs have what tells them and there is any."""
    errors = part["standard_error"].reindex(list(columns))
    if errors.fillna(0.0).any():
        yield text_row("", label, _ERROR, ["" if np.isnan(error) or not error else millions(error) for error in errors])


def _assumptions(comparison: Comparison) -> Iterator[str]:
    """What differs between the scenarios, with what the measures that differ moved."""
    marks = letters(comparison)
    for mark, name in zip(marks[1:], comparison.names[1:], strict=True):
        found = comparison.assumptions[comparison.assumptions["run"] == name]
        values = found[found["change"] == VALUE]
        run = comparison.runs[comparison.names.index(name)]
        if run.digest == comparison.reference.digest:
            yield f"A -> {mark}: the results are the same to the penny"
        if values.empty:
            yield f"A -> {mark}: no assumption differs in value"
        else:
            yield f"A -> {mark}: what differs, and what it moves over all years (£ million)"
        for measure, part in values.groupby("measure", sort=False):
            for row in part.to_dict("records"):
                place = f"  [{row['other_set_by']}]" if row["other_set_by"] not in ("", "default") else ""
                yield f"  {row['path']}: {_short(row['reference'])} -> {_short(row['other'])}{place}"
            if measure:
                yield f"    {_moved(comparison, name, str(measure), len(part))}"
        yield from (f"  {sentence}" for sentence in attribution(comparison, name))
        notes = found["change"].ne(VALUE).sum()
        if notes:
            yield f"  {notes} more differ in their range, source or quality alone, which moves no figure"


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _moved(comparison: Comparison, name: str, measure: str, changes: int) -> str:
    together = "" if changes == 1 else "together, "
    return f"{together}{measure}: {_signed(comparison, name, measure)}"


def _signed(comparison: Comparison, name: str, measure: str) -> str:
    """A measure's difference over all years with its error, in £ million."""
    table = comparison.totals
    row = table[(table["run"] == name) & (table["measure"] == measure) & (table["line"] == ALL_LINES)
                & (table["financial_year"] == ALL_YEARS)]  # fmt: skip
    if row.empty:
        return "no line in the scorecard"
    difference, error = float(row["difference"].iloc[0]), float(row["standard_error"].iloc[0])
    text = f"{difference / MILLION:+,.0f}" if abs(difference) >= MILLION / 2 else millions(difference)
    return text if np.isnan(error) or not error else f"{text} (± {error / MILLION:,.1f}, one standard error)"


def attribution(comparison: Comparison, name: str) -> Iterator[str]:
    """Which number of a run moved, over all years in £ million: said of one change only where there is no other."""
    table = comparison.totals
    values = comparison.assumptions
    values = values[(values["run"] == name) & (values["change"] == VALUE)]
    whole = table[(table["run"] == name) & (table["line"] == ALL_LINES) & (table["financial_year"] == ALL_YEARS)]
    moved = whole.loc[(whole["difference"] != 0) & (whole["measure"] != ALL_MEASURES), "measure"].tolist()
    changed = set(values["measure"]) - {""}
    others = [measure for measure in moved if measure not in changed]
    if others and len(values):
        parts = ", ".join(f"{measure} {_signed(comparison, name, measure)}" for measure in others)
        yield f"moved without a change of their own: {parts}"
    if not moved:
        if len(values):
            yield "no measure's total differs"
        return
    total = _signed(comparison, name, ALL_MEASURES)
    run = comparison.runs[comparison.names.index(name)]
    if not comparison.same_people(run):
        yield f"all measures: {total}, the luck of other people included"
    elif len(values) == 1:
        yield f"all measures: {total}. Nothing else differs: all of it follows from this one change"
    elif len(values):
        one = len(changed) == 1 and not (values["measure"] == "").any()
        of = "the changes of this measure act together" if one else "the changes act together"
        yield f"all measures: {total}; {of} and are not told apart here: run them one at a time for that"


def groups_text(comparison: Comparison, question: Question, width: int) -> str:
    """One breakdown over all years, or for a level in the last year: a row for each group."""
    table = of_one_period(comparison, question)
    first = table.iloc[0]
    people = first["unit"] == "people"
    scale = 1e3 if people else MILLION
    marks = dict(zip(comparison.names, letters(comparison), strict=True))
    what = "" if first["kind"] == EXCHEQUER else f", gains ({first['kind']})"
    what += "" if first["measure"] == ALL_MEASURES else f" of {first['measure']}"
    what += "" if first["line"] == ALL_LINES else f", {first['line']}"
    label = min(40, max(24, width - 70))
    errors = bool(table["standard_error"].notna().any())
    heads = ["A"]
    for mark in list(marks.values())[1:]:
        heads += [mark, f"{mark} - A", *([_ERROR] if errors else [])]
    title = f"By {first['breakdown']}{what}: {'thousand' if people else '£ million'}, {first['financial_year']}"
    rows = [title, text_row("", label, "", heads)]
    names = table["group"].unique().tolist()
    shown = names
    if len(names) > _MOST_GROUPS:
        largest = table.groupby("group", sort=False)["difference"].apply(lambda values: values.abs().max())
        keep = set(largest.sort_values(ascending=False, kind="stable").index[:_SHOWN_GROUPS])
        shown = [name for name in names if name in keep]
    for name in shown:
        rows.append(_group_row(str(name), table[table["group"] == name], label, scale, errors))
    if len(shown) < len(names):
        rows.append(f"{len(names) - len(shown)} more groups, which differ less: --output has them all")
    whole = table.groupby("run", sort=False)[["reference", "amount", "difference"]].sum()
    rows.append(_group_row("all", whole.assign(standard_error=np.nan).reset_index(), label, scale, errors))
    return "\n".join(row.rstrip() for row in rows)


def of_one_period(comparison: Comparison, question: Question) -> pd.DataFrame:
    """The answer to a question with one figure for each group and run."""
    if not unit_and_sum(question, comparison.runs)[1]:
        table = comparison.answer(question)
        return table[table["financial_year"] == table["financial_year"].iloc[-1]]
    return comparison.answer(question, all_years=True)


def _group_row(name: str, part: pd.DataFrame, label: int, scale: float, errors: bool) -> str:
    cells = [_scaled(float(part["reference"].iloc[0]), scale)]
    for row in part.to_dict("records"):
        cells += [_scaled(row["amount"], scale), _scaled(row["difference"], scale)]
        if errors:
            error = row["standard_error"]
            cells.append("" if np.isnan(error) or not error else _scaled(error, scale))
    return text_row(name, label, "", cells)


def _scaled(amount: float, scale: float) -> str:
    return millions(amount / scale * MILLION)
