"""What is true of everybody in every year, whatever the rooms of the life course do: codes, links, who is gone."""

from itertools import pairwise

import numpy as np
import pytest
from lives import live

from microsim.population.blocks import Sample
from microsim.population.people import (
    ADULT_LEARNING,
    ATTAINMENTS,
    EMPLOYEE,
    ENTRY_AGE,
    ETHNICITIES,
    INDUSTRIES,
    LIVING,
    NOBODY,
    QUALIFICATIONS,
    SELF_EMPLOYED,
    STUDIES,
    WORK_STATUSES,
)

CODES = {
    "ethnicity": len(ETHNICITIES), "attainment": len(ATTAINMENTS), "living": len(LIVING),
    "qualification": len(QUALIFICATIONS), "study": len(STUDIES), "learning": len(ADULT_LEARNING),
    "work_status": len(WORK_STATUSES), "industry": len(INDUSTRIES), "sex": 2, "birth_month": 12, "resident": 2,
    "free_meals": 2, "disabled": 2, "carer": 2, "public": 2, "part_time": 2,
}  # fmt: skip
NEVER = (
    "id", "weight", "cohort", "birth_month", "sex", "entry_year", "ethnicity", "learning_rank", "free_meals",
    "attainment",
)  # fmt: skip
# A balance written off is grouped by the state in which a person died or left; families and ranks go on without them.
LAST_STATE = (
    "area", "disabled", "carer", "qualification", "study", "learning", "apprenticeship", "apprenticeship_year",
    "work_status", "industry", "public", "part_time", "hours", "pay",
)  # fmt: skip


@pytest.fixture(scope="module")
def years(england, programme_of):
    """Everybody of 1 in 2,000 as made, and in every year, with how many rows were present."""
    sample = Sample(england, 1 / 2000, seed=4, last_year=2034)
    programme = programme_of(sample, {})
    block = sample.make(len(sample.blocks) // 2)
    made = block.people.copy(), int(block.present[0]), sample.years[0] - 1
    return [made, *((year.people.copy(), year.present, year.year) for year in live(programme, block))]


@pytest.mark.parametrize("name", CODES)
def test_codes_are_those_of_the_column(years, name):
    for people, _, _ in years:
        assert getattr(people, name).max() < CODES[name]


def test_apprenticeships_have_a_level_and_a_year(years):
    for people, _, year in years:
        assert set(np.unique(people.apprenticeship)) <= {0, 2, 3, 4, 6}, year
        assert ((people.apprenticeship > 0) == (people.apprenticeship_year > 0)).all(), year
        here = people.resident == 1
        assert (people.work_status[here & (people.apprenticeship > 0)] == EMPLOYEE).all(), year


@pytest.mark.parametrize("name", NEVER)
def test_what_never_changes_does_not(years, name):
    first = getattr(years[0][0], name)
    for people, _, year in years[1:]:
        assert (getattr(people, name) == first).all(), year


@pytest.mark.parametrize("name", LAST_STATE)
def test_who_is_gone_keeps_the_last_state(years, name):
    gone = 0
    for (before, _, _), (now, _, year) in pairwise(years[1:]):
        leavers = (before.resident == 0) & (now.resident == 0) & (now.entry_year <= year - 1)
        assert (getattr(now, name)[leavers] == getattr(before, name)[leavers]).all(), f"long gone, {year}"
        leavers = (before.resident == 1) & (now.resident == 0)
        gone += leavers.sum()
        if name != "area":  # a family may move in the year in which one of them leaves
            assert (getattr(now, name)[leavers] == getattr(before, name)[leavers]).all(), year
    assert gone > 500


def test_who_has_not_arrived_is_not_there(years):
    for people, present, year in years:
        there = people.entry_year <= year
        assert there.sum() == present
        assert there[:present].all()
        assert not people.resident[present:].any()


def test_couples_are_two_residents_who_have_one_another(years):
    for people, present, year in years:
        here = np.flatnonzero(people.resident == 1)
        coupled = here[people.partner[here] != NOBODY]
        other = people.partner[coupled]
        assert ((other >= 0) & (other < present)).all(), year
        assert (people.partner[other] == coupled).all(), year
        assert (other != coupled).all(), year
        assert (people.resident[other] == 1).all(), year
        assert (people.household[other] == people.household[coupled]).all(), year


def test_households_have_a_head_who_lives_there(years):
    for people, present, year in years:
        here = np.flatnonzero(people.resident == 1)
        head = people.household[here]
        assert ((head >= 0) & (head < present)).all(), year
        assert (people.household[head] == head).all(), f"a head of a head in {year}"
        assert (people.resident[head] == 1).all(), year
        assert (people.area[head] == people.area[here]).all(), f"a household in two areas in {year}"


def test_children_are_under_sixteen_and_born_to_adults(years):
    for people, _, year in years:
        births = np.stack([people.child_1, people.child_2, people.child_3]).astype(int)
        known = (births > 0) & (people.resident == 1)
        assert ((births > 0).sum(axis=0) == np.minimum(people.children, 3))[people.resident == 1].all(), year
        ages = (year - births - 1)[known]
        assert ages.min(initial=0) >= -1, f"a child not yet born in {year}"
        assert ages.max(initial=0) < ENTRY_AGE, year
        both = known[:2].all(axis=0) & known[2]
        assert (np.diff(births[:, both], axis=0) <= 0).all(), "the youngest first"
        assert (births - people.cohort.astype(int) >= 12)[known].all(), year


def test_work_goes_with_its_pay_hours_and_sector(years):
    for people, _, year in years[1:]:
        here = people.resident == 1
        works = here & (people.work_status <= SELF_EMPLOYED)
        assert (people.pay[here & ~works] == 0).all(), year
        assert (people.hours[here & ~works] == 0).all(), year
        assert not people.public[here & (people.work_status != EMPLOYEE)].any(), year
        assert not people.part_time[here & ~works].any(), year
        assert (people.pay[works] >= 0).all(), year
        assert np.isfinite(people.pay).all(), year
