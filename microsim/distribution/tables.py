"""Every table of who gains, put together."""

from __future__ import annotations

import pandas as pd

from microsim.accounts.tables import Accounts
from microsim.distribution.gains import gains_tables
from microsim.distribution.group_replicates import group_replicates_table
from microsim.distribution.inequality import inequality_tables
from microsim.distribution.lifetimes import lifetimes_table
from microsim.distribution.results import GainResults
from microsim.distribution.weights import weights_table
from microsim.distribution.winners import winners_table
from microsim.scenario.distribution import DistributionalWeights, Incidence


def distribution_tables(
    results: GainResults,
    accounts: Accounts,
    incidence: Incidence,
    weights: DistributionalWeights,
    base_years: tuple[int, int],
) -> dict[str, pd.DataFrame]:
    """The tables of this room by name; `base_years` are those of prices and of present values."""
    return {
        **gains_tables(results, incidence),
        "winners_and_losers": winners_table(results),
        **inequality_tables(results, accounts),
        "distributional_weights": weights_table(results, incidence, weights, accounts.deflators),
        "lifetimes": lifetimes_table(results, *base_years),
        "group_replicates": group_replicates_table(results),
    }
