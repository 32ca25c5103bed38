"""Employers: how many people work for enterprises of each size, how many enterprises that makes, and their training.

An enterprise is counted through those who work for it, each of whom stands for one over its headcount of it, so that
the link from people to employers is what is compared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.employers import CHARITY, EmployerTables, write_headcounts, write_kinds, write_training
from microsim.kernels.jit import compile_driver
from microsim.population.columns import EMPLOYER_SIZES, INDUSTRIES
from microsim.population.people import People
from microsim.validation.estimates import THOUSANDTHS, Estimate, share

YEAR = 2026  # 1 April on which people are counted
_MILLIONTHS = 1e6
_WRITERS = (write_headcounts, write_kinds, write_training)


class Counts(NamedTuple):
    """People in thousandths, enterprises in millionths, int64; the last two are what is needed to count."""

    people: np.ndarray  # [industry, EMPLOYER_SIZES], private-sector employees
    spend: np.ndarray  # [industry], thousandths of pounds of the survey's year
    enterprises: np.ndarray  # [EMPLOYER_SIZES, charity or not, trains or not]
    tables: EmployerTables
    year_index: int  # of YEAR among the years lived


def start(programme: Any) -> Counts:
    """Counts of nothing."""
    sizes, industries = len(EMPLOYER_SIZES), len(INDUSTRIES)
    people, spend = np.zeros((industries, sizes), np.int64), np.zeros(industries, np.int64)
    enterprises = np.zeros((sizes, 2, 2), np.int64)
    return Counts(people, spend, enterprises, programme.tables.employers, YEAR - programme.sample.years[0])


def count(counts: Counts, before: People, people: People, year: int, age: np.ndarray) -> None:
    """Add one block on 1 April of a year."""
    if year != YEAR:
        return
    tables, rows = counts.tables, len(people.id)
    headcount, kind, spend = np.zeros(rows, np.float32), np.zeros(rows, np.uint8), np.zeros(rows, np.float32)
    headcounts, kinds, training = (compile_driver(getattr(one, "py_func", one)) for one in _WRITERS)
    headcounts(people.employer, tables, headcount, rows)
    kinds(people.employer, tables, kind, rows)
    training(people.employer, tables, counts.year_index, spend, rows)
    at = np.flatnonzero((people.resident == 1) & (people.employer != 0))
    weight = people.weight[at].astype(np.int64)
    np.add.at(counts.people, (people.industry[at], people.employer_size[at]), weight)
    pounds = spend[at].astype(np.float64) / float(tables.spend_growth[counts.year_index])
    np.add.at(counts.spend, people.industry[at], np.rint(weight * pounds).astype(np.int64))
    part = np.rint(weight * THOUSANDTHS / headcount[at].astype(np.float64)).astype(np.int64)
    charity, trains = (kind[at] == CHARITY).astype(int), (spend[at] > 0).astype(int)
    np.add.at(counts.enterprises, (people.employer_size[at], charity, trains), part)


def _counts(tally: Any) -> Counts:
    found: Counts = tally.rooms[__name__]
    return found


def employees_by_size(tally: Any, target: Any) -> Estimate:
    """Employees of private employers of the size `detail` ("micro"), as a share of all of them."""
    people = _counts(tally).people.sum(0)
    return share(float(people[EMPLOYER_SIZES.index(target.detail)]), float(people.sum()), tally.weight)


def enterprises_by_size(tally: Any, target: Any) -> Estimate:
    """Private employers of the size `detail`, charities left out."""
    size = EMPLOYER_SIZES.index(target.detail)
    number = float(_counts(tally).enterprises[size, 0].sum()) / _MILLIONTHS
    persons = float(_counts(tally).people[:, size].sum()) / THOUSANDTHS / tally.weight
    return Estimate(number, number / np.sqrt(persons) if persons else np.nan)


def training_by_size(tally: Any, target: Any) -> Estimate:
    """Private employers of the size `detail` that train, as a share of them."""
    size = EMPLOYER_SIZES.index(target.detail)
    number = _counts(tally).enterprises[size].sum(0)
    persons = float(_counts(tally).people[:, size].sum()) / THOUSANDTHS / tally.weight
    value = float(number[1] / number.sum())
    return Estimate(value, float(np.sqrt(value * (1 - value) / persons)) if persons else np.nan)


def training_spend(tally: Any, target: Any) -> Estimate:
    """Spending on training for each employee of private employers in the sections of `detail` ("LMN"), GBP of the
    survey's year."""
    rows = [INDUSTRIES.index(letter) for letter in target.detail]
    people, spend = float(_counts(tally).people[rows].sum()), float(_counts(tally).spend[rows].sum())
    value = spend / people
    return Estimate(value, value / float(np.sqrt(people / THOUSANDTHS / tally.weight)))


STATISTICS: dict[str, Callable[[Any, Any], Estimate]] = {
    function.__name__: function
    for function in (employees_by_size, enterprises_by_size, training_by_size, training_spend)
}
