"""Tenures raked to the census, rents and bills by hand, and the ranks people start with."""

import numpy as np
import pytest

from microsim.population.blocks import Sample
from microsim.population.columns import HOUSEHOLDS, MORTGAGED, OWNED, PRIVATE, SOCIAL, TENURES
from microsim.population.homes import (
    BEDROOMS,
    RENTED,
    census_tenures,
    council_tax_bills,
    household_counts,
    rank_of_score,
)
from microsim.population.margins import Table


@pytest.fixture(scope="module")
def households(england):
    return household_counts(england.tables, england.joint)


def test_households_number_those_of_the_survey(households):
    """24.7 million in England (English Housing Survey 2023 to 2024), a ninth of them in London."""
    assert households.sum() == pytest.approx(24.7e6, rel=0.02)
    assert households.shape == (296, 6, len(HOUSEHOLDS), 2)


def test_authorities_differ_as_in_the_census_at_the_level_of_the_survey(england, households):
    """The ratio of two tenures in one authority over that in another is the census's; England's shares the survey's."""
    found = (england.homes.tenure * households[..., None]).sum((1, 2, 3))
    assert found.sum(0) / found.sum() == pytest.approx([0.36, 0.29, 0.16, 0.19], abs=1e-4)
    census = census_tenures(england.tables, england.areas)
    ratios = np.log(found / found[:1]) - np.log(census / census[:1])
    assert np.abs(ratios - ratios[:, :1]).max() < 0.01
    assert np.abs(england.homes.tenure.sum(-1) - 1).max() < 1e-5


def test_the_census_by_hand(england):
    """Hartlepool's row: 0.31 owned outright and so on; the five parts of rent and shared ownership add up."""
    table = Table(england.tables / "tenure_local_authority_2021.csv")
    row = table.text("code").index("E06000001")
    parts = {name: table.floats(name)[row] for name in table.names if name != "code"}
    shares = census_tenures(england.tables, england.areas)[england.area_index("Hartlepool")]
    total = sum(share for name, share in parts.items() if name != "households")
    assert shares[OWNED] == pytest.approx(parts["owns_outright"] / total)
    assert shares[MORTGAGED] == pytest.approx((parts["owns_mortgage"] + parts["shared_ownership"]) / total)
    assert shares[SOCIAL] == pytest.approx((parts["social_council"] + parts["social_other"]) / total)
    assert shares.sum() == pytest.approx(1.0)


def test_england_differs_by_age_kind_and_work_as_the_survey_says(england, households):
    """Owners: few below 25, most from 65; lone parents rent socially; nobody at work, no mortgage."""
    count = england.homes.tenure * households[..., None]
    by_age = count.sum((0, 2, 3)) / count.sum((0, 2, 3, 4))[:, None]
    assert by_age[-1, OWNED] > 0.65 > 0.1 > by_age[0, OWNED]
    assert by_age[0, PRIVATE] > 0.6
    # from 65, 2024 to 2025: 5.5 million of 7.4 own outright, 1.1 rent socially, 0.461 privately
    assert by_age[-1] == pytest.approx([5.5 / 7.4, 0.046, 1.1 / 7.4, 0.461 / 7.4], abs=0.01)
    published = Table(england.tables / "tenure_by_age_2024.csv")
    for tenure, name in enumerate(TENURES):  # of a year before: outright owners were 35 per cent
        assert np.abs(by_age[:, tenure] - published.floats(name)).max() < 0.05, name
    by_kind = count.sum((0, 1, 3)) / count.sum((0, 1, 3, 4))[:, None]
    assert by_kind[HOUSEHOLDS.index("lone_parent"), SOCIAL] == pytest.approx(0.42, abs=0.03)
    by_work = count.sum((0, 1, 2)) / count.sum((0, 1, 2, 4))[:, None]
    assert by_work[0, MORTGAGED] < 0.08 < 0.4 < by_work[1, MORTGAGED]
    assert by_work[0, SOCIAL] > 2 * by_work[1, SOCIAL]


def test_rents_are_those_of_the_survey(england):
    """London's mean of 393 pounds a week over the sizes let, and two bedrooms against one by the relative rents."""
    rent = england.homes.rent.astype(float)
    sizes = Table(england.tables / "rent_by_bedrooms.csv")
    share = np.array([sizes.floats(f"{name}_share") for name in RENTED])
    london = england.region_codes.index("E12000007")
    means = (rent[london] * share).sum(1) / share.sum(1)
    assert means == pytest.approx([393 * 52, 171 * 52], rel=1e-4)
    private = rent[:, RENTED.index("private")]
    assert private[:, BEDROOMS.index("1")] / private[:, BEDROOMS.index("2")] == pytest.approx(
        np.full(9, 0.83), rel=1e-4
    )
    assert (np.diff(rent, axis=2) > 0).all()


def test_council_tax_by_hand(england):
    """The City of London: band D 1,329.56; 350 homes in B, 690 in C and so on, by the ratios 7, 8, 9, 11 ..."""
    dwellings = np.array([0, 350, 690, 950, 2890, 1390, 1500, 310])
    ratios = np.array([6, 7, 8, 9, 11, 13, 15, 18]) / 9
    bill = 1329.56 * (dwellings * ratios).sum() / dwellings.sum()
    found = council_tax_bills(england.tables, england.areas)
    assert found[england.area_index("City of London")] == pytest.approx(bill)
    assert england.homes.council_tax == pytest.approx(found)
    assert 900 < found.min() < 2200 < found.max() < 3300


def test_a_rank_is_the_place_of_a_score():
    assert rank_of_score(np.array([0.0]))[0] == pytest.approx(2**31, rel=1e-6)
    places = rank_of_score(np.array([-9.0, -1.96, 1.0, 9.0])) / 2.0**32
    assert places == pytest.approx([0.0, 0.0249979, 0.8413447, 1.0], abs=1e-5)


@pytest.fixture(scope="module")
def people(england):
    return Sample(england, 1 / 400, seed=11, last_year=2030, block_rows=400_000).make(0).people


def test_ranks_are_uniform_and_rise_with_earning_power(people):
    for rank in (people.tenure_rank, people.benefit_rank, people.take_up_rank):
        share = np.histogram(rank, bins=10, range=(0, 2**32))[0] / len(rank)
        assert share == pytest.approx(np.full(10, 0.1), abs=0.005)
    assert np.corrcoef(people.tenure_rank, people.persistent)[0, 1] == pytest.approx(0.49, abs=0.02)
    assert abs(np.corrcoef(people.benefit_rank, people.persistent)[0, 1]) < 0.02
    assert abs(np.corrcoef(people.benefit_rank, people.take_up_rank)[0, 1]) < 0.02


def test_the_same_seed_gives_the_same_ranks(england, people):
    again = Sample(england, 1 / 400, seed=11, last_year=2030, block_rows=400_000).make(0).people
    assert (again.tenure_rank == people.tenure_rank).all()
    assert (again.benefit_rank == people.benefit_rank).all()
    assert (again.take_up_rank == people.take_up_rank).all()
