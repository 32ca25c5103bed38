"""The measure of docs/adding_a_measure.md, as the page has it: to the penny for a person, and near its envelope."""

import re

import numpy as np
import pytest
import yaml
from common import ROOT
from lives import live, measured

from microsim import api
from microsim.measures import find
from microsim.measures.contract import Setting
from microsim.parameters.load import load_parameters
from microsim.population.blocks import Sample
from microsim.population.columns import SIXTH_FORM_COLLEGE
from microsim.population.people import People

KIND = "post16_free_meals"
PAGE = (ROOT / "docs" / "adding_a_measure.md").read_text(encoding="utf-8")
HELD = {"indexation": "none"}
ALL = HELD | {"eligible_at_16": 1, "left_out_today": 1}
JUNE, NOVEMBER = 2, 7  # months of the financial year


def blocks(language, after):
    """The blocks of code of a language below a heading, up to the next heading of the same level."""
    section = PAGE.partition(f"\n## {after}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def measure(tmp_path_factory):
    """The measure, installed as a plug-in."""
    folder = tmp_path_factory.mktemp("site")
    (folder / f"{KIND}.py").write_text("\n\n".join(blocks("python", "The file")), encoding="utf-8")
    about = folder / "free_meals-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: free-meals\nVersion: 1\n")
    (about / "entry_points.txt").write_text(f"[microsim.measures]\n{KIND} = {KIND}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        for found in (find.known_kinds, find.find_measure):
            found.cache_clear()
        yield find.find_measure(KIND)
    for found in (find.known_kinds, find.find_measure):
        found.cache_clear()


def test_the_page_s_scenario_is_valid(measure, tmp_path):
    (written,) = blocks("yaml", "Run it")
    path = tmp_path / "free_meals.yaml"
    path.write_text(written.replace("baseline.yaml", str(ROOT / "scenarios" / "baseline.yaml")), encoding="utf-8")
    scenario = api.load_scenario(path)
    assert [entry.kind for entry in scenario.measures] == [KIND]
    assert yaml.safe_load(written)["name"] == scenario.name
    assert not scenario.warnings


def test_the_fields_are_described_and_the_figures_sourced(measure):
    table = api.measure_fields(KIND)
    assert (table["unit"] != "").all() and (table["description"].str.len() > 20).all()
    for name in measure.params.model_fields:
        value = getattr(measure.params(), name)
        assert not hasattr(value, "source") or (value.source and value.quality), name


def pence_of(people, programme_of, sample, **block):
    """Pence and learners [years, rows] of people whose states do not change."""
    programme = programme_of(sample, {"start": "2027-28", **block}, kind=KIND)
    lines = measured(programme, lambda year: (people, len(people.id)))
    years = list(programme.sample.years)
    return {name: lines[years.index(int(name[:4]))] for name in ("2026-27", "2027-28", "2028-29")}


def learner(months):
    """Young people of a sixth-form college with free meals, born in these months of 2010-11."""
    people = People.empty(len(months))
    people.id[:] = np.arange(1, len(months) + 1)
    people.cohort[:], people.birth_month[:] = 2010, months
    people.resident[:], people.free_meals[:], people.study[:] = 1, 1, SIXTH_FORM_COLLEGE
    return people


@pytest.fixture(scope="module")
def short(england):
    return Sample(england, 1 / 100_000, seed=4, last_year=2028)


def test_a_person_by_hand(measure, programme_of, short):
    """38 x 3.5 x 0.65 x 2.61 = 225.63 a year, 0.68 of it in the first; in year 11 nothing."""
    lines = pence_of(learner([JUNE, NOVEMBER]), programme_of, short, **ALL)
    meals = {year: found[0].tolist() for year, found in lines.items()}
    assert meals == {"2026-27": [0, 0], "2027-28": [15_343, 0], "2028-29": [22_563, 22_563]}
    assert lines["2027-28"][1].tolist() == [1, 0]
    for text in ("£225.63", "£153.43"):
        assert text in PAGE


@pytest.mark.parametrize(
    "change", [{"free_meals": 0}, {"study": 0}, {"resident": 0}, {"apprenticeship": 3}, {"cohort": 2005}]
)
def test_whom_it_does_not_reach(measure, programme_of, short, change):
    people = learner([JUNE])
    for name, value in change.items():
        getattr(people, name)[:] = value
    assert not any(found.any() for found in pence_of(people, programme_of, short, **ALL).values())


def test_a_price_that_rises_is_paid_by_academic_year(measure, england):
    """Seven tenths or so at this year's price, the rest at last year's: by hand from the growth of the CPI."""
    parameters = load_parameters({"cpi_growth": {"2027-28": 0.10}})
    params = measure.params.from_plain({"start": "2026-27"})
    pounds = find.find_measure(KIND).prepare(
        params, Setting((2026, 2027), england.area_codes, parameters, 0, england), 0
    )
    each = 38 * 3.5 * 0.65 * 2.61
    assert pounds.pence.tolist() == [round(each * 0.68 * 100), round(each * (0.68 * 1.10 + 0.32) * 100)]


def test_the_envelope(measure, programme_of, england):
    """329,000 x 0.861 x 0.30 x 38 x 3.5 x 0.65 x £2.61 = £19.2m; from the simulated people within a fifth."""
    envelope = 329_000 * 0.861 * 0.30 * 38 * 3.5 * 0.65 * 2.61
    assert envelope == pytest.approx(19.2e6, rel=0.005)
    assert "= £19.2 million a year" in PAGE
    assert f"= {329_000 * 0.861 * 0.30:,.0f} learners" in PAGE
    sample = Sample(england, 1 / 200, seed=3, last_year=2025)
    first = sample.years[0]
    lives = programme_of(sample, {}, kind="post16_pupil_premium")  # who studies where is settled in the year
    free_meals = programme_of(sample, HELD | {"start": first, "by_march": 1}, kind=KIND)
    found = 0
    for number in range(len(sample.blocks)):
        (year,) = live(lives, sample.make(number))
        lines = measured(free_meals, lambda _, year=year: (year.people, year.present))
        found += int((lines[0, 0].astype(np.int64) * year.people.weight).sum())
    assert found / 100 / 1000 == pytest.approx(envelope, rel=0.2)
