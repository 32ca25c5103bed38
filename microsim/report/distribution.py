"""Who gains, as text for the terminal: one year's average gains by tenth of income, and who gains most."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from itertools import accumulate

import pandas as pd

from microsim.report.lacking import has

ALL_MEASURES = "all measures"
_AFTER = 9  # years after the first with gains: a policy in its tenth year
KINDS = (("cash", "cash"), ("in_kind", "in kind"), ("employer", "at their employers"))
OF_HOUSEHOLDS = ("cash", "in_kind")  # what may be set against their income: employers' money is not theirs
_TITLES = {"cash": "Gains in cash", "in_kind": "Gains in kind", "employer": "Gains at their employers"}
_COLUMN = 12  # width, or more where the heading needs it
_LABEL = 20
_ENDS = {"decile 1": "decile 1 (poorest)", "decile 10": "decile 10 (richest)"}
_MOST_BY = ("region", "qualification", "age_band", "family_type")
_LABELS = {
    "none": "No qualification", "other": "Other qualifications", "level1": "Level 1", "level2": "Level 2",
    "apprenticeship": "Apprenticeship", "level3": "Level 3", "level4plus": "Level 4 and above",
}  # fmt: skip
_SMALL = 0.0005  # shares of people under this are not nothing, and are not printed as 0.0 %
CONCEPTS = (("cash_and_in_kind", "in cash or in kind"), ("cash", "in cash alone"))


def distribution_text(tables: Mapping[str, pd.DataFrame], width: int, wanted: str | None = None) -> str:
    """Gains of all measures by tenth of household income in one year, winners and losers, and the groups that gain most
    and least; nothing where nobody gains, or of what the run has no table. The year is the one `wanted` or, where there
    are no gains in it, the tenth with gains."""
    if not has(tables, "gains"):
        return ""
    gains = tables["gains"]
    gains = gains[gains["measure"] == ALL_MEASURES]
    people = gains[gains["kind"].isin([kind for kind, _ in KINDS])]
    if people.empty:
        return ""
    years = people["financial_year"]
    year = wanted if wanted is not None and wanted in set(years) else shown_year(years)
    people = people[people["financial_year"] == year]
    of_year = tables["gains"][tables["gains"]["financial_year"] == year]
    counted = has(tables, "winners_and_losers")
    winners = winners_sentence(tables["winners_and_losers"], year) if counted else ""
    title = f"Who gains, {year}, all measures: £ a year for each household, and % of net income, by decile of income"
    rows = [
        textwrap.fill(title, width),
        *_tenths(people, width),
        textwrap.fill(incidence_sentence(of_year), width),
        textwrap.fill(winners, width),
        *_most(people, width),
    ]
    return "\n".join(row for row in rows if row)


def shown_year(years: pd.Series) -> str:
    """The tenth year with gains, or the last."""
    found = sorted(years.unique())
    return str(found[min(_AFTER, len(found) - 1)])


def _tenths(people: pd.DataFrame, width: int) -> list[str]:
    """A row for each tenth and one for all: pounds of each kind, then shares of income, as far as they fit."""
    kinds = [(kind, name) for kind, name in KINDS if (people["kind"] == kind).any()]
    columns = [(kind, f"{name} £", "per_household") for kind, name in kinds]
    columns += [(kind, f"{name} %", "share_of_income") for kind, name in kinds if kind in OF_HOUSEHOLDS]
    widths = [max(_COLUMN, len(name) + 2) for _, name, _ in columns]
    fitting = max(sum(total <= width - _LABEL for total in accumulate(widths)), 1)
    columns, widths = columns[:fitting], widths[:fitting]
    rows = [f"{'':<{_LABEL}}" + "".join(f"{name:>{wide}}" for (_, name, _), wide in zip(columns, widths, strict=True))]
    table = people[people["breakdown"].isin(["income_decile", "england"])].set_index(["group", "kind"])
    for group in [*(f"decile {number}" for number in range(1, 11)), "England"]:
        cells = [_cell(table, group, kind, column) for kind, _, column in columns]
        label = _ENDS.get(group, "all households" if group == "England" else group)
        rows.append(f"{label:<{_LABEL}}" + "".join(f"{cell:>{wide}}" for cell, wide in zip(cells, widths, strict=True)))
    return rows


def _cell(table: pd.DataFrame, group: str, kind: str, column: str) -> str:
    value = float(table[column].get((group, kind), 0.0))
    text = f"{100 * value:.2f}" if column == "share_of_income" else f"{value:,.0f}"
    return text.removeprefix("-") if not any(digit in text for digit in "123456789") else text


def incidence_sentence(gains: pd.DataFrame) -> str:
    """Who has employers' money in the end, as the scenario assumes; nothing where employers gain and lose nothing."""
    england = gains[(gains["breakdown"] == "england") & (gains["measure"] != ALL_MEASURES)]
    employers = england[england["kind"].str.startswith("employer")].groupby(["measure", "kind"])["amount"].sum()
    measures = employers[employers.index.get_level_values("kind") == "employer"].abs()
    if measures.empty or measures.max() == 0:
        return ""
    largest = str(measures.reset_index().sort_values("amount")["measure"].iloc[-1])
    of_one = employers.loc[largest]
    shares = (of_one.drop("employer") / of_one["employer"]).sort_values(ascending=False, kind="stable")
    named = [f"{kind.removeprefix('employer_')} {100 * share:.0f} %" for kind, share in shares.items() if share > 0]
    return (
        "What employers gain or lose is shown at their employees' households; who has it in the end is assumed "
        f"(incidence): {', '.join(named)}"
    )


def winners_sentence(winners: pd.DataFrame, year: str) -> str:
    """Shares of people whose household gains or loses a pound or more a year, in cash and in kind and in cash alone."""
    mine = winners[(winners["financial_year"] == year) & (winners["group"] == "all") & (winners["scale"] == "pounds")]
    parts = []
    for concept, words in CONCEPTS:
        share = mine[mine["concept"] == concept].groupby("change")["share"].sum()
        if not share.empty:
            gain, lose, same = (percent_of_people(share.get(change, 0.0)) for change in ("gain", "lose", "no change"))
            parts.append(
                f"{words} {gain} of people are in a household that gains £1 or more, {lose} in one that loses, "
                f"{same} see no change"
            )
    if not parts:
        return ""
    return f"Before anyone pays for it, and without employers' gains and losses: {'; '.join(parts)}"


def percent_of_people(share: float) -> str:
    """A share of people with one decimal; few are not nobody, and a sample cannot tell nobody from few."""
    if share < _SMALL:
        return "under 0.1 %"
    if share > 1 - _SMALL:
        return "over 99.9 %"
    return f"{100 * share:.1f} %"


def _most(people: pd.DataFrame, width: int) -> list[str]:
    """For the kind of gain with most money, the groups with most and least for each adult, a line each."""
    england = people[people["breakdown"] == "england"].groupby("kind")["amount"].sum().abs()
    kind = str(england.idxmax())
    rows = [f"{_TITLES[kind]}, £ for each adult ± standard error:"]
    for breakdown in _MOST_BY:
        groups = people[(people["breakdown"] == breakdown) & (people["kind"] == kind)].dropna(subset=["per_adult"])
        if len(groups) > 1:
            most, least = (groups.loc[groups["per_adult"].agg(which)] for which in ("idxmax", "idxmin"))
            rows.append(_shortened(
                f"  {breakdown.replace('_', ' ')}: most {_named(most)}, least {_named(least)}", width
            ))  # fmt: skip
    rows += [_shortened(text, width) for text in [_authorities(people, kind)] if text]
    return rows if len(rows) > 1 else []


def _authorities(people: pd.DataFrame, kind: str) -> str:
    """How much of local authorities' gains, and of what they differ by, is noise."""
    found = people[(people["breakdown"] == "local_authority") & (people["kind"] == kind)]
    relative = (found["simulation_error"] / found["amount"]).abs()
    if not relative.median() > 0:
        return ""
    noise = share_of_noise(found["per_adult"], relative * found["per_adult"])
    ranked = "; they differ mostly by noise" if noise > 0.5 else ""
    median = f"{100 * relative.median():.0f} %"
    return f"  local authority: half have an error (approximate) of {median} of their gain or more{ranked}"


def share_of_noise(values: pd.Series, errors: pd.Series) -> float:
    """How much of the variance of figures is simulation error: over 1 where the errors alone would spread them more."""
    return float((errors**2).mean() / values.var())


def _named(row: pd.Series) -> str:
    """A group with pounds for each adult and their standard error."""
    label = group_label(str(row["group"]))
    error = abs(row["per_adult"] * row["simulation_error"] / row["amount"])
    return f"{label} {row['per_adult']:,.0f}" + (f" ± {error:,.0f}" if error >= 0 else "")


def group_label(group: str) -> str:
    """A group of people in words."""
    return _LABELS.get(group, group.replace("_", " "))


def _shortened(text: str, width: int) -> str:
    return text if len(text) <= width else text[: max(width - 1, 1)] + "…"
