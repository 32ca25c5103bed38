"""Employers as people meet them: pure functions of a number, jobs that last, draws in proportion to headcount."""

from itertools import pairwise

import numpy as np
import pytest
from lives import live

from microsim.dynamics import employers as room
from microsim.dynamics import hiring
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import EMPLOYER_SIZES, INDUSTRIES
from microsim.population.employers import BANDS, LOWEST
from microsim.population.people import EMPLOYEE, SELF_EMPLOYED, People

YEARS = range(2025, 2031)
ROWS = 150_000
PUBLIC = EMPLOYER_SIZES.index("public_sector")


@pytest.fixture(scope="module")
def tables(england):
    return room.employer_tables(england, load_parameters(), YEARS)


@pytest.fixture(scope="module")
def kernels():
    names = ("write_headcounts", "write_kinds", "write_profits", "write_training")
    found = {name: callable_from_python(getattr(room, name)) for name in names}
    return found | {"find_employers": callable_from_python(hiring.find_employers)}


def private_employees(england, seed=3, rows=ROWS):
    """Private-sector employees by industry and region as fitted, all of them new in their job."""
    generator = np.random.default_rng(seed)
    people = People.empty(rows)
    people.resident[:], people.work_status[:] = 1, EMPLOYEE
    counts = np.zeros((9, 2))
    np.add.at(counts, england.area_region, england.joint.sum((1, 3))[..., EMPLOYEE].astype(float))
    cells = np.einsum("rs,rsi->ri", counts, england.jobs.shares[:, :, 0, :, 0])
    drawn = generator.choice(cells.size, rows, p=cells.reshape(-1) / cells.sum())
    first_area = np.array([np.flatnonzero(england.area_region == one)[0] for one in range(9)])
    people.area[:], people.industry[:] = first_area[drawn // len(INDUSTRIES)], drawn % len(INDUSTRIES)
    people.hours_rank[:] = generator.integers(0, 2**32, rows, dtype=np.uint32)
    return people


@pytest.fixture(scope="module")
def hired(england, tables, kernels):
    people = private_employees(england)
    kernels["find_employers"](people, tables, np.ones(ROWS, np.uint8), ROWS)
    return people


@pytest.fixture(scope="module")
def headcounts(hired, tables, kernels):
    out = np.zeros(ROWS, np.float32)
    kernels["write_headcounts"](hired.employer, tables, out, ROWS)
    return out


# -- who works where ---------------------------------------------------------------------------------------------------


def test_everybody_in_private_employment_has_an_employer_of_the_industry(hired):
    assert (hired.employer > 0).all()
    assert ((hired.employer >> 25) - 1 == hired.industry).all()


def test_sizes_of_employers_are_those_published(hired):
    """Micro, small, medium and large: people employed of the business population estimates less working owners."""
    people = np.array([4156 * 0.88, 4324 * 0.985, 3700, 11_000])
    found = np.bincount(hired.employer_size, minlength=7)[2:6] / ROWS
    assert found == pytest.approx(people / people.sum(), abs=0.006)


def test_small_enterprises_are_at_home_and_large_ones_anywhere(hired, england):
    office, band = (hired.employer >> 21) & 15, (hired.employer >> 18) & 7
    here = england.area_region[hired.area]
    assert (office[band < 6] == here[band < 6]).all()
    at_home = (office == here)[band == 6].mean()
    assert 0.4 < at_home < 0.7
    assert (office[band == 6] == 6).mean() > 1.5 * (here[band == 6] == 6).mean()  # many are run from London


def test_draws_are_in_proportion_to_headcount(tables, kernels, england):
    """A cell of few enterprises: each has people in proportion to its headcount, which add up to the cell's."""
    number = england.employers.number[:, :, 6]
    section, region = np.argwhere((number >= 8) & (number <= 15))[0]
    many = int(number[section, region])
    people = People.empty(400_000)
    people.resident[:] = 1
    people.industry[:] = section
    people.area[:] = np.flatnonzero(england.area_region == region)[0]
    people.hours_rank[:] = np.random.default_rng(1).integers(0, 2**32, len(people.id), dtype=np.uint32)
    kernels["find_employers"](people, tables, np.ones(len(people.id), np.uint8), len(people.id))
    cell = int(section + 1) << 25 | int(region) << 21 | 6 << 18
    every = (cell + np.arange(many)).astype(np.uint32)
    size = np.zeros(many, np.float32)
    kernels["write_headcounts"](every, tables, size, many)
    assert size.sum() == pytest.approx(england.employers.employees[section, region, 6], rel=1e-5)
    assert (np.diff(size) >= 0).all()
    assert size[0] >= LOWEST[6]
    here = people.employer[(people.employer >= every[0]) & (people.employer <= every[-1])] - every[0]
    found = np.bincount(here, minlength=many) / len(here)
    error = np.sqrt(found * (1 - found) / len(here))
    assert (np.abs(found - size / size.sum()) < 4 * error + 1e-6).all()


def test_headcounts_lie_in_their_bands(hired, headcounts):
    band = (hired.employer >> 18) & 7
    low, high = LOWEST[band], np.append(LOWEST[1:], 200_000)[band]
    assert (headcounts >= low * 0.98).all()
    assert (headcounts <= high * 1.02).all()


def test_enterprises_counted_through_their_people_are_as_many_as_fitted(hired, headcounts, england):
    """Each person stands for one over the headcount of an enterprise."""
    band = (hired.employer >> 18) & 7
    each = england.employers.employees.sum() / ROWS
    found = np.bincount(band, each / headcounts.astype(float), minlength=len(BANDS))
    fitted = england.employers.number.sum((0, 1))
    assert found == pytest.approx(fitted, rel=0.03)


# -- a job lasts -------------------------------------------------------------------------------------------------------


def test_an_employer_lasts_until_there_is_a_new_job_or_industry(hired, tables, kernels):
    people, new = hired.copy(), np.zeros(ROWS, np.uint8)
    people.area[:] = people.area[::-1]  # a move of home changes nothing
    people.public[:100] = 1
    people.work_status[100:200] = SELF_EMPLOYED
    people.work_status[200:300] = 3
    people.industry[300:400] = (people.industry[300:400] + 1) % 2
    people.resident[400:500] = 0
    people.work_status[400:500] = 3
    new[500:600] = 1
    people.hours_rank[500:600] += np.uint32(12_345)
    kernels["find_employers"](people, tables, new, ROWS)
    same = people.employer == hired.employer
    assert same[600:].all()
    assert same[400:500].all()  # who is gone keeps the last one
    assert (people.employer[:300] == 0).all()
    sizes = [EMPLOYER_SIZES[one] for one in people.employer_size[[0, 100, 200]]]
    assert sizes == ["public_sector", "self_employed", "not_in_work"]
    assert ((people.employer[300:400] >> 25) - 1 == people.industry[300:400]).all()
    assert same[500:600].mean() < 0.1


def test_who_works_where_depends_on_nobody_else(hired, tables, kernels):
    """The same people in another order, a few at a time."""
    rows = np.random.default_rng(2).permutation(ROWS)[:5_000]
    for part in np.array_split(rows, 7):
        some = People(*(column[part] for column in hired))
        some.employer[:] = 0
        kernels["find_employers"](some, tables, np.ones(len(part), np.uint8), len(part))
        assert (some.employer == hired.employer[part]).all()


def test_no_private_employer_in_public_administration(tables, kernels):
    people = People.empty(10)
    people.resident[:] = 1
    people.industry[:] = INDUSTRIES.index("O")
    kernels["find_employers"](people, tables, np.ones(10, np.uint8), 10)
    assert (people.employer == 0).all()
    assert (people.employer_size == PUBLIC).all()


def test_lives_keep_their_employers(england, programme_of):
    """Some years of a block: an employer changes with the job or the industry alone, and never with pay."""
    sample = Sample(england, 1 / 4000, seed=4, last_year=2030, block_rows=10_000)
    programme = programme_of(sample, {})
    programme = type(programme)(sample, programme.tables, ())
    years = [year.people.copy() for year in live(programme, sample.make(0))]
    kept = changed = 0
    for before, now in pairwise(years):
        private = (now.resident == 1) & (now.work_status == EMPLOYEE) & (now.public == 0)
        assert ((now.employer > 0) == private)[now.resident == 1].all()
        both = private & (before.employer > 0) & (before.resident == 1)
        same_job = both & (before.hours_rank == now.hours_rank) & (before.industry == now.industry)
        assert (before.employer[same_job] == now.employer[same_job]).all()
        kept += same_job.sum()
        changed += (both & (before.employer != now.employer)).sum()
    assert kept > 5 * changed > 0


# -- what an employer is like ------------------------------------------------------------------------------------------


def test_attributes_are_of_the_number_alone(hired, headcounts, tables, kernels):
    """Whoever asks, in whatever order, hears the same; two who work together hear the same."""
    kinds, again = np.zeros(ROWS, np.uint8), np.zeros(ROWS, np.uint8)
    profits, backwards = np.zeros((2, ROWS), np.float32)
    kernels["write_kinds"](hired.employer, tables, kinds, ROWS)
    kernels["write_kinds"](np.ascontiguousarray(hired.employer[::-1]), tables, again, ROWS)
    kernels["write_profits"](hired.employer, headcounts, tables, 0, profits, ROWS)
    reverse = np.ascontiguousarray(hired.employer[::-1]), np.ascontiguousarray(headcounts[::-1])
    kernels["write_profits"](*reverse, tables, 0, backwards, ROWS)
    assert (kinds == again[::-1]).all()
    assert (profits == backwards[::-1]).all()
    _, first, of = np.unique(hired.employer, return_index=True, return_inverse=True)
    assert len(first) < ROWS  # some work together
    assert (profits == profits[first][of]).all()


def test_compiled_attributes_are_the_interpreted_ones(hired, headcounts, tables, kernels):
    some = hired.employer[:40].copy()
    for name, inputs in (("write_headcounts", ()), ("write_kinds", ()), ("write_training", (2,))):
        compiled, plain = np.zeros((2, 40), np.float32)
        kernels[name](some, tables, *inputs, compiled, 40)
        twin = slow_twin(name, some, tables, *inputs)
        plain[:] = twin
        assert compiled == pytest.approx(plain, rel=1e-5), name


def slow_twin(name, employers, tables, index=0):
    """The same attributes from the definitions, an employer at a time."""
    found = []
    for one in employers.tolist():
        section, region, band, number = (one >> 25) - 1, one >> 21 & 15, one >> 18 & 7, one & (2**18 - 1)
        cell, key = (section * 9 + region) * 7 + band, section * 7 + band
        if name == "write_headcounts":
            points = tables.place.reshape(-1, 33)[cell]
            ends = np.interp([number / tables.number[cell], (number + 1) / tables.number[cell]], points, np.arange(33))
            found.append(tables.employees[cell] * (ends[1] - ends[0]) / 32)
        elif name == "write_kinds":
            draw = hash_of(one, 41)
            kind = room.COMPANY if draw < tables.company[key] else room.UNINCORPORATED
            found.append(room.CHARITY if draw < tables.charity[key] else kind)
        else:
            share = ((2**24 - 1 - (hash_of(one, 45) >> 8)) + 0.5) / 2**24
            amount = np.interp(share, room.curves.shares(), tables.spend_curve) * tables.spend[key]
            trains = hash_of(one, 44) < tables.trains[key]
            found.append(amount * trains * tables.spend_growth[index])
    return found


def hash_of(number, draw):
    """Another number made of one: see `curves.scatter`."""
    mixed = (number + draw * 0x9E3779B9) % 2**32
    mixed = (mixed ^ mixed >> 16) * 0x7FEB352D % 2**32
    mixed = (mixed ^ mixed >> 15) * 0x846CA68B % 2**32
    return mixed ^ mixed >> 16


def test_training_adds_up_to_the_surveys_total_by_sector(hired, tables, kernels, england):
    spend = np.zeros(ROWS, np.float32)
    kernels["write_training"](hired.employer, tables, 0, spend, ROWS)
    spend /= tables.spend_growth[0]
    assert spend.mean() == pytest.approx((england.employers.spend * england.employers.employees.sum(1)).sum()
                                         / england.employers.employees.sum(), rel=0.02)  # fmt: skip
    for letter, published in (("F", 2630), ("C", 1410), ("G", 1570), ("Q", 1390), ("J", 1630)):
        of = hired.industry == INDUSTRIES.index(letter)
        assert spend[of].mean() == pytest.approx(published, rel=0.06), letter


def test_shares_that_make_losses_are_charities_and_train(hired, headcounts, tables, kernels, england):
    kinds, profits = np.zeros(ROWS, np.uint8), np.zeros(ROWS, np.float32)
    kernels["write_kinds"](hired.employer, tables, kinds, ROWS)
    kernels["write_profits"](hired.employer, headcounts, tables, 0, profits, ROWS)
    weight = 1 / headcounts.astype(float)  # enterprises
    small = headcounts < 50
    assert np.average(profits[small] <= 0, weights=weight[small]) == pytest.approx(0.20, abs=0.01)
    education = small & (hired.industry == INDUSTRIES.index("P"))
    assert np.average(kinds[education] == room.CHARITY, weights=weight[education]) == pytest.approx(0.40, abs=0.06)
    farms = small & (hired.industry == INDUSTRIES.index("A"))
    assert np.average(kinds[farms] == room.COMPANY, weights=weight[farms]) == pytest.approx(0.40, abs=0.1)


def test_spending_of_the_largest_is_levelled_by_sector(england, tables):
    """Every enterprise from 50 employees on, added up one by one, and the mean of the others: the fitted total."""
    fitted = england.employers
    one = room.list_enterprises(fitted, 4)
    assert len(one.employer) == fitted.number[..., 4:].sum()
    assert one.employees.sum() == pytest.approx(fitted.employees[..., 4:].sum())
    spread, trains = tables.spend_curve, np.clip(fitted.trains, 1e-6, 1)
    level = room.level_of_spending(fitted, fitted.spend / trains, trains, spread)
    assert level == pytest.approx(np.ones(len(level)), abs=0.35)
    assert np.abs(level - 1).max() > 0.01
