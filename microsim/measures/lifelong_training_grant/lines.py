"""The lines of the grant: what it costs, who pays, and what stands beside it."""

from microsim.measures.contract import Gain, LifetimeLine, LifetimeRatio, Line, Ratio

_DFE, _LEARNERS = "Department for Education", "Individuals"

LINES = (
    Line("grant_spending", "Grant spent on education and training, without what doubling adds", _DFE, "RDEL", -1),
    Line("doubling_spending", "Grant spent because amounts are doubled in transition areas", _DFE, "RDEL", -1),
    Line("administration", "Running the accounts", _DFE, "RDEL", -1, shared_by="users"),
    Line("advice", "Advice and guidance to people who use the grant", _DFE, "RDEL", -1, detail=False),
    Line("error_and_fraud", "Paid out in error or to fraud", _DFE, "RDEL", -1, detail=False,
         shared_by="grant_spending"),
    Line("value_added_tax", "VAT in the grant spent on courses not bought otherwise", "HM Revenue and Customs",
         "receipts", 1, detail=False),
    Line("corporation_tax", "Corporation tax: fees that private employers no longer deduct", "HM Revenue and Customs",
         "receipts", 1, detail=False),
    Line("loan_subsidy_saved",
         "Subsidy of learner loans that the grant replaces (non-cash RDEL, as departments' accounts count it)", _DFE,
         "RDEL", 1, detail=False),
    Line("adult_skills_fund_saved", "Cut of the adult skills fund, where the scenario makes one", _DFE, "RDEL", 1,
         detail=False),
    Line("barnett", "Barnett consequentials for Scotland, Wales and Northern Ireland, where the scenario has them",
         "HM Treasury", "RDEL", -1, detail=False),
    Line("barnett_consequentials", "Barnett consequentials that would follow, whether or not the scenario has them",
         "HM Treasury", "memo", detail=False),
    Line("local_authority_top_ups", "Paid into accounts by local authorities", "Local authorities", "AME", -1,
         detail=False),
    Line("entitlement", "Tranches paid into accounts", _DFE, "memo"),
    Line("doubling_entitlement", "Part of the tranches that is due to doubling", _DFE, "memo", detail=False),
    Line("expired", "Unspent money that expired", _DFE, "memo"),
    Line("written_off", "Balances of people who died or left England", _DFE, "memo"),
    Line("balance", "Held in accounts on 31 March", _DFE, "memo", stock=True),
    Line("committed", "Owed for courses under way on 31 March", _DFE, "memo", stock=True, detail=False),
    Line("copayment", "Paid by learners beyond what the account covers", _LEARNERS, "memo"),
    Line("users_paying", "Users who pay part of the course themselves", _LEARNERS, "memo", unit="people", detail=False),
    Line("users", "People who used the grant in the year", _LEARNERS, "memo", unit="people"),
    Line("holders", "People with money in the account in the year", _LEARNERS, "memo", unit="people"),
    Line("labour_force", "People of the account's ages who work or look for work", _LEARNERS, "memo", unit="people",
         detail=False),
    Line("bookings", "People who booked a course, taken up or not", _LEARNERS, "memo", unit="people", detail=False),
    Line("users_self_paid", "Users who would have paid for themselves", _LEARNERS, "memo", unit="people",
         detail=False),
    Line("users_loan_funded", "Users who would have taken a learner loan", _LEARNERS, "memo", unit="people",
         detail=False),
    Line("users_employer_paid", "Users whose employer would have paid", _LEARNERS, "memo", unit="people",
         detail=False),
    Line("deadweight_spending", "Part of the spending that replaces what learners, employers or loans would have paid",
         _DFE, "memo"),
    Line("switcher_spending", "All spending on people who would have learned anyway, higher prices and dearer courses "
         "included", _DFE, "memo", detail=False),
    Line("induced_spending", "Part of the spending on learners whom the grant induces, at unchanged prices", _DFE,
         "memo", detail=False),
    Line("price_spending", "Part of the spending that is due to higher prices", _DFE, "memo", detail=False),
    Line("balance_spending", "Part of the spending that is due to balances above the reference", _DFE, "memo",
         detail=False),
    Line("loans_displaced", "Learner loans that the grant replaces", "Student Loans Company", "memo", detail=False),
    Line("employer_fees_displaced", "Training fees that the grant pays in place of employers", "Employers", "memo",
         detail=False),
    Line("individual_top_ups", "Paid into accounts by their holders", _LEARNERS, "memo", detail=False),
    Line("employer_top_ups", "Paid into accounts by employers", "Employers", "memo", detail=False),
    Line("top_up_spending", "Top-ups spent on courses", _LEARNERS, "memo", detail=False),
    Line("top_ups_returned", "Top-ups returned when an account closes", _LEARNERS, "memo", detail=False),
    Line("top_up_balance", "Top-ups held in accounts on 31 March", _LEARNERS, "memo", stock=True, detail=False),
    Line("moved_in", "People who move into a transition area because amounts are doubled there", _LEARNERS, "memo",
         unit="people", detail=False),
    Line("public_employer_fees_displaced", "Of the fees that the grant pays in place of employers, those of public "
         "employers", "Public-sector employers", "memo", detail=False),
    Line("courses_paid", "Grant spent on education and training, with what doubling adds", _DFE, "memo", detail=False),
    Line("tranches_used", "Tranches drawn on for the first time, the oldest first", _LEARNERS, "memo", unit="people",
         detail=False),
    Line("reached_upper_age", "People whose account closes at the upper age", _LEARNERS, "memo", unit="people",
         detail=False),
    Line("reached_with_money", "Of these, people with money unspent", _LEARNERS, "memo", unit="people", detail=False),
    Line("unspent_at_upper_age", "What they had not spent", _LEARNERS, "memo", detail=False),
)  # fmt: skip
(
    SPENDING, DOUBLING, ADMINISTRATION, ADVICE, FRAUD, VAT, CORPORATION_TAX, LOAN_SUBSIDY, ADULT_SKILLS, BARNETT,
    CONSEQUENTIALS, AUTHORITY_TOP_UPS, ENTITLEMENT, DOUBLED_ENTITLEMENT, EXPIRED, WRITTEN_OFF, BALANCE, COMMITTED,
    COPAYMENT, USERS_PAYING, USERS, HOLDERS, LABOUR_FORCE, BOOKINGS, USERS_SELF, USERS_LOAN, USERS_EMPLOYER, DEADWEIGHT,
    SWITCHERS_SPENDING, INDUCED, HIGHER_PRICES, LARGER_BALANCES, LOANS, EMPLOYER_FEES, OWN_TOP_UPS, EMPLOYER_TOP_UPS,
    TOP_UP_SPENDING, TOP_UPS_RETURNED, TOP_UP_BALANCE, MOVED_IN, PUBLIC_FEES,
    COURSES_PAID, TRANCHES_USED, REACHED, REACHED_WITH_MONEY, UNSPENT,
) = range(len(LINES))  # fmt: skip
OF_ACCOUNTS = (  # lines about every account in use: all others are about those in which something happened in the year
    BALANCE, HOLDERS, ADMINISTRATION, OWN_TOP_UPS, EMPLOYER_TOP_UPS, AUTHORITY_TOP_UPS, TOP_UPS_RETURNED,
    TOP_UP_BALANCE,
)  # fmt: skip

_ALL = ("grant_spending", "doubling_spending")
# Learners have the courses, at what they cost before providers asked more, and lose the subsidy of a loan not taken;
# employers are spared the fees of theirs.
GAINS = (
    Gain("in_kind", more=_ALL, less=("price_spending", "employer_fees_displaced", "loan_subsidy_saved")),
    Gain("employer", more=("employer_fees_displaced",), less=("public_employer_fees_displaced", "corporation_tax")),
)
LIFETIME = (
    LifetimeLine("entitled", "Tranches paid into the account", "entitlement"),
    LifetimeLine("spent", "Grant spent on the person's courses", "courses_paid"),
    LifetimeLine("ever_used", "Used the grant", "users", "ever"),
    LifetimeLine("tranches_used", "Tranches that something was spent of, the oldest first", "tranches_used"),
    LifetimeLine("tranches", "Lives in which so many tranches were drawn on", "tranches_used", "count"),
    LifetimeLine("reached_upper_age", "Had an account until the upper age", "reached_upper_age", "ever"),
    LifetimeLine("reached_with_money", "Had money left at the upper age", "reached_with_money", "ever"),
    LifetimeLine("unspent_at_upper_age", "Money left at the upper age", "unspent_at_upper_age"),
)
LIFETIME_RATIOS = (
    LifetimeRatio("share_unspent_at_upper_age", "Share of those with an account at the upper age who had money left",
                  "fraction", "reached_with_money", "reached_upper_age"),
    LifetimeRatio("unspent_per_person_reaching", "Money left for each person with an account at the upper age", "£",
                  "unspent_at_upper_age", "reached_upper_age"),
)  # fmt: skip
# Tranches and top-ups in = spent + expired + written off + returned + the rise of what is held and owed.
PAID_IN = ("entitlement", "individual_top_ups", "employer_top_ups", "local_authority_top_ups")
ACCOUNT = (
    *PAID_IN, "grant_spending", "doubling_spending", "top_up_spending", "expired", "written_off", "top_ups_returned",
    "balance", "committed", "top_up_balance",
)  # fmt: skip
RATIOS = (
    Ratio("spending_per_user", "Grant spent per person who used it", "£", _ALL, ("users",)),
    Ratio(
        "share_drawn", "Share of the money in accounts that was spent", "fraction",
        _ALL, (*_ALL, "expired", "written_off", "balance", "committed"),
    ),
    Ratio("use_rate", "People who used the grant, over the labour force of its ages", "fraction", ("users",),
          ("labour_force",)),
    Ratio("deadweight_share", "Deadweight share of spending, at unchanged prices", "fraction",
          ("deadweight_spending",), _ALL),
    Ratio("switchers_spending_share", "All spending on people who would have learned anyway, over spending", "fraction",
          ("switcher_spending",), _ALL),
    Ratio("switchers", "Share of users who would have learned anyway", "fraction",
          ("users_self_paid", "users_loan_funded", "users_employer_paid"), ("users",)),
    Ratio("topped_up", "Share of users who pay part of the course themselves", "fraction",
          ("users_paying",), ("users",)),
    Ratio("doubling_share", "Doubling over spending without it", "fraction", ("doubling_spending",),
          ("grant_spending",)),
)  # fmt: skip
