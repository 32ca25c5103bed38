"""What a measure is, in words for whoever reads a costing: policy, base, method, behaviour and what is left out.

They stand in `about.yaml` beside the measure, in the order of the Treasury's policy costings. Figures that a scenario
can change are in none of them: a report takes those from the run. A plug-in may have no such file.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from microsim.errors import InputError
from microsim.scenario.schema import problems_of
from microsim.scenario.source import read_yaml

FILE = "about.yaml"
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3)]
Sentences = Annotated[str, StringConstraints(strip_whitespace=True, min_length=20, pattern=r"[.]$")]


class About(BaseModel):
    """A measure in words."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    title: Words = Field(description="the measure's name in print")
    policy: Sentences = Field(description="what is proposed, and by whom")
    base: Sentences = Field(description="whom or what money it applies to")
    method: Sentences = Field(description="how the cost is worked out, a few sentences")
    behaviour: Sentences = Field(description="who reacts and how, and which figures drive it")
    left_out: tuple[Words, ...] = Field(strict=False, min_length=1, description="a list of what is not in the figures")
    page: Words = Field(description="the page with equations, data and checks")


def read_about(path: Path) -> About:
    """Read and check such a file. Raises InputError with every problem and its place."""
    source = read_yaml(path)
    try:
        return About.model_validate(source.values)
    except ValidationError as error:
        raise InputError(problems_of(error, About, (), source.places)) from None


@cache
def about_of(kind: str) -> About | None:
    """The words beside a measure of this project or a plug-in; None where it has none, or is not installed.

    The measure's own code is not run: a finished costing can be printed without it. Raises InputError.
    """
    beside = Path(__file__).parent / kind / FILE if kind.isidentifier() else None
    if beside is None or not beside.parent.is_dir():
        beside = _of_plug_in(kind)
    return read_about(beside) if beside and beside.is_file() else None


def _of_plug_in(kind: str) -> Path | None:
    """Where an installed plug-in would have its words: beside the module that defines the measure."""
    for point in entry_points(group="microsim.measures", name=kind):
        try:
            spec = find_spec(point.module)
        except ImportError:
            continue  # a package above it is broken or gone
        if spec is not None and spec.origin:
            return Path(spec.origin).with_name(FILE)
    return None
