"""Incomes with and without the reform: inequality, to which incomes gains go, and gains weighted by income."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.report.clear import is_clear
from microsim.report.page.blocks import Block, Column, Table, Text
from microsim.report.sections.kinds import KIND_WORDS
from microsim.report.words import in_words

_STATISTICS = {
    "gini": "Gini coefficient", "ratio_90_10": "90/10: income nine tenths have less than, over what one tenth has",
    "ratio_90_50": "90/50", "ratio_50_10": "50/10", "bottom_fifth_share": "Share of the poorest fifth",
    "top_fifth_share": "Share of the richest fifth", "median": "Median, £ a year", "mean": "Mean, £ a year",
}  # fmt: skip
_INCOMES = {"reform": "in cash alone", "reform_with_benefits_in_kind": "with benefits in kind"}
_GINI = "gini"


def inequality(table: pd.DataFrame, year: str) -> list[Block]:
    """Statistics of income without the reform, and how it changes them; nothing where there are no incomes."""
    rows = table[table["financial_year"] == year]
    if rows.empty or rows["value"].isna().all():
        return []
    frame = pd.DataFrame({"statistic": list(dict.fromkeys(rows["statistic"]))})
    before = rows[rows["income"] == "baseline"].set_index("statistic")
    frame["baseline"] = frame["statistic"].map(before["value"])
    columns = [Column("statistic", "Of equivalised net income"), Column("baseline", "Baseline", "number")]
    for income, words in _INCOMES.items():
        mine = rows[rows["income"] == income].set_index("statistic")
        for column, head in (("change", f"Change, {words}"), ("error_of_change", "± standard error")):
            frame[f"{income}_{column}"] = frame["statistic"].map(mine[column])
            columns.append(Column(f"{income}_{column}", head, "number"))
    frame["statistic"] = [_STATISTICS.get(name, in_words(name)) for name in frame["statistic"]]
    note = (
        "Benefits in kind are added at what they cost. Compare the two arms, not the level with other sources: errors "
        "of changes are far smaller than those of levels, since the same people are in both."
    )
    shown = Table("inequality-table", f"Inequality before and after, {year}", columns, frame, note, folded=True)
    return [Text(f"{inequality_sentence(rows)}."), shown]


def inequality_sentence(rows: pd.DataFrame) -> str:
    """What the reform does to the Gini coefficient, as far as it can be told from noise."""
    gini = rows[rows["statistic"] == _GINI].set_index("income")
    said: list[str] = []
    before = ""
    for income, words in _INCOMES.items():
        change, error = (float(gini[column].get(income, np.nan)) for column in ("change", "error_of_change"))
        if not np.isfinite(change):
            continue
        if not is_clear(change, error):
            said.append(f"{'shows no change that can be told from noise' if change else 'does not change'} {words}")
            before = ""
        else:
            verb = "falls" if change < 0 else "rises"
            size = np.format_float_positional(abs(change), precision=2, unique=False, fractional=False, trim="-")
            said.append(f"{'' if verb == before else f'{verb} '}by {size} {words}")
            before = verb
    return "The Gini coefficient of incomes " + " and ".join(said) if said else "How unequal incomes are is not known"


def concentration(table: pd.DataFrame, year: str) -> list[Block]:
    """To which incomes each measure's gains go; nothing where there are no incomes."""
    rows = table[table["financial_year"] == year]
    if rows.empty:
        return []
    frame = rows[["measure", "kind"]].drop_duplicates(ignore_index=True)
    columns = [Column("measure", "Measure"), Column("kind", "Gain")]
    for name in dict.fromkeys(rows["statistic"]):
        mine = rows[rows["statistic"] == name].rename(columns={"value": name, "simulation_error": f"{name} ±"})
        frame = frame.merge(mine[["measure", "kind", name, f"{name} ±"]], on=["measure", "kind"], how="left")
        is_share = name.endswith("_share")
        head = f"{in_words(name.removesuffix('_share'))}'s share" if is_share else in_words(name)
        columns.append(Column(name, head, "share" if is_share else "number", f"{name} ±"))
    title = f"To which incomes each measure's gains go, {year}"
    note = (
        "Concentration index: -1 where all goes to the poorest, 0 where all have the same, +1 where all goes to the "
        "richest. Kakwani index: below nought where gains are larger beside small incomes than beside large ones. "
        "Fifths are of people by income, the first the poorest."
    )
    return [Table("concentration", title, columns, _in_words(frame), note, folded=True)]


def weighted(table: pd.DataFrame, year: str) -> list[Block]:
    """Gains weighted by income as the Green Book does, beside the same unweighted."""
    rows = table[table["financial_year"] == year]
    if rows.empty or not rows["cash"].any():
        return []
    frame = rows[["measure", "kind"]].drop_duplicates(ignore_index=True)
    columns = [Column("measure", "Measure"), Column("kind", "Gain")]
    for case in dict.fromkeys(rows["case"]):
        mine = rows[rows["case"] == case]
        frame = frame.merge(mine[["measure", "kind", "cash"]].rename(columns={"cash": case}), on=["measure", "kind"])
        elasticity = "" if case == "unweighted" else f", elasticity {mine['eta'].iloc[0]:g}"
        columns.append(Column(case, f"{in_words(case)}{elasticity}, £ million", "million"))
    central = rows.loc[rows["case"] == "central", ["measure", "kind", "weighted_over_unweighted", "error_of_ratio"]]
    frame = frame.merge(central, on=["measure", "kind"], how="left")
    columns.append(Column("weighted_over_unweighted", "Central over unweighted", "number", "error_of_ratio"))
    note = (
        "A pound weighs (median income over the income of who gains it) to the power of the elasticity, as in the "
        "Green Book. It is a sensitivity, not the costing, and not to be set against the unweighted cost."
    )
    title = f"Gains weighted by income, {year}"
    return [Table("distributional-weights", title, columns, _in_words(frame), note, folded=True)]


def _in_words(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(
        measure=[in_words(name) for name in frame["measure"]],
        kind=[KIND_WORDS.get(kind, in_words(kind)) for kind in frame["kind"]],
    )
