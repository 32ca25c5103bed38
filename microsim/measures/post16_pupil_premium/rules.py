"""What the premium pays for one learner, by financial year: plain rules of pounds, and the indexation of rates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from microsim.measures.amounts import by_year, level
from microsim.measures.post16_pupil_premium.params import Params
from microsim.parameters.load import Parameters
from microsim.scenario.values import Quantity

AUTUMN = 7 / 12  # of an academic year: September to March, before the financial year ends
SPRING = 1 - AUTUMN  # April to August


def paid_in_year(rate: float, rate_before: float, by_academic_year: bool) -> float:
    """Pounds paid for a learner in a financial year.

    `rate` is of the academic year that begins in it, `rate_before` of the one before, 0 when that had no premium:
    seven months of the first and five of the second. By financial year, all of `rate` from 1 April.
    """
    return AUTUMN * rate + SPRING * rate_before if by_academic_year else rate


def part_paid(weight: float, drop_out: float, paid_for_leavers: float, coverage: float) -> float:
    """Part of the rate that is paid for an average learner: programme size, leavers within the year, calibration."""
    return weight * (1 - drop_out * (1 - paid_for_leavers)) * coverage


def rate_in(rate: Quantity, year: int, params: Params, parameters: Parameters) -> float:
    """A rate in pounds: as dated, and after its last date grown and rounded. Without a date it is of the start year."""
    last = rate.steps[-1]
    base = params.start if last.year is None else last.year
    if year <= base:
        return rate.at(year)
    grown = last.central * float(level(parameters, params.rate.indexation, [year], base)[0])
    return grown if grown == last.central else round(grown / params.rate.rounded_to) * float(params.rate.rounded_to)


def pounds_by_year(rate: Quantity, params: Params, parameters: Parameters, years: Sequence[int]) -> np.ndarray:
    """Pounds paid in each financial year for a full-time learner who stays, float64 [years]; nothing before the start.

    In the year of the start only the months from September are paid where payment is by academic year.
    """
    found = np.zeros(len(years))
    for place, year in enumerate(years):
        if year >= params.start:
            before = rate_in(rate, year - 1, params, parameters) if year > params.start else 0.0
            now = rate_in(rate, year, params, parameters)
            found[place] = paid_in_year(now, before, params.payment == "academic_year")
    return found


def money_by_year(amount: Quantity, indexation: str, base: int, params: Params, parameters: Parameters,
                  years: Sequence[int]) -> np.ndarray:  # fmt: skip
    """A national amount of pounds a year in prices of `base`, grown, float64 [years]; nothing before the start."""
    return by_year(amount, years, params.start) * level(parameters, indexation, years, base)


def part_of_year(params: Params, years: Sequence[int]) -> np.ndarray:
    """Part of a full year's premium paid in each financial year, float64 [years]."""
    return np.array([
        0.0 if year < params.start
        else paid_in_year(1.0, float(year > params.start), params.payment == "academic_year")
        for year in years
    ])  # fmt: skip
