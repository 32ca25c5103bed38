"""The population's README lists every table and file of figures beside it, once and under the right heading."""

import re
from pathlib import Path

import pytest

ENGLAND = Path(__file__).parents[2] / "populations" / "england"


def sections():
    """Text of the README by heading of the second level."""
    parts = re.split(r"^## (.*)\n", (ENGLAND / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize(
    ("folder", "heading", "written"),
    [
        ("tables", "Tables", "`{}`"),
        ("alignment", "Alignment", "`alignment/{}`"),
        ("figures", "Tables", "`figures/{}`"),
        ("validation", "Published figures to compare with", "`{}`"),
    ],
)
def test_every_file_is_listed_once(folder, heading, written):
    text = sections()[heading]
    names = [path.name for path in (ENGLAND / folder).iterdir()]
    assert names
    assert {name: text.count(written.format(name)) for name in names} == dict.fromkeys(names, 1)


def test_every_table_that_is_listed_is_there():
    for folder, heading in (("tables", "Tables"), ("validation", "Published figures to compare with")):
        listed = set(re.findall(r"`(\w+\.csv)`", sections()[heading]))
        assert listed == {path.name for path in (ENGLAND / folder).glob("*.csv")}


def test_input_and_held_out_are_as_the_tables_say():
    text = sections()["Published figures to compare with"]
    for area, *columns in re.findall(r"^\| (.*) \| (.*) \| (.*) \|$", text, re.MULTILINE)[1:]:
        for evidence, names in zip(("input", "held out"), columns, strict=True):
            for name in re.findall(r"`(\w+\.csv)`", names):
                heading = (ENGLAND / "validation" / name).read_text(encoding="utf-8")
                assert f"# comparison: {area}\n" in heading, name
                assert f"# evidence: {evidence}\n" in heading, name
