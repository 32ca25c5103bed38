"""Compare runs in memory, run folders and scenarios, in any mixture; a scenario is run first. And the page of it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from microsim.api import Progress, Run, as_finished, load_scenario, run
from microsim.comparison.comparison import Comparison
from microsim.comparison.finished import FinishedRun, load_run
from microsim.comparison.groups import EXCHEQUER, Question, check_measure
from microsim.comparison.sums import CASH
from microsim.errors import InputError, Problem
from microsim.scenario.schema import Scenario

__all__ = ["Comparison", "Compared", "FinishedRun", "compare", "comparison_html", "load_run", "write_html"]
Compared = Run | FinishedRun | Scenario | str | Path
_PAGE_SUFFIXES = (".html", ".htm")
_OUR_MARK = '<meta name="generator" content="microsim">'  # in the first lines of every page that this program makes
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
    return as_finished(given)


def comparison_html(comparison: Comparison) -> str:
    """The comparison as one page to read, print and check: an HTML file that needs nothing but itself."""
    from microsim.report.comparison_page import comparison_page  # charts take a while to import
    from microsim.report.page.html import page_html

    return page_html(comparison_page(comparison))


def write_html(comparison: Comparison, path: str | Path) -> None:
    """Write the page of a comparison, whole or not at all.

    Raises InputError when the path cannot be a page, there is no folder for it, or it holds somebody else's file.
    """
    path = Path(path)
    check_html(path)
    new = path.parent / f".{path.name}.{os.getpid()}.new"
    try:
        new.write_text(comparison_html(comparison), encoding="utf-8")
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def check_html(path: Path) -> None:
    """Raise InputError when a page cannot be written to `path`: better now than after the runs."""
    if path.suffix.lower() not in _PAGE_SUFFIXES:
        raise InputError(Problem(f"{path}: not the name of a page", None, path.suffix or "no ending", ".html"))
    if not path.parent.is_dir():
        raise InputError(Problem(f"there is no folder {path.parent}", None, None, f"a folder for {path.name}"))
    if not os.access(path.parent, os.W_OK):
        raise InputError(Problem(f"{path} cannot be made", None, str(path.parent), "a folder that can be written"))
    if path.exists() and not _is_our_page(path):
        raise InputError(
            Problem(
                f"{path} is not a page of this program and will not be overwritten",
                expected="a new file ending in .html, or an earlier page",
            )
        )


def _is_our_page(path: Path) -> bool:
    """Whether a file begins as the pages of this program do."""
    try:
        with path.open(encoding="utf-8") as file:
            return _OUR_MARK in file.read(2000)
    except (OSError, ValueError):
        return False
