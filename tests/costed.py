"""A finished run made by hand: two measures, one of a kind that is not installed, with texts that nobody wishes for."""

import pandas as pd

from microsim.accounts.totals import ALL_LINES, ALL_MEASURES, ALL_YEARS
from microsim.comparison.finished import FinishedRun
from microsim.report.material import Material

HOSTILE = "=1+1 | *bold* <script>alert(1)</script> \"' @SUM(A1) [x](y) `tick` # {{7*7}} \u202eright to left"
GRANT, PLUG = "training_grant", "bus_fares"
YEARS = [f"{year}-{(year + 1) % 100:02}" for year in range(2026, 2046)]
_MONEY = {  # pounds a year from the third year on, by measure, line and description
    (GRANT, "spending", "Grant spent on courses"): -100_000_000.25,
    (GRANT, "tax", "Tax that comes back"): 20_000_000.0,
    (GRANT, "unused", "An option that is not used"): 0.0,
    (PLUG, "fares", HOSTILE): -5_000_000.0,
}


def scorecard():
    rows = [
        {"measure": measure, "line": line, "description": description, "payer": "Department | of Buses", "head": "RDEL",
         "financial_year": year, "cash": cash * (place >= 2) * (1 + place / 10), "simulation_error": abs(cash) / 50}
        for (measure, line, description), cash in _MONEY.items() for place, year in enumerate(YEARS)
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table["cash"] = table["cash"].round(2) + 0.0
    return table.assign(real=table["cash"] / 2, present_value=table["cash"] / 4, net_borrowing=-table["cash"])


def totals(card):
    """Sums by measure and year, as in `scorecard_totals`, with an error of a fiftieth."""
    whole = pd.concat([card, card.assign(financial_year=ALL_YEARS)])
    lines = card.groupby(["measure", "line"], sort=False)["cash"].sum().reset_index().assign(financial_year=ALL_YEARS)
    by_measure = whole.groupby(["measure", "financial_year"], sort=False)["cash"].sum().reset_index()
    everything = whole.groupby("financial_year", sort=False)["cash"].sum().reset_index().assign(measure=ALL_MEASURES)
    table = pd.concat([lines, by_measure.assign(line=ALL_LINES), everything.assign(line=ALL_LINES)], ignore_index=True)
    table["cash"] = table["cash"].round(2)
    error = table["cash"].abs() / 50
    return table.assign(
        real=table["cash"] / 2, present_value=table["cash"] / 4, simulation_error=error,
        real_simulation_error=error / 2, present_value_simulation_error=error / 4,
    )  # fmt: skip


def tables():
    card = scorecard()
    memo = [("paid_in", "Tranches paid into accounts", "£", False, True, 5e8),
            ("users", "People who used it", "people", False, True, 4000.0),
            ("held", "Held on 31 March", "£", True, False, 9e8)]  # fmt: skip
    lines = [
        {"arm": "reform", "measure": GRANT, "line": line, "description": description, "payer": "", "head": "memo",
         "unit": unit, "stock": stock, "detail": detail, "financial_year": year, "amount": amount,
         "simulation_error": amount / 100}
        for line, description, unit, stock, detail, amount in memo for year in YEARS
    ]  # fmt: skip
    ratios = [
        {"arm": "reform", "measure": GRANT, "ratio": "deadweight", "description": "Deadweight share",
         "unit": "fraction", "financial_year": year, "value": 0.4, "simulation_error": 0.01} for year in YEARS
    ]  # fmt: skip
    choices = [
        {"measure": GRANT, "alternative": name, "line": "spending", "description": "", "payer": "", "head": "RDEL",
         "sign": -1, "unit": "£", "financial_year": year, "amount": amount, "simulation_error": 0.0}
        for name, amount in (("as in the scenario", 1e8), (HOSTILE, 3e8)) for year in YEARS
    ]  # fmt: skip
    rated = [(GRANT, "overall", "very high", "Nobody knows how many."), (GRANT, "data", "high", "A survey of 2016.")]
    ratings = pd.DataFrame(
        [(measure, "", subject, rating, why, f"measures.{GRANT}.annual_use" if subject == "overall" else "")
         for measure, subject, rating, why in [*rated, (PLUG, "overall", "not rated", "")]],
        columns=["measure", "kind", "subject", "rating", "why", "figure"],
    )  # fmt: skip
    steps = pd.DataFrame(
        [{"financial_year": year, "step": step, "cost": cost, "simulation_error": 1.0}
         for year in YEARS for step, cost in (("static", 6e7), (HOSTILE, 0.0), ("post-behavioural", 8e7))]
    )  # fmt: skip
    fares = pd.DataFrame({"stop": [HOSTILE, "Leeds"], "fare": [1.5, 2.0], "riders": [10, 20], "old": [True, False]})
    return {
        "scorecard": card, "scorecard_totals": totals(card), "lines": pd.DataFrame(lines),
        "ratios": pd.DataFrame(ratios), "alternatives": pd.DataFrame(choices), "ratings": ratings,
        f"{GRANT}.static_and_behavioural": steps, f"{PLUG}.stops_of_every_company_in_the_country": fares,
    }  # fmt: skip


def assumptions():
    rows = [
        (f"measures.{GRANT}.start", "2028-29", "", "", "financial year", "First year", "file.yaml:3"),
        (f"measures.{GRANT}.annual_use", "0.039", "0.017", "0.053", "fraction a year", "How many", "default"),
        (f"measures.{PLUG}.note", HOSTILE, "", "", "none", HOSTILE, "file.yaml:9"),
    ]
    columns = ["path", "value", "low", "high", "unit", "description", "set_by"]
    return pd.DataFrame(rows, columns=columns).assign(distribution="", source="=A1", quality="judgement")


def run(**changes):
    """The run; `changes` replace its tables (None takes one away)."""
    found = {name: table for name, table in {**tables(), **changes}.items() if table is not None}
    measures = {GRANT: {"kind": "lifelong_training_grant"}, PLUG: {"kind": "bus_fares_relief"}}
    resolved = {"name": HOSTILE, "description": HOSTILE, "parameters": {}, "measures": measures}
    manifest = {
        "scenario": HOSTILE, "years": f"{YEARS[0]} to {YEARS[-1]}", "sample": "1 in 100", "one_in": 100.0, "seed": 1,
        "people": 1000, "survey": None, "simulation_error": None, "tables_digest": "abc", "population_digest": "def",
        "warnings": [HOSTILE], "versions": {"microsim": "1"}, "files": {"scenarios/it.yaml": "0"}, "seconds": 1.5,
        "price_year": "2026-27", "present_value_year": "2026-27",
    }  # fmt: skip
    return FinishedRun(found, manifest, resolved, assumptions())


def nothing_to_cost():
    """A run whose scenario has no measures."""
    found = {name: table.head(0) for name, table in tables().items() if "." not in name and name != "alternatives"}
    empty = run()
    resolved = {**empty.resolved, "measures": {}}
    return FinishedRun(found, empty.manifest, resolved, empty.assumptions.head(0))


def material(**changes):
    return Material(run(**changes))
