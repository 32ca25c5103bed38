"""Who works for which enterprise: a private-sector employee draws one at each new job and stays while the job lasts.

The draw is in proportion to headcount, among enterprises of the industry with workers in the region. It is a hash of
the rank of hours, which is new with each job, so that it depends on nobody else. What an employer is like: `employers`.
"""

from __future__ import annotations

import numpy as np

from microsim.dynamics.curves import scatter
from microsim.dynamics.employers import OPTIONS, cell_key, employer_of, employer_section
from microsim.kernels.jit import kernel
from microsim.kernels.rows import list_rows
from microsim.population.columns import EMPLOYER_SIZES
from microsim.population.employers import BANDS, CLASSES, REGIONS
from microsim.population.people import EMPLOYEE, SELF_EMPLOYED

_REGIONS, _OPTIONS, _POINTS = np.uint32(REGIONS), np.uint32(OPTIONS), np.uint32(CLASSES + 1)
_LARGE, _ANYWHERE = np.uint32(len(BANDS) - 1), np.uint32(len(BANDS))
_CLASSES, _LAST_CLASS = np.float64(CLASSES), np.uint32(CLASSES - 1)
_WORD, _HALF_WORD = np.float64(2.0**-32), np.float64(2.0**-33)
_NONE, _ONE, _EIGHT, _NO = np.uint32(0), np.uint32(1), np.uint32(8), np.uint8(0)
_EMPLOYEE, _SELF_EMPLOYED = np.uint8(EMPLOYEE), np.uint8(SELF_EMPLOYED)
_NOT_IN_WORK = np.uint8(EMPLOYER_SIZES.index("not_in_work"))
_OWN_ACCOUNT = np.uint8(EMPLOYER_SIZES.index("self_employed"))
_PUBLIC = np.uint8(EMPLOYER_SIZES.index("public_sector"))
_OF_OPTION, _OF_HOME, _OF_PLACE = (np.uint32(number) for number in range(31, 34))  # draws made of the rank of hours


@kernel
def draw_office(hours_rank, section, region, option, home):
    """The region of the head office and the band of size of a new job's employer, as region x 8 + band.

    A band at home, or a large employer with its head office anywhere.
    """
    here = np.uint32(np.uint32(section * _REGIONS) + region)
    start, draw = np.uint32(here * _OPTIONS), scatter(hours_rank, _OF_OPTION)
    band = np.uint32(0)
    for one in range(_OPTIONS - _ONE):
        band += np.uint32(draw >= option[np.uint32(start + np.uint32(one))])
    office = region
    if band == _ANYWHERE:
        band, start, draw = _LARGE, np.uint32(section * _REGIONS), scatter(hours_rank, _OF_HOME)
        office = np.uint32(0)
        for one in range(_REGIONS - _ONE):
            office += np.uint32(draw >= home[np.uint32(start + np.uint32(one))])
    return np.uint32(np.uint32(office * _EIGHT) + band)


@kernel
def draw_number(hours_rank, first, number, place_table):
    """The place of an enterprise in its cell, whose points start at `first`, drawn in proportion to headcount."""
    step = (np.float64(scatter(hours_rank, _OF_PLACE)) * _WORD + _HALF_WORD) * _CLASSES
    low = min(np.uint32(step), _LAST_CLASS)
    start = place_table[np.uint32(first + low)]
    share = start + (step - np.float64(low)) * (place_table[np.uint32(np.uint32(first + low) + _ONE)] - start)
    return np.uint32(min(share * number, number - 1.0))


@kernel
def find_employers(people, tables, new_job, count):
    """Write each resident's employer and the size of it; who is gone keeps the last one.

    A private-sector employee keeps the employer until there is a new job (`new_job` is 1) or another industry.
    """
    status, resident, public, industry = people.work_status, people.resident, people.public, people.industry
    employer, size, rank, area = people.employer, people.employer_size, people.hours_rank, people.area
    region, option, home, number, place = tables.region, tables.option, tables.home, tables.number, tables.place
    sizes, mask, rows = tables.size, np.empty(count, np.uint8), np.empty(count, np.uint32)
    for i in range(np.uint64(count)):  # one array written a pass, so that each goes on whole vectors
        mask[i] = np.uint8(status[i] == _EMPLOYEE) & np.uint8(public[i] == _NO)
    for i in range(np.uint64(count)):
        works = _OWN_ACCOUNT if status[i] == _SELF_EMPLOYED else _NOT_IN_WORK
        without = _PUBLIC if status[i] == _EMPLOYEE else works
        size[i] = size[i] if (mask[i] != _NO) | (resident[i] == _NO) else without
    for i in range(np.uint64(count)):
        before = employer[i]
        employer[i] = before if (mask[i] != _NO) | (resident[i] == _NO) else _NONE
    for i in range(np.uint64(count)):
        other = employer_section(employer[i]) != np.uint32(industry[i])
        mask[i] = mask[i] & resident[i] & np.uint8((new_job[i] != _NO) | other)
    for n in range(list_rows(mask, rows, count)):
        i = rows[n]
        section = np.uint32(industry[i])
        office = draw_office(rank[i], section, region[area[i]], option, home)
        at, band = np.uint32(office // _EIGHT), np.uint32(office % _EIGHT)
        cell = cell_key(section, at, band)
        known = number[cell] > 0.0  # no industry without private employers has any; public administration has none
        drawn = draw_number(rank[i], np.uint32(cell * _POINTS), max(number[cell], 1.0), place)
        employer[i] = employer_of(section, at, band, drawn) if known else _NONE
        size[i] = sizes[band] if known else _PUBLIC
