"""What is counted of health, work and moves, by hand on a few people."""

from types import SimpleNamespace

import numpy as np
import pytest

from microsim.population.people import People
from microsim.validation import health, moves

AREAS = ("E06000001", "E06000002", "E09000001")  # two in the first region, one in the second
POPULATION = SimpleNamespace(
    joint=np.zeros((3, 75, 2, 1, 1)), area_codes=AREAS, region_codes=("E12000001", "E12000007"),
    area_region=np.array([0, 0, 1]),
)  # fmt: skip
PROGRAMME = SimpleNamespace(sample=SimpleNamespace(population=POPULATION))


def target(statistic, **known):
    base = {"statistic": statistic, "year": 2026, "first_age": 16, "last_age": 200, "sex": None}
    base |= {"place": "", "detail": ""}
    one = SimpleNamespace(**(base | known))
    one._replace = lambda **changes: target(statistic, **(known | changes))
    return one


def ten():
    """Ten adults of 40, five to an area: three women with small children, two of them and one other in work."""
    people = People.empty(10)
    people.weight[:], people.resident[:] = 1000, 1
    people.area[5:] = 2
    people.disabled[[0, 5, 6]] = 1
    people.carer[[0, 1]] = 1
    people.ethnicity[8:] = 3
    people.child_1[:3] = 2024
    people.work_status[:] = [0, 1, 4, 0, 0, 3, 0, 0, 0, 0]
    people.sex[5:] = 1
    return people


def tally_of(room, people, before=None, year=2026):
    counts = room.start(PROGRAMME)
    room.count(counts, before or people, people, year, np.full(len(people.id), 40))
    return SimpleNamespace(rooms={room.__name__: counts}, programme=PROGRAMME, weight=1.0)


def test_shares_by_hand():
    tally = tally_of(health, ten())
    assert health.disabled_share(tally, target("")).value == pytest.approx(0.3)
    assert health.disabled_share(tally, target("", place="E12000007")).value == pytest.approx(0.4)
    assert health.disabled_odds(tally, target("", place="E12000007")).value == pytest.approx((4 / 6) / (3 / 7))
    assert health.carer_share(tally, target("", sex=0)).value == pytest.approx(0.4)
    assert health.carer_share_between(tally, target("", detail="women less men")).value == pytest.approx(0.4)
    assert health.carer_share_between(tally, target("", place=AREAS[0], detail=AREAS[2])).value == pytest.approx(0.4)
    assert health.disabled_carers(tally, target("")).value == pytest.approx((1 / 2) / (2 / 8))
    assert health.ethnicity_share(tally, target("", detail="black", place=AREAS[2])).value == pytest.approx(0.4)


def test_gaps_in_work_by_hand():
    tally = tally_of(health, ten())
    assert health.disability_employment_gap(tally, target("")).value == pytest.approx(6 / 7 - 2 / 3)
    found = health.mothers_employment_gap(tally, target("", detail="0-2"))
    assert found.value == pytest.approx(1.0 - 2 / 3)
    assert np.isnan(health.mothers_employment_gap(tally, target("", detail="5-11")).value)


def test_years_not_asked_for_are_not_counted():
    assert all(not counts.any() for counts in tally_of(health, ten(), year=2027).rooms[health.__name__])


def test_moves_by_hand():
    """One of five goes from London to the North East, nobody back; one who was not there before is no mover."""
    before, after = ten(), ten()
    after.area[9] = 1
    before.resident[0] = 0
    tally = tally_of(moves, after, before)
    net = target("", first_age=40, place="E12000001")
    assert moves.net_moves_by_age(tally, net).value == pytest.approx(1 / 4)
    assert moves.net_moves_by_age(tally, target("", first_age=40, place="E12000007")).value == pytest.approx(-1 / 5)
    assert moves.local_authority_moves(tally, target("", place=AREAS[2], detail="out")).value == pytest.approx(1 / 5)
    assert moves.local_authority_moves(tally, target("", place=AREAS[2], detail="into")).value == 0


def test_moves_to_the_rest_of_the_uk_are_their_share_of_departures():
    """A quarter of the chance of leaving: of 100 people a year a quarter go there."""
    population = SimpleNamespace(emigration=np.full((75, 2), 0.04), emigration_rest_of_uk=np.full((75, 2), 0.01))
    departures = np.zeros((4, 95, 2))
    departures[1:, 14, 0] = 100_000  # thousandths of people
    tally = SimpleNamespace(
        programme=SimpleNamespace(sample=SimpleNamespace(population=population)), departures=departures, weight=1.0,
        index=lambda year: year - 2025,
    )  # fmt: skip
    assert moves.moves_to_rest_of_uk(tally, target("", year=2026)).value == pytest.approx(25)
    with pytest.raises(ValueError, match="not lived"):
        moves.moves_to_rest_of_uk(tally, target("", year=2024))
