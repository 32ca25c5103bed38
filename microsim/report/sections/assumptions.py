"""Every figure that the costing rests on, with its source and the grade of its evidence; what was set here first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from microsim.report.field_words import field_labels, options_of, with_unit
from microsim.report.material import Material
from microsim.report.page.blocks import Block, Column, Section, Table, Text
from microsim.report.words import in_words

# grades of evidence, the weakest first; a grade of later years follows after a semicolon
_GRADES = {
    "judgement": "nobody published it, and value and range are the authors'",
    "scenario": "chosen by this scenario without a source", "derived": "worked out from published figures",
    "forecast": "an official forecast or projection",
    "outturn": "what was counted or spent", "published": "as it stands in law or in a publication",
    "official": "an official statistic", "setting": "a rule or a switch, no figure",
}  # fmt: skip
_LONG_RUN = "; long run:"
_DEFAULT = "default"
_SHORTENED = "Series of many years are shortened here: every year's value is in assumptions.csv and in the workbook."
_LONGEST = 110  # characters of a value that is shown whole
_NO_UNITS = ("none", "choice", "path", "switch", "financial year", "financial years", "text", "true or false")
_OFFICIAL, _POPULATION, _SETTINGS = "Official figures", "The population", "The scenario and its settings"
_MOST_MOVING = 8
_FIGURE = (Column("label", "Figure"), Column("shown", "Value"), Column("range", "Range"))
_EVIDENCE = (Column("quality", "Grade"), Column("source", "Source"))
_SET_BY, _FIELD = Column("set_by", "Set by"), Column("path", "Field", "code")


def assumptions(material: Material) -> Section:
    """Counts by grade, what differs from the defaults, what is most in doubt, and every figure in folded tables."""
    rows = _rows(material.run.assumptions)
    blocks: list[Block] = [
        Text(_counted(rows)), _by_grade(rows), *_set_here(rows), *_in_doubt(material, rows), *_every(rows),
        Text(_SHORTENED, "small"),
    ]  # fmt: skip
    return Section("assumptions", "Assumptions: every figure and its source", blocks)


def _rows(log: pd.DataFrame) -> pd.DataFrame:
    """The log with its groups, grades and what is shown of it."""
    grades = [quality.partition(_LONG_RUN)[0].strip() or "setting" for quality in log["quality"]]
    groups = [_group(path) for path in log["path"]]
    values = zip(log["value"], log["unit"], log["description"], strict=True)
    return log.assign(
        grade=grades, group=groups, shown=[_shown(*value) for value in values],
        range=[_range(*ends) for ends in zip(log["low"], log["high"], log["distribution"], strict=True)],
    )  # fmt: skip


def _group(path: str) -> str:
    root, _, rest = path.partition(".")
    if root == "measures":
        return in_words(rest.partition(".")[0])
    if rest:
        return {"parameters": _OFFICIAL, "population": _POPULATION}.get(root, _SETTINGS)
    return _SETTINGS


def _shown(value: str, unit: str, description: str) -> str:
    """A value with its unit; a long series in short, and an option with what it means."""
    if meaning := options_of(description).get(value):
        return f"{value}: {meaning}"
    if unit in ("", "£", *_NO_UNITS):
        return with_unit(_shortened(value), unit if unit == "£" else "")
    return f"{_shortened(value)} ({unit})"


def _shortened(value: str) -> str:
    """A series of many years by its first steps and its last; anything else as it is."""
    steps = value.split("; ")
    if len(value) <= _LONGEST or len(steps) < 4:
        return value
    return f"{steps[0]}; {steps[1]}; … ({len(steps) - 3} more); {steps[-1]}"


def _range(low: str, high: str, distribution: str) -> str:
    if not low and not high:
        return distribution
    return f"{low} to {high}" + (f" ({distribution})" if distribution else "")


def _counted(rows: pd.DataFrame) -> str:
    judged = int((rows["grade"] == "judgement").sum())
    later = int(rows["quality"].str.contains(f"{_LONG_RUN} judgement", regex=False).sum())
    ranged = int(((rows["low"] != "") | (rows["high"] != "")).sum())
    said = f"The costing rests on {len(rows):,} figures and settings: {judged:,} are judgements, {ranged:,} have ranges"
    return f"{said}; {later:,} more are judged only for the years after what is published." if later else f"{said}."


def _by_grade(rows: pd.DataFrame) -> Table:
    """How many figures of each group have each grade."""
    grades = [grade for grade in _GRADES if grade in set(rows["grade"])]
    grades += sorted(set(rows["grade"]) - set(grades))  # of a plug-in's own
    table = pd.crosstab(rows["group"], rows["grade"]).reindex(list(dict.fromkeys(rows["group"])))[grades]
    table = pd.concat([table, table.sum().to_frame("All").T])
    frame = table.assign(total=table.sum(axis=1)).rename_axis("group").reset_index()
    frame["strong"] = frame["group"] == "All"
    columns = [Column("group", "Where"), *(Column(grade, in_words(grade), "count") for grade in grades)]
    columns.append(Column("total", "All", "count"))
    note = "; ".join(f"{in_words(grade)}: {_GRADES[grade]}" for grade in grades if grade in _GRADES)
    return Table("assumptions-by-grade", "Figures by grade of evidence", columns, frame, f"{note}.", strong="strong")


def _set_here(rows: pd.DataFrame) -> list[Block]:
    """What was set in the scenario's files or on the command line."""
    mine = rows[(rows["set_by"] != _DEFAULT) & (rows["group"] != _POPULATION)]
    if mine.empty:
        return [Text("Nothing was set in the scenario's files: every figure is a default.")]
    title = f"Set in the scenario's files or on the command line ({len(mine)})"
    return [_table("assumptions-set", title, mine, (*_FIGURE, *_EVIDENCE, _SET_BY))]


def _in_doubt(material: Material, rows: pd.DataFrame) -> Iterator[Block]:
    """The figures that ratings name, and the judgements that move the cost most where that is known."""
    run = material.run
    named = [] if "ratings" not in run.tables else [path for path in run.tables["ratings"]["figure"] if path]
    doubted = rows[rows["path"].isin(named)]
    if len(doubted):
        title = "Most in doubt, by the ratings of the measures"
        yield _table("assumptions-in-doubt", title, doubted, (*_FIGURE, *_EVIDENCE))
    if material.sensitivity is None:
        return
    tornado = material.sensitivity.tables["tornado"]
    weak = tornado[(tornado["swing"] > 0) & (tornado["quality"] == "judgement")].head(_MOST_MOVING)
    moving = weak[["field", "swing"]].merge(rows, left_on="field", right_on="path")
    if len(moving):
        title = "Judgements that move the cost most, each from its low to its high"
        swing = Column("swing", "Swing, £ million", "million")
        yield _table("assumptions-moving", title, moving, (_FIGURE[0], swing, *_FIGURE[1:], _EVIDENCE[1]))


def _every(rows: pd.DataFrame) -> Iterator[Table]:
    """A folded table for each group, judgements first."""
    order = {grade: place for place, grade in enumerate(_GRADES)}
    for number, (group, part) in enumerate(rows.groupby("group", sort=False)):
        ranked = part.assign(order=part["grade"].map(order).fillna(len(order))).sort_values("order", kind="stable")
        judged = int((part["grade"] == "judgement").sum())
        title = f"{group}: {len(part)} figures, {judged} of them judgements"
        yield _table(f"assumptions-{number}", title, ranked, (*_FIGURE, *_EVIDENCE, _FIELD), folded=True)


def _table(name: str, title: str, rows: pd.DataFrame, columns: Sequence[Column], folded: bool = False) -> Table:
    """Figures by name; in a table of one group, without what that group says already."""
    paths = [_below_group(path) for path in rows["path"]] if folded else rows["path"].tolist()
    rows = rows.assign(label=field_labels(paths, rows["description"].tolist()))
    columns = [column for column in columns if (rows[column.name] != "").any()]
    return Table(name, title, columns, rows.reset_index(drop=True), folded=folded)


def _below_group(path: str) -> str:
    """A path without what its group says already."""
    root, _, rest = path.partition(".")
    if root == "measures":
        return rest.partition(".")[2]
    return rest if rest and root in ("parameters", "population") else path
