"""Makes the people of England, a block at a time, at any scale.

A population at scale 1-in-K is its own population: every K-th place along the fitted joint table, which is ordered by
local authority, age, sex, qualification and work status, so that every margin is met almost exactly. A block is a pure
function of (the population's digest, seed, sample, block number): a few local authorities that follow one another, or
an even share of one large authority, with rows for its residents and for everyone who will arrive in later years:
people turning 16, and immigrants. Nothing depends on which blocks are made, in what order, or by which thread.

Where the population has a survey, its people are the residents, at their own weights and a household whole in one
block; arrivals are drawn as ever, each standing for as many as a respondent does on average.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from microsim.errors import InputError, Problem
from microsim.kernels.float32 import normal_draws
from microsim.kernels.jit import compile_driver
from microsim.kernels.random import BIRTH, CAPABILITY, random_words
from microsim.population.columns import RANDOM_GROUPS
from microsim.population.describe import count_people
from microsim.population.flows import Flows, cohort_flows
from microsim.population.people import ENTRY_AGE, LAST_AGE, QUALIFICATIONS, WORK_STATUSES, People
from microsim.population.source import ROOMS, Population

BLOCK_ROWS = 16_384
SMALLEST_SHARE = 1e-5  # 1 in 100,000: some 480 people
RESIDENT, TURNS_16, IMMIGRANT = range(3)
ORIGINS = "RSI"  # resident at the reference date, sixteen later, immigrant
_AREA_SHIFT, _ORIGIN_SHIFT = 34, 32
_NUMBER = re.compile("[0-9]{1,9}")
MONTHS_BEFORE_MID_YEAR = 3  # from 1 April to 30 June
_OPEN_AGE = 90  # the published tables end in "90 and over"
_STATES = len(QUALIFICATIONS) * len(WORK_STATUSES)


class Slice(NamedTuple):
    """A block's share of one local authority: every `step`-th life from number `first`; of a survey's, household."""

    area: int
    first: int
    step: int


class Block(NamedTuple):
    """Rows, and how many of them (from the top) have been present by each year (index 0: before the first year)."""

    people: People
    present: np.ndarray  # int64 [years + 1]


def person_name(identity: int, area_codes: Sequence[str]) -> str:
    """The written name of a person, such as `E08000025-R1234`: first authority, origin, number in it."""
    area, origin, number = identity >> _AREA_SHIFT, (identity >> _ORIGIN_SHIFT) & 3, identity & 0xFFFFFFFF
    return f"{area_codes[area]}-{ORIGINS[origin]}{number}"


def person_identity(name: str, area_codes: Sequence[str]) -> int:
    """The number of the person with that written name. Raises InputError when it is not a person's name."""
    code, _, rest = name.partition("-")
    number = rest[1:]
    if code not in area_codes or rest[:1] not in tuple(ORIGINS) or not _NUMBER.fullmatch(number):
        raise InputError(Problem(f"not a person: {name}", expected=f"a name such as {area_codes[0]}-R1"))
    return (list(area_codes).index(code) << _AREA_SHIFT) | (ORIGINS.index(rest[0]) << _ORIGIN_SHIFT) | int(number)


@dataclass(frozen=True)
class Sample:
    """The people of a population at one scale and seed, for the years up to `last_year`.

    Blocks are the same whatever `last_year` is: who lives together in one decides who can meet.
    """

    population: Population
    share: float  # of England, above 0 and at most 1
    seed: int
    last_year: int
    block_rows: int = BLOCK_ROWS

    def __post_init__(self) -> None:
        """Raises InputError for a share or a seed that cannot be used."""
        if not SMALLEST_SHARE <= self.share <= 1.0:
            expected = f"between {SMALLEST_SHARE:g} and 1"
            raise InputError(Problem("sample: share of people out of range", None, f"{self.share:g}", expected))
        if not 0 <= self.seed < 2**32:
            raise InputError(Problem("seed out of range", None, str(self.seed), "between 0 and 4294967295"))

    @property
    def weight(self) -> int:
        """Thousandths of a person that each simulated person stands for: a whole number of people, 1 in K.

        With a survey, what each arrival stands for, and a respondent on average.
        """
        return self.population.survey.mean_weight if self.population.survey else 1000 * round(1 / self.share)

    @property
    def noise_weight(self) -> float:
        """Thousandths each person stands for in an equally weighted sample with the same sampling error."""
        survey = self.population.survey
        return float(survey.weight.sum()) / survey.effective_people if survey else float(self.weight)

    @property
    def size(self) -> str:
        """How large the sample is, in words."""
        survey = self.population.survey
        return f"{len(survey.age):,} respondents" if survey else f"1 in {self.weight // 1000:,}"

    def rounding(self) -> tuple[str, ...]:
        """A warning where the share is not 1 in a whole number, and the nearest that is was taken."""
        if self.population.survey:
            return ()
        number = self.weight // 1000
        if abs(self.share * number - 1.0) < 1e-6:
            return ()
        return (f"sample: {self.share:g} is taken as 1 in {number:,}",)

    @property
    def years(self) -> range:
        """All the years that are lived, from the population's first."""
        return range(self.population.first_year, self.last_year + 1)

    @cached_property
    def flows(self) -> Flows:
        return cohort_flows(self.population, self.population.last_year)

    @cached_property
    def _area_totals(self) -> np.ndarray:
        """Residents of each area at the reference date."""
        by_area = self.population.joint.reshape(len(self.population.area_codes), -1)
        result: np.ndarray = by_area.sum(axis=1, dtype=np.int64)
        return result

    @cached_property
    def _area_offsets(self) -> np.ndarray:
        return np.concatenate([[0], np.cumsum(self._area_totals)])

    @cached_property
    def _offset(self) -> int:
        """Where along the joint table the first sampled thousandth lies; it moves with the seed."""
        return int(np.random.Philox(key=self.seed).random_raw() % self.weight)

    @cached_property
    def _arrivals(self) -> tuple[_ArrivalTable, _ArrivalTable]:
        return _entrant_table(self), _immigrant_table(self)

    @cached_property
    def _starts(self) -> np.ndarray:
        """Where each area's arrivals start between two places, [areas, 2], evenly spread over areas."""
        golden = 0.6180339887498949
        first = np.arange(len(self.population.area_codes)) * golden + self._offset / self.weight
        return np.stack([first % 1.0, (first * golden + 0.5) % 1.0], axis=1)

    @cached_property
    def lives(self) -> np.ndarray:
        """How many people are simulated up to the population's last year, [areas, 3 origins]."""
        first, last = self._area_offsets[:-1], self._area_offsets[1:]
        survey = self.population.survey
        counts = [np.diff(survey.first) if survey else self._places_before(last) - self._places_before(first)]
        shares = (self.population.young_share, self.population.immigration_share)
        for column, (table, share) in enumerate(zip(self._arrivals, shares, strict=True)):
            expected = share / share.sum() * table.total * 1000.0 / self.weight
            counts.append(np.floor(expected + self._starts[:, column]).astype(np.int64))
        return np.stack(counts, axis=1)

    def _places_before(self, place: np.ndarray) -> np.ndarray:
        """How many sampled people stand before a place in the joint table."""
        return -((self._offset - place * 1000) // self.weight)

    @cached_property
    def blocks(self) -> tuple[tuple[Slice, ...], ...]:
        """The slices of each block: areas in order, grouped up to `block_rows` lives, large areas dealt out evenly."""
        blocks: list[tuple[Slice, ...]] = []
        group: list[Slice] = []
        rows = 0
        for area, lives in enumerate(self.lives.sum(axis=1).tolist()):
            if group and rows + lives > self.block_rows:
                blocks.append(tuple(group))
                group, rows = [], 0
            if lives > self.block_rows:
                step = self._shares(area, lives)
                blocks.extend((Slice(area, first, step),) for first in range(step))
            elif lives:
                group.append(Slice(area, 0, 1))
                rows += lives
        if group:
            blocks.append(tuple(group))
        return tuple(blocks)

    def _shares(self, area: int, lives: int) -> int:
        """Into how many blocks a large area is dealt: none of them may have more than `block_rows` lives."""
        step = -(-lives // self.block_rows)
        while max(sum(len(rows) for rows in self._dealt(Slice(area, first, step))) for first in range(step)) > (
            self.block_rows
        ):
            step += 1
        return step

    def _dealt(self, piece: Slice) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Numbers of the lives in a slice, by origin."""
        residents, entrants, immigrants = (
            np.arange(piece.first, lives, piece.step, dtype=np.int64) for lives in self.lives[piece.area]
        )
        survey = self.population.survey
        if survey:
            residents = survey.numbers(*piece)
        return residents, entrants, immigrants

    def identity_of(self, name: str) -> int:
        """The number of the person with a written name, or whom the survey calls `name`. Raises InputError."""
        survey = self.population.survey
        if survey and name in survey.names:
            area, number = survey.area_and_number(survey.names[name])
            return (area << _AREA_SHIFT) | (RESIDENT << _ORIGIN_SHIFT) | number
        return person_identity(name, self.population.area_codes)

    def block_of(self, identity: int) -> int:
        """The number of the block that a person is in. Raises InputError when nobody has that number."""
        area, origin, number = identity >> _AREA_SHIFT, (identity >> _ORIGIN_SHIFT) & 3, identity & 0xFFFFFFFF
        name = person_name(identity, self.population.area_codes)
        if number >= self.lives[area, origin]:
            expected = f"a number below {self.lives[area, origin]} in this sample"
            raise InputError(Problem(f"nobody is called {name}", found=str(number), expected=expected))
        for index, slices in enumerate(self.blocks):
            for part in slices:
                if part.area == area and number in self._dealt(part)[origin]:
                    return index
        raise InputError(Problem(f"nobody is called {name}"))

    def make(self, number: int) -> Block:
        """Make block `number`."""
        parts = [
            rows
            for piece in self.blocks[number]
            for origin, numbers in enumerate(self._dealt(piece))
            if (rows := self._part(piece.area, origin, numbers)) is not None
        ]
        columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        order = np.lexsort((columns["id"], columns["sex"], columns["cohort"], columns["entry_year"]))
        order = order[columns["entry_year"][order] <= self.last_year]
        people = People.empty(len(order))
        for name, values in columns.items():
            getattr(people, name)[:] = values[order]
        years = np.concatenate([[0], np.asarray(self.years)])
        present = np.searchsorted(people.entry_year, years, side="right").astype(np.int64)
        for room, module in ROOMS.items():
            fitted = getattr(self.population, room)
            module.assign(people, int(present[0]), fitted, self.seed, self.population.reference_year)
        if self.population.survey:
            residents = int(present[0])
            identity = people.id[:residents].astype(np.int64)
            area = identity >> _AREA_SHIFT
            respondent = self.population.survey.first[area] + (identity & 0xFFFFFFFF)
            self.population.survey.settle(people, residents, respondent, area, self.population.health)
        people.random_group[:] = random_groups(people.id[people.household])
        return Block(people, present)

    def residents_by_cell(self) -> np.ndarray:
        """People resident at the reference date, on the axes of the population's joint table, float64."""
        blocks = [(block.people, block.present[0]) for block in self]
        people = People(
            *(np.concatenate([people[at][:rows] for people, rows in blocks]) for at in range(len(People._fields)))
        )
        age = self.population.reference_year - people.cohort - (people.birth_month >= MONTHS_BEFORE_MID_YEAR)
        counts: np.ndarray = count_people(
            self.population,
            people.area,
            age,
            people.sex,
            people.qualification,
            people.work_status,
            people.weight / 1000.0,
        )
        return counts

    def __iter__(self) -> Iterator[Block]:
        return (self.make(number) for number in range(len(self.blocks)))

    def _part(self, area: int, origin: int, numbers: np.ndarray) -> dict[str, np.ndarray] | None:
        """The rows of one origin with `numbers` in an area, as columns; None where there are none."""
        if not len(numbers):
            return None
        identity = (area << _AREA_SHIFT) | (origin << _ORIGIN_SHIFT) | numbers
        words, capability = np.empty((2, 4, len(numbers)), np.uint32)
        persistent = np.empty(len(numbers), np.float32)
        compile_driver(birth_draws)(words, capability, persistent, identity.astype(np.uint64), self.seed)
        weight = np.full(len(numbers), self.weight)
        if origin == RESIDENT:
            survey = self.population.survey
            if survey:
                respondent = survey.first[area] + numbers
                age, sex, state = survey.age[respondent], survey.sex[respondent], survey.state[respondent]
                weight = survey.weight[respondent]
                known = survey.lasting[respondent]
                persistent = np.where(np.isnan(known), persistent, known)
            else:
                age, sex, state = self._residents(area, numbers)
            month = (words[0].astype(np.uint64) * 12 >> 32).astype(np.int64)
            cohort = self.population.reference_year - age - (month >= MONTHS_BEFORE_MID_YEAR)
            cohort = np.where(age < _OPEN_AGE, cohort, cohort - self._years_past_90(words[1], sex))
            entry = np.zeros(len(numbers), np.int64)
        else:
            table = self._arrivals[origin - 1]
            share = (self.population.young_share, self.population.immigration_share)[origin - 1]
            part = share[area] / share.sum() * table.total
            start = self._starts[area, origin - 1]
            places = (numbers + 1 - start) * (self.weight / 1000.0) / part
            cell = np.minimum(np.searchsorted(table.edges, places, side="left"), len(table.edges) - 1)
            entry, age, sex = table.entry[cell], table.age[cell], table.sex[cell]
            first_month = np.where(
                (origin == TURNS_16) & (entry == self.population.first_year), MONTHS_BEFORE_MID_YEAR, 0
            )
            month = first_month + (words[0].astype(np.uint64) * (12 - first_month).astype(np.uint64) >> 32).astype(int)
            cohort = entry - age - 1
            state = self._states_on_arrival(words[2], age, sex)
        return {
            "id": identity.astype(np.uint64), "weight": weight, "cohort": cohort, "birth_month": month, "sex": sex,
            "entry_year": entry, "resident": np.full(len(numbers), origin == RESIDENT),
            "area": np.full(len(numbers), area),
            "qualification": state // len(WORK_STATUSES), "work_status": state % len(WORK_STATUSES),
            "persistent": persistent,
        }  # fmt: skip

    def _residents(self, area: int, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Published age, sex and qualification x status of an area's residents by their number in it."""
        first = int(self._area_offsets[area])
        before = int(self._places_before(np.asarray(first)))
        places = (self._offset + (before + numbers) * self.weight) // 1000 - first
        cells = np.searchsorted(np.cumsum(self.population.joint[area].reshape(-1)), places, side="right")
        age_sex, state = cells // _STATES, cells % _STATES
        return age_sex // 2 + ENTRY_AGE, age_sex % 2, state

    def _years_past_90(self, word: np.ndarray, sex: np.ndarray) -> np.ndarray:
        edges = np.cumsum(self.population.old_age, axis=1)[:, :-1]
        draw = word * 2.0**-32
        return np.where(sex == 0, np.searchsorted(edges[0], draw), np.searchsorted(edges[1], draw))

    @cached_property
    def _arrival_states(self) -> np.ndarray:
        """Cumulative national shares of qualification x status by age and sex, flat [ages x 2 x states], rising."""
        counts = self.population.joint.sum(axis=0, dtype=np.int64).reshape(-1, _STATES)
        cumulative = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
        result: np.ndarray = (cumulative + np.arange(len(counts))[:, None]).reshape(-1)
        return result

    def _states_on_arrival(self, word: np.ndarray, age: np.ndarray, sex: np.ndarray) -> np.ndarray:
        row = (np.minimum(age, _OPEN_AGE) - ENTRY_AGE) * 2 + sex
        cell = np.searchsorted(self._arrival_states, row + word * 2.0**-32, side="right")
        return np.clip(cell - row * _STATES, 0, _STATES - 1)


class _ArrivalTable(NamedTuple):
    """National arrivals laid end to end: `edges` are cumulative shares after each cell; `total` is in people."""

    total: float
    edges: np.ndarray
    entry: np.ndarray
    age: np.ndarray
    sex: np.ndarray


def _arrival_table(counts: np.ndarray, first_year: int, first_age: int) -> _ArrivalTable:
    """From expected counts [years, ages, 2]."""
    cell = np.flatnonzero(counts.reshape(-1) > 0)
    cumulative = np.cumsum(counts.reshape(-1)[cell])
    year, age, sex = np.unravel_index(cell, counts.shape)
    total = float(cumulative[-1])
    return _ArrivalTable(total, cumulative / total, year + first_year, age + first_age, sex)


def _entrant_table(sample: Sample) -> _ArrivalTable:
    return _arrival_table(sample.flows.entrants[:, None, :], sample.population.first_year, ENTRY_AGE)


def _immigrant_table(sample: Sample) -> _ArrivalTable:
    return _arrival_table(sample.flows.arrivals, sample.population.first_year, 0)


def random_groups(identity: np.ndarray) -> np.ndarray:
    """The random group of each number (uint64) of a household's head: uint8, by the mixing of SplitMix64."""
    mixed = identity + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed >> np.uint64(32)) % np.uint64(RANDOM_GROUPS)).astype(np.uint8)


def birth_draws(words, capability_words, persistent, identity, seed):
    """The draws that make a person: `words` (group BIRTH), and lasting earning power and spare words (CAPABILITY)."""
    count = identity.size
    random_words(words, identity, seed, 0, 0, BIRTH, count)
    random_words(capability_words, identity, seed, 0, 0, CAPABILITY, count)
    normal_draws(capability_words[0], persistent, count)


assert LAST_AGE < 128
