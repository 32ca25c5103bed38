"""Uncertain fields of a scenario: which they are, what they are at a quantile, and that every draw can be run."""

from collections import Counter

import numpy as np
import pytest
from common import ROOT

from microsim.api import assumptions, load_scenario
from microsim.errors import InputError
from microsim.scenario.replaced import BOTH_ARMS, value_of, with_values
from microsim.scenario.uncertain_paths import with_uncertainty
from microsim.scenario.uncertainty import Uncertainty
from microsim.uncertainty.fields import uncertain_fields
from microsim.uncertainty.sampling import latin_hypercube, members

SCENARIOS = sorted((ROOT / "scenarios").glob("*.yaml"))


@pytest.fixture(scope="module")
def every():
    return {path.stem: load_scenario(path) for path in SCENARIOS}


@pytest.fixture(scope="module")
def package(every):
    return every["opportunity_for_all"]


@pytest.fixture(scope="module")
def plain(package):
    """The package with nothing said of its uncertainty."""
    return with_uncertainty(package, Uncertainty())


def by_path(scenario, read=()):
    return {field.path: field for field in uncertain_fields(scenario, read)}


def said(scenario, **section):
    return with_uncertainty(scenario, Uncertainty.from_plain(section))


def test_a_range_in_place_is_a_field(plain):
    field = by_path(plain)["measures.training_grant.annual_use.labour_force"]
    assert (field.low, field.central, field.high, field.distribution) == (0.017, 0.039, 0.053, "pert")
    assert field.unit == "fraction a year" and field.quality == "derived" and field.source
    # PERT: a beta distribution on 0.017 to 0.053 whose mean is (0.017 + 4 x 0.039 + 0.053) / 6
    mean = np.mean([field.value_at(quantile) for quantile in (np.arange(2000) + 0.5) / 2000])
    assert mean == pytest.approx((0.017 + 4 * 0.039 + 0.053) / 6, rel=1e-4)


def test_the_steps_of_a_dated_value_move_together(plain):
    field = by_path(plain)["measures.vat_relief.scope.academised_share"]
    assert field.low == {"2017-18": 0.18, "2022-23": 0.347, "2024-25": 0.46, "2026-27": 0.472}
    low, high = field.value_at(0.1), field.value_at(0.9)
    assert low["2017-18"] == high["2017-18"] == 0.18  # without a range it stays
    assert all(low[year] < field.central[year] < high[year] for year in ("2022-23", "2024-25", "2026-27"))
    assert [field.number(value) for value in (field.low, field.central)] == [0.472, 0.569]
    assert field.label(field.low).startswith("2017-18: 0.18; 2022-23: 0.347")


def test_every_scenario_loads_and_its_section_fits(every):
    counts = {name: len(uncertain_fields(scenario, ())) for name, scenario in every.items()}
    assert counts["baseline"] == 0
    assert counts["opportunity_for_all"] > 150
    assert counts["second_round"] == counts["opportunity_for_all"] + 6
    assert counts["training_grant"] == counts["doubled_grants"] > 50  # one field, though in both arms


def test_any_draw_of_any_scenario_is_a_scenario(every):
    """Shares of one whole and the like hold at both ends of all fields and at random."""
    for scenario in every.values():
        fields = uncertain_fields(scenario, scenario.parameters.names())
        alternating = [field.low if place % 2 else field.high for place, field in enumerate(fields)]
        for ends in ([field.low for field in fields], [field.high for field in fields], alternating):
            with_values(scenario, dict(zip((field.path for field in fields), ends, strict=True)))
        for row in latin_hypercube(fields, 6, 1, scenario.uncertainty.together):
            values = {field.path: field.value_at(quantile) for field, quantile in zip(fields, row, strict=True)}
            assert not fields or with_values(scenario, values) != scenario


def test_each_field_of_the_package_may_move_alone(plain):
    for field in uncertain_fields(plain, ()):
        for end in (field.low, field.high):
            with_values(plain, {field.path: end})


def test_central_values_change_nothing(package):
    fields = uncertain_fields(package, package.parameters.names())
    same = with_values(package, {field.path: field.central for field in fields})
    for field in fields:
        assert value_of(same, field.path) == value_of(package, field.path)


def test_the_documentation_counts_the_fields_of_the_package(package, plain):
    drawn = uncertain_fields(package, package.parameters.names())
    ranged = uncertain_fields(plain, plain.parameters.names())
    official = [field for field in ranged if field.path.startswith("parameters.")]
    grades = Counter(field.quality for field in drawn)
    text = " ".join((ROOT / "docs" / "uncertainty.md").read_text(encoding="utf-8").split())
    assert f"has {len(ranged)} values with a range, of which {len(drawn)} are drawn: " in text
    assert (
        f"{grades['judgement']} are judgements, {grades['derived']} derived and {grades['published']} published" in text
    )
    decisions = len(ranged) - len(drawn) - len(official)
    assert f"Left out are {decisions} decisions and {len(official)} official figures" in text


def test_the_documentation_counts_the_ranges_that_no_command_draws(package):
    """Figures of the population whose range has a width."""
    table = assumptions(package)
    ranged = table[(table["low"].notna() | table["high"].notna()) & (table["low"] != table["high"])]
    paths = set(ranged.loc[ranged["path"].str.startswith("population."), "path"])
    assert {"population.persistence", "population.apprenticeships.spread"} <= paths
    assert not paths & {field.path for field in uncertain_fields(package, package.parameters.names())}
    for page, said in (
        ("uncertainty", "although {} of them have a range"),
        ("how_sure", "{} figures of the population"),
    ):
        text = " ".join((ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8").split())
        assert said.format(len(paths)) in text


def test_groups_of_the_package_are_fields_of_it(package):
    fields = uncertain_fields(package, ())
    sizes = [len(members(fields, group)) for group in package.uncertainty.together]
    assert min(sizes) >= 2
    assert not any(field.path.startswith("measures.training_grant.top_ups") for field in fields)


def test_shares_of_one_whole_stay_one(plain):
    """0.56 in the year and 0.43 in the next leave 0.01; at 0.75 the other two share 0.25 as 43 to 1."""
    changed = with_values(plain, {"measures.skills_credit.timing.large.same_year": 0.75})
    assert value_of(changed, "measures.skills_credit.timing.large.next_year") == pytest.approx(0.25 * 43 / 44)
    changed = with_values(plain, {"measures.skills_credit.spending.off_the_job_course": 0.48})
    assert value_of(changed, "measures.skills_credit.spending.off_the_job_all") == 0.48
    with pytest.raises(InputError, match="more than the whole is paid"):
        with_values(plain, {"measures.skills_credit.timing.large.next_year": 0.6})


def test_official_figures_move_in_both_arms_and_only_where_they_are_read(plain):
    name = "universal_credit.take_up_lone_parents"
    field = by_path(plain, [name])[f"parameters.{name}"]
    assert field.value_at(0.5).keys() == {BOTH_ARMS} and field.label(field.high) == "0.97"
    changed = with_values(plain, {field.path: field.high})
    assert changed.parameters.value(name, 2030) == changed.baseline_parameters.value(name, 2030) == 0.97
    assert f"parameters.{name}" not in by_path(plain)


def test_an_official_path_keeps_its_dates_and_its_long_run(plain):
    name = "universal_credit.health_protected_share"
    field = by_path(plain, [name])[f"parameters.{name}"]
    changed = with_values(plain, {field.path: field.high}).parameters
    assert [changed.value(name, year) for year in (2025, 2026, 2029, 2050, 2060)] == [1, 0.97, 0.84, 0.1, 0.1]
    halfway = 0.84 + (0.1 - 0.84) * 10 / 21  # a straight line from 2029-30 to 2050-51
    assert changed.value(name, 2039) == pytest.approx(halfway)


def test_a_measure_of_both_arms_is_one_field(every):
    scenario = every["doubled_grants"]
    field = by_path(scenario)["measures.training_grant.annual_use.labour_force"]
    changed = with_values(scenario, {field.path: field.low})
    uses = [entries[0].params.annual_use.labour_force.at(2030)
            for entries in (changed.measures, changed.baseline_measures)]  # fmt: skip
    assert uses == [0.017, 0.017]


def test_a_choice_takes_its_share_of_quantiles(plain):
    path = "measures.training_grant.launch.rule"
    scenario = said(plain, vary={path: {"choices": {"current_band": 0.7, "phased": 0.3}}})
    field = by_path(scenario)[path]
    drawn = [field.value_at(quantile) for quantile in (np.arange(100) + 0.5) / 100]
    assert drawn == ["current_band"] * 70 + ["phased"] * 30
    assert field.central == "current_band" and field.distribution == "choice" and field.number("phased") == 1.0
    assert with_values(scenario, {path: "phased"}).measures[0].params.launch.rule == "phased"


def test_choices_may_be_numbers_and_switches(plain):
    vary = {
        "measures.training_grant.upper_age": {"choices": {"66": 1, "67": 1}},
        "measures.training_grant.annual_use.part_year": {"choices": {"true": 1, "false": 1}},
        "measures.vat_relief.start": {"choices": {"2027-28": 1, "2029-30": 3}},
    }
    fields = by_path(said(plain, vary=vary))
    assert [fields[path].value_at(0.9) for path in vary] == [67, False, "2029-30"]


def test_a_number_without_a_range_can_be_given_one(plain):
    path = "measures.training_grant.transition_areas.multiplier"
    field = by_path(said(plain, vary={path: {"distribution": "triangular", "low": 1.5, "high": 2.5}}))[path]
    assert (field.low, field.central, field.high, field.value_at(0.5)) == (1.5, 2.0, 2.5, 2.0)
    whole = "measures.training_grant.tranches[2].age"
    field = by_path(said(plain, vary={whole: {"distribution": "uniform", "low": 38, "high": 42}}))[whole]
    ages = [field.value_at(quantile) for quantile in (np.arange(1000) + 0.5) / 1000]
    assert set(ages) == {38, 39, 40, 41, 42} and all(isinstance(age, int) for age in ages)
    assert [ages.count(age) for age in (38, 40, 42)] == [200, 200, 200]


def test_another_distribution_for_the_range_in_place(plain):
    path = "measures.training_grant.annual_use.labour_force"
    field = by_path(said(plain, vary={path: {"distribution": "uniform"}}))[path]
    assert (field.low, field.high, field.value_at(0.25)) == (0.017, 0.053, pytest.approx(0.026))


def test_dated_values_are_multiplied_or_shifted(plain):
    name = "average_earnings_growth"
    shift = said(plain, vary={f"parameters.{name}": {"change": "shift", "low": -0.01, "high": 0.01}})
    field = by_path(shift, [name])[f"parameters.{name}"]
    changed, entry = with_values(shift, {field.path: field.high}), plain.parameters.entry(name)
    outturn = entry.outturn_to
    assert outturn is not None
    for year in (outturn + 1, 2035, 2070):
        for arm in (changed.parameters, changed.baseline_parameters):
            assert arm.value(name, year) == pytest.approx(plain.parameters.value(name, year) + 0.01)
    assert changed.parameters.value(name, outturn) == plain.parameters.value(name, outturn)
    name = "minimum_wage.adult"
    factor = said(plain, vary={f"parameters.{name}": {"change": "factor", "low": 0.9, "high": 1.1}})
    changed = with_values(factor, {f"parameters.{name}": by_path(factor, [name])[f"parameters.{name}"].high})
    assert changed.parameters.value(name, 2045) == pytest.approx(plain.parameters.value(name, 2045) * 1.1)


def test_what_no_run_reads_cannot_vary(plain):
    scenario = said(plain, vary={"parameters.child_benefit.take_up": {"distribution": "uniform"}})
    assert by_path(scenario, ["child_benefit.take_up"])
    with pytest.raises(InputError, match=r"parameters\.child_benefit\.take_up has no effect"):
        by_path(scenario)
