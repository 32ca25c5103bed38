"""How uncertain each measure's costing is by the judgement of its authors: a grid, and the reasons."""

from __future__ import annotations

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.field_words import field_labels
from microsim.report.page.blocks import Block, Column, Group, Table, Text
from microsim.report.ratings import WHOSE
from microsim.report.words import in_words

_PARTS = ("data", "modelling", "behaviour")
_COLUMNS = ("measure", "overall", *_PARTS, "doubt")


def ratings_group(run: FinishedRun) -> list[Block]:
    """The grid of ratings with the reasons folded under it; nothing where the run has none."""
    if "ratings" not in run.tables or run.tables["ratings"].empty:
        return []
    ratings = run.tables["ratings"]
    described = dict(zip(run.assumptions["path"], run.assumptions["description"], strict=True))
    grid = pd.DataFrame([_row(str(name), part, described) for name, part in ratings.groupby("measure", sort=False)],
                        columns=list(_COLUMNS))  # fmt: skip
    heads = {"measure": "Measure", "overall": "Overall", "data": "Data", "modelling": "Modelling",
             "behaviour": "Behaviour", "doubt": "Most in doubt, and why"}  # fmt: skip
    columns = [Column(name, label) for name, label in heads.items()]
    note = ("From low over medium-low, medium, medium-high and high to very high. The overall rating is a judgement "
            "and not a mean; it is about the costing, not about whether the measure is good.")  # fmt: skip
    table = Table("ratings", "Uncertainty ratings", columns, grid, note)
    words = {name: [in_words(str(one)) for one in ratings[name]] for name in ("measure", "subject")}
    reasons = Table(
        "rating-reasons", "The reasons for each rating",
        [Column("measure", "Measure"), Column("subject", "Of"), Column("rating", "Rating"), Column("why", "Why")],
        ratings.assign(**words), folded=True,
    )  # fmt: skip
    blocks: list[Block] = [Text(WHOSE, "small"), table, reasons]
    return [Group("uncertainty-ratings", "Ratings: the authors' judgement", blocks)]


def _row(measure: str, part: pd.DataFrame, described: dict[str, str]) -> dict[str, str]:
    by_subject = part.set_index("subject")
    overall = part.iloc[0]
    figure = str(overall["figure"] or "")
    doubt = field_labels([figure], [described.get(figure, "")])[0] if figure else ""
    ratings = {name: str(by_subject["rating"].get(name, "")) for name in _PARTS}
    said = f"{doubt}. {overall['why'] or ''}".removeprefix(". ").strip()
    return {"measure": in_words(measure), "overall": str(overall["rating"]), **ratings, "doubt": said}
