"""Homes in a year: the tenure of every household, its rent, the part of it that benefits cover, its Council Tax bill.

Written anew each year from the head's rank and the household's state, without memory: a household that grows needs more
bedrooms, one that loses all its work is in another place of the same order of tenures.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from microsim.dynamics.lookup import thresholds
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.parameters.load import Parameters
from microsim.population.columns import (
    COMMUNAL,
    HEAD_BANDS,
    HOUSEHOLDS,
    MORTGAGED,
    OWNED,
    PRIVATE,
    SELF_EMPLOYED,
    SHARED_HOME,
    SHARING,
    SOCIAL,
)
from microsim.population.homes import BEDROOMS, COUNCIL_TAX_YEAR, RENT_YEAR, RENTED
from microsim.population.people import AGE_SEX_KEYS

ORDER = (SOCIAL, PRIVATE, MORTGAGED, OWNED)  # of tenures along the rank
SHARED_ROOM_AGE = 35  # below it who lives alone has the allowance of a room in a shared home

_STRIDE = np.uint32(4)
_WORKS = np.uint32(2)
_CELLS = np.uint32(2 * len(HOUSEHOLDS))
_BEDROOMS, _MOST = np.uint32(len(BEDROOMS)), np.uint32(len(BEDROOMS) - 1)
_RENTS = np.uint32(len(BEDROOMS) * len(RENTED))
_SELF_EMPLOYED, _COMMUNAL, _SHARING = np.uint8(SELF_EMPLOYED), np.uint8(COMMUNAL), np.uint8(SHARING)
_OWNED = np.uint8(OWNED)
_FIRST_SOCIAL, _LAST_RENTED = np.uint32(ORDER.index(SOCIAL)), np.uint32(1)  # places in ORDER
_SHARED_HOME, _TWO, _ONE, _NONE = np.uint32(SHARED_HOME), np.uint32(2), np.uint32(1), np.uint32(0)
_YOUNG = np.uint32(2 * SHARED_ROOM_AGE)
_ZERO, _NO = np.float32(0.0), np.uint8(0)
assert RENTED == ("private", "social")
assert set(ORDER[:2]) == {SOCIAL, PRIVATE}


class HomeTables(NamedTuple):
    """What `write_homes` looks up. Rents and bills are those of the table's year, times a factor of the year."""

    row: np.ndarray  # uint32 [age_sex], head's age band x kinds of household x in work
    cells: np.uint32  # rows of an area
    tenure: np.ndarray  # uint32, ranks below which a head is in the first, second, third of ORDER; row x 4
    order: np.ndarray  # uint8 [4], ORDER
    rent_row: np.ndarray  # uint32 [areas], first rent of the region
    rent: np.ndarray  # float32, key = (region x rented + social) x bedrooms needed
    allowance: np.ndarray  # float32, what benefits cover at most, same key; without limit for social renters
    council_tax: np.ndarray  # float32 [areas]
    rent_index: np.ndarray  # float32 [years]
    allowance_index: np.ndarray  # float32 [years]
    council_tax_index: np.ndarray  # float32 [years]


def home_tables(population: Any, parameters: Parameters, years: Sequence[int]) -> HomeTables:
    """From the fitted tables of a `Population`, rents growing with average earnings and bills like Band D."""
    fitted = population.homes
    figures = {name: figure.central for name, figure in population.room_figures["homes"].items()}
    shares = np.cumsum(fitted.tenure[..., list(ORDER)].astype(np.float64), axis=-1)
    tenure = np.full((*shares.shape[:-1], int(_STRIDE)), np.uint32(2**32 - 1))
    tenure[..., : len(ORDER) - 1] = thresholds(shares[..., :-1])
    band = np.searchsorted([one.first for one in HEAD_BANDS], np.arange(AGE_SEX_KEYS) // 2, side="right") - 1
    allowance = np.full(fitted.rent.shape, np.inf)
    allowance[:, RENTED.index("private")] = figures["allowance_over_rent"] * fitted.rent[:, RENTED.index("private")]
    growth = parameters.index("average_earnings_growth", (*years, int(figures["allowance_frozen_to"])), RENT_YEAR)
    frozen = np.maximum(growth[:-1] / growth[-1], 1.0)
    band_d = "council_tax.band_d"
    bills = parameters.series(band_d, years) / Parameters(parameters.by_name).value(band_d, COUNCIL_TAX_YEAR)
    return HomeTables(
        row=(np.maximum(band, 0) * int(_CELLS)).astype(np.uint32),
        cells=np.uint32(len(HEAD_BANDS) * int(_CELLS)),
        tenure=tenure.reshape(-1),
        order=np.array(ORDER, np.uint8),
        rent_row=(population.area_region * int(_RENTS)).astype(np.uint32),
        rent=fitted.rent.reshape(-1).astype(np.float32),
        allowance=allowance.reshape(-1).astype(np.float32),
        council_tax=fitted.council_tax.astype(np.float32),
        rent_index=growth[:-1].astype(np.float32),
        allowance_index=frozen.astype(np.float32),
        council_tax_index=bills.astype(np.float32),
    )


@kernel
def write_homes(people, age_sex, tables, means, year_index, count):
    """Write tenure, rent, eligible rent and Council Tax for the first `count` rows.

    Rent and bills are on the row of the household's head, 0 elsewhere and for who is gone or in a communal
    establishment; everybody has the tenure of the head.
    """
    adults, mask, rows = np.empty(count, np.uint8), np.empty(count, np.uint8), np.empty(count, np.uint32)
    count_adults(people, adults, count)
    tenure, household, resident, living = means.tenure, people.household, people.resident, people.living
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(household[i] == np.int32(i)) & resident[i] & np.uint8(living[i] != _COMMUNAL)
    heads = list_rows(mask, rows, count)
    for i in range(np.uint64(count)):
        tenure[i] = _OWNED
    for money in (means.rent, means.eligible_rent, means.council_tax):
        for i in range(np.uint64(count)):
            money[i] = _ZERO
    house_heads(people, age_sex, tables, means, adults, rows, heads, year_index)
    for i in range(np.uint64(count)):
        mask[i] = np.uint8(household[i] != np.int32(i)) & resident[i]
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        head = np.uint64(household[i])
        tenure[i] = tenure[head] if head < np.uint64(count) else _OWNED


@kernel
def count_adults(people, adults, count):
    """How many residents of 16 and over each head's household has, into `adults` (uint8) on the head's row."""
    household, resident = people.household, people.resident
    for i in range(np.uint64(count)):
        adults[i] = _NO
    for i in range(np.uint64(count)):
        adults[np.uint64(household[i])] += resident[i]


@kernel
def house_heads(people, age_sex, tables, means, adults, rows, heads, year_index):
    """Tenure, rent, eligible rent and Council Tax of heads of households: the first `heads` of `rows`.

    Bedrooms: one for a couple or the head, one for each other adult, one for two children, 4 at most.
    """
    living, partner = people.living, people.partner
    status, area, rank, children = people.work_status, people.area, people.tenure_rank, people.children
    rents, allowances, rent_rows, bill = tables.rent, tables.allowance, tables.rent_row, tables.council_tax
    edges, order, bands, cells = tables.tenure, tables.order, tables.row, tables.cells
    growth, limit = tables.rent_index[year_index], tables.allowance_index[year_index]
    bills = tables.council_tax_index[year_index]
    for n in range(np.uint64(heads)):  # without branches: nobody could foretell who is in which tenure
        i = np.uint64(rows[n])
        here, place = np.uint32(adults[i]), np.uint32(area[i])
        couple = np.uint32(partner[i] >= 0)
        other = np.uint64(partner[i]) if couple != _NONE else i
        kids = np.uint32(children[i]) + np.uint32(couple * np.uint32(children[other]))
        works = np.uint32((status[i] <= _SELF_EMPLOYED) | (status[other] <= _SELF_EMPLOYED))
        family = np.uint32(_TWO * couple) + np.uint32(kids > _NONE)
        kind = _SHARED_HOME if living[i] == _SHARING else family
        cell = np.uint32(place * cells) + bands[age_sex[i]] + np.uint32(kind * _WORKS) + works
        key, mine = np.uint32(cell * _STRIDE), rank[i]
        step = (
            np.uint32(mine >= edges[key])
            + np.uint32(mine >= edges[np.uint32(key + _ONE)])
            + np.uint32(mine >= edges[np.uint32(key + _TWO)])
        )
        is_social = np.uint32(step == _FIRST_SOCIAL)
        needed = min(np.uint32(max(here, couple) - couple) + np.uint32(np.uint32(kids + _ONE) >> _ONE), _MOST)
        single = (here == _ONE) & (kids == _NONE) & (age_sex[i] < _YOUNG)
        row = np.uint32(rent_rows[place] + np.uint32(_BEDROOMS * is_social))
        paid = rents[np.uint32(row + needed)] * growth
        covered = min(paid, allowances[np.uint32(row + (_NONE if single else needed))] * limit)
        pays = step <= _LAST_RENTED
        means.tenure[i] = order[step]
        means.rent[i] = paid if pays else _ZERO
        means.eligible_rent[i] = covered if pays else _ZERO
        means.council_tax[i] = bill[place] * bills
