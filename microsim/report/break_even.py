"""A break-even as text: the value found, what the costing comes to there and beside it, and what was tried."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from microsim.uncertainty.break_even import Search, Tried
from microsim.uncertainty.numeric import Numeric
from microsim.uncertainty.target import Target

_WHY_NOT = "it goes in steps, and jumps over the target here"


def break_even_text(name: str, field: Numeric, target: Target, found: Search, runs: int, width: int) -> str:
    """What a search found. Amounts of money are in pounds, plus is a cost."""
    rows = [f"{name}: the value of {field.path} at which {target.subject} is {amount_text(target.amount, target)}"]
    rows += list(_answer(field, target, found) if found.best is not None else _no_answer(field, target, found))
    rows.append(f"{runs} values tried in {found.passes} passes over the same people with the same luck")
    return "\n".join(textwrap.fill(row, width, subsequent_indent="  ") if len(row) > width else row for row in rows)


def _answer(field: Numeric, target: Target, found: Search) -> Iterator[str]:
    best, bracket = found.best, found.bracket
    if best is None or bracket is None:
        return
    yield ""
    yield f"{field.text(best.value)}  ({_unit(field)}{field.text(field.number)} in the scenario)"
    yield f"{target.subject} there: {amount_text(best.amount, target)}"
    first, last = bracket
    if first != last:
        rises = "rises" if last.amount >= first.amount else "falls"
        tried = " and ".join(f"{amount_text(end.amount, target)} at {field.text(end.value)}" for end in bracket)
        yield f"Tried beside it: {tried}: it {rises} with the value"
    if not found.met:
        yield f"This is the nearest: {'the field takes whole numbers' if field.whole else _WHY_NOT}"
    if len(found.crossings) > 1:
        around = "; ".join(f"{field.text(one.value)} to {field.text(other.value)}" for one, other in found.crossings)
        yield (f"Among the values tried it meets the target {len(found.crossings)} times: {around}. The one nearest to "
               "the scenario's own value is shown")  # fmt: skip
    if field.kind == "dated series":
        yield "A dated series is scaled: all its values are multiplied by the same number"


def _no_answer(field: Numeric, target: Target, found: Search) -> Iterator[str]:
    yield ""
    if not found.tried:
        yield "No value in that range can be tried"
        return
    if len({one.amount for one in found.tried}) == 1:
        throughout = amount_text(found.tried[0].amount, target)
        yield f"Cannot be met: {field.path} does not move it. It is {throughout} throughout"
        return
    ends = " and ".join(_at(field, target, end) for end in (found.tried[0], found.tried[-1]))
    nearest = min(found.tried, key=lambda one: abs(one.amount - target.amount))
    yield f"Cannot be met between the values tried: {ends}; nearest {_at(field, target, nearest)}"


def _at(field: Numeric, target: Target, tried: Tried) -> str:
    return f"{amount_text(tried.amount, target)} at {field.text(tried.value)}"


def _unit(field: Numeric) -> str:
    return f"{field.unit}; " if field.unit and field.kind in ("number", "whole number") else ""


def amount_text(amount: float, target: Target) -> str:
    """An amount as it is shown: £ million, or people."""
    if not target.money:
        return f"{amount:,.0f}"
    minus = "-" if amount < 0 else ""
    return f"{minus}£{abs(amount) / 1e6:,.1f}m"
