"""The households of the reference date: who lives with whom, and who has which children.

Each area of a block settles on its own, in steps: couples, ways of living of everybody else, children from the birth
histories of `fertility`, grown-up children to parents, sharers into groups. Everything follows from the random words of
the people in the block and their order, which a block's makers fix.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from microsim.kernels.float32 import normal_quantile, uniform
from microsim.kernels.jit import compile_driver, kernel
from microsim.kernels.random import FIRST_FAMILY, random_words
from microsim.population.columns import COMMUNAL, LAST_AGE, OWN, QUALIFICATIONS, SHARING, WITH_PARENTS
from microsim.population.people import ENTRY_AGE, NOBODY, People
from microsim.population.people import LAST_AGE as OLDEST

MONTHS_BEFORE_MID_YEAR = 3
MALE = 1
DEGREE = len(QUALIFICATIONS) - 1
SMALLEST_SHARING, LARGEST_SHARING = 2, 4  # people in a shared home
_OLDEST_HISTORY = 64
_BUCKETS = 4 * (OLDEST + 1)  # of a wanted partner's age, in quarters of a year
_LEAST_GAP, _LARGEST_GAP = 16, 50  # years between a parent and a child
_WIDEST_SEARCH = 20  # years either side of the wanted age of a parent
_FATHERS = 6_554  # of 65,536: how many men on their own may be the parent of a grown-up child, one in ten
_YOUNGEST_FATHER = 40
_LOW = np.uint32(0xFFFF)
_HALF = np.uint32(16)
_ONE = np.float32(1.0)


def settle(people: People, residents: int, fitted: Any, seed: int, reference_year: int) -> None:
    """Give the first `residents` rows, there at mid-`reference_year`, their households. Later rows stay alone."""
    area = people.area[:residents]
    order = np.argsort(area, kind="stable")
    starts = np.flatnonzero(np.diff(area[order], prepend=-1)) if residents else np.zeros(0, np.int64)
    starts = np.append(starts, residents).astype(np.int64)
    words, age = np.empty((4, residents), np.uint32), np.empty(residents, np.int64)
    with np.errstate(over="ignore"):  # only matters with the compiler switched off: words wrap around by design
        compile_driver(settle_areas)(people, order, starts, fitted, words, age, seed, reference_year)


def settle_areas(people, order, starts, fitted, words, age, seed, reference_year):  # type: ignore[no-untyped-def]
    """Settle area after area: `order` are rows by area (oldest first inside one), `starts` where each area begins."""
    random_words(words, people.id, seed, 0, 0, FIRST_FAMILY, age.size)
    for i in range(age.size):
        had_birthday = people.birth_month[i] < MONTHS_BEFORE_MID_YEAR
        age[i] = min(max(reference_year - people.cohort[i] - (0 if had_birthday else 1), ENTRY_AGE), OLDEST)
    for part in range(starts.size - 1):
        rows = order[starts[part] : starts[part + 1]]
        pair_up(people, rows, age, fitted.couple_share, fitted.matching, words)
        choose_living(people, rows, age, fitted, words)
        give_children(people, rows, age, fitted, words, reference_year)
        give_parents(people, rows, age, fitted.matching, words)
        share_homes(people, rows, words)


@kernel
def pair_up(people, rows, age, share, matching, words):  # type: ignore[no-untyped-def]
    """Couples: as many as the shares by age say on average of women and men, paired in order of age.

    Women and men are chosen at even steps along the order of age. Women are ordered by the age they want of a partner,
    their own plus a normal gap, men by their own; then neighbouring couples exchange partners where that makes both
    agree on having a degree.
    """
    expected = np.zeros(2)
    for i in rows:
        expected[people.sex[i]] += share[min(age[i], LAST_AGE) - ENTRY_AGE, people.sex[i]]
    if expected[0] <= 0.0 or expected[1] <= 0.0:
        return
    couples = (expected[0] + expected[1]) / 2.0
    start = np.float64(words[0][rows[0]]) * 2.0**-32
    sums = np.full(2, start)
    chosen = np.empty((2, rows.size), np.int64)
    number = np.zeros(2, np.int64)
    for i in rows:
        sex = people.sex[i]
        before = np.floor(sums[sex])
        sums[sex] += min(share[min(age[i], LAST_AGE) - ENTRY_AGE, sex] * couples / expected[sex], 1.0)
        if np.floor(sums[sex]) > before:
            chosen[sex, number[sex]] = i
            number[sex] += 1
    count = min(number[0], number[1])
    women = sort_by_wanted_age(chosen[0, :count], age, matching, words[2])
    men = chosen[1, :count]
    for stride in range(1, int(matching[2]) + 1):
        for k in range(count - stride):
            woman, other = people.qualification[women[k]] == DEGREE, people.qualification[women[k + stride]] == DEGREE
            man, second = people.qualification[men[k]] == DEGREE, people.qualification[men[k + stride]] == DEGREE
            if woman != man and other != second and woman == second:
                men[k], men[k + stride] = men[k + stride], men[k]
    for k in range(count):
        woman, man = women[k], men[k]
        people.partner[woman], people.partner[man] = man, woman
        head = min(woman, man)
        people.household[woman], people.household[man] = head, head


@kernel
def sort_by_wanted_age(women, age, matching, word):  # type: ignore[no-untyped-def]
    """The women from the oldest wanted partner to the youngest, those who want the same age as they stood."""
    key = np.empty(women.size, np.int64)
    first = np.zeros(_BUCKETS + 1, np.int64)
    for k in range(women.size):
        wanted = age[women[k]] + matching[0] + matching[1] * np.float64(normal_quantile(word[women[k]]))
        key[k] = _BUCKETS - 1 - min(max(int(4.0 * wanted), 0), _BUCKETS - 1)
        first[key[k] + 1] += 1
    for bucket in range(_BUCKETS):
        first[bucket + 1] += first[bucket]
    result = np.empty(women.size, np.int64)
    for k in range(women.size):
        result[first[key[k]]] = women[k]
        first[key[k]] += 1
    return result


@kernel
def choose_living(people, rows, age, fitted, words):  # type: ignore[no-untyped-def]
    """The way of living of people without a partner, by age and sex."""
    for i in rows:
        if people.partner[i] == NOBODY:
            at, sex = min(age[i], LAST_AGE) - ENTRY_AGE, people.sex[i]
            draw = np.float64(uniform(words[1][i])) * (1.0 - fitted.couple_share[at, sex])
            with_parents = fitted.parents_share[at, sex]
            communal = with_parents + fitted.communal_share[at, sex]
            sharing = communal + fitted.sharing_share[at, sex]
            living = SHARING if draw < sharing else OWN
            living = COMMUNAL if draw < communal else living
            people.living[i] = WITH_PARENTS if draw < with_parents else living


@kernel
def give_children(people, rows, age, fitted, words, reference_year):  # type: ignore[no-untyped-def]
    """Births and children in care, from the birth history drawn for a woman of the age; a few men on their own too."""
    histories, word = fitted.histories.shape[1], words[3]
    living, sex, partner, parity = people.living, people.sex, people.partner, people.parity
    children, first, second, third = people.children, people.child_1, people.child_2, people.child_3
    for i in rows:
        if living[i] != OWN:
            continue
        draw = np.float64(uniform(word[i]))
        if sex[i] == MALE:
            chance = fitted.lone_fathers[min(age[i], LAST_AGE) - ENTRY_AGE]
            if partner[i] == NOBODY and draw < chance:
                mother = min(max(age[i] - 2, ENTRY_AGE), _OLDEST_HISTORY) - ENTRY_AGE
                place = history_with_children(fitted.histories[mother], draw / chance)
                take_children(children, first, second, third, i, fitted.histories[mother, place], reference_year)
        else:
            at = min(age[i], _OLDEST_HISTORY) - ENTRY_AGE
            likelier = fitted.mothers[at, 0 if partner[i] == NOBODY else 1]
            place = min(max(int(histories * (1.0 - draw / likelier)), 0), histories - 1)
            history = fitted.histories[at, place]
            parity[i] = np.uint8(history[0])
            take_children(children, first, second, third, i, history, reference_year)


@kernel
def history_with_children(histories, draw):  # type: ignore[no-untyped-def]
    """One of the histories with children in care, by a uniform draw; the last one where there is none."""
    wanted = int(draw * np.count_nonzero(histories[:, 1]))
    for place in range(histories.shape[0]):
        if histories[place, 1] > 0:
            if wanted == 0:
                return place
            wanted -= 1
    return histories.shape[0] - 1


@kernel
def take_children(children, first, second, third, i, history, year):  # type: ignore[no-untyped-def]
    """Give a row the children in care and birth years of a birth history that ends in the financial year `year`."""
    children[i] = np.uint8(history[1])
    first[i] = year - np.int32(history[2]) if history[2] >= 0 else 0
    second[i] = year - np.int32(history[3]) if history[3] >= 0 else 0
    third[i] = year - np.int32(history[4]) if history[4] >= 0 else 0


@kernel
def give_parents(people, rows, age, matching, words):  # type: ignore[no-untyped-def]
    """Grown-up children join a mother, or a father on his own, of about the age wanted; without one they live alone.

    A parent is listed once for each child that may live there, so that brothers and sisters come together.
    """
    living, household = people.living, people.household
    grown = np.empty(age.size, np.int64)
    count_grown_children(people, rows, age, words[3], grown)
    first = np.zeros(OLDEST + 2, np.int64)
    for i in rows:
        first[age[i] + 1] += grown[i]
    for bucket in range(OLDEST + 1):
        first[bucket + 1] += first[bucket]
    parents = np.empty(max(first[OLDEST + 1], 1), np.int64)
    filled = first.copy()
    for i in rows:
        for _ in range(grown[i]):
            parents[filled[age[i]]] = i
            filled[age[i]] += 1
    for i in rows:
        if living[i] != WITH_PARENTS:
            continue
        gap = int(np.rint(matching[3] + matching[4] * np.float64(normal_quantile(words[2][i]))))
        wanted = age[i] + min(max(gap, _LEAST_GAP), _LARGEST_GAP)
        found = NOBODY
        for step in range(2 * _WIDEST_SEARCH):
            other = wanted + (step + 1) // 2 * (1 if step % 2 else -1)
            if age[i] + _LEAST_GAP <= other <= min(age[i] + _LARGEST_GAP, OLDEST) and filled[other] > first[other]:
                left = np.int64(filled[other] - first[other])
                place = first[other] + (np.int64(words[1][i] & _LOW) * left >> 16)
                found = parents[place]
                filled[other] -= 1
                parents[place] = parents[filled[other]]
                break
        if found == NOBODY:
            living[i] = OWN
        else:
            household[i] = household[found]


@kernel
def count_grown_children(people, rows, age, word, grown):  # type: ignore[no-untyped-def]
    """How many children of 16 and over may live with a woman, or with a man on his own, in a home of their own."""
    living, sex, partner, parity, children = people.living, people.sex, people.partner, people.parity, people.children
    for i in rows:
        if living[i] != OWN:
            grown[i] = 0
        elif sex[i] == MALE:
            lone = partner[i] == NOBODY and age[i] >= _YOUNGEST_FATHER and (word[i] & _LOW) < _FATHERS
            grown[i] = 2 if lone else 0
        else:
            grown[i] = max(np.int64(parity[i]) - np.int64(children[i]), 0)


@kernel
def share_homes(people, rows, words):  # type: ignore[no-untyped-def]
    """People who share live in groups of two to four of about one age; one left over lives alone."""
    head, room, size = NOBODY, 0, 0
    for i in rows:
        if people.living[i] != SHARING:
            continue
        if room == 0:
            head, size = i, 0
            room = SMALLEST_SHARING + int((words[0][i] & _LOW) * (LARGEST_SHARING - SMALLEST_SHARING + 1) >> 16)
        people.household[i] = head
        room -= 1
        size += 1
    if head != NOBODY and size == 1:
        people.living[head] = OWN
