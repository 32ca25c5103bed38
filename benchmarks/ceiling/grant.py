"""The plain training grant, written by hand for speed alone: one pass over all, then only those with money.

It knows what the plain scenario leaves out (see plain_grant.yaml) and keeps every line that the engine has of it, but
for the order in which tranches are drawn on. What it costs to run the accounts follows from the sums of holders and
users.
"""

from __future__ import annotations

import numpy as np

from benchmarks.ceiling.lives import CHUNK, draw_some
from microsim.kernels.jit import kernel
from microsim.measures.lifelong_training_grant.take_up import STATUS_KEYS

DENSE = ("holders", "balance")
SPARSE = ("grant_spending", "entitlement", "expired", "written_off", "copayment", "users")
DETAILED = (*DENSE, *SPARSE, "administration")  # kept by every grouping
FOLDED = len(DENSE) + len(SPARSE)
TOTALS = ("labour_force", "bookings", "users_paying", "induced_spending", "courses_paid", "reached_upper_age",
          "reached_with_money", "unspent_at_upper_age")  # fmt: skip
LEFT_OUT = "tranches_used"
_STATUSES, _EVEN, _ONE = np.uint32(STATUS_KEYS), np.uint32(0xFFFFFFFE), np.uint32(1)
_NOTHING, _WHOLE, _FULL, _CLOSES = np.int32(0), np.int32(1), np.float32(1.0), np.float32(0.0)
_24_BITS, _TWENTY = np.float32(2.0**-24), np.uint32(20)


@kernel
def live_grant(own, people, keys, key_0, key_1, calendar, year, folded, totals, count):
    """A year of every account. `folded` are int64 [groups, 8] by grouping: holders, balances, then SPARSE; `totals`
    int64 [random groups, 8] are TOTALS. All are added to."""
    rows, events = np.empty(CHUNK, np.uint32), np.empty(CHUNK, np.uint32)
    words = np.empty((4, CHUNK), np.uint32)
    available, chance = np.empty(CHUNK, np.int32), np.empty(CHUNK, np.float32)
    happened = np.empty((6, CHUNK), np.int32)
    resident, status, age_sex, month = people.resident, people.work_status, keys.age_sex, people.birth_month
    weight, group, balance, has_account = people.weight, people.random_group, own.balance, own.has_account
    at_start, at_birthday = own.on_first_april[year], own.on_birthday[year]
    per_year, usable, stays, seeks = own.chance[year], own.usable[year], own.stays_open[year], own.seeks_work[year]
    price, after, part_year = own.price[year], own.after_birthday, own.part_year
    spent, entitled, expired, lost, copaid = happened[0], happened[1], happened[2], happened[3], happened[4]
    uses = happened[5]
    end, first = np.uint64(count), np.uint64(0)
    while first < end:
        size = np.uint64(min(end - first, np.uint64(CHUNK)))
        for n in range(size):
            i = first + n
            key, here = age_sex[i], np.int32(resident[i])
            age = np.uint32(key >> _ONE)
            paid, later = at_start[key & _EVEN] * here, at_birthday[key & _EVEN] * here
            before = np.int32(balance[i] + paid)
            rest = after[month[i]]
            likely = per_year[np.uint32(age * _STATUSES + np.uint32(status[i]))]
            likely = likely * (usable[age] + (_FULL - usable[age]) * (_FULL - rest))
            waits = part_year if before == _NOTHING else np.float32(0.0)
            available[n] = np.int32(before + later)
            entitled[n] = np.int32(paid + later)
            chance[n] = min(likely * (_FULL - waits * (_FULL - rest)), _FULL)
        for n in range(size):
            has_account[first + n] = np.uint8(has_account[first + n] | np.uint8(entitled[n] > _NOTHING))
        for n in range(size):
            i = first + n
            age = np.uint32(age_sex[i] >> _ONE)
            weighed = np.int64(weight[i]) * np.int64(resident[i])
            totals[group[i], 0] += weighed * np.int64(seeks[np.uint32(age * _STATUSES + np.uint32(status[i]))])
            totals[group[i], 5] += weighed * np.int64(has_account[i] & np.uint8(usable[age] == _CLOSES))
        with_money = np.uint64(0)
        for n in range(size):
            rows[with_money] = np.uint32(n)  # overwritten by the next row unless there is money here
            with_money += np.uint64(available[n] > _NOTHING)
        draw_some(words, people.id, rows, first, key_0, key_1, calendar, own.group, with_money)
        changed = np.uint64(0)
        for k in range(with_money):
            n = rows[k]
            i = first + np.uint64(n)
            here = np.int32(resident[i])
            drawn = np.float32(words[0, k] >> np.uint32(8)) * _24_BITS
            used = here * np.int32(drawn < chance[n])
            asked = price[np.uint32(words[1, k] >> _TWENTY)] * used
            covered = min(asked, available[n])
            left = np.int32(available[n] - covered)
            kept = np.int32(left * stays[age_sex[i] >> _ONE] * here)
            balance[i] = kept
            uses[n], spent[n], copaid[n] = used, covered, np.int32(asked - covered)
            expired[n], lost[n] = np.int32((left - kept) * here), np.int32((left - kept) * (_WHOLE - here))
            events[changed] = n
            changed += np.uint64((used | entitled[n] | np.int32(left - kept)) != _NOTHING)
        _add_holders(people, keys, balance, rows, first, folded, with_money)
        _add_events(people, keys, events, first, happened, usable, folded, totals, changed)
        first += np.uint64(CHUNK)


@kernel
def unfold(ledger, folded, totals, detailed, summed, per_account, per_use, year):
    """Put the sums into the places `detailed` and `summed` of the ledger's lines, and forget them."""
    by_area, by_age, by_held, by_bin, by_firm, by_group = folded
    _unfold(ledger.area, by_area, detailed, per_account, per_use, year)
    _unfold(ledger.age_sex, by_age, detailed, per_account, per_use, year)
    _unfold(ledger.qualification_status, by_held, detailed, per_account, per_use, year)
    _unfold(ledger.earnings, by_bin, detailed, per_account, per_use, year)
    _unfold(ledger.employer, by_firm, detailed, per_account, per_use, year)
    _unfold(ledger.random_group, by_group, detailed, per_account, per_use, year)
    for line in range(len(summed)):
        for group in range(len(totals)):
            ledger.totals[summed[line], year, group] += totals[group, line]
            totals[group, line] = 0


@kernel
def _unfold(sums, folded, detailed, per_account, per_use, year):
    for group in range(len(folded)):
        if folded[group, 0] == 0 and folded[group, 3] == 0 and folded[group, 5] == 0 and folded[group, 4] == 0:
            continue  # nobody there has or had money
        for line in range(FOLDED):
            sums[detailed[line], year, group] += folded[group, line]
        sums[detailed[FOLDED], year, group] += per_account * folded[group, 0] + per_use * folded[group, 7]
        for line in range(FOLDED):
            folded[group, line] = 0


@kernel
def _add_holders(people, keys, balance, rows, first, folded, number):
    """Who has money, and how much is left, by each grouping."""
    by_area, by_age, by_held, by_bin, by_firm, by_group = folded
    for k in range(number):
        i = first + np.uint64(rows[k])
        held = np.int64(people.weight[i]) * np.int64(people.resident[i])
        amount = np.int64(people.weight[i]) * np.int64(balance[i])
        _add_two(by_area, people.area[i], held, amount)
        _add_two(by_age, keys.age_sex[i], held, amount)
        _add_two(by_held, keys.qualification_status[i], held, amount)
        _add_two(by_bin, keys.earnings[i], held, amount)
        _add_two(by_firm, keys.employer[i], held, amount)
        _add_two(by_group, people.random_group[i], held, amount)


@kernel
def _add_two(folded, group, held, amount):
    folded[group, 0] += held
    folded[group, 1] += amount


@kernel
def _add_events(people, keys, events, first, happened, usable, folded, totals, number):
    """Spending, tranches, what expires and is lost, of the few to whom any of it happens."""
    by_area, by_age, by_held, by_bin, by_firm, by_group = folded
    for k in range(number):
        n = events[k]
        i = first + np.uint64(n)
        weight = np.int64(people.weight[i])
        a, g, q = people.area[i], keys.age_sex[i], keys.qualification_status[i]
        b, f, r = keys.earnings[i], keys.employer[i], people.random_group[i]
        for line in range(6):
            amount = weight * np.int64(happened[line, n])
            by_area[a, line + 2] += amount
            by_age[g, line + 2] += amount
            by_held[q, line + 2] += amount
            by_bin[b, line + 2] += amount
            by_firm[f, line + 2] += amount
            by_group[r, line + 2] += amount
        used, covered = np.int64(happened[5, n]), np.int64(happened[0, n])
        totals[r, 1] += weight * used
        totals[r, 2] += weight * np.int64(happened[4, n] > _NOTHING)
        totals[r, 3] += weight * covered
        totals[r, 4] += weight * covered
        unspent = np.int64(happened[2, n]) * np.int64(usable[np.uint32(g >> _ONE)] == _CLOSES)
        totals[r, 6] += weight * np.int64(unspent > 0)
        totals[r, 7] += weight * unspent
