"""The Lifelong Training Grant: an account for every adult, filled at 25, 40 and 55, spent on education and training.

Policy. Every adult in England gets £10,000 over a working life: £4,000 from 25, £3,000 from 40, £3,000 from 55.
Unused money rolls over. Amounts double in designated transition areas. Source: the skills policy paper, section 2.1.

One subject a file: `accounts` (tranches), `take_up` (who uses it), `prices`, `transition` (areas and moves), `costs`
(service, savings, national money, tables), `params` (the scenario's block), `state` (what the kernel reads and owns),
`rules` (of one account), `courses` (what is booked and paid), `tranches` (out of which) and `kernel` (the year). The
method, and how each silence of the paper is read, is in docs/methods/lifelong_training_grant.md.
"""

from microsim.measures.contract import Cap, Measure
from microsim.measures.lifelong_training_grant.budget import limit, serve
from microsim.measures.lifelong_training_grant.costs import national, tables
from microsim.measures.lifelong_training_grant.kernel import cost
from microsim.measures.lifelong_training_grant.lines import (
    ACCOUNT,
    GAINS,
    LIFETIME,
    LIFETIME_RATIOS,
    LINES,
    PAID_IN,
    RATIOS,
)
from microsim.measures.lifelong_training_grant.params import Params, check, other_launch_rules
from microsim.measures.lifelong_training_grant.state import OWN, GrantState, prepare
from microsim.measures.lifelong_training_grant.transition import area_groups
from microsim.measures.rating import rating_of

__all__ = ["MEASURE", "GrantState", "Params"]

MEASURE = Measure(
    kind="lifelong_training_grant",
    title="Lifelong Training Grant",
    params=Params,
    state=GrantState,
    cost=cost,
    lines=LINES,
    reads_credit=lambda params: False,
    prepare=prepare,
    own=OWN,
    national=national,
    tables=tables,
    alternatives=other_launch_rules,
    cap=Cap(("grant_spending", "doubling_spending"), limit, serve),
    check=check,
    area_groups=area_groups,
    ratios=RATIOS,
    gains=GAINS,
    lifetime=LIFETIME,
    lifetime_ratios=LIFETIME_RATIOS,
    account=ACCOUNT,
    paid_in=PAID_IN,
    rating=rating_of(__file__),
)
