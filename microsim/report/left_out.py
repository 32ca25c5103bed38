"""What the costing leaves out: of every run, by measure, and because of what a scenario switches off."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from microsim.report.alignment import WORDS as ALIGNED
from microsim.scenario.source import read_yaml

_GENERAL = Path(__file__).with_name("not_modelled.yaml")


class LeftOut(NamedTuple):
    """One thing that is not modelled, and what that means for a cost."""

    what: str
    text: str


@cache
def general() -> tuple[LeftOut, ...]:
    """What no costing holds, whatever the scenario."""
    return tuple(LeftOut(str(entry["what"]), str(entry["text"]).strip()) for entry in read_yaml(_GENERAL).values)


def switched_off(resolved: Mapping[str, Any]) -> list[LeftOut]:
    """What this scenario could have counted and does not, with the lines that would switch it on."""
    found = []
    if not (resolved.get("second_round") or {}).get("enabled"):
        found.append(
            LeftOut("Second-round effects", "Higher pay after additional training, and the taxes and claims that "
                    "follow it, are not worked out. A scenario with second_round: true shows them beside the costing.")
        )  # fmt: skip
    alignment = resolved.get("alignment") or {}
    off = [ALIGNED.get(name, name) for name, is_on in alignment.items() if is_on is False]
    if off:
        text = "Lives are not held at official figures of these: they follow the chances alone, and may drift."
        found.append(LeftOut(f"Alignment of {'; '.join(off)}", text))
    held = (resolved.get("uncertainty") or {}).get("leave_out") or []
    if held:
        found.append(
            LeftOut("Ranges that are not drawn", f"The scenario holds {', '.join(map(str, held))} when uncertain "
                    "figures are drawn.")
        )  # fmt: skip
    return found
