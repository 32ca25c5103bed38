"""The fitted population of a place: loads it, builds it from its tables, and says which area a code or name means.

`load_population` reads a population file (such as populations/england.yaml) and the fitted tables beside it, or one
that names a survey of your own and the population whose tables carry its people forward.
`build_population` fits those tables again from the published ones. All arrays of a `Population` are read-only.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, ValidationError

from microsim.errors import InputError, Place, Problem, nearest
from microsim.population import (
    apprenticeships,
    claims,
    employers,
    families,
    fit,
    health,
    homes,
    jobs,
    loans,
    moves,
    pensions,
    projection,
    study,
    transitions,
    wealth,
    work_odds,
)
from microsim.population.columns import AGES, QUALIFICATIONS, SEXES, STATUSES
from microsim.population.ipf import Floats
from microsim.population.joint import AS_BUILT, JointAssumptions
from microsim.population.margins import Areas, read_areas
from microsim.population.microdata import is_survey_file, read_answers, read_survey_file
from microsim.population.pay import PAY_YEAR
from microsim.population.projection import LAST_MID_YEAR, REFERENCE_YEAR, VARIANTS
from microsim.population.respondents import Survey, make_survey
from microsim.population.rooms import Figure, Sources, read_figures
from microsim.population.rooms import Figures as RoomFigures
from microsim.scenario.schema import problems_of
from microsim.scenario.source import read_yaml
from microsim.years import to_financial_year

RENAMED_AREAS = {"E08000038": "E08000016", "E08000039": "E08000019"}  # Barnsley and Sheffield from April 2025
_FITTED_FIGURES = (  # a fit depends on these
    "switch_to_self_employment", "switch_to_employment", "mothers_gap_0_2", "mothers_gap_3_4", "mothers_gap_5_11",
    "move_distance_exponent",
)  # fmt: skip
_MANIFEST = "manifest.json"


class Figures(BaseModel):
    """The figures of a population file; a fit needs those of _FITTED_FIGURES. Rooms have their own, see `ROOMS`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    self_employed_pay_factor: Figure = Field(description="self-employed pay over employee pay, all else equal")
    persistence: Figure = Field(description="year-to-year correlation of the lasting part of relative pay")
    persistent_share: Figure = Field(description="share of the variance of log pay that lasts")
    switch_to_self_employment: Figure = Field(description="yearly chance among employees who stay in work")
    switch_to_employment: Figure = Field(description="yearly chance among self-employed people who stay in work")
    mothers_gap_0_2: Figure = Field(description="employment gap of mothers, youngest child aged 0 to 2")
    mothers_gap_3_4: Figure = Field(description="employment gap of mothers, youngest child aged 3 to 4")
    mothers_gap_5_11: Figure = Field(description="employment gap of mothers, youngest child aged 5 to 11")
    move_distance_exponent: Figure = Field(description="how fast moves between regions fall with distance")


class PopulationFile(BaseModel):
    """What a population file says. Years are financial years by their first calendar year."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    name: str
    description: str
    reference_year: Literal[2024] = Field(description="mid-year of the tables")
    first_year: Annotated[int, BeforeValidator(to_financial_year), Field(gt=REFERENCE_YEAR, lt=LAST_MID_YEAR)]
    last_year: Annotated[int, BeforeValidator(to_financial_year), Field(gt=REFERENCE_YEAR, lt=LAST_MID_YEAR)]
    variant: Literal["2024-based", "2022-based"] = Field(description="of the national population projections")
    tables: Annotated[Path, Strict(False)] = Field(description="folder of published tables, beside the file")
    fitted: Annotated[Path, Strict(False)] = Field(description="folder of fitted tables, beside the file")
    figures: Figures
    joint: JointAssumptions = Field(AS_BUILT, description="what no published margin fixes, where it is not as built")


def read_population_file(path: Path) -> PopulationFile:
    """Read and check a population file; folders become paths. Raises InputError with every problem and its place."""
    source = read_yaml(path)
    try:
        file = PopulationFile.model_validate(source.values)
    except ValidationError as error:
        raise InputError(problems_of(error, PopulationFile, (), source.places)) from None
    folder = path.parent
    return file.model_copy(update={"tables": folder / file.tables, "fitted": folder / file.fitted})


@dataclass(frozen=True)
class Population:
    """People of a place at the reference date (mid-year) and everything needed to carry them forward.

    On age axes row 0 is age 16 and row 74 is 90 and over, unless said otherwise; sexes, qualifications and statuses are
    coded as in `people`. Rates are yearly. Money is GBP of the tax year that starts in `pay_year`.
    """

    name: str
    description: str
    reference_year: int  # mid-year of `joint`
    first_year: int  # first financial year that can be simulated
    last_year: int  # last one
    pay_year: int
    figures: Figures
    tables: Path  # the folder of published tables
    areas: Areas
    joint: npt.NDArray[np.int32]  # people [area, age, sex, qualification, status]
    projections: Floats  # mid-year people [variant of VARIANTS, year from reference_year, age, sex]
    mortality: Floats  # [year from reference_year, age 16..110, sex], by age at the start
    old_age: Floats  # [sex, age 90..110], shares of those aged 90 and over
    emigration_abroad: Floats  # [age, sex]
    emigration_rest_of_uk: Floats  # [age, sex]
    young_share: Floats  # [area] of people under 16
    immigration_share: Floats  # [area] of arrivals from abroad
    move_out_rate: Floats  # [area], of moves inside England, where the relative for age and sex is 1
    move_age_relative: Floats  # [age, sex]
    move_destination: Floats  # [ethnicity, group of moves.GROUPS, region of origin, area] where a move leads
    move_factor: Floats  # [group of moves.GROUPS, area], on chances, as some destinations are the own area
    work_flow: Floats  # [age, sex, qualification, from status, to status]
    work_odds: Floats  # yearly log odds of work [age, sex, disabled, youngest child of work_odds.YOUNGEST]
    first_work_odds: Floats  # the same, of the first year lived
    area_odds: Floats  # yearly log odds [area, 3]: in work; self-employed if in work; unemployed if not
    families: families.Families
    health: health.Health
    study: study.Study
    apprenticeships: apprenticeships.Apprenticeships
    jobs: jobs.Jobs
    employers: employers.Employers
    homes: homes.Homes
    claims: claims.Claims
    pensions: pensions.Pensions
    wealth: wealth.Wealth
    loans: loans.Loans
    room_figures: Mapping[str, RoomFigures]  # by room; what no table gives
    variant: str = VARIANTS[0]
    joint_assumptions: JointAssumptions = AS_BUILT
    fitted: Path = field(default=Path("fitted"), compare=False)  # the folder of fitted tables
    digest: str = field(default="", compare=False)
    fit_digest: str = field(default="", compare=False)  # of the fitted tables and figures alone: a survey's base has it
    survey: Survey | None = field(default=None, compare=False)  # whose people are the residents, if not drawn ones

    @property
    def projection(self) -> Floats:
        """Mid-year people of the chosen variant [year from reference_year, age, sex]."""
        result: Floats = self.projections[VARIANTS.index(self.variant)]
        return result

    @property
    def emigration(self) -> Floats:
        """Chance of leaving England in a year [age, sex], abroad or to the rest of the UK."""
        result: Floats = self.emigration_abroad + self.emigration_rest_of_uk
        return result

    @property
    def self_employed_pay_factor(self) -> float:
        """Self-employed pay over employee pay at the same age, sex and score."""
        return self.figures.self_employed_pay_factor.central

    @property
    def persistence(self) -> float:
        """Year-to-year correlation of the lasting part of relative pay."""
        return self.figures.persistence.central

    @property
    def persistent_share(self) -> float:
        """Share of the variance of log pay that lasts."""
        return self.figures.persistent_share.central

    @property
    def area_codes(self) -> tuple[str, ...]:
        """Codes of the areas in canonical order (region, then code)."""
        return self.areas.codes

    @property
    def area_names(self) -> tuple[str, ...]:
        """Names of the areas in canonical order."""
        return self.areas.names

    @property
    def area_region(self) -> npt.NDArray[np.int16]:
        """Region index of each area."""
        return self.areas.region

    @property
    def region_codes(self) -> tuple[str, ...]:
        """Codes of the regions."""
        return self.areas.region_codes

    @property
    def region_names(self) -> tuple[str, ...]:
        """Names of the regions."""
        return self.areas.region_names

    def area_index(self, text: str) -> int:
        """The index of an area by code (also the 2025 codes of Barnsley and Sheffield) or name, in any case.

        Raises InputError, with the nearest code or name, when there is none.
        """
        wanted = RENAMED_AREAS.get(text.strip().upper(), text.strip()).casefold()
        for labels in (self.areas.codes, self.areas.names):
            for index, label in enumerate(labels):
                if label.casefold() == wanted:
                    return index
        raise InputError(
            Problem(
                f"unknown area {text}",
                expected="a local authority code or name of April 2024",
                nearest=_nearest_area(text, self.areas),
            )
        )


# the arrays kept as fitted tables, with the names of their axes
FITTED: dict[str, tuple[str, ...]] = {
    "joint": ("area", "age", "sex", "qualification", "status"),
    "projections": ("variant", "year", "age", "sex"),
    "mortality": ("year", "single age", "sex"),
    "old_age": ("sex", "age from 90"),
    "emigration_abroad": ("age", "sex"),
    "emigration_rest_of_uk": ("age", "sex"),
    "young_share": ("area",),
    "immigration_share": ("area",),
    "move_out_rate": ("area",),
    "move_age_relative": ("age", "sex"),
    "move_destination": ("ethnicity", "age group", "region", "area"),
    "move_factor": ("age group", "area"),
    "work_flow": ("age", "sex", "qualification", "status", "next status"),
    "work_odds": ("age", "sex", "disabled", "youngest child"),
    "first_work_odds": ("age", "sex", "disabled", "youngest child"),
    "area_odds": ("area", "chance"),
}

# the rooms that fit tables of their own, kept in a folder for each
ROOMS: dict[str, Any] = {
    "families": families, "health": health, "study": study, "apprenticeships": apprenticeships, "jobs": jobs,
    "employers": employers, "homes": homes, "claims": claims, "pensions": pensions, "wealth": wealth, "loans": loans,
}  # fmt: skip
_ROOM_TYPES: dict[str, Any] = {
    "families": families.Families, "health": health.Health, "study": study.Study,
    "apprenticeships": apprenticeships.Apprenticeships, "jobs": jobs.Jobs, "employers": employers.Employers,
    "homes": homes.Homes, "claims": claims.Claims, "pensions": pensions.Pensions, "wealth": wealth.Wealth,
    "loans": loans.Loans,
}  # fmt: skip
FITTED |= {f"{room}/{name}": axes for room, module in ROOMS.items() for name, axes in module.AXES.items()}
_FIGURES = "figures"


def _nearest_area(text: str, areas: Areas) -> str | None:
    names = {name.casefold(): f"{name} ({code})" for name, code in zip(areas.names, areas.codes, strict=True)}
    found = nearest(text.casefold(), names)
    return names[found] if found else nearest(text.upper(), areas.codes)


def load_population(path: str | Path) -> Population:
    """Load the fitted population that a population file names.

    Raises InputError when the file is wrong, the fitted tables are missing or spoilt, or the published tables have
    changed since the fit.
    """
    path = Path(path)
    if is_survey_file(read_yaml(path).values):
        return _survey_population(path)
    file = read_population_file(path)
    return _fitted_population(path, _stamps((path, file.tables, file.fitted, _figures(file))))


def _stamps(places: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of change of files and of the files in folders: others when anything of theirs changes."""
    found: list[tuple[str, int, int]] = []
    for place in places:
        for path in sorted(place.iterdir()) if place.is_dir() else [place]:
            if path.is_dir():
                found += _stamps([path])
            elif path.exists():
                about = path.stat()
                found.append((str(path), about.st_size, about.st_mtime_ns))
    return tuple(found)


@functools.lru_cache(maxsize=4)
def _fitted_population(path: Path, _stamps: tuple[tuple[str, int, int], ...]) -> Population:
    """The fitted population of a file, once for files that are as they were: a run asks for it several times."""
    file = read_population_file(path)
    manifest_path = file.fitted / _MANIFEST
    if not manifest_path.is_file():
        raise InputError(
            Problem(
                f"the population {file.name} is not fitted yet: {manifest_path} is missing",
                expected=f"the result of: microsim population build {path}",
            )
        )
    try:
        manifest = json.loads(manifest_path.read_text(encoding="utf-8"))
        axes_of, tables_digest, digest = manifest["axes"], manifest["tables_digest"], manifest["digest"]
        rows = {name: shape for name, shape in manifest["shapes"].items() if name in FITTED and name in axes_of}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            Problem(
                "the record of the fit is spoilt",
                Place(str(manifest_path), 1, 1),
                expected=f"the result of: microsim population build {path}",
            )
        ) from None
    if tables_digest != inputs_digest(file):
        raise InputError(
            Problem(
                f"the tables or figures of {file.name} have changed since it was fitted",
                expected=f"a new fit: microsim population build {path}",
            )
        )
    arrays = {name: _read_array(file.fitted / f"{name}.parquet", rows.get(name)) for name in FITTED}
    areas = read_areas(file.tables)
    if fitted_digest(areas, arrays) != digest:
        raise InputError(
            Problem(
                f"the fitted tables of {file.name} do not match their digest",
                expected=f"a new fit: microsim population build {path}",
            )
        )
    return _population(file, areas, arrays, digest)


def _survey_population(path: Path) -> Population:
    """The population of a file that names a survey: the base's tables and rates, with the survey's people."""
    file = read_survey_file(path)
    if is_survey_file(read_yaml(file.base).values):
        raise InputError(Problem(f"{path}: the base {file.base} is a survey itself", None, None, "one made of tables"))
    base = load_population(file.base)
    answers = read_answers(file.survey, base.areas, base.area_index)
    survey = make_survey(base, answers, file.survey)
    settings = (base.digest, file.name, survey.digest, file.survey.rake, file.survey.age_bands)
    digest = hashlib.sha256(repr(settings).encode()).hexdigest()
    return replace(base, name=file.name, description=file.description, survey=survey, digest=digest)


def build_population(path: str | Path) -> Population:
    """Fit the population a file names from its published tables, and write the fitted tables and their record.

    A survey is read, checked and raked; nothing is written, as that is quick. Raises InputError when the file or a
    table is missing or wrong.
    """
    path = Path(path)
    if is_survey_file(read_yaml(path).values):
        return _survey_population(path)
    file = read_population_file(path)
    areas = read_areas(file.tables)
    arrays, quality = fit_arrays(file, areas)
    digest = fitted_digest(areas, arrays)
    file.fitted.mkdir(parents=True, exist_ok=True)
    for name, array in arrays.items():
        path_of_array = file.fitted / f"{name}.parquet"
        path_of_array.parent.mkdir(exist_ok=True)
        _write_array(path_of_array, name, array)
    record = {
        "digest": digest,
        "tables_digest": inputs_digest(file),
        "people": int(arrays["joint"].sum()),
        "axes": {name: list(names) for name, names in FITTED.items()},
        "shapes": {name: list(array.shape) for name, array in arrays.items()},
        "labels": {
            "age": [AGES[0], AGES[-1]],
            "sex": SEXES,
            "qualification": QUALIFICATIONS,
            "status": STATUSES,
            "variant": VARIANTS,
            "area": areas.codes,
        },
        **quality,
    }
    (file.fitted / _MANIFEST).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return _population(file, areas, arrays, digest)


def fit_arrays(file: PopulationFile, areas: Areas) -> tuple[dict[str, npt.NDArray[Any]], dict[str, Any]]:
    """Every fitted array from the published tables, and how well the joint table meets its margins."""
    tables = file.tables
    figures = file.figures
    joint = fit.fit_joint(tables, areas, file.joint)
    people = joint.counts.sum((3, 4)).astype(np.float64)
    national = joint.counts.sum(0).astype(np.float64)
    future = projection.project(tables, people.sum(0))
    ethnicity = health.ethnicity_shares(tables, areas)
    where = moves.area_moves(tables, areas, people, ethnicity, figures.move_distance_exponent.central)
    arrays: dict[str, npt.NDArray[Any]] = {
        "joint": joint.counts,
        "projections": future.mid_year,
        "mortality": future.mortality,
        "old_age": np.ascontiguousarray(future.old_age_share.T),
        "emigration_abroad": future.emigration_abroad,
        "emigration_rest_of_uk": future.emigration_rest_of_uk,
        **where._asdict(),
        "work_flow": transitions.work_flows(
            tables, national, figures.switch_to_self_employment.central, figures.switch_to_employment.central
        ),
    }
    known = room_figures(file)
    for room, module in ROOMS.items():
        fitted = module.fit(Sources(tables, areas, joint.counts, known[room], file.joint))
        arrays |= {f"{room}/{name}": array for name, array in fitted._asdict().items()}
    arrays |= _work_odds(file, arrays, known["health"])
    quality = {
        "rounds": joint.rounds,
        "largest_relative_error_before_rounding": joint.errors,
        "largest_relative_error_after_rounding_cells_of_1000": joint.rounded_errors,
    }
    return arrays, quality


def _work_odds(
    file: PopulationFile, arrays: dict[str, npt.NDArray[Any]], health_figures: RoomFigures
) -> dict[str, npt.NDArray[Any]]:
    """The yearly log odds of work that keep gaps between people and between areas open."""
    joint = arrays["joint"].astype(np.float64)
    national = joint.sum(0)
    people = joint.sum((3, 4))
    disabled = arrays["health/disability"].astype(np.float64)
    counts = national + 1e-3  # by qualification, of the people of an age, sex and status
    out_rate = np.average(arrays["move_out_rate"], weights=people.sum((1, 2)))
    cohort = work_odds.Cohort(
        flow=np.einsum("asqf,asqft->asft", counts / counts.sum(2, keepdims=True), arrays["work_flow"]),
        start=national[0].sum(1) / national[0].sum((1, 2))[:, None],
        disabled=(people * disabled).sum(0) / people.sum(0),
        redrawn=health_figures["disability_redrawn"].central,
        births=work_odds.births_by_age(file.tables),
        moves=out_rate * arrays["move_age_relative"].mean(1),
        people=people.sum(0),
    )
    figures = file.figures
    gaps = work_odds.Gaps(
        health_figures["disability_employment_gap"].central,
        (figures.mothers_gap_0_2.central, figures.mothers_gap_3_4.central, figures.mothers_gap_5_11.central),
    )
    odds = work_odds.work_odds(cohort, gaps)
    return work_odds.Odds(
        odds,
        work_odds.first_year_odds(cohort, gaps, odds),
        work_odds.area_odds(cohort, joint, disabled, odds),
    )._asdict()


def room_figures(file: PopulationFile) -> dict[str, RoomFigures]:
    """The figures of every room, beside the tables. Raises InputError when one is missing or wrong."""
    folder = _figures(file)
    return {room: read_figures(folder / f"{room}.yaml", module.FIGURES) for room, module in ROOMS.items()}


def _figures(file: PopulationFile) -> Path:
    return file.tables.parent / _FIGURES


def _population(
    file: PopulationFile, areas: Areas, known_arrays: dict[str, npt.NDArray[Any]], fitted: str
) -> Population:
    """A population with read-only arrays; its digest is over `fitted` (see `fitted_digest`) and the file's settings."""
    for array in (*known_arrays.values(), areas.region, areas.deprivation_rank, areas.population_all_ages):
        array.setflags(write=False)
    arrays: dict[str, Any] = dict(known_arrays)
    known = room_figures(file)
    settings = (
        fitted,
        known,
        file.name,
        file.reference_year,
        file.first_year,
        file.last_year,
        file.variant,
        PAY_YEAR,
        [(name, one.central, one.low, one.high) for name, one in file.figures],
    )
    digest = hashlib.sha256(repr(settings).encode()).hexdigest()
    rooms = {
        room: kind(**{name: arrays.pop(f"{room}/{name}") for name in kind._fields})
        for room, kind in _ROOM_TYPES.items()
    }
    return Population(
        file.name,
        file.description,
        file.reference_year,
        file.first_year,
        file.last_year,
        PAY_YEAR,
        file.figures,
        file.tables,
        areas,
        **arrays,
        **rooms,
        room_figures=known,
        variant=file.variant,
        joint_assumptions=file.joint,
        fitted=file.fitted,
        digest=hashlib.sha256(repr((digest, areas.rural_urban)).encode()).hexdigest(),
        fit_digest=digest,
    )


def fitted_digest(areas: Areas, arrays: dict[str, npt.NDArray[Any]]) -> str:
    """SHA-256 of every value of the fitted arrays and of the areas, but for labels that nothing is fitted by."""
    total = hashlib.sha256()
    for one in fields(areas):
        if one.name == "rural_urban":
            continue
        value = getattr(areas, one.name)
        total.update(value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode())
    for name in FITTED:
        array = arrays[name]
        total.update(f"{name} {array.dtype.str} {array.shape}".encode())
        total.update(np.ascontiguousarray(array).data)
    return total.hexdigest()


def inputs_digest(file: PopulationFile) -> str:
    """SHA-256 of what a fit reads: every table (whatever its line ends) and some figures.

    Raises InputError when there is no table.
    """
    paths = sorted(file.tables.glob("*.csv"))
    if not paths:
        raise InputError(Problem(f"no tables in the folder {file.tables}"))
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode())
        try:
            total.update(path.read_bytes().replace(b"\r\n", b"\n"))
        except OSError as error:
            raise InputError(Problem(f"the table {path} cannot be read: {error.strerror or error}")) from None
    total.update(repr([getattr(file.figures, name).central for name in _FITTED_FIGURES]).encode())
    total.update(
        repr(
            [(room, name, one.central) for room, figures in room_figures(file).items() for name, one in figures.items()]
        ).encode()
    )
    if not file.joint.as_built:
        total.update(repr(file.joint).encode())
    return total.hexdigest()


def _write_array(path: Path, name: str, array: npt.NDArray[Any]) -> None:
    """One column of values in the order of the axes, which the file's metadata names."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    about = {"axes": json.dumps(FITTED[name]), "shape": json.dumps(array.shape)}
    table = pa.table({"value": array.reshape(-1)}).replace_schema_metadata(about)
    pq.write_table(table, path, compression="zstd", compression_level=15, use_dictionary=array.dtype.kind == "i")


def _read_array(path: Path, shape: list[int] | None) -> npt.NDArray[Any]:
    """An array written by `_write_array`. Raises InputError when it is missing, damaged or of another shape."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        values: npt.NDArray[Any] = pq.read_table(path, columns=["value"], memory_map=False).column(0).to_numpy()
        return np.array(values).reshape(tuple(shape or ()))
    except (OSError, ValueError, KeyError, pa.ArrowException):
        raise InputError(
            Problem(
                f"the fitted table {path} is missing or damaged",
                expected="the result of: microsim population build",
            )
        ) from None
