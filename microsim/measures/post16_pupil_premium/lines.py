"""The cost lines of the premium: what is paid to which institutions, what it sets off, and whom it reaches."""

from __future__ import annotations

from microsim.measures.contract import Gain, Line, Ratio

DFE, TREASURY = "Department for Education", "HM Treasury"
KINDS = ("school", "sixth_form_college", "fe_college", "other")
_WHERE = (
    "school sixth forms",
    "sixth-form colleges and 16-19 academies",
    "further education (colleges, training providers, local authorities)",
    "other training",
)


def _premium(kind: str, where: str) -> Line:
    return Line(f"premium_{kind}", f"Premium paid for disadvantaged learners of {where}", DFE, "RDEL", -1)


def _eligible(kind: str, where: str) -> Line:
    text = f"Learners of {where} who are disadvantaged by the definition chosen"
    return Line(f"eligible_{kind}", text, "Institutions", "memo", unit="people", detail=False)


LINES = (
    *(_premium(kind, where) for kind, where in zip(KINDS, _WHERE, strict=True)),
    Line("looked_after", "Higher rate for looked-after learners", DFE, "RDEL", -1),
    Line("service", "Premium for service families", DFE, "RDEL", -1),
    Line("young_carer", "Premium for young carers", DFE, "RDEL", -1),
    Line("offset", "Existing 16-19 disadvantage funding withdrawn", DFE, "RDEL", 1, shared_by="recipients"),
    Line("administration", "Matching records and checking returns", DFE, "RDEL", -1),
    Line("barnett", "Consequences for the budgets of Scotland, Wales and Northern Ireland", TREASURY, "RDEL", -1),
    Line("recipients", "Learners for whom a premium was paid", "Institutions", "memo", unit="people"),
    *(_eligible(kind, where) for kind, where in zip(KINDS, _WHERE, strict=True)),
    Line("learners", "Learners of the ages and institutions covered", "Institutions", "memo", unit="people"),
    Line("young_people", "People of academic age 16 to 18", "Individuals", "memo", unit="people", detail=False),
)
NAMES = tuple(line.name for line in LINES)
PREMIUM, ELIGIBLE = NAMES.index("premium_school"), NAMES.index("eligible_school")
LOOKED_AFTER, SERVICE, YOUNG_CARER = (NAMES.index(name) for name in ("looked_after", "service", "young_carer"))
RECIPIENTS, LEARNERS, YOUNG_PEOPLE = (NAMES.index(name) for name in ("recipients", "learners", "young_people"))
PAID = (*NAMES[PREMIUM : PREMIUM + len(KINDS)], "looked_after", "service", "young_carer")  # what institutions get
# What institutions get for a learner is spent on learners like them. Funding withdrawn is national.
GAINS = (Gain("in_kind", more=PAID, less=("offset",)),)

RATIOS = (
    Ratio("premium_per_learner", "Paid per learner for whom a premium was paid", "£", PAID, ("recipients",)),
    Ratio(
        "share_eligible", "Share of learners who are disadvantaged", "fraction",
        tuple(f"eligible_{kind}" for kind in KINDS), ("learners",),
    ),
    Ratio(
        "share_outside_schools", "Share of the premium that goes to colleges and other providers", "fraction",
        tuple(f"premium_{kind}" for kind in KINDS[1:]), tuple(f"premium_{kind}" for kind in KINDS),
    ),
)  # fmt: skip
