"""What the compiler made of the kernels: vector instructions where they are claimed, and sums that cannot overflow."""

import platform
import re

import numpy as np
import pytest

from microsim.dynamics.ageing import grow_older
from microsim.dynamics.earnings import earn
from microsim.kernels.float32 import normal_quantile
from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import random_words

INTEL = platform.machine().lower() in ("x86_64", "amd64")
ROWS = 64


def assembly(function, *arguments):
    """The machine code of a kernel, compiled for the types of these arguments (and run on no rows)."""
    twin = callable_from_python(function)
    twin(*arguments)
    return "\n".join(twin.inspect_asm().values())


def packed(text, *instructions):
    """How many packed instructions of these names there are, of any vector length."""
    return len(re.findall(rf"^\s+v?(?:{'|'.join(instructions)})\s", text, re.MULTILINE))


def quantiles(words, result):
    for i in range(np.uint64(words.size)):
        result[i] = normal_quantile(words[i])


@pytest.fixture(scope="module")
def block(tiny):
    people = tiny.make(0).people
    return people, np.zeros((4, len(people.id)), np.uint32), np.zeros(len(people.id), np.uint32)


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_random_words_are_vectorised(block):
    people, words, _ = block
    text = assembly(random_words, words, people.id, 7, 0, 2030, 3, 0)
    assert packed(text, "pmuludq") >= 2
    assert packed(text, "pxor[dq]?", "pternlog[dq]", "xorps") >= 2


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_normal_quantiles_are_vectorised(block):
    text = assembly(quantiles, np.zeros(ROWS, np.uint32), np.zeros(ROWS, np.float32))
    assert packed(text, "mulps", "fn?madd[0-9]+ps") >= 10
    assert packed(text, "sqrtps", "rsqrtps", "rsqrt14ps") >= 1


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_ages_are_vectorised(block):
    """Kernels whose work is a look-up in a table (deaths, moves) are not named here: many processors' compilers prefer
    single loads to a gather."""
    people, _, age_sex = block
    text = assembly(grow_older, people, age_sex, 2030, 0)
    assert packed(text, "padd[dq]", "psub[dq]", "pminsd", "psll[dq]") >= 4


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_earnings_are_vectorised(block, programme_of, tiny):
    people, words, age_sex = block
    tables = programme_of(tiny, {}).tables
    text = assembly(earn, people, age_sex, tables, words, np.zeros(ROWS, np.float32), 3, 0)
    assert packed(text, "mulps") >= 10


def test_no_fused_multiplications(block):
    """A fused multiply-add rounds once where two instructions round twice: the bytes would depend on the processor."""
    people, words, _ = block
    for text in (
        assembly(quantiles, np.zeros(ROWS, np.uint32), np.zeros(ROWS, np.float32)),
        assembly(random_words, words, people.id, 7, 0, 2030, 3, 0),
    ):
        assert packed(text, "fn?m(?:add|sub)[0-9]+[ps][sd]") == 0


# -- sums --------------------------------------------------------------------------------------------------------------


def test_sums_of_pay_cannot_overflow(england, programme_of, tiny):
    """Full scale, everybody an employee of the best-paid age and sex in the best-paid area in the last year, in one
    cell: pence x thousandths. (Everybody at the highest single point of the pay distribution would not fit: that is
    352 trillion pounds a year, a hundred times the economy's pay bill in 2055-56.)"""
    tables = programme_of(tiny, {}).tables
    scores = np.linspace(-4.0, 4.0, 64)
    density = np.exp(-(scores**2) / 2)
    mean = (tables.pay.reshape(-1, 64) * density).sum(axis=1) / density.sum()
    best = float(mean.max()) * float(tables.area_pay.max()) * float(tables.pay_index.max())
    best *= max(1.0, float(tables.status_pay.max()))
    assert 100_000 < best < 10_000_000
    people = float(england.projection.sum(axis=(1, 2)).max())
    assert 4e7 < people < 1e8
    assert best * 100 * people * 1000 < 2**63 / 4


def test_sums_of_balances_cannot_overflow(england):
    """Every adult with a hundred thousand pounds in the account: ten times the grant, at full scale."""
    people = float(england.projection.sum(axis=(1, 2)).max())
    assert 100_000 * 100 * people * 1000 < 2**63 / 4


def test_full_scale_sums_stay_whole(england, programme_of, tiny):
    """The ledger's own sums at full weight: a person with the weight of England and the highest pay."""
    from microsim.engine.ledger import PAY
    from microsim.population.blocks import Block

    programme = programme_of(tiny, {})
    block = tiny.make(0)
    row = int(np.flatnonzero((block.people.entry_year == 0) & (block.people.cohort > 1985))[0])
    one = block.people.take(np.array([row]))
    one.weight[:] = 2**31 - 1  # two million people
    one.persistent[:] = 6.0
    tables = programme.tables
    still = tables._replace(
        death=np.zeros_like(tables.death), emigration=np.zeros_like(tables.emigration),
        work=np.full_like(tables.work, 2**32 - 1),  # an employee for ever
    )  # fmt: skip
    programme = type(programme)(tiny, still, programme.measures)
    alone = Block(one, np.clip(block.present - row, 0, 1))
    ledger = programme.ledger()
    states = tuple(entry.fresh(1) for entry in programme.measures)
    programme.live(programme.driver(), alone, states, (0, 5), programme.scratch(1), ledger)
    last = ledger.area[PAY, 4].sum()
    assert last > 50_000 * 100 * (2**31 - 1)
    assert last == int(np.float32(one.pay[0]) * np.float32(100)) * (2**31 - 1)
