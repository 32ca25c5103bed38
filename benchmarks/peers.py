"""Peers doing comparable work on the same machine, where they can be installed: `python -m benchmarks --only peers`.

PolicyEngine UK (AGPL, run as it is, never part of this project) works out the income tax and National Insurance of
employees of one year. The engine's rules do the same beside it. The peer runs in its own process, by the interpreter
named in MICROSIM_PEERS or else by this one: `python -m venv DIR && DIR/bin/pip install policyengine-uk`, then
`MICROSIM_PEERS=DIR/bin/python`. Loading either is not timed. The peer is written for single households and reforms in
depth more than for speed over millions; what it finds is set beside the engine's.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import numpy as np

from benchmarks.clock import best
from microsim.taxes.income_tax import income_tax, personal_allowance
from microsim.taxes.national_insurance import employee_contributions

PEOPLE, YEAR, MOST = 100_000, 2026, 150_000
_PEER = """
import json, sys, time
import numpy as np
from importlib.metadata import version
from policyengine_uk import Simulation
people, year, most = (int(word) for word in sys.argv[1:])
situation = {
    "people": {"one": {"age": {year: 40}, "employment_income": {year: 0}}},
    "benunits": {"family": {"members": ["one"]}},
    "households": {"home": {"members": ["one"], "region": {year: "LONDON"}}},
    "axes": [[{"name": "employment_income", "min": 0, "max": most, "count": people, "period": str(year)}]],
}
seconds = []
for _ in range(3):  # a new one each time: what it has worked out it keeps; the first also reads its rules
    simulation = Simulation(situation=situation)
    started = time.perf_counter()
    tax = simulation.calculate("income_tax", year)
    insurance = simulation.calculate("ni_employee", year)
    seconds.append(time.perf_counter() - started)
print(json.dumps({
    "version": version("policyengine-uk"), "seconds": min(seconds),
    "tax": float(np.sum(tax)), "insurance": float(np.sum(insurance)),
}))
"""


def beside_peers() -> dict[str, Any]:
    """Nanoseconds for a person and year of the peer and of the engine, and their sums; nothing without the peer."""
    peer = os.environ.get("MICROSIM_PEERS", sys.executable)
    command = [peer, "-c", _PEER, str(PEOPLE), str(YEAR), str(MOST)]
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, env=plain)
    if done.returncode:
        return {}
    theirs = json.loads(done.stdout.splitlines()[-1])
    pays = np.linspace(0.0, MOST, PEOPLE)
    function, rates = _engine()
    tax, insurance = np.zeros(PEOPLE), np.zeros(PEOPLE)
    function(pays, *rates, tax, insurance)
    seconds = best(lambda: function(pays, *rates, tax, insurance), 5)
    return {
        f"PolicyEngine UK {theirs['version']}": {
            "work": f"income tax and National Insurance of {PEOPLE:,} employees in {YEAR}-{(YEAR + 1) % 100}",
            "peer_nanoseconds": theirs["seconds"] / PEOPLE * 1e9,
            "engine_nanoseconds": seconds / PEOPLE * 1e9,
            "income_tax_over_peer": float(tax.sum()) / theirs["tax"],
            "insurance_over_peer": float(insurance.sum()) / theirs["insurance"],
        }
    }


def _engine() -> tuple[Any, tuple[Any, Any]]:
    """The engine's rules over arrays, compiled, and the year's rates."""
    from microsim.kernels.jit import compile_driver
    from microsim.parameters.load import load_parameters
    from microsim.taxes.income_tax import income_tax_rates
    from microsim.taxes.national_insurance import national_insurance_rates

    parameters = load_parameters()
    rates = income_tax_rates(parameters, YEAR), national_insurance_rates(parameters, YEAR)
    return compile_driver(_taxes_of_employees), rates


def _taxes_of_employees(pays, rates, insurance, tax, contributions):
    for i in range(np.uint64(len(pays))):
        allowance = personal_allowance(pays[i], rates)
        tax[i] = income_tax(pays[i], 0.0, 0.0, 0.0, allowance, rates)
        contributions[i] = employee_contributions(pays[i], 1.0, insurance)
