"""Income tax, National Insurance and student loans by hand beside the engine's kernels for a chunk of people.

The engine works chunks out one after the other in the same columns, which stay in the nearest cache, and so does the
ceiling: one chunk from the middle of the block is worked out again and again.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.ceiling.parts import ENGINE, Part, compiled
from benchmarks.ceiling.taxes import FOUND, tax_and_contributions
from microsim.engine.run import Programme
from microsim.kernels.jit import compile_driver
from microsim.taxes import lines
from microsim.taxes.chunk import CHUNK, column
from microsim.taxes.income_tax import IncomeTax
from microsim.taxes.national_insurance import NationalInsurance
from microsim.taxes.persons import care_for_others, own_incomes, pay_contributions, tax_incomes
from microsim.taxes.student_loans import StudentLoans

CHUNKS = 20
PENCE_APART = 5.0
INCOMES = (lines.WAGES, lines.PROFITS, lines.PENSION_CONTRIBUTION, lines.PRIVATE_PENSION, lines.STATE_PENSION,
           lines.CARERS_ALLOWANCE, lines.PROPERTY, lines.SAVINGS, lines.DIVIDENDS)  # fmt: skip
RESULTS = (lines.INCOME_TAX, lines.EMPLOYEE_CONTRIBUTIONS, lines.SELF_EMPLOYED_CONTRIBUTIONS,
           lines.EMPLOYER_CONTRIBUTIONS, lines.LOAN_REPAYMENT)  # fmt: skip
BANDS = (lines.BASIC_RATE, lines.HIGHER_RATE, lines.ADDITIONAL_RATE)


def tax_part(programme: Programme, number: int, index: int) -> Part:
    """The part on a chunk of block `number` in year `index`; `programme` is one with taxes."""
    people, age_sex, means, tables, change, room = _lived(programme, number, index)
    first = len(people.id) // 3
    own, places = room.own, compile_driver(_places)(np.array([*INCOMES, *RESULTS, *BANDS]))
    compiled(_fill)(people, means, tables, change, own, index, first)
    columns = [own[place : place + CHUNK] for place in places]
    incomes = np.array(columns[: len(INCOMES)]).astype(np.int32)
    found, band = np.zeros((len(FOUND), CHUNK), np.int32), np.zeros(CHUNK, np.uint8)
    chunk = slice(first, first + CHUNK)
    few = (means.over_pension_age[chunk].astype(np.float32), age_sex[chunk].copy(), people.apprenticeship[chunk].copy(),
           means.loan_plan[chunk].copy(), means.postgraduate_loan[chunk].copy())  # fmt: skip
    rates = (_single(IncomeTax, tables.income_tax[index]), _single(NationalInsurance, tables.national_insurance[index]),
             _single(StudentLoans, tables.student_loans[index]))  # fmt: skip
    engine, hand = compiled(_engine_taxes), compiled(_hand_taxes)

    def written(side: str) -> list[np.ndarray]:
        if side == ENGINE:
            amounts = [own[place : place + CHUNK] for place in places[len(INCOMES) :]]
            reached = sum((rank + 1) * amounts[len(RESULTS) + rank] for rank in range(len(BANDS)))
            return [*amounts[: len(RESULTS)], np.asarray(reached, np.float64)]
        return [*found.astype(np.float64), band.astype(np.float64)]

    return Part(
        lambda n: engine(people, age_sex, means, tables, own, index, first, n // CHUNK),
        lambda n: hand(incomes, *few, *rates, found, band, n // CHUNK),
        CHUNKS * CHUNK,
        written,
        close=PENCE_APART,
    )


def _lived(programme: Programme, number: int, index: int) -> tuple[Any, ...]:
    """People, what they have, the baseline's rules and changes of pay, and room, after year `index` of a block."""
    block = programme.sample.make(number)
    rows = len(block.people.id)
    states = tuple(entry.fresh(rows) for entry in programme.measures)
    scratch, arms = programme.scratch(rows)
    programme.live(programme.driver(), block, states, (0, index + 1), (scratch, arms), programme.ledger())
    rules, change = programme.taxes.tables[0], arms.effects[0].pay_change
    return block.people, scratch.groups.age_sex, arms.means, rules, change, arms.taxes


def _single(kind: Any, row: np.ndarray) -> Any:
    """A year's rates in single precision."""
    return kind(*(np.float32(value) for value in row[: len(kind._fields)]))


def _places(numbers):
    places = np.zeros(len(numbers), np.int64)
    for n in range(len(numbers)):
        places[n] = column(numbers[n])
    return places


def _fill(people, means, tables, change, own, index, first):
    own_incomes(people, means, change, own, first, CHUNK)
    care_for_others(people, tables, own, 0.5, index, first, CHUNK)


def _engine_taxes(people, age_sex, means, tables, own, index, first, times):
    for _ in range(times):
        tax_incomes(tables, own, index, CHUNK)
        pay_contributions(people, age_sex, means, tables, own, index, first, CHUNK)


def _hand_taxes(incomes, over, age_sex, apprenticeship, plan, postgraduate, tax, insurance, loans, found, band, times):
    for _ in range(times):
        tax_and_contributions(
            incomes, over, age_sex, apprenticeship, plan, postgraduate, tax, insurance, loans, found, band, CHUNK
        )  # fmt: skip
