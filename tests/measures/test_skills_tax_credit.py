"""The Skills Tax Credit: its rules by hand, what an enterprise's employees get, and what the whole adds up to."""

from itertools import pairwise, product

import numpy as np
import pytest
from common import ROOT
from lives import live, measured
from pydantic import ValidationError

from microsim import api
from microsim.dynamics.employers import (
    CHARITY,
    COMPANY,
    UNINCORPORATED,
    employer_tables,
    write_headcounts,
    write_kinds,
    write_profits,
    write_training,
)
from microsim.dynamics.tables import dynamics_tables
from microsim.engine.run import ArmMeasure, Programme
from microsim.errors import InputError
from microsim.kernels.jit import callable_from_python, compile_driver
from microsim.measures.contract import Clock, Effects, Room, Setting, Surroundings
from microsim.measures.skills_tax_credit import MEASURE, rules, state
from microsim.measures.skills_tax_credit.check import alternatives, check
from microsim.measures.skills_tax_credit.national import bridge, national, net_cost
from microsim.measures.skills_tax_credit.params import BASES, FIGURES, TIERS, Params, Priority, Rates, Scope
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import EMPLOYER_SIZES
from microsim.population.people import EMPLOYEE
from microsim.taxes.corporation_tax import corporation_tax_rates

LINE = {line.name: place for place, line in enumerate(MEASURE.lines)}
START = 2  # of the credit in these tests, 2027-28: two years after the first of the sample
LARGE_PROFIT, SMALL_PROFIT, BETWEEN, LOSS = 400_000.0, 40_000.0, 150_000.0, -50_000.0
SPEND = 10_000.0


def scheme(**changes):
    """A 20 per cent taxable, payable credit of every tier, elasticity a half, no relabelling, no cap."""
    usual = rules.Scheme(
        form=rules.TAXABLE_CREDIT, enhanced=0.2, standard=0.2, basic=0.2, taxable=1.0, payable=1.0, notional_rate=0.19,
        used_later=0.5, discount=0.8, elasticity=0.5, relabelling=0.0, cap=0.0,
    )  # fmt: skip
    return usual._replace(**changes)


@pytest.fixture(scope="module")
def rates():
    return corporation_tax_rates(load_parameters(), 2026)


@pytest.fixture(scope="module")
def rule():
    """The rules, compiled apart: `rule.name(...)`."""

    class Compiled:
        def __getattr__(self, name):
            setattr(self, name, callable_from_python(getattr(rules, name)))
            return getattr(self, name)

    return Compiled()


# -- by hand ----------------------------------------------------------------------------------------------------------


def test_a_taxable_credit_of_20_per_cent_nets_1500_of_10000_at_the_main_rate(rule, rates):
    credit = 0.2 * SPEND
    assert credit - rule.tax_on_credit(LARGE_PROFIT, credit, 0.0, rates, scheme()) == pytest.approx(1500, abs=0.005)


def test_a_loss_maker_is_paid_1620_after_notional_tax_at_19_per_cent(rule, rates):
    credit = 0.2 * SPEND
    assert rule.credit_paid_share(LOSS, scheme()) == 1.0
    assert credit - rule.tax_on_credit(LOSS, credit, 0.0, rates, scheme()) == pytest.approx(1620, abs=0.005)


@pytest.mark.parametrize(("profit", "worth"), [(LARGE_PROFIT, 3250), (SMALL_PROFIT, 2470), (BETWEEN, 3445)])
def test_an_extra_deduction_of_130_per_cent(rule, rates, profit, worth):
    """£13,000 more deducted: at 25 per cent, at 19, and at 26.5 between the limits."""
    saved = rule.tax_saved(profit, 1.3 * SPEND, 0.0, rates, scheme(form=rules.EXTRA_DEDUCTION))
    assert saved == pytest.approx(worth, abs=0.005)


def test_with_elasticity_a_half_a_fifth_off_the_cost_is_a_tenth_more_training(rule, rates):
    """£10,000 becomes £11,000 at a net credit of £1,650: £1.65 for each additional pound, 91 per cent deadweight."""
    marginal = rule.marginal_tax_rate(LARGE_PROFIT, 0.0, rates)
    assert rule.user_cost_cut(0.2, LARGE_PROFIT, marginal, scheme()) == pytest.approx(0.2)
    found = rule.credited_spending(SPEND, 0.5, 0.5, 1.0, LARGE_PROFIT, marginal, 0, 1.0, 1.0, scheme())
    credited = found.enhanced + found.standard + found.basic
    assert credited == pytest.approx(11_000, abs=0.005)
    assert found.additional == pytest.approx(1_000, abs=0.005)
    net = 0.2 * credited - rule.tax_on_credit(LARGE_PROFIT, 0.2 * credited, 0.0, rates, scheme())
    assert net == pytest.approx(1_650, abs=0.005)
    assert net / found.additional == pytest.approx(1.65, abs=5e-6)
    assert (credited - found.additional) / credited == pytest.approx(10 / 11)


def test_a_loss_carried_forward_is_worth_less_now_and_costs_less_one_day(rule, rates):
    later = scheme(payable=0.0)
    assert rule.credit_paid_share(LOSS, later) == 0.5
    # 0.2 x half used x 0.8 discounted x (1 - 0.19)
    assert rule.worth_of_rate(0.2, LOSS, 0.0, later) == pytest.approx(0.2 * 0.5 * 0.8 * 0.81)
    saved = rule.tax_saved(LOSS, 13_000.0, 0.0, rates, scheme(form=rules.EXTRA_DEDUCTION))
    assert saved == pytest.approx(13_000 * 0.19 * 0.5)


def test_a_deduction_above_the_profit_saves_what_profit_there_is_and_carries_the_rest(rule, rates):
    saved = rule.tax_saved(5_000.0, 13_000.0, 0.0, rates, scheme(form=rules.EXTRA_DEDUCTION))
    assert saved == pytest.approx(5_000 * 0.19 + 8_000 * 0.19 * 0.5)


def test_a_payroll_credit_is_paid_in_full_to_a_loss_maker(rule, rates):
    payroll = scheme(form=rules.PAYROLL_CREDIT, payable=0.0)
    assert rule.credit_paid_share(LOSS, payroll) == 1.0
    assert rule.tax_on_credit(LOSS, 2_000.0, 0.0, rates, payroll) == pytest.approx(2_000 * 0.19 * 0.5)


def test_a_credit_that_is_not_taxed_is_worth_its_rate(rule, rates):
    untaxed = scheme(taxable=0.0)
    for profit in (LARGE_PROFIT, LOSS):
        assert rule.tax_on_credit(profit, 2_000.0, 0.0, rates, untaxed) == 0.0
        marginal = rule.marginal_tax_rate(profit, 0.0, rates)
        assert rule.worth_of_rate(0.2, profit, marginal, untaxed) == pytest.approx(0.2)


def test_a_member_of_a_cooperative_gets_the_top_rate_in_any_sector(rule, rates):
    tiers = scheme(enhanced=0.3, standard=0.2, basic=0.1)
    marginal = rule.marginal_tax_rate(LARGE_PROFIT, 0.0, rates)
    found = rule.credited_spending(SPEND, 0.0, 0.5, 1.0, LARGE_PROFIT, marginal, 1, 1.0, 1.0, tiers)
    # 5,000 x (1 + 0.5 x 0.3) at the top rate in place of 5,000 x (1 + 0.5 x 0.2) and x (1 + 0.5 x 0.1)
    assert found.standard_member == found.basic_member == pytest.approx(5_750)
    assert (found.standard, found.basic) == pytest.approx((5_500, 5_250))
    assert found.additional == pytest.approx(1_500)


def test_an_enterprise_at_the_cap_is_credited_the_cap_and_does_not_respond(rule, rates):
    capped = scheme(cap=60_000.0, relabelling=0.1)
    found = rule.credited_spending(SPEND, 0.5, 0.5, 10.0, LARGE_PROFIT, 0.25, 0, 1.0, 1.0, capped)
    assert 10.0 * (found.enhanced + found.standard + found.basic) == pytest.approx(60_000)
    assert found.additional == 0.0
    below = rule.credited_spending(SPEND, 0.5, 0.5, 5.0, LARGE_PROFIT, 0.25, 0, 1.0, 1.0, capped)
    assert below.additional > 0


@pytest.mark.parametrize("spend", [54_000.0, 59_900.0, 200_000.0])
def test_the_cap_holds_for_what_is_credited_with_relabelling_and_response(rule, spend):
    """£59,900 of spending is £65,890 with relabelling: £60,000 is credited. £54,000 is £59,400, so £600 more is."""
    capped = scheme(cap=60_000.0, relabelling=0.1)
    found = rule.credited_spending(spend, 0.5, 0.5, 1.0, LARGE_PROFIT, 0.25, 0, 1.0, 1.0, capped)
    credited = (found.enhanced, found.standard, found.basic)
    assert credited == pytest.approx((30_000, 15_000, 15_000))
    assert found.additional == pytest.approx(600 if spend == 54_000 else 0)
    assert found.capped == 1.0


def test_an_increment_below_the_cap_is_credited_in_full(rule):
    """£20,000 of £100,000 is above the baseline: less than a cap of £60,000. Of £80,000 above it £60,000 counts."""
    capped = scheme(cap=60_000.0, elasticity=0.0)
    for counted, credited in ((0.2, 20_000), (0.8, 60_000)):
        found = rule.credited_spending(100_000.0, 0.5, 0.5, 1.0, LARGE_PROFIT, 0.25, 0, counted, 0.2, capped)
        assert found.enhanced + found.standard + found.basic == pytest.approx(credited)
        assert found.capped == float(counted > 0.5)


def test_only_what_is_above_the_baseline_counts(rule):
    assert rule.counted_share(12_000.0, 9_000.0) == 0.25
    assert rule.counted_share(8_000.0, 9_000.0) == 0.0
    assert rule.counted_share(0.0, 0.0) == 0.0


@pytest.mark.parametrize("form", [rules.EXTRA_DEDUCTION, rules.TAXABLE_CREDIT, rules.PAYROLL_CREDIT])
def test_the_worth_of_a_rate_is_the_marginal_saving(rule, rates, form):
    """The worth that employers respond to is what the next pound brings them in tax and credit."""
    this = scheme(form=form, discount=1.0)
    for profit, associated in product((SMALL_PROFIT, BETWEEN, LARGE_PROFIT, LOSS), (0.0, 2.0)):
        marginal = rule.marginal_tax_rate(profit, associated, rates)
        if form == rules.EXTRA_DEDUCTION:
            worth = rule.tax_saved(profit, 2.0, associated, rates, this)
        else:
            worth = 2.0 * rule.credit_paid_share(profit, this)
            worth -= rule.tax_on_credit(profit, 2.0, associated, rates, this)
        assert rule.worth_of_rate(2.0, profit, marginal, this) == pytest.approx(worth, rel=1e-6), (profit, associated)


def test_more_is_never_less(rule, rates):
    """A higher rate, spending or elasticity gives at least as much additional training."""
    draw = np.random.default_rng(4)
    for _ in range(200):
        spend, priority, standard, rate, elasticity = draw.random(5) * (5_000, 1, 1, 0.5, 2)
        profit = float(draw.choice([LARGE_PROFIT, SMALL_PROFIT, BETWEEN, LOSS]))
        marginal = rule.marginal_tax_rate(profit, 0.0, rates)
        usual = scheme(enhanced=rate, standard=rate / 2, basic=rate / 4, elasticity=elasticity)
        more = usual._replace(enhanced=1.5 * rate, standard=rate, elasticity=1.2 * elasticity)
        low, high = (
            rule.credited_spending(factor * spend, priority, standard, 20.0, profit, marginal, 0, 1.0, 1.0, one)
            for factor, one in ((1.0, usual), (1.1, more))
        )
        assert high.additional >= low.additional >= 0
        assert low.enhanced + low.standard + low.basic == pytest.approx(spend + low.additional)


# -- one employer's people ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sample(england):
    """A whole block of 1 in 3,000, with people in work for every kind of employer."""
    return Sample(england, 1 / 3_000, seed=6, last_year=2040)


@pytest.fixture(scope="module")
def workers(sample, england):
    """The people of a block in the first year, with their employers."""
    tables = dynamics_tables(england, load_parameters(), sample.flows, sample.years)
    block = sample.make(0)
    return next(live(Programme(sample, tables, ()), block)).people.copy()


def setting_of(sample, england, overrides=None):
    return Setting(sample.years, england.area_codes, load_parameters(overrides), 0, england)


@pytest.fixture(scope="module")
def lines_of(sample, england, workers):
    """The lines [years, lines, rows] of the block's people, held as they are for all years, under a block of rules."""
    kept = {}

    def find(**block):
        key = repr(block)
        if key not in kept:
            setting = setting_of(sample, england)
            params = Params.from_plain({"start": "2027-28", **block})
            prepared = state.prepare(params, setting, MEASURE.random_group())
            programme = Programme(sample, None, (ArmMeasure("reform", "it", MEASURE, params, setting, prepared),))
            kept[key] = measured(programme, lambda year: (workers, len(workers.id)))
        return kept[key]

    return find


def yearly(lines, name):
    return lines[:, LINE[name]].sum(axis=1, dtype=np.int64)


def test_training_brought_about_is_an_effect(workers, sample, england):
    setting, params, effects = setting_of(sample, england), Params.from_plain({"start": "2027-28"}), []
    prepared = state.prepare(params, setting, MEASURE.random_group())
    programme = Programme(sample, None, (ArmMeasure("reform", "it", MEASURE, params, setting, prepared),))
    lines = measured(programme, lambda year: (workers, len(workers.id)), effects)
    training = np.array([effect.training for effect in effects])
    assert training[START].any()
    assert training == pytest.approx(lines[:, LINE["additional_training"]] / 100, rel=1e-6)


CREDITS = ("enhanced_credit", "standard_credit", "basic_credit", "cooperative_uplift")


def test_nothing_before_the_start_and_nothing_for_others_than_private_employees(lines_of, workers):
    lines = lines_of()
    assert not lines[:START].any()
    assert lines[START].any()
    private = (workers.employer > 0) & (workers.work_status == EMPLOYEE) & (workers.resident == 1)
    assert not lines[:, :, ~private].any()


def test_money_adds_up_from_spending_to_credit(lines_of):
    """Each step of the bridge is at most the one before; accrued credit is the rates times what is credited."""
    lines = lines_of(rates={"enhanced": 0.2, "standard": 0.2, "basic": 0.2})
    steps = ("private_training", "taxpayers_training", "qualifying_base", "qualifying_spending")
    for wide, narrow in pairwise(steps):
        assert (lines[:, LINE[wide]] >= lines[:, LINE[narrow]]).all()
        assert (yearly(lines, wide)[START:] > yearly(lines, narrow)[START:]).all()
    credited = lines[:, LINE["deadweight"]] + lines[:, LINE["additional_training"]]
    assert np.abs(lines[:, LINE["accrued_credit"]] - 0.2 * credited).max() < 2
    relabelled = FIGURES["response.relabelling"].at(2027)
    assert np.abs(lines[:, LINE["deadweight"]] - (1 + relabelled) * lines[:, LINE["qualifying_spending"]]).max() < 3


def test_the_attribution_is_the_enterprise_over_its_headcount(lines_of, workers, sample, england):
    """One company with profits far from the limits: the credit by hand from its attributes."""
    rules_ = {
        "claims": {"rate": dict.fromkeys(("micro", "small", "medium", "large"), 1), "ramp_years": 1},
        "cooperatives": {"a_year": 0}, "timing": {"basis": "accrued"}, "response": {"relabelling": 0},
        "priority": {"sections": {}, "standard": 1},
    }  # fmt: skip
    lines = lines_of(**rules_)
    tables = employer_tables(england, load_parameters(), sample.years)
    rows = len(workers.id)
    kind, head, profit, training = (np.zeros(rows, dtype) for dtype in (np.int32, np.float32, np.float32, np.float32))
    index = sample.years.index(2030)
    callable_from_python(write_kinds)(workers.employer, tables, kind, rows)
    callable_from_python(write_headcounts)(workers.employer, tables, head, rows)
    callable_from_python(write_profits)(workers.employer, head, tables, index, profit, rows)
    callable_from_python(write_training)(workers.employer, tables, index, training, rows)
    working = (workers.resident == 1) & (workers.work_status == EMPLOYEE)
    medium = workers.employer_size == EMPLOYER_SIZES.index("medium")
    some = np.flatnonzero(working & medium & (kind == COMPANY) & (training > 0) & (profit > 600_000))
    assert len(some) > 20
    for row in some[:20]:
        # 45 per cent of the 8 per cent of fees, less the 15 per cent that the levy pays; standard rate 20 per cent
        base = float(training[row]) * 0.08 * 0.45 * 0.85
        gross = 0.2 * base * (1 + 0.5 * 0.2)
        assert lines[index, LINE["standard_credit"], row] == pytest.approx(100 * gross, abs=1.01)
        assert lines[index, LINE["tax_on_credits"], row] == pytest.approx(25 * gross, abs=1.01)
        assert lines[index, LINE["accrued_cost"], row] == pytest.approx(75 * gross, abs=1.01)
    loss = np.flatnonzero(working & medium & (kind == COMPANY) & (training > 0) & (profit < 0))
    assert len(loss) > 3
    for row in loss[:10]:
        gross = lines[index, LINE["standard_credit"], row]
        assert lines[index, LINE["tax_on_credits"], row] == pytest.approx(0.19 * gross, abs=1.01)


def test_unincorporated_employers_and_charities_are_in_only_where_chosen(lines_of, workers, sample, england):
    tables = employer_tables(england, load_parameters(), sample.years)
    kind = np.zeros(len(workers.id), np.int32)
    callable_from_python(write_kinds)(workers.employer, tables, kind, len(kind))
    partners = kind == UNINCORPORATED
    assert partners.sum() > 10
    index = sample.years.index(2032)
    assert not lines_of()[index, LINE["taxpayers_training"], partners].any()
    chosen = lines_of(scope={"unincorporated": True})
    assert chosen[index, LINE["taxpayers_training"], partners].any()
    company = kind == COMPANY
    assert (chosen[:, :, company] == lines_of()[:, :, company]).all()


def test_payments_lag_training_and_catch_up(lines_of):
    """Cash is below what is earned while the scheme begins, and in the end close to it."""
    lines = lines_of()
    paid = sum(yearly(lines, name) for name in CREDITS)
    earned = yearly(lines, "accrued_credit")
    assert 0 < paid[START] < 0.5 * earned[START]
    assert 0.93 < paid[-1] / earned[-1] < 1.0
    accrued = lines_of(timing={"basis": "accrued"})
    assert np.abs(sum(yearly(accrued, name) for name in CREDITS) / np.maximum(earned, 1) - 1)[START:].max() < 1e-3


def test_claims_ramp_up_and_last(lines_of):
    claimants = lines_of()[:, LINE["claimants"]]
    assert (np.diff(claimants, axis=0) >= 0).all()
    assert (np.diff(claimants.sum(axis=1))[START - 1 : START + 3] > 0).all()


def test_a_closed_credit_pays_what_is_owed_and_then_nothing(lines_of, sample):
    dated = {"2027-28": 0.2, "2030-31": 0.0}
    lines = lines_of(rates={"enhanced": dated, "standard": dated, "basic": dated})
    paid = sum(yearly(lines, name) for name in CREDITS)
    assert paid[sample.years.index(2030)] > 0
    assert paid[sample.years.index(2031)] > 0
    assert not lines[sample.years.index(2032) :].any()
    assert not lines[sample.years.index(2030) :, LINE["additional_training"]].any()


def test_wider_bases_cost_more_by_what_the_survey_says(lines_of):
    """All cost over all fees is 1 / 0.08 without the levy's part; course costs 0.39 / 0.08."""
    no_levy = dict.fromkeys(("micro", "small", "medium", "large"), 0)
    found = {
        base: yearly(lines_of(spending={"base": base, "levy_funded": no_levy}), "qualifying_base")[5] for base in BASES
    }
    fees = found["external_fees"]
    assert found["all_training_cost"] / fees == pytest.approx(1 / 0.08, rel=1e-3)
    assert found["off_the_job_course"] / fees == pytest.approx(0.39 / 0.08, rel=1e-3)
    assert found["off_the_job_all"] / fees == pytest.approx(0.46 / 0.08, rel=1e-3)
    assert found["accredited_external"] / fees == pytest.approx(0.45, rel=1e-3)


def test_an_incremental_credit_costs_less_and_brings_less_training(lines_of):
    """Half of employers are above their baseline; the next pound raises the baseline of the years after."""
    volume, incremental = lines_of(), lines_of(volume="incremental")
    assert yearly(incremental, "accrued_credit")[8] < 0.6 * yearly(volume, "accrued_credit")[8]
    more = yearly(incremental, "additional_training")[8] / yearly(volume, "additional_training")[8]
    assert 0.0 < more < 0.3
    steady = lines_of(volume="incremental", incremental={"fluctuation": 0})
    fell = yearly(steady, "accrued_credit")[8] / yearly(incremental, "accrued_credit")[8]
    assert 0 < fell < 0.6  # what is left is the growth of spending


def test_deductions_and_credits_use_lines_of_their_own(lines_of):
    credit, deduction = lines_of(), lines_of(form="extra_deduction")
    for name in (*CREDITS, "tax_on_credits", "error_in_credits"):
        assert not deduction[:, LINE[name]].any(), name
    for name in ("deductions", "error_in_deductions"):
        assert yearly(deduction, name)[5] > 0
        assert not credit[:, LINE[name]].any(), name


def test_cooperatives_are_small_and_medium_employers_at_the_pace_given(lines_of, workers):
    lines = lines_of()
    uplift = lines[:, LINE["cooperative_uplift"]]
    small = np.isin(workers.employer_size, [EMPLOYER_SIZES.index(size) for size in ("micro", "small", "medium")])
    many = lines_of(cooperatives={"a_year": 3_000, "most": 20_000})
    assert not uplift[:, ~small].any()
    assert yearly(many, "cooperative_uplift")[8] > 4 * max(yearly(lines, "cooperative_uplift")[8], 1)
    assert not many[:, LINE["cooperative_uplift"], ~small].any()


EVERY = dict.fromkeys(("micro", "small", "medium", "large"), 1)


def displaced(sample, england, workers, **block):
    """The lines [lines, rows] of 2026-27 where a grant pays £100 of everybody's fees and every employer claims."""
    params = Params.from_plain({
        "start": "2026-27", "claims": {"rate": EVERY, "ramp_years": 1}, "cooperatives": {"a_year": 0},
        "timing": {"basis": "accrued"}, "priority": {"sections": {}, "standard": 1}, **block,
    })  # fmt: skip
    rows = len(workers.id)
    own = state.prepare(params, setting_of(sample, england), 0)
    effects, lines = Effects.make(rows), np.zeros((len(MEASURE.lines), rows), np.int32)
    effects.employer_fees[:] = -100.0
    arguments = (np.zeros(rows, np.uint32), Room.make(rows), effects, lines)
    compiled = compile_driver(MEASURE.cost.py_func)
    compiled(own, workers.read_only(), Clock(2026, sample.years.index(2026), rows, 1, 0), *arguments)
    return lines


def test_a_grant_that_pays_fees_lowers_the_credit(sample, england, workers):
    """£100 of fees that a grant pays: 45 accredited, 70 per cent of a large employer's not from the levy, at 20 per
    cent £6.30, net of the tax of that employer: of a loss-maker carried forward half is ever paid and 19 per cent of
    that kept back, a charity pays no tax, a partnership 29 per cent."""
    lines = displaced(
        sample, england, workers, losses={"treatment": "carried_forward"},
        scope={"unincorporated": True, "charities": True},
    )  # fmt: skip
    kind, profit = attributes(sample, england, workers)
    large = (workers.employer_size == EMPLOYER_SIZES.index("large")) & (lines[LINE["standard_credit"]] > 0)
    saved = lines[LINE["displaced_credit"]]
    small = (workers.employer_size == EMPLOYER_SIZES.index("micro")) & (lines[LINE["standard_credit"]] > 0)
    for who, net in (
        (large & (kind == COMPANY) & (profit < 0), 6.30 * 0.5 * 0.81),
        (large & (kind == COMPANY) & (profit > 1e6), 6.30 * 0.75),
        (large & (kind == CHARITY), 6.30),
        (small & (kind == UNINCORPORATED) & (profit > 0), 9.00 * 0.71),
    ):
        assert who.sum() > 3
        assert np.abs(saved[who] - 100 * net).max() < 1
    assert not saved[workers.employer == 0].any()
    gross = lines[LINE["standard_credit"]] > 1_000
    net_rate = lines[LINE["accrued_cost"]] / np.maximum(lines[LINE["accrued_credit"]], 1)
    assert saved[gross & large] == pytest.approx(630 * net_rate[gross & large], abs=1.5)


def test_an_employer_at_its_cap_loses_no_credit_to_a_grant(sample, england, workers):
    lines = displaced(sample, england, workers, scope={"firm_cap": 10})
    trains = (lines[LINE["qualifying_spending"]] > 0) & (workers.employer_size == EMPLOYER_SIZES.index("large"))
    assert trains.any()
    assert not lines[LINE["displaced_credit"], trains].any()


def attributes(sample, england, workers):
    """Kind and profit of each row's employer in 2026-27."""
    tables, rows = employer_tables(england, load_parameters(), sample.years), len(workers.id)
    kind, head, profit = (np.zeros(rows, dtype) for dtype in (np.int32, np.float32, np.float32))
    callable_from_python(write_kinds)(workers.employer, tables, kind, rows)
    callable_from_python(write_headcounts)(workers.employer, tables, head, rows)
    callable_from_python(write_profits)(workers.employer, head, tables, sample.years.index(2026), profit, rows)
    return kind, profit


def test_tiers_add_up_and_members_of_cooperatives_are_in_the_first(lines_of):
    lines = lines_of(cooperatives={"a_year": 3_000, "most": 20_000})
    pairs = (("additional", "additional_training"), ("deadweight", "deadweight"), ("accrued_cost", "accrued_cost"))
    for name, whole in pairs:
        tiers = [lines[:, LINE[f"{name}_{tier}"]] for tier in TIERS]
        assert (sum(tiers) == lines[:, LINE[whole]]).all()
        assert all(tier[8].any() for tier in tiers)
    member = lines[8, LINE["cooperative_uplift"]] > 100
    assert member.any()
    assert not lines[8, LINE["additional_basic"], member].any()
    earned = sum(
        rate * (lines[8, LINE[f"additional_{tier}"]] + lines[8, LINE[f"deadweight_{tier}"]])
        for tier, rate in zip(TIERS, (0.3, 0.2, 0.1), strict=True)
    )
    assert np.abs(earned - lines[8, LINE["accrued_credit"]]).max() < 2


# -- the whole ---------------------------------------------------------------------------------------------------------


def test_national_lines_by_hand(sample, england):
    setting = setting_of(sample, england)
    params = Params.from_plain({
        "start": "2027-28",
        "cooperatives": {"a_year": 40, "most": 100, "grant": 50_000, "coordination": 60_000},
        "compliance": {"fixed": 1_000_000, "per_employee": 2},
        "territory": {"convention": "uk", "england": 0.8},
    })  # fmt: skip
    totals = {line.name: np.zeros(len(sample.years), np.int64) for line in MEASURE.lines}
    first = sample.years.index(2027)
    totals["accrued_credit"][first:] = 1
    totals["claimants"][first] = 500_000
    totals["enhanced_credit"][first] = 10_000
    totals["tax_on_credits"][first] = 2_000
    found = national(params, setting, totals)
    prices = load_parameters().index("gdp_deflator_growth", range(2027, 2031), 2027)
    formed = found["cooperative_grants"]
    assert formed[: first + 4].tolist() == [0] * first + [
        round(number * 5_000_000 * price) for number, price in zip((40, 40, 20, 0), prices, strict=True)
    ]
    assert found["coordination"][first + 1] == round(80 * 6_000_000 * prices[1])
    assert found["tax_administration"][first] == 100 * (1_000_000 + 2 * 500_000)
    assert found["rest_of_uk"][first] == found["rest_of_uk_cost"][first] == 2_000  # 8,000 x (1 / 0.8 - 1)
    england_only = params.model_copy(update={"territory": Params().territory})
    assert not national(england_only, setting, totals)["rest_of_uk"].any()


def test_each_step_of_the_bridge_is_a_factor_times_the_one_before(sample, england, lines_of, workers):
    lines = lines_of()
    totals = {name: yearly(lines, name) for name in LINE}
    params = Params.from_plain({"start": "2027-28"})
    table = bridge(params, setting_of(sample, england), totals)
    year = table[table["financial_year"] == "2032-33"].set_index("name")["amount"]
    index = sample.years.index(2032)
    growth = load_parameters().index("average_earnings_growth", [2032], 2024)[0]
    by_size = [workers.employer_size == EMPLOYER_SIZES.index(size) for size in ("micro", "small", "medium", "large")]
    trained = np.array([lines[index, LINE["taxpayers_training"], size].sum(dtype=np.int64) for size in by_size]) / 100
    tiers = [
        (totals[f"additional_{tier}"] + totals[f"deadweight_{tier}"])[index] / 100 for tier in TIERS
    ]  # fmt: skip
    steps = (  # from a step, a factor by hand, to the next
        (53e9, growth, "survey_total"),
        (year["survey_total"], 0.845, "england"),
        # 8 per cent fees, 45 of them accredited, less what the levy pays by size: 0, 2, 15 and 30 per cent
        (trained.sum(), 0.08 * 0.45 * (1 - trained @ (0, 0.02, 0.15, 0.30) / trained.sum()), "qualifying_base"),
        (year["qualifying_base"], totals["qualifying_spending"][index] / totals["qualifying_base"][index], "claimed"),
        (sum(tiers), np.average((0.3, 0.2, 0.1), weights=tiers), "earned"),
    )
    for before, factor, name in steps:
        assert year[name] == pytest.approx(before * factor, rel=2e-4), name
    assert year["taxpayers"] == pytest.approx(trained.sum())
    assert year["credited"] == pytest.approx(sum(tiers))
    assert year["credited"] / year["claimed"] == pytest.approx(1.1 + 0.5 * 0.2, abs=0.04)  # relabelled, and response
    assert 0.72 < year["net_cost"] / year["earned"] < 0.81  # tax at 19 to 26.5 per cent, most of it at 25
    assert year["paid"] == pytest.approx(net_cost(totals)[index] / 100)
    weight = england.joint.sum() / (workers.resident == 1).sum()
    assert weight * year["private_employers"] / year["england"] == pytest.approx(0.79, abs=0.1)  # £35bn of £44.8bn
    assert set(table["step"]) == set(range(1, 11))


def test_the_simulated_credit_is_near_the_back_of_an_envelope(sample, england, lines_of, workers):
    """Survey total x England x companies' share x fees x accredited x not from the levy x claim x mean rate."""
    weight = england.joint.sum() / (workers.resident == 1).sum()
    lines = lines_of(response={"relabelling": 0, "elasticity": 0}, cooperatives={"a_year": 0})
    index = sample.years.index(2034)
    base = weight * yearly(lines, "taxpayers_training")[index] / 100
    survey = 53e9 * 0.845 * load_parameters().index("average_earnings_growth", [2034], 2024)[0]
    assert base / survey == pytest.approx(0.62, abs=0.1), "four fifths private, three quarters of that of companies"
    # by size, levy 0 to 0.3 and claims 0.25 to 0.9: together about a half
    envelope = survey * 0.62 * 0.08 * 0.45 * 0.51 * 0.20
    assert weight * yearly(lines, "accrued_credit")[index] / 100 == pytest.approx(envelope, rel=0.2)


# -- parameters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({"rates": {"enhanced": 0.1, "standard": 0.2}}, "out of order"),
        ({"rates": {"enhanced": 11}}, "at most"),
        ({"rates": {"enhanced": -0.1}}, "at least"),
        ({"spending": {"base": "wages"}}, "wages"),
        ({"priority": {"sections": {"Z": 0.5}}}, "unknown industry"),
        ({"priority": {"sections": {"A": 1.5}}}, "at most"),
        ({"cooperatives": {"members": 60}}, "at most"),
        ({"timing": {"large": {"same_year": 0.7, "next_year": 0.4}}}, "more than the whole"),
        ({"timing": {"large": {"same_year": {"2030-31": 0.5, "2032-33": 0.7}}}}, "1.13 in 2032-33"),
        ({"timing": {"other": {"same_year": 0.3, "next_year": {"2030-31": 0.6, "2033-34": 0.8}}}}, "1.1 in 2033-34"),
        ({"spending": {"off_the_job_course": 0.9, "off_the_job_all": 0.2}}, "courses are more than all"),
        ({"spending": {"off_the_job_course": {"2030-31": 0.3, "2032-33": 0.5}}}, "0.5 in 2032-33"),
        ({"territory": {"england": 0}}, "more than 0"),
        ({"form": "voucher"}, "voucher"),
        ({"claims": {"ramp_years": 0}}, "at least"),
    ],
)
def test_bad_values_are_refused(block, told):
    with pytest.raises(ValidationError, match=told) as fault:
        Params.from_plain(block)
    assert fault.value.error_count() >= 1


def test_what_only_the_population_can_tell():
    around = Surroundings(("E06000001",), ("Hartlepool",), 2026)
    assert not check(Params(), around)
    early = check(Params.from_plain({"start": "2020-21"}), around)
    assert [fault.path for fault in early] == [("start",)]
    late = Params.from_plain({"rates": {"enhanced": {"2032-33": 0.3}}})
    assert [fault.path for fault in check(late, around)] == [("rates", "enhanced")]
    lag = Params.from_plain({"timing": {"large": {"same_year": {"2032-33": 0.5}, "next_year": {"2034-35": 0.4}}}})
    assert [fault.path for fault in check(lag, around)] == [
        ("timing", "large", "same_year"), ("timing", "large", "next_year"),
    ]  # fmt: skip


def test_amounts_that_do_not_fit_are_refused(sample, england):
    params = Params.from_plain({
        "rates": {"enhanced": 10, "standard": 10, "basic": 10}, "response": {"relabelling": 5, "elasticity": 5},
        "spending": {"base": "all_training_cost"}, "volume": "incremental", "incremental": {"fluctuation": 2},
    })  # fmt: skip
    with pytest.raises(InputError, match="too large"):
        state.prepare(params, setting_of(sample, england), 0)


def test_alternatives_are_the_other_bases_and_the_other_volume():
    others = alternatives(Params())
    assert {params.spending.base for params in others.values()} == set(BASES)
    assert len(others) == len(BASES) + 1
    none = others["levy_funded: 0"].spending
    assert none.levy_funded.large.at(2030) == 0 and none.base == Params().spending.base
    assert "levy_funded: 0" not in alternatives(others["levy_funded: 0"])
    assert all(params != Params() for params in others.values())
    assert "volume: incremental" in others


def test_defaults_are_the_illustrative_rates_and_the_lists_are_whole():
    params = Params()
    assert [getattr(params.rates, tier).at(2030) for tier in ("enhanced", "standard", "basic")] == [0.3, 0.2, 0.1]
    assert params.form == "taxable_credit"
    assert params.losses.treatment == "payable"
    assert len(Priority().sections) == 18  # not public administration
    assert Rates().enhanced.quality == "judgement"
    assert not Scope().unincorporated and not Scope().charities


@pytest.mark.parametrize(
    ("block", "kept"),
    [
        ({"claims": {"rate": {"large": 0.5}}}, {"claims.rate": {"micro": 0.25, "small": 0.5, "medium": 0.7}}),
        ({"spending": {"levy_funded": {"small": 0.1}}}, {"spending.levy_funded": {"medium": 0.15, "large": 0.3}}),
        ({"timing": {"large": {"same_year": 0.5}}}, {"timing.large": {"next_year": 0.43}}),
        ({"timing": {"other": {"next_year": 0.5}}}, {"timing.other": {"same_year": 0.03}}),
    ],
)
def test_a_part_of_a_block_keeps_the_defaults_of_the_rest(block, kept):
    for place, values in kept.items():
        found = Params.from_plain(block)
        for name in place.split("."):
            found = getattr(found, name)
        assert {name: getattr(found, name).at(2030) for name in values} == values


def test_shares_of_training_costs_are_those_of_the_population(england):
    """Two copies of what the survey of 2011 says: the figures of employers are kept with the fit."""
    held = england.room_figures["employers"]
    pairs = (
        ("external_fees", "external_fees"), ("off_the_job_course", "off_the_job_course"),
        ("off_the_job_all", "off_the_job"),
    )  # fmt: skip
    for own, other in pairs:
        figure = FIGURES[f"base.{own}"]
        assert (figure.at(2030), *figure.range_at(2030)) == (held[other].central, held[other].low, held[other].high)


def test_the_scenarios_are_the_illustrative_credit_and_the_proposed_deduction():
    credit = api.load_scenario(ROOT / "scenarios" / "skills_tax_credit.yaml").measures[0].params
    deduction = api.load_scenario(ROOT / "scenarios" / "skills_tax_credit_deduction.yaml").measures[0].params
    usual = Params()
    assert credit.model_copy(update={"rates": usual.rates}) == usual
    assert [getattr(credit.rates, tier).at(2030) for tier in TIERS] == [0.3, 0.2, 0.1]
    assert deduction.form == "extra_deduction"
    # 300 and 230 per cent are deducted in place of 100
    assert [getattr(deduction.rates, tier).at(2030) for tier in TIERS] == [2.0, 1.3, 1.3]
