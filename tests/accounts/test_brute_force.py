"""Simulation error against brute force: the spread over seeds of a small population agrees with what runs say of it.

A variance from n seeds has a relative standard error of sqrt(2 / (n - 1)); the mean of n variances that are estimated
from 32 random groups each has sqrt(2 / 31 / n). What docs/simulation_error.md reports is measured here.
"""

from dataclasses import replace

import numpy as np
import pytest
from common import GRANT, ROOT

from microsim import api
from microsim.accounts.tables import Accounts
from microsim.engine.run import run_blocks
from microsim.population.blocks import Sample
from microsim.running.prepare import prepare

SAMPLE, YEARS, YEAR = 1 / 4000, "2026-27 to 2027-28", "2027-28"
# The statistic: its table and the row. The year is YEAR where nothing else is said.
WHOLE_COUNTRY = {
    "the cost of the package": ("scorecard_totals", {"measure": "all measures"}, "cash"),
    "the cost over all years": ("scorecard_totals", {"measure": "all measures", "financial_year": "all years"}, "cash"),
    "error and fraud, worked out from a total": ("scorecard", {"line": "error_and_fraud"}, "cash"),
    "grant spending": ("scorecard", {"line": "grant_spending"}, "cash"),
    "users of the grant": ("lines", {"line": "users"}, "amount"),
    "spending for each user": ("ratios", {"ratio": "spending_per_user"}, "value"),
    "income tax": ("taxes", {"arm": "baseline", "line": "income_tax"}, "amount"),
    "Universal Credit": ("taxes", {"arm": "baseline", "line": "universal_credit"}, "amount"),
    "families with Child Benefit": ("taxes", {"arm": "baseline", "line": "child_benefit_families"}, "amount"),
    "median income": ("incomes", {"arm": "baseline", "statistic": "p50"}, "value"),
    "lowest tenth of incomes": ("incomes", {"arm": "baseline", "statistic": "p10"}, "value"),
    "Gini coefficient": ("incomes", {"arm": "baseline", "statistic": "gini"}, "value"),
}
CELLS = {
    "grant spending on women": ("breakdowns", {"line": "grant_spending", "group": "female"}, "amount"),
    "grant spending, ages 25 to 34": ("breakdowns", {"line": "grant_spending", "group": "25-34"}, "amount"),
    "grant spending in London": ("breakdowns", {"line": "grant_spending", "group": "London"}, "amount"),
    "users in the South East": ("breakdowns", {"line": "users", "group": "South East"}, "amount"),
    "grant spending, lowest tenth of pay": ("breakdowns", {"line": "grant_spending", "group": "decile 1"}, "amount"),
}  # fmt: skip


@pytest.fixture(scope="module")
def programme(tmp_path_factory):
    """A grant that starts at once, and pay, taxes and benefits."""
    path = tmp_path_factory.mktemp("seeds") / "grant.yaml"
    path.write_text(
        f"name: Grant\npopulation: {ROOT / 'populations' / 'england.yaml'}\nyears: {YEARS}\nsample: {SAMPLE}\nseed: 1\n"
        f"measures: {{grant: {{kind: {GRANT}, start: 2026-27}}}}\n"
    )
    return prepare(api.load_scenario(path))


def tables_of(prepared, seed):
    """The tables of accounts with the people and luck of a seed."""
    before = prepared.programme.sample
    sample = Sample(before.population, SAMPLE, seed, before.last_year)
    programme = replace(prepared.programme, sample=sample)
    ledger = run_blocks(programme, threads=1)
    return Accounts(programme, ledger, prepared.deflators, prepared.scenario.years).tables()


def cell(tables, table, row, column):
    """A published value and its error."""
    found = tables[table]
    for name, value in ({"financial_year": YEAR} | row).items():
        found = found[found[name] == value]
    if table == "scorecard_totals":
        found = found[found["line"] == "all lines"]
    return found[column].item(), found["simulation_error"].item()


def compared(prepared, seeds):
    """Each statistic's spread over seeds and the root of its mean squared error: {name: (spread, error)}."""
    found = {name: [] for name in (*WHOLE_COUNTRY, *CELLS)}
    for seed in seeds:
        tables = tables_of(prepared, seed)
        for name, which in (WHOLE_COUNTRY | CELLS).items():
            found[name].append(cell(tables, *which))
    values = {name: np.array(pairs) for name, pairs in found.items()}
    return {name: (pairs[:, 0].std(ddof=1), np.sqrt((pairs[:, 1] ** 2).mean())) for name, pairs in values.items()}


def check(found, seeds, names, spread_of_errors=3.5, low=1.0, high=1.0):
    """The ratio of variances is 1, or within `low` and `high`, within so many of its own standard errors."""
    noise = np.sqrt(2 / (seeds - 1) + 2 / 31 / seeds)
    ratios = {name: (found[name][1] / found[name][0]) ** 2 for name in names}
    print({name: round(float(np.sqrt(ratio)), 2) for name, ratio in ratios.items()})
    for name, ratio in ratios.items():
        assert low / (1 + spread_of_errors * noise) < ratio < high / max(1 - spread_of_errors * noise, 0.2), name


def test_errors_are_the_spread_over_seeds(programme):
    seeds = 24
    found = compared(programme, range(1, seeds + 1))
    check(found, seeds, WHOLE_COUNTRY)
    check(found, seeds, CELLS)


@pytest.mark.slow
def test_errors_are_the_spread_over_two_hundred_seeds(programme):
    seeds = 200
    found = compared(programme, range(1001, seeds + 1001))
    check(found, seeds, WHOLE_COUNTRY)
    check(found, seeds, CELLS)
