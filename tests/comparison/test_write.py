"""Comparisons on disk: whole or not at all, and never in the place of somebody else's work."""

import json

import pandas as pd
import pytest

from microsim import compare
from microsim.errors import InputError


@pytest.fixture(scope="module")
def two(run_of):
    return compare(run_of("grant").folder, run_of("rare").folder, by="region")


def test_files_hold_one_table(two, tmp_path):
    two.write(tmp_path / "new" / "scorecard.csv")
    two.write(tmp_path / "new" / "region.parquet", "by_region")
    csv = pd.read_csv(tmp_path / "new" / "scorecard.csv")
    pd.testing.assert_frame_equal(csv, two.scorecard, check_dtype=False)
    parquet = pd.read_parquet(tmp_path / "new" / "region.parquet")
    pd.testing.assert_frame_equal(parquet, two.by("region"), check_dtype=False)
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["region.parquet", "scorecard.csv"]


def test_json_holds_every_table(two, tmp_path):
    two.write(tmp_path / "all.json")
    found = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert found["comparison"] == ["Grant", "Grant, rarely used"]
    assert {"runs", "scorecard", "totals", "lines", "ratios", "assumptions", "by_region", "warnings"} <= set(found)
    assert [row["difference"] for row in found["scorecard"]] == two.scorecard["difference"].tolist()


def test_a_folder_holds_every_table_twice_and_is_replaced_by_another(two, tmp_path):
    for _ in range(2):
        two.write(tmp_path / "folder")
        names = {path.name for path in (tmp_path / "folder").iterdir()}
        assert names == {"comparison.json"} | {f"{name}.{kind}" for name in two.tables for kind in ("csv", "parquet")}
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.parametrize(
    ("name", "content"),
    [("mine.csv", "people,pounds\n"), ("mine.csv", ""), ("mine.json", "{}"), ("mine.json", "run"),
     ("mine.parquet", "PAR1"), ("folder/file", "mine")],
)  # fmt: skip
def test_nothing_else_is_overwritten(two, tmp_path, name, content):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    with pytest.raises(InputError, match="will not be overwritten"):
        two.write(path.parent if path.parent != tmp_path else path)
    assert path.read_text() == content


def test_files_of_ours_are_replaced(two, tmp_path):
    for suffix in (".csv", ".parquet", ".json"):
        path = tmp_path / f"comparison{suffix}"
        two.write(path)
        first = path.read_bytes()
        two.write(path)
        assert path.read_bytes() == first, "the same comparison is the same bytes"


def test_a_run_folder_is_not_a_comparison(two, run_of):
    with pytest.raises(InputError, match="will not be overwritten"):
        two.write(run_of("grant").folder)


def test_other_suffixes_and_tables_are_refused(two, tmp_path):
    with pytest.raises(InputError, match=r"not a format of a comparison; found \.xls; expected \.csv"):
        two.write(tmp_path / "table.xls")
    with pytest.raises(InputError, match=r"no table named by_regions; .* did you mean by_region\?"):
        two.write(tmp_path / "table.csv", "by_regions")
    assert list(tmp_path.iterdir()) == []
