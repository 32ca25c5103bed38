"""A measure for tests, installed as a plug-in: people of some ages are given courses that nobody would have bought."""

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.measures.contract import Line, Measure
from microsim.scenario.values import FinancialYear, MeasureParams, Quantity, quantity, setting

KIND = "test_courses"
_PENCE = np.float32(100.0)
_NOTHING = np.float32(0.0)
_ONE = np.uint32(1)


class Params(MeasureParams):
    """Who gets how much."""

    start: FinancialYear = setting(2026, unit="financial year", description="First year of the courses")
    last: FinancialYear = setting(2026, unit="financial year", description="Last year of the courses")
    first_age: int = setting(16, unit="years of age", description="Age from which people are given them")
    amount: Quantity = quantity(2000, unit="£ a year", description="Price of the courses of a person", ge=0)


class CoursesState(NamedTuple):
    """What the kernel reads."""

    start: int
    last: int
    first_age: np.uint32
    pounds: np.float32


LINES = (Line("courses", "Courses that nobody would have bought", "Department for Education", "RDEL", -1),)


@kernel
def cost(own, people, clock, age_sex, room, effects, lines):
    """Courses of all residents of the ages, all of them additional."""
    if clock.year < own.start or clock.year > own.last:
        return
    for i in range(np.uint64(clock.rows)):
        given = people.resident[i] != 0 and (age_sex[i] >> _ONE) >= own.first_age
        pounds = own.pounds if given else _NOTHING
        effects.training[i] += pounds
        lines[0, i] = np.int32(pounds * _PENCE)


def prepare(params, _setting, _group):
    amount = np.float32(params.amount.at(params.start))
    return CoursesState(params.start, params.last, np.uint32(params.first_age), amount)


MEASURE = Measure(KIND, "Courses for everybody", Params, CoursesState, cost, LINES, prepare)


def install(folder):
    """Write what an installed distribution with this measure has, for a folder on the path."""
    about = folder / "test_courses-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: test-courses\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[microsim.measures]\n{KIND} = courses\n")
