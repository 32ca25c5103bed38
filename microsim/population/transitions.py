"""Yearly chances of changing work status, tied to the fitted table by age.

Someone aged a today and one aged a + 1 differ because people change (or because cohorts differ). Work flows start from
the changes seen in the household survey and are scaled, with the least distortion, until they carry the fitted shares
at each age into those at the next: a population that ages stays at the official rates.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from microsim.population import columns as axes
from microsim.population.ipf import Floats, fit_pairs
from microsim.population.margins import transition_counts

FLOOR = 1e-5  # least chance of any change, so that every margin can be met


def status_shares(counts: Floats, prior: float = 200.0) -> Floats:
    """Shares [age, sex, 7, 5] of statuses, from counts [age, sex, 7, 5].

    Small groups lean on the shares of their age and sex over all qualifications, worth `prior` people.
    """
    over = counts.sum(2, keepdims=True)
    shares = counts + prior * over / over.sum(-1, keepdims=True)
    return shares / shares.sum(-1, keepdims=True)


def seed_flows(tables: Path, own_share: Floats, switch_to_own: float, switch_from_own: float) -> Floats:
    """Seen changes [age, sex, from 5, to 5]: survey chances between band mid-points, work split in two.

    own_share: self-employed share of work [age, sex], for those who start work. switch_to_own, switch_from_own: yearly
    chances that an employee becomes self-employed and the reverse, among those who stay in work.
    """
    counts = transition_counts(tables)
    origin = counts.sum(-1, keepdims=True)
    chance = np.divide(counts, origin, out=np.zeros_like(counts), where=origin > 0)
    for band in range(len(counts)):  # an origin nobody was seen in takes the chances of the next band that has some
        for state in range(4):
            for sex in (0, 1):
                if origin[band, sex, state, 0] == 0:
                    later = [other for other in range(len(counts)) if origin[other, sex, state, 0] > 0]
                    nearest = min(later, key=lambda other: abs(other - band))
                    chance[band, sex, state] = chance[nearest, sex, state]
    middle = np.array([(band.first + min(band.last, 82)) / 2 for band in axes.TRANSITION_BANDS])
    flat = chance.reshape(len(counts), -1)
    single = np.stack([np.interp(axes.AGES, middle, column) for column in flat.T], axis=1)
    single = single.reshape(len(axes.AGES), 2, 4, 4)
    order = [axes.UNEMPLOYED, axes.INACTIVE, axes.RETIRED]
    flows = np.zeros((len(axes.AGES), 2, 5, 5))
    for row, start in enumerate(order, 1):
        flows[..., start, axes.EMPLOYEE] = single[..., row, 0] * (1 - own_share)
        flows[..., start, axes.SELF_EMPLOYED] = single[..., row, 0] * own_share
        for column, end in enumerate(order, 1):
            flows[..., start, end] = single[..., row, column]
    for start, switch in ((axes.EMPLOYEE, switch_to_own), (axes.SELF_EMPLOYED, switch_from_own)):
        other = axes.SELF_EMPLOYED if start == axes.EMPLOYEE else axes.EMPLOYEE
        flows[..., start, start] = single[..., 0, 0] * (1 - switch)
        flows[..., start, other] = single[..., 0, 0] * switch
        for column, end in enumerate(order, 1):
            flows[..., start, end] = single[..., 0, column]
    flows = np.maximum(flows, FLOOR)
    return flows / flows.sum(-1, keepdims=True)


def work_flows(tables: Path, counts: Floats, switch_to_own: float, switch_from_own: float) -> Floats:
    """Next year's status [age 16..90+, sex, 7, from 5, to 5]; rows add up to one.

    `counts` [age, sex, 7, 5] is the fitted table of England. At 90 and over shares stay as they are.
    """
    shares = status_shares(counts)
    work = counts[..., :2].sum(2)
    own = np.divide(work[..., 1], work.sum(-1), out=np.zeros_like(work[..., 1]), where=work.sum(-1) > 0)
    seed = seed_flows(tables, own, switch_to_own, switch_from_own)
    after = np.concatenate([shares[1:], shares[-1:]])
    joint = fit_pairs(shares[..., None] * seed[:, :, None], shares, after, tolerance=1e-10)
    total = joint.sum(-1, keepdims=True)
    flows = np.where(total > 0, joint / np.where(total > 0, total, 1.0), seed[:, :, None])
    return flows / flows.sum(-1, keepdims=True)
