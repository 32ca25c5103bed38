"""Errors of who gains against brute force: the spread over seeds of a small population.

Statistics are pooled: of many cells of a table the mean of squared errors is set against the mean of variances. What
docs/methods/distribution.md reports is measured on a larger population and more seeds, in the same way.
"""

import numpy as np
import pandas as pd
import pytest
from common import GRANT, ROOT

from microsim import api
from microsim.distribution.income_replicates import EXTENDED_INCOME
from microsim.distribution.winners import UNCHANGED
from microsim.engine import own_sums

YEAR, WARM, MANY = "2027-28", 24, 200
KEYS = {
    "winners_and_losers": ["concept", "scale", "group", "change", "band"],
    "inequality": ["income", "statistic"],
    "concentration": ["measure", "kind", "statistic"],
    "distributional_weights": ["measure", "kind", "case"],
    "gains": ["breakdown", "group", "measure", "kind"],
    "lifetimes": ["birth_cohort", "breakdown", "group", "measure", "item"],
    "by.region_and_sex": ["kind", "measure", "line", "region", "sex"],
    "by.authority_and_sex": ["kind", "measure", "line", "local_authority", "sex"],
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A grant that starts at once, in a small population, with two breakdowns of its own."""
    file = tmp_path_factory.mktemp("seeds") / "grant.yaml"
    file.write_text(
        f"name: Grant\npopulation: {ROOT / 'populations' / 'england.yaml'}\nyears: 2026-27 to 2027-28\n"
        f"sample: {1 / 5000}\nseed: 1\nmeasures: {{grant: {{kind: {GRANT}, start: 2026-27}}}}\n"
        "by: {region_and_sex: [region, sex], authority_and_sex: [local_authority, sex]}\n"
    )
    return file


def runs(path, seeds):
    """The tables of each seed in the year, a row for each key: {table: [frames]}; one breakdown counts as large."""
    found = {name: [] for name in KEYS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(own_sums, "MOST_BY_RANDOM_GROUP", 1_000_000)
        for seed in seeds:
            tables = api.run(api.load_scenario(path, seed=seed), alternatives=False, threads=1).tables
            for name, keys in KEYS.items():
                table = tables[name]
                if "financial_year" in table:
                    table = table[table["financial_year"] == YEAR]
                found[name].append(table.set_index(keys).select_dtypes("number"))
    return found


@pytest.fixture(scope="module")
def drawn(path):
    return runs(path, range(1, WARM + 1))


@pytest.fixture(scope="module")
def many(path):
    return runs(path, range(1001, 1001 + MANY))


def wide(frames, column, absent):
    return pd.concat([frame[column] for frame in frames], axis=1).fillna(absent).to_numpy()


def pooled(frames, value="amount", error="simulation_error", where=None, most=0.8, relative=False):
    """The root of mean squared errors over that of variances, of rows that `where` picks and `most` of the seeds have.

    With `relative` each row counts alike.
    """
    frames = [frame if where is None else frame[where(frame.index.to_frame())] for frame in frames]
    common = pd.concat([frame[value] for frame in frames], axis=1).notna().mean(axis=1)
    frames = [frame.reindex(common.index[common >= most]) for frame in frames]
    variance, squared = wide(frames, value, 0.0).var(axis=1, ddof=1), (wide(frames, error, 0.0) ** 2).mean(axis=1)
    kept = variance > 0
    assert kept.any()
    if relative:
        return float(np.sqrt(np.exp(np.log(np.maximum(squared, 1e-30) / variance)[kept].mean())))
    return float(np.sqrt(squared[kept].sum() / variance[kept].sum()))


def ratios(found):
    """Of every table the estimated error over the spread."""
    winners, inequality, gains, lives = (
        found[name] for name in ("winners_and_losers", "inequality", "gains", "lifetimes")
    )
    ratio = {
        "people who gain or lose": pooled(
            winners, "people", where=lambda row: (row["group"] == "all") & (row["change"] != UNCHANGED)
        ),
        "people who gain or lose, by tenth": pooled(winners, "people", where=lambda row: row["group"] != "all"),
        "Gini, baseline": pooled(
            inequality, "value", where=lambda row: (row["income"] == "baseline") & (row["statistic"] == "gini")
        ),
        "change of the Gini, cash and in kind": pooled(
            inequality, "change", "error_of_change",
            where=lambda row: (row["income"] == EXTENDED_INCOME) & (row["statistic"] == "gini"),
        ),
        "concentration": pooled(found["concentration"], "value", relative=True),
        "weighted gains": pooled(found["distributional_weights"], "cash", relative=True),
        "weighted over unweighted": pooled(
            found["distributional_weights"], "weighted_over_unweighted", "error_of_ratio",
            where=lambda row: (row["case"] == "central") & (row["kind"] == "in_kind"), relative=True,
        ),
        "gains of tenths": pooled(gains, where=lambda row: row["breakdown"] == "income_decile"),
        "gains of local authorities": pooled(gains, where=lambda row: row["breakdown"] == "local_authority", most=0.0),
        "money that lives receive": pooled(
            lives, "total", where=lambda row: (row["breakdown"] != "all") & (row["item"] == "in_kind_real")
        ),
        "lives in which the grant is used": pooled(
            lives, "total", where=lambda row: (row["breakdown"] != "all") & (row["item"] == "ever_used")
        ),
    }  # fmt: skip
    for name in ("region_and_sex", "authority_and_sex"):
        spending = pooled(found[f"by.{name}"], where=lambda row: row["line"] == "grant_spending", most=0.0)
        ratio[f"grant spending by {name.replace('_', ' ')}"] = spending
    print({name: round(value, 2) for name, value in ratio.items()})
    return ratio


@pytest.mark.slow
def test_errors_are_the_spread_over_seeds(drawn):
    for name, ratio in ratios(drawn).items():
        assert ratio == pytest.approx(1, abs=0.35), name


@pytest.mark.slow
def test_errors_are_the_spread_over_two_hundred_seeds(many):
    for name, ratio in ratios(many).items():
        assert ratio == pytest.approx(1, abs=0.25), name
