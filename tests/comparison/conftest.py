"""Run folders of small scenarios that differ in one thing each, as `microsim run` leaves them."""

import pytest
from common import GRANT, ROOT

from microsim import api

YEARS = "2026-27 to 2031-32"
_BASE = """\
name: Base
population: {population}
years: {years}
sample: 0.0000400
seed: 3
"""
SCENARIOS = {
    "grant": f"name: Grant\nextends: base.yaml\nmeasures:\n  grant:\n    kind: {GRANT}\n    start: 2027-28\n",
    "rare": "name: Grant, rarely used\nextends: grant.yaml\nmeasures:\n  grant:\n    annual_use:\n"
    "      labour_force: {central: 0.02, low: 0.01, high: 0.03, source: A cautious view, quality: judgement}\n",
    "premium": "name: Grant and premium\nextends: rare.yaml\nmeasures:\n  premium:\n"
    "    kind: post16_pupil_premium\n    start: 2027-28\n",
}


@pytest.fixture(scope="session")
def scenarios(tmp_path_factory):
    """The folder of the scenario files base, grant, rare and premium."""
    folder = tmp_path_factory.mktemp("scenarios")
    base = _BASE.format(population=ROOT / "populations" / "england.yaml", years=YEARS)
    (folder / "base.yaml").write_text(base, encoding="utf-8")
    for name, text in SCENARIOS.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def run_of(scenarios, tmp_path_factory):
    """A run with its folder, made once: `run_of("rare", seed=4)`."""
    outputs, made = tmp_path_factory.mktemp("outputs"), {}

    def make(name, **settings):
        key = (name, *settings.items())
        if key not in made:
            loaded = api.load_scenario(scenarios / f"{name}.yaml", **settings)
            folder = outputs / "-".join(str(part).replace(" ", "_") for part in (name, *settings.values()))
            made[key] = api.run(loaded, output=folder, alternatives=False)
        return made[key]

    return make
