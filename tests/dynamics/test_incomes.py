"""Incomes besides pay over ranges of total income, beside those of the tax statistics, scaled to England."""

import csv

import numpy as np
import pytest
from means import YEARS, means_of

from microsim.dynamics.pensions import pension_tables, write_pensions
from microsim.dynamics.wealth import wealth_tables, write_wealth
from microsim.parameters.load import load_parameters

EARNINGS_2024 = 1.05569  # on 2023-24
FROM = (12_570, 20_000, 30_000, 50_000, 100_000, 200_000)


@pytest.fixture(scope="module")
def incomes(england, made):
    """Pounds of 2023-24 of each kind, and of all with pay and the State Pension."""
    parameters = load_parameters()
    pensions = means_of(write_pensions, made, pension_tables(england, parameters, YEARS))
    wealth = means_of(write_wealth, made, wealth_tables(england, parameters, YEARS))
    kinds = {
        "private_pension": pensions.private_pension,
        "interest": wealth.savings,
        "dividends": wealth.dividends,
        "property": wealth.property,
    }
    total = made.people.pay + pensions.state_pension + sum(kinds.values())
    return {name: column / EARNINGS_2024 for name, column in (*kinds.items(), ("total", total))}


@pytest.mark.parametrize(
    ("name", "england_share", "people", "amount"),
    # how far shares of people and amounts in a range may be from the published ones: pensions are close; dividends of
    # the very rich and of owners of companies near the higher-rate threshold are not
    [("private_pension", 0.845, 0.06, 0.04), ("interest", 0.87, 0.08, 0.09), ("dividends", 0.87, 0.08, 0.15),
     ("property", 0.87, 0.08, 0.08)],
)  # fmt: skip
def test_ranges_of_income_hold_about_what_is_published(england, made, incomes, name, england_share, people, amount):
    path = england.tables / "personal_incomes_2024.csv"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    bands = np.digitize([float(row["total_income_from"]) for row in rows], FROM)
    mine, own = np.digitize(incomes["total"], FROM), incomes[name]
    for column, weight, tolerance in (("people", own > 0, people), ("amount", own, amount)):
        published = (
            np.bincount(bands, [float(row[f"{name}_{column}"]) for row in rows], len(FROM) + 1)[1:] * england_share
        )
        found = np.bincount(mine, made.weight * weight, len(FROM) + 1)[1:]
        assert found.sum() == pytest.approx(published.sum(), rel=0.1)
        assert found / found.sum() == pytest.approx(published / published.sum(), abs=tolerance), column
