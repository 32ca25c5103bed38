"""Interest, dividends and profit from letting: how common and how large they are, and the rank each person starts with.

How common each kind is goes by age and by sixteenths of the rank in wealth; levels are those of the tax statistics.
Which people of a sixteenth have it, and how much, is drawn for each kind apart.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.columns import bands
from microsim.population.health import expit
from microsim.population.ipf import Floats
from microsim.population.margins import Table
from microsim.population.people import People
from microsim.population.ranks import WEALTH, Weights, assign_rank
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "england_investment_income", "wealth_and_earning_power", "wealth_and_attainment", "interest_gradient",
    "dividends_gradient", "property_gradient", "amount_gradient", "interest_spread", "dividends_spread",
    "property_spread", "untaxed_people_interest", "untaxed_people_dividends", "untaxed_people_property",
    "untaxed_amount_interest", "untaxed_amount_dividends", "untaxed_amount_property",
)  # fmt: skip
INCOME_YEAR = 2023  # financial year of the tax statistics, whose pounds amounts are in
KINDS = ("interest", "dividends", "property")
SIXTEENTHS = 16  # of the rank in wealth
_ROUNDS = 60


class Wealth(NamedTuple):
    """Fitted arrays; their axes are in AXES."""

    share: Floats  # of people who have income of the kind
    mean: Floats  # its mean among those with some, pounds of INCOME_YEAR
    weights: Floats  # of the rank, see `ranks.Weights`


AXES: dict[str, tuple[str, ...]] = {
    "share": ("kind", "age", "sixteenth"),
    "mean": ("kind", "age", "sixteenth"),
    "weights": ("part",),
}


def fit(sources: Sources) -> Wealth:
    """Fit from the published tables."""
    people = sources.people.sum((0, 2, 3, 4)).astype(np.float64)  # by age
    published = Table(sources.tables / "personal_incomes_2024.csv")
    shapes = Table(sources.tables / "savings_and_property_by_age.csv")
    england = sources.figure("england_investment_income")
    share, mean = np.empty((2, len(KINDS), len(axes.AGES), SIXTEENTHS))
    place = sixteenth_scores()
    for at, kind in enumerate(KINDS):
        number = published.floats(f"{kind}_people").sum() * england
        number *= 1.0 + sources.figure(f"untaxed_people_{kind}")
        total = published.floats(f"{kind}_amount").sum() * england
        total *= 1.0 + sources.figure(f"untaxed_amount_{kind}")
        common = by_age(shapes, kind)
        share[at] = shares(common * number / (common * people).sum(), sources.figure(f"{kind}_gradient") * place)
        relative = by_age(shapes, f"{kind}_mean")[:, None] * np.exp(sources.figure("amount_gradient") * place)
        mean[at] = relative * total / ((people / SIXTEENTHS)[:, None] * share[at] * relative).sum()
    weights = Weights.of(sources.figure("wealth_and_earning_power"), sources.figure("wealth_and_attainment"))
    return Wealth(share, mean, np.array(weights))


def by_age(table: Table, name: str) -> Floats:
    """A column of a table of age bands, for each age."""
    values = np.zeros(len(axes.AGES))
    for label, value in zip(table.text("age_band"), table.floats(name), strict=True):
        values[bands(label)[0].rows] = value
    return values


def sixteenth_scores() -> Floats:
    """The normal score of the middle of each sixteenth."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse((at + 0.5) / SIXTEENTHS) for at in range(SIXTEENTHS)])


def shares(overall: Floats, gradient: Floats) -> Floats:
    """Shares [age, sixteenth] with the mean `overall` [age] at each age, whose log odds differ by `gradient`."""
    low, high = np.full(len(overall), -15.0), np.full(len(overall), 15.0)
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        below = expit(middle[:, None] + gradient).mean(1) < overall
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return expit(((low + high) / 2)[:, None] + gradient)


def assign(people: People, residents: int, fitted: Wealth, seed: int, reference_year: int) -> None:
    """Give every row of a new block its rank."""
    assign_rank(people, people.wealth_rank, WEALTH, Weights(*fitted.weights.tolist()), seed)
