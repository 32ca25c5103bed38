"""The yearly change of work status beside a twin, and what the odds of disability, children and places do."""

from typing import NamedTuple

import numpy as np
import pytest

from microsim.dynamics.alignment import no_alignment
from microsim.dynamics.work import chances, change_work, odds_of_work, work_tables
from microsim.kernels.jit import callable_from_python
from microsim.population.people import People
from microsim.population.work_odds import shifted_flow


class Scratch(NamedTuple):
    """The part of the driver's scratch that work uses."""

    key: np.ndarray
    score: np.ndarray


@pytest.fixture(scope="module")
def tables(england):
    return work_tables(england)


def workers(england, rows=20_000, seed=2):
    random = np.random.default_rng(seed)
    people = People.empty(rows)
    people.resident[:] = random.random(rows) < 0.95
    people.area[:] = random.integers(0, 296, rows)
    people.disabled[:] = random.random(rows) < 0.3
    people.qualification[:] = random.integers(0, 7, rows)
    people.work_status[:] = random.integers(0, 5, rows)
    people.birth_month[:] = random.integers(0, 12, rows)
    people.sex[:] = random.integers(0, 2, rows)
    age = random.integers(17, 100, rows)
    child = random.integers(0, 18, rows)
    people.child_1[:] = np.where((age < 45) & (child < 16), england.first_year + 1 - child - 1, 0)
    words = random.integers(0, 2**32, (4, rows), dtype=np.uint32)
    return people, (2 * age + people.sex).astype(np.uint32), words


def run(people, age_sex, tables, alignment, words, index):
    scratch = Scratch(np.zeros(len(age_sex), np.uint32), np.zeros(len(age_sex), np.float32))
    callable_from_python(change_work)(people, age_sex, tables, alignment, words, scratch, index, len(age_sex))


def youngest_group(people, row, year):
    age = year - int(people.child_1[row]) - 1
    return 1 if age < 3 else 2 if age < 5 else 3 if age < 12 else 0


def drawn_by_hand(england, people, row, age_sex, alignment, index, u):
    """The status of a row whose uniform draw is `u`, from the fitted flow and every odds ratio."""
    age, sex = int(age_sex[row]) // 2, int(age_sex[row]) % 2
    old = england.work_flow[min(age - 1, 90) - 16, sex, people.qualification[row], people.work_status[row]]
    group = youngest_group(people, row, england.first_year + index)
    odds = england.first_work_odds if index == 0 else england.work_odds
    area = people.area[row]
    shift = odds[min(age, 90) - 16, sex, people.disabled[row], group] + england.area_odds[area, 0]
    shift += np.log(alignment.work[index, age_sex[row]]) + np.log(alignment.area_work[index, area])
    jobless = england.area_odds[area, 2] + np.log(alignment.unemployed[index, age_sex[row]])
    flow = shifted_flow(old, np.array([shift, england.area_odds[area, 1], jobless]))
    assert flow.sum() == pytest.approx(1)
    edges = np.cumsum(flow)[:-1]
    return int((u >= edges).sum()), np.abs(edges - u).min()


@pytest.mark.parametrize("index", [0, 1])
def test_statuses_are_those_of_the_twin(england, tables, index):
    people, age_sex, words = workers(england)
    before = people.copy()
    alignment = no_alignment(2, 296)
    alignment.work[:] = 1.3
    alignment.unemployed[:, ::2] = 0.8
    alignment.area_work[:, 10:100] = 0.7
    run(people, age_sex, tables, alignment, words, index)
    for row in range(0, len(age_sex), 5):
        u = (int(words[0, row]) >> 8) / 2**24
        expected, distance = drawn_by_hand(england, before, row, age_sex, alignment, index, u)
        if not before.resident[row] or (index == 0 and before.birth_month[row] < 3):
            expected = before.work_status[row]
        if distance > 1e-5:  # single precision may fall on the other side of an edge
            assert people.work_status[row] == expected, row
    assert (people.work_status != before.work_status).mean() > 0.2


def test_chances_and_flows_are_the_same_thing():
    flow = np.array([[0.5, 0.1, 0.2, 0.15, 0.05]])
    assert chances(flow).tolist() == pytest.approx([0.6, 5 / 6, 0.5, 0.75])


def test_without_differences_the_fitted_flow_is_drawn(england, tables):
    """Odds of one everywhere: of 200,000 employees of one age, sex and qualification as many end in each status."""
    rows = 200_000
    people = People.empty(rows)
    people.resident[:], people.qualification[:] = 1, 3
    plain = tables._replace(
        personal=np.ones_like(tables.personal), area_work=np.ones_like(tables.area_work),
        area_own=np.ones_like(tables.area_own), area_unemployed=np.ones_like(tables.area_unemployed),
    )  # fmt: skip
    words = np.random.default_rng(1).integers(0, 2**32, (4, rows), dtype=np.uint32)
    run(people, np.full(rows, 2 * 40, np.uint32), plain, no_alignment(2, 296), words, 1)
    found = np.bincount(people.work_status, minlength=5) / rows
    assert found == pytest.approx(england.work_flow[39 - 16, 0, 3, 0], abs=0.002)


def test_odds_of_mothers_of_disabled_people_and_of_places(england, tables):
    people = People.empty(6)
    people.child_1[:] = [0, 2025, 2022, 2018, 2005, 2025]
    people.sex[5] = 1
    people.disabled[0] = 1
    ratio = np.zeros(6, np.float32)
    age_sex = (2 * 35 + people.sex).astype(np.uint32)
    index = 2027 - england.first_year
    callable_from_python(odds_of_work)(
            people, age_sex, tables, no_alignment(5, 296), ratio, np.zeros(6, np.uint32), index, 6
        )  # fmt: skip
    ratio /= np.exp(england.area_odds[0, 0])
    own = england.work_odds[35 - 16]
    assert ratio == pytest.approx(np.exp([own[0, 1, 0], *own[0, 0, 1:], own[0, 0, 0], own[1, 0, 0]]), rel=1e-5)
    assert ratio[1] < ratio[2] < ratio[3] < ratio[4]  # the youngest child's age: 1, 4, 8; grown up
    assert own[1, 0, 1] == own[1, 0, 0]  # fathers: none
