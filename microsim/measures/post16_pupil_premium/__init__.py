"""The Post-16 Pupil Premium: schools' premium for disadvantaged pupils, carried on to learners aged 16 to 19.

Policy. The Pupil Premium is extended to post-16 education, with substantial additional funding for each student.
Source: the skills policy paper, section 2.3. It names no rate, no definition of who is eligible and no start.

Interpretation, where the paper is silent (each is a field, see `params`):
- the rate of secondary schools, uprated with the GDP deflator, paid in full for a full-time learner;
- eligible are those who had free school meals in any of the six years before 16, by the old earnings test;
- so many as the published count: a share of other learners is added, since the population has fewer;
- learners of academic age 16 to 18 at state schools, sixth-form colleges and in further education, training providers
  in it included; apprentices not; from September of the year of the start, 7/12 of it in the first financial year;
- all payments of a financial year are for the learners counted on its first day, those of the academic year then under
  way: a judgement, with the numbers of the year before for the seven months from September;
- nothing is taken from the existing disadvantage funding of the 16-19 formula.
"""

from __future__ import annotations

from microsim.measures.checks import start_faults
from microsim.measures.contract import Measure, Surroundings
from microsim.measures.post16_pupil_premium.lines import GAINS, LINES, RATIOS
from microsim.measures.post16_pupil_premium.params import Params
from microsim.measures.post16_pupil_premium.results import alternatives, national, tables
from microsim.measures.post16_pupil_premium.year import PremiumState, cost, prepare
from microsim.measures.rating import rating_of
from microsim.scenario.values import Fault


def check(params: Params, around: Surroundings) -> list[Fault]:
    """What only the population can tell: figures that begin after the premium does, a start before anybody lives."""
    return start_faults(params, around, "premium", not_read_then="reconciliation")


MEASURE = Measure(
    kind="post16_pupil_premium",
    title="Post-16 Pupil Premium",
    params=Params,
    state=PremiumState,
    cost=cost,
    lines=LINES,
    reads_credit=lambda params: params.eligibility.definition == "uc_household",
    prepare=prepare,
    national=national,
    tables=tables,
    alternatives=alternatives,
    check=check,
    ratios=RATIOS,
    gains=GAINS,
    rating=rating_of(__file__),
)
