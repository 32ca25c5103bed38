"""What many draws come to."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

SCORECARD_COLUMNS = (
    "draw", "measure", "line", "payer", "head", "financial_year", "cash", "real", "present_value",
)  # fmt: skip
LINE_COLUMNS = ("draw", "measure", "line", "unit", "stock", "financial_year", "amount", "real")


class Drawn(NamedTuple):
    """What every draw comes to; `draw` is the place of its scenario in the sequence given."""

    scorecard: pd.DataFrame  # SCORECARD_COLUMNS: pounds, minus is a cost to the Exchequer
    lines: pd.DataFrame  # LINE_COLUMNS: of the reform arm, without a sign
