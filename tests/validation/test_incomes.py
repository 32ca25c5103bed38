"""Statistics of household income and sums of taxes against hand arithmetic; published totals against their parts."""

from types import SimpleNamespace

import numpy as np
import pytest
from common import ROOT

from microsim.accounts.incomes import bin_edges, bin_incomes, gini
from microsim.engine.ledger import EARNINGS_BINS
from microsim.population.margins import Table
from microsim.taxes.lines import TAX_LINES
from microsim.validation import incomes
from microsim.validation.targets import Target

FOLDER = ROOT / "populations" / "england" / "validation"
LINES = {line.name: place for place, line in enumerate(TAX_LINES)}
GROWTH = 1.25  # of average earnings since 2024-25, in the year 2025


def bin_of(income):
    return int(np.searchsorted(bin_edges(), income, side="right") - 1)


def tally_of(people_by_income, taxes=()):
    """A tally of one year, 2025, of people at a few incomes and of some lines, each person standing for ten."""
    by_bin = np.full((2, 1, EARNINGS_BINS), 7_000, np.int64)  # in the reform arm, which is not looked at
    by_bin[0] = 0
    for income, people in people_by_income.items():
        by_bin[0, 0, bin_of(income)] = people * 1000
    sums = np.full((2, len(TAX_LINES), 1), 10**15, np.int64)
    sums[0] = 0
    for name, value in dict(taxes).items():
        sums[0, LINES[name], 0] = value
    return SimpleNamespace(
        ledger=SimpleNamespace(incomes=by_bin, taxes=sums), weight=10.0, index=lambda year: year - 2025,
        status=np.full((1, 2, 2), 10_000_000),
        programme=SimpleNamespace(tables=SimpleNamespace(earnings=SimpleNamespace(growth=np.array([GROWTH])))),
    )  # fmt: skip


def value(tally, statistic, detail="", year=2025):
    asked = Target("", statistic, year, 0, 200, None, "", detail, 0.0, None)
    return incomes.STATISTICS[statistic](tally, asked)


TWO_GROUPS = tally_of({20_000: 400_000, 60_000: 100_000})


def test_percentiles_and_mean_are_in_money_of_2024_25():
    assert value(TWO_GROUPS, "household_income", "p50").value == pytest.approx(20_000 / GROWTH, rel=0.006)
    assert value(TWO_GROUPS, "household_income", "p90").value == pytest.approx(60_000 / GROWTH, rel=0.006)
    assert value(TWO_GROUPS, "household_income", "mean").value == pytest.approx(28_000 / GROWTH, rel=0.006)


def test_shares_of_the_fifths_and_gini():
    """Of 500 people with 14 million between them the richest fifth, all those with 60 thousand, have 6 million."""
    assert value(TWO_GROUPS, "household_income_share", "5").value == pytest.approx(6 / 14, rel=0.006)
    assert value(TWO_GROUPS, "household_income_share", "1").value == pytest.approx(2 / 14, rel=0.006)
    assert sum(value(TWO_GROUPS, "household_income_share", str(fifth)).value for fifth in range(1, 6)) == pytest.approx(
        1
    )
    # mean difference of two people drawn with replacement, over twice the mean: 2 x 0.8 x 0.2 x 40,000 / 56,000
    assert value(TWO_GROUPS, "household_income_gini").value == pytest.approx(0.32 * 40 / 56, rel=0.006)


def test_people_below_a_share_of_the_median():
    tally = tally_of({10_000: 150_000, 30_000: 850_000})
    assert value(tally, "household_income_below", "0.6").value == pytest.approx(0.15)
    assert value(tally, "household_income_below", "0.3").value == 0


@pytest.mark.parametrize(("statistic", "detail"), [("gini", ""), ("share", "1"), ("share", "3"), ("share", "5")])
def test_sampling_errors_are_those_of_repeated_samples(statistic, detail):
    """The spread of 300 samples of 2,000 households agrees with the error that one of them gives."""
    random = np.random.default_rng(3)
    chances = np.exp(-0.5 * ((np.log(bin_incomes()) - np.log(30_000)) / 0.6) ** 2)
    samples = random.multinomial(2_000, chances / chances.sum(), size=300)
    asked = Target("", "", 2025, 0, 200, None, "", detail, 0.0, None)
    function = incomes.STATISTICS[f"household_income_{statistic}"]
    found = []
    for sample in samples:
        tally = tally_of({})
        tally.ledger.incomes[0, 0] = sample * 1000 * 10 * incomes.PEOPLE_IN_A_HOUSEHOLD
        found.append(function(tally, asked))
    spread = np.std([one.value for one in found])
    assert found[0].error == pytest.approx(spread, rel=0.2)


def test_the_gini_is_nothing_for_equals_and_half_where_one_has_as_much_as_all_others():
    alone, equal = tally_of({1_000: 999, 999_000: 1}), tally_of({30_000: 1_000})
    assert gini(alone.ledger.incomes[0, 0]) == pytest.approx(0.499, abs=0.002)
    assert gini(equal.ledger.incomes[0, 0]) == pytest.approx(0, abs=1e-12)


def test_totals_add_lines_up_in_their_own_unit():
    tally = tally_of(
        {}, {"income_tax": 2 * 10**14, "child_benefit_charge": 10**13, "universal_credit_people": 8 * 10**6,
             "universal_credit_workers": 2 * 10**6},
    )  # fmt: skip
    assert value(tally, "tax_total", "income_tax").value == pytest.approx(2.0)
    assert value(tally, "tax_total", "income_tax + child_benefit_charge").value == pytest.approx(2.1)
    assert value(tally, "tax_total", "universal_credit_people") == (8_000, pytest.approx(np.sqrt(80_000)))
    assert value(tally, "tax_share", "universal_credit_workers / universal_credit_people").value == 0.25
    with pytest.raises(ValueError, match="do not add up"):
        value(tally, "tax_total", "income_tax + loan_repayers")


def test_years_that_are_not_lived_and_unknown_lines_are_refused():
    with pytest.raises(ValueError, match="2026 is not lived"):
        value(TWO_GROUPS, "tax_total", "income_tax", year=2026)
    with pytest.raises(KeyError):
        value(TWO_GROUPS, "tax_total", "window_tax")


def test_published_totals_are_their_parts():
    """A table that shows how a figure for England was made from one for the United Kingdom adds up to it."""
    checked = 0
    for path in sorted(FOLDER.glob("*.csv")):
        table = Table(path)
        if "england_share" not in table.names:
            continue
        parts = [table.floats(name) for name in ("uk_published", "adjustment", "england_share", "value")]
        for published, adjustment, share, england in zip(*parts, strict=True):
            assert england == pytest.approx((published + adjustment) * share, rel=5e-4), path.name
            checked += 1
        reasons = table.text("adjusted_for")
        assert all(bool(reason) == bool(amount) for reason, amount in zip(reasons, parts[1], strict=True)), path.name
    assert checked >= 20
