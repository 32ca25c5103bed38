"""The money of the relief, all of it national, and its tables: the two estimates side by side and how each is made."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.measures.amounts import by_year, rounded
from microsim.measures.contract import Setting, Totals
from microsim.measures.fe_vat_relief.lines import SPENT_ON_LEARNER, WITH_ACADEMIES
from microsim.measures.fe_vat_relief.params import ESTIMATES, Params
from microsim.measures.fe_vat_relief.rules import (
    bottom_up,
    bottom_up_in_scope,
    growth,
    relief,
    scope_in,
    spent,
    top_down,
    with_lag,
)
from microsim.years import format_financial_year


def national(params: Params, setting: Setting, totals: Totals) -> dict[str, np.ndarray]:
    """Every line of money, int64 pence [years]."""
    years, parameters = setting.years, setting.parameters
    lived = [year >= params.start for year in years]
    due = np.array([relief(params, parameters, year) for year in years]) * learner_growth(params, setting, totals)
    cash = with_lag(due, params.claim_lag_months)
    grant = params.legal_route == "grant_compensation"
    clawed = cash * by_year(params.grant_clawback, years, params.start)
    kept = (cash - clawed) * (1 - by_year(params.spent_share, years, params.start))
    outsourced = outsourced_vat(params, setting) if not grant else np.zeros(len(years))
    nothing = np.zeros(len(years))
    counted = cash - clawed if params.barnett.include and (grant or params.barnett.on_refunds) else nothing
    pounds = {
        "vat_refund": nothing if grant else cash,
        "compensation_grant": cash if grant else nothing,
        "grant_clawback": clawed,
        "not_spent": kept,
        "outsourcing_refund": with_lag(outsourced, params.claim_lag_months),
        "outsourcing_vat": outsourced,
        "administration": administration(params, setting),
        "barnett": counted * by_year(params.barnett.share, years, params.start),
        "irrecoverable_top_down": _where(lived, lambda year: top_down(params, parameters, year), years),
        "irrecoverable_bottom_up": _where(lived, lambda year: bottom_up_in_scope(params, parameters, year), years),
    }
    # Learners have theirs as it was expected; what is more or less than that belongs to none of them.
    beyond = rounded(spent(params, cash, years) * 100) - np.asarray(totals.get(SPENT_ON_LEARNER, 0), np.int64)
    return {name: rounded(values * 100) for name, values in pounds.items()} | {SPENT_ON_LEARNER: beyond}


def _where(lived, value, years):
    return np.array([value(year) if here else 0.0 for year, here in zip(years, lived, strict=True)])


def learner_growth(params: Params, setting: Setting, totals: Totals) -> np.ndarray:
    """College learners over those of the year of the start, float64 [..., years]; 1 unless the VAT follows them.

    Learners of sixth-form colleges that become academies stay among them, since `scope_in` takes such colleges off.
    """
    learners = np.asarray(totals.get(WITH_ACADEMIES, np.zeros(len(setting.years))), np.float64)
    first = list(setting.years).index(params.start) if params.start in setting.years else 0
    if not params.growth.follow_learners:
        return np.ones(len(setting.years))
    at_the_start = learners[..., first, None]
    return np.divide(learners, at_the_start, out=np.ones_like(learners), where=at_the_start != 0)


def outsourced_vat(params: Params, setting: Setting) -> np.ndarray:
    """VAT on services bought in because of the relief, pounds [years]: paid by the suppliers, and refunded with a lag.

    The pay bill moved, of colleges in scope and as far as the legal route refunds, buys services at the same cost
    before VAT.
    """
    found = np.zeros(len(setting.years))
    for place, year in enumerate(setting.years):
        if year >= params.start and relief(params, setting.parameters, year) > 0:
            steps = bottom_up(params, setting.parameters, year)
            rate = setting.parameters.value("value_added_tax.standard_rate", year)
            moved = (steps.spending - steps.non_pay) * params.outsourcing_response.at(year)
            coverage = getattr(params.route_coverage, params.legal_route).at(year)
            found[place] = moved * rate * coverage * scope_in(params, year, params.bottom_up.data_year)
    return found


def administration(params: Params, setting: Setting) -> np.ndarray:
    """Pounds a year, with average earnings from the start."""
    index = setting.parameters.index("average_earnings_growth", setting.years, params.start)
    return by_year(params.administration.fixed, setting.years, params.start) * index


def tables(params: Params, setting: Setting, totals: Totals) -> dict[str, pd.DataFrame]:
    """`comparison`, `bridge` and `estimates`, pounds by financial year."""
    return {
        "comparison": comparison(params, setting),
        "bridge": bridge(params, setting),
        "estimates": estimates(params, setting),
    }


def _years(params: Params, setting: Setting) -> list[int]:
    return [year for year in setting.years if year >= params.start]


def comparison(params: Params, setting: Setting) -> pd.DataFrame:
    """The two estimates of the VAT not recovered by colleges in scope, what is left between them, and what scores."""
    rows = []
    for year in _years(params, setting):
        amount, parameters = params.top_down.amount, setting.parameters
        low, high = amount.range_at(year) or (amount.at(year), amount.at(year))
        above, below = top_down(params, parameters, year), bottom_up_in_scope(params, parameters, year)
        rows.append({
            "financial_year": format_financial_year(year),
            "top_down_low": top_down(params, parameters, year, low),
            "top_down": above,
            "top_down_high": top_down(params, parameters, year, high),
            "bottom_up": below,
            "residual": below - above,
            "basis": params.basis,
            "relief_due": relief(params, parameters, year),
        })  # fmt: skip
    return pd.DataFrame(rows)


def bridge(params: Params, setting: Setting) -> pd.DataFrame:
    """From colleges' spending to the VAT that those in scope cannot recover, pounds at each step."""
    rows = []
    for year in _years(params, setting):
        steps = bottom_up(params, setting.parameters, year)
        scope = scope_in(params, year, params.bottom_up.data_year)
        named = {
            "spending of colleges": steps.spending,
            "of which not pay, VAT included": steps.non_pay,
            "of which bears VAT at the standard rate": steps.taxable,
            "VAT in it": steps.vat,
            "less recovered already": 0.0 - steps.already_recovered,
            "less colleges out of scope or now academies": 0.0 - steps.irrecoverable * (1 - scope),
            "VAT not recovered": steps.irrecoverable * scope,
        }
        rows += [{"financial_year": format_financial_year(year), "step": step, "amount": amount}
                 for step, amount in named.items()]  # fmt: skip
    return pd.DataFrame(rows)


def estimates(params: Params, setting: Setting) -> pd.DataFrame:
    """Each published estimate as it was made, and grown to each year as the chosen one is, before scope."""
    rows = []
    for year in _years(params, setting):
        for name, figure in ESTIMATES.items():
            (step,) = figure.steps
            made = step.year or params.top_down.price_year
            rows.append({
                "financial_year": format_financial_year(year),
                "estimate": name,
                "made_in": format_financial_year(made),
                "amount_then": step.central,
                "amount_grown": step.central * growth(params, setting.parameters, year, made),
                "source": step.source,
            })  # fmt: skip
    return pd.DataFrame(rows)


def alternatives(params: Params) -> dict[str, Params]:
    """The range of the published estimates, the other basis and the other legal routes, beside what is chosen."""
    found = {}
    (low, high) = params.top_down.amount.range_at(params.start) or (None, None)
    for name, amount in (("low", low), ("high", high)):
        if amount is not None and amount != params.top_down.amount.at(params.start):
            estimate = params.top_down.model_copy(update={"amount": type(params.top_down.amount).of(amount)})
            found[f"top down: {name}"] = params.model_copy(update={"basis": "top_down", "top_down": estimate})
    other = "bottom_up" if params.basis == "top_down" else "top_down"
    found[f"basis: {other}"] = params.model_copy(update={"basis": other})
    for route in ("s33b_style", "s41", "grant_compensation"):
        if route != params.legal_route:
            found[f"route: {route}"] = params.model_copy(update={"legal_route": route})
    return found
