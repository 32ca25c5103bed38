"""The alignment: what is held, how it is counted, the solver on a world that can be worked out, and England's lives."""

import json
import math
import shutil

import numpy as np
import pytest
from common import ROOT

from microsim import api
from microsim.accounts.alignment import alignment_summary, alignment_table, largest_adjustments
from microsim.dynamics.alignment import ARRAY_OF, alignment_of, no_alignment
from microsim.dynamics.tables import dynamics_tables
from microsim.engine.held import FIGURES, HELD_PART, HELD_WHOLE, LIVES, MILLION, PART, WHOLE, Target, targets_of
from microsim.engine.pilot import FIRST_ROUNDS, LIMIT, ROUNDS, Pilot, Solver, find_factors
from microsim.engine.run import Programme
from microsim.errors import InputError
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.factors import (
    FOLDER,
    NO_GROUP,
    NOTHING_ALIGNED,
    Alignments,
    Groups,
    Held,
    drop_stale_alignments,
    factors_digest,
    groups_of,
    load_alignments,
    read_held,
    save_alignments,
)
from microsim.population.people import AGE_SEX_KEYS, NOBODY
from microsim.population.source import load_population
from microsim.scenario.schema import AlignmentSwitches

LAST_YEAR = 2030


def make_programme(england, share, seed, block_rows=16_384, alignments=NOTHING_ALIGNED):
    sample = Sample(england, share, seed, LAST_YEAR, block_rows)
    tables = dynamics_tables(england, load_parameters(), sample.flows, sample.years, alignments)
    return Programme(sample, tables, ())


@pytest.fixture(scope="module")
def pilot(england):
    """Factors of a pilot run of 1 in 500 over six years."""
    programme = make_programme(england, 1 / 500, seed=3)
    targets = targets_of(england, programme.sample.years)
    factors = find_factors(programme, targets, threads=1)
    return targets, Alignments(factors, {target.name: target.groups for target in targets}, {"digest": "x"})


# -- what is held


def test_bands_of_age_become_groups():
    held = Held(holds="x", groups="age and sex", bands=["16-17", "65+"], lives=1, method="x", quality="judgement",
                source="x")  # fmt: skip
    groups = groups_of(held, ("A", "B"))
    assert groups.labels == ("female 16-17", "male 16-17", "female 65+", "male 65+")
    assert [groups.of_key[2 * age + sex] for age, sex in ((16, 0), (17, 1), (18, 0), (65, 0), (110, 1))] == [
        0, 1, NO_GROUP, 2, 3,
    ]  # fmt: skip
    both = groups_of(held.model_copy(update={"groups": "age"}), ("A", "B"))
    assert both.labels == ("16-17", "65+") and both.of_key[2 * 70] == both.of_key[2 * 70 + 1] == 1
    areas = groups_of(held.model_copy(update={"groups": "local authority"}), ("A", "B"))
    assert areas.labels == ("A", "B") and areas.of_key.tolist() == [0, 1]
    assert areas.ages[2 * 16] and not areas.ages[2 * 18]
    with pytest.raises(InputError, match="not bands of age"):
        groups_of(held.model_copy(update={"bands": ["young"]}), ())


def test_the_figures_held_are_those_of_the_fitted_table(england):
    targets = {target.name: target for target in targets_of(england, range(2025, 2027))}
    assert tuple(targets) == FIGURES
    people = england.joint[:, 40 - 16, 1].sum((0, 1)).astype(float)  # men of 40 by status
    work, active = targets["employment"].shares[1, :, 81], targets["unemployment"].shares[1, :, 81]
    assert work[0] / work[1] == pytest.approx(people[:2].sum() / people.sum(), abs=1e-6)
    assert active[0] / active[1] == pytest.approx(people[2] / people[:3].sum(), abs=1e-5)


def test_local_authorities_differ_around_england(england):
    """Differences at the same ages and sexes add up to nothing over people; Birmingham works less, Wokingham more."""
    excess = next(one for one in targets_of(england, range(2025, 2026)) if one.name == "employment_by_area").excess
    people = england.joint[:, :49].sum((1, 2, 3, 4)).astype(float)
    assert excess @ people / people.sum() == pytest.approx(0.0, abs=1e-12)
    assert excess[england.area_index("Birmingham")] < -0.03 < 0.01 < excess[england.area_index("Wokingham")]


def test_births_held_are_a_year_s_by_hand(england):
    rows = (england.tables.parent / FOLDER / "births.csv").read_text().splitlines()
    table = {int(row.split(",")[0]): row.split(",")[1:] for row in rows if row[:2] == "20"}
    rate = {year: int(births) / int(women) for year, (births, women) in table.items()}
    births = next(one for one in targets_of(england, range(2025, 2028)) if one.name == "births").shares
    assert births[2, 0, 60] / MILLION == pytest.approx(0.25 * rate[2025] + 0.75 * rate[2026], abs=1e-6)
    assert births[0, 0, 60] / MILLION == pytest.approx(0.75 * rate[2024], abs=1e-6)  # from mid-2024
    assert (births[:, :, 61] == 0).all()  # men


def test_an_unknown_figure_names_the_nearest(england, tmp_path):
    path = copy_of_england(tmp_path)
    held = path.parent / "england" / "alignment.yaml"
    held.write_text(held.read_text().replace("employment_by_area:", "employment_by_aera:"))
    with pytest.raises(InputError, match=r"employment_by_aera.*did you mean employment_by_area"):
        read_held(load_population(path))
    held.write_text(held.read_text().replace("by_aera:", "by_area:").replace("lives: 10000", "lifes: 1"))
    with pytest.raises(InputError, match="lifes"):
        read_held(load_population(path))


# -- how it is counted


def test_people_are_counted_as_one_would_by_hand(england):
    programme = make_programme(england, 1 / 20_000, seed=5, block_rows=800)
    targets = targets_of(england, programme.sample.years)
    pilot = Pilot(programme, threads=2)
    before = list(programme.sample)
    after, counts = pilot.live(pilot.plain, before, targets, 0)
    found = {target.name: np.zeros_like(count) for target, count in zip(targets, counts, strict=True)}
    for old, new in zip(before, after, strict=True):
        for row in np.flatnonzero(new.people.resident):
            age, sex = min(2025 - new.people.cohort[row] - 1, 110), new.people.sex[row]
            status, key = new.people.work_status[row], 2 * age + sex
            here = bool(old.people.resident[row])
            born = int(new.people.parity[row]) - int(old.people.parity[row])
            said = {
                "employment": (status < 2, 1), "unemployment": (status == 2, status < 3),
                "employment_by_area": (status < 2, 1), "couples": (new.people.partner[row] != NOBODY, 1),
                "births": (born, 1),
            }  # fmt: skip
            for target in targets:
                groups = target.groups
                if not groups.ages[key] or (target.name == "births" and (sex or not here)):
                    continue
                group = groups.of_key[new.people.area[row]] if groups.by_area else groups.of_key[key]
                part, whole = said[target.name]
                weight = new.people.weight[row]
                found[target.name][[PART, WHOLE, LIVES], group] += np.array([weight * part, weight * whole, whole])
                found[target.name][[HELD_PART, HELD_WHOLE], group] += weight * target.shares[0, :, key]
    for target, count in zip(targets, counts, strict=True):
        assert np.array_equal(count, found[target.name]), target.name
        assert count[WHOLE].sum() > 0


def test_living_a_year_leaves_the_state_before_it_alone(england):
    programme = make_programme(england, 1 / 20_000, seed=5, block_rows=800)
    pilot = Pilot(programme, threads=1)
    blocks, fresh = list(programme.sample), list(programme.sample)
    pilot.live(pilot.plain, blocks, targets_of(england, programme.sample.years), 0)
    for block, other in zip(blocks, fresh, strict=True):
        assert all(np.array_equal(one, two) for one, two in zip(block.people, other.people, strict=True))


# -- the solver, on a world of one figure in a few groups that can be worked out


def target_for(held, lives=0.0, excess=None, by_area=False):
    of_key = np.arange(len(held), dtype=np.int16)
    groups = Groups(tuple("abcdefgh"[: len(held)]), of_key, np.ones(256, np.bool_), by_area)
    return Target("employment", groups, lives, np.zeros(0), np.zeros(len(held)) if excess is None else np.array(excess))


def counted(share, held, lives):
    """Counts of a world in which `lives` people a group have the share `share`."""
    lives = np.asarray(lives, np.int64)
    part = np.rint(np.asarray(share) * lives).astype(np.int64)
    whole = 1000 * lives
    return np.stack([1000 * part, whole, np.rint(np.asarray(held) * whole * MILLION).astype(np.int64),
                     (whole * MILLION).astype(np.int64), lives])  # fmt: skip


def solve(target, world, held, lives, years=4):
    """Live a world: `world(shift)` is the share of each group under the log-odds shifts of a year."""
    solver = Solver(target, years)
    for index in range(years):
        none = np.zeros(len(held))
        solver.unaligned(index, counted(world(none), held, lives))
        solver.before(index, counted(world(none), held, lives))
        for _ in range(ROUNDS if index else FIRST_ROUNDS):
            shift = np.log(solver.odds(index).astype(float))
            solver.after(index, counted(world(shift), held, lives))
    return solver.found


def logistic(x):
    return 1 / (1 + np.exp(-np.asarray(x)))


@pytest.mark.parametrize("response", [0.3, 1.0, 6.0])
def test_a_share_is_brought_to_what_is_held(response):
    held, lives = np.array([0.5, 0.8, 0.05]), [20_000, 30_000, 40_000]
    found = solve(target_for(held), lambda shift: logistic(np.array([0.1, 1.2, -3.2]) + response * shift), held, lives)
    assert np.abs(found.after[1:] - held).max() < 0.001
    assert np.abs(found.before - held).max() > 0.02
    assert np.log(found.odds[-1, 0]) == pytest.approx(-0.1 / response, abs=0.01)


def test_a_figure_that_nothing_moves_is_left_alone_and_reported(england):
    """A chance of 0: no odds ratio helps, so there is none, and the table says so."""
    held, lives = np.array([0.5, 0.5]), [20_000, 20_000]
    found = solve(target_for(held), lambda shift: np.array([0.0, 0.4 + 0.1 * shift[1]]), held, lives, years=32)
    assert (found.odds[:, 0] == 1).all() and (found.odds[:, 1] > 1.5).all()
    groups = Groups(("stuck", "free"), np.zeros(256, np.int16), np.ones(256, np.bool_))
    table = alignment_table(england, Alignments({"employment": found}, {"employment": groups}, {}), range(2025, 2057))
    assert not table.query("group == 'stuck'")["is_held"].any()
    assert table.query("group == 'free'")["is_held"].mean() > 0.9
    assert alignment_summary(table)["not_held"].sum() >= 32


def test_a_figure_out_of_reach_stops_at_the_limit():
    held, lives = np.array([0.9]), [20_000]
    found = solve(target_for(held), lambda shift: 0.2 + 0.01 * shift, held, lives, years=12)
    assert np.log(found.odds.astype(float)).max() <= LIMIT + 1e-6
    assert np.log(found.odds[-1, 0]) == pytest.approx(LIMIT, rel=0.1)


def test_nobody_there_is_no_error():
    held = np.array([0.5, 0.5])
    found = solve(target_for(held), lambda shift: np.array([0.6, 0.6]) + 0.1 * shift, held, [0, 20_000])
    assert (found.odds[:, 0] == 1).all() and np.isnan(found.after[:, 0]).all()
    assert (found.odds[:, 1] < 1).all()


def test_small_groups_are_corrected_by_less():
    held, lives = np.array([0.5, 0.5]), [100, 100_000]
    found = solve(target_for(held, lives=1000), lambda shift: logistic(0.4 + shift), held, lives, years=1)
    small, large = np.abs(np.log(found.odds[0]))
    assert 0 < small < 0.2 * large


def test_local_authorities_lean_on_the_line_through_all_of_them():
    """Few lives each, but the further from England the more each must be held: a line that all of them show."""
    excess = np.linspace(-0.08, 0.08, 8)
    held, lives = np.full(8, 0.7), [3000] * 8
    noise = np.array([0.01, -0.01] * 4)

    def world(shift):
        return 0.7 + excess / 2 + noise + 0.2 * shift  # half of each gap would be lost

    found = solve(target_for(held, lives=30_000, excess=excess, by_area=True), world, held, lives, years=1)
    shift = np.log(found.odds[0].astype(float))
    line = excess * (shift @ excess) / (excess @ excess)
    assert np.corrcoef(shift, excess)[0, 1] > 0.97
    assert np.abs(line[0]) == pytest.approx(0.04 / 0.2, rel=0.25)
    assert shift.mean() == pytest.approx(0.0, abs=1e-3)


# -- England's lives


def gaps(england, targets, alignments, share, seed):
    """Mean distance from each figure, over lives and years, in another sample that lives with the factors."""
    programme = make_programme(england, share, seed, alignments=alignments)
    pilot = Pilot(programme, threads=2)
    blocks, found = list(programme.sample), {target.name: [] for target in targets}
    for index in range(len(programme.sample.years)):
        blocks, counts = pilot.live(programme, blocks, targets, index)
        for target, count in zip(targets, counts, strict=True):
            held = count[HELD_PART] / np.maximum(count[HELD_WHOLE], 1) + target.excess
            gap = np.abs(count[PART] / np.maximum(count[WHOLE], 1) - held)
            found[target.name].append((gap @ count[LIVES]) / count[LIVES].sum())
    return {name: float(np.mean(values[1:])) for name, values in found.items()}


def test_another_sample_and_seed_lie_nearer_what_is_held(england, pilot):
    targets, alignments = pilot
    without = gaps(england, targets, NOTHING_ALIGNED, 1 / 400, seed=77)
    aligned = gaps(england, targets, alignments, 1 / 400, seed=77)
    assert aligned["employment"] < 0.9 * without["employment"]
    assert aligned["couples"] < 0.9 * without["couples"]
    assert sum(aligned.values()) < sum(without.values())


def test_the_pilot_brings_its_own_lives_to_what_is_held(pilot):
    _, alignments = pilot
    for name, factors in alignments.factors.items():
        gap, never = (
            np.nansum(np.abs(shares - factors.held)[1:] * factors.lives[1:]) / factors.lives[1:].sum()
            for shares in (factors.after, factors.unaligned)
        )
        assert gap < never, name
        assert (np.abs(np.log(factors.odds.astype(float))) <= LIMIT + 1e-6).all()


def test_the_pilot_is_the_same_however_it_is_run(england):
    programme = make_programme(england, 1 / 10_000, seed=4, block_rows=900)
    assert len(programme.sample.blocks) > 5
    targets = targets_of(england, programme.sample.years)
    digests = {factors_digest(find_factors(programme, targets, threads)) for threads in (1, 2, 5)}
    assert len(digests) == 1


def test_factors_are_looked_up_where_lives_look(england, pilot):
    _, alignments = pilot
    arrays = alignment_of(alignments, 6, len(england.area_codes))
    work, births = alignments.factors["employment"].odds, alignments.factors["births"].odds
    group = alignments.groups["employment"].labels.index("male 40-44")
    assert arrays.work[3, 2 * 42 + 1] == work[3, group]
    assert np.array_equal(arrays.area_work, alignments.factors["employment_by_area"].odds)
    assert np.array_equal(arrays.births, births[:, 0])
    assert (arrays.work[:, : 2 * 16] == 1).all() and arrays.work.shape == (6, AGE_SEX_KEYS)


def test_a_switch_that_is_off_leaves_factors_of_one(england, pilot):
    _, alignments = pilot
    neutral = no_alignment(6, len(england.area_codes))
    for name, array in ARRAY_OF.items():
        only = alignments.only(AlignmentSwitches.all(True).model_copy(update={name: False}))
        found = alignment_of(only, 6, len(england.area_codes))
        for other in found._fields:
            assert np.array_equal(getattr(found, other), getattr(neutral, other)) == (other == array), (name, other)
    assert not alignments.only(AlignmentSwitches.all(False)).factors


# -- files, runs and commands


def copy_of_england(folder):
    shutil.copy(ROOT / "populations" / "england.yaml", folder)
    ignored = shutil.ignore_patterns("validation")
    shutil.copytree(ROOT / "populations" / "england", folder / "england", ignore=ignored)
    shutil.rmtree(folder / "england" / "fitted" / FOLDER, ignore_errors=True)
    return folder / "england.yaml"


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A copy of England aligned with a tiny pilot run, and the table that came of it."""
    path = copy_of_england(tmp_path_factory.mktemp("aligned"))
    table = api.align_population(path, sample=1 / 20_000, seed=8, threads=2)
    return path, table


@pytest.fixture
def scenario_of(tmp_path):
    def write(population, alignment="", seed=2):
        path = tmp_path / "s.yaml"
        text = f"name: S\npopulation: {population}\nyears: 2026-27 to 2028-29\nsample: 0.00005\nseed: {seed}\n"
        path.write_text(text + alignment, encoding="utf-8")
        return path

    return write


def spoil(path, name="record.json", **changes):
    record = path.parent / "england" / "fitted" / FOLDER / name
    record.write_text(json.dumps(json.loads(record.read_text()) | changes))


def test_what_is_written_is_what_is_read(own):
    path, table = own
    population = load_population(path)
    found = load_alignments(population)
    assert set(found.factors) == set(FIGURES)
    assert found.record["seed"] == 8 and found.record["sample"] == "1 in 20,000"
    years = range(population.first_year, population.last_year + 1)
    assert alignment_table(population, found, years).equals(table)
    assert save_alignments(population, found.factors, {"seed": 8}).digest == found.digest


def test_runs_live_with_the_factors_unless_switched_off(own, scenario_of, tmp_path):
    path, table = own
    bare = copy_of_england(tmp_path)
    aligned = api.run(scenario_of(path))
    off = api.run(scenario_of(path, "alignment: false\n"))
    without = api.load_scenario(scenario_of(bare))
    assert any("is not aligned yet" in warning for warning in without.warnings)
    never = api.run(without)
    assert off.tables["population"].equals(never.tables["population"])
    assert not aligned.tables["population"].equals(off.tables["population"])
    assert len(off.tables["alignment"]) == 0 == len(never.tables["alignment"])
    assert aligned.manifest["inputs_digest"] != off.manifest["inputs_digest"]
    lived = aligned.tables["alignment"]
    assert set(lived["financial_year"]) == {"2026-27", "2027-28", "2028-29"}
    assert lived.reset_index(drop=True).equals(
        table[table["financial_year"].isin(set(lived["financial_year"]))].sort_values(
            "target", key=lambda names: names.map({name: at for at, name in enumerate(FIGURES)}), kind="stable"
        ).reset_index(drop=True)
    )  # fmt: skip
    some = api.run(scenario_of(path, "alignment: {employment_by_area: false, couples: false}\n"))
    assert set(some.tables["alignment"]["target"]) == {"employment", "unemployment", "births"}


def test_the_table_says_what_was_done(own):
    _, table = own
    row = table.query("target == 'employment' and group == 'male 40-44' and financial_year == '2030-31'").iloc[0]
    assert row["log_odds_shift"] == pytest.approx(math.log(row["odds_ratio"]), abs=1e-4)
    assert row["effect"] == pytest.approx(row["after"] - row["before"])
    assert len(table) == 32 * sum(table.groupby("target")["group"].nunique())
    birmingham = table.query("group == 'E08000025'")
    assert (birmingham["description"] == "Birmingham").all()
    largest = largest_adjustments(table, 2)
    assert largest.groupby("target").size().tolist() == [2] * 5


def test_factors_of_another_fit_or_other_figures_are_refused(own, tmp_path, scenario_of):
    folder = tmp_path / "stale"
    shutil.copytree(own[0].parent, folder)
    path = folder / "england.yaml"
    text = path.read_text()
    path.write_text(text.replace("last_year: 2056-57", "last_year: 2055-56"))
    with pytest.raises(InputError, match=r"was made for another fit.*microsim population align"):
        api.load_scenario(scenario_of(path))
    assert api.load_scenario(scenario_of(path, "alignment: false\n")).warnings == ()  # nothing of it is used
    path.write_text(text)
    held = folder / "england" / "alignment.yaml"
    held.write_text(held.read_text().replace('"16-17", "18-19"', '"16-19"'))
    with pytest.raises(InputError, match="made for other figures to hold"):
        api.load_scenario(scenario_of(path))
    assert drop_stale_alignments(load_population(path))
    assert not drop_stale_alignments(load_population(path))
    assert load_alignments(load_population(path)) == NOTHING_ALIGNED


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda folder: (folder / "employment.parquet").unlink(), "is missing or damaged"),
        (lambda folder: (folder / "births.parquet").write_bytes(b"no"), "is missing or damaged"),
        (lambda folder: shutil.copy(folder / "births.parquet", folder / "couples.parquet"), "is missing or damaged"),
        (lambda folder: (folder / "record.json").write_text("{}"), "the record of the alignment is spoilt"),
    ],
)
def test_damaged_factors_are_refused(own, tmp_path, change, said):
    folder = tmp_path / "damaged"
    shutil.copytree(own[0].parent, folder)
    change(folder / "england" / "fitted" / FOLDER)
    with pytest.raises(InputError, match=said):
        load_alignments(load_population(folder / "england.yaml"))
    shutil.rmtree(folder / "england" / "fitted" / FOLDER)
    shutil.copytree(own[0].parent / "england" / "fitted" / FOLDER, folder / "england" / "fitted" / FOLDER)
    spoil(folder / "england.yaml", digest="0")
    with pytest.raises(InputError, match="do not match their digest"):
        load_alignments(load_population(folder / "england.yaml"))
