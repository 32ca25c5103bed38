"""The grant's rules by hand, what its figures add up to, and the faults it finds in a block."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from common import GRANT, plain_grant
from lives import live, measured
from pydantic import ValidationError

from microsim.engine.run import ArmMeasure, Programme
from microsim.measures import find_measure
from microsim.measures.barnett import share_of_countries
from microsim.measures.contract import Setting, Surroundings
from microsim.measures.lifelong_training_grant import costs, prices, rules, take_up, transition
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.people import People

CASES = Path(__file__).parents[1] / "cases" / GRANT
YEARS = range(2025, 2046)
MATURE = slice(10, 20)  # 2035-36 to 2044-45: awareness has been full for five years
LABOUR_FORCE_SHARE = 0.039


@pytest.fixture(scope="module")
def measure():
    return find_measure(GRANT)


@pytest.fixture(scope="module")
def run(england):
    return Setting(YEARS, england.area_codes, load_parameters(), 1, england)


def test_who_would_have_borrowed_loses_the_subsidy_of_the_loan(measure):
    """£2,390 of grant in place of a loan of which 45 % would not have been repaid: 2,390 - 1,075.50 = 1,314.50."""
    case = yaml.safe_load((CASES / "loan_displaced.yaml").read_text())
    amounts = case["expected"]["2030-31"]
    (gain,) = (one for one in measure.gains if one.kind == "in_kind")
    gained = sum(amounts.get(name, 0) for name in gain.more) - sum(amounts.get(name, 0) for name in gain.less)
    assert gained == 1314.50


# -- scalar rules ------------------------------------------------------------------------------------------------------


def test_rules_of_one_account():
    """In pence: what the grant covers, what leaves the account, what is left, and what is paid later."""
    covered, drawn = rules.covered_by_grant.py_func, rules.drawn_from_account.py_func
    assert covered(148_000.0, 0.0, 400_000) == 148_000
    assert covered(148_000.0, 0.25, 400_000) == 111_000
    assert covered(500_000.0, 0.0, 400_000) == 400_000
    assert rules.most_covered.py_func(400_000, 2.0) == 800_000
    assert drawn(500_000, 2.0, 400_000) == 250_000
    assert drawn(799_999, 2.0, 400_000) == 400_000
    for multiplier in (1.0, 1.1, 1.25, 2.0, 2.9):  # an account that pays all it can is empty
        for available in range(1, 400):
            assert drawn(rules.most_covered.py_func(available, multiplier), multiplier, available) == available
    left = rules.left_after.py_func
    assert left(np.int32(500), np.int32(300), np.int32(0), np.int32(1)) == 500
    assert left(np.int32(500), np.int32(300), np.int32(1), np.int32(1)) == 300
    assert left(np.int32(500), np.int32(0), np.int32(1), np.int32(1)) == 500
    assert left(np.int32(500), np.int32(300), np.int32(0), np.int32(0)) == 0
    assert rules.paid_later.py_func(101, 0.5) == 50
    assert rules.part_of.py_func(np.int32(100), np.float32(0.455)) == 46


def test_chance_is_the_switcher_s_or_else_the_induced_learner_s():
    """0.15 + 0.85 x 0.02 x 1.5 = 0.1755; a chance is never above 1."""
    chance = rules.chance_of_use.py_func
    assert chance(np.float32(0.15), np.float32(0.02), np.float32(1.5)) == pytest.approx(0.1755)
    assert chance(np.float32(0.15), np.float32(0.9), np.float32(1.5)) == 1.0


def test_the_level_of_induced_use_is_what_switchers_leave(measure):
    """0.039 less 0.093 x 0.3 x 0.5, 0.0014 x 1 x 0.8 and 0.395 x 0.15 x 0.08 is 0.0192, over the mean of the ratios."""
    params = measure.params()
    left = 0.039 - (0.093 * 0.3 * 0.5 + 0.0014 * 1 * 0.8 + 0.395 * 0.15 * 0.08)
    assert left == pytest.approx(0.01919)
    assert take_up.induced_level(params, 2035) == pytest.approx(left / params.take_up.mean_relative.at(2035))
    alone = measure.params.from_plain({"take_up": {"level": "induced", "mean_relative": 1}})
    assert take_up.induced_level(alone, 2035) == pytest.approx(0.039)


def test_switchers_make_room_for_a_level_below_their_own(measure, run):
    """Switchers alone are 1.98 % of the labour force: for 1.7 % each has 0.858 of the chance, and nobody is induced."""
    low = measure.params.from_plain({"annual_use": {"labour_force": 0.017}})
    found = 0.093 * 0.3 * 0.5 + 0.0014 * 1 * 0.8 + 0.395 * 0.15 * 0.08
    assert take_up.switchers(low.take_up, 2035) == pytest.approx(found)
    assert take_up.induced_level(low, 2035) == 0.0
    chances = {name: take_up.use_tables(params, [2035], run.parameters).switch[0]
               for name, params in (("low", low), ("usual", measure.params()))}  # fmt: skip
    assert chances["low"] == pytest.approx(chances["usual"] * 0.017 / found)
    assert chances["usual"].max() == pytest.approx(0.8)
    nobody = measure.params.from_plain({"annual_use": {"labour_force": 0}})
    assert take_up.switching_scale(nobody, 2035) == 0.0
    on_top = measure.params.from_plain({"annual_use": {"labour_force": 0.01}, "take_up": {"level": "induced"}})
    assert take_up.switching_scale(on_top, 2035) == 1.0


def test_awareness_rises_in_equal_steps(measure):
    """0.4 at launch, full after four years; 0.8 in the year of a tranche, full two years later."""
    ramps = measure.params().take_up.awareness
    assert take_up.awareness(ramps, 2030, 0)[:3] == pytest.approx([0.32, 0.36, 0.4])
    assert take_up.awareness(ramps, 2032, 2)[2] == pytest.approx(0.7)
    assert take_up.awareness(ramps, 2034, 4)[0] == pytest.approx(0.8)
    assert take_up.awareness(ramps, 2040, 10)[15] == 1.0


def test_prices_are_the_mixture_grown_and_marked_up(measure, run):
    """75 % short courses of £1,480 in 2024-25, 20 % qualifications of £2,390 in 2021-22, 5 % modules of £2,384 in
    2025-26, each grown with the CPI; the grant pays 1 / (1 - 0.2) times the first two, modules are capped."""
    params = measure.params()
    tables = prices.price_tables(params, run.parameters, YEARS)
    at = YEARS.index(2035)
    grown = [run.parameters.index("cpi_growth", [2035], base)[0] for base in (2024, 2021, 2025)]
    means = np.array([1480, 2390, 2384]) * grown
    counts = np.array(prices.slots(params, 2035))
    assert counts.sum() == prices.PRICES
    assert counts / prices.PRICES == pytest.approx([0.75, 0.2, 0.05], abs=2e-4)
    assert tables.price[at].mean() / 100 == pytest.approx((counts * means).sum() / prices.PRICES, rel=1e-5)
    paid = (counts * means * [1.25, 1.25, 1.0]).sum() / prices.PRICES
    assert (tables.price[at] * tables.markup[at]).mean() / 100 == pytest.approx(paid, rel=1e-5)
    short = np.sort(tables.price[at][: counts[0]])
    assert np.median(short) / short.mean() == pytest.approx(0.7, rel=2e-3)  # £1,400 over £2,000
    assert (tables.price[YEARS.index(2029)] == 0).all()


def test_barnett_by_hand(measure):
    """(5,546,900 + 1.05 x 3,186,600 + 1.24 x 1,927,900) / 58,620,100 = 19.2 % of comparable spending."""
    by_hand = (5_546_900 + 1.05 * 3_186_600 + 1.24 * 1_927_900) / 58_620_100
    assert by_hand == pytest.approx(0.1925, abs=5e-5)
    assert share_of_countries(measure.params().barnett, 2030) == pytest.approx(by_hand)


def totals_of(measure, amount=0):
    return {line.name: np.full(len(YEARS), amount, np.int64) for line in measure.lines}


def test_national_money_by_hand(measure, run):
    """£1,000m of courses: 3 % of error and fraud is £30m; consequentials are of all the department's spending."""
    totals = totals_of(measure) | {
        "grant_spending": np.full(len(YEARS), 90_000_000_000), "doubling_spending": np.full(len(YEARS), 10_000_000_000),
    }  # fmt: skip
    params = measure.params.from_plain({"start": "2025-26", "barnett": {"include": True}})
    found = measure.national(params, run, totals)
    assert found["error_and_fraud"].tolist() == [3_000_000_000] * len(YEARS)
    assert found["administration"][0] == 2_000_000_000
    assert found["barnett"][0] == pytest.approx(105_000_000_000 * share_of_countries(params.barnett, 2025), abs=1)
    without = measure.national(measure.params.from_plain({"start": "2025-26"}), run, totals)
    assert not without["barnett"].any()
    assert (without["barnett_consequentials"] == found["barnett"]).all()
    assert (found["barnett_consequentials"] == found["barnett"]).all()
    cut = {"start": "2025-26", "displacement": {"adult_skills_fund": {"cut_share": 0.1}}}
    saved = measure.national(measure.params.from_plain(cut), run, totals)["adult_skills_fund_saved"]
    assert saved[0] == 14_000_000_000  # a tenth of £1.4bn, in the prices of 2025-26


def test_corporation_tax_by_hand(measure, run):
    """0.65 of private employers' fees come off taxed profits, 15 % of them at 19 % and the others at 25 %."""
    rate = costs.corporation_tax_rate(measure.params(), run)
    assert rate[YEARS.index(2035)] == pytest.approx(0.65 * (0.15 * 0.19 + 0.85 * 0.25))
    assert rate[YEARS.index(2029)] == 0


def test_a_part_of_a_top_up_leaves_the_other_part_as_it_is(measure, run):
    """A block that gives a rate alone keeps that payer's default amount, and the other way round."""
    for who, pounds in (("individual", 530), ("employer", 500), ("local_authority", 500)):
        params = measure.params.from_plain({"top_ups": {who: {"rate": 0.01}}})
        payer = getattr(params.top_ups, who)
        assert payer.rate.at(2030) == 0.01
        assert payer.amount == getattr(measure.params().top_ups, who).amount
        assert payer.amount.at(2030) == pounds
        assert measure.prepare(params, run, 16).top_ups == 1
        amount = measure.params.from_plain({"top_ups": {who: {"amount": 10}}})
        assert getattr(amount.top_ups, who).rate == getattr(measure.params().top_ups, who).rate


# -- areas -------------------------------------------------------------------------------------------------------------


def test_default_areas_hold_some_five_per_cent_of_adults(measure, england, run):
    """The list is a judgement; its size is what it was chosen for."""
    inside = transition.transition_table(measure.params(), run)[YEARS.index(2030)].astype(bool)
    assert inside.sum() == 13
    adults = england.joint[:, 9:49].sum(axis=(1, 2, 3, 4))  # aged 25 to 64
    assert 0.045 < adults[inside].sum() / adults.sum() < 0.055


def test_people_move_to_the_nearest_area(measure, run):
    """From Darlington to Stockton-on-Tees, from nowhere when too far, and never out of an area."""
    params = measure.params.from_plain({"transition_areas": {"areas": {"2030-31": ["E06000004", "E07000091"]}}})
    nearest = transition.nearest_areas(params, run)[YEARS.index(2030)]
    codes = list(run.area_codes)
    assert codes[nearest[codes.index("E06000005")] - 1] == "E06000004"
    assert nearest[codes.index("E08000025")] == 0
    assert nearest[codes.index("E06000004")] == 0


# -- the whole, on recorded lives --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def totals(england, measure):
    """Weighted totals by line and year, for rules: `totals(block)`; a small sample of England."""
    sample = Sample(england, 1 / 2500, seed=2, last_year=2045)
    base = Programme(sample, programme_tables(england, sample), ())
    driver = base.driver()
    recorded = []
    for number in range(len(sample.blocks)):
        years = {}
        for year in live(base, sample.make(number), driver):
            years[year.year] = (People(*(column[: year.present].copy() for column in year.people)), year.present)
        recorded.append(years)
    setting = Setting(sample.years, england.area_codes, load_parameters(), 0, england)

    def lived(block):
        params = measure.params.from_plain(json.loads(json.dumps(block)))
        state = measure.prepare(params, setting, measure.random_group())
        entry = ArmMeasure("reform", "it", measure, params, setting, state)
        programme = Programme(sample, base.tables, (entry,))
        found = {line.name: np.zeros(len(sample.years)) for line in measure.lines}
        for years in recorded:
            everybody = People.empty(max(present for _, present in years.values()))

            def people_of_year(year, years=years, everybody=everybody):
                people, present = years[year]
                for column, values in zip(everybody, people, strict=True):
                    column[:present] = values
                return everybody, present

            lines = measured(programme, people_of_year).astype(np.float64)
            for place, line in enumerate(measure.lines):
                units = 1000 * (100 if line.unit == "pence" else 1)
                found[line.name] += (lines[:, place] * everybody.weight).sum(axis=1) / units
        return found

    return lived


def programme_tables(england, sample):
    from microsim.dynamics.tables import dynamics_tables

    return dynamics_tables(england, load_parameters(), sample.flows, sample.years)


@pytest.fixture(scope="module")
def defaults(totals):
    return totals({"start": "2030-31"})


def spent(found):
    return found["grant_spending"] + found["doubling_spending"]


def test_users_at_maturity_match_the_french_account(defaults):
    """3.9 % of the labour force a year; some 4,000 uses here, so a standard error of 1.6 %; three are allowed."""
    rate = defaults["users"][MATURE].sum() / defaults["labour_force"][MATURE].sum()
    assert rate == pytest.approx(LABOUR_FORCE_SHARE, rel=0.05)
    rates = defaults["users"] / np.maximum(defaults["labour_force"], 1)
    assert rates[4] == 0
    assert 0.3 < rates[5] / LABOUR_FORCE_SHARE < 0.5  # awareness of 0.4, and of 0.8 after the tranche
    assert (rates[MATURE] < 0.053).all()
    assert (rates[MATURE] > 0.017).all()
    booked = defaults["users"][MATURE].sum() / defaults["bookings"][MATURE].sum()
    assert booked == pytest.approx(0.76, abs=0.015)


def test_the_low_end_of_use_is_reached(totals):
    """1.7 % of the labour force, though switchers alone would be more: some 1,700 uses, a standard error of 2.4 %."""
    low = totals({"start": "2030-31", "annual_use": {"labour_force": 0.017}})
    assert low["users"][MATURE].sum() / low["labour_force"][MATURE].sum() == pytest.approx(0.017, rel=0.1)
    assert not low["induced_spending"].any()


def test_learners_of_the_labour_force_are_as_recorded(defaults, measure):
    """The shares of those who would learn anyway, which the level of induced use is net of, are this population's: the
    switchers that come of them are near it. Less: newcomers without an account, empty accounts and courses under
    way; more: learners outside the labour force."""
    params, users = measure.params(), defaults["users"][MATURE].sum()
    for name in take_up.SWITCHING[::2]:
        group = getattr(params.take_up.switching, name)
        chance = take_up.switching_chance(params.take_up, name, 2035)
        expected = group.of_labour_force.at(2035) * chance * defaults["labour_force"][MATURE].sum()
        assert 0.75 < defaults[f"users_{name}"][MATURE].sum() / expected < 1.1
    switchers = sum(defaults[f"users_{name}"][MATURE].sum() for name in take_up.SWITCHING)
    assert 0.4 < switchers / users < 0.6


def test_spending_is_about_users_times_price(defaults, measure, run):
    """Users x mean price with the rise in prices, x the response to the balance at the mean balance, less what learners
    pay beyond it."""
    tables = prices.price_tables(measure.params(), run.parameters, YEARS)
    price = (tables.price[MATURE] * tables.markup[MATURE]).mean(axis=1) / 100
    balance = (defaults["balance"] / np.maximum(defaults["holders"], 1))[MATURE]
    index = run.parameters.index("cpi_growth", YEARS, 2030)[MATURE]
    response = (balance / (3500 * index)) ** 0.3
    by_hand = (defaults["users"][MATURE] * price * response).sum() - defaults["copayment"][MATURE].sum()
    assert spent(defaults)[MATURE].sum() == pytest.approx(by_hand, rel=0.1)


def test_deadweight_is_between_the_published_shares(defaults):
    """17 % of Scottish users and some two fifths of England's in 2000-01 would have trained anyway; half of users here,
    whose spending is less than half, as induced learners have prices that rise with the balance."""
    share = defaults["deadweight_spending"][MATURE].sum() / spent(defaults)[MATURE].sum()
    assert 0.17 < share < 0.5
    everything = defaults["switcher_spending"][MATURE].sum() / spent(defaults)[MATURE].sum()
    assert share * 1.15 < everything < share * 1.35  # 1 / (1 - 0.2) on courses that are not of higher education


def test_tax_on_displaced_fees_is_on_those_of_private_employers(defaults):
    """0.65 x 24.1 % = 15.7 % of private employers' fees; some three quarters of them are private employers'."""
    share = defaults["corporation_tax"][MATURE].sum() / defaults["employer_fees_displaced"][MATURE].sum()
    assert 0.5 < share / (0.65 * 0.241) < 0.9


def test_the_cost_of_doubling_is_the_difference_of_two_runs(totals, defaults):
    """With and without areas: without, the grant costs what the line `grant_spending` says with them, to the penny."""
    without = totals({"start": "2030-31", "transition_areas": {"areas": {}}})
    assert np.abs(defaults["grant_spending"] - without["grant_spending"]).max() < 0.01
    assert not without["doubling_spending"].any()
    difference = spent(defaults) - spent(without)
    assert np.abs(difference - defaults["doubling_spending"]).max() < 0.01
    # 5 % of adults, whose twice as large accounts are used 2 ** 0.3 times as often for courses 2 ** 0.3 times as dear
    by_hand = 0.05 * (2 ** (0.3 + 0.3) - 1)
    share = defaults["doubling_spending"][MATURE].sum() / without["grant_spending"][MATURE].sum()
    assert by_hand == pytest.approx(0.0258, abs=1e-4)
    assert 0.5 * by_hand < share < 1.6 * by_hand


def test_without_a_response_doubling_hardly_changes_cash(totals, defaults):
    still = totals({"start": "2030-31", "balance_response": {"use": 0, "spending": 0}})
    share = [
        found["doubling_spending"][MATURE].sum() / found["grant_spending"][MATURE].sum() for found in (still, defaults)
    ]
    assert 0 < share[0] < 0.6 * share[1]


def test_static_and_behavioural_steps_add_up(defaults, measure, england):
    """The steps sum to spending, and with the costs after them to the scorecard's total."""
    years = range(2025, 2046)
    run = Setting(years, england.area_codes, load_parameters(), 0, england)
    pence = {name: np.rint(values * 100).astype(np.int64) for name, values in defaults.items()}
    for name, amount in measure.national(measure.params(), run, pence).items():
        pence[name] = pence[name] + amount
    table = measure.tables(measure.params(), run, pence)["static_and_behavioural"]
    by_step = table[table["financial_year"] == "2036-37"].set_index("step")["cost"]
    assert by_step.index[0].startswith("static")
    steps = by_step.iloc[:4].sum()
    assert steps == pytest.approx(by_step["spending on courses"])
    scorecard = -sum(line.sign * pence[line.name][11] for line in measure.lines) / 100
    assert by_step.iloc[-1] == pytest.approx(scorecard)
    assert by_step.iloc[-1] > by_step.iloc[0] > 0


def test_fewer_are_served_under_a_cap(totals, defaults, measure, run):
    """Half of would-be users: about half the users in five years; the others keep their money and try again."""
    half = totals({"start": "2030-31", "budget": {"cap": 500, "served_share": 0.5}})
    assert half["users"][5:10].sum() == pytest.approx(0.5 * defaults["users"][5:10].sum(), rel=0.1)
    params = measure.params.from_plain({"budget": {"cap": 500, "served_share": 0.5}})
    totals_pence = {name: np.rint(values * 100).astype(np.int64) for name, values in half.items()}
    budget = costs.budget_table(params, run, totals_pence).set_index("financial_year")
    at = YEARS.index(2036)
    assert budget.loc["2036-37", "over_the_cap"] == pytest.approx(spent(half)[at] - 500e6, rel=1e-6)
    assert budget.loc["2029-30", "over_the_cap"] == 0


def test_launch_rules_shown_beside(measure):
    others = measure.alternatives(measure.params())
    assert {params.launch.rule for params in others.values()} == {"flow_only", "cumulative", "phased"}
    assert all(params.tranches == measure.params().tranches for params in others.values())


# -- bad values --------------------------------------------------------------------------------------------------------

BAD = {
    "a share above 1": ({"take_up": {"switching": {"self_paid": {"eligible": 1.2}}}}, "too large"),
    "no course is ever taken up": ({"take_up": {"claimed_of_booked": 0}}, "too small"),
    "shares of courses above 1": (
        {"courses": {"qualification": {"share": 0.7}, "higher_education": {"share": 0.4}}}, "shares of courses above 1",
    ),
    "payment that is not whole": ({"courses": {"qualification": {"payment": [0.5, 0.4]}}}, "not the shares of a price"),
    "payment over five years": ({"courses": {"higher_education": {"payment": [0.2] * 5}}}, "not the shares of a price"),
    "pay bands out of order": (
        {"take_up": {"by_pay": [{"at_least": 2000, "ratio": 1}, {"at_least": 1000, "ratio": 1}]}}, "pay out of order",
    ),
    "all of the subsidy in prices": ({"incidence": {"pass_through": 1}}, "too large"),
    "a reference of nothing": ({"balance_response": {"reference": 0}}, "too small"),
    "an unknown choice": ({"transition_areas": {"doubling_follows": "birthplace"}}, "residence_at_tranche"),
    "nobody in England": ({"barnett": {"population": {"england": 0}}}, "too small"),
    "an unknown key": ({"take_up": {"awarenes": {}}}, "awarenes"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_values_are_refused(measure, name):
    block, words = BAD[name]
    with pytest.raises(ValidationError, match=words):
        measure.params.from_plain(block)


def test_prices_that_do_not_fit_are_refused(measure, run):
    from microsim.errors import InputError

    dear = plain_grant(price={"distribution": "single", "mean": 900_000}, incidence={"pass_through": 0.9})
    params = measure.params.from_plain(json.loads(json.dumps(dear | {"balance_response": {"spending": 1}})))
    with pytest.raises(InputError, match="prices of the training grant grow too large"):
        measure.prepare(params, run, 16)


def test_top_ups_that_do_not_fit_are_refused(measure, run):
    """The most an account holds is £21.47m: three payers' £1m in eight years do not fit, £0.1m each in 16 years do."""
    from microsim.errors import InputError

    def block(pounds, rate):
        payers = ("individual", "employer", "local_authority")
        return {"indexation": "none", "top_ups": {who: {"rate": rate, "amount": pounds} for who in payers}}

    around = Surroundings(run.area_codes, run.area_codes, 2025)
    (fault,) = measure.check(measure.params.from_plain(block(1_000_000, 1)), around)
    assert (fault.path, fault.found) == (("top_ups",), "£129,000,000")  # three payers, from 24 to 66 on 1 April
    assert not measure.check(measure.params.from_plain(block(1_000_000, 0)), around)
    assert not measure.check(measure.params.from_plain(block(100_000, 1)), around)
    with pytest.raises(InputError, match="top-ups of all years in which an account is open"):
        measure.prepare(measure.params.from_plain(block(1_000_000, 1)), run, 16)
    assert measure.prepare(measure.params.from_plain(block(100_000, 1)), run, 16).top_ups == 1
    assert measure.prepare(measure.params.from_plain(block(1_000_000, 0)), run, 16).top_ups == 0
    late = block(1_000_000, 1) | {"tranches": [{"age": 63, "amount": 1000}], "upper_age": 63}
    late["top_ups"] = {"individual": {"rate": 1, "amount": 1_000_000}}  # two years open: some £2.3m in one account
    assert measure.prepare(measure.params.from_plain(late), run, 16).top_ups == 1
