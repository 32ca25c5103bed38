"""Factors that keep lives at official totals: what is held, the factors of a pilot run, and their files.

`populations/NAME/alignment.yaml` says what is held. The factors lie in the folder `alignment` of the fitted tables,
with a record of the pilot run that found them (see `microsim.engine.pilot`). They belong to one fit of the population
and to one text of that file: others are refused.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from microsim.errors import InputError, Place, Problem, nearest
from microsim.population.columns import SEXES, Band
from microsim.population.people import AGE_SEX_KEYS
from microsim.population.source import Population
from microsim.scenario.schema import AlignmentSwitches
from microsim.scenario.source import read_yaml

HELD_FILE = "alignment.yaml"
FOLDER = "alignment"  # of the tables of what is held, and of the factors among the fitted tables
NO_GROUP = -1
_RECORD = "record.json"


class Held(BaseModel):
    """One figure that lives are aligned to."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    holds: str = Field(description="the figure, in words")
    groups: Literal["age and sex", "age", "local authority", "England"]
    bands: list[str] = Field(description="bands of age; the ages counted where groups are not by age")
    lives: float = Field(ge=0, description="simulated lives at which a group is corrected by half")
    method: str = Field(description="what is multiplied")
    table: str | None = Field(None, description="table in the folder alignment; without it the population's own")
    quality: Literal["official", "derived", "judgement"]
    source: str


class Groups(NamedTuple):
    """The groups in which one figure is held."""

    labels: tuple[str, ...]
    of_key: npt.NDArray[np.int16]  # [keys]: group of each age x 2 + sex (or of each local authority), or NO_GROUP
    ages: npt.NDArray[np.bool_]  # [age_sex keys] counted at all
    by_area: bool = False


class Factors(NamedTuple):
    """What a pilot run found for one figure, each [years, groups]; year 0 is the population's first."""

    odds: npt.NDArray[np.float32]  # odds ratio; 1 leaves chances as they are
    held: npt.NDArray[np.float64]  # the figure to hold; NaN where nobody was in the group
    before: npt.NDArray[np.float64]  # the pilot's without this year's factor
    after: npt.NDArray[np.float64]  # the pilot's with it
    unaligned: npt.NDArray[np.float64]  # that of the same people, had nothing ever been aligned
    lives: npt.NDArray[np.int64]  # simulated people in the denominator


class Alignments(NamedTuple):
    """The factors of a population by name of the figure, with the record of the pilot run."""

    factors: Mapping[str, Factors]
    groups: Mapping[str, Groups]
    record: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Of every value; empty when there are no factors."""
        return str(self.record.get("digest", ""))

    def only(self, switches: AlignmentSwitches) -> Alignments:
        """Those that a scenario has switched on."""
        factors = {name: one for name, one in self.factors.items() if getattr(switches, name)}
        return self._replace(factors=factors)


NOTHING_ALIGNED = Alignments({}, {}, {})


def read_held(population: Population) -> dict[str, Held]:
    """What is held, by name; nothing when the population has no such file. Raises InputError when it is wrong."""
    path = _held_path(population)
    if not path.is_file():
        return {}
    source = read_yaml(path)
    try:
        held = TypeAdapter(dict[str, Held]).validate_python(source.values)
    except ValidationError as error:
        raise InputError(
            Problem(f"{'.'.join(map(str, one['loc']))}: {one['msg']}", source.places.get(one["loc"][:1]))
            for one in error.errors()
        ) from None
    names = tuple(AlignmentSwitches.model_fields)
    unknown = [
        Problem(f"unknown figure to align to: {name}", source.places.get((name,)), None, ", ".join(names),
                nearest(name, names))
        for name in held if name not in names
    ]  # fmt: skip
    if unknown:
        raise InputError(unknown)
    return held


def groups_of(held: Held, area_codes: tuple[str, ...]) -> Groups:
    """The groups of one figure. Raises InputError for a band that is not one."""
    try:
        found = [_band(label) for label in held.bands]
    except ValueError:
        raise InputError(Problem(f"{held.holds}: not bands of age", None, ", ".join(held.bands))) from None
    age = np.arange(AGE_SEX_KEYS) // 2
    of_key = np.full(AGE_SEX_KEYS, NO_GROUP, np.int16)
    for at, band in enumerate(found):
        inside = (age >= band.first) & (age <= band.last)
        of_key[inside] = at * len(SEXES) + np.arange(AGE_SEX_KEYS)[inside] % 2
    ages = of_key != NO_GROUP
    if held.groups == "age and sex":
        return Groups(tuple(f"{sex} {band.label}" for band in found for sex in SEXES), of_key, ages)
    if held.groups == "local authority":
        return Groups(area_codes, np.arange(len(area_codes), dtype=np.int16), ages, True)
    if held.groups == "age":
        both = np.where(ages, of_key // len(SEXES), NO_GROUP).astype(np.int16)
        return Groups(tuple(band.label for band in found), both, ages)
    return Groups(("England",), np.where(ages, 0, NO_GROUP).astype(np.int16), ages)


def _band(label: str) -> Band:
    """A band such as 16-19 or 75+, whose last age is then the oldest there is."""
    first, _, last = label.replace("+", f"-{AGE_SEX_KEYS}").partition("-")
    return Band(label, int(first), int(last))


def load_alignments(population: Population) -> Alignments:
    """The factors of a population; none when it holds nothing or no pilot run was made yet.

    Raises InputError when they are damaged, or were made for another fit or for other figures to hold.
    """
    held = read_held(population)
    folder = population.fitted / FOLDER
    path = folder / _RECORD
    if not held or not path.is_file():
        return NOTHING_ALIGNED
    again = f"the result of: microsim population align, for {population.name}"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        made_for, text, shape = record["fit_digest"], record["held_digest"], record["shapes"]
        digest = record["digest"]
    except (ValueError, KeyError, TypeError, OSError):
        raise InputError(
            Problem("the record of the alignment is spoilt", Place(str(path), 1, 1), None, again)
        ) from None
    if made_for != population.fit_digest or text != held_digest(population):
        what = "another fit of the population" if made_for != population.fit_digest else "other figures to hold"
        raise InputError(
            Problem(f"the alignment of {population.name} was made for {what}", Place(str(path), 1, 1), expected=again)
        )
    groups = {name: groups_of(one, population.area_codes) for name, one in held.items()}
    factors = {name: _read(folder / f"{name}.parquet", shape.get(name), again) for name in held}
    if factors_digest(factors) != digest:
        raise InputError(
            Problem("the factors of the alignment do not match their digest", Place(str(path), 1, 1), expected=again)
        )
    return Alignments(factors, groups, record)


def save_alignments(population: Population, factors: Mapping[str, Factors], about: Mapping[str, Any]) -> Alignments:
    """Write the factors of a pilot run with their record, in place of earlier ones."""
    folder = population.fitted / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _RECORD).unlink(missing_ok=True)  # until all files are there, there is no alignment
    for path in folder.glob("*.parquet"):
        path.unlink()
    for name, one in factors.items():
        _write(folder / f"{name}.parquet", one)
    record = {
        "fit_digest": population.fit_digest,
        "held_digest": held_digest(population),
        "digest": factors_digest(factors),
        "shapes": {name: list(one.odds.shape) for name, one in factors.items()},
        **about,
    }
    (folder / _RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return load_alignments(population)


def drop_stale_alignments(population: Population) -> bool:
    """Remove factors that were made for another fit or other figures. Returns whether there were any."""
    read_held(population)  # raises where what is held is itself wrong: that is no reason to forget factors
    folder = population.fitted / FOLDER
    try:
        load_alignments(population)
    except InputError:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    return False


def held_digest(population: Population) -> str:
    """SHA-256 of what is held: the file and its tables, whatever their line ends."""
    total = hashlib.sha256()
    for path in (_held_path(population), *sorted((population.tables.parent / FOLDER).glob("*.csv"))):
        total.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return total.hexdigest()


def factors_digest(factors: Mapping[str, Factors]) -> str:
    """SHA-256 of every value of the factors."""
    total = hashlib.sha256()
    for name in sorted(factors):
        for array in factors[name]:
            total.update(f"{name} {array.dtype.str} {array.shape}".encode() + np.ascontiguousarray(array).tobytes())
    return total.hexdigest()


def _held_path(population: Population) -> Path:
    return population.tables.parent / HELD_FILE


def _write(path: Path, factors: Factors) -> None:
    """One column for each array, rows in order of year and group."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: array.reshape(-1) for name, array in factors._asdict().items()}
    pq.write_table(pa.table(columns), path, compression="zstd", compression_level=15)


def _read(path: Path, shape: Any, again: str) -> Factors:
    """Factors written by `_write`. Raises InputError when they are missing, damaged or of another shape."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, memory_map=False)
        arrays = [np.array(table.column(name).to_numpy()).reshape(tuple(shape)) for name in Factors._fields]
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException):
        raise InputError(Problem(f"the table {path} is missing or damaged", expected=again)) from None
    return Factors(*arrays)
