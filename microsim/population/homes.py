"""Homes: the tenure of households, what renters pay and what Council Tax is billed.

Tenures are shares by authority, age and kind of household, and by whether anybody in it works: the household survey's
national shares raked to differences between authorities in the census. A head of a household has a tenure by the rank
that was drawn for the person once, so that homes last while the household's circumstances do.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.kernels.float32 import normal_draws
from microsim.kernels.jit import compile_driver
from microsim.kernels.random import FIRST_HOME, random_words
from microsim.population.columns import EMPLOYEE, HEAD_BANDS, HOUSEHOLDS, SELF_EMPLOYED, TENURES
from microsim.population.ipf import Floats, fit_margins, fit_pairs, margin
from microsim.population.margins import Areas, Table
from microsim.population.people import People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "tenure_follows_earning_power", "private_rent_level", "allowance_over_rent", "allowance_frozen_to",
)  # fmt: skip
RENTED = ("private", "social")
BEDROOMS = ("shared", "1", "2", "3", "4")  # needed: a room in a shared home, then bedrooms, 4 for more
RENT_YEAR = 2024  # of the tables of rents
COUNCIL_TAX_YEAR = 2026  # of the table of bills
WEEKS = 52.0  # in a year of weekly amounts
BAND_RATIOS = np.array([6, 7, 8, 9, 11, 13, 15, 18]) / 9.0  # of bills to Band D: Local Government Finance Act 1992
_WORK = ("not_working", "working")
_ROUNDS = 300
_STEP, _END = 1 / 64, 8.0  # of the table of the normal distribution function
_CURVE = np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in np.arange(-_END, _END + _STEP / 2, _STEP)])
_WORDS = 2.0**32


class Homes(NamedTuple):
    """Fitted arrays; their axes are in AXES."""

    tenure: npt.NDArray[np.float32]  # shares of households
    rent: npt.NDArray[np.float32]  # GBP a year of RENT_YEAR
    council_tax: Floats  # mean bill of a home before discounts, GBP of COUNCIL_TAX_YEAR
    earning_power: Floats  # the correlation that ranks are drawn with, alone in the array


AXES: dict[str, tuple[str, ...]] = {
    "tenure": ("area", "head's age band", "household", "in work", "tenure"),
    "rent": ("region", "rented", "bedrooms"),
    "council_tax": ("area",),
    "earning_power": ("figure",),
}


def fit(sources: Sources) -> Homes:
    """Fit from the published tables."""
    tables, areas = sources.tables, sources.areas
    households = household_counts(tables, sources.people)
    level = np.array([sources.figure("private_rent_level"), 1.0])
    return Homes(
        tenure_shares(tables, areas, households).astype(np.float32),
        (rents(tables, areas) * level[None, :, None]).astype(np.float32),
        council_tax_bills(tables, areas),
        np.array([sources.figure("tenure_follows_earning_power")]),
    )


def household_counts(tables: Path, people: npt.NDArray[np.int32]) -> Floats:
    """Households [area, head's age band, kind, in work] from the joint table of people.

    Heads for each person of an age are those of England. Households without work are more frequent where more people
    of the age are out of work, in the same proportion.
    """
    by_band = np.stack([people[:, band.rows].sum((1, 2, 3, 4)) for band in HEAD_BANDS], axis=1).astype(np.float64)
    works = people[..., EMPLOYEE : SELF_EMPLOYED + 1].sum((2, 3, 4))
    working = np.stack([works[:, band.rows].sum(1) for band in HEAD_BANDS], axis=1)
    out_of_work, england = 1.0 - working / by_band, 1.0 - working.sum(0) / by_band.sum(0)
    table = Table(tables / "household_heads.csv")
    heads = np.zeros((len(HEAD_BANDS), len(HOUSEHOLDS), len(_WORK)))
    at = table.codes("age_band", tuple(band.label for band in HEAD_BANDS)), table.codes("household", HOUSEHOLDS)
    heads[at] = np.stack([table.floats(name) for name in _WORK], axis=1)
    total = heads.sum(2)
    without = np.divide(heads[..., 0], total, out=np.zeros_like(total), where=total > 0)
    share = np.minimum(without[None] * (out_of_work / england)[..., None], 0.98)
    return by_band[..., None, None] * total[None, ..., None] * np.stack([share, 1.0 - share], axis=-1)


def tenure_shares(tables: Path, areas: Areas, households: Floats) -> Floats:
    """Shares [area, head's age band, kind, in work, tenure] of `households` on all axes but the last.

    The survey gives England's level and how tenures differ by age, kind of household and work, the census how
    authorities differ. All of these are brought to the level first, so that margins agree.
    """
    by_household = Table(tables / "tenure_by_household_2024.csv")
    level = households.sum() * _shares(by_household, "group", ("all",))[0]
    by_area = area_tenures(tables, areas, households.sum((1, 2, 3)), level)
    bands = tuple(band.label for band in HEAD_BANDS)
    margins = []
    fitted = np.broadcast_to(households[..., None], (*households.shape, len(TENURES))).copy()
    fitted *= level / level.sum()
    for axis, labels, table in (
        (1, bands, _shares(Table(tables / "tenure_by_age_2024.csv"), "age_band", bands)),
        (2, HOUSEHOLDS, _shares(by_household, "group", HOUSEHOLDS)),
        (3, _WORK, _shares(by_household, "group", _WORK)),
    ):
        count = households.sum(tuple(other for other in range(4) if other != axis))
        target = fit_pairs(table[None] * count[:, None], count[None], level[None])[0]
        margins.append(margin(f"tenure by {labels[0]}", target, fitted.shape, {axis: None, 4: None}))
    margins.append(margin("households", households, fitted.shape, dict.fromkeys(range(4))))
    margins.append(margin("areas", by_area, fitted.shape, {0: None, 4: None}))
    fit_margins(fitted, margins, tolerance=1e-4, most_rounds=_ROUNDS)
    total = fitted.sum(-1, keepdims=True)
    england = np.broadcast_to(level / level.sum(), fitted.shape)
    return np.where(total > 0, fitted / np.maximum(total, 1e-12), england)


def _shares(table: Table, name: str, labels: tuple[str, ...]) -> Floats:
    """Rows `labels` of a table with a column for each tenure."""
    text = table.text(name)
    rows = np.array([text.index(label) for label in labels])
    return np.stack([table.floats(tenure) for tenure in TENURES], axis=1)[rows]


def area_tenures(tables: Path, areas: Areas, households: Floats, level: Floats) -> Floats:
    """Households [area, tenure]: `households` of each area with the census's shares, brought to England's `level`."""
    census = census_tenures(tables, areas) * households[:, None]
    return fit_pairs(census[None], households[None], level[None] / level.sum() * households.sum())[0]


def census_tenures(tables: Path, areas: Areas) -> Floats:
    """Shares of households [area, tenure]: shared ownership counts as a mortgage, homes without rent as private."""
    table = Table(tables / "tenure_local_authority_2021.csv")
    at = table.codes("code", ("E92000001", *areas.codes))
    columns = {
        "owned": ("owns_outright",),
        "mortgaged": ("owns_mortgage", "shared_ownership"),
        "social": ("social_council", "social_other"),
        "private": ("private_landlord", "private_other", "rent_free"),
    }
    found = np.empty((len(at), len(TENURES)))
    found[at] = np.stack([sum(table.floats(one) for one in columns[name]) for name in TENURES], axis=1)
    shares: Floats = found[1:] / found[1:].sum(1, keepdims=True)
    return shares


def rents(tables: Path, areas: Areas) -> Floats:
    """Rents [region, rented, bedrooms] in GBP a year of RENT_YEAR, whose mean over homes is the region's.

    A room in a shared home is for the allowance alone: nobody's rent is for one.
    """
    by_region, by_size = Table(tables / "rent_region_2025.csv"), Table(tables / "rent_by_bedrooms.csv")
    at = by_region.codes("region_code", areas.region_codes)
    level = np.empty((len(at), len(RENTED)))
    level[at] = np.stack([by_region.floats(name) for name in RENTED], axis=1)
    size = np.empty((len(BEDROOMS), len(RENTED)))
    size[by_size.codes("bedrooms", BEDROOMS)] = np.stack([by_size.floats(name) for name in RENTED], axis=1)
    share = np.empty((len(BEDROOMS), len(RENTED)))
    share[by_size.codes("bedrooms", BEDROOMS)] = np.stack([by_size.floats(f"{name}_share") for name in RENTED], axis=1)
    factor = size / (size * share).sum(0) * share.sum(0)
    found: Floats = WEEKS * level[:, :, None] * factor.T[None]
    return found


def council_tax_bills(tables: Path, areas: Areas) -> Floats:
    """Mean bill of a dwelling [area] before discounts and support, GBP of COUNCIL_TAX_YEAR."""
    table = Table(tables / "council_tax_local_authority_2026.csv")
    dwellings = np.stack([table.floats(f"dwellings_{band}") for band in "abcdefgh"], axis=1)
    found = np.empty(len(areas.codes))
    found[table.codes("code", areas.codes)] = table.floats("band_d") * (dwellings @ BAND_RATIOS) / dwellings.sum(1)
    return found


def assign(people: People, residents: int, fitted: Homes, seed: int, reference_year: int) -> None:
    """Give every row of a new block its place among tenures: a uniform rank that rises with lasting earning power."""
    count = len(people.id)
    words, score = np.empty((4, count), np.uint32), np.empty(count, np.float32)
    compile_driver(draw_first_homes)(words, people.id, score, int(seed))
    weight = float(fitted.earning_power[0])
    mixed = weight * people.persistent.astype(np.float64) + math.sqrt(1.0 - weight**2) * score
    people.tenure_rank[:] = rank_of_score(mixed)


def draw_first_homes(words, identity, score, seed):  # type: ignore[no-untyped-def]
    """The words of FIRST_HOME, and a standard normal score from the first."""
    random_words(words, identity, seed, 0, 0, FIRST_HOME, identity.size)
    normal_draws(words[0], score, identity.size)


def rank_of_score(score: Floats) -> npt.NDArray[np.uint32]:
    """The uniform uint32 rank of standard normal scores, from a table with straight lines between its points."""
    place = (np.clip(score, -_END, _END - 1e-9) + _END) / _STEP
    low = place.astype(np.int64)
    curve = _CURVE[low] + (place - low) * (_CURVE[low + 1] - _CURVE[low])
    return np.minimum(curve * _WORDS, _WORDS - 1.0).astype(np.uint32)
