"""The columns of a block of people: what the compiled year reads and changes.

A block is a few thousand rows that live all their years together in the processor's cache. Rows are ordered so that
the people present in any year are a leading part of the block: residents at the reference date first, by (birth
cohort, sex), then arrivals by (year of arrival, birth cohort, sex). A person who dies or leaves keeps the row, with
`resident` at 0 and the last state as a resident: a balance written off is grouped by it. Money is in pounds a year,
weights in thousandths of a person. A *rank* is a uniform uint32: the person is in a state when the rank is below the
chance of it, so that shares hold exactly and who is in it lasts until the rank is drawn again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.population.columns import (
    ADULT_LEARNING,
    ATTAINMENTS,
    EMPLOYEE,
    ETHNICITIES,
    INDUSTRIES,
    LIVING,
    QUALIFICATIONS,
    SELF_EMPLOYED,
    SEXES,
    STUDIES,
)
from microsim.population.columns import STATUSES as WORK_STATUSES

__all__ = [
    "ADULT_LEARNING", "AGE_SEX_KEYS", "ATTAINMENTS", "EMPLOYEE", "ENTRY_AGE", "ETHNICITIES", "INDUSTRIES", "LAST_AGE",
    "LIVING", "NOBODY", "People", "QUALIFICATIONS", "SELF_EMPLOYED", "SEXES", "STUDIES", "WORK_STATUSES",
]  # fmt: skip

ENTRY_AGE = 16  # age on 1 April at which a person becomes an adult of the model
LAST_AGE = 110  # older people are treated as 110
NOBODY = -1  # no partner
AGE_SEX_KEYS = 256  # size of a flat table by age x 2 + sex


class People(NamedTuple):
    """One array per column, all of the same length. The first group never changes."""

    id: np.ndarray  # uint64, see microsim.population.blocks.person_name
    weight: np.ndarray  # int32, thousandths of a person
    cohort: np.ndarray  # int32, financial year of birth: 2005 means born between 1 April 2005 and 31 March 2006
    birth_month: np.ndarray  # uint8, month of the financial year: 0 April ... 11 March
    sex: np.ndarray  # uint8, 0 female, 1 male
    entry_year: np.ndarray  # int32, financial year on whose 1 April the person is first present; 0 from the start
    ethnicity: np.ndarray  # uint8, index into ETHNICITIES
    learning_rank: np.ndarray  # uint32, place in the attainment of the birth cohort and sex, from the lowest
    free_meals: np.ndarray  # uint8, 1 if eligible for free school meals in any of the six years before 16
    attainment: np.ndarray  # uint8, at age 16, index into ATTAINMENTS
    tenure_rank: np.ndarray  # uint32, place in the order of tenures of a home the person heads (homes)
    benefit_rank: np.ndarray  # uint32, who of the disabled has disability benefits, and how much (claims)
    take_up_rank: np.ndarray  # uint32, who takes up means-tested benefits (claims)
    pension_rank: np.ndarray  # uint32, place in private pensions among people of the same age and sex, from the least
    wealth_rank: np.ndarray  # uint32, place in savings, shares and property, from the least
    loan_rank: np.ndarray  # uint32, how long a student loan is owed: the lower the longer
    random_group: np.ndarray  # uint8, one of RANDOM_GROUPS, the same for all who are in a household at the start
    # -- the person's state, changed by the room named
    resident: np.ndarray  # uint8, 1 while living in England (mortality, migration)
    area: np.ndarray  # uint16, index of the local authority (migration, families)
    household: np.ndarray  # int32, row of the household's head, who may be the person (families)
    partner: np.ndarray  # int32, row of the partner living together, NOBODY without (families)
    living: np.ndarray  # uint8, index into LIVING (families)
    parity: np.ndarray  # uint8, children a woman has given birth to (families)
    children: np.ndarray  # uint8, children under 16 in the person's care; a couple's are with the mother (families)
    child_1: np.ndarray  # int32, financial year of birth of the youngest of them, 0 for none (families)
    child_2: np.ndarray  # int32, of the second youngest
    child_3: np.ndarray  # int32, of the third youngest
    disability_rank: np.ndarray  # uint32 (health)
    disabled: np.ndarray  # uint8, 1 by the Equality Act's definition (health)
    care_rank: np.ndarray  # uint32 (health)
    carer: np.ndarray  # uint8, 1 with unpaid care for another adult (health)
    qualification: np.ndarray  # uint8, index into QUALIFICATIONS (education)
    study_rank: np.ndarray  # uint32, decides the route at 16 to 18 (study)
    study: np.ndarray  # uint8, index into STUDIES (study)
    learner_rank: np.ndarray  # uint32 (study)
    learning: np.ndarray  # uint8, how this year's adult learning is paid, index into ADULT_LEARNING (study)
    apprenticeship: np.ndarray  # uint8, level of the apprenticeship: 0 none, 2, 3, 4 (4 and 5) or 6 (6 and 7)
    apprenticeship_year: np.ndarray  # uint8, 1 in the first year of it, 0 for none (apprenticeships)
    work_status: np.ndarray  # uint8, index into WORK_STATUSES (work)
    job_rank: np.ndarray  # uint32, decides industry and sector (jobs)
    industry: np.ndarray  # uint8, index into INDUSTRIES; of the last job without work (jobs)
    public: np.ndarray  # uint8, 1 for an employee of the public sector (jobs)
    hours_rank: np.ndarray  # uint32 (jobs)
    part_time: np.ndarray  # uint8, 1 for an employee who works 30 hours a week or less (jobs)
    hours: np.ndarray  # float32, usual paid hours a week, 0 without work (jobs)
    employer: np.ndarray  # uint32, number of the enterprise, 0 for none: see microsim.dynamics.employers (employers)
    employer_size: np.ndarray  # uint8, index into EMPLOYER_SIZES (employers)
    on_credit: np.ndarray  # uint8, 1 in a family that had Universal Credit last year, by the baseline's rules (taxes)
    persistent: np.ndarray  # float32, standard normal score of lasting earning power (earnings)
    pay: np.ndarray  # float32, gross pay from work in the financial year, pounds (earnings)

    @classmethod
    def empty(cls, rows: int) -> People:
        """A block of `rows` rows with every column at zero, everybody alone in a household of their own."""
        people = cls(*(np.zeros(rows, _TYPES[name]) for name in cls._fields))
        people.partner[:] = NOBODY
        people.household[:] = np.arange(rows)
        return people

    def read_only(self) -> People:
        """The same memory, seen through arrays that cannot be written (compiled code refuses to compile a write)."""
        views = [column.view() for column in self]
        for view in views:
            view.flags.writeable = False
        return People(*views)

    def copy(self) -> People:
        """The same people in memory of their own."""
        return People(*(column.copy() for column in self))


_TYPES: dict[str, type[np.generic]] = dict.fromkeys(People._fields, np.uint8) | {
    "id": np.uint64, "weight": np.int32, "cohort": np.int32, "entry_year": np.int32, "learning_rank": np.uint32,
    "tenure_rank": np.uint32, "benefit_rank": np.uint32, "take_up_rank": np.uint32,
    "employer": np.uint32,
    "area": np.uint16, "household": np.int32, "partner": np.int32, "child_1": np.int32, "child_2": np.int32,
    "child_3": np.int32, "disability_rank": np.uint32, "care_rank": np.uint32, "study_rank": np.uint32,
    "learner_rank": np.uint32, "pension_rank": np.uint32, "wealth_rank": np.uint32, "loan_rank": np.uint32,
    "job_rank": np.uint32, "hours_rank": np.uint32, "hours": np.float32, "persistent": np.float32, "pay": np.float32,
}  # fmt: skip
