"""What stands beside a run folder: taken where it belongs to the run, left out with a reason where it does not."""

import json

import pytest
from beside import (
    ABOUT_DRAWS,
    ABOUT_TORNADO,
    alignment_table,
    budget_table,
    fan_table,
    log_of,
    resolved_of,
    run_of,
    synthesis_tables,
    tornado_table,
    validation_table,
    write_beside,
    write_uncertainty,
)

from microsim.report.companions import material_of
from microsim.validation.compare import counts


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "outputs" / "grant"


def test_nothing_beside_it_is_nothing_to_say(folder):
    material = material_of(run_of(folder))
    assert material.uncertainty is None and material.sensitivity is None and not material.refused
    assert not material_of(run_of()).refused


def test_what_belongs_to_the_run_is_taken(folder):
    write_uncertainty(folder.with_name("grant.uncertainty"))
    write_beside(folder.with_name("grant.sensitivity"), "sensitivity", {"tornado": tornado_table()}, ABOUT_TORNADO)
    write_beside(folder.with_name("grant.synthesis") / "tables", "synthesis", synthesis_tables(), {"seeds": [1, 2]})
    material = material_of(run_of(folder))
    assert material.uncertainty is not None and material.uncertainty.differs == ""
    assert material.uncertainty.tables["fan"].equals(fan_table())
    assert material.sensitivity is not None and material.synthesis is not None
    assert not material.refused


def test_another_sample_seed_or_years_are_taken_and_named(folder):
    write_uncertainty(folder.with_name("grant.sample-0.002.uncertainty"), sample="1 in 500", seed=3)
    found = material_of(run_of(folder)).uncertainty
    assert found is not None
    assert found.differs == "1 in 500 of the population (this run: 1 in 100); seed 3 (this run: 1)"


def test_the_runs_own_name_goes_first(folder):
    write_uncertainty(folder.with_name("grant.sample-0.002.uncertainty"), sample="1 in 500")
    write_uncertainty(folder.with_name("grant.uncertainty"))
    found = material_of(run_of(folder)).uncertainty
    assert found is not None and found.differs == ""


def test_one_that_does_not_belong_does_not_hide_another(folder):
    write_uncertainty(folder.with_name("grant.uncertainty"), resolved=resolved_of(use=0.05))
    write_uncertainty(folder.with_name("grant.sample-0.002.uncertainty"), sample="1 in 500")
    material = material_of(run_of(folder))
    assert material.uncertainty is not None and not material.refused


def wrong(**changes):
    return changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (wrong(resolved=resolved_of(use=0.05)), "of another scenario (measures.grant.annual_use.central differs)"),
        (wrong(resolved=resolved_of(parameters={"cpi_growth": 0.03})), "parameters"),
        (wrong(resolved=resolved_of(second_round={"enabled": True})), "second_round.enabled differs"),
        (wrong(population_digest="others"), "the population differs"),
        (wrong(alignment_digest="loose"), "the alignment of the population differs"),
        (wrong(log=log_of(spread="0.35")), "population.pay.spread differs"),
    ],
)
def test_another_scenario_is_left_out_and_named(folder, changes, said):
    write_uncertainty(folder.with_name("grant.uncertainty"), **changes)
    material = material_of(run_of(folder))
    assert material.uncertainty is None
    assert said in material.refused["uncertainty"]
    assert "grant.uncertainty" in material.refused["uncertainty"]
    assert str(folder.parent) not in material.refused["uncertainty"]


@pytest.mark.parametrize(
    "change", [{"name": "Renamed"}, {"description": "Other words"}, {"sample": 0.01}, {"seed": 1.0}]
)
def test_what_changes_no_cost_does_not_matter(folder, change):
    write_uncertainty(folder.with_name("grant.uncertainty"), resolved=resolved_of(**change))
    assert material_of(run_of(folder)).uncertainty is not None


def test_official_figures_matter_over_the_same_years(folder):
    log = log_of()
    log.loc[log["path"] == "parameters.cpi_growth", "value"] = "2026-27: 0.5"
    write_uncertainty(folder.with_name("grant.uncertainty"), log=log)
    assert "parameters.cpi_growth differs" in material_of(run_of(folder)).refused["uncertainty"]
    write_uncertainty(folder.with_name("grant.uncertainty"), log=log, years="2026-27 to 2030-31")
    found = material_of(run_of(folder)).uncertainty
    assert found is not None and "2026-27 to 2030-31" in found.differs


def test_another_centre_is_of_another_version(folder):
    fan = fan_table()
    fan.loc[0, "central"] += 1.0
    write_beside(folder.with_name("grant.uncertainty"), "uncertainty", {"fan": fan}, ABOUT_DRAWS)
    tornado = tornado_table().assign(cost_central=601e6)
    write_beside(folder.with_name("grant.sensitivity"), "sensitivity", {"tornado": tornado}, ABOUT_TORNADO)
    refused = material_of(run_of(folder)).refused
    assert "its central run is not this one" in refused["uncertainty"]
    assert "its central run is not this one" in refused["sensitivity"]


def _no_manifest(beside):
    (beside / "manifest.json").unlink()


def _cut_manifest(beside):
    (beside / "manifest.json").write_text('{"scenario"')


def _list_for_manifest(beside):
    (beside / "manifest.json").write_text("[1]")


def _about_is_text(beside):
    record = json.loads((beside / "manifest.json").read_text())
    (beside / "manifest.json").write_text(json.dumps(record | {"uncertainty": 3}))


def _cut_table(beside):
    (beside / "fan.parquet").write_bytes((beside / "fan.parquet").read_bytes()[:100])


def _cut_optional_table(beside):
    (beside / "budget.parquet").write_bytes(b"PAR1")


def _no_table(beside):
    (beside / "fan.parquet").unlink()


def _no_scenario(beside):
    (beside / "scenario.yaml").unlink()


def _broken_scenario(beside):
    (beside / "scenario.yaml").write_text("a: [1")


@pytest.mark.parametrize(
    "spoil",
    [_no_manifest, _cut_manifest, _list_for_manifest, _about_is_text, _cut_table, _cut_optional_table, _no_table,
     _no_scenario, _broken_scenario],
)  # fmt: skip
def test_a_damaged_one_is_said_and_breaks_nothing(folder, spoil):
    spoil(write_uncertainty(folder.with_name("grant.uncertainty")))
    material = material_of(run_of(folder))
    assert material.uncertainty is None
    assert "damaged, unfinished or of another version" in material.refused["uncertainty"]


def test_an_older_version_is_said(folder):
    tables = {"fan": fan_table().drop(columns="p25")}
    write_beside(folder.with_name("grant.uncertainty"), "uncertainty", tables, ABOUT_DRAWS)
    assert "it has no fan.p25" in material_of(run_of(folder)).refused["uncertainty"]


@pytest.mark.parametrize(
    "change",
    [{"headline_year": None}, {"headline_year": "1999-00"}, {"headline_year": ["2028-29"]}, {"draws": "60"},
     {"draws": 0}, {"fields": None}, {"choices_drawn": "one"}, {"choices_drawn": [1]}, {"the_spread_is": 1}],
)  # fmt: skip
def test_a_manifest_with_other_values_is_said(folder, change):
    tables = {"fan": fan_table(), "budget": budget_table()}
    write_beside(folder.with_name("grant.uncertainty"), "uncertainty", tables, ABOUT_DRAWS | change)
    material = material_of(run_of(folder))
    assert material.uncertainty is None
    assert "it is damaged" in material.refused["uncertainty"]


@pytest.mark.parametrize(
    "cost",
    [{"measure": ["grant"], "year": "2028-29", "prices": "cash"}, {"measure": None, "year": 2028, "prices": "cash"},
     {"measure": None, "year": "2028-29", "prices": "gold"}, "cash"],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_said(folder, cost):
    about = ABOUT_TORNADO | {"cost": cost}
    write_beside(folder.with_name("grant.sensitivity"), "sensitivity", {"tornado": tornado_table()}, about)
    assert "its manifest's sensitivity.cost" in material_of(run_of(folder)).refused["sensitivity"]


def test_a_table_of_words_for_numbers_or_without_the_quoted_year_is_said(folder):
    beside = folder.with_name("grant.uncertainty")
    write_beside(beside, "uncertainty", {"fan": fan_table().astype({"p95": str})}, ABOUT_DRAWS)
    assert "fan.p95 holds no numbers" in material_of(run_of(folder)).refused["uncertainty"]
    budget = budget_table()
    tables = {"fan": fan_table(), "budget": budget[budget["financial_year"] != "2028-29"]}
    write_beside(beside, "uncertainty", tables, ABOUT_DRAWS)
    assert "2028-29 does not stand once in budget" in material_of(run_of(folder)).refused["uncertainty"]


def test_links_within_a_folder_are_not_followed(folder, tmp_path):
    beside = write_uncertainty(folder.with_name("grant.uncertainty"))
    elsewhere = beside.rename(tmp_path / "elsewhere")
    beside.mkdir()
    for path in elsewhere.iterdir():
        (beside / path.name).symlink_to(path)
    material = material_of(run_of(folder))
    assert material.uncertainty is None and "is a link" in material.refused["uncertainty"]


def test_a_folder_below_that_is_a_link_is_not_followed(folder, tmp_path):
    elsewhere = write_beside(tmp_path / "elsewhere", "synthesis", synthesis_tables(), {"seeds": [1, 2]})
    beside = folder.with_name("grant.synthesis")
    beside.mkdir(parents=True)
    (beside / "tables").symlink_to(elsewhere, target_is_directory=True)
    material = material_of(run_of(folder))
    assert material.synthesis is None and "tables in it is a link" in material.refused["synthesis"]


def test_nothing_elsewhere_is_read(folder, tmp_path):
    elsewhere = write_uncertainty(tmp_path / "elsewhere" / "grant.uncertainty")
    folder.parent.mkdir()
    (folder.parent / "grant.uncertainty").symlink_to(elsewhere, target_is_directory=True)
    write_uncertainty(folder.parent / "grants.uncertainty")
    write_uncertainty(folder.parent / "below" / "grant.uncertainty")
    (folder.parent / "grant.sensitivity").write_text("a file")
    material = material_of(run_of(folder))
    assert material.uncertainty is None and material.sensitivity is None and not material.refused


def test_validation_is_of_lives_alone(folder):
    """Measures do not change how people live; alignment does."""
    table = validation_table()
    tables = {"validation": table, "validation_counts": counts(table), "alignment": alignment_table()}
    beside, about = folder.with_name("grant.validation"), {"only": None}
    write_beside(beside, "validation", tables, about, resolved_of(measures={}), years="2026-27 to 2030-31")
    found = material_of(run_of(folder)).validation
    assert found is not None and found.differs == ""
    write_beside(beside, "validation", tables, about, resolved_of(alignment={"births": False, "couples": False}))
    assert "alignment.births differs" in material_of(run_of(folder)).refused["validation"]
