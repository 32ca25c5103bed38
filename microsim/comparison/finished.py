"""A finished run as it is compared: tables, manifest, resolved scenario and assumptions, from memory or a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet

from microsim.distribution.group_replicates import LABELS, RANDOM_GROUP_COLUMNS
from microsim.errors import InputError, Problem
from microsim.scenario.source import read_yaml
from microsim.years import parse_years

MANIFEST, SCENARIO, ASSUMPTIONS = "manifest.json", "scenario.yaml", "assumptions.csv"
_MANIFEST_KEYS = ("scenario", "years", "sample", "one_in", "seed", "people", "population_digest", "tables_digest")
_ASSUMPTION_COLUMNS = ("path", "value", "low", "high", "unit", "description", "source", "quality", "set_by")
_DISTRIBUTION = "distribution"  # a column of the assumptions log that came with a later version
GAINS, REPLICATES, GROUP_REPLICATES, SECOND_ROUND = "gains", "replicates", "group_replicates", "second_round"
_COLUMNS = {  # what is read of each table; one that lacks any is of another version
    "scorecard": ("measure", "line", "description", "payer", "head", "financial_year", "cash", "real",
                  "present_value"),
    "lines": ("arm", "measure", "line", "description", "head", "unit", "stock", "financial_year", "amount"),
    "ratios": ("arm", "measure", "ratio", "description", "unit", "financial_year", "value"),
    "breakdowns": ("arm", "measure", "line", "breakdown", "group", "financial_year", "amount"),
    REPLICATES: ("measure", "line", "financial_year", "random_group", "cash", "people"),
    SECOND_ROUND: ("line", "description", "payer", "head", "financial_year", "cash", "real", "present_value"),
    GAINS: ("breakdown", "group", "financial_year", "measure", "kind", "amount"),
    GROUP_REPLICATES: (*LABELS, *RANDOM_GROUP_COLUMNS),
}  # fmt: skip
_NEEDED = ("scorecard", "lines", "ratios", "breakdowns")  # the others came with a later version


class FolderTables(Mapping[str, pd.DataFrame]):
    """The tables of a run folder by name, each read when it is first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._names = tuple(sorted(path.name.removesuffix(".parquet") for path in folder.glob("*.parquet")))
        self._read: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            path = self.folder / f"{name}.parquet"
            try:
                self._read[name] = pyarrow.parquet.read_table(path).to_pandas()
            except (pyarrow.ArrowException, OSError) as error:
                expected = "a Parquet table that a run left; copy the folder again or run the scenario again"
                raise InputError(Problem(f"{path} cannot be read", None, str(error)[:80], expected)) from None
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True, repr=False)
class FinishedRun:
    """A run that is over, wherever it is kept.

    `resolved` is the scenario in full as plain values, `assumptions` every figure it used (see
    `microsim.scenario.assumptions.Assumption`), `source` the folder or file that it was given as.
    """

    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]
    resolved: Mapping[str, Any]
    assumptions: pd.DataFrame
    source: Path | None = None
    folder: Path | None = None

    def __repr__(self) -> str:
        return f"<Finished run of {self.name}: {self.manifest['years']}, {self.manifest['sample']}, {self.digest[:12]}>"

    @property
    def name(self) -> str:
        """The scenario's name."""
        return str(self.manifest["scenario"])

    @property
    def years(self) -> range:
        """The financial years of the tables, by their first calendar years."""
        return parse_years(self.manifest["years"])

    @property
    def scorecard(self) -> pd.DataFrame:
        """Reform less baseline by measure, line and year: cash, real, present value (minus is a cost)."""
        return self.table("scorecard")

    @property
    def digest(self) -> str:
        """The same for the same results."""
        return str(self.manifest["tables_digest"])

    def table(self, name: str) -> pd.DataFrame:
        """A table with the columns that a comparison reads. Raises InputError when it is not there or lacks any."""
        where = self.folder or self.source or self.name
        if name not in self.tables:
            expected = "a run folder as `microsim run` leaves it; copy it again or run the scenario again"
            raise InputError(Problem(f"{where}: the table {name} is missing", None, None, expected))
        table = self.tables[name]
        missing = [column for column in _COLUMNS.get(name, ()) if column not in table]
        if missing:
            version = self.manifest.get("versions", {}).get("microsim", "unknown")
            raise InputError(
                Problem(
                    f"{where}: the table {name} is of another version", None,
                    f"no column {', '.join(missing)} (microsim {version})", "a run of this version; run it again",
                )
            )  # fmt: skip
        return table


def load_run(folder: str | Path) -> FinishedRun:
    """Read what a run left in a folder; tables are read when they are used.

    Raises InputError when it is not a run folder, part of it is missing, or it is of another version.
    """
    return _read(Path(folder), _NEEDED)


def load_companion(folder: str | Path) -> FinishedRun:
    """Read what another command left beside a run: the same files, whatever the tables. Raises InputError."""
    return _read(Path(folder), ())


def _read(folder: Path, needed: Sequence[str]) -> FinishedRun:
    manifest = _manifest(folder)
    tables = FolderTables(folder)
    lost = [f"{name}.parquet" for name in needed if name not in tables]
    lost += [name for name in (SCENARIO, ASSUMPTIONS) if not (folder / name).is_file()]
    if lost:
        expected = "a whole run folder; copy it again or run the scenario again"
        raise InputError(Problem(f"{folder} is only part of a run folder", None, f"no {', '.join(lost)}", expected))
    resolved = read_yaml(folder / SCENARIO).values
    if not isinstance(resolved, dict):
        raise InputError(Problem(f"{folder / SCENARIO} is not a scenario", None, None, "a mapping"))
    return FinishedRun(tables, manifest, resolved, _assumptions(folder / ASSUMPTIONS), folder, folder)


def _manifest(folder: Path) -> dict[str, Any]:
    """A run's manifest. Raises InputError when the folder has none, or another program's."""
    if not folder.is_dir():
        raise InputError(Problem(f"there is no folder {folder}", None, None, "a run folder or a scenario file"))
    expected = "a folder that `microsim run` left, with its manifest.json"
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(Problem(f"{folder} is not a run folder", None, f"no {MANIFEST}", expected)) from None
    except ValueError:
        raise InputError(Problem(f"{folder / MANIFEST} is not JSON", None, None, expected)) from None
    if not isinstance(manifest, dict) or not {"scenario", "tables_digest"} <= set(manifest):
        raise InputError(Problem(f"{folder} is not a run folder", None, "another program's manifest", expected))
    lacking = [key for key in _MANIFEST_KEYS if key not in manifest]
    if lacking:
        raise InputError(
            Problem(f"{folder / MANIFEST} is of another version", None, f"no {', '.join(lacking)}", "run it again")
        )
    return manifest


def _assumptions(path: Path) -> pd.DataFrame:
    """The assumptions log as text. Raises InputError when it cannot be read."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
    except ValueError as error:
        raise InputError(Problem(f"{path} cannot be read", None, str(error).splitlines()[0], "CSV")) from None
    missing = [column for column in _ASSUMPTION_COLUMNS if column not in table]
    if missing:
        raise InputError(Problem(f"{path} is of another version", None, f"no column {', '.join(missing)}"))
    return table if _DISTRIBUTION in table else table.assign(**{_DISTRIBUTION: ""})


def assumptions_text(table: pd.DataFrame) -> pd.DataFrame:
    """The assumptions of a run in memory as the file holds them: text throughout, nothing where there is none."""
    columns = {
        name: ["" if value is None or value != value else _cell(value) for value in table[name]]
        for name in (*_ASSUMPTION_COLUMNS, _DISTRIBUTION)
    }
    return pd.DataFrame(columns, dtype=str)


def _cell(value: object) -> str:
    return repr(value) if isinstance(value, float) else str(value)
