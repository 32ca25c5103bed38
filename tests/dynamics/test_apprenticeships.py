"""A year of apprenticeships beside a slow twin, hand sums with simple chances, and regularities of any year."""

import numpy as np
import pytest

from microsim.dynamics.apprenticeships import apprenticeship_tables, train
from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.population.apprenticeships import AGES
from microsim.population.people import People

LEVELS = (2, 3, 4, 6)
RAISED = {2: 3, 3: 5, 4: 6, 6: 6}  # level2, level3, level4plus
ROWS = 40_000
single = np.float32


@pytest.fixture(scope="module")
def tables(england):
    return apprenticeship_tables(england, load_parameters(None), range(2025, 2057))


@pytest.fixture(scope="module")
def year():
    return callable_from_python(train)


def crowd(seed=3, rows=ROWS, ages=(16, 70)):
    """People of all sorts, many of them apprentices, and their words."""
    generator = np.random.default_rng(seed)
    people = People.empty(rows)
    age = generator.integers(*ages, rows)
    people.sex[:] = generator.integers(0, 2, rows)
    people.birth_month[:] = generator.integers(0, 12, rows)
    people.resident[:] = generator.random(rows) < 0.95
    people.ethnicity[:] = generator.integers(0, 5, rows)
    people.area[:] = generator.integers(0, 296, rows)
    people.qualification[:] = generator.integers(0, 7, rows)
    people.work_status[:] = np.where(generator.random(rows) < 0.8, 0, generator.integers(1, 5, rows))
    people.industry[:] = generator.integers(0, 19, rows)
    people.public[:] = generator.integers(0, 2, rows)
    one = generator.random(rows) < 0.4
    people.apprenticeship[one] = np.array(LEVELS, np.uint8)[generator.integers(0, 4, one.sum())]
    people.apprenticeship_year[one] = generator.integers(1, 7, one.sum())
    words = generator.integers(0, 2**32, (4, rows), dtype=np.uint32)
    words[3, ::2] >>= 6  # half of the words small, so that many start
    age_sex = (2 * age + people.sex).astype(np.uint32)
    return people, age_sex, words


def slow_year(person, word, tables, index):
    """One person's year in plain Python; `person` is a dict and is changed. Arithmetic is in single precision."""
    age, month = person["age"], person["birth_month"]
    began = age - (1 if month >= 8 else 0)
    if began == 16 and month in (5, 6, 7):
        began = 0
    band = 0 if began < 19 else 1 if began < 25 else 2
    if not person["resident"]:
        return
    draw = single((word >> 8) / 2**24)
    if person["apprenticeship"]:
        level, so_far = LEVELS.index(person["apprenticeship"]), person["apprenticeship_year"]
        if person["work_status"] == 0:
            started = began - so_far
            start_band = 0 if started < 19 else 1 if started < 25 else 2
            chance = tables.go_on.reshape(4, 3, 6)[level, start_band, so_far - 1]
            chance = chance / tables.stay[2 * age + person["sex"]]
            if draw < chance:
                person["apprenticeship_year"] += 1
                return
            draw = (draw - chance) / (single(1) - chance)
            success = tables.success[level]
            if draw < success:
                if age >= 35:
                    person["qualification"] = max(person["qualification"], RAISED[LEVELS[level]])
                draw = draw / success
            else:
                draw = (draw - success) / (single(1) - success)
            word = int(min(float(draw), 1 - 2**-24) * 2**24) << 8
            draw = single((word >> 8) / 2**24)
        person["apprenticeship"] = person["apprenticeship_year"] = 0
    if word >= tables.bound[2 * age + person["sex"]]:
        return
    if person["work_status"] != 0:
        return
    below = single(0)
    for level in range(4):
        chance = tables.starts.reshape(128, 2, 7, 4)[began, person["sex"], person["qualification"], level]
        chance = chance * tables.place.reshape(-1, 3, 4)[person["area"], band, level]
        chance = chance * (tables.ethnicity[person["ethnicity"]] * tables.growth[index])
        if draw < below + chance:
            person["apprenticeship"], person["apprenticeship_year"] = LEVELS[level], 1
            if began <= 24:
                job = int(tables.recruits.reshape(4, 256)[level, min(int((draw - below) / chance * single(256)), 255)])
                person["industry"], person["public"] = job // 2, job % 2
            return
        below = below + chance


def test_a_year_is_that_of_a_slow_twin(tables, year):
    people, age_sex, words = crowd()
    names = (
        "birth_month", "sex", "ethnicity", "resident", "area", "qualification", "work_status", "industry", "public",
        "apprenticeship", "apprenticeship_year",
    )  # fmt: skip
    columns = {name: getattr(people, name).tolist() for name in names}
    expected = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    for i, person in enumerate(expected):
        person["age"] = int(age_sex[i]) // 2
        slow_year(person, int(words[3, i]), tables, 4)
    before = people.copy()
    year(people, age_sex, tables, words, 4, ROWS)
    for name in names:
        assert getattr(people, name).tolist() == [person[name] for person in expected], name
    started = (people.apprenticeship_year == 1) & (before.apprenticeship == 0)
    again = (people.apprenticeship_year == 1) & (before.apprenticeship > 0) & (before.apprenticeship_year > 0)
    assert started.sum() > 1000 and again.sum() > 50
    assert (people.apprenticeship_year > before.apprenticeship_year)[before.apprenticeship > 0].sum() > 500
    assert (people.qualification > before.qualification).sum() > 100


def test_regularities_of_a_year(tables, year):
    people, age_sex, words = crowd(seed=8)
    before = people.copy()
    year(people, age_sex, tables, words, 0, ROWS)
    here, apprentice = people.resident == 1, people.apprenticeship > 0
    assert (people.work_status[here & apprentice] == 0).all()
    assert np.isin(people.apprenticeship, (0, *LEVELS)).all()
    assert np.array_equal(apprentice, people.apprenticeship_year > 0)
    assert (people.qualification >= before.qualification).all()
    gone = ~here
    for name in ("apprenticeship", "apprenticeship_year", "qualification", "industry"):
        assert np.array_equal(getattr(people, name)[gone], getattr(before, name)[gone])
    age, new = age_sex // 2, (people.apprenticeship_year == 1) & here
    assert (age[new] <= 65).all()
    year_11 = (age == 16) & (people.birth_month >= 5)
    assert year_11.sum() > 100 and not (new & year_11).any()
    older = new & (age > 26)
    assert older.any() and np.array_equal(people.industry[older], before.industry[older])


def test_the_bound_is_never_below_a_chance(tables):
    """Nobody whose chance to start is above the bound of the age and sex on 1 April is passed over."""
    starts = tables.starts.reshape(128, 2, 7, 4).astype(float)
    place = tables.place.reshape(-1, 3, 4).astype(float)
    for age in range(16, 72):
        for began in (age, age - 1):
            band = 0 if began < 19 else 1 if began < 25 else 2
            for sex in (0, 1):
                most = (starts[began, sex][:, None, :] * place[None, :, band]).sum(2).max() * tables.growth.max()
                most *= tables.ethnicity.max()
                assert most <= tables.bound[2 * age + sex] / 2**32 + 1e-9
    assert tables.bound[2 * 15] == 0 and tables.bound[2 * (AGES[-1] + 2)] == 0


def simple(tables, chance, on):
    """Everybody starts at level 3 with one chance and goes on with another; nobody starts at another level."""
    starts = np.zeros((128, 2, 7, 4), np.float32)
    starts[16:, :, :, 1] = chance
    return tables._replace(
        bound=np.full(256, np.uint32(2**32 - 1)),
        starts=starts.reshape(-1),
        place=np.ones_like(tables.place),
        ethnicity=np.ones_like(tables.ethnicity),
        growth=np.ones_like(tables.growth),
        go_on=np.repeat(np.tile(np.array([*on, 0, 0, 0], np.float32), 12), 1),
        stay=np.ones(256, np.float32),
    )


def test_stock_is_starts_times_mean_presence(tables, year):
    """Chance 0.1 of those who are not going on, then 0.6, 0.5, 0.2: presence 1 + 0.6 + 0.3 + 0.06 = 1.96 years."""
    rows = 60_000
    people, age_sex, _ = crowd(seed=5, rows=rows, ages=(30, 50))
    people.resident[:], people.work_status[:] = 1, 0
    people.apprenticeship[:] = people.apprenticeship_year[:] = 0
    plain = simple(tables, 0.1, (0.6, 0.5, 0.2))
    generator = np.random.default_rng(1)
    for _ in range(12):
        words = generator.integers(0, 2**32, (4, rows), dtype=np.uint32)
        year(people, age_sex, plain, words, 0, rows)
    counts = np.bincount(people.apprenticeship_year, minlength=7) / rows
    # in balance: first = 0.1 x (1 - later), later = 0.96 x first
    first = 0.1 / 1.096
    assert counts[1] == pytest.approx(first, abs=0.004)
    assert counts[2] == pytest.approx(0.6 * first, abs=0.004)
    assert counts[3] == pytest.approx(0.3 * first, abs=0.003)
    assert counts[4] == pytest.approx(0.06 * first, abs=0.002)
    assert counts[1:].sum() == pytest.approx(1.96 * first, abs=0.005)
    assert set(np.unique(people.apprenticeship)) == {0, 3}


def test_fewer_who_stay_employees_leave_the_same_stock(tables, year):
    """The chance to go on is raised by what is lost to work: 0.6 of all starters, at a chance to stay of 0.75."""
    rows = 40_000
    people, age_sex, words = crowd(seed=6, rows=rows, ages=(30, 50))
    people.resident[:], people.apprenticeship[:], people.apprenticeship_year[:] = 1, 3, 1
    people.work_status[:] = np.where(np.random.default_rng(2).random(rows) < 0.75, 0, 3)
    plain = simple(tables, 0.0, (0.6, 0.5, 0.2))._replace(stay=np.full(256, 0.75, np.float32))
    words[3] = np.random.default_rng(3).integers(0, 2**32, rows, dtype=np.uint32)
    year(people, age_sex, plain, words, 0, rows)
    assert (people.apprenticeship_year == 2).mean() == pytest.approx(0.6, abs=0.01)
    assert (people.apprenticeship > 0).mean() == pytest.approx(0.6, abs=0.01)


def test_starts_grow_as_told(tables, year):
    people, age_sex, words = crowd(seed=7)
    people.apprenticeship[:] = people.apprenticeship_year[:] = 0
    words[3] = np.random.default_rng(4).integers(0, 2**32, ROWS, dtype=np.uint32)
    growing = simple(tables, 0.1, (0, 0, 0))._replace(growth=np.array([1.0, 1.5], np.float32))
    first, second = people.copy(), people.copy()
    year(first, age_sex, growing, words, 0, ROWS)
    year(second, age_sex, growing, words, 1, ROWS)
    ratio = (second.apprenticeship > 0).sum() / (first.apprenticeship > 0).sum()
    assert ratio == pytest.approx(1.5, abs=0.07)
    assert ((first.apprenticeship > 0) <= (second.apprenticeship > 0)).all()
