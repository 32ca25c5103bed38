"""What is not modelled: in any costing, by measure, and because this scenario leaves it out."""

from __future__ import annotations

from typing import Any

from microsim.report.left_out import general, switched_off
from microsim.report.material import Material
from microsim.report.measure_words import unsaid, words_of
from microsim.report.page.blocks import Block, Bullets, Facts, Group, Section, Text
from microsim.report.words import in_words

_LEAD = (
    "None of what follows is in the figures, in either direction, and no range or error in this report holds it. Where "
    "something would make a measure dearer or cheaper for certain, the measure's page of method says so."
)


def not_modelled(material: Material) -> Section:
    """The general list, what this scenario leaves out, and what each measure leaves out."""
    resolved = material.run.resolved
    blocks: list[Block] = [Text(_LEAD), Facts([(one.what, one.text) for one in general()])]
    measures = resolved.get("measures") or {}
    if off := switched_off(resolved):
        rows = [(one.what, one.text) for one in off]
        blocks.append(Group("left-out-here", "Left out by this scenario", [Facts(rows)]))
    blocks += [_of_measure(str(name), block) for name, block in measures.items()]
    return Section("not_modelled", "What is not modelled", blocks)


def _of_measure(name: str, block: Any) -> Group:
    kind = str(block.get("kind", "")) if isinstance(block, dict) else ""
    about = words_of(kind)
    if about is None:
        said: list[Block] = [Text(unsaid(kind, "what it leaves out"))]
    else:
        items = [text[:1].upper() + text[1:] for text in about.left_out]
        said = [Bullets(items), Text(f"Equations, data and checks: {about.page}.", "small")]
    return Group(f"left-out-{name}", in_words(name), said)
