"""Disability and unpaid care by rank: beside a twin, the shares that hold, and how long states last."""

import numpy as np
import pytest

from microsim.dynamics.health import change_health, draw_again, health_tables
from microsim.kernels.jit import callable_from_python
from microsim.population.people import People


@pytest.fixture(scope="module")
def tables(england):
    return health_tables(england)


def someone(rows=20_000, seed=3):
    random = np.random.default_rng(seed)
    people = People.empty(rows)
    people.resident[:] = random.random(rows) < 0.9
    people.area[:] = random.integers(0, 296, rows)
    for name in ("disability_rank", "care_rank"):
        getattr(people, name)[:] = random.integers(0, 2**32, rows, dtype=np.uint32)
    age_sex = random.integers(2 * 16, 2 * 100, rows).astype(np.uint32)
    return people, age_sex, random.integers(0, 2**32, (4, rows), dtype=np.uint32)


def test_states_are_those_of_the_twin(england, tables):
    people, age_sex, words = someone()
    before = people.copy()
    callable_from_python(change_health)(people, age_sex, tables, words, len(age_sex))
    figures = england.room_figures["health"]
    for rank, state, prevalence, redrawn, (happens, new) in (
        ("disability_rank", "disabled", england.health.disability, figures["disability_redrawn"].central, (0, 1)),
        ("care_rank", "carer", england.health.care, figures["care_redrawn"].central, (2, 3)),
    ):
        for row in range(0, len(age_sex), 7):
            expected_rank, expected_state = getattr(before, rank)[row], getattr(before, state)[row]
            if before.resident[row]:
                if words[happens, row] / 2**32 < redrawn:
                    expected_rank = words[new, row]
                age = min(int(age_sex[row]) // 2, 90)
                share = float(prevalence[before.area[row], age - 16, int(age_sex[row]) % 2])
                expected_state = expected_rank / 2**32 < share
            assert getattr(people, rank)[row] == expected_rank
            assert getattr(people, state)[row] == expected_state


def test_the_share_holds_for_years_and_states_last():
    """A prevalence of 0.3 and a chance of 0.1 of a new rank: after three years 81 per cent are still in the state."""
    random = np.random.default_rng(5)
    rows = 200_000
    rank, threshold = random.integers(0, 2**32, rows, dtype=np.uint32), np.uint32(0.3 * 2**32)
    resident, again = np.ones(rows, np.uint8), callable_from_python(draw_again)
    first = rank < threshold
    for _ in range(3):
        happens, word = random.integers(0, 2**32, (2, rows), dtype=np.uint32)
        again(rank, resident, np.uint32(0.1 * 2**32), happens, word, rows)
        assert (rank < threshold).mean() == pytest.approx(0.3, abs=0.005)
    assert (rank < threshold)[first].mean() == pytest.approx(0.9**3 + (1 - 0.9**3) * 0.3, abs=0.01)


def test_a_rank_with_the_top_bits_of_the_threshold_is_told_by_the_rest(tables):
    people, age_sex, words = someone(2_000)
    people.resident[:] = 1
    words[[0, 2]] = 0xFFFFFFFF  # no new ranks
    threshold = tables.disability[age_sex * tables.areas + people.area]
    change = callable_from_python(change_health)
    for rank, state in ((threshold, 0), (threshold - 1, 1)):
        people.disability_rank[:] = rank
        change(people, age_sex, tables, words, len(age_sex))
        assert (people.disabled == state).all()
