"""A finished run of two measures made by hand, and folders beside it as other commands leave them."""

import numpy as np
import pandas as pd

from microsim.comparison.finished import FinishedRun
from microsim.report.folder import write_run
from microsim.scenario.source import dump_yaml

YEARS = ["2026-27", "2027-28", "2028-29"]
HOSTILE = "<script>alert('x')</script> & \"more\" \u202eright to left"
GRANT_USE = "measures.grant.annual_use"


def manifest_of(**changes):
    return {
        "scenario": "A grant", "years": "2026-27 to 2028-29", "sample": "1 in 100", "one_in": 100.0, "people": 900,
        "survey": None, "seed": 1, "population_digest": "people", "alignment_digest": "held", "tables_digest": "tables",
        "warnings": [], "files": {"scenarios/grant.yaml": "x", "scenarios/baseline.yaml": "y"},
        "simulation_error": {"financial_year": "2028-29", "cash": -600e6, "standard_error": 12e6,
                             "all_years_cash": -1200e6, "all_years_standard_error": 20e6},
    } | changes  # fmt: skip


def resolved_of(use=0.04, **changes):
    return {
        "name": "A grant", "population": "../populations/england.yaml", "years": "2026-27 to 2028-29", "sample": 0.01,
        "seed": 1, "alignment": {"births": True, "couples": False}, "second_round": {"enabled": False},
        "measures": {
            "grant": {"kind": "lifelong_training_grant", "annual_use": {"central": use, "low": 0.02, "high": 0.06}},
            "own": {"kind": "a_plug_in"},
        },
        "parameters": {}, "uncertainty": {"leave_out": []}, "by": {},
    } | changes  # fmt: skip


def log_of(**values):
    """Assumptions by path; `values` replace those of the population."""
    rows = [
        ("sample", "0.01", "", "", "", "fraction of people", "Share simulated", "", "scenario", "command line"),
        ("seed", "7", "", "", "", "none", "Seed", "", "scenario", "scenarios/grant.yaml:4"),
        (GRANT_USE, "0.04", "0.02", "0.06", "pert", "fraction a year", "Users over the labour force (see `other`)",
         "A survey of https://example.org/2020", "judgement", "scenarios/grant.yaml:9"),
        ("measures.grant.tranches[1].amount", "4000", "", "", "", "£", "Paid in", "", "scenario",
         "scenarios/grant.yaml:7"),
        ("measures.grant.launch", "flow", "", "", "", "choice", "flow: from birthdays; all: to everybody at once", "",
         "setting", "default"),
        ("measures.own.price", "1480", "1000", "2000", "held", "£", "Price", HOSTILE, "derived", "default"),
        ("parameters.cpi_growth", "; ".join(f"{year}-{year - 1999}: 0.02{year}" for year in range(2026, 2056)),
         "", "", "", "fraction a year", "Growth of prices", "An office", "published; long run: judgement", "default"),
        ("population.pay.spread", values.get("spread", "0.3"), "0.2", "0.4", "", "ratio", "How far pay spreads", "None",
         "judgement", "england.yaml"),
    ]  # fmt: skip
    columns = ["path", "value", "low", "high", "distribution", "unit", "description", "source", "quality", "set_by"]
    return pd.DataFrame(rows, columns=columns)


def totals_table():
    """Costs of 100, 200 and 300 million for the grant, as much again for the other measure."""
    rows = []
    for measure, share in (("grant", 1.0), ("own", 1.0), ("all measures", 2.0)):
        cash = [-share * 100e6 * (place + 1) for place in range(3)]
        for year, amount in zip([*YEARS, "all years"], [*cash, sum(cash)], strict=True):
            rows.append((measure, "all lines", year, amount, amount, amount, abs(amount) / 50, 0.0, 0.0))
    return pd.DataFrame(
        rows,
        columns=["measure", "line", "financial_year", "cash", "real", "present_value", "simulation_error",
                 "real_simulation_error", "present_value_simulation_error"],
    )  # fmt: skip


def ratings_table():
    rows = [
        ("grant", "lifelong_training_grant", subject, rating, f"Why {subject}.", figure)
        for subject, rating, figure in (
            ("overall", "very high", GRANT_USE),
            ("data", "high", ""),
            ("modelling", "medium", ""),
            ("behaviour", "low", ""),
        )
    ]
    rows.append(("own", "a_plug_in", "overall", "not rated", "", ""))
    return pd.DataFrame(rows, columns=["measure", "kind", "subject", "rating", "why", "figure"])


def alternatives_table():
    choices = ("launch: everybody", 500e6), ("as in the scenario", 300e6)
    rows = [("grant", choice, sign, year, amount) for choice, amount in choices
            for year in YEARS for sign in (-1, 0)]  # fmt: skip
    return pd.DataFrame(rows, columns=["measure", "alternative", "sign", "financial_year", "amount"])


def run_of(folder=None, tables=None, **manifest):
    """The finished run; `tables` replace or, where None, remove its own."""
    scorecard = totals_table().query("measure != 'all measures' and financial_year != 'all years'")
    own = {
        "scorecard": scorecard.assign(line="spending", description="Spending", payer="State", head="RDEL"),
        "scorecard_totals": totals_table(), "ratings": ratings_table(), "alternatives": alternatives_table(),
    } | (tables or {})  # fmt: skip
    kept = {name: table for name, table in own.items() if table is not None}
    return FinishedRun(kept, manifest_of(**manifest), resolved_of(), log_of(), folder, folder)


def fan_table():
    """What `microsim uncertainty` finds: the run's own costs at its centre."""
    totals = totals_table()
    central = -totals["cash"]
    spread = {"p5": 0.8, "p10": 0.85, "p25": 0.9, "p50": 1.02, "p75": 1.1, "p90": 1.2, "p95": 1.3}
    return totals[["measure", "financial_year"]].assign(
        central=central, simulation_error=totals["simulation_error"], mean=central, standard_deviation=0.1 * central,
        **{name: share * central for name, share in spread.items()},
    )  # fmt: skip


def budget_table():
    years = [*YEARS, "any year", "all years"]
    chance = [0.0, 0.3, 0.9, 0.9, 1.0]
    return pd.DataFrame({"financial_year": years, "budget": 450e6, "chance": chance, "chance_low": 0.0,
                         "chance_high": 1.0, "central_cost": 1.0, "central_exceeds": False})  # fmt: skip


ABOUT_DRAWS = {
    "draws": 60, "draw_seed": 1, "fields": 2, "headline_year": "2028-29", "headline_is": "the last year",
    "the_spread_is": "parameter uncertainty", "the_spread_is_not": "anything else", "choices_drawn": [],
}  # fmt: skip
ABOUT_TORNADO = {"cost": {"measure": None, "year": "2028-29", "prices": "cash"}, "fields": 2, "runs": 5}


def tornado_table():
    rows = [
        (GRANT_USE, "0.02", "0.04", "0.06", 400e6, 600e6, 750e6, 350e6, "fraction a year", "pert",
         "Users over the labour force (see `other`)", "A survey", "judgement"),
        ("measures.own.price", "1000", "1480", "2000", 640e6, 600e6, 590e6, 50e6, "£", "pert", HOSTILE, "", "derived"),
        ("measures.own.nothing", "0", "1", "2", 600e6, 600e6, 600e6, 0.0, "ratio", "pert", "Nothing", "", "judgement"),
    ]  # fmt: skip
    return pd.DataFrame(
        rows, columns=["field", "low", "central", "high", "cost_low", "cost_central", "cost_high", "swing", "unit",
                       "distribution", "description", "source", "quality"]
    )  # fmt: skip


def shares_table():
    return pd.DataFrame({"factor": [GRANT_USE, "all other fields"], "fields": [GRANT_USE, "measures.own.price"],
                         "first_order": [0.7, 0.1], "first_order_interval": 0.05, "total": [0.8, 0.2],
                         "total_interval": 0.1})  # fmt: skip


def synthesis_tables():
    moved = pd.DataFrame(
        [
            ("work_and_pay", measure, year, -1200e6, -30e6, 5e6)
            for measure in ("grant", "all")
            for year in (*YEARS, "all")
        ],
        columns=["variant", "measure", "financial_year", "as_built", "synthesis_difference", "simulation_error"],
    )
    fits = pd.DataFrame({"variant": ["as_built", "work_and_pay"], "association": ["as built", "Work with pay"],
                         "rounds": 3, "largest_error": 0.001, "largest_error_rounded": 0.01})  # fmt: skip
    return {"synthesis": moved, "synthesis_fits": fits}


def write_beside(folder, name, tables, about, resolved=None, log=None, **manifest):
    """Leave what a command would leave in `folder`."""
    whole = manifest_of(**manifest) | {name: about}
    log = log_of() if log is None else log
    write_run(folder, tables, dump_yaml(resolved_of() if resolved is None else resolved), log, whole)
    return folder


def write_uncertainty(folder, **changes):
    return write_beside(folder, "uncertainty", {"fan": fan_table(), "budget": budget_table()}, ABOUT_DRAWS, **changes)


def validation_table():
    """Three figures inside and two outside, one of each held out of the fit."""
    rows = [
        (
            "work",
            "employment rate",
            0.75,
            0.765,
            0.015,
            0.01,
            "absolute",
            0.01,
            "outside",
            "held out",
            "A known fault.",
        ),
        ("work", HOSTILE, 0.75, 0.80, 0.05, 0.01, "absolute", 0.002, "outside", "input", HOSTILE),
        ("work", "people in work", 29e6, 29.1e6, 0.003, 0.005, "relative", 0.001, "inside", "input", ""),
        ("pay", "median", 30000.0, 30300.0, 0.01, 0.03, "relative", 0.002, "inside", "input", ""),
        ("pay", "mean", 35000.0, 35350.0, 0.01, 0.03, "relative", 0.002, "inside", "held out", ""),
    ]
    columns = ["comparison", "quantity", "published", "model", "difference", "tolerance", "measured", "sampling_error",
               "verdict", "evidence", "reason"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(source="An office, a table", date="1 May 2026", quality="official", scope=f"Scope {HOSTILE}")


def alignment_table():
    rows = []
    for year, drift in (("2026-27", 0.01), ("2027-28", 0.03)):
        for group, lives in (("<female> 16-19", 100), ("male 16-19", 300)):
            rows.append(("employment", year, group, drift, lives))
        rows.append(("births", year, "England", drift / 10, 50))
    return pd.DataFrame(
        {
            "financial_year": [row[1] for row in rows], "target": [row[0] for row in rows],
            "group": [row[2] for row in rows], "description": [row[2] for row in rows],
            "odds_ratio": 0.9, "log_odds_shift": np.log(0.9), "held_at": 0.5,
            "before": [0.5 + row[3] / 2 for row in rows], "after": 0.501,
            "effect": [0.001 - row[3] / 2 for row in rows], "unaligned": [0.5 + row[3] for row in rows],
            "lives": [row[4] for row in rows], "is_held": [row[2] != "England" for row in rows],
        }
    )  # fmt: skip
