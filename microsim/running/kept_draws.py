"""Keeps the batches of draws that are finished, until all are: a stopped run goes on from them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from microsim.kernels.jit import source_digest
from microsim.measures.find import source_files
from microsim.parameters.load import Parameters
from microsim.running.drawn import Drawn
from microsim.running.workshop import Workshop
from microsim.scenario.schema import Scenario


def inputs_digest(workshop: Workshop, scenario: Scenario) -> str:
    """A digest of what all draws share: the program, the people, the first one's official figures."""
    kinds = tuple(entry.kind for entry in (*scenario.baseline_measures, *scenario.measures))
    parts = (
        source_digest(source_files(kinds)), workshop.population.digest, workshop.alignments.digest,
        str(workshop.sample.block_rows), scenario.parameters.digest(),
    )  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class KeptBatch:
    """The files of one batch, named by a digest of all that its results depend on.

    `inputs` and `official` are the digest and the figures of what all draws share.
    """

    def __init__(self, folder: Path, inputs: str, official: Parameters, scenarios: Sequence[Scenario]) -> None:
        text = json.dumps([inputs, *(_written(scenario, official) for scenario in scenarios)])
        self._folder = folder
        self._name = hashlib.sha256(text.encode()).hexdigest()[:24]

    @property
    def checkpoint(self) -> Path:
        """Where the engine keeps the sums of a batch that is under way."""
        return self._folder / f"{self._name}.checkpoint"

    @property
    def is_finished(self) -> bool:
        """Whether the batch's tables are all there."""
        return all(self._file(name).exists() for name in Drawn._fields)

    def read(self) -> Drawn | None:
        """The tables of the batch; None where it is not finished or cannot be read."""
        try:
            return Drawn(*(pd.read_parquet(self._file(name)) for name in Drawn._fields))
        except (OSError, ValueError, pa.ArrowException):
            return None

    def write(self, tables: Drawn) -> None:
        """Keep the tables of the batch, each whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, frame in tables._asdict().items():
            new = self._file(f"{name}.{os.getpid()}.new")
            frame.to_parquet(new)
            new.replace(self._file(name))
        self.checkpoint.unlink(missing_ok=True)

    def _file(self, name: str) -> Path:
        return self._folder / f"{self._name}.{name}.parquet"


def _written(scenario: Scenario, official: Parameters) -> list[object]:
    """All that sets a draw apart: its scenario, and the figures of each arm.

    A scenario writes the figures that it overrides; a draw may replace the official ones of both arms as well.
    """
    arms = scenario.parameters, scenario.baseline_parameters
    return [scenario.resolved(), *(_figures(parameters, official) for parameters in arms)]


def _figures(parameters: Parameters, official: Parameters) -> list[object]:
    """The overrides, and the entries that are not the very ones of `official`: to write all takes 40 ms a draw."""
    replaced = {
        name: entry.model_dump_json()
        for name, entry in sorted(parameters.by_name.items())
        if entry is not official.by_name.get(name)
    }
    return [parameters.to_plain(), replaced]
