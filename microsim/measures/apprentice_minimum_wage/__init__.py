"""The apprentice minimum wage: apprentices are due at least the National Minimum Wage for their age.

Policy. The lower apprentice rate of the minimum wage is scrapped. Source: the skills policy paper, section 3.1.6.

It is due today under 19, and from 19 in the first twelve months. Since April 2022 it equals the rate for 16 and 17, so
that the reform is about 18-year-olds and, from 19 on, the first year. Interpretation, where the paper is silent, and
what is left out: docs/methods/apprentice_minimum_wage.md. The rules are in `rules`, the choices in `params`, the year
of an apprentice in `kernel`.
"""

from __future__ import annotations

from microsim.measures.apprentice_minimum_wage.kernel import cost
from microsim.measures.apprentice_minimum_wage.lines import GAINS, LINES, RATIOS
from microsim.measures.apprentice_minimum_wage.params import Params, alternatives
from microsim.measures.apprentice_minimum_wage.state import ApprenticeWageState, check, prepare
from microsim.measures.apprentice_minimum_wage.who_pays import tables
from microsim.measures.contract import Measure
from microsim.measures.rating import rating_of

__all__ = ["MEASURE"]

MEASURE = Measure(
    kind="apprentice_minimum_wage",
    title="Apprentice minimum wage",
    params=Params,
    state=ApprenticeWageState,
    cost=cost,
    lines=LINES,
    reads_credit=lambda params: False,
    prepare=prepare,
    own=("deterred",),
    check=check,
    ratios=RATIOS,
    gains=GAINS,
    tables=tables,
    alternatives=alternatives,
    changes_pay=True,
    rating=rating_of(__file__),
)
