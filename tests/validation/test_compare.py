"""Counts agree with those of a run, statistics with hand arithmetic, and verdicts with the tolerances."""

import numpy as np
import pytest
from common import ROOT

from microsim.dynamics.tables import dynamics_tables
from microsim.engine.ledger import IN_WORK, PEOPLE, PUBLIC_SECTOR
from microsim.engine.run import Programme, run_blocks
from microsim.errors import InputError
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import EMPLOYEE, SELF_EMPLOYED
from microsim.population.people import ENTRY_AGE
from microsim.validation.compare import UNEXPLAINED, compare, counts, judge, targets_for
from microsim.validation.pay_bins import bin_edges, quantile
from microsim.validation.statistics import estimate
from microsim.validation.tally import AREA_YEAR, BINS, take_tally
from microsim.validation.targets import Heading, Target, Tolerance

TABLES = ROOT / "populations" / "england" / "tables"
HEADING = Heading(
    comparison="work", source="An office, a table", published="1 May 2026", quality="official", evidence="input",
    tolerance="rate", licence="open",
)  # fmt: skip


def target(statistic="work_rate", year=2026, ages=(16, 200), sex=None, place="", detail="", value=1.0, **heading):
    """A target for one statistic."""
    head = HEADING.model_copy(update=heading)
    return Target(f"{statistic} {detail}", statistic, year, *ages, sex, place, detail, value, head)


@pytest.fixture(scope="module")
def programme(england):
    sample = Sample(england, 1 / 50_000, seed=7, last_year=england.last_year, block_rows=400)
    return Programme(sample, dynamics_tables(england, load_parameters(), sample.flows, sample.years), ())


@pytest.fixture(scope="module")
def tally(programme):
    return take_tally(programme)


def test_the_people_are_those_of_a_run(tally, programme):
    ledger = run_blocks(programme, threads=1)
    for ours, theirs in zip(tally.ledger, ledger, strict=True):
        assert np.array_equal(ours, theirs)
    assert np.array_equal(tally.status.sum((1, 2, 3)), ledger.area[PEOPLE].sum(1))
    working = tally.status[..., [EMPLOYEE, SELF_EMPLOYED]].sum((1, 2, 3))
    assert np.array_equal(working, ledger.area[IN_WORK].sum(1))
    assert tally.public.sum() == ledger.area[PUBLIC_SECTOR, tally.index(AREA_YEAR)].sum()
    assert tally.status_area.sum() == ledger.area[PEOPLE, tally.index(AREA_YEAR)].sum()


def test_everybody_who_comes_and_goes_is_counted_once(tally):
    """People a year on are those before, less deaths and departures, and with immigrants and those who turn 16."""
    people = tally.status.sum((1, 2, 3))
    turned_16 = tally.status[:, 0].sum((1, 2))
    before = np.concatenate([[tally.drawn.sum()], people[:-1]])
    after = before - tally.deaths.sum((1, 2)) - tally.departures.sum((1, 2)) + tally.arrivals.sum((1, 2)) + turned_16
    assert np.array_equal(people[1:], after[1:])  # some residents of the first year are still 16 on its 1 April
    assert tally.deaths.sum() > tally.departures.sum() > 0
    assert tally.deaths[:, 85 - ENTRY_AGE :].sum() > tally.deaths[:, : 60 - ENTRY_AGE].sum()


def test_the_drawn_people_are_those_of_the_sample(tally, programme):
    assert np.array_equal(tally.drawn, programme.sample.residents_by_cell() * 1000)


def test_a_quantile_lies_where_it_should():
    people = np.zeros(BINS)
    people[[100, 200, 300]] = [25, 50, 25]
    edges = bin_edges()
    assert quantile(people, 0.125) == pytest.approx((edges[100] + edges[101]) / 2)
    assert quantile(people, 0.5) == pytest.approx((edges[200] + edges[201]) / 2)
    assert quantile(people, 0.0) == edges[100]
    assert quantile(people, 1.0) == edges[301]


def test_rates_by_hand(tally):
    people = tally.status[tally.index(2026), 25 - ENTRY_AGE : 35 - ENTRY_AGE, 1].sum(0)
    found = estimate(tally, target(ages=(25, 34), sex=1, detail="employment"))
    share = people[:2].sum() / people.sum()
    assert found.value == pytest.approx(share)
    assert found.error == pytest.approx(np.sqrt(share * (1 - share) / (people.sum() / 1000 / 50_000)))
    out_of_work = estimate(tally, target(ages=(25, 34), sex=1, detail="unemployment"))
    assert out_of_work.value == pytest.approx(people[2] / people[:3].sum())


def test_a_gap_from_england_is_nothing_for_england(tally):
    assert estimate(tally, target("work_rate_less_england", detail="employment")).value == 0.0


def test_deaths_and_migration_by_hand(tally):
    first = estimate(tally, target("deaths", 2024)).value
    assert first == pytest.approx(tally.deaths[0].sum() / 0.75 / 1000)
    later = estimate(tally, target("net_migration", 2030)).value
    net = (tally.arrivals - tally.departures).sum((1, 2))[tally.index(2031) : tally.index(2033)]
    assert later == pytest.approx((0.75 * net[0] + 0.25 * net[1]) / 1000)


@pytest.mark.parametrize("year", [2030, 2050])
def test_growth_by_hand(tally, year):
    people = tally.status.sum((1, 2, 3))
    now, base = (0.75 * people[tally.index(y)] + 0.25 * people[tally.index(y) + 1] for y in (year, 2025))
    assert estimate(tally, target("people_ratio", year, detail="2025")).value == pytest.approx(now / base)


def test_moves_add_up(tally, england):
    net = [
        estimate(tally, target("region_moves", place=code, detail="net")).value * tally.moves[at].sum()
        for at, code in enumerate(england.region_codes)
    ]
    assert sum(net) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"statistic": "work_rates"}, "did you mean work_rate?"),
        ({"detail": "idleness"}, "cannot be worked out"),
        ({"detail": "employment", "place": "E99999999"}, "cannot be worked out"),
        ({"detail": "employment", "year": 1999}, "1999 is not lived"),
        ({"detail": "employment", "year": 2030, "place": "E12000001"}, "areas are counted in 2026"),
    ],
)
def test_a_target_that_asks_for_nonsense_is_refused(tally, wrong, said):
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        estimate(tally, target(**wrong))


RELATIVE = Tolerance(kind="relative", size=0.05, unit="share", description="counts")
ABSOLUTE = Tolerance(kind="absolute", size=0.01, unit="fraction", description="rates")


@pytest.mark.parametrize(
    ("published", "model", "tolerance", "difference", "verdict"),
    [
        (200.0, 210.0, RELATIVE, 0.05, "inside"),
        (200.0, 210.1, RELATIVE, 0.0505, "outside"),
        (-200.0, -210.1, RELATIVE, -0.0505, "outside"),
        (0.50, 0.51, ABSOLUTE, 0.01, "inside"),
        (0.50, 0.4899, ABSOLUTE, -0.0101, "outside"),
        (0.0, 0.005, ABSOLUTE, 0.005, "inside"),
        (0.0, 1.0, RELATIVE, np.inf, "outside"),
        (0.5, np.nan, ABSOLUTE, np.nan, "outside"),
    ],
)
def test_verdicts(published, model, tolerance, difference, verdict):
    gap, found = judge(published, model, tolerance)
    assert found == verdict
    assert gap == pytest.approx(difference, nan_ok=True)


def test_a_wrong_target_is_outside_and_a_right_one_inside(tally):
    known = estimate(tally, target(detail="employment")).value
    right = target(detail="employment", value=known)
    wrong = target(detail="unemployment", value=known, evidence="held out")
    noted = target(detail="inactivity", value=0.0)
    table = compare(tally, [right, wrong, noted], {"* inactivity": "A known fault."})
    assert list(table["verdict"]) == ["inside", "outside", "outside"]
    assert list(table["reason"]) == ["", UNEXPLAINED, "A known fault."]
    total = counts(table).iloc[-1]
    assert (total["inside"], total["outside"]) == (1, 2)
    assert (total["inputs_inside"], total["inputs_outside"], total["held_out_outside"]) == (1, 1, 1)


def test_the_sampling_error_excuses_no_miss(tally):
    """Two points off with a standard error larger than that is outside all the same."""
    found = estimate(tally, target(ages=(16, 19), detail="employment"))
    assert found.error > 0.02
    missed = target(ages=(16, 19), detail="employment", value=found.value + 0.02)
    assert compare(tally, [missed], {})["verdict"].item() == "outside"


def test_every_target_can_be_worked_out(tally):
    for variant in ("2024-based", "2022-based"):
        table = compare(tally, targets_for(TABLES, variant), {})
        assert len(table) > 900
        assert table["model"].notna().mean() > 0.9
        assert counts(table).iloc[:-1][["inside", "outside"]].sum().sum() == len(table)


def test_projections_are_compared_with_their_own_variant():
    kinds = {
        variant: {one.heading.variant for one in targets_for(TABLES, variant, "projection")}
        for variant in ("2024-based", "2022-based")
    }
    assert kinds == {"2024-based": {"2024-based"}, "2022-based": {"2022-based"}}
