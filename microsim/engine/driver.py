"""The compiled year: one call lives a block through all its years and arms, without the interpreter.

Order of a year, which starts on 1 April: the demography of the twelve months before (deaths, departures, moves,
arrivals, families), then health, learning, work and pay, then each measure in each arm, then what people have besides
pay, taxes and benefits, then the sums. Demography and
everything in `people` is shared by all arms: a measure's arrays are its own, and it sees people through read-only
arrays.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import literal_unroll

from microsim.dynamics.ageing import arrive, grow_older
from microsim.dynamics.apprenticeships import train
from microsim.dynamics.claims import write_claims
from microsim.dynamics.earnings import earn, who_works
from microsim.dynamics.families import FamilyScratch, live_in_families
from microsim.dynamics.health import change_health
from microsim.dynamics.homes import write_homes
from microsim.dynamics.jobs import change_jobs, remember_work, work_hours
from microsim.dynamics.loans import write_loans
from microsim.dynamics.means import Means
from microsim.dynamics.migration import leave, move
from microsim.dynamics.mortality import die
from microsim.dynamics.pensions import write_pensions
from microsim.dynamics.study import learn, study
from microsim.dynamics.wealth import write_wealth
from microsim.dynamics.work import change_work
from microsim.engine.ledger import add_line, add_people, add_taxes, group_people
from microsim.kernels.random import DEMOGRAPHY, FAMILY, HEALTH, LEARNING, PAY, WORK, random_words
from microsim.measures.contract import Clock, cost
from microsim.taxes.assess import assess
from microsim.taxes.scratch import TaxScratch


class Scratch(NamedTuple):
    """Room to work in, made once for each thread."""

    words: np.ndarray  # uint32 [4, rows]
    age_sex: np.ndarray  # uint32 [rows]
    key: np.ndarray  # uint32 [rows]
    working: np.ndarray  # uint32 [rows], rows of those in work
    qualification_status: np.ndarray  # uint32 [rows]
    earnings_bin: np.ndarray  # uint32 [rows]
    score: np.ndarray  # float32 [rows]
    shift: np.ndarray  # float32 [rows]
    status_before: np.ndarray  # uint8 [rows]
    new_job: np.ndarray  # uint8 [rows]
    whole: np.ndarray  # int32 [2, rows]
    lines: np.ndarray  # int32 [lines of the largest measure, rows]
    families: FamilyScratch
    means: Means
    taxes: TaxScratch

    @classmethod
    def make(cls, rows: int, lines: int) -> Scratch:
        return cls(
            np.zeros((4, rows), np.uint32), np.zeros(rows, np.uint32), np.zeros(rows, np.uint32),
            np.zeros(rows, np.uint32), np.zeros(rows, np.uint32), np.zeros(rows, np.uint32),
            np.zeros(rows, np.float32), np.zeros(rows, np.float32), np.zeros(rows, np.uint8), np.zeros(rows, np.uint8),
            np.zeros((2, rows), np.int32), np.zeros((lines, rows), np.int32), FamilyScratch.make(rows),
            Means.make(rows), TaxScratch.make(rows),
        )  # fmt: skip


def live_block(people, seen, present, tables, taxes, measures, first_lines, line_counts, keys, years, scratch, ledger):
    """Live the rows of `people` from year index `years[0]` up to, not including, `years[1]`.

    `seen` is `people` through read-only arrays; `present` int64 [years + 1] the rows present by each year; `measures`
    a tuple of measures' State, with `first_lines` and `line_counts` (int64 [measures]) saying where in the ledger each
    adds its lines; `keys` the seed and the replicate. Sums go into `ledger`.
    """
    for index in range(years[0], years[1]):
        year = tables.first_year + index
        count, already = present[index + 1], present[index]
        words, age_sex = scratch.words, scratch.age_sex
        grow_older(people, age_sex, year, count)
        random_words(words, people.id, keys[0], keys[1], year, DEMOGRAPHY, already)
        die(people, age_sex, tables.death[index], words, already)
        leave(people, age_sex, tables.emigration[index], words, already)
        move(people, age_sex, tables.moves, words, scratch.key, scratch.families.rows, already)
        arrive(people, already, count)
        random_words(words, people.id, keys[0], keys[1], year, FAMILY, count)
        live_in_families(
            people, age_sex, tables.families, tables.alignment, words, scratch.families, year, index, already, count
        )
        random_words(words, people.id, keys[0], keys[1], year, HEALTH, count)
        change_health(people, age_sex, tables.health, words, count)
        random_words(words, people.id, keys[0], keys[1], year, WORK, count)
        remember_work(people, scratch.status_before, count)
        change_work(people, age_sex, tables.work, tables.alignment, words, scratch, index, already)
        change_jobs(people, age_sex, tables.jobs, words, scratch.status_before, scratch.new_job, already, count)
        random_words(words, people.id, keys[0], keys[1], year, LEARNING, count)
        learn(people, age_sex, tables.study, words, already)
        train(people, age_sex, tables.apprenticeships, words, index, count)
        study(people, age_sex, tables.study, words, scratch.key, count)
        random_words(words, people.id, keys[0], keys[1], year, PAY, count)
        working, place = scratch.working, scratch.score
        workers = who_works(people, working, count)
        earn(
            people, age_sex, tables.earnings, words, scratch.new_job, working, workers, place, scratch.shift,
            scratch.key, index, count,
        )  # fmt: skip
        work_hours(people, age_sex, tables.jobs, working, workers, place, tables.earnings.growth[index], count)
        group_people(people, scratch.qualification_status, scratch.earnings_bin, count)
        add_people(
            ledger, people, age_sex, scratch.qualification_status, scratch.earnings_bin, working, workers, index, count
        )
        clock = Clock(year, index, count, keys[0], keys[1])
        number = 0
        for measure in literal_unroll(measures):
            lines = scratch.lines
            for line in range(line_counts[number]):
                lines[line, :count] = 0
            cost(measure, seen, clock, age_sex, words, scratch, lines)
            for line in range(line_counts[number]):
                add_line(
                    ledger, first_lines[number] + line, lines[line], people, age_sex,
                    scratch.qualification_status, scratch.earnings_bin, index, count,
                )  # fmt: skip
            number += 1  # noqa: SIM113 - the compiler cannot enumerate a tuple of unlike types
        if taxes.arms:
            means, room = scratch.means, scratch.taxes
            write_wealth(people, age_sex, tables.wealth, means, index, count)
            write_loans(people, tables.loans, means, index, count)
            for arm in range(taxes.arms):
                rules = tables.means[arm]
                write_homes(people, age_sex, rules.homes, means, index, count)
                write_claims(people, age_sex, rules.claims, means, index, count)
                write_pensions(people, age_sex, rules.pensions, means, index, count)
                assess(people, age_sex, means, taxes.tables[arm], room, year, index, count)
                add_taxes(ledger, people, room.amounts, room.equivalised, arm, index, count)
