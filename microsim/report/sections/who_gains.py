"""Who gains: by income, place and kind of person in one year, winners and losers, inequality, and over lives.

The year is the one that the headline quotes. Cash, in kind and at employers stand side by side and are never added.
"""

from __future__ import annotations

import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.distribution import ALL_MEASURES, OF_HOUSEHOLDS, incidence_sentence
from microsim.report.lacking import lacking
from microsim.report.material import Material
from microsim.report.page.blocks import Block, Column, Group, Section, Table, Text
from microsim.report.sections.area_map import pounds
from microsim.report.sections.gains_charts import (
    OF_INCOME,
    PER_ADULT,
    PER_HOUSEHOLD,
    ends_title,
    figure_of,
    most_and_least,
    table_of,
    verb,
)
from microsim.report.sections.incomes_tables import concentration, inequality, weighted
from microsim.report.sections.kinds import KIND_WORDS, Shown, by_group, kind_of_most, kinds_in, of_people, year_shown
from microsim.report.sections.labels import capital
from microsim.report.sections.lifetimes_charts import lifetimes
from microsim.report.sections.winners_charts import winners
from microsim.report.words import in_words

NOTHING = "Nobody gains or loses in cash, in kind or at an employer in these years: there is nothing to share out."
_TITLE = "Who gains"
_POOREST, _RICHEST = "decile 1", "decile 10"
_IN_FIGURES = ("england", "income_decile", "age_band", "region", "local_authority")
_HOW_TO_READ = (
    "Gains are those of the year that the headline quotes (the tenth with gains where it has none), before anyone pays "
    "for them. They are shown apart and never added: money that households have more of (in cash), what is provided to "
    "them, at what it costs (in kind), and what employers gain, shown at the households of their employees (at their "
    "employers). Tenths are of people by the equivalised net income of their household without the reform. ± is one "
    "standard error of simulation, and says nothing of the assumptions."
)


def who_gains(material: Material) -> Section:
    """Gains of people and households."""
    run = material.run
    if text := lacking(run.tables, "gains", "gain_groups"):
        return Section("who_gains", _TITLE, [Text(text)])
    people = of_people(run.table("gains"))
    everything = people[people["measure"] == ALL_MEASURES]
    if everything.empty:
        return Section("who_gains", _TITLE, [Text(NOTHING)])
    year = year_shown(run, everything["financial_year"])
    shown, of_year = Shown(year, ALL_MEASURES), run.table("gains")[run.table("gains")["financial_year"] == year]
    england = everything[(everything["financial_year"] == year) & (everything["breakdown"] == "england")]
    kind = kind_of_most(england)
    blocks: list[Block] = [
        Text(_in_short(run, shown), "lead"), Text(_HOW_TO_READ, "small"),
        *_tenths(run, shown, ""),
    ]  # fmt: skip
    incidence = incidence_sentence(of_year)
    blocks += [Text(f"{incidence}.")] if incidence else []
    blocks += [*_winners(run, year), *_ages(run, shown, kind), *_regions(run, shown, kind)]
    blocks += [*_others(run, shown), *_by_measure(run, of_people(of_year), year)]
    incomes = [
        *inequality(_table(run, "inequality"), year), *concentration(_table(run, "concentration"), year),
        *weighted(_table(run, "distributional_weights"), year),
    ]  # fmt: skip
    blocks += [Group("incomes", "Inequality", incomes)] if incomes else []
    blocks += lifetimes(_table(run, "lifetimes"), str(run.manifest["years"]))
    return Section("who_gains", _TITLE, blocks)


def _table(run: FinishedRun, name: str) -> pd.DataFrame:
    """A table, or one without rows where the run has none."""
    if name in run.tables:
        return run.table(name)
    return pd.DataFrame(columns=["financial_year", "value", "cash", "measure", "item", "total", "breakdown"])


def _in_short(run: FinishedRun, shown: Shown) -> str:
    """What an average household has in the year."""
    rows = by_group(run, shown, "england").set_index("kind")
    own = {kind: float(rows["per_household"][kind]) for kind in OF_HOUSEHOLDS if kind in rows.index}
    said = [f"{pounds(abs(amount))} {KIND_WORDS[kind]}" for kind, amount in own.items()]
    verbs = [verb(amount) for amount in own.values()]
    if len(set(verbs)) > 1:
        said = [f"{word} {amount}" for word, amount in zip(verbs, said, strict=True)]
    elif said:
        said[0] = f"{verbs[0]} {said[0]}"
    text = f"In {shown.year}" + (f", households on average {' and '.join(said)}" if said else "")
    if "employer" in rows.index:
        amount = float(rows["per_household"]["employer"])
        text += f"{';' if said else ','} their employers {verb(amount)} {pounds(abs(amount))} for each household"
    return f"{text}."


def _tenths(run: FinishedRun, shown: Shown, suffix: str) -> list[Block]:
    """Pounds a household by tenth of income, and what that is of net income."""
    rows = by_group(run, shown, "income_decile")
    rows = rows[rows["group"].str.startswith("decile ")]
    if rows.empty:
        return []
    head, poor, rich = "Tenth of household income", "The poorest tenth", "the richest"
    blocks: list[Block] = []
    own = rows[rows["kind"].isin(OF_HOUSEHOLDS)]
    if len(own) and own["share_of_income"].notna().any():
        title = ends_title(own, OF_INCOME, kind_of_most(own), _POOREST, _RICHEST, poor, rich)
        blocks.append(figure_of(f"tenths-share{suffix}", title, own, OF_INCOME, head, lying=False))
    if rows["per_household"].notna().any():
        first = "In pounds, the poorest tenth of households"
        title = ends_title(rows, PER_HOUSEHOLD, kind_of_most(rows), _POOREST, _RICHEST, first, rich)
        blocks.append(figure_of(f"tenths-pounds{suffix}", title, rows, PER_HOUSEHOLD, head, lying=False))
    return blocks


def _winners(run: FinishedRun, year: str) -> list[Block]:
    if text := lacking(run.tables, "winners_and_losers"):
        return [Text(text, "small")]
    table = run.table("winners_and_losers")
    return winners(table, year) if len(table) else []


def _ages(run: FinishedRun, shown: Shown, kind: str) -> list[Block]:
    rows = by_group(run, shown, "age_band")
    if rows.empty:
        return []
    title = most_and_least(rows, PER_ADULT, kind, "age")
    return [figure_of("ages", title, rows, PER_ADULT, "Age", lying=True)]


def _regions(run: FinishedRun, shown: Shown, kind: str) -> list[Block]:
    """Regions by share of income where there are incomes, otherwise in pounds."""
    rows = by_group(run, shown, "region")
    own = rows[rows["kind"].isin(OF_HOUSEHOLDS)]
    if rows.empty:
        return []
    if len(own) and own["share_of_income"].notna().all():
        title = most_and_least(own, OF_INCOME, kind_of_most(own), "region as a share of income")
        return [figure_of("regions-share", title, own, OF_INCOME, "Region", lying=True)]
    title = most_and_least(rows, PER_ADULT, kind, "region")
    return [figure_of("regions-share", title, rows, PER_ADULT, "Region", lying=True)]


def _others(run: FinishedRun, shown: Shown) -> list[Block]:
    """Every other breakdown as a table, folded."""
    breakdowns = [str(name) for name in dict.fromkeys(run.table("gain_groups")["breakdown"]) if name not in _IN_FIGURES]
    tables: list[Block] = []
    for breakdown in breakdowns:
        rows = by_group(run, shown, breakdown)
        if len(rows):
            head = in_words(breakdown)
            title = f"{head}: £ for each adult, {shown.year}"
            tables.append(table_of(f"gains-by-{breakdown}", title, rows, PER_ADULT, head, breakdown))
    if not tables:
        return []
    names = ", ".join(in_words(breakdown).lower() for breakdown in breakdowns)
    return [Group("other-groups", f"By {names}", tables, folded=True)]


def _by_measure(run: FinishedRun, of_year: pd.DataFrame, year: str) -> list[Block]:
    """Each measure: the money of each kind, and folded who has it by tenth of income."""
    england = of_year[of_year["breakdown"] == "england"]
    measures = [str(name) for name in dict.fromkeys(england["measure"]) if name != ALL_MEASURES]
    if len(measures) < 2:
        return []
    kinds = kinds_in(england)
    by_kind = england.set_index(["kind", "measure"])
    frame = pd.DataFrame({"measure": [*measures, ALL_MEASURES]})
    columns = [Column("measure", "Measure")]
    for kind in kinds:
        frame[kind] = frame["measure"].map(by_kind.loc[kind]["amount"])
        frame[f"{kind} ±"] = frame["measure"].map(by_kind.loc[kind]["simulation_error"])
        columns.append(Column(kind, f"{capital(KIND_WORDS[kind])}, £ million", "million", f"{kind} ±"))
    frame["strong"] = frame["measure"] == ALL_MEASURES
    frame["measure"] = [in_words(name) for name in frame["measure"]]
    note = "Columns are not to be added: they are different things, and not all of the same people."
    table = Table("gains-by-measure", f"What each measure gives, {year}", columns, frame, note, strong="strong")
    blocks: list[Block] = [table]
    for measure in measures:
        figures = _tenths(run, Shown(year, measure), f"-{measure}")
        if figures:
            blocks.append(Group(f"who-gains-{measure}", f"{in_words(measure)} by income", figures, folded=True))
    return [Group("gains-of-measures", "Measure by measure", blocks)]
