"""What lives end with, as a line for the terminal."""

from __future__ import annotations

import pandas as pd

_REACHED, _WITH_MONEY, _UNSPENT = "reached_upper_age", "reached_with_money", "unspent_at_upper_age"


def lifetime_line(table: pd.DataFrame) -> str:
    """From the table `lifetimes`: of those whose account closes at the upper age in the published years, how many have
    money unspent and how much it is; nothing where no measure follows it or nobody gets there."""
    everybody = table[table["breakdown"] == "all"]
    parts = []
    for measure, mine in everybody.groupby("measure", sort=False):
        totals = mine.groupby("item")["total"].sum()
        reached = totals.get(_REACHED, 0.0)
        if reached > 0:
            share, unspent = totals.get(_WITH_MONEY, 0.0) / reached, totals.get(f"{_UNSPENT}_real", 0.0) / reached
            prices = mine.loc[mine["item"] == f"{_UNSPENT}_real", "description"].str.rpartition(", ")[2].iloc[:1]
            parts.append(
                f"{str(measure).replace('_', ' ')}: of {reached:,.0f} people who had an account until the upper age in "
                f"these years, {100 * share:.0f} % had money unspent: £{unspent:,.0f} for each who got there"
                + "".join(f", {said}" for said in prices)
            )
    return "; ".join(parts)
