"""What a report is made from: a finished run and, where they stand beside it, what was found about its uncertainty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from microsim.comparison.finished import FinishedRun


@dataclass(frozen=True)
class Companion:
    """Tables and manifest of another command's folder that belongs to the run.

    `differs` says in words where its people, seed or years are not the run's; nothing where they are the same.
    """

    tables: Mapping[str, pd.DataFrame]
    manifest: Mapping[str, Any]
    differs: str = ""


@dataclass(frozen=True)
class Material:
    """A run, and what `microsim uncertainty`, `sensitivity`, `validate` and `synthesis` left for it, where they did.

    `refused` has a sentence by name for what stands beside the run and does not belong to it, or cannot be read.
    """

    run: FinishedRun
    uncertainty: Companion | None = None
    sensitivity: Companion | None = None
    validation: Companion | None = None
    synthesis: Companion | None = None
    refused: Mapping[str, str] = field(default_factory=dict)
