"""Many scenarios that differ only in values, run over the same people with the same luck: one draw for each.

Draws in which people live alike and have the same baseline are lived together, a batch at a time (see
`microsim.engine.draws`). A finished batch is kept in a folder until all are done, so that a run can be stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from microsim.accounts.tables import Accounts
from microsim.engine.draw_taxes import Rules
from microsim.engine.draws import Draw, Draws, state_digest
from microsim.engine.run import BASELINE, REFORM, run_watched
from microsim.errors import InputError, Problem
from microsim.parameters.load import Parameters
from microsim.population.blocks import BLOCK_ROWS
from microsim.running.draw_limits import serve_within_limits
from microsim.running.draw_tables import tables_of_draws
from microsim.running.drawn import Drawn
from microsim.running.kept_draws import KeptBatch, inputs_digest
from microsim.running.workshop import Workshop
from microsim.scenario.schema import Scenario

__all__ = ["Drawn", "run_draws"]
BATCH = 48  # draws lived together: each holds some 1 MB of accounts of grants for a block, and 2 MB of tables


def run_draws(
    scenarios: Sequence[Scenario],
    *,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    kept: Path | None = None,
    note: Callable[[str], None] | None = None,
    block_rows: int = BLOCK_ROWS,
) -> Drawn:
    """Run scenarios of the same population, sample, seed, years and kinds of measures that differ in values alone.

    `progress` is called with (done, all) in draws, as though those of a batch were done one after the other. `kept` is
    a folder for what is finished, from which a stopped run of the same scenarios goes on, and `note` is then told so in
    words; the caller removes the folder. Each draw's figures are those of `microsim.run` of its scenario alone, to the
    penny, whatever the number of threads. Raises InputError.
    """
    if not scenarios:
        raise InputError(Problem("no draws to run", None, "0", "1 or more"))
    workshop = Workshop(scenarios, block_rows)
    scenarios = serve_within_limits(workshop, scenarios, threads)
    inputs, official = None if kept is None else inputs_digest(workshop, scenarios[0]), scenarios[0].parameters
    finished: list[Drawn] = []
    done = 0
    parts = batches(workshop, scenarios)
    keepers = [
        None if kept is None or inputs is None else KeptBatch(kept, inputs, official, [scenarios[n] for n in part])
        for part in parts
    ]
    if note is not None and (there := goes_on(keepers, [len(part) for part in parts])):
        note(there)
    for batch, keeping in zip(parts, keepers, strict=True):

        def report(blocks: int, every: int, before: int = done, size: int = len(batch)) -> None:
            if progress is not None:
                progress(before + size * blocks // every, len(scenarios))

        mine = [scenarios[number] for number in batch]
        tables = keeping.read() if keeping else None
        if tables is None:
            tables = run_batch(workshop, mine, threads, report, keeping.checkpoint if keeping else None)
            if keeping:
                keeping.write(tables)
        finished.append(Drawn(*(_renumbered(frame, batch) for frame in tables)))
        done += len(batch)
        report(0, 1, done, 0)
    return Drawn(*(_in_order(frames) for frames in zip(*finished, strict=True)))


def goes_on(keepers: Sequence[KeptBatch | None], sizes: Sequence[int]) -> str:
    """What a stopped run left, in words; nothing where it left nothing."""
    done = sum(size for keeper, size in zip(keepers, sizes, strict=True) if keeper is not None and keeper.is_finished)
    under_way = any(keeper is not None and keeper.checkpoint.exists() for keeper in keepers)
    if not done and not under_way:
        return ""
    return f"Goes on: {done} of {sum(sizes)} done" + (", and part of the next ones" if under_way else "")


def batches(workshop: Workshop, scenarios: Sequence[Scenario]) -> list[list[int]]:
    """The places of the scenarios that are lived together, those with the same first measures beside one another."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for number, scenario in enumerate(scenarios):
        baseline = (state_digest(entry) for entry in workshop.measures(scenario, BASELINE))
        credit = workshop.rules_digest(scenario.baseline_parameters) if workshop.reads_credit(scenario) else ""
        groups.setdefault((workshop.lives_digest(scenario), credit, *baseline), []).append(number)
    found = []
    for group in groups.values():
        order = _alike_together(scenarios, group)
        found += [order[first : first + BATCH] for first in range(0, len(order), BATCH)]
    return found


def _alike_together(scenarios: Sequence[Scenario], group: Sequence[int]) -> list[int]:
    """The group with scenarios that write the same first measures beside one another, in the order of the first."""
    seen: dict[str, int] = {}
    keys = {number: [seen.setdefault(entry.params.model_dump_json(), len(seen)) for entry in scenarios[number].measures]
            for number in group}  # fmt: skip
    return sorted(group, key=lambda number: (keys[number], number))


def run_batch(
    workshop: Workshop,
    scenarios: Sequence[Scenario],
    threads: int | None,
    progress: Callable[[int, int], None] | None,
    checkpoint: Path | None,
) -> Drawn:
    """Run scenarios that share lives and the baseline; `draw` is the place among them."""
    first = scenarios[0]
    tables, before_all = workshop.tables(first), workshop.rules(first.baseline_parameters)
    taxed = (before_all, before_all) if workshop.reads_credit(first) else None  # who has credit stands in people
    programme = workshop.programme(tables, workshop.measures(first, BASELINE), taxed)
    rules: dict[str, tuple[int, Rules]] = {}

    def rules_under(parameters: Parameters) -> tuple[int, Rules]:
        key = workshop.rules_digest(parameters)
        if key not in rules:
            rules[key] = len(rules), workshop.rules(parameters)
        return rules[key]

    draws, arms = [], []
    for scenario in scenarios:
        (before, its_before), (after, its_after) = (
            rules_under(parameters) for parameters in (scenario.baseline_parameters, scenario.parameters)
        )
        draws.append(Draw(workshop.measures(scenario, REFORM), before, after))
        arms.append((its_before, its_after))
    plan = Draws(programme, tuple(draws), tuple(one for _, one in rules.values()))
    results = run_watched(programme, [plan], threads, None, progress, checkpoint)
    accounts = []
    for number, scenario in enumerate(scenarios):
        measures = (*workshop.measures(scenario, BASELINE), *draws[number].measures)
        own = workshop.programme(tables, measures, arms[number])
        ledger = plan.ledger_of(number, own, results)
        accounts.append(Accounts(own, ledger, workshop.deflators(scenario), scenario.years))
    return tables_of_draws(accounts)


def _renumbered(frame: pd.DataFrame, batch: Sequence[int]) -> pd.DataFrame:
    """A batch's table with the places that its draws have among all."""
    return frame.assign(draw=np.asarray(batch, np.int64)[frame["draw"].to_numpy(np.int64)])


def _in_order(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One table, by draw."""
    return pd.concat(frames, ignore_index=True).sort_values("draw", kind="stable", ignore_index=True)
