"""Draws of a costing as text: a fan by year, what it says of one year, a budget, and the fields that matter most."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from microsim.accounts.totals import ALL_MEASURES, ALL_YEARS
from microsim.report.rows import millions
from microsim.uncertainty.budget import ANY_YEAR

_millions = partial(millions, one_decimal_below=10)
_COLUMNS = ("p5", "p50", "p95", "central")
_MOST_FIELDS = 5
_LEAST_BAR, _MOST_BAR = 16, 60
_FAR = 0.1  # of the way from the 5th to the 95th percentile: how far the central run may lie from the median unsaid
_HALF = 0.5
_OFF_CENTRE = 0.1  # of draws: how far from half may lie below a field's own value unsaid
_FEW_DRAWS = 100  # below which percentiles near the ends rest on a handful


def uncertainty_text(tables: Mapping[str, pd.DataFrame], about: Mapping[str, Any], width: int) -> str:
    """Everything that the terminal shows; `about` is the manifest's section."""
    fan = tables["fan"][tables["fan"]["measure"] == ALL_MEASURES].set_index("financial_year")
    parts = [fan_text(fan, about, width), headline_text(fan, about, width)]
    if note := few_draws_text(about["draws"], width):
        parts.append(note)
    if note := skew_text(fan, tables["fields"], about, width):
        parts.append(note)
    if "budget" in tables:
        parts.append(budget_text(tables["budget"], about, width))
    if chosen := about["choices_drawn"]:
        parts.append(choices_text(chosen, width))
    parts += [fields_text(tables["fields"], about, width), _wrapped(
        f"This is {about['the_spread_is']}. It is not {about['the_spread_is_not']}. "
        "Ranges marked as judgements are judgements.", width,
    )]  # fmt: skip
    return "\n\n".join(parts)


def fan_text(fan: pd.DataFrame, about: Mapping[str, Any], width: int) -> str:
    """A row for each year: percentiles, the central run and its simulation error, and a bar from 5th to 95th."""
    title = (f"What all measures cost the Exchequer, £ million in cash (minus is a gain): percentiles of "
             f"{about['draws']} draws of {about['fields']} fields; the central run ± its simulation error")  # fmt: skip
    head = f"{'':<9} {'5th':>9} {'median':>9} {'95th':>9} {'central':>9} {'±':>7}"
    years = fan.drop(index=ALL_YEARS)
    size = min(max(width - len(head) - 2, _LEAST_BAR), _MOST_BAR)
    low = min(0.0, float(years[["p5", "central"]].min().min()))
    high = max(float(years[["p95", "central"]].max().max()), low + 1.0)
    rows = [_wrapped(title, width), head]
    for year in years.index:
        row = years.loc[year]
        rows.append(f"{_numbers(str(year), row)}  {_bar(row, low, high, size)}".rstrip())
    rows.append(_numbers(ALL_YEARS, fan.loc[ALL_YEARS]))
    rows.append("- from the 5th to the 95th percentile, = from the 25th to the 75th, | median, * central run")
    rows.append(_wrapped("± is the simulation error of the central run, not of the range or its percentiles", width))
    return "\n".join(rows)


def _numbers(year: str, row: Any) -> str:
    cells = "".join(f" {_millions(row[name]):>9}" for name in _COLUMNS)
    error = row["simulation_error"]
    return f"{year:<9}{cells} {'' if np.isnan(error) else _millions(error):>7}".rstrip()


def _bar(row: Any, low: float, high: float, size: int) -> str:
    """One year of the fan, `size` characters from `low` to `high`."""

    def at(name: str) -> int:
        return round((float(row[name]) - low) / (high - low) * (size - 1))

    if row["p5"] == row["p95"] and row["central"] == row["p50"]:
        return " " * at("central") + "*"
    cells = [" "] * size
    cells[at("p5") : at("p95") + 1] = "-" * (at("p95") + 1 - at("p5"))
    cells[at("p25") : at("p75") + 1] = "=" * (at("p75") + 1 - at("p25"))
    cells[at("p50")] = "|"
    cells[at("central")] = "*"
    return "".join(cells)


def headline_text(fan: pd.DataFrame, about: Mapping[str, Any], width: int) -> str:
    """What draws say of the headline year, in a sentence."""
    year = about["headline_year"]
    row = fan.loc[year]
    error = row["simulation_error"]
    noise = "" if np.isnan(error) else (
        f", with a simulation error of £{_millions(error)} million, which is no part of the range"
    )  # fmt: skip
    when = "Over all years" if year == ALL_YEARS else f"In {year}"
    return _wrapped(
        f"{when}, {about['headline_is']}: £{_millions(row['p50'])} million in the middle draw, nine "
        f"draws in ten between £{_millions(row['p5'])} million and £{_millions(row['p95'])} million; the central run "
        f"says £{_millions(row['central'])} million{noise}.", width,
    )  # fmt: skip


def few_draws_sentence(draws: int) -> str:
    """How many draws the outer percentiles rest on, where they are few; nothing where they are many."""
    if draws >= _FEW_DRAWS:
        return ""
    outer = max(1, round(0.05 * draws))
    rest = "the cheapest and the dearest draw" if outer == 1 else f"the {outer} cheapest and the {outer} dearest draws"
    return (
        f"Of {draws} draws the 5th and 95th percentiles rest on {rest}: they may move much with other draws. "
        f"Take {_FEW_DRAWS} or more to quote them."
    )


def few_draws_text(draws: int, width: int) -> str:
    """The same, fitted to the window."""
    return _wrapped(few_draws_sentence(draws), width)


def skew_text(fan: pd.DataFrame, fields: pd.DataFrame, about: Mapping[str, Any], width: int) -> str:
    """Where the central run lies far from the median of the draws: which fields' own values lie off their middle."""
    row = fan.loc[about["headline_year"]]
    spread = row["p95"] - row["p5"]
    if spread <= 0 or abs(row["central"] - row["p50"]) <= _FAR * spread or about["draws"] < _FEW_DRAWS:
        return ""
    side = "below" if row["central"] < row["p50"] else "above"
    found = fields[fields["beyond_chance"]
                   & ((fields["draws_below_central"] - 0.5).abs() > _OFF_CENTRE)]  # fmt: skip
    why = "; ".join(
        f"{path} has {100 * share:.0f} % of its draws below its own value"
        for path, share in zip(found["field"], found["draws_below_central"], strict=True)
    )
    text = f"The central run lies {side} the middle of the draws: central values are not the middle of their ranges"
    if not why:
        text = f"The central run lies {side} the middle of the draws: effects of the fields do not add up evenly"
    return _wrapped(f"{text}{': ' + why if why else ''}.", width)


def budget_text(budget: pd.DataFrame, about: Mapping[str, Any], width: int) -> str:
    """The chance of exceeding the budget, an amount for one year: in the headline year (of all years together only
    where they were asked for), in any year, and from when on it is more likely than not."""
    amount = f"£{_millions(float(budget['budget'].iloc[0]))} million"
    rows = budget.set_index("financial_year")

    def chance(name: str) -> str:
        row: Any = rows.loc[name]
        share = {0.0: "none", 1.0: "all"}.get(float(row["chance"]))
        said = f"{100 * row['chance']:.0f} %" if share is None else f"{share} of {about['draws']} draws"
        return f"{said} ({100 * row['chance_low']:.0f} to {100 * row['chance_high']:.0f} %)"

    headline = about["headline_year"]
    when = "over all years together" if headline == ALL_YEARS else f"in {headline}"
    years = rows.drop(index=[ANY_YEAR, ALL_YEARS])
    likely = years.index[years["chance"] > _HALF]
    first = f"It first passes one half in {likely[0]}" if len(likely) else "In no single year does it pass one half"
    return _wrapped(
        f"Chance that the cost in cash exceeds {amount}: {when} {chance(headline)}; in at least one year "
        f"{chance(ANY_YEAR)}; in brackets the 95 % interval that so many draws leave. {first}. Each year, and the sum "
        "of all years against the same amount, are in the table budget.", width,
    )  # fmt: skip


def choices_text(chosen: Sequence[str], width: int) -> str:
    """That percentiles are over choices too, and which."""
    return _wrapped(
        f"Scenario choice is in these percentiles: {', '.join(chosen)} {'was' if len(chosen) == 1 else 'were'} drawn "
        "among choices by weight. They are the cost of no one policy; name the choice wherever they are quoted.", width,
    )  # fmt: skip


def fields_text(fields: pd.DataFrame, about: Mapping[str, Any], width: int) -> str:
    """The fields whose draws go with the cost of the headline year by more than chance, by rank correlation."""
    year, found = about["headline_year"], fields[fields["beyond_chance"]]
    cost = "the cost over all years" if year == ALL_YEARS else f"the cost in {year}"
    largest = f"the largest of {len(fields)}" if len(fields) > 1 else "it"
    within = f"rank correlation over draws; by chance alone {largest} stays within ± {about['chance_band']:.2f}, 95 " \
             "times in 100"  # fmt: skip
    chance = within if about["chance_band"] < 1.0 else "so few that chance may bring any rank correlation"
    more = "what each does alone is shown by microsim sensitivity"
    if found.empty:
        return _wrapped(f"What matters most for {cost} cannot be told from {about['draws']} draws: no field stands out "
                        f"({chance}). {more[0].upper()}{more[1:]}.", width)  # fmt: skip
    rows = [_wrapped(f"What matters most for {cost} ({chance})", width), *_field_rows(found.head(_MOST_FIELDS), width)]
    if len(found) > _MOST_FIELDS:
        rows.append(f"  {len(found) - _MOST_FIELDS} more beyond chance are in the table fields")
    if len(found) < len(fields):
        rows.append(_wrapped(f"Of the other {len(fields) - len(found)} so few draws cannot tell; {more}.", width))
    return "\n".join(rows)


def _field_rows(fields: pd.DataFrame, width: int) -> Iterator[str]:
    size = max((len(path) for path in fields["field"]), default=0)
    for field in fields.itertuples():
        ends = f"{field.low} to {field.high}, central {field.central}"
        text = f"  {field.rank_correlation:+.2f}  {field.field:<{size}}  {ends} ({field.quality})"
        yield text if len(text) <= width else text[: width - 1] + "…"


def _wrapped(text: str, width: int) -> str:
    return textwrap.fill(text, width)
