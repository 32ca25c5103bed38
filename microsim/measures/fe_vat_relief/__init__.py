"""FE VAT relief: colleges get back the VAT on what they buy, as schools and academies do.

Policy. Schools with sixth forms can reclaim VAT, further education colleges with sixth forms cannot; putting this right
is worth about £210 million a year. Source: the skills policy paper, section 2.2.7.

Interpretation, where the paper is silent (each is a field, see `params`):
- all colleges that are not academies, sixth-form colleges among them; those that have become academies recover already;
- by a section like that of academies (Value Added Tax Act 1994, section 33B): HM Revenue and Customs refunds, outside
  departments' budgets, so nothing follows for the devolved budgets;
- funding rates are not cut in return; what colleges spend of it moves public sector net borrowing, what they keep does
  not, since they have been in central government since November 2022;
- the sector's estimate scores, grown with prices; the one from colleges' accounts is shown beside it, never scaled.
"""

from __future__ import annotations

from microsim.measures.checks import start_faults
from microsim.measures.contract import Measure, Surroundings
from microsim.measures.fe_vat_relief.lines import GAINS, LINES, RATIOS
from microsim.measures.fe_vat_relief.params import Params
from microsim.measures.fe_vat_relief.results import alternatives, national, tables
from microsim.measures.fe_vat_relief.year import VatReliefState, cost, prepare
from microsim.measures.rating import rating_of
from microsim.scenario.values import Fault
from microsim.years import format_financial_year


def check(params: Params, around: Surroundings) -> list[Fault]:
    """What only the population can tell: a start before anybody lives; and figures that begin too late, no college."""
    faults = start_faults(params, around, "relief")
    for name, field in (("top_down", "price_year"), ("bottom_up", "data_year")):
        base = getattr(getattr(params, name), field)
        first = params.scope.academised_share.steps[0].year
        if first is not None and base < first:
            path, expected = (name, field), f"{format_financial_year(first)} or later"
            faults.append(
                Fault(path, "before the first share of academised colleges", format_financial_year(base), expected)
            )
    if not (params.scope.further_education or params.scope.sixth_form):
        faults.append(Fault(("scope",), "no college is in scope", None, "further_education or sixth_form true"))
    return faults


MEASURE = Measure(
    kind="fe_vat_relief",
    title="FE VAT relief",
    params=Params,
    state=VatReliefState,
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
