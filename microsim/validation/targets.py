"""What the model is compared with: tables of published values, the tolerances, and the notes on misses.

The tables lie beside a population's own, in a folder `validation` (populations/england/validation/*.csv). Each opens
with `# key: value` lines that hold for all its rows: what is compared, the official source and its date, the quality,
whether the fit of the population read the figure, and the class of tolerance. `statistic` names a function of
`microsim.validation.statistics`; the other columns say of whom, where and when.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from math import isfinite
from pathlib import Path
from typing import Literal, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from microsim.errors import InputError, Place, Problem, nearest
from microsim.population.columns import SEXES
from microsim.population.margins import Table
from microsim.scenario.source import read_yaml

FOLDER = "validation"
NOTES = "notes*.yaml"
INPUT, HELD_OUT = "input", "held out"
_TOLERANCES = Path(__file__).with_name("tolerances.yaml")
_OLDEST = 200  # stands for no upper age
_Entries = TypeVar("_Entries")


class Tolerance(BaseModel):
    """How far a class of figures may lie from what is published."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Literal["relative", "absolute"]
    size: float = Field(gt=0)
    unit: str
    description: str


class Heading(BaseModel):
    """What the opening lines of a table say of all its rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    comparison: str = Field(description="the area of comparison, such as work or pay")
    source: str = Field(description="official publisher, title and table")
    published: str = Field(description="date of publication")
    quality: str
    evidence: Literal["input", "held out"] = Field(description="whether the fit of the population read the figure")
    tolerance: str = Field(description="class of tolerance")
    variant: str | None = Field(
        None, description="variant of the projections for which the table holds; any by default"
    )
    note: str = Field("", description="how the two scopes differ")
    licence: str


class Target(NamedTuple):
    """One published figure and what of the model it is compared with."""

    quantity: str
    statistic: str  # name of a function in `statistics.STATISTICS`
    year: int  # a financial year, or the mid-year at which a published year starts
    first_age: int
    last_age: int
    sex: int | None  # both when None
    place: str  # GSS code of a region or local authority; empty for England
    detail: str  # what else the statistic needs
    value: float
    heading: Heading


def read_tolerances() -> dict[str, Tolerance]:
    """The classes of tolerance by name. Raises InputError when the file is spoilt."""
    return _checked(_TOLERANCES, TypeAdapter(dict[str, Tolerance]))


def read_notes(folder: Path) -> dict[str, str]:
    """Why figures miss, from every NOTES file: a sentence for each quantity, or for a pattern of them with `*`."""
    notes: dict[str, str] = {}
    for path in sorted(folder.glob(NOTES)):
        notes |= _checked(path, TypeAdapter(dict[str, str]))
    return notes


def note_on(quantity: str, notes: dict[str, str]) -> str:
    """The first note whose key is the quantity or a pattern that fits it; empty when there is none."""
    if quantity in notes:
        return notes[quantity]
    return next((note for key, note in notes.items() if fnmatchcase(quantity, key)), "")


def _checked(path: Path, adapter: TypeAdapter[_Entries]) -> _Entries:
    values = read_yaml(path).values
    try:
        return adapter.validate_python(values)
    except ValidationError as error:
        found = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise InputError(Problem(f"{path}: {found}")) from None


def read_targets(folder: Path) -> list[Target]:
    """Every target of a folder, tables in order of name. Raises InputError when one is wrong or there is none."""
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise InputError(Problem(f"no published figures to compare with: {folder} has no tables"))
    tolerances = read_tolerances()
    found = [target for path in paths for target in read_table(path, tolerances)]
    seen: set[str] = set()
    for target in found:
        if target.quantity in seen:
            raise InputError(Problem(f"{folder}: two targets are called {target.quantity}"))
        seen.add(target.quantity)
    return found


def read_table(path: Path, tolerances: dict[str, Tolerance]) -> list[Target]:
    """The targets of one table. Raises InputError with the place of what is wrong."""
    heading = read_heading(path)
    if heading.tolerance not in tolerances:
        known = ", ".join(tolerances)
        place = Place(str(path), 1, 1)
        raise InputError(
            Problem(
                "unknown class of tolerance", place, heading.tolerance, known, nearest(heading.tolerance, tolerances)
            )
        )
    table = Table(path)
    text = {name: table.text(name) for name in ("quantity", "statistic", "age", "place", "detail")}
    years, values, sexes = table.floats("year"), table.floats("value"), table.codes("sex", ("", *SEXES))
    found = []
    for row, line in enumerate(table.lines):
        place = Place(str(path), line, 1)
        if not isfinite(years[row]) or not isfinite(values[row]):
            raise InputError(Problem("year or value is blank", place, expected="a number"))
        first, last = _ages(text["age"][row], place)
        sex = int(sexes[row]) - 1 if sexes[row] else None
        found.append(
            Target(
                text["quantity"][row], text["statistic"][row], int(years[row]), first, last, sex,
                text["place"][row], text["detail"][row], float(values[row]), heading,
            )
        )  # fmt: skip
    return found


def read_heading(path: Path) -> Heading:
    """The `# key: value` lines at the top of a table. Raises InputError when one is missing or unknown."""
    lines = [line[1:] for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    pairs = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    try:
        return Heading(**pairs)  # type: ignore[arg-type]
    except ValidationError as error:
        raise InputError(
            Problem(f"heading: {'.'.join(map(str, fault['loc']))}: {fault['msg']}", Place(str(path), 1, 1))
            for fault in error.errors()
        ) from None


def _ages(label: str, place: Place) -> tuple[int, int]:
    """First and last age of a label such as 16-24 or 65+."""
    first, _, last = label.partition("-")
    try:
        return (int(label[:-1]), _OLDEST) if label.endswith("+") else (int(first), int(last or first))
    except ValueError:
        raise InputError(Problem("age is not a band of ages", place, label, "such as 16-24 or 65+")) from None
