"""Worked cases: one person, the rules, and the pounds expected by year and line, from `<measure>/*.yaml`.

Cases of taxes and benefits are in `taxes/` and `households/`, in other forms: see `test_tax_cases.py` and
`test_household_cases.py`.

A case is a YAML file:

    case: what it shows
    source: where the expectation comes from
    person: {born: 2005-06, birth_month: 4, area: E08000025, ...}   # months as on a calendar
    rules: {...}            # the measure's block of a scenario, on top of RULES below
    figures: {...}          # official figures replaced, so that the arithmetic can be followed
    years: 2030-31 to 2032-33
    expected: {2030-31: {entitlement: 4000, balance: 4000}, ...}
    because: the arithmetic

Every year of `years` is compared: money lines that are not named are nothing; `users` and `holders` are compared
where they are named. The person's life is the script of the case and nothing else: `arrives`, `leaves` and `moves`
are on the 1 April of a year. The measure's own kernel is run on it, a year at a time. `draws` fixes the year's draw
for use: the runner looks for a person's number whose own draws are such.
"""

import itertools
from pathlib import Path

import naive
import pytest
import yaml
from lives import measured

from microsim.measures import find_measure
from microsim.population.blocks import Sample
from microsim.population.people import QUALIFICATIONS, SEXES, WORK_STATUSES, People
from microsim.years import format_financial_year, parse_financial_year, parse_years

FOLDER = Path(__file__).parent
CASES = sorted(path for path in FOLDER.glob("*/*.yaml") if path.parent.name not in ("taxes", "households"))
EVERYBODY_ALWAYS = {
    "labour_force": 1,
    "by_work_status": dict.fromkeys(WORK_STATUSES, 1),
    "by_age": {16: 1},
    "part_year": False,
}
NOBODY = {**EVERYBODY_ALWAYS, "labour_force": 0}
RULES = {
    "start": "2030-31",
    "launch": {"rule": "flow_only"},
    "indexation": "none",
    "annual_use": NOBODY,
    "price": {"distribution": "single", "mean": 1480, "indexation": "none"},
    "administration": {"fixed": 0, "per_account": 0, "per_use": 0, "indexation": "none"},
}
KEYS = {"case", "source", "person", "rules", "use", "figures", "years", "expected", "because", "draws"}


@pytest.fixture(scope="module")
def people_for_years(england):
    """A sample whose years reach as far as any case; its people are not used."""
    return Sample(england, 1 / 100_000, seed=11, last_year=2055)


def test_there_are_enough_cases():
    assert len(CASES) >= 12


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_worked_case(path, people_for_years, programme_of):
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    assert case["source"]
    assert case["because"]
    measure = find_measure(path.parent.name)
    rules = {**RULES, **case.get("rules", {})}
    if "use" in case:
        rules["annual_use"] = {"always": EVERYBODY_ALWAYS, "never": NOBODY}[case["use"]]
    programme = programme_of(people_for_years, rules, overrides=case.get("figures"))
    lines = lines_of(programme, measure, case)
    years = parse_years(case["years"])
    assert {parse_financial_year(year) for year in case["expected"]} <= set(years), "an expectation out of the years"
    for year in years:
        name = format_financial_year(year)
        expected = case["expected"].get(name, {})
        assert set(expected) <= set(lines[year]), f"{name}: not a line"
        for line in measure.lines:
            if line.unit == "pence" or line.name in expected:
                assert lines[year][line.name] == expected.get(line.name, 0), f"{name} {line.name}: {case['because']}"


def lines_of(programme, measure, case):
    """Pounds (or people) by year and line of the case's person."""
    sample = programme.sample
    person = person_of(case)
    area_codes = sample.population.area_codes
    arrives = parse_financial_year(person["arrives"]) if "arrives" in person else 0
    leaves = parse_financial_year(person["leaves"]) if "leaves" in person else None
    moves = {parse_financial_year(year): area_codes.index(code) for year, code in person.get("moves", {}).items()}
    people = People.empty(1)
    people.id[0] = identity(case, sample, measure)
    people.weight[0] = 1000
    people.cohort[0] = parse_financial_year(person["born"])
    people.birth_month[0] = (person["birth_month"] - 4) % 12
    people.sex[0] = SEXES.index(person.get("sex", "female"))
    people.entry_year[0] = arrives
    people.area[0] = area_codes.index(person["area"])
    people.qualification[0] = QUALIFICATIONS.index("level2")
    people.work_status[0] = WORK_STATUSES.index(person.get("work_status", "employee"))

    def people_of_year(year):
        people.resident[0] = arrives <= year and (leaves is None or year < leaves)
        people.area[0] = moves.get(year, people.area[0])
        return people, int(arrives <= year)

    found = measured(programme, people_of_year)
    return {
        year: {
            line.name: found[index, place, 0] / (100 if line.unit == "pence" else 1)
            for place, line in enumerate(measure.lines)
        }
        for index, year in enumerate(sample.years)
    }


def person_of(case):
    person = case["person"]
    allowed = {"born", "birth_month", "area", "sex", "work_status", "arrives", "leaves", "moves"}
    assert set(person) <= allowed, f"unknown keys {set(person) - allowed}"
    return person


def identity(case, sample, measure):
    """A person's number whose draws for use are as the case wants: {year: [lowest, highest]}."""
    wanted = {parse_financial_year(year): limits for year, limits in case.get("draws", {}).items()}
    group = measure.random_group()

    def fits(number):
        drawn = (
            (naive.uniform(naive.draws(sample.seed, number, year, group)[0]), low, high)
            for year, (low, high) in wanted.items()
        )
        return all(low <= draw <= high for draw, low, high in drawn)

    return next(number for number in itertools.count(1) if fits(number))
