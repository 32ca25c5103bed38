"""Who bears or keeps what employers gain: a stated assumption, applied apart from what arises.

What arises is known: so many pounds at the employers of these employees. Who has them in the end is not: owners, those
who buy what is made, people whose jobs it makes worth offering, or employees through their pay. The scenario says in
what shares (`incidence`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from microsim.accounts.sharing import share_out
from microsim.distribution.grouping import Grouped
from microsim.distribution.money import ALL_MEASURES, GroupMoney
from microsim.engine.gains import NET_INCOME
from microsim.scenario.distribution import Incidence

INCIDENCE_KINDS = ("employer_profits", "employer_prices", "employer_jobs", "employer_wages")


def with_incidence(
    money: Mapping[tuple[str, str], GroupMoney], incidence: Incidence, grouped: Grouped
) -> dict[tuple[str, str], GroupMoney]:
    """Gains by (measure, kind) and who has employers' in the end; all measures' parts are the sums of theirs."""
    found = dict(money)
    for (measure, kind), gain in money.items():
        if kind == "employer" and measure != ALL_MEASURES:
            for part, shared in incidence_of(gain, incidence, grouped).items():
                found[measure, part] = shared
                before = found.get((ALL_MEASURES, part))
                pence = shared.pence if before is None else before.pence + shared.pence
                found[ALL_MEASURES, part] = shared._replace(pence=pence)
    if (ALL_MEASURES, "employer") in money:
        for part, shared in incidence_of(money[ALL_MEASURES, "employer"], incidence, grouped).items():
            if (ALL_MEASURES, part) in found:
                found[ALL_MEASURES, part] = shared._replace(pence=found[ALL_MEASURES, part].pence)
    return found


def incidence_of(employer: GroupMoney, incidence: Incidence, grouped: Grouped) -> dict[str, GroupMoney]:
    """An employer gain by whom it reaches, each kind by group; together they are the gain of each year to the penny.

    Wages go to the groups in which the gain arises, prices to all in proportion to net income, which stands for what
    they buy. Profits and jobs are allocated to nobody: neither owners nor those who would get the jobs are known.
    """
    total = employer.pence.sum(axis=1)
    upto = np.rint(np.cumsum(incidence.shares())[:, None] * total).astype(np.int64)
    upto[-1] = total  # shares add up to 1 but for the last digit
    profits, prices, jobs, wages = np.diff(upto, axis=0, prepend=0)
    by_kind = {
        "employer_profits": _nobody(profits, employer.pence.shape),
        "employer_prices": _shared(prices, np.maximum(grouped.sums[NET_INCOME], 0)),
        "employer_jobs": _nobody(jobs, employer.pence.shape),
        "employer_wages": _shared(wages, employer.pence)[:, :-1],
    }
    errors = _errors(employer, incidence, np.maximum(grouped.sums[NET_INCOME], 0))
    return {kind: GroupMoney(pence, *errors[kind]) for kind, pence in by_kind.items()}


def _errors(employer: GroupMoney, incidence: Incidence, income: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """By kind the standard errors by group and of all: those of the employers' gain, in the shares assumed.

    Shares of `income` [years, groups], by which prices are borne, are taken as known.
    """
    of_all, found = employer.error_of_all, {}
    for kind, share in zip(INCIDENCE_KINDS, incidence.shares(), strict=True):
        error = np.full(employer.error.shape, np.nan)
        if kind == "employer_wages":
            error[:, :-1] = share * employer.error[:, :-1]
        elif kind == "employer_prices":
            error[:, :-1] = share * of_all[:, None] * income / np.maximum(income.sum(axis=1, keepdims=True), 1)
        else:
            error[:, -1] = share * of_all
        found[kind] = error, share * of_all
    return found


def _nobody(amount: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    found = np.zeros(shape, np.int64)
    found[:, -1] = amount
    return found


def _shared(amount: np.ndarray, spread: np.ndarray) -> np.ndarray:
    if not amount.any():
        return np.zeros((len(spread), spread.shape[1] + 1), np.int64)
    shares, rest = share_out(amount, spread)
    return np.concatenate([shares, rest[:, None]], axis=1)
