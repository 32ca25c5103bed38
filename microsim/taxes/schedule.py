"""Net income of one household over a range of pay, or of another income: its budget constraint."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from microsim.errors import InputError, Problem, nearest
from microsim.parameters.load import Parameters
from microsim.taxes.household import Adult, Household
from microsim.taxes.steps import Calculation, calculate
from microsim.taxes.worksheet import SIGNS

FIELDS = tuple(name for name, field in Adult.model_fields.items() if field.annotation is float)
_TAXES = {line for line, sign in SIGNS.items() if sign < 0}
_BENEFITS = {
    "state_pension", "disability_benefit", "carers_allowance", "child_benefit", "universal_credit", "pension_credit",
    "housing_benefit",
}  # fmt: skip


def schedule(
    household: Household, parameters: Parameters, year: int, field: str, amounts: Sequence[float], adult: int = 0
) -> pd.DataFrame:
    """A row for each of `amounts`, in rising order, of a field of one adult of the first family.

    Columns: the field; benefits; taxes (with contributions and council tax); net_income; equivalised; marginal_rate,
    the share of the way to the next amount that the household does not keep (missing in the last row). Raises
    InputError for a field that is not an amount of an adult.
    """
    if field not in FIELDS:
        problem = Problem(f"{field!r} cannot be varied", None, None, ", ".join(FIELDS), nearest(field, FIELDS))
        raise InputError(problem)
    if adult >= len(household.adults):
        raise InputError(f"there is no adult {adult + 1} in the first family whose {field} could be varied")
    rows = []
    for amount in amounts:
        adults = list(household.adults)
        adults[adult] = adults[adult].model_copy(update={field: float(amount)})
        found = calculate(household.model_copy(update={"adults": tuple(adults)}), parameters, year)
        rows.append((amount, _sum(found, _BENEFITS), _sum(found, _TAXES), found.net_income, found.equivalised))
    table = pd.DataFrame(rows, columns=[field, "benefits", "taxes", "net_income", "equivalised"])
    steps = -table[field].diff(-1)
    table["marginal_rate"] = (1 + table["net_income"].diff(-1) / steps).round(6)
    return table.round({"equivalised": 2})


def _sum(found: Calculation, lines: set[str]) -> float:
    return sum(pence for (_, line), pence in found.pence.items() if line in lines) / 100
