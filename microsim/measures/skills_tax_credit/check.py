"""What only the population can tell of a block, and the other choices that are shown beside the chosen one."""

from __future__ import annotations

from microsim.measures.checks import start_faults
from microsim.measures.contract import Surroundings
from microsim.measures.skills_tax_credit.params import BASES, SIZES, LevyFunded, Params
from microsim.scenario.values import Fault, Quantity


def check(params: Params, around: Surroundings) -> list[Fault]:
    """Figures that begin after the start, and a start before anybody lives."""
    return start_faults(params, around, "credit")


def alternatives(params: Params) -> dict[str, Params]:
    """Every other qualifying base, the chosen one with nothing taken off for the levy, and the other of volume and
    increment."""
    spending = params.spending
    none = LevyFunded(**dict.fromkeys(SIZES, Quantity.of(0)))
    others: dict[str, dict[str, object]] = {f"base: {base}": {"base": base} for base in BASES if base != spending.base}
    if spending.levy_funded != none:
        others["levy_funded: 0"] = {"levy_funded": none}
    found = {
        label: params.model_copy(update={"spending": spending.model_copy(update=change)})
        for label, change in others.items()
    }
    other = "incremental" if params.volume == "volume" else "volume"
    return found | {f"volume: {other}": params.model_copy(update={"volume": other})}
