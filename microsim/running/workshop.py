"""Makes many scenarios of the same people ready for the engine, building once what they have in common.

The population, the sample and the factors of alignment are loaded once. Tables of lives, of taxes and benefits, and of
each measure are built again only where a figure that they read, or a value of the measure, is another.
"""

from __future__ import annotations

from collections.abc import Sequence

from microsim.accounts.rounding import Deflators
from microsim.dynamics.tables import Tables, dynamics_tables, means_tables
from microsim.engine.digests import digest_of
from microsim.engine.draw_taxes import Rules
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme
from microsim.errors import InputError, Problem
from microsim.measures import find_measure
from microsim.measures.contract import Setting
from microsim.parameters.load import Parameters
from microsim.population.blocks import Sample
from microsim.population.source import load_population
from microsim.running.figures_read import ByFigures
from microsim.running.prepare import alignments_of, check_pay, rules_of
from microsim.scenario.schema import MeasureEntry, Scenario
from microsim.taxes.tables import NO_TAXES, tax_arms


class Workshop:
    """Builds what the engine needs of scenarios that differ in values alone. Raises InputError for any that do not."""

    def __init__(self, scenarios: Sequence[Scenario], block_rows: int) -> None:
        first = scenarios[0]
        for scenario in scenarios[1:]:
            _check_same(first, scenario)
        self.years = first.years
        self.population = load_population(first.population)
        self.sample = Sample(self.population, first.sample, first.seed, first.years[-1], block_rows)
        self.alignments = alignments_of(self.population, first.alignment)
        self._means = ByFigures(lambda parameters: means_tables(self.population, parameters, self.sample.years))
        self._taxes = ByFigures(lambda parameters: rules_of(self.population, parameters, self.sample.years))
        self._own_means = self._means.of(first.baseline_parameters)  # in tables whose means nobody reads
        self._tables = ByFigures(self._dynamics)

    def _dynamics(self, parameters: Parameters) -> Tables:
        sample = self.sample
        means = self._own_means, self._own_means
        tables = dynamics_tables(
            self.population, parameters, sample.flows, sample.years, self.alignments, means=means
        )  # fmt: skip
        check_pay(tables.earnings.growth)
        return tables

    def tables(self, scenario: Scenario) -> Tables:
        """What lives look up in a scenario. Their `means` are no draw's own: see `rules`."""
        return self._tables.of(scenario.baseline_parameters)

    def lives_digest(self, scenario: Scenario) -> str:
        """The same for scenarios in which people live the same lives."""
        return self._tables.digest(scenario.baseline_parameters)

    def rules(self, parameters: Parameters) -> Rules:
        """Taxes and benefits under an arm's official figures."""
        return Rules(self._taxes.of(parameters), self._means.of(parameters))

    def rules_digest(self, parameters: Parameters) -> str:
        """The same for official figures that give the same taxes and benefits."""
        return digest_of(self._taxes.digest(parameters), self._means.digest(parameters))

    def measures(self, scenario: Scenario, arm: str) -> tuple[ArmMeasure, ...]:
        """An arm's measures, of which totals alone are kept."""
        entries = scenario.baseline_measures if arm == BASELINE else scenario.measures
        return tuple(self.measure(scenario, arm, entry) for entry in entries)

    def measure(self, scenario: Scenario, arm: str, entry: MeasureEntry) -> ArmMeasure:
        """One measure of an arm."""
        setting, measure = self.setting(scenario, arm), find_measure(entry.kind)
        state = measure.prepare(entry.params, setting, measure.random_group())
        return ArmMeasure(arm, entry.name, measure, entry.params, setting, state, detail=False)

    def reads_credit(self, scenario: Scenario) -> bool:
        """Whether a measure reads who was on Universal Credit, so that lives hang on the baseline's rules."""
        entries = (*scenario.baseline_measures, *scenario.measures)
        return any(find_measure(entry.kind).reads_credit(entry.params) for entry in entries)

    def setting(self, scenario: Scenario, arm: str) -> Setting:
        """What an arm's measures are prepared with."""
        parameters = scenario.baseline_parameters if arm == BASELINE else scenario.parameters
        return Setting(self.sample.years, self.population.area_codes, parameters, 0, self.population)

    def programme(
        self, tables: Tables, measures: Sequence[ArmMeasure], rules: tuple[Rules, Rules] | None = None
    ) -> Programme:
        """What is run, with the `rules` of both arms or without taxes."""
        if rules is None:
            return Programme(self.sample, tables, tuple(measures), NO_TAXES)
        before, after = rules
        means = before.means, after.means
        taxes = tax_arms((before.taxes, after.taxes), means)
        return Programme(self.sample, tables._replace(means=means), tuple(measures), taxes)

    def deflators(self, scenario: Scenario) -> Deflators:
        """A scenario's own prices and discounting, for all years lived."""
        parameters, years = scenario.parameters, self.sample.years
        index = parameters.index("gdp_deflator_growth", years, parameters.price_base_year)
        return Deflators(index, parameters.discount_factors(years))


def _check_same(first: Scenario, other: Scenario) -> None:
    """Raise InputError where two scenarios do not have the same people, or not the same kinds of measures."""
    for name in ("population", "sample", "seed", "years", "alignment"):
        mine, theirs = getattr(first, name), getattr(other, name)
        if mine != theirs:
            raise InputError(Problem(f"draws must have the same {name}", None, str(theirs), str(mine)))
    for arm, (mine, theirs) in {
        REFORM: (first.measures, other.measures), BASELINE: (first.baseline_measures, other.baseline_measures)
    }.items():  # fmt: skip
        kinds = [[(entry.name, entry.kind) for entry in entries] for entries in (mine, theirs)]
        if kinds[0] != kinds[1]:
            raise InputError(
                Problem(f"draws must have the same measures in the {arm}", None, str(kinds[1]), str(kinds[0]))
            )
