"""How to get the same figures again: versions, digests, and one command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from microsim.report.commands import place_of, repeat_command
from microsim.report.material import Material
from microsim.report.page.blocks import Block, Code, Facts, Group, Section, Text

_PROMISE = (
    "The same inputs and versions give the same figures, to the penny, whatever the number of threads: equal digests "
    "of the tables mean equal results. The run folder holds the scenario in full, every table, and this manifest."
)
_OF_ONE_RUN = ("seconds",)  # what differs between two runs that are the same


def reproducibility(material: Material) -> Section:
    """What the run was made of, and the command that repeats it."""
    manifest = material.run.manifest
    versions = ", ".join(f"{name} {version}" for name, version in manifest.get("versions", {}).items())
    facts = [
        ("People", f"{manifest['sample']} of the population, {manifest['people']:,} lives, seed {manifest['seed']}"),
        ("Years", str(manifest["years"])),
        ("Tables", str(manifest["tables_digest"])),
        ("Inputs", str(manifest.get("inputs_digest", ""))),
        ("Population", str(manifest["population_digest"])),
        ("Versions", versions),
        ("Machine", str(manifest.get("platform", ""))),
    ]
    whole = json.dumps(_printed(manifest), indent=2, ensure_ascii=False)
    blocks: list[Block] = [
        Text(_PROMISE),
        Text("To repeat it, and see that the digest of the tables is the same:"),
        Code(repeat_command(material.run)),
        Facts([fact for fact in facts if fact[1]]),
        Group("manifest", "The whole manifest", [Code(whole)], folded=True),
    ]  # fmt: skip
    return Section("reproducibility", "Reproducibility", blocks)


def _printed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest as it is handed over: files that were named from the root of a machine go by their own names."""
    given = {Path(name): digest for name, digest in (manifest.get("files") or {}).items()}
    files = [(place_of(path) if path.is_absolute() else path.as_posix(), digest) for path, digest in given.items()]
    alone = {name: digest for name, digest in files if [one for one, _ in files].count(name) == 1}
    alike = {f"{name} ({digest[:8]})": digest for name, digest in files if name not in alone}
    kept = {name: value for name, value in manifest.items() if name not in _OF_ONE_RUN}
    return kept | ({"files": alone | alike} if files else {})
