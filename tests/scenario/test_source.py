"""Strict YAML: what is read, what is refused, and where it is said to be."""

import string
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from microsim.errors import InputError, Place
from microsim.scenario import source
from microsim.scenario.source import dump_yaml, parse_yaml, read_yaml


def test_plain_values_and_places():
    source = parse_yaml("a: 1\nb:\n  - 0.5\n  - {c: 2029-30, d: ~}\n2029: 'on'\ne: 2029-04-01\nf: 1.0e-05\n", "f")
    assert source.values == {
        "a": 1, "b": [0.5, {"c": "2029-30", "d": None}], "2029-30": "on", "e": "2029-04-01", "f": 1e-05,
    }  # fmt: skip
    assert source.places["b",] == Place("f", 2, 1)
    assert source.places["b", 1] == Place("f", 4, 5)
    assert source.places["b", 1, "c"] == Place("f", 4, 6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "f:2:1: the key 'a' appears twice; expected once (see line 1)"),
        ("2029: 1\n2029-30: 2", "f:2:1: the key '2029-30' appears twice"),
        ("a: on", "f:1:4: a true or false value"),
        ("a: True", "f:1:4: a true or false value"),
        ("a: 12:30", "f:1:4: a number in base sixty; found 12:30"),
        ("a: 1e6", "found 1e6; expected 1000000"),
        ("a: 2.5E3", "found 2.5E3; expected 2500"),
        ("a: 1e999999999", "found 1e999999999; expected the number in full"),
        ("a: 1_000", "a number with underscores"),
        ("a: 4,000", "a number with commas"),
        ("a: 010", "a number that starts with zero"),
        ("a: .inf", "not a finite number"),
        ("a: 12345678901234567", "too many digits"),
        ("a: &x 1", "anchors are not allowed"),
        ("a: *x", "aliases are not allowed"),
        ("a: !!python/name:os.system x", "tags are not allowed"),
        ("<<: {a: 1}", "merge keys are not allowed"),
        ("3.5: 1", "a key that is not text; found '3.5'"),
        ("[a]: 1", "a key that is not text"),
        ("a: [1, 2\nb: 3", "f:2:2: not YAML: while parsing a flow sequence (begun at line 1, column 4)"),
        ("a: 1\n---\nb: 1", "f:2:1: a second document"),
        ('a: "\\UFFFFFFFF"', "a character that does not exist"),
        ('a: "\\uD800"', "half a character"),
        ("[" * 2000, "nested too deeply"),
    ],
)
def test_surprises_are_refused_with_their_place(text, message):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "f")
    assert message in str(caught.value)


def test_all_problems_come_at_once():
    with pytest.raises(InputError) as caught:
        parse_yaml("a: on\nb: 1e6\nb: 2\n", "f")
    assert [problem.place.line for problem in caught.value.problems] == [1, 2, 3]


def test_missing_folder_and_not_utf8(tmp_path):
    with pytest.raises(InputError, match="there is no file"):
        read_yaml(tmp_path / "none.yaml")
    with pytest.raises(InputError, match="is a folder"):
        read_yaml(tmp_path)
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: caf\xe9\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"latin.yaml:2:7: not UTF-8 text; found byte 0xe9"):
        read_yaml(path)


def test_what_is_read_again_is_as_the_file_has_it(tmp_path):
    """Neither a change of what was read nor an earlier text of the file shows in what is read next."""
    path = tmp_path / "figures.yaml"
    path.write_text("ages: [16, 17]\n")
    first = read_yaml(path)
    first.values["ages"].append(18)
    first.places.clear()
    again = read_yaml(path)
    assert again.values == {"ages": [16, 17]} and ("ages", 1) in again.places
    path.write_text("ages: [19]\n")
    assert read_yaml(path).values == {"ages": [19]}


texts = st.text(alphabet=string.ascii_letters + string.digits + " _-+.,:'\"#£é\n", max_size=12)
plain = st.recursive(
    st.one_of(texts, st.integers(-(10**14), 10**14), st.floats(allow_nan=False, allow_infinity=False), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts.filter(bool), inner, max_size=3)),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(["a", "b", "2029-30"]), plain, min_size=1))
def test_what_is_written_reads_back(values):
    def without_bare_years(value):
        if isinstance(value, dict):
            return {key: without_bare_years(part) for key, part in value.items() if not key.strip().isdigit()}
        return [without_bare_years(item) for item in value] if isinstance(value, list) else value

    values = without_bare_years(values)
    assert parse_yaml(dump_yaml(values), "f").values == values


def read_by(loader, text):
    """What is read, or what is said of what is refused."""
    try:
        return source._parse(text, "f", loader)
    except InputError as error:
        return str(error)


def both_ways(text):
    """What `parse_yaml` makes of a text, and what the slow reader does."""
    try:
        mine = parse_yaml(text, "f")
    except InputError as error:
        mine = str(error)
    return mine, read_by(yaml.SafeLoader, text)


@given(st.text(alphabet="ab1 \n\n:-#{}[],&*!|>'\"%@`?~0é\t\ufeff\x85\u2028\\\r<=.", max_size=30), st.integers(0, 60))
def test_the_quick_reader_reads_as_the_slow_one(text, at):
    """Random marks alone, and in the midst of a file that is well."""
    well = "a:\n  central: 0.5\n  source: >-\n    Of the\n    office\nb: [{c: 1}, 'd']\n"
    for written in (text, well[:at] + text + well[at:]):
        mine, slow = both_ways(written)
        assert mine == slow


@pytest.mark.parametrize("text", ["[a?b]", "{a: 1, b: who knows?}", "a:\t1", "a: >#b\n  c", "\ufeffa: 1\nb: *c"])
def test_the_quick_reader_is_no_laxer(text):
    mine, slow = both_ways(text)
    assert mine == slow


def test_the_quick_reader_reads_every_file_of_the_project_as_the_slow_one():
    root = Path(__file__).resolve().parents[2]
    files = [path for room in ("microsim", "populations", "scenarios") for path in root.joinpath(room).rglob("*.yaml")]
    assert len(files) > 50
    for path in files:
        mine, slow = both_ways(path.read_text(encoding="utf-8"))
        assert mine == slow, path


def test_the_quick_reader_is_the_one_in_c():
    """Where PyYAML is built without it everything is read all the same, but slowly: every wheel has it."""
    assert source._QUICK is yaml.CSafeLoader
