"""The columns of people that own breakdowns may group and filter by, and that the person-year data hold.

A column is of groups (labels and a code for each person), of numbers with a unit, or of both: single years of age are
groups and can be cut into bands. All say what is so in the year and in the baseline arm, in which everybody lives the
same life as in the reform.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.engine.groups import Breakdown, common_breakdowns, gain_breakdowns
from microsim.engine.ledger import GroupKeys
from microsim.population.columns import COMMUNAL, RANDOM_GROUPS
from microsim.population.people import ADULT_LEARNING, ATTAINMENTS, ENTRY_AGE, LAST_AGE, LIVING, STUDIES, People
from microsim.population.source import Population

ABSENT = "not in a private household"  # of an income of the household
_PENCE = 100.0
_APPRENTICESHIPS = ("none", "level 2", "level 3", "level 4 and 5", "level 6 and 7")
_LEVELS = np.array([0, 0, 1, 2, 3, 3, 4], np.int64)  # of the column `apprenticeship`


class Seen(NamedTuple):
    """A block in a year, as it stands when the year is over."""

    people: People
    groups: GroupKeys
    gained: Any  # microsim.engine.gain_watch.GainWatch of the same thread
    year: int  # financial year
    year_index: int  # years since the population's first
    rows: int  # rows in use


class About(NamedTuple):
    """What a column says, and the unit of its numbers."""

    description: str
    unit: str = ""


ABOUT = {
    "age_band": About("Age on 1 April, in the bands of the standard breakdowns"),
    "age": About("Age on 1 April", "years"),
    "sex": About("Sex"),
    "region": About("Region of England in which the person lives"),
    "local_authority": About("Local authority in which the person lives, by its code"),
    "combined_authority": About("Combined authority in which the person lives, or none"),
    "rural_urban": About("Rural or urban class of the local authority in which the person lives"),
    "deprivation_decile": About("Decile of local authorities by deprivation, most deprived first"),
    "qualification": About("Highest qualification"),
    "work_status": About("Main activity"),
    "industry": About("Section of the Standard Industrial Classification 2007 of the job"),
    "employer_size": About("Size of the employer's enterprise, or why there is none"),
    "ethnicity": About("Ethnic group"),
    "disability": About("Disability as the Equality Act defines it"),
    "family_type": About(
        "Family: one adult or a couple, with or without dependent children, over State Pension age or not"
    ),
    "carer": About("Unpaid care for another adult"),
    "public_sector": About("Employee of the public sector"),
    "part_time": About("Employee who works 30 hours a week or less"),
    "free_meals": About("Eligible for free school meals in any of the six years before 16"),
    "universal_credit": About("In a family that had Universal Credit in the year before"),
    "living": About(
        "In a home of one's own (alone, a couple, a lone parent), with parents, sharing, or in a communal establishment"
    ),
    "couple": About("Lives with a partner"),
    "study": About("Full-time study"),
    "learning": About("How this year's adult learning is paid for"),
    "apprenticeship": About("Level of the apprenticeship"),
    "attainment": About("Attainment at age 16"),
    "random_group": About("One of 32 random groups of households, for simulation error", "none"),
    "birth_year": About("Financial year of birth: 2005 is 1 April 2005 to 31 March 2006", "years"),
    "children": About("Children under 16 in the person's care; a couple's are with the mother", "children"),
    "births": About("Children a woman has given birth to", "children"),
    "hours": About("Usual paid hours a week, 0 without work", "hours a week"),
    "pay": About("Gross pay from work in the year, 0 without work", "£ a year"),
    "own_income": About("The person's own part of household net income", "£ a year"),
    "household_income": About("Net income of the household before housing costs", "£ a year"),
    "equivalised_income": About("The same for a couple without children (modified OECD scale)", "£ a year"),
}


class PersonColumn(NamedTuple):
    """What can be told of a person in a year; one of `codes` and `numbers` at least."""

    name: str
    groups: tuple[str, ...] = ()  # labels, in order of their codes
    codes: Callable[[Seen], np.ndarray] | None = None  # integers [rows]
    numbers: Callable[[Seen], np.ndarray] | None = None  # [rows], NaN where there is none
    whole: bool = False  # numbers are whole
    absent: str = ""  # the group of those whose number is NaN
    also: tuple[str, ...] = ()  # other names of the groups, in the same order

    @property
    def about(self) -> About:
        """What it says; of a breakdown that says nothing here, its name."""
        return ABOUT.get(self.name, About(self.name.replace("_", " ")))

    @property
    def unit(self) -> str:
        """The unit of its numbers."""
        return self.about.unit


def person_columns(population: Population) -> dict[str, PersonColumn]:
    """Every column by name: standard breakdowns, other groups, numbers."""
    standard = {one.name: one for one in (*common_breakdowns(population), *gain_breakdowns(population))}
    names = {"local_authority": tuple(population.area_names)}
    found = [_of_breakdown(one, names.get(one.name, ())) for one in standard.values()]
    found += [*_flags(), *_states(), *_numbers()]
    return {column.name: column for column in found}


def _of_breakdown(one: Breakdown, also: tuple[str, ...]) -> PersonColumn:
    """A standard breakdown as a column; age is a number too."""

    def codes(seen: Seen) -> np.ndarray:
        member = one.member[seen.year_index % len(one.member)]
        keys = _keys(seen, one.grouping)[: seen.rows]
        found: np.ndarray = member[keys]
        return found

    def age(seen: Seen) -> np.ndarray:
        return np.minimum(seen.groups.age_sex[: seen.rows] >> np.uint32(1), np.uint32(LAST_AGE)).astype(np.int64)

    if one.name == "age":
        return PersonColumn(one.name, one.groups, codes, age, whole=True)
    return PersonColumn(one.name, one.groups, codes, also=also)


def _keys(seen: Seen, grouping: str) -> np.ndarray:
    """The key of each row by a grouping of the standard breakdowns."""
    for holder in (seen.groups, seen.people, seen.gained):
        if hasattr(holder, grouping):
            found: np.ndarray = getattr(holder, grouping)
            return found
    raise KeyError(grouping)


def _column_of_people(name: str) -> Callable[[Seen], np.ndarray]:
    def read(seen: Seen) -> np.ndarray:
        found: np.ndarray = getattr(seen.people, name)[: seen.rows]
        return found

    return read


def _flags() -> list[PersonColumn]:
    """Columns that are so or not."""
    flags = {
        "carer": "carer", "public_sector": "public", "part_time": "part_time", "free_meals": "free_meals",
        "universal_credit": "on_credit",
    }  # fmt: skip
    return [PersonColumn(name, (f"not_{name}", name), _column_of_people(column)) for name, column in flags.items()]


def _states() -> list[PersonColumn]:
    """Other groups that people are in."""

    def apprenticeship(seen: Seen) -> np.ndarray:
        return _LEVELS[seen.people.apprenticeship[: seen.rows]]

    def couple(seen: Seen) -> np.ndarray:
        return (seen.people.partner[: seen.rows] >= 0).astype(np.int64)

    groups = tuple(str(number) for number in range(RANDOM_GROUPS))
    random_group = _column_of_people("random_group")
    return [
        PersonColumn("living", LIVING, _column_of_people("living")),
        PersonColumn("couple", ("not_couple", "couple"), couple),
        PersonColumn("study", STUDIES, _column_of_people("study")),
        PersonColumn("learning", ADULT_LEARNING, _column_of_people("learning")),
        PersonColumn("apprenticeship", _APPRENTICESHIPS, apprenticeship),
        PersonColumn("attainment", ATTAINMENTS, _column_of_people("attainment")),
        PersonColumn("random_group", groups, random_group, random_group, whole=True),
    ]


def _numbers() -> list[PersonColumn]:
    """Columns that can be cut into bands."""

    def household_income(seen: Seen) -> np.ndarray:
        income: np.ndarray = seen.gained.income[seen.people.household[: seen.rows]] / _PENCE
        return np.where(in_private_household(seen), income, np.nan)

    def equivalised(seen: Seen) -> np.ndarray:
        income: np.ndarray = seen.gained.equivalised[: seen.rows]
        return np.where(in_private_household(seen), income, np.nan)

    def own(seen: Seen) -> np.ndarray:
        income: np.ndarray = seen.gained.own_income[: seen.rows] / _PENCE
        return np.where(seen.people.resident[: seen.rows] != 0, income, 0.0)

    of_people = {"birth_year": "cohort", "children": "children", "births": "parity"}
    return [
        *(PersonColumn(name, numbers=_column_of_people(column), whole=True) for name, column in of_people.items()),
        PersonColumn("hours", numbers=_column_of_people("hours")),
        PersonColumn("pay", numbers=_column_of_people("pay")),
        PersonColumn("own_income", numbers=own),
        PersonColumn("household_income", numbers=household_income, absent=ABSENT),
        PersonColumn("equivalised_income", numbers=equivalised, absent=ABSENT),
    ]


def in_private_household(seen: Seen) -> np.ndarray:
    """Who is resident in a private household: bool [rows]."""
    people, count = seen.people, seen.rows
    return np.asarray((people.resident[:count] != 0) & (people.living[:count] != COMMUNAL))


assert ENTRY_AGE == 16  # what the description of attainment and free meals says
