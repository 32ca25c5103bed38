"""How sure the costing is: four kinds of doubt, each apart from the others and never added, and the judged ratings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from microsim.accounts.tables import CHOSEN
from microsim.accounts.totals import ALL_YEARS
from microsim.report.amounts import pounds_in_words, share_in_words
from microsim.report.commands import companion_command
from microsim.report.headline import Headline, headline
from microsim.report.material import Companion, Material
from microsim.report.other_scales import scales_sentence, what_would_halve
from microsim.report.page.blocks import Block, Code, Column, Facts, Group, Section, Table, Text
from microsim.report.sections.error_charts import error_figure, synthesis_figure
from microsim.report.sections.fan_charts import budget_figure, fan_figure, headline_row
from microsim.report.sections.rating_tables import ratings_group
from microsim.report.sections.tornado_charts import question_in_words, shares_figure, tornado_figure
from microsim.report.uncertainty import few_draws_sentence
from microsim.report.words import in_words
from microsim.uncertainty.budget import ANY_YEAR

_NEVER_ADDED = (
    "A cost is one number made of four kinds of doubt. They differ in what they are and in what makes them smaller, so "
    "they are shown apart and never added into one number."
)
_KINDS = (
    ("Simulation error", "What would another draw of the same people and luck have given? More people, or seeds, make "
     "it smaller. It is noise of the computation: a narrow ± says that the model was run well, not that it is right."),
    ("Parameter uncertainty", "What if the figures that are assumed lie elsewhere in their ranges? Better evidence "
     "makes it smaller. Percentiles say what the stated ranges imply together; most of these are judgements."),
    ("Scenario choice", "What if the policy itself is read another way? A decision settles it. A choice has no "
     "probability: a mean of two is the cost of no policy."),
    ("Synthesis error", "What if people are joined together otherwise than is assumed, and still match all that is "
     "published? Joint tables or survey microdata make it smaller. It is known from a few experiments only."),
)  # fmt: skip
_FASTER = "With --sample 0.002 at its end the first command is faster and coarser, and the report says so."


def how_sure(material: Material) -> Section:
    """Ratings, parameter uncertainty, what matters most, simulation error, choices and synthesis error."""
    blocks: list[Block] = [Text(_NEVER_ADDED)]
    if material.run.scorecard.empty:
        blocks.append(Text("No measure changes between the baseline and the reform: there is no cost to be unsure of."))
        return Section("how_sure", "How sure are we", [*blocks, _words()])
    blocks += [
        _spread(material), _what_matters(material), *ratings_group(material.run), _simulation(material),
        *_choices(material), _synthesis(material), _words(),
    ]  # fmt: skip
    return Section("how_sure", "How sure are we", blocks)


def _words() -> Group:
    return Group("kinds-of-doubt", "What the four kinds mean", [Facts(_KINDS)])


def _absent(material: Material, name: str, said: str, *more: str, faster: bool = True) -> list[Block]:
    """That something is not shown, why, and the command that adds it."""
    blocks: list[Block] = [Text(material.refused[name], "warning")] if name in material.refused else []
    ending = (
        f" {_FASTER}"
        if faster and material.run.manifest["one_in"] < 500 and not material.run.manifest["survey"]
        else ""
    )
    return [*blocks, Text(f"{said}{ending} This adds it:"), Code(companion_command(material.run, name, *more))]


def _differs(companion: Companion) -> list[Block]:
    if not companion.differs:
        return []
    return [
        Text(f"Of the same scenario, but made with {companion.differs}: read its spread, not its level.", "warning")
    ]


# -- parameter uncertainty


def _spread(material: Material) -> Group:
    title, found = "Parameter uncertainty: how far the cost may lie from the central run", material.uncertainty
    if found is None:
        said = "How far the cost moves when every uncertain figure is drawn from its range is not shown."
        return Group("parameter-uncertainty", title, _absent(material, "uncertainty", said))
    about, fan = found.manifest["uncertainty"], found.tables["fan"]
    blocks: list[Block] = [*_differs(found), Text(_spread_sentence(fan, about)), fan_figure(fan, about)]
    if few := few_draws_sentence(about["draws"]):
        blocks.append(Text(few, "warning"))
    if about["choices_drawn"]:
        named = ", ".join(about["choices_drawn"])
        blocks.append(
            Text(f"Scenario choice is in these percentiles: {named} drawn among choices by weight. They are the cost "
                 "of no one policy: name the choice where they are quoted.", "warning")
        )  # fmt: skip
    if "budget" not in found.tables:
        blocks.append(
            Text("The chance of exceeding a budget is shown where one was given, such as --budget 2.5bn.", "small")
        )
    else:
        blocks += [Text(_budget_sentence(found.tables["budget"], about)), budget_figure(found.tables["budget"])]
    blocks.append(Text(f"This is {about['the_spread_is']}. It is not {about['the_spread_is_not']}.", "small"))
    return Group("parameter-uncertainty", title, blocks)


def _spread_sentence(fan: pd.DataFrame, about: Mapping[str, Any]) -> str:
    row = headline_row(fan, about)
    drawn = f"{about['fields']} uncertain figures were drawn {about['draws']:,} times, over the same people."
    if row is None:
        return drawn
    when = "Over all years" if about["headline_year"] == ALL_YEARS else f"In {about['headline_year']}"
    noise = "" if pd.isna(row["simulation_error"]) else (
        f" (± {pounds_in_words(row['simulation_error'])} of simulation error, which is no part of the range)"
    )  # fmt: skip
    return (
        f"{drawn} {when}, {about['headline_is']}, all measures cost {pounds_in_words(row['p50'])} in the middle draw "
        f"and between {pounds_in_words(row['p5'])} and {pounds_in_words(row['p95'])} in nine draws of ten; the "
        f"central run says {pounds_in_words(row['central'])}{noise}."
    )


def _budget_sentence(budget: pd.DataFrame, about: Mapping[str, Any]) -> str:
    rows = budget.set_index("financial_year")
    amount = pounds_in_words(float(budget["budget"].iloc[0]))

    def chance(name: str) -> str:
        row: Any = rows.loc[name]
        ends = f"{share_in_words(row['chance_low'])} to {share_in_words(row['chance_high'])}"
        return f"{share_in_words(row['chance'])} of draws ({ends})"

    headline = about["headline_year"]
    when = "over all years together" if headline == ALL_YEARS else f"in {headline}"
    return (
        f"The cost in cash exceeds {amount} {when} in {chance(headline)}, and in at least one year in "
        f"{chance(ANY_YEAR)}; in brackets is the 95 % interval that so many draws leave."
    )


# -- what matters most


def _what_matters(material: Material) -> Group:
    title, found = "Which figures the cost hangs on", material.sensitivity
    if found is None:
        said = "Which assumption moves the cost most, each from its low to its high, is not shown."
        return Group("what-matters", title, _absent(material, "sensitivity", said))
    about, tornado = found.manifest["sensitivity"], found.tables["tornado"]
    blocks: list[Block] = [*_differs(found)]
    figure = tornado_figure(tornado, about["cost"])
    if figure is None:
        return Group(
            "what-matters", title, [*blocks, Text(f"No uncertain figure moves {question_in_words(about['cost'])}.")]
        )
    blocks.append(figure)
    if "variance_shares" in found.tables:
        shares = shares_figure(found.tables["variance_shares"], tornado)
        blocks += (
            [shares] if shares else [Text("The cost is the same in every run: nothing has a share in its variance.")]
        )
    else:
        said = "What share of the variance each figure has, when all are drawn together, is not shown."
        blocks += _absent(material, "sensitivity", said, "--sobol")
    return Group("what-matters", title, blocks)


# -- simulation error, choices, synthesis error


def _simulation(material: Material) -> Group:
    run = material.run
    found = headline(run)
    blocks: list[Block] = [Text(_simulation_sentence(run.manifest, found))]
    if found is not None:
        figure = error_figure(run.table("scorecard_totals"), found.year)
        blocks += [figure] if figure else []
    return Group("simulation", "Simulation error: what the sample costs", blocks)


def _simulation_sentence(manifest: Mapping[str, Any], found: Headline | None) -> str:
    """The simulation error of the year that the headline quotes."""
    if found is None or not found.cash or not found.simulation_error > 0:
        return "No simulation error is known of this run."
    said = (
        f"{manifest['sample']} of the population was simulated: {pounds_in_words(abs(found.cash))} in {found.year} has "
        f"± {pounds_in_words(found.simulation_error)} of simulation error "
        f"({share_in_words(found.simulation_error / abs(found.cash))}), one standard error of the draw of people and "
        "of their luck. Groups of people have more; differences between scenarios over the same people are far "
        "surer than the numbers themselves."
    )
    others = scales_sentence(manifest, found.simulation_error, abs(found.cash))
    return f"{said} {what_would_halve(manifest)} {others}".strip()


def _choices(material: Material) -> list[Block]:
    """Measures under their other choices: by their own lines, in the year that the headline quotes and over all."""
    run, found = material.run, headline(material.run)
    if "alternatives" not in run.tables or run.tables["alternatives"].empty or found is None:
        return []
    table, year = run.tables["alternatives"], found.year
    signed = table[table["sign"] != 0].assign(all=lambda rows: rows["sign"] * rows["amount"])
    signed = signed.assign(cash=signed["all"].where(signed["financial_year"] == year, 0.0))
    rows = signed.groupby(["measure", "alternative"], sort=False)[["cash", "all"]].sum().reset_index()
    rows = rows.assign(own=rows["alternative"] == CHOSEN)
    rows = rows.assign(**{name: [in_words(str(one)) for one in rows[name]] for name in ("measure", "alternative")})
    columns = [
        Column("measure", "Measure"), Column("alternative", "Choice"), Column("cash", f"{year}, £ million", "million"),
        Column("all", "All years, £ million", "million"),
    ]  # fmt: skip
    note = ("Minus is a cost to the Exchequer, by the measure's own lines: taxes and benefits that follow pay are "
            "left out, so that the scenario's own row may differ from the scorecard.")  # fmt: skip
    title = f"{len(rows)} readings of the measures, the scenario's own among them"
    words = "No probability belongs to any of these: which of them holds is for whoever decides the policy."
    grid = Table("choices", title, columns, rows, note, strong="own", folded=True)
    return [Group("scenario-choice", "Scenario choice: the same policy read another way", [Text(words), grid])]


def _synthesis(material: Material) -> Group:
    title, found = "Synthesis error: other populations that match the same tables", material.synthesis
    if found is None:
        said = ("People are made from published margins, and how these belong together in one person is partly "
                "assumed. What other populations that meet the same margins would cost is not shown.")  # fmt: skip
        return Group("synthesis", title, _absent(material, "synthesis", said))
    seeds = len(found.manifest["synthesis"]["seeds"])
    words = (f"Each population moves one association that no published table fixes, and lives under the same {seeds} "
             "seeds. These are experiments, not a distribution: no range can be read from them.")  # fmt: skip
    figure = synthesis_figure(found.tables["synthesis"], found.tables["synthesis_fits"])
    return Group("synthesis", title, [*_differs(found), Text(words), figure])
