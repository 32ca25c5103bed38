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

Every year of `years` is compared: money lines that are not named are nothing; counts of people are compared where they
are named, and so are the measure's effects (`pay_change`, `employer_fees`, `training` in pounds, `area` as a code). The
person's life is the script of the case and nothing else: `arrives`, `leaves` and `moves` are on the 1 April of a year;
any column of people can be given (words for coded ones), and `changes` sets columns from a year on. The measure's own
kernel is run on it, a year at a time. `draws` fixes the year's first draw: the runner looks for a person's number whose
draws are such.

`<measure>/_rules.yaml` holds what a folder's cases share: `rules`, the block that each case's own go on top of;
`choices`, parts of a block that a case picks by a key of its own (`use: always`); and `compare: named`, with which only
the lines that a case names are compared.
"""

import itertools
from pathlib import Path

import naive
import pytest
import yaml
from lives import measured

from microsim.measures import find_measure
from microsim.population.blocks import Sample
from microsim.population.columns import ADULT_LEARNING, EMPLOYER_SIZES, INDUSTRIES, LIVING, STUDIES
from microsim.population.people import QUALIFICATIONS, SEXES, WORK_STATUSES, People
from microsim.years import format_financial_year, parse_financial_year, parse_years

FOLDER = Path(__file__).parent
OTHERS = ("taxes", "households")
CASES = sorted(
    path for path in FOLDER.glob("*/*.yaml") if path.parent.name not in OTHERS and not path.name.startswith("_")
)
KEYS = {"case", "source", "person", "rules", "figures", "years", "expected", "because", "draws"}
WORDS = {
    "sex": SEXES, "qualification": QUALIFICATIONS, "work_status": WORK_STATUSES, "study": STUDIES, "living": LIVING,
    "learning": ADULT_LEARNING, "industry": INDUSTRIES, "employer_size": EMPLOYER_SIZES,
}  # fmt: skip
SCRIPT = {"born", "birth_month", "area", "arrives", "leaves", "moves", "changes"}
EFFECTS = ("pay_change", "employer_fees", "training", "area")


@pytest.fixture(scope="module")
def people_for_years(england):
    """A sample whose years reach as far as any case; its people are not used."""
    return Sample(england, 1 / 100_000, seed=11, last_year=2055)


def test_there_are_enough_cases():
    assert len(CASES) >= 12


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_worked_case(path, people_for_years, programme_of):
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    shared = yaml.safe_load((path.parent / "_rules.yaml").read_text(encoding="utf-8"))
    choices = shared.get("choices", {})
    assert set(case) <= KEYS | set(choices), f"unknown keys {set(case) - KEYS}"
    assert case["source"]
    assert case["because"]
    rules = {**shared["rules"], **case.get("rules", {})}
    for key in set(choices) & set(case):
        rules |= choices[key][case[key]]
    kind = path.parent.name
    measure = find_measure(kind)
    programme = programme_of(people_for_years, rules, overrides=case.get("figures"), kind=kind)
    found = found_by_year(programme, measure, case)
    years = parse_years(case["years"])
    assert {parse_financial_year(year) for year in case["expected"]} <= set(years), "an expectation out of the years"
    every = shared.get("compare", "all") == "all"
    for year in years:
        name = format_financial_year(year)
        expected = case["expected"].get(name, {})
        assert set(expected) <= set(found[year]), f"{name}: {set(expected) - set(found[year])} is no line"
        money = {line.name for line in measure.lines if line.unit == "pence"} if every else set()
        for line in money | set(expected):
            assert found[year][line] == expected.get(line, 0), f"{name} {line}: {case['because']}"


def found_by_year(programme, measure, case):
    """Pounds (or people) by year and line, and the effects, of the case's person."""
    sample = programme.sample
    person = case["person"]
    assert set(person) <= SCRIPT | set(People._fields), f"unknown keys {set(person) - SCRIPT}"
    area_codes = sample.population.area_codes
    arrives = parse_financial_year(person["arrives"]) if "arrives" in person else 0
    leaves = parse_financial_year(person["leaves"]) if "leaves" in person else None
    changes = {parse_financial_year(year): columns for year, columns in person.get("changes", {}).items()}
    for year, code in person.get("moves", {}).items():
        changes.setdefault(parse_financial_year(year), {})["area"] = code
    people = People.empty(1)
    people.id[0] = identity(case, sample, measure)
    people.weight[0] = 1000
    people.cohort[0] = parse_financial_year(person["born"])
    people.birth_month[0] = (person["birth_month"] - 4) % 12
    people.entry_year[0] = arrives
    usual = {"sex": "female", "qualification": "level2", "work_status": "employee"}
    script = {"born", "birth_month", "arrives", "leaves", "moves", "changes"}
    write(people, usual | {name: value for name, value in person.items() if name not in script}, area_codes)

    def people_of_year(year):
        people.resident[0] = arrives <= year and (leaves is None or year < leaves)
        write(people, changes.get(year, {}), area_codes)
        return people, int(arrives <= year)

    effects = []
    lines = measured(programme, people_of_year, effects)
    found = {}
    for index, year in enumerate(sample.years):
        found[year] = {
            line.name: lines[index, place, 0] / (100 if line.unit == "pence" else 1)
            for place, line in enumerate(measure.lines)
        }
        effect = effects[index]
        found[year] |= {name: round(float(getattr(effect, name)[0]), 2) for name in EFFECTS if name != "area"}
        found[year] |= {"area": area_codes[int(effect.area[0])]}
    return found


def write(people, columns, area_codes):
    """Set columns of the one person, words as codes."""
    for name, value in columns.items():
        codes = area_codes if name == "area" else WORDS.get(name)
        getattr(people, name)[0] = value if codes is None else codes.index(value)


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
