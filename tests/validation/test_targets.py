"""The tables of published values are well formed, and what is wrong with one is said with its place."""

import re
from collections import Counter

import pytest
from common import ROOT

from microsim.errors import InputError
from microsim.validation.statistics import STATISTICS
from microsim.validation.targets import (
    note_on,
    read_heading,
    read_notes,
    read_table,
    read_targets,
    read_tolerances,
)

FOLDER = ROOT / "populations" / "england" / "validation"
HEADING = (
    "# comparison: work\n# source: An office, a table\n# published: 1 May 2026\n# quality: official\n"
    "# evidence: held out\n# tolerance: rate\n# licence: open\n"
)
COLUMNS = "quantity,statistic,year,age,sex,place,detail,value\n"
ROW = "employment,work_rate,2026,16-64,,,employment,0.75\n"


@pytest.fixture(scope="module")
def targets():
    return read_targets(FOLDER)


@pytest.fixture
def table(tmp_path):
    def write(rows=ROW, heading=HEADING, columns=COLUMNS):
        path = tmp_path / "table.csv"
        path.write_text(heading + columns + rows, encoding="utf-8")
        return path

    return write


def test_tolerances_are_those_set_before_looking():
    assert {name: (one.kind, one.size) for name, one in read_tolerances().items()} == {
        "population": ("relative", 0.005),
        "rate": ("absolute", 0.01),
        "percentile": ("relative", 0.03),
        "count": ("relative", 0.05),
        "spread": ("relative", 0.20),
    }


def test_there_are_enough_targets_of_both_kinds(targets):
    kinds = Counter(target.heading.evidence for target in targets)
    assert kinds["input"] > 150
    assert kinds["held out"] > 150


def test_every_target_names_a_statistic_that_exists(targets):
    assert {target.statistic for target in targets} <= set(STATISTICS)


def test_every_statistic_is_used(targets):
    assert {target.statistic for target in targets} == set(STATISTICS)


def test_places_are_areas_of_the_population(targets, england):
    known = {"", *england.region_codes, *england.area_codes}
    assert {target.place for target in targets} <= known


def test_sources_name_the_publisher_and_no_copy(targets):
    for heading in {target.heading for target in targets}:
        assert re.match(r"[A-Z][a-z]+ .*, .{10}", heading.source), heading.source
        assert not re.search(r"github|read_from|http|xlsx|\.csv", f"{heading.source}{heading.note}", re.IGNORECASE)


def test_population_is_compared_in_every_local_authority(targets, england):
    places = {target.place for target in targets if target.statistic == "people_drawn"}
    assert places == {"", *england.region_codes, *england.area_codes}


def test_every_note_belongs_to_a_target(targets):
    notes = read_notes(FOLDER)
    used = {key for key in notes for target in targets if note_on(target.quantity, {key: "x"})}
    assert set(notes) == used


def test_an_exact_note_goes_before_a_pattern():
    notes = {"people *": "pattern", "people in work": "exact"}
    assert note_on("people in work", notes) == "exact"
    assert note_on("people at home", notes) == "pattern"
    assert note_on("pay", notes) == ""


def test_a_row_is_read_as_it_stands(table):
    (target,) = read_table(table("women,people_drawn,2024,65+,female,E12000001,,123.5\n"), read_tolerances())
    assert (target.first_age, target.last_age > 110, target.sex, target.place) == (65, True, 0, "E12000001")
    assert (target.year, target.value, target.heading.evidence) == (2024, 123.5, "held out")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"heading": HEADING.replace("# source: An office, a table\n", "")}, "source: Field required"),
        ({"heading": HEADING.replace("held out", "perhaps")}, "evidence"),
        ({"heading": HEADING.replace("tolerance: rate", "tolerance: rates")}, "did you mean rate?"),
        ({"rows": ROW.replace("0.75", "")}, "table.csv:9:1: year or value is blank"),
        ({"rows": ROW.replace("16-64", "young")}, "table.csv:9:1: age is not a band of ages; found young"),
        ({"rows": ROW.replace(",,,", ",woman,,")}, "unknown sex; found woman"),
        ({"columns": COLUMNS.replace("detail", "details")}, "column detail is missing"),
    ],
)
def test_what_is_wrong_with_a_table_is_said(table, change, said):
    with pytest.raises(InputError, match=re.escape(said)):
        read_table(table(**change), read_tolerances())


def test_two_targets_of_one_name_are_refused(table):
    with pytest.raises(InputError, match="two targets are called employment"):
        read_targets(table(rows=ROW + ROW).parent)


def test_a_folder_without_tables_is_refused(tmp_path):
    with pytest.raises(InputError, match="no published figures"):
        read_targets(tmp_path)


def test_headings_are_single_lines_with_a_licence():
    for path in FOLDER.glob("*.csv"):
        assert read_heading(path).licence
