"""The compiled engine against the slow, obvious twin: person by person and year by year, to the penny."""

from collections import Counter
from itertools import pairwise

import naive
import pytest
from common import GRANT, plain_grant
from lives import live

from microsim.engine.ledger import IN_WORK, PAY, PEOPLE
from microsim.measures import find_measure

AREAS = ["E06000001", "E08000019", "E08000025", "E09000001", "E06000052", "E07000091", "E08000003", "E06000047"]
EVERYBODY = {"employee": 1, "self_employed": 1, "unemployed": 1, "inactive": 1, "retired": 1}
OFTEN = {"labour_force": 0.45, "by_work_status": EVERYBODY, "by_age": {16: 1}}
# The measure's own rules as far as the twin knows them.
DEFAULTS = {
    "launch": {"rule": "current_band"}, "indexation": "cpi", "annual_use": {}, "price": {"price_year": "2024-25"},
    "administration": {},
}  # fmt: skip
VARIANTS = {
    "defaults": {},
    "flow_only": {"launch": {"rule": "flow_only"}, "annual_use": OFTEN},
    "current_band": {"launch": {"rule": "current_band"}, "annual_use": OFTEN},
    "cumulative": {"launch": {"rule": "cumulative"}, "annual_use": OFTEN},
    "phased_oldest": {"launch": {"rule": "phased", "phase_years": 5}, "annual_use": OFTEN},
    "phased_youngest": {
        "launch": {"rule": "phased", "phase_years": 12, "phase_first": "youngest"},
        "annual_use": {"labour_force": 0.1},
    },
    "no_rollover": {"rollover": False, "annual_use": {"labour_force": 0.2}},
    "no_rollover_phased": {"rollover": False, "launch": {"rule": "phased", "phase_years": 20}},
    "unindexed": {"indexation": "none", "annual_use": OFTEN},
    "earnings_indexed": {"indexation": "average_earnings", "annual_use": OFTEN},
    "deflator_indexed": {"indexation": "gdp_deflator", "price": {"indexation": "none"}, "annual_use": OFTEN},
    "whole_first_year": {"annual_use": {"labour_force": 0.5, "part_year": False}},
    "transition": {
        "transition_areas": {"multiplier": 1.5, "areas": {"2030-31": AREAS, "2040-41": AREAS[:2]}},
        "annual_use": OFTEN,
    },
    "single_price": {"price": {"distribution": "single", "mean": 1480}, "annual_use": OFTEN},
    "above_the_balance": {"price": {"distribution": "single", "mean": 20000}, "annual_use": OFTEN},
    "upper_age_70": {"upper_age": 70, "annual_use": OFTEN},
    "free_administration": {"administration": {"fixed": 0, "per_account": 0, "per_use": 0}, "annual_use": OFTEN},
    "four_tranches": {
        "start": "2027-28",
        "tranches": [
            {"age": 18, "amount": 500}, {"age": 30, "amount": {"2027-28": 2000, "2035-36": 2500.55}},
            {"age": 31, "amount": 1000}, {"age": 66, "amount": 700},
        ],
        "annual_use": OFTEN,
    },
    "starts_with_the_population": {"start": "2025-26", "annual_use": OFTEN},
}  # fmt: skip


def blocks_of(sample):
    """Every other block: some four hundred people."""
    return range(0, len(sample.blocks), 2)


@pytest.fixture(scope="module")
def recorded(programme_of, tiny):
    """Everybody who is present, as dicts, by year: {block: [people by year]}."""
    programme = programme_of(tiny, {})
    return {
        number: [naive.people_now(year.people, year.present) for year in live(programme, tiny.make(number))]
        for number in blocks_of(tiny)
    }


def test_the_sample_holds_all_that_the_comparison_is_about(tiny, recorded):
    assert len(recorded) >= 4
    last = [person for years in recorded.values() for person in years[-1]]
    origins = Counter(person["id"] >> 32 & 3 for person in last)
    assert min(origins[origin] for origin in range(3)) > 40  # residents, sixteen-year-olds, immigrants
    assert len(last) > 350
    assert sum(not person["resident"] for person in last) > 50  # deaths and departures
    lives = [person for years in recorded.values() for people in years for person in people]
    residents = [person for person in lives if person["resident"]]
    assert len(residents) > 6_000
    assert sum(person["pay"] > 0 for person in residents) > 2_500
    moved = Counter(identity for identity, _ in {(person["id"], person["area"]) for person in lives})
    assert sum(areas > 1 for areas in moved.values()) > 50
    assert len({person["area"] for person in lives}) > 150
    assert {person["work_status"] for person in lives} == set(range(5))
    assert {person["qualification"] for person in lives} == set(range(7))


def test_everybody_is_who_they_were(recorded):
    """What never changes does not change, and rows keep their person."""
    never = ("id", "weight", "cohort", "birth_month", "sex", "entry_year")
    for years in recorded.values():
        for person in years[0]:
            assert person["resident"] or person["entry_year"] == 0
        for before, now in pairwise(years):
            for old, new in zip(before, now, strict=False):
                assert {name: old[name] for name in never} == {name: new[name] for name in never}


def test_deaths_and_arrivals_are_the_same(tiny, recorded, programme_of):
    """Who dies is a matter of one's own draw; whoever else is gone has emigrated; arrivals are there on the day."""
    tables = programme_of(tiny, {}).tables
    died = left = arrived = 0
    for number, years in recorded.items():
        before = naive.people_now(tiny.make(number).people, len(years[0]))
        for year, now in zip(tiny.years, years, strict=True):
            for place, person in enumerate(now):
                if person["entry_year"] == year:
                    assert person["resident"], (person["id"], year)
                    arrived += 1
                    continue
                was_here = before[place]["resident"]
                if not was_here:
                    assert not person["resident"], f"{person['id']} came back in {year}"
                elif naive.dies(person, year, tables, tiny.seed):
                    assert not person["resident"], (person["id"], year)
                    died += 1
                elif not person["resident"]:
                    assert naive.can_emigrate(person, year, tables), (person["id"], year)
                    left += 1
            before = now
    assert min(died, left, arrived) > 20


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_account_is_the_same(programme_of, tiny, variant):
    """Every line of every person in every year, and the sums of each year by every grouping, to the penny."""
    rules = DEFAULTS | VARIANTS[variant]
    programme = programme_of(tiny, plain_grant(**rules))
    (entry,) = programme.measures
    grant, plain = (
        naive.Grant(
            entry.params, entry.setting.parameters, tiny.population.area_codes, find_measure(GRANT).random_group(),
            tiny.seed, doubling,
        )
        for doubling in (True, False)
    )  # fmt: skip
    names = [line.name for line in entry.measure.lines]
    assert set(naive.LINES) <= set(names)
    nothing = dict.fromkeys(set(names) - set(naive.LINES), 0)
    places = {one.line.name: one.place for one in programme.places if one.detail and one.line.name in naive.LINES}
    driver, seen = programme.driver(), Counter()
    for number in blocks_of(tiny):
        held, held_plain, ledger = Counter(), Counter(), None
        for year in live(programme, tiny.make(number), driver):
            sums = Counter()
            found = year.lines[: len(names), : year.present].T.tolist()
            for person, actual in zip(naive.people_now(year.people, year.present), found, strict=True):
                one = grant.year(person, held[person["id"]], year.year)
                other = plain.year(person, held_plain[person["id"]], year.year)
                expected = naive.beside(one, other)
                assert dict(zip(names, actual, strict=True)) == expected | nothing, (person, year.year)
                held[person["id"]], held_plain[person["id"]] = one["balance"], other["balance"]
                seen.update(name for name, amount in expected.items() if amount)
                for grouping, group in naive.groups(person, year.year):
                    for name in places:
                        if expected[name]:
                            sums[grouping, places[name], group] += expected[name] * person["weight"]
            ledger = year.ledger
            assert sums_of(ledger, places.values(), year.number) == {key: value for key, value in sums.items() if value}
    missing = {name for name in naive.LINES if seen[name] < 3}
    doubling = set() if variant == "transition" else {"doubling_spending", "doubling_entitlement"}
    free = {"administration"} if variant == "free_administration" else set()
    assert missing == free | doubling, "this variant says nothing about these lines"


def sums_of(ledger, places, index):
    """What is not nothing in some lines of a ledger in one year: {(grouping, line, group): amount}."""
    return {
        (grouping, place, group): int(by_group[place, index, group])
        for grouping, by_group in zip(ledger._fields, ledger.groupings, strict=False)
        for place in places
        for group in by_group[place, index].nonzero()[0].tolist()
    }


def test_the_population_s_own_sums_are_the_same(programme_of, tiny):
    """Residents, those in work and pay from work, by every grouping."""
    programme = programme_of(tiny, {})
    places = {"people": PEOPLE, "in_work": IN_WORK, "pay": PAY}
    for number in blocks_of(tiny)[:2]:
        for year in live(programme, tiny.make(number)):
            sums = Counter()
            for person in naive.people_now(year.people, year.present):
                for name, amount in naive.amounts_of(person).items():
                    for grouping, group in naive.groups(person, year.year):
                        if amount:
                            sums[grouping, places[name], group] += amount * person["weight"]
            assert sums_of(year.ledger, places.values(), year.number) == sums
