"""A prepared run as text, from which another process prepares the same run: a scenario and names, never people.

The process that reads it checks that it made the same: its programs, its population and the digest of all inputs.
"""

from __future__ import annotations

import functools
import json
import os
import platform
import tempfile
from pathlib import Path
from typing import NamedTuple

from microsim.engine.digests import digest_of
from microsim.errors import InputError, Problem
from microsim.kernels.jit import source_digest
from microsim.measures import find_measure, known_kinds
from microsim.running.prepare import Prepared, prepare
from microsim.scenario.load import load
from microsim.scenario.schema import Scenario

POPULATIONS = "MICROSIM_POPULATIONS"  # a worker's folder of population files, where it has not the caller's paths
_SOURCES = "the sources, or of the compiler's settings"


class Recipe(NamedTuple):
    """What another process needs to prepare a run: plain values alone."""

    scenario: str  # the text of its file, every default written out
    population: str  # path of the population file
    population_digest: str
    alignment_digest: str
    block_rows: int
    alternatives: bool
    decompose: bool
    limited: list[str]
    identity: str  # of everything that the results depend on
    tables: str  # digest of all tables worked out from them: another processor's mathematics could differ in a last bit
    program: dict[str, str]  # versions, see `program`

    def text(self) -> str:
        """As JSON."""
        return json.dumps(self._asdict())

    @classmethod
    def read(cls, text: str) -> Recipe:
        """From what `text` gave."""
        return cls(**json.loads(text))


@functools.cache
def program() -> dict[str, str]:
    """Versions of everything that could change a figure, by name: as they were when first asked for, since a process
    that lives long runs what it loaded, whatever the files say by then."""
    import llvmlite
    import numba
    import numpy

    import microsim

    return {
        "microsim": microsim.__version__,
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "numpy": numpy.__version__,
        "numba": numba.__version__,
        "llvmlite": llvmlite.__version__,
        "processor": platform.machine(),
        _SOURCES: source_digest(),
    }


def differences(mine: dict[str, str], theirs: dict[str, str]) -> list[Problem]:
    """What another process has in other versions; the sources are named where no version says why they differ."""
    found = [
        Problem(f"another version of {name}", None, theirs.get(name, "none"), version)
        for name, version in mine.items()
        if theirs.get(name) != version
    ]
    return [one for one in found if not one.message.endswith(_SOURCES)] or found


def recipe_of(prepared: Prepared) -> Recipe:
    """The recipe of a run."""
    scenario, sample, options = prepared.scenario, prepared.programme.sample, prepared.options
    population = os.path.normpath(scenario.population.absolute())
    return Recipe(
        scenario.to_yaml(), population, sample.population.digest, prepared.alignments.digest, sample.block_rows,
        options.alternatives, options.decompose, list(options.limited), prepared.identity(),
        _tables_digest(prepared), program(),
    )  # fmt: skip


def prepare_again(recipe: Recipe) -> Prepared:
    """The run of a recipe. Raises InputError where what is here gives another run, saying what is not the same."""
    if problems := differences(recipe.program, program()):
        raise InputError(problems)
    prepared = prepare(
        _scenario(recipe), recipe.block_rows, alternatives=recipe.alternatives, decompose=recipe.decompose,
        limited=recipe.limited,
    )  # fmt: skip
    digests = (
        ("people: the population file", prepared.programme.sample.population.digest, recipe.population_digest),
        ("factors of the alignment beside the population", prepared.alignments.digest, recipe.alignment_digest),
        ("inputs, such as a measure of another source", prepared.identity(), recipe.identity),
        ("tables from the same inputs: another kind of processor", _tables_digest(prepared), recipe.tables),
    )
    for what, found, expected in digests:
        if found != expected:
            raise InputError(Problem(f"other {what}", None, f"digest {found[:12]}", expected[:12]))
    return prepared


def _tables_digest(prepared: Prepared) -> str:
    programme = prepared.programme
    return digest_of(programme.tables, programme.taxes.tables, *(entry.state for entry in programme.measures))


def _scenario(recipe: Recipe) -> Scenario:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scenario.yaml"
        file.write_text(recipe.scenario, encoding="utf-8")
        return load(
            file, lambda kind: find_measure(kind).params, known_kinds=known_kinds,
            population=_population_file(Path(recipe.population)),
        )  # fmt: skip


def _population_file(path: Path) -> Path:
    """The population file as this process can read it. Raises InputError where it cannot."""
    beside = os.environ.get(POPULATIONS)
    if beside is not None and not path.exists():
        path = Path(beside) / path.name
    if not path.is_file():
        expected = f"a path that every worker can read, or the folder of it in {POPULATIONS}"
        raise InputError(Problem(f"there is no population file {path}", expected=expected))
    return path
