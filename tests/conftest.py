"""What tests of the whole engine share: England, small samples of it, and programmes with one measure."""

import pytest
from common import GRANT, OWN_BLOCK_ROWS, OWN_SCENARIO, ROOT, SCENARIO

from microsim import api
from microsim.dynamics.tables import dynamics_tables
from microsim.engine.run import ArmMeasure, Programme
from microsim.measures import find_measure
from microsim.measures.contract import Setting
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.source import load_population


@pytest.fixture(scope="session")
def england():
    return load_population(ROOT / "populations" / "england.yaml")


@pytest.fixture(scope="session")
def tiny(england):
    """Some nine hundred lives in several blocks, of all origins, from the first year to 2055-56."""
    return Sample(england, 1 / 100_000, seed=7, last_year=2055, block_rows=70)


@pytest.fixture(scope="session")
def programme_of(england):
    """A programme with one arm's measures of a kind for a sample: `programme_of(sample, params, overrides)`."""
    tables = {}

    def make(sample, *blocks, overrides=None, arm="reform", kind=GRANT):
        """One measure for each of `blocks`, each a Params or the plain block of a scenario."""
        parameters = load_parameters(overrides)
        setting = Setting(sample.years, england.area_codes, parameters, 0, england)
        key = (id(sample), repr(overrides))
        if key not in tables:
            tables[key] = (sample, dynamics_tables(england, parameters, sample.flows, sample.years))
        measure = find_measure(kind)
        entries = []
        for number, block in enumerate(blocks):
            params = measure.params.from_plain(block) if isinstance(block, dict) else block
            state = measure.prepare(params, setting, measure.random_group())
            entries.append(ArmMeasure(arm, f"grant_{number}", measure, params, setting, state))
        return Programme(sample, tables[key][1], tuple(entries))

    return make


@pytest.fixture
def scenario_file(tmp_path):
    """Write a scenario that extends a small current-policy one: `scenario_file(text)` gives its path."""

    def write(text="", measures="", name="reform.yaml", years="2026-27 to 2032-33", sample=0.00002):
        (tmp_path / "base.yaml").write_text(
            f"name: Base\npopulation: {ROOT / 'populations' / 'england.yaml'}\nyears: {years}\n"
            f"sample: {sample:.12f}\nseed: 3\n"
        )
        path = tmp_path / name
        path.write_text(f"name: Reform\nextends: base.yaml\n{text}{measures}", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def small_run():
    """Opportunity for All on 1 in 2,000 people."""
    return api.run(api.load_scenario(SCENARIO, sample=1 / 2000))


@pytest.fixture(scope="session")
def own_scenario(tmp_path_factory):
    """The grant with breakdowns of its own."""
    path = tmp_path_factory.mktemp("scenario") / "own.yaml"
    path.write_text(OWN_SCENARIO, encoding="utf-8")
    return api.load_scenario(path)


@pytest.fixture(scope="session")
def own_run(own_scenario, tmp_path_factory):
    """Its run with its folder, person-years of everybody in it."""
    folder = tmp_path_factory.mktemp("outputs") / "run"
    return api.run(own_scenario, output=folder, alternatives=False, microdata=1.0, block_rows=OWN_BLOCK_ROWS, threads=1)
