"""A survey's files: each mistake gets one clear message, with the place of the first row and the number of rows."""

import csv
import re

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from common import ROOT

from microsim.errors import InputError
from microsim.population.microdata import SurveySettings, plain, read_answers, read_survey_file
from microsim.population.source import load_population

ROWS = """house,no,partner,mum,dad,age,sex,region,level,work,pay,weight
1,1,2,,,45,F,North East,3,E,400,10
1,2,1,,,47,M,North East,1,E,,10
1,3,,1,2,12,F,North East,,,,10
2,1,,,,30,M,London,2,U,,12.5
"""
MAPPING = {
    "household": {"column": "house"},
    "person": {"column": "no"},
    "partner": {"column": "partner"},
    "mother": {"column": "mum"},
    "father": {"column": "dad"},
    "age": {"column": "age"},
    "sex": {"column": "sex", "codes": {"F": "female", "M": "male"}},
    "region": {"column": "region"},
    "qualification": {"column": "level", "codes": {"1": "none", "2": "level2", "3": "level4plus"}, "missing": [-8]},
    "work_status": {"column": "work", "codes": {"E": "employee", "U": "unemployed"}},
    "pay": {"column": "pay", "per": "week"},
    "weight": {"column": "weight"},
}


@pytest.fixture
def read(tmp_path, england):
    """Read a survey of these rows, changed by `old`, `new` pairs, with some entries of the mapping replaced."""

    def answers(*changes, rows=ROWS, mapping=None, name="persons.csv"):
        for old, new in changes:
            assert old in rows
            rows = rows.replace(old, new, 1)
        entries = {key: value for key, value in (MAPPING | (mapping or {})).items() if value is not None}
        (tmp_path / "mapping.yaml").write_text(yaml.safe_dump(entries, sort_keys=False), encoding="utf-8")
        if isinstance(rows, str):
            rows = rows.encode()
        (tmp_path / name).write_bytes(rows)
        settings = SurveySettings(persons=tmp_path / name, mapping=tmp_path / "mapping.yaml")
        return read_answers(settings, england.areas, england.area_index)

    return answers


def test_answers_are_what_the_rows_say(read):
    found = read()
    assert found.age.tolist() == [45, 47, 12, 30]
    assert found.codes["sex"].tolist() == [0, 1, 0, 1]
    assert found.codes["region"].tolist() == [0, 0, 0, 6]
    assert found.codes["qualification"].tolist() == [6, 0, -1, 3]
    assert found.codes["work_status"].tolist() == [0, 0, -1, 2]
    assert found.numbers["pay"][0] == 400 * 52
    assert found.relatives["partner"].tolist() == [1, 0, -1, -1]
    assert found.relatives["mother"].tolist() == [-1, -1, 0, -1]
    assert found.household.tolist() == [0, 0, 0, 1]
    assert found.adults.tolist() == [0, 1, 3]


MISTAKES = [
    (("45,F", "145,F"), r"persons\.csv:2:6: age \(age\): an impossible age \(1 row\); found '145'; expected whole"),
    (("45,F", "45.5,F"), r"an impossible age \(1 row\); found '45\.5'"),
    (("45,F", ",F"), r"an impossible age \(1 row\); found a blank"),
    (("45,F", "old,F"), r"persons\.csv:2:6: age \(age\): not a number"),
    (("47,M", "47,X"), r"persons\.csv:3:7: sex \(sex\): a code that the mapping does not name \(1 row\); found 'X'; "
                       r"expected one of F, M"),
    (("47,M", "47,"), r"sex \(sex\): missing \(1 row\)"),
    (("North East,3", "North East,9"), r":2:9: level \(qualification\): a code that the mapping does not name"),
    ((",10\n", ",0\n"), r":2:12: weight \(weight\): .* missing, not above 0 or not finite \(1 row\); found '0'"),
    ((",10\n", ",-3\n"), "not above 0"),
    ((",10\n", ",nan\n"), "not above 0"),
    ((",10\n", ",\n"), "not above 0"),
    ((",10\n", ",inf\n"), "not above 0 or not finite"),
    (("E,400", "E,-400"), r"pay \(pay\): a value that cannot be \(1 row\); found '-400'"),
    (("1,2,1", "1,1,1"), r"persons\.csv:3:2: no \(person\): a person who is there already in its household"),
    (("1,2,1", "1,,1"), r"no \(person\): missing"),
    (("2,1,,,,30", ",1,,,,30"), r"house \(household\): missing"),
    (("1,1,2", "1,1,9"), r"partner \(partner\): the partner is not in the household \(1 row\); found '9'"),
    (("1,1,2", "1,1,"), r"persons\.csv:3:3: partner \(partner\): a partner who does not name this person as theirs"),
    (("2,1,,,,30", "2,1,1,,,30"), "somebody who is their own partner"),
    (("12,F", "40,F"), r"a mother who is too young \(1 row\)"),
    (("1,3,,1,2,12", "1,3,,7,2,12"), "the mother is not in the household"),
    (("M,North East", "M,London"), r"persons\.csv:3:8: region \(region\): a household that is split over regions"),
    (("North East", "Nort East"), r"region \(region\): a code that the mapping does not name"),
    (("30,M", "3,M"), r"persons\.csv:5:1: house \(household\): a household with nobody aged 16 or over \(1 row\)"),
    (("work,pay", "work,wage"), r"mapping\.yaml:1:1: pay: .*persons\.csv has no column pay"),
    (("work,pay", "work,work"), "the column work appears twice"),
    ((",12.5\n", "\n"), r"persons\.csv:5:1: a row has the wrong number of fields \(1 row\); found 11; expected 12"),
    (("London", '"London'), r"persons\.csv:5:1: not CSV"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "message"), MISTAKES)
def test_a_mistake_in_the_rows(read, change, message):
    with pytest.raises(InputError) as error:
        read(change)
    assert re.search(message, str(error.value)), str(error.value)


def test_every_kind_of_mistake_is_told_at_once_with_its_number_of_rows(read):
    with pytest.raises(InputError) as error:
        read(("45,F", "145,F"), ("47,M", "147,X"), (",10\n", ",0\n"), (",10\n", ",0\n"))
    assert len(error.value.problems) == 3
    assert "an impossible age (2 rows)" in str(error.value)
    assert "not above 0 or not finite (2 rows)" in str(error.value)


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"weigth": {"column": "weight"}}, r"unknown column weigth; expected see: .*; did you mean weight\?"),
        ({"age": {"colum": "age"}}, r"age: unknown key 'colum'.*did you mean column\?"),
        ({"sex": {"column": "sex", "codes": {"F": "femal", "M": "male"}}}, r"unknown category femal.*mean female\?"),
        ({"region": {"column": "region", "codes": {"x": "Lundon"}}}, r"unknown category Lundon.*did you mean london\?"),
        ({"age": None}, "age is not mapped"),
        ({"weight": None}, "weight is not mapped"),
        ({"region": None}, "neither region nor local_authority is mapped"),
        ({"household": None, "mother": None, "father": None}, "partner is mapped without household"),
        ({"age": {"column": "age", "codes": {"1": "x"}}}, "age: codes has no meaning for it"),
        ({"sex": {"column": "sex", "per": "week"}}, "sex: per has no meaning for it"),
        ({"pay": {"column": "pay", "per": "fortnight"}}, "pay.per: not a valid choice"),
        ({"pay": {"column": "payy"}}, r"has no column payy; did you mean pay\?"),
        ({"pay": "pay"}, "pay: wrong type"),
    ],
)
def test_a_mistake_in_the_mapping(read, entries, message):
    with pytest.raises(InputError) as error:
        read(mapping=entries)
    assert re.search(message, str(error.value)), str(error.value)


def test_local_authorities_by_name_or_code_and_the_nearest_of_a_wrong_one(read):
    rows = ROWS.replace("North East", "Gateshead").replace("London", "e09000032")
    found = read(rows=rows, mapping={"region": None, "local_authority": {"column": "region"}})
    assert found.codes["region"].tolist() == [0, 0, 0, 6]
    with pytest.raises(InputError, match=r"no such local authority \(3 rows\).*did you mean Gateshead"):
        read(
            rows=rows.replace("Gateshead", "Gatshead"),
            mapping={"region": None, "local_authority": {"column": "region"}},
        )


def test_a_local_authority_outside_the_region(read):
    rows = ROWS.replace("weight", "weight,la").replace("10\n", "10,Gateshead\n").replace("12.5", "12.5,Leeds")
    with pytest.raises(InputError, match=r":5:13: la \(local_authority\): not in the person's region \(1 row\)"):
        read(rows=rows, mapping={"local_authority": {"column": "la"}})


def test_files_that_cannot_be_read(read, tmp_path, england):
    with pytest.raises(InputError, match=r"persons\.csv:3:\d+: not UTF-8 text; found byte 0xe9"):
        read(rows=ROWS.encode().replace(b"47,M", b"47,\xe9"))
    with pytest.raises(InputError, match="the survey has no rows"):
        read(rows=ROWS.splitlines()[0] + "\n")
    with pytest.raises(InputError, match=r"cannot be read as Parquet"):
        read(name="persons.parquet")
    with pytest.raises(InputError, match=r"of an unknown kind; expected a file \.csv or \.parquet"):
        read(name="persons.xlsx")
    settings = SurveySettings(persons=tmp_path / "none.csv", mapping=tmp_path / "mapping.yaml")
    with pytest.raises(InputError, match=r"none\.csv cannot be read: No such file"):
        read_answers(settings, england.areas, england.area_index)


def test_nobody_old_enough(read):
    with pytest.raises(InputError, match="nobody is aged 16 or over"):
        read(rows="age,sex,region,weight\n5,F,London,1\n",
             mapping=dict.fromkeys(set(MAPPING) - {"age", "sex", "region", "weight"}))  # fmt: skip


def test_parquet_with_numbers_and_gaps_says_the_same_as_csv(read, tmp_path):
    from_csv = read()
    rows = list(csv.DictReader(ROWS.splitlines()))
    numeric = {"house", "no", "partner", "mum", "dad", "age", "level", "pay", "weight"}
    table = pa.table({
        name: [(float(row[name]) if row[name] else None) if name in numeric else row[name] or None for row in rows]
        for name in rows[0]
    })  # fmt: skip
    pq.write_table(table, tmp_path / "source.parquet")
    content = (tmp_path / "source.parquet").read_bytes()
    found = read(rows=content, name="persons.parquet")
    for name in from_csv.codes:
        assert found.codes[name].tolist() == from_csv.codes[name].tolist()
    for name in from_csv.relatives:
        assert found.relatives[name].tolist() == from_csv.relatives[name].tolist()
    assert found.labels["household"] == from_csv.labels["household"]
    with pytest.raises(InputError, match="cannot be read as Parquet"):
        read(rows=content[: len(content) // 2], name="persons.parquet")


def test_the_digest_is_of_the_bytes_and_the_mapping(read):
    one = read().digest
    assert read().digest == one
    assert read(("400", "401")).digest != one
    assert read(mapping={"pay": {"column": "pay", "per": "month"}}).digest != one


def test_codes_written_as_whole_numbers_with_a_point():
    assert [plain(text) for text in (" 3.0 ", "3", "-9.0", "3.5", "E08000025", "01")] == [
        "3", "3", "-9", "3.5", "E08000025", "01"
    ]  # fmt: skip


FILE = """name: Mine
base: england.yaml
survey:
  persons: persons.csv
  mapping: mapping.yaml
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("base:", "bass:", r"mine\.yaml:2:1: unknown key 'bass'.*did you mean base\?"),
        ("  mapping: mapping.yaml\n", "", "survey: missing key 'mapping'"),
        ("mapping.yaml\n", "mapping.yaml\n  rake: maybe\n", "survey.rake: wrong type"),
        ("mapping.yaml\n", "mapping.yaml\n  age_bands: [16-24, 30-44, 45+]\n", "ages are left out or overlap"),
        ("mapping.yaml\n", "mapping.yaml\n  age_bands: [16-24, 25-44]\n", "ages are left out or overlap"),
        ("mapping.yaml\n", "mapping.yaml\n  age_bands: [young, old]\n", "not bands of ages"),
    ],
)
def test_a_mistake_in_the_population_file(tmp_path, old, new, message):
    path = tmp_path / "mine.yaml"
    assert old in FILE
    path.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_survey_file(path)


def test_a_survey_cannot_be_the_base_of_another(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(FILE.replace("england.yaml", str(ROOT / "populations" / "example_survey.yaml")), encoding="utf-8")
    with pytest.raises(InputError, match="is a survey itself"):
        load_population(path)
