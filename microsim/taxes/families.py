"""Benefits of families: Child Benefit and its charge, Universal Credit, Pension Credit with Housing Benefit.

A *family* is one adult or a couple, with the children in their care and, in the home of the family that heads the
household, the young people of 16 to 19 who live with it and are at school or college. Grown-up children at home and
people who share are families of their own. People in communal establishments have none.

What the rules are about is first gathered from people into one row for each family; then each benefit goes over the
families alone, with plain numbers that the compiler can work on several at a time.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.columns import (
    COMMUNAL,
    FE_COLLEGE,
    HIGHER_EDUCATION,
    OTHER_TRAINING,
    OWN,
    SCHOOL,
    SELF_EMPLOYED,
    SHARING,
    SIXTH_FORM_COLLEGE,
    SOCIAL,
    WITH_PARENTS,
)
from microsim.taxes.child_benefit import ChildBenefit, charged_per_cent, child_benefit, high_income_charge
from microsim.taxes.income_tax import IncomeTax
from microsim.taxes.lines import (
    CHILD_BENEFIT,
    CHILD_BENEFIT_CHARGE,
    CHILD_BENEFIT_FAMILIES,
    CREDIT_FAMILIES,
    CREDIT_PEOPLE,
    CREDIT_WORKERS,
    DISABILITY_BENEFIT,
    DIVIDENDS,
    HOUSING_BENEFIT,
    PENSION_CREDIT,
    PENSION_CREDIT_FAMILIES,
    PROPERTY,
    SAVINGS,
    UNIVERSAL_CREDIT,
)
from microsim.taxes.national_insurance import NationalInsurance
from microsim.taxes.pension_credit import (
    PensionCredit,
    counted_income,
    guarantee_credit,
    has_housing_benefit,
    housing_benefit,
    minimum_guarantee,
)
from microsim.taxes.pension_credit import tariff_income as pensioners_tariff_income
from microsim.taxes.persons import LOW_BITS, LOW_UNIT, PENCE, cares_full_time, pence
from microsim.taxes.rates import numbers
from microsim.taxes.tables import (
    CHILD_BENEFIT_FIGURES,
    INCOME_TAX_FIGURES,
    NATIONAL_INSURANCE_FIGURES,
    PENSION_CREDIT_FIGURES,
    UNIVERSAL_CREDIT_FIGURES,
)
from microsim.taxes.universal_credit import (
    UniversalCredit,
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
    is_within_capital_limit,
    maximum,
    net_floor,
    over_cap,
    standard_allowance,
    take_up,
    taper,
    tariff_income,
    work_allowance,
)

LAST_SCHOOL_AGE = 19
CREDIT_AGE = 18  # from which Universal Credit can be claimed
FEMALE = 0
TODDLER = 3  # years after that of birth up to which a child keeps the parent from full-time work
YOUNG_AGE = 25  # from which its full standard allowance is paid
NO_SUPPORT = 1e9  # income above needs of families that get no support with council tax
_UNIT = 2.0**-32
_HALF = 0.5
_AGE = np.uint32(1)  # a shift that leaves the age of an age_sex key


@kernel
def is_young(living, study, age):
    """Whether someone of 16 to 19 counts as a child: with parents and at school or college."""
    learns = (study == SCHOOL) | (study == SIXTH_FORM_COLLEGE) | (study == FE_COLLEGE) | (study == OTHER_TRAINING)
    return learns & (living == WITH_PARENTS) & (age <= LAST_SCHOOL_AGE)


@kernel
def find_families(people, age_sex, means, tables, room, year, year_index, count):
    """Fill `room.families` with all that the rules are about; returns how many families there are."""
    families = room.families
    number = _list_families(people, age_sex, families, count)
    _gather_children(people, room, families, number)
    _gather_homes(people, means, tables.london, room, families, number)
    _gather_incomes(people, room, families, number)
    _gather_floor(people, means, tables, room, families, year, year_index, number)
    _gather_capital(people, means, tables, room, families, year_index, number)
    _gather_adults(people, age_sex, means, families, number)
    _gather_needs(people, means, tables, families, year_index, number)
    return number


@kernel
def _list_families(people, age_sex, families, count):
    """The rows of the adults of each family, in the order of its first; returns how many."""
    partner, resident, living, study = people.partner, people.resident, people.living, people.study
    row, second, couple = families.row, families.second, families.couple
    number = np.uint64(0)
    for i in range(np.uint64(count)):
        other = np.int64(partner[i])
        comes_first = (other < 0) | (other > np.int64(i))
        has_family = (resident[i] != 0) & (living[i] != COMMUNAL)
        if comes_first & has_family & (not is_young(living[i], study[i], age_sex[i] >> _AGE)):
            row[number] = np.uint32(i)
            second[number] = np.uint32(other) if other >= 0 else np.uint32(i)
            couple[number] = np.uint8(other >= 0)
            number += np.uint64(1)
    return number


@kernel
def _gather_children(people, room, families, number):
    """Children under 16 and how many of them were born before the limit to two."""
    row, second, couple = families.row, families.second, families.couple
    children, born = people.children, (people.child_1, people.child_2, people.child_3)
    total, early = families.children, families.early
    for f in range(number):
        i, s = row[f], second[f]
        theirs = np.float64(children[s]) * np.float64(couple[f])
        parent = s if theirs > children[i] else i
        total[f] = np.float64(children[i]) + theirs
        early[f] = born_before_limit(total[f], born[0][parent], born[1][parent], born[2][parent])


@kernel
def _gather_homes(people, means, london, room, families, number):
    """The rent that benefits may cover, young people at home, whether alone there, and whether in London.

    People who share pay equal parts of the rent; grown-up children at home pay none.
    """
    household, living, area = people.household, people.living, people.area
    rent, young, in_london, alone = families.rent, families.young, families.london, families.alone
    eligible, adults, of_home = means.eligible_rent, room.adults, room.young
    row, second = families.row, families.second
    for f in range(number):
        i = row[f]
        head = household[i]
        heads = (living[i] == OWN) & ((np.uint32(head) == i) | (np.uint32(head) == second[f]))
        shares = living[i] == SHARING
        part = np.float64(eligible[head]) / (np.float64(max(adults[head], 1)) if shares else 1.0)
        rent[f] = part if heads | shares else 0.0
        young[f] = np.float64(of_home[head]) if heads else 0.0
        alone[f] = np.uint8(heads & (adults[head] == 1))
        in_london[f] = london[area[i]]


@kernel
def _gather_incomes(people, room, families, number):
    """Earnings and pensions after tax of all adults, and the adjusted net income of the one with more."""
    row, second, couple = families.row, families.second, families.couple
    net_earnings, net_pensions, total_income = room.net_earnings, room.net_pensions, room.total_income
    earnings, pensions, higher = families.earnings, families.pensions, families.higher_income
    for f in range(number):
        i, s, both = row[f], second[f], np.float64(couple[f])
        earnings[f] = net_earnings[i] + both * net_earnings[s]
        pensions[f] = net_pensions[i] + both * net_pensions[s]
        higher[f] = max(total_income[i], total_income[s])


@kernel
def _gather_floor(people, means, tables, room, families, year, year_index, number):
    """Earnings with the minimum income floor of self-employed people from whom full-time work is expected.

    Not expected of who has limited capability for work or cares 35 hours, nor of the woman of a couple or a lone parent
    with a child under 3 (regulations 89 to 91). The year without a floor at the start of a business is left out.
    """
    rates = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    floor = _net_floor(tables, rates, year_index)
    row, second, couple = families.row, families.second, families.couple
    earnings, counted, net = families.earnings, families.counted, room.net_earnings
    status, limited, carer, care_rank = people.work_status, means.limited_capability, people.carer, people.care_rank
    children, born, sex = people.children, people.child_1, people.sex
    for f in range(number):
        raised, youngest = 0.0, 0
        for i in (row[f], second[f]):
            youngest = max(youngest, born[i] if children[i] > 0 else 0)
        toddler = (youngest > 0) & (year - youngest <= TODDLER)
        for i, part in ((row[f], 1.0), (second[f], np.float64(couple[f]))):
            leads = toddler & ((sex[i] == FEMALE) | (couple[f] == 0))
            cares = cares_full_time(care_rank[i], carer[i], rates.carer_qualifies)
            expected = (status[i] == SELF_EMPLOYED) & (not (leads | cares | (limited[i] != 0)))
            raised += part * (max(net[i], floor) if expected else net[i])
        counted[f] = earnings_with_floor(earnings[f], raised, couple[f] != 0, floor)


@kernel
def _net_floor(tables, rates, year_index):
    """The minimum income floor less income tax and contributions, pounds a year."""
    taxes = IncomeTax(*numbers(tables.income_tax[year_index], INCOME_TAX_FIGURES))
    contributions = NationalInsurance(*numbers(tables.national_insurance[year_index], NATIONAL_INSURANCE_FIGURES))
    return net_floor(
        floor_earnings(rates),
        taxes.personal_allowance,
        taxes.basic_rate,
        contributions.lower_profits_limit,
        contributions.self_employed_main_rate,
    )


@kernel
def _gather_capital(people, means, tables, room, families, year_index, number):
    """Capital, from what it earns, and disability benefits.

    Interest does not follow tenure in the data: who rents socially, of whom 28 per cent have any savings (Ministry of
    Housing, Communities and Local Government, English Housing Survey 2023 to 2024), is taken to have no capital.
    """
    rates = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    tenure, living = means.tenure, people.living
    row, second, couple, owned, disabled = (
        families.row, families.second, families.couple, families.capital, families.disabled
    )  # fmt: skip
    savings, dividends, letting = room.amounts[SAVINGS], room.amounts[DIVIDENDS], room.amounts[PROPERTY]
    benefit = room.amounts[DISABILITY_BENEFIT]
    for f in range(number):
        i, s, both = row[f], second[f], np.int64(couple[f])
        saves = (tenure[i] != SOCIAL) | (living[i] == WITH_PARENTS)
        found = capital(
            (savings[i] + both * savings[s]) / PENCE,
            (dividends[i] + both * dividends[s]) / PENCE,
            (letting[i] + both * letting[s]) / PENCE,
            rates,
        )
        owned[f] = found if saves else 0.0
        disabled[f] = np.uint8((benefit[i] > 0) | (benefit[s] > 0))


@kernel
def _gather_adults(people, age_sex, means, families, number):
    """Ages, work, study and the place among those who claim."""
    row, second = families.row, families.second
    status, study, rank, over = people.work_status, people.study, people.take_up_rank, means.over_pension_age
    works, over_age, under_25, may_claim = families.works, families.over_age, families.under_25, families.may_claim
    place, child_place, children, young = families.take_up, families.child_take_up, families.children, families.young
    for f in range(number):
        i, s = row[f], second[f]
        works[f] = np.uint8(status[i] <= SELF_EMPLOYED) + np.uint8(status[s] <= SELF_EMPLOYED)
        over_age[f] = np.uint8((over[i] > _HALF) & (over[s] > _HALF))
        under_25[f] = np.uint8((age_sex[i] >> _AGE < YOUNG_AGE) & (age_sex[s] >> _AGE < YOUNG_AGE))
        students = (study[i] == HIGHER_EDUCATION) & (study[s] == HIGHER_EDUCATION)
        grown = (age_sex[i] >> _AGE >= CREDIT_AGE) & (age_sex[s] >> _AGE >= CREDIT_AGE)
        may_claim[f] = np.uint8(grown & ((not students) | (children[f] + young[f] > 0.0)))
    for f in range(number):
        word = rank[row[f]]
        place[f] = np.float64(word) * _UNIT
        child_place[f] = np.float64(word & LOW_BITS) * LOW_UNIT


@kernel
def _gather_needs(people, means, tables, families, year_index, number):
    """Limited capability for work, carers without it (an adult has one element at most), and childcare."""
    share = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES)).carer_qualifies
    row, second, couple = families.row, families.second, families.couple
    carer, care_rank, limited, paid = people.carer, people.care_rank, means.limited_capability, means.childcare
    carers, of_family, childcare = families.carers, families.limited, families.childcare
    for f in range(number):
        i, s, both = row[f], second[f], np.float64(couple[f])
        mine = np.float64(cares_full_time(care_rank[i], carer[i], share) & (limited[i] == 0))
        theirs = np.float64(cares_full_time(care_rank[s], carer[s], share) & (limited[s] == 0))
        carers[f] = mine + both * theirs
        of_family[f] = limited[i] | limited[s]
        childcare[f] = np.float64(paid[i]) + both * np.float64(paid[s])


@kernel
def benefit_children(tables, room, year_index, number):
    """Child Benefit and the charge on it."""
    rates = ChildBenefit(*numbers(tables.child_benefit[year_index], CHILD_BENEFIT_FIGURES))
    families = room.families
    children, young, place = families.children, families.young, families.child_take_up
    higher, benefit, charge = families.higher_income, families.child_benefit, families.charge
    for f in range(number):
        due = child_benefit(children[f] + young[f], rates)
        benefit[f] = due if place[f] < rates.take_up else 0.0
        charge[f] = high_income_charge(benefit[f], charged_per_cent(higher[f], rates))


@kernel
def benefit_workers(tables, room, year_index, number):
    """Universal Credit of families of whom an adult is under State Pension age."""
    rates = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    families = room.families
    couple, works, over_age, may_claim = families.couple, families.works, families.over_age, families.may_claim
    under_25, limited, london, disabled = families.under_25, families.limited, families.london, families.disabled
    children, young, early, rent, carers = (
        families.children, families.young, families.early, families.rent, families.carers
    )  # fmt: skip
    childcare, earnings, pensions, owned = families.childcare, families.earnings, families.pensions, families.capital
    counted = families.counted
    place, claimed, credit, excess = families.take_up, families.child_benefit, families.credit, families.excess
    for f in range(number):
        two, all_children, is_limited = couple[f] != 0, children[f] + young[f], limited[f] != 0
        care = childcare_element(childcare[f], children[f], works[f] == 2, rates)
        full = maximum(
            standard_allowance(two, under_25[f] != 0, rates),
            child_element(all_children, early[f] + young[f], rates),
            carer_element(carers[f], rates),
            health_element(is_limited, rates.health_protected_share, rates),
            rent[f],
            care,
        )
        allowed = work_allowance((all_children > 0.0) | is_limited, rent[f] > 0.0, rates)
        unearned = pensions[f] + tariff_income(owned[f], rates)
        uncapped = award(full, taper(counted[f], allowed, rates), unearned)
        exempt = is_limited | (carers[f] > 0.0) | (disabled[f] != 0)
        cap = benefit_cap(two, all_children, london[f] != 0, rates)
        amount = uncapped - over_cap(uncapped, claimed[f], care, cap, earnings[f], exempt, rates)
        # who has limited capability for work was assessed, which takes a claim
        claims = is_limited | (place[f] < take_up(works[f] > 0, two, all_children, rates))
        entitled = claims & is_within_capital_limit(owned[f], rates) & (may_claim[f] != 0) & (over_age[f] == 0)
        credit[f] = amount if entitled else 0.0
        excess[f] = max(earnings[f] + unearned + amount - full, 0.0) if entitled & (amount > 0.0) else NO_SUPPORT


@kernel
def benefit_pensioners(tables, room, year_index, number):
    """Pension Credit and Housing Benefit of families of whom all adults are over State Pension age."""
    rates = PensionCredit(*numbers(tables.pension_credit[year_index], PENSION_CREDIT_FIGURES))
    families = room.families
    couple, over_age, place = families.couple, families.over_age, families.take_up
    alone, disabled = families.alone, families.disabled
    earnings, pensions, owned, rent = families.earnings, families.pensions, families.capital, families.rent
    credit, housing, excess = families.pension_credit, families.housing_benefit, families.excess
    for f in range(number):
        two, entitled = couple[f] != 0, (over_age[f] != 0) & (place[f] < rates.take_up)
        housed = (over_age[f] != 0) & (place[f] < rates.housing_benefit_take_up)
        guarantee = minimum_guarantee(two, (alone[f] != 0) & (disabled[f] != 0), rates)
        income = pensions[f] + pensioners_tariff_income(owned[f], rates)
        counted = counted_income(income, earnings[f], two, rates)
        amount = guarantee_credit(counted, guarantee) if entitled else 0.0
        covered = rent[f] if has_housing_benefit(owned[f], amount, rates) else 0.0
        credit[f] = amount
        housing[f] = housing_benefit(covered, counted, guarantee, rates) if housed else 0.0
        excess[f] = max(counted - guarantee, 0.0) if entitled | housed else excess[f]


@kernel
def record_benefits(people, room, number, count):
    """The families' benefits as pence on the row of the first adult, and who has them."""
    families, amounts, household, living = room.families, room.amounts, people.household, people.living
    row, second = families.row, families.second
    _record(row, families.child_benefit, amounts[CHILD_BENEFIT], amounts[CHILD_BENEFIT_FAMILIES], number)
    _record(row, families.credit, amounts[UNIVERSAL_CREDIT], amounts[CREDIT_FAMILIES], number)
    _record(row, families.pension_credit, amounts[PENSION_CREDIT], amounts[PENSION_CREDIT_FAMILIES], number)
    charge, housing, credit = families.charge, families.housing_benefit, families.credit
    charges, housings, status = amounts[CHILD_BENEFIT_CHARGE], amounts[HOUSING_BENEFIT], people.work_status
    of_credit, workers = amounts[CREDIT_PEOPLE], amounts[CREDIT_WORKERS]
    for f in range(number):
        i, s = row[f], second[f]
        charges[i] = pence(charge[f])
        housings[i] = pence(housing[f])
        has_credit = np.int64(credit[f] > 0.0)
        of_credit[i] = has_credit
        of_credit[s] = has_credit
        workers[i] = has_credit * np.int64(status[i] <= SELF_EMPLOYED)
        workers[s] = has_credit * np.int64(status[s] <= SELF_EMPLOYED)
    excess, of_family = room.excess, families.excess
    excess[:count] = NO_SUPPORT
    for f in range(number):
        i, head = row[f], household[row[f]]
        if (living[i] == OWN) & ((np.uint32(head) == i) | (np.uint32(head) == second[f])):
            excess[head] = of_family[f]


@kernel
def record_claimants(people, age_sex, room, count):
    """Who lives in a family with Universal Credit, the young people who count as its children included."""
    household, partner, living, study = people.household, people.partner, people.living, people.study
    has_credit, on_credit = room.amounts[CREDIT_PEOPLE], people.on_credit
    for i in range(np.uint64(count)):
        on_credit[i] = np.uint8(has_credit[i] > 0)
    for i in range(np.uint64(count)):
        if is_young(living[i], study[i], age_sex[i] >> _AGE):
            head = household[i]
            other = partner[head] if partner[head] >= 0 else head
            on_credit[i] = np.uint8((has_credit[head] > 0) | (has_credit[other] > 0))


@kernel
def _record(row, pounds, amount, has_some, number):
    """Pounds of families as pence on their rows, and 1 where there are some."""
    for f in range(number):
        amount[row[f]] = pence(pounds[f])
        has_some[row[f]] = np.int64(pounds[f] > 0.0)
