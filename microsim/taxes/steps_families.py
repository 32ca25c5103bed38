"""The steps of one family's benefits: Child Benefit, Universal Credit, or Pension Credit with Housing Benefit."""

from __future__ import annotations

from typing import NamedTuple

from microsim.taxes.child_benefit import charged_per_cent, child_benefit, high_income_charge
from microsim.taxes.homes import NO_SUPPORT
from microsim.taxes.household import Family, Home
from microsim.taxes.pension_credit import (
    counted_income,
    guarantee_credit,
    has_housing_benefit,
    housing_benefit,
    minimum_guarantee,
)
from microsim.taxes.pension_credit import tariff_income as pensioners_tariff_income
from microsim.taxes.steps_people import Person, net_earnings, net_pensions
from microsim.taxes.traits import CREDIT_AGE, LAST_SCHOOL_AGE, TODDLER_AGE, YOUNG_AGE
from microsim.taxes.universal_credit import (
    award,
    benefit_cap,
    born_before_limit,
    capital,
    carer_element,
    child_element,
    childcare_element,
    earnings_with_floor,
    floor_earnings,
    health_element,
    housing_element,
    is_within_capital_limit,
    maximum,
    net_floor,
    over_cap,
    standard_allowance,
    taper,
    tariff_income,
    work_allowance,
)
from microsim.taxes.worksheet import Worksheet, money, per_cent, plain

CHILDREN, CREDIT, PENSION = "Child Benefit", "Universal Credit", "Pension Credit and Housing Benefit"
MONTHS = 12
_HALF = 0.5


class Claimants(NamedTuple):
    """A family with its place in the calculation."""

    who: str
    family: Family
    people: tuple[Person, ...]
    young: int  # people of 16 to 19 at school or college, who count as its children
    rent: float  # its part of the rent, pounds a year
    alone: bool  # no other adult in the home
    home: Home

    @property
    def couple(self) -> bool:
        return len(self.people) == 2

    @property
    def children(self) -> float:
        return float(len(self.family.children))

    @property
    def all_children(self) -> float:
        return self.children + self.young


def is_young(family: Family, shared: bool) -> bool:
    """Whether a family of others is a young person who counts as a child of the household's first family."""
    first = family.adults[0]
    return first.age <= LAST_SCHOOL_AGE and first.study in ("school", "college") and not shared


def family_benefits(sheet: Worksheet, family: Claimants) -> float:
    """All benefits of a family; returns its income above its needs, by which support with council tax is reduced."""
    claimed = _child_benefit(sheet, family)
    over = all(person.over_pension_age > _HALF for person in family.people)
    if not family.family.claims:
        return NO_SUPPORT
    if over:
        return _pension_credit(sheet, family)
    if any(person.adult.age < CREDIT_AGE for person in family.people):
        return NO_SUPPORT
    return _universal_credit(sheet, family, claimed)


def _child_benefit(sheet: Worksheet, family: Claimants) -> float:
    """Child Benefit and its charge; returns the benefit before it is rounded."""
    if not family.all_children or not family.family.claims_child_benefit:
        return 0.0
    who, rates = family.who, sheet.rates("child_benefit")
    how = (
        f"{money(rates.eldest)} for the eldest, {money(rates.other)} for each other, {family.all_children:.0f} in all; "
    )
    how += "52 weeks"
    benefit = sheet.rule(
        who, CHILDREN, "Child Benefit", child_benefit, family.all_children, how=how, line="child_benefit"
    )
    income = max(person.total_income for person in family.people)
    how = f"one for each {money(rates.charge_step)} of {money(income)} above {money(rates.charge_from)}"
    share = sheet.rule(who, CHILDREN, "Per cent charged", charged_per_cent, income, how=how, unit="per cent")
    if share:
        how = f"{share:.0f} % of {money(benefit)}, in whole pounds"
        line = "child_benefit_charge"
        sheet.rule(who, CHILDREN, "High Income Charge", high_income_charge, benefit, share, how=how, line=line)
    return benefit


def _net_incomes(sheet: Worksheet, family: Claimants, section: str) -> tuple[float, float]:
    """Net earnings and net pensions of the family, written down where there are any."""
    earnings = sum(net_earnings(sheet, person) for person in family.people)
    pensions = sum(net_pensions(sheet, person) for person in family.people)
    if earnings:
        how = "less income tax on them, National Insurance and pension contributions"
        sheet.note(family.who, section, "Net earnings", earnings, how)
    if pensions:
        how = "State and private, and Carer's Allowance, less income tax on them"
        sheet.note(family.who, section, "Net pensions", pensions, how)
    return earnings, pensions


def _capital(sheet: Worksheet, family: Claimants, section: str) -> float:
    """What the family owns, besides the home: as it says, or what its incomes from capital suggest."""
    if family.family.capital is not None:
        return sheet.note(family.who, section, "Capital", family.family.capital, "as given", unit="£ owned")
    lines = ("savings", "dividends", "property")
    earned = [sum(sheet.pence[person.who, line] for person in family.people) / 100 for line in lines]
    if not any(earned):
        return 0.0
    rates = sheet.rates("universal_credit")
    how = (
        f"interest of {money(earned[0])} at {per_cent(rates.interest_on_capital)}, dividends of {money(earned[1])} at "
    )
    how += per_cent(rates.dividends_on_capital) + (
        f", letting of {money(earned[2])} at {per_cent(rates.letting_on_capital)}" if earned[2] else ""
    )
    return sheet.rule(family.who, section, "Capital", capital, *earned, how=how, unit="£ owned")


def _tariff(sheet: Worksheet, family: Claimants, section: str, owned: float) -> float:
    """The income that capital is taken to give."""
    if not owned:
        return 0.0
    function, subject = (tariff_income, "universal_credit") if section == CREDIT else (
        pensioners_tariff_income, "pension_credit")  # fmt: skip
    rates = sheet.rates(subject)
    how = f"{money(rates.tariff_income)} for each {money(rates.tariff_step)} of {money(owned)} above "
    how += money(rates.capital_disregard)
    return sheet.rule(family.who, section, "Income from capital", function, owned, how=how)


def _eligible_rent(sheet: Worksheet, family: Claimants, section: str) -> float:
    """The rent that benefits may cover."""
    home = family.home
    if not family.rent:
        return 0.0
    private = home.tenure == "private"
    cap = float("inf") if home.rent_cap_a_month is None else home.rent_cap_a_month * MONTHS
    if family.rent != home.rent_a_month * MONTHS:  # sharers have their part of the allowance too
        cap *= family.rent / (home.rent_a_month * MONTHS)
    limit = f"up to {money(cap)}" if private and home.rent_cap_a_month is not None else "in full"
    how = f"rent of {money(family.rent)}, {limit}"
    label = "Rent that is covered" if section == PENSION else "Housing element"
    return sheet.rule(family.who, section, label, housing_element, family.rent, private, cap, how=how)


def _pension_credit(sheet: Worksheet, family: Claimants) -> float:
    who, couple, rates = family.who, family.couple, sheet.rates("pension_credit")
    earnings, pensions = _net_incomes(sheet, family, PENSION)
    owned = _capital(sheet, family, PENSION)
    income = pensions + _tariff(sheet, family, PENSION, owned)
    disabled = any(sheet.pence[person.who, "disability_benefit"] for person in family.people)
    severe = family.alone and disabled
    how = "of a couple" if couple else "of a severely disabled person alone" if severe else "of a single person"
    guarantee = sheet.rule(who, PENSION, "Minimum guarantee", minimum_guarantee, couple, severe, how=f"{how}; 52 weeks")
    disregard = rates.earnings_disregard_couple if couple else rates.earnings_disregard_single
    how = f"pensions and income from capital of {money(income)}, and earnings of {money(earnings)} above "
    how += money(disregard)
    counted = sheet.rule(who, PENSION, "Counted income", counted_income, income, earnings, couple, how=how)
    how = f"what {money(counted)} lacks of {money(guarantee)}"
    given_credit = counted, guarantee
    paid = sheet.rule(who, PENSION, "Pension Credit", guarantee_credit, *given_credit, how=how, line="pension_credit")
    if not plain(has_housing_benefit)(owned, paid, rates):
        how = f"none: capital of {money(owned)} is above {money(rates.housing_benefit_capital_limit)}"
        sheet.note(who, PENSION, "Housing Benefit", 0.0, how)
    elif rent := _eligible_rent(sheet, family, PENSION):
        how = f"{money(rent)}, less {per_cent(rates.housing_benefit_taper)} of income above the guarantee"
        given = rent, counted, guarantee
        sheet.rule(who, PENSION, "Housing Benefit", housing_benefit, *given, how=how, line="housing_benefit")
    return max(counted - guarantee, 0.0)


def _universal_credit(sheet: Worksheet, family: Claimants, claimed: float) -> float:
    who, rates, people = family.who, sheet.rates("universal_credit"), family.people
    if all(person.adult.study == "university" for person in people) and not family.all_children:
        how = "students without children may not claim (regulation 14)"
        sheet.note(who, CREDIT, "Universal Credit", 0.0, how)
        return NO_SUPPORT
    owned = _capital(sheet, family, CREDIT)
    if not plain(is_within_capital_limit)(owned, rates):
        how = f"none: capital of {money(owned)} is above {money(rates.capital_limit)} (regulation 18)"
        sheet.note(who, CREDIT, "Universal Credit", 0.0, how)
        return NO_SUPPORT
    limited = any(person.adult.limited_capability for person in people)
    carers = float(sum(person.adult.carer and not person.adult.limited_capability for person in people))
    elements, rent, childcare = _elements(sheet, family, limited, carers)
    full = sheet.rule(who, CREDIT, "Maximum amount", maximum, *elements, how="the sum of the elements")
    earnings, pensions = _net_incomes(sheet, family, CREDIT)
    unearned = pensions + _tariff(sheet, family, CREDIT, owned)
    entitled = family.all_children > 0 or limited
    how = "for families with children or limited capability, " + ("with" if rent else "without") + " a housing element"
    how = how if entitled else "none: no children, no limited capability"
    allowance = sheet.rule(who, CREDIT, "Work allowance", work_allowance, entitled, rent > 0, how=how)
    counted = _with_floor(sheet, family, earnings)
    how = f"{per_cent(rates.taper_rate)} of net earnings of {money(counted)} above {money(allowance)}"
    taken = sheet.rule(who, CREDIT, "Less for earnings", taper, counted, allowance, how=how)
    how = f"{money(full)} less {money(taken)}" + (
        f" and pensions and income from capital of {money(unearned)}" if unearned else ""
    )
    uncapped = sheet.rule(who, CREDIT, "Award before the cap", award, full, taken, unearned, how=how)
    excess = (
        _over_cap(sheet, family, uncapped, claimed, childcare, earnings, limited or carers > 0) if uncapped else 0.0
    )
    amount = uncapped - excess
    sheet.note(who, CREDIT, "Universal Credit", amount, "award less what is over the cap", "universal_credit")
    return max(earnings + unearned + amount - full, 0.0) if amount > 0 else NO_SUPPORT


def _with_floor(sheet: Worksheet, family: Claimants, earnings: float) -> float:
    """Net earnings with the minimum income floor of self-employed people from whom full-time work is expected."""
    toddler = bool(family.family.children) and min(family.family.children) < TODDLER_AGE
    held = [
        person.adult.profit > 0
        and not person.adult.carer
        and not person.adult.limited_capability
        and not (toddler and (person.adult.sex == "female" or not family.couple))
        for person in family.people
    ]
    if not any(held):
        return earnings
    rates, taxes, contributions = (
        sheet.rates(subject) for subject in ("universal_credit", "income_tax", "national_insurance")
    )
    how = f"{rates.floor_hours:.0f} hours a week at {money(rates.floor_wage)}"
    gross = sheet.rule(family.who, CREDIT, "Minimum income floor", floor_earnings, how=how)
    how = "less income tax and National Insurance"
    off = taxes.personal_allowance, taxes.basic_rate, contributions.lower_profits_limit
    floor = sheet.rule(family.who, CREDIT, "Net floor", net_floor, gross, *off,
                       contributions.self_employed_main_rate, how=how)  # fmt: skip
    own = [net_earnings(sheet, person) for person in family.people]
    raised = sum(max(one, floor) if under else one for one, under in zip(own, held, strict=True))
    how = f"at least {money(floor)} for each self-employed person expected to work full time"
    given = earnings, raised, family.couple, floor
    return sheet.rule(family.who, CREDIT, "Counted earnings", earnings_with_floor, *given, how=how)


def _over_cap(
    sheet: Worksheet,
    family: Claimants,
    uncapped: float,
    claimed: float,
    childcare: float,
    earnings: float,
    exempt: bool,
) -> float:
    """What the benefit cap takes off an award."""
    rates = sheet.rates("universal_credit")
    given = family.couple, family.all_children, family.home.london
    how = ("in" if family.home.london else "outside") + " Greater London"
    cap = sheet.rule(family.who, CREDIT, "Benefit cap", benefit_cap, *given, how=how)
    exempt = exempt or any(sheet.pence[person.who, "disability_benefit"] for person in family.people)
    how = f"benefits above {money(cap)}; none with net earnings of {money(rates.benefit_cap_earnings)} or more"
    how += ", nor for this family" if exempt else ""
    over = uncapped, claimed, childcare, cap, earnings, exempt
    return sheet.rule(family.who, CREDIT, "Less over the cap", over_cap, *over, how=how)


def _elements(
    sheet: Worksheet, family: Claimants, limited: bool, carers: float
) -> tuple[tuple[float, ...], float, float]:
    """The elements of Universal Credit in the order of `maximum`; and the housing and childcare ones again."""
    who, rates, people = family.who, sheet.rates("universal_credit"), family.people
    under = all(person.adult.age < YOUNG_AGE for person in people)
    how = ("couple" if family.couple else "single") + (", under 25" if under else ", 25 or over") + "; 12 months"
    standard = sheet.rule(who, CREDIT, "Standard allowance", standard_allowance, family.couple, under, how=how)
    children = carer = health = childcare = 0.0
    if family.all_children:
        births = [sheet.year - age - 1 for age in sorted(family.family.children)]
        three = (*births, 0, 0, 0)[:3]
        how = "of those under 16; older children come first"
        early = sheet.rule(who, CREDIT, "Born before April 2017", born_before_limit, family.children, *three,
                           how=how, unit="children")  # fmt: skip
        early += family.young
        how = f"{family.all_children:.0f} children, {early:.0f} of them born before April 2017"
        children = sheet.rule(who, CREDIT, "Child element", child_element, family.all_children, early, how=how)
    if carers:
        carer = sheet.rule(who, CREDIT, "Carer element", carer_element, carers, how=f"for {carers:.0f}")
    if limited:
        known = family.family.health_protected
        share = rates.health_protected_share if known is None else float(known)
        how = "the average of those who have it" if known is None else "protected rate" if known else "new rate"
        health = sheet.rule(who, CREDIT, "Health element", health_element, True, share, how=how)
    housing = _eligible_rent(sheet, family, CREDIT)
    if costs := family.family.childcare_a_month * MONTHS:
        works = all(person.adult.pay + person.adult.profit > 0 for person in people)
        cap = rates.childcare_cap_more if family.children > 1 else rates.childcare_cap_one
        how = f"{per_cent(rates.childcare_share)} of {money(costs)}, at most {money(cap)}; if all adults work"
        given = costs, family.children, works
        childcare = sheet.rule(who, CREDIT, "Childcare element", childcare_element, *given, how=how)
    return (standard, children, carer, health, housing, childcare), housing, childcare
