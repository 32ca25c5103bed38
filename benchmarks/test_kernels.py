"""Each compiled part of a year, each collector and a few bare kernels, by pytest-benchmark: `pytest benchmarks`.

On a real block of the package at 1 in 100, in the middle of a run. Times are of whole calls; `nanoseconds_per_row` is
beside them among the extra figures of `--benchmark-json`.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.one_run import PACKAGE
from benchmarks.stages import PARTS as ALL_PARTS
from benchmarks.year_parts import calls_of_a_year
from microsim import api
from microsim.kernels.float32 import log, normal_draws
from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import WORK, random_words
from microsim.measures import known_kinds
from microsim.parameters.load import load_parameters
from microsim.running.prepare import prepare
from microsim.taxes.income_tax import income_tax, income_tax_rates, personal_allowance

ROUNDS, BARE_ROUNDS, ROWS, YEAR = 15, 50, 12_000, 2030
PARTS = [part for part in ALL_PARTS if part != "put_back"]  # which the package's two arms never call
COLLECTORS = ["GainWatch: measured", "GainWatch: assessed", "GainWatch: year"]
PACKAGE_KINDS = [entry.kind for entry in api.load_scenario(PACKAGE).measures]


@pytest.fixture(scope="module")
def calls():
    return calls_of_a_year(prepare(api.load_scenario(PACKAGE, sample=0.01)))


@pytest.mark.parametrize("part", [*PARTS, *(f"measure: {kind}" for kind in PACKAGE_KINDS), *COLLECTORS])
def test_part(benchmark, calls, part):
    call = calls[part]
    benchmark.pedantic(call.again, setup=call.restore, rounds=ROUNDS, warmup_rounds=1)
    per_row(benchmark, call.rows)


def test_every_part_of_a_year_is_here(calls):
    assert set(PACKAGE_KINDS) <= set(known_kinds())
    assert set(calls) == {*PARTS, *(f"measure: {kind}" for kind in PACKAGE_KINDS), *COLLECTORS}


def test_random_words(benchmark):
    people, words = np.arange(ROWS, dtype=np.uint64), np.zeros((4, ROWS), np.uint32)
    bare(benchmark, callable_from_python(random_words), words, people, 1, 0, YEAR, WORK, ROWS)
    assert len(np.unique(words)) > 3 * ROWS


def test_normal_draws(benchmark, words):
    drawn = np.zeros(ROWS, np.float32)
    bare(benchmark, callable_from_python(normal_draws), words, drawn, ROWS)
    assert abs(float(drawn.std()) - 1.0) < 0.05


def test_logarithm(benchmark, words):
    values, found = words.astype(np.float32) + np.float32(1.0), np.zeros(ROWS, np.float32)
    bare(benchmark, callable_from_python(_logarithms), values, found)
    assert np.allclose(found, np.log(values), rtol=1e-6)


def test_income_tax(benchmark, words):
    pays, tax = words / 2.0**32 * 150_000, np.zeros(ROWS)
    bare(benchmark, callable_from_python(_income_taxes), pays, income_tax_rates(load_parameters(), YEAR), tax)
    assert tax.max() > 40_000


@pytest.fixture
def words():
    return np.random.default_rng(1).integers(0, 2**32, ROWS, np.uint32)


def bare(benchmark, function, *arguments):
    benchmark.pedantic(function, arguments, rounds=BARE_ROUNDS, warmup_rounds=2)
    per_row(benchmark, ROWS)


def per_row(benchmark, rows):
    if benchmark.stats is not None:  # none with --benchmark-disable
        benchmark.extra_info["nanoseconds_per_row"] = benchmark.stats.stats.min / rows * 1e9


def _logarithms(values, found):
    for i in range(np.uint64(len(values))):
        found[i] = log(values[i])


def _income_taxes(pays, rates, tax):
    for i in range(np.uint64(len(pays))):
        tax[i] = income_tax(pays[i], 0.0, 0.0, 0.0, personal_allowance(pays[i], rates), rates)
