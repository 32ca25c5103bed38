"""Made-up people, whose gains can be added up by hand, in the sums of a real run's plan."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from common import plain_grant

from microsim.distribution.results import GainResults, NationalMoney
from microsim.engine.gains import PEOPLE_ROWS, GainRow, Gains
from microsim.engine.ledger import WIDE_INCOME_BINS
from microsim.measures.contract import Gain, LifetimeLine, LifetimeRatio
from microsim.population.columns import RANDOM_GROUPS

YEARS = range(2030, 2033)
GAINS = (Gain("in_kind", ("grant_spending", "doubling_spending")), Gain("employer", ("employer_fees_displaced",)))

LIFETIME = (
    LifetimeLine("ever_used", "Used the grant", "users", "ever"),
    LifetimeLine("spent", "Grant spent", "grant_spending"),
)
LIFETIME_RATIOS = (LifetimeRatio("spent_per_user", "Spent for each user", "£", "spent", "ever_used"),)


def add_up(plan, people, values):
    """The sums of a run from each person's values [rows, years, people], the slow and obvious way."""
    sums, lives = plan.published(plan.empty())
    amounts = values * people.weight
    offset = plan.programme.sample.years.index(YEARS[0])
    for row, year in np.ndindex(amounts.shape[:2]):
        for person, amount in enumerate(amounts[row, year]):
            at, group = (row, offset + year), people.random_group[person]
            for place in range(len(plan.breakdowns)):
                cell = plan.offsets[place] + people.groups[place, person]
                sums.cells[(*at, cell * RANDOM_GROUPS + group)] += amount
            sums.area[(*at, people.area[person])] += amount
            sums.income[(*at, people.bin[person])] += amount
            sums.wide_income[(*at, people.bin[person] // 16 * RANDOM_GROUPS + group)] += amount
    return sums, lives


@pytest.fixture(scope="session")
def grant_plan(tiny, programme_of):
    """What is collected of one grant."""
    programme = programme_of(tiny, plain_grant())
    (entry,) = programme.measures
    entry = replace(entry, measure=replace(
        entry.measure, gains=GAINS, lifetime=LIFETIME, lifetime_ratios=LIFETIME_RATIOS,
    ))  # fmt: skip
    programme = replace(programme, measures=(entry,))
    years = programme.sample.years
    return Gains(programme, "taxes_and_benefits", [year in YEARS for year in years], np.ones((3, len(years))))


@pytest.fixture(scope="session")
def made_up(grant_plan):
    """Two hundred people of many incomes, each with gains of every kind, over three years."""
    random, count = np.random.default_rng(5), 200
    bins = np.sort(random.choice(np.arange(200, 900), count))
    bins[:6] = 1024  # in communal establishments
    people = SimpleNamespace(
        weight=random.integers(1, 9, count) * 500, bin=bins, area=random.integers(0, 296, count),
        random_group=random.integers(0, RANDOM_GROUPS, count),
        groups=np.array([random.integers(0, len(one.groups), count) for one in grant_plan.breakdowns]),
    )  # fmt: skip
    values = random.integers(0, 100_000, (len(PEOPLE_ROWS) + len(grant_plan.rows), len(YEARS), count))
    values[: PEOPLE_ROWS.index("net_income")] = random.integers(1, 3, (3, len(YEARS), count))
    people.values = values
    sums, lives = add_up(grant_plan, people, values)
    kind = GainRow("grant_0", "exchequer"), GainRow("grant_0", "in_kind")
    money = np.array([1_000_003, 7, -10_000_001])
    parts = np.tile(money[:, None] / RANDOM_GROUPS, RANDOM_GROUPS)
    national = (
        NationalMoney(kind[0], None, money, parts), NationalMoney(kind[1], kind[1], 2 * money, 2 * parts),
    )  # fmt: skip
    incomes = np.zeros((len(YEARS), WIDE_INCOME_BINS, RANDOM_GROUPS), np.int64)
    private = bins < 1024
    for year in range(len(YEARS)):
        heads = values[PEOPLE_ROWS.index("people"), year] * people.weight
        np.add.at(incomes[year], (bins[private] // 4, people.random_group[private]), heads[private])
    exchequer = {"grant_0": whole(sums.income[len(PEOPLE_ROWS) + grant_plan.rows.index(kind[0])], grant_plan)}
    results = GainResults(grant_plan, sums, lives, YEARS, national, incomes, exchequer)
    return SimpleNamespace(people=people, results=results, national=money)


def whole(sums, plan):
    """Sums [years, groups] of all groups together, in whole units."""
    first = plan.programme.sample.years.index(YEARS[0])
    return (sums[first : first + len(YEARS)].sum(axis=1) + 500) // 1000
