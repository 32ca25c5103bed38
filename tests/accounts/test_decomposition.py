"""A package taken apart: parts that sum to it to the penny, each alone as in a run of its own; money shared out."""

import numpy as np
import pytest
import yaml

from microsim import api
from microsim.accounts.sharing import share_out

PACKAGE = """measures:
  grant: {kind: lifelong_training_grant, start: 2027-28}
  second: {kind: lifelong_training_grant, start: 2028-29, tranches: [{age: 30, amount: 1000}]}
"""
FIGURES = "parameters: {income_tax.basic_rate: {2027-28: 0.21}}\n"


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """A run of two measures and a changed tax rate, taken apart."""
    from common import ROOT

    folder = tmp_path_factory.mktemp("package")
    (folder / "base.yaml").write_text(
        f"name: Base\npopulation: {ROOT / 'populations' / 'england.yaml'}\nyears: 2026-27 to 2029-30\nsample: 0.0001\n"
    )

    def run(text, name, **options):
        path = folder / name
        path.write_text(f"name: It\nextends: base.yaml\n{text}")
        return api.run(path, **options)

    return run


def by_part(result, part):
    table = result.tables["decomposition"]
    return table[table["part"] == part].groupby("measure", sort=False)["cash"].sum()


def test_what_parts_add_sums_to_the_package_to_the_penny(package):
    result = package(PACKAGE + FIGURES, "whole.yaml", decompose=True)
    table = result.tables["decomposition"]
    assert list(by_part(result, "stacked").index) == ["taxes_and_benefits", "grant", "second"]
    error = table.pivot_table(index=["measure", "financial_year"], columns="part", values="simulation_error")
    assert (error["alone"] > 0).any()
    assert (error["interaction"] < error["alone"]).mean() > 0.5, "the same people: only what interacts differs"
    stacked = table[table["part"] == "stacked"].groupby("financial_year")["cash"].sum()
    whole = result.scorecard.groupby("financial_year")["cash"].sum()
    assert (np.rint(stacked * 100) == np.rint(whole * 100)).all()
    assert (stacked != 0).any()
    pence = table.assign(cash=np.rint(table["cash"] * 100)).pivot(
        index=["measure", "financial_year"], columns="part", values="cash"
    )
    assert (pence["stacked"] - pence["alone"] == pence["interaction"]).all()


def test_a_part_alone_is_what_a_run_of_it_alone_gives(package):
    result = package(PACKAGE + FIGURES, "whole.yaml", decompose=True)
    alone = package(
        "measures:\n  second: {kind: lifelong_training_grant, start: 2028-29, tranches: [{age: 30, amount: 1000}]}\n",
        "alone.yaml",
    )
    assert by_part(result, "alone")["second"] == pytest.approx(alone.scorecard["cash"].sum(), abs=0.004)
    rule = package(FIGURES, "rule.yaml")
    assert by_part(result, "alone")["taxes_and_benefits"] == pytest.approx(rule.scorecard["cash"].sum(), abs=0.004)
    assert rule.scorecard["cash"].sum() > 1e9


def test_taking_apart_changes_no_other_table(package):
    whole = package(PACKAGE + FIGURES, "whole.yaml", decompose=True)
    plain = package(PACKAGE + FIGURES, "whole.yaml")
    assert set(whole.tables) - set(plain.tables) == {"decomposition"}
    for name, table in plain.tables.items():
        assert table.equals(whole.tables[name]), name


def test_one_measure_is_the_whole_package(package):
    result = package(
        "measures:\n  grant: {kind: lifelong_training_grant, start: 2027-28}\n", "one.yaml", decompose=True
    )
    assert by_part(result, "alone")["grant"] == pytest.approx(result.scorecard["cash"].sum(), abs=0.004)
    assert by_part(result, "interaction")["grant"] == 0


def test_a_measure_that_the_reform_drops_is_a_part(package, tmp_path):
    before = "baseline: {measures: {grant: {kind: lifelong_training_grant, start: 2027-28}}}\n"
    result = package(before, "dropped.yaml", decompose=True)
    saved = result.scorecard["cash"].sum()
    assert saved > 0
    assert by_part(result, "stacked")["grant"] == pytest.approx(saved, abs=0.004)


@pytest.fixture(scope="module")
def everything(tmp_path_factory):
    """The package of all measures in its early years, taken apart, and the same with the credit before the grant."""
    from common import SCENARIO

    folder = tmp_path_factory.mktemp("everything")
    plain = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
    for block in plain["measures"].values():
        block["start"] = "2027-28"
    plain["extends"] = str(SCENARIO.parent / plain["extends"])
    found = []
    for name, measures in (
        ("as_written", plain["measures"]),
        ("credit_first", dict(sorted(plain["measures"].items(), key=lambda item: item[0] != "skills_credit"))),
    ):
        path = folder / f"{name}.yaml"
        path.write_text(yaml.safe_dump({**plain, "measures": measures}, sort_keys=False))
        scenario = api.load_scenario(path, sample=1 / 2000, years="2026-27 to 2030-31")
        found.append(api.run(scenario, decompose=True, alternatives=False))
    return plain, found


def test_all_measures_sum_to_the_package(everything):
    _, (result, _) = everything
    assert by_part(result, "stacked").sum() == pytest.approx(result.scorecard["cash"].sum(), abs=0.01)
    assert len(by_part(result, "alone")) == 5
    assert (by_part(result, "alone") != 0).all()


def test_each_measure_alone_is_a_run_of_its_own(everything, tmp_path):
    """National money, and taxes that follow pay, included."""
    plain, (result, _) = everything
    for name in ("vat_relief", "apprentice_minimum_wage"):
        path = tmp_path / f"{name}.yaml"
        alone = {**plain, "measures": {name: plain["measures"][name]}}
        alone.pop("uncertainty", None)  # speaks of the other measures too
        path.write_text(yaml.safe_dump(alone))
        scenario = api.load_scenario(path, sample=1 / 2000, years="2026-27 to 2030-31")
        alone = api.run(scenario, alternatives=False).scorecard["cash"].sum()
        assert by_part(result, "alone")[name] == pytest.approx(alone, abs=0.01)


def test_the_credit_is_less_after_the_grant_and_only_then(everything):
    """What the grant pays for is no longer the employer's spending: a saving where the credit comes after it."""
    _, (after, before) = everything
    interaction = by_part(after, "interaction")
    assert interaction["skills_credit"] > 0
    assert (interaction.drop("skills_credit") == 0).all()
    assert (by_part(before, "interaction") == 0).all()


def test_national_money_is_shared_to_the_penny():
    shares, rest = share_out(np.array([100, 7, 5]), np.array([[1, 1, 1], [0, 3, 1], [0, 0, 0]]))
    assert shares.sum(axis=1).tolist() == [100, 7, 0]
    assert rest.tolist() == [0, 0, 5]
    assert shares[0].tolist() == [33, 34, 33]
    assert shares[1].tolist() == [0, 5, 2]
    large, _ = share_out(np.array([10**12]), np.array([[10**13, 3 * 10**13]]))
    assert large.tolist() == [[250_000_000_000, 750_000_000_000]]
