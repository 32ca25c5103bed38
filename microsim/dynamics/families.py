"""Families: partnerships form and end, children are born and come of age, people leave home and are widowed.

Everything here is demography, shared by all arms: it reads nothing that a measure changes. Matching happens inside a
block, in the order of its rows, so it does not depend on threads.
A household is named by the row of its head: one of a couple, the only adult, or one of those who share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.leaving import Leaving, leaving, national_moves
from microsim.dynamics.matching import MatchScratch, match, wanted_age
from microsim.kernels.float32 import shift_odds, uniform
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import COMMUNAL, OWN, SHARING, WITH_PARENTS
from microsim.population.families import Families
from microsim.population.fertility import FIRST_MOTHER, OLDEST_CHILD, OLDEST_HISTORY, PARITIES
from microsim.population.flows import FIRST_STEP, Flows
from microsim.population.households import LARGEST_SHARING
from microsim.population.people import AGE_SEX_KEYS, ENTRY_AGE, LAST_AGE, NOBODY

_AGES = AGE_SEX_KEYS // 2
_LAST_MOTHER = 47  # on 1 April at the end of the year
_LAST_PARITY = PARITIES - 1
_WORD = np.uint32(0xFFFF)
_LAST_KEY, _ODD = np.uint32(2 * _LAST_MOTHER), np.uint32(1)
_HALF = np.uint32(1 << 15)
_WOMAN, _NO = np.uint32(0), np.uint8(0)
_WITH_PARENTS, _SHARING, _COMMUNAL = np.uint8(WITH_PARENTS), np.uint8(SHARING), np.uint8(COMMUNAL)
_TWELVE = np.uint32(12)
_TWELVE_BITS = np.uint32(0xFFF)
_COMES_OF_AGE = 17  # financial years from that of the birth to the one that starts at 16
_YEARS_BETWEEN = 2  # between a third child in care and an older one, whose birth year is not kept
_BETWEEN, _THIRD, _ONE, _TWO = np.int32(_YEARS_BETWEEN), np.int32(3), np.uint8(1), np.uint8(2)
_OPEN_HOMES = 1024
COUNTS = (
    "couples", "moves_to_partner", "separations", "widowed", "births", "turned_16", "entrants", "same_area",
    "other_area", "dealt_again", "without_parents", "women_looked", "men_looked",
)  # fmt: skip
(
    _COUPLES, _MOVES, _SEPARATIONS, _WIDOWED, _BIRTHS, _TURNED_16, _ENTRANTS, _SAME_AREA, _OTHER_AREA, _DEALT_AGAIN,
    _WITHOUT, _WOMEN_LOOKED, _MEN_LOOKED,
) = range(len(COUNTS))  # fmt: skip


class FamilyTables(NamedTuple):
    """What `live_in_families` looks up: chances in a year, float32, by `age_sex` on the 1 April at its end."""

    part: np.ndarray  # [years], share of the year since the 1 April before, or since the reference date
    separation: np.ndarray  # [age_sex] of the woman
    leave_home: np.ndarray  # [age_sex], of people with parents who find no partner
    search: np.ndarray  # [3 x AGE_SEX_KEYS] of looking for a partner: in a home of one's own, with parents, on arrival
    communal: np.ndarray  # [2 x AGE_SEX_KEYS], of moving into a communal establishment; of being in one on arrival
    shared: np.ndarray  # [age_sex], share who share of people without partner, parents or children in their home
    births: np.ndarray  # [years, 2 x ages x PARITIES], without and with a partner
    histories: np.ndarray  # int8 [age from 16, history, 5]
    home_again: np.ndarray  # [age_sex], of drawing again whether to share, for those it concerns
    children_with_father: np.float32
    immigrant_children: np.float32
    gap_mean: np.float32
    gap_deviation: np.float32
    look_like_first: np.uint32  # of 4,096


class FamilyScratch(NamedTuple):
    """Room to work in, and counts of what happened (see COUNTS) since it was made."""

    forward: np.ndarray  # int32 [rows], where the household of a former head has gone, NOBODY without
    size: np.ndarray  # int32 [rows], residents by their household's head
    mask: np.ndarray  # uint8 [rows], 1 for the rows that a step is about
    rows: np.ndarray  # uint32 [rows], and these rows
    changed: np.ndarray  # uint8 [rows], 1 for people whose partnership ended this year
    parents: np.ndarray  # int32 [rows], a row for each child who comes of age
    entrants: np.ndarray  # int32 [rows], people who turn 16
    open_home: np.ndarray  # int32 [_OPEN_HOMES], by area: a shared home with room
    room: np.ndarray  # int32 [_OPEN_HOMES], how much
    match: MatchScratch
    counts: np.ndarray  # int64 [COUNTS]

    @classmethod
    def make(cls, rows: int) -> FamilyScratch:
        def row(kind: type[np.generic]) -> np.ndarray:
            return np.zeros(rows, kind)

        return cls(
            row(np.int32), row(np.int32), row(np.uint8), row(np.uint32), row(np.uint8), row(np.int32), row(np.int32),
            np.zeros(_OPEN_HOMES, np.int32), np.zeros(_OPEN_HOMES, np.int32), MatchScratch.make(rows),
            np.zeros(len(COUNTS), np.int64),
        )  # fmt: skip


def moves_by_living(population: Any, flows: Flows) -> np.ndarray:
    """Moves between areas over those of all people of an age [2 x AGE_SEX_KEYS]: not with parents, with parents."""
    figures = {name: one.central for name, one in population.room_figures["families"].items()}
    inflow = immigration(population, flows)
    search = search_chances(population, inflow, emigration(flows, len(inflow)), figures)
    found = leaving(population, inflow, search, figures["couples_who_move"])
    return np.concatenate([_by_key(found.moves_of_others), _by_key(found.moves_with_parents)])


def family_tables(population: Any, flows: Flows, years: Sequence[int]) -> FamilyTables:
    """From the fitted tables of a `Population`; `years` start at its first."""
    fitted: Families = population.families
    figures = {name: one.central for name, one in population.room_figures["families"].items()}
    part = np.ones(len(years))
    part[0] = FIRST_STEP
    inflow = immigration(population, flows)
    search = search_chances(population, inflow, emigration(flows, len(inflow)), figures)
    left_home = leaving(population, inflow, search, figures["couples_who_move"])
    births = np.zeros((len(years), 2, _AGES, PARITIES))
    births[:, :, FIRST_MOTHER : _LAST_MOTHER + 1] = fitted.births[: len(years)].transpose(0, 2, 1, 3)
    births *= part[:, None, None, None]
    young = (fitted.histories[:, :, 1] > 0).mean(1)
    with_children = np.zeros_like(fitted.couple_share)
    with_children[: len(young), 0] = np.minimum(fitted.mothers[:, 0] * young, 0.97)
    with_children[:, 1] = fitted.lone_fathers
    own = 1.0 - fitted.couple_share - fitted.parents_share - fitted.sharing_share - fitted.communal_share
    alone = (own * (1.0 - with_children)).clip(1e-6)
    return FamilyTables(
        part=part.astype(np.float32),
        separation=_by_key(np.stack([fitted.separation, fitted.separation], axis=1)),
        leave_home=_by_key(left_home.leave),
        search=np.concatenate([_by_key(one) for one in search]),
        communal=np.concatenate([_by_key(communal_chances(fitted)), _by_key(fitted.communal_share)]),
        shared=_by_key(fitted.sharing_share / (fitted.sharing_share + alone)),
        births=births.reshape(len(years), -1).astype(np.float32),
        histories=fitted.histories,
        home_again=_by_key(home_again_chances(population, left_home, figures["stays_shared"])),
        children_with_father=np.float32(figures["children_with_father"]),
        immigrant_children=np.float32(figures["immigrant_children"]),
        gap_mean=np.float32(fitted.matching[0]),
        gap_deviation=np.float32(fitted.matching[1]),
        look_like_first=np.uint32(4096 * figures["seek_same_education"]),
    )


def _by_key(values: np.ndarray) -> np.ndarray:
    """[ages from 16, 2] as a flat float32 table over age_sex; ages outside repeat the ends."""
    ages = np.clip(np.arange(_AGES) - ENTRY_AGE, 0, len(values) - 1)
    return values[ages].reshape(AGE_SEX_KEYS).astype(np.float32)


def immigration(population: Any, flows: Flows) -> np.ndarray:
    """Immigrants of a year over the people of the age [age from 16, 2], of the first ten whole years."""
    years = slice(1, 11)
    people = population.projection[years].mean(0)
    arrivals = flows.arrivals[years].mean(0)[ENTRY_AGE : ENTRY_AGE + len(people)]
    inflow: np.ndarray = arrivals / people
    inflow[-1] = 0.0
    return inflow


def emigration(flows: Flows, ages: int) -> np.ndarray:
    """Chance of leaving England in a year [age from 16, 2], the mean of the first ten whole years."""
    result: np.ndarray = flows.emigration[1:11].mean(0)[ENTRY_AGE : ENTRY_AGE + ages]
    return result


def search_chances(
    population: Any, inflow: np.ndarray, outflow: np.ndarray, figures: dict[str, float]
) -> list[np.ndarray]:
    """Chances [age from 16, 2] of looking for a partner: in a home of one's own, with parents, and on arrival.

    The mean over people without a partner keeps the shares of couples at each age, against partings, deaths of
    partners, partners who leave England alone (one draw decides for both, each at the rate of their age) and arrivals,
    while nobody's chance is below nothing. Women and men then look in equal numbers.
    """
    fitted: Families = population.families
    share, mean_death = fitted.couple_share, population.mortality[1]
    ages = np.arange(len(share))
    gap = round(fitted.matching[0])
    on_arrival = share * figures["immigrant_couples"]
    found = np.zeros_like(share)
    for sex, towards in ((0, gap), (1, -gap)):
        partner = np.clip(ages + towards, 0, len(mean_death) - 1)
        woman = ages if sex == 0 else partner
        ends = fitted.separation[np.clip(woman, 0, len(ages) - 1)] + mean_death[partner, 1 - sex]
        ends += (outflow[np.clip(partner, 0, len(ages) - 1), 1 - sex] - outflow[:, sex]).clip(0.0)
        before, after, coming = share[:-1, sex], share[1:, sex], inflow[1:, sex]
        still = before * (1.0 - ends[1:])
        found[1:, sex] = (after * (1.0 + coming) - still - coming * on_arrival[1:, sex]) / (1.0 - before)
    found = np.clip(_smooth(found), 0.0005, 0.5)
    found[0] = found[1] / 2
    people = population.projection[0]
    for _ in range(3):
        seeking = (people * (1.0 - share) * found).sum(0)
        found *= np.sqrt(seeking.prod()) / seeking
    at_home = (fitted.parents_share / (1.0 - share)).clip(0.0, 1.0)
    relative = figures["partnership_from_parents"]
    away = found / (1.0 - at_home + relative * at_home)
    looking = [away, relative * away, on_arrival]
    return [np.minimum(one / figures["find_a_partner"], 0.95) for one in looking]


def _smooth(values: np.ndarray) -> np.ndarray:
    """Moving averages over three ages, twice."""
    for _ in range(2):
        padded = np.concatenate([values[:1], values, values[-1:]])
        values = padded[:-2] / 4 + padded[1:-1] / 2 + padded[2:] / 4
    return values


def home_again_chances(population: Any, left_home: Leaving, stays: float) -> np.ndarray:
    """Chance [age from 16, 2] of drawing again whether to share: all up to 22, and all who move between areas, do; of
    the others from 30 all but `stays`.
    """
    moves = np.minimum(national_moves(population) * left_home.moves_of_others, 1.0)
    settled = np.interp(np.arange(len(moves)) + ENTRY_AGE, [22.0, 30.0], [0.0, stays])[:, None]
    result: np.ndarray = 1.0 - settled * (1.0 - moves)
    return result


def communal_chances(fitted: Families) -> np.ndarray:
    """Chance [age from 16, 2] that somebody without a partner moves into a communal establishment, from 65."""
    share = fitted.communal_share
    chance = np.zeros_like(share)
    chance[1:] = (share[1:] - share[:-1]) / (1.0 - share[:-1]) / (1.0 - fitted.couple_share[1:])
    chance[: 65 - ENTRY_AGE] = 0.0
    chance[-1] = chance[-2]
    return chance.clip(0.0, 0.5)


@kernel
def live_in_families(people, age_sex, tables, alignment, words, scratch, year, index, already, count):
    """The year's changes in families and households, after deaths, departures, moves and arrivals."""
    count_households(people, scratch, count)
    end_partnerships(people, age_sex, tables, words, scratch, index, already)
    welcome_immigrants(people, age_sex, tables, words, year, already, count)
    live_without_partner(people, age_sex, tables, alignment, words, scratch, index, already, count)
    match(people, scratch.match)
    scratch.counts[_WOMEN_LOOKED] += scratch.match.number[0]
    scratch.counts[_MEN_LOOKED] += scratch.match.number[1]
    live_together(people, scratch, words[3])
    bear_children(people, age_sex, tables, alignment, words, scratch, year, index, count)
    come_of_age(people, age_sex, scratch, year, already, count)
    keep_house(people, scratch, words[3], count)


@kernel
def count_households(people, scratch, count):
    """Residents by the head of their household, and nobody moved yet."""
    resident, household = people.resident, people.household
    forward, size, changed = scratch.forward, scratch.size, scratch.changed
    for i in range(np.uint64(count)):
        forward[i] = np.int32(NOBODY)
    for i in range(np.uint64(count)):
        size[i] = np.int32(0)
    for i in range(np.uint64(count)):
        changed[i] = np.uint8(0)
    for i in range(np.uint64(count)):
        size[household[i]] += np.int32(resident[i])


@kernel
def end_partnerships(people, age_sex, tables, words, scratch, index, already):
    """Partners who are gone, and couples that part: who keeps the children keeps the home, or it is a toss of a coin.

    (Helpers here take single arrays: to hand over all of `people` costs a microsecond.)
    """
    partner, resident, sex, household, area = people.partner, people.resident, people.sex, people.household, people.area
    children, first, second, third = people.children, people.child_1, people.child_2, people.child_3
    forward, size, changed, word = scratch.forward, scratch.size, scratch.changed, words[0]
    part = tables.part[index]
    separations, widowed = 0, 0
    mask, rows = scratch.mask, scratch.rows
    for at in range(np.uint64(already)):
        mask[at] = np.uint8(partner[at] >= 0) & resident[at]
    for n in range(list_rows(mask, rows, already)):  # without branches: most couples go on, and have one home
        i = np.uint64(rows[n])
        other = np.uint64(partner[i])
        parts = (sex[i] == 0) & (uniform(word[i]) < tables.separation[age_sex[i]] * part)
        mask[i] = np.uint8(parts | (resident[other] == 0))
        parted = (mask[i] != 0) | ((other < i) & (mask[other] != 0))
        led = (household[i] != np.int32(i)) & (not parted)
        area[i] = area[other] if led else area[i]
    for n in range(list_rows(mask, rows, already)):
        i = rows[n]
        other = partner[i]
        if other < 0:  # has parted from this one a moment ago
            continue
        if not resident[other]:
            partner[i] = NOBODY
            changed[i] = 1
            widowed += 1
            forward[other] = i  # of grown children, where the other was the head
            household[i] = i
            take_children(children, first, second, third, i, other)
        else:
            stays, goes = np.int64(i), np.int64(other)
            draw = word[i] & _WORD
            if children[i] > 0:
                if np.float32(draw) < tables.children_with_father * np.float32(65536.0):
                    stays, goes = np.int64(other), np.int64(i)
                    take_children(children, first, second, third, stays, goes)
            elif draw < _HALF:
                stays, goes = np.int64(other), np.int64(i)
            partner[stays] = NOBODY
            partner[goes] = NOBODY
            changed[stays] = 1
            changed[goes] = 1
            if household[stays] != stays:
                forward[goes] = stays
                household[stays] = stays
            household[goes] = goes
            size[goes] = 1
            separations += 1
    scratch.counts[_SEPARATIONS] += separations
    scratch.counts[_WIDOWED] += widowed


@kernel
def take_children(children, first, second, third, to, origin):
    """The children in the care of `origin` come into that of `to`, with the three youngest birth years of both."""
    if children[origin] == 0:
        return
    children[to] += children[origin]
    add_birth(first, second, third, to, third[origin])
    add_birth(first, second, third, to, second[origin])
    add_birth(first, second, third, to, first[origin])
    children[origin] = 0
    first[origin] = 0
    second[origin] = 0
    third[origin] = 0


@kernel
def add_birth(first, second, third, i, born):
    """Keep a birth year among the three latest, latest first."""
    if born > first[i]:
        first[i], born = born, first[i]
    if born > second[i]:
        second[i], born = born, second[i]
    if born > third[i]:
        third[i] = born


@kernel
def welcome_immigrants(people, age_sex, tables, words, year, already, count):
    """Some women arrive with the children of a woman of England of their age, but for those born in the last year."""
    histories = tables.histories.shape[1]
    for i in range(already, count):
        age = np.int64(age_sex[i] >> 1)
        if age > ENTRY_AGE:
            brings = np.float32(words[2][i] & _WORD) < tables.immigrant_children * np.float32(65536.0)
            if people.sex[i] == 0 and brings:
                draw = np.float64(uniform(words[0][i]))
                at = (age if age < OLDEST_HISTORY else OLDEST_HISTORY) - ENTRY_AGE
                place = min(int(histories * draw), histories - 1)
                history = tables.histories[at, place]
                people.parity[i] = np.uint8(history[0])
                for column in range(4, 1, -1):
                    if 0 < history[column] < OLDEST_CHILD:
                        add_birth(
                            people.child_1,
                            people.child_2,
                            people.child_3,
                            i,
                            np.int32(year - 1 - np.int32(history[column])),
                        )
                        people.children[i] += 1


@kernel
def live_without_partner(people, age_sex, tables, alignment, words, scratch, index, already, count):
    """People without a partner leave their parents, begin or cease to share, move into care, and look for a partner."""
    partner, resident, living = people.partner, people.resident, people.living
    part, odds = tables.part[index], alignment.partnership[index]
    sex, number = people.sex, scratch.match.number
    number[:] = 0
    mask, rows, changed = scratch.mask, scratch.rows, scratch.changed
    for i in range(np.uint64(count)):
        alone = np.uint8(partner[i] < 0) & resident[i]
        mask[i] = alone & np.uint8(living[i] != _COMMUNAL) & np.uint8(changed[i] == _NO)
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        key = age_sex[i]
        arrives = i >= already
        if arrives and key < 2 * ENTRY_AGE + 2:
            continue  # see `come_of_age`
        draw, low = uniform(words[0][i]), np.float32(words[0][i] & _WORD) / np.float32(65536.0)
        search = tables.search[key]
        if arrives:
            search = tables.search[2 * AGE_SEX_KEYS + key]
            if draw < tables.communal[AGE_SEX_KEYS + key]:
                living[i] = COMMUNAL
                continue
            living[i] = SHARING if low < tables.shared[key] and people.children[i] == 0 else OWN
        elif living[i] == WITH_PARENTS:
            search = tables.search[AGE_SEX_KEYS + key] * part
            if draw < tables.leave_home[key] * part:
                living[i] = SHARING if low < tables.shared[key] else OWN
                people.household[i] = np.int32(i)
        else:
            search *= part
            if draw < tables.communal[key] * part:
                living[i] = COMMUNAL
                people.household[i] = np.int32(i)
                continue
            changes = tables.home_again[key]
            if low < changes * part and people.children[i] == 0 and (living[i] == SHARING or scratch.size[i] <= 1):
                now = SHARING if low < changes * part * tables.shared[key] else OWN
                if now != living[i]:
                    living[i] = now
                    people.household[i] = np.int32(i)
        if shift_odds(words[1][i], odds[key]) < search:
            seeker_sex, word, age = np.int64(sex[i]), words[3][i], np.int64(key >> 1)
            place = number[seeker_sex]
            wanted = wanted_age(age, word, tables.gap_mean, tables.gap_deviation)
            scratch.match.seekers[seeker_sex, place] = np.int32(i)
            scratch.match.wanted[seeker_sex, place] = age if seeker_sex else wanted
            like_first = seeker_sex == 1 or (word & _TWELVE_BITS) < tables.look_like_first
            scratch.match.first_like[seeker_sex, place] = np.uint8(like_first)
            scratch.match.taken[seeker_sex, place] = 0
            number[seeker_sex] = place + 1


@kernel
def live_together(people, scratch, word):
    """New couples: one moves to the other, who is the one with children, or with a home of their own, or by a coin."""
    partner, living, household, area = people.partner, people.living, people.household, people.area
    children, first, second, third = people.children, people.child_1, people.child_2, people.child_3
    women, men = scratch.match.couples[0], scratch.match.couples[1]
    moves = 0
    for couple in range(scratch.match.number[2]):
        woman, man = women[couple], men[couple]
        his = 2 * np.int64(children[man] > 0) + np.int64(living[man] == OWN)
        hers = 2 * np.int64(children[woman] > 0) + np.int64(living[woman] == OWN)
        coin = (word[woman] >> _TWELVE) & np.uint32(1)
        stays, goes = woman, man
        if his > hers or (his == hers and coin):
            stays, goes = man, woman
        if area[goes] != area[stays]:
            area[goes] = area[stays]
            moves += 1
        if living[goes] == OWN and scratch.size[goes] > 1:
            scratch.forward[goes] = stays  # grown children come along
        living[stays] = OWN
        living[goes] = OWN
        household[stays] = stays
        household[goes] = stays
        partner[woman] = man
        partner[man] = woman
        take_children(children, first, second, third, woman, man)
    scratch.counts[_COUPLES] += scratch.match.number[2]
    scratch.counts[_MOVES] += moves


@kernel
def bear_children(people, age_sex, tables, alignment, words, scratch, year, index, count):
    """Births of the year to women resident at its end, by age, parity and whether they have a partner.

    Those who came in the year stand for those who left: published rates are over the women of the middle of the year.
    """
    chance, odds = tables.births[index], alignment.births[index]
    resident, partner, parity = people.resident, people.partner, people.parity
    births, mask, rows = 0, scratch.mask, scratch.rows
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(age_sex[i] <= _LAST_KEY) & np.uint8((age_sex[i] & _ODD) == _WOMAN) & resident[i]
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        key = age_sex[i]
        row = np.int64(key >> 1) + (_AGES if partner[i] >= 0 else 0)
        order = np.int64(min(parity[i], _LAST_PARITY))
        if shift_odds(words[2][i], odds) < chance[row * PARITIES + order]:
            parity[i] += 1
            people.children[i] += 1
            add_birth(people.child_1, people.child_2, people.child_3, i, np.int32(year - 1))
            births += 1
            if people.living[i] != OWN:
                people.living[i] = OWN
                people.household[i] = np.int32(i)
    scratch.counts[_BIRTHS] += births


@kernel
def eldest_birth(number, first, second, third):
    """Financial year of birth of the eldest of `number` children; beyond the third, two years before the next."""
    if number == 1:
        return np.int64(first)
    if number == 2:
        return np.int64(second)
    return np.int64(third) - _YEARS_BETWEEN * (np.int64(number) - 3)


@kernel
def come_of_age(people, age_sex, scratch, year, already, count):
    """Children who turn 16 leave their parents' care, and become the people who turn 16 in the block this year."""
    children, resident = people.children, people.resident
    first, second, third = people.child_1, people.child_2, people.child_3
    due, mask, rows, last = 0, scratch.mask, scratch.rows, np.int32(year - _COMES_OF_AGE)
    for i in range(np.uint64(count)):  # the eldest's year of birth, as in `eldest_birth`
        older = np.int32(third[i] - np.int32(_BETWEEN * np.int32(np.int32(children[i]) - _THIRD)))
        few = first[i] if children[i] == _ONE else second[i]
        eldest = few if children[i] <= _TWO else older
        mask[i] = np.uint8(children[i] != _NO) & resident[i] & np.uint8(eldest <= last)
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        number = children[i]
        while number > 0 and eldest_birth(number, first[i], second[i], third[i]) <= year - _COMES_OF_AGE:
            if number == 1:
                first[i] = 0
            elif number == 2:
                second[i] = 0
            elif number == 3:
                third[i] = 0
            number -= 1
            children[i] = np.uint8(number)
            if due < scratch.parents.size:
                scratch.parents[due] = i
                due += 1
    new = 0
    for i in range(already, count):
        if age_sex[i] >> 1 == ENTRY_AGE:
            scratch.entrants[new] = np.int32(i)
            new += 1
    scratch.counts[_TURNED_16] += due
    scratch.counts[_ENTRANTS] += new
    join_parents(people, scratch, due, new)


@kernel
def join_parents(people, scratch, due, new):
    """Deal `new` entrants to `due` parents: first to one of their own area, then to any left, then round again.

    They live in the home of the parent, whatever the area they were expected in.
    """
    area, household, living = people.area, people.household, people.living
    parents, entrants = scratch.parents, scratch.entrants
    taken, parent_of = scratch.match.taken[0], scratch.match.group[1]
    for k in range(due):
        taken[k] = 0
    same_area, other_area = 0, 0
    free = 0  # no parent before this place is free
    for k in range(new):
        parent_of[k] = NOBODY
        while free < due and taken[free]:
            free += 1
        for place in range(free, due):
            if taken[place] == 0 and area[parents[place]] == area[entrants[k]]:
                taken[place] = 1
                parent_of[k] = parents[place]
                same_area += 1
                break
    place, again = 0, 0
    for k in range(new):
        if parent_of[k] == NOBODY and due > 0:
            while place < due and taken[place]:
                place += 1
            if place < due:
                taken[place] = 1
                parent_of[k] = parents[place]
                other_area += 1
            else:
                parent_of[k] = parents[again % due]
                again += 1
    for k in range(new):
        i, parent = entrants[k], parent_of[k]
        living[i] = WITH_PARENTS if parent >= 0 else OWN
        if parent >= 0:
            household[i] = household[parent]
            area[i] = area[parent]
    scratch.counts[_SAME_AREA] += same_area
    scratch.counts[_OTHER_AREA] += other_area
    scratch.counts[_DEALT_AGAIN] += again
    scratch.counts[_WITHOUT] += new if due == 0 else 0


@kernel
def keep_house(people, scratch, word, count):
    """Everybody who lives with parents or shares has a head who is there; those who do not live on their own."""
    resident, living, household, area = people.resident, people.living, people.household, people.area
    forward, size, mask, members = scratch.forward, scratch.size, scratch.mask, scratch.rows
    for at in range(np.uint64(count)):
        size[at] = np.int32(0)
    for at in range(np.uint64(count)):
        mask[at] = resident[at] & (np.uint8(living[at] == _WITH_PARENTS) | np.uint8(living[at] == _SHARING))
    sharers = 0
    for n in range(list_rows(mask, members, count)):
        i = np.int64(members[n])
        head = household[i]
        if living[i] == WITH_PARENTS:
            came_along = forward[head] >= 0
            head = household[forward[head] if came_along else head]
            if came_along:
                area[i] = area[head]
            here = resident[head] and living[head] == OWN and household[head] == head and area[head] == area[i]
            if here and head != i:
                household[i] = head
            else:
                living[i] = OWN
                household[i] = i
        else:
            if head != i and not (resident[head] and living[head] == SHARING and household[head] == head):
                if forward[head] < 0:
                    forward[head] = i
                head = forward[head]
            if area[head] != area[i] or household[head] != head or living[head] != SHARING:
                head = i
            household[i] = head
            size[head] += np.int32(1)
            members[sharers] = np.uint32(i)
            sharers += 1
    share_again(people, scratch, word, members, sharers)


@kernel
def share_again(people, scratch, word, sharers, number):
    """People with nobody to share with join others in their area, in homes of two to four.

    Who finds nobody in the block shares with people outside it, and is the head of the home as the model sees it.
    """
    open_home, room, size = scratch.open_home, scratch.room, scratch.size
    area, household = people.area, people.household
    open_home[:] = NOBODY
    for k in range(number):
        i = np.int32(sharers[k])
        if household[i] != i:
            continue
        place = np.int64(area[i]) % _OPEN_HOMES
        home = open_home[place]
        if size[i] > 1:
            if home < 0 and size[i] < LARGEST_SHARING:
                open_home[place] = i
                room[place] = np.int32(LARGEST_SHARING) - size[i]
        elif home >= 0 and area[home] == area[i]:
            household[i] = home
            size[home] += np.int32(1)
            room[place] -= np.int32(1)
            if room[place] == 0:
                open_home[place] = np.int32(NOBODY)
        else:
            open_home[place] = i
            room[place] = np.int32(1 + (word[i] & _WORD) % np.uint32(3))


assert LAST_AGE < _AGES
