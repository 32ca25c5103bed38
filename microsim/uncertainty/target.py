"""Which amount of a costing is meant, and what a break-even is asked to meet, as a user writes it.

An example is "cost of training_grant 2034-35 real = 1.5bn":

    cost [of MEASURE] YEAR [PRICES] = AMOUNT      pounds; plus is a cost to the Exchequer, minus a gain
    LINE of MEASURE YEAR [PRICES] = AMOUNT        a line of the measure in the reform, without a sign: "users of ..."

YEAR is a financial year or "all years"; PRICES is cash (unless given), real or present value; AMOUNT is a number that
may end in k, m or bn.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from microsim.errors import InputError, Problem, nearest
from microsim.scenario.written import number_meant
from microsim.years import format_financial_year, format_years, to_financial_year

FORM = 'cost [of MEASURE] YEAR|"all years" [real|present value] = AMOUNT, such as "cost 2034-35 = 1.5bn"'
COST = "cost"
ALL_YEARS = "all years"
PRICES = ("cash", "real", "present_value")
_WRITTEN = re.compile(
    r"(?P<what>[A-Za-z_]\w*)(?:\s+of\s+(?P<measure>\w+))?(?:\s+in)?\s+(?P<when>all years|[0-9][0-9-]*)"
    r"(?:\s+(?:in\s+)?(?P<prices>[A-Za-z_][A-Za-z_ ]*?))?\s*=\s*(?P<amount>.+)"
)


class Target(NamedTuple):
    """An amount of money, or of people, that some part of a costing should come to."""

    what: str  # COST, or the name of a line
    measure: str | None  # None: all measures together
    year: str  # a financial year, or ALL_YEARS
    prices: str
    amount: float
    money: bool = True  # or people

    @property
    def subject(self) -> str:
        """What should come to the amount, in words."""
        of = f" of {self.measure}" if self.measure else ""
        prices = "" if self.prices == "cash" else f" {self.prices.replace('_', ' ')}"
        return f"{self.what}{of} {self.year}{prices}"


class Question(NamedTuple):
    """Which amount is asked about: one measure or all (None), a financial year or ALL_YEARS, the prices."""

    measure: str | None
    year: str
    prices: str

    @property
    def text(self) -> str:
        """The amount in words."""
        prices = "" if self.prices == "cash" else f", {self.prices.replace('_', ' ')}"
        return f"the cost of {self.measure or 'all measures'}, {self.year}{prices}"


def read_target(text: str, years: range, lines: Mapping[str, Collection[str]]) -> Target:
    """The target that a text states, for a scenario of those years whose measures have those `lines`.

    Raises InputError saying what is wrong with it.
    """
    match = _WRITTEN.fullmatch(" ".join(text.split()))
    if match is None:
        raise InputError(Problem("not something to solve for", None, repr(text), FORM))
    what, measure = match["what"], match["measure"]
    if measure is not None and measure not in lines:
        raise InputError(Problem(f"no measure named {measure}", None, None, ", ".join(lines), nearest(measure, lines)))
    if what != COST:
        _check_line(what, measure, lines)
    return Target(
        what, measure, read_when(match["when"], years), _prices(match["prices"]), read_amount(match["amount"])
    )


def _check_line(line: str, measure: str | None, lines: Mapping[str, Collection[str]]) -> None:
    if measure is None:
        expected = f"cost, or a line with its measure: {line} of MEASURE"
        raise InputError(Problem("not something to solve for", None, line, expected, nearest(line, [COST])))
    if line not in lines[measure]:
        named = ", ".join((COST, *lines[measure]))
        raise InputError(Problem(f"{measure} has no line {line}", None, None, named, nearest(line, lines[measure])))


def read_when(text: str, years: range) -> str:
    """A financial year among `years` as it is written, or ALL_YEARS. Raises InputError."""
    if text == ALL_YEARS:
        return ALL_YEARS
    try:
        year = to_financial_year(text)
    except ValueError as error:
        raise InputError(str(error)) from None
    if year not in years:
        found = format_financial_year(year)
        raise InputError(
            Problem("a year outside the scenario's", None, found, f"{format_years(years)}, or {ALL_YEARS}")
        )
    return format_financial_year(year)


def _prices(text: str | None) -> str:
    name = (text or "cash").strip().lower().replace(" ", "_").removesuffix("_prices").removesuffix("_terms")
    if name not in PRICES:
        raise InputError(Problem("no such prices", None, text, "cash, real or present value", nearest(name, PRICES)))
    return name


def read_amount(text: str) -> float:
    """The pounds, or people, that a text such as 1.5bn, -£20m or 500,000 stands for. Raises InputError."""
    meant = None if text.strip().endswith(("%", "cent")) else number_meant(text)
    if meant is None:
        raise InputError(Problem("not an amount", None, repr(text), "a number such as 1.5bn, 500m, 35k or -20m"))
    return float(meant)
