"""Synthesis error: which populations are built, what is compared with what, and a small run of the whole."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from click.testing import CliRunner
from common import ROOT, SCENARIO

from microsim import rebuilding
from microsim.cli import main
from microsim.errors import InputError
from microsim.population.joint import AS_BUILT, JointAssumptions
from microsim.population.source import load_population, read_population_file
from microsim.report.dictionary import tables
from microsim.report.folder import tables_digest
from microsim.report.synthesis import synthesis_text


def costs(*rows):
    """A scorecard by measure and year: (measure, cash in 2030-31, cash in 2031-32)."""
    years = ("2030-31", "2031-32")
    found = [(name, year, cash) for name, *by_year in rows for year, cash in zip(years, by_year, strict=True)]
    return pd.DataFrame(found, columns=["measure", "financial_year", "cash"])


def test_a_variant_for_each_association():
    names = [variant.name for variant in rebuilding.variants()]
    assert names == list(JointAssumptions.model_fields)
    one, other = rebuilding.variants(["routes_after_16"], both=True)
    assert (one.joint.routes_after_16, other.joint.routes_after_16) == (1.0, -1.0)
    assert other.name == "routes_after_16_reversed"
    with pytest.raises(InputError, match="did you mean routes_after_16"):
        rebuilding.variants(["routes_after_61"])


def test_a_difference_is_the_mean_over_seeds_and_its_error_the_spread():
    built = [costs(("a", -10.0, -20.0), ("b", 5.0, 5.0)), costs(("a", -12.0, -22.0), ("b", 5.0, 7.0))]
    other = [costs(("a", -13.0, -20.0), ("b", 5.0, 5.0)), costs(("a", -13.0, -22.0), ("b", 5.0, 7.0))]
    moved = rebuilding._moved({"as_built": built, "tilted": other}).set_index(["measure", "financial_year"])
    row = moved.loc[("a", "2030-31")]  # -3 under one seed, -1 under the other
    assert row["as_built"] == -11.0
    assert row["synthesis_difference"] == -2.0
    assert row["simulation_error"] == pytest.approx(np.sqrt(2) / np.sqrt(2))
    whole = moved.loc[("all", "all")]
    assert whole["as_built"] == pytest.approx((-10 - 20 + 10 - 12 - 22 + 12) / 2)
    assert whole["synthesis_difference"] == -2.0
    nothing = moved.loc[("b", "all")]
    assert (nothing["synthesis_difference"], nothing["simulation_error"]) == (0.0, 0.0)
    assert [column.name for column in tables()["synthesis"].columns] == list(
        moved.reset_index().columns[[2, 0, 1, 3, 4, 5]]
    )
    fits = pd.DataFrame({"variant": ["as_built", "tilted"], "largest_error": [1e-5, 2e-5]})
    text = synthesis_text(moved.reset_index(), fits, 2, 100)
    assert "a -0.0 ± 0.0" in text
    tilted = next(line for line in text.splitlines() if line.startswith("tilted"))
    assert "b " not in tilted.removeprefix("tilted"), "a measure that nothing moves is left out"
    assert "no bound" in text


def test_the_file_of_a_variant_names_the_same_tables_and_its_own_folder(tmp_path):
    base = ROOT / "populations" / "england.yaml"
    path = tmp_path / "routes_after_16.yaml"
    (variant,) = rebuilding.variants(["routes_after_16"])
    path.write_text(rebuilding._population_text(base, path, variant), encoding="utf-8")
    file, before = read_population_file(path), read_population_file(base)
    assert file.tables.resolve() == before.tables.resolve()
    assert file.fitted == tmp_path / "routes_after_16"
    assert file.joint == variant.joint
    assert file.figures == before.figures
    built = rebuilding.Variant("as_built", AS_BUILT)
    assert "joint" not in yaml.safe_load(rebuilding._population_text(base, path, built))


def test_too_few_seeds_are_refused(tmp_path):
    with pytest.raises(InputError, match="too few seeds"):
        rebuilding.synthesis(SCENARIO, tmp_path, seeds=1)
    answer = CliRunner().invoke(main, ["synthesis", str(SCENARIO), "--only", "work", "--output", str(tmp_path)])
    assert answer.exit_code == 2
    assert "work_by_qualification_and_age" in answer.stderr
    assert not list(tmp_path.iterdir())


def test_a_population_that_another_program_made_is_not_there(tmp_path):
    base, path = ROOT / "populations" / "england.yaml", tmp_path / "as_built.yaml"
    (tmp_path / "as_built").symlink_to(load_population(base).fitted.resolve(), target_is_directory=True)
    text = rebuilding._population_text(base, path, rebuilding.Variant("as_built", AS_BUILT))
    one, another = (
        rebuilding._Work(SCENARIO, {}, (1, 2), tmp_path, 0.01, None, package, package) for package in ("one", "another")
    )
    assert not rebuilding._is_made(one, path, text)
    path.write_text(text, encoding="utf-8")
    assert not rebuilding._is_made(one, path, text), "nothing says that it was finished, or by which program"
    rebuilding._made_by(path).write_text("one", encoding="utf-8")
    assert rebuilding._is_made(one, path, text)
    assert not rebuilding._is_made(another, path, text)
    assert not rebuilding._is_made(one, path, f"{text}\n# other figures")


@pytest.mark.slow
def test_a_scenario_on_another_population_that_meets_the_same_margins(tmp_path):
    def found(progress=None):
        return rebuilding.synthesis(
            SCENARIO, tmp_path, only=["apprentice_pay_by_level_and_age"], seeds=2, sample=1 / 5000,
            years="2026-27 to 2029-30", align_sample=1 / 5000, progress=progress,
        )  # fmt: skip

    steps = []
    first = found(lambda done, total: steps.append((done, total)))
    assert steps == [(done, 8) for done in range(1, 9)]
    moved = first.moved.set_index(["measure", "financial_year"])["synthesis_difference"]
    assert moved[("apprentice_minimum_wage", "all")] != 0
    # an association of apprentices' pay is nothing to a relief that colleges get
    assert moved[("vat_relief", "all")] == 0
    assert first.fits["largest_error"].max() < 1e-4
    for name, table in (("synthesis", first.moved), ("synthesis_fits", first.fits)):
        assert [column.name for column in tables()[name].columns] == list(table.columns)
    # the results are a run folder
    written = json.loads((first.folder / "manifest.json").read_text(encoding="utf-8"))
    assert written["tables_digest"] == tables_digest({"synthesis": first.moved, "synthesis_fits": first.fits})
    assert written["synthesis"]["seeds"] == list(first.seeds)
    pd.testing.assert_frame_equal(pd.read_parquet(first.folder / "synthesis.parquet"), first.moved)

    # everything is kept: the same again, from files
    def kept():
        paths = (path for path in tmp_path.rglob("*.parquet") if path.parent != first.folder)
        return {path: path.stat().st_mtime_ns for path in paths}

    before = kept()
    again = found()
    pd.testing.assert_frame_equal(first.moved, again.moved)
    assert kept() == before
    # but for a population that another program made, which comes out the same
    (tmp_path / "as_built.program").write_text("another", encoding="utf-8")
    fitted = {name: (tmp_path / name / "manifest.json").stat().st_mtime_ns for name in first.fits["variant"]}
    pd.testing.assert_frame_equal(first.moved, found().moved)
    now = {name: (tmp_path / name / "manifest.json").stat().st_mtime_ns for name in first.fits["variant"]}
    assert [name for name in now if now[name] != fitted[name]] == ["as_built"]
    costs = {path: when for path, when in before.items() if path.parent.name == "costs"}
    assert {path: when for path, when in kept().items() if path.parent.name == "costs"} == costs
