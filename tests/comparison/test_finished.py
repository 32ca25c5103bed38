"""Run folders read back, and every way in which a folder is not one."""

import json
import shutil

import pandas as pd
import pytest

from microsim import load_run
from microsim.errors import InputError


@pytest.fixture
def copy(run_of, tmp_path):
    """A run folder of the test's own, to spoil."""
    return shutil.copytree(run_of("grant").folder, tmp_path / "copy")


def test_a_folder_gives_what_the_run_gave(run_of):
    run = run_of("grant")
    loaded = load_run(run.folder)
    assert (loaded.name, loaded.digest, loaded.years) == ("Grant", run.digest, run.scenario.years)
    assert loaded.manifest == json.loads(json.dumps(run.manifest))
    assert set(loaded.tables) == set(run.tables)
    for name, table in run.tables.items():
        pd.testing.assert_frame_equal(loaded.tables[name], table, check_dtype=False, check_column_type=False)
    assert loaded.resolved["measures"]["grant"]["kind"] == "lifelong_training_grant"


def test_what_is_not_a_run_folder(tmp_path):
    with pytest.raises(InputError, match="there is no folder"):
        load_run(tmp_path / "nothing")
    with pytest.raises(InputError, match=r"is not a run folder; found no manifest\.json"):
        load_run(tmp_path)
    (tmp_path / "manifest.json").write_text('{"name": "another program"}')
    with pytest.raises(InputError, match="another program's manifest"):
        load_run(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(InputError, match="is not JSON"):
        load_run(tmp_path)


@pytest.mark.parametrize("name", ["scorecard.parquet", "breakdowns.parquet", "scenario.yaml", "assumptions.csv"])
def test_part_of_a_run_folder(copy, name):
    (copy / name).unlink()
    with pytest.raises(InputError, match=f"only part of a run folder; found no {name}"):
        load_run(copy)


def test_a_table_of_another_version(copy):
    table = pd.read_parquet(copy / "scorecard.parquet").drop(columns="present_value")
    table.to_parquet(copy / "scorecard.parquet")
    with pytest.raises(InputError, match="the table scorecard is of another version; found no column present_value"):
        load_run(copy).scorecard  # noqa: B018


def test_a_manifest_of_another_version(copy):
    manifest = json.loads((copy / "manifest.json").read_text())
    del manifest["population_digest"]
    (copy / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="another version; found no population_digest"):
        load_run(copy)


def test_a_broken_table(copy):
    (copy / "scorecard.parquet").write_bytes(b"PAR1 half")
    with pytest.raises(InputError, match=r"scorecard\.parquet cannot be read"):
        load_run(copy).scorecard  # noqa: B018


def test_a_broken_assumptions_log(copy):
    (copy / "assumptions.csv").write_text("path,value\na,1\n")
    with pytest.raises(InputError, match=r"assumptions\.csv is of another version; found no column low"):
        load_run(copy)


def test_a_run_of_before_simulation_error_still_compares(copy, run_of):
    """Without its replicates there is no error, and that is said."""
    from microsim import compare

    for path in copy.glob("*replicates.*"):
        path.unlink()
    found = compare(copy, run_of("rare"))
    assert found.scorecard["standard_error"].isna().all()
    assert any("no simulation error: Grant has no table replicates" in warning for warning in found.warnings)
