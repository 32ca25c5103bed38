"""Every measure has a rating of its uncertainty that can be read, or is said to have none."""

import pandas as pd
import pytest
from common import ROOT, SCENARIO

from microsim import api
from microsim.errors import InputError
from microsim.measures import find_measure, known_kinds
from microsim.measures.find import _NOT_MEASURES
from microsim.measures.rating import LEVELS, NOT_RATED, PARTS, Rating, rating_rows, read_rating
from microsim.report.ratings import rating_lines, rating_text

OWN = sorted(set(known_kinds()) - _NOT_MEASURES)
GOOD = """
overall: high
doubt: {part: data, figure: price.mean, why: What a course costs is not published anywhere.}
data: {rating: very high, why: What a course costs is not published anywhere.}
modelling: {rating: low, why: One published number times another one.}
behaviour: {rating: medium-low, why: Few people could do anything else.}
"""


@pytest.mark.parametrize("kind", OWN)
def test_a_measure_of_the_project_is_rated_and_its_doubt_names_a_figure_that_exists(kind, ranged_figures):
    rating = find_measure(kind).rating
    assert isinstance(rating, Rating)
    at = LEVELS.index(rating.overall)
    parts = [LEVELS.index(getattr(rating, part).rating) for part in PARTS]
    assert min(parts) <= at <= max(parts)
    # the largest doubt is of a part that no other is rated above
    assert LEVELS.index(getattr(rating, rating.doubt.part).rating) == max(parts)
    named = rating.doubt.figure
    path = named if named.startswith(("population.", "parameters.")) else f"{kind}.{named}"
    assert path in ranged_figures, "a figure with a range: what is known needs no doubt"


@pytest.fixture(scope="module")
def ranged_figures():
    """Paths of every figure with a range, a measure's fields after its kind."""
    table = api.assumptions(api.load_scenario(SCENARIO))
    kinds = {entry.name: entry.kind for entry in api.load_scenario(SCENARIO).measures}
    paths = table.loc[table["low"].notna() & (table["low"] != table["high"]), "path"]
    return {
        path if not path.startswith("measures.") else ".".join([kinds[path.split(".")[1]], *path.split(".")[2:]])
        for path in paths
    }


def test_rows_are_the_overall_rating_and_its_three_parts(tmp_path):
    path = tmp_path / "rating.yaml"
    path.write_text(GOOD)
    rows = rating_rows(read_rating(path))
    assert [(row["subject"], row["rating"]) for row in rows] == [
        ("overall", "high"), ("data", "very high"), ("modelling", "low"), ("behaviour", "medium-low")
    ]  # fmt: skip
    assert rows[0]["figure"] == "price.mean"
    assert rating_rows(None) == [{"subject": "overall", "rating": NOT_RATED, "why": "", "figure": ""}]


@pytest.mark.parametrize(
    ("change", "found", "expected"),
    [
        (("rating: low", "rating: tiny"), "tiny", "medium-low"),
        (("part: data", "part: luck"), "luck", "behaviour"),
        (("modelling:", "modeling:"), "unknown key 'modeling'", "modelling"),
        (("why: Few people could do anything else.", "why: Few."), "", "behaviour"),
    ],
)
def test_a_faulty_rating_says_where_and_what_was_expected(tmp_path, change, found, expected):
    path = tmp_path / "rating.yaml"
    path.write_text(GOOD.replace(*change))
    with pytest.raises(InputError) as error:
        read_rating(path)
    assert "rating.yaml:" in str(error.value)
    assert found in str(error.value)
    assert expected in str(error.value)


@pytest.mark.parametrize("kind", OWN)
def test_a_measure_s_page_shows_its_rating_as_it_is(kind):
    rating = find_measure(kind).rating
    page = (ROOT / "docs" / "methods" / f"{kind}.md").read_text(encoding="utf-8")
    assert f"| **Overall** | {rating.overall} | Most in doubt: `{rating.doubt.figure}`. {rating.doubt.why} |" in page
    for part in PARTS:
        rated = getattr(rating, part)
        assert f"| {part.capitalize()} | {rated.rating} | {rated.why} |" in page
    levels = [rating.overall, *(getattr(rating, part).rating for part in PARTS)]
    summary = (ROOT / "docs" / "how_sure.md").read_text(encoding="utf-8")
    assert f"(methods/{kind}.md#how-uncertain) | {' | '.join(levels)} | `{rating.doubt.figure}` |" in summary


def test_the_line_of_a_measure_is_short_and_says_not_rated_where_it_is_not(tmp_path):
    path = tmp_path / "rating.yaml"
    path.write_text(GOOD)
    rows = [{"measure": "mine", "kind": "plug", **row} for row in rating_rows(read_rating(path))]
    rows[0]["figure"] = "measures.mine.price.mean"
    others = [{"measure": "other", "kind": "plug", **row} for row in rating_rows(None)]
    assert rating_lines(pd.DataFrame(rows + others)) == {
        "mine": "Uncertainty: high (data very high, modelling low, behaviour medium-low); most in doubt: price.mean",
        "other": "Uncertainty: not rated",
    }
    assert rating_text(rating_rows(None), 80) == "Uncertainty of the costing: not rated"
    whole = rating_text(rating_rows(read_rating(path)), 80)
    assert "most in doubt: price.mean. What a course costs" in whole
    assert max(map(len, whole.splitlines())) <= 80
