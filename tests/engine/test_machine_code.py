"""What the compiler made of the kernels: vector instructions where they are claimed, and sums that cannot overflow."""

import platform
import re
from dataclasses import replace

import numpy as np
import pytest
from common import GRANT
from lives import live, taxed

from microsim.dynamics.ageing import grow_older
from microsim.engine import gain_cells, gain_lists, income_bins
from microsim.engine.assessment import entitlements_of, means_of, taxes_of
from microsim.engine.fours import FOUR
from microsim.engine.gain_cells import Near
from microsim.engine.ledger import PAY, PEOPLE, GroupKeys, add_people, group_people
from microsim.engine.tax_sums import sums_of
from microsim.engine.turn import apply_measure
from microsim.engine.year import live_year
from microsim.kernels.float32 import normal_quantile
from microsim.kernels.jit import callable_from_python, in_parts
from microsim.kernels.random import random_words
from microsim.measures.contract import cost
from microsim.measures.listed import list_rows
from microsim.population.blocks import Sample
from microsim.population.people import EMPLOYEE, People
from microsim.taxes.persons import keep_what_is_left, tax_incomes
from microsim.taxes.scratch import TaxScratch

INTEL = platform.machine().lower() in ("x86_64", "amd64")
ROWS = 64


def assembly(function, *arguments):
    """The machine code of a kernel, compiled for the types of these arguments (and run on no rows)."""
    twin = callable_from_python(function)
    twin(*arguments)
    return "\n".join(twin.inspect_asm().values())


def assembly_in_driver(name, programme):
    """The machine code of a kernel, compiled for the arguments that the driver gives it (and run on no rows)."""
    compiled = []

    def only(called, twin):
        if called == name:
            compiled.append(twin)
            return twin
        return lambda *arguments: 0

    block = programme.sample.make(0)
    nobody = block._replace(present=np.zeros_like(block.present))
    programme = replace(programme, measures=())
    driver = programme.driver()._replace(live=in_parts(live_year, only))
    programme.live(driver, nobody, (), (0, 1), programme.scratch(len(block.people.id)), programme.ledger())
    return "\n".join(text for twin in compiled for text in twin.inspect_asm().values())


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
def test_earnings_are_vectorised(programme_of, tiny):
    text = assembly_in_driver("earn", programme_of(tiny, {}))
    assert packed(text, "mulps") >= 10


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
@pytest.mark.parametrize("kind", [np.uint8, np.int32])
def test_the_search_for_rows_is_vectorised(kind):
    text = assembly(list_rows, np.zeros(ROWS, kind), np.zeros(ROWS, np.uint32), 0)
    assert packed(text, "por[dq]?", "orps", "pternlog[dq]") >= 1


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_gains_are_vectorised():
    """Lines added near by, bins of income, and four sums at once."""
    whole, wide = np.zeros(ROWS, np.int32), np.zeros(ROWS, np.int64)
    assert packed(assembly(gain_lists._add_line, whole, 1, wide, np.uint64(0)), "paddq", "psubq") >= 2
    flags, bins = np.zeros(ROWS, np.uint8), np.zeros(ROWS, np.uint16)
    assert packed(assembly(income_bins._bin_incomes, flags, flags, np.zeros(ROWS), bins, 0), "cvtpd2ps") >= 1
    text = assembly(gain_cells._add_fours, np.zeros((1, FOUR), np.int64), Near.make(), 0)
    assert packed(text, "paddq") >= 1


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_taxes_of_people_are_vectorised(programme_of, tiny):
    """Many columns in one loop: the compiler must see that they do not overlap (`microsim.taxes.chunk`)."""
    own, tables = TaxScratch.make(ROWS).own, taxed(programme_of(tiny, {})).taxes.tables[0]
    text = assembly(tax_incomes, tables, own, 0, 0)
    assert packed(text, "divpd") >= 4
    assert packed(text, "mulpd") >= 10
    assert packed(assembly(keep_what_is_left, own, 0), "divpd") >= 7


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_chances_of_work_are_vectorised(programme_of, tiny):
    """Three chances are shifted by odds, each by a division; what they look up is gathered before."""
    text = assembly_in_driver("change_work", programme_of(tiny, {}))
    assert packed(text, "divps") >= 3


@pytest.mark.skipif(not INTEL, reason="the names of the instructions are those of x86")
def test_masks_of_lists_are_vectorised(programme_of, tiny):
    """Who looks for an employer is decided on bytes, many to a vector, before the list of them is made."""
    text = assembly_in_driver("find_employers", programme_of(tiny, {}))
    assert packed(text, "pcmpeqb", "pcmpneqb", "ptestn?mb") >= 2


def test_no_fused_multiplications(block):
    """A fused multiply-add rounds once where two instructions round twice: the bytes would depend on the processor."""
    people, words, _ = block
    for text in (
        assembly(quantiles, np.zeros(ROWS, np.uint32), np.zeros(ROWS, np.float32)),
        assembly(random_words, words, people.id, 7, 0, 2030, 3, 0),
    ):
        assert packed(text, "fn?m(?:add|sub)[0-9]+[ps][sd]") == 0


@pytest.mark.slow
def test_kernels_compiled_apart_give_the_same_bits(programme_of, tiny):
    """Inlined into the driver or not, vectorised or not, a kernel computes the same; the driver itself adds nothing."""

    def costs(own, people, clock, age_sex, room, effects, lines):
        cost(own, people, clock, age_sex, room, effects, lines)

    called = []

    def apart(function, **instead):
        return in_parts(function, lambda name, twin: called.append(name) or twin, **instead)

    programme = taxed(programme_of(tiny, {"start": "2026-27"}))
    turn = apart(apply_measure, cost=callable_from_python(costs))
    live, means, entitlements, taxes, sums = map(apart, (live_year, means_of, entitlements_of, taxes_of, sums_of))
    parts = programme.driver()._replace(
        live=live, means=means, entitlements=entitlements, taxes=taxes, sums=sums, measures={GRANT: turn}
    )  # fmt: skip
    for number in (0, 3):
        years = zip(live(programme, tiny.make(number)), live(programme, tiny.make(number), parts), strict=True)
        for whole, apart in years:
            for name, one, other in zip(whole.people._fields, whole.people, apart.people, strict=True):
                assert one.tobytes() == other.tobytes(), (name, whole.year)
        for one, other in zip(whole.ledger, apart.ledger, strict=True):
            assert (one == other).all()
            assert one.any()
    assert {"die", "change_work", "earn", "add_line"} <= set(called)


# -- sums --------------------------------------------------------------------------------------------------------------


def test_sums_of_pay_cannot_overflow(england, programme_of):
    """Full scale, everybody paid what the best-paid hundredth of those in work gets in the last year, in one cell:
    pence x thousandths. (Everybody at the highest pay of all would not fit: that is a hundred times the economy's pay
    bill in 2055-56.)"""
    sample = Sample(england, 1 / 5000, seed=7, last_year=2055)
    *_, last = live(programme_of(sample, {}), sample.make(0))
    pay = last.people.pay[(last.people.resident == 1) & (last.people.pay > 0)]
    assert len(pay) > 5_000
    best = float(np.quantile(pay, 0.99))
    assert 200_000 < best < 2_000_000
    people = float(england.projection.sum(axis=(1, 2)).max())
    assert 4e7 < people < 1e8
    assert best * 100 * people * 1000 < 2**63 / 2


def test_sums_of_balances_cannot_overflow(england):
    """Every adult with a hundred thousand pounds in the account: ten times the grant, at full scale."""
    people = float(england.projection.sum(axis=(1, 2)).max())
    assert 100_000 * 100 * people * 1000 < 2**63 / 4


def test_full_scale_sums_stay_whole(programme_of, tiny):
    """The ledger's own sums at full weight: one row that stands for two million people, its pence beyond 32 bits."""
    weight, pay = 2**31 - 1, np.float32(30_000_000.0)
    people, ledger = People.empty(1), programme_of(tiny).ledger()
    people.weight[:], people.resident[:], people.work_status[:], people.pay[:] = weight, 1, EMPLOYEE, pay
    keys, working = GroupKeys.make(1), np.zeros(1, np.uint32)
    keys.age_sex[:] = 60
    callable_from_python(group_people)(people, keys, 1)
    callable_from_python(add_people)(ledger, people, keys, working, 1, 4, 1)
    expected = 3_000_000_000 * weight
    assert 2**62 < expected < 2**63
    for by_group in ledger.groupings:
        assert by_group[PAY, 4].sum() == expected
        assert by_group[PEOPLE, 4].sum() == weight
