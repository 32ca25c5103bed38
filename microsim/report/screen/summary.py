"""A run as one object for programs: what `microsim run --json` prints. docs/screen.md says what its keys are."""

from __future__ import annotations

from typing import Any

from microsim.comparison.finished import ASSUMPTIONS, MANIFEST, SCENARIO, FinishedRun
from microsim.report.documents import DOCUMENTS
from microsim.report.headline import headline, headline_sentence
from microsim.report.plain import finite, records
from microsim.report.screen.caveats import in_order
from microsim.report.screen.drivers import drivers

_FILES = (*DOCUMENTS, SCENARIO, ASSUMPTIONS, MANIFEST)


def summary(run: FinishedRun, year: str | None = None) -> dict[str, Any]:
    """The headline of `year`, or the reference year, the scorecard, totals with errors, drivers, warnings and files.

    Amounts are pounds, minus is a cost; what is not known is None. Raises KeyError for a year that is not the run's.
    """
    found = headline(run, year)
    numbers = {} if found is None else found._asdict()
    hangs_on = None
    if found is not None:
        hangs_on = drivers(run.scorecard, run.tables.get("alternatives"), found.year)
    folder = run.folder
    there = [] if folder is None else [name for name in _FILES if (folder / name).is_file()]
    return finite({
        "headline": {"sentence": headline_sentence(run, year), **numbers},
        "folder": None if folder is None else str(folder),
        "files": {name: f"{folder}/{name}" for name in there},
        "tables": sorted(run.tables),
        "manifest": dict(run.manifest),
        "scorecard": records(run.scorecard),
        "totals": records(run.table("scorecard_totals")),
        "drivers": None if hangs_on is None else {
            "year": hangs_on.year, "share_of": hangs_on.share_of,
            "lines": [line._asdict() for line in hangs_on.lines],
            "choices": [choice._asdict() for choice in hangs_on.choices],
        },
        "warnings": in_order(run.manifest["warnings"]),
    })  # fmt: skip
