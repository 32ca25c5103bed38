"""The lines of the credit, their order in the kernel, and its ratios."""

from __future__ import annotations

from microsim.measures.contract import Gain, Line, Ratio

_TAX = "HM Revenue and Customs"
_SKILLS = "Department for Education"
_EMPLOYERS = "Employers"
TIERS = ("enhanced", "standard", "basic")  # of rates: all training of a cooperative's members is in the first

LINES = (
    Line("enhanced_credit", "Credits for training in priority subjects", _TAX, "AME", -1),
    Line("standard_credit", "Credits for training by national occupational standards", _TAX, "AME", -1),
    Line("basic_credit", "Credits for other recognised qualifications", _TAX, "AME", -1),
    Line("cooperative_uplift", "More for members of Skills Cooperatives", _TAX, "AME", -1),
    Line("error_in_credits", "Credits paid wrongly and not recovered", _TAX, "AME", -1),
    Line("displaced_credit", "Credits not due on fees that a training grant pays, net of tax", _TAX, "AME", 1),
    Line("tax_on_credits", "Tax on credits", _TAX, "receipts", 1),
    Line("deductions", "Tax saved by extra deductions", _TAX, "receipts", -1),
    Line("error_in_deductions", "Tax lost by wrong extra deductions and not recovered", _TAX, "receipts", -1),
    Line("displaced_deductions", "Deductions not due on fees that a training grant pays", _TAX, "receipts", 1),
    Line("cooperative_grants", "Development grants to Skills Cooperatives", _SKILLS, "RDEL", -1, detail=False),
    Line("coordination", "Coordination of Skills Cooperatives", _SKILLS, "RDEL", -1, detail=False),
    Line("tax_administration", "Running the credit", _TAX, "RDEL", -1, detail=False),
    Line("rest_of_uk", "The relief outside England, where it is shown", _TAX, "AME", -1, detail=False),
    Line("rest_of_uk_cost", "The relief outside England, shown or not", _TAX, "memo", detail=False),
    Line("private_training", "All training of private employers, with trainees' pay", _EMPLOYERS, "memo", detail=False),
    Line("taxpayers_training", "The same of those that may claim", _EMPLOYERS, "memo", detail=False),
    Line("qualifying_base", "What of it qualifies", _EMPLOYERS, "memo", detail=False),
    Line("qualifying_spending", "Qualifying spending of claimants, without response", _EMPLOYERS, "memo"),
    Line("additional_training", "Training that the credit brought about", _EMPLOYERS, "memo"),
    Line("deadweight", "Credited spending that would have been anyway", _EMPLOYERS, "memo"),
    Line("accrued_credit", "Credits, or extra deductions, earned by the year's training", _TAX, "memo"),
    Line("accrued_cost", "Credits earned by the year's training, net of tax", _TAX, "memo"),
    Line("ordinary_deduction", "Tax on profits spent on additional training", _TAX, "memo", detail=False),
    Line("claimants", "Employees of employers that claim", _EMPLOYERS, "memo", unit="people"),
    *(
        Line(f"{name}_{tier}", f"{text}, {tier} tier", payer, "memo", detail=False)
        for name, text, payer in (
            ("additional", "Training that the credit brought about", _EMPLOYERS),
            ("deadweight", "Credited spending that would have been anyway", _EMPLOYERS),
            ("accrued_cost", "Credits earned by the year's training, net of tax", _TAX),
        )
        for tier in TIERS
    ),
)
(
    ENHANCED, STANDARD, BASIC, UPLIFT, ERROR_CREDIT, DISPLACED_CREDIT, TAX, DEDUCTIONS, ERROR_DEDUCTION,
    DISPLACED_DEDUCTION, GRANTS, COORDINATION, ADMINISTRATION, REST, REST_COST, PRIVATE, TAXPAYERS, BASE, QUALIFYING,
    ADDITIONAL, DEADWEIGHT, ACCRUED, ACCRUED_COST, ORDINARY, CLAIMANTS, MORE_ENHANCED, MORE_STANDARD, MORE_BASIC,
    ANYWAY_ENHANCED, ANYWAY_STANDARD, ANYWAY_BASIC, COST_ENHANCED, COST_STANDARD, COST_BASIC,
) = range(len(LINES))  # fmt: skip
OF_EMPLOYEES = (PRIVATE, TAXPAYERS, BASE, CLAIMANTS)  # of all whose employers train or claim
OF_CLAIMS = (*range(ENHANCED, GRANTS), *range(QUALIFYING, CLAIMANTS), *range(MORE_ENHANCED, len(LINES)))

# All that employers are paid or saved on balance: whether they keep it or it reaches workers is a matter of incidence.
GAINS = (
    Gain(
        "employer",
        more=(
            "enhanced_credit", "standard_credit", "basic_credit", "cooperative_uplift", "error_in_credits",
            "deductions", "error_in_deductions",
        ),
        less=("displaced_credit", "tax_on_credits", "displaced_deductions"),
    ),
)  # fmt: skip

RATIOS = (
    Ratio(
        "cost_per_additional_pound", "Net cost for each pound of additional training", "£",
        ("accrued_cost",), ("additional_training",),
    ),
    Ratio(
        "deadweight_share", "Of credited spending, what would have been anyway", "fraction",
        ("deadweight",), ("deadweight", "additional_training"),
    ),
    Ratio(
        "net_rate", "Net cost of the year's training, of qualifying spending", "fraction",
        ("accrued_cost",), ("qualifying_spending",),
    ),
    *(
        Ratio(
            f"cost_per_additional_pound_{tier}", f"Net cost for each pound of additional training, {tier} tier", "£",
            (f"accrued_cost_{tier}",), (f"additional_{tier}",),
        )
        for tier in TIERS
    ),
    *(
        Ratio(
            f"deadweight_share_{tier}", f"Of credited spending of the {tier} tier, what would have been anyway",
            "fraction", (f"deadweight_{tier}",), (f"deadweight_{tier}", f"additional_{tier}"),
        )
        for tier in TIERS
    ),
)  # fmt: skip
