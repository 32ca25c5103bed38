"""One person's life and accounts, year by year, from the same compiled driver as every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from microsim.accounts.tables import PENCE, REFORM
from microsim.api import load_scenario, prepare
from microsim.engine.ledger import PUBLIC_SECTOR
from microsim.population.blocks import Block, person_identity
from microsim.population.people import QUALIFICATIONS, SEXES, WORK_STATUSES
from microsim.scenario.schema import Scenario
from microsim.years import format_financial_year


def explain(scenario: Scenario | str | Path, person: str) -> pd.DataFrame:
    """The life of `person` (such as "E08000025-R12") in the reform arm: a row for each year the person is present.

    Columns are the person's state and then each measure's lines, in pounds or counts. The person is taken out of the
    block and lived alone, a year at a time; nobody's life depends on who else is simulated. Raises InputError when
    nobody has that name in this sample.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    programme = prepare(scenario).programme
    sample = programme.sample
    population = sample.population
    identity = person_identity(person, population.area_codes)
    block = sample.make(sample.block_of(identity))
    row = int(np.flatnonzero(block.people.id == np.uint64(identity))[0])
    alone = Block(block.people.take(np.array([row])), np.minimum(np.maximum(block.present - row, 0), 1))
    states = tuple(entry.fresh(1) for entry in programme.measures)
    scratch = programme.scratch(1)
    driver = programme.driver()
    rows = []
    was_present = False
    for index, year in enumerate(sample.years):
        ledger = programme.ledger()
        programme.live(driver, alone, states, (index, index + 1), scratch, ledger)
        here = bool(alone.people.resident[0])
        if not here and not was_present:
            continue  # not yet arrived, or gone for more than a year
        was_present = here
        people = alone.people
        area = int(people.area[0])
        life = {
            "financial_year": format_financial_year(year),
            "age_on_1_april": int(year - people.cohort[0] - 1),
            "sex": SEXES[people.sex[0]],
            "resident": here,
            "local_authority": population.area_names[area],
            "qualification": QUALIFICATIONS[people.qualification[0]],
            "work_status": WORK_STATUSES[people.work_status[0]],
            "public_sector": bool(ledger.area[PUBLIC_SECTOR, index].sum()),
            "pay": round(float(people.pay[0]), 2) if here else 0.0,
        }
        for entry, line, place in programme.lines():
            if entry.arm == REFORM:
                amount = int(ledger.area[place, index].sum()) // sample.weight
                life[f"{entry.name}.{line.name}"] = amount / PENCE if line.unit == "pence" else amount
        rows.append(life)
    return pd.DataFrame(rows)
