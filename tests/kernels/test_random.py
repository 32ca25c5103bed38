"""The generator against its published known answers, and the promise that a draw depends on nobody else."""

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import random_words

fill = callable_from_python(random_words)


def words_of(person, key_0, key_1, year, group):
    person = np.atleast_1d(np.asarray(person, np.uint64))
    words = np.zeros((4, person.size), np.uint32)
    fill(words, person, key_0, key_1, year, group, person.size)
    return words


# Known-answer vectors of philox4x32-10 published with the generator (Random123, kat_vectors).
@pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_known_answers(counter, key, answer):
    person = counter[0] | counter[1] << 32
    assert tuple(words_of(person, *key, counter[2], counter[3])[:, 0]) == answer


def test_a_draw_does_not_depend_on_who_else_is_drawn():
    people = np.arange(1000, dtype=np.uint64) * 7 + (5 << 40)
    together = words_of(people, 3, 0, 2030, 4)
    alone = words_of(people[617], 3, 0, 2030, 4)
    assert (together[:, 617] == alone[:, 0]).all()


def test_every_part_of_the_key_changes_the_draw():
    base = (12, 3, 0, 2030, 4)
    words = {words_of(*base)[0, 0]}
    for place in range(5):
        other = list(base)
        other[place] += 1
        words.add(words_of(*other)[0, 0])
    assert len(words) == 6


def test_words_are_uniform():
    words = words_of(np.arange(100_000), 1, 0, 2030, 1)
    counts = np.bincount((words >> np.uint32(28)).reshape(-1), minlength=16)
    expected = words.size / 16
    assert ((counts - expected) ** 2 / expected).sum() < 37.7  # chi-squared, 15 degrees of freedom, p = 0.001
