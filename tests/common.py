"""Names that tests share: where the project's own scenarios are, and the first measure's kind."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
SCENARIO = ROOT / "scenarios" / "opportunity_for_all.yaml"
BASELINE = ROOT / "scenarios" / "baseline.yaml"
GRANT = "lifelong_training_grant"
OWN_BLOCK_ROWS = 600
OWN_SCENARIO = f"""\
name: Own
population: {ROOT / "populations" / "england.yaml"}
years: 2029-30 to 2032-33
sample: 0.00005
seed: 5
measures:
  grant: {{kind: {GRANT}, start: 2030-31}}
  relief: {{kind: fe_vat_relief, start: 2029-30}}
by:
  region_and_sex: [region, sex]
  young:
    groups: [qualification, {{column: age, bands: [16, 19, 25]}}]
    where: {{age: 16 to 34, region: [North East, North West], work_status: [employee, unemployed]}}
  income:
    groups: [{{column: equivalised_income, bands: [15000, 30000]}}]
    measures: [relief]
    lines: [vat_refund]
"""


def plain_grant(**changes):
    """The grant's block of a scenario in its simplest form, that of its worked cases, with `changes` on top: nobody
    switches, every chance is the same for all, short courses alone, nothing follows from them, nothing grows."""
    file = ROOT / "tests" / "cases" / GRANT / "_rules.yaml"
    return {**yaml.safe_load(file.read_text(encoding="utf-8"))["rules"], **changes}
