"""The VAT that colleges cannot recover, by two ways of reckoning, and what comes back: plain rules of pounds a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.measures.amounts import by_year, level
from microsim.measures.fe_vat_relief.params import Params
from microsim.parameters.load import Parameters

MONTHS = 12


class BottomUpSteps(NamedTuple):
    """The way from colleges' spending to the VAT they cannot recover, pounds a year."""

    spending: float
    non_pay: float
    taxable: float
    vat: float
    already_recovered: float
    irrecoverable: float


def vat_within(spending: float, rate: float) -> float:
    """The VAT in an amount paid that includes it (Value Added Tax Act 1994, section 2): 20/120 of it at 20 per cent."""
    return spending * rate / (1 + rate)


def bottom_up_steps(
    spending: float, non_pay_share: float, taxable_share: float, capital: float, rate: float, already_recovered: float
) -> BottomUpSteps:
    """VAT that colleges cannot recover, from their accounts. `capital` bears VAT in full."""
    non_pay = spending * non_pay_share
    taxable = non_pay * taxable_share + capital
    vat = vat_within(taxable, rate)
    recovered = vat * already_recovered
    return BottomUpSteps(spending, non_pay, taxable, vat, recovered, vat - recovered)


def in_scope(sixth_form_share: float, academised: float, academised_then: float, *, further_education: bool,
             sixth_form: bool) -> float:  # fmt: skip
    """Part of the VAT of the estimate's year that colleges in scope still bear.

    Sixth-form colleges that have become academies since then (`academised_then` to `academised`) recover theirs.
    """
    left = (1 - academised) / (1 - academised_then) if academised_then < 1 else 0.0
    return further_education * (1 - sixth_form_share) + sixth_form * sixth_form_share * left


def growth(params: Params, parameters: Parameters, year: int, base: int, real_base: int | None = None) -> float:
    """Growth of the VAT: prices from the year `base`, real growth compounded each year from `real_base`, or `base`."""
    prices = float(level(parameters, params.growth.index, [year], base)[0])
    first = (base if real_base is None else real_base) + 1
    real = np.prod([1 + params.growth.real.at(each) for each in range(first, year + 1)])
    return prices * float(real)


def scope_in(params: Params, year: int, base: int) -> float:
    """Part of the VAT in scope in a year, of an estimate of the VAT of `base`."""
    scope = params.scope
    return in_scope(
        scope.sixth_form_share.at(year), scope.academised_share.at(year), scope.academised_share.at(base),
        further_education=scope.further_education, sixth_form=scope.sixth_form,
    )  # fmt: skip


def top_down(params: Params, parameters: Parameters, year: int, amount: float | None = None) -> float:
    """The published estimate (or another `amount` of its year) grown to a year, colleges in scope, in pounds."""
    chosen, base = params.top_down, params.top_down.price_year
    value = chosen.amount.at(year) if amount is None else amount
    return value * growth(params, parameters, year, base) * scope_in(params, year, base)


def bottom_up(params: Params, parameters: Parameters, year: int) -> BottomUpSteps:
    """The estimate from colleges' accounts in a year, before colleges out of scope are taken off, in pounds."""
    here = params.bottom_up
    larger = growth(params, parameters, year, here.price_year, here.data_year)
    return bottom_up_steps(
        here.spending.at(year) * larger, here.non_pay_share.at(year), here.taxable_share.at(year),
        here.capital_spending.at(year) * larger, parameters.value("value_added_tax.standard_rate", year),
        here.already_recovered.at(year),
    )  # fmt: skip


def bottom_up_in_scope(params: Params, parameters: Parameters, year: int) -> float:
    """The estimate from colleges' accounts in a year, for colleges in scope, in pounds."""
    scope = scope_in(params, year, params.bottom_up.data_year)
    return bottom_up(params, parameters, year).irrecoverable * scope


def relief(params: Params, parameters: Parameters, year: int) -> float:
    """What is due on purchases of a year by the legal route chosen, in pounds; nothing before the start."""
    if year < params.start:
        return 0.0
    estimate = {"top_down": top_down, "bottom_up": bottom_up_in_scope}[params.basis]
    coverage = getattr(params.route_coverage, params.legal_route).at(year)
    return float(estimate(params, parameters, year) * coverage)


def counted_learners(params: Params, year: int, growth: float) -> float:
    """Learners of colleges in scope, an adult counting in part; those of 16 to 18 have grown by `growth`."""
    scope, people = params.scope, params.learners
    further = people.further_education.at(year) * people.fe_at_colleges.at(year) * scope.further_education
    sixth_form = people.sixth_form.at(year) * (1 - scope.academised_share.at(year)) * scope.sixth_form
    adults = people.adults.at(year) * people.adults_at_colleges.at(year) * scope.further_education
    return (further + sixth_form) * growth + adults * people.adult_weight.at(year)


def spent(params: Params, cash: np.ndarray, years: Sequence[int]) -> np.ndarray:
    """What colleges spend of the relief paid in each year, pounds: neither what is taken back nor what they keep."""
    left = cash * (1 - by_year(params.grant_clawback, years, params.start))
    return left * by_year(params.spent_share, years, params.start)


def with_lag(due: Sequence[float] | np.ndarray, months: int) -> np.ndarray:
    """Cash of each year when refunds come `months` after purchases: the last months' go into the next year."""
    values = np.asarray(due, np.float64)
    before = np.concatenate([np.zeros_like(values[..., :1]), values[..., :-1]], axis=-1)
    return values * (1 - months / MONTHS) + before * (months / MONTHS)
