"""Which assumptions differ between the runs, with value, range and source in each, and what may be put down to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.scenarios import ABSENT, VALUE
from microsim.report.comparison import attribution, letters
from microsim.report.comparison_sections.runs import less, others
from microsim.report.page.blocks import Block, Column, Facts, Section, Table, Text

_FEW = 4  # steps of a dated figure that are all shown
_WHAT = {"range": "range", "source": "source or quality"}
_ABOUT = (
    "Values that are not the same in all runs, as each run's scenario in full has them: settings, measures, official "
    "figures of the common years, and the population's. Nothing is put down to one change unless it is the only one: "
    "changes act together."
)


def assumptions(comparison: Comparison) -> Section:
    """The differences between the scenarios."""
    table = comparison.assumptions
    values, notes = table[table["change"] == VALUE], table[table["change"] != VALUE]
    blocks: list[Block] = [Text(_ABOUT, "small")]
    if said := list(_said(comparison)):
        blocks.append(Facts(said))
    if values.empty:
        blocks.append(Text("No assumption differs in value."))
    else:
        blocks += _values(comparison, values)
    if len(notes):
        blocks.append(_notes(comparison, notes))
    return Section("assumptions", "Assumptions that differ", blocks)


def _said(comparison: Comparison) -> Iterator[tuple[str, str]]:
    """What may be said of each run's changes together."""
    for mark, name in others(comparison):
        for sentence in attribution(comparison, name):
            yield f"{less(comparison, mark)}, £ million", f"{sentence[:1].upper()}{sentence[1:]}."


def _values(comparison: Comparison, values: pd.DataFrame) -> Iterator[Table]:
    """Every figure that differs in any run, with a row for each run; then where each comes from."""
    logs = [_log(run.assumptions) for run in comparison.runs]
    rows = []
    for path, part in values.groupby("path", sort=False):
        about = part.iloc[0]
        texts = _texts(comparison, str(path), part, logs)
        for place, (mark, text, log) in enumerate(zip(letters(comparison), _steps(texts), logs, strict=True)):
            row = log.get(str(path), {})
            set_by = row.get("set_by") or (about["reference_set_by"] if place == 0 else "")
            rows.append({
                "path": str(path), "description": about["description"], "run": mark, "value": text,
                "unit": about["unit"], "range": _range(row), "quality": row.get("quality", ""),
                "source": row.get("source", ""), "set_by": set_by,
            })  # fmt: skip
    columns = [Column("path", "Figure", "code"), Column("run", "Run"),
               Column("value", "Value"), Column("range", "Range"), Column("unit", "Unit"), Column("quality", "Quality"),
               Column("set_by", "Set by")]  # fmt: skip
    frame = _together(pd.DataFrame(rows), ["path", "value", "range", "unit", "quality", "set_by"])
    yield Table("assumptions-table", "Assumptions that differ in value, in each run", columns, frame)
    told = [Column("path", "Figure", "code"), Column("description", "What it is"), Column("run", "Run"),
            Column("source", "Source")]  # fmt: skip
    sources = _together(pd.DataFrame(rows), ["path", "description", "source"])
    yield Table("assumptions-sources", "What they are and where they come from", told, sources)


def _together(rows: pd.DataFrame, alike: list[str]) -> pd.DataFrame:
    """One row for the runs that have the same in all the columns `alike`."""
    return rows.groupby(alike, sort=False)["run"].agg(", ".join).reset_index()


def _log(assumptions: pd.DataFrame) -> dict[str, dict[str, str]]:
    """The figures of a run by path."""
    return {str(row["path"]): {str(name): str(text) for name, text in row.items()}
            for row in assumptions.to_dict("records")}  # fmt: skip


def _texts(
    comparison: Comparison, path: str, part: pd.DataFrame, logs: list[dict[str, dict[str, str]]]
) -> list[str]:  # fmt: skip
    """The value of each run: as its difference from the first says, or else the first run's own."""
    said = dict(zip(part["run"], part["other"], strict=True))
    first = str(part["reference"].iloc[0])
    found = [first]
    for name, log in zip(comparison.names[1:], logs[1:], strict=True):
        found.append(str(said.get(name, log.get(path, {}).get("value", first))))
    return found


def _steps(texts: list[str]) -> list[str]:
    """Dated figures of many years cut to the years that are not the same in all runs."""
    steps = [text.split("; ") for text in texts]
    if max(map(len, steps)) <= _FEW:
        return texts
    shared = set.intersection(*map(set, steps))
    return ["; ".join(step for step in mine if step not in shared) + ("; other years the same" if shared else "")
            for mine in steps]  # fmt: skip


def _range(row: Mapping[str, str]) -> str:
    if not row.get("low") and not row.get("high"):
        return ""
    shape = f", {row['distribution']}" if row.get("distribution") else ""
    return f"{row['low'] or '?'} to {row['high'] or '?'}{shape}"


def _notes(comparison: Comparison, notes: pd.DataFrame) -> Table:
    """What differs in range, source or quality alone."""
    marks = dict(zip(comparison.names, letters(comparison), strict=True))
    frame = notes.assign(
        mark=[marks[name] for name in notes["run"]], what=[_WHAT[change] for change in notes["change"]],
        reference=notes["reference"].replace(ABSENT, ""), other=notes["other"].replace(ABSENT, ""),
    )  # fmt: skip
    columns = [Column("path", "Figure", "code"), Column("what", "What differs"), Column("mark", "Run"),
               Column("reference", f"In {letters(comparison)[0]}"), Column("other", "In the run")]  # fmt: skip
    title = "What differs in range, source or quality alone, which moves no figure"
    return Table("assumptions-notes", title, columns, frame, folded=True)
