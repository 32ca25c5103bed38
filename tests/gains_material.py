"""Small tables of who gains, made by hand, as the material of a report."""

import numpy as np
import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.material import Material

YEARS = ["2030-31", "2031-32"]
DECILES = [f"decile {number}" for number in range(1, 11)]
REGIONS = ["North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands", "East of England",
           "London", "South East", "South West"]  # fmt: skip
HARTLEPOOL, SHEFFIELD, SHEFFIELD_BEFORE, KENT_DISTRICT = "E06000001", "E08000039", "E08000019", "E07000105"
AREAS = [HARTLEPOOL, "E06000002", SHEFFIELD, KENT_DISTRICT, "E09000001"]
UNKNOWN = "X99<b>"
GROUPS = {
    "england": ["England"], "income_decile": [*DECILES, "communal establishments"],
    "age_band": ["16-24", "25-34", "67+"],
    "region": REGIONS, "sex": ["female", "male"], "ethnicity": ["white", "other"], "qualification": ["none", "other"],
    "local_authority": [*AREAS, UNKNOWN],
}  # fmt: skip
ADULTS, HOUSEHOLDS, INCOME = 1000.0, 500.0, 5e6


def gain_groups():
    """Every group with a thousand adults, five hundred households and five million pounds of income."""
    rows = [
        (breakdown, group, year, ADULTS, 2 * ADULTS, 0.0 if group == "communal establishments" else HOUSEHOLDS, INCOME)
        for breakdown, groups in GROUPS.items() for group in groups for year in YEARS
    ]  # fmt: skip
    columns = ["breakdown", "group", "financial_year", "adults", "people", "households", "net_income"]
    return pd.DataFrame(rows, columns=columns)


def gains(amounts, errors=10.0, measures=("grant",)):
    """Rows of `gains` for every group: `amounts` gives pounds by kind, a number or by group (others have none)."""
    rows = []
    for measure in (*measures, "all measures"):
        for kind, given in amounts.items():
            for breakdown, groups in GROUPS.items():
                for group in groups:
                    amount = given.get(group) if isinstance(given, dict) else given
                    if amount is None:
                        continue
                    households = np.nan if group == "communal establishments" else amount / HOUSEHOLDS
                    error = errors.get(group, 10.0) if isinstance(errors, dict) else errors
                    shares = (households, amount / ADULTS, amount / INCOME)
                    rows += [(breakdown, group, year, measure, kind, amount, *shares, error) for year in YEARS]
    columns = ["breakdown", "group", "financial_year", "measure", "kind", "amount", "per_household", "per_adult",
               "share_of_income", "simulation_error"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def material(gains_table, measures=None, **tables):
    """A report's material of these tables alone."""
    manifest = {
        "scenario": "Test",
        "years": f"{YEARS[0]} to {YEARS[-1]}",
        "sample": "1 in 100",
        "tables_digest": "0" * 64,
    }
    names = ("measure", "line", "description", "payer", "head", "real", "present_value")
    scorecard = pd.DataFrame({"financial_year": YEARS, "cash": -5.0} | dict.fromkeys(names, 0.0))
    tables = {"scorecard": scorecard, "gains": gains_table, "gain_groups": gain_groups(), **tables}
    return Material(FinishedRun(tables, manifest, {"measures": measures or {}}, pd.DataFrame()))


def grant(areas, begin="2025-26"):
    """A resolved scenario's grant with these transition areas."""
    return {"grant": {"kind": "lifelong_training_grant", "transition_areas": {"areas": {begin: list(areas)}}}}


def blocks_of(part):
    """Every block of a section, those in groups included."""
    for block in part.blocks:
        yield block
        if hasattr(block, "blocks"):
            yield from blocks_of(block)


def figure(section, name):
    """The figure of a name."""
    return next(block for block in blocks_of(section) if getattr(block, "name", None) == name)


def texts(section):
    """All paragraphs, one after the other."""
    return " ".join(block.text for block in blocks_of(section) if hasattr(block, "text"))
