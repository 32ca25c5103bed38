"""Many draws over shared lives: each is what its scenario alone would be, whatever the batches, threads and stops."""

import itertools
from dataclasses import replace

import pandas as pd
import pytest
from common import SCENARIO

from microsim import api
from microsim.errors import InputError
from microsim.running import draws as drawing
from microsim.running.drawn import LINE_COLUMNS, SCORECARD_COLUMNS
from microsim.running.draws import batches, run_draws
from microsim.running.workshop import Workshop
from microsim.scenario.replaced import with_values

BLOCK_ROWS = 500
DRAWS = {
    "central": {},
    "few use it": {"measures.training_grant.annual_use.labour_force": 0.02},
    "many use it": {"measures.training_grant.annual_use.labour_force": 0.05},
    "another launch rule": {"measures.training_grant.launch.rule": "cumulative"},
    "a cash limit": {"measures.training_grant.budget.cap": 300},
    "a tighter one": {"measures.training_grant.budget.cap": 150},
    "pay grows otherwise": {"parameters.average_earnings_growth": {"2027-28": 0.06}},
    "prices, which only deflate": {"parameters.gdp_deflator_growth": {"2028-29": 0.05}},
    "a tax rule": {"parameters.income_tax.basic_rate": {"2028-29": 0.22}},
    "a tax rule and later wages": {
        "parameters.income_tax.basic_rate": {"2028-29": 0.22}, "measures.apprentice_minimum_wage.start": "2028-29",
    },
    "rules of both arms": {"parameters.universal_credit.take_up_lone_parents": {"both_arms": 0.88}},
    "poor by credit": {"measures.pupil_premium.eligibility.definition": "uc_household"},
    "poor by credit, rules of both arms": {
        "measures.pupil_premium.eligibility.definition": "uc_household",
        "parameters.universal_credit.take_up_lone_parents": {"both_arms": 0.5},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def scenarios():
    """Opportunity for All on 1 in 20,000 people from 2026-27 to 2031-32, and what each draw changes."""
    scenario = api.load_scenario(SCENARIO, sample=1 / 20_000, years="2026-27 to 2031-32")
    return [with_values(scenario, values) for values in DRAWS.values()]


@pytest.fixture(scope="module")
def drawn(scenarios):
    """All of them on two threads, and how far each call of progress had come."""
    progress = []
    return run_draws(scenarios, threads=2, block_rows=BLOCK_ROWS, progress=lambda *at: progress.append(at)), progress


def of_draw(table, draw):
    return table[table["draw"] == draw].drop(columns="draw").reset_index(drop=True)


@pytest.mark.parametrize("draw", range(len(DRAWS)), ids=list(DRAWS))
def test_a_draw_is_a_run_of_its_scenario_alone(scenarios, drawn, draw):
    """To the penny: lives, measures, cash limits, taxes under rules of its own, prices."""
    alone = api.run(scenarios[draw], block_rows=BLOCK_ROWS, threads=1, alternatives=False)
    found, expected = of_draw(drawn[0].scorecard, draw), alone.scorecard
    pd.testing.assert_frame_equal(found, expected[list(found)], check_exact=True)
    assert found["cash"].any()
    found, lines = of_draw(drawn[0].lines, draw), alone.tables["lines"]
    expected = lines[lines["arm"] == "reform"].reset_index(drop=True)
    pd.testing.assert_frame_equal(found, expected[list(found)], check_exact=True)


def test_draws_differ_from_the_central_one(drawn):
    """Had values not arrived, the test above would pass for a wrong reason. Rules of both arms may cancel."""
    cost = drawn[0].scorecard.groupby("draw")["real"].sum()
    may_cancel = [list(DRAWS).index(name) for name in DRAWS if "rules of both arms" in name]
    others = cost.drop(index=may_cancel)
    assert others.nunique() == len(others)


def test_tables_have_every_draw_in_order(drawn):
    scorecard, lines = drawn[0]
    assert list(scorecard) == list(SCORECARD_COLUMNS)
    assert list(lines) == list(LINE_COLUMNS)
    for table in (scorecard, lines):
        assert table["draw"].is_monotonic_increasing
        assert sorted(table["draw"].unique()) == list(range(len(DRAWS)))


def test_progress_ends_with_all_draws_done(drawn):
    done = [done for done, every in drawn[1] if every == len(DRAWS)]
    assert len(done) == len(drawn[1])
    assert done == sorted(done)
    assert done[-1] == len(DRAWS)


def test_lives_are_shared_wherever_they_can_be(scenarios):
    """Apart live only those whose pay grows otherwise, and those in which benefits decide who is poor."""
    workshop = Workshop(scenarios, BLOCK_ROWS)
    groups = sorted(sorted(group) for group in batches(workshop, scenarios))
    names = list(DRAWS)
    apart = [[names.index(name)] for name in ("pay grows otherwise", "poor by credit", names[-1])]
    assert sorted(apart) == [group for group in groups if len(group) == 1]
    assert len(groups) == len(apart) + 1


def test_threads_and_batches_change_nothing(scenarios, drawn, monkeypatch):
    """Batches of two, one thread."""
    monkeypatch.setattr(drawing, "BATCH", 2)
    some = [0, 1, 2, 8, 9]
    again = run_draws([scenarios[number] for number in some], threads=1, block_rows=BLOCK_ROWS)
    for mine, whole in zip(again, drawn[0], strict=True):
        expected = whole[whole["draw"].isin(some)]
        renumbered = expected.assign(draw=expected["draw"].map({number: at for at, number in enumerate(some)}))
        pd.testing.assert_frame_equal(mine, renumbered.reset_index(drop=True), check_exact=True, check_dtype=False)


def test_a_stopped_run_goes_on(scenarios, tmp_path, monkeypatch):
    """Interrupted in the second of three batches: the first is not run again, and the result is the same."""
    monkeypatch.setattr(drawing, "BATCH", 2)
    some = [scenarios[number] for number in (0, 1, 2, 3, 7)]
    kept, run = tmp_path / "kept", []

    def stop(done, every):
        if done > 2:
            raise KeyboardInterrupt

    whole = run_draws(some, threads=2, block_rows=BLOCK_ROWS)
    with pytest.raises(KeyboardInterrupt):
        run_draws(some, threads=2, block_rows=BLOCK_ROWS, kept=kept, progress=stop, note=run.append)
    assert not run
    assert len(list(kept.glob("*.scorecard.parquet"))) == 1
    once = drawing.run_batch
    monkeypatch.setattr(drawing, "run_batch", lambda *args: run.append(len(args[1])) or once(*args))
    said = []
    again = run_draws(some, threads=1, block_rows=BLOCK_ROWS, kept=kept, note=said.append)
    assert sorted(run) == [1, 2]
    assert len(said) == 1
    assert said[0].startswith("Goes on: 2 of 5 done")
    for mine, other in zip(again, whole, strict=True):
        pd.testing.assert_frame_equal(mine, other, check_exact=True)
    run.clear()
    run_draws(some, threads=1, block_rows=BLOCK_ROWS, kept=kept)
    assert not run
    changed = [with_values(some[0], {"measures.training_grant.annual_use.labour_force": 0.03}), *some[1:]]
    run_draws(changed[:2], threads=1, block_rows=BLOCK_ROWS, kept=kept)
    assert run == [2]


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ("parameters.universal_credit.take_up_lone_parents", [{"both_arms": 0.5}, {"both_arms": 0.95}]),
        (
            "parameters.average_earnings_growth",
            [{"both_arms": {"2027-28": 0.01}}, {"both_arms": {"2027-28": 0.06}}],
        ),
    ],
    ids=["rules", "lives"],
)
def test_kept_batches_tell_official_figures_apart(scenarios, tmp_path, monkeypatch, path, some):
    """A scenario does not write the official figures that a draw replaces in both arms: the kept tables are not mixed.

    Each draw has lives of its own, for take-up decides who is poor here, and pay grows otherwise.
    """
    poor = {"measures.pupil_premium.eligibility.definition": "uc_household"}
    draws = [with_values(scenarios[0], poor | {path: value}) for value in some]
    monkeypatch.setattr(drawing, "BATCH", 1)
    whole = run_draws(draws, threads=1, block_rows=BLOCK_ROWS)
    by_draw = [of_draw(whole.scorecard, draw) for draw in (0, 1)]
    assert not by_draw[0].equals(by_draw[1])
    for _ in ("run", "read again"):
        kept = run_draws(draws, threads=1, block_rows=BLOCK_ROWS, kept=tmp_path)
        for mine, other in zip(kept, whole, strict=True):
            pd.testing.assert_frame_equal(mine, other, check_exact=True)
    assert len(list(tmp_path.glob("*.scorecard.parquet"))) == 2


def test_a_spoilt_kept_file_is_made_again(scenarios, tmp_path):
    some = scenarios[:1]
    whole = run_draws(some, threads=1, block_rows=BLOCK_ROWS, kept=tmp_path)
    for path in tmp_path.glob("*.parquet"):
        path.write_bytes(path.read_bytes()[:40])
    again = run_draws(some, threads=1, block_rows=BLOCK_ROWS, kept=tmp_path)
    for mine, other in zip(again, whole, strict=True):
        pd.testing.assert_frame_equal(mine, other, check_exact=True)


def test_draws_have_the_same_people_and_measures(scenarios):
    first = scenarios[0]
    for other, wrong in ((replace(first, seed=first.seed + 1), "same seed"),
                         (replace(first, sample=0.001), "same sample"),
                         (replace(first, measures=first.measures[:2]), "same measures in the reform")):  # fmt: skip
        with pytest.raises(InputError, match=wrong):
            run_draws([first, other])
    with pytest.raises(InputError, match="no draws"):
        run_draws([])


def test_each_draw_has_its_own_cash_limit(drawn):
    """With so few people one user more or less is some £30 million, so that limits are met roughly: the tighter the
    limit, the less is spent, in every year."""
    lines = drawn[0].lines
    spent = lines[lines["line"].isin(["grant_spending", "doubling_spending"])]
    totals = [
        spent[spent["draw"] == list(DRAWS).index(name)].groupby("financial_year")["amount"].sum().to_numpy()
        for name in ("a tighter one", "a cash limit", "central")
    ]
    for less, more in itertools.pairwise(totals):
        assert (less <= more).all()
        assert less.sum() < more.sum()
    assert totals[1].max() < 400e6


def test_dropping_a_measure_of_the_baseline_is_adding_it_backwards(scenarios):
    """With the taxes and benefits that follow its pay, in a run and in a draw, and whatever else the reform has."""
    by_name = {entry.name: entry for entry in scenarios[0].measures}
    wage, relief = by_name["apprentice_minimum_wage"], by_name["vat_relief"]
    adding = replace(scenarios[0], measures=(relief, wage), baseline_measures=(relief,))
    dropping = replace(scenarios[0], measures=(relief,), baseline_measures=(relief, wage))
    runs = [api.run(one, block_rows=BLOCK_ROWS, alternatives=False).scorecard for one in (adding, dropping)]
    added, dropped = (run.groupby(["line", "financial_year"])["cash"].sum() for run in runs)
    assert added["income_tax"].abs().sum() > 0
    pd.testing.assert_series_equal(dropped[added.index], -added, check_names=False)
    found = of_draw(run_draws([dropping], block_rows=BLOCK_ROWS).scorecard, 0)
    pd.testing.assert_frame_equal(found, runs[1][list(found)], check_exact=True)
