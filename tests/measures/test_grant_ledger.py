"""Every account balances to the penny, in every year and under any rules."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from common import GRANT
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lives import live

from microsim.engine.run import Programme
from microsim.measures import find_measure
from microsim.measures.contract import Setting
from microsim.measures.lifelong_training_grant.lines import ACCOUNT
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.people import WORK_STATUSES

INDEXATION = st.sampled_from(["none", "cpi", "gdp_deflator", "average_earnings"])
AREAS = ("E06000001", "E08000025", "E09000001", "E08000035", "E06000052")


@st.composite
def grants(draw):
    """Any rules of a grant that a scenario could hold."""
    upper = draw(st.integers(40, 75))
    ages = sorted(draw(st.sets(st.integers(17, upper), min_size=1, max_size=4)))
    money = st.floats(0, 20_000, allow_nan=False)
    share = st.floats(0, 1)
    start = draw(st.integers(2025, 2033))
    return {
        "start": start,
        "tranches": [{"age": age, "amount": draw(money)} for age in ages],
        "launch": {
            "rule": draw(st.sampled_from(["flow_only", "current_band", "cumulative", "phased"])),
            "phase_years": draw(st.integers(1, 12)),
            "phase_first": draw(st.sampled_from(["oldest", "youngest"])),
        },
        "upper_age": upper,
        "rollover": draw(st.booleans()),
        "indexation": draw(INDEXATION),
        "annual_use": {
            "labour_force": draw(share),
            "by_work_status": {name: draw(st.floats(0, 5)) for name in WORK_STATUSES},
            "by_age": {16: draw(st.floats(0, 2)), 45: draw(st.floats(0, 2))},
            "part_year": draw(st.booleans()),
        },
        "price": {
            "distribution": draw(st.sampled_from(["lognormal", "single"])),
            "mean": draw(st.floats(1, 20_000)),
            "median_to_mean": draw(st.floats(0.3, 1)),
            "indexation": draw(INDEXATION),
        },
        "transition_areas": {
            "multiplier": draw(st.floats(1, 3)),
            "areas": {str(start): list(AREAS)},
            "doubling_follows": draw(st.sampled_from(["residence_at_tranche", "residence_at_use"])),
        },
        "administration": {"indexation": draw(INDEXATION)},
        "residence": {"years_in_england": draw(st.sampled_from([0, 0, 3]))},
        "take_up": {
            "level": draw(st.sampled_from(["all_users", "induced"])),
            "switching": {
                name: {"eligible": draw(share), "claimed": draw(share)}
                for name in ("self_paid", "loan_funded", "employer_paid")
            },
            "claimed_of_booked": draw(st.floats(0.1, 1)),
        },
        "balance_response": {"use": draw(st.floats(0, 0.7)), "spending": draw(st.floats(0, 0.7))},
        "courses": {
            "qualification": {"share": draw(st.floats(0, 0.5)), "payment": [0.3, 0.3, 0.2, 0.2]},
            "higher_education": {"share": draw(st.floats(0, 0.5))},
        },
        "incidence": {"pass_through": draw(st.floats(0, 0.8)), "taxable_share": draw(share)},
        "copayment": {"share": draw(st.sampled_from([0.0, 0.0, 0.25]))},
        "top_ups": {
            who: {"rate": draw(share), "amount": draw(money)} for who in ("individual", "employer", "local_authority")
        },
        "migration_response": {"rate": draw(share), "within_km": 50},
    }


# A quotient that is rounded up: 23,007 pence at 1.25 pay 28,758, which take 23,006.4 from the account.
ONE_PENNY = {
    "start": 2025,
    "tranches": [{"age": 17, "amount": 223.0}],
    "launch": {"rule": "phased", "phase_years": 12, "phase_first": "youngest"},
    "upper_age": 40,
    "rollover": False,
    "indexation": "average_earnings",
    "annual_use": {
        "labour_force": 1.0,
        "by_work_status": {"employee": 1.0, "self_employed": 0.0, "unemployed": 2.0, "inactive": 1.0, "retired": 0.0},
        "by_age": {16: 0.0, 45: 0.0},
        "part_year": False,
    },
    "price": {"distribution": "single", "mean": 1069.0, "median_to_mean": 0.5, "indexation": "average_earnings"},
    "transition_areas": {
        "multiplier": 1.25,
        "areas": {"2025": list(AREAS)},
        "doubling_follows": "residence_at_use",
    },
    "administration": {"indexation": "average_earnings"},
    "residence": {"years_in_england": 3},
    "take_up": {
        "level": "induced",
        "switching": {
            name: {"eligible": 1.0, "claimed": 1.0} for name in ("self_paid", "loan_funded", "employer_paid")
        },
        "claimed_of_booked": 1.0,
    },
    "balance_response": {"use": 0.0, "spending": 0.0},
    "courses": {
        "qualification": {"share": 0.0, "payment": [0.3, 0.3, 0.2, 0.2]},
        "higher_education": {"share": 0.0},
    },
    "incidence": {"pass_through": 0.0, "taxable_share": 0.0},
    "copayment": {"share": 0.0},
    "top_ups": {who: {"rate": 0.0, "amount": 0.0} for who in ("individual", "employer", "local_authority")},
    "migration_response": {"rate": 1.0, "within_km": 50},
}


@pytest.fixture(scope="module")
def lived(programme_of, england):
    """Live a block under some rules and give each person's account by year: {line: int [years, people]}."""
    sample = Sample(england, 1 / 100_000, seed=3, last_year=2040, block_rows=16_384)
    base = programme_of(sample, {})
    driver, (entry,) = base.driver(), base.measures
    measure = find_measure(GRANT)
    setting = Setting(sample.years, england.area_codes, load_parameters(), 0, england)
    names = [line.name for line in measure.lines]
    assert len(sample.blocks) == 1
    assert len(sample.make(0).people.id) > 600

    def account_by_year(rules):
        params = measure.params.from_plain(rules)
        state = measure.prepare(params, setting, measure.random_group())
        programme = Programme(sample, base.tables, (replace(entry, params=params, setting=setting, state=state),))
        block = sample.make(0)
        lines = np.array([year.lines.copy() for year in live(programme, block, driver)], np.int64)
        return {name: lines[:, place] for place, name in enumerate(names)}

    return account_by_year


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(rules=grants())
@example(rules=ONE_PENNY)
def test_every_account_balances_every_year(lived, rules):
    lines = lived(rules)
    for name in set(lines) - {"doubling_spending"}:
        assert (lines[name] >= 0).all(), name
    spent = lines["grant_spending"] + lines["doubling_spending"]
    assert (spent >= 0).all()
    out = spent + lines["expired"] + lines["written_off"]
    held = lines["balance"] + lines["committed"]
    assert (np.cumsum(lines["entitlement"], axis=0) == np.cumsum(out, axis=0) + held).all()
    # others' money balances too, and the parts of spending are all of it
    paid_in = sum(lines[f"{who}_top_ups"] for who in ("individual", "employer", "local_authority"))
    left = np.cumsum(lines["top_up_spending"] + lines["top_ups_returned"], axis=0) + lines["top_up_balance"]
    assert (np.cumsum(paid_in, axis=0) == left).all()
    # the lines of a person's account are all that it takes: in = out + the rise of what is held and owed
    kept = ("balance", "committed", "top_up_balance")
    into = ("entitlement", *(name for name in ACCOUNT if name.endswith("_top_ups")))
    outgoing = set(ACCOUNT) - set(kept) - set(into)
    rise = sum(lines[name] - before(lines[name]) for name in kept)
    assert (sum(lines[name] for name in into) == sum(lines[name] for name in outgoing) + rise).all()
    parts = ("deadweight_spending", "induced_spending", "price_spending", "balance_spending")
    assert (sum(lines[part] for part in parts) == spent).all()
    assert (lines["loans_displaced"] + lines["employer_fees_displaced"] <= lines["deadweight_spending"]).all()
    # tranches are begun by spending, at most all of them, and what is left at the upper age has expired
    assert (lines["courses_paid"] == spent).all()
    assert (lines["tranches_used"].sum(axis=0) <= len(rules["tranches"])).all()
    assert (lines["tranches_used"] <= lines["users"] * len(rules["tranches"])).all()
    first = (np.cumsum(spent + lines["committed"], axis=0) > 0).any(axis=0)
    assert ((lines["tranches_used"].sum(axis=0) > 0) == first).all()
    reached, with_money, unspent = (
        lines[name] for name in ("reached_upper_age", "reached_with_money", "unspent_at_upper_age")
    )
    assert (reached.sum(axis=0) <= 1).all()
    assert (with_money == (unspent > 0)).all()
    assert (with_money <= reached).all()
    assert (unspent <= lines["expired"]).all()
    # nobody spends without a use, nobody uses without money, and a course costs at least what the account pays
    users, holders = lines["users"], lines["holders"]
    assert ((users == 0) | (users == 1)).all()
    assert (users <= holders).all()
    assert (lines["bookings"] >= users).all()
    assert (spent[(users == 0) & (lines["committed"] == 0) & (before(lines["committed"]) == 0)] == 0).all()
    assert (lines["copayment"][users == 0] == 0).all()
    if rules["copayment"]["share"] == 0:
        short = lines["copayment"] > 0
        assert lines["balance"][short].max(initial=0) == 0, "a learner pays only when the account is empty"
        assert (lines["top_up_balance"][short] == 0).all()


def before(stock):
    """A stock at the end of the year before, [years, people]."""
    return np.concatenate([np.zeros_like(stock[:1]), stock[:-1]])


def test_balances_of_a_whole_run_add_up(small_run):
    """Stocks and flows of the published table: balance now = balance before + in - out, to the penny."""
    lines = small_run.tables["lines"].query("measure == 'training_grant'")
    table = pd.DataFrame({key: part.set_index("financial_year")["amount"] for key, part in lines.groupby("line")})
    pence = (table * 100).round().astype(np.int64)
    change = pence["balance"].diff().fillna(pence["balance"].iloc[0])
    change += pence["committed"].diff().fillna(pence["committed"].iloc[0])
    spent = pence["grant_spending"] + pence["doubling_spending"]
    flow = pence["entitlement"] - spent - pence["expired"] - pence["written_off"]
    assert (change == flow).all()
    assert pence["entitlement"].sum() > 0
