"""One person's life and accounts, year by year, from the same compiled driver as every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from microsim.accounts.amounts import PENCE
from microsim.api import load_scenario
from microsim.engine.run import REFORM
from microsim.population.people import QUALIFICATIONS, SEXES, WORK_STATUSES, People
from microsim.running.prepare import prepare
from microsim.scenario.schema import Scenario
from microsim.taxes.lines import EMPLOYEE_CONTRIBUTIONS, INCOME_TAX, SELF_EMPLOYED_CONTRIBUTIONS
from microsim.taxes.scratch import TaxScratch
from microsim.years import format_financial_year


def _taxes_of(room: TaxScratch, people: People, row: int) -> dict[str, float]:
    """What a person pays and what the household has left, pounds a year, by the rules assessed last."""
    head = int(people.household[row])
    here, amounts = bool(people.resident[row]), room.amounts
    contributions = amounts[EMPLOYEE_CONTRIBUTIONS, row] + amounts[SELF_EMPLOYED_CONTRIBUTIONS, row]
    return {
        "income_tax": amounts[INCOME_TAX, row] / PENCE,
        "national_insurance": contributions / PENCE,
        "household_net_income": room.household_income[head] / PENCE if here else 0.0,
        "equivalised_net_income": round(float(room.equivalised[row]), 2) if here else 0.0,
    }


def explain(scenario: Scenario | str | Path, person: str) -> pd.DataFrame:
    """The life of `person` in the reform arm: a row for each year the person is present.

    `person` is a name such as "E08000025-R12", or a survey's own such as "100008/2". Columns are the person's state and
    then each measure's lines, in pounds or counts. The person's whole block is
    lived, a year at a time, with the weight of everybody else at 0, so that the sums are the person's. Raises
    InputError when nobody has that name in this sample.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    programme = prepare(scenario).programme
    sample = programme.sample
    population = sample.population
    identity = sample.identity_of(person)
    block = sample.make(sample.block_of(identity))
    row = int(np.flatnonzero(block.people.id == np.uint64(identity))[0])
    people = block.people
    weight = int(people.weight[row])
    people.weight[np.arange(len(people.weight)) != row] = 0
    states = tuple(entry.fresh(len(people.id)) for entry in programme.measures)
    scratch = programme.scratch(len(people.id))
    _, arms = scratch
    changed = arms.effects[programme.arms.index(REFORM)].pay_change
    driver = programme.driver()
    rows = []
    was_present = False
    for index, year in enumerate(sample.years):
        ledger = programme.ledger()
        programme.live(driver, block, states, (index, index + 1), scratch, ledger)
        here = bool(people.resident[row])
        if not here and not was_present:
            continue  # not yet arrived, or gone for more than a year
        was_present = here
        area = int(people.area[row])
        life = {
            "financial_year": format_financial_year(year),
            "age_on_1_april": int(year - people.cohort[row] - 1),
            "sex": SEXES[people.sex[row]],
            "resident": here,
            "local_authority": population.area_names[area],
            "qualification": QUALIFICATIONS[people.qualification[row]],
            "work_status": WORK_STATUSES[people.work_status[row]],
            "public_sector": bool(people.public[row]),
            "pay": round(float(people.pay[row] + changed[row]), 2) if here else 0.0,
            **_taxes_of(arms.taxes, people, row),
        }
        for entry, line, detail, place in programme.places:
            if entry.arm == REFORM and entry.alternative is None:
                total = ledger.line(place, detail)[index].sum()
                amount = int(total) // weight
                life[f"{entry.name}.{line.name}"] = amount / PENCE if line.unit == "pence" else amount
        rows.append(life)
    return pd.DataFrame(rows)
