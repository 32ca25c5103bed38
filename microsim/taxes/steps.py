"""One household's taxes, benefits and net income, step by step: the calculation of a run, for somebody to check.

The order and the rules are those of `microsim.taxes.assess`, which does the same for a whole population in compiled
code; a test holds the two to the same pennies. Only take-up differs: a run draws who claims, and here the household
says so.
"""

from __future__ import annotations

from typing import NamedTuple

from microsim.parameters.load import Parameters
from microsim.taxes.council_tax import average_bill, council_tax, council_tax_support
from microsim.taxes.homes import FIRST_ADULT, NO_SUPPORT, OLDER_CHILD_AGE, OTHER_PERSON, YOUNG_CHILD
from microsim.taxes.household import Adult, Family, Home, Household
from microsim.taxes.steps_families import MONTHS, Claimants, family_benefits, is_young
from microsim.taxes.steps_people import Person, contributions, couples_allowance, income_tax, own_incomes
from microsim.taxes.traits import CREDIT_AGE
from microsim.taxes.worksheet import SIGNS, Step, Worksheet, money

HOUSEHOLD, HOME_SECTION, RESULT = "Household", "Council tax", "Net income"
RULE_YEARS = range(2024, 2126)  # financial years; the first is the first of all official figures
MORE_PAY = 100.0  # pounds, on which the marginal rate is measured


class Calculation(NamedTuple):
    """The steps in order, and what they come to."""

    steps: tuple[Step, ...]
    pence: dict[tuple[str, str], int]  # by (who, line)
    net_income: float  # pounds a year
    equivalised: float  # pounds a year for a couple without children


def calculate(household: Household, parameters: Parameters, year: int) -> Calculation:
    """The whole calculation for one household in a financial year."""
    sheet = Worksheet(parameters, year)
    shared = household.home.shared
    adults = sum(len(family.adults) for family in household.families)
    rents = _rents(household, adults)
    young = sum(is_young(family, shared) for family in household.others)
    excess, pension_age = NO_SUPPORT, 0.0
    number = 1
    for place, family in enumerate(household.families):
        people = _people(sheet, family, number)
        number += len(people)
        first = place == 0
        if first:
            pension_age = float(people[0].over_pension_age > 0.5)
        elif is_young(family, shared):
            continue
        who = "Family" if not household.others else f"Family {place + 1}"
        own_young = young if first and not shared else 0
        alone = adults == 1 and not shared
        claimants = Claimants(who, family, people, own_young, rents[place], alone, household.home)
        found = family_benefits(sheet, claimants)
        excess = found if first and not shared else excess  # people who share have no support
    _council_tax(sheet, household, adults, excess, pension_age)
    return _result(sheet, household, adults)


def _rents(household: Household, adults: int) -> list[float]:
    """Each family's part of the rent: shared by heads among sharers, otherwise all with the first."""
    whole = household.home.rent_a_month * MONTHS
    if household.home.shared:
        return [whole / adults for _ in household.families]
    return [whole, *(0.0 for _ in household.others)]


def _people(sheet: Worksheet, family: Family, number: int) -> tuple[Person, ...]:
    """The taxes of a family's adults."""
    people = []
    for place, adult in enumerate(family.adults):
        people.append(income_tax(sheet, own_incomes(sheet, f"Adult {number + place}", adult)))
    if len(people) == 2 and family.married:
        couples_allowance(sheet, people[0], people[1])
    for person in people:
        contributions(sheet, person)
    return tuple(people)


def _is_disregarded(family: Family, adult: Adult, is_other: bool, shared: bool) -> bool:
    """Whether council tax does not count an adult (Local Government Finance Act 1992, Schedule 1)."""
    return adult.study == "university" or adult.age < CREDIT_AGE or (is_other and is_young(family, shared))


def _council_tax(sheet: Worksheet, household: Household, adults: int, excess: float, pension_age: float) -> None:
    home: Home = household.home
    rates = sheet.rates("council_tax")
    counted = adults - sum(
        _is_disregarded(family, adult, place > 0, home.shared)
        for place, family in enumerate(household.families)
        for adult in family.adults
    )
    if not counted:
        sheet.note(HOUSEHOLD, HOME_SECTION, "Council tax", 0.0, "none: all adults are students or under 18")
        return
    if home.council_tax is None:
        level = sheet.rule(HOUSEHOLD, HOME_SECTION, "Bill of the average dwelling", average_bill,
                           how=f"band D of {money(rates.band_d)}, times {rates.average_band:g}")  # fmt: skip
    else:
        how = "with two or more adults, before support"
        level = sheet.note(HOUSEHOLD, HOME_SECTION, "Bill of the dwelling", home.council_tax, how)
    how = f"{money(level)}, less a discount where fewer than two adults count: {counted} do"
    bill = sheet.rule(HOUSEHOLD, HOME_SECTION, "Bill after discount", council_tax, level, float(counted), how=how)
    share = rates.support_pension_age if pension_age else rates.support_working_age
    how = f"{100 * share:g} % of the bill, less {100 * rates.support_taper:g} % of income above needs"
    how += f", {money(excess)}" if excess < NO_SUPPORT else "; no means-tested award"
    support = sheet.rule(
        HOUSEHOLD, HOME_SECTION, "Less support", council_tax_support, bill, excess, pension_age, how=how
    )
    sheet.note(HOUSEHOLD, HOME_SECTION, "Council tax", bill - support, "bill less support", "council_tax")


def _result(sheet: Worksheet, household: Household, adults: int) -> Calculation:
    """Net income and its equivalent for a couple without children."""
    totals: dict[str, int] = {}
    for (_, line), pence in sheet.pence.items():
        totals[line] = totals.get(line, 0) + pence
    plus = sum(pence for line, pence in totals.items() if SIGNS[line] > 0) / 100
    minus = sum(pence for line, pence in totals.items() if SIGNS[line] < 0) / 100
    net = sheet.net_pence() / 100
    how = f"incomes and benefits of {money(plus)}, less taxes and contributions of {money(minus)}; before housing costs"
    sheet.note(HOUSEHOLD, RESULT, "Household net income", net, how)
    ages = [age for family in household.families for age in family.children]
    older = sum(age >= OLDER_CHILD_AGE for age in ages)
    scale = FIRST_ADULT - OTHER_PERSON + OTHER_PERSON * (adults + older) + YOUNG_CHILD * (len(ages) - older)
    how = f"divided by {scale:.2f}: {FIRST_ADULT} for the first adult, {OTHER_PERSON} for each other and each child of "
    how += f"{OLDER_CHILD_AGE} or more, {YOUNG_CHILD:.2f} for each younger (modified OECD scale, a couple is 1)"
    equivalised = sheet.note(HOUSEHOLD, RESULT, "Equivalised net income", net / scale, how)
    order = {who: place for place, who in enumerate(dict.fromkeys(step.who for step in sheet.steps))}
    steps = sorted(sheet.steps, key=lambda step: order[step.who])
    return Calculation(tuple(steps), dict(sheet.pence), net, equivalised)


def with_more(household: Household, family: int, adult: int, field: str, amount: float) -> Household:
    """The household where one adult's `field` is larger by `amount`."""
    families = list(household.families)
    adults = list(families[family].adults)
    now = getattr(adults[adult], field)
    adults[adult] = adults[adult].model_copy(update={field: now + amount})
    if family == 0:
        return household.model_copy(update={"adults": tuple(adults)})
    others = list(household.others)
    others[family - 1] = others[family - 1].model_copy(update={"adults": tuple(adults)})
    return household.model_copy(update={"others": tuple(others)})


def marginal_rates(household: Household, parameters: Parameters, year: int, net_income: float) -> list[Step]:
    """What of the next £100 of pay of each adult of the first family is lost to taxes and benefits."""
    found = []
    for place, adult in enumerate(household.adults):
        field = "profit" if adult.profit and not adult.pay else "pay"
        more = calculate(with_more(household, 0, place, field, MORE_PAY), parameters, year).net_income
        kept = more - net_income
        who = f"Adult {place + 1}"
        how = f"marginal effective tax rate: of another {money(MORE_PAY)} of {field} the household keeps {money(kept)}"
        found.append(Step(HOUSEHOLD, RESULT, f"Marginal rate, {who}", how, 1 - kept / MORE_PAY, unit="fraction"))
    return found
