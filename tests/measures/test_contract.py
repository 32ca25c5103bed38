"""What every measure promises, over every kind that is found. A new measure is tested here without adding a line."""

import json
import os
import subprocess
import sys
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from common import GRANT, ROOT
from lives import circles, live, measured, take
from pydantic import BaseModel

from microsim import api
from microsim.engine.ledger import PUBLIC_SECTOR
from microsim.engine.run import ArmMeasure, Programme
from microsim.measures import find_measure, known_kinds
from microsim.measures.contract import EVERYWHERE, Head, Setting
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.running.prepare import prepare
from microsim.scenario.load import quantities
from microsim.scenario.values import Quantity, field_extra, field_rows

KINDS = known_kinds()
# Interpreted and compiled runs in two processes.
INTERPRETED = """
import json, sys
from microsim import api
scenario = api.load_scenario(sys.argv[1])
result = api.run(scenario, threads=1, block_rows=40, alternatives=False)
from microsim.kernels.jit import numba
print(json.dumps([bool(numba.config.DISABLE_JIT), result.manifest["people"], result.digest]))
"""


def models(model):
    """A Params class and every model nested in it."""
    found = [model]
    for info in model.model_fields.values():
        for part in (info.annotation, *get_args(info.annotation)):
            if isinstance(part, type) and issubclass(part, BaseModel):
                found += models(part)
    return found


def programme_with(kind, england, years_last=2034, share=1 / 100_000, seed=5, params=None, block_rows=60):
    measure = find_measure(kind)
    sample = Sample(england, share, seed, years_last, block_rows)
    parameters = load_parameters()
    setting = Setting(sample.years, england.area_codes, parameters, 0, england)
    tables = api.dynamics_tables(england, parameters, sample.flows, sample.years)
    params = measure.params() if params is None else params
    state = measure.prepare(params, setting, measure.random_group())
    return Programme(sample, tables, (ArmMeasure("reform", "it", measure, params, setting, state),))


def lived(programme, order=None):
    """The sums of the blocks, lived on this thread."""
    ledger, driver = programme.ledger(), programme.driver()
    scratch = programme.scratch(programme.sample.block_rows)
    for number in order or range(len(programme.sample.blocks)):
        programme.live_all(driver, number, scratch, ledger)
    return ledger


def test_the_grant_is_found():
    assert GRANT in KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_unit_and_a_description(kind):
    for model in models(find_measure(kind).params):
        for name, info in model.model_fields.items():
            extra = field_extra(model, name)
            assert extra.get("unit"), f"{model.__name__}.{name} has no unit"
            assert info.description and len(info.description) > 8, f"{model.__name__}.{name} has no description"


@pytest.mark.parametrize("kind", KINDS)
def test_field_rows_show_every_field(kind):
    """A nested group is shown by its fields."""
    shown = {part.removesuffix("[]") for row in field_rows(find_measure(kind).params) for part in row.field.split(".")}
    for model in models(find_measure(kind).params):
        assert set(model.model_fields) <= shown, set(model.model_fields) - shown


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_valid_and_survive_a_file(kind):
    params = find_measure(kind).params
    assert params.from_plain(json.loads(json.dumps(params().to_plain()))) == params()


@pytest.mark.parametrize("kind", KINDS)
def test_every_default_that_is_not_policy_has_a_source_or_a_unit_of_one(kind):
    """A figure with a range or a judgement must say where it comes from."""
    for path, value in quantities(find_measure(kind).params(), (kind,)):
        for step in value.steps:
            if step.low is not None or step.quality is not None:
                assert step.source, path
                assert step.quality, path


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_named_once_and_placed(kind):
    measure = find_measure(kind)
    names = [line.name for line in measure.lines]
    assert len(set(names)) == len(names) > 0
    for line in measure.lines:
        assert line.head in get_args(Head)
        assert line.description
        assert line.payer
        assert (line.sign == 0) == (line.head == "memo")
    for ratio in measure.ratios:
        assert {*ratio.over, *ratio.under} <= set(names)
    assert set(measure.own) <= set(measure.state._fields)


def zeroed(value):
    """Params (or a part of them) with every quantity in money at nothing, and every choice at "none" that can be."""
    if isinstance(value, BaseModel):
        parts = {}
        for name in type(value).model_fields:
            part = getattr(value, name)
            extra = field_extra(type(value), name)
            money = extra.get("unit", "").startswith("£") and "exclusiveMinimum" not in extra
            parts[name] = Quantity.of(0) if isinstance(part, Quantity) and money else zeroed(part)
            if "none" in get_args(type(value).model_fields[name].annotation):
                parts[name] = "none"
        return value.model_copy(update=parts)
    if isinstance(value, tuple):
        return tuple(zeroed(part) for part in value)
    return value


def sums_of(ledger, one):
    """The sums of a line, with detail or without."""
    return ledger.line(one.place, one.detail)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_given_costs_nothing(kind, england):
    programme = programme_with(kind, england, params=zeroed(find_measure(kind).params()))
    ledger = lived(programme)
    (entry,) = programme.measures
    nothing = {line.name: np.zeros(len(programme.sample.years), np.int64) for line in entry.measure.lines}
    for one in programme.places:
        assert not sums_of(ledger, one).any(), one.line.name
    if entry.measure.national:
        for line, pence in entry.measure.national(entry.params, entry.setting, nothing).items():
            assert not pence.any(), line
    usual = programme_with(kind, england)
    full, (entry,) = lived(usual), usual.measures
    people = any(sums_of(full, one).any() for one in usual.places if one.line.sign)
    national = entry.measure.national(entry.params, entry.setting, nothing) if entry.measure.national else {}
    assert people or any(pence.any() for pence in national.values()), "the defaults cost nothing"


@pytest.mark.parametrize("kind", KINDS)
def test_national_money_of_many_totals_is_that_of_each(kind, england):
    """Simulation error is found from many sets of totals at once: 5 rows here, the last of nothing."""
    (entry,) = programme_with(kind, england).measures
    national, years = entry.measure.national, len(entry.setting.years)
    if national is None:
        return
    random = np.random.default_rng(8)
    many = {line.name: random.integers(0, 10**12, (5, years)) for line in entry.measure.lines}
    for amounts in many.values():
        amounts[-1] = 0
    at_once = national(entry.params, entry.setting, many)
    for row in range(5):
        one = national(entry.params, entry.setting, {name: amounts[row] for name, amounts in many.items()})
        assert one.keys() == at_once.keys()
        for name, money in one.items():
            assert money.shape == (years,)
            assert (np.broadcast_to(at_once[name], (5, years))[row] == money).all(), name


@pytest.mark.parametrize("kind", KINDS)
def test_gains_are_money_of_people(kind, england):
    """Lines of pence, with a key where they have national money too; and somebody gains something."""
    programme = programme_with(kind, england)
    ledger, (entry,) = lived(programme), programme.measures
    measure = entry.measure
    assert measure.gains, "whom the money reaches is not said"
    assert len({gain.kind for gain in measure.gains}) == len(measure.gains)
    nothing = {line.name: np.zeros(len(programme.sample.years), np.int64) for line in measure.lines}
    national = measure.national(entry.params, entry.setting, nothing) if measure.national else {}
    lines = {line.name: line for line in measure.lines}
    sums = {one.line.name: sums_of(ledger, one) for one in programme.places}
    for gain in measure.gains:
        for name in (*gain.more, *gain.less):
            assert lines[name].unit == "pence", name
            assert not lines[name].stock, name
            assert name not in national or lines[name].shared_by, f"{name}: nobody knows whose the national money is"
    assert any(sums[name].any() for gain in measure.gains for name in gain.more)


@pytest.mark.parametrize("kind", KINDS)
def test_who_else_is_in_the_block_changes_nothing(kind, england):
    """The same lives, recorded, give the same lines whether everybody's are worked out at once or those of each circle
    (people ever joined by a household or a partner) in blocks of a few circles."""
    programme = programme_with(kind, england, block_rows=16_384)
    (number,) = range(len(programme.sample.blocks))
    block = programme.sample.make(number)
    years = {year.year: year.people.copy() for year in live(programme, block)}
    circle = circles(list(years.values()))
    everybody = np.arange(len(circle))
    present = dict(zip(programme.sample.years, block.present[1:].tolist(), strict=True))
    whole = measured(programme, lambda year: (years[year], present[year]))
    measure = programme.measures[0].measure
    assert any(whole[:, place].any() for place, line in enumerate(measure.lines) if line.sign or measure.national)
    heads = np.unique(circle)
    parts = np.array_split(heads, 40)
    assert min(len(part) for part in parts) > 0, "everybody is joined with everybody: nothing to part"
    for part in parts:
        rows = everybody[np.isin(circle, part)]
        there = {year: int(np.searchsorted(rows, count)) for year, count in present.items()}
        apart = measured(programme, lambda year, rows=rows, there=there: (take(years[year], rows), there[year]))
        assert (apart == whole[:, :, rows]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_happens_before_the_start_nor_is_benefit_read_unless_said(kind, england):
    """Turns before the year `start` of State can be left out, and who is on Universal Credit can be anybody where
    `reads_credit` says that it is not read."""
    programme = programme_with(kind, england, block_rows=16_384)
    (entry,) = programme.measures
    block = programme.sample.make(0)
    years = {year.year: year.people.copy() for year in live(programme, block)}
    present = dict(zip(programme.sample.years, block.present[1:].tolist(), strict=True))
    whole = measured(programme, lambda year: (years[year], present[year]))
    start = getattr(entry.state, "start", programme.sample.years[0])
    assert whole.any()
    late = measured(programme, lambda year: (years[year], present[year] if year >= start else 0))
    assert (late == whole).all()
    turned = {year: people._replace(on_credit=1 - people.on_credit) for year, people in years.items()}
    other = measured(programme, lambda year: (turned[year], present[year]))
    assert entry.measure.reads_credit(entry.params) or (other == whole).all()


@pytest.mark.parametrize("kind", KINDS)
def test_sums_are_those_of_the_lines_which_hold_nothing_outside_the_rows_listed(kind, england):
    """What a kernel says that it wrote is all that it wrote, and all of it is added up, once."""
    check_listed(programme_with(kind, england, block_rows=16_384))


def test_rows_are_listed_by_the_other_form_of_the_credit():
    path = ROOT / "scenarios" / "skills_tax_credit_deduction.yaml"
    check_listed(prepare(api.load_scenario(path, sample=0.0003)).programme)


def test_rows_are_listed_with_top_ups_moves_and_lapsing_grants(tmp_path):
    """Money that others put in, moves to where grants are doubled, what is lost when the next tranche comes."""
    path = tmp_path / "grant.yaml"
    path.write_text(
        f"name: Top-ups\nextends: {ROOT / 'scenarios' / 'baseline.yaml'}\nmeasures:\n  grant:\n"
        "    kind: lifelong_training_grant\n    rollover: false\n"
        "    top_ups: {individual: {rate: 0.2, amount: 500}}\n    migration_response: {rate: 0.02}\n"
    )
    check_listed(prepare(api.load_scenario(path, sample=0.0003)).programme)


def check_listed(programme):
    """Of one measure: all that its lines hold stands in rows listed, and is in the ledger."""
    block = programme.sample.make(0)
    rows = len(block.people.id)
    scratch, ledger, driver = programme.scratch(rows), programme.ledger(), programme.driver()
    states, room, lines = tuple(entry.fresh(rows) for entry in programme.measures), scratch[1].room, scratch[1].lines
    for index in range(len(programme.sample.years)):
        programme.live(driver, block, states, (index, index + 1), scratch, ledger)
        for line, one in enumerate(programme.places):
            listed = room.listed[line]
            if listed != EVERYWHERE:
                found = room.rows[:listed].tolist()
                assert len(set(found)) == listed, one.line.name
                assert set(np.flatnonzero(lines[line]).tolist()) <= set(found), one.line.name
            expected = lines[line].astype(np.int64) @ block.people.weight.astype(np.int64)
            assert sums_of(ledger, one)[index].sum() == expected, one.line.name
    assert any(sums_of(ledger, one).any() for one in programme.places)


@pytest.mark.parametrize("kind", KINDS)
def test_the_order_of_blocks_changes_nothing(kind, england):
    programme = programme_with(kind, england)
    blocks = len(programme.sample.blocks)
    order = np.random.default_rng(2).permutation(blocks).tolist()
    assert order != list(range(blocks))
    for one, other in zip(lived(programme), lived(programme, order=order), strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_never_negative_and_groupings_agree(kind, england):
    programme = programme_with(kind, england)
    ledger = lived(programme)
    # a line that is the difference of two accounts of the same person may be below nothing for some
    differences = [one.place for one in programme.places if one.detail and one.line.name.startswith("doubling")]
    for values in ledger.groupings:
        assert (np.delete(values, differences, axis=0) >= 0).all()
        same = values.sum(axis=2) == ledger.area.sum(axis=2)
        assert np.delete(same, PUBLIC_SECTOR, axis=0).all()  # the public sector is kept by area alone


@pytest.mark.parametrize("kind", KINDS)
def test_a_measure_only_reads_people(kind, england):
    """Lives are the same, bit for bit, with the measure and without it."""
    programme = programme_with(kind, england)
    without = Programme(programme.sample, programme.tables, ())
    with_it, alone = programme.sample.make(0), programme.sample.make(0)
    rows, years = len(alone.people.id), (0, len(programme.sample.years))
    states = tuple(entry.fresh(rows) for entry in programme.measures)
    programme.live(programme.driver(), with_it, states, years, programme.scratch(rows), programme.ledger())
    without.live(without.driver(), alone, (), years, without.scratch(rows), without.ledger())
    for name, one, other in zip(alone.people._fields, with_it.people, alone.people, strict=True):
        assert one.tobytes() == other.tobytes(), name


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_compiled_equals_interpreted(kind, scenario_file):
    """One digest of every table with the compiler on and off, on a few hundred people."""
    path = scenario_file(
        measures=f"measures: {{it: {{kind: {kind}, start: 2027-28}}}}\n",
        years="2026-27 to 2028-29", sample=1 / 100_000,
    )  # fmt: skip
    results = []
    for disabled in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": disabled}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", INTERPRETED, str(path)],
            env=environment, capture_output=True, text=True, cwd=ROOT,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        results.append(json.loads(done.stdout))
    (off, people, compiled), (on, same_people, interpreted) = results
    assert (off, on) == (False, True)
    assert people == same_people > 400
    assert compiled == interpreted


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_second_name_changes_nothing_in_the_first_ones_lines(kind, scenario_file):
    one = f"  first: {{kind: {kind}}}\n"
    two = f"  second: {{kind: {kind}, start: 2028-29}}\n"
    alone = api.run(scenario_file(measures="measures:\n" + one, name="alone.yaml"), alternatives=False)
    before = api.run(scenario_file(measures="measures:\n" + one + two, name="before.yaml"), alternatives=False)
    after = api.run(scenario_file(measures="measures:\n" + two + one, name="after.yaml"), alternatives=False)
    own = {line.name for line in find_measure(kind).lines}  # taxes of two measures that move pay belong to both
    moved = {"winners_and_losers", "inequality"}  # of all measures together
    if find_measure(kind).changes_pay:
        moved |= {
            "taxes",
            "incomes",
            "gains",
            "group_replicates",
            "concentration",
            "distributional_weights",
            "lifetimes",
        }
    for name, table in alone.tables.items():
        if name in moved:
            continue
        if {"measure", "line"} <= set(table):
            table = table[table["line"].isin(own)].reset_index(drop=True)
        elif "measure" in table:
            table = table[table["measure"] == "first"].reset_index(drop=True)
        for other in (before, after):
            same = other.tables[name]
            if {"measure", "line"} <= set(same):
                same = same[same["line"].isin(own)]
            if "measure" in table:
                same = same[same["measure"] == "first"].reset_index(drop=True)
            elif "breakdown" in table:
                same = same[~same["breakdown"].str.startswith("second.")].reset_index(drop=True)
            pd.testing.assert_frame_equal(table, same)
    second = before.tables["lines"].query("measure == 'second'")
    assert second["amount"].sum() > 0
    assert second["amount"].sum() != alone.tables["lines"]["amount"].sum()
