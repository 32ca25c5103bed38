"""Which tranches are spent: first in, first out. And what is left when an account closes at the upper age.

`fresh_1` to `fresh_4` hold the tranches of an account that nothing has been spent of, the oldest first; the rest of the
balance is what is left of tranches begun. Of more than four, the two oldest count as one. Only those who are paid a
tranche, spend, or lose money are looked at one by one. What is called for each account is given the arrays that it
needs: to hand over all of State takes longer than what is done with it.
"""

from __future__ import annotations

import numpy as np

from microsim.kernels.jit import kernel
from microsim.measures.lifelong_training_grant.rules import ACTIVE, BEFORE, BIRTHDAY, CHOICE, DRAWN, USES

_EVEN = np.uint32(0xFFFFFFFE)
_NOTHING, _SINGLE = np.int32(0), np.int32(1)


@kernel
def add_tranches(own, clock, age_sex, area, room, entitlement, count):
    """Put the year's tranches behind those that are there, each by itself: 1 April's first, then the birthday's."""
    rows, birthday, paid = room.spare, room.whole[BIRTHDAY], room.flags[1]
    each, transition = own.each_on_first_april[clock.year_index], own.transition[clock.year_index]
    fresh_1, fresh_2, fresh_3, fresh_4 = own.fresh_1, own.fresh_2, own.fresh_3, own.fresh_4
    for n in range(count):
        if paid[n] == 0:
            continue
        i = rows[n]
        own.since[i] = 0
        own.has_account[i] = 1
        if entitlement[i] > birthday[n]:
            key = np.uint32((age_sex[i] & _EVEN) + np.uint32(transition[area[i]]))
            for tranche in range(len(each)):
                _add(fresh_1, fresh_2, fresh_3, fresh_4, i, each[tranche, key])
        _add(fresh_1, fresh_2, fresh_3, fresh_4, i, birthday[n])


@kernel
def _add(fresh_1, fresh_2, fresh_3, fresh_4, i, amount):
    """One tranche more, if it is worth anything."""
    if amount <= _NOTHING:
        return
    if fresh_4[i] > _NOTHING:  # no room: the two oldest become one
        oldest = fresh_1[i]
        _take_oldest(fresh_1, fresh_2, fresh_3, fresh_4, i)
        fresh_1[i] = np.int32(fresh_1[i] + oldest)
    if fresh_1[i] == _NOTHING:
        fresh_1[i] = amount
    elif fresh_2[i] == _NOTHING:
        fresh_2[i] = amount
    elif fresh_3[i] == _NOTHING:
        fresh_3[i] = amount
    else:
        fresh_4[i] = amount


@kernel
def _take_oldest(fresh_1, fresh_2, fresh_3, fresh_4, i):
    """The oldest tranche is no longer among the untouched ones."""
    fresh_1[i], fresh_2[i], fresh_3[i], fresh_4[i] = fresh_2[i], fresh_3[i], fresh_4[i], _NOTHING


@kernel
def _untouched(fresh_1, fresh_2, fresh_3, fresh_4, i):
    """Pence in tranches that nothing has been spent of."""
    return np.int32(fresh_1[i] + fresh_2[i] + fresh_3[i] + fresh_4[i])


@kernel
def begin_tranches(own, room, begun, active):
    """How many tranches are drawn on for the first time by what is spent on new courses."""
    whole, choice = room.whole, room.whole[CHOICE]
    fresh_1, fresh_2, fresh_3, fresh_4 = own.fresh_1, own.fresh_2, own.fresh_3, own.fresh_4
    for k in range(active):
        n = np.uint32(whole[ACTIVE, k])
        if np.int32(choice[n] & USES) == _NOTHING:
            continue
        i, available = room.spare[n], np.int32(whole[BEFORE, n] + whole[BIRTHDAY, n])
        left = np.int32(whole[DRAWN, n] - np.int32(available - _untouched(fresh_1, fresh_2, fresh_3, fresh_4, i)))
        while left > _NOTHING and fresh_1[i] > _NOTHING:
            left = np.int32(left - fresh_1[i])
            _take_oldest(fresh_1, fresh_2, fresh_3, fresh_4, i)
            begun[i] = np.int32(begun[i] + _SINGLE)


@kernel
def drop_tranches(own, room, expired, written_off, count):
    """Forget the oldest tranches of accounts that have lost money until those left are no more than the balance."""
    balance, rows, events = own.balance, room.spare, room.flags[1]
    fresh_1, fresh_2, fresh_3, fresh_4 = own.fresh_1, own.fresh_2, own.fresh_3, own.fresh_4
    for n in range(count):
        i = rows[n]
        if events[n] == 0 or np.int32(expired[i] | written_off[i]) == _NOTHING:
            continue
        while _untouched(fresh_1, fresh_2, fresh_3, fresh_4, i) > balance[i]:
            _take_oldest(fresh_1, fresh_2, fresh_3, fresh_4, i)
