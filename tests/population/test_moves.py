"""Where people move: the published margins that must be met, and what follows from them."""

import numpy as np
import pytest

from microsim.population import moves
from microsim.population.health import ethnicity_shares
from microsim.population.margins import Table


@pytest.fixture(scope="module")
def people(england):
    return england.joint.sum((3, 4)).astype(float)


@pytest.fixture(scope="module")
def exposed(england, people):
    young = england.areas.population_all_ages - people.sum((1, 2))
    return moves._exposed(people, young, moves._schedule(england.tables))


@pytest.fixture(scope="module")
def flows(england, exposed):
    """Moves of adults a year [ethnicity, age group, region of origin, area]."""
    leaving = exposed[1:] * england.move_out_rate
    return moves._moves_to(england.areas, england.move_destination, leaving, england.health.ethnicity)


def test_destinations_add_up_and_lead_everywhere(england):
    chance = england.move_destination
    assert chance.shape == (5, len(moves.GROUPS), 9, 296)
    assert chance.sum(3) == pytest.approx(np.ones(chance.shape[:3]))
    assert chance.min() >= 0
    assert (england.move_factor >= 1).all()


def test_authorities_lose_what_is_published_less_moves_to_the_rest_of_the_uk(england, exposed):
    """Summed over adults and children at the fitted rates."""
    table = Table(england.tables / "moves_local_authority_2024.csv")
    published = np.empty(296)
    published[table.codes("area_code", england.area_codes)] = table.floats("internal_out")
    found = (exposed * england.move_out_rate).sum(0)
    to_rest = published - found
    assert to_rest.min() > 0
    rates = Table(england.tables / "cross_border_flows_2022_based.csv")
    out = np.array([way == "out" for way in rates.text("flow")])
    assert to_rest.sum() == pytest.approx(rates.floats("2023_24")[out].sum())


def test_draws_of_the_own_area_are_made_up_for(england, exposed, flows):
    """What arrives somewhere, everywhere, is what leaves somewhere."""
    assert flows.sum() == pytest.approx((exposed[1:] * england.move_out_rate).sum())
    assert flows.min() >= -1e-9


def test_regions_keep_their_published_net_moves_by_age(england, exposed, flows):
    """Of adults under 65 a year; the published figures include the rest of the UK, which the fit takes out."""
    member = moves._members(england.areas)
    between = (flows @ member.T).sum(0)
    net = between.sum(1) - between.sum(2)
    published = moves._net_by_age(england.tables, england.areas)[1:]
    rest_in, _ = moves._rest_of_uk(england.tables, (exposed @ member.T).sum(1))
    assert np.abs(net.sum(1)).max() < 1e-6 * between.sum()
    london = england.region_codes.index("E12000007")
    for group, name in enumerate(moves.GROUPS):
        assert net[group, london] == pytest.approx(published[group, london], abs=3500), name.label
    assert np.abs(net - published).max() < 8000
    assert rest_in.sum() == pytest.approx(111_929)


def test_near_regions_exchange_more_people(england, flows):
    """London with the South East more than with the North East, though both send and receive by their size."""
    between = (flows @ moves._members(england.areas).T).sum((0, 1))
    np.fill_diagonal(between, 0)
    code = england.region_codes.index
    london, north_east, south_east = code("E12000007"), code("E12000001"), code("E12000008")
    share = between / between.sum(1, keepdims=True)
    assert share[london, south_east] > 0.3 > 0.05 > share[london, north_east]
    expected = between.sum(0) / between.sum()
    assert share[north_east, london] < expected[london]


def test_places_keep_their_ethnic_mix(england, exposed, flows):
    """Those who come are of the mix of those who go, but for the share of all movers that regions gain or lose."""
    leaving = exposed[1:] * england.move_out_rate
    ethnicity = england.health.ethnicity
    chance = england.move_destination
    going = moves._draws(england.areas, chance, leaving, ethnicity) * (1 - moves._own(england.areas, chance))
    coming, going = flows.sum((1, 2)), going.sum(1)
    assert np.abs(coming / coming.sum(0) - going / going.sum(0)).max() < 0.05
    assert coming.sum(1) == pytest.approx(going.sum(1), rel=1e-3)


def test_the_power_of_distance_matters_between_regions_only(england, people):
    ethnicity = ethnicity_shares(england.tables, england.areas)
    near, far = (moves.area_moves(england.tables, england.areas, people, ethnicity, power) for power in (1.8, 0.8))
    assert near.move_out_rate.tolist() == far.move_out_rate.tolist()
    north_east, london = england.region_codes.index("E12000001"), england.region_codes.index("E12000007")
    to_london = [one.move_destination[0, 4, north_east, england.area_region == london].sum() for one in (near, far)]
    assert to_london[0] < to_london[1]
