"""Barnett consequentials: what spending in England brings the other governments of the United Kingdom.

Source of the rule: HM Treasury, Statement of funding policy. Comparability x population relative to England x the
needs-based factor, added over the countries; `Barnett` holds it as one figure, `BarnettByCountry` figure by figure.
"""

from __future__ import annotations

from microsim.scenario.figures import default_figures
from microsim.scenario.values import MeasureParams, Quantity, quantity, setting

FIGURES = default_figures(__file__)
COUNTRIES = ("scotland", "wales", "northern_ireland")


class Included(MeasureParams):
    """Whether the consequentials are part of the cost."""

    include: bool = setting(
        False,
        unit="true or false",
        description="Whether the scorecard has them: the paper's pledge is England's, and its money is found as such",
    )


class Barnett(Included):
    """What the other governments of the United Kingdom get because spending in England rises."""

    share: Quantity = FIGURES.share("share", "Added to the devolved budgets per pound of new spending in England")


class Population(MeasureParams):
    """People, for the population proportions of the Barnett formula."""

    england: Quantity = quantity(FIGURES["population.england"], unit="people", description="People of England", gt=0)
    scotland: Quantity = FIGURES.number("population.scotland", "People of Scotland", "people", None)
    wales: Quantity = FIGURES.number("population.wales", "People of Wales", "people", None)
    northern_ireland: Quantity = FIGURES.number(
        "population.northern_ireland", "People of Northern Ireland", "people", None
    )


class Needs(MeasureParams):
    """Needs-based factors on consequentials."""

    scotland: Quantity = FIGURES.number("needs.scotland", "Factor for Scotland", "ratio", 5)
    wales: Quantity = FIGURES.number("needs.wales", "Factor for Wales", "ratio", 5)
    northern_ireland: Quantity = FIGURES.number("needs.northern_ireland", "Factor for Northern Ireland", "ratio", 5)


class BarnettByCountry(Included):
    """Consequentials of spending in England for the other governments of the United Kingdom."""

    comparability: Quantity = FIGURES.share("comparability", "Part of the department's spending that is devolved")
    population: Population = setting(Population(), unit="group", description="People by country")
    needs: Needs = setting(Needs(), unit="group", description="Needs-based factors")


def share_of_country(barnett: BarnettByCountry, country: str, year: int) -> float:
    """Pounds of one country's consequentials for each pound of spending in England."""
    return float(barnett.comparability.at(year) * _of_comparable(barnett, country, year))


def share_of_countries(barnett: BarnettByCountry, year: int) -> float:
    """Pounds of consequentials for each pound of spending in England."""
    return float(barnett.comparability.at(year) * sum(_of_comparable(barnett, one, year) for one in COUNTRIES))


def _of_comparable(barnett: BarnettByCountry, country: str, year: int) -> float:
    """The same for each pound of comparable spending."""
    people, needs = barnett.population, barnett.needs
    return float(getattr(people, country).at(year) / people.england.at(year) * getattr(needs, country).at(year))
