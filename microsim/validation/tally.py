"""Lives a baseline and counts what the statistics need, a block at a time.

Every count is by a few groups, so memory does not grow with the population. People are lived by the compiled driver of
every run, a year at a time; deaths are drawn again on a copy, from the same words, to tell them from departures.
Counts are in thousandths of a person (int64) unless said otherwise. Ages are whole years on 1 April.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from microsim.dynamics.ageing import grow_older
from microsim.dynamics.mortality import die
from microsim.engine.ledger import Ledger
from microsim.engine.run import REPLICATE, Programme
from microsim.kernels.jit import compile_driver
from microsim.kernels.random import DEMOGRAPHY, random_words
from microsim.population.blocks import MONTHS_BEFORE_MID_YEAR, Block
from microsim.population.columns import EMPLOYEE, LAST_AGE, PAY_BANDS
from microsim.population.people import ENTRY_AGE, People
from microsim.population.people import LAST_AGE as OLDEST
from microsim.validation.estimates import add as _add
from microsim.validation.pay_bins import BINS, PAY_YEAR, pay_bin, year_in_job
from microsim.validation.rooms import ROOMS

AREA_YEAR = 2026  # 1 April 2026: when work is counted by area, beside the labour market statistics of that spring
CHANGE_YEARS = range(2026, 2031)  # yearly changes of work and area are those up to 1 April of these years
PANEL_YEARS = range(2026, 2032)  # pay of the same people, for its changes
FIVE = 5
PANEL_AGES = (25, 59)
MALE = 1


@dataclass(frozen=True)
class Tally:
    """The counts of one baseline. `ages` axes run from 16 to 110, those called `to_90` from 16 to 90 and over."""

    programme: Programme
    ledger: Ledger
    drawn: np.ndarray  # [area, age to_90 at mid-2024, sex, qualification, status], at the reference date
    status: np.ndarray  # [year, age, sex, status], residents on 1 April
    status_area: np.ndarray  # [area, age to_90, sex, status], on 1 April of AREA_YEAR
    public: np.ndarray  # [region], public sector employees on 1 April of AREA_YEAR
    deaths: np.ndarray  # [year, age a year before, sex], in the year that ends on 1 April
    departures: np.ndarray  # [year, age, sex], likewise
    arrivals: np.ndarray  # [year, age, sex], immigrants, likewise
    changes: np.ndarray  # [age to_90 a year before, sex, from status, to status], over CHANGE_YEARS
    moves: np.ndarray  # [from region, to region], people resident at both ends of a year, over CHANGE_YEARS
    area_moves: np.ndarray  # [2], people in CHANGE_YEARS who stayed in their local authority, and who moved
    pay: np.ndarray  # [region, band of PAY_BANDS, sex, private or public, bin], employees of PAY_YEAR a year in the job
    rooms: dict[str, Any]  # what each room of ROOMS counts
    panel: dict[str, list[np.ndarray]] = field(default_factory=dict, init=False)  # sums over people, see `_add_panel`

    @classmethod
    def empty(cls, programme: Programme) -> Tally:
        """A tally of nothing for the people and years of a programme."""
        joint = programme.sample.population.joint.shape
        areas, ages, sexes, _, states = joint
        years, single = len(programme.sample.years), OLDEST - ENTRY_AGE + 1
        regions = len(programme.sample.population.region_codes)
        by_year = (years, single, sexes)
        shapes = (
            joint, (*by_year, states), (areas, ages, sexes, states), (regions,), by_year, by_year, by_year,
            (ages, sexes, states, states), (regions, regions), (2,), (regions, len(PAY_BANDS), sexes, 2, BINS),
        )  # fmt: skip
        rooms = {room.__name__: room.start(programme) for room in ROOMS.values()}
        counts: list[Any] = [np.zeros(shape, np.int64) for shape in shapes]
        return cls(programme, programme.ledger(), *counts, rooms)  # type: ignore[call-arg]

    @property
    def weight(self) -> float:
        """People that each simulated person stands for, as far as the sampling error goes."""
        return self.programme.sample.noise_weight / 1000.0

    def index(self, year: int) -> int:
        """The place of a financial year among the years lived."""
        return year - self.programme.sample.years[0]


def take_tally(programme: Programme, progress: Callable[[int, int], None] | None = None) -> Tally:
    """Live every block of a programme without measures and count. `progress` is called with (blocks done, all)."""
    tally = Tally.empty(programme)
    drivers = programme.driver(), compile_driver(draw_deaths)
    blocks = programme.sample.blocks
    for number in range(len(blocks)):
        _add_block(tally, programme.sample.make(number), *drivers)
        if progress is not None:
            progress(number + 1, len(blocks))
    return tally


def draw_deaths(people, age_sex, words, tables, keys, index, already):  # type: ignore[no-untyped-def]
    """The deaths of a year alone, as `live_year` draws them first: `people.resident` becomes 0."""
    year = tables.first_year + index
    grow_older(people, age_sex, year, already)
    random_words(words, people.id, keys[0], keys[1], year, DEMOGRAPHY, already)
    die(people, age_sex, tables.death[index], words, already)


def _add_block(tally: Tally, block: Block, live: Any, deaths: Any) -> None:
    programme, people = tally.programme, block.people
    sample, tables = programme.sample, programme.tables
    scratch = programme.scratch(len(people.id))
    shared, _ = scratch
    panel: list[np.ndarray] = []
    _add_drawn(tally, people, int(block.present[0]))
    for index, year in enumerate(sample.years):
        start = people.copy()
        alive = start._replace(resident=start.resident.copy())
        with np.errstate(over="ignore"):  # only matters with the compiler switched off: words wrap around by design
            deaths(
                alive, shared.groups.age_sex, shared.words, tables, (sample.seed, REPLICATE), index,
                block.present[index],
            )  # fmt: skip
        programme.live(live, block, (), (index, index + 1), scratch, tally.ledger)
        age = np.clip(year - people.cohort - 1, 0, OLDEST)
        _add_state(tally, index, people, age)
        _add_flows(tally, index, (start, alive, people), age)
        if year == AREA_YEAR:
            _add_areas(tally, people, age)
        if year in CHANGE_YEARS:
            _add_changes(tally, start, people, age)
        if year == PAY_YEAR:
            _add_pay(tally, start, people, age, float(tables.earnings.growth[index]))
        for room in ROOMS.values():
            room.count(tally.rooms[room.__name__], start, people, year, age)
        if year in PANEL_YEARS:
            panel.append(_log_pay(people, float(tables.earnings.growth[index])))
    if len(panel) == len(PANEL_YEARS):
        _add_panel(tally, people, panel)


def _to_90(age: np.ndarray) -> np.ndarray:
    return np.clip(age, ENTRY_AGE, LAST_AGE) - ENTRY_AGE


def _row(age: np.ndarray) -> np.ndarray:
    return np.clip(age, ENTRY_AGE, OLDEST) - ENTRY_AGE


def _add_drawn(tally: Tally, people: People, residents: int) -> None:
    """The people of the reference date, by their age at mid-year."""
    age = tally.programme.sample.population.reference_year - people.cohort
    age = age - (people.birth_month >= MONTHS_BEFORE_MID_YEAR)
    here = np.arange(len(people.id)) < residents
    _add(
        tally.drawn, here, people.weight, people.area, _to_90(age), people.sex, people.qualification, people.work_status
    )


def _add_state(tally: Tally, index: int, people: People, age: np.ndarray) -> None:
    _add(tally.status[index], people.resident == 1, people.weight, _row(age), people.sex, people.work_status)


def _add_flows(tally: Tally, index: int, states: tuple[People, People, People], age: np.ndarray) -> None:
    """The same rows at the start of a year, after its deaths and at its end."""
    start, alive, people = (one.resident == 1 for one in states)
    sex, weight = states[0].sex, states[0].weight
    _add(tally.deaths[index], start & ~alive, weight, _row(age - 1), sex)
    _add(tally.departures[index], alive & ~people, weight, _row(age), sex)
    _add(tally.arrivals[index], ~start & people & (age > ENTRY_AGE), weight, _row(age), sex)


def _add_areas(tally: Tally, people: People, age: np.ndarray) -> None:
    here = people.resident == 1
    _add(tally.status_area, here, people.weight, people.area, _to_90(age), people.sex, people.work_status)
    region = tally.programme.sample.population.area_region[people.area]
    _add(tally.public, here & (people.public == 1), people.weight, region)


def _add_changes(tally: Tally, start: People, people: People, age: np.ndarray) -> None:
    """Changes of status and area over a year, of those resident at both its ends."""
    stayed, weight = (start.resident == 1) & (people.resident == 1), people.weight
    _add(tally.changes, stayed, weight, _to_90(age - 1), people.sex, start.work_status, people.work_status)
    region = tally.programme.sample.population.area_region
    _add(tally.moves, stayed, weight, region[start.area], region[people.area])
    _add(tally.area_moves, stayed, weight, start.area != people.area)


def _add_pay(tally: Tally, start: People, people: People, age: np.ndarray, index: float) -> None:
    """Employees who have been a year in the job, by pay in money of the pay table's year."""
    paid = year_in_job(start, people)
    cell = pay_bin(people, paid, index)
    band = np.searchsorted([band.first for band in PAY_BANDS], age, side="right") - 1
    region = tally.programme.sample.population.area_region[people.area]
    _add(tally.pay, paid, people.weight, region, band, people.sex, people.public, cell)


def _log_pay(people: People, index: float) -> np.ndarray:
    """Log pay of employees in money of the pay table's year; NaN for everybody else."""
    paid = (people.resident == 1) & (people.work_status == EMPLOYEE) & (people.pay > 0)
    log: np.ndarray = np.where(paid, np.log(np.where(paid, people.pay, 1.0).astype(np.float64) / index), np.nan)
    return log


def _add_panel(tally: Tally, people: People, log_pay: list[np.ndarray]) -> None:
    """Sums over men aged 25 to 59 in the first year of PANEL_YEARS.

    "1" and "5": the number of changes of log pay over one and five years, and sums of their powers 1 to 4. "lagged":
    number, sums of a change and of the change two years on, of their squares and their product.
    """
    age = PANEL_YEARS[0] - people.cohort - 1
    men = (people.sex == MALE) & (age >= PANEL_AGES[0]) & (age <= PANEL_AGES[1])
    pay = [one[men] for one in log_pay]
    yearly = [after - before for before, after in pairwise(pay)]
    _add_powers(tally, "1", np.concatenate(yearly))
    _add_powers(tally, "5", pay[FIVE] - pay[0])
    now, later = np.concatenate(yearly[:-2]), np.concatenate(yearly[2:])
    both = np.isfinite(now) & np.isfinite(later)
    now, later = now[both], later[both]
    sums = [len(now), now.sum(), later.sum(), (now**2).sum(), (later**2).sum(), (now * later).sum()]
    tally.panel.setdefault("lagged", []).append(np.array(sums))


def _add_powers(tally: Tally, name: str, change: np.ndarray) -> None:
    known = change[np.isfinite(change)]
    tally.panel.setdefault(name, []).append(np.array([(known**power).sum() for power in range(5)]))
