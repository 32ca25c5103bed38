"""What the rooms of the population are given to fit their tables from: the published tables, areas, people, figures.

A room is a module such as `families`: a NamedTuple of fitted arrays with their AXES, the FIGURES it needs from its file
in the population's folder `figures`, `fit(sources)` and `assign(...)`, which gives people what they start with.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, NamedTuple, Self

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from microsim.errors import InputError, Place, Problem, nearest
from microsim.population.joint import AS_BUILT, JointAssumptions
from microsim.population.margins import Areas
from microsim.scenario.source import read_yaml


class Figure(BaseModel):
    """A figure that no table gives, with its range, unit, quality grade and reason."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)
    central: float
    low: float
    high: float
    unit: str
    quality: Literal["official", "derived", "judgement"]
    source: str
    description: str = ""

    @model_validator(mode="after")
    def _inside(self) -> Self:
        if not self.low <= self.central <= self.high:
            raise ValueError("the central figure is outside its range")
        return self


Figures = Mapping[str, Figure]


class Sources(NamedTuple):
    """What a room fits its tables from."""

    tables: Path  # folder of published tables
    areas: Areas
    people: npt.NDArray[np.int32]  # the fitted joint table [area, age, sex, qualification, status]
    figures: Figures  # the room's own
    joint: JointAssumptions = AS_BUILT  # what no margin fixes

    def figure(self, name: str) -> float:
        """The central value of one of the room's figures."""
        return self.figures[name].central


def read_figures(path: Path, names: tuple[str, ...]) -> Figures:
    """The figures of one room. Raises InputError when the file is missing or wrong, or its names are not `names`."""
    if not names and not path.exists():
        return {}
    source = read_yaml(path)
    try:
        found = TypeAdapter(dict[str, Figure]).validate_python(source.values)
    except ValidationError as error:
        problems = [
            Problem(f"{'.'.join(map(str, one['loc']))}: {one['msg']}", source.places.get(one["loc"][:1]))
            for one in error.errors()
        ]
        raise InputError(problems) from None
    missing = [Problem(f"the figure {name} is missing", Place(str(path), 1, 1)) for name in names if name not in found]
    unknown = [
        Problem(f"unknown figure {name}", source.places.get((name,)), nearest=nearest(name, names))
        for name in found
        if name not in names
    ]
    if missing or unknown:
        raise InputError([*missing, *unknown])
    return found
