"""From a measure's change of pay to taxes and the scorecard: one apprentice by hand, and households assessed apart."""

import numpy as np
import pytest
from lives import taxed

from microsim.accounts.rounding import Deflators
from microsim.accounts.tables import Accounts
from microsim.engine import driver as engine
from microsim.engine.run import run_blocks
from microsim.kernels.boxed import boxed
from microsim.measures.contract import Clock
from microsim.population.blocks import Sample
from microsim.population.columns import EMPLOYEE, OWN
from microsim.population.people import People
from microsim.taxes.lines import EMPLOYER_CONTRIBUTIONS, INCOME_TAX, UNIVERSAL_CREDIT

KIND = "apprentice_minimum_wage"
HOURS = 37 * 52
NEVER_CLAIMS, CLAIMS = 2**32 - 1, 0
LAWFUL = {"before_levels_2_3": 0, "before_levels_4_7": 0, "after": 0, "persists": 0}
ELASTICITIES = ("elasticity_under_19", "elasticity_19_24", "elasticity_25")
PLAIN = {
    "start": "2026-27",
    "within_year": "first_april",
    "non_compliance": LAWFUL,
    "spillover": {"share_above": 0},
    "starts": dict.fromkeys(ELASTICITIES, 0),
    "corporation_tax": {"incorporated": 1, "taxable": 1, "at_small_profits_rate": 0},
}
NOBODY_STARTS = {**PLAIN, "starts": {**dict.fromkeys(ELASTICITIES, 10), "in_other_work": 0, "output_lost": 0.5}}


def apprentice(year, age, hourly, public, claims=NEVER_CLAIMS):
    """One apprentice of 37 hours in the first year who lives alone, and stands for one person."""
    people = People.empty(1)
    people.id[0], people.weight[0], people.cohort[0] = 12345, 1000, year - age - 1
    people.resident[0], people.work_status[0], people.living[0] = 1, EMPLOYEE, OWN
    people.apprenticeship[0], people.apprenticeship_year[0], people.public[0] = 3, 1, public
    people.hours[0], people.pay[0], people.take_up_rank[0] = 37, hourly * HOURS, claims
    return people


def unchanged(*_):
    """In place of a part of the year that would change the script's person."""


@pytest.fixture(scope="module")
def scorecard_of(programme_of, tiny):
    """The scorecard of one person's year: {line: pounds}, all of it under the measure's name."""

    def find(year, block, people, **own):
        programme = taxed(programme_of(tiny, block, kind=KIND))
        (entry,) = programme.measures
        scratch, ledger = programme.scratch(1), programme.ledger()
        scratch[0].groups.age_sex[0] = 2 * (year - people.cohort[0] - 1)
        for name, value in own.items():
            getattr(scratch[1].means, name)[0] = value
        parts = programme.driver()._replace(live=unchanged, means=unchanged, entitlements=unchanged)
        index, years = year - tiny.years[0], len(tiny.years)
        present = np.ones(years + 1, np.int64)
        engine.live_block(
            parts, people, present, programme.tables, programme.taxes.tables, programme.steps((entry.fresh(1),)),
            programme.assessments, (3, 0), (index, index + 1), *scratch, ledger,
        )  # fmt: skip
        same_money = Deflators(np.ones(years), np.ones(years))
        scorecard = Accounts(programme, ledger, same_money, range(year, year + 1)).tables()["scorecard"]
        assert set(scorecard["measure"]) == {entry.name}
        return {line: cash for line, cash in zip(scorecard["line"], scorecard["cash"], strict=True) if cash}

    return find


@pytest.mark.parametrize(
    ("age", "public", "expected", "exchequer"),
    [
        (18, 0, {"corporation_tax": -1370.85}, 164.50),
        (18, 1, {"public_pay": -5483.40}, -3948.05),
        (30, 0, {"corporation_tax": -2605.34, "employer_contributions": 1359.31}, 1291.34),
        (
            30,
            1,
            {"public_pay": -9062.04, "public_contributions": -1359.31, "employer_contributions": 1359.31},
            -6524.67,
        ),
    ],
)
def test_the_hand_calculations_through_the_whole_engine(scorecard_of, age, public, expected, exchequer):
    """20 and 8 % of £5,483.40 at 18 (£8.00 to £10.85), of £9,062.04 at 30 (to £12.71), in 2026-27."""
    of_pay = {18: {"income_tax": 1096.68, "employee_contributions": 438.67},
              30: {"income_tax": 1812.41, "employee_contributions": 724.96}}[age]  # fmt: skip
    found = scorecard_of(2026, PLAIN, apprentice(2026, age, 8.00, public))
    assert found == pytest.approx(expected | of_pay, abs=1e-6)
    assert sum(found.values()) == pytest.approx(exchequer, abs=1e-6)


def test_universal_credit_falls_by_the_taper(scorecard_of):
    """55 % of pay less income tax and contributions: 0.55 x (9,062.04 - 2,537.37) = 3,588.57, less is spent."""
    rented = apprentice(2026, 30, 8.00, 0, CLAIMS)
    found = scorecard_of(2026, PLAIN, rented, eligible_rent=12_000, rent=12_000)
    assert found["universal_credit"] == pytest.approx(3588.57, abs=0.011)
    assert sum(found.values()) == pytest.approx(1291.34 + 3588.57, abs=0.011)


def test_taxes_start_from_simulated_pay(scorecard_of):
    """Simulated at £6.00 an hour but due £8.00: the rise is that from £8.00, the tax that on 11,544 to 17,027.40."""
    found = scorecard_of(2026, PLAIN, apprentice(2026, 18, 6.00, 0))
    expected = {"corporation_tax": -1370.85, "income_tax": 891.48, "employee_contributions": 356.59}
    assert found == pytest.approx(expected, abs=1e-6)


def test_who_does_not_start_is_on_both_sides_public(scorecard_of):
    """£9.00 x 1,924 = £17,316 is not paid, and 28 % of what of it is above £12,570 is no receipt: £1,328.88."""
    found = scorecard_of(2027, NOBODY_STARTS, apprentice(2027, 18, 9.00, 1))
    assert found == pytest.approx(
        {"public_cost_saved": 17_316.00, "income_tax": -949.20, "employee_contributions": -379.68}, abs=1e-6
    )


def test_who_does_not_start_is_on_both_sides_private(scorecard_of):
    """Pay of £17,316 and 15 % above £5,000, £1,847.40, are not paid; half of it is profit, taxed at 25 %."""
    found = scorecard_of(2027, NOBODY_STARTS, apprentice(2027, 30, 9.00, 0))
    expected = {
        "corporation_tax_kept": 0.25 * 0.5 * 19_163.40, "income_tax": -949.20, "employee_contributions": -379.68,
        "employer_contributions": -1847.40,
    }  # fmt: skip
    assert found == pytest.approx(expected, abs=0.0051)


# -- households whose pay changes are assessed apart


@pytest.fixture(scope="module")
def some(england):
    return Sample(england, 1 / 20_000, seed=9, last_year=2028)


def assess_everybody(driver, _people, age_sex, prepared, assessments, clock, arms, _ledger, _watches):
    """As `_assess_arms`, everybody in every arm."""
    people, means, room = prepared.block
    driver.means(people, age_sex, prepared.tables, means, clock.year_index, clock.rows)
    for place, (arm, rules) in enumerate(assessments):
        pay_change = arms.effects[arm].pay_change
        driver.entitlements(people, age_sex, prepared.means[rules], means, clock.year_index, clock.rows)
        driver.taxes(people, age_sex, means, prepared.taxes[rules], pay_change, room, clock)
        driver.sums(people, age_sex, room, np.array([place]), clock, prepared.ledger)


def test_households_apart_come_to_what_everybody_does(programme_of, some):
    """Pay that changes by chance, up and down, of one in six: the sums are the same to the penny."""
    programme = taxed(programme_of(some, PLAIN, kind=KIND))
    block, driver = some.make(0), programme.driver()
    people, rows = block.people, len(block.people.id)
    scratch, arms = programme.scratch(rows)
    states = tuple(entry.fresh(rows) for entry in programme.measures)
    programme.live(driver, block, states, (0, 2), (scratch, arms), programme.ledger())
    count = int(block.present[2])
    clock = Clock(some.years[1], 1, count, some.seed, 0)
    draw = np.random.default_rng(6)
    change = np.where(draw.random(count) < 1 / 6, people.pay[:count] * draw.uniform(-1, 1, count), 0)
    arms.effects[0].pay_change[:count], arms.effects[1].pay_change[:count] = 0, change.astype(np.float32)
    age_sex, apart = scratch.groups.age_sex, arms.apart
    changed = change.astype(np.float32) != 0
    for column in apart.people:  # what of them is read must be set first
        column[:] = 1
    rows_apart = apart.set(driver, boxed(people), age_sex, changed)
    homes = np.isin(people.household[:count], people.household[:count][changed])
    assert (rows_apart == np.flatnonzero(homes & (people.resident[:count] == 1))).all()
    shared = np.bincount(people.household[rows_apart]) > 1
    assert 100 < len(rows_apart) < (people.resident[:count] == 1).sum() and shared.any()
    found, expected = programme.ledger(), programme.ledger()
    for assess, ledger in ((engine._assess_arms, found), (assess_everybody, expected)):
        prepared = engine.Prepared.of(people, programme.tables, programme.taxes.tables, arms, ledger)
        assess(driver, people, age_sex, prepared, programme.assessments, clock, arms, ledger, ())
    assert (found.taxes == expected.taxes).all() and (found.incomes == expected.incomes).all()
    baseline, reform = expected.taxes[:, :, 1].sum(axis=-1)
    moved = (reform != baseline)[[INCOME_TAX, EMPLOYER_CONTRIBUTIONS, UNIVERSAL_CREDIT]]
    assert moved.all() and (expected.incomes[1] != expected.incomes[0]).any()


def test_a_run_with_households_apart_is_one_of_everybody(programme_of, some, monkeypatch):
    """With apprentices' own changes of pay, year after year."""
    programme = taxed(programme_of(some, {"start": "2026-27", "non_compliance": LAWFUL}, kind=KIND))
    apart = run_blocks(programme)
    monkeypatch.setattr(engine, "_assess_arms", assess_everybody)
    everybody = run_blocks(programme)
    for one, other in zip(apart, everybody, strict=True):
        assert (one == other).all()
    baseline, reform = apart.taxes[:, INCOME_TAX].sum(axis=-1)
    assert (reform > baseline)[1:].all()
