"""Names that tests share: where the project's own scenarios are, and the first measure's kind."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios" / "opportunity_for_all.yaml"
BASELINE = ROOT / "scenarios" / "baseline.yaml"
GRANT = "lifelong_training_grant"


def plain_grant(**changes):
    """The grant's block of a scenario in its simplest form, that of its worked cases, with `changes` on top: nobody
    switches, every chance is the same for all, short courses alone, nothing follows from them, nothing grows."""
    file = ROOT / "tests" / "cases" / GRANT / "_rules.yaml"
    return {**yaml.safe_load(file.read_text(encoding="utf-8"))["rules"], **changes}
