"""The documents of a run folder: the report to open in a browser, the workbook, and the note to edit."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from microsim.report.material import Material
from microsim.report.note_mark import is_edited

REPORT, WORKBOOK, NOTE = "report.html", "costing.xlsx", "costing_note.md"
NEW_NOTE = "costing_note.new.md"  # beside a note that somebody has edited
DOCUMENTS = (REPORT, WORKBOOK, NOTE)


def documents_of(material: Material) -> dict[str, bytes]:
    """Each document by the name of its file."""
    from microsim.report.contents import report_page  # charts take a while to import: only where they are drawn
    from microsim.report.note import note_text
    from microsim.report.page.html import page_html
    from microsim.report.workbook import workbook_bytes

    with _without_collection():
        return {
            REPORT: page_html(report_page(material)).encode(),
            WORKBOOK: workbook_bytes(material),
            NOTE: note_text(material).encode(),
        }


@contextmanager
def _without_collection() -> Iterator[None]:
    """Without a search for what nobody refers to any more: it would walk through more than a million cells of the
    workbook time and again, and find next to nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def replace_documents(folder: Path, documents: Mapping[str, bytes]) -> list[Path]:
    """Write documents into a run folder that is there, each whole or not at all, and return their paths.

    A note that was edited is kept, and the new one stands beside it as NEW_NOTE. Raises OSError.
    """
    kept = NOTE in documents and is_edited(folder / NOTE)
    named = {NEW_NOTE if kept and name == NOTE else name: content for name, content in documents.items()}
    for name, content in named.items():
        new = folder / f".{name}.{os.getpid()}.new"
        try:
            new.write_bytes(content)
            new.replace(folder / name)
        finally:
            new.unlink(missing_ok=True)
    return [folder / name for name in named]
