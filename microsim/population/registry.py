"""What a survey of your own can tell of its people: every column's name, kind, categories and whether it is needed.

`microsim population columns` prints this table. A mapping file gives, for each of these that the survey has, the
survey's own column and codes (see `microdata`); what it does not have is drawn (see `respondents`).
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from microsim.population.columns import ETHNICITIES, QUALIFICATIONS, SEXES, STATUSES

OLDEST = 120  # an age above this is a mistake
CODE: Final = "code"
NUMBER: Final = "number"
LABEL: Final = "label"
PERIODS = {"year": 1.0, "month": 12.0, "week": 52.0}  # how often pay is paid in a year


class Column(NamedTuple):
    """One column. A code stands for a category, a number has a unit, a label is text that names something."""

    name: str
    kind: Literal["code", "number", "label"]
    needed: Literal["always", "one of two", "no"]
    description: str
    categories: tuple[str, ...] = ()  # of a code; regions are those of the base population
    unit: str = ""
    highest: float = float("inf")  # of a number; none is negative
    without: str = ""  # what becomes of people when the survey lacks the column
    gaps: str = ""  # and where it has the column, but not for everybody


_DRAWN = "drawn from the base's people of the region, age and sex"
_FAMILIES = "not known: families are drawn by the base's rates unless household, person and partner are given"
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("age", NUMBER, "always", "age at the interview, taken as that at the base's reference date", (),
               "whole years", OLDEST),
        Column("sex", CODE, "always", "sex", SEXES),
        Column("weight", NUMBER, "always", "people that a person aged 16 or over stands for; any scale if raked", (),
               "people"),
        Column("region", CODE, "one of two", "region of England, by name or code",
               gaps="given by the local authority"),
        Column("local_authority", LABEL, "one of two", "local authority of April 2024, by name or code",
               without="drawn within the region, by where people of the age and sex live",
               gaps="drawn within the region"),
        Column("household", LABEL, "no", "number of the household; its members keep one weight and live together",
               without="not known: everybody has a weight of their own"),
        Column("person", LABEL, "no", "number of the person in the household, or in the file without households",
               without="not known: the line of the file names a person"),
        Column("partner", LABEL, "no", "person number of the partner who lives in the household; blank without",
               without=_FAMILIES),
        Column("mother", LABEL, "no", "person number of the mother who lives in the household; blank without",
               without="not known: children under 16 are with the youngest woman old enough"),
        Column("father", LABEL, "no", "person number of the father who lives in the household; blank without",
               without="not known"),
        Column("qualification", CODE, "no", "highest qualification", QUALIFICATIONS, without=_DRAWN, gaps="drawn"),
        Column("work_status", CODE, "no", "main activity", STATUSES, without=_DRAWN, gaps="drawn"),
        Column("pay", NUMBER, "no", "gross pay of an employee; its rank by age and sex is kept", (), "GBP",
               without="drawn", gaps="drawn"),
        Column("ethnicity", CODE, "no", "ethnic group", ETHNICITIES, without="drawn by the base's rates",
               gaps="drawn"),
        Column("disabled", CODE, "no", "disability as the Equality Act defines it", ("not_disabled", "disabled"),
               without="drawn by the base's rates", gaps="drawn"),
        Column("carer", CODE, "no", "unpaid care for another adult", ("not_carer", "carer"),
               without="drawn by the base's rates", gaps="drawn"),
    )
}  # fmt: skip
FAMILY = ("household", "person", "partner")  # with all of these the survey's families replace drawn ones
PARENTS = ("mother", "father")
