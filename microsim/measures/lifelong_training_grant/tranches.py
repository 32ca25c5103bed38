"""Which tranches are spent: first in, first out. And what is left when an account closes at the upper age.

`fresh_1` to `fresh_4` hold the tranches of an account that nothing has been spent of, the oldest first; the rest of the
balance is what is left of tranches begun. Of more than four, the two oldest count as one. Only those who are paid a
tranche, spend, or lose money are looked at one by one.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel

_EVEN, _ONE = np.uint32(0xFFFFFFFE), np.uint32(1)
_NOTHING, _SINGLE = np.int32(0), np.int32(1)
_CLOSING = np.float32(0.0)


@kernel
def add_tranches(own, clock, age_sex, area, birthday, entitlement):
    """Put the year's tranches behind those that are there, each by itself: 1 April's first, then the birthday's."""
    each, transition = own.each_on_first_april[clock.year_index], own.transition[clock.year_index]
    for i in range(np.uint64(clock.rows)):
        if entitlement[i] <= _NOTHING:
            continue
        own.has_account[i] = 1
        if entitlement[i] > birthday[i]:
            key = np.uint32((age_sex[i] & _EVEN) + np.uint32(transition[area[i]]))
            for tranche in range(len(each)):
                _add(own, i, each[tranche, key])
        _add(own, i, birthday[i])


@kernel
def _add(own, i, amount):
    """One tranche more, if it is worth anything."""
    if amount <= _NOTHING:
        return
    if own.fresh_4[i] > _NOTHING:  # no room: the two oldest become one
        oldest = own.fresh_1[i]
        _take_oldest(own, i)
        own.fresh_1[i] = np.int32(own.fresh_1[i] + oldest)
    if own.fresh_1[i] == _NOTHING:
        own.fresh_1[i] = amount
    elif own.fresh_2[i] == _NOTHING:
        own.fresh_2[i] = amount
    elif own.fresh_3[i] == _NOTHING:
        own.fresh_3[i] = amount
    else:
        own.fresh_4[i] = amount


@kernel
def _take_oldest(own, i):
    """The oldest tranche is no longer among the untouched ones."""
    own.fresh_1[i], own.fresh_2[i] = own.fresh_2[i], own.fresh_3[i]
    own.fresh_3[i], own.fresh_4[i] = own.fresh_4[i], _NOTHING


@kernel
def _untouched(own, i):
    """Pence in tranches that nothing has been spent of."""
    return np.int32(own.fresh_1[i] + own.fresh_2[i] + own.fresh_3[i] + own.fresh_4[i])


@kernel
def begin_tranches(own, i, available, drawn):
    """How many tranches are drawn on for the first time by spending `drawn` of what is `available`, pence."""
    left, begun = np.int32(drawn - np.int32(available - _untouched(own, i))), _NOTHING
    while left > _NOTHING and own.fresh_1[i] > _NOTHING:
        left = np.int32(left - own.fresh_1[i])
        _take_oldest(own, i)
        begun = np.int32(begun + _SINGLE)
    return begun


@kernel
def drop_tranches(own, expired, written_off, count):
    """Forget the oldest tranches of accounts that have lost money until those left are no more than the balance."""
    for i in range(np.uint64(count)):
        if np.int32(expired[i] | written_off[i]) == _NOTHING:
            continue
        while _untouched(own, i) > own.balance[i]:
            _take_oldest(own, i)


@kernel
def close_accounts(own, people, clock, age_sex, expired, reached, with_money, unspent):
    """Who reaches the upper age with an account that was ever paid into, who with money, and how much, in pence."""
    count = np.uint64(clock.rows)
    usable, resident, has_account = own.usable[clock.year_index], people.resident, own.has_account
    for i in range(count):
        closes = np.int32(usable[age_sex[i] >> _ONE] == _CLOSING)
        reached[i] = np.int32(closes * np.int32(np.int32(resident[i]) * np.int32(has_account[i])))
    for i in range(count):
        unspent[i] = np.int32(expired[i] * reached[i])
        with_money[i] = np.int32(unspent[i] > _NOTHING)
