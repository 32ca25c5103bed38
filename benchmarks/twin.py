"""The same model written the usual way: one pandas frame of everybody, numpy over whole columns, year by year.

It reads the same tables as the compiled engine and draws its own random numbers, so its totals agree with the engine's
up to sampling error and what it leaves out (`python -m benchmarks` prints both): families stay as at the start,
so it does less than the engine. It is the yardstick for speed, not for results. `ROOMS` lists the rooms of the life
course in the order of the engine's year.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from microsim.dynamics.migration import DESTINATIONS
from microsim.dynamics.study import FIRST_LEARNER_AGE, SEPTEMBER
from microsim.dynamics.tables import Tables
from microsim.engine.run import Programme
from microsim.measures.lifelong_training_grant.prices import PRICES
from microsim.measures.lifelong_training_grant.state import GrantState
from microsim.measures.lifelong_training_grant.take_up import STATUS_KEYS
from microsim.population.apprenticeships import ENTRIES, FIRST_AGES, FIRST_MONTHS_LATE, YEAR_11_MONTHS
from microsim.population.blocks import MONTHS_BEFORE_MID_YEAR
from microsim.population.columns import (
    ADULT_LEARNING,
    HIGHER_EDUCATION,
    INDUSTRIES,
    OWN,
    QUALIFICATIONS,
    SCHOOL,
    WITH_PARENTS,
)
from microsim.population.jobs import ENTRIES as JOB_ENTRIES
from microsim.population.jobs import ENTRY_SHIFT, HOURS_POINTS
from microsim.population.learners import GAINED
from microsim.population.people import AGE_SEX_KEYS, EMPLOYEE, ENTRY_AGE, LAST_AGE, NOBODY, SELF_EMPLOYED
from microsim.population.study import LAST_LEARNING_AGE, LAST_STUDENT_AGE
from microsim.population.work_odds import FIRST_CHILD_AGES

LEVELS, STATUSES, POINTS = 7, 5, 64  # of qualification, of work status, of a curve of pay
APPRENTICESHIPS, AGE_BANDS = 4, 3  # levels, and bands of the age at the start
LEVEL3, PAYERS, STRIDE = 5, len(ADULT_LEARNING) - 1, 8  # STRIDE: thresholds of a row of the tables of study
WORDS = 2.0**32  # a threshold over this is a chance
LINKS = ("household", "partner")  # columns that hold the row of somebody else


class Year(NamedTuple):
    """What a room is given besides the people who are present: `old` marks those who were there a year ago."""

    tables: Tables
    year: int
    number: int  # from the first
    old: np.ndarray
    rng: np.random.Generator


def everybody(programme: Programme) -> pd.DataFrame:
    """All lives of the sample in one frame, in order of arrival; links hold places in it."""
    blocks = [block.people._asdict() for block in programme.sample]
    first = 0
    for block in blocks:
        for link in LINKS:
            block[link] = np.where(block[link] == NOBODY, NOBODY, block[link].astype(np.int64) + first)
        first += len(block["id"])
    people = pd.DataFrame({name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]})
    people = people.sort_values(["entry_year", "cohort", "sex"], kind="stable")
    place = np.empty(len(people) + 1, np.int64)  # the last stands for nobody: its place is -1 from the end
    place[people.index] = np.arange(len(people))
    place[NOBODY] = NOBODY
    people = people.reset_index(drop=True)
    return people.assign(**{link: place[people[link]] for link in LINKS})


def live(programme: Programme, people: pd.DataFrame, years: int, seed: int = 1) -> tuple[pd.DataFrame, int]:
    """Live everybody through the first `years` years with the programme's one measure, a training grant.

    Returns sums by year (people, in work, pay, grant spending, users, balances of the sample, unweighted) and the
    number of resident person-years.
    """
    rng = np.random.default_rng(seed)
    tables, (entry,) = programme.tables, programme.measures
    people = people.assign(balance=np.int64(0))
    arriving = people[people["entry_year"] > 0]
    now = people[people["entry_year"] == 0]
    rows, person_years = [], 0
    for index in range(years):
        year = tables.first_year + index
        before = len(now)
        now = pd.concat([now, arriving[arriving["entry_year"] == year]], ignore_index=True)
        given = Year(tables, year, index, np.arange(len(now)) < before, rng)
        for room in ROOMS:
            room(now, given)
        here = now["resident"] == 1
        sums = {
            "people": int(here.sum()),
            "in_work": int((here & (now["work_status"] <= SELF_EMPLOYED)).sum()),
            "pay": float(now["pay"][here].sum()),
        }
        rows.append({"year": year, **sums, **_grant(now, entry.state, given)})
        person_years += int(here.sum())
    return pd.DataFrame(rows), person_years


# -- the life course, a room at a time ---------------------------------------------------------------------------------


def grow_older(now: pd.DataFrame, year: Year) -> None:
    now["age"] = np.minimum(year.year - now["cohort"] - 1, LAST_AGE)
    now["key"] = now["age"] * 2 + now["sex"]


def die_or_leave(now: pd.DataFrame, year: Year) -> None:
    """Deaths by one's own draw, departures from England by that of the head of the family."""
    key, random = now["key"].to_numpy(), year.rng.random((2, len(now)))
    leader = np.where(now["living"] <= WITH_PARENTS, now["household"], np.arange(len(now)))
    dies = random[0] < year.tables.death[year.number][key] / WORDS
    leaves = random[1][leader] < year.tables.emigration[year.number][key] / WORDS
    now["resident"] = np.where(year.old, (now["resident"] == 1) & ~dies & ~leaves, True).astype(np.uint8)


def move(now: pd.DataFrame, year: Year) -> None:
    """Everybody's own draw, that of grown-up children less their parents' chance; then families follow their head."""
    moves, here, rows = year.tables.moves, now["resident"].to_numpy() == 1, np.arange(len(now))
    key, area, head = now["key"].to_numpy(), now["area"].to_numpy().astype(np.int64), now["household"].to_numpy()
    family, child = now["living"].to_numpy() <= WITH_PARENTS, now["living"].to_numpy() == WITH_PARENTS
    chance = moves.rate[moves.group[key] * moves.areas + area] * moves.relative[key]
    with_head = moves.rate[moves.group[key[head]] * moves.areas + area] * moves.relative[key[head]]
    alone = np.maximum(chance - with_head, 0.0) / np.maximum(1.0 - with_head, 0.01)
    chance = np.where(child & here[head], alone, chance)
    mover = np.flatnonzero(year.old & here & (year.rng.random(len(now)) < chance))
    people_like = now["ethnicity"].to_numpy()[mover].astype(np.int64) * moves.groups + moves.group[key[mover]]
    table = people_like * moves.regions + moves.region[area[mover]]
    entry = year.rng.integers(0, DESTINATIONS, len(mover))
    to = area.copy()
    to[mover] = moves.destination[table * DESTINATIONS + entry]
    led = year.old & here & (head != rows) & family & here[head]
    own = (to != area) & (~led | child)
    now["area"] = np.where(led & ~own & (to[head] != area[head]), to[head], np.where(own, to, area)).astype(np.uint16)
    now["household"] = np.where(own, rows, head)
    now["living"] = np.where(own, OWN, now["living"]).astype(np.uint8)


def live_in_families(now: pd.DataFrame, year: Year) -> None:
    """Left out: the twin keeps the couples and homes of the reference date, and has no births."""


def change_health(now: pd.DataFrame, year: Year) -> None:
    """Disability and care: some draw a new rank, and a state is held while the rank is below the prevalence."""
    tables, here = year.tables.health, now["resident"] == 1
    cell = now["key"] * int(tables.areas) + now["area"].astype(np.int64)
    for rank, state, table, redrawn in (
        ("disability_rank", "disabled", tables.disability, tables.disability_redrawn),
        ("care_rank", "carer", tables.care, tables.care_redrawn),
    ):
        drawn = here & (year.rng.random(len(now)) < redrawn / WORDS)
        now.loc[drawn, rank] = year.rng.integers(0, 2**32, int(drawn.sum()), np.uint32)
        now[state] = np.where(here, now[rank] < table[cell], now[state]).astype(np.uint8)


def change_work(now: pd.DataFrame, year: Year) -> None:
    """One uniform draw for a ladder of statuses, the odds of each step multiplied for the person and the place."""
    tables, aligned, number = year.tables.work, year.tables.alignment, year.number
    key, area, random = now["key"].to_numpy(), now["area"].to_numpy(), year.rng.random(len(now))
    youngest = year.year - 1 - now["child_1"].to_numpy().astype(np.int64)
    family = np.select([youngest < age for age in FIRST_CHILD_AGES[1:]], [1, 2, 3], 0)
    personal = tables.personal.reshape(AGE_SEX_KEYS, 2, -1)[key, now["disabled"], family]
    odds = personal * tables.area_work[area] * aligned.work[number][key] * aligned.area_work[number][area]
    cell = ((key - 2) * LEVELS + now["qualification"]) * STATUSES + now["work_status"]
    works, employed, unemployed, inactive = tables.status.reshape(-1, STATUSES - 1)[cell].T
    work = _shift_odds(works, odds)
    employee = work * _shift_odds(employed, tables.area_own[area])
    active = work + (1.0 - work) * _shift_odds(
        unemployed, tables.area_unemployed[area] * aligned.unemployed[number][key]
    )
    drawn = (random >= [employee, work, active, active + (1.0 - active) * inactive]).sum(axis=0)
    changes = year.old & (now["resident"] == 1)
    if number == 0:  # those born before mid-year have the age of the reference date still
        changes &= now["birth_month"] >= MONTHS_BEFORE_MID_YEAR
    now["status_before"] = now["work_status"]
    now["work_status"] = np.where(changes, drawn, now["work_status"]).astype(np.uint8)


def change_jobs(now: pd.DataFrame, year: Year) -> None:
    """Who takes up work or changes job gets an industry and sector from a rank that stays with the person."""
    tables, status = year.tables.jobs, now["work_status"].to_numpy()
    works, employee = (status <= SELF_EMPLOYED) & (now["resident"] == 1), status == EMPLOYEE
    changes = year.rng.random(len(now)) < tables.change[now["key"]] / WORDS
    now["new_job"] = works & ((status != now["status_before"]) | ~year.old | changes)
    now["public"] = np.where(employee | (now["resident"] == 0), now["public"], 0).astype(np.uint8)
    new = np.flatnonzero(now["new_job"])
    now.loc[new, "hours_rank"] = year.rng.integers(0, 2**32, len(new), np.uint32)
    other = new[year.rng.random(len(new)) >= tables.same_rank / 2.0**16]
    now.loc[other, "job_rank"] = year.rng.integers(0, 2**32, len(other), np.uint32)
    some = now.loc[new]
    row = tables.group[some["area"]] + 2 * some["sex"] + (some["work_status"] == SELF_EMPLOYED)
    cell = tables.job[row.to_numpy().astype(np.int64) * JOB_ENTRIES + (some["job_rank"].to_numpy() >> ENTRY_SHIFT)]
    now.loc[new, "industry"] = cell >> 1
    now.loc[new, "public"] = (cell & 1) * employee[new]


def learn(now: pd.DataFrame, year: Year) -> None:
    """The rise in highest qualification: of the young by their place, of others by chance."""
    tables = year.tables.study
    present = year.old & (now["resident"] == 1).to_numpy()
    held = now["qualification"].to_numpy()
    young = now["age"].to_numpy() <= LAST_LEARNING_AGE + 1
    row = np.where(young, now["key"] - 2 * ENTRY_AGE, 0)
    place = tables.level.reshape(-1, STRIDE)[row, : LEVELS - 1]
    by_place = (now["learning_rank"].to_numpy()[:, None] >= place).sum(axis=1)
    chance = tables.gain.reshape(-1, STRIDE)[tables.gain_row[now["key"]] + held, : len(GAINED)]
    draw = year.rng.integers(0, 2**32, len(now), np.uint32)
    steps = (draw[:, None] < chance).sum(axis=1)  # one for level 2, two for level 3, three for level 4
    by_chance = np.array([0, *(QUALIFICATIONS.index(level) for level in GAINED)])[steps]
    reached = np.maximum(held, np.where(young, by_place, by_chance))
    now["qualification"] = np.where(present, reached, held).astype(np.uint8)


def train(now: pd.DataFrame, year: Year) -> None:
    """Those who were apprentices go on or end, perhaps with a higher qualification; some other employees start."""
    tables, draw = year.tables.apprenticeships, year.rng.random(len(now))
    apprentice = (now["apprenticeship"] > 0).to_numpy()
    here, employee = (now["resident"] == 1).to_numpy(), (now["work_status"] == EMPLOYEE).to_numpy()
    _go_on_or_end(now, here & apprentice, employee, draw, tables)
    starting = np.flatnonzero(here & ~apprentice & employee & (draw < tables.bound[now["key"]] / WORDS))
    some, draw = now.iloc[starting], draw[starting]
    age = _age_at_start(some)
    starts = tables.starts.reshape(-1, LEVELS, APPRENTICESHIPS)[age * 2 + some["sex"], some["qualification"]]
    place = tables.place.reshape(-1, AGE_BANDS, APPRENTICESHIPS)[some["area"], _age_band(age)]
    chances = (starts * place * tables.growth[year.number]).cumsum(axis=1)
    level = (draw[:, None] >= chances).sum(axis=1)
    starts_now = level < APPRENTICESHIPS
    starting, level, age = starting[starts_now], level[starts_now], age[starts_now]
    now.loc[starting, "apprenticeship"] = tables.level[level]
    now.loc[starting, "apprenticeship_year"] = np.uint8(1)
    young = age <= tables.recruit_to
    job = tables.recruits.reshape(APPRENTICESHIPS, -1)[level, year.rng.integers(0, ENTRIES, len(level))][young]
    now.loc[starting[young], "industry"] = job >> 1
    now.loc[starting[young], "public"] = job & 1


def _go_on_or_end(now: pd.DataFrame, those: np.ndarray, employee: np.ndarray, draw: np.ndarray, tables: Any) -> None:
    some, employee, draw = now[those], employee[those], draw[those]
    level, spent = tables.level_row[some["apprenticeship"]], some["apprenticeship_year"].to_numpy().astype(np.int64)
    band = _age_band(_age_at_start(some) - spent)
    chance = tables.go_on.reshape(APPRENTICESHIPS, AGE_BANDS, -1)[level, band, spent - 1] / tables.stay[some["key"]]
    goes_on = employee & (draw < chance)
    achieves = employee & ~goes_on & (draw - chance < tables.success[level] * (1.0 - chance))
    raised = np.maximum(some["qualification"], tables.raised_to[level])
    achieves &= some["age"].to_numpy() >= tables.raise_from
    now.loc[those, "qualification"] = np.where(achieves, raised, some["qualification"]).astype(np.uint8)
    now.loc[those, "apprenticeship"] = np.where(goes_on, some["apprenticeship"], 0).astype(np.uint8)
    now.loc[those, "apprenticeship_year"] = np.where(goes_on, spent + 1, 0).astype(np.uint8)


def _age_at_start(people: pd.DataFrame) -> np.ndarray:
    """Age on 1 December; 0 while in year 11."""
    month = people["birth_month"].to_numpy()
    age = people["age"].to_numpy() - (month >= FIRST_MONTHS_LATE)
    return np.where((age == 16) & (month >= YEAR_11_MONTHS[0]) & (month < YEAR_11_MONTHS[1]), 0, age)


def _age_band(age: np.ndarray) -> np.ndarray:
    return np.searchsorted(FIRST_AGES[1:], age, side="right")


def study(now: pd.DataFrame, year: Year) -> None:
    """Routes at 16 to 18, higher education up to 30, and how adult learning is paid."""
    tables = year.tables.study
    here = (now["resident"] == 1).to_numpy()
    apprentice = (now["apprenticeship"] > 0).to_numpy()
    redrawn = year.rng.integers(0, 2**32, len(now), np.uint32) < tables.learner_change
    now["learner_rank"] = np.where(
        redrawn, year.rng.integers(0, 2**32, len(now), np.uint32), now["learner_rank"]
    ).astype(np.uint32)
    studying = np.zeros(len(now), np.uint8)
    young = np.flatnonzero((now["age"] <= LAST_STUDENT_AGE) & ~apprentice)
    studying[young] = _young_study(now.iloc[young], tables)
    now["study"] = np.where(here, studying, now["study"]).astype(np.uint8)
    row = (tables.learner_row[now["key"]] + now["qualification"]) * STATUSES + now["work_status"]
    cuts = tables.learner.reshape(-1, STRIDE)[row, :PAYERS]
    payer = 1 + (now["learner_rank"].to_numpy()[:, None] >= cuts).sum(axis=1)
    learns = (payer <= PAYERS) & (now["age"] >= FIRST_LEARNER_AGE) & (studying == 0) & ~apprentice
    now["learning"] = np.where(here, np.where(learns, payer, 0), now["learning"]).astype(np.uint8)


def _young_study(now: pd.DataFrame, tables: Any) -> np.ndarray:
    late = (now["birth_month"] >= SEPTEMBER).to_numpy().astype(int)
    at_16 = now["age"].to_numpy() - ENTRY_AGE
    academic = now["age"].to_numpy() - late
    held, rank = now["qualification"].to_numpy(), now["study_rank"].to_numpy()
    first = tables.higher_education[(at_16 * 2 + late) * 2 + now["sex"]]
    higher = (held < LEVELS - 1) & (now["learning_rank"].to_numpy() >= first)
    higher |= (academic > 18) & (rank >= tables.mature[0, at_16]) & (rank < tables.mature[1, at_16]) & (held >= LEVEL3)
    work = np.array([0, 0, 1, 2, 2])[now["work_status"]]
    row = np.clip(academic - ENTRY_AGE, 0, 2) * int(tables.regions) + tables.region[now["area"]]
    row = (row * 2 + now["sex"].to_numpy()) * 2 + now["free_meals"].to_numpy()
    row = row * 2 + (now["attainment"].to_numpy() == 2)
    route = tables.route_code[(rank[:, None] >= tables.route.reshape(-1, STRIDE)[row * 3 + work, :4]).sum(axis=1)]
    route = np.where(academic > 18, 0, route)
    return np.where(academic < ENTRY_AGE, SCHOOL, np.where(higher, HIGHER_EDUCATION, route))


def earn(now: pd.DataFrame, year: Year) -> None:
    """The score of pay, shifted for what a person is and does, on the curves of age and sex and of the area."""
    tables, random = year.tables.earnings, year.rng.standard_normal((2, len(now)))
    lasting = tables.persistence * now["persistent"].to_numpy() + tables.innovation * random[0]
    score = tables.persistent_weight * lasting + tables.transitory_weight * random[1]
    cell = (now["sex"].to_numpy() * len(INDUSTRIES) + now["industry"].to_numpy()) * 2 + now["public"].to_numpy()
    shift = tables.qualification[now["qualification"]] + tables.job[cell] + tables.study[now["study"]]
    shifted = score * tables.spread[cell] + shift + tables.new_job * now["new_job"].to_numpy()
    score = np.where(now["apprenticeship"] == 0, shifted, score)
    place = ((score + 4.0) * (POINTS - 1) / 8.0).clip(0.0, POINTS - 1.0001)
    row = tables.curve[now["apprenticeship"].to_numpy().astype(np.int64) * AGE_SEX_KEYS + now["key"].to_numpy()]
    level = _on_curve(tables.quantiles, row, place) * _on_curve(tables.area, now["area"].to_numpy(), place)
    level = level * _on_curve(tables.status, now["work_status"].to_numpy(), place) * tables.growth[year.number]
    now["place"] = place
    now["persistent"] = lasting.astype(np.float32)
    now["pay"] = np.where(now["resident"] == 1, level, now["pay"]).astype(np.float32)


def work_hours(now: pd.DataFrame, year: Year) -> None:
    """Part time by pay and a lasting rank; hours from published percentiles, no more than pay buys at the minimum."""
    tables, key = year.tables.jobs, now["key"].to_numpy()
    here, status = now["resident"] == 1, now["work_status"]
    point = key.astype(np.int64) * POINTS + now["place"].astype(np.int64)
    chance, draw = tables.part_time[point], now["hours_rank"].to_numpy() / WORDS
    short = draw < chance
    by_pay = tables.pay_weight * tables.part_time_place[point]
    among_short = by_pay + (1.0 - tables.pay_weight) * draw / np.maximum(chance, 1e-6)
    within = np.where(short, among_short, (draw - chance) / np.maximum(1.0 - chance, 1e-6))
    row = np.where(short, AGE_SEX_KEYS, 0) + key
    hours = _on_curve(tables.hours, row, within.clip(0.0, 1.0) * (HOURS_POINTS - 1.001), HOURS_POINTS)
    most = now["pay"] / (year.tables.earnings.growth[year.number] * tables.least_pay[key])
    hours = np.where(short & (status == EMPLOYEE), np.maximum(np.minimum(hours, most), 1.0), hours)
    hours = np.where(status <= SELF_EMPLOYED, hours, 0.0)
    now["hours"] = np.where(here, hours, now["hours"]).astype(np.float32)
    now["part_time"] = np.where(here, short & (status == EMPLOYEE), now["part_time"]).astype(np.uint8)


def _on_curve(curves: np.ndarray, row: np.ndarray, place: np.ndarray, points: int = POINTS) -> np.ndarray:
    """The value of each person's curve at a place between its points, in a straight line."""
    table, point = curves.reshape(-1, points), place.astype(np.int64)
    low, high = table[row, point], table[row, point + 1]
    return np.asarray(low + (place - point) * (high - low))


ROOMS = (
    grow_older, die_or_leave, move, live_in_families, change_health, change_work, change_jobs,
    learn, train, study, earn, work_hours,
)  # fmt: skip


def _shift_odds(chance: np.ndarray, odds: np.ndarray) -> np.ndarray:
    """Chances whose odds are `odds` times those of `chance`."""
    return chance * odds / (1.0 - chance + chance * odds)


# -- the measure -------------------------------------------------------------------------------------------------------


def _grant(now: pd.DataFrame, own: GrantState, given: Year) -> dict[str, float]:
    index = given.number
    if given.year < own.start:
        return {"spending": 0.0, "users": 0, "balance": 0.0}
    here: Any = now["resident"].to_numpy() == 1
    key = now["age"] * 2 + own.transition[index][now["area"]]
    before: Any = now["balance"] + np.where(here, own.on_first_april[index][key], 0)
    birthday = np.where(here, own.on_birthday[index][key], 0)
    available: Any = np.asarray(before + birthday)
    left = own.after_birthday[now["birth_month"]]
    chance: Any = own.chance[index][now["age"] * STATUS_KEYS + now["work_status"]]
    chance = chance * np.where(own.usable[index][now["age"]] == 0, 1.0 - left, 1.0)
    chance = chance * np.where((before == 0) & (own.part_year > 0), left, 1.0)
    uses: Any = here & (available > 0) & (given.rng.random(len(now)) < chance)
    price = own.price[index][given.rng.integers(0, PRICES, len(now))]
    spending = np.where(uses, np.minimum(price, available), 0).astype(np.int64)
    kept = np.where(here & (own.stays_open[index][now["age"]] == 1), available - spending, 0)
    now["balance"] = kept
    return {"spending": spending.sum() / 100, "users": int(uses.sum()), "balance": kept.sum() / 100}
