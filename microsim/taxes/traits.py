"""What rules ask of people, yes or no, as the bits of a word for each row: two adults' are compared in one step.

What holds of both adults of a family is in the *and* of their words, and what holds of either in the *or*. The highest
bits are the number of children in a person's care.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.population.columns import (
    COMMUNAL,
    FE_COLLEGE,
    HIGHER_EDUCATION,
    OTHER_TRAINING,
    OWN,
    SCHOOL,
    SELF_EMPLOYED,
    SHARING,
    SIXTH_FORM_COLLEGE,
    SOCIAL,
    WITH_PARENTS,
)
from microsim.taxes.chunk import column
from microsim.taxes.lines import DISABILITY_BENEFIT

LAST_SCHOOL_AGE = 19
CREDIT_AGE = 18  # from which Universal Credit can be claimed
FEMALE = 0
TODDLER_AGE = 3  # years after that of birth up to which a child keeps the parent from full-time work
YOUNG_AGE = 25  # from which its full standard allowance is paid
LOW_BITS = np.uint32(0xFFFF)
LOW_UNIT = 2.0**-16

(
    WORKS, SELF, OVER_AGE, UNDER_25, GROWN, STUDENT, COUNTS_AS_CHILD, PRIVATE, HEAD, OWN_HOME, SHARES, SAVES, CARES,
    LIMITED, DISABLED, WOMAN, TODDLER, COUPLE, HEADS, ALONE, LONDON, ON_CREDIT,
) = (np.uint32(1 << bit) for bit in range(22))  # fmt: skip
CHILD_BITS = np.uint32(24)  # from which the number of children is kept
_NONE = np.uint32(0)
_HALF = 0.5
_AGE = np.uint32(1)  # a shift that leaves the age of an age_sex key


@kernel
def is_young(living, study, age):
    """Whether someone of 16 to 19 counts as a child: with parents and at school or college."""
    learns = (study == SCHOOL) | (study == SIXTH_FORM_COLLEGE) | (study == FE_COLLEGE) | (study == OTHER_TRAINING)
    return learns & (living == WITH_PARENTS) & (age <= LAST_SCHOOL_AGE)


@kernel
def cares_full_time(care_rank, carer, share):
    """Whether a carer is one of the `share` who care 35 hours a week: by the low bits of the rank, which are free."""
    return (carer != 0) & (np.float64(care_rank & LOW_BITS) * LOW_UNIT < share)


@kernel
def bit(holds, trait):
    """The bit of a trait where it holds."""
    return trait if holds else _NONE


@kernel
def describe_people(people, age_sex, means, own, traits, carer_share, year, first, number):
    """The traits of a chunk of people, whose own incomes are known; `carer_share` of carers care 35 hours."""
    last = first + number
    word = traits[first:last]
    _describe_lives(people, age_sex, word, first, number)
    _describe_homes(people, means, word, first, number)
    _describe_needs(people, means, own, word, carer_share, first, number)
    _describe_parents(people, word, year, first, number)


@kernel
def _describe_lives(people, age_sex, word, first, number):
    """Work, study, age, and whether in a private household."""
    last = first + number
    status, study, age_key = people.work_status[first:last], people.study[first:last], age_sex[first:last]
    living, resident = people.living[first:last], people.resident[first:last]
    for i in range(np.uint64(number)):
        age = age_key[i] >> _AGE
        word[i] = np.uint32(
            bit(status[i] <= SELF_EMPLOYED, WORKS)
            | bit(status[i] == SELF_EMPLOYED, SELF)
            | bit(age < YOUNG_AGE, UNDER_25)
            | bit(age >= CREDIT_AGE, GROWN)
            | bit(study[i] == HIGHER_EDUCATION, STUDENT)
            | bit(is_young(living[i], study[i], age), COUNTS_AS_CHILD)
            | bit((resident[i] != 0) & (living[i] != COMMUNAL), PRIVATE)
        )


@kernel
def _describe_homes(people, means, word, first, number):
    """Who heads a private household, and who may have savings.

    Interest does not follow tenure in the data: who rents socially, of whom 28 per cent have any savings (Ministry of
    Housing, Communities and Local Government, English Housing Survey 2023 to 2024), is taken to have no capital.
    """
    last = first + number
    household, living, tenure = people.household[first:last], people.living[first:last], means.tenure[first:last]
    for i in range(np.uint64(number)):
        is_head = (household[i] == np.int32(first + np.int64(i))) & ((word[i] & PRIVATE) != 0)
        word[i] = np.uint32(
            word[i]
            | bit(is_head, HEAD)
            | bit(living[i] == OWN, OWN_HOME)
            | bit(living[i] == SHARING, SHARES)
            | bit((tenure[i] != SOCIAL) | (living[i] == WITH_PARENTS), SAVES)
        )


@kernel
def _describe_needs(people, means, own, word, carer_share, first, number):
    """State Pension age, limited capability for work, carers without it, and disability benefits."""
    last = first + number
    carer, care_rank = people.carer[first:last], people.care_rank[first:last]
    limited, over = means.limited_capability[first:last], means.over_pension_age[first:last]
    benefit = column(DISABILITY_BENEFIT)
    for i in range(np.uint64(number)):
        word[i] = np.uint32(
            word[i]
            | bit(cares_full_time(care_rank[i], carer[i], carer_share) & (limited[i] == 0), CARES)
            | bit(limited[i] != 0, LIMITED)
            | bit(over[i] > _HALF, OVER_AGE)
            | bit(own[benefit + i] > 0.0, DISABLED)
        )


@kernel
def _describe_parents(people, word, year, first, number):
    """Children in somebody's care, and whether the youngest is under 3."""
    last = first + number
    children, born, sex = people.children[first:last], people.child_1[first:last], people.sex[first:last]
    for i in range(np.uint64(number)):
        toddler = (children[i] > 0) & (born[i] > 0) & (year - born[i] <= TODDLER_AGE)
        word[i] = np.uint32(
            word[i]
            | bit(toddler, TODDLER)
            | bit(sex[i] == FEMALE, WOMAN)
            | np.uint32(np.uint32(children[i]) << CHILD_BITS)
        )
