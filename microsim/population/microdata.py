"""Reads a survey of your own: the population file that names it, the mapping of its columns, and its rows, all checked.

Everything wrong is told at once, in one line for each kind of mistake, with the place of the first row that has it and
how many have. What comes out is `Answers`, on the codes of the column registry; `respondents` makes people of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field, Strict, ValidationError, field_validator

from microsim.errors import InputError, Place, Problem, nearest
from microsim.population.columns import FIRST_AGE, LAST_AGE, Band, bands
from microsim.population.margins import Areas
from microsim.population.registry import CODE, COLUMNS, FAMILY, LABEL, NUMBER, PARENTS, PERIODS, Column
from microsim.scenario.schema import problems_of
from microsim.scenario.source import read_yaml

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
UNKNOWN = -1  # a code that is missing
YOUNGEST_PARENT = 12  # years between parent and child
RAKING_BANDS = ("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
_WHOLE_FLOAT = re.compile(r"[-+]?[0-9]+\.0+")


class SurveySettings(BaseModel):
    """The section `survey` of a population file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    persons: Annotated[Path, Strict(False)] = Field(description="CSV or Parquet with a row for each person")
    mapping: Annotated[Path, Strict(False)] = Field(description="YAML from the survey's columns and codes to these")
    rake: bool = Field(True, description="whether weights are raked to the base population's margins")
    age_bands: Annotated[tuple[str, ...], Strict(False)] = Field(RAKING_BANDS, description="of the raking, 16 and over")

    @field_validator("age_bands")
    @classmethod
    def _whole(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        expected = f"bands that follow one another from {FIRST_AGE}, such as 16-44, 45-64, 65+"
        try:
            found = bands(*labels)
        except ValueError:
            raise ValueError(f"not bands of ages; expected {expected}") from None
        edges = [FIRST_AGE, *(band.last + 1 for band in found)]
        if [band.first for band in found] != edges[:-1] or edges[-1] != LAST_AGE + 1 or any(
            band.last < band.first for band in found
        ):  # fmt: skip
            raise ValueError(f"ages are left out or overlap; expected {expected}")
        return labels

    @property
    def bands(self) -> tuple[Band, ...]:
        return bands(*self.age_bands)


class SurveyFile(BaseModel):
    """A population file that names a survey and the population whose tables carry its people forward."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: str
    description: str = ""
    base: Annotated[Path, Strict(False)] = Field(description="population file whose tables and rates are used")
    survey: SurveySettings


class Mapped(BaseModel):
    """How one column of the registry is found in the survey."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    column: str = Field(description="the survey's name of the column")
    codes: dict[str, str] = Field({}, description="the survey's code: category; categories' own names without it")
    missing: list[str | int | float] = Field([], description="values that mean not known; blank always does")
    per: Literal["year", "month", "week"] | None = Field(None, description="period that pay is for; a year by default")
    top: int | None = Field(None, description="age that stands for it and all above", ge=FIRST_AGE, le=LAST_AGE)

    @property
    def unknown(self) -> frozenset[str]:
        """Texts that mean not known."""
        return frozenset({"", *(plain(str(one)) for one in self.missing)})


class Sheet(NamedTuple):
    """The columns of a survey that are mapped, as text, and where each value stands in the file."""

    path: Path
    columns: dict[str, list[str]]  # by the survey's name
    lines: Sequence[int]
    positions: dict[str, int]  # which column of the file, from 1


class Answers(NamedTuple):
    """What a survey says, a row for each person, on the registry's codes; UNKNOWN and NaN where it says nothing."""

    sheet: Sheet
    mapping: dict[str, Mapped]
    codes: dict[str, Whole]  # sex, region, area, and those of the code columns that are given
    numbers: dict[str, Floats]  # age, weight and what else is given
    labels: dict[str, list[str]]  # blank where missing
    household: Whole  # number of the person's household, in order of first appearance
    relatives: dict[str, Whole]  # row of partner, mother, father, UNKNOWN without
    digest: str

    @property
    def age(self) -> Whole:
        return self.numbers["age"].astype(np.int64)

    @property
    def adults(self) -> Whole:
        """The rows of people aged 16 and over."""
        return np.flatnonzero(self.age >= FIRST_AGE)


def is_survey_file(values: Any) -> bool:
    """Whether a population file is about a survey."""
    return isinstance(values, dict) and bool({"base", "survey"} & set(values))


def read_survey_file(path: Path) -> SurveyFile:
    """Read and check a population file about a survey; its paths become those from here. Raises InputError."""
    source = read_yaml(path)
    try:
        file = SurveyFile.model_validate(source.values)
    except ValidationError as error:
        raise InputError(problems_of(error, SurveyFile, (), source.places)) from None
    beside = path.parent
    survey = file.survey.model_copy(
        update={"persons": beside / file.survey.persons, "mapping": beside / file.survey.mapping}
    )
    return file.model_copy(update={"base": beside / file.base, "survey": survey})


def plain(text: str) -> str:
    """A value as text without blanks around it, and 3 for 3.0, as files write whole numbers in columns with gaps."""
    text = text.strip()
    return text.partition(".")[0] if _WHOLE_FLOAT.fullmatch(text) else text


# -- the mapping


def read_mapping(path: Path, areas: Areas) -> dict[str, Mapped]:
    """The survey's columns by name in the registry. Raises InputError with everything wrong."""
    source = read_yaml(path)
    values, places = source.values, source.places
    if not isinstance(values, dict):
        raise InputError(Problem("not a mapping of columns", Place(str(path), 1, 1)))
    problems: list[Problem] = []
    found: dict[str, Mapped] = {}
    for name, value in values.items():
        if name not in COLUMNS:
            about = "see: microsim population columns"
            problems.append(Problem(f"unknown column {name}", places[(name,)], None, about, nearest(name, COLUMNS)))
            continue
        try:
            found[name] = Mapped.model_validate(value)
        except ValidationError as error:
            problems += problems_of(error, Mapped, (name,), places)
            continue
        problems += _mapping_problems(COLUMNS[name], found[name], places, areas)
    start = Place(str(path), 1, 1)
    for name in (column.name for column in COLUMNS.values() if column.needed == "always"):
        if name not in values:
            problems.append(Problem(f"{name} is not mapped", start, expected=COLUMNS[name].description))
    if not {"region", "local_authority"} & set(values):
        problems.append(Problem("neither region nor local_authority is mapped", start, expected="one of the two"))
    for name in ("partner", *PARENTS):
        lacking = [other for other in FAMILY[:2] if other not in values]
        if name in values and lacking:
            text = f"{name} is mapped without {' and '.join(lacking)}"
            problems.append(Problem(text, places[(name,)], expected="household and person numbers to find them by"))
    if problems:
        raise InputError(problems)
    return found


def _mapping_problems(column: Column, mapped: Mapped, places: Any, areas: Areas) -> Iterable[Problem]:
    """What is wrong with an entry that has the right form."""
    name = column.name
    for key, belongs, given in (
        ("codes", column.kind == CODE, bool(mapped.codes)),
        ("per", name == "pay", mapped.per is not None),
        ("top", name == "age", mapped.top is not None),
    ):
        if given and not belongs:
            yield Problem(f"{name}: {key} has no meaning for it", places.get((name, key)), None, f"no key {key}")
    if column.kind == CODE:
        names = _category_names(column, areas)
        for code, category in mapped.codes.items():
            if category.casefold() not in names:
                expected = ", ".join(_categories(column, areas))
                near = nearest(category.casefold(), names)
                place = places.get((name, "codes", code))
                yield Problem(f"{name}: unknown category {category}", place, None, f"one of {expected}", near)


def _categories(column: Column, areas: Areas) -> tuple[str, ...]:
    return areas.region_names if column.name == "region" else column.categories


def _category_names(column: Column, areas: Areas) -> dict[str, int]:
    """Every accepted text for a category, in lower case, and its code."""
    names = {text.casefold(): code for code, text in enumerate(_categories(column, areas))}
    if column.name == "region":
        names |= {text.casefold(): code for code, text in enumerate(areas.region_codes)}
    return names


# -- the rows


def read_sheet(path: Path, mapping: dict[str, Mapped], mapping_path: Path) -> tuple[Sheet, str]:
    """The mapped columns of a CSV or Parquet file, and a digest of its bytes. Raises InputError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(Problem(f"the survey {path} cannot be read: {error.strerror or error}")) from None
    readers = {".csv": _read_csv, ".parquet": _read_parquet}
    if path.suffix.lower() not in readers:
        raise InputError(Problem(f"the survey {path} is of an unknown kind", expected="a file .csv or .parquet"))
    wanted = [mapped.column for mapped in mapping.values()]
    sheet, names = readers[path.suffix.lower()](path, content, wanted)
    lacking = [
        Problem(
            f"{name}: {path} has no column {mapped.column}",
            Place(str(mapping_path), 1, 1),
            nearest=nearest(mapped.column, names),
        )
        for name, mapped in mapping.items()
        if mapped.column not in names
    ]
    if lacking:
        raise InputError(lacking)
    if not len(sheet.lines):
        raise InputError(Problem("the survey has no rows", Place(str(path), 1, 1)))
    return sheet, hashlib.sha256(content).hexdigest()


def _read_csv(path: Path, content: bytes, wanted: list[str]) -> tuple[Sheet, list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        found = f"byte 0x{content[error.start]:02x}"
        raise InputError(Problem("not UTF-8 text", Place(str(path), line, column), found, "CSV in UTF-8")) from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows, lines = [], []
    try:
        names = next(reader, [])
        for row in reader:
            if row:
                rows.append(row)
                lines.append(reader.line_num)
    except csv.Error as error:
        raise InputError(Problem(f"not CSV: {error}", Place(str(path), max(reader.line_num, 1), 1))) from None
    problems = [
        Problem(f"the column {name} appears twice", Place(str(path), 1, names.index(name) + 1))
        for name in sorted(set(names) & set(wanted))
        if names.count(name) > 1
    ]
    uneven = [at for at, row in enumerate(rows) if len(row) != len(names)]
    if uneven:
        place = Place(str(path), lines[uneven[0]], 1)
        text = f"a row has the wrong number of fields ({_rows(len(uneven))})"
        problems.append(Problem(text, place, str(len(rows[uneven[0]])), str(len(names))))
    if problems:
        raise InputError(problems)
    positions = {name: at + 1 for at, name in enumerate(names)}
    columns = {
        name: [plain(row[positions[name] - 1]) for row in rows] for name in dict.fromkeys(wanted) if name in positions
    }
    return Sheet(path, columns, lines, positions), names


def _read_parquet(path: Path, content: bytes, wanted: list[str]) -> tuple[Sheet, list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(content))
        names: list[str] = file.schema_arrow.names
        known = [name for name in dict.fromkeys(wanted) if name in names]
        table = file.read(columns=known)
        columns = {
            name: ["" if value is None else plain(str(value)) for value in table.column(name).to_pylist()]
            for name in known
        }
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "damaged"
        raise InputError(Problem(f"the survey {path} cannot be read as Parquet: {reason}")) from None
    lines = range(1, table.num_rows + 1)
    return Sheet(path, columns, lines, {name: at + 1 for at, name in enumerate(names)}), names


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


class _Faults:
    """The problems of a sheet, one for each kind."""

    def __init__(self, sheet: Sheet, mapping: dict[str, Mapped]) -> None:
        self.sheet, self.mapping = sheet, mapping
        self.problems: list[Problem] = []

    def tell(self, name: str, rows: Iterable[int], message: str, expected: str | None = None,
             near: Callable[[str], str | None] = lambda _: None) -> None:  # fmt: skip
        """Note that `rows` are wrong in the registry's column `name`, if there are any."""
        found = list(rows)
        if not found:
            return
        column = self.mapping[name].column
        value = self.sheet.columns[column][found[0]]
        place = Place(str(self.sheet.path), self.sheet.lines[found[0]], self.sheet.positions[column])
        text = f"{column} ({name}): {message} ({_rows(len(found))})"
        self.problems.append(Problem(text, place, repr(value) if value else "a blank", expected, near(value)))

    def stop(self) -> None:
        """Raises InputError when there are problems."""
        if self.problems:
            raise InputError(self.problems)


def read_answers(settings: SurveySettings, areas: Areas, area_index: Callable[[str], int]) -> Answers:
    """Everything the survey says, checked. `area_index` finds a local authority by code or name.

    Raises InputError with every problem found.
    """
    mapping = read_mapping(settings.mapping, areas)
    sheet, digest = read_sheet(settings.persons, mapping, settings.mapping)
    faults = _Faults(sheet, mapping)
    codes, numbers, labels = {}, {}, {}
    for name, mapped in mapping.items():
        unknown = mapped.unknown
        texts = ["" if text in unknown else text for text in sheet.columns[mapped.column]]
        kind = COLUMNS[name].kind
        if kind == CODE:
            codes[name] = _codes(faults, COLUMNS[name], mapped, texts, areas)
        elif kind == NUMBER:
            numbers[name] = _numbers(faults, COLUMNS[name], texts)
        elif name == "local_authority":
            codes["area"] = _areas(faults, texts, area_index)
        else:
            assert kind == LABEL
            labels[name] = texts
    adult = numbers["age"] >= FIRST_AGE
    _check_ages(faults, numbers["age"])
    weight = numbers["weight"]
    useless = adult & ~((weight > 0) & np.isfinite(weight))
    faults.tell("weight", np.flatnonzero(useless), "a weight that is missing, not above 0 or not finite",
                "a number above 0 for everybody of 16 and over")  # fmt: skip
    if mapping.get("pay") is not None:
        numbers["pay"] = numbers["pay"] * PERIODS[mapping["pay"].per or "year"]
    _place(faults, codes, areas)
    faults.stop()
    if not adult.any():
        raise InputError(Problem(f"{sheet.path}: nobody is aged {FIRST_AGE} or over"))
    household, relatives = _families(faults, labels, numbers["age"])
    _check_households(faults, household, numbers["age"], codes)
    faults.stop()
    written = sorted((name, mapped.model_dump()) for name, mapped in mapping.items())
    digest = hashlib.sha256(repr((digest, written)).encode()).hexdigest()
    return Answers(sheet, mapping, codes, numbers, labels, household, relatives, digest)


def _codes(faults: _Faults, column: Column, mapped: Mapped, texts: list[str], areas: Areas) -> Whole:
    names = _category_names(column, areas)
    if mapped.codes:
        known = {plain(code): names[category.casefold()] for code, category in mapped.codes.items()}
    else:
        known = names
    known = known | {"": UNKNOWN}
    fold = (lambda text: text) if mapped.codes else str.casefold
    found = np.array([known.get(fold(text), -2) for text in texts], np.int64)
    expected = "one of " + ", ".join(str(code) for code in known if code)
    faults.tell(column.name, np.flatnonzero(found == -2), "a code that the mapping does not name", expected)
    if column.needed == "always":
        faults.tell(column.name, np.flatnonzero(found == UNKNOWN), "missing", "a code for everybody")
    return np.maximum(found, UNKNOWN)


def _numbers(faults: _Faults, column: Column, texts: list[str]) -> Floats:
    values = np.full(len(texts), np.nan)
    wrong = []
    for row, text in enumerate(texts):
        try:
            values[row] = float(text) if text else np.nan
        except ValueError:
            wrong.append(row)
    faults.tell(column.name, wrong, "not a number", column.unit)
    if column.name not in ("weight", "age"):  # these have messages of their own
        outside = (values < 0) | (values > column.highest) | np.isinf(values)
        faults.tell(column.name, np.flatnonzero(outside), "a value that cannot be", "0 or more, or a missing code")
    return values


def _check_ages(faults: _Faults, age: Floats) -> None:
    column = COLUMNS["age"]
    impossible = ~((age >= 0) & (age <= column.highest) & (age == np.floor(age)))
    expected = f"whole years from 0 to {column.highest:g}, for everybody"
    faults.tell("age", np.flatnonzero(impossible), "an impossible age", expected)


def _areas(faults: _Faults, texts: list[str], area_index: Callable[[str], int]) -> Whole:
    """Indices of local authorities; unknown ones are told with the nearest name."""
    known: dict[str, int] = {"": UNKNOWN}
    near: dict[str, str | None] = {}
    for text in dict.fromkeys(texts):
        if text:
            try:
                known[text] = area_index(text)
            except InputError as error:
                known[text] = -2
                near[text] = error.problems[0].nearest
    found = np.array([known[text] for text in texts], np.int64)
    expected = "a local authority code or name of April 2024"
    faults.tell("local_authority", np.flatnonzero(found == -2), "no such local authority", expected, near.get)
    return np.maximum(found, UNKNOWN)


def _place(faults: _Faults, codes: dict[str, Whole], areas: Areas) -> None:
    """Give everybody a region: the survey's, or that of the local authority, which must agree."""
    if "area" not in codes:
        faults.tell("region", np.flatnonzero(codes["region"] == UNKNOWN), "missing", "a region for everybody")
        return
    of_area = np.where(codes["area"] >= 0, areas.region[codes["area"]], UNKNOWN)
    if "region" not in codes:
        faults.tell("local_authority", np.flatnonzero(of_area == UNKNOWN), "missing", "a local authority or a region")
        codes["region"] = of_area
        return
    both = (of_area >= 0) & (codes["region"] >= 0)
    faults.tell("local_authority", np.flatnonzero(both & (of_area != codes["region"])), "not in the person's region")
    codes["region"] = np.where(codes["region"] >= 0, codes["region"], of_area)
    faults.tell("region", np.flatnonzero(codes["region"] == UNKNOWN), "missing, and so is the local authority")


# -- households and families


def _families(faults: _Faults, labels: dict[str, list[str]], age: Floats) -> tuple[Whole, dict[str, Whole]]:
    """The number of everybody's household, and the rows of relatives in it."""
    count = len(age)
    houses, persons = labels.get("household"), labels.get("person")
    if houses is not None:
        faults.tell("household", [row for row, text in enumerate(houses) if not text], "missing")
    if persons is not None:
        faults.tell("person", [row for row, text in enumerate(persons) if not text], "missing")
    faults.stop()
    own = [""] * count if houses is None else houses
    numbers: dict[str, int] = {}
    if houses is None:
        household = np.arange(count, dtype=np.int64)
    else:
        household = np.array([numbers.setdefault(text, len(numbers)) for text in houses], np.int64)
    row_of: dict[tuple[str, str], int] = {}
    if persons is not None:
        again = [row for row, key in enumerate(zip(own, persons, strict=True)) if row_of.setdefault(key, row) != row]
        where = "" if houses is None else " in its household"
        faults.tell("person", again, f"a person who is there already{where}", "every person once")
    relatives = {
        name: _relatives(faults, name, own, labels[name], row_of) for name in ("partner", *PARENTS) if name in labels
    }
    _check_relatives(faults, relatives, age)
    return household, relatives


def _relatives(
    faults: _Faults, name: str, houses: list[str], texts: list[str], row_of: dict[tuple[str, str], int]
) -> Whole:
    """Rows of the people whose numbers are `texts` in the same household."""
    found = [row_of.get((house, text), -2) if text else UNKNOWN for house, text in zip(houses, texts, strict=True)]
    rows = np.array(found, np.int64)
    faults.tell(name, np.flatnonzero(rows == -2), f"the {name} is not in the household", "a person number in it")
    faults.tell(name, np.flatnonzero(rows == np.arange(len(rows))), f"somebody who is their own {name}")
    return np.maximum(rows, UNKNOWN)


def _check_relatives(faults: _Faults, relatives: dict[str, Whole], age: Floats) -> None:
    if "partner" in relatives:
        partner = relatives["partner"]
        has = np.flatnonzero(partner >= 0)
        one_sided = has[partner[partner[has]] != has]
        expected = "the partner to name this person too"
        faults.tell("partner", one_sided, "a partner who does not name this person as theirs", expected)
        faults.tell("partner", has[age[has] < FIRST_AGE], f"somebody under {FIRST_AGE} with a partner")
    for name in PARENTS:
        if name in relatives:
            child = np.flatnonzero(relatives[name] >= 0)
            gap = age[relatives[name][child]] - age[child]
            expected = f"a parent at least {YOUNGEST_PARENT} years older"
            faults.tell(name, child[gap < YOUNGEST_PARENT], f"a {name} who is too young", expected)


def _check_households(faults: _Faults, household: Whole, age: Floats, codes: dict[str, Whole]) -> None:
    """One region and local authority in a household, and somebody aged 16 or over."""
    if "household" not in faults.mapping:
        return
    first = np.unique(household, return_index=True)[1]
    for code, name in (("region", "region"), ("area", "local_authority")):
        if code in codes and name in faults.mapping:
            split = codes[code] != codes[code][first][household]
            faults.tell(name, np.flatnonzero(split), f"a household that is split over {name.replace('_', ' ')}s",
                        "the same for all its members")  # fmt: skip
    adults = np.bincount(household[age >= FIRST_AGE], minlength=len(first))
    faults.tell("household", first[adults == 0], f"a household with nobody aged {FIRST_AGE} or over")
