"""Each hand-written part beside the engine's kernels: the same work from the same state, timed in turns, compared."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.ceiling.grant import DETAILED, FOLDED, TOTALS, live_grant, unfold
from benchmarks.ceiling.lives import age_die_and_leave, draw, pay, work
from benchmarks.ceiling.material import Material
from benchmarks.ceiling.sums import add_everybody, room
from microsim.dynamics.ageing import grow_older
from microsim.dynamics.earnings import earn, who_works
from microsim.dynamics.migration import leave
from microsim.dynamics.mortality import die
from microsim.dynamics.work import change_work
from microsim.engine.ledger import IN_WORK, PAY, PEOPLE, PUBLIC_SECTOR, Ledger, add_people, group_people
from microsim.kernels.boxed import opened
from microsim.kernels.jit import compile_driver
from microsim.kernels.random import DEMOGRAPHY, random_words
from microsim.measures.contract import Clock
from microsim.measures.lifelong_training_grant.state import GrantState

TRIES = 25
ALIKE = 0.9999  # of the values that both write: single precision rounds close calls either way
_SOURCES = tuple(sorted(Path(__file__).parent.glob("*.py")))


ENGINE, HAND = "engine", "ceiling"


class Part(NamedTuple):
    """Work that both do: each is called with the number of rows; `written` are the arrays in which results are."""

    engine: Callable[[int], Any]
    hand: Callable[[int], Any]
    rows: int
    written: Callable[[str], list[np.ndarray]]  # by ENGINE or by HAND
    clear: Callable[[], None] = lambda: None  # sums are to be of one call
    close: float = 1e-6  # how far apart floating results may be


def compiled(function: Callable[..., Any]) -> Any:
    """`function` with its machine code kept, as the engine's is."""
    return compile_driver(function, _SOURCES)


def measure(part: Part, restore: Callable[[], None], tries: int = TRIES) -> dict[str, Any]:
    """Nanoseconds for a row of both, in turns, the shortest of some tries, and whether their results are the same.

    What a call takes for no rows is taken off.
    """
    sides = {ENGINE: part.engine, HAND: part.hand}
    seconds = {(name, rows): np.inf for name in sides for rows in (part.rows, 0)}
    results = {}
    for name, call in sides.items():
        call(0)  # loads what is compiled
        restore()
        part.clear()
        call(part.rows)
        results[name] = [array.copy() for array in part.written(name)]
    for _ in range(tries):
        for name, call in sides.items():
            for rows in (part.rows, 0):
                restore()
                started = time.perf_counter()
                call(rows)
                seconds[name, rows] = min(seconds[name, rows], time.perf_counter() - started)
    engine, hand = ((seconds[name, part.rows] - seconds[name, 0]) / part.rows * 1e9 for name in sides)
    return {
        "engine_nanoseconds": engine,
        "ceiling_nanoseconds": hand,
        "engine_over_ceiling": hand / engine,
        "same": alike(results[ENGINE], results[HAND], part.close),
    }


def alike(one: list[np.ndarray], other: list[np.ndarray], close: float = 1e-6) -> float:
    """The share of values that are the same, floating ones within `close` or a millionth, of the array least alike."""
    shares = []
    for mine, theirs in zip(one, other, strict=True):
        floating = np.issubdtype(mine.dtype, np.floating)
        same = np.isclose(mine, theirs, rtol=1e-6, atol=close) if floating else mine == theirs
        shares.append(float(same.mean()) if same.size else 1.0)
    return min(shares)


def parts(given: Material) -> dict[str, Part]:
    """Every part, by name, ready to be called on a block of the plain grant."""
    return {
        "random words (one group)": draws_part(given),
        "ages, deaths, departures": deaths_part(given),
        "work": work_part(given),
        "pay": pay_part(given),
        "sums of the population": sums_part(given),
        "the grant: take-up, spending, sums": grant_part(given),
    }


def draws_part(given: Material) -> Part:
    words = np.zeros((4, given.rows), np.uint32)
    arguments = (words, given.people.id, *given.seed, given.year, DEMOGRAPHY)
    engine, hand = compiled(_engine_draws), compiled(_hand_draws)
    return Part(lambda n: engine(*arguments, n), lambda n: hand(*arguments, n), given.rows, lambda _: [words])


def _engine_draws(words, person, key_0, key_1, year, group, count):
    random_words(words, person, key_0, key_1, year, group, count)


def _hand_draws(words, person, key_0, key_1, year, group, count):
    draw(words, person, key_0, key_1, year, group, count)


def deaths_part(given: Material) -> Part:
    people, tables, index = given.people, given.programme.tables, given.index
    keys = np.zeros(given.rows, np.uint32)
    words, death, emigration = given.words["DEMOGRAPHY"], tables.death[index], tables.emigration[index]
    most, maybe = emigration.max(), np.zeros(given.rows, np.uint8)
    engine, hand = compiled(_engine_deaths), compiled(_hand_deaths)
    return Part(
        lambda n: engine(people, keys, words, death, emigration, given.year, n),
        lambda n: hand(people, keys, words, death, emigration, most, given.runs if n else given.runs[-1:] * 0, maybe,
                       given.year, n),
        given.already,
        lambda _: [people.resident, keys[: given.already]],
    )  # fmt: skip


def _engine_deaths(people, age_sex, words, death, emigration, year, count):
    grow_older(people, age_sex, year, count)
    die(people, age_sex, death, words, count)
    leave(people, age_sex, emigration, words, count)


def _hand_deaths(people, age_sex, words, death, emigration, most, runs, maybe, year, count):
    age_die_and_leave(
        people.cohort, people.sex, people.household, people.living, people.resident, age_sex, words, death, emigration,
        most, runs, maybe, year, count,
    )  # fmt: skip


def work_part(given: Material) -> Part:
    people, tables, index = given.people, given.programme.tables, given.index
    scratch = given.programme.scratch(given.rows)[0]
    of_work, aligned = tables.work, tables.alignment
    by_area = (of_work.area_work * aligned.area_work[index], of_work.area_own, of_work.area_unemployed)
    place = np.ascontiguousarray(np.stack([*by_area, np.zeros_like(by_area[0])], axis=1)).reshape(-1)
    odds = aligned.work[index]
    birth = np.int32(given.year - 1)
    engine, hand = compiled(_engine_work), compiled(_hand_work)
    words, ages = given.words["WORK"], given.keys.age_sex
    return Part(
        lambda n: engine(people, ages, of_work, aligned, words, scratch, index, n),
        lambda n: hand(
            people, ages, words[0], of_work.status, of_work.personal, odds, place, aligned.unemployed[index], birth, n
        ),
        given.already,
        lambda _: [people.work_status],
    )  # fmt: skip


def _engine_work(people, age_sex, tables, alignment, words, scratch, index, count):
    change_work(people, age_sex, tables, alignment, words, scratch, index, count)


def _hand_work(people, age_sex, word, packed, personal, odds, place, unemployed, birth, count):
    work(
        age_sex, people.qualification, people.work_status, people.disabled, people.child_1, people.area,
        people.resident, word, packed, personal, odds, place, unemployed, birth, count,
    )  # fmt: skip


def pay_part(given: Material) -> Part:
    people, tables, index = given.people, given.programme.tables.earnings, given.index
    new_job = (given.words["WORK"][1] < np.uint32(2**28)).astype(np.uint8)  # one in sixteen
    scratch = given.programme.scratch(given.rows)[0]
    words, ages = given.words["PAY"], given.keys.age_sex
    jobs = np.ascontiguousarray(np.stack([tables.job, tables.spread], axis=1)).reshape(-1)
    engine, hand = compiled(_engine_pay), compiled(_hand_pay)
    return Part(
        lambda n: engine(people, ages, tables, words, new_job, scratch, index, n),
        lambda n: hand(people, ages, tables, jobs, words, new_job, tables.growth[index], n),
        given.rows,
        lambda _: [people.pay, people.persistent],
    )


def _engine_pay(people, age_sex, tables, words, new_job, scratch, index, count):
    workers = who_works(people, scratch.working, count)
    earn(
        people, age_sex, tables, words, new_job, scratch.working, workers, scratch.score, scratch.shift, scratch.key,
        index, count,
    )  # fmt: skip


def _hand_pay(people, age_sex, tables, jobs, words, new_job, growth, count):
    pay(people, age_sex, tables, jobs, words, new_job, growth, count)


def sums_part(given: Material) -> Part:
    people, keys, index = given.people, given.keys, given.index
    scratch = given.programme.scratch(given.rows)[0]
    ledgers = {name: given.programme.ledger() for name in (ENGINE, HAND)}
    folded = room(ledgers[HAND])
    engine, hand = compiled(_engine_sums), compiled(_hand_sums)
    lines = [PEOPLE, IN_WORK, PAY, PUBLIC_SECTOR]
    return Part(
        lambda n: engine(ledgers[ENGINE], people, keys, scratch.working, index, n),
        lambda n: hand(ledgers[HAND], people, keys, folded, index, n),
        given.rows,
        lambda side: [grouping[lines, index] for grouping in ledgers[side].groupings],
        lambda: _forget(ledgers.values(), index),
    )


def _engine_sums(ledger, people, keys, working, index, count):
    group_people(people, keys, count)
    add_people(ledger, people, keys, working, who_works(people, working, count), index, count)


def _hand_sums(ledger, people, keys, folded, index, count):
    add_everybody(ledger, people, keys, folded, index, count)


def grant_part(given: Material) -> Part:
    people, keys, index, programme = given.people, given.keys, given.index, given.programme
    own = next(one for one in given.turn if isinstance(one, GrantState))
    theirs = next(one for one in map(opened, given.turn) if isinstance(one, Ledger))
    ledgers = {ENGINE: theirs, HAND: programme.ledger()}
    folded = tuple(np.zeros((grouping.shape[-1], FOLDED), np.int64) for grouping in ledgers[HAND].groupings)
    totals = np.zeros((folded[-1].shape[0], len(TOTALS)), np.int64)
    place = {one.line.name: one.place for one in programme.places}
    detailed, summed = (np.array([place[name] for name in names]) for names in (DETAILED, TOTALS))
    hand = compiled(_hand_grant)

    def engine(rows: int) -> None:
        given.measure(*(one._replace(rows=rows) if isinstance(one, Clock) else one for one in given.turn))

    def written(side: str) -> list[np.ndarray]:
        ledger = ledgers[side]
        return [*(one[detailed, index] for one in ledger.groupings), ledger.totals[summed, index], own.balance]

    return Part(
        engine,
        lambda n: hand(ledgers[HAND], own, people, keys, *given.seed, given.year, index, folded, totals, detailed,
                       summed, n),
        given.rows,
        written,
        lambda: _forget(ledgers.values(), index),
    )  # fmt: skip


def _hand_grant(ledger, own, people, keys, key_0, key_1, calendar, year, folded, totals, detailed, summed, count):
    live_grant(own, people, keys, key_0, key_1, calendar, year, folded, totals, count)
    unfold(ledger, folded, totals, detailed, summed, own.per_account[year], own.per_use[year], year)


def _forget(ledgers: Iterable[Ledger], index: int) -> None:
    """The sums of a year are nothing again."""
    for ledger in ledgers:
        for grouping in (*ledger.groupings, ledger.totals):
            grouping[:, index] = 0
