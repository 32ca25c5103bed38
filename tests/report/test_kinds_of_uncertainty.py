"""Simulation error, parameter uncertainty, scenario choice and synthesis error are never one number."""

import re

from common import ROOT

from microsim.report.dictionary import tables

KINDS = {
    "simulation": re.compile(r"simulation error|sampling error|random groups", re.IGNORECASE),
    "parameter": re.compile(r"parameter uncertainty", re.IGNORECASE),
    "synthesis": re.compile(r"synthesis error", re.IGNORECASE),
}
AN_ERROR = re.compile(r"(?:^|_)(?:error|standard_error|simulation_error|sampling_error)$")


def kinds_of(text):
    return {kind for kind, pattern in KINDS.items() if pattern.search(text)}


def words(column):
    """What a column says of itself, in its name or its definition."""
    return f"{column.name.replace('_', ' ')}: {column.definition}"


# a margin that is missed, and what a finite number of draws leaves of a chance
OTHER_ERRORS = re.compile(r"relative error|from the number of draws alone")


def test_every_column_of_an_error_says_that_it_is_simulation_error_and_no_other():
    """But for errors relative to what is published, and what a finite number of draws leaves."""
    found = 0
    for table in tables().values():
        for column in table.columns:
            if AN_ERROR.search(column.name) and not OTHER_ERRORS.search(column.definition):
                found += 1
                assert kinds_of(words(column)) == {"simulation"}, (table.name, column)
    assert found > 3


def test_no_column_holds_two_kinds():
    for table in tables().values():
        for column in table.columns:
            assert len(kinds_of(words(column))) <= 1, (table.name, column)


def test_a_mixture_would_be_seen():
    assert kinds_of("Simulation error and parameter uncertainty together") == {"simulation", "parameter"}


def test_the_page_on_the_kinds_names_each_with_its_command():
    page = (ROOT / "docs" / "how_sure.md").read_text(encoding="utf-8")
    for named in ("Simulation error", "Parameter uncertainty", "Scenario choice", "Synthesis error"):
        assert f"| **{named}** |" in page
    assert "never added into one number" in page
