"""The assumptions log: every figure once, with who set it and how good it is."""

import pytest

from microsim.scenario.assumptions import assumptions

TEXT = """name: Toy
population: p.yaml
years: 2026-27 to 2035-36
measures:
  grant:
    kind: toy_grant
    amount: {2026-27: 100, 2030-31: {central: 120, low: 90, high: 150, source: A paper, quality: derived}}
    by_group: {old: 0.5}
    by_age: {30: 2}
    tranches: [{age: 25, amount: 4000}]
parameters:
  cpi_growth: 0.03
"""


@pytest.fixture
def rows(write, load_toy):
    scenario = load_toy(write(TEXT))
    rows = {row.path: row for row in assumptions(scenario)}
    assert scenario.parameters.names_read() == ()
    return rows


def test_a_default_keeps_its_source(rows):
    row = rows["measures.grant.annual_use"]
    assert (row.value, row.low, row.high) == ("0.039", 0.017, 0.053)
    assert (row.source, row.quality, row.set_by) == ("Survey", "published", "default")
    assert (row.unit, row.description) == ("fraction", "Share who use it")


def test_values_of_the_file_name_their_line(rows):
    first, second = rows["measures.grant.amount.2026-27"], rows["measures.grant.amount.2030-31"]
    assert first.quality == "scenario" and first.set_by.endswith("s.yaml:7")
    assert (second.low, second.high, second.source, second.quality) == (90, 150, "A paper", "derived")
    assert rows["measures.grant.by_group.old"].quality == "scenario"
    assert rows["measures.grant.by_age.30"].set_by.endswith("s.yaml:9")
    assert rows["measures.grant.tranches[1].amount"].value == "4000"
    assert rows["measures.grant.start"].value == "2029-30"


def test_official_figures_are_all_there(rows):
    assert rows["parameters.cpi_growth"].value == "0.03"
    assert rows["parameters.cpi_growth"].quality == "scenario"
    assert rows["parameters.cpi_growth"].set_by.endswith("s.yaml:12")
    deflator = rows["parameters.gdp_deflator_growth"]
    assert deflator.value.startswith("2026-27: 0.020057; 2027-28: 0.01942;")
    assert deflator.source.startswith("Office for Budget Responsibility, Economic and fiscal outlook")
    assert (deflator.quality, deflator.set_by) == ("forecast; long run: judgement", "default")
    assert rows["parameters.price_base_year"].value == "2026-27"


def test_settings_are_there(rows):
    assert rows["years"].value == "2026-27 to 2035-36"
    assert (rows["sample"].value, rows["sample"].set_by) == ("0.01", "default")
