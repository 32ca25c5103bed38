"""What the kernel reads of the rules, and the arrays of every account that only this measure owns."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.measures.amounts import by_year, growth
from microsim.measures.contract import Setting
from microsim.measures.lifelong_training_grant.accounts import (
    AGES,
    CLOSES,
    OPEN,
    SHUT,
    by_key,
    each_by_key,
    schedule,
    tranche_pence,
    years_open,
)
from microsim.measures.lifelong_training_grant.costs import corporation_tax_rate
from microsim.measures.lifelong_training_grant.params import Params
from microsim.measures.lifelong_training_grant.pence import pence, whole_pence
from microsim.measures.lifelong_training_grant.prices import price_tables
from microsim.measures.lifelong_training_grant.take_up import STATUS_KEYS, use_tables
from microsim.measures.lifelong_training_grant.transition import (
    move_chance,
    moves_at_all,
    multipliers,
    nearest_areas,
    transition_table,
)
from microsim.population.columns import ADULT_LEARNING
from microsim.population.people import WORK_STATUSES

OWN = (
    "balance", "owed_1", "owed_2", "owed_3", "base_share", "price_share", "course_share", "payer", "since",
    "top_up", "apart", "plain_balance", "plain_owed_1", "plain_owed_2", "plain_owed_3", "moved_from", "moved_to",
    "has_account", "in_use", "fresh_1", "fresh_2", "fresh_3", "fresh_4",
)  # fmt: skip
NOBODY_PAYS, SELF, LOAN, EMPLOYER = range(4)  # who would have paid for the course; nobody for an induced learner


class GrantState(NamedTuple):
    """What the kernel reads, and the arrays it owns. Money is in pence; tables are by year index."""

    group: int
    start: int  # financial year
    # -- the account [rows]
    balance: np.ndarray  # int32
    owed_1: np.ndarray  # int32, for a course under way: due next year, in two and in three years
    owed_2: np.ndarray
    owed_3: np.ndarray
    base_share: np.ndarray  # float32, of the course under way: share at unchanged prices and a reference balance
    price_share: np.ndarray  # float32, share that is due to higher prices
    course_share: np.ndarray  # float32, whole price at unchanged prices over what is paid; 0 for a switcher
    payer: np.ndarray  # uint8, who would have paid for the course under way
    since: np.ndarray  # uint8, years since the last tranche
    top_up: np.ndarray  # int32, others' money in the account
    # -- the account as it would be without doubling [rows]: the same as the other until `apart` is 1
    apart: np.ndarray  # uint8
    plain_balance: np.ndarray  # int32
    plain_owed_1: np.ndarray
    plain_owed_2: np.ndarray
    plain_owed_3: np.ndarray
    # -- an extra move [rows]: area lived in and area moved to, each index + 1, 0 for none
    moved_from: np.ndarray  # uint16
    moved_to: np.ndarray
    # -- tranches of the account that nothing has been spent of, the oldest first: see `tranches` [rows]
    has_account: np.ndarray  # uint8, 1 once any tranche has been paid
    in_use: np.ndarray  # uint8, 1 where there is money in it, 2 more where anything is owed or kept apart
    fresh_1: np.ndarray  # int32, pence
    fresh_2: np.ndarray
    fresh_3: np.ndarray
    fresh_4: np.ndarray
    # -- tranches
    on_first_april: np.ndarray  # int32 [years, 2 x AGES], key = age x 2 + in a transition area
    on_birthday: np.ndarray  # int32 [years, 2 x AGES]
    each_on_first_april: np.ndarray  # int32 [years, tranches, 2 x AGES], which `on_first_april` adds up
    stirs: np.ndarray  # uint8 [years, 2 x AGES], 1 where a tranche is due or the account closes, key = age x 2 + sex
    stays_open: np.ndarray  # int32 [years, AGES], 1 where the account is still open at the end of the year
    usable: np.ndarray  # float32 [years, AGES], 1, or 0 where it closes on this year's birthday
    seeks_work: np.ndarray  # int32 [years, AGES x STATUS_KEYS], 1 for the labour force of the account's ages
    years_in_england: int
    after_birthday: np.ndarray  # float32 [12], share of the year left after a birthday in each month
    part_year: np.float32  # 1: a first tranche is usable from the birthday, 0: all year
    lapse: np.int32  # 0: unused money rolls over, 1: it expires when the next tranche arrives
    # -- areas
    transition: np.ndarray  # uint8 [years, areas]
    multiplier: np.ndarray  # float64 [years, areas], what a pound in the account buys
    nearest: np.ndarray  # uint16 [years, areas], index + 1 of the area to move to
    move: np.ndarray  # float32 [years, AGES]
    # -- take-up, see take_up.UseTables
    chance: np.ndarray
    person: np.ndarray
    pay_from: np.ndarray
    pay_ratio: np.ndarray
    switch: np.ndarray
    aware: np.ndarray
    use_by_balance: np.ndarray
    price_by_balance: np.ndarray
    booked: np.ndarray
    # -- prices, see prices.PriceTables
    price: np.ndarray
    markup: np.ndarray
    later: np.ndarray
    learner_pays: np.ndarray
    payer_of: np.ndarray  # uint8 [ADULT_LEARNING], who pays for that kind of learning
    # -- costs
    per_account: np.ndarray  # int32 [years]
    per_use: np.ndarray  # int32 [years]
    per_lost_booking: np.ndarray  # int32 [years]
    advice: np.ndarray  # int32 [years]
    tax: np.ndarray  # float64 [years], VAT in a pound spent on a course not bought otherwise
    loan_subsidy: np.ndarray  # float64 [years]
    corporation_tax: np.ndarray  # float64 [years], on a pound that a private employer no longer deducts
    top_up_rate: np.ndarray  # float32 [3, years], individual, employer, local authority
    top_up_amount: np.ndarray  # int32 [3, years]
    top_ups: int  # 1 where anybody tops up
    moves: int  # 1 where anybody moves because of doubling


def prepare(params: Params, run: Setting, group: int) -> GrantState:
    """The kernel's tables for the years and areas of a run, and empty accounts for `run.rows` people."""
    years, parameters, start = run.years, run.parameters, params.start
    first, birthday, account = schedule(params, years)
    elsewhere, inside = tranche_pence(params, years, growth(parameters, params.indexation, years, start))
    use, prices = use_tables(params, years, parameters), price_tables(params, parameters, years)
    _largest_price(prices.price, prices.markup, use.price_by_balance)
    costs = params.administration
    cost_index = growth(parameters, costs.indexation, years, start)
    rate = parameters.series("value_added_tax.standard_rate", years)
    top_up_rate, top_up_amount = _top_ups(params, run)
    moves = int(moves_at_all(params, run) and bool(params.transition_areas.areas))
    empty = {name: np.zeros(run.rows, _OWN_TYPES.get(name, np.int32)) for name in OWN}
    return GrantState(
        group=group,
        start=start,
        **empty,
        on_first_april=by_key(first, elsewhere, inside),
        on_birthday=by_key(birthday, elsewhere, inside),
        each_on_first_april=each_by_key(first, elsewhere, inside),
        stirs=np.repeat((first + birthday).any(axis=2) | (account == CLOSES), 2, axis=1).astype(np.uint8),
        stays_open=(account == OPEN).astype(np.int32),
        usable=(account != CLOSES).astype(np.float32),
        seeks_work=_seeks_work(params, account, elsewhere),
        years_in_england=params.residence.years_in_england,
        after_birthday=((11.5 - np.arange(12)) / 12.0).astype(np.float32),
        part_year=np.float32(params.annual_use.part_year),
        lapse=np.int32(not params.rollover),
        transition=transition_table(params, run),
        multiplier=multipliers(params, run),
        nearest=nearest_areas(params, run),
        move=move_chance(params, run, first + birthday, account),
        **use._asdict(),
        **prices._asdict(),
        payer_of=_payers(),
        per_account=pence(costs.per_account, years, start, cost_index, "administration"),
        per_use=pence(costs.per_use, years, start, cost_index, "administration"),
        per_lost_booking=pence(costs.per_lost_booking, years, start, cost_index, "administration"),
        advice=pence(params.advice.per_user, years, start, cost_index, "advice"),
        tax=by_year(params.incidence.taxable_share, years, start) * rate / (1.0 + rate),
        loan_subsidy=by_year(params.displacement.loan_subsidy, years, start),
        corporation_tax=corporation_tax_rate(params, run),
        top_up_rate=top_up_rate,
        top_up_amount=top_up_amount,
        top_ups=int(top_up_rate.any()),
        moves=moves,
    )


_OWN_TYPES = {
    "base_share": np.float32, "price_share": np.float32, "course_share": np.float32, "payer": np.uint8,
    "since": np.uint8, "apart": np.uint8, "moved_from": np.uint16, "moved_to": np.uint16, "has_account": np.uint8,
    "in_use": np.uint8,
}  # fmt: skip


def _top_ups(params: Params, run: Setting) -> tuple[np.ndarray, np.ndarray]:
    """Rates float32 and pence int32 of top-ups, [payer, years].

    Raises InputError when all that could be paid into an account while it is open does not fit it.
    """
    index = growth(run.parameters, "cpi", run.years, params.start)
    by_payer = params.top_ups
    payers = (
        (by_payer.individual.rate, by_payer.individual.amount),
        (by_payer.employer.rate, by_payer.employer.amount),
        (by_payer.local_authority.rate, by_payer.local_authority.amount),
    )
    amounts = [pence(amount, run.years, params.start, index, "top-ups") for _, amount in payers]
    rates = [
        np.where(pence_paid > 0, by_year(rate, run.years, params.start), 0.0)
        for (rate, _), pence_paid in zip(payers, amounts, strict=True)
    ]
    in_a_year = np.where(np.array(rates) > 0, np.array(amounts, float), 0.0).sum(axis=0)
    held = np.convolve(in_a_year, np.ones(max(years_open(params), 1)))
    whole_pence(held, "top-ups of all years in which an account is open")
    return np.array(rates, np.float32), np.array(amounts, np.int32)


def _seeks_work(params: Params, account: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """1 for work statuses of the labour force at the ages from the first tranche until the account closes.

    0 in years in which no tranche of `amounts` [years, tranches] is worth anything.
    """
    table = np.zeros((*account.shape, STATUS_KEYS), np.int32)
    if params.tranches:
        ages = (account != SHUT) & (np.arange(AGES) >= params.tranches[0].age)
        ages &= amounts.max(axis=1, keepdims=True) > 0
        labour_force = [name in ("employee", "self_employed", "unemployed") for name in WORK_STATUSES]
        table[..., : len(labour_force)] = ages[..., None] & np.array(labour_force)
    return table.reshape(len(account), AGES * STATUS_KEYS)


def _payers() -> np.ndarray:
    """Who pays for each kind of adult learning that could switch to the grant, uint8 [ADULT_LEARNING]."""
    payers = np.zeros(len(ADULT_LEARNING), np.uint8)
    for name, payer in (("self_paid", SELF), ("loan_funded", LOAN), ("employer_paid", EMPLOYER)):
        payers[ADULT_LEARNING.index(name)] = payer
    return payers


def _largest_price(price: np.ndarray, markup: np.ndarray, by_balance: np.ndarray) -> None:
    """Raises InputError when the dearest course, at the highest price and balance, does not fit an account."""
    dearest = (price * markup).max(axis=1, initial=0.0) * by_balance.max(axis=1)
    whole_pence(dearest, "prices")
