"""Compare runs in memory, run folders and scenarios, in any mixture; a scenario is run first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from microsim.api import Progress, Run, assumptions, load_scenario, run
from microsim.comparison.comparison import Comparison
from microsim.comparison.finished import FinishedRun, assumptions_text, load_run
from microsim.comparison.groups import EXCHEQUER, Question, check_measure
from microsim.comparison.sums import CASH
from microsim.errors import InputError, Problem
from microsim.scenario.schema import Scenario

__all__ = ["Comparison", "Compared", "FinishedRun", "compare", "load_run"]
Compared = Run | FinishedRun | Scenario | str | Path
_SCENARIO_SUFFIXES = (".yaml", ".yml")


def compare(
    *runs: Compared,
    by: str | Sequence[str] = (),
    measure: str | None = None,
    line: str | None = None,
    kind: str = EXCHEQUER,
    prices: str = CASH,
    sample: float | None = None,
    seed: int | None = None,
    years: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Set runs side by side: the first is the reference, the others are shown less it.

    Each is a `Run`, a run folder, a scenario file or a `Scenario`; the last two are run, files with `sample`, `seed`
    and `years` in the place of their own. `by` names breakdowns that `tables` and `write` are to hold, of all measures
    or of one `measure` and `line`, and of a `kind` of amount, as in `Comparison.by`; `prices` is "cash", "real" or
    "present_value". Raises InputError when an input cannot be used, before anything is run where that can be told.
    """
    settings = {"sample": sample, "seed": seed, "years": years}
    loaded = [_loaded(given, settings) for given in runs]
    if len(loaded) < 2:
        raise InputError(Problem("nothing to compare", None, f"{len(loaded)} run", "two or more"))
    questions = [Question(name, measure, line, kind) for name in ((by,) if isinstance(by, str) else by)]
    finished = [_finished(one, threads, progress) for one in loaded]
    if measure is not None:
        check_measure(measure, finished)
    return Comparison(finished, prices=prices, questions=questions)


def _loaded(given: Compared, settings: Mapping[str, object]) -> Run | FinishedRun | Scenario:
    """What was given, read and checked but not yet run. Raises InputError."""
    if not isinstance(given, str | Path):
        return given
    path = Path(given)
    if path.is_dir() or path.suffix not in _SCENARIO_SUFFIXES:
        if path.is_file():
            raise InputError(Problem(f"{path} cannot be compared", None, None, "a run folder or a scenario (.yaml)"))
        return load_run(path)
    return load_scenario(path, **settings)  # type: ignore[arg-type]


def _finished(given: Run | FinishedRun | Scenario, threads: int | None, progress: Progress | None) -> FinishedRun:
    """A run as it is compared; a scenario is run, without its alternatives."""
    if isinstance(given, FinishedRun):
        return given
    if isinstance(given, Scenario):
        given = run(given, threads=threads, progress=progress, alternatives=False)
    scenario = given.scenario
    source = given.folder or scenario.path
    log = assumptions_text(assumptions(scenario))
    return FinishedRun(given.tables, given.manifest, scenario.resolved(), log, source, given.folder)
