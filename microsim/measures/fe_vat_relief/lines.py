"""The cost lines of the relief: what is paid, what stays in the public sector, and the learners of colleges."""

from __future__ import annotations

from microsim.measures.contract import Gain, Line, Ratio

HMRC, DFE, COLLEGES = "HM Revenue and Customs", "Department for Education", "Colleges (public sector)"
KEY = "college_learners"  # money is shared over people by it
SPENT_ON_LEARNER = "spent_on_learner"
WITH_ACADEMIES = "learners_with_academies"  # money may follow it: `scope` already takes academies off

LINES = (
    Line("vat_refund", "VAT refunded to colleges", HMRC, "AME", -1, shared_by=KEY),
    Line("compensation_grant", "Grant to colleges in place of a refund", DFE, "RDEL", -1, shared_by=KEY),
    Line("grant_clawback", "Relief taken back through lower funding rates", DFE, "RDEL", 1, shared_by=KEY),
    Line("not_spent", "Kept by colleges and not spent: a transfer within the public sector", COLLEGES, "AME", 1,
         shared_by=KEY),
    Line("outsourcing_refund", "VAT refunded on services bought in because of the relief", HMRC, "AME", -1,
         shared_by=KEY),
    Line("outsourcing_vat", "VAT paid by the suppliers of those services", HMRC, "receipts", 1, shared_by=KEY),
    Line("administration", "Claims and checks", HMRC, "RDEL", -1),
    Line("barnett", "Consequences for the budgets of Scotland, Wales and Northern Ireland", "HM Treasury", "RDEL", -1),
    Line("irrecoverable_top_down", "VAT not recovered: published estimate", COLLEGES, "memo", detail=False),
    Line("irrecoverable_bottom_up", "VAT not recovered: from colleges' accounts", COLLEGES, "memo", detail=False),
    Line(KEY, "Learners of colleges in scope, an adult counting as part of one of 16 to 18", COLLEGES, "memo",
         unit="people"),
    Line(WITH_ACADEMIES, "The same with sixth-form colleges that have become academies", COLLEGES, "memo",
         unit="people", detail=False),
    Line("young_learners", "Learners of 16 to 18 at colleges in scope", COLLEGES, "memo", unit="people"),
    Line("adult_learners", "Publicly and loan-funded adult learners at colleges", COLLEGES, "memo", unit="people"),
    Line(SPENT_ON_LEARNER, "What colleges spend of the relief, by the learners whom it is spent on", COLLEGES, "memo",
         detail=False, shared_by=KEY),
)  # fmt: skip
NAMES = tuple(line.name for line in LINES)
COLLEGE_LEARNERS, BEFORE, YOUNG, ADULTS, SPENT = (
    NAMES.index(name) for name in (KEY, WITH_ACADEMIES, "young_learners", "adult_learners", SPENT_ON_LEARNER)
)
# What colleges spend reaches their learners; what they keep is nobody's.
GAINS = (Gain("in_kind", more=(SPENT_ON_LEARNER,)),)

RATIOS = (
    Ratio(
        "relief_per_learner", "Relief per college learner, adults counted in part", "£",
        ("vat_refund", "compensation_grant"), (KEY,),
    ),
)  # fmt: skip
