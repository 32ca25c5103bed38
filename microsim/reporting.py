"""Documents of a finished run, made from its tables without running again."""

from __future__ import annotations

from pathlib import Path

from microsim.comparison.finished import FinishedRun, load_run
from microsim.report.companions import material_of
from microsim.report.documents import documents_of, replace_documents
from microsim.report.material import Material

__all__ = ["taken_in", "write_documents"]

COMPANIONS = ("uncertainty", "sensitivity", "validation", "synthesis")


def write_documents(run: Material | FinishedRun | str | Path) -> list[Path]:
    """Write report.html, costing.xlsx and costing_note.md of a run folder again, and return their paths.

    A note that was edited is kept: the new one is costing_note.new.md. What `microsim uncertainty`, `sensitivity` and
    `validate` left beside the folder is taken in. Raises InputError when it is not a run folder or of another version.
    """
    material = run if isinstance(run, Material) else material_of(run if isinstance(run, FinishedRun) else load_run(run))
    if material.run.folder is None:
        raise ValueError("the run has no folder")
    return replace_documents(material.run.folder, documents_of(material))


def taken_in(material: Material) -> list[str]:
    """What of that which stands beside a run its documents hold, and what was left out and why, a sentence each."""
    found = {name: getattr(material, name) for name in COMPANIONS}
    said = [
        f"With {name}" + (f", made with {companion.differs}" if companion.differs else "")
        for name, companion in found.items()
        if companion is not None
    ]
    return [*said, *material.refused.values()]
