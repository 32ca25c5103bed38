"""How uncertain a measure's costing is, in words: a rating of its data, its modelling and the behaviour it assumes.

The manner is that of the Office for Budget Responsibility, which gives each policy costing that it certifies a
subjective rating on this scale (Policy costings uncertainty ratings database; Briefing paper No. 6, Policy costings and
our forecast, March 2014). The ratings here are the judgement of whoever wrote the measure: that office made none of
them. They stand in `rating.yaml` beside the measure. A plug-in may have none: it is then said to be not rated.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from microsim.errors import InputError
from microsim.scenario.schema import problems_of
from microsim.scenario.source import read_yaml

Level = Literal["low", "medium-low", "medium", "medium-high", "high", "very high"]
LEVELS: tuple[str, ...] = get_args(Level)
PARTS = ("data", "modelling", "behaviour")
NOT_RATED = "not rated"
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, pattern=r"[.]$")]


class RatedPart(BaseModel):
    """One source of uncertainty, and why it is as large or small as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    rating: Level = Field(description="from low to very high")
    why: Sentence = Field(description="the reason, a sentence or two")


class Doubt(BaseModel):
    """The most important source of doubt."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    part: Literal["data", "modelling", "behaviour"] = Field(description="where it lies")
    figure: str = Field(
        min_length=1,
        description="its figure: a field of the measure, or population.* or parameters.* as in `microsim assumptions`",
    )
    why: Sentence = Field(description="what is not known, a sentence or two")


class Rating(BaseModel):
    """The ratings of a measure. The overall one is a judgement on the three, not a mean of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    overall: Level = Field(description="all three together")
    doubt: Doubt
    data: RatedPart
    modelling: RatedPart
    behaviour: RatedPart

    def rows(self) -> list[dict[str, Any]]:
        """The overall rating, with the most important doubt and its figure, then its three parts: subject, rating, why,
        figure."""
        overall = {"subject": "overall", "rating": self.overall, "why": self.doubt.why, "figure": self.doubt.figure}
        parts = [(name, getattr(self, name)) for name in PARTS]
        return [overall, *({"subject": name, **part.model_dump(), "figure": ""} for name, part in parts)]


def read_rating(path: Path) -> Rating:
    """Read and check a rating file. Raises InputError with every problem and its place."""
    source = read_yaml(path)
    try:
        return Rating.model_validate(source.values)
    except ValidationError as error:
        raise InputError(problems_of(error, Rating, (), source.places)) from None


def rating_of(module_file: str) -> Rating:
    """The rating in `rating.yaml` beside a measure's module. Raises InputError."""
    return read_rating(Path(module_file).with_name("rating.yaml"))


def rating_rows(rating: Rating | None) -> list[dict[str, Any]]:
    """`Rating.rows`, or the one row of a measure that has no rating."""
    return rating.rows() if rating else [{"subject": "overall", "rating": NOT_RATED, "why": "", "figure": ""}]
