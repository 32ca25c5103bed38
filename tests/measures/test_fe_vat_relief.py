"""FE VAT relief: the hand calculations, the published figures, the money by legal route, and college learners."""

import numpy as np
import pytest
from lives import live
from pydantic import ValidationError

from microsim.measures import find_measure
from microsim.measures.contract import Setting, Surroundings
from microsim.measures.fe_vat_relief import rules
from microsim.measures.fe_vat_relief.params import ESTIMATES, Params
from microsim.measures.fe_vat_relief.results import national, tables
from microsim.measures.fe_vat_relief.year import amounts
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample

KIND = "fe_vat_relief"
YEARS = tuple(range(2025, 2036))
MONEY = ("vat_refund", "compensation_grant", "grant_clawback", "not_spent", "outsourcing_refund", "outsourcing_vat")
OFFICIAL = load_parameters()
COSTLESS = {"administration": {"fixed": 0}, "barnett": {"share": 0}}
PLAIN = {"growth": {"index": "none"}, "scope": {"sixth_form_share": 0}}  # the estimate as published, every year


def setting_of(england, overrides=None):
    return Setting(YEARS, england.area_codes, load_parameters(overrides), 0, england)


def params_of(**block):
    return Params.from_plain({"start": "2027-28", **block})


def national_of(england, params, overrides=None):
    """Pounds of each line by year."""
    setting = setting_of(england, overrides)
    nobody = {line.name: np.zeros(len(YEARS), np.int64) for line in find_measure(KIND).lines}
    found = national(params, setting, nobody)
    return {name: dict(zip(YEARS, values / 100, strict=True)) for name, values in found.items()}


def borrowing(england, params):
    """What public sector net borrowing rises by in 2028-29, pounds: the scored lines by their signs."""
    money = national_of(england, params)
    lines = {line.name: line for line in find_measure(KIND).lines}
    return -sum(lines[name].sign * values[2028] for name, values in money.items())


def each_spent(england, **block):
    """Pounds that colleges spend on a learner of 16 to 18 and on an adult [years, 2]."""
    params, setting = params_of(**block), setting_of(england)
    due = np.array([rules.relief(params, OFFICIAL, year) for year in YEARS])
    return amounts(params, setting, due) / 100


def test_what_is_spent_is_divided_among_the_learners_there_are(england):
    """£222.26m x 0.9 over 653,000 x 0.85 + 179,000 x 0.431 + 1,162,000 x 0.8 x 0.19 learners: £247.32 each."""
    each = each_spent(england)
    assert each[YEARS.index(2027)] == pytest.approx([247.32, 46.99], abs=0.02)
    assert not each[: YEARS.index(2027)].any()
    projected = england.projection[:, :3].sum(axis=(1, 2))
    growth = projected[2030 - england.reference_year] / projected[2027 - england.reference_year]
    counted = (653_000 * 0.85 + 179_000 * 0.431) * growth + 1_162_000 * 0.8 * 0.19
    relief = rules.relief(params_of(), OFFICIAL, 2030)
    assert each[YEARS.index(2030), 0] == pytest.approx(relief * 0.9 / counted, abs=0.006)


def test_what_is_taken_back_or_kept_reaches_no_learner(england):
    whole = each_spent(england, spent_share=1)
    assert each_spent(england, spent_share=0.5, grant_clawback=0.5) == pytest.approx(whole / 4, abs=0.006)
    assert not each_spent(england, spent_share=0).any()
    assert not each_spent(england, learners={"further_education": 0, "sixth_form": 0, "adults": 0}).any()


def test_what_learners_do_not_have_of_it_is_national(england):
    """The line is what colleges spend, to the penny, whatever the learners of a sample were given."""
    params, given = params_of(), np.arange(len(YEARS)) * 1_000_000_000
    setting, nobody = setting_of(england), dict.fromkeys(MONEY, np.zeros(len(YEARS), np.int64))
    rest = national(params, setting, {**nobody, "spent_on_learner": given})
    spent = rest["vat_refund"] - rest["not_spent"]
    assert abs(given + rest["spent_on_learner"] - spent).max() <= 1  # a penny: each is rounded by itself
    assert (given + rest["spent_on_learner"])[YEARS.index(2027) :].all()


def test_an_amount_that_follows_learners_is_the_same_for_each(england):
    still = {"growth": {"index": "none", "real": 0, "follow_learners": True}}
    each = each_spent(england, **still)[YEARS.index(2027) :]
    assert (each == each[0]).all()
    assert each[0].all()


def test_vat_in_a_price_that_includes_it():
    assert rules.vat_within(120, 0.20) == pytest.approx(20, abs=1e-12)
    assert rules.vat_within(105, 0.05) == pytest.approx(5, abs=1e-12)
    assert rules.vat_within(120, 0.0) == 0


def test_the_hand_calculation_from_accounts():
    """6.5bn x 0.33 x 0.60 x 20/120 = 214.5m; the published estimate is 210m."""
    steps = rules.bottom_up_steps(6.5e9, 0.33, 0.60, 0.0, 0.20, 0.0)
    assert steps.irrecoverable == pytest.approx(214_500_000, abs=0.01)
    assert rules.bottom_up(params_of(**PLAIN), OFFICIAL, 2027).irrecoverable == pytest.approx(214_500_000, abs=0.01)
    assert steps.irrecoverable / 210e6 == pytest.approx(1.021, abs=0.001)


def test_vat_recovered_already_and_vat_on_buildings():
    """A tenth recovered: 193.05m. Buildings of £120m bear £20m."""
    assert rules.bottom_up_steps(6.5e9, 0.33, 0.60, 0.0, 0.20, 0.1).irrecoverable == pytest.approx(193_050_000)
    assert rules.bottom_up_steps(0, 0.33, 0.60, 120e6, 0.20, 0.0).irrecoverable == pytest.approx(20_000_000)


def test_the_rate_is_the_official_one(england):
    """At 15 per cent 1.287bn has 15/115 of VAT in it: 167.87m."""
    block = params_of(basis="bottom_up", **PLAIN)
    money = national_of(england, block, {"value_added_tax.standard_rate": {"2027-28": 0.15}})
    assert money["vat_refund"][2028] == pytest.approx(1.287e9 * 15 / 115, abs=0.01)


def test_the_published_estimate_scores_as_published(england):
    money = national_of(england, params_of(**PLAIN, **COSTLESS))
    assert money["vat_refund"][2026] == 0
    assert money["vat_refund"][2027] == money["vat_refund"][2035] == 210_000_000
    assert money["compensation_grant"][2028] == 0


def test_prices_follow_the_deflator_from_the_year_of_the_estimate(england):
    money = national_of(england, params_of(scope={"sixth_form_share": 0}))
    by_hand = 210e6 * np.prod([1 + OFFICIAL.value("gdp_deflator_growth", year) for year in (2025, 2026, 2027)])
    assert money["vat_refund"][2027] == pytest.approx(by_hand, abs=0.01)
    grown = national_of(england, params_of(growth={"index": "none", "real": 0.01}, scope={"sixth_form_share": 0}))
    assert grown["vat_refund"][2027] == pytest.approx(210e6 * 1.01**3, abs=0.01)


def test_colleges_that_become_academies_leave_the_relief():
    """7.7 per cent of the VAT is that of sixth-form colleges, 38 of 72 then and 31 of 72 now outside academies."""
    here = rules.in_scope(0.077, 41 / 72, 34 / 72, further_education=True, sixth_form=True)
    assert here == pytest.approx(0.923 + 0.077 * 31 / 38, abs=1e-12)
    assert rules.in_scope(0.077, 1.0, 34 / 72, further_education=True, sixth_form=True) == pytest.approx(0.923)
    assert rules.in_scope(0.077, 0.5, 0.5, further_education=False, sixth_form=True) == pytest.approx(0.077)
    assert rules.in_scope(0.077, 1.0, 1.0, further_education=True, sixth_form=True) == pytest.approx(0.923)


def test_the_share_of_sixth_form_colleges_is_in_prices_of_the_estimate():
    """38 colleges x £317,000 of 2015-16 x the deflator to 2024-25, over £210 million."""
    deflator = OFFICIAL.index("gdp_deflator_growth", [2024], 2015)[0]
    assert Params().scope.sixth_form_share.at(2024) == pytest.approx(38 * 317_000 * deflator / 210e6, abs=0.0005)


def test_accounts_are_of_their_own_year_and_prices_of_another():
    """Spent in 2022-23, when 28 of 72 were academies, in prices of 2024-25; real growth counts from 2022-23."""
    params = params_of(growth={"index": "none", "real": 0.01})
    scope = 0.923 + 0.077 * (1 - 0.569) / (1 - 0.389)
    found = rules.bottom_up_in_scope(params, OFFICIAL, 2027)
    assert found == pytest.approx(214.5e6 * 1.01**5 * scope, abs=0.01)
    prices = rules.bottom_up(params_of(growth={"real": 0}), OFFICIAL, 2025).spending
    assert prices == pytest.approx(6.5e9 * (1 + OFFICIAL.value("gdp_deflator_growth", 2025)))


def test_the_default_relief_of_the_first_year():
    """207m of 2024-25 prices and three years of deflator."""
    scope = 0.923 + 0.077 * (1 - 0.569) / (1 - 0.472)
    deflator = np.prod([1 + OFFICIAL.value("gdp_deflator_growth", year) for year in (2025, 2026, 2027)])
    assert 210e6 * scope == pytest.approx(207.0e6, abs=0.1e6)
    assert rules.relief(params_of(), OFFICIAL, 2027) == pytest.approx(210e6 * scope * deflator, abs=0.01)


def test_a_grant_is_in_the_departments_budget_and_has_consequences(england):
    money = national_of(
        england, params_of(legal_route="grant_compensation", barnett={"include": True, "share": 0.2}, **PLAIN)
    )
    assert money["vat_refund"][2028] == 0
    assert money["compensation_grant"][2028] == 210_000_000
    assert money["barnett"][2028] == 42_000_000
    refund = national_of(england, params_of(barnett={"include": True, "share": 0.2}, **PLAIN))
    assert refund["barnett"][2028] == 0
    both = {"include": True, "on_refunds": True, "share": 0.2}
    assert national_of(england, params_of(barnett=both, **PLAIN))["barnett"][2028] == 42_000_000
    assert national_of(england, params_of(legal_route="grant_compensation", **PLAIN))["barnett"][2028] == 0


@pytest.mark.parametrize(("route", "part"), [("s33_listing", 1), ("s33b_style", 1), ("s41", 0.5)])
def test_each_refund_gives_back_its_part(england, route, part):
    assert national_of(england, params_of(legal_route=route, **PLAIN))["vat_refund"][2028] == 210e6 * part


@pytest.mark.parametrize("spent", [0, 0.9, 1])
@pytest.mark.parametrize("clawback", [0, 0.25, 1])
@pytest.mark.parametrize("route", ["s33b_style", "grant_compensation"])
def test_borrowing_rises_by_what_colleges_spend(england, spent, clawback, route):
    """A transfer within the public sector moves borrowing only as it is spent: s (1 - c) X."""
    block = params_of(spent_share=spent, grant_clawback=clawback, legal_route=route, **PLAIN, **COSTLESS)
    assert borrowing(england, block) == pytest.approx(210e6 * spent * (1 - clawback), abs=0.02)


def test_bought_in_services_cancel(england):
    """2 per cent of the pay bill of 6.5bn x 0.67 moved, 20 per cent VAT on it: refunded and paid."""
    block = params_of(outsourcing_response=0.02, **PLAIN, **COSTLESS)
    money = national_of(england, block)
    assert money["outsourcing_refund"][2028] == pytest.approx(6.5e9 * 0.67 * 0.02 * 0.2, abs=0.01)
    assert money["outsourcing_vat"][2028] == money["outsourcing_refund"][2028]
    assert borrowing(england, block) == pytest.approx(210e6 * 0.9, abs=0.02)


def test_bought_in_services_are_those_of_colleges_in_scope_by_their_route(england):
    """Half of it by section 41, of the colleges in scope; of the refund three months come a year later."""
    scope = {"further_education": True, "sixth_form": False, "sixth_form_share": 0.25}
    block = {"outsourcing_response": 0.02, "growth": {"index": "none"}, "scope": scope, "legal_route": "s41"}
    money = national_of(england, params_of(claim_lag_months=3, **block))
    paid = 6.5e9 * 0.67 * 0.02 * 0.2 * 0.75 * 0.5
    assert money["outsourcing_vat"][2027] == pytest.approx(paid, abs=0.01)
    assert money["outsourcing_refund"][2027] == pytest.approx(paid * 9 / 12, abs=0.01)
    assert money["outsourcing_refund"][2028] == pytest.approx(paid, abs=0.01)
    grant = national_of(england, params_of(**{**block, "legal_route": "grant_compensation"}))
    assert grant["outsourcing_vat"][2028] == grant["outsourcing_refund"][2028] == 0


def test_a_lag_moves_months_into_the_next_year(england):
    money = national_of(england, params_of(claim_lag_months=3, **PLAIN))
    assert money["vat_refund"][2027] == pytest.approx(210e6 * 9 / 12)
    assert money["vat_refund"][2028] == 210e6
    assert rules.with_lag([0, 120, 240], 1).tolist() == pytest.approx([0, 110, 230])


def test_the_two_estimates_stand_side_by_side_whichever_scores(england):
    nobody = {"college_learners": np.zeros(len(YEARS), np.int64)}
    one = tables(params_of(**PLAIN), setting_of(england), nobody)["comparison"].set_index("financial_year")
    other = tables(params_of(basis="bottom_up", **PLAIN), setting_of(england), nobody)["comparison"]
    first = one.loc["2028-29"]
    assert (first.top_down_low, first.top_down, first.top_down_high) == (200e6, 210e6, 250e6)
    assert first.bottom_up == pytest.approx(214.5e6)
    assert first.residual == pytest.approx(4.5e6)
    assert first.relief_due == 210e6
    kept = ["top_down", "bottom_up", "residual"]
    assert (one[kept].to_numpy() == other[kept].to_numpy()).all()
    assert other.set_index("financial_year").loc["2028-29", "relief_due"] == pytest.approx(214.5e6)


def test_the_bridge_adds_up(england):
    bridge = tables(params_of(bottom_up={"already_recovered": 0.05}), setting_of(england), {})["bridge"]
    for _, steps in bridge.groupby("financial_year"):
        amount = steps.set_index("step")["amount"]
        assert amount.iloc[3:6].sum() == pytest.approx(amount["VAT not recovered"], abs=0.01)
        assert amount.iloc[0] > amount.iloc[1] > amount.iloc[2] > amount.iloc[3] > 0


def test_the_published_estimates_are_dated_and_within_the_range():
    values = [figure.steps[0] for figure in ESTIMATES.values()]
    assert {(step.year, step.central) for step in values} == {(2023, 2e8), (2024, 2.1e8), (2024, 2e8), (2025, 2.5e8)}
    low, high = Params().top_down.amount.range_at(2024)
    assert low == min(step.central for step in values)
    assert high == max(step.central for step in values)


def test_learners_move_the_money_where_asked(england):
    learners = np.array([0, 0, 1000, 1100, *[900] * 7])
    followed = params_of(**{**PLAIN, "growth": {"index": "none", "follow_learners": True}})
    found = national(followed, setting_of(england), {"learners_with_academies": learners})["vat_refund"] / 100
    assert found[2:5].tolist() == pytest.approx([210e6, 231e6, 189e6])


def test_a_college_that_becomes_an_academy_is_taken_off_once(england):
    """The last sixth-form colleges convert in 2029-30: a tenth of the VAT goes, however many learners go with it."""
    scope = {"sixth_form_share": 0.1, "academised_share": {"2022-23": 0, "2029-30": 1}}
    params = params_of(growth={"index": "none", "follow_learners": True}, scope=scope)
    totals = {
        "learners_with_academies": np.full(len(YEARS), 1000),
        "college_learners": np.array([*[1000] * 4, *[700] * 7]),
    }
    found = national(params, setting_of(england), totals)["vat_refund"] / 100
    assert found[3:5].tolist() == pytest.approx([210e6, 189e6])


@pytest.mark.parametrize(
    ("block", "path"),
    [
        ({"start": "2024-25"}, ("start",)),
        ({"scope": {"further_education": False, "sixth_form": False}}, ("scope",)),
        ({"top_down": {"price_year": "2015-16"}}, ("top_down", "price_year")),
        ({"bottom_up": {"data_year": "2015-16"}}, ("bottom_up", "data_year")),
        ({"spent_share": {"2028-29": 1}}, ("spent_share",)),
        ({"top_down": {"amount": {"2030-31": 2e8}}}, ("top_down", "amount")),
    ],
)
def test_what_does_not_fit_the_population_or_the_dates_is_refused(block, path):
    around = Surroundings((), (), 2025)
    check = find_measure(KIND).check
    assert path in [fault.path for fault in check(params_of(**block), around)]
    assert not check(params_of(), around)


@pytest.mark.parametrize(
    "block",
    [
        {"basis": "guess"},
        {"legal_route": "s34"},
        {"spent_share": 1.2},
        {"spent_share": -0.1},
        {"bottom_up": {"taxable_share": 1.01}},
        {"top_down": {"amount": -1}},
        {"claim_lag_months": 13},
        {"growth": {"index": "rpi"}},
        {"scope": {"academised_share": 1.5}},
        {"refund": 1},
    ],
)
def test_bad_values_are_refused(block):
    with pytest.raises(ValidationError):
        Params.from_plain(block)


PEOPLE_16_TO_18 = {2023: 2_021_504, 2025: 2_131_172, 2026: 2_167_400}
"""Mid-year, England: Office for National Statistics, estimates for mid-2023 and 2022-based projections (28 January
2025)."""


def test_college_learners_are_near_the_published_numbers(england, programme_of):
    """661,000 of 16 to 18 and 925,000 adults at colleges in 2023/24 (Institute for Fiscal Studies, October 2024).

    Young learners grow with their age group, and are compared before academies are taken off; the population is known
    to have 3.5 per cent too many. Of adults it is a calibration that is tested: `adults_at_colleges` was chosen to give
    925,000. One standard deviation is 1.2 per cent of the young and 2.4 of the adults, as eleven seeds show: three are
    allowed.
    """
    sample = Sample(england, 1 / 500, seed=2, last_year=2026)
    programme = programme_of(sample, {"start": "2025-26", "scope": {"academised_share": 0}}, kind=KIND)
    driver, counts = programme.driver(), np.zeros((2, 4))
    names = [line.name for line in find_measure(KIND).lines]
    places = [names.index(name) for name in ("young_learners", "adult_learners", "college_learners",
                                             "learners_with_academies")]  # fmt: skip
    for number in range(len(sample.blocks)):
        for year in live(programme, sample.make(number), driver):
            counts[year.number] += year.lines[places] @ (year.people.weight / 1000)
    young, adults, key, before = counts.mean(axis=0)
    grown = 661_000 * (PEOPLE_16_TO_18[2025] + PEOPLE_16_TO_18[2026]) / 2 / PEOPLE_16_TO_18[2023]
    assert young / grown == pytest.approx(1.035, abs=0.036)
    assert adults == pytest.approx(925_000, rel=0.072)
    assert key == pytest.approx(young + 0.19 * adults, rel=0.02)
    assert before == key


def test_the_part_of_further_education_at_colleges_is_the_populations(england):
    figure = england.room_figures["study"]["further_education_in_colleges"]
    here = Params().learners.fe_at_colleges
    assert here.at(2027) == figure.central
    assert here.range_at(2027) == (figure.low, figure.high)
