"""Names that tests share: where the project's own scenarios are, and the first measure's kind."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios" / "opportunity_for_all.yaml"
BASELINE = ROOT / "scenarios" / "baseline.yaml"
GRANT = "lifelong_training_grant"
