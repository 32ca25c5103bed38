"""The money rules of the credit, for one enterprise: pounds a year, float64 scalars, no tables.

Corporation Tax Act 2010, sections 3 and 18A to 18E, for the tax on profits (see taxes/corporation_tax.py). The taxable
credit and its notional tax on loss-makers follow the merged research and development scheme (Corporation Tax Act 2009,
Part 13, chapter 1A, since April 2024). The extra deduction follows the proposal of the Learning and Work Institute and
NOCN, Raising the bar, 2022: 230 per cent of the cost, 300 in priority areas, is deducted in place of 100.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.corporation_tax import corporation_tax

EXTRA_DEDUCTION, TAXABLE_CREDIT, PAYROLL_CREDIT = range(3)
_STEP = np.float64(100.0)  # pounds of profit over which a marginal rate is taken


class Scheme(NamedTuple):
    """The choices of a year that the rules read. Rates are pounds of credit (or extra deduction) for each pound."""

    form: int
    enhanced: float
    standard: float
    basic: float
    taxable: float  # 1 where a credit is taxed, else 0
    payable: float  # 1 where a loss-maker is paid, 0 where it carries forward
    notional_rate: float
    used_later: float
    discount: float
    elasticity: float
    relabelling: float
    cap: float  # most pounds credited to an enterprise, with response and relabelling; 0 for no limit


class Spending(NamedTuple):
    """Qualifying spending in the rules of a year, pounds for each employee of the enterprise."""

    enhanced: float  # credited, by tier, had the enterprise its own sector's rates
    standard: float
    basic: float
    standard_member: float  # credited where a cooperative's member gets the enhanced rate
    basic_member: float
    more_enhanced: float  # of what is credited, what the credit brought about
    more_standard: float
    more_basic: float
    additional: float  # the three together
    capped: float  # 1 where the enterprise is at its cap, so that another pound earns nothing


@kernel
def marginal_tax_rate(profit, associated, rates):
    """Tax on the next pounds of profit, as a fraction; that of a company without profit is nothing now."""
    if profit <= 0.0:
        return 0.0
    return (corporation_tax(profit + _STEP, associated, rates) - corporation_tax(profit, associated, rates)) / _STEP


@kernel
def worth_of_deduction(profit, marginal_rate, scheme):
    """What deducting one more pound is worth now: tax saved, or for a loss-maker what it may save later."""
    return marginal_rate if profit > 0.0 else scheme.notional_rate * scheme.used_later * scheme.discount


@kernel
def worth_of_rate(rate, profit, marginal_rate, scheme):
    """What a rate of credit or extra deduction is worth to the company, net of tax, for each pound of spending."""
    later = scheme.used_later * scheme.discount
    if scheme.form == EXTRA_DEDUCTION:
        return rate * worth_of_deduction(profit, marginal_rate, scheme)
    if profit > 0.0:
        return rate * (1.0 - scheme.taxable * marginal_rate)
    if scheme.form == PAYROLL_CREDIT:
        return rate * (1.0 - scheme.taxable * scheme.notional_rate * later)
    paid = scheme.payable + (1.0 - scheme.payable) * later
    return rate * paid * (1.0 - scheme.taxable * scheme.notional_rate)


@kernel
def user_cost_cut(rate, profit, marginal_rate, scheme):
    """How much a rate takes off the cost of training after tax, as a fraction of that cost."""
    cost = 1.0 - worth_of_deduction(profit, marginal_rate, scheme)
    return min(1.0, worth_of_rate(rate, profit, marginal_rate, scheme) / cost)


@kernel
def credit_paid_share(profit, scheme):
    """What of a credit is ever paid: all, but for a loss-maker that must wait for profits."""
    if profit > 0.0 or scheme.form == PAYROLL_CREDIT:
        return 1.0
    return scheme.payable + (1.0 - scheme.payable) * scheme.used_later


@kernel
def tax_on_credit(profit, credit, associated, rates, scheme):
    """Tax on a credit paid: on top of the profits, or the notional tax kept back from a loss-maker's."""
    if profit > 0.0:
        tax = corporation_tax(profit + credit, associated, rates) - corporation_tax(profit, associated, rates)
    elif scheme.form == PAYROLL_CREDIT:
        tax = scheme.notional_rate * scheme.used_later * credit
    else:
        tax = scheme.notional_rate * credit
    return scheme.taxable * tax


@kernel
def tax_saved(profit, deduction, associated, rates, scheme):
    """Tax that an extra deduction saves: now, as far as there is profit, and what of the rest is used one day."""
    used = min(deduction, max(profit, 0.0))
    now = corporation_tax(profit, associated, rates) - corporation_tax(profit - used, associated, rates)
    return now + (deduction - used) * scheme.notional_rate * scheme.used_later


@kernel
def net_rate(amount, profit, associated, rates, scheme):
    """What credits or extra deductions of an enterprise cost in the end, for each pound of the `amount` earned."""
    if scheme.form == EXTRA_DEDUCTION:
        return tax_saved(profit, amount, associated, rates, scheme) / amount
    share = credit_paid_share(profit, scheme)
    return share - tax_on_credit(profit, amount * share, associated, rates, scheme) / amount


@kernel
def more_training(spend, rate, profit, marginal_rate, responds, scheme):
    """Training that the credit brings about: spending x elasticity x the cut in its cost after tax."""
    return spend * scheme.elasticity * user_cost_cut(rate, profit, marginal_rate, scheme) * responds


@kernel
def credited_spending(spend, priority, standard, headcount, profit, marginal_rate, member, counted, responds, scheme):
    """What of an enterprise's qualifying spending is credited, by tier, for each employee: `Spending`.

    `spend` is its qualifying spending without the credit, `priority` the share on priority subjects, `standard` that of
    the rest by national occupational standards; `member` 1 in a cooperative. `counted` is the share of spending that is
    credited (1 for a volume credit) and `responds` what of the rate counts for the next pound (1, or less where today's
    spending raises tomorrow's baseline). Of what is credited, with relabelling and response, an enterprise with a cap
    is credited at most the cap, less of every tier alike; it trains more only up to there.
    """
    whole = (1.0 + scheme.relabelling) * counted
    in_enhanced = spend * priority
    in_standard = spend * (1.0 - priority) * standard
    in_basic = spend * (1.0 - priority) * (1.0 - standard)
    own_enhanced = more_training(in_enhanced, scheme.enhanced, profit, marginal_rate, responds, scheme)
    own_standard = more_training(in_standard, scheme.standard, profit, marginal_rate, responds, scheme)
    own_basic = more_training(in_basic, scheme.basic, profit, marginal_rate, responds, scheme)
    more_standard, more_basic = own_standard, own_basic
    if member > 0:
        more_standard = more_training(in_standard, scheme.enhanced, profit, marginal_rate, responds, scheme)
        more_basic = more_training(in_basic, scheme.enhanced, profit, marginal_rate, responds, scheme)
    usual, more = spend * whole, own_enhanced + more_standard + more_basic
    share, capped = 1.0, 0.0
    if scheme.cap > 0.0 and (usual + more) * headcount >= scheme.cap:
        most = scheme.cap / headcount
        whole = whole * min(1.0, most / max(usual, 1e-9))
        share = max(0.0, most - usual) / more if more > 0.0 else 0.0
        capped = 1.0
    return Spending(
        in_enhanced * whole + own_enhanced * share,
        in_standard * whole + own_standard * share,
        in_basic * whole + own_basic * share,
        in_standard * whole + more_standard * share,
        in_basic * whole + more_basic * share,
        own_enhanced * share,
        more_standard * share,
        more_basic * share,
        more * share,
        capped,
    )


@kernel
def counted_share(spend, baseline):
    """The share of this year's spending that an incremental credit counts: what is above the baseline."""
    return max(0.0, spend - baseline) / spend if spend > 0.0 else 0.0
