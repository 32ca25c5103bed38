"""The Python interface: load a scenario, run it, look at one life. The command line calls nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from microsim.accounts.alignment import alignment_table
from microsim.backends.choose import backend_of
from microsim.backends.contract import Work
from microsim.comparison.finished import FinishedRun, assumptions_text
from microsim.dynamics.tables import dynamics_tables
from microsim.engine.held import targets_of
from microsim.engine.own_checks import own_faults
from microsim.engine.pilot import find_factors
from microsim.engine.run import Programme
from microsim.errors import InputError, Place, Problem, nearest
from microsim.measures import find_measure, known_kinds
from microsim.measures.contract import Measure, Surroundings
from microsim.measures.rating import rating_rows
from microsim.parameters.load import Parameters, load_parameters
from microsim.population.blocks import BLOCK_ROWS, Sample
from microsim.population.describe import describe, survey_tables
from microsim.population.factors import (
    HELD_FILE,
    drop_stale_alignments,
    load_alignments,
    read_held,
    save_alignments,
)
from microsim.population.joint import JointAssumptions
from microsim.population.microdata import read_survey_file
from microsim.population.registry import COLUMNS
from microsim.population.source import Population, load_population
from microsim.population.source import build_population as fit_population
from microsim.report.companions import material_of
from microsim.report.documents import documents_of
from microsim.report.folder import check_replaceable, check_writable, write_run
from microsim.report.microdata import FOLDER as MICRODATA
from microsim.report.microdata import check_share, check_whole, rows_in, size_warning
from microsim.running.limits import limits_missed, prepare_served
from microsim.running.manifest import manifest_of
from microsim.running.prepare import alignments_of, prepare, rules_of
from microsim.running.remarks import remarks
from microsim.running.tables import tables_of, watch_all
from microsim.scenario.assumptions import Assumption
from microsim.scenario.assumptions import assumptions as scenario_assumptions
from microsim.scenario.breakdowns import OwnBreakdown, short_path
from microsim.scenario.json_schema import scenario_schema
from microsim.scenario.load import load
from microsim.scenario.schema import MeasureEntry, Scenario
from microsim.scenario.source import KeyPath, dotted, place_of
from microsim.scenario.values import field_rows
from microsim.taxes.frame import steps_frame
from microsim.taxes.household import DEFAULT_YEAR, Household, household_from, read_household
from microsim.taxes.schedule import schedule
from microsim.taxes.steps import RULE_YEARS, calculate, marginal_rates
from microsim.taxes.tables import TaxArms
from microsim.uncertainty.impossible import impossible_shapes
from microsim.validation.compare import compare, counts, notes_for, targets_for
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
    def gains(self) -> pd.DataFrame:
        """Who gains: amounts by breakdown, group, year, measure and kind, see docs/methods/distribution.md."""
        return self.tables["gains"]

    @property
    def winners_and_losers(self) -> pd.DataFrame:
        """People by how much their household gains or loses, by tenth of income and year."""
        return self.tables["winners_and_losers"]

    @property
    def inequality(self) -> pd.DataFrame:
        """How household income is spread, in the baseline and in the reform, by year."""
        return self.tables["inequality"]

    @property
    def lifetimes(self) -> pd.DataFrame:
        """What birth cohorts receive over the published years."""
        return self.tables["lifetimes"]

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
    if problems := impossible_shapes(scenario):
        raise InputError(problems)
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


def _population_problems(
    sample: float | None,
    measures: tuple[MeasureEntry, ...],
    path: object,
    years: range | None,
    by: Mapping[str, OwnBreakdown],
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
    by_name = {entry.name: find_measure(entry.kind) for entry in measures}
    for fault in own_faults(by, population, by_name, len(years or ())):
        place = place_of(places, short_path(places, fault.path))
        problems.append(Problem(f"{dotted(fault.path)}: {fault.message}", place, *fault[2:]))
    return problems


def assumptions(scenario: Scenario | str | Path) -> pd.DataFrame:
    """Every figure a scenario uses: its own, the measures', the official ones, and the population's.

    Columns: path, value, low, high, distribution, unit, description, source, quality, set_by. Raises InputError.
    """
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    rows = scenario_assumptions(scenario)
    population = load_population(scenario.population)
    rows += _population_rows(population, scenario.population.name)
    return pd.DataFrame(rows, columns=list(Assumption._fields))


def _population_rows(population: Population, file: str) -> list[Assumption]:
    """The figures of a population that no table gives: its own, those of each room, and what no margin fixes."""
    own = type(population.figures).model_fields
    named = [(name, getattr(population.figures, name), field.description or "") for name, field in own.items()]
    for room, figures in population.room_figures.items():
        for name, figure in figures.items():
            named.append((f"{room}.{name}", figure, figure.description or name.replace("_", " ")))
    rows = [
        Assumption(
            f"population.{name}", f"{figure.central:g}", figure.low, figure.high, None, figure.unit,
            description, figure.source, figure.quality, file,
        )
        for name, figure, description in named
    ]  # fmt: skip
    rows += [
        Assumption(
            f"population.joint.{name}", f"{value:g}", None, None, None, "from -1 to 1",
            str(JointAssumptions.model_fields[name].description), "No published margin fixes it", "judgement", file,
        )
        for name, value in population.joint_assumptions
    ]  # fmt: skip
    return rows


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


def measure_rating(kind: str) -> pd.DataFrame:
    """How uncertain its authors judge the costing of a kind of measure: subject (overall, data, modelling, behaviour),
    rating, why, figure (where the most important doubt lies). Raises InputError."""
    return pd.DataFrame(rating_rows(_measure(kind).rating))


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


def scenario_reference() -> str:
    """Every key of a scenario file, with its unit, default, limits and source, as a page of Markdown."""
    from microsim.report.scenario_reference import scenario_reference as page

    return page({kind: find_measure(kind) for kind in known_kinds()})


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


def microdata_warning(scenario: Scenario, share: float) -> str | None:
    """A warning where the person-years of a `share` of households would take much space; None where not."""
    population = load_population(scenario.population)
    sample = Sample(population, scenario.sample, scenario.seed, population.first_year)
    return size_warning(float(sample.lives[:, 0].sum()), len(scenario.years), share)


def validate(
    scenario: Scenario | str | Path,
    *,
    only: str | None = None,
    output: str | Path | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Live the people of a scenario under current policy and set them beside published figures.

    A row for each figure, see `microsim.validation.compare.Row`; `only` keeps one area of comparison. Measures are left
    out: they do not change how people live. All years of the population are lived, whatever those of the scenario.

    With `output` a folder is left there, whole or not at all: the tables `validation`, `validation_counts` and
    `alignment`, which the report of a run takes in where they stand beside it. Raises InputError when the scenario, a
    table of published figures, `only` or the folder cannot be used.
    """
    started = time.perf_counter()
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    folder = None if output is None else Path(output)
    if folder is not None:
        check_replaceable(folder)
        check_writable(folder)
    population = load_population(scenario.population)
    targets, notes = targets_for(population.tables, population.variant, only), notes_for(population.tables)
    sample = Sample(population, scenario.sample, scenario.seed, population.last_year)
    alignments = alignments_of(population, scenario.alignment)
    tables = dynamics_tables(population, scenario.baseline_parameters, sample.flows, sample.years, alignments)
    rules = rules_of(population, scenario.baseline_parameters, sample.years)
    tally = take_tally(Programme(sample, tables, (), taxes=TaxArms((rules, rules), 1)), progress)
    table = compare(tally, targets, notes)
    if folder is not None:
        found = {"validation": table, "validation_counts": counts(table), "alignment": alignment(scenario)}
        manifest = manifest_of(prepare(scenario), found, scenario.warnings, time.perf_counter() - started)
        manifest["validation"] = {"only": only, "years_lived": format_years(sample.years)}
        write_run(folder, found, scenario.to_yaml(folder.absolute()), assumptions(scenario), manifest)
    return table


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
    microdata: float | None = None,
    report: bool = True,
    backend: str = "threads",
    scheduler: str | None = None,
) -> Run:
    """Run a scenario and return its tables; with `output`, also leave a run folder there.

    The table `alternatives` shows measures under other choices of theirs, where they have such; `decompose` adds a
    table of each measure alone, of what it adds to those written before it, and of the interaction. `microdata` is a
    share of households, up to 1, whose person-years are written to `microdata/` in the run folder. `report` also writes
    there a report to open in a browser, a workbook and a note.

    `backend` is "threads" of this process, or "dask": a cluster of this machine's processors (`threads` of them), or
    that of the `scheduler` at an address such as tcp://host:8786. The tables are the same; see docs/cluster.md.

    An interrupted run with the same inputs and the same `output` goes on where it stopped and gives the same tables.
    Raises InputError when the scenario, the output folder or the cluster cannot be used.
    """
    started = time.perf_counter()
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    folder = None if output is None else Path(output)
    check_share(microdata, folder)
    place = backend_of(backend, scheduler, threads, microdata)
    if folder is not None and folder.is_symlink():
        folder = folder.resolve()  # replace what the link points to, not the link
    if folder is not None:
        check_replaceable(folder)
    scenario, prepared, pilot = prepare_served(scenario, block_rows, alternatives, decompose, threads)
    checkpoint = None
    if folder is not None:
        check_writable(folder)
        kept = f".{folder.name}.{prepared.identity()[:16]}" + ("" if microdata is None else f".{microdata:g}")
        checkpoint = folder.parent / f"{kept}.checkpoint"
    watching = watch_all(prepared, microdata, checkpoint)
    order = None if block_order is None else list(block_order)
    results = place.run(Work(prepared, watching.all, order, progress, checkpoint, checkpoint_seconds))
    tables = tables_of(prepared, watching, results, pilot)
    warnings = (*scenario.warnings, *remarks(prepared, tables), *limits_missed(pilot))
    people = watching.people
    if people is not None:
        check_whole(people)
    manifest = manifest_of(prepared, tables, warnings, time.perf_counter() - started)
    if people is not None:
        manifest["microdata"] = {"share": people.share, "rows": rows_in(people.folder)}
    finished = Run(scenario, tables, manifest, folder)
    if folder is not None:
        log = assumptions(scenario)
        documents = _documents(finished, log) if report else {}
        write_run(
            folder, tables, scenario.to_yaml(folder.absolute()), log, manifest,
            {} if people is None else {MICRODATA: people.folder}, documents,
        )  # fmt: skip
        if checkpoint is not None:
            checkpoint.unlink(missing_ok=True)
    return finished


def _documents(finished: Run, log: pd.DataFrame) -> dict[str, bytes]:
    """The documents of a run; none, and a warning more in its manifest, where they cannot be made."""
    try:
        return documents_of(material_of(as_finished(finished, log)))
    except Exception as error:  # whatever it is, minutes of work are not to be lost for it
        what = f"{type(error).__name__}: {error}"
        again = f"microsim report {finished.folder} tries again"
        finished.manifest["warnings"].append(f"the report could not be made ({what}); {again}")
        return {}


def as_finished(run: Run, log: pd.DataFrame | None = None) -> FinishedRun:
    """A run in memory as what is read from a run folder; `log` is its `assumptions`, where they are known already."""
    scenario = run.scenario
    log = assumptions_text(assumptions(scenario) if log is None else log)
    return FinishedRun(run.tables, run.manifest, scenario.resolved(), log, run.folder or scenario.path, run.folder)
