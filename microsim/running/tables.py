"""What a run watches besides the ledger, and every table that it publishes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from microsim.accounts.alignment import alignment_table
from microsim.accounts.own_breakdowns import own_table
from microsim.accounts.tables import Accounts, tax_measure
from microsim.distribution.results import gain_results
from microsim.distribution.tables import distribution_tables
from microsim.engine.gains import Gains
from microsim.engine.own_groups import own_breakdowns
from microsim.engine.own_sums import OwnGroups
from microsim.engine.person_years import PersonYears
from microsim.engine.run import Results
from microsim.engine.second_round import SecondRoundSums
from microsim.engine.watch import Watching
from microsim.report.microdata import go_on_with
from microsim.running.limits import Served
from microsim.running.prepare import Prepared
from microsim.running.ratings import ratings_table
from microsim.years import format_financial_year


class Watched(NamedTuple):
    """What is watched, in this order; None for what the run was not asked for."""

    gains: Gains
    second_round: SecondRoundSums | None
    own: OwnGroups | None
    people: PersonYears | None

    @property
    def all(self) -> list[Watching]:
        """Everything that is watched."""
        return [one for one in self if one is not None]

    def sums(self, results: Results, one: Watching) -> tuple[np.ndarray, ...]:
        """The sums of what is watched."""
        place = next(place for place, other in enumerate(self.all) if other is one)
        return tuple(results.watched[place])


def watch_all(prepared: Prepared, microdata: float | None, checkpoint: Path | None) -> Watched:
    """Everything that a run is to watch; person-years are kept beside the checkpoint until the run is written."""
    scenario, programme = prepared.scenario, prepared.programme
    gains = Gains(programme, tax_measure(programme), prepared.counted, prepared.deflators.worth_of_a_pound)
    own = OwnGroups(gains, own_breakdowns(scenario.by, programme.sample.population), scenario.years)
    people = None
    if microdata is not None and checkpoint is not None:
        people = PersonYears(gains, checkpoint.with_suffix(".microdata"), scenario.years, microdata)
        go_on_with(people.folder, checkpoint)
    second_round = programme.second_round_sums() if programme.has_second_round else None
    return Watched(gains, second_round, own if own.breakdowns else None, people)


def tables_of(
    prepared: Prepared, watched: Watched, results: Results, pilot: Mapping[tuple[str, str], Served]
) -> dict[str, pd.DataFrame]:
    """Every table by name."""
    scenario, population = prepared.scenario, prepared.programme.sample.population
    accounts = Accounts(prepared.programme, results.ledger, prepared.deflators, scenario.years)
    gained = gain_results(watched.gains, results.watched[0], accounts)
    shown = [format_financial_year(year) for year in scenario.years]
    limits = [served.table[served.table["financial_year"].isin(shown)] for served in pilot.values()]
    tables = accounts.tables() | ({"pilot": pd.concat(limits, ignore_index=True)} if limits else {})
    base_years = scenario.parameters.price_base_year, scenario.parameters.present_value_base_year
    tables |= distribution_tables(gained, accounts, scenario.incidence, scenario.distributional_weights, base_years)
    if watched.second_round is not None:
        (totals,) = watched.sums(results, watched.second_round)
        tables |= accounts.second_round(totals)
    if watched.own is not None:
        for number, sums in enumerate(watched.own.named(watched.sums(results, watched.own))):
            table = own_table(watched.own, number, sums, accounts.amounts)
            tables[f"by.{watched.own.breakdowns[number].name}"] = table
    tables["ratings"] = ratings_table(scenario)
    return tables | {"alignment": alignment_table(population, prepared.alignments, scenario.years)}
