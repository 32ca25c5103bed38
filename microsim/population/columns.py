"""The axes of the fitted tables, and the age bands of the published ones.

The order of each tuple is the code used in arrays; every room to the right of `population` uses these names.
"""

from __future__ import annotations

from typing import NamedTuple

FIRST_AGE = 16
LAST_AGE = 90  # stands for 90 and over in joint tables
LAST_SINGLE_AGE = 110  # of the distribution inside 90 and over, and of mortality
AGES = tuple(range(FIRST_AGE, LAST_AGE + 1))
SEXES = ("female", "male")
QUALIFICATIONS = ("none", "other", "level1", "level2", "apprenticeship", "level3", "level4plus")
STATUSES = ("employee", "self_employed", "unemployed", "inactive", "retired")
EMPLOYEE, SELF_EMPLOYED, UNEMPLOYED, INACTIVE, RETIRED = range(len(STATUSES))

ETHNICITIES = ("white", "mixed", "asian", "black", "other")
ATTAINMENTS = ("below_level2", "level2", "level2_english_and_maths")  # at age 16
LIVING = ("own", "with_parents", "sharing", "communal")  # own: alone, a couple, a lone parent
OWN, WITH_PARENTS, SHARING, COMMUNAL = range(len(LIVING))
STUDIES = ("none", "school", "sixth_form_college", "fe_college", "other_training", "higher_education")
NO_STUDY, SCHOOL, SIXTH_FORM_COLLEGE, FE_COLLEGE, OTHER_TRAINING, HIGHER_EDUCATION = range(len(STUDIES))
ADULT_LEARNING = ("none", "employer_paid", "self_paid", "loan_funded", "publicly_funded", "without_fee")
INDUSTRIES = tuple("ABCDEFGHIJKLMNOPQRS")  # sections of the Standard Industrial Classification 2007

TENURES = ("owned", "mortgaged", "social", "private")  # of a home; owned stands for every home without rent or loan
OWNED, MORTGAGED, SOCIAL, PRIVATE = range(len(TENURES))
HOUSEHOLDS = ("single", "lone_parent", "couple", "couple_with_children", "sharing")  # children under 16
SINGLE, LONE_PARENT, COUPLE, COUPLE_WITH_CHILDREN, SHARED_HOME = range(len(HOUSEHOLDS))

# Where a person works: in an enterprise of a size (employees: 1 to 9, 10 to 49, 50 to 249, 250 and more) or not.
EMPLOYER_SIZES = ("not_in_work", "self_employed", "micro", "small", "medium", "large", "public_sector")
NOT_IN_WORK, OWN_ACCOUNT, MICRO, SMALL, MEDIUM, LARGE, PUBLIC_SECTOR = range(len(EMPLOYER_SIZES))

RANDOM_GROUPS = 32  # of households, by which the error of a sample is estimated

LAST_WORKING_AGE = 64  # of the published 16-64 tables


class Band(NamedTuple):
    """Ages `first` to `last` inclusive, with the label used in the tables."""

    label: str
    first: int
    last: int

    @property
    def rows(self) -> slice:
        """Where the band stands on the age axis."""
        return slice(self.first - FIRST_AGE, self.last - FIRST_AGE + 1)


def bands(*labels: str) -> tuple[Band, ...]:
    """Bands from labels such as "16-19", "65+": open bands end at `LAST_AGE`."""
    found = []
    for label in labels:
        first, _, last = label.replace("+", f"-{LAST_AGE}").partition("-")
        found.append(Band(label, int(first), min(int(last), LAST_AGE)))
    return tuple(found)


POPULATION_BANDS = bands("16-19", *(f"{age}-{age + 4}" for age in range(20, 90, 5)), "90+")
QUALIFICATION_BANDS = bands("16-19", "20-24", "25-29", "30-39", "40-49", "50-64")
OLDER_BANDS = bands("65-69", "70-79", "80+")
LABOUR_BANDS = bands("16-17", "18-24", "25-34", "35-49", "50-64", "65+")
TRANSITION_BANDS = bands("16-19", *(f"{age}-{age + 4}" for age in range(20, 75, 5)), "75+")
PAY_BANDS = bands("16-17", "18-21", "22-29", "30-39", "40-49", "50-59", "60+")
HEAD_BANDS = bands("16-24", "25-34", "35-44", "45-54", "55-64", "65+")  # of heads of households
WORKING_AGE = Band("16-64", FIRST_AGE, LAST_WORKING_AGE)
