"""Second-round effects: rises of pay by hand, one person through the whole engine, and a run with and without them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from courses import KIND, MEASURE, Params, install
from lives import taxed

from microsim import api
from microsim.accounts.rounding import Deflators
from microsim.accounts.tables import Accounts
from microsim.engine import driver as engine
from microsim.engine.run import BASELINE, REFORM, ArmMeasure
from microsim.engine.second_round import Arms, Returns, Rises, raise_pay, returns_of
from microsim.measures import find
from microsim.measures.contract import Clock, Effects, Setting
from microsim.parameters.load import load_parameters
from microsim.population.columns import EMPLOYEE, OWN, RETIRED, SELF_EMPLOYED
from microsim.population.people import People
from microsim.report.folder import table_digest
from microsim.report.screen.details import second_round_text
from microsim.report.screen.style import Style
from microsim.running.prepare import prepare
from microsim.scenario.second_round import SecondRound

NEVER_CLAIMS, CLAIMS = 2**32 - 1, 0
# Two pounds in five of the return are of completed training that is an effect: 5 % for £1,000 is 4 % for £2,000.
PLAIN = {
    "return_per_1000": 0.05,
    "price_year": "2026-27",
    "completion": 0.8,
    "selection": 0.5,
    "fade": 0.1,
    "largest": 1,
}


# -- the rise of pay, year by year


def limit_of(pounds, years):
    return np.full(years, pounds, np.float32)


def rises(training, *, before=None, delay=1, kept=1.0, largest=1.0, per_pound=1e-5, pay=30_000.0, limit=1e9):
    """The rise of one person after each year of `training` pounds, and the pay that the second round adds."""
    years = len(training)
    returns = Returns(
        np.full(years, per_pound, np.float32), np.float32(kept), np.float32(largest), limit_of(limit, years), delay
    )
    found = Rises.make(returns, Arms(0, 1, 2), 1)
    effects = tuple(Effects.make(1) for _ in range(3))
    people = People.empty(1)
    people.resident[0], people.pay[0] = 1, pay
    rise, added = [], []
    for index, pounds in enumerate(training):
        effects[1].training[0] = pounds
        effects[0].training[0] = before[index] if before else 0.0
        raise_pay(found, effects, people, Clock(2026 + index, index, 1, 1, 0))
        rise.append(float(found.rise[0]))
        added.append(float(effects[2].pay_change[0] - effects[1].pay_change[0]))
    return pytest.approx(rise, abs=1e-7), pytest.approx(added, abs=0.01)


@pytest.mark.parametrize(
    ("how", "rise"),
    [
        ({}, [0, 0.02, 0.02, 0.02, 0.02]),
        ({"kept": 0.5}, [0, 0.02, 0.01, 0.005, 0.0025]),
        ({"delay": 3}, [0, 0, 0, 0.02, 0.02]),
        ({"largest": 0.015}, [0, 0.015, 0.015, 0.015, 0.015]),
        ({"before": [2000, 0, 0, 0, 0]}, [0, 0, 0, 0, 0]),
        ({"before": [3000, 0, 0, 0, 0]}, [0, -0.01, -0.01, -0.01, -0.01]),
    ],
)
def test_a_rise_comes_later_fades_and_is_limited(how, rise):
    found, added = rises([2000, 0, 0, 0, 0], **how)
    assert rise == found
    assert [30_000 * share for share in rise] == added


def test_the_training_of_many_years_adds_up():
    """2 % a year, of which 9 parts in 10 are kept: 0.02, 0.02 + 0.018, 0.02 + 0.0342."""
    found, _ = rises([2000] * 4, kept=0.9)
    assert found == [0, 0.02, 0.038, 0.0542]


def test_pay_above_the_limit_gains_what_pay_at_it_does():
    """2 % of £50,000, not of £80,000; below it 2 % of all pay."""
    for pay, expected in ((80_000.0, 1000.0), (50_000.0, 1000.0), (40_000.0, 800.0)):
        _, added = rises([2000, 0], pay=pay, limit=50_000.0)
        assert [0, expected] == added


def test_nobody_gains_without_work_or_after_leaving():
    _, added = rises([2000, 0], pay=0.0)
    assert added == [0, 0]
    found = Rises.make(
        Returns(np.full(2, 1e-5, np.float32), np.float32(1), np.float32(1), limit_of(1e9, 2), 1), Arms(0, 1, 2), 1
    )
    found.rise[0] = 0.02
    people = People.empty(1)
    people.pay[0] = 30_000.0  # of the last year here
    effects = tuple(Effects.make(1) for _ in range(3))
    raise_pay(found, effects, people, Clock(2026, 0, 1, 1, 0))
    assert effects[2].pay_change[0] == 0.0


def test_the_second_round_starts_from_the_pay_of_the_reform():
    """2 % of £30,000 and the £1,000 that the reform adds; nothing of pay that it takes away."""
    for change, expected in ((1000.0, 1000.0 + 620.0), (-30_000.0, -30_000.0), (-40_000.0, -40_000.0)):
        found = Rises.make(
            Returns(np.zeros(1, np.float32), np.float32(1), np.float32(1), limit_of(1e9, 1), 1), Arms(0, 1, 2), 1
        )
        found.rise[0] = 0.02
        people = People.empty(1)
        people.resident[0], people.pay[0] = 1, 30_000.0
        effects = tuple(Effects.make(1) for _ in range(3))
        effects[1].pay_change[0] = change
        raise_pay(found, effects, people, Clock(2026, 0, 1, 1, 0))
        assert effects[2].pay_change[0] == pytest.approx(expected, abs=0.01)


def test_pounds_are_deflated_and_shared():
    """£1,000 of 2024-25 buys what £1,000 x the deflator buys later: 0.05 x 0.8 x 0.5 / 1000 / the deflator."""
    parameters, years = load_parameters(), range(2024, 2031)
    found = returns_of(SecondRound.from_plain(PLAIN | {"price_year": "2024-25"}), parameters, years)
    deflator = np.cumprod([1.0] + [1.0 + parameters.value("gdp_deflator_growth", year) for year in years[1:]])
    assert found.per_pound == pytest.approx(0.05 * 0.8 * 0.5 / 1000 / deflator, rel=1e-6)
    assert (found.kept, found.largest, found.delay) == (np.float32(0.9), 1.0, 1)
    earnings = np.cumprod([1.0] + [1.0 + parameters.value("average_earnings_growth", year) for year in years[1:]])
    assert found.pay_limit == pytest.approx(50_000 * earnings, rel=1e-6)


# -- one person through the whole engine


def unchanged(*_):
    """In place of a part of the year that would change the script's person."""


def somebody(status=EMPLOYEE, pay=30_000.0, claims=NEVER_CLAIMS):
    """A person of 40 who lives alone and stands for one."""
    people = People.empty(1)
    people.id[0], people.weight[0], people.cohort[0] = 12345, 1000, 2026 - 41
    people.resident[0], people.work_status[0], people.living[0] = 1, status, OWN
    people.hours[0], people.pay[0], people.take_up_rank[0] = 37, pay, claims
    return people


@pytest.fixture(scope="module")
def second_round_of(programme_of, tiny, england):
    """The second round of one person given £2,000 of courses in 2026-27: {(line, year): pounds}, and the ratios."""

    def find_it(people, figures=PLAIN, **own):
        parameters, years = load_parameters(), tiny.years
        setting = Setting(years, england.area_codes, parameters, 0, england)
        params = Params(start=2026, last=2026)
        entry = ArmMeasure(REFORM, "courses", MEASURE, params, setting, MEASURE.prepare(params, setting, 0))
        returns = returns_of(SecondRound.from_plain(figures), parameters, years)
        programme = replace(taxed(programme_of(tiny)), measures=(entry,), returns=returns)
        scratch, ledger = programme.scratch(1), programme.ledger()
        for name, value in own.items():
            getattr(scratch[1].means, name)[0] = value
        parts = programme.driver()._replace(live=unchanged, means=unchanged, entitlements=unchanged)
        watch = programme.second_round_sums().watch(1)
        first = 2026 - years[0]
        for index in range(first, first + 3):
            scratch[0].groups.age_sex[0] = 2 * (40 + index - first)
            engine.live_block(
                parts, people, np.ones(len(years) + 1, np.int64), programme.tables, programme.taxes.tables,
                programme.steps((entry.fresh(1),)), programme.assessments, (3, 0), (index, index + 1), *scratch,
                ledger, (watch,),
            )  # fmt: skip
        same_money = Deflators(np.ones(len(years)), np.ones(len(years)))
        accounts = Accounts(programme, ledger, same_money, range(2026, 2029))
        tables = accounts.second_round(watch.totals)
        amounts = tables["second_round"].set_index(["line", "financial_year"])["cash"]
        ratios = tables["second_round_ratios"].set_index(["ratio", "financial_year"])["value"]
        return {key: cash for key, cash in amounts.items() if cash}, ratios, accounts

    return find_it


def test_an_employee_by_hand(second_round_of):
    """4 % of £30,000 is £1,200, then £1,080: income tax of 20 %, contributions of 8 and 15 %."""
    found, ratios, accounts = second_round_of(somebody())
    assert found == pytest.approx(
        {
            ("training", "2026-27"): 2000.00,
            ("pay", "2027-28"): 1200.00, ("pay", "2028-29"): 1080.00,
            ("net_income", "2027-28"): 864.00, ("net_income", "2028-29"): 777.60,
            ("income_tax", "2027-28"): 240.00, ("income_tax", "2028-29"): 216.00,
            ("employee_contributions", "2027-28"): 96.00, ("employee_contributions", "2028-29"): 86.40,
            ("employer_contributions", "2027-28"): 180.00, ("employer_contributions", "2028-29"): 162.00,
        },
        abs=0.011,
    )  # fmt: skip
    assert ratios["people", "2026-27"] == 0 and np.isnan(ratios["mean_rise", "2026-27"])
    assert ratios["people", "2027-28"] == 1
    assert ratios["mean_rise", "2027-28"] == pytest.approx(0.04, abs=1e-6)
    assert ratios["mean_gain", "2028-29"] == pytest.approx(1080.00, abs=0.011)
    assert ratios["exchequer_share", "2027-28"] == pytest.approx(0.43, abs=1e-4)
    # £516 a year after, then £464.40 more, for £2,000 of courses, which are also all that the measure costs
    assert ratios["exchequer_per_1000", "2026-27"] == 0
    assert ratios["exchequer_per_1000", "2027-28"] == pytest.approx(516 / 2, abs=0.02)
    assert ratios["exchequer_per_1000", "2028-29"] == pytest.approx((516 + 464.4) / 2, abs=0.02)
    assert ratios["share_of_costing", "2028-29"] == pytest.approx((516 + 464.4) / 2000, abs=2e-5)
    scorecard = accounts.tables()["scorecard"]  # has the price of the courses and nothing else
    assert {line: cash for line, cash in zip(scorecard["line"], scorecard["cash"], strict=True) if cash} == {
        "courses": -2000.00
    }


def test_people_are_counted_from_a_pound(second_round_of):
    """A rise of £1.10 is counted, the £0.99 that is left of it a year later is not; the pay gained has both."""
    found, ratios, _ = second_round_of(somebody(), PLAIN | {"return_per_1000": 0.05 * 1.1 / 1200})
    assert found["pay", "2027-28"] == pytest.approx(1.10, abs=0.011)
    assert found["pay", "2028-29"] == pytest.approx(0.99, abs=0.0051)
    assert (ratios["people", "2027-28"], ratios["people", "2028-29"]) == (1, 0)
    assert ratios["mean_gain", "2027-28"] == pytest.approx(1.10, abs=0.011) and np.isnan(ratios["mean_gain", "2028-29"])


def test_a_self_employed_person_by_hand(second_round_of):
    """Income tax of 20 % and class 4 contributions of 6 % on £1,200; no employer."""
    found, _, _ = second_round_of(somebody(SELF_EMPLOYED))
    of_year = {line: cash for (line, year), cash in found.items() if year == "2027-28"}
    assert of_year == pytest.approx(
        {"pay": 1200.00, "net_income": 888.00, "income_tax": 240.00, "self_employed_contributions": 72.00}, abs=0.011
    )


def test_fewer_claims(second_round_of):
    """Universal Credit falls by 55 % of what is left of £480 (4 % of £12,000, below the allowance for tax)."""
    found, _, _ = second_round_of(somebody(pay=12_000.0, claims=CLAIMS), eligible_rent=9_000, rent=9_000)
    assert found["pay", "2027-28"] == pytest.approx(480.00, abs=0.011)
    assert ("income_tax", "2027-28") not in found
    assert found["universal_credit", "2027-28"] == pytest.approx(0.55 * 480.00, abs=0.011)
    assert found["net_income", "2027-28"] == pytest.approx(0.45 * 480.00, abs=0.011)


def test_who_has_retired_gains_nothing(second_round_of):
    found, _, _ = second_round_of(somebody(RETIRED, 0.0))
    assert found == {("training", "2026-27"): 2000.00}


def test_more_return_is_more_pay_and_tax(second_round_of):
    effects = []
    for figure in (0.0, 0.01, 0.03, 0.05):
        found, _, _ = second_round_of(somebody(), PLAIN | {"return_per_1000": figure})
        effects.append((found.get(("pay", "2027-28"), 0.0), found.get(("income_tax", "2027-28"), 0.0)))
    assert effects == sorted(effects) and len(set(effects)) == 4


# -- whole runs


@pytest.fixture(scope="module")
def plugged_in(tmp_path_factory):
    """The measure of courses, installed."""
    folder = tmp_path_factory.mktemp("site")
    install(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for found in (find.known_kinds, find.find_measure):
            found.cache_clear()
        yield
    for found in (find.known_kinds, find.find_measure):
        found.cache_clear()


COURSES = f"measures: {{courses: {{kind: {KIND}, start: 2027-28, last: 2030-31, amount: 1500}}}}\n"
STATIC = {"second_round", "second_round_ratios"}


@pytest.fixture
def run_of(plugged_in, scenario_file):
    """A run of the courses with a block of second-round effects."""

    def run(block, measures=COURSES, **how):
        return api.run(api.load_scenario(scenario_file(block, measures)), **how)

    return run


def digests(run):
    return {name: table_digest(table) for name, table in run.tables.items() if name not in STATIC}


def test_the_costing_is_the_same_with_and_without(run_of):
    off, on = run_of(""), run_of("second_round: true\n")
    assert not STATIC & set(off.tables) and set(on.tables) >= STATIC
    assert digests(on) == digests(off)
    table = on.tables["second_round"]
    by_line = table.groupby("line")["cash"].sum()
    assert by_line["pay"] > 0 and by_line["income_tax"] > 0 and by_line["universal_credit"] > 0
    assert 0 < by_line["net_income"] < by_line["pay"]
    first_year = table[table["financial_year"] == "2027-28"].set_index("line")["cash"]
    assert first_year["training"] > 0 and not first_year.drop("training").any()
    courses = on.scorecard.query("line == 'courses'")["cash"].sum()
    assert by_line["training"] == -courses


def test_threads_and_the_order_of_blocks_change_nothing(run_of, scenario_file):
    one = run_of("second_round: true\n", threads=1, block_rows=300)
    blocks = prepare(one.scenario, 300).programme.sample.blocks
    assert len(blocks) > 2
    other = run_of("second_round: true\n", threads=2, block_rows=300, block_order=range(len(blocks))[::-1])
    assert one.digest == other.digest
    assert one.tables["second_round"]["cash"].any()


def test_a_package_taken_apart_has_one_second_round(run_of):
    two = COURSES.replace("}}\n", f"}}, more: {{kind: {KIND}, start: 2028-29, last: 2028-29, amount: 500}}}}\n")
    whole, apart = run_of("second_round: true\n", two), run_of("second_round: true\n", two, decompose=True)
    pd.testing.assert_frame_equal(apart.tables["second_round"], whole.tables["second_round"])
    plain = run_of("", two, decompose=True)
    assert digests(apart) == digests(plain)


def test_no_return_is_nothing_and_a_warning(run_of):
    run = run_of("second_round: {return_per_1000: 0}\n")
    table = run.tables["second_round"]
    assert not table[table["line"] != "training"]["cash"].any() and table["cash"].any()
    assert any("second_round: nobody's pay changes" in warning for warning in run.manifest["warnings"])
    run = run_of("second_round: true\n", COURSES.replace("1500", "0"))
    assert any("second_round: no measure adds training" in warning for warning in run.manifest["warnings"])


def test_courses_of_both_arms_are_nothing(run_of, scenario_file):
    """The baseline has the same courses, and others a year before: only those are missing in the reform."""
    same = "baseline: {" + COURSES.strip() + "}\n"
    run = run_of(same + "second_round: true\nuprating: prices\n")
    assert not run.tables["second_round"]["cash"].any()
    more = same.replace("start: 2027-28", "start: 2026-27")
    lost = run_of(more + "second_round: true\n").tables["second_round"].groupby("line")["cash"].sum()
    assert lost["training"] < 0 and lost["pay"] < 0 and lost["income_tax"] < 0


def test_the_terminal_says_that_it_stands_apart(run_of):
    run = run_of("second_round: true\n")
    tables = run.tables
    text = second_round_text(tables["second_round"], tables["second_round_ratios"], run.scorecard, Style(120))
    assert "not in the costing above" in text and "Universal Credit" in text
    assert "Second-round effect on the Exchequer" in text and "Mean rise of their pay" in text
    assert max(map(len, text.splitlines())) <= 120


def test_arms_of_a_programme(plugged_in, scenario_file):
    programme = prepare(api.load_scenario(scenario_file("second_round: true\n", COURSES))).programme
    assert programme.arms == (BASELINE, REFORM, "second round")
    assert [programme.arms[one.arm] for one in programme.assessments] == [BASELINE, "second round"]
    plain = prepare(api.load_scenario(scenario_file("", COURSES))).programme
    assert plain.arms == (BASELINE, REFORM) and len(plain.assessments) == 1
