"""Leaving the parents' home, and how it shares out the moves between areas by age.

Published moves are of everybody of an age. Those who live with parents move with them, or leave home and move on their
own; if all who are counted with their parents moved as often as others do, few would be left with them by 22. So they
move on their own no more often than keeps the published shares with parents, and people who have left home make up for
it, as far as they can. What leaving the published shares ask for beyond that is inside the area.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from microsim.population.families import Families
from microsim.population.moves import GROUPS
from microsim.population.people import ENTRY_AGE

_PARENT = 29  # years between a child and the head of the parents' household
_MOST_MOVE = 0.85  # of people of an age who have left home, in a year


class Leaving(NamedTuple):
    """Yearly chances and relatives [age from 16, sex], by age at the end of the year."""

    leave: np.ndarray  # of somebody who lives with parents, does not move and finds no partner
    moves_with_parents: np.ndarray  # moves of people with parents over those of all people of the age
    moves_of_others: np.ndarray


def national_moves(population: Any) -> np.ndarray:
    """Share of people [age from 16, sex] who change area in a year."""
    people = population.joint.sum((3, 4)).astype(np.float64)
    firsts = np.array([group.first for group in GROUPS])
    group = np.clip(np.searchsorted(firsts, np.arange(people.shape[1]) + ENTRY_AGE, side="right") - 1, 0, None)
    rate = (population.move_out_rate * population.move_factor)[group]  # [age, area]
    chance: np.ndarray = np.einsum("xas,ax->as", people, rate) / people.sum(0) * population.move_age_relative
    return chance


def leaving(population: Any, inflow: np.ndarray, search: list[np.ndarray], couples_who_move: float) -> Leaving:
    """The chances that keep the published shares with parents and the published number of moves.

    `inflow` are immigrants, who come without parents, over people of the age; `search` the chances of finding a partner
    (in a home of one's own, with parents); in `couples_who_move` of new couples one of the two changes area. A mother
    is 30 years older and, where she dies, leaves no home in seven of ten cases.
    """
    fitted: Families = population.families
    share = fitted.parents_share.copy()
    share[0] = 1.0 - fitted.communal_share[0]
    stay = np.ones_like(share)
    stay[1:] = share[1:] * (1.0 + inflow[1:]) / share[:-1].clip(1e-6)
    deaths = population.mortality[1][:, 0]
    orphaned = 0.7 * deaths[np.clip(np.arange(len(share)) + _PARENT + 1, 0, len(deaths) - 1)][:, None]
    wanted = (1.0 - stay / (1.0 - search[1]) / (1.0 - orphaned)).clip(0.0, 0.95)
    moves = national_moves(population)
    single = 1.0 - fitted.couple_share
    met = (single - fitted.parents_share).clip(0.0) * search[0] + fitted.parents_share * search[1]
    moves_to_partner = met * couples_who_move / 2.0
    with_head = moves[np.clip(np.arange(len(share)) + _PARENT, 0, len(share) - 1)].mean(1)[:, None]
    alone = np.clip((moves - with_head) / (1.0 - with_head), 0.0, wanted)
    both = np.minimum(with_head + (1.0 - with_head) * alone, moves)
    at_home = np.concatenate([share[:1], share[:-1]])
    others = (moves - moves_to_partner - at_home * both) / (1.0 - at_home)
    others = np.clip(others, 0.0, np.maximum(_MOST_MOVE, moves))
    return Leaving(1.0 - (1.0 - wanted) / (1.0 - alone), both / moves, others / moves)
