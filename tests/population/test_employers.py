"""Employers as fitted: published counts, people and shares by size, sizes in a cell, profits and training by hand."""

from pathlib import Path

import numpy as np
import pytest

from microsim.population import employer_profits, employer_training, employers
from microsim.population.columns import INDUSTRIES
from microsim.population.employer_profits import Companies, Curve, outcome, tax_on
from microsim.population.employers import BANDS, CLASSES, LARGE, LOWEST
from microsim.population.margins import Table
from microsim.population.rooms import Sources, read_figures

C, K, PUBLIC, P = (INDUSTRIES.index(letter) for letter in "CKOP")
RATES = (0.25, 0.19, 50_000.0, 250_000.0, 0.015)


@pytest.fixture(scope="module")
def sources(england):
    figures = read_figures(Path(england.tables).parent / "figures" / "employers.yaml", employers.FIGURES)
    return Sources(england.tables, england.areas, england.joint, figures)


@pytest.fixture(scope="module")
def fitted(england):
    return england.employers


# -- counts and people -------------------------------------------------------------------------------------------------


def test_the_register_is_read_by_industry_region_and_size(sources):
    """Manufacturing enterprises of the North East with 250 and more people: see the table; England has 995."""
    found = employers.read_register(sources, "enterprises")
    table = Table(sources.tables / "businesses_2025.csv")
    rows = zip(table.text("unit"), table.text("code"), table.text("section"), strict=True)
    row = list(rows).index(("enterprises", "E12000001", "C"))
    assert found[C, 0, LARGE] == table.floats("250+")[row] > 0
    assert found[C, :, LARGE].sum() == pytest.approx(995, abs=15)  # each count is rounded to 5
    assert employers.read_register(sources, "local_units").sum() > found.sum()


def test_enterprises_above_the_smallest_are_those_of_the_register(fitted):
    """Where an industry has people enough for its enterprises; farms employ fewer people than the register counts."""
    whole = fitted.number.sum(1)[:, 1:] / np.maximum(fitted.registered.sum(1)[:, 1:], 1)
    others = [row for row in range(len(INDUSTRIES)) if INDUSTRIES[row] not in "ABO"]
    assert whole[others] == pytest.approx(np.ones((len(others), len(BANDS) - 1)), abs=0.03)
    assert (fitted.number[PUBLIC] == 0).all()  # public administration
    assert (fitted.number == np.rint(fitted.number)).all()


def test_employers_by_size_are_as_many_as_the_business_population_estimates(fitted):
    """Charities are not in the estimates: 8,335 large businesses of the UK, 0.865 of them in England."""
    others = (fitted.number.sum(1) * (1 - fitted.charity)).sum(0)
    published = np.array([1_150_875, 220_085, 38_435, 8_335]) * 0.865
    assert [others[:2].sum(), others[2:4].sum(), others[4:6].sum(), others[6]] == pytest.approx(published, rel=0.05)


def test_people_are_the_private_employees_and_their_shares_by_size_the_published_ones(sources, fitted):
    workers = employers.private_workers(sources)
    assert fitted.employees.sum((1, 2)) == pytest.approx(workers.sum(1), rel=0.001, abs=500)
    people = fitted.employees.sum((0, 1))
    shares = np.array([people[:2].sum(), people[2:4].sum(), people[4:6].sum(), people[6]]) / people.sum()
    taken = np.array([4156 * 0.88, 4324 * 0.985, 3700, 11_000])
    assert shares == pytest.approx(taken / taken.sum(), abs=0.003)


def test_mean_sizes_lie_in_their_bands(fitted):
    some = fitted.number > 0
    mean = np.divide(fitted.employees, fitted.number, out=np.zeros_like(fitted.number), where=some)
    low, high = np.broadcast_to(LOWEST, mean.shape), np.append(LOWEST[1:], 1e6)
    assert (mean[some] >= low[some]).all()
    assert (mean <= high).all()


def test_where_a_regions_people_work_agrees_with_whose_people_they_are(sources, fitted):
    """People by region of work and option, added up over regions, are the employees of the enterprises."""
    workers = employers.private_workers(sources)
    placed = fitted.options * workers[..., None]
    assert fitted.options.sum(2)[fitted.number.sum((1, 2)) > 0] == pytest.approx(1.0)
    assert placed[..., :LARGE] == pytest.approx(fitted.employees[..., :LARGE], rel=0.002, abs=200)
    from_home = placed[..., LARGE] + fitted.homes * placed[..., LARGE + 1].sum(1, keepdims=True)
    assert from_home == pytest.approx(fitted.employees[..., LARGE], rel=0.002, abs=200)
    assert fitted.employees[..., LARGE].sum(0)[6] > 1.5 * placed[..., LARGE:].sum((0, 2))[6]  # head offices in London


def test_a_hand_made_fit_meets_people_and_sizes():
    """Two regions of an industry: people exactly, sizes as far as mean sizes in their bands allow."""
    number = np.array([[[1000.0, 200, 100, 50, 20, 10, 5], [500.0, 100, 50, 25, 10, 5, 1]]])
    workers = np.array([[20_000.0, 9_000.0]])
    people = employers.fit_employees(number, workers, np.array([0.15, 0.20, 0.18, 0.47]))
    assert people.sum(2) == pytest.approx(workers)
    by_size = people.sum((0, 1))
    assert by_size[:2].sum() / workers.sum() == pytest.approx(0.15, abs=0.005)
    assert by_size[6] / workers.sum() == pytest.approx(0.47, abs=0.005)


# -- sizes inside a cell -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("low", "high", "mean"), [(1, 5, 2.2), (5, 10, 7.5), (250, 200_000, 1_226), (20, 50, 20.3)])
def test_sizes_follow_a_pareto_curve_with_the_mean(low, high, mean):
    """Equal parts of the people lie in classes whose sizes rise, stay in the band and average to the mean."""
    places = employers.pareto_places(low, high, mean)
    assert places[0] == 0
    assert places[-1] == 1
    sizes = mean / (CLASSES * np.diff(places))
    assert (np.diff(sizes) > 0).all()
    assert sizes[0] >= low * 0.999
    assert sizes[-1] <= high * 1.001
    assert (sizes * np.diff(places)).sum() == pytest.approx(mean)


def test_a_flat_density_of_people_by_hand():
    """An exponent of 1 between 1 and 2: enterprises as x ** -2, people as 1 / x, a mean of log(2) / (1 - 1 / 2)."""
    assert employers.pareto_mean(1.0, 2.0) == pytest.approx(2 * np.log(2))
    places = employers.pareto_places(100, 200, 100 * employers.pareto_mean(1.0, 2.0))
    share = np.arange(CLASSES + 1) / CLASSES
    sizes = 2**share
    assert places == pytest.approx((1 - 1 / sizes) / 0.5, abs=1e-6)


# -- training ----------------------------------------------------------------------------------------------------------


def test_spending_by_sector_is_the_surveys(fitted):
    """2,630 pounds for each employee in construction, 1,410 in manufacturing; the total of private employers."""
    people = fitted.employees.sum(1)
    for letters, published in (("F", 2630), ("C", 1410), ("LMN", 2240), ("P", 2050), ("ABDE", 1850)):
        rows = [INDUSTRIES.index(letter) for letter in letters]
        mean = (fitted.spend[rows] * people[rows]).sum() / people[rows].sum()
        assert mean == pytest.approx(published, rel=0.005)
    assert 30e9 < (fitted.spend * people).sum() < 40e9  # of 53 billion pounds of all sites of the UK
    assert (np.diff(fitted.spend[C]) <= 0).all()  # small sites spend more for each employee


def test_incidence_by_hand():
    """One sector of one size: the sector's share; and in all, more of the larger train."""
    units = np.zeros((len(INDUSTRIES), len(BANDS)))
    units[C, 2] = 100.0
    tables = Path(__file__).parents[2] / "populations" / "england" / "tables"
    assert employer_training.incidence(tables, units)[C, 2] == pytest.approx(0.51, abs=0.005)


def test_who_trains_rises_with_size_and_by_sector_as_published(fitted):
    chance = fitted.trains[[row for row in range(len(INDUSTRIES)) if row != PUBLIC]]
    assert (np.diff(chance, axis=1) >= -1e-9).all()
    assert fitted.trains[P].min() > 0.7
    assert chance.max() < 1


def test_sites_hold_the_people_of_their_enterprises(fitted):
    some = fitted.employees.sum(1) > 0
    assert fitted.sites.sum(2)[some] == pytest.approx(1.0)
    assert (np.triu(fitted.sites[C], 1) == 0).all()  # no site is larger than its enterprise
    assert (fitted.units >= fitted.number.sum(1) - 1e-6).all()
    assert fitted.units[:, 4:].sum() > 5 * fitted.number[..., 4:].sum()


# -- profits -----------------------------------------------------------------------------------------------------------


def test_corporation_tax_by_hand():
    """19 per cent of 40,000; 25 per cent of 100,000 less 3/200 of the 150,000 to the upper limit; 25 per cent."""
    assert tax_on(np.array([40_000.0, 100_000, 300_000]), RATES) == pytest.approx([7_600, 22_750, 75_000])


def test_outcome_by_hand():
    """Hardly any spread: ten companies of 1 with 20,000 pounds, two of 100 with 100 times it, half of all without."""
    companies = Companies(np.array([1.0, 100]), np.array([10.0, 2]), np.array([0.5, 0.5]), np.array([0.0, 1]))
    found = outcome(companies, Curve(np.log(20_000.0), 1.0, 0.0, 0.001, 0.001, np.log(2.0)), RATES)
    assert found.up_to_50000 == pytest.approx(11 / 12)
    assert found.above_250000 == pytest.approx(1 / 12)
    assert found.tax == pytest.approx((5 * 3_800 + 1_000_000) / 1e9, rel=1e-3)
    assert found.finance == pytest.approx(1_000_000 / 1_019_000, rel=1e-3)


def test_profits_meet_the_published_tax_and_come_near_the_bands(sources, fitted):
    """83.6 billion pounds x 0.865 of tax, 22 per cent of it of finance, 61 per cent of 7,000 x 0.865 companies."""
    cells = employers.Cells(fitted.number, fitted.employees, None, None, None)
    kinds = employers.read_kinds(sources.tables)
    companies = employer_profits.companies_of(sources, cells, fitted.places, kinds, fitted.loss)
    assert companies.number.sum() == pytest.approx(2e6 * 0.865)
    sizes = employer_profits.headcounts()
    level, power = np.log(fitted.profit[0]), np.log(fitted.profit[4] / fitted.profit[0]) / np.log(2)
    large = np.log(fitted.profit[-1] / fitted.profit[-5]) / np.log(sizes[-1] / sizes[-5]) - power
    curve = Curve(level, power, large, *fitted.profit_spread, np.log(fitted.profit_of_section[K]))
    found = outcome(companies, curve, RATES)
    assert found.tax == pytest.approx(83.6 * 0.865, rel=0.03)
    assert found.finance == pytest.approx(0.22, abs=0.01)
    assert found.large_payers == pytest.approx(0.61, abs=0.04)
    assert found.number_of_large_payers == pytest.approx(7000 * 0.865, rel=0.05)
    assert found.up_to_50000 == pytest.approx(0.70, abs=0.06)
    assert found.above_250000 == pytest.approx(0.10, abs=0.04)


def test_least_squares_finds_a_minimum_by_hand():
    """(x - 3) and 2 (y + 1) and x y + 3: all naught at 3 and -1."""
    found = employer_profits.least_squares(
        lambda at: np.array([at[0] - 3, 2 * (at[1] + 1), at[0] * at[1] + 3]), np.array([1.0, 1.0])
    )
    assert found == pytest.approx([3, -1], abs=1e-4)
