"""A scenario made ready for the engine: people, tables, and the measures of every arm."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from microsim.accounts.decomposition import arm_names
from microsim.accounts.rounding import Deflators
from microsim.accounts.tables import CHANGED_RULES
from microsim.dynamics.tables import dynamics_tables
from microsim.engine.ledger import LARGEST_PAY_INDEX
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme
from microsim.engine.second_round import returns_of
from microsim.errors import InputError, Problem
from microsim.kernels.jit import source_digest
from microsim.measures import find_measure
from microsim.measures.contract import Setting
from microsim.measures.find import source_files
from microsim.parameters.load import Parameters
from microsim.population.blocks import BLOCK_ROWS, Sample
from microsim.population.factors import (
    NOTHING_ALIGNED,
    Alignments,
    load_alignments,
)
from microsim.population.source import Population, load_population
from microsim.scenario.schema import AlignmentSwitches, MeasureEntry, Scenario
from microsim.taxes.tables import TaxTables, tax_arms, tax_tables


def alignments_of(population: Population, switches: AlignmentSwitches) -> Alignments:
    """The factors that a scenario has switched on. Raises InputError when they were made for another population."""
    if switches == AlignmentSwitches.all(False):
        return NOTHING_ALIGNED
    return load_alignments(population).only(switches)


class Options(NamedTuple):
    """What was asked of `prepare` besides the scenario."""

    alternatives: bool = False
    decompose: bool = False
    limited: tuple[str, ...] = ()  # in order


NO_OPTIONS = Options()


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready for the engine."""

    scenario: Scenario
    programme: Programme
    setting: Setting
    sources: tuple[Path, ...]  # files of plug-in measures
    alignments: Alignments = NOTHING_ALIGNED
    options: Options = NO_OPTIONS

    @property
    def deflators(self) -> Deflators:
        parameters, years = self.scenario.parameters, self.setting.years
        index = parameters.index("gdp_deflator_growth", years, parameters.price_base_year)
        return Deflators(index, parameters.discount_factors(years))

    @property
    def counted(self) -> list[bool]:
        """Of each year lived, whether it is published."""
        return [year in self.scenario.years for year in self.setting.years]

    def identity(self) -> str:
        """A digest of everything that the results depend on, the program included."""
        scenario = self.scenario
        parts = (
            source_digest(self.sources),
            self.programme.sample.population.digest,
            scenario.to_yaml(scenario.population.parent),
            scenario.parameters.digest(),
            scenario.baseline_parameters.digest(),
            self.alignments.digest,
            str(self.programme.sample.block_rows),
            str([(entry.arm, entry.name, entry.alternative) for entry in self.programme.measures]),
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def prepare(
    scenario: Scenario,
    block_rows: int = BLOCK_ROWS,
    *,
    alternatives: bool = False,
    decompose: bool = False,
    limited: Collection[str] = (),
) -> Prepared:
    """Load the population and build every table that the engine needs.

    With `alternatives`, measures are also run under the other choices that they show beside the scenario's own, but
    for those of the names in `limited`: the shares served that a pilot run found belong to one choice. With
    `decompose`, each part of the package is also run alone and with those written before it.
    """
    population = load_population(scenario.population)
    sample = Sample(population, scenario.sample, scenario.seed, scenario.years[-1], block_rows)
    setting = Setting(sample.years, population.area_codes, scenario.parameters, 0, population)
    before = setting._replace(parameters=scenario.baseline_parameters)
    alignments = alignments_of(population, scenario.alignment)
    tables = dynamics_tables(
        population, scenario.baseline_parameters, sample.flows, sample.years, alignments, scenario.parameters
    )
    check_pay(tables.earnings.growth)
    measures = [_arm_measure(BASELINE, entry, before) for entry in scenario.baseline_measures]
    for entry in scenario.measures:
        measures += _alternatives(entry, setting) if alternatives and entry.name not in limited else []
        measures.append(_arm_measure(REFORM, entry, setting))
    parts, changed_rules = _parts(scenario) if decompose else ((), ())
    measures += _decomposed(scenario, parts, before, setting)
    sources = source_files(tuple(entry.measure.kind for entry in measures))
    rules = (
        rules_of(population, scenario.baseline_parameters, sample.years),
        rules_of(population, scenario.parameters, sample.years),
    )
    taxes = tax_arms(rules, tables.means)
    chosen = scenario.second_round
    returns = returns_of(chosen, scenario.parameters, sample.years) if chosen.enabled else None
    programme = Programme(sample, tables, tuple(measures), taxes, changed_rules, parts, returns)
    options = Options(alternatives, decompose, tuple(sorted(limited)))
    return Prepared(scenario, programme, setting, sources, alignments, options)


def _alternatives(entry: MeasureEntry, setting: Setting) -> list[ArmMeasure]:
    """A measure of the reform under the other choices that it shows. They come before it, to see what it sees."""
    measure = find_measure(entry.kind)
    others = measure.alternatives(entry.params) if measure.alternatives else {}
    return [
        replace(_arm_measure(REFORM, replace(entry, params=params), setting), alternative=label, detail=False)
        for label, params in others.items()
    ]


def _parts(scenario: Scenario) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The parts of a package in order, and the arms besides the reform that have the reform's official figures."""
    before = {entry.name: entry for entry in scenario.baseline_measures}
    after = {entry.name: entry for entry in scenario.measures}
    changed = [name for name, entry in after.items() if before.get(name) != entry]
    dropped = [name for name in before if name not in after]
    figures = [CHANGED_RULES] if scenario.parameters.digest() != scenario.baseline_parameters.digest() else []
    parts = (*figures, *changed, *dropped)
    if not figures:
        return parts, ()
    alone, stacked = arm_names(parts)
    return parts, tuple(dict.fromkeys(arm for arm in (alone[CHANGED_RULES], *stacked.values()) if arm != REFORM))


def _decomposed(scenario: Scenario, parts: Sequence[str], before: Setting, setting: Setting) -> list[ArmMeasure]:
    """The measures of the arms that take a package apart, in the reform's order."""
    baseline = {entry.name: entry for entry in scenario.baseline_measures}
    reform = {entry.name: entry for entry in scenario.measures}
    order = [*baseline, *(name for name in reform if name not in baseline)]
    if list(baseline) != [name for name in reform if name in baseline]:
        order = list(dict.fromkeys([*reform, *baseline]))  # the reform writes them in another order: its own
    alone, stacked = arm_names(parts)
    arms: dict[str, tuple[str, ...]] = {alone[part]: (part,) for part in parts}
    arms |= {stacked[part]: tuple(parts[: place + 1]) for place, part in enumerate(parts)}
    found = []
    for arm, applied in arms.items():
        if arm == REFORM:
            continue
        at = setting if CHANGED_RULES in applied else before
        for name in order:
            entry = (reform if name in applied else baseline).get(name)
            if entry is not None:
                found.append(replace(_arm_measure(arm, entry, at), detail=False))
    return found


def rules_of(population: Population, parameters: Parameters, years: Sequence[int]) -> TaxTables:
    """The tables of tax and benefit rules of those years."""
    return tax_tables(parameters, years, population.region_codes, population.area_region)


def check_pay(index: np.ndarray) -> None:
    """Raise InputError when average earnings grow so much that the sums of pay would not fit their integers."""
    if index.max() > LARGEST_PAY_INDEX:
        raise InputError(
            Problem(
                "average_earnings_growth: pay grows too large to add up",
                None,
                f"{index.max():,.0f} times the pay of the population's tables",
                f"at most {LARGEST_PAY_INDEX} times",
            )
        )


def _arm_measure(arm: str, entry: MeasureEntry, setting: Setting) -> ArmMeasure:
    measure = find_measure(entry.kind)
    state = measure.prepare(entry.params, setting, measure.random_group())
    return ArmMeasure(arm, entry.name, measure, entry.params, setting, state)
