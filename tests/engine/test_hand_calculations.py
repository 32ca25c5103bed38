"""Costs that can be worked out by hand, and the people they are worked out from beside the official projection."""

import numpy as np
import pytest
import yaml
from common import GRANT, ROOT, plain_grant

from microsim import api
from microsim.population.flows import cohort_on_first_april
from microsim.years import format_financial_year

POLICY = {25: 4000, 40: 3000, 55: 3000}
EVERYBODY = {"employee": 1, "self_employed": 1, "unemployed": 1, "inactive": 1, "retired": 1}


def grant(**changes):
    """A scenario's measures: the grant in its simplest form from 2026-27, with changes."""
    return yaml.safe_dump({"measures": {"grant": {"kind": GRANT} | plain_grant(start="2026-27", **changes)}})


def use(chance, part_year):
    """The same chance of use for all."""
    return {"labour_force": chance, "by_work_status": EVERYBODY, "by_age": {"16": 1}, "part_year": part_year}


# No luck, no frictions: everybody with money uses all of it at once, and nothing is indexed.
ALL_AT_ONCE = grant(annual_use=use(1, False), price={"distribution": "single", "mean": 50000, "indexation": "none"})
# The official mid-2023 estimates of people aged 25, 40 and 55 in England (Office for National Statistics).
MID_2023 = {25: 740_801, 40: 761_526, 55: 774_855}


def scenario(text, tmp_path, sample, years="2026-27"):
    path = tmp_path / "hand.yaml"
    population = ROOT / "populations" / "england.yaml"
    path.write_text(f"name: Hand\npopulation: {population}\nyears: {years}\nsample: {sample}\nseed: 5\n{text}")
    return api.load_scenario(path)


def residents(run, year, *ages):
    """Residents on 1 April by single age."""
    table = run.tables["population"]
    table = table[(table["breakdown"] == "age") & (table["financial_year"] == year)]
    people = table.set_index("group")["people"]
    return sum(people[str(age)] for age in ages)


def line(run, name, year):
    table = run.tables["lines"]
    return table[(table["line"] == name) & (table["financial_year"] == year)]["amount"].item()


@pytest.fixture(scope="module")
def all_at_once(tmp_path_factory):
    return api.run(scenario(ALL_AT_ONCE, tmp_path_factory.mktemp("hand"), 0.01, "2025-26 to 2030-31"))


def test_the_published_ages_give_the_quoted_sums():
    """740,801 x 4,000 + 761,526 x 3,000 + 774,855 x 3,000 = £7.572 billion from 2,277,182 birthdays."""
    assert sum(MID_2023[age] * amount for age, amount in POLICY.items()) == 7_572_347_000
    assert sum(MID_2023.values()) == 2_277_182
    first_year = 2_277_182 / 2 * 0.039 * 1480
    assert first_year == pytest.approx(65.7e6, rel=1e-3)


def test_everybody_using_everything_costs_birthdays_times_amounts_exactly(all_at_once):
    """People aged 24, 39 and 54 on 1 April turn 25, 40 and 55 in the year. To the penny, every year."""
    for year in range(2026, 2031):
        name = format_financial_year(year)
        expected = sum(residents(all_at_once, name, age - 1) * amount for age, amount in POLICY.items())
        assert expected > 5e9
        assert line(all_at_once, "grant_spending", name) == expected
        assert line(all_at_once, "entitlement", name) == expected
        assert line(all_at_once, "users", name) == residents(all_at_once, name, *(age - 1 for age in POLICY))
        assert line(all_at_once, "balance", name) == line(all_at_once, "expired", name) == 0
        # the ages a year off would give another figure: the sum is not right by chance
        for shift in (-1, 1):
            off = sum(residents(all_at_once, name, age - 1 + shift) * amount for age, amount in POLICY.items())
            assert abs(off - expected) > 1e6
    assert line(all_at_once, "grant_spending", "2025-26") == 0


def test_the_simulated_cost_is_near_that_of_the_mid_2023_ages(all_at_once):
    """£7.57bn from the ages of mid-2023; cohorts differ from year to year by a few per cent."""
    for year in ("2026-27", "2028-29"):
        assert line(all_at_once, "grant_spending", year) == pytest.approx(7.572e9, rel=0.05)


def test_birthdays_are_those_of_the_projection(all_at_once, england):
    """Within 1 %: a 1-in-100 sample of 20,000 birthdays a year, with random deaths and departures since mid-2024."""
    for year in range(2026, 2031):
        name = format_financial_year(year)
        projected = sum(cohort_on_first_april(england, year - age, year).sum() for age in POLICY)
        assert residents(all_at_once, name, *(age - 1 for age in POLICY)) == pytest.approx(projected, rel=0.01)


def test_an_age_error_of_one_year_would_be_seen(all_at_once, england):
    """Every single age from 17 to 84 against the projection; a year off moves the average age by some 2 %."""
    ages = np.arange(17, 85)
    simulated = np.array([residents(all_at_once, "2030-31", age) for age in ages])

    def distance(shift):
        """Average distance between the simulated and the projected number, over the number."""
        projected = [cohort_on_first_april(england, 2030 - age - 1 - shift, 2030).sum() for age in ages]
        return float(np.mean(np.abs(simulated - projected) / projected))

    assert distance(0) < 0.012
    assert min(distance(-1), distance(1)) > 1.5 * distance(0)


def test_the_sexes_are_those_of_the_projection(all_at_once, england):
    table = all_at_once.tables["population"].query("breakdown == 'sex' and financial_year == '2030-31'")
    share = table.set_index("group")["people"]
    projected = sum(cohort_on_first_april(england, 2030 - age - 1, 2030) for age in range(17, 85))
    assert share["female"] / share.sum() == pytest.approx(projected[0] / projected.sum(), abs=0.005)


def test_first_year_cash_is_half_a_year_of_use(tmp_path):
    """flow_only, one chance of 3.9 %, one price of £1,480, birthdays evenly over the year: birthdays x 1/2 x 0.039 x
    1,480, which is 65.7 million for 2,277,182 birthdays and under 1 % of what is paid in. A 1-in-50 sample has some 890
    users, so the standard error is 1/sqrt(890) = 3.4 %; three of them are allowed."""
    run = api.run(scenario(grant(indexation="cpi", annual_use=use(0.039, True)), tmp_path, 0.02))
    birthdays = residents(run, "2026-27", *(age - 1 for age in POLICY))
    expected = birthdays / 2 * 0.039 * 1480
    spending = line(run, "grant_spending", "2026-27")
    assert expected == pytest.approx(65.7e6, rel=0.05)
    assert spending == pytest.approx(expected, rel=0.10)
    assert spending == 1480 * line(run, "users", "2026-27")
    assert 0.005 < spending / line(run, "entitlement", "2026-27") < 0.01


def test_the_half_year_is_a_half(tmp_path):
    """With a chance of 1, half of those with a first tranche use it in the year of the birthday: 22,000 people in a
    1-in-100 sample, so a standard error of 0.7 %; three are allowed."""
    run = api.run(scenario(grant(indexation="cpi", annual_use=use(1, True)), tmp_path, 0.01))
    birthdays = residents(run, "2026-27", *(age - 1 for age in POLICY))
    assert line(run, "users", "2026-27") == pytest.approx(birthdays / 2, rel=0.02)


def test_entitlement_at_launch_is_people_by_band_times_amounts_exactly(tmp_path):
    """current_band: on 1 April, 25-39 x 4,000 + 40-54 x 3,000 + 55-66 x 3,000; and the birthdays of the first year."""
    text = grant(indexation="cpi", launch={"rule": "current_band"})
    run = api.run(scenario(text, tmp_path, 0.001, "2026-27 to 2027-28"))
    year = "2026-27"
    launch = (
        residents(run, year, *range(25, 40)) * 4000
        + residents(run, year, *range(40, 55)) * 3000
        + residents(run, year, *range(55, 67)) * 3000
    )
    birthdays = residents(run, year, 24) * 4000 + residents(run, year, 39) * 3000 + residents(run, year, 54) * 3000
    assert line(run, "entitlement", year) == launch + birthdays
    assert line(run, "holders", year) == residents(run, year, *range(24, 67))
    # what expires in the first year is what the 66-year-olds got, and nothing is spent
    assert line(run, "expired", year) == residents(run, year, 66) * 3000
    assert line(run, "balance", year) == launch + birthdays - residents(run, year, 66) * 3000
    assert line(run, "grant_spending", year) == 0


def test_administration_is_accounts_and_uses(tmp_path):
    """£20m + £0.50 x accounts with money + £30 x uses + £10 x bookings not taken up in the first year, exactly."""
    text = "measures: {grant: {kind: lifelong_training_grant, start: 2026-27}}\n"
    run = api.run(scenario(text, tmp_path, 0.001))
    users, lost = line(run, "users", "2026-27"), line(run, "bookings", "2026-27") - line(run, "users", "2026-27")
    expected = 20e6 + 0.5 * line(run, "holders", "2026-27") + 30 * users + 10 * lost
    assert lost > 0
    assert line(run, "administration", "2026-27") == expected
