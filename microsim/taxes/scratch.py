"""Room for a block's taxes: what is found for each row, for each family, and on the way."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from microsim.taxes.chunk import CHUNK, chunk_columns
from microsim.taxes.lines import TAX_LINES

# Columns of a chunk of people: the lines of `TAX_LINES` in pence, then these.
(PAY, TOTAL_INCOME, TAXABLE, NET_EARNINGS, NET_PENSIONS, NET_INCOME, SCALE_NEEDS, PERSON_COLUMNS) = range(
    len(TAX_LINES), len(TAX_LINES) + 8
)
# Columns of a chunk of families: children under 16, young people who count as children, and Child Benefit.
CHILDREN, YOUNG, CLAIMED, FAMILY_COLUMNS = range(4)
# Traits of a chunk of families, see `microsim.taxes.traits`: of the first adult, of the second, and of the family.
MINE, THEIRS, OURS, FAMILY_TRAITS = range(4)
# Columns of a chunk of claims of means-tested benefits: pounds a year, but `SAVED`, `DIVIDEND` and `LET` in pence.
(
    MY_EARNINGS, THEIR_EARNINGS, PENSIONS, SAVED, DIVIDEND, LET, RENTED, PLACE, CHILDCARE, CLAIM_CHILDREN, CLAIM_YOUNG,
    EARLY, CLAIM_BENEFIT, CREDIT, HOUSING, EXCESS, CLAIM_COLUMNS,
) = range(17)  # fmt: skip


class FamilyScratch(NamedTuple):
    """The families of a chunk of rows, and what the rules of benefits are about (see `families`)."""

    row: np.ndarray  # uint32 [CHUNK], of the adult who comes first
    second: np.ndarray  # uint32 [CHUNK], of the partner; `row` again for one adult
    place: np.ndarray  # uint32 [CHUNK], the first adult's place among those who claim
    traits: np.ndarray  # uint32 [FAMILY_TRAITS columns]
    columns: np.ndarray  # float64 [FAMILY_COLUMNS columns]
    kinds: np.ndarray  # uint8 [CHUNK], which benefits a family may have
    parents: np.ndarray  # uint32 [CHUNK], the numbers of those who claim Child Benefit
    workers: np.ndarray  # uint32 [CHUNK], of those who claim Universal Credit
    pensioners: np.ndarray  # uint32 [CHUNK], of those who claim Pension Credit or Housing Benefit
    claims: np.ndarray  # float64 [CLAIM_COLUMNS columns], of those who claim a means-tested benefit
    claim_traits: np.ndarray  # uint32 [FAMILY_TRAITS columns], the same

    @classmethod
    def make(cls) -> Self:
        """Room for as many families as there are rows in a chunk."""
        return cls(
            np.zeros(CHUNK, np.uint32), np.zeros(CHUNK, np.uint32), np.zeros(CHUNK, np.uint32),
            chunk_columns(FAMILY_TRAITS, np.uint32), chunk_columns(FAMILY_COLUMNS), np.zeros(CHUNK, np.uint8),
            np.zeros(CHUNK, np.uint32), np.zeros(CHUNK, np.uint32), np.zeros(CHUNK, np.uint32),
            chunk_columns(CLAIM_COLUMNS), chunk_columns(FAMILY_TRAITS, np.uint32),
        )  # fmt: skip


class TaxScratch(NamedTuple):
    """Room to work in, and what is found for each row."""

    amounts: np.ndarray  # int64 [TAX_LINES, rows], pence (of some more than int32 holds), or 1 for a count
    equivalised: np.ndarray  # float64, household net income in pounds for a couple without children
    total_income: np.ndarray  # float64, adjusted net income
    net_earnings: np.ndarray  # float64, after tax, National Insurance and pension contributions
    net_pensions: np.ndarray  # float64, State and private pensions and Carer's Allowance after tax
    excess: np.ndarray  # float64, of income over needs of the family that heads the household, on the head's row
    scale: np.ndarray  # float64, on the head's row
    household_income: np.ndarray  # int64, pence, on the head's row
    homes: np.ndarray  # int64, how many live there, on the head's row: see `microsim.taxes.homes`
    traits: np.ndarray  # uint32, see `microsim.taxes.traits`
    own: np.ndarray  # float64 [PERSON_COLUMNS columns], of a chunk of people
    families: FamilyScratch

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        kinds = {"household_income": np.int64, "homes": np.int64, "traits": np.uint32}
        apart: dict[str, Any] = {
            "amounts": np.zeros((len(TAX_LINES), rows), np.int64),
            "own": chunk_columns(PERSON_COLUMNS),
            "families": FamilyScratch.make(),
        }
        columns = (name for name in cls._fields if name not in apart)
        return cls(**apart | {name: np.zeros(rows, kinds.get(name, np.float64)) for name in columns})
