"""What people have and owe besides pay: written anew each year from ranks that never change and this year's state."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np


class Means(NamedTuple):
    """One array per column, a value for each row of a block; money in pounds of the financial year."""

    tenure: np.ndarray  # uint8, index into TENURES, of the home (homes)
    rent: np.ndarray  # float32, a year, on the household head's row (homes)
    eligible_rent: np.ndarray  # float32, the part of it that benefits may cover, on the head's row (homes)
    council_tax: np.ndarray  # float32, the bill before discounts and support, on the head's row (homes)
    disability_benefit: np.ndarray  # float32 (claims)
    limited_capability: np.ndarray  # uint8, 1 with the health element of Universal Credit, if entitled (claims)
    childcare: np.ndarray  # float32, paid for childcare, on the row that has the children (claims)
    private_pension: np.ndarray  # float32 (pensions)
    state_pension: np.ndarray  # float32 (pensions)
    over_pension_age: np.ndarray  # float32, share of the year above State Pension age (pensions)
    pension_contribution: np.ndarray  # float32, the employee's own (pensions)
    savings: np.ndarray  # float32, interest (wealth)
    dividends: np.ndarray  # float32 (wealth)
    property: np.ndarray  # float32, income from letting (wealth)
    loan_plan: np.ndarray  # uint8, undergraduate student loan: 0 none, or plan 1, 2 or 5 (loans)
    postgraduate_loan: np.ndarray  # uint8, 1 with one (loans)

    @classmethod
    def make(cls, rows: int) -> Self:
        """Means of `rows` rows, all nothing."""
        whole = {"tenure", "limited_capability", "loan_plan", "postgraduate_loan"}
        return cls(*(np.zeros(rows, np.uint8 if name in whole else np.float32) for name in cls._fields))
