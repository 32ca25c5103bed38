"""Money of the premium that belongs to nobody, and its own tables: the reconciliation with the published count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from microsim.measures.amounts import by_year, rounded
from microsim.measures.contract import Setting, Totals
from microsim.measures.post16_pupil_premium.lines import KINDS, PAID
from microsim.measures.post16_pupil_premium.params import Params
from microsim.measures.post16_pupil_premium.rules import money_by_year, part_of_year, pounds_by_year
from microsim.years import format_financial_year


def national(params: Params, setting: Setting, totals: Totals) -> dict[str, np.ndarray]:
    """Existing funding withdrawn, administration and the devolved budgets, int64 pence [years]."""
    years, parameters = setting.years, setting.parameters
    offset, rate = params.offset, params.rate
    paid = sum((np.asarray(totals[name], np.int64) for name in PAID), np.zeros(len(years), np.int64))
    existing = money_by_year(
        offset.existing_funding, rate.indexation, offset.price_year, params, parameters, years
    ) * part_of_year(params, years)
    share = by_year(offset.share, years, params.start)
    withdrawn = np.minimum(rounded(existing * share * 100), paid)
    fixed = money_by_year(params.administration.fixed, rate.indexation, params.start, params, parameters, years)
    barnett = params.barnett
    devolved = by_year(barnett.share, years, params.start) * barnett.include
    return {
        "offset": withdrawn,
        "administration": rounded(fixed * 100),
        "barnett": rounded((paid - withdrawn) * devolved),
    }


def tables(params: Params, setting: Setting, totals: Totals) -> dict[str, pd.DataFrame]:
    """`reconciliation`, `institutions` and `rates`, by financial year."""
    return {
        "reconciliation": reconciliation(params, setting, totals),
        "institutions": institutions(params, setting, totals),
        "rates": rates(params, setting),
    }


def reconciliation(params: Params, setting: Setting, totals: Totals) -> pd.DataFrame:
    """The simulated count of eligible learners beside the published one, people, and why they differ.

    The published count grows with the number of people aged 16 to 18. The difference is split exactly: more or fewer
    learners at the published share, and the simulated share on the simulated learners. `calibration` is the expected
    number of learners added by `eligibility.calibration`, which are among the simulated count.
    """
    known, rows = params.reconciliation, []
    rule = params.eligibility
    thinned = {"fsm_at_16": rule.eligible_at_16, "persistent": rule.persistent}.get(rule.definition)
    base = known.young_people.at(known.base_year)
    for place, year in enumerate(setting.years):
        learners = float(totals["learners"][place])
        if learners == 0:
            continue
        simulated = float(sum(totals[f"eligible_{kind}"][place] for kind in KINDS))
        part = 1.0 if thinned is None else thinned.at(year)
        calibrated = rule.calibration.at(year) if rule.definition != "uc_household" else 0.0
        added = added_people(learners, simulated, calibrated, part)
        growth = known.young_people.at(max(year, known.base_year)) / base
        share = known.eligible_share.at(year)
        published = known.eligible.at(year) * growth
        expected = published / share
        rows.append({
            "financial_year": format_financial_year(year),
            "published_count": known.eligible.at(year),
            "growth_of_age_group": growth,
            "published_count_grown": published,
            "published_learners_grown": expected,
            "simulated_learners": learners,
            "published_share": share,
            "simulated_share": simulated / learners,
            "simulated_count": simulated,
            "calibration": added,
            "simulated_before_calibration": simulated - added,
            "residual": simulated - published,
            "residual_from_learners": (learners - expected) * share,
            "residual_from_share": learners * (simulated / learners - share),
        })  # fmt: skip
    return pd.DataFrame(rows)


def added_people(learners: float, eligible: float, calibration: float, part: float) -> float:
    """How many of the `eligible` the calibration is expected to have added, people.

    Of N learners F had free meals: F + calibration x (N - F) count as ever-eligible, and `part` of these by the
    definition chosen.
    """
    if calibration == 1 or part == 0:
        return eligible
    had_free_meals = (eligible / part - calibration * learners) / (1 - calibration)
    return eligible - had_free_meals * part


def institutions(params: Params, setting: Setting, totals: Totals) -> pd.DataFrame:
    """Eligible learners and pounds of premium by kind of institution and financial year."""
    rows = [
        {
            "financial_year": format_financial_year(year),
            "institution": kind,
            "eligible": int(totals[f"eligible_{kind}"][place]),
            "premium": int(totals[f"premium_{kind}"][place]) / 100,
        }
        for place, year in enumerate(setting.years)
        if year >= params.start
        for kind in KINDS
    ]
    return pd.DataFrame(rows)


def rates(params: Params, setting: Setting) -> pd.DataFrame:
    """Pounds paid in each financial year for a full-time learner who stays, under each source of the rate."""
    sources = ("secondary", "primary", "match_school_funding", "own")
    paid = {
        name: pounds_by_year(getattr(params.rate, name), params, setting.parameters, setting.years) for name in sources
    }
    return pd.DataFrame([
        {"financial_year": format_financial_year(year), "chosen": params.rate.source}
        | {name: float(values[place]) for name, values in paid.items()}
        for place, year in enumerate(setting.years)
        if year >= params.start
    ])  # fmt: skip


def alternatives(params: Params) -> dict[str, Params]:
    """Other definitions and rates, shown beside the chosen ones."""
    rate, eligibility = params.rate, params.eligibility
    found = {
        f"rate: {name}": params.model_copy(update={"rate": rate.model_copy(update={"source": name})})
        for name in ("secondary", "primary", "match_school_funding")
        if name != rate.source
    } | {
        f"eligibility: {name}": params.model_copy(
            update={"eligibility": eligibility.model_copy(update={"definition": name})}
        )
        for name in ("ever6", "fsm_at_16", "persistent", "uc_household")
        if name != eligibility.definition
    }
    found["with Barnett consequentials"] = params.model_copy(
        update={"barnett": params.barnett.model_copy(update={"include": True})}
    )
    supplements = ("looked_after", "service", "young_carer")
    found["with looked-after, service and young-carer premiums"] = params.model_copy(
        update={name: getattr(params, name).model_copy(update={"pay": True}) for name in supplements}
    )
    return found
