"""Every person's account with a measure as one open file: entitled, topped up, spent, held, year by year."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from microsim.api import Progress, load_scenario
from microsim.engine.gains import Gains
from microsim.engine.person_accounts import ROWS, UNBALANCED, PersonAccounts
from microsim.engine.run import run_watched
from microsim.errors import InputError, Problem, nearest
from microsim.measures import find_measure
from microsim.population.blocks import BLOCK_ROWS
from microsim.running.limits import prepare_served
from microsim.scenario.schema import MeasureEntry, Scenario

SUFFIXES = (".parquet", ".csv")


class Ledger(NamedTuple):
    """A file of accounts: a row for each person and year in which something is in the account or happens to it."""

    path: Path
    measure: str
    rows: int
    unbalanced: int  # accounts and years that do not balance: none, or the program is wrong

    def read(self) -> pd.DataFrame:
        """All rows, money in pounds."""
        if self.path.suffix == ".csv":
            return pd.read_csv(self.path)
        return pd.read_parquet(self.path)


def ledger(
    scenario: Scenario | str | Path,
    output: str | Path,
    *,
    measure: str | None = None,
    person: str | None = None,
    threads: int | None = None,
    block_rows: int = BLOCK_ROWS,
    progress: Progress | None = None,
) -> Ledger:
    """Write the accounts that a measure of the scenario keeps to `output`, a .parquet or .csv file.

    `measure` is its name in the scenario, where more than one keeps accounts; `person` one person's written name. All
    years lived are written, whatever those of the scenario, so that each account is whole. Raises InputError.
    """
    path = Path(output)
    _check_output(path)
    if not isinstance(scenario, Scenario):
        scenario = load_scenario(scenario)
    entry = measure_with_account(scenario, measure)
    scenario, prepared, _ = prepare_served(scenario, block_rows, threads=threads)
    programme = prepared.programme
    identity = None if person is None else programme.sample.identity_of(person)
    order = None if identity is None else [programme.sample.block_of(identity)]
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        gains = Gains(programme, "", prepared.counted, prepared.deflators.worth_of_a_pound)
        accounts = PersonAccounts(gains, folder, entry.name, find_measure(entry.kind), identity)
        results = run_watched(programme, [accounts], threads, order, progress)
        _write(folder, path, accounts)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    (sums,) = results.watched[0]
    return Ledger(path, entry.name, int(sums[ROWS]), int(sums[UNBALANCED]))


def measure_with_account(scenario: Scenario, name: str | None) -> MeasureEntry:
    """The measure of that name, or the only one that keeps accounts. Raises InputError."""
    keeping = {entry.name: entry for entry in scenario.measures if find_measure(entry.kind).account}
    names = ", ".join(keeping)
    if not keeping:
        raise InputError(Problem(f"no measure of {scenario.name} keeps accounts", expected="a training grant, say"))
    if name is None and len(keeping) > 1:
        raise InputError(Problem("more than one measure keeps accounts", None, names, "one, by --measure"))
    if name is not None and name not in keeping:
        raise InputError(Problem(f"no measure {name!r} that keeps accounts", None, None, names, nearest(name, keeping)))
    return keeping[name or names]


def _check_output(path: Path) -> None:
    if path.suffix not in SUFFIXES:
        raise InputError(Problem(f"{path}: what form should the accounts have?", None, path.suffix or "no suffix",
                                 " or ".join(SUFFIXES)))  # fmt: skip
    if path.is_dir():
        raise InputError(Problem(f"{path} is a folder", expected="the name of a file"))


def _write(folder: Path, path: Path, accounts: PersonAccounts) -> None:
    """One file of those of the blocks, in order, moved into place when it is whole."""
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        tables = _tables(folder, accounts)
        first = next(tables)
        if path.suffix == ".csv":
            with pyarrow.csv.CSVWriter(new, first.schema) as text:
                for table in (first, *tables):
                    text.write_table(table)
        else:
            with pyarrow.parquet.ParquetWriter(new, first.schema, compression="zstd") as file:
                for table in (first, *tables):
                    file.write_table(table)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _tables(folder: Path, accounts: PersonAccounts) -> Iterator[pa.Table]:
    """An empty table with every column, and then the rows of each block; years as text."""
    money = [
        (column.line.name, pa.float64() if column.line.unit == "pence" else pa.int32()) for column in accounts.lines
    ]
    schema = pa.schema([("person", pa.string()), ("financial_year", pa.string()), ("age", pa.int32()), *money])
    yield schema.empty_table()
    for file in sorted(folder.glob("part-*.parquet")):
        yield pyarrow.parquet.read_table(file).cast(schema)
