"""The groups of people that results are published by, as data, where a person's group can be told in the year itself.

A breakdown names a grouping, which gives each person a key, and says which published group each key is part of; so
every breakdown of a sum adds up to the same total, exactly. Groups that depend on everybody (tenths) are formed later,
as unions of bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.columns import COMMUNAL, EMPLOYER_SIZES, INDUSTRIES, NOT_IN_WORK
from microsim.population.margins import Areas
from microsim.population.people import (
    AGE_SEX_KEYS,
    ENTRY_AGE,
    ETHNICITIES,
    LAST_AGE,
    NOBODY,
    QUALIFICATIONS,
    SEXES,
    WORK_STATUSES,
)
from microsim.population.source import Population
from microsim.taxes.traits import is_young

AGE_BANDS = ((16, 24), (25, 34), (35, 39), (40, 44), (45, 54), (55, 59), (60, 66), (67, LAST_AGE))
DISABILITY = ("not_disabled", "disabled")
# As in Households Below Average Income: a family is one adult or a couple with the children in their care, of whom are
# also those of 16 to 19 at school or college who live with it; it is a pensioner family when one of the adults is over
# State Pension age.
FAMILY_TYPES = (
    "single", "single_with_children", "couple", "couple_with_children", "single_pensioner", "pensioner_couple",
    "communal",
)  # fmt: skip
NO_COMBINED_AUTHORITY = "no combined authority"
# Majority rural: most people live in rural areas; the others by smaller parts (2021 Rural Urban Classification).
RURAL_URBAN = ("Urban", "Intermediate urban", "Intermediate rural", "Majority rural")
# Of local authorities by their average, not of neighbourhoods: the deprived live in every tenth.
DEPRIVATION_DECILES = ("decile 1 (most deprived)", *(f"decile {number}" for number in range(2, 10)),
                       "decile 10 (least deprived)")  # fmt: skip
_EMPLOYERS = len(INDUSTRIES) * len(EMPLOYER_SIZES)
_NOBODY = np.int32(NOBODY)
_COMMUNAL = np.uint8(COMMUNAL)
_IN_COMMUNAL = np.uint8(FAMILY_TYPES.index("communal"))
_PENSIONER = np.uint8(FAMILY_TYPES.index("single_pensioner"))
_ZERO, _ONE, _TWO = np.uint8(0), np.uint8(1), np.uint8(2)
_CARES, _OVER = np.uint8(1), np.uint8(2)  # bits of what is so of a person: children in their care, over pension age
_BIT = np.uint32(1)


class Breakdown(NamedTuple):
    """`groups` are labels in order; `member` [years or 1, keys] gives the group of each key of `grouping`."""

    name: str
    grouping: str
    groups: tuple[str, ...]
    member: np.ndarray

    def sums(self, ledger: Any, line: int) -> np.ndarray:
        """A line's sums [years, groups] from a ledger's array [lines, years, keys] of that grouping."""
        cells = getattr(ledger, self.grouping)[line]
        result = np.zeros((len(cells), len(self.groups)), np.int64)
        for year, row in enumerate(cells):
            np.add.at(result[year], self.member[year % len(self.member)], row)
        return result


def _band(age: int) -> int:
    return next(index for index, (first, last) in enumerate(AGE_BANDS) if age <= last)


def _band_name(first: int, last: int) -> str:
    return f"{first}+" if last == LAST_AGE else f"{first}-{last}"


def common_breakdowns(population: Population) -> tuple[Breakdown, ...]:
    """Breakdowns of every line, by groupings that the ledger keeps; they do not depend on a measure."""
    keys = np.arange(AGE_SEX_KEYS)
    ages = np.clip(keys // 2, ENTRY_AGE, LAST_AGE)
    states = np.arange(len(QUALIFICATIONS) * len(WORK_STATUSES))
    areas = np.arange(len(population.area_codes))
    section, size = np.divmod(np.arange(_EMPLOYERS), len(EMPLOYER_SIZES))
    single_ages = tuple(str(age) for age in range(ENTRY_AGE, LAST_AGE + 1))
    bands = tuple(_band_name(*band) for band in AGE_BANDS)
    by_key: Sequence[tuple[str, str, tuple[str, ...], np.ndarray]] = (
        ("age_band", "age_sex", bands, np.array([_band(age) for age in ages])),
        ("age", "age_sex", single_ages, ages - ENTRY_AGE),
        ("sex", "age_sex", SEXES, keys % 2),
        ("region", "area", tuple(population.region_names), population.area_region),
        ("local_authority", "area", tuple(population.area_codes), areas),
        ("combined_authority", "area", *_combined_authorities(population.areas)),
        ("rural_urban", "area", *_rural_urban(population.areas)),
        ("deprivation_decile", "area", DEPRIVATION_DECILES, _deprivation_deciles(population.areas)),
        ("qualification", "qualification_status", QUALIFICATIONS, states // len(WORK_STATUSES)),
        ("work_status", "qualification_status", WORK_STATUSES, states % len(WORK_STATUSES)),
        ("industry", "employer", (*INDUSTRIES, "not_in_work"), np.where(size == NOT_IN_WORK, len(INDUSTRIES), section)),
        ("employer_size", "employer", EMPLOYER_SIZES, size),
    )
    return tuple(Breakdown(name, grouping, groups, member[None, :]) for name, grouping, groups, member in by_key)


def _combined_authorities(areas: Areas) -> tuple[tuple[str, ...], np.ndarray]:
    """Combined authorities in the order of their codes, the Greater London Authority among them, and the rest."""
    names = dict(sorted(zip(areas.combined_authority_codes, areas.combined_authority_names, strict=True)))
    places = {code: place for place, code in enumerate(code for code in names if code)}
    groups = (*(name for code, name in names.items() if code), NO_COMBINED_AUTHORITY)
    return groups, np.array([places.get(code, len(places)) for code in areas.combined_authority_codes])


def _rural_urban(areas: Areas) -> tuple[tuple[str, ...], np.ndarray]:
    """The classes without how far the next town is."""
    return RURAL_URBAN, np.array([RURAL_URBAN.index(text.split(":")[0]) for text in areas.rural_urban])


def _deprivation_deciles(areas: Areas) -> np.ndarray:
    """Local authorities, most deprived first, in tenths of about equally many people of all ages."""
    order = np.argsort(areas.deprivation_rank, kind="stable")
    people = areas.population_all_ages[order].astype(np.int64)
    tenths = np.zeros(len(order), np.int64)
    tenths[order] = len(DEPRIVATION_DECILES) * (2 * np.cumsum(people) - people) // (2 * people.sum())
    return tenths


_OF_AUTHORITIES_APART = ("local_authority", "age")  # kept, or published, elsewhere: too many groups for random groups


def gain_breakdowns(population: Population) -> tuple[Breakdown, ...]:
    """Breakdowns of gains with their simulation error: the common ones of few groups, and who people are."""
    of_people = (
        ("ethnicity", "ethnicity", ETHNICITIES), ("disability", "disabled", DISABILITY),
        ("family_type", "family_type", FAMILY_TYPES),
    )  # fmt: skip
    few = [one for one in common_breakdowns(population) if one.name not in _OF_AUTHORITIES_APART]
    own = [Breakdown(name, column, groups, np.arange(len(groups))[None, :]) for name, column, groups in of_people]
    return (*few, *own)


class FamilyRoom(NamedTuple):
    """Room to find family types in, a value for each row."""

    own: np.ndarray  # uint8, what is so of each person, as bits
    young: np.ndarray  # uint8 on the head's row, whether people of 16 to 19 count as the head's children
    rows: np.ndarray  # uint32, a list of those people

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        return cls(np.zeros(rows, np.uint8), np.zeros(rows, np.uint8), np.zeros(rows, np.uint32))


@kernel
def family_types(people, age_sex, over_pension_age, room, types, count):
    """Write the family type of each person (uint8 index into FAMILY_TYPES); children are with one of a couple.

    `over_pension_age` is uint8.
    """
    household, partner, living = people.household, people.partner, people.living
    own, young, rows = room.own, room.young, room.rows
    number = _list_young(people, age_sex, rows, count)
    young[:count] = 0
    for n in range(np.uint64(number)):
        young[household[rows[n]]] = 1
    _find_own(people.children, over_pension_age, own, count)
    for i in range(np.uint64(count)):
        couple = partner[i] != _NOBODY
        other = partner[i] if couple else np.int32(i)
        heads = (household[i] == np.int32(i)) | (household[i] == other)
        both = np.uint8(own[i] | own[other])
        cares = (both & _CARES) | np.uint8(heads & (young[household[i]] != 0))
        pensioner = (both & _OVER) != 0
        under = (_TWO if couple else _ZERO) + np.uint8(cares)
        over = _PENSIONER + (_ONE if couple else _ZERO)
        types[i] = _IN_COMMUNAL if living[i] == _COMMUNAL else (over if pensioner else under)
    for n in range(np.uint64(number)):
        types[rows[n]] = types[household[rows[n]]]


@kernel
def _list_young(people, age_sex, rows, count):
    """List residents of 16 to 19 who count as children of the head of their household; returns how many."""
    living, study, resident = people.living, people.study, people.resident
    number = 0
    for i in range(np.uint64(count)):
        rows[number] = i
        number += int((resident[i] != 0) & is_young(living[i], study[i], age_sex[i] >> _BIT))
    return number


@kernel
def _find_own(children, over_pension_age, own, count):
    """Write what is so of each person without a partner, as bits, so that a partner's is looked up once."""
    for i in range(np.uint64(count)):
        own[i] = (_CARES if children[i] != 0 else _ZERO) | (_OVER if over_pension_age[i] != 0 else _ZERO)
