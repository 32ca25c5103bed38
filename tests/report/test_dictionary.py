"""The data dictionary names every table and column that a real run writes, and nothing that it does not."""

import json

from click.testing import CliRunner
from common import ROOT

from microsim.cli import main
from microsim.measures import known_kinds
from microsim.report.dictionary import ALWAYS, OWN_ENTRY, dictionary_page, entry_for, tables

PEOPLE = "(columns of people)"


def test_every_table_and_column_of_a_run_is_in_it(small_run):
    kinds = {entry.name: entry.kind for entry in small_run.scenario.measures}
    written = {entry_for(name, kinds): table for name, table in small_run.tables.items()}
    for name, table in written.items():
        assert name in tables(), f"{name}: describe it in microsim/report/dictionary.yaml"
        assert [column.name for column in tables()[name].columns] == list(table.columns), name
    always = {name for name, table in tables().items() if table.of in ("run", "measure") and table.written == ALWAYS}
    assert always == {name for name in written if tables()[name].written == ALWAYS}


def test_tables_of_own_breakdowns_are_in_it(own_run):
    about = [column.name for column in tables()[OWN_ENTRY].columns if column.name != PEOPLE]
    for name, own in (("by.region_and_sex", {"region", "sex"}), ("by.income", {"equivalised_income"})):
        table = own_run.tables[name]
        assert entry_for(name, {}) == OWN_ENTRY
        assert [column for column in table.columns if column not in own] == about
        assert own <= set(table.columns)


def test_measures_are_named_by_their_kind():
    kinds = {name.split(".")[0] for name, table in tables().items() if table.of == "measure"}
    assert kinds <= set(known_kinds())


def test_every_definition_is_a_sentence_without_a_stop():
    for table in tables().values():
        for column in table.columns:
            assert column.unit and column.definition, (table.name, column.name)
            assert not column.definition.endswith("."), (table.name, column.name)


def test_the_page_is_the_dictionary():
    """Made by: microsim dictionary > docs/data_dictionary.md"""
    page = (ROOT / "docs" / "data_dictionary.md").read_text(encoding="utf-8")
    assert page == dictionary_page()
    assert CliRunner().invoke(main, ["dictionary"]).stdout == page
    rows = json.loads(CliRunner().invoke(main, ["dictionary", "--json"]).stdout)
    assert {"table", "column", "unit", "definition", "about"} <= set(rows[0])
