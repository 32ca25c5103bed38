"""Who gains: figures are those of the tables, kinds are not added, and titles are right for other signs too."""

import numpy as np
import pandas as pd
import pytest
from gains_material import ADULTS, DECILES, HOUSEHOLDS, INCOME, REGIONS, blocks_of, figure, gains, material, texts

from microsim.comparison.finished import FinishedRun
from microsim.report.material import Material
from microsim.report.sections.incomes_tables import concentration, inequality_sentence, weighted
from microsim.report.sections.kinds import year_shown
from microsim.report.sections.labels import labelled, short
from microsim.report.sections.lifetimes_charts import lifetimes, longest_seen
from microsim.report.sections.where import where
from microsim.report.sections.who_gains import NOTHING, who_gains
from microsim.report.sections.winners_charts import winners, winners_title

IN_KIND = dict(zip(DECILES, range(10_000, 20_000, 1000), strict=True))
IN_KIND |= {"England": 40_000.0, "16-24": 9000.0, "67+": 100.0}
CASH = dict.fromkeys(DECILES, -500.0) | {"England": -5000.0, "communal establishments": 7.0}


def section(amounts=None, errors=10.0, measures=("grant",), **tables):
    return who_gains(material(gains(amounts or {"in_kind": IN_KIND, "cash": CASH}, errors, measures), **tables))


def test_figures_are_those_of_the_tables_and_no_sum_of_kinds():
    found = section()
    pounds = figure(found, "tenths-pounds").data.rows.set_index("group")
    assert pounds["in_kind_per_household"]["1 (poorest)"] == 10_000 / HOUSEHOLDS
    assert pounds["cash_per_household"]["10 (richest)"] == -500 / HOUSEHOLDS
    assert pounds["cash_error_per_household"]["5"] == pytest.approx(10 / HOUSEHOLDS)
    share = figure(found, "tenths-share").data.rows.set_index("group")
    assert share["in_kind_share_of_income"]["2"] == 11_000 / INCOME
    drawn = figure(found, "tenths-pounds").chart.to_dict()
    bars = drawn["datasets"][drawn["layer"][0]["data"]["name"]]
    assert len(bars) == 20
    assert {(bar["group"], bar["kind"]): bar["value"] for bar in bars}["10", "in kind"] == 19_000 / HOUSEHOLDS
    assert [bar["high"] - bar["low"] for bar in bars] == pytest.approx([20 / HOUSEHOLDS] * 20)
    assert drawn["layer"][0]["encoding"]["xOffset"]["field"] == "kind"


def test_titles_say_what_the_poorest_and_the_richest_have():
    found = section()
    assert (
        figure(found, "tenths-share").title == "The poorest tenth gain 0.20 % of net income in kind, the richest 0.38 %"
    )
    title = "In pounds, the poorest tenth of households gain £20 a year in kind, the richest £38"
    assert figure(found, "tenths-pounds").title == title
    assert texts(found).startswith("In 2031-32, households on average lose £10 in cash and gain £80 in kind.")


def test_titles_where_signs_differ_or_are_the_other():
    amounts = {"in_kind": dict(IN_KIND, **{"decile 1": -10_000.0})}
    found = section(amounts)
    title = "In pounds, the poorest tenth of households lose £20 a year in kind, the richest gain £38"
    assert figure(found, "tenths-pounds").title == title
    every = {"cash": {name: -abs(amount) for name, amount in IN_KIND.items()}}
    title = "The poorest tenth lose 0.20 % of net income in cash, the richest 0.38 %"
    assert figure(section(every), "tenths-share").title == title
    small = figure(section({"in_kind": dict.fromkeys([*DECILES, "England"], 100.0)}), "tenths-share")
    assert small.title == "The poorest tenth gain under 0.01 % of net income in kind, the richest under 0.01 %"


def test_ages_and_regions_are_named_only_beyond_chance():
    assert figure(section(), "ages").title == "Gains in kind by age: 16-24 (£9) most, 25-34 (£0) least"
    few = {"in_kind": {**IN_KIND, "25-34": 5000.0}}
    assert figure(section(few), "ages").title == "Gains in kind by age: 16-24 (£9) most, 67+ (£0.10) least"
    noisy = {"in_kind": {**IN_KIND, "16-24": 300.0, "25-34": 310.0, "67+": 290.0}}
    assert figure(section(noisy, errors=20.0), "ages").title.startswith("Gains in kind differ little by age")
    regions = {"in_kind": IN_KIND | {name: 1000.0 * (1 + place) for place, name in enumerate(REGIONS)}}
    shown = figure(section(regions), "regions-share")
    assert (
        shown.title
        == "Gains in kind by region as a share of income: South West (0.18 %) most, North East (0.02 %) least"
    )
    assert shown.data.rows["in_kind_share_of_income"].tolist() == pytest.approx(
        [1000 * n / INCOME for n in range(1, 10)]
    )


def test_only_the_end_that_is_told_from_the_next_group_is_named():
    near = {"in_kind": {**IN_KIND, "16-24": 9000.0, "25-34": 8995.0}}
    assert figure(section(near), "ages").title == "Gains in kind by age: 67+ (£0.10) least"
    both = {"in_kind": {**IN_KIND, "16-24": 9000.0, "25-34": 8995.0, "67+": 8940.0}}
    assert figure(section(both), "ages").title == "Gains in kind by age: 67+ (£9) least"
    tied = {"in_kind": IN_KIND | dict.fromkeys(REGIONS[:5], 1000.0) | dict.fromkeys(REGIONS[5:], 2000.0)}
    title = figure(section(tied), "regions-share").title
    assert title.endswith("differ by region as a share of income; which has most or least cannot be told from noise")


def test_groups_that_gain_nothing_are_there_without_an_error():
    ages = figure(section(), "ages").data.rows.set_index("group")
    assert ages["in_kind_per_adult"]["25-34"] == 0 and np.isnan(ages["in_kind_error_per_adult"]["25-34"])
    assert ages["cash_per_adult"].tolist() == [0, 0, 0]


def test_other_breakdowns_are_folded_with_labels_of_their_own():
    amounts = {"in_kind": IN_KIND | dict.fromkeys(["none", "other", "white", "male"], 3000.0)}
    found = section(amounts)
    group = figure(found, "other-groups")
    assert group.folded and [table.name for table in group.blocks] == [
        "gains-by-sex", "gains-by-ethnicity", "gains-by-qualification",
    ]  # fmt: skip
    by_name = {table.name: table.rows["group"].tolist() for table in group.blocks}
    assert by_name["gains-by-ethnicity"] == ["White", "Other"]
    assert by_name["gains-by-qualification"] == ["No qualification", "Other qualifications"]
    sexes = figure(found, "gains-by-sex").rows.set_index("group")["in_kind_per_adult"]
    assert sexes["Male"] == 3000 / ADULTS and sexes["Female"] == 0


def test_a_package_has_each_measure_folded():
    found = section(measures=("grant", "relief"))
    table = figure(found, "gains-by-measure").rows
    assert table["measure"].tolist() == ["Grant", "Relief", "All measures"]
    assert table["in_kind"].tolist() == [40_000] * 3 and table["cash ±"].tolist() == [10] * 3
    assert table["strong"].tolist() == [False, False, True]
    assert figure(found, "who-gains-relief").folded
    assert figure(found, "tenths-pounds-grant").data.rows["in_kind_per_household"].iloc[0] == 20
    names = [block.name for block in blocks_of(found) if hasattr(block, "name")]
    assert len(names) == len(set(names))
    assert not [block for block in blocks_of(section()) if getattr(block, "name", "") == "gains-by-measure"]


def test_a_package_whose_errors_are_unknown_is_shown_without_them():
    table = figure(section(errors=np.nan, measures=("grant", "relief")), "gains-by-measure").rows
    assert table["in_kind"].tolist() == [40_000] * 3 and table["in_kind ±"].isna().all()


@pytest.mark.parametrize("name", ["gains", "gain_groups"])
def test_a_run_folder_without_a_table_says_so(name):
    found = material(gains({"in_kind": IN_KIND}))
    tables = {key: table for key, table in found.run.tables.items() if key != name}
    older = Material(FinishedRun(tables, found.run.manifest, found.run.resolved, found.run.assumptions))
    for part in (who_gains(older), where(older)):
        assert f"This run folder has no table {name}:" in texts(part)
        assert len(part.blocks) == 1


def test_an_older_table_or_none_of_winners_is_said():
    older = gains({"in_kind": IN_KIND}).drop(columns="share_of_income")
    assert "gains of this run folder has no column share_of_income" in texts(who_gains(material(older)))
    assert "This run folder has no table winners_and_losers" in texts(section())


def test_only_employers_gain():
    found = section({"employer": IN_KIND})
    assert texts(found).startswith("In 2031-32, their employers gain £80 for each household.")
    assert not [block for block in blocks_of(found) if getattr(block, "name", "") == "tenths-share"]
    assert "at their employers" in figure(found, "tenths-pounds").title


def test_the_year_is_the_headline_s_where_there_are_gains_in_it():
    given = material(gains({"in_kind": IN_KIND}))
    years = pd.Series(["2030-31", "2031-32"])
    assert year_shown(given.run, years) == "2031-32"
    assert year_shown(given.run, years.iloc[:1]) == "2030-31"
    given.run.tables["scorecard"] = given.run.scorecard.iloc[:1]
    assert year_shown(given.run, years) == "2030-31"
    given.run.tables["scorecard"] = given.run.scorecard.iloc[:0]
    assert year_shown(given.run, years) == "2031-32"


def test_nothing_to_share_is_said():
    nobody = gains({"exchequer": -5.0})
    assert texts(who_gains(material(nobody))) == NOTHING
    assert texts(who_gains(material(nobody.iloc[:0]))) == NOTHING


def winners_table(gain=0.25, lose=0.05):
    rows = []
    for group in [*DECILES, "all"]:
        for concept in ("cash", "cash_and_in_kind"):
            parts = [("gain", "gains £1 to £100", gain), ("lose", "loses £100 to £500", lose),
                     ("no change", "no change (under £1)", 1 - gain - lose)]  # fmt: skip
            rows += [("2031-32", concept, "pounds", group, change, band, 1000 * share, share, 10.0)
                     for change, band, share in parts if share]  # fmt: skip
    columns = ["financial_year", "concept", "scale", "group", "change", "band", "people", "share", "simulation_error"]
    return pd.DataFrame(rows, columns=columns)


def test_winners_stand_above_losers():
    found = section(winners_and_losers=winners_table())
    shown = figure(found, "winners-and-losers")
    assert shown.title == "25.0 % of people are in a household that gains £1 or more a year, 5.0 % in one that loses"
    chart = shown.chart.to_dict()
    bars = pd.DataFrame(chart["datasets"][chart["data"]["name"]])
    assert set(bars["share"]) == {25.0, -5.0} and len(bars) == 22
    rows = shown.data.rows
    assert len(rows) == 66
    assert rows["error_of_share"].iloc[0] == pytest.approx(0.01)
    assert "Before anyone pays for it" in texts(found)


def test_few_losers_are_not_none():
    assert winners_title(winners_table(lose=0.0)).endswith("under 0.1 % in one that loses")
    assert winners_title(winners_table(0.0, 0.0)) == "No household gains or loses as much as £1 a year"
    assert winners(winners_table(), "2030-31") == []
    nobody = section(winners_and_losers=winners_table(0.0, 0.0))
    assert "No household gains or loses as much as £1 a year." in texts(nobody)
    assert not [block for block in blocks_of(nobody) if getattr(block, "name", "") == "winners-and-losers"]


def gini(cash, in_kind, error=0.00001):
    rows = [("2031-32", "baseline", "gini", 0.31, np.nan, np.nan)]
    rows += [("2031-32", name, "gini", 0.31 + change, change, error) for name, change in
             (("reform", cash), ("reform_with_benefits_in_kind", in_kind))]  # fmt: skip
    return pd.DataFrame(rows, columns=["financial_year", "income", "statistic", "value", "change", "error_of_change"])


@pytest.mark.parametrize(
    ("cash", "in_kind", "said"),
    [
        (-0.000072, -0.0005, "falls by 0.000072 in cash alone and by 0.0005 with benefits in kind"),
        (0.000072, -0.0005, "rises by 0.000072 in cash alone and falls by 0.0005 with benefits in kind"),
        (0.0, 0.0005, "does not change in cash alone and rises by 0.0005 with benefits in kind"),
        (0.00001, 0.0, "shows no change that can be told from noise in cash alone and does not change with benefits"),
    ],
)
def test_what_happens_to_inequality_is_said(cash, in_kind, said):
    assert said in inequality_sentence(gini(cash, in_kind))


def test_inequality_has_both_changes_with_errors():
    found = section(inequality=gini(-0.00007, -0.0005))
    row = figure(found, "inequality-table").rows.iloc[0]
    assert row["statistic"] == "Gini coefficient" and row["baseline"] == 0.31
    assert row["reform_with_benefits_in_kind_change"] == -0.0005 and row["reform_error_of_change"] == 0.00001
    without = gini(np.nan, np.nan).assign(value=np.nan)
    assert not [block for block in blocks_of(section(inequality=without)) if getattr(block, "name", "") == "incomes"]


def test_concentration_and_weights_are_read_by_measure_and_kind():
    table = pd.DataFrame(
        [("2031-32", "grant", "in_kind", "concentration_index", -0.2, 0.01),
         ("2031-32", "grant", "in_kind", "fifth_1_share", 0.3, 0.02)],
        columns=["financial_year", "measure", "kind", "statistic", "value", "simulation_error"],
    )  # fmt: skip
    (found,) = concentration(table, "2031-32")
    assert found.rows["concentration_index"].iloc[0] == -0.2 and found.rows["fifth_1_share ±"].iloc[0] == 0.02
    assert [column.label for column in found.columns][2:] == ["Concentration index", "Fifth 1's share"]
    assert concentration(table, "2030-31") == []
    cases = [("unweighted", 0.0, 100.0, 1.0), ("central", 1.3, 150.0, 1.5), ("low", 1.0, 140.0, 1.4)]
    weights = pd.DataFrame(
        [("2031-32", "grant", "in_kind", case, eta, cash, ratio, 0.1) for case, eta, cash, ratio in cases],
        columns=["financial_year", "measure", "kind", "case", "eta", "cash", "weighted_over_unweighted",
                 "error_of_ratio"],
    )  # fmt: skip
    (found,) = weighted(weights, "2031-32")
    assert found.rows[["unweighted", "central", "low", "weighted_over_unweighted"]].iloc[0].tolist() == [
        100,
        150,
        140,
        1.5,
    ]
    assert [column.label for column in found.columns][3] == "Central, elasticity 1.3, £ million"


def lives(per_life):
    """Lives of three cohorts: `per_life` gives pounds by fifth of the second one; account holders of the first."""
    rows = []
    cohorts = {"1985-89": (38, 67), "2000-04": (23, 52), "2025-29": (16, 27)}
    for cohort, (first, last) in cohorts.items():
        groups = [("all", "all", 400.0), ("sex", "female", 410.0), ("starting_qualification", "other", 390.0)]
        groups += [("lifetime_income_fifth", name, amount) for name, amount in per_life.items()]
        for breakdown, group, amount in groups:
            about = (cohort, breakdown, group, first, last, f"starts at age {first}", 1000.0, 20.0)
            text = "What is received, present value in 2026-27, in prices of 2026-27"
            rows.append(
                (*about, "all measures", "in_kind_present_value", text, "£", 1000 * amount, amount, np.nan, 2000.0)
            )
            if cohort == "1985-89":
                of_grant = [
                    ("reached_upper_age", 800.0, 0.8, np.nan, 5.0), ("reached_with_money", 600.0, 0.6, np.nan, 5.0),
                    ("unspent_at_upper_age_real", 8e5, 800.0, np.nan, 100.0),
                    ("share_unspent_at_upper_age", np.nan, np.nan, 0.75, 0.01),
                    ("unspent_per_person_reaching_real", np.nan, np.nan, 1000.0, 3.0),
                ]  # fmt: skip
                rows += [
                    (*about, "grant", item, f"{item}, in prices of 2026-27", "£", *values) for item, *values in of_grant
                ]  # fmt: skip
    columns = ["birth_cohort", "breakdown", "group", "first_age", "last_age", "cut", "lives", "years_seen", "measure",
               "item", "description", "unit", "total", "per_life", "ratio", "simulation_error"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


FIFTHS = {"fifth 1": 300.0, "fifth 5": 500.0}


def test_lives_are_shown_by_cohort_and_by_group_of_the_one_seen_longest():
    found = section(lifetimes=lives(FIFTHS))
    cohorts = figure(found, "lives-by-cohort")
    assert cohorts.title == "Those born 2000-04, seen for longest (ages 23 to 52), receive £400 each in kind"
    assert cohorts.data.rows["per_life"].tolist() == [400] * 3 and cohorts.data.rows["error"].tolist() == [2] * 3
    within = figure(found, "lives-by-group")
    assert (
        within.title == "Born 2000-04: £300 a life in kind in the poorest fifth by lifetime income, £500 in the richest"
    )
    assert within.data.rows["label"].tolist() == [
        "All lives",
        "Poorest fifth",
        "Richest fifth",
        "Female",
        "Other qualifications",
    ]
    assert "starts at age 23" in within.note
    assert "no cohort is seen from 16 to 66" in texts(found)


def test_lives_of_rich_and_poor_that_hardly_differ():
    found = section(lifetimes=lives({"fifth 1": 400.0, "fifth 5": 403.0}))
    assert "hardly differ in kind" in figure(found, "lives-by-group").title


def test_unspent_money_is_that_of_those_who_get_there():
    found = section(lifetimes=lives(FIFTHS))
    unspent = figure(found, "unspent-grant")
    assert unspent.title == "75 % of those born 1985-89 who keep an account until the upper age leave money unspent"
    assert unspent.data.rows["left"].tolist() == [1000] * 5 and unspent.data.rows["error_of_left"].tolist() == [3] * 5
    assert "of 800 people who had an account until the upper age" in texts(found)
    nobody = lives(FIFTHS)
    nobody = nobody[nobody["measure"] == "all measures"]
    assert not [
        block for block in blocks_of(section(lifetimes=nobody)) if getattr(block, "name", "").startswith("unspent")
    ]


def test_lives_that_receive_nothing_are_not_shown():
    table = lives(FIFTHS)
    assert lifetimes(table.assign(total=0.0), "2030-31 to 2031-32") == []
    assert lifetimes(table.iloc[:0], "2030-31 to 2031-32") == []


def test_the_cohort_seen_longest_is_the_youngest_of_equals():
    rows = pd.DataFrame({"birth_cohort": ["a", "b", "c"], "first_age": [30, 20, 10], "last_age": [59, 49, 39]})
    assert longest_seen(rows) == "b"


def test_labels():
    assert [labelled("decile 1"), labelled("decile 4"), short("decile 10")] == ["1 (poorest)", "4", "10"]
    assert labelled("decile 1 (most deprived)", "deprivation_decile") == "1 (most deprived)"
    assert labelled("G", "industry") == "G Wholesale and retail trade"
    assert labelled("single_with_children", "family_type") == "Single with children"
