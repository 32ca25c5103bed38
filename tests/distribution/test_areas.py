"""Groups of local authorities that results are published by, against what the areas' table says."""

import numpy as np
import pytest

from microsim.engine.groups import NO_COMBINED_AUTHORITY, RURAL_URBAN, common_breakdowns


@pytest.fixture(scope="module")
def by_name(england):
    return {one.name: one for one in common_breakdowns(england)}


def group_of(breakdown, england, area):
    return breakdown.groups[breakdown.member[0][england.area_names.index(area)]]


def test_combined_authorities_and_the_rest(england, by_name):
    found = by_name["combined_authority"]
    assert np.bincount(found.member[0])[found.groups.index("Greater London Authority")] == 33
    assert group_of(found, england, "Salford") == "Greater Manchester"
    assert group_of(found, england, "Warrington") == NO_COMBINED_AUTHORITY == found.groups[-1]
    assert len(set(found.groups)) == len(found.groups) == len(set(england.areas.combined_authority_codes))
    for area, place in enumerate(found.member[0]):
        assert (found.groups[place] == NO_COMBINED_AUTHORITY) == (england.areas.combined_authority_codes[area] == "")


def test_rural_and_urban_places(england, by_name):
    found = by_name["rural_urban"]
    assert found.groups == RURAL_URBAN
    assert group_of(found, england, "Leeds") == "Urban"
    assert group_of(found, england, "Cornwall") == "Majority rural"
    assert (np.bincount(found.member[0]) > 30).all()


def test_tenths_go_by_rank_and_hold_about_a_tenth_of_people(england, by_name):
    tenth, areas = by_name["deprivation_decile"].member[0], england.areas
    assert (np.diff(tenth[np.argsort(areas.deprivation_rank)]) >= 0).all()
    assert group_of(by_name["deprivation_decile"], england, "Blackpool") == "decile 1 (most deprived)"
    shares = np.bincount(tenth, areas.population_all_ages) / areas.population_all_ages.sum()
    assert shares == pytest.approx(0.1, abs=0.012)  # Birmingham alone has 2 %
