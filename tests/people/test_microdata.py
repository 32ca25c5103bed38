"""Person-years: they add up to the published totals, and their bytes depend on the people alone."""

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from common import OWN_BLOCK_ROWS

from microsim import api
from microsim.cli import main
from microsim.engine.person_files import chosen_people, person_names
from microsim.errors import InputError
from microsim.population.blocks import person_name
from microsim.report.microdata import size_warning


def files(folder):
    return {path.name: path.read_bytes() for path in sorted((folder / "microdata").iterdir())}


@pytest.fixture(scope="module")
def people(own_run):
    return pd.read_parquet(own_run.folder / "microdata")


def test_person_years_add_up_to_the_lines(own_run, people):
    weight = (people["weight"] * 1000).round().astype(np.int64)
    lines = own_run.tables["lines"].query("measure == 'grant' and detail and head != 'RDEL'")
    for (name, year), amount in lines.set_index(["line", "financial_year"])["amount"].items():
        here = people["financial_year"] == year
        units = (people.loc[here, f"grant.{name}"] * 100).round().astype(np.int64)
        assert (units * weight[here]).sum() == round(amount * 100) * 1000, (name, year)
    residents = people[people["resident"]].groupby("financial_year", observed=True)["weight"].sum()
    published = own_run.tables["population"].query("breakdown == 'sex'").groupby("financial_year")["people"].sum()
    assert (residents == published).all()


def test_rows_are_told_apart_and_dated(own_run, people):
    assert not people.duplicated(["person", "financial_year"]).any()
    assert people.columns.is_unique
    assert not [name for name in people.columns if name.endswith(".key")]
    assert list(people["financial_year"].cat.categories) == ["2029-30", "2030-31", "2031-32", "2032-33"]
    assert own_run.manifest["microdata"] == {"share": 1.0, "rows": len(people)}
    assert people["household"].isin(people["person"]).mean() > 0.99  # a head who has just died has left
    gone = people[~people["resident"]]
    assert len(gone) > 0
    assert (gone["grant.written_off"] > 0).all()


def test_threads_change_no_byte(own_run, own_scenario, tmp_path):
    folder = tmp_path / "run"
    api.run(own_scenario, output=folder, alternatives=False, microdata=1.0, block_rows=OWN_BLOCK_ROWS, threads=3)
    assert files(folder) == files(own_run.folder)


def test_an_interrupted_run_goes_on_and_writes_the_same(own_run, own_scenario, tmp_path):
    folder = tmp_path / "run"
    options = {"output": folder, "alternatives": False, "microdata": 1.0, "block_rows": OWN_BLOCK_ROWS, "threads": 1}

    def stop(done, total):
        if 0 < done < total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.run(own_scenario, progress=stop, checkpoint_seconds=0.0, **options)
    seen = []
    finished = api.run(own_scenario, progress=lambda done, total: seen.append(done), **options)
    assert seen[0] > 0, "it went on"
    assert files(folder) == files(own_run.folder)
    assert finished.digest == own_run.digest
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_share_is_of_whole_households(own_scenario, people, tmp_path):
    api.run(own_scenario, output=tmp_path / "run", alternatives=False, microdata=0.25, block_rows=OWN_BLOCK_ROWS)
    part = pd.read_parquet(tmp_path / "run" / "microdata")
    assert set(part["person"]) <= set(people["person"])
    assert 0.15 < part["person"].nunique() / people["person"].nunique() < 0.35
    assert (part["weight"] == people["weight"].iloc[0] / 0.25).all()
    years = people[people["person"].isin(part["person"])].groupby("person").size()
    assert (part.groupby("person").size() == years).all(), "whoever is chosen is there in every year"


def test_choosing_is_nested_and_fair():
    heads = np.arange(200_000, dtype=np.uint64)
    tenth, half = chosen_people(heads, 0.1), chosen_people(heads, 0.5)
    assert not (tenth & ~half).any()
    assert abs(tenth.mean() - 0.1) < 0.003
    assert chosen_people(heads, 1.0).all()


def test_names_are_those_of_the_sample(england):
    identity = np.array([7, (3 << 34) | (1 << 32) | 12, (290 << 34) | (2 << 32) | 4_000_000_000], np.uint64)
    names = person_names(identity, england.area_codes).to_pylist()
    assert names == [person_name(int(one), england.area_codes) for one in identity]


def test_what_cannot_be_written_is_refused(own_scenario, tmp_path):
    with pytest.raises(InputError, match="microdata needs a run folder"):
        api.run(own_scenario, microdata=1.0)
    with pytest.raises(InputError, match="out of range"):
        api.run(own_scenario, microdata=1.5, output=tmp_path / "run")


def test_a_large_one_is_announced():
    assert size_warning(480_000, 30, 1.0) is None
    assert "million rows" in size_warning(48_000_000, 30, 1.0)


def test_the_command_takes_a_share_or_none(own_scenario, tmp_path):
    for place, option in (("all", ["--microdata"]), ("some", ["--microdata", "0.5"])):
        arguments = ["run", str(own_scenario.path), "--years", "2029-30", "--no-alternatives", "--json"]
        result = CliRunner().invoke(main, [*arguments, "--output", str(tmp_path / place), *option])
        assert result.exit_code == 0, result.stderr
        share = json.loads(result.stdout)["manifest"]["microdata"]["share"]
        assert share == (1.0 if place == "all" else 0.5)
