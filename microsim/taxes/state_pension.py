"""State Pension: from what age, at which rate, and how much of a year.

Law: Pensions Act 2014, Part 1 (new State Pension); Social Security Contributions and Benefits Act 1992 (basic). Pounds
a year: 52 weeks. Pension age is that of `microsim.dynamics.pension_age`, which lives read too.

Left out: deferral, qualifying years one by one, inherited and graduated pensions. What a person has of the full rate is
given to these functions.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.dynamics.pension_age import AGE_BY_BIRTH, pension_age, share_of_year_over, shares_of_year_over
from microsim.kernels.jit import kernel
from microsim.parameters.load import Parameters
from microsim.taxes.annual import annual_rates

__all__ = [
    "AGE_BY_BIRTH", "PARAMETERS", "StatePension", "on_new_pension", "pension_age", "share_of_year_over",
    "shares_of_year_over", "state_pension", "state_pension_rates",
]  # fmt: skip


class StatePension(NamedTuple):
    """The rates of one year: pounds a year, first financial years of birth, average awards as shares of the full."""

    new_full_rate: float
    basic_rate: float
    new_from_birth_men: float
    new_from_birth_women: float


PARAMETERS = {field: f"state_pension.{field}" for field in StatePension._fields}


def state_pension_rates(parameters: Parameters, year: int) -> StatePension:
    """The rates of a financial year."""
    return StatePension(**annual_rates(parameters, PARAMETERS, year))


@kernel
def on_new_pension(cohort, woman, rates):
    """1.0 for who reached pension age from 6 April 2016 (Pensions Act 2014, section 1), by year of birth and sex."""
    first = rates.new_from_birth_women if woman else rates.new_from_birth_men
    return 1.0 if cohort >= first else 0.0


@kernel
def state_pension(share_of_full, new, share_of_year, rates):
    """The pension of a year: a share of the full new or basic rate, for the share of the year over pension age.

    The share of the basic rate can be above one: it holds the additional pension earned before 2016.
    """
    full = rates.new_full_rate if new else rates.basic_rate
    return share_of_full * full * share_of_year
