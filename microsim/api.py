"""The Python interface: load a scenario, run it, look at one life. The command line calls nothing else."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.alignment import alignment_table
from microsim.accounts.decomposition import arm_names
from microsim.accounts.rounding import Deflators
from microsim.accounts.tables import CHANGED_RULES, PENCE, Accounts
from microsim.dynamics.tables import dynamics_tables
from microsim.engine.held import targets_of
from microsim.engine.ledger import LARGEST_PAY_INDEX
from microsim.engine.pilot import find_factors
from microsim.engine.rationing import NEAR, find_shares
from microsim.engine.run import BASELINE, REFORM, ArmMeasure, Programme, run_blocks
from microsim.errors import InputError, Place, Problem, nearest
from microsim.kernels.jit import source_digest
from microsim.measures import find_measure, known_kinds
from microsim.measures.contract import Measure, Setting, Surroundings
from microsim.measures.find import source_files
from microsim.parameters.load import Parameters, load_parameters
from microsim.population.blocks import BLOCK_ROWS, Sample
from microsim.population.describe import describe, survey_tables
from microsim.population.factors import (
    HELD_FILE,
    NOTHING_ALIGNED,
    Alignments,
    drop_stale_alignments,
    load_alignments,
    read_held,
    save_alignments,
)
from microsim.population.microdata import read_survey_file
from microsim.population.registry import COLUMNS
from microsim.population.source import Population, load_population
from microsim.population.source import build_population as fit_population
from microsim.report.folder import check_replaceable, check_writable, file_digest, tables_digest, write_run
from microsim.scenario.assumptions import Assumption
from microsim.scenario.assumptions import assumptions as scenario_assumptions
from microsim.scenario.json_schema import scenario_schema
from microsim.scenario.load import load
from microsim.scenario.schema import AlignmentSwitches, MeasureEntry, Scenario
from microsim.scenario.source import KeyPath, dotted, place_of
from microsim.scenario.values import field_rows
from microsim.taxes.frame import steps_frame
from microsim.taxes.household import DEFAULT_YEAR, Household, household_from, read_household
from microsim.taxes.schedule import schedule
from microsim.taxes.steps import RULE_YEARS, calculate, marginal_rates
from microsim.taxes.tables import TaxArms, TaxTables, tax_arms, tax_tables
from microsim.validation.compare import compare, notes_for, targets_for
from microsim.validation.tally import take_tally
from microsim.years import format_financial_year, format_years, to_financial_year

Progress = Callable[[int, int], None]
PILOT_SEED = 1851  # unlike any seed likely to be run, so that factors are not fitted to a run's own luck


@dataclass(frozen=True, repr=False)
class Run:
    """A finished run: its tables as pandas frames, and where everything came from."""

    scenario: Scenario
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any]
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"<Run of {self.scenario.name}: {self.manifest['years']}, {self.manifest['sample']}, {self.digest[:12]}>"

    @property
    def scorecard(self) -> pd.DataFrame:
        """Reform less baseline by measure, line and year: cash, real, present value (minus is a cost)."""
        return self.tables["scorecard"]

    @property
    def digest(self) -> str:
        """The same for the same inputs, whatever the number of threads or the order of blocks."""
        result: str = self.manifest["tables_digest"]
        return result


def load_scenario(
    path: str | Path,
    *,
    sample: float | None = None,
    seed: int | None = None,
    years: str | None = None,
    population: str | Path | None = None,
) -> Scenario:
    """Read and check a scenario file and everything that it names, as far as can be told without running it.

    `sample`, `seed`, `years` ("2026-27 to 2055-56") and `population` (a file) replace the scenario's own. Raises
    InputError with every problem found.
    """
    scenario = load(
        path,
        lambda kind: find_measure(kind).params,
        known_kinds=known_kinds,
        sample=sample,
        seed=seed,
        years=years,
        population=population,
        check=partial(_population_problems, sample),
    )
    return replace(scenario, warnings=(*scenario.warnings, *_not_aligned(scenario)))


def _not_aligned(scenario: Scenario) -> list[str]:
    """A warning where figures should be held and no pilot run was made. Raises InputError for a stale one."""
    population = load_population(scenario.population)
    wanted = [name for name in read_held(population) if getattr(scenario.alignment, name)]
    if not wanted or alignments_of(population, scenario.alignment).factors:
        return []
    path = read_survey_file(scenario.population).base if population.survey else scenario.population
    return [
        f"alignment: {population.name} is not aligned yet, so {', '.join(wanted)} may drift; "
        f"first: microsim population align {path}"
    ]


def alignments_of(population: Population, switches: AlignmentSwitches) -> Alignments:
    """The factors that a scenario has switched on. Raises InputError when they were made for another population."""
    if switches == AlignmentSwitches.all(False):
        return NOTHING_ALIGNED
    return load_alignments(population).only(switches)


def _population_problems(
    sample: float | None,
    measures: tuple[MeasureEntry, ...],
    path: object,
    years: range | None,
    places: Mapping[KeyPath, Place],
) -> list[Problem]:
    """What a scenario, or a call that gives a `sample` of its own, asks for that the population cannot give."""
    if not isinstance(path, str):
        return []  # reported already
    try:
        population = load_population(Path(path))
    except InputError as error:
        place = place_of(places, ("population",))
        return [problem._replace(place=problem.place or place) for problem in error.problems]
    problems = []
    if sample is not None and population.survey is not None:
        text = f"{population.name} is a survey and has its own size"
        problems.append(Problem(text, None, f"sample {sample:g}", "none: everybody in a survey is simulated"))
    if years is not None and (years[0] < population.first_year or years[-1] > population.last_year):
        problems.append(
            Problem(
                "years outside the population's",
                place_of(places, ("years",)),
                format_years(years),
                format_years(range(population.first_year, population.last_year + 1)),
            )
        )
    around = Surroundings(population.area_codes, population.area_names, population.first_year)
    for entry in measures:
        measure = find_measure(entry.kind)
        for fault in measure.check(entry.params, around) if measure.check else []:
            at = ("measures", entry.name, *fault.path)
            text = f"{dotted(at)}: {fault.message}"
            problems.append(Problem(text, place_of(places, at), fault.found, fault.expected, fault.nearest))
    return problems


def assumptions(scenario: Scenario | str | Path) -> pd.DataFrame:
    """Every figure a scenario uses: its own, the measures', the official ones, and the population's.

    Columns: path, value, low, high, unit, description, source, quality, set_by. Raises InputError.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    rows = scenario_assumptions(scenario)
    population = load_population(scenario.population)
    rows += _population_rows(population, scenario.population.name)
    return pd.DataFrame(rows, columns=list(Assumption._fields))


def _population_rows(population: Population, file: str) -> list[Assumption]:
    """The figures of a population that no table gives: its own and those of each room."""
    own = type(population.figures).model_fields
    named = [(name, getattr(population.figures, name), field.description or "") for name, field in own.items()]
    for room, figures in population.room_figures.items():
        for name, figure in figures.items():
            named.append((f"{room}.{name}", figure, figure.description or name.replace("_", " ")))
    return [
        Assumption(
            f"population.{name}", f"{figure.central:g}", figure.low, figure.high, figure.unit,
            description, figure.source, figure.quality, file,
        )
        for name, figure, description in named
    ]  # fmt: skip


def tax(
    household: Household | Mapping[str, Any] | str | Path,
    year: int | str | None = None,
    scenario: Scenario | str | Path | None = None,
) -> pd.DataFrame:
    """One household's taxes, benefits and net income step by step, with the law and the official figures of each.

    `household` is a YAML file or what such a file holds; `year` ("2026-27" or 2026) goes before the household's own;
    the figures are those of the scenario's reform arm, or the official ones. Columns: who, section, step, how (the sum
    in words), amount, unit, line (of net income), rule, law, figures (a list of name, value, unit and source). Raises
    InputError.
    """
    home, chosen, parameters = tax_inputs(household, year, scenario)
    found = calculate(home, parameters, chosen)
    steps = [*found.steps, *marginal_rates(home, parameters, chosen, found.net_income)]
    return steps_frame(steps, parameters, chosen)


def tax_schedule(
    household: Household | Mapping[str, Any] | str | Path,
    amounts: Sequence[float],
    field: str = "pay",
    adult: int = 1,
    year: int | str | None = None,
    scenario: Scenario | str | Path | None = None,
) -> pd.DataFrame:
    """One household's net income over `amounts` of the pay (or another income) of adult 1 or 2 of its first family.

    Columns: the field, benefits, taxes, net_income, equivalised, and marginal_rate: the share of the way to the next
    amount that taxes and benefits take. Raises InputError.
    """
    home, chosen, parameters = tax_inputs(household, year, scenario)
    return schedule(home, parameters, chosen, field, amounts, adult - 1)


def tax_inputs(
    household: Household | Mapping[str, Any] | str | Path,
    year: int | str | None,
    scenario: Scenario | str | Path | None,
) -> tuple[Household, int, Parameters]:
    """The checked household, the financial year and the official figures of a calculation. Raises InputError."""
    if isinstance(household, Mapping):
        household = household_from(dict(household))
    elif not isinstance(household, Household):
        household = read_household(household)
    try:
        chosen = to_financial_year(year) if year is not None else household.year or DEFAULT_YEAR
    except ValueError as error:
        raise InputError(str(error)) from None
    if chosen not in RULE_YEARS:
        found = format_financial_year(chosen)
        raise InputError(Problem("no rules for the year", None, found, f"a year of {format_years(RULE_YEARS)}"))
    if scenario is None:
        return household, chosen, load_parameters()
    loaded = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
    return household, chosen, loaded.parameters


def measure_fields(kind: str) -> pd.DataFrame:
    """Every field of a kind of measure with its default, unit and description. Raises InputError."""
    return pd.DataFrame(field_rows(_measure(kind).params))


def measure_lines(kind: str) -> pd.DataFrame:
    """The lines that a kind of measure produces, with payer and head. Raises InputError."""
    return pd.DataFrame([asdict(line) for line in _measure(kind).lines])


def _measure(kind: str) -> Measure:
    try:
        return find_measure(kind)
    except KeyError:
        kinds = known_kinds()
        problem = Problem(f"no kind of measure named {kind}", None, None, ", ".join(kinds), nearest(kind, kinds))
        raise InputError(problem) from None


def schema() -> dict[str, Any]:
    """The JSON Schema of scenario files, with which editors complete and check them."""
    return scenario_schema({kind: find_measure(kind).params for kind in known_kinds()})


def build_population(path: str | Path) -> Population:
    """Fit a population again from its tables and store it beside them. Raises InputError.

    Factors of an alignment that were made for another fit are removed: `align_population` makes new ones.
    """
    fit_population(Path(path))
    population = load_population(Path(path))
    drop_stale_alignments(population)
    return population


def is_aligned(population: Population) -> bool:
    """Whether a pilot run was made for a population, or it holds no figure. Raises InputError for a stale one."""
    return not read_held(population) or bool(load_alignments(population).factors)


def align_population(
    path: str | Path,
    sample: float = 0.01,
    seed: int = PILOT_SEED,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Find the factors that keep lives at the figures a population holds, and store them beside its fitted tables.

    A sample lives all years of the population in a pilot run. Returns the table `alignment`, see
    `microsim.accounts.alignment`. Raises InputError.
    """
    population = load_population(Path(path))
    if population.survey is not None:
        raise InputError(f"{population.name} is a survey, whose people take the factors of its base: align that")
    people = Sample(population, sample, seed, population.last_year)
    targets = targets_of(population, people.years)
    if not targets:
        raise InputError(f"{population.name} holds no figures: there is no {HELD_FILE} beside its tables")
    tables = dynamics_tables(population, load_parameters(), people.flows, people.years)
    factors = find_factors(Programme(people, tables, ()), targets, threads, progress)
    about = {
        "sample": f"1 in {people.weight // 1000:,}",
        "seed": seed,
        "years": format_years(people.years),
        "lives": int(people.lives.sum()),
    }
    return alignment_table(population, save_alignments(population, factors, about), people.years)


def alignment(scenario: Scenario | str | Path) -> pd.DataFrame:
    """The factors that a scenario's lives are kept at official totals by, in all years of the population."""
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    population = load_population(scenario.population)
    years = range(population.first_year, population.last_year + 1)
    return alignment_table(population, alignments_of(population, scenario.alignment), years)


def describe_population(path: str | Path, sample: float = 0.01, seed: int = 1) -> dict[str, pd.DataFrame]:
    """The people of a sample, as a run draws them, beside the published margins, by title. Raises InputError.

    Of a survey, whose people are all there, also which columns it gave and how its weights were raked.
    """
    population = load_population(Path(path))
    drawn = Sample(population, sample, seed, population.first_year)
    margins = dict(describe(population, drawn.residents_by_cell()))
    return survey_tables(population.survey) | margins if population.survey else margins


def survey_columns() -> pd.DataFrame:
    """Every column that a survey of your own can give."""
    return pd.DataFrame(
        [
            (one.name, one.needed, one.kind, one.unit or ", ".join(one.categories), one.description)
            for one in COLUMNS.values()
        ],
        columns=["column", "needed", "kind", "categories_or_unit", "description"],
    )


def sample_size(scenario: Scenario) -> str:
    """How large the sample of a scenario is, in words."""
    population = load_population(scenario.population)
    sample = Sample(population, scenario.sample, scenario.seed, population.first_year)
    return f"{sample.size} of " + (population.name if population.survey else "England's adults")


@dataclass(frozen=True)
class Prepared:
    """A scenario made ready for the engine."""

    scenario: Scenario
    programme: Programme
    setting: Setting
    sources: tuple[Path, ...]  # files of plug-in measures
    alignments: Alignments = NOTHING_ALIGNED

    @property
    def deflators(self) -> Deflators:
        parameters, years = self.scenario.parameters, self.setting.years
        index = parameters.index("gdp_deflator_growth", years, parameters.price_base_year)
        return Deflators(index, parameters.discount_factors(years))

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
    _check_pay(tables.earnings.growth)
    measures = [_arm_measure(BASELINE, entry, before) for entry in scenario.baseline_measures]
    for entry in scenario.measures:
        measures += _alternatives(entry, setting) if alternatives and entry.name not in limited else []
        measures.append(_arm_measure(REFORM, entry, setting))
    parts, changed_rules = _parts(scenario) if decompose else ((), ())
    measures += _decomposed(scenario, parts, before, setting)
    sources = source_files(tuple(entry.measure.kind for entry in measures))
    rules = (
        _tax_tables(population, scenario.baseline_parameters, sample.years),
        _tax_tables(population, scenario.parameters, sample.years),
    )
    taxes = tax_arms(rules, tables.means)
    programme = Programme(sample, tables, tuple(measures), taxes, changed_rules, parts)
    return Prepared(scenario, programme, setting, sources, alignments)


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


def _tax_tables(population: Population, parameters: Parameters, years: Sequence[int]) -> TaxTables:
    return tax_tables(parameters, years, population.region_codes, population.area_region)


def _check_pay(index: np.ndarray) -> None:
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


def validate(
    scenario: Scenario | str | Path, *, only: str | None = None, progress: Progress | None = None
) -> pd.DataFrame:
    """Live the people of a scenario under current policy and set them beside published figures.

    A row for each figure, see `microsim.validation.compare.Row`; `only` keeps one area of comparison. Measures are left
    out: they do not change how people live. All years of the population are lived, whatever those of the scenario.
    Raises InputError when the scenario, a table of published figures or `only` cannot be used.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    population = load_population(scenario.population)
    targets, notes = targets_for(population.tables, population.variant, only), notes_for(population.tables)
    sample = Sample(population, scenario.sample, scenario.seed, population.last_year)
    alignments = alignments_of(population, scenario.alignment)
    tables = dynamics_tables(population, scenario.baseline_parameters, sample.flows, sample.years, alignments)
    rules = _tax_tables(population, scenario.baseline_parameters, sample.years)
    tally = take_tally(Programme(sample, tables, (), taxes=TaxArms((rules, rules), 1)), progress)
    return compare(tally, targets, notes)


def _arm_measure(arm: str, entry: MeasureEntry, setting: Setting) -> ArmMeasure:
    measure = find_measure(entry.kind)
    state = measure.prepare(entry.params, setting, measure.random_group())
    return ArmMeasure(arm, entry.name, measure, entry.params, setting, state)


def run(
    scenario: Scenario | str | Path,
    *,
    threads: int | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
    block_rows: int = BLOCK_ROWS,
    block_order: Iterable[int] | None = None,
    checkpoint_seconds: float = 10.0,
    alternatives: bool = True,
    decompose: bool = False,
) -> Run:
    """Run a scenario and return its tables; with `output`, also leave a run folder there.

    The table `alternatives` shows measures under other choices of theirs, where they have such; `decompose` adds a
    table of each measure alone, of what it adds to those written before it, and of the interaction.

    An interrupted run with the same inputs and the same `output` goes on where it stopped and gives the same tables.
    Raises InputError when the scenario or the output folder cannot be used.
    """
    started = time.perf_counter()
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    folder = None if output is None else Path(output)
    if folder is not None and folder.is_symlink():
        folder = folder.resolve()  # replace what the link points to, not the link
    if folder is not None:
        check_replaceable(folder)
    prepared = prepare(scenario, block_rows, alternatives=alternatives, decompose=decompose)
    pilot = _serve_within_limits(prepared, threads)
    if pilot:
        scenario = replace(
            scenario,
            measures=_served(scenario.measures, REFORM, pilot),
            baseline_measures=_served(scenario.baseline_measures, BASELINE, pilot),
        )
        names = {name for _, name in pilot}
        prepared = prepare(scenario, block_rows, alternatives=alternatives, decompose=decompose, limited=names)
    checkpoint = None
    if folder is not None:
        check_writable(folder)
        checkpoint = folder.parent / f".{folder.name}.{prepared.identity()[:16]}.checkpoint"
    ledger = run_blocks(
        prepared.programme,
        threads,
        None if block_order is None else list(block_order),
        progress,
        checkpoint,
        checkpoint_seconds,
    )
    accounts = Accounts(prepared.programme, ledger, prepared.deflators, scenario.years)
    population = prepared.programme.sample.population
    shown = [format_financial_year(year) for year in scenario.years]
    limits = [served.table[served.table["financial_year"].isin(shown)] for served in pilot.values()]
    tables = accounts.tables() | ({"pilot": pd.concat(limits, ignore_index=True)} if limits else {})
    tables |= {"alignment": alignment_table(population, prepared.alignments, scenario.years)}
    rounded = (*prepared.programme.sample.rounding(), *_sample_not_used(prepared))
    idle = (*_figures_without_effect(prepared, tables["taxes"]), *_without_effect(prepared, tables["lines"]))
    warnings = (*scenario.warnings, *rounded, *idle, *_limits_missed(pilot))
    manifest = _manifest(prepared, tables, warnings, time.perf_counter() - started)
    finished = Run(scenario, tables, manifest, folder)
    if folder is not None:
        write_run(folder, tables, scenario.to_yaml(folder.absolute()), assumptions(scenario), manifest)
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)
    return finished


class Served(NamedTuple):
    """What a pilot run found for a measure with a cash limit."""

    params: Any  # with the share served, by year
    table: pd.DataFrame


def _served(
    measures: Iterable[MeasureEntry], arm: str, pilot: Mapping[tuple[str, str], Served]
) -> tuple[MeasureEntry, ...]:
    """The measures of an arm, with the shares served that a pilot run found."""
    return tuple(replace(entry, params=pilot.get((arm, entry.name), entry).params) for entry in measures)


def _limits_missed(pilot: Mapping[tuple[str, str], Served]) -> list[str]:
    """Warnings for years in which a pilot run found no share that meets the limit."""
    found = []
    for (arm, name), served in pilot.items():
        table = served.table[served.table["total"] > served.table["limit"] * (1 + 2 * NEAR)]
        if len(table):
            years = ", ".join(table["financial_year"])
            found.append(f"measures.{name} ({arm}): spending stays above the cash limit in {years}")
    return found


def _serve_within_limits(prepared: Prepared, threads: int | None) -> dict[tuple[str, str], Served]:
    """Pilot runs of measures with a national limit, by arm and name."""
    found, years = {}, prepared.setting.years
    for entry in prepared.programme.measures:
        cap = entry.measure.cap
        if entry.arm not in (BASELINE, REFORM) or entry.alternative is not None or cap is None:
            continue
        if cap.limit(entry.params, entry.setting) is None:
            continue
        shares, total, limit = find_shares(prepared.programme, entry, threads)
        table = pd.DataFrame(
            {
                "arm": entry.arm, "measure": entry.name,
                "financial_year": [format_financial_year(year) for year in years],
                "limit": np.where(np.isfinite(limit), limit, np.nan) / PENCE, "share_served": shares,
                "total": total / PENCE,
            }
        )  # fmt: skip
        found[entry.arm, entry.name] = Served(cap.serve(entry.params, entry.setting, shares), table)
    return found


def _sample_not_used(prepared: Prepared) -> tuple[str, ...]:
    """A warning where the scenario's own file gives a sample and the population is a survey."""
    place = prepared.scenario.places.get(("sample",))
    if prepared.programme.sample.population.survey is None or place is None:
        return ()
    if Path(place.file) != prepared.scenario.path:
        return ()  # inherited: the scenario was not written for this population
    return (f"{place}: sample is not used: everybody in the survey is simulated",)


def _figures_without_effect(prepared: Prepared, taxes: pd.DataFrame) -> list[str]:
    """Warnings for official figures that a scenario replaces and that change nothing, or not all that they should."""
    scenario = prepared.scenario
    parameters, unread = scenario.parameters, scenario.parameters.unread_overrides()
    found = [f"parameters.{name}: nothing in this run reads it" for name in unread]
    if parameters.uprating_is_unread():
        found.append(f"uprating: {scenario.uprating}: nothing in this run reads a figure that it moves")
    rules = [name for name in parameters.overrides if name not in unread and parameters.entry(name).policy]
    found += [
        f"parameters.{name}: pay follows it only where a measure says so, besides the income floor of Universal Credit"
        for name in rules
        if name.startswith("minimum_wage.")
    ]
    by_arm = taxes.pivot_table(index=["line", "financial_year"], columns="arm", values="amount")
    if rules and (REFORM not in by_arm or (by_arm[REFORM] == by_arm[BASELINE]).all()):
        years = format_years(scenario.years)
        found += [f"parameters.{name}: changes no tax or benefit in {years}" for name in rules]
    return found


def _without_effect(prepared: Prepared, lines: pd.DataFrame) -> list[str]:
    """Warnings for measures of the reform that do nothing at all in the years of the scenario."""
    effect = lines[lines["arm"] == REFORM].groupby("measure")["amount"].apply(lambda amount: (amount != 0).any())
    years = format_years(prepared.scenario.years)
    return [
        f"measures.{entry.name}: nothing happens in {years}; check when it starts and its amounts"
        for entry in prepared.scenario.measures
        if not effect.get(entry.name, False)
    ]


def _survey_record(population: Population) -> dict[str, Any] | None:
    """What a run says of the survey that its people come from."""
    survey = population.survey
    if survey is None:
        return None
    return {
        "name": population.name,
        "people": len(survey.age),
        "households": survey.households,
        "effective_people": round(survey.effective_people, 1),
        "digest": survey.digest,
        "raking": survey.raking and survey.raking._asdict(),
    }


def _manifest(
    prepared: Prepared, tables: dict[str, pd.DataFrame], warnings: tuple[str, ...], seconds: float
) -> dict[str, Any]:
    import numba
    import pyarrow

    import microsim

    scenario, sample = prepared.scenario, prepared.programme.sample
    return {
        "scenario": scenario.name,
        "years": format_years(scenario.years),
        "lived_from": format_financial_year(sample.years[0]),
        "sample": sample.size,
        "one_in": sample.noise_weight / 1000.0,
        "people": int(sample.lives.sum()),
        "survey": _survey_record(sample.population),
        "seed": scenario.seed,
        "tables_digest": tables_digest(tables),
        "inputs_digest": prepared.identity(),
        "population_digest": sample.population.digest,
        "alignment_digest": prepared.alignments.digest,
        "files": {str(path): file_digest(path) for path in scenario.files},
        "warnings": list(warnings),
        "versions": {
            "microsim": microsim.__version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pandas": pd.__version__,
            "numba": numba.__version__,
            "pyarrow": pyarrow.__version__,
        },
        "platform": platform.platform(),
        "seconds": round(seconds, 2),
    }
