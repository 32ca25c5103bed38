"""Where it falls: the map and its table show the tables' figures, and titles say what is there."""

import numpy as np
import pandas as pd
import pytest
from gains_material import (
    ADULTS,
    AREAS,
    HARTLEPOOL,
    KENT_DISTRICT,
    REGIONS,
    SHEFFIELD,
    SHEFFIELD_BEFORE,
    UNKNOWN,
    blocks_of,
    figure,
    gain_groups,
    gains,
    grant,
    material,
    texts,
)

from microsim.report.page import theme
from microsim.report.sections.area_map import class_colours, class_limits, class_names
from microsim.report.sections.kinds import Shown
from microsim.report.sections.places import transition_areas
from microsim.report.sections.where import NOTHING, noise_sentence, regions_title, where

AREA_GAINS = {HARTLEPOOL: 90_000.0, SHEFFIELD: 60_000.0, KENT_DISTRICT: 50_000.0, UNKNOWN: 1_000.0, "England": 2e5}
REGION_GAINS = {name: 1000.0 * (20 + place) for place, name in enumerate(REGIONS)}


def section(amounts=None, measures=None, errors=10.0, **more):
    table = gains({"in_kind": amounts or AREA_GAINS | REGION_GAINS, "exchequer": -5.0}, errors, **more)
    return where(material(table, measures))


def test_figures_are_those_of_the_table():
    rows = figure(section(), "local-authorities").rows.set_index("code")
    assert rows["amount"][HARTLEPOOL] == 90_000 and rows["per_adult"][HARTLEPOOL] == 90
    assert rows["error_per_adult"][HARTLEPOOL] == pytest.approx(10 / ADULTS)
    assert rows["name"][HARTLEPOOL] == "Hartlepool" and rows["region"][HARTLEPOOL] == "North East"
    assert rows["per_adult"]["E06000002"] == 0 and np.isnan(rows["error_per_adult"]["E06000002"])


def test_new_codes_are_on_the_map_and_unknown_ones_are_listed():
    found = section()
    rows = figure(found, "local-authorities").rows.set_index("code")
    assert rows["name"][SHEFFIELD] == "Sheffield"
    assert rows["region"][UNKNOWN] == "not on this map" and rows["per_adult"][UNKNOWN] == 1
    assert len(rows) == len(AREAS) + 1
    assert f"1 area is not on this map, but in its table: {UNKNOWN}." in texts(found)


def test_every_tile_is_drawn_once_and_those_without_people_are_said_to_be():
    chart = figure(section(), "map").chart.to_dict()
    honeycomb = chart["datasets"][chart["layer"][0]["data"]["name"]]
    assert len(honeycomb) == 296 == len({(tile["east"], tile["north"]) for tile in honeycomb})
    assert sum(tile["class"] == "nobody simulated" for tile in honeycomb) == 296 - len(AREAS)
    hartlepool = next(tile for tile in honeycomb if tile["area_name"] == "Hartlepool")
    assert hartlepool["said"] == "£90 ± 0" and hartlepool["total"] == 0.09
    assert figure(section(), "map").chart.height


def test_transition_areas_are_marked_and_compared():
    found = section(measures=grant([HARTLEPOOL, SHEFFIELD_BEFORE]))
    shown = figure(found, "map")
    assert shown.title == "Adults in transition areas gain £75 in kind in 2031-32, elsewhere £13"
    assert set(shown.data.rows.loc[shown.data.rows["doubled"] == "yes", "code"]) == {HARTLEPOOL, SHEFFIELD}
    assert "Diamonds mark transition areas" in shown.note
    marks = [layer["mark"].get("shape") for layer in shown.chart.to_dict()["layer"]]
    assert "diamond" in marks
    assert "diamond" not in [layer["mark"].get("shape") for layer in figure(section(), "map").chart.to_dict()["layer"]]


def test_a_difference_within_the_errors_is_not_a_title():
    loud = dict.fromkeys(AREA_GAINS, 200_000.0)
    title = figure(section(measures=grant([HARTLEPOOL]), errors=loud), "map").title
    assert title == "Adults gain £34 in kind in 2031-32 on average; places differ mostly by noise"


def test_titles_for_losses_and_for_other_signs():
    losing = {name: -amount for name, amount in (AREA_GAINS | REGION_GAINS).items()}
    found = section(losing, grant([HARTLEPOOL]))
    assert figure(found, "map").title == "Adults in transition areas lose £90 in kind in 2031-32, elsewhere £22"
    assert figure(found, "regions").title == "Most in kind for each adult: North East (-£20); least: South West (-£28)"
    mixed = losing | {HARTLEPOOL: 90_000.0}
    title = figure(section(mixed, grant([HARTLEPOOL])), "map").title
    assert title == "Adults in transition areas gain £90 in kind in 2031-32, elsewhere they lose £22"


def test_regions_are_in_order_with_errors():
    shown = figure(section(), "regions")
    assert shown.title == "Most in kind for each adult: South West (£28); least: North East (£20)"
    assert shown.data.rows["group"].tolist() == REGIONS[::-1]
    assert shown.data.rows["per_adult"].tolist() == [28, 27, 26, 25, 24, 23, 22, 21, 20]
    loud = section(errors=9_000.0)
    assert figure(loud, "regions").title == "Regions gain about the same in kind, as far as can be told from noise"


def test_the_share_of_noise_is_that_of_the_variance():
    rows = pd.DataFrame({"per_adult": [40.0, 50.0, 60.0], "error_per_adult": [5.0, 5.0, 5.0]})
    assert "10 % of their gain or more, and about 25 % of what they differ by" in noise_sentence(rows)
    rows["error_per_adult"] = 20.0
    assert "nearly all of what they differ by" in noise_sentence(rows)
    assert "rank no authorities" in noise_sentence(rows)
    assert "not known" in noise_sentence(rows.assign(error_per_adult=np.nan))


def test_a_package_has_a_map_for_the_measure_with_transition_areas():
    measures = grant([HARTLEPOOL]) | {"relief": {"kind": "fe_vat_relief"}}
    found = section(measures=measures)
    assert not [block for block in blocks_of(found) if getattr(block, "name", "") == "where-grant"]
    table = gains({"in_kind": AREA_GAINS | REGION_GAINS}, measures=("grant", "relief"))
    both = where(material(table, measures))
    assert [
        block.name for block in blocks_of(both) if getattr(block, "folded", False) and hasattr(block, "blocks")
    ] == ["where-grant"]
    assert figure(both, "map-grant").title.endswith("in kind from the grant in 2031-32, elsewhere £22")
    names = [block.name for block in blocks_of(both) if hasattr(block, "name")]
    assert len(names) == len(set(names))


def test_nothing_to_show_is_said():
    nobody = gains({"exchequer": -5.0})
    assert texts(where(material(nobody))) == NOTHING
    assert texts(where(material(nobody.iloc[:0]))) == NOTHING


def test_a_run_without_areas_has_no_map_but_its_regions():
    given = material(gains({"in_kind": AREA_GAINS | REGION_GAINS}))
    groups = gain_groups()
    given.run.tables["gain_groups"] = groups[groups["breakdown"] != "local_authority"]
    found = where(given)
    assert "there is no map" in texts(found)
    assert figure(found, "regions")


def test_lists_of_transition_areas_follow_their_dates():
    scenario = {"measures": grant([HARTLEPOOL])}
    scenario["measures"]["grant"]["transition_areas"]["areas"]["2031-32"] = []
    assert transition_areas(scenario, Shown("2030-31", "grant")) == {HARTLEPOOL}
    assert transition_areas(scenario, Shown("2031-32", "grant")) == frozenset()
    assert transition_areas(scenario, Shown("2024-25", "all measures")) == frozenset()
    assert transition_areas(scenario, Shown("2030-31", "relief")) == frozenset()
    assert transition_areas({}, Shown("2030-31", "grant")) == frozenset()


def test_classes_are_round_and_hold_all():
    values = [41.0, 44, 47, 50, 53, 56, 59, 400]
    limits = class_limits(values[:-1])
    assert limits == sorted(limits) and 2 <= len(limits) <= 4
    assert class_names([40, 50, 60]) == ["under £40", "£40 to £50", "£50 to £60", "£60 or more"]
    assert class_names([-1.5, 0]) == ["under -£1.50", "-£1.50 to £0.00", "£0.00 or more"]
    assert class_limits([3.0, 3.0]) == [] == class_limits([])
    assert len(class_names([])) == 1
    far = class_limits([*np.linspace(40, 60, 99), 10_000.0])
    assert max(far) < 100  # one far off does not put all others in one class


def test_colours_part_at_nought():
    assert class_colours([40, 50, 60, 70]) == list(theme.SEQUENCE)
    assert class_colours([-20, 0, 20]) == [theme.LOSSES[1], theme.LOSSES[0], theme.SEQUENCE[0], theme.SEQUENCE[1]]
    assert class_colours([-40, -20]) == [*reversed(theme.LOSSES[:3])]
    assert class_colours([]) == [theme.SEQUENCE[0]]


@pytest.mark.parametrize(
    ("per_adult", "title"),
    [
        ([60.0, 58.0, 47.0, 45.0], "Regions differ in kind; which gains most or least cannot be told from noise"),
        ([70.0, 58.0, 47.0, 45.0], "Most in kind for each adult: North East (£70)"),
        ([60.0, 58.0, 47.0, 35.0], "Least in kind for each adult: London (£35)"),
        ([70.0, 58.0, 47.0, 35.0], "Most in kind for each adult: North East (£70); least: London (£35)"),
    ],
)
def test_a_region_is_named_only_where_it_is_told_from_the_next(per_adult, title):
    names = ["North East", "North West", "South East", "London"]
    rows = pd.DataFrame({"group": names, "per_adult": per_adult, "error_per_adult": 2.0})
    assert regions_title(rows, "in_kind") == title
