"""All tables of who gains together: those of a run in which nobody gains anything have columns and no rows."""

import numpy as np
import pytest

from microsim.accounts.rounding import Deflators
from microsim.accounts.tables import Accounts
from microsim.distribution.results import gain_results
from microsim.distribution.tables import distribution_tables
from microsim.engine.run import Programme
from microsim.report.dictionary import tables as dictionary
from microsim.scenario.distribution import DistributionalWeights, Incidence


@pytest.mark.parametrize("measures", [False, True])
def test_nothing_gained_is_no_rows(grant_plan, measures):
    programme = grant_plan.programme
    plan = grant_plan if measures else type(grant_plan)(
        Programme(programme.sample, programme.tables, ()), "taxes_and_benefits", grant_plan.counted, grant_plan.worth
    )  # fmt: skip
    years = np.ones(len(programme.sample.years))
    accounts = Accounts(plan.programme, plan.programme.ledger(), Deflators(years, years), range(2030, 2033))
    results = gain_results(plan, plan.empty(), accounts)
    tables = distribution_tables(results, accounts, Incidence(), DistributionalWeights(), (2025, 2026))
    for name, table in tables.items():
        assert list(table.columns) == [column.name for column in dictionary()[name].columns], name
        if name == "gain_groups":
            assert (table[["adults", "people", "households", "net_income"]] == 0).all(axis=None)
        elif name == "replicates":
            assert (table["cash"] == 0).all()
        else:
            assert table.empty, name
