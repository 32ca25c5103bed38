"""The choice of a backend, batches of blocks, and sums as they travel."""

import random

import numpy as np
import pytest

from microsim import api
from microsim.backends import choose
from microsim.backends.batches import LARGEST, Batches
from microsim.backends.choose import BACKENDS, backend_of
from microsim.backends.sums import add_packed, pack
from microsim.backends.threads import Threads
from microsim.cli.run import run as command
from microsim.engine.run import Results
from microsim.errors import InputError


def test_threads_unless_asked():
    assert backend_of("threads", threads=3) == Threads(3)
    (option,) = (option for option in command.params if option.name == "backend")
    assert (tuple(option.type.choices), option.default) == (BACKENDS, "threads")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "dusk"}, "not a backend; found 'dusk'; expected threads, dask; did you mean dask?"),
        ({"name": "threads", "scheduler": "tcp://there:8786"}, "the scheduler tcp://there:8786 needs the backend dask"),
        ({"name": "dask", "microdata": 0.1}, "microdata is written on one machine only"),
    ],
)
def test_what_cannot_be(asked, said):
    with pytest.raises(InputError) as refused:
        backend_of(**asked)
    assert str(refused.value).startswith(said)


def test_without_dask_it_says_how_to_install_it(own_scenario, monkeypatch):
    monkeypatch.setattr(choose, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"Dask is not installed here; pip install '\.\[dask\]' installs it"):
        api.run(own_scenario, backend="dask")


@pytest.mark.parametrize(("blocks", "processors"), [(1, 1), (7, 2), (65, 2), (1_500, 2), (7_500, 300)])
def test_every_block_is_in_one_batch(blocks, processors):
    order = random.Random(1).sample(range(blocks), blocks)
    batches, cut = Batches(order), []
    while batches.left:
        cut.append(batches.cut(processors))
    assert [number for batch in cut for number in batch] == order
    sizes = [len(batch) for batch in cut]
    assert sizes == sorted(sizes, reverse=True)
    assert 1 == sizes[-1] <= sizes[0] <= LARGEST
    assert len(cut) >= min(blocks, 4 * processors), "too few for all to finish together"
    assert batches.cut(processors) == []


def test_a_cluster_that_lost_its_workers_still_gets_batches():
    assert Batches([1, 2, 3]).cut(0) == [1]


def test_sums_travel_whole():
    """Negative sums and arrays of nothing included; adding twice adds twice."""
    words = np.random.default_rng(3)

    def sums():
        some = words.integers(-(2**62), 2**62, (4, 5, 6)) * (words.random((4, 5, 6)) < 0.1)
        return Results((some, np.zeros((2, 3), np.int64)), ((words.integers(0, 9, 7),),))

    one, other = sums(), sums()
    expected = {name: array + other.arrays()[name] for name, array in one.arrays().items()}
    packed = pack(other)
    assert sum(len(values) for _, values in packed.values()) < 40
    add_packed(one, packed)
    for name, array in one.arrays().items():
        assert (array == expected[name]).all()
