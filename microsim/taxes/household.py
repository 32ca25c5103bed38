"""One household as somebody describes it, for `microsim tax`: who lives in it, what each has, and what the home costs.

A *family* is one adult or a couple with the children under 16 in their care. The household's own family comes first;
`others` are further families at the same address: grown-up children, young people of 16 to 19 at school or college
(who count as children of the first family), or sharers. Money is in pounds of the year, by the year unless it says
otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import ValidationError, model_validator

from microsim.errors import InputError, Place, Problem
from microsim.scenario.schema import problems_of
from microsim.scenario.source import KeyPath, read_yaml
from microsim.scenario.values import Fault, FinancialYear, MeasureParams, describe, faults_error, read_params, setting

OLDEST_CHILD = 15
DEFAULT_YEAR = 2026

EXAMPLE = """\
# A household for `microsim tax`. Money is in pounds a year unless the key says otherwise; what is left out is nothing.
year: 2026-27
adults:                       # one adult, or a couple
  - age: 38                   # on 1 April of the year
    pay: 34000                # gross, as an employee; profit: of the self-employed
    pension_contribution: 1700
    loan_plan: 2
  - age: 36
    pay: 14000
children: [3, 8]              # ages under 16, on 1 April
childcare_a_month: 400
home:
  tenure: private             # owned, private or social
  rent_a_month: 950
  rent_cap_a_month: 850       # Local Housing Allowance of the area
  council_tax: 1900           # the bill before discounts; the average dwelling's unless given
others:                       # further families at the address: grown-up children, young people, sharers
  - adults: [{age: 17, study: college}]
"""


class Adult(MeasureParams):
    """A person of 16 or more."""

    age: int = setting(unit="years", description="Age on 1 April of the year", ge=16, le=110)
    birth_month: int = setting(
        6,
        unit="month",
        description="Month of birth, 0 April to 11 March: when State Pension age is reached",
        ge=0,
        le=11,
    )
    sex: Literal["female", "male"] = setting(
        "female", unit="choice", description="Decides which State Pension those born from 1951 to 1953 have"
    )
    pay: float = setting(0.0, unit="pounds a year", description="Gross pay as an employee", ge=0)
    profit: float = setting(0.0, unit="pounds a year", description="Profit from self-employment", ge=0)
    pension_contribution: float = setting(
        0.0, unit="pounds a year", description="The employee's own contribution to a workplace pension", ge=0
    )
    private_pension: float = setting(0.0, unit="pounds a year", description="Private pensions, before tax", ge=0)
    state_pension: float = setting(
        0.0,
        unit="share of the full rate",
        description="State Pension, once over its age: 1 is the full rate",
        ge=0,
        le=4,
    )
    savings: float = setting(0.0, unit="pounds a year", description="Interest on savings", ge=0)
    dividends: float = setting(0.0, unit="pounds a year", description="Dividends", ge=0)
    property: float = setting(0.0, unit="pounds a year", description="Income from letting", ge=0)
    loan_plan: Literal[0, 1, 2, 5] = setting(0, unit="plan", description="Student loan: plan 1, 2 or 5, 0 for none")
    postgraduate_loan: bool = setting(False, unit="switch", description="Whether a postgraduate loan is owed")
    apprentice: bool = setting(False, unit="switch", description="Whether the employee is an apprentice")
    carer: bool = setting(
        False,
        unit="switch",
        description="Whether the person cares 35 hours a week for somebody with a disability benefit",
    )
    limited_capability: bool = setting(
        False, unit="switch", description="Whether the person has limited capability for work and work-related activity"
    )
    disability_benefit_a_week: float = setting(
        0.0, unit="pounds a week", description="Personal Independence Payment or Attendance Allowance", ge=0
    )
    study: Literal["none", "school", "college", "university"] = setting(
        "none", unit="choice", description="Full-time study: at 16 to 19 in school or college counts as a child"
    )

    @model_validator(mode="after")
    def _contributes_from_pay(self) -> Self:
        if self.pension_contribution > self.pay + self.profit:
            found, expected = (
                f"{self.pension_contribution:g}",
                f"at most the pay and profit of {self.pay + self.profit:g}",
            )
            fault = Fault(("pension_contribution",), "more than is earned", found, expected)
            raise faults_error([fault])
        return self


class Home(MeasureParams):
    """The home and what it costs."""

    tenure: Literal["owned", "private", "social"] = setting("owned", unit="choice", description="Owned or rented")
    rent_a_month: float = setting(0.0, unit="pounds a month", description="Rent", ge=0)
    rent_cap_a_month: float | None = setting(
        None, unit="pounds a month", description="Local Housing Allowance, private tenants; no limit unless given", ge=0
    )
    council_tax: float | None = setting(
        None, unit="pounds a year", description="Bill before discounts; the average dwelling's unless given", ge=0
    )
    london: bool = setting(False, unit="switch", description="Whether it is in Greater London")
    shared: bool = setting(False, unit="switch", description="Whether unrelated people share it and its rent")

    @model_validator(mode="after")
    def _rent_of_tenants(self) -> Self:
        if self.tenure == "owned" and self.rent_a_month > 0:
            expected = "tenure: private or social, or no rent"
            fault = Fault(("rent_a_month",), "an owned home has no rent", f"{self.rent_a_month:g}", expected)
            raise faults_error([fault])
        if self.tenure != "private" and self.rent_cap_a_month is not None:
            fault = Fault(("rent_cap_a_month",), "only private tenants have one", f"tenure: {self.tenure}")
            raise faults_error([fault])
        return self


class Family(MeasureParams):
    """One adult or a couple, and the children in their care."""

    adults: tuple[Adult, ...] = setting(unit="list", description="One adult, or the two partners of a couple")
    children: tuple[int, ...] = setting(
        (), unit="years", description="Ages of the children on 1 April", ge=0, le=OLDEST_CHILD
    )
    childcare_a_month: float = setting(0.0, unit="pounds a month", description="Paid for childcare", ge=0)
    capital: float | None = setting(
        None,
        unit="pounds",
        description="Savings and other capital; what interest, dividends and letting suggest unless given",
        ge=0,
    )
    claims: bool = setting(
        True, unit="switch", description="Whether the family claims the means-tested benefits due to it"
    )
    claims_child_benefit: bool = setting(True, unit="switch", description="Whether it claims Child Benefit")
    married: bool = setting(True, unit="switch", description="Whether a couple is married or in a civil partnership")
    health_protected: bool | None = setting(
        None,
        unit="switch",
        description="Limited capability: true where the health element began before 6 April 2026 or the condition is "
        "severe, false where not; the average of those who have it unless given",
    )

    @model_validator(mode="after")
    def _one_or_two(self) -> Self:
        if not 1 <= len(self.adults) <= 2:
            expected = "one adult or two partners; anybody else is in a family of others"
            raise faults_error([Fault(("adults",), "wrong number of adults", str(len(self.adults)), expected)])
        return self


class Household(Family):
    """All who live at an address."""

    year: FinancialYear | None = setting(None, unit="financial year", description="Year whose rules are applied")
    home: Home = setting(Home(), unit="mapping", description="The home and what it costs")
    others: tuple[Family, ...] = setting((), unit="list", description="Further families at the same address")

    @property
    def families(self) -> tuple[Family, ...]:
        """Every family, the household's own first."""
        return (self, *self.others)


def read_household(path: str | Path) -> Household:
    """A household from a YAML file. Raises InputError with every problem and its place."""
    source = read_yaml(Path(path))
    return household_from(source.values, source.places, Place(str(path), 1, 1))


def household_from(values: Any, places: Mapping[KeyPath, Place] | None = None, start: Place | None = None) -> Household:
    """A household from plain values, such as a file's. Raises InputError with every problem."""
    if not isinstance(values, dict):
        raise InputError(Problem("not a household", start, describe(values), "a mapping with the key adults"))
    try:
        return read_params(Household, values)
    except ValidationError as error:
        raise InputError(problems_of(error, Household, (), places or {})) from None
