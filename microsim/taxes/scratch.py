"""Room for a block's taxes: what is found for each row, for each family, and on the way."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

import numpy as np

from microsim.taxes.lines import TAX_LINES


class FamilyScratch(NamedTuple):
    """What the rules of benefits are about, a value for each family (see `families`), float64 unless said otherwise."""

    row: np.ndarray  # uint32, of the adult who comes first
    second: np.ndarray  # uint32, of the partner; `row` again for one adult
    couple: np.ndarray  # uint8
    works: np.ndarray  # uint8, adults in work: 0, 1 or 2 of a couple, 0 or 2 of one adult
    over_age: np.ndarray  # uint8, all adults are over State Pension age
    may_claim: np.ndarray  # uint8, old enough for Universal Credit, and not students without children
    under_25: np.ndarray  # uint8, all adults
    limited: np.ndarray  # uint8, an adult has limited capability for work
    london: np.ndarray  # uint8
    disabled: np.ndarray  # uint8, an adult has a disability benefit
    alone: np.ndarray  # uint8, no other adult in the home
    children: np.ndarray  # under 16
    young: np.ndarray  # of 16 to 19 who count as children
    early: np.ndarray  # of `children`, born before the limit to two
    childcare: np.ndarray  # pounds a year
    rent: np.ndarray  # pounds a year that benefits may cover
    carers: np.ndarray  # adults with a carer element
    earnings: np.ndarray  # net, pounds a year
    counted: np.ndarray  # the same with the minimum income floor of self-employed people
    pensions: np.ndarray  # State and private pensions and Carer's Allowance after tax, pounds a year
    capital: np.ndarray  # pounds
    higher_income: np.ndarray  # adjusted net income of the adult with more, pounds a year
    take_up: np.ndarray  # place between 0 and 1 among those who claim means-tested benefits
    child_take_up: np.ndarray  # the same for Child Benefit
    child_benefit: np.ndarray  # pounds a year
    charge: np.ndarray  # of it, pounds a year
    credit: np.ndarray  # Universal Credit, pounds a year
    pension_credit: np.ndarray  # pounds a year
    housing_benefit: np.ndarray  # pounds a year
    excess: np.ndarray  # of income over needs, for support with council tax, pounds a year

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for as many families as there are rows."""
        rank = {"row", "second"}
        flags = {
            "couple", "works", "over_age", "may_claim", "under_25", "limited", "london", "disabled", "alone",
        }  # fmt: skip
        kinds = (np.uint32 if name in rank else np.uint8 if name in flags else np.float64 for name in cls._fields)
        return cls(*(np.zeros(rows, kind) for kind in kinds))


class TaxScratch(NamedTuple):
    """Room to work in, and what is found for each row."""

    amounts: np.ndarray  # int64 [TAX_LINES, rows], pence (of some more than int32 holds), or 1 for a count
    equivalised: np.ndarray  # float64, household net income in pounds for a couple without children
    total_income: np.ndarray  # float64, adjusted net income
    taxable: np.ndarray  # float64, what of it is above the personal allowance
    net_earnings: np.ndarray  # float64, after tax, National Insurance and pension contributions
    net_pensions: np.ndarray  # float64, State and private pensions and Carer's Allowance after tax
    excess: np.ndarray  # float64, of income over needs of the family that heads the household, on the head's row
    scale: np.ndarray  # float64, on the head's row
    household_income: np.ndarray  # int64, pence, on the head's row
    adults: np.ndarray  # int32, people of 16 or more, on the head's row
    students: np.ndarray  # int32, those of them whom council tax disregards
    young: np.ndarray  # int32, those of them who count as children of the family that heads the household
    families: FamilyScratch

    @classmethod
    def make(cls, rows: int) -> Self:
        """Room for blocks of `rows` rows."""
        whole = {"household_income": np.int64, "adults": np.int32, "students": np.int32, "young": np.int32}
        tables: dict[str, Any] = {
            "amounts": np.zeros((len(TAX_LINES), rows), np.int64),
            "families": FamilyScratch.make(rows),
        }
        columns = (name for name in cls._fields if name not in tables)
        return cls(**tables | {name: np.zeros(rows, whole.get(name, np.float64)) for name in columns})
