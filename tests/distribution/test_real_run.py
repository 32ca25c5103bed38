"""The tables of a real run: they agree with one another and with the costing, to the penny where that is promised."""

import numpy as np
import pandas as pd
import pytest

from microsim.report.dictionary import tables as dictionary
from microsim.report.lifetimes import lifetime_line

YEAR = "2035-36"
INDEX = ["measure", "financial_year"]


def pence(amounts):
    """Pounds as whole pence."""
    return np.rint(amounts * 100).astype(np.int64)


def test_effects_on_the_exchequer_are_the_scorecards_by_every_breakdown(small_run):
    costing = pence(small_run.scorecard.groupby(INDEX)["cash"].sum())
    gains = small_run.gains.query("kind == 'exchequer' and measure != 'all measures'")
    assert gains["breakdown"].nunique() == 16
    for breakdown, part in gains.assign(pence=pence(gains["amount"])).groupby("breakdown"):
        by_year = part.groupby(INDEX)["pence"].sum()
        pd.testing.assert_series_equal(by_year, costing[costing != 0], check_names=False, obj=breakdown)


def test_every_kind_adds_up_to_the_same_by_every_breakdown(small_run):
    gains = small_run.gains
    table = gains.assign(pence=pence(gains["amount"])).pivot_table(
        index=["kind", *INDEX], columns="breakdown", values="pence", aggfunc="sum", fill_value=0
    )
    assert {"cash", "in_kind", "employer", "employer_profits"} <= set(table.index.get_level_values("kind"))
    assert (table.to_numpy() == table[["england"]].to_numpy()).all()


def test_what_learners_have_is_what_is_spent_on_them(small_run):
    """The grant by its lines, and for each of England's 49 or so million adults."""
    lines = small_run.tables["lines"].query("arm == 'reform' and measure == 'training_grant'")
    line = lines[lines["financial_year"] == YEAR].set_index("line")["amount"]
    expected = line["grant_spending"] + line["doubling_spending"]
    expected -= line["price_spending"] + line["employer_fees_displaced"] + line["loan_subsidy_saved"]
    grant = "breakdown == 'england' and measure == 'training_grant' and kind == 'in_kind'"
    row = small_run.gains.query(f"{grant} and financial_year == '{YEAR}'").iloc[0]
    assert row["amount"] == pytest.approx(expected, abs=0.005)
    groups = small_run.tables["gain_groups"]
    adults = groups.query(f"breakdown == 'england' and financial_year == '{YEAR}'")["adults"].iloc[0]
    assert 47e6 < adults < 54e6
    assert row["per_adult"] == pytest.approx(expected / adults, abs=0.005)
    assert row["share_of_income"] < 0.01


def test_lives_receive_what_years_gave(small_run):
    """Over all cohorts, to the penny, for each measure: the gains of every published year of people themselves. The
    yearly gains have national money besides, of which no life has a part: the VAT relief's alone."""
    lives = small_run.lifetimes.query("breakdown == 'all'")
    england = small_run.gains.query("breakdown == 'england'")
    groups = small_run.tables["group_replicates"].query("breakdown == 'england'")
    own = pence(groups.filter(like="random_group_")).sum(axis=1)
    for kind, with_national in (("cash", set()), ("in_kind", {"vat_relief"})):
        received = lives[lives["item"] == f"{kind}_nominal"]
        received = pence(received["total"]).groupby(received["measure"]).sum()
        of_all = received.pop("all measures")
        assert of_all == received.sum()
        mine = groups["kind"] == kind
        assert received.to_dict() == own[mine].groupby(groups["measure"][mine]).sum().to_dict()
        gained = england[(england["kind"] == kind) & (england["measure"] != "all measures")]
        gap = pence(gained["amount"]).groupby(gained["measure"]).sum() - received
        assert set(gap.index[gap != 0]) == with_national


def test_lives_are_the_same_by_every_breakdown(small_run):
    table = small_run.lifetimes
    shares = table.query("item == 'ever'")
    assert shares["per_life"].between(0, 1).all()
    totals = table.assign(pence=pence(table["total"].fillna(0.0)))
    totals = totals.pivot_table(
        index=["birth_cohort", "measure", "item"], columns="breakdown", values="pence", aggfunc="sum"
    )
    assert (totals.eq(totals["all"], axis=0)).all(axis=None)


def test_every_life_has_used_some_number_of_tranches(small_run):
    table = small_run.lifetimes.query("breakdown == 'all' and measure == 'training_grant'")
    counted = table[table["item"].isin([f"tranches_{number}" for number in ("0", "1", "2", "3_or_more")])]
    assert counted["item"].nunique() > 2
    by_cohort = counted.groupby("birth_cohort").agg({"total": "sum", "lives": "first"})
    assert (by_cohort["total"] == by_cohort["lives"]).all()
    users = table.query("item == 'ever_used'")["total"].sum()
    assert counted.query("item != 'tranches_0'")["total"].sum() == pytest.approx(users, rel=0.01)


def test_money_in_other_terms_is_less(small_run):
    money = small_run.lifetimes.query("breakdown == 'all' and measure == 'all measures'").groupby("item")["total"].sum()
    assert money["in_kind_nominal"] > money["in_kind_real"] > money["in_kind_present_value"] > 0


def test_what_is_unspent_is_of_those_who_reach_the_upper_age(small_run):
    table = small_run.lifetimes.query("breakdown == 'all' and measure == 'training_grant'")
    by_item = table.pivot_table(index="birth_cohort", columns="item", values=["total", "ratio"])
    total, ratio = by_item["total"], by_item["ratio"].dropna()
    share = (total["reached_with_money"] / total["reached_upper_age"])[ratio.index]
    assert ratio["share_unspent_at_upper_age"].to_numpy() == pytest.approx(share.to_numpy(), abs=1e-6)
    assert ratio["share_unspent_at_upper_age"].between(0.2, 1).all()
    assert "had money unspent" in lifetime_line(small_run.lifetimes)
    assert lifetime_line(small_run.lifetimes.query("measure != 'training_grant'")) == ""


def test_winners_are_people_of_households(small_run):
    table, groups = small_run.winners_and_losers, small_run.tables["gain_groups"]
    private = groups.query("breakdown == 'income_decile' and group != 'communal establishments'")
    people = private.groupby("financial_year")["people"].sum()
    everybody = table[table["group"] == "all"].groupby(["concept", "scale", "financial_year"])["people"].sum()
    assert len(everybody) == 4 * len(people)
    for (_, _, year), count in everybody.items():
        assert count == people[year]
    tenths = table[table["group"] != "all"].groupby(["concept", "scale", "financial_year"])["people"].sum()
    assert (tenths == everybody).all()


def test_tenths_hold_a_tenth_each_in_every_year(small_run):
    every_year = small_run.tables["gain_groups"].query("breakdown == 'income_decile'")
    tenths = every_year.pivot_table(index="financial_year", columns="group", values="people")
    tenths = tenths.drop(columns="communal establishments")
    assert tenths.shape == (len(small_run.tables["gain_groups"]["financial_year"].unique()), 10)
    assert tenths.div(tenths.sum(axis=1), axis=0).to_numpy() == pytest.approx(0.1, rel=1e-6)
    groups = every_year[every_year["financial_year"] == YEAR].set_index("group")
    incomes = groups["net_income"] / groups["households"]
    assert incomes["decile 10"] > 3 * incomes["decile 1"]


def test_the_dictionary_has_every_column(small_run):
    for name in ("gains", "gain_groups", "winners_and_losers", "inequality", "concentration", "distributional_weights",
                 "lifetimes"):  # fmt: skip
        assert [column.name for column in dictionary()[name].columns] == list(small_run.tables[name].columns)


def test_a_fifth_of_a_gain_is_two_of_its_tenths(small_run):
    """The tables of concentration and of gains agree, but for what communal establishments gain."""
    gains = small_run.gains.query(f"breakdown == 'income_decile' and financial_year == '{YEAR}' and kind == 'in_kind'")
    tenths = gains[gains["measure"] == "training_grant"].set_index("group")["amount"]
    tenths = tenths[[f"decile {number}" for number in range(1, 11)]]
    table = small_run.tables["concentration"].query(f"financial_year == '{YEAR}' and kind == 'in_kind'")
    found = table[table["measure"] == "training_grant"].set_index("statistic")["value"]
    expected = tenths.to_numpy().reshape(5, 2).sum(axis=1) / tenths.sum()
    assert found[[f"fifth_{number}_share" for number in range(1, 6)]].to_numpy() == pytest.approx(expected, abs=1e-4)


def test_the_approximate_error_of_areas_is_near_that_of_random_groups(small_run):
    """Regions have both: what random groups say, and England's error scaled by adults."""
    gains = small_run.gains.query("measure == 'training_grant' and kind == 'in_kind'")
    groups = small_run.tables["gain_groups"].set_index(["breakdown", "group", "financial_year"])["adults"]
    england = gains.query("breakdown == 'england'").set_index("financial_year")["simulation_error"]
    regions = gains.query("breakdown == 'region'").dropna(subset=["simulation_error"])
    shares = np.array([
        groups["region", group, year] / groups["england", "England", year]
        for group, year in zip(regions["group"], regions["financial_year"], strict=True)
    ])  # fmt: skip
    ratio = england[regions["financial_year"]].to_numpy() * np.sqrt(shares) / regions["simulation_error"].to_numpy()
    assert len(ratio) > 100
    assert 0.7 < np.median(ratio) < 1.5
