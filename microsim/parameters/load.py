"""Official figures by name and financial year, with a scenario's overrides on top.

`load_parameters` reads the YAML files of this folder once. Every name that is read is recorded, so that an
override that nothing reads can be reported.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from microsim.errors import InputError, Place, Problem, nearest
from microsim.scenario.source import KeyPath, place_of, read_yaml
from microsim.scenario.values import (
    Fault,
    FinancialYear,
    Quantity,
    Step,
    describe,
    limit_faults,
    parse_quantity,
    read_params,
)
from microsim.scenario.written import with_hint
from microsim.years import format_financial_year, parse_years, to_financial_year

FOLDER = Path(__file__).parent
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
Uprating = Literal["earnings", "prices"]
EARNINGS, PRICES = "average_earnings_growth", "cpi_growth"
_HORIZON = 100  # years past the last official figure in which an override is looked at for an effect


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Citation(_Strict):
    """The official publication a figure was taken from."""

    publisher: str
    title: str
    date: str
    table: str | None = None
    url: str | None = None

    def __str__(self) -> str:
        table = f", {self.table}" if self.table else ""
        return f"{self.publisher}, {self.title}{table}, {self.date}"


class LongRun(_Strict):
    """What holds after the last dated figure: one of `value`, `uprate_by` and `hold`.

    `value` is reached in the year `from` in equal yearly steps (at once when there is no `from`); `uprate_by`
    names the growth series that raises the last figure (`lag` 1: by the growth of the year before), `always`
    that it does so whatever a scenario's choice of uprating; `hold` keeps it.
    """

    value: float | None = None
    from_year: FinancialYear | None = Field(None, alias="from")
    uprate_by: str | None = None
    always: bool = False
    lag: int = 0
    hold: bool = False
    source: str
    quality: str

    @model_validator(mode="after")
    def _one_rule(self) -> LongRun:
        if (self.value is not None) + (self.uprate_by is not None) + self.hold != 1:
            raise ValueError("long_run needs exactly one of value, uprate_by and hold")
        return self


class Entry(_Strict):
    """One official figure: timeless (`value`) or dated (`values`, and `long_run` for the years after).

    A dated figure holds from its year until the next, unless `each_year` says that each belongs to its year
    alone (growth rates). A `policy` figure is one a government sets: overriding it is part of a reform and
    leaves the baseline arm as it is, while overriding any other changes both arms. `changes_within_year` are
    figures that took effect after 1 April, by date: each holds until the following 31 March.
    """

    name: str
    description: str
    unit: str
    source: Citation
    quality: str
    outturn_to: FinancialYear | None = None
    each_year: bool = False
    policy: bool = False
    minimum: float | None = None
    maximum: float | None = None
    values: Quantity
    changes_within_year: dict[datetime.date, float] = Field(default_factory=dict)
    long_run: LongRun | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Entry:
        years = [step.year for step in self.values.steps if step.year is not None]
        if bool(years) != (self.long_run is not None):
            raise ValueError("dated values need long_run, and a timeless value has none")
        if self.each_year and years != list(range(years[0], years[-1] + 1)):
            raise ValueError("each_year needs a value for every year from the first to the last")
        if self.changes_within_year and (self.each_year or not years):
            raise ValueError("changes_within_year needs dated values that hold until the next")
        if any((date.month, date.day) == (4, 1) for date in self.changes_within_year):
            raise ValueError("changes_within_year has a change on 1 April, which belongs among the values")
        return self

    def limits(self) -> dict[str, float]:
        named = {"minimum": self.minimum, "maximum": self.maximum}
        return {key: limit for key, limit in named.items() if limit is not None}


class Override(NamedTuple):
    """A scenario's value for an official figure. Not `indexed`: it is not uprated afterwards."""

    values: Quantity
    indexed: bool = True
    place: Place | None = None

    def to_plain(self, unit: str) -> Any:
        """The override as a scenario file would write it."""
        if unit == "financial year":
            return format_financial_year(int(self.values.steps[0].central))
        plain = self.values.to_plain()
        return plain if self.indexed else {**plain, "indexation": "none"}


@dataclass(frozen=True, eq=False)
class Parameters:
    """Figures by name and financial year. Equal when every figure and override is.

    With `uprating` "prices", every policy figure that would follow average earnings after its last dated value
    follows the consumer prices index instead, except those that are set relative to pay or locally (`always`).
    """

    by_name: Mapping[str, Entry]
    overrides: Mapping[str, Override] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    uprating: Uprating = "earnings"
    _read: set[str] = field(default_factory=set, repr=False)
    _found: dict[tuple[str, int], tuple[Step, float]] = field(default_factory=dict, init=False, repr=False)

    def value(self, name: str, year: int) -> float:
        """The figure on 1 April of a financial year. KeyError for an unknown name, InputError for too early a year."""
        step, factor = self._resolve(name, year)
        return step.central * factor

    def value_on(self, name: str, date: datetime.date) -> float:
        """The figure in force on a date. An override of a year holds for the whole of that year."""
        entry = self.entry(name)
        year = date.year if (date.month, date.day) >= (4, 1) else date.year - 1
        begun = [when for when in entry.changes_within_year if datetime.date(year, 4, 1) <= when <= date]
        override = self.overrides.get(name)
        if override is not None and (override.values.steps[0].year or 0) <= year:
            begun = []
        self._read.add(name)
        return entry.changes_within_year[max(begun)] if begun else self.value(name, year)

    def range_at(self, name: str, year: int) -> tuple[float, float] | None:
        """Low and high in a financial year; None where no range is given."""
        step, factor = self._resolve(name, year)
        if step.low is None and step.high is None:
            return None
        low = step.central if step.low is None else step.low
        high = step.central if step.high is None else step.high
        return low * factor, high * factor

    def step_at(self, name: str, year: int) -> Step:
        """The step in force in a financial year, before uprating: its range, distribution and source."""
        return self._resolve(name, year)[0]

    def series(self, name: str, years: Iterable[int]) -> np.ndarray:
        """The figure in each year: float64, one per year."""
        return np.array([self.value(name, year) for year in years], dtype=np.float64)

    def index(self, name: str, years: Iterable[int], base_year: int) -> np.ndarray:
        """Cumulated growth of a growth series: float64, one per year, exactly 1.0 in `base_year`.

        Years before the base year are below one where growth is positive. Raises ValueError when the name is
        not a growth series.
        """
        if not self.entry(name).each_year:
            raise ValueError(f"{name} is not a growth series")
        wanted = np.array(list(years), dtype=np.int64)
        first, last = min([base_year, *wanted.tolist()]), max([base_year, *wanted.tolist()])
        growth = self.series(name, range(first + 1, last + 1))
        level = np.concatenate([[1.0], np.cumprod(1.0 + growth)])
        return np.asarray(level[wanted - first] / level[base_year - first], dtype=np.float64)

    def discount_factors(self, years: Iterable[int]) -> np.ndarray:
        """Factors that turn real terms into present values: float64, 1.0 in the present-value base year.

        Source of the rule: HM Treasury, The Green Book.

        The rate of the nth year after the base is that of years 0 to 30, 31 to 75, or later; years before the
        base are compounded at the first rate. The schedule is dated: each year's step is at the rate in force in
        that year, so a schedule revised from a year changes the steps from that year on.
        """
        return np.array([self._discount_factor(year) for year in years], dtype=np.float64)

    def _discount_factor(self, year: int) -> float:
        base = self.present_value_base_year
        sign = -1 if year > base else 1
        rates = [self._discount_rate(step - base, step) for step in range(min(base, year) + 1, max(base, year) + 1)]
        factor = 1.0
        for rate in dict.fromkeys(rates):  # in order, whole runs of years at once: fewer roundings
            factor *= (1 + rate) ** (sign * rates.count(rate))
        return factor

    def _discount_rate(self, after: int, year: int) -> float:
        """The rate of the step to the year `after` years after the base, as in force in `year`."""
        band = "years_0_to_30" if after <= 30 else "years_31_to_75" if after <= 75 else "years_after_75"
        return self.value(f"discount_rate.{band}", year)

    @property
    def price_base_year(self) -> int:
        """The financial year in whose prices real-terms figures are stated."""
        return int(self.value("price_base_year", 0))

    @property
    def present_value_base_year(self) -> int:
        """The financial year to which present values are discounted."""
        return int(self.value("present_value_base_year", 0))

    def entry(self, name: str) -> Entry:
        """The official entry of a name. Raises KeyError, with the nearest name, when there is none."""
        if name not in self.by_name:
            near = nearest(name, self.by_name)
            raise KeyError(f"no parameter named {name!r}" + (f"; did you mean {near}?" if near else ""))
        return self.by_name[name]

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.by_name))

    def entries(self) -> tuple[Entry, ...]:
        """Every official entry, by name, for the assumptions log. Does not count as reading."""
        return tuple(self.by_name[name] for name in self.names())

    def names_read(self) -> tuple[str, ...]:
        """The names whose figures were asked for so far."""
        return tuple(sorted(self._read))

    def unread_overrides(self) -> tuple[str, ...]:
        """The names overridden by the scenario that nothing has read."""
        return tuple(name for name in sorted(self.overrides) if name not in self._read)

    def uprating_is_unread(self) -> bool:
        """Whether a choice of uprating was made and nothing has read a figure that it moves."""
        moved = (entry.name for entry in self.entries() if self._moved(entry))
        return self.uprating != "earnings" and self._read.isdisjoint(moved)

    def _moved(self, entry: Entry) -> bool:
        return entry.long_run is not None and self.growth_of(entry) != entry.long_run.uprate_by

    def to_plain(self) -> dict[str, Any]:
        """The overrides as a scenario file would write them."""
        return {name: self.overrides[name].to_plain(self.by_name[name].unit) for name in sorted(self.overrides)}

    def digest(self) -> str:
        """A fingerprint of every figure and override: 64 hexadecimal digits."""
        entries = [json.loads(entry.model_dump_json()) for entry in self.entries()]
        text = json.dumps([entries, self.to_plain(), self.uprating], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Parameters) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def _resolve(self, name: str, year: int) -> tuple[Step, float]:
        """The step in force and the uprating to multiply it by, found once: figures do not change."""
        if (name, year) not in self._found:
            self._found[name, year] = self._find(name, year)
        return self._found[name, year]

    def _find(self, name: str, year: int) -> tuple[Step, float]:
        entry = self.entry(name)
        self._read.add(name)
        override = self.overrides.get(name)
        if override is not None:
            steps = override.values.steps
            if steps[0].year is None or (steps[0].year <= year and not entry.each_year):
                step = override.values.step_at(year)
                uprated = override.indexed and step.year is not None
                return step, self._uprating(entry, step.year or year, year) if uprated else 1.0
            for step in steps:
                if step.year == year:
                    return step, 1.0
        return self._official(entry, year)

    def _official(self, entry: Entry, year: int) -> tuple[Step, float]:
        steps = entry.values.steps
        last = steps[-1].year
        if last is None:
            return steps[0], 1.0
        if year < (steps[0].year or 0):
            first = format_financial_year(steps[0].year or 0)
            raise InputError(f"{entry.name} has no value for {format_financial_year(year)}: the first is for {first}")
        rule = entry.long_run
        if year <= last or rule is None or rule.hold:
            return entry.values.step_at(year), 1.0
        if rule.value is None:
            return steps[-1], self._uprating(entry, last, year)
        reached = last + 1 if rule.from_year is None else rule.from_year
        start = self.value(entry.name, last)
        share = min((year - last) / (reached - last), 1.0)
        return Step(year, start + (rule.value - start) * share if share < 1.0 else rule.value), 1.0

    def growth_of(self, entry: Entry) -> str | None:
        """The growth series that raises a figure after its last dated value; None when none does."""
        growth = entry.long_run.uprate_by if entry.long_run else None
        fixed = not entry.policy or (entry.long_run is not None and entry.long_run.always)
        return PRICES if self.uprating == "prices" and not fixed and growth == EARNINGS else growth

    def _uprating(self, entry: Entry, from_year: int, to_year: int) -> float:
        growth = self.growth_of(entry)
        if entry.long_run is None or growth is None:
            return 1.0
        lag = entry.long_run.lag
        return float(np.prod(1.0 + self.series(growth, range(from_year + 1 - lag, to_year + 1 - lag))))


def load_parameters(
    overrides: Mapping[str, Any] | None = None,
    places: Mapping[KeyPath, Place] | None = None,
    uprating: Uprating = "earnings",
) -> Parameters:
    """The official figures with a scenario's overrides: name to number, range, or dated series.

    Keys of a dated series are financial years, dates on which one starts (2029-04-01, 2029-04-06), or, for a
    figure of each year, spans (2029-30 to 2031-32). `places` gives the place of each override by its keys.
    Raises InputError holding every problem; an override that changes nothing is named in `warnings`.
    """
    return apply_overrides(official_entries(FOLDER), overrides or {}, places or {}, uprating)


def apply_overrides(
    entries: Mapping[str, Entry],
    overrides: Mapping[str, Any],
    places: Mapping[KeyPath, Place],
    uprating: Uprating = "earnings",
) -> Parameters:
    """`load_parameters` for given official entries."""
    problems: list[Problem] = []
    accepted: dict[str, Override] = {}
    for name, value in overrides.items():
        place = place_of(places, (name,))
        if name not in entries:
            problems.append(Problem(f"no parameter named {name!r}", place, nearest=nearest(name, entries)))
            continue
        override, faults = read_override(entries[name], value)
        for fault in faults:
            at = place_of(places, (name, *fault.path))
            problems.append(
                Problem(
                    f"parameters.{name}: {fault.message}",
                    at,
                    fault.found,
                    with_hint(fault.expected, fault.found),
                    fault.nearest,
                )
            )
        if override is not None and not faults:
            accepted[name] = override._replace(place=place)
    if problems:
        raise InputError(problems)
    official, changed = Parameters(entries, uprating=uprating), Parameters(entries, accepted, uprating=uprating)
    warnings = [text for name in accepted for text in _no_change_warnings(official, changed, name)]
    return Parameters(entries, accepted, tuple(warnings), uprating)


def read_override(entry: Entry, value: Any) -> tuple[Override | None, list[Fault]]:
    """Read a scenario's value for an official figure; faults say what is wrong with it."""
    if entry.unit == "financial year":
        try:
            return Override(Quantity.of(float(to_financial_year(value)))), []
        except ValueError:
            return None, [Fault((), "not a financial year", describe(value), "a year such as 2029-30")]
    faults: list[Fault] = []
    indexed = True
    written: dict[str, Any] = {}  # canonical year to the key as written, for the place of a fault
    if isinstance(value, Mapping):
        parts: dict[Any, Any] = {}
        for key, part in value.items():
            if key == "indexation":
                indexed = False
                if part != "none" or entry.long_run is None or entry.long_run.uprate_by is None:
                    faults.append(
                        Fault((key,), "wrong indexation", describe(part), "none, on a figure that is uprated")
                    )
                continue
            for year_key in _years_of_key(entry, key, faults):
                if year_key in parts:
                    faults.append(Fault((key,), f"{year_key} is given twice"))
                parts[year_key] = part
                written[year_key] = key
        value = parts
        if faults:
            return None, faults
    quantity, faults = parse_quantity(value)
    if quantity is None:
        return None, [fault._replace(path=_as_written(fault.path, written)) for fault in faults]
    if not indexed and not quantity.is_dated:
        return None, [Fault(("indexation",), "indexation needs dated values")]
    limited = limit_faults(quantity, entry.limits(), ())
    return Override(quantity, indexed), [fault._replace(path=_as_written(fault.path, written)) for fault in limited]


def _as_written(path: tuple[Any, ...], written: Mapping[str, Any]) -> tuple[Any, ...]:
    return (written.get(path[0], path[0]), *path[1:]) if path else path


def _years_of_key(entry: Entry, key: Any, faults: list[Fault]) -> list[Any]:
    """The canonical years a key of a dated override stands for; keys that are not dates pass through."""
    text = str(key)
    date = _DATE.fullmatch(text)
    if date:
        if (date[2], date[3]) in (("04", "01"), ("04", "06")):
            return [format_financial_year(int(date[1]))]
        faults.append(Fault((key,), "not the start of a financial year", text, "1 April or 6 April"))
        return []
    if " to " in text:
        try:
            years = parse_years(text)
        except ValueError as error:
            faults.append(Fault((key,), str(error), expected="a span such as 2029-30 to 2031-32"))
            return []
        if not entry.each_year or len(years) > 200:
            faults.append(Fault((key,), f"{entry.name} holds from a year until the next", text, "a single year"))
            return []
        return [format_financial_year(year) for year in years]
    try:
        return [format_financial_year(to_financial_year(key))]
    except ValueError:
        return [key]


def _no_change_warnings(official: Parameters, changed: Parameters, name: str) -> list[str]:
    """One warning for each step of an override that leaves the figure as it was in every year it holds."""
    entry, override = official.entry(name), changed.overrides[name]
    steps = override.values.steps
    first, last = entry.values.steps[0].year, max(entry.values.steps[-1].year or 0, steps[-1].year or 0)
    horizon = last + _HORIZON
    ends = [step.year or 0 for step in steps[1:]] + [horizon]
    warnings = []
    for step, end in itertools.zip_longest(steps, ends):
        if step.low is not None or step.high is not None or step.sd is not None:
            continue
        start = max((first or 0) if step.year is None else step.year, first or 0)
        years = [start] if first is None or (entry.each_year and step.year is not None) else range(start, end)
        if all(official.value(name, year) == changed.value(name, year) for year in years):
            when = "" if step.year is None else f" from {format_financial_year(step.year)}"
            at = f"{override.place}: " if override.place else ""
            value = format_financial_year(int(step.central)) if entry.unit == "financial year" else f"{step.central:g}"
            warnings.append(f"{at}parameters.{name}{when} changes nothing: it is {value} already")
    return warnings


@functools.cache
def official_entries(folder: Path) -> Mapping[str, Entry]:
    """Every entry of the YAML files in a folder, by name. Raises InputError holding every problem."""
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        source = read_yaml(path)
        for name, value in source.values.items():
            place = source.places[(name,)]
            if name in entries:
                problems.append(Problem(f"the parameter {name!r} is defined twice", place))
                continue
            try:
                entries[name] = read_params(Entry, {**_with_values(value), "name": name})
            except (ValidationError, ValueError, TypeError) as error:
                problems.append(Problem(f"the parameter {name!r} is not usable: {error}", place))
    for entry in entries.values():
        growth = entry.long_run.uprate_by if entry.long_run else None
        if growth is not None and (growth not in entries or not entries[growth].each_year):
            problems.append(Problem(f"{entry.name} is uprated by {growth!r}", expected="the name of a growth series"))
    if problems:
        raise InputError(problems)
    return entries


def _with_values(value: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its timeless `value` under the name `values`, a year as a number."""
    entry = dict(value)
    if "value" in entry:
        timeless = entry.pop("value")
        entry["values"] = to_financial_year(timeless) if entry.get("unit") == "financial year" else timeless
    return entry
