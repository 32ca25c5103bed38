"""Random words from a published counter-based generator: Philox 4x32, ten rounds.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011). A word is a pure function
of (seed, replicate, person, year, group): nobody's draws depend on who else is simulated, on the order of blocks or on
how many threads run. One counter gives four words, which are four named draws of one person, year and group.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_ROUNDS = 10

# Groups of draws, one Philox call each. The order of the four words in a group is part of its meaning.
BIRTH = 1  # birth month, single age among 90 and over, qualification and status of arrivals, one spare
CAPABILITY = 2  # persistent earnings at the start, three spare
DEMOGRAPHY = 3  # death, emigration, move within England, destination
WORK = 4  # work status, change of job, new job rank, new hours rank (its low half: is the old job rank kept)
# Low halves: who keeps the home, or whether to share it; an immigrant's coming with children; first choice, coin, room.
FAMILY = 5  # end of a partnership, leaving home or care (an immigrant's children), search, birth, wanted age gap
HEALTH = 6  # change of disability rank, new disability rank, change of care rank, new care rank
LEARNING = 7  # gain of a qualification after youth, change of learner rank, new learner rank, apprenticeship
PAY = 8  # persistent earnings, transitory earnings, two spare
# The draws that a person starts with.
FIRST_HEALTH = 9  # ethnicity, disability rank, care rank, one spare
FIRST_STUDY = 10  # place in attainment (within the level held), free school meals, study rank, learner rank
FIRST_JOB = 11  # job rank, hours rank, apprenticeship, year of the apprenticeship
# Low halves: size of a shared home; which parent; none; whether a man on his own may be a grown child's father.
FIRST_FAMILY = 12  # where in the order couples begin, way of living, wanted age gap or mother's age, children
# What a survey did not ask, keyed by the survey's own numbers of persons and households: qualification and work status,
# local authority, age above a top code (of a child: birth month), lasting earning power given pay.
SURVEY = 13
FIRST_HOME = 14  # place in tenure, benefit rank, take-up rank, one spare
FIRST_MEANS = 15  # what ranks of pensions, of wealth and of student loans are drawn from, one spare
FIRST_MEASURE = 16  # a measure's own groups start at FIRST_MEASURE + 16 x (its digest-stable number)


@kernel
def random_words(words, person, key_0, key_1, year, group, count):
    """Fill `words` (uint32 [4, at least count]) with the draws of `person` (uint64 [count]) in one year and group.

    `key_0` is the seed, `key_1` the replicate, both below 2**32. All arithmetic is on 64-bit unsigned integers that
    hold 32-bit values, which the compiler vectorises.
    """
    word_0, word_1, word_2, word_3 = words[0], words[1], words[2], words[3]
    counter_2 = np.uint64(year)
    counter_3 = np.uint64(group)
    for i in range(np.uint64(count)):
        c0 = person[i] & _LOW
        c1 = person[i] >> _HALF
        c2 = counter_2
        c3 = counter_3
        k0 = np.uint64(key_0)
        k1 = np.uint64(key_1)
        for _ in range(_ROUNDS):
            product_0 = _MULTIPLIER_0 * c0
            product_1 = _MULTIPLIER_1 * c2
            c0 = (product_1 >> _HALF) ^ c1 ^ k0
            c1 = product_1 & _LOW
            c2 = (product_0 >> _HALF) ^ c3 ^ k1
            c3 = product_0 & _LOW
            k0 = (k0 + _WEYL_0) & _LOW
            k1 = (k1 + _WEYL_1) & _LOW
        word_0[i] = np.uint32(c0)
        word_1[i] = np.uint32(c1)
        word_2[i] = np.uint32(c2)
        word_3[i] = np.uint32(c3)
