"""Taxes and benefits in a run: sums that add up, arms that differ by the rules alone, and costs by hand."""

import numpy as np
import pytest
from common import BASELINE
from lives import taxed

from microsim.api import load_scenario, run
from microsim.dynamics.means import Means
from microsim.engine.ledger import NARROW_PER_WIDE, WIDE_INCOME_BINS
from microsim.kernels.jit import compile_driver
from microsim.population.columns import COMMUNAL, EMPLOYEE, RANDOM_GROUPS
from microsim.population.people import People
from microsim.taxes.assess import assess
from microsim.taxes.households import FIRST_ADULT, OTHER_PERSON, YOUNG_CHILD
from microsim.taxes.lines import INCOMES, STATE_PENSION, TAX_LINES, UNIVERSAL_CREDIT
from microsim.taxes.scratch import TaxScratch

SAMPLE = 1 / 2000
PLACES = {line.name: place for place, line in enumerate(TAX_LINES)}


@pytest.fixture(scope="module")
def lived(programme_of, tiny):
    """A block after its first year: people, and what the year made of them."""
    programme = taxed(programme_of(tiny, {}))
    block = tiny.make(0)
    scratch, ledger = programme.scratch(len(block.people.id)), programme.ledger()
    states = tuple(entry.fresh(len(block.people.id)) for entry in programme.measures)
    programme.live(programme.driver(), block, states, (0, 1), scratch, ledger)
    return block.people, scratch[1].taxes, ledger


def test_a_household_s_income_is_the_sum_of_its_parts(lived):
    people, room, _ = lived
    net = np.zeros(len(people.id), np.int64)
    for line, amounts in zip(TAX_LINES, room.amounts, strict=True):
        np.add.at(net, people.household, line.net * amounts.astype(np.int64))
    here = people.resident == 1
    heads = np.unique(people.household[here])
    assert len(heads) > 20
    assert (net[heads] == room.household_income[heads]).all()


def test_the_scale_of_a_couple_is_one_and_of_each_other_as_published(lived):
    people, room, _ = lived
    here = (people.resident == 1) & (people.living != COMMUNAL)
    for head in np.unique(people.household[here]):
        members = here & (people.household == head)
        ages = [
            2025 - born
            for born in (*people.child_1[members], *people.child_2[members], *people.child_3[members])
            if born
        ]
        if people.children[members].sum() != len(ages):
            continue  # the ages of a fourth child are not known
        older = sum(age > 14 for age in ages)  # born in the financial year 2010-11 or before: 14 on 1 April 2025
        scale = FIRST_ADULT + OTHER_PERSON * (members.sum() - 1 + older) + YOUNG_CHILD * (len(ages) - older)
        assert room.scale[head] == pytest.approx(scale)
        assert room.equivalised[members] == pytest.approx(room.household_income[head] / 100 / scale)


def test_everybody_in_a_private_household_is_counted_once(lived):
    people, room, ledger = lived
    here = (people.resident == 1) & (people.living != COMMUNAL)
    assert ledger.incomes[0, 0].sum() == (people.weight[here].astype(np.int64) * (1 + people.children[here])).sum()
    for line in (UNIVERSAL_CREDIT, STATE_PENSION):
        expected = np.zeros(RANDOM_GROUPS, np.int64)
        np.add.at(expected, people.random_group, people.weight * room.amounts[line].astype(np.int64))
        assert (ledger.taxes[0, line, 0] == expected).all()
        assert (expected > 0).sum() > 5
    assert len(ledger.taxes) == 1
    assert not ledger.taxes[0, :, 1:].any()


def test_incomes_by_random_group_are_those_of_all_in_wider_bins(lived):
    people, _, ledger = lived
    narrow = ledger.incomes[0, 0].reshape(WIDE_INCOME_BINS, NARROW_PER_WIDE).sum(axis=1)
    assert (ledger.wide_incomes[0, 0].sum(axis=1) == narrow).all()
    here = (people.resident == 1) & (people.living != COMMUNAL)
    everybody = np.zeros(RANDOM_GROUPS, np.int64)
    np.add.at(everybody, people.random_group[here], (people.weight.astype(np.int64) * (1 + people.children))[here])
    assert (ledger.wide_incomes[0, 0].sum(axis=0) == everybody).all()


def test_who_is_gone_has_nothing(lived):
    people, room, _ = lived
    gone = people.resident == 0
    assert gone.any()
    assert not room.amounts[:, gone].any()
    assert room.amounts[INCOMES[0], ~gone].any()


def rules_changed(tmp_path, parameters, **options):
    path = tmp_path / "changed.yaml"
    lines = "\n".join(f"  {name}: {value}" for name, value in parameters.items())
    path.write_text(f"name: Changed rules\nextends: {BASELINE}\nparameters:\n{lines}\n")
    return run(load_scenario(path, sample=SAMPLE, years="2026-27 to 2027-28", **options))


def test_a_penny_on_the_basic_rate(tmp_path):
    """By hand: a hundredth of the income between the allowance and the higher rate of people who pay tax on earnings.

    HM Revenue and Customs puts a penny on the basic rate at some £6.9 to £8.2 billion for the United Kingdom without
    Scotland; England is nine tenths of that.
    """
    changed = rules_changed(tmp_path, {"income_tax.basic_rate": "{2027-28: 0.21}"})
    scorecard = changed.scorecard.query("measure == 'taxes_and_benefits'")
    assert set(scorecard["financial_year"]) == {"2026-27", "2027-28"}
    cost = scorecard.pivot_table(index="line", columns="financial_year", values="cash")
    assert (cost["2026-27"] == 0).all()
    assert 5.5e9 < cost.loc["income_tax", "2027-28"] < 8.5e9
    assert -0.8e9 < cost.loc["universal_credit", "2027-28"] < 0  # lower net earnings, so more is paid
    taxes = changed.tables["taxes"].query("financial_year == '2027-28'")
    by_arm = taxes.pivot_table(index="line", columns="arm", values="amount", sort=False)
    difference = by_arm["reform"] - by_arm["baseline"]
    assert difference["income_tax"] == pytest.approx(cost.loc["income_tax", "2027-28"], abs=1)
    assert (difference[["wages", "state_pension", "child_benefit", "employer_contributions"]] == 0).all()


def test_child_benefit_by_hand(tmp_path):
    """A pound a week more for the eldest child is £52 for every family that has the benefit, less what the charge and
    the benefit cap take back."""
    official = rules_changed(tmp_path, {"child_benefit.eldest": "{2027-28: 30}"})
    again = rules_changed(tmp_path, {"child_benefit.eldest": "{2027-28: 31}"})
    amounts = [
        one.tables["taxes"].query("arm == 'reform' and financial_year == '2027-28'").set_index("line")["amount"]
        for one in (official, again)
    ]
    more = amounts[1]["child_benefit"] - amounts[0]["child_benefit"]
    assert more == pytest.approx(52 * amounts[0]["child_benefit_families"], rel=1e-9)
    charge = amounts[1]["child_benefit_charge"] - amounts[0]["child_benefit_charge"]
    assert 0 < charge < 0.4 * more


@pytest.mark.parametrize(
    ("figure", "value", "line", "low", "high"),
    [
        ("state_pension.new_full_rate", 500, "state_pension", 0.4, 1.0),  # from 249.52: most have the new pension
        ("disability_benefits.attendance_higher", 0, "disability_benefit", -0.35, -0.05),  # a fifth of spending
        (
            "council_tax.band_d",
            3658,
            "council_tax",
            0.45,
            0.5,
        ),  # from 2,438.6: half more, support included
    ],
)
def test_rules_behind_people_s_means_change_the_reform_alone(tmp_path, figure, value, line, low, high):
    """Pensions, disability benefits and bills follow the figures of their arm."""
    taxes = rules_changed(tmp_path, {figure: f"{{2027-28: {value}}}"}).tables["taxes"]
    by_arm = taxes[taxes["line"] == line].pivot_table(index="financial_year", columns="arm", values="amount")
    assert by_arm.loc["2026-27", "reform"] == by_arm.loc["2026-27", "baseline"]
    assert low < by_arm.loc["2027-28", "reform"] / by_arm.loc["2027-28", "baseline"] - 1 < high


@pytest.mark.parametrize(
    ("figure", "value", "warning"),
    [
        ("national_insurance.employment_allowance", 20000, "changes no tax or benefit in 2026-27 to 2027-28"),
        ("corporation_tax.main_rate", 0.26, "nothing in this run reads it"),
        ("minimum_wage.adult", 20, "pay follows it only where a measure says so"),
    ],
)
def test_a_figure_without_its_whole_effect_is_a_warning(tmp_path, figure, value, warning):
    warnings = rules_changed(tmp_path, {figure: f"{{2027-28: {value}}}"}).manifest["warnings"]
    assert any(warning in text and figure in text for text in warnings), warnings


@pytest.mark.slow
def test_the_richest_are_counted_whole(programme_of, tiny):
    """Pay of £30 million is more pence than 32 bits hold: it is taxed at 45 per cent at the margin like any other."""
    programme = taxed(programme_of(tiny, {}))
    people, room = People.empty(2), TaxScratch.make(2)
    people.resident[:], people.weight[:], people.work_status[:] = 1, 1000, EMPLOYEE
    people.pay[:], people.cohort[:] = (30_000_000.0, 31_000_000.0), 1980
    compile_driver(assess.py_func)(
        people,
        np.full(2, 90, np.uint32),
        Means.make(2),
        programme.taxes.tables[0],
        np.zeros(2, np.float32),
        room,
        2026,
        1,
        2,
    )
    assert room.amounts[PLACES["wages"]].tolist() == [3_000_000_000, 3_100_000_000]
    more = np.diff(room.amounts[[PLACES["income_tax"], PLACES["employee_contributions"]]], axis=1)[:, 0]
    assert more.tolist() == [45_000_000, 2_000_000]


def test_the_same_rules_are_worked_out_once(tmp_path):
    path = tmp_path / "same.yaml"
    path.write_text(f"name: Same rules\nextends: {BASELINE}\n")
    same = run(load_scenario(path, sample=SAMPLE, years="2026-27 to 2026-27"))
    assert set(same.tables["taxes"]["arm"]) == {"baseline"}
    assert "taxes_and_benefits" not in set(same.scorecard["measure"])


def test_prices_in_place_of_earnings_change_both_arms(tmp_path):
    """From 2031-32 on thresholds that follow prices tax more of pay: income tax is higher in both arms alike."""
    tax = {}
    for uprating in ("earnings", "prices"):
        path = tmp_path / f"{uprating}.yaml"
        path.write_text(f"name: Uprating\nextends: {BASELINE}\nuprating: {uprating}\n")
        lived = run(load_scenario(path, sample=SAMPLE, years="2030-31 to 2055-56"))
        assert set(lived.tables["taxes"]["arm"]) == {"baseline"}
        tax[uprating] = lived.tables["taxes"].query("line == 'income_tax'").set_index("financial_year")["amount"]
    assert tax["prices"]["2030-31"] == tax["earnings"]["2030-31"]
    assert tax["prices"]["2055-56"] > 1.1 * tax["earnings"]["2055-56"]
