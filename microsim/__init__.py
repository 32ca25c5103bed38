"""microsim: what a skills policy would cost, year by year, and who would gain.

    from microsim import load_scenario, run
    result = run(load_scenario("scenarios/opportunity_for_all.yaml"))
    result.scorecard          # a pandas frame; minus is a cost to the Exchequer

Everything else is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = [
    "InputError", "Run", "align_population", "alignment", "assess_uncertainty", "assumptions", "build_population",
    "compare", "describe_population", "explain", "ledger", "load_run", "load_scenario", "measure_fields",
    "measure_lines", "measure_rating", "run", "schema", "sensitivity", "solve", "synthesis", "tax", "tax_schedule",
    "validate", "write_documents",
]  # fmt: skip

if TYPE_CHECKING:
    from microsim.account_export import ledger
    from microsim.api import (
        Run,
        align_population,
        alignment,
        assumptions,
        build_population,
        describe_population,
        load_scenario,
        measure_fields,
        measure_lines,
        measure_rating,
        run,
        schema,
        tax,
        tax_schedule,
        validate,
    )
    from microsim.comparing import compare, load_run
    from microsim.drawing import assess_uncertainty
    from microsim.errors import InputError
    from microsim.life import explain
    from microsim.rebuilding import synthesis
    from microsim.reporting import write_documents
    from microsim.solving import solve
    from microsim.varying import sensitivity

_HOMES = {
    "InputError": "microsim.errors", "assess_uncertainty": "microsim.drawing", "compare": "microsim.comparing",
    "explain": "microsim.life", "ledger": "microsim.account_export", "load_run": "microsim.comparing",
    "sensitivity": "microsim.varying", "solve": "microsim.solving", "synthesis": "microsim.rebuilding",
    "write_documents": "microsim.reporting",
}  # fmt: skip  # the others live in microsim.api


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'microsim' has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES.get(name, "microsim.api")), name)
