"""Values of a scenario as numbers that a search can move."""

import pytest
from common import GRANT

from microsim import api
from microsim.errors import InputError
from microsim.scenario.changes import written_changes
from microsim.scenario.replaced import with_values
from microsim.uncertainty.numeric import numeric

MEASURES = f"""\
measures:
  grant:
    kind: {GRANT}
    start: 2029-30
    tranches: [{{age: 25, amount: 4000}}, {{age: 40, amount: 3000}}]
    annual_use:
      labour_force: {{2029-30: {{central: 0.02, low: 0.01, high: 0.03}}, 2031-32: 0.04}}
"""


@pytest.fixture
def scenario(scenario_file):
    return api.load_scenario(scenario_file(measures=MEASURES))


def test_a_number_with_a_range_begins_there(scenario):
    found = numeric(scenario, "parameters.corporation_tax.main_rate")
    assert found.kind == "dated series"
    found = numeric(scenario, "measures.grant.take_up.claimed_of_booked")
    assert found.kind == "number"
    assert found.low < found.number < found.high
    assert found.unit
    assert found.description


def test_whole_numbers_and_list_items(scenario):
    for path in ("measures.grant.tranches.0.age", "measures.grant.tranches[1].age"):
        found = numeric(scenario, path)
        assert found.kind == "whole number"
        assert found.whole
        assert found.plain(31.0) == 31
        assert isinstance(found.plain(31.0), int)


def test_financial_years(scenario):
    found = numeric(scenario, "measures.grant.start")
    assert (found.kind, found.number, found.plain(2031.0)) == ("financial year", 2029, "2031-32")
    assert found.read("2030-31") == 2030
    with pytest.raises(InputError, match="not a financial year"):
        found.read("soon")


def test_a_dated_series_is_scaled(scenario):
    found = numeric(scenario, "measures.grant.annual_use.labour_force")
    assert (found.kind, found.number) == ("dated series", 1.0)
    assert (found.low, found.high) == pytest.approx((0.5, 1.5)), "the widest of its ranges, as shares"
    assert found.plain(1.5) == {"2029-30": 0.03, "2031-32": 0.06}
    assert found.text(1.5).startswith("1.5 times (2029-30: 0.03")


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("measures.grant.launch.rule", "is not a number; found 'current_band'"),
        ("measures.grant.annual_use", "is not a number; found a mapping; expected a number, such as measures.grant."),
        ("measures.grant.anual_use.labour_force", "did you mean measures.grant.annual_use.labour_force?"),
        ("parameters.corporation_tax.main_rat", "did you mean parameters.corporation_tax.main_rate?"),
    ],
)
def test_what_is_no_number(scenario, path, told):
    with pytest.raises(InputError) as error:
        numeric(scenario, path)
    assert told in str(error.value)


def test_ends_of_a_range_as_people_write_them(scenario):
    found = numeric(scenario, "measures.grant.take_up.claimed_of_booked")
    assert found.read("5%") == pytest.approx(0.05)
    assert found.read(0.02) == 0.02
    with pytest.raises(InputError, match="not an end of a range"):
        found.read("lots")
    with pytest.raises(InputError, match="a whole number"):
        numeric(scenario, "measures.grant.tranches.0.age").read("25.5")


@pytest.mark.parametrize(
    ("path", "value", "written"),
    [
        ("measures.grant.take_up.claimed_of_booked", 0.7,
         {"measures": {"grant": {"take_up": {"claimed_of_booked": 0.7}}}}),
        ("measures.grant.start", "2030-31", {"measures": {"grant": {"start": "2030-31"}}}),
        ("parameters.corporation_tax.main_rate", {"2027-28": 0.3},
         {"parameters": {"corporation_tax.main_rate": {"2027-28": 0.3}}}),
    ],
)  # fmt: skip
def test_what_a_file_would_say(scenario, path, value, written):
    assert written_changes(scenario, with_values(scenario, {path: value})) == written


def test_a_list_is_written_whole(scenario):
    changed = with_values(scenario, {"measures.grant.tranches.0.amount": 5000})
    (tranches,) = written_changes(scenario, changed)["measures"]["grant"].values()
    assert [tranche["age"] for tranche in tranches] == [25, 40]
    assert written_changes(scenario, scenario) == {}
