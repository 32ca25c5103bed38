"""Departures and moves beside an obvious twin, and what is true of any of them: families stay together, rates hold."""

import numpy as np
import pytest

from microsim.dynamics.migration import DESTINATIONS, destination_entries, leave, move, move_tables
from microsim.kernels.jit import callable_from_python
from microsim.population.columns import COMMUNAL, OWN, SHARING, WITH_PARENTS
from microsim.population.flows import cohort_flows
from microsim.population.moves import GROUPS
from microsim.population.people import NOBODY, People


def neighbours(rows=6000, seed=1):
    """Households of a head, a partner, a grown-up child and two who share: five rows each, all in one area."""
    random = np.random.default_rng(seed)
    people = People.empty(rows)
    people.resident[:] = random.random(rows) < 0.95
    first = np.arange(0, rows, 5)
    area = random.integers(0, 296, len(first)).astype(np.uint16)
    for member in range(5):
        people.area[first + member] = area
    people.household[first + 1] = people.household[first + 2] = first
    people.partner[first], people.partner[first + 1] = first + 1, first
    people.living[first + 2] = WITH_PARENTS
    people.living[first + 3] = people.living[first + 4] = SHARING
    people.household[first + 4] = first + 3
    people.living[first[::7] + 3] = COMMUNAL
    people.household[first[::7] + 4] = first[::7] + 4
    people.ethnicity[:] = random.integers(0, 5, rows)
    people.sex[:] = random.integers(0, 2, rows)
    age = np.tile([50, 48, 20, 25, 30], len(first))
    words = random.integers(0, 2**32, (4, rows), dtype=np.uint32)
    return people, (2 * age + people.sex).astype(np.uint32), words


def moved_by_hand(people, age_sex, tables, words):
    """Where everybody lives after a year of moves: (area, household, living), from the rules in so many words."""

    def chance_of(row, area):
        key = age_sex[row]
        return tables.rate[tables.group[key] * tables.areas + area] * tables.relative[key]

    def with_living(row, chance):
        return chance * tables.by_living[256 * int(people.living[row] == WITH_PARENTS) + age_sex[row]]

    own = {}
    for row in np.flatnonzero(people.resident):
        here, head = int(people.area[row]), int(people.household[row])
        chance = with_living(row, chance_of(row, here))
        if people.living[row] == WITH_PARENTS and people.resident[head]:
            with_head = chance_of(head, here)
            chance = max(chance - with_head, np.float32(0)) / max(np.float32(1) - with_head, np.float32(0.01))
        if np.float32(words[2, row] >> 8) * np.float32(2.0**-24) < chance:
            table = int(people.ethnicity[row]) * int(tables.groups) + int(tables.group[age_sex[row]])
            table = table * int(tables.regions) + int(tables.region[here])
            there = int(tables.destination[table * DESTINATIONS + (int(words[3, row]) >> 21)])
            if there != here:
                own[row] = there
    after = [(int(a), int(h), int(w)) for a, h, w in zip(people.area, people.household, people.living, strict=True)]
    for row in range(len(after)):
        head = int(people.household[row])
        family = head != row and people.living[row] in (OWN, WITH_PARENTS)
        follows = family and people.resident[row] and people.resident[head]
        if row in own and not (follows and people.living[row] == OWN):
            after[row] = (own[row], row, OWN)
        elif follows and head in own:
            after[row] = (own[head], head, int(people.living[row]))
    return after


def live_a_year(people, age_sex, tables, words):
    rows = len(age_sex)
    to, mask, likely = np.zeros(rows, np.uint32), np.zeros(rows, np.uint8), np.zeros(rows, np.uint32)
    callable_from_python(move)(people, age_sex, tables, words, to, mask, likely, rows)


@pytest.fixture(scope="module")
def tables(england):
    return move_tables(england, cohort_flows(england, england.first_year + 1))


def test_moves_are_those_of_the_twin(tables):
    people, age_sex, words = neighbours()
    words[2] //= 8  # many moves
    expected = moved_by_hand(people.copy(), age_sex, tables, words)
    live_a_year(people, age_sex, tables, words)
    found = list(zip(people.area.tolist(), people.household.tolist(), people.living.tolist(), strict=True))
    assert found == expected
    assert sum(a != b for a, b in zip(people.area, neighbours()[0].area, strict=True)) > 500


def test_no_chance_is_above_the_most_it_can_be(tables):
    """Nobody who moves is passed over, and few are looked at who do not."""
    rate = tables.rate.reshape(int(tables.groups), -1)[tables.group] * tables.relative[:, None]
    for living in range(2):
        part = slice(256 * living, 256 * (living + 1))
        chance = rate * tables.by_living[part, None]
        most = tables.most_by_area * tables.most_by_key[part, None]
        assert (chance <= most).all()
        assert chance[2 * 16 :].sum() > 0.8 * most[2 * 16 :].sum()


def test_couples_stay_together_and_the_dead_stay_where_they_are(tables):
    people, age_sex, words = neighbours()
    before = people.copy()
    words[2] //= 8
    live_a_year(people, age_sex, tables, words)
    couple = (people.partner != NOBODY) & (people.resident == 1) & (people.resident[people.partner] == 1)
    assert (people.area[couple] == people.area[people.partner[couple]]).all()
    gone = people.resident == 0
    assert (people.area[gone] == before.area[gone]).all()
    with_parents = (people.living == WITH_PARENTS) & (people.resident == 1) & (people.resident[people.household] == 1)
    assert (people.area[with_parents] == people.area[people.household[with_parents]]).all()


def test_every_age_moves_as_often_as_its_rate_says(england, tables):
    """Adult children at home have their parents' moves and their own: together the rate of their age."""
    people, age_sex, words = neighbours(300_000)
    people.resident[:] = 1
    before = people.area.copy()
    ones = np.ones_like(tables.by_living)  # as often at home as elsewhere
    tables = tables._replace(by_living=ones, most_by_key=np.inf * ones)
    live_a_year(people, age_sex, tables, words)
    for member, age in ((0, 50), (2, 20), (4, 30)):
        rows = np.arange(member, len(before), 5)
        rate = england.move_out_rate[before[rows]] * england.move_age_relative[age - 16, people.sex[rows]]
        moved = (people.area[rows] != before[rows]).mean()
        assert moved == pytest.approx(rate.mean(), rel=0.06), age


def test_families_leave_by_one_word_and_each_age_at_its_own_chance():
    people, age_sex, words = neighbours(50_000)
    people.resident[:] = 1
    emigration = np.zeros(256, np.uint32)
    emigration[2 * 48 : 2 * 51] = 2**32 // 50  # parents
    emigration[2 * 20 : 2 * 31] = 2**32 // 10  # the young
    before = people.copy()
    callable_from_python(leave)(people, age_sex, emigration, words, len(age_sex))
    leader = np.where(before.living <= WITH_PARENTS, before.household, np.arange(len(age_sex)))
    assert (people.resident == (words[1][leader] >= emigration[age_sex])).all()
    first = np.arange(0, len(age_sex), 5)
    gone = people.resident == 0
    assert (gone[first] == gone[first + 1]).all()  # couples
    assert gone[first + 2][gone[first]].all()  # children of parents who leave
    assert gone[first + 2].mean() == pytest.approx(0.1, abs=0.01)
    assert gone[first].mean() == pytest.approx(0.02, abs=0.005)


def test_entries_are_in_proportion_and_small_places_have_their_due():
    tables = np.tile([0.5, 0.4999, 0.0001], (60, 1))
    entries = destination_entries(tables).reshape(60, DESTINATIONS)
    assert np.bincount(entries[0], minlength=3)[0] == DESTINATIONS // 2
    assert (entries == 2).sum() == pytest.approx(60 * DESTINATIONS * 0.0001, abs=2)


def test_groups_cover_all_ages(tables):
    group = tables.group.reshape(-1, 2)[:, 0]
    assert [int(group[age]) for age in (16, 17, 18, 20, 21, 24, 25, 30, 39, 40, 50, 65, 110)] == [
        0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7,
    ]  # fmt: skip
    assert tables.groups == len(GROUPS)
