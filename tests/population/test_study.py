"""What each person starts with in learning, and the fitted shares it is drawn from, against what is published."""

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.population import learners, routes, study
from microsim.population.blocks import Sample
from microsim.population.margins import Table
from microsim.population.rooms import Sources


@pytest.fixture(scope="module")
def sources(england):
    return Sources(england.tables, england.areas, england.joint, england.room_figures["study"])


@pytest.fixture(scope="module")
def young(sources):
    return study.segments_by_region(sources)


@pytest.fixture(scope="module")
def block(england):
    sample = Sample(england, 1 / 2000, seed=4, last_year=2034, block_rows=60_000)
    return sample.make(0)


def published_19(england, group, place="E92000001"):
    table = Table(england.tables / "attainment_19_2022.csv")
    rows = zip(table.text("region_code"), table.text("group"), table.floats("level3"), strict=True)
    return next(level3 / 100 for code, name, level3 in rows if (code, name) == (place, group))


def test_places_are_published_shares(england):
    people = england.joint.sum((0, 4)).astype(float)
    share = people / people.sum(-1, keepdims=True)
    places = england.study.level_place
    assert np.diff(places, axis=-1) == pytest.approx(share[..., 1:-1])
    assert 1 - places[..., -1] == pytest.approx(share[..., -1])


def test_segments_add_up_to_the_published_attainments(young, england, sources):
    assert young.sum() == pytest.approx(1.0)
    level3 = young.sum((0, 1))[3:].sum()
    assert level3 == pytest.approx(published_19(england, "all"), abs=1e-6)
    regions = young.sum(1)[:, 3:].sum(1) / young.sum((1, 2))
    published = np.array([published_19(england, "all", code) for code in england.region_codes])
    assert np.diff(regions) == pytest.approx(np.diff(published), abs=0.01)
    assert young[:, 1].sum() == pytest.approx(0.28 * 0.93, abs=1e-6)


def test_odds_between_groups_are_those_published(young, england):
    """Level 3 by 19: the odds ratio between pupils without and with free meals is that published, regions mixed."""
    share = young.sum(0)[:, 3:].sum(1) / young.sum((0, 2))
    known = [published_19(england, group) for group in ("no_free_meals", "free_meals")]

    def ratio(pair):
        return pair[0] / (1 - pair[0]) / (pair[1] / (1 - pair[1]))

    assert ratio(share) == pytest.approx(ratio(known), rel=0.1)
    assert share[0] - share[1] > 0.2


def test_deprived_areas_have_more_free_meals(england, sources, young):
    chance = study.free_meals_by_area(sources, young)
    assert (chance[:, 0] > 1.5 * chance[:, -1]).all()  # fewer where attainment is higher
    deprived = np.argsort(england.areas.deprivation_rank)
    assert chance[deprived[:30]].mean() > 1.5 * chance[deprived[-30:]].mean()


def test_place_between_is_the_inverse_of_people_below():
    between, below = (callable_from_python(one) for one in (study.place_between, study.people_below))
    starts, shares = np.array([0.2, 0.5]), np.array([0.5, 0.3, 0.2])
    assert below(0.35, starts, shares) == pytest.approx(0.5 + 0.15)
    for low, high in ((0.0, 1.0), (0.1, 0.4), (0.45, 0.9), (0.6, 0.7)):
        for draw in (0.0, 0.3, 0.999):
            place = between(low, high, draw, starts, shares)
            assert low <= place <= high
            whole = below(high, starts, shares) - below(low, starts, shares)
            assert below(place, starts, shares) - below(low, starts, shares) == pytest.approx(draw * whole)


def test_everybody_stands_inside_the_stretch_of_their_level(block, england):
    people, residents = block.people, int(block.present[0])
    place = people.learning_rank / 2**32
    origin = (people.id >> np.uint64(32)) & np.uint64(3)
    for i in range(0, len(people.id), 7):
        age = people.entry_year[i] - people.cohort[i] - 1
        if i < residents:
            age = england.reference_year - people.cohort[i] - (people.birth_month[i] >= 3)
        row = england.study.level_place[min(max(age - 16, 0), 74), people.sex[i]]
        edges = np.concatenate([[0.0], row, [1.0]])
        level = people.qualification[i]
        assert edges[level] - 1e-9 <= place[i] <= edges[level + 1] + 1e-9, (i, age, origin[i])


def test_places_are_spread_evenly(block):
    """Nationally the places of residents are even: the levels' stretches are as long as the levels are common."""
    people, residents = block.people, int(block.present[0])
    place = people.learning_rank[:residents] / 2**32
    age = 2024 - people.cohort[:residents]
    for first, last in ((16, 24), (25, 64), (65, 110)):
        some = place[(age >= first) & (age <= last)]
        share = np.histogram(some, 5, (0.0, 1.0))[0] / len(some)
        assert share == pytest.approx(np.full(5, 0.2), abs=0.03)


def test_attainment_and_free_meals_follow_the_place(block, england):
    people = block.people
    young = (people.entry_year - people.cohort - 1 == 16) | (people.cohort >= 2004)
    place, sex = people.learning_rank / 2**32, people.sex
    edges = england.study.attainment_place[sex]
    assert (people.attainment == (place[:, None] >= edges).sum(1)).all()
    assert (people.attainment[young] == 2).mean() == pytest.approx(0.651, abs=0.02)
    assert people.free_meals[young].mean() == pytest.approx(0.26, abs=0.02)
    low = people.attainment == 0
    assert people.free_meals[young & low].mean() > people.free_meals[young & ~low].mean() + 0.1


def test_regions_keep_their_attainment(block, england):
    """Those who turn 16 later: level 3 by 19 in London is well above the North East, as published."""
    people = block.people
    later = (people.id >> np.uint64(32)) & np.uint64(3) == 1
    region = england.area_region[people.area]
    high = people.learning_rank / 2**32 >= england.study.segment_place[people.sex, 2]
    names = list(england.region_names)
    london, north_east = (high[later & (region == names.index(name))].mean() for name in ("London", "North East"))
    assert london - north_east > 0.08


def test_a_block_starts_alike_whatever_its_size(england):
    one = Sample(england, 1 / 20_000, seed=4, last_year=2030, block_rows=300)
    other = Sample(england, 1 / 20_000, seed=4, last_year=2030, block_rows=700)
    first, second = (
        {int(b.people.id[i]): [int(getattr(b.people, c)[i]) for c in ("learning_rank", "free_meals", "study_rank")]
         for b in sample for i in range(len(b.people.id))}
        for sample in (one, other)
    )  # fmt: skip
    assert first == second


def test_routes_meet_their_totals(sources, young, england):
    fitted = england.study
    groups = study.young_groups(young, fitted.segment_place, fitted.attainment_place[:, 1])
    assert groups.sum((1, 2, 3)) == pytest.approx(np.ones(9))
    assert fitted.route.sum(-1) == pytest.approx(np.ones(fitted.route.shape[:-1]))
    totals = routes.class_totals(sources, 16)
    pupils = routes.pupils_at_16(sources, groups)
    people = groups.sum(0) / groups.sum()
    assert (pupils * people[..., None]).sum((0, 1, 2)) == pytest.approx(totals, abs=1e-4)
    school = pupils[..., 0]
    assert (school[:, :, 1] > 3 * school[:, :, 0]).all()  # English and maths decide who stays at school
    assert (school[:, 0] > school[:, 1]).all()


def test_neither_work_nor_study_has_no_job(england):
    """Of the routes of people in work, "none" is employment alone; of people out of work it is NEET."""
    none = england.study.route[..., -1]
    assert none[2, ..., 0].mean() > 0.3
    assert none[0, ..., 2].mean() < 0.1
    assert none[0, ..., 1].mean() > 2 * none[0, ..., 2].mean()  # those who look for work are more often NEET


def test_students_by_place_and_age(england):
    places = england.study.higher_education_place
    assert (places[0] == 1.0).all()  # nobody at 16
    at_19 = 1 - places[3, 0].mean()
    assert at_19 == pytest.approx(0.458 / 0.94, abs=0.01)  # apprentices, 6 in 100, may stand anywhere
    assert (places[4:6] <= places[3] + 1e-9).all()


def test_participation_meets_the_survey(sources, england):
    people = learners.adults(sources)
    students = study.students_by_age(england.study.level_place, england.study.higher_education_place)
    studying = learners.studying_share(sources, students, people)
    survey = learners.read_survey(sources)
    chance = learners.fit_participation(survey, people, studying)
    share = (studying + (1 - studying) * chance) * people
    assert share.sum((1, 2, 3)) / people.sum((1, 2, 3)) == pytest.approx(survey.age, abs=0.002)
    assert share.sum((0, 1, 3)) / people.sum((0, 1, 3)) == pytest.approx(survey.qualification, abs=0.02)


def test_payers_add_up_to_their_counts(sources, england):
    people = learners.adults(sources)
    students = study.students_by_age(england.study.level_place, england.study.higher_education_place)
    left = people * (1 - learners.studying_share(sources, students, people))
    counts = (england.study.learner * left[..., None]).sum((0, 1, 2, 3))
    loans, public = counts[2], counts[3]
    assert loans == pytest.approx(60_600, rel=0.001)
    assert loans + public == pytest.approx(1_174_940, rel=0.005)
    assert england.study.learner.min() >= 0
    assert england.study.learner.sum(-1).max() < 1


def test_gains_after_youth_are_few(england, sources):
    people = sources.people.sum((0, 2, 4), dtype=float)
    rows = [band.rows for band in learners.GAIN_BANDS]
    gained = sum((people[r].sum(0)[:, None] * chance).sum() for r, chance in zip(rows, england.study.gain, strict=True))
    total = sum(people[r].sum() for r in rows)
    assert 0.0005 < gained / total < 0.003
    assert not england.study.gain[:, -1].any()
