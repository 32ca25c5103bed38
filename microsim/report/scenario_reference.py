"""The scenario reference: every key of a scenario file, as a page of Markdown, from the same models that check files.

Nothing is written here twice: names, units, defaults, limits, meanings and sources are those of the fields themselves,
and official figures those of `microsim.parameters`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from microsim.measures.contract import Measure
from microsim.parameters.load import Entry, load_parameters
from microsim.report.scenario_keys import Key, allowed_text, figures_in, keys_of, quantity_text
from microsim.scenario.schema import ScenarioFile
from microsim.scenario.shapes import DISTRIBUTIONS
from microsim.scenario.uncertainty import Varied
from microsim.years import format_financial_year

_OPENING = """\
Every key that a scenario file may hold: what it is, its unit, its default, what is allowed, and where the default comes
from. This page is made by `microsim schema --markdown` from the same definitions that check your file, so it cannot
disagree with them. `microsim schema` gives the JSON Schema, with which an editor completes and checks keys as you type.

How values are written:

- **A number** may be plain (`0.04`), a range (`{central: 0.04, low: 0.02, high: 0.05, source: "...", quality:
  judgement}`) or dated (`{2026-27: 0.04, 2030-31: 0.05}`): each value holds until the next.
  [`microsim uncertainty`](uncertainty.md) draws from ranges, by a `distribution` of your choice.
- **A key** is written here with stops: `launch.rule` stands for `launch: {rule: ...}`, and `[]` marks each item of a
  list.
- **What a file leaves out** comes from the file it `extends`, and from the defaults below. `null` takes away what was
  inherited.
- **A wrong key or value** is an error with its line and column, never ignored."""
_MEASURES = """\
A measure stands under `measures` by a name that you choose. Two keys are the same for all: `kind`, which measure it is,
and `enabled`, which leaves it out when `false`. The other keys are those of its kind, below."""
_OFFICIAL = """\
Official figures may be replaced under `parameters`, by name: `income_tax.basic_rate: {2027-28: 0.21}`. A figure that a
government sets (marked *policy*) changes the reform alone; any other changes both arms. After its last value a figure
follows what the second column says; `uprating: prices` puts prices in the place of earnings."""
_VARY = """\
Each path of `uncertainty.vary` takes {keys}; a `distribution` is {distributions}: [what they mean](uncertainty.md)."""
_MOST = 6  # keys named beside a source that they share


def scenario_reference(measures: Mapping[str, Measure]) -> str:
    """The page, for the measures of these kinds."""
    return "\n".join(_page(measures)) + "\n"


def _page(measures: Mapping[str, Measure]) -> Iterator[str]:
    yield from ("# Scenario reference", "", _OPENING, "", "## The file", "")
    keys = [key for key in keys_of(ScenarioFile) if key.path != "measures"]
    yield from _table(keys)
    yield from _sources(keys)
    yield from ("", _VARY.format(keys=_listed(Varied._fields), distributions=_listed(DISTRIBUTIONS)))
    yield from ("", "## Measures", "", _MEASURES)
    for kind in sorted(measures):
        keys = list(keys_of(measures[kind].params))
        yield from ("", f"### {kind}", "", f"{measures[kind].title}.", "")
        yield from _table(keys)
        yield from _sources(keys)
    yield from ("", "## Official figures", "", _OFFICIAL)
    groups: dict[str, list[Entry]] = {}
    for entry in load_parameters().entries():
        groups.setdefault(entry.name.partition(".")[0] if "." in entry.name else "economy", []).append(entry)
    for group, entries in groups.items():
        yield from ("", f"### Figures: {group.replace('_', ' ')}", "")
        yield from _official(entries)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(keys: list[Key]) -> Iterator[str]:
    yield from ("| Key | Default (range) | What may stand there | Meaning |", "|---|---|---|---|")
    for key in keys:
        cells = (f"`{key.path}`", key.default, "; ".join(filter(None, (key.what, key.allowed))), key.meaning)
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _sources(keys: list[Key]) -> Iterator[str]:
    """Where the defaults come from, those of one source together."""
    by_source: dict[tuple[str, str], list[str]] = {}
    for key in keys:
        for path, value in figures_in(key.value, key.path):
            if value.source:
                by_source.setdefault((value.source, value.quality or ""), []).append(f"`{path}`")
    if not by_source:
        return
    yield from ("", "Sources of the defaults:", "")
    for (source, quality), paths in by_source.items():
        more = f" and {len(paths) - _MOST} more" if len(paths) > _MOST else ""
        yield f"- {', '.join(paths[:_MOST])}{more} ({quality}): {' '.join(source.split())}"


def _official(entries: list[Entry]) -> Iterator[str]:
    yield from ("| Figure | Value, and after the last | Unit, and limits | Meaning and source |", "|---|---|---|---|")
    for entry in entries:
        after = _after(entry)
        policy = " (*policy*)" if entry.policy else ""
        about = f"{entry.description}{policy}. {entry.source}; {entry.quality}"
        allowed = "; ".join(filter(None, (entry.unit, allowed_text(entry.limits()))))
        value = quantity_text(entry.values)
        if entry.unit == "financial year":
            value = f"`{format_financial_year(int(entry.values.steps[0].central))}`"
        cells = (f"`{entry.name}`", value + after, allowed, about)
        yield "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"


def _after(entry: Entry) -> str:
    """What a dated figure does after its last value."""
    rule = entry.long_run
    if rule is None:
        return ""
    if rule.uprate_by:
        return f"; then grows with `{rule.uprate_by}`"
    return "; then stays" if rule.hold else f"; then goes to `{rule.value:.15g}`"
