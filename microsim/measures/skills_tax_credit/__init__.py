"""The Skills Tax Credit: a payment through the tax system for employers' spending on training.

Policy. Three tiers: enhanced, for priority sectors reviewed yearly by Skills England; standard, for training that meets
national occupational standards; basic, for other training towards recognised qualifications. Members of Skills
Cooperatives, groups of 10 to 50 small and medium employers in related sectors, get the highest tier whatever their
sector, and cooperatives get development grants and local coordination. Source: the skills policy paper, sections 3.3
and 3.4. It names no rates and is silent on nearly all else: see docs/methods/skills_tax_credit.md.
"""

from microsim.measures.contract import Measure
from microsim.measures.rating import rating_of
from microsim.measures.skills_tax_credit.check import alternatives, check
from microsim.measures.skills_tax_credit.cost import cost
from microsim.measures.skills_tax_credit.lines import GAINS, LINES, RATIOS
from microsim.measures.skills_tax_credit.national import national, tables
from microsim.measures.skills_tax_credit.params import Params
from microsim.measures.skills_tax_credit.state import CreditState, prepare

MEASURE = Measure(
    kind="skills_tax_credit",
    title="Skills Tax Credit",
    params=Params,
    state=CreditState,
    cost=cost,
    lines=LINES,
    reads_credit=lambda params: False,
    prepare=prepare,
    national=national,
    tables=tables,
    alternatives=alternatives,
    check=check,
    ratios=RATIOS,
    gains=GAINS,
    rating=rating_of(__file__),
)
