"""Claims of means-tested benefits: families that claim, put side by side to be worked out several at a time."""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.taxes.chunk import column
from microsim.taxes.homes import adults_of
from microsim.taxes.lines import DIVIDENDS, PROPERTY, SAVINGS
from microsim.taxes.pence import PENCE
from microsim.taxes.scratch import (
    DIVIDEND,
    LET,
    MINE,
    MY_EARNINGS,
    OURS,
    PENSIONS,
    PLACE,
    RENTED,
    SAVED,
    THEIR_EARNINGS,
    THEIRS,
)
from microsim.taxes.traits import HEADS, SAVES, SHARES
from microsim.taxes.universal_credit import capital

UNIT = 2.0**-32


@kernel
def gather_claims(people, means, room, listed, number):
    """Traits, earnings, pensions, rent, and incomes from capital of the first `number` of the families in `listed`."""
    _gather_traits(people, means, room, listed, number)
    families, claims, amounts = room.families, room.families.claims, room.amounts
    savings, dividends, letting = amounts[SAVINGS], amounts[DIVIDENDS], amounts[PROPERTY]
    earnings, pensions = room.net_earnings, room.net_pensions
    for one in range(number):
        f = np.uint64(listed[one])
        i, s = families.row[f], families.second[f]
        both, twice = np.float64(i != s), np.int64(i != s)
        claims[column(MY_EARNINGS) + one] = earnings[i]
        claims[column(THEIR_EARNINGS) + one] = both * earnings[s]
        claims[column(PENSIONS) + one] = pensions[i] + both * pensions[s]
        claims[column(SAVED) + one] = np.float64(savings[i] + twice * savings[s])
        claims[column(DIVIDEND) + one] = np.float64(dividends[i] + twice * dividends[s])
        claims[column(LET) + one] = np.float64(letting[i] + twice * letting[s])


@kernel
def _gather_traits(people, means, room, listed, number):
    """Traits, the place among those who claim, and the rent that benefits may cover.

    People who share pay equal parts of the rent; grown-up children at home pay none.
    """
    families, household, eligible_rent, homes = room.families, people.household, means.eligible_rent, room.homes
    words, traits, claims = families.traits, families.claim_traits, families.claims
    for one in range(number):
        f = np.uint64(listed[one])
        mine, ours = words[column(MINE) + f], words[column(OURS) + f]
        traits[column(MINE) + one], traits[column(THEIRS) + one] = mine, words[column(THEIRS) + f]
        traits[column(OURS) + one] = ours
        claims[column(PLACE) + one] = np.float64(families.place[f]) * UNIT
        head, shares = household[families.row[f]], (mine & SHARES) != 0
        part = np.float64(eligible_rent[head]) / (np.float64(max(adults_of(homes[head]), 1)) if shares else 1.0)
        claims[column(RENTED) + one] = part if shares | ((ours & HEADS) != 0) else 0.0


@kernel
def capital_of(claims, one, word, assets):
    """The capital of a family, from what it earns; `word` has the traits of the first adult."""
    found = capital(
        claims[column(SAVED) + one] / PENCE, claims[column(DIVIDEND) + one] / PENCE, claims[column(LET) + one] / PENCE,
        assets,
    )  # fmt: skip
    return found if (word & SAVES) != 0 else 0.0
