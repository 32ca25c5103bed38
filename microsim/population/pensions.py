"""Private pensions, the State Pension and workplace saving: what is fitted, and the rank each person starts with.

Who has a private pension goes by age, sex and what people do; how much, by the rank among them. Levels are those of the
tax statistics.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.columns import SEXES, bands
from microsim.population.ipf import Floats
from microsim.population.margins import Table
from microsim.population.people import People
from microsim.population.ranks import PENSION, Weights, assign_rank
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "england_private_pension", "untaxed_private_pension", "private_pension_shape", "pension_and_earning_power",
    "pension_and_attainment", "new_state_pension_women", "new_state_pension_men", "basic_state_pension_women",
    "basic_state_pension_men", "state_pension_of_residents", "state_pension_receipt", "private_contribution",
    "public_contribution",
)  # fmt: skip
INCOME_YEAR = 2023  # financial year of the tax statistics, whose pounds private pensions are in
STANDINGS = ("in_work", "not_in_work", "retired")


class Pensions(NamedTuple):
    """Fitted arrays; their axes are in AXES."""

    share: Floats  # of people who have income from a private pension
    mean: Floats  # its mean among those with some, pounds of INCOME_YEAR
    saving: Floats  # share of employees with pay enough to be enrolled who save into a workplace pension
    weights: Floats  # of the rank, see `ranks.Weights`


AXES: dict[str, tuple[str, ...]] = {
    "share": ("age", "sex", "standing"),
    "mean": ("age", "sex"),
    "saving": ("age", "sector"),
    "weights": ("part",),
}


def fit(sources: Sources) -> Pensions:
    """Fit from the published tables."""
    share, relative = shares_by_age(sources)
    people = sources.people.sum((0, 3)).astype(np.float64)  # [age, sex, status]
    by_standing = np.stack([people[..., :2].sum(2), people[..., 2:4].sum(2), people[..., 4]], axis=2)
    some = (by_standing * share).sum(2)
    mean = relative * private_pension_total(sources) / (some * relative).sum()
    weights = Weights.of(sources.figure("pension_and_earning_power"), sources.figure("pension_and_attainment"))
    return Pensions(share, mean, saving_by_age(sources), np.array(weights))


def private_pension_total(sources: Sources) -> float:
    """Income from private pensions in England, pounds of INCOME_YEAR: that of taxpayers, and a little of others."""
    table = Table(sources.tables / "personal_incomes_2024.csv")
    taxed = table.floats("private_pension_amount").sum() * sources.figure("england_private_pension")
    return float(taxed * (1.0 + sources.figure("untaxed_private_pension")))


def shares_by_age(sources: Sources) -> tuple[Floats, Floats]:
    """Shares with a private pension [age, sex, standing], none below the first band; relative means [age, sex]."""
    table = Table(sources.tables / "private_pensions_by_age.csv")
    share = np.zeros((len(axes.AGES), len(SEXES), len(STANDINGS)))
    relative = np.ones((len(axes.AGES), len(SEXES)))
    columns = np.stack([table.floats(name) for name in STANDINGS], axis=1)
    means = table.floats("relative_mean")
    for at, (label, sex) in enumerate(zip(table.text("age_band"), table.text("sex"), strict=True)):
        rows = bands(label)[0].rows
        share[rows, SEXES.index(sex)] = columns[at]
        relative[rows, SEXES.index(sex)] = means[at]
    return share, relative


def saving_by_age(sources: Sources) -> Floats:
    """Share of employees with pay enough to be enrolled who save into a workplace pension [age, sector]."""
    table = Table(sources.tables / "workplace_pensions_2024.csv")
    columns = np.stack([table.floats(name) for name in ("private", "public")], axis=1)
    share = np.zeros((len(axes.AGES), 2))
    for at, label in enumerate(table.text("age_band")):
        share[bands(label)[0].rows] = columns[at]
    return share


def assign(people: People, residents: int, fitted: Pensions, seed: int, reference_year: int) -> None:
    """Give every row of a new block its rank."""
    assign_rank(people, people.pension_rank, PENSION, Weights(*fitted.weights.tolist()), seed)
