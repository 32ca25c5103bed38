"""The compiled engine against the slow, obvious twin: person by person and year by year, to the penny."""

import naive
import numpy as np
import pytest
from common import GRANT

from microsim.engine.ledger import PEOPLE, Ledger
from microsim.measures import find_measure
from microsim.population.blocks import Block

AREAS = ["E06000001", "E08000019", "E08000025", "E09000001", "E06000052", "E07000091", "E08000003", "E06000047"]
EVERYBODY = {"employee": 1, "self_employed": 1, "unemployed": 1, "inactive": 1, "retired": 1}
OFTEN = {"labour_force": 0.45, "by_work_status": EVERYBODY, "by_age": {16: 1}}
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
STATES = ("resident", "area", "qualification", "work_status")


@pytest.fixture(scope="module")
def tables(programme_of, tiny):
    return programme_of(tiny, {}).tables


def blocks_of(sample):
    """Every other block: some four hundred people."""
    return range(0, len(sample.blocks), 2)


@pytest.fixture(scope="module")
def naive_lives(tiny, tables):
    """Every person of the sample in every year, as the twin lives them: {id: [dict by year]}."""
    lives = {}
    for number in blocks_of(tiny):
        for person in naive.people_of(tiny.make(number)):
            years = []
            for year in tiny.years:
                naive.live_year(person, year, tables, tiny.seed)
                years.append(dict(person))
            lives[person["id"]] = years
    return lives


def test_the_sample_holds_all_that_the_comparison_is_about(tiny, naive_lives, england):
    assert len(blocks_of(tiny)) >= 4
    origins = [identity >> 32 & 3 for identity in naive_lives]
    assert min(origins.count(origin) for origin in range(3)) > 40  # residents, sixteen-year-olds, immigrants
    assert len(naive_lives) > 350
    lives = list(naive_lives.values())
    assert sum(not life[-1]["resident"] for life in lives) > 50  # deaths and departures
    assert sum(life[-1]["area"] != life[0]["area"] for life in lives) > 50
    assert len({year["area"] for life in lives for year in life}) > 150
    assert {year["work_status"] for life in lives for year in life} == set(range(5))
    assert {year["qualification"] for life in lives for year in life} == set(range(7))


def test_every_life_is_the_same(programme_of, tiny, naive_lives):
    programme = programme_of(tiny, {})
    driver = programme.driver()
    compared = paid = 0
    for number in blocks_of(tiny):
        block = tiny.make(number)
        people = block.people
        states = tuple(entry.fresh(len(people.id)) for entry in programme.measures)
        scratch, ledger = programme.scratch(len(people.id)), programme.ledger()
        for index, year in enumerate(tiny.years):
            programme.live(driver, block, states, (index, index + 1), scratch, ledger)
            twins = [naive_lives[identity][index] for identity in people.id.tolist()]
            present = [row for row, twin in enumerate(twins) if twin["resident"] or people.resident[row]]
            for row in present:
                twin = twins[row]
                for name in STATES:
                    assert getattr(people, name)[row] == twin[name], (name, int(people.id[row]), year)
                assert people.pay[row] == pytest.approx(twin["pay"], rel=1e-4, abs=0.02), (people.id[row], year)
                compared += 1
                paid += twin["pay"] > 0
            total = ledger.area[PEOPLE, index].sum()
            assert total == sum(person["weight"] for person in twins if person["resident"])
    assert compared > 6_000
    assert paid > 2_500


def test_persistent_earning_power_is_the_same(programme_of, tiny, naive_lives):
    programme = programme_of(tiny, {})
    block = tiny.make(2)
    states = tuple(entry.fresh(len(block.people.id)) for entry in programme.measures)
    years = (0, len(tiny.years))
    scratch = programme.scratch(len(block.people.id))
    programme.live(programme.driver(), block, states, years, scratch, programme.ledger())
    for identity, persistent in zip(block.people.id.tolist(), block.people.persistent.tolist(), strict=True):
        assert persistent == pytest.approx(naive_lives[identity][-1]["persistent"], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_account_is_the_same(programme_of, tiny, naive_lives, variant):
    programme = programme_of(tiny, VARIANTS[variant])
    (entry,) = programme.measures
    grant = naive.Grant(
        entry.params,
        entry.setting.parameters,
        tiny.population.area_codes,
        find_measure(GRANT).random_group(),
        tiny.seed,
    )
    driver, scratch = programme.driver(), programme.scratch(1)
    names = [line.name for line in entry.measure.lines]
    assert set(names) == set(naive.LINES)
    seen = dict.fromkeys(naive.LINES, 0)
    for number in blocks_of(tiny):
        block = tiny.make(number)
        for row in range(len(block.people.id)):
            life = naive_lives[int(block.people.id[row])]
            found = compiled_lines(programme, driver, block, row, scratch)
            held = 0
            for index, year in enumerate(tiny.years):
                expected = grant.year(life[index], held, year)
                held = expected["balance"]
                actual = dict(zip(names, found[:, index].tolist(), strict=True))
                assert actual == expected, (int(block.people.id[row]), year, life[index])
                for name in seen:
                    seen[name] += expected[name] > 0
    missing = {name for name, count in seen.items() if count < 3}
    free = {"administration"} if variant == "free_administration" else set()
    assert missing == free, "this variant says nothing about these lines"


def compiled_lines(programme, driver, block, row, scratch):
    """The measure's lines [lines, years] of one person who is lived alone by the compiled driver."""
    alone = Block(block.people.take(np.array([row])), np.clip(block.present - row, 0, 1))
    states = tuple(entry.fresh(1) for entry in programme.measures)
    sums: Ledger = programme.ledger()
    programme.live(driver, alone, states, (0, len(programme.sample.years)), scratch, sums)
    places = [place for _, _, place in programme.lines()]
    weighted = sums.area[places].sum(axis=2)
    weight = int(block.people.weight[row])
    assert (weighted % weight == 0).all()
    return weighted // weight
