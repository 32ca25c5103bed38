"""A calculation in steps: every rule that is applied, in order, with the official figures that it used.

The rules are the kernels that runs compile, read here as plain Python (`py_func`): no formula is written twice. The
figures of a step are those that the rule asked for as it ran, but for those that change nothing: the rate of couples
for a single person, say.
"""

from __future__ import annotations

import functools
import inspect
import math
import re
import sys
from collections import defaultdict
from typing import Any, NamedTuple

from microsim.parameters.load import Parameters
from microsim.taxes.lines import TAX_LINES

SIGNS = {line.name: line.net for line in TAX_LINES}
PENCE = 100


class Step(NamedTuple):
    """One line of the calculation. `line` is the part of net income that the amount is: its sign is in `TAX_LINES`."""

    who: str
    section: str
    label: str
    how: str
    amount: float
    line: str | None = None
    rule: str = ""  # subject.function
    law: str = ""
    figures: tuple[str, ...] = ()  # names of the official figures that the rule used
    unit: str = "£"  # a year; "£ owned" is at one time


class _Asked:
    """Stands for the rates of a subject and notes which of them a rule asks for."""

    def __init__(self, rates: Any) -> None:
        self._rates = rates
        self.names: list[str] = []

    def __getattr__(self, name: str) -> float:
        if name not in self.names:
            self.names.append(name)
        return float(getattr(self._rates, name))

    def matters(self, name: str, run: Any, given: tuple[Any, ...], amount: float) -> bool:
        """Whether the amount would be another if the figure were half or twice as large."""
        now = getattr(self._rates, name)
        return any(float(run(*given, self._rates._replace(**{name: now * times}))) != amount for times in (0.5, 2.0))

    def is_quoted(self, name: str, how: str) -> bool:
        """Whether the sum in words names the figure."""
        now = getattr(self._rates, name)
        return money(now) in how or per_cent(now) in how


class Worksheet:
    """The steps so far, and the whole pence of every part of net income by who has it."""

    def __init__(self, parameters: Parameters, year: int) -> None:
        self.parameters, self.year = parameters, year
        self.steps: list[Step] = []
        self.pence: dict[tuple[str, str], int] = defaultdict(int)  # by (who, line)
        self._rates: dict[str, Any] = {}

    def rates(self, subject: str) -> Any:
        """The year's rates of a subject: those of `microsim/taxes/SUBJECT.py`."""
        if subject not in self._rates:
            module = sys.modules[f"microsim.taxes.{subject}"]
            self._rates[subject] = getattr(module, f"{subject}_rates")(self.parameters, self.year)
        return self._rates[subject]

    def rule(
        self, who: str, section: str, label: str, function: Any, *given: Any, how: str, line: str | None = None,
        unit: str = "£",
    ) -> float:  # fmt: skip
        """Apply a rule (the rates of its subject are its last argument, if it has any) and write the step down."""
        module = sys.modules[function.__module__]
        subject = function.__module__.rpartition(".")[2]
        asked = _Asked(self.rates(subject))
        run = plain(function)
        wants_rates = "rates" in inspect.signature(run).parameters
        amount = float(run(*given, *([asked] if wants_rates else [])))
        matter = [name for name in asked.names if asked.is_quoted(name, how) or asked.matters(name, run, given, amount)]
        figures = tuple(module.PARAMETERS[name] for name in matter)
        rule = f"{subject}.{function.__name__}"
        self._add(Step(who, section, label, how, amount, line, rule, law_of(function), figures, unit))
        return amount

    def note(
        self, who: str, section: str, label: str, amount: float, how: str, line: str | None = None, unit: str = "£"
    ) -> float:
        """Write down an amount that is given, or a sum of steps."""
        self._add(Step(who, section, label, how, amount, line, unit=unit))
        return amount

    def _add(self, step: Step) -> None:
        if step.line is not None:
            self.pence[step.who, step.line] += whole_pence(step.amount)
            step = step._replace(amount=whole_pence(step.amount) / PENCE)
        self.steps.append(step)

    def pounds(self, who: str, *lines: str) -> float:
        """The sum of some lines of somebody."""
        return sum(self.pence[who, line] for line in lines) / PENCE

    def net_pence(self) -> int:
        """Net income of all together."""
        return sum(pence * SIGNS[line] for (_, line), pence in self.pence.items())


def plain(function: Any) -> Any:
    """A rule as plain Python, which it already is where the compiler is switched off."""
    return getattr(function, "py_func", function)


def whole_pence(pounds: float) -> int:
    """Whole pence, halves up, as runs round."""
    return math.floor(pounds * PENCE + 0.5)


def money(pounds: float) -> str:
    """Pounds as text: 12,570 or 1,234.56."""
    text = f"{pounds:,.2f}"
    return text.removesuffix(".00")


def per_cent(share: float) -> str:
    """A share as text: 8.75 %."""
    return f"{100 * share:.4g} %"


_NAME = r"(?:[A-Z][A-Za-z']*|and|of|for|\([A-Z][a-z' A-Z]+\)) "
_ACT = re.compile(rf"((?:{_NAME})*(?:Act|Regulations) [0-9]{{4}})")
_BRACKETS = re.compile(r"\(([^()]*(?:section|regulation|Act [0-9]|Schedule)[^()]*(?:\([^()]*\)[^()]*)*)\)")
_SENTENCE = re.compile(rf"(?:^|[.] )({_ACT.pattern}[^.:]*)")


@functools.cache
def law_of(function: Any) -> str:
    """The law that a rule's docstring cites, with the act or regulations of its file where it names only a section."""
    text = " ".join((function.__doc__ or "").split())
    module = " ".join((sys.modules[function.__module__].__doc__ or "").split())
    matches = [found for pattern in (_BRACKETS, _SENTENCE) if (found := pattern.search(text))]
    law = min(matches, key=lambda found: found.start())[1] if matches else ""
    kind = "Regulations" if law.startswith("regulation") else "Act"
    if not law or law.startswith(("regulation", "section")):
        named = [name for name in _ACT.findall(module) if f"{kind} " in name or not law]
        law = ", ".join(part for part in (*named[:1], law) if part)
    return law
