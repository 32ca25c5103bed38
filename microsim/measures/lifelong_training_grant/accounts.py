"""Tranches: who is paid what, when, and until when an account is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from microsim.measures.lifelong_training_grant.pence import MOST_POUNDS, whole_pence
from microsim.scenario.values import MeasureParams, Quantity, quantity, setting

if TYPE_CHECKING:
    from microsim.measures.lifelong_training_grant.params import Params

AGES = 128  # size of a flat table by age
SHUT, OPEN, CLOSES = 0, 1, 2  # where an account stands in a year, by age on 1 April


class Tranche(MeasureParams):
    """A payment into the account on a birthday."""

    age: int = setting(unit="years", description="Birthday on which the tranche arrives", ge=17, le=100)
    amount: Quantity = quantity(
        unit="£", description="Paid into the account, in prices of the start year", ge=0, le=MOST_POUNDS
    )


class Launch(MeasureParams):
    """What people get who are past the age of a tranche when the grant starts."""

    rule: Literal["flow_only", "current_band", "cumulative", "phased"] = setting(
        "current_band",
        unit="choice",
        description=(
            "flow_only: tranches of birthdays after the start only; current_band: also, on the first 1 April, the "
            "tranche of the age band each person is in; cumulative: all tranches of ages passed; phased: as "
            "current_band, but each birth cohort's payment waits for its turn over `phase_years`, and goes to those "
            "who are resident and not too old by then"
        ),
    )
    phase_years: int = setting(
        5, unit="years", description="phased: years over which birth cohorts take their turn", ge=1, le=40
    )
    phase_first: Literal["oldest", "youngest"] = setting(
        "oldest", unit="choice", description="phased: which birth cohorts are paid first"
    )


class Residence(MeasureParams):
    """How long people must have lived in England to be paid a tranche. The paper names no test."""

    years_in_england: int = setting(
        0,
        unit="years",
        description="Whole years in England, up to the 1 April before a tranche, without which it is not paid; people "
        "there from the start of the population, or from the age of 16, always pass",
        ge=0,
        le=40,
    )


def schedule(params: Params, years: Sequence[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Tranche numbers due on 1 April and on the birthday, and the account's standing, each [years, AGES].

    The first two count, for each tranche in order, how many are due: [years, AGES, tranches].
    """
    ages = np.arange(AGES)
    tranche_ages = np.array([tranche.age for tranche in params.tranches], int)
    first = np.zeros((len(years), AGES, len(tranche_ages)), int)
    birthday = np.zeros_like(first)
    account = np.zeros((len(years), AGES), np.uint8)
    open_ages = ages <= params.upper_age
    for index, year in enumerate(years):
        if year < params.start:
            continue
        account[index] = np.where(ages < params.upper_age, OPEN, np.where(ages == params.upper_age, CLOSES, SHUT))
        birthday[index] = ages[:, None] + 1 == tranche_ages
        age_at_start = ages - (year - params.start)
        passed = tranche_ages <= age_at_start[:, None]
        current = passed & ~np.concatenate([passed[:, 1:], np.zeros((AGES, 1), bool)], axis=1)
        if params.launch.rule == "cumulative":
            due = passed & (year == params.start)
        elif params.launch.rule == "current_band":
            due = current & (year == params.start)
        elif params.launch.rule == "phased":
            due = current & (turns(params, age_at_start) == year - params.start)[:, None]
        else:
            due = np.zeros_like(passed)
        first[index] = due & open_ages[:, None]
    return first, birthday, account


def years_open(params: Params) -> int:
    """The most financial years in which an account can be open, those of its first and last birthday included."""
    return params.upper_age + 2 - params.tranches[0].age if params.tranches else 0


def turns(params: Params, age_at_start: np.ndarray) -> np.ndarray:
    """phased: how many years after the start each age (on the first 1 April) is paid; equal groups of ages."""
    if not params.tranches:
        return np.full(len(age_at_start), -1)
    youngest = params.tranches[0].age
    ages = params.upper_age - youngest + 1
    place = params.upper_age - age_at_start if params.launch.phase_first == "oldest" else age_at_start - youngest
    return np.where((place >= 0) & (place < ages), place * params.launch.phase_years // ages, -1)


def tranche_pence(params: Params, years: Sequence[int], index: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pence of each tranche [years, tranches] elsewhere and in a transition area, grown by `index` [years].

    Where doubling follows the place of use, tranches are the same everywhere. Raises InputError when all tranches
    unspent, doubled, do not fit an account.
    """
    amounts = np.array(
        [
            [tranche.amount.at(year) * 100 if year >= params.start else 0.0 for tranche in params.tranches]
            for year in years
        ]
    ).reshape(len(years), len(params.tranches))
    multiplier = np.array(
        [params.transition_areas.multiplier.at(year) if year >= params.start else 1.0 for year in years]
    )
    elsewhere = np.rint(amounts * index[:, None])
    inside = np.rint(amounts * (index * multiplier)[:, None])
    largest = np.maximum(elsewhere, inside).max(axis=0, initial=0.0).sum()
    whole_pence(np.array([largest]), "tranches")
    return elsewhere, inside if params.transition_areas.doubling_follows == "residence_at_tranche" else elsewhere


def by_key(due: np.ndarray, elsewhere: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """Pence due [years, 2 x AGES] from tranches due [years, AGES, tranches] and pence [years, tranches]."""
    return whole_pence(each_by_key(due, elsewhere, inside).sum(axis=1, dtype=np.float64), "tranches")


def each_by_key(due: np.ndarray, elsewhere: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The same of each tranche by itself, int32 [years, tranches, 2 x AGES]."""
    by_place = np.stack([elsewhere, inside], axis=2)
    each = np.einsum("yat,ytp->ytap", due, by_place)
    return whole_pence(each.reshape(len(due), due.shape[2], 2 * AGES), "tranches")
