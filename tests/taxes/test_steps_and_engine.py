"""What `microsim tax` says of a household is what a run says of it, to the penny: two paths through the same rules.

A small block of England's people lives some years; then every private household in it is described as a user would
describe it, from the people's states, and worked out step by step.
"""

from dataclasses import replace

import numpy as np
import pytest

from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import (
    COMMUNAL,
    EMPLOYEE,
    FE_COLLEGE,
    HIGHER_EDUCATION,
    OTHER_TRAINING,
    SCHOOL,
    SELF_EMPLOYED,
    SHARING,
    SIXTH_FORM_COLLEGE,
    SOCIAL,
    WITH_PARENTS,
)
from microsim.population.people import NOBODY
from microsim.taxes.household import household_from
from microsim.taxes.lines import TAX_LINES
from microsim.taxes.state_pension import on_new_pension, state_pension_rates
from microsim.taxes.steps import calculate
from microsim.taxes.tables import LONDON, TaxArms, tax_tables
from microsim.taxes.universal_credit import take_up, universal_credit_rates
from microsim.taxes.worksheet import plain, whole_pence

LINES = {line.name: place for place, line in enumerate(TAX_LINES)}
OF_PEOPLE = (
    "wages", "profits", "private_pension", "state_pension", "savings", "dividends", "property", "disability_benefit",
    "carers_allowance", "income_tax", "employee_contributions", "self_employed_contributions", "loan_repayment",
    "pension_contribution", "employer_contributions",
)  # fmt: skip
OF_FAMILIES = ("child_benefit", "child_benefit_charge", "universal_credit", "pension_credit", "housing_benefit")
STUDY = {
    SCHOOL: "school", SIXTH_FORM_COLLEGE: "college", FE_COLLEGE: "college", OTHER_TRAINING: "college",
    HIGHER_EDUCATION: "university",
}  # fmt: skip
# A run takes the expected amount of the marriage allowance, by take-up; here every couple claims. A household claims
# Pension Credit and Housing Benefit or neither; in a run more claim the one than the other.
OVERRIDES = {"income_tax.marriage_allowance_take_up": 1, "pension_credit.housing_benefit_take_up": 0.65}
FIRST_YEAR = 2026


@pytest.fixture(scope="module")
def block(england, programme_of):
    """Some 2,000 people after each of three years: (year, parameters, people, means, what was assessed, count)."""
    sample = Sample(england, 1 / 20_000, seed=11, last_year=FIRST_YEAR + 2, block_rows=3000)
    parameters = load_parameters(OVERRIDES)
    rules = tax_tables(parameters, sample.years, england.region_codes, england.area_region)
    programme = replace(programme_of(sample, {}, overrides=OVERRIDES), taxes=TaxArms((rules, rules), 1))
    made = sample.make(0)
    states = tuple(entry.fresh(len(made.people.id)) for entry in programme.measures)
    scratch, ledger, driver = programme.scratch(len(made.people.id)), programme.ledger(), programme.driver()
    for index in range(len(sample.years)):
        programme.live(driver, made, states, (index, index + 1), scratch, ledger)
    last = len(sample.years) - 1
    _, arms = scratch
    return sample.years[last], parameters, made.people, arms.means, arms.taxes, int(made.present[last + 1])


def cares(people, row, parameters, year):
    share = parameters.value("universal_credit.carer_qualifies", year)
    return bool(people.carer[row] and (int(people.care_rank[row]) & 0xFFFF) / 2**16 < share)


def adult(people, means, row, year, parameters):
    """A person as a user would write them down."""
    status, pay = people.work_status[row], float(people.pay[row])
    cohort, over, man = int(people.cohort[row]), float(means.over_pension_age[row]), bool(people.sex[row])
    rates = state_pension_rates(parameters, year)
    new = plain(on_new_pension)(cohort, not man, rates)
    pension, full = whole_pence(float(means.state_pension[row])) / 100, rates.new_full_rate if new else rates.basic_rate
    assert over > 0 or pension == 0
    return {
        "age": min(year - cohort - 1, 110),
        "birth_month": int(people.birth_month[row]),
        "sex": "male" if man else "female",
        "pay": pay if status == EMPLOYEE else 0.0,
        "profit": pay if status == SELF_EMPLOYED else 0.0,
        "pension_contribution": float(means.pension_contribution[row]),
        "private_pension": float(means.private_pension[row]),
        "state_pension": pension / (full * over) if pension else 0.0,
        "savings": float(means.savings[row]),
        "dividends": float(means.dividends[row]),
        "property": float(means.property[row]),
        "loan_plan": int(means.loan_plan[row]),
        "postgraduate_loan": bool(means.postgraduate_loan[row]),
        "apprentice": bool(people.apprenticeship[row]),
        "carer": cares(people, row, parameters, year),
        "limited_capability": bool(means.limited_capability[row]),
        "disability_benefit_a_week": float(means.disability_benefit[row]) / 52,
        "study": STUDY.get(int(people.study[row]), "none"),
    }


def family(people, means, rows, young, year, parameters):
    """The family of one row or of two partners, the one by whom a run draws take-up being the first in the block."""
    rank = int(people.take_up_rank[min(rows)])
    over = all(means.over_pension_age[row] > 0.5 for row in rows)
    ages = []
    for row in rows:
        births = [int(column[row]) for column in (people.child_1, people.child_2, people.child_3)]
        known = births[: people.children[row]]
        known += [births[2]] * (int(people.children[row]) - len(known))  # older ones are as old as the third
        ages += [max(year - born - 1, 0) for born in known]
    works = any(people.work_status[row] <= SELF_EMPLOYED for row in rows)
    credit = plain(take_up)(works, len(rows) == 2, len(ages) + young, universal_credit_rates(parameters, year))
    assessed = any(means.limited_capability[row] for row in rows)
    share = parameters.value("pension_credit.take_up", year) if over else 1.0 if assessed else credit
    owns_nothing = means.tenure[rows[0]] == SOCIAL and people.living[rows[0]] != WITH_PARENTS
    assert all((people.pay[row] > 0) == (people.work_status[row] <= SELF_EMPLOYED) for row in rows)
    return {
        "adults": [adult(people, means, row, year, parameters) for row in rows],
        "children": ages,
        "childcare_a_month": sum(float(means.childcare[row]) for row in rows) / 12,
        "capital": 0.0 if owns_nothing else None,  # as a run has it of social tenants
        "claims": bool(rank / 2**32 < share),
        "claims_child_benefit": (rank & 0xFFFF) / 2**16 < parameters.value("child_benefit.take_up", year),
    }


def households(people, count):
    """Lists of families, the head's first: each a list of rows, of a couple the head first."""
    found = {}
    for row in range(count):
        if people.resident[row] and people.living[row] != COMMUNAL:
            found.setdefault(int(people.household[row]), []).append(row)
    for head, rows in found.items():
        rows = sorted(rows, key=lambda row: row != head)
        families = []
        for row in rows:
            partner = int(people.partner[row])
            if any(row in one for one in families):
                continue
            families.append([row] if partner == NOBODY else [row, partner])
        yield head, sorted(families, key=lambda one: head not in one)


def described(people, means, head, families, year, parameters, london):
    """A household as a user would write it down."""
    rent, eligible = float(means.rent[head]), float(means.eligible_rent[head])
    tenure = "owned" if rent == 0 else "social" if means.tenure[head] == SOCIAL else "private"
    assert tenure != "social" or rent == eligible
    young = [
        STUDY.get(int(people.study[rows[0]])) in ("school", "college") and year - people.cohort[rows[0]] - 1 <= 19
        for rows in families[1:]
    ]
    at_home = sum(young) if people.living[head] != SHARING else 0
    own, *others = (family(people, means, rows, at_home if head in rows else 0, year, parameters) for rows in families)
    return household_from({
        **own,
        "others": others,
        "home": {
            "tenure": tenure, "rent_a_month": rent / 12,
            "rent_cap_a_month": eligible / 12 if tenure == "private" else None,
            "council_tax": float(means.council_tax[head]), "london": bool(london[people.area[head]]),
            "shared": bool(people.living[head] == SHARING),
        },
    })  # fmt: skip


def disagreements(household, families, head, room, year, parameters):
    """What the two paths make of a household where they differ: (line, place, steps, run), in pence."""
    found = calculate(household, parameters, year)
    amounts, wrong, number = room.amounts, [], 0
    for place, rows in enumerate(families):
        for row in rows:
            number += 1
            for line in OF_PEOPLE:
                wrong.append((line, row, found.pence.get((f"Adult {number}", line), 0), amounts[LINES[line], row]))
        who = "Family" if len(families) == 1 else f"Family {place + 1}"
        for line in OF_FAMILIES:
            run = sum(int(amounts[LINES[line], row]) for row in rows)
            wrong.append((line, rows[0], found.pence.get((who, line), 0), run))
    wrong.append(("council_tax", head, found.pence.get(("Household", "council_tax"), 0),
                  amounts[LINES["council_tax"], head]))  # fmt: skip
    ends = 100 * found.equivalised, 100 * float(room.equivalised[head])
    wrong.append(("equivalised", head, *ends))  # a sum of pence over a scale: not whole, the same but for the last bit
    return [(line, row, steps, run) for line, row, steps, run in wrong if abs(steps - run) > 1e-6]


def test_every_household_has_the_same_pennies_step_by_step_as_in_a_run(block, england):
    year, parameters, people, means, room, count = block
    london = np.array([code == LONDON for code in england.region_codes])[england.area_region]
    seen, wrong = dict.fromkeys((*OF_PEOPLE, *OF_FAMILIES, "council_tax"), 0), []
    kinds = {"shared": 0, "young": 0, "grown up": 0}
    for head, families in households(people, count):
        household = described(people, means, head, families, year, parameters, london)
        wrong += disagreements(household, families, head, room, year, parameters)
        kinds["shared"] += household.home.shared
        kinds["young"] += any(one.adults[0].study in ("school", "college") for one in household.others)
        kinds["grown up"] += any(one.adults[0].age > 19 for one in household.others)
    for name in seen:
        seen[name] = int((room.amounts[LINES[name], :count] != 0).sum())
    assert min(seen.values()) > 0 and min(kinds.values()) > 20, f"too few to compare: {seen}, {kinds}"
    assert not wrong, f"{len(wrong)}: (line, row, steps, run) {wrong[:10]}"


def test_a_penny_out_would_be_seen(block, england):
    year, parameters, people, means, room, count = block
    london = np.zeros(len(england.area_codes), bool)
    head, families = next(iter(households(people, count)))
    household = described(people, means, head, families, year, parameters, london)
    other = room._replace(amounts=room.amounts.copy())
    other.amounts[LINES["council_tax"], head] += 1
    before = disagreements(household, families, head, room, year, parameters)
    assert len(disagreements(household, families, head, other, year, parameters)) == len(before) + 1
