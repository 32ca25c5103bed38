"""The rules: which minimum an apprentice is due with and without the reform, and what the difference costs and yields.

Scalars in, scalars out: pounds an hour, pounds a year, shares of a year, whole years of age. Sources: National Minimum
Wage Regulations 2015, as in `microsim.taxes.minimum_wage`; Low Pay Commission, The National Minimum Wage Beyond 2024
(March 2024) for the rate as a discount; the rules of income tax and contributions are those of `microsim.taxes`.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.income_tax import personal_allowance, tax_on_earnings, taxable_income
from microsim.taxes.minimum_wage import minimum_wage
from microsim.taxes.national_insurance import employee_contributions, employer_contributions

NONE, ABOLISH, DISCOUNT, ADULTS_ONLY = 0, 1, 2, 3
APPRENTICESHIP_YEAR, FINANCIAL_YEAR, FIRST_APRIL = 0, 1, 2
_APPRENTICE, _OTHER = 1, 0
ROUNDING = 1e-9  # half a penny counts as a whole one although 0.9 x 10.85 is not quite 9.765 in binary


@kernel
def reformed_minimum_wage(age, apprenticeship_year, reform, first_year_share, rates):
    """Pounds an hour due to an apprentice under the reform: never less than is due now.

    ABOLISH: the rate of the age. DISCOUNT: from 18, that share of the rate of the age, to the penny, in the first year
    and the whole rate after it. ADULTS_ONLY: the rate of the age from the age of the adult rate on, else as now.
    """
    now = minimum_wage(age, _APPRENTICE, apprenticeship_year, rates)
    of_age = minimum_wage(age, _OTHER, apprenticeship_year, rates)
    new = of_age
    if reform == DISCOUNT and age >= rates.age_18_20_from_age and apprenticeship_year <= rates.apprentice_years:
        new = np.floor(first_year_share * of_age * 100.0 + 0.5 + ROUNDING) / 100.0
    if reform == ADULTS_ONLY and age < rates.adult_from_age:
        new = now
    return max(now, new)


@kernel
def months(within_year, piece, age, apprenticeship_year, birthday, anniversary):
    """A piece of the year in one legal state: its share of the year, the age and the year of the apprenticeship in it.

    `birthday` and `anniversary` are shares of the financial year that are over on them. There are three pieces (0 to
    2), which add up to one:
    - FINANCIAL_YEAR: 1 April to 31 March, cut on the birthday and on the anniversary;
    - APPRENTICESHIP_YEAR: the twelve months from the last anniversary to the next one, around 1 April, cut on the
      birthday in them: before it the person was a year younger, or after it is a year older;
    - FIRST_APRIL: the state on 1 April, all year.
    """
    share, years_older, years_on = 0.0, 0.0, 0.0
    if within_year == FINANCIAL_YEAR:
        first, last = min(birthday, anniversary), max(birthday, anniversary)
        if piece == 0:
            share = first
        elif piece == 1:
            share = last - first
            years_older = 1.0 if birthday < anniversary else 0.0
            years_on = 1.0 - years_older
        else:
            share, years_older, years_on = 1.0 - last, 1.0, 1.0
    elif within_year == APPRENTICESHIP_YEAR:
        apart = abs(anniversary - birthday)
        if piece == 0:
            share = 1.0 - apart
        elif piece == 1:
            share = apart
            years_older = 1.0 if anniversary > birthday else -1.0
    elif piece == 0:
        share = 1.0
    return share, age + years_older, apprenticeship_year + years_on


@kernel
def is_below(paid, due):
    """Pay of an hour is under a minimum; rates are whole pence, so that less than half a penny is rounding."""
    return paid < due - 0.005


@kernel
def paid_now(hourly, due, underpaid):
    """Pounds an hour without the reform: at least what is due, or the simulated pay where the employer underpays."""
    return hourly if underpaid else max(hourly, due)


@kernel
def paid_then(paid, due, due_then, lifted, share_above, reach):
    """Pounds an hour with the reform, of somebody `paid` so much now.

    Below the new minimum: that minimum if the employer complies (`lifted`). At it or above: employers keep part of the
    distance; at the new minimum pay rises by `share_above` of the rise of the minimum, and by less the higher the pay,
    down to nothing at `reach` above it (a share of the new minimum).
    """
    rise = due_then - due
    above = 0.0
    if reach > 0.0:
        above = share_above * rise * max(0.0, 1.0 - (paid - due_then) / (reach * due_then))
    kept = paid + above
    raised = due_then if lifted else paid
    then = raised if paid < due_then else kept
    return then if rise > 0.0 else paid


@kernel
def employer_contributions_change(pay, pay_then, age, rates):
    """Pounds a year more of employer National Insurance for an apprentice: nothing under 25 up to the threshold."""
    before = employer_contributions(pay, age, _APPRENTICE, rates)
    return employer_contributions(pay_then, age, _APPRENTICE, rates) - before


@kernel
def tax_and_contributions(pay, income_tax, national_insurance):
    """Income tax and employee National Insurance, pounds a year, of somebody under pension age with pay alone."""
    taxable = taxable_income(pay, personal_allowance(pay, income_tax))
    return tax_on_earnings(taxable, income_tax) + employee_contributions(pay, 1.0, national_insurance)


@kernel
def tax_and_contributions_change(pay, pay_then, income_tax, national_insurance):
    """Pounds a year more of income tax and employee National Insurance."""
    before = tax_and_contributions(pay, income_tax, national_insurance)
    return tax_and_contributions(pay_then, income_tax, national_insurance) - before


@kernel
def corporation_tax_lost(wages, contributions, effective_rate):
    """Pounds a year of corporation tax lost: pay and employer contributions are deducted from profits.

    Corporation Tax Act 2009, section 54: expenses of the trade. `effective_rate` is a share of the cost, see
    `CorporationTax` of the parameters.
    """
    return (wages + contributions) * effective_rate


@kernel
def cost_saved(pay, lost, age, rates):
    """Pay and employer National Insurance, pounds a year, not paid where an apprentice loses `lost` of `pay`."""
    before = employer_contributions(pay, age, _APPRENTICE, rates)
    return lost + before - employer_contributions(pay - lost, age, _APPRENTICE, rates)


@kernel
def corporation_tax_kept(saved, output_lost, effective_rate):
    """Pounds a year more of corporation tax where a private employer does not pay `saved`: on what of it is profit."""
    return saved * (1.0 - output_lost) * effective_rate


@kernel
def chance_deterred(elasticity, cost, cost_then):
    """Share of starts that do not happen when the yearly cost of pay and contributions rises from `cost`."""
    rise = (cost_then - cost) / cost if cost > 0.0 else 0.0
    return min(1.0, elasticity * max(0.0, rise))
