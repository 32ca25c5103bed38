"""The columns of a block of people: what the compiled year reads and changes.

A block is a few thousand rows that live all their years together in the processor's cache. Rows are ordered so that
the people present in any year are a leading part of the block: residents at the reference date first, by (birth
cohort, sex), then arrivals by (year of arrival, birth cohort, sex). A person who dies or leaves keeps the row, with
`resident` at 0 and the last state as a resident: a balance written off is grouped by it. Money is in pounds a year,
weights in thousandths of a person.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.population.columns import EMPLOYEE, QUALIFICATIONS, SELF_EMPLOYED, SEXES
from microsim.population.columns import STATUSES as WORK_STATUSES

__all__ = ["AGE_SEX_KEYS", "EMPLOYEE", "ENTRY_AGE", "LAST_AGE", "People", "QUALIFICATIONS", "SELF_EMPLOYED",
           "SEXES", "WORK_STATUSES"]  # fmt: skip

ENTRY_AGE = 16  # age on 1 April at which a person becomes an adult of the model
LAST_AGE = 110  # older people are treated as 110
AGE_SEX_KEYS = 256  # size of a flat table by age x 2 + sex


class People(NamedTuple):
    """One array per column, all of the same length. The first group never changes."""

    id: np.ndarray  # uint64, see microsim.population.blocks.person_name
    weight: np.ndarray  # int32, thousandths of a person
    cohort: np.ndarray  # int32, financial year of birth: 2005 means born between 1 April 2005 and 31 March 2006
    birth_month: np.ndarray  # uint8, month of the financial year: 0 April ... 11 March
    sex: np.ndarray  # uint8, 0 female, 1 male
    entry_year: np.ndarray  # int32, financial year on whose 1 April the person is first present; 0 from the start
    public_rank: np.ndarray  # uint32, an employee with a rank below the region's share works in the public sector
    # -- the person's state, changed by the room named
    resident: np.ndarray  # uint8, 1 while living in England (mortality, migration)
    area: np.ndarray  # uint16, index of the local authority (migration)
    qualification: np.ndarray  # uint8, index into QUALIFICATIONS (education)
    work_status: np.ndarray  # uint8, index into WORK_STATUSES (work)
    persistent: np.ndarray  # float32, standard normal score of lasting earning power (earnings)
    pay: np.ndarray  # float32, gross pay from work in the financial year, pounds (earnings)

    @classmethod
    def empty(cls, rows: int) -> People:
        """A block of `rows` rows with every column at zero."""
        types = (
            np.uint64, np.int32, np.int32, np.uint8, np.uint8, np.int32, np.uint32,
            np.uint8, np.uint16, np.uint8, np.uint8, np.float32, np.float32,
        )  # fmt: skip
        return cls(*(np.zeros(rows, dtype) for dtype in types))

    def read_only(self) -> People:
        """The same memory, seen through arrays that cannot be written (compiled code refuses to compile a write)."""
        views = [column.view() for column in self]
        for view in views:
            view.flags.writeable = False
        return People(*views)

    def take(self, rows: np.ndarray) -> People:
        """A copy of some rows, in the order given."""
        return People(*(column[rows] for column in self))
