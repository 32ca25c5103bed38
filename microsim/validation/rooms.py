"""The rooms of the model that are counted and compared: one module for each, named like the room of dynamics.

A module has `start(programme)` (its counts at zero, a NamedTuple of int64 arrays in thousandths of a person),
`count(counts, before, people, year, age)` (add one block on 1 April of a year: `before` is the block as it was at the
end of the year before, `age` is in whole years) and STATISTICS (what a table of published figures can ask for).
"""

from __future__ import annotations

from typing import Any

from microsim.validation import apprenticeships, employers, families, health, jobs, moves, study

ROOMS: dict[str, Any] = {
    "families": families, "health": health, "study": study, "apprenticeships": apprenticeships, "jobs": jobs,
    "employers": employers, "moves": moves,
}  # fmt: skip
