"""Values as JSON can hold them."""

from __future__ import annotations

import json
import math
from typing import Any


def records(table: Any) -> list[dict[str, Any]]:
    """The rows of a frame as plain values; what is missing is None."""
    found: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return found


def finite(value: Any) -> Any:
    """The same, with None in place of numbers that JSON has no word for (not a number, infinity)."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
