"""The commands that stand in a report, ready to be pasted: with the scenario file and the options of the run itself."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from microsim.comparison.finished import FinishedRun

# what a run may be given in place of what its scenario says, and which commands take it
_OPTIONS = ("sample", "seed", "years", "population")
_TAKES = {
    "uncertainty": _OPTIONS, "sensitivity": _OPTIONS, "run": _OPTIONS, "synthesis": ("sample", "years"),
    "validation": ("sample", "seed", "population"),
}  # fmt: skip
_COMMANDS = {"validation": "validate"}  # by the name of the folder that it leaves, where the two differ
_COMMAND_LINE = "command line"  # what `set_by` says of such an option in the assumptions


def companion_command(run: FinishedRun, name: str, *more: str) -> str:
    """The command that leaves the folder `name`, such as uncertainty, beside the run, and the one that takes it in.

    `more` are options besides.
    """
    parts = ["microsim", _COMMANDS.get(name, name), scenario_file(run), *options_of(run, name), *more]
    if run.folder is None:
        return shlex.join(parts)
    return shlex.join([*parts, "--output", f"{place_of(run.folder)}.{name}"]) + "\n" + report_command(run.folder)


def report_command(folder: Path) -> str:
    """The command that makes a run's report again."""
    return shlex.join(["microsim", "report", place_of(folder)])


def repeat_command(run: FinishedRun) -> str:
    """The command that makes the run again beside it, from its scenario in full: no option is needed."""
    place = place_of(run.folder) if run.folder else ""
    scenario, again = (f"{place}/scenario.yaml", f"{place}.again") if place else ("scenario.yaml", "outputs/again")
    return shlex.join(["microsim", "run", scenario, "--output", again])


def place_of(path: Path) -> str:
    """A folder or file as seen from the working folder; its name alone where it is not below: the same however it was
    given, and without the names of other people's folders."""
    whole, here = path.resolve(), Path.cwd().resolve()
    return whole.relative_to(here).as_posix() if whole != here and whole.is_relative_to(here) else whole.name


def scenario_file(run: FinishedRun) -> str:
    """The file that the run was made from, as it was named then; the resolved one where that is not known, or was named
    from the root of somebody's machine."""
    files = run.manifest.get("files") or {}
    first = next(iter(files), None)
    if first is not None and not Path(str(first)).is_absolute():
        return os.path.normpath(str(first))
    return "scenario.yaml" if run.folder is None else f"{place_of(run.folder)}/scenario.yaml"


def options_of(run: FinishedRun, name: str) -> list[str]:
    """The options that the run was given in place of its scenario's own, as far as the command takes them."""
    table = run.assumptions
    given = table[(table["set_by"] == _COMMAND_LINE) & table["path"].isin(_TAKES[name])]
    found: list[str] = []
    for option, value in zip(given["path"], given["value"], strict=True):
        found += [f"--{option}", _population_of(run) if option == "population" else str(value)]
    return found


def _population_of(run: FinishedRun) -> str:
    """The population's file: the resolved scenario names it as seen from the run's folder."""
    path = str(run.resolved.get("population", ""))
    return path if run.folder is None else place_of(run.folder / path)
