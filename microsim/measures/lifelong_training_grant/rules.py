"""The rules of one account, as small functions of scalars: money is in whole pence unless a name says otherwise."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.measures.amounts import MOST_PENCE
from microsim.measures.lifelong_training_grant.take_up import BALANCE_BINS, BALANCE_SHIFT

# What the room for whole numbers and for fractions holds during a year, of the n-th account listed at place n.
BEFORE, BIRTHDAY, DRAWN, CHOICE, ACTIVE, PLAIN_BEFORE, PLAIN_BIRTHDAY, HERE, COVERED, PAID = range(10)
INDUCED_CHANCE, SWITCH_CHANCE, TIME, PAY_FACTOR, PAY = range(5)
HOLDS, BOOKS, USES, IS_ACTIVE = (np.int32(1 << bit) for bit in range(4))  # the bits of a CHOICE
_SHIFT, _LAST_BIN = np.int32(BALANCE_SHIFT), np.int32(BALANCE_BINS - 1)
_NOTHING = np.int32(0)
_NEVER, _FULL = np.float32(0.0), np.float32(1.0)
_MOST = float(MOST_PENCE)
_BINARY_NOISE = 1e-6  # of a penny: far above what a quotient is off by


@kernel
def owed(owed_1, owed_2, owed_3, i):
    """What is still to be paid for a course under way, pence."""
    return np.int32(owed_1[i] + owed_2[i] + owed_3[i])


@kernel
def balance_bin(pence):
    """The place of a balance in tables by balance."""
    return np.uint32(min(np.int32(pence >> _SHIFT), _LAST_BIN))


@kernel
def time_to_use(before, part_year, after):
    """The share of the year in which there is money: that `after` the birthday where there was none `before`."""
    first = part_year if before == _NOTHING else _NEVER
    return _FULL - first * (_FULL - after)


@kernel
def chance_of_use(switching, induced, factor):
    """The chance of a use: a switcher's, or else an induced learner's, which the balance makes larger or smaller."""
    return switching + (_FULL - switching) * min(induced * factor, _FULL)


@kernel
def left_after(left, birthday, lapse, stays):
    """What is kept of what is `left`: nothing in an account that closes, and no older money where it lapses."""
    lapsed = max(np.int32(left - birthday), _NOTHING)
    lapsed = np.int32(lapsed * lapse) if birthday > _NOTHING else _NOTHING
    return np.int32(np.int32(left - lapsed) * stays)


@kernel
def most_covered(available, multiplier):
    """The most that an account can pay for: more than is in it where a pound buys `multiplier` pounds."""
    return np.int32(min(np.floor(available * multiplier), _MOST))


@kernel
def covered_by_grant(price, learner_share, limit):
    """What the grant pays of a price (float64 pence): all but the learner's share of it, up to `limit`."""
    return np.int32(min(np.floor(price * (1.0 - learner_share) + 0.5), np.float64(limit)))


@kernel
def drawn_from_account(covered, multiplier, available):
    """What leaves the account for what it pays: less than that where a pound buys `multiplier` pounds.

    Up to a whole penny, so that an account that pays all it can is empty.
    """
    return np.int32(min(np.ceil(covered / multiplier - _BINARY_NOISE), np.float64(available)))


@kernel
def paid_later(covered, share):
    """The part of a course that is paid in a later year."""
    return np.int32(np.floor(covered * share))


@kernel
def part_of(paid, share):
    """A share of a payment."""
    return np.int32(min(np.floor(np.float64(paid) * np.float64(share) + 0.5), np.float64(paid)))
