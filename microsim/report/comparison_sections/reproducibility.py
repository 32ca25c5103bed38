"""The manifests of the runs side by side, and the commands that repeat them and this page."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

import pandas as pd

from microsim.comparison.comparison import Comparison
from microsim.comparison.finished import FinishedRun
from microsim.comparison.groups import EXCHEQUER
from microsim.comparison.sums import CASH
from microsim.report.comparison import letters
from microsim.report.comparison_sections.runs import labels
from microsim.report.page.blocks import Block, Code, Column, Group, Section, Table, Text

_BESIDE = 4  # runs in one table, so that it fits a sheet of paper
_DIGITS = 16  # of a digest
_DIGESTS = {"tables_digest": "Tables", "inputs_digest": "Inputs", "population_digest": "Population",
            "alignment_digest": "Alignment"}  # fmt: skip
_PROMISE = (
    "The same inputs and versions give the same figures, to the penny, whatever the number of threads. Digests are cut "
    f"to their first {_DIGITS} characters: equal digests of the tables mean equal results."
)


def reproducibility(comparison: Comparison) -> Section:
    """What the runs were made of."""
    blocks: list[Block] = [Text(_PROMISE), *_side_by_side(comparison)]
    if all(run.source is not None for run in comparison.runs):
        blocks += [Text("To repeat the runs and this page:"), Code("\n".join(commands(comparison)))]
    else:
        blocks.append(Text("A run made in a program has no folder or file to name in a command that repeats it."))
    manifests: list[Block] = [
        Group(f"manifest-{mark}", label, [Code(_text(run))], folded=True)
        for mark, label, run in zip(letters(comparison), labels(comparison), comparison.runs, strict=True)
    ]  # fmt: skip
    return Section(
        "reproducibility", "Reproducibility", [*blocks, Group("manifests", "The whole manifests", manifests)]
    )


def _text(run: FinishedRun) -> str:
    return json.dumps(dict(run.manifest), indent=2, ensure_ascii=False)


def _side_by_side(comparison: Comparison) -> list[Block]:
    marks = letters(comparison)
    facts = [dict(_facts(comparison, run)) for run in comparison.runs]
    names = list(dict.fromkeys(name for one in facts for name in one))
    tables: list[Block] = []
    for start in range(0, len(facts), _BESIDE):
        part = slice(start, start + _BESIDE)
        rows = [[name, *(one.get(name, "") for one in facts[part])] for name in names]
        columns = [Column("fact", "Of the run"), *(Column(mark, mark) for mark in marks[part])]
        frame = pd.DataFrame(rows, columns=[column.name for column in columns])
        title = "The runs side by side" if len(facts) <= _BESIDE else f"The runs {marks[part][0]} to {marks[part][-1]}"
        tables.append(Table(f"manifests-{marks[part][0]}", title, columns, frame))
    return tables


def _facts(comparison: Comparison, run: FinishedRun) -> list[tuple[str, str]]:
    manifest: Mapping[str, Any] = run.manifest
    same = "the first run" if run is comparison.reference else "yes" if comparison.same_people(run) else "no"
    found = [
        ("Scenario", run.name), ("Folder or file", "" if run.source is None else run.source.as_posix()),
        ("Years", str(manifest["years"])), ("Sample", str(manifest["sample"])), ("Lives", f"{manifest['people']:,}"),
        ("Seed", str(manifest["seed"])), ("Same people as the first", same),
    ]  # fmt: skip
    found += [(word, str(manifest[key])[:_DIGITS]) for key, word in _DIGESTS.items() if manifest.get(key)]
    found += [(f"Version of {name}", str(version)) for name, version in manifest.get("versions", {}).items()]
    return [*found, ("Machine", str(manifest.get("platform", "")))]


def commands(comparison: Comparison) -> list[str]:
    """The commands that repeat the runs that have a folder, and the one that makes this page of the runs."""
    found, given = [], []
    for run in comparison.runs:
        source = run.source.as_posix() if run.source else run.name
        if run.folder is not None:
            again = f"{source.rstrip('/')}.again"
            found.append(f"microsim run {shlex.quote(f'{source}/scenario.yaml')} --output {shlex.quote(again)}")
            source = again
        given.append(shlex.quote(source))
    return [*found, " ".join(["microsim compare", *given, *_options(comparison), "--html comparison.html"])]


def _options(comparison: Comparison) -> list[str]:
    """The options of the command: the questions that were asked, prices, and the settings that all files share."""
    options = [f"--by {shlex.quote(question.breakdown)}" for question in comparison.questions]
    for question in comparison.questions[:1]:
        named = (("measure", question.measure), ("line", question.line))
        options += [f"--{name} {shlex.quote(text)}" for name, text in named if text]
        options += [f"--kind {question.kind}"] if question.kind != EXCHEQUER else []
    if comparison.prices != CASH:
        options.append(f"--prices {comparison.prices}")
    files = {(run.manifest["one_in"], run.manifest["seed"], run.manifest["years"])
             for run in comparison.runs if run.folder is None}  # fmt: skip
    if len(files) == 1:
        one_in, seed, years = files.pop()
        options.append(f"--sample {1 / one_in:.12g} --seed {seed} --years {shlex.quote(years)}")
    return options
