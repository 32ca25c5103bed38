"""What lives receive in the published years: by cohort, lifetime income, sex and qualification, and what is unspent."""

from __future__ import annotations

import altair as alt
import pandas as pd

from microsim.report.clear import are_apart
from microsim.report.distribution import ALL_MEASURES
from microsim.report.lifetimes import lifetime_line
from microsim.report.page import theme
from microsim.report.page.blocks import Block, Column, Figure, Group, Table, Text
from microsim.report.sections.area_map import pounds
from microsim.report.sections.gains_charts import ERROR_NOTE
from microsim.report.sections.kinds import KIND_WORDS
from microsim.report.sections.labels import labelled
from microsim.report.words import in_words

_KINDS = ("cash", "in_kind")
_TERM = "present_value"
_WORKING_LIFE = (16, 66)
_FEW = 0.5  # of a cohort's lives that must get to the upper age before its unspent money is shown
_REACHED, _UNSPENT = "reached_upper_age", "share_unspent_at_upper_age"
_LEFT = "unspent_per_person_reaching_real"
_POOREST, _RICHEST = "fifth 1", "fifth 5"
_WORDS = {_POOREST: "Poorest fifth", "fifth 2": "Second fifth", "fifth 3": "Third fifth", "fifth 4": "Fourth fifth",
          _RICHEST: "Richest fifth", "all": "All lives"}  # fmt: skip
_NOT_FIFTHS = ("too few years seen", "never in a private household")
_BAR = 22
_CAVEAT = (
    "Lives are seen only in the published years, {years}: no cohort is seen from 16 to 66 in a run of 30 years, so "
    "cohorts may be compared only at ages at which both are seen, and what a life receives here is not what a whole "
    "life would. National money, which belongs to nobody, is left out. Lifetime income is that of the years seen."
)


def lifetimes(table: pd.DataFrame, years: str) -> list[Block]:
    """A group of charts over lives; nothing where no life receives anything."""
    mine = table[(table["measure"] == ALL_MEASURES) & table["item"].isin([f"{kind}_{_TERM}" for kind in _KINDS])]
    kinds = [kind for kind in _KINDS if mine.loc[mine["item"] == f"{kind}_{_TERM}", "total"].any()]
    if not kinds:
        return []
    kind = max(kinds, key=lambda name: mine.loc[mine["item"] == f"{name}_{_TERM}", "total"].abs().sum())
    rows = mine[mine["item"] == f"{kind}_{_TERM}"].copy()
    rows["error"] = rows["simulation_error"] / rows["lives"].where(rows["lives"] > 0)
    everybody = rows[rows["breakdown"] == "all"]
    everybody = everybody[everybody["total"] != 0]
    blocks: list[Block] = [Text(_CAVEAT.format(years=years), "small"), _by_cohort(everybody, kind)]
    cohort = longest_seen(everybody)
    blocks += [_within(rows[rows["birth_cohort"] == cohort], kind), _every_item(table, cohort)]
    line = lifetime_line(table)
    if line:
        blocks += [Text(f"{line[:1].upper()}{line[1:]}."), *_unspent(table)]
    return [Group("lifetimes", "Over lives", blocks)]


def longest_seen(rows: pd.DataFrame) -> str:
    """The cohort with the longest part of a working life in the published years; of equals, the youngest at first."""
    first, last = _WORKING_LIFE
    seen = rows["last_age"].clip(upper=last) - rows["first_age"].clip(lower=first)
    order = pd.DataFrame({"seen": -seen, "age": rows["first_age"], "cohort": rows["birth_cohort"]})
    return str(order.sort_values(["seen", "age", "cohort"])["cohort"].iloc[0])


def _by_cohort(rows: pd.DataFrame, kind: str) -> Figure:
    data = _bars_data(rows, rows["birth_cohort"])
    data["cut"], data["seen"] = rows["cut"].to_numpy(), rows["years_seen"].to_numpy()
    x = alt.X("group:N", title="Born in", sort=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True))
    tooltip = [
        alt.Tooltip("group:N", title="Born in"), alt.Tooltip("value:Q", title="£ a life", format=",.0f"),
        alt.Tooltip("error:Q", title="± standard error, £", format=",.0f"),
        alt.Tooltip("cut:N", title="What is seen"), alt.Tooltip("seen:Q", title="Years seen, on average", format=".1f"),
    ]  # fmt: skip
    y = alt.Y("value:Q", title="£ a life, present value", axis=alt.Axis(tickCount=6))
    bars = alt.Chart(data).mark_bar(color=theme.MAIN).encode(x=x, y=y, tooltip=tooltip)
    lines = alt.Chart(data).mark_rule(strokeWidth=1.5).encode(x=x, y="low:Q", y2="high:Q", tooltip=tooltip)
    title = _cohorts_title(rows, kind)
    columns = [
        Column("birth_cohort", "Born in"), Column("cut", "What is seen of a working life"),
        Column("years_seen", "Years seen, on average", "number"), Column("lives", "Lives", "count"),
        Column("per_life", "£ a life", "pounds", "error"),
        Column("total", "Together, £ million", "million", "simulation_error"),
    ]  # fmt: skip
    return Figure(
        "lives-by-cohort", title, (bars + lines).properties(height=theme.HEIGHT),
        Table("lives-by-cohort-data", str(rows["description"].iloc[0]), columns, rows),
        f"Bars of what a life receives {KIND_WORDS[kind]} by years of birth. {title}.",
        f"{rows['description'].iloc[0]}. Cohorts are seen at different ages: the data say at which. {ERROR_NOTE}",
    )  # fmt: skip


def _cohorts_title(rows: pd.DataFrame, kind: str) -> str:
    """What the cohort seen longest has, with its ages: cohorts seen at other ages are not to be ranked."""
    longest = rows[rows["birth_cohort"] == longest_seen(rows)].iloc[0]
    verb = "lose" if longest["per_life"] < 0 else "receive"
    return (
        f"Those born {longest['birth_cohort']}, seen for longest (ages {longest['first_age']:.0f} to "
        f"{longest['last_age']:.0f}), {verb} {pounds(abs(longest['per_life']))} each {KIND_WORDS[kind]}"
    )


def _bars_data(rows: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    data = pd.DataFrame(
        {"group": groups.to_numpy(), "value": rows["per_life"].to_numpy(), "error": rows["error"].to_numpy()}
    )
    return data.assign(low=data["value"] - data["error"], high=data["value"] + data["error"])


def _within(rows: pd.DataFrame, kind: str) -> Figure:
    """One cohort by lifetime income, sex and starting qualification."""
    rows = rows[~rows["group"].isin(_NOT_FIFTHS)]
    order = {"all": 0, "lifetime_income_fifth": 1, "sex": 2, "starting_qualification": 3}
    rows = rows.sort_values("breakdown", key=lambda names: names.map(order), kind="stable")
    cohort, cut = str(rows["birth_cohort"].iloc[0]), str(rows["cut"].iloc[0])
    labels = pd.Series([life_label(*key) for key in zip(rows["group"], rows["breakdown"], strict=True)])
    data = _bars_data(rows, labels)
    data["of"] = [in_words(breakdown) for breakdown in rows["breakdown"]]
    chart = _lying(data, "£ a life, present value", ",.0f")
    columns = [
        Column("of", "By"), Column("label", "Group"), Column("lives", "Lives", "count"),
        Column("years_seen", "Years seen, on average", "number"), Column("per_life", "£ a life", "pounds", "error"),
    ]  # fmt: skip
    frame = rows.assign(label=labels.to_numpy(), of=data["of"].to_numpy())
    title = _within_title(rows, kind, cohort)
    return Figure(
        "lives-by-group", title, chart,
        Table("lives-by-group-data", f"Received {KIND_WORDS[kind]} by lives of those born {cohort}", columns, frame),
        f"Bars of what a life receives {KIND_WORDS[kind]} by group. {title}.",
        f"Born {cohort}, of all cohorts seen for the longest part of a working life; {cut}. Qualification: in the "
        f"first year counted. {ERROR_NOTE}",
    )  # fmt: skip


def _lying(data: pd.DataFrame, axis: str, form: str) -> alt.LayerChart:
    y = alt.Y("group:N", title=None, sort=None)
    tooltip = [
        alt.Tooltip("of:N", title="By"), alt.Tooltip("group:N", title="Group"),
        alt.Tooltip("value:Q", title=axis, format=form), alt.Tooltip("error:Q", title="± standard error", format=form),
    ]  # fmt: skip
    colours = [theme.QUIET, theme.MAIN, theme.CONTRAST, theme.GAIN]
    names = list(dict.fromkeys(data["of"]))
    colour = alt.Color("of:N", title=None, sort=names, legend=None, scale=alt.Scale(domain=names, range=colours))
    x = alt.X("value:Q", title=axis, axis=alt.Axis(tickCount=6))
    bars = alt.Chart(data).mark_bar().encode(x=x, y=y, color=colour, tooltip=tooltip)
    lines = alt.Chart(data).mark_rule(strokeWidth=1.5).encode(x="low:Q", x2="high:Q", y=y, tooltip=tooltip)
    return (bars + lines).properties(height=_BAR * max(len(data), 2))


def _within_title(rows: pd.DataFrame, kind: str, cohort: str) -> str:
    lives = rows[rows["breakdown"] == "lifetime_income_fifth"].set_index("group")
    if not {_POOREST, _RICHEST} <= set(lives.index):
        return f"What lives of those born {cohort} receive {KIND_WORDS[kind]}, by group"
    poor, rich = (lives.loc[group].to_dict() for group in (_POOREST, _RICHEST))
    one, other = pounds(poor["per_life"]), pounds(rich["per_life"])
    if not are_apart(poor["per_life"], poor["error"], rich["per_life"], rich["error"]):
        return f"Born {cohort}, the poorest and the richest fifth by lifetime income hardly differ {KIND_WORDS[kind]}"
    what = f"{one} a life {KIND_WORDS[kind]} in the poorest fifth by lifetime income"
    return f"Born {cohort}: {what}, {other} in the richest"


def life_label(group: str, breakdown: str) -> str:
    """A group of lives in words."""
    return _WORDS.get(group, labelled(group, breakdown))


def _every_item(table: pd.DataFrame, cohort: str) -> Table:
    """Everything that is followed over lives of one cohort, of all its lives together."""
    rows = table[(table["birth_cohort"] == cohort) & (table["breakdown"] == "all")]
    rows = rows[~rows["item"].str.endswith(("_nominal", "_real")) | rows["item"].eq(_LEFT)]
    rows = rows[(rows["total"].fillna(0.0) != 0) | (rows["ratio"].fillna(0.0) != 0)]
    each = rows["per_life"].fillna(rows["ratio"])
    error = (rows["simulation_error"] / rows["lives"]).where(rows["ratio"].isna(), rows["simulation_error"])
    frame = rows.assign(measure=[in_words(name) for name in rows["measure"]], each=each, error_of_each=error)
    columns = [
        Column("measure", "Measure"), Column("description", "What"), Column("unit", "Unit"),
        Column("each", "For each life", "number"), Column("error_of_each", "± standard error", "number"),
    ]  # fmt: skip
    return Table(
        "lives-every-item", f"All that is followed over lives of those born {cohort}", columns, frame, folded=True
    )


def _unspent(table: pd.DataFrame) -> list[Block]:
    """Money left at the upper age in the youngest cohort most of which gets there, by group."""
    blocks: list[Block] = []
    for measure, mine in table.groupby("measure", sort=False):
        reached = mine[(mine["item"] == _REACHED) & (mine["breakdown"] == "all") & (mine["per_life"] >= _FEW)]
        if len(reached):
            cohort = str(reached.sort_values("birth_cohort")["birth_cohort"].iloc[-1])
            blocks.append(_unspent_figure(mine[mine["birth_cohort"] == cohort], str(measure), cohort))
    return blocks


def _unspent_figure(rows: pd.DataFrame, measure: str, cohort: str) -> Figure:
    found = rows[(rows["item"] == _UNSPENT) & rows["ratio"].notna() & ~rows["group"].isin(_NOT_FIFTHS)]
    left = rows[rows["item"] == _LEFT].set_index(["breakdown", "group"])
    order = {"all": 0, "lifetime_income_fifth": 1, "sex": 2, "starting_qualification": 3}
    found = found.sort_values("breakdown", key=lambda names: names.map(order), kind="stable")
    keys = list(zip(found["breakdown"], found["group"], strict=True))
    frame = pd.DataFrame({
        "of": [in_words(breakdown) for breakdown, _ in keys],
        "group": [life_label(group, breakdown) for breakdown, group in keys],
        "share": found["ratio"].to_numpy(), "error": found["simulation_error"].to_numpy(),
        "left": left["ratio"].reindex(keys).to_numpy(),
        "error_of_left": left["simulation_error"].reindex(keys).to_numpy(),
    })  # fmt: skip
    data = frame.assign(value=100 * frame["share"], error=100 * frame["error"])
    data = data.assign(low=data["value"] - data["error"], high=data["value"] + data["error"])
    whole = frame[[breakdown == "all" for breakdown, _ in keys]]
    share = f"{100 * whole['share'].iloc[0]:.0f} %" if len(whole) else "Some"
    title = f"{share} of those born {cohort} who keep an account until the upper age leave money unspent"
    columns = [
        Column("of", "By"), Column("group", "Group"), Column("share", "Had money left", "share", "error"),
        Column("left", "Left for each, £, real terms", "pounds", "error_of_left"),
    ]  # fmt: skip
    chart = _lying(data[["of", "group", "value", "error", "low", "high"]], "% with money left", ".1f")
    name = f"unspent-{measure}"
    return Figure(
        name, title, chart,
        Table(f"{name}-data", f"Money left at the upper age, born {cohort}", columns, frame),
        f"Bars of the share of people who had money left at the upper age, by group. {title}.",
        f"{in_words(measure)}. Of those who had an account until then; the youngest cohort most of which gets there. "
        + ERROR_NOTE,
    )  # fmt: skip
