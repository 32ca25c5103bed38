"""Accounts as an open file: they balance, add up to the published lines, and one person's is the life's."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from common import OWN_BLOCK_ROWS

from microsim import explain, ledger
from microsim.cli import main
from microsim.errors import InputError
from microsim.measures import find_measure

GRANT = find_measure("lifelong_training_grant")


@pytest.fixture(scope="module")
def accounts(own_scenario, tmp_path_factory):
    made = ledger(own_scenario, tmp_path_factory.mktemp("accounts") / "accounts.parquet")
    assert made.unbalanced == 0
    return made


def test_every_account_balances(accounts):
    """Counted again from the file, with no help of the program's own check."""
    table = accounts.read()
    assert len(table) == accounts.rows > 1000
    stocks = [line.name for line in GRANT.lines if line.stock and line.name in GRANT.account]
    taken = [name for name in GRANT.account if name not in stocks and name not in GRANT.paid_in]
    pence = (table[list(GRANT.account)] * 100).round().astype(np.int64)
    assert (pence.any(axis=1)).all(), "years in which nothing is there have no row"
    flow = pence[list(GRANT.paid_in)].sum(axis=1) - pence[taken].sum(axis=1)
    held = pence[stocks].sum(axis=1)
    order = table.sort_values(["person", "financial_year"], kind="stable").index
    before = held[order].groupby(table["person"][order]).shift(fill_value=0)
    assert (held[order] - before == flow[order]).all()


def test_accounts_are_those_of_the_run(own_scenario, own_run, tmp_path):
    table = ledger(own_scenario, tmp_path / "a.parquet", block_rows=OWN_BLOCK_ROWS).read()
    weight = 1 / 0.00005
    lines = own_run.tables["lines"].query("measure == 'grant'").set_index(["line", "financial_year"])["amount"]
    totals = table.groupby("financial_year")[list(GRANT.account)].sum()
    for name in ("entitlement", "expired", "written_off", "balance", "committed"):
        for year in ("2030-31", "2032-33"):
            assert round(totals.loc[year, name] * weight * 100) == round(lines[name, year] * 100), name


def test_one_person_s_account_is_the_life_s(accounts, own_scenario, tmp_path):
    table = accounts.read()
    person = table.loc[table["grant_spending"] > 0, "person"].iloc[0]
    alone = ledger(own_scenario, tmp_path / "one.csv", person=person).read()
    mine = table[table["person"] == person].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, mine, check_dtype=False)
    life = explain(own_scenario, person).set_index("financial_year")["grant.balance"]
    assert (alone.set_index("financial_year")["balance"] == life.reindex(alone["financial_year"])).all()


def test_the_command_prints_one_and_writes_all(own_scenario, accounts, tmp_path):
    table = accounts.read()
    one = CliRunner().invoke(main, ["ledger", str(own_scenario.path), "--person", table["person"].iloc[0], "--json"])
    assert one.exit_code == 0, one.stderr
    assert json.loads(one.stdout)[0]["person"] == table["person"].iloc[0]
    path = tmp_path / "deep" / "all.parquet"
    every = CliRunner().invoke(main, ["ledger", str(own_scenario.path), "--output", str(path)])
    assert f"{len(table):,} person-years" in every.stdout
    assert path.read_bytes() == accounts.path.read_bytes()
    assert [each.name for each in path.parent.iterdir()] == ["all.parquet"]


def test_what_has_no_account_is_told(own_scenario, scenario_file, tmp_path):
    with pytest.raises(InputError, match="no measure 'relief' that keeps accounts"):
        ledger(own_scenario, tmp_path / "a.csv", measure="relief")
    with pytest.raises(InputError, match="keeps accounts"):
        ledger(scenario_file(measures="measures:\n  relief: {kind: fe_vat_relief}\n"), tmp_path / "a.csv")
    with pytest.raises(InputError, match="what form"):
        ledger(own_scenario, tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="not a person"):
        ledger(own_scenario, tmp_path / "a.csv", person="nobody")
    assert list(tmp_path.glob("a*")) == []
