"""Synthesis error: a scenario on populations that meet the same published margins under other joint assumptions.

Each population moves one association that no margin fixes (see `microsim.population.joint`), is fitted and aligned
anew, and lives under the same seeds as the population as built, which is fitted and aligned here in the same way. A
person of one is the person of the same number, age and sex in the other, with the same draws. What a measure's cost
moves by is the mean over seeds; its simulation error is that of this mean, from the spread over seeds. The two are
never added.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import yaml

from microsim.api import PILOT_SEED, Progress, align_population, assumptions, build_population, load_scenario, run
from microsim.defaults import ALIGN_SAMPLE, SYNTHESIS_SEEDS
from microsim.errors import InputError, Problem, nearest
from microsim.kernels.jit import source_digest
from microsim.measures.find import source_files
from microsim.population.factors import load_alignments, read_held
from microsim.population.joint import AS_BUILT, JointAssumptions
from microsim.population.source import Population, load_population
from microsim.report.folder import check_replaceable, check_writable, write_run
from microsim.running.manifest import manifest_of
from microsim.running.prepare import prepare
from microsim.scenario.schema import Scenario
from microsim.scenario.source import read_yaml

BUILT = "as_built"
ALL = "all"  # measures together; years together
FEWEST_SEEDS = 2
TABLES = "tables"  # the folder of the results, which appears whole or not at all
_COSTS = "costs"
_ERROR_IS = "the difference that each association makes (table synthesis): some of what no margin fixes, and no bound"


class Variant(NamedTuple):
    """A population to be built: its name, and what it takes on assumption."""

    name: str
    joint: JointAssumptions


class Synthesis(NamedTuple):
    """`moved`: variant, measure, financial_year, as_built, synthesis_difference, simulation_error (pounds, the
    scorecard's sign); rows `all` are measures or years together. `fits`: variant, association, rounds, and the largest
    relative error of a margin before and after rounding. `folder` holds both, with a manifest."""

    moved: pd.DataFrame
    fits: pd.DataFrame
    seeds: tuple[int, ...]
    manifest: dict[str, Any]
    folder: Path


class _Work(NamedTuple):
    """What is done to every population."""

    scenario: Path
    settings: dict[str, Any]  # sample and years, for `load_scenario`
    seeds: tuple[int, ...]
    folder: Path
    align_sample: float
    threads: int | None
    package: str  # digest of this package's sources, which may be edited before the last cost is found
    program: str  # the same with those of plug-in measures


def variants(only: Collection[str] = (), both: bool = False) -> tuple[Variant, ...]:
    """A population for each association that can be moved, by 1, or for those named; with `both` also by -1.

    Raises InputError for an unknown name.
    """
    known = tuple(JointAssumptions.model_fields)
    if unknown := [name for name in only if name not in known]:
        raise InputError(
            Problem("no such association", None, name, ", ".join(known), nearest(name, known)) for name in unknown
        )
    found = []
    for name in known:
        if name in (only or known):
            found.append(Variant(name, JointAssumptions(**{name: 1.0})))
            found += [Variant(f"{name}_reversed", JointAssumptions(**{name: -1.0}))] if both else []
    return tuple(found)


def synthesis(
    scenario: str | Path,
    folder: str | Path,
    *,
    only: Collection[str] = (),
    both: bool = False,
    seeds: int = SYNTHESIS_SEEDS,
    sample: float | None = None,
    years: str | None = None,
    align_sample: float = ALIGN_SAMPLE,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Synthesis:
    """Cost a scenario file on the population as built and on one population for each variant.

    `folder` keeps the populations, ready to be named by other scenarios, and every cost: what is there already and made
    of the same inputs by the same program is not made again, so that an interrupted call goes on. Its `tables` are a
    run folder, with a manifest, whole or not at all. `seeds` counts from the scenario's seed. Raises InputError.
    """
    started = time.perf_counter()
    chosen = variants(only, both)
    if seeds < FEWEST_SEEDS:
        raise InputError(Problem("too few seeds for a simulation error", None, str(seeds), f"{FEWEST_SEEDS} or more"))
    settings = {"sample": sample, "years": years}
    loaded = load_scenario(scenario, **settings)  # type: ignore[arg-type]
    population = load_population(loaded.population)
    if population.survey is not None or not population.joint_assumptions.as_built:
        raise InputError(
            Problem(f"{loaded.population} cannot be rebuilt under other joint assumptions", None,
                    "a survey, or a population that has some already", "a population made of tables, as built")
        )  # fmt: skip
    kinds = tuple(entry.kind for entry in (*loaded.measures, *loaded.baseline_measures))
    numbers = tuple(range(loaded.seed, loaded.seed + seeds))
    program = source_digest(source_files(kinds))
    work = _Work(Path(scenario), settings, numbers, Path(folder), align_sample, threads, source_digest(), program)
    check_replaceable(work.folder / TABLES)
    (work.folder / _COSTS).mkdir(parents=True, exist_ok=True)
    check_writable(work.folder)
    everything = (Variant(BUILT, AS_BUILT), *chosen)
    step = _steps(progress, len(everything) * (2 + seeds))
    costs: dict[str, Sequence[pd.DataFrame]] = {}
    fits, digests = [], {}
    for variant in everything:
        made = _made(work, loaded, variant, step)
        digests[variant.name] = made.digest
        fits.append(_fit_row(variant, made))
        costs[variant.name] = _costs(work, made, variant, step)
    tables = {"synthesis": _moved(costs), "synthesis_fits": pd.DataFrame(fits)}
    about = {"seeds": list(numbers), "align_sample": align_sample, "population_digests": digests}
    manifest = manifest_of(prepare(loaded), tables, loaded.warnings, time.perf_counter() - started)
    manifest |= {"synthesis_error": _ERROR_IS, "synthesis": about}
    found = Synthesis(tables["synthesis"], tables["synthesis_fits"], work.seeds, manifest, work.folder / TABLES)
    write_run(found.folder, tables, loaded.to_yaml(found.folder.absolute()), assumptions(loaded), manifest)
    return found


def _steps(progress: Progress | None, total: int) -> Callable[[], None]:
    """A call for each step done."""
    numbers: Iterator[int] = iter(range(1, total + 1))

    def step() -> None:
        if progress is not None:
            progress(next(numbers), total)

    return step


# -- populations


def _made(work: _Work, loaded: Scenario, variant: Variant, step: Callable[[], None]) -> Population:
    """The population of a variant, fitted and aligned, made anew unless it is there and of the same program."""
    path = _file_of(work, variant)
    text = _population_text(loaded.population, path, variant)
    there = _is_made(work, path, text)
    if not there:
        _made_by(path).unlink(missing_ok=True)  # until the new one is both fitted and aligned
        path.write_text(text, encoding="utf-8")
        build_population(path)
    step()
    population = load_population(path)
    pilot = f"1 in {round(1 / work.align_sample):,}"
    if read_held(population) and (not there or load_alignments(population).record.get("sample") != pilot):
        align_population(path, work.align_sample, PILOT_SEED, work.threads)
    _made_by(path).write_text(work.package, encoding="utf-8")
    step()
    return population


def _file_of(work: _Work, variant: Variant) -> Path:
    return work.folder / f"{variant.name}.yaml"


def _made_by(path: Path) -> Path:
    """Where it is kept which program fitted and aligned the population of a file."""
    return path.with_suffix(".program")


def _is_made(work: _Work, path: Path, text: str) -> bool:
    """Whether the population of the file's `text` is there, fitted and aligned by this program."""
    made_by = _made_by(path)
    if not (path.is_file() and made_by.is_file() and made_by.read_text(encoding="utf-8") == work.package):
        return False
    return path.read_text(encoding="utf-8") == text and _is_fitted(path)


def _population_text(base: Path, path: Path, variant: Variant) -> str:
    """The population file of a variant: the base's, with folders seen from there."""
    values = dict(read_yaml(base).values)
    values["tables"] = os.path.relpath((base.parent / values["tables"]).resolve(), path.parent.resolve())
    values["fitted"] = variant.name
    values["name"] = f"{values['name']}, {variant.name.replace('_', ' ')}"
    values["joint"] = {name: value for name, value in variant.joint if value} or None
    if values["joint"] is None:
        del values["joint"]
    text: str = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)
    return text


def _is_fitted(path: Path) -> bool:
    try:
        load_population(path)
    except InputError:
        return False
    return True


def _fit_row(variant: Variant, population: Population) -> dict[str, Any]:
    """How well a population meets the published margins."""
    record = json.loads((population.fitted / "manifest.json").read_text(encoding="utf-8"))
    fields = JointAssumptions.model_fields
    about = [str(fields[name].description) for name, value in variant.joint if value]
    return {
        "variant": variant.name,
        "association": about[0] if about else "as built",
        "rounds": record["rounds"],
        "largest_error": max(record["largest_relative_error_before_rounding"].values()),
        "largest_error_rounded": max(record["largest_relative_error_after_rounding_cells_of_1000"].values()),
    }


# -- costs


def _costs(work: _Work, population: Population, variant: Variant, step: Callable[[], None]) -> list[pd.DataFrame]:
    """The scorecard by measure and year under each seed."""
    found = []
    for seed in work.seeds:
        scenario = load_scenario(work.scenario, seed=seed, population=_file_of(work, variant), **work.settings)
        kept = work.folder / _COSTS / f"{variant.name}.{seed}.{_identity(work, scenario, population)[:16]}.parquet"
        if not kept.is_file():
            scorecard = run(scenario, threads=work.threads, alternatives=False).scorecard
            table = scorecard.groupby(["measure", "financial_year"], sort=False)["cash"].sum().reset_index()
            written = kept.with_suffix(".part")
            table.to_parquet(written)
            written.replace(kept)
        found.append(pd.read_parquet(kept))
        step()
    return found


def _identity(work: _Work, scenario: Scenario, population: Population) -> str:
    """A digest of all that a cost depends on."""
    parts = (
        work.program, population.digest, load_alignments(population).digest,
        scenario.to_yaml(scenario.population.parent), scenario.parameters.digest(),
        scenario.baseline_parameters.digest(),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _with_totals(table: pd.DataFrame) -> pd.Series:
    """Cash by measure and year with the rows `all`."""
    parts = [
        table,
        table.groupby("financial_year", sort=False)["cash"].sum().reset_index().assign(measure=ALL),
    ]
    both = pd.concat(parts, ignore_index=True)
    years = both.groupby("measure", sort=False)["cash"].sum().reset_index().assign(financial_year=ALL)
    return pd.concat([both, years]).set_index(["measure", "financial_year"])["cash"]


def _moved(costs: dict[str, Sequence[pd.DataFrame]]) -> pd.DataFrame:
    """What each variant moves, with the simulation error of the mean over seeds."""
    by_seed = {name: pd.concat([_with_totals(one) for one in tables], axis=1) for name, tables in costs.items()}
    built = by_seed.pop(BUILT)
    return pd.concat([_difference(name, table, built) for name, table in by_seed.items()], ignore_index=True)


def _difference(name: str, table: pd.DataFrame, built: pd.DataFrame) -> pd.DataFrame:
    """One variant less the population as built, of the same seeds."""
    both = table.reindex(built.index.union(table.index, sort=False)).fillna(0.0)
    before = built.reindex(both.index).fillna(0.0)
    gap = both.to_numpy() - before.to_numpy()
    seeds = gap.shape[1]
    found = pd.DataFrame(
        {
            "as_built": before.to_numpy().mean(axis=1),
            "synthesis_difference": gap.mean(axis=1),
            "simulation_error": gap.std(axis=1, ddof=1) / np.sqrt(seeds),
        },
        index=both.index,
    ).reset_index()
    found.insert(0, "variant", name)
    return found
