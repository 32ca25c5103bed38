"""Families: who they are, and which benefits they may have.

A *family* is one adult or a couple, with the children in their care and, in the home of the family that heads the
household, the young people of 16 to 19 who live with it and are at school or college. Grown-up children at home and
people who share are families of their own. People in communal establishments have none.

Families are looked at by chunks of rows: a couple where the first of them stands. Those that claim a benefit, and could
have it, are listed again: its rules go over them alone.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.child_benefit import ChildBenefit
from microsim.taxes.chunk import column
from microsim.taxes.homes import adults_of, young_of
from microsim.taxes.lines import CREDIT_PEOPLE
from microsim.taxes.pension_credit import PensionCredit
from microsim.taxes.rates import numbers
from microsim.taxes.scratch import CHILDREN, CLAIMED, MINE, OURS, THEIRS, YOUNG
from microsim.taxes.tables import CHILD_BENEFIT_FIGURES, PENSION_CREDIT_FIGURES, UNIVERSAL_CREDIT_FIGURES
from microsim.taxes.traits import (
    ALONE,
    CHILD_BITS,
    COUNTS_AS_CHILD,
    COUPLE,
    GROWN,
    HEADS,
    LIMITED,
    LOW_BITS,
    LOW_UNIT,
    OVER_AGE,
    OWN_HOME,
    PRIVATE,
    STUDENT,
    WORKS,
    bit,
    is_young,
)
from microsim.taxes.universal_credit import UniversalCredit, take_up

_MAY_BE_PARENT, _MAY_BE_WORKER, _MAY_BE_PENSIONER = np.uint32(1), np.uint32(2), np.uint32(4)
_UNIT = 2.0**-32
_AGE = np.uint32(1)  # a shift that leaves the age of an age_sex key


@kernel
def find_claims(people, tables, room, year_index, first, number):
    """List and describe the families whose first adult is in a chunk of rows, and list those of them that claim.

    Returns how many claim Child Benefit, Universal Credit and pensioners' benefits.
    """
    families = _list_families(people, room, first, number)
    _describe_families(people, room, families)
    _find_kinds(tables, room.families, year_index, families)
    return _list_claims(room.families, families)


@kernel
def _list_families(people, room, first, number):
    """The rows of the adults of each family, in the order of its first; returns how many families there are."""
    partner, traits, row, second = people.partner, room.traits, room.families.row, room.families.second
    families = np.uint64(0)
    for i in range(np.uint64(first), np.uint64(first + number)):
        other = partner[i]
        comes_first = (other < 0) | (other > np.int32(i))
        row[families] = np.uint32(i)  # for everybody, and kept for some: a branch here would be guessed wrong
        second[families] = np.uint32(other) if other >= 0 else np.uint32(i)
        families += np.uint64(comes_first & ((traits[i] & (PRIVATE | COUNTS_AS_CHILD)) == PRIVATE))
    return families


@kernel
def _describe_families(people, room, number):
    """Traits of the adults and of the family, and its children."""
    families, traits, homes = room.families, room.traits, room.homes
    household, rank, place = people.household, people.take_up_rank, families.place
    words, columns = families.traits, families.columns
    for f in range(number):
        i, s = families.row[f], families.second[f]
        mine, theirs, head = traits[i], traits[s], np.uint32(household[i])
        home, couple, heads = homes[head], i != s, ((mine & OWN_HOME) != 0) & ((head == i) | (head == s))
        words[column(MINE) + f], words[column(THEIRS) + f] = mine, theirs
        words[column(OURS) + f] = (
            bit(couple, COUPLE) | bit(heads, HEADS) | bit(heads & (adults_of(home) == 1), ALONE)
        )  # fmt: skip
        of_partner = theirs >> CHILD_BITS if couple else np.uint32(0)
        columns[column(CHILDREN) + f] = np.float64((mine >> CHILD_BITS) + of_partner)
        columns[column(YOUNG) + f] = np.float64(young_of(home)) if heads else 0.0
        columns[column(CLAIMED) + f] = 0.0
        place[f] = rank[i]


@kernel
def _find_kinds(tables, families, year_index, number):
    """Which benefits each family claims and may be entitled to: by its place in the order, age, study and children."""
    parents = ChildBenefit(*numbers(tables.child_benefit[year_index], CHILD_BENEFIT_FIGURES))
    workers = UniversalCredit(*numbers(tables.universal_credit[year_index], UNIVERSAL_CREDIT_FIGURES))
    pensioners = PensionCredit(*numbers(tables.pension_credit[year_index], PENSION_CREDIT_FIGURES))
    words, columns, place, kinds = families.traits, families.columns, families.place, families.kinds
    mine, theirs, ours, children, young = column(MINE), column(THEIRS), column(OURS), column(CHILDREN), column(YOUNG)
    for f in range(number):
        both, either = words[mine + f] & words[theirs + f], words[mine + f] | words[theirs + f]
        all_children = columns[children + f] + columns[young + f]
        rank, child_rank = np.float64(place[f]) * _UNIT, np.float64(place[f] & LOW_BITS) * LOW_UNIT
        share = take_up((either & WORKS) != 0, (words[ours + f] & COUPLE) != 0, all_children, workers)
        # who has limited capability for work was assessed, which takes a claim
        claims = ((either & LIMITED) != 0) | (rank < share)
        may_claim = ((both & GROWN) != 0) & (((both & STUDENT) == 0) | (all_children > 0.0))
        over_age = (both & OVER_AGE) != 0
        retired = (rank < pensioners.take_up) | (rank < pensioners.housing_benefit_take_up)
        kinds[f] = np.uint8(
            bit((all_children > 0.0) & (child_rank < parents.take_up), _MAY_BE_PARENT)
            | bit(claims & may_claim & (not over_age), _MAY_BE_WORKER)
            | bit(retired & over_age, _MAY_BE_PENSIONER)
        )


@kernel
def _list_claims(families, number):
    """The numbers of families of each kind; returns how many there are of each."""
    kinds, parents, workers, pensioners = families.kinds, families.parents, families.workers, families.pensioners
    of_parents, of_workers, of_pensioners = np.uint64(0), np.uint64(0), np.uint64(0)
    for f in range(number):
        kind = np.uint32(kinds[f])
        parents[of_parents] = np.uint32(f)
        workers[of_workers] = np.uint32(f)
        pensioners[of_pensioners] = np.uint32(f)
        of_parents += np.uint64((kind & _MAY_BE_PARENT) != 0)
        of_workers += np.uint64((kind & _MAY_BE_WORKER) != 0)
        of_pensioners += np.uint64((kind & _MAY_BE_PENSIONER) != 0)
    return of_parents, of_workers, of_pensioners


@kernel
def record_claimants(people, age_sex, room, count):
    """Who lives in a family with Universal Credit, the young people who count as its children included."""
    household, partner, living, study = people.household, people.partner, people.living, people.study
    has_credit, on_credit = room.amounts[CREDIT_PEOPLE], people.on_credit
    for i in range(np.uint64(count)):
        on_credit[i] = np.uint8(has_credit[i] > 0)
    for i in range(np.uint64(count)):
        if is_young(living[i], study[i], age_sex[i] >> _AGE):
            head = household[i]
            other = partner[head] if partner[head] >= 0 else head
            on_credit[i] = np.uint8((has_credit[head] > 0) | (has_credit[other] > 0))
