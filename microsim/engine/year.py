"""The compiled part of a year that all arms share: how people live, learn and work, and who there is."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from microsim.dynamics.ageing import arrive, grow_older
from microsim.dynamics.apprenticeships import train
from microsim.dynamics.earnings import earn, who_works
from microsim.dynamics.families import FamilyScratch, live_in_families
from microsim.dynamics.health import change_health
from microsim.dynamics.hiring import find_employers
from microsim.dynamics.jobs import change_jobs, remember_work, work_hours
from microsim.dynamics.migration import leave, move
from microsim.dynamics.mortality import die
from microsim.dynamics.study import learn, study
from microsim.dynamics.work import change_work
from microsim.engine.ledger import GroupKeys, add_people, group_people
from microsim.kernels.boxed import opened
from microsim.kernels.random import DEMOGRAPHY, FAMILY, HEALTH, LEARNING, PAY, WORK, random_words


class Scratch(NamedTuple):
    """Room to work in for what all arms share, made once for each thread."""

    words: np.ndarray  # uint32 [4, rows]
    key: np.ndarray  # uint32 [rows]
    working: np.ndarray  # uint32 [rows], rows of those in work
    groups: GroupKeys
    score: np.ndarray  # float32 [rows]
    shift: np.ndarray  # float32 [rows]
    status_before: np.ndarray  # uint8 [rows]
    new_job: np.ndarray  # uint8 [rows]
    families: FamilyScratch

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        return cls(
            np.zeros((4, rows), np.uint32), np.zeros(rows, np.uint32), np.zeros(rows, np.uint32), GroupKeys.make(rows),
            np.zeros(rows, np.float32), np.zeros(rows, np.float32), np.zeros(rows, np.uint8), np.zeros(rows, np.uint8),
            FamilyScratch.make(rows),
        )  # fmt: skip


def live_year(people, tables, keys, index, already, count, scratch, ledger):
    """The part of year `index` that all arms share, of `count` rows of which `already` were there before."""
    people, tables, scratch, ledger = opened(people), opened(tables), opened(scratch), opened(ledger)
    year = tables.first_year + index
    words, age_sex = scratch.words, scratch.groups.age_sex
    grow_older(people, age_sex, year, count)
    random_words(words, people.id, keys[0], keys[1], year, DEMOGRAPHY, already)
    die(people, age_sex, tables.death[index], words, already)
    leave(people, age_sex, tables.emigration[index], words, already)
    move(people, age_sex, tables.moves, words, scratch.key, scratch.families.mask, scratch.families.rows, already)
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
    find_employers(people, tables.employers, scratch.new_job, count)
    group_people(people, scratch.groups, count)
    add_people(ledger, people, scratch.groups, working, workers, index, count)
