"""The lines: what is paid, what follows for the public accounts, and how many apprentices it is about.

Employer contributions on the pay, of private and public employers, are a receipt of the run's tax lines, which also
hold `tax_on_pay` (income tax and employee contributions): these lines say who bears them. Of apprenticeships that do
not start the tax lines lose what is due on the pay lost; what employers do not pay is here.
"""

from __future__ import annotations

from microsim.measures.contract import Gain, Line, Ratio

_PRIVATE, _PUBLIC = "Private employers", "Public-sector employers"

LINES = (
    Line("private_pay", "Private employers: more pay of apprentices", _PRIVATE, "memo"),
    Line("private_contributions", "Private employers: National Insurance on it", _PRIVATE, "memo"),
    Line("public_pay", "Public employers: more pay of apprentices", _PUBLIC, "RDEL", -1),
    Line("public_contributions", "Public employers: National Insurance on it", _PUBLIC, "RDEL", -1),
    Line("corporation_tax", "Corporation tax lost: pay is deducted", "HM Revenue and Customs", "receipts", -1),
    Line("public_cost_saved", "Public employers: cost of those who do not start", _PUBLIC, "RDEL", 1),
    Line(
        "corporation_tax_kept",
        "Corporation tax: profit from those who do not start",
        "HM Revenue and Customs",
        "receipts",
        1,
    ),
    Line("funding_saved", "Money for training apprentices saved", "Department for Work and Pensions", "RDEL", 1),
    Line("spillover", "Of the pay: above the new minimum already", "Employers", "memo"),
    Line("tax_on_pay", "Income tax and contributions on it alone", "Individuals", "memo"),
    Line("deterred_pay", "Pay lost where no apprenticeship starts", "Individuals", "memo"),
    Line("private_cost_saved", "Private employers: cost of those who do not start", _PRIVATE, "memo"),
    Line("apprentices", "Apprentices without the reform", "Individuals", "memo", unit="people"),
    Line("in_scope", "Apprentices whose minimum rises", "Individuals", "memo", unit="people"),
    Line("paid_more", "Apprentices who are paid more", "Individuals", "memo", unit="people"),
    Line("deterred", "People whose apprenticeship did not start", "Individuals", "memo", unit="people"),
    Line("underpaid_now", "Apprentices below today's minimum", "Individuals", "memo", unit="people", detail=False),
    Line("underpaid_then", "Apprentices below the new minimum", "Individuals", "memo", unit="people", detail=False),
    Line(
        "private_output_lost", "Private employers: what those who do not start would have produced", _PRIVATE, "memo",
        detail=False,
    ),
)  # fmt: skip
(
    PRIVATE_PAY, PRIVATE_CONTRIBUTIONS, PUBLIC_PAY, PUBLIC_CONTRIBUTIONS, CORPORATION_TAX, PUBLIC_COST_SAVED,
    CORPORATION_TAX_KEPT, FUNDING_SAVED, SPILLOVER, TAX_ON_PAY, DETERRED_PAY, PRIVATE_COST_SAVED, APPRENTICES,
    IN_SCOPE, PAID_MORE, DETERRED, UNDERPAID_NOW, UNDERPAID_THEN, PRIVATE_OUTPUT_LOST,
) = range(len(LINES))  # fmt: skip

_PAY = ("private_pay", "public_pay")
# Pay reaches people as pay does, through taxes and benefits; this is what it costs those who pay it, and training lost.
GAINS = (
    Gain("in_kind", more=(), less=("funding_saved",)),
    Gain(
        "employer",
        more=("corporation_tax", "private_cost_saved"),
        less=("private_pay", "private_contributions", "private_output_lost", "corporation_tax_kept"),
    ),
)
RATIOS = (
    Ratio("rise_per_apprentice", "Pay per apprentice who is paid more", "£", _PAY, ("paid_more",)),
    Ratio("share_paid_more", "Paid more, of those whose minimum rises", "fraction",
          ("paid_more",), ("in_scope",)),
    Ratio("share_spillover", "Share of the pay above the new minimum already", "fraction",
          ("spillover",), _PAY),
    Ratio("share_underpaid_now", "Share of apprentices below today's minimum", "fraction",
          ("underpaid_now",), ("apprentices",)),
    Ratio("share_underpaid_then", "Share of apprentices below the new minimum", "fraction",
          ("underpaid_then",), ("apprentices",)),
)  # fmt: skip
