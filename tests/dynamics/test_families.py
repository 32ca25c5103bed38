"""Families year by year: nobody has two partners, homes have a head who is there, children come of age; slow twins."""

import numpy as np
import pytest

from microsim.dynamics.alignment import no_alignment
from microsim.dynamics.families import (
    COUNTS,
    FamilyScratch,
    add_birth,
    bear_children,
    eldest_birth,
    family_tables,
    keep_house,
    live_in_families,
    take_children,
)
from microsim.dynamics.leaving import national_moves
from microsim.dynamics.matching import MatchScratch, match, wanted_age
from microsim.kernels.jit import callable_from_python
from microsim.kernels.random import FAMILY, random_words
from microsim.population.blocks import Sample
from microsim.population.columns import COMMUNAL, OWN, SHARING, WITH_PARENTS
from microsim.population.people import ENTRY_AGE, NOBODY, People

FIRST, YEARS = 2025, 6


@pytest.fixture(scope="module")
def sample(england):
    return Sample(england, 1 / 2000, seed=4, last_year=2035, block_rows=4000)


@pytest.fixture(scope="module")
def tables(england, sample):
    return family_tables(england, sample.flows, sample.years)


@pytest.fixture(scope="module")
def year_of(england, tables, sample):
    """Live the family year of a block: everybody stays resident and in place, but for who is told to go."""
    alignment = no_alignment(len(sample.years), len(england.area_codes))
    live, words_of = callable_from_python(live_in_families), callable_from_python(random_words)

    def year(block, scratch, words, index, gone=()):
        people, already, count = block.people, int(block.present[index]), int(block.present[index + 1])
        now = FIRST + index
        people.resident[list(gone)] = 0
        people.resident[already:count] = 1
        age_sex = (2 * np.clip(now - people.cohort - 1, 0, 110) + people.sex).astype(np.uint32)
        words_of(words, people.id, 4, 0, now, FAMILY, count)
        live(people, age_sex, tables, alignment, words, scratch, now, index, already, count)
        return age_sex

    return year


@pytest.fixture(scope="module")
def lived(sample, year_of):
    """Six years of a block in which every fiftieth resident goes each year: states by year, and what happened."""
    block = sample.make(1)
    rows = len(block.people.id)
    scratch, words = FamilyScratch.make(rows), np.zeros((4, rows), np.uint32)
    states = []
    for index in range(YEARS):
        here = np.flatnonzero(block.people.resident)
        year_of(block, scratch, words, index, here[index::50])
        states.append(block.people.copy())
    return block, states, dict(zip(COUNTS, scratch.counts.tolist(), strict=True))


def test_partners_are_partners_of_one_another_and_there(lived):
    _, states, _ = lived
    for people in states:
        with_partner = np.flatnonzero((people.resident == 1) & (people.partner != NOBODY))
        other = people.partner[with_partner]
        assert len(with_partner) > 500
        assert (people.partner[other] == with_partner).all()
        assert (people.resident[other] == 1).all()
        assert (people.sex[other] != people.sex[with_partner]).all()
        assert (people.area[other] == people.area[with_partner]).all()
        assert (people.household[other] == people.household[with_partner]).all()
        assert (people.living[with_partner] == OWN).all()


def test_every_household_has_a_head_who_is_there(lived):
    _, states, _ = lived
    for people in states:
        here = np.flatnonzero(people.resident == 1)
        head = people.household[here]
        assert (people.resident[head] == 1).all()
        assert (people.household[head] == head).all()
        assert (people.area[head] == people.area[here]).all()
        at_home = people.living[here] == WITH_PARENTS
        assert at_home.any()
        assert (head[at_home] != here[at_home]).all()
        assert (people.living[head[at_home]] == OWN).all()
        assert (people.partner[here[at_home]] == NOBODY).all()


def test_homes_are_shared_by_up_to_four(lived):
    """Some share with people outside the block, alone as the model sees it."""
    _, states, _ = lived
    for people in states:
        sharing = np.flatnonzero((people.resident == 1) & (people.living == SHARING))
        size = np.bincount(people.household[sharing], minlength=len(people.id))[people.household[sharing]]
        assert len(sharing) > 50
        assert size.max() <= 4
        assert (size >= 2).mean() > 0.6
        assert (people.living[people.household[sharing]] == SHARING).all()


def test_nobody_else_lives_in_another_persons_home(lived):
    _, states, _ = lived
    for people in states:
        alone = (people.resident == 1) & (people.partner == NOBODY) & np.isin(people.living, (OWN, COMMUNAL))
        assert (people.household[alone] == np.flatnonzero(alone)).all()


def test_children_agree_with_their_birth_years(lived):
    _, states, _ = lived
    for index, people in enumerate(states):
        here = people.resident == 1
        kept = sum((column > 0).astype(int) for column in (people.child_1, people.child_2, people.child_3))
        assert (kept[here] == np.minimum(people.children[here], 3)).all()
        born = np.stack([people.child_1, people.child_2, people.child_3])
        assert (np.diff(born, axis=0) <= 0).all()
        age = FIRST + index - born[:, here] - 1
        assert age[born[:, here] > 0].min() >= 0
        assert age[born[:, here] > 0].max() <= 15
        assert (people.children[here & (people.living != OWN)] == 0).all()


def test_those_who_turn_16_live_with_a_parent_old_enough(lived):
    block, states, counts = lived
    young = 0
    for index, people in enumerate(states):
        rows = np.arange(block.present[index], block.present[index + 1])
        rows = rows[FIRST + index - people.cohort[rows] - 1 == ENTRY_AGE]
        young += len(rows)
        at_home = rows[people.living[rows] == WITH_PARENTS]
        assert len(at_home) > 0.9 * len(rows)
        head = people.household[at_home]
        oldest = np.where(
            people.partner[head] >= 0, np.minimum(people.cohort[head], people.cohort[people.partner[head]]),
            people.cohort[head],
        )  # fmt: skip
        assert (people.cohort[at_home] - oldest >= 15).mean() > 0.97  # a step-parent may be younger
    assert counts["entrants"] == young == sum(counts[one] for one in ("same_area", "other_area", "dealt_again"))
    assert 0.8 < counts["turned_16"] / young < 1.25


def test_things_happen_about_as_often_as_published(lived, tables):
    block, _, counts = lived
    adults = block.present[1 : YEARS + 1].mean()
    assert counts["couples"] / YEARS / adults == pytest.approx(0.0135, rel=0.25)
    assert counts["births"] / YEARS / adults == pytest.approx(0.0118, rel=0.2)
    assert counts["separations"] / YEARS / adults == pytest.approx(0.0046, rel=0.3)


def test_the_same_block_lives_the_same_families_again(sample, year_of, lived):
    block = sample.make(1)
    rows = len(block.people.id)
    scratch, words = FamilyScratch.make(rows + 7), np.zeros((4, rows), np.uint32)  # more room changes nothing
    for index in range(YEARS):
        year_of(block, scratch, words, index, np.flatnonzero(block.people.resident)[index::50])
    for ours, theirs in zip(block.people, lived[1][-1], strict=True):
        assert np.array_equal(ours, theirs)


def two(**columns):
    """A woman in row 0 and a man in row 1 who live together, with their columns."""
    people = People.empty(4)
    people.resident[:] = 1
    people.sex[:] = [0, 1, 0, 1]
    people.partner[:2] = [1, 0]
    people.household[:2] = 0
    for name, values in columns.items():
        getattr(people, name)[:] = values
    return people


def words_with(rows, **words):
    """Words that make nothing happen but what is told: `zero=0` sets word 0 of row 0 to 0."""
    found = np.full((4, rows), 0xFFFFFFFF, np.uint32)
    found[3] = 0
    for name, row in words.items():
        found[("end", "search", "birth").index(name), row] = 0
    return found


@pytest.fixture(scope="module")
def one_year(england, tables, sample):
    alignment = no_alignment(len(sample.years), len(england.area_codes))
    live = callable_from_python(live_in_families)

    def year(people, ages, words, index=1):
        rows = len(people.id)
        age_sex = (2 * np.array(ages) + people.sex).astype(np.uint32)
        live(people, age_sex, tables, alignment, words, FamilyScratch.make(rows), FIRST + index, index, rows, rows)
        return people

    return year


def test_a_widow_keeps_the_home_and_a_widower_the_children(one_year):
    people = two(children=[2, 0, 0, 0], child_1=[2020, 0, 0, 0], child_2=[2015, 0, 0, 0])
    people.resident[0] = 0
    one_year(people, [40, 42, 70, 70], words_with(4))
    assert people.partner[1] == NOBODY
    assert people.household[1] == 1
    assert (people.children[1], people.child_1[1], people.child_2[1], people.child_3[1]) == (2, 2020, 2015, 0)


def test_children_of_a_couple_that_parts_stay_with_the_mother(one_year):
    people = two(children=[1, 0, 0, 0], child_1=[2020, 0, 0, 0])
    words = words_with(4, end=0)
    words[0, 0] = 0x0000FFFF  # parts, and the low half says: not with the father
    one_year(people, [30, 32, 70, 70], words)
    assert people.partner[:2].tolist() == [NOBODY, NOBODY]
    assert people.household[:2].tolist() == [0, 1]
    assert people.children[:2].tolist() == [1, 0]


def test_and_now_and_then_with_the_father(one_year):
    people = two(children=[1, 0, 0, 0], child_1=[2020, 0, 0, 0])
    one_year(people, [30, 32, 70, 70], words_with(4, end=0))
    assert people.children[:2].tolist() == [0, 1]
    assert people.child_1[:2].tolist() == [0, 2020]
    assert people.household[:2].tolist() == [0, 1]


def test_a_grown_child_goes_along_when_a_lone_mother_finds_a_partner(one_year):
    people = two()
    people.partner[:] = NOBODY
    people.household[:] = [0, 1, 0, 3]
    people.living[2] = WITH_PARENTS
    people.area[:] = [5, 6, 5, 7]
    people.children[1], people.child_1[1] = 1, 2020  # he has a child, and so the home they choose
    words = words_with(4, search=[0, 1])
    words[3, :] = 0x80000000
    one_year(people, [44, 46, 18, 80], words)
    assert people.partner[:2].tolist() == [1, 0]
    assert people.household[:3].tolist() == [1, 1, 1]
    assert people.area[:3].tolist() == [6, 6, 6]
    assert people.children[:2].tolist() == [1, 0]
    assert people.living[2] == WITH_PARENTS


def test_a_birth_is_written_down(one_year):
    people = two(parity=[1, 0, 0, 0], children=[1, 0, 0, 0], child_1=[2022, 0, 0, 0])
    one_year(people, [30, 32, 70, 70], words_with(4, birth=[0, 1, 2, 3]))
    assert people.parity.tolist() == [2, 0, 0, 0]
    assert (people.children[0], people.child_1[0], people.child_2[0]) == (2, 2025, 2022)


def test_births_are_the_tables_chances(england, tables):
    """A large stationary population, by hand from the table: within four standard errors for each kind of woman."""
    rows, index = 60_000, 3
    alignment = no_alignment(10, 1)
    draws = np.random.Generator(np.random.Philox(key=1)).integers(0, 2**32, (4, rows), dtype=np.uint32)
    for age, partnered, parity in ((24, 0, 0), (31, 1, 0), (31, 1, 1), (38, 1, 2), (29, 0, 1)):
        people = People.empty(rows)
        people.resident[:] = 1
        people.parity[:] = parity
        people.partner[:] = 0 if partnered else NOBODY
        age_sex = np.full(rows, 2 * age, np.uint32)
        scratch = FamilyScratch.make(rows)
        callable_from_python(bear_children)(people, age_sex, tables, alignment, draws, scratch, 2028, index, rows)
        chance = england.families.births[index, age - 16, partnered, parity]
        error = np.sqrt(chance * (1 - chance) / rows)
        assert abs((people.child_1 > 0).mean() - chance) < 4 * error
        assert scratch.counts[COUNTS.index("births")] == (people.parity > parity).sum()


def test_the_eldest_of_many_is_two_years_older_than_the_next():
    eldest = callable_from_python(eldest_birth)
    assert [eldest(number, 2024, 2021, 2019) for number in (1, 2, 3, 4, 6)] == [2024, 2021, 2019, 2017, 2013]


def test_three_birth_years_are_kept_of_two_families():
    first, second, third = (np.array(one, np.int32) for one in ([2020, 2024], [2012, 2018], [2010, 0]))
    children = np.array([3, 2], np.uint8)
    callable_from_python(take_children)(children, first, second, third, 0, 1)
    assert (first[0], second[0], third[0]) == (2024, 2020, 2018)
    assert children.tolist() == [5, 0]
    assert (first[1], second[1], third[1]) == (0, 0, 0)
    callable_from_python(add_birth)(first, second, third, 1, 2025)
    assert first[1] == 2025


def test_a_shared_home_without_its_head_goes_on(tables):
    people = People.empty(6)
    people.resident[:] = [0, 1, 1, 1, 1, 1]
    people.living[:] = [SHARING, SHARING, SHARING, WITH_PARENTS, SHARING, OWN]
    people.household[:] = [0, 0, 0, 5, 4, 5]
    scratch = FamilyScratch.make(6)
    scratch.forward[:] = NOBODY
    callable_from_python(keep_house)(people, scratch, np.zeros(6, np.uint32), 6)
    assert people.household.tolist() == [0, 1, 1, 5, 1, 5]  # and who had nobody to share with joins


def slow_walk(wanted, ages, widest):
    """Pairs of places along two sorted lists."""
    pairs, woman, man = [], 0, 0
    while woman < len(wanted) and man < len(ages):
        if ages[man] - wanted[woman] > widest:
            woman += 1
        elif ages[man] - wanted[woman] < -widest:
            man += 1
        else:
            pairs.append((woman, man))
            woman, man = woman + 1, man + 1
    return pairs


def slow_match(people, rows, wanted, first_like):
    """The four rounds of matching with lists and sorts."""
    left = [list(range(len(rows[sex]))) for sex in (0, 1)]
    couples = []

    def key(sex, place, same):
        row = rows[sex][place]
        return (people.area[row] if same & 2 else 0, people.learning_rank[row] >= 0.58 * 2**32 if same & 1 else 0)

    for same, widest in ((3, 3), (2, 6), (1, 3), (0, 12)):
        looking = [[p for p in left[sex] if not same & 1 or first_like[sex][p]] for sex in (0, 1)]
        groups = sorted({key(sex, p, same) for sex in (0, 1) for p in looking[sex]})
        for group in groups:
            women, men = (
                sorted((p for p in looking[sex] if key(sex, p, same) == group), key=lambda p: (wanted[sex][p], p))
                for sex in (0, 1)
            )
            found = slow_walk([wanted[0][p] for p in women], [wanted[1][p] for p in men], widest)
            for woman, man in found:
                couples.append((rows[0][women[woman]], rows[1][men[man]]))
                left[0].remove(women[woman])
                left[1].remove(men[man])
    return couples


@pytest.mark.parametrize("seed", range(4))
def test_matching_is_the_slow_twins(seed):
    draws = np.random.Generator(np.random.Philox(key=seed))
    people = People.empty(300)
    people.area[:] = draws.integers(0, 4, 300)
    people.learning_rank[:] = draws.choice([1 << 30, 3 << 30], 300)
    rows = [draws.permutation(150)[:120], 150 + draws.permutation(150)[:110]]
    wanted = [draws.integers(18, 70, len(one)) for one in rows]
    first_like = [draws.integers(0, 2, len(rows[0])), np.ones(len(rows[1]), int)]
    scratch = MatchScratch.make(300)
    for sex in (0, 1):
        count = len(rows[sex])
        scratch.number[sex] = count
        scratch.seekers[sex, :count], scratch.wanted[sex, :count] = rows[sex], wanted[sex]
        scratch.first_like[sex, :count] = first_like[sex]
    callable_from_python(match)(people, scratch)
    found = scratch.couples[:, : scratch.number[2]].T.tolist()
    assert found == [list(map(int, pair)) for pair in slow_match(people, rows, wanted, first_like)]
    assert len(found) > 80
    assert len(np.unique(found)) == 2 * len(found)


def test_wanted_gaps_are_normal():
    words = np.random.Generator(np.random.Philox(key=3)).integers(0, 2**32, 20_000, dtype=np.uint32)
    wanted = callable_from_python(wanted_age)
    gaps = np.array([wanted(50, word, np.float32(2.0), np.float32(4.73)) - 50 for word in words])
    assert gaps.mean() == pytest.approx(2.0, abs=0.15)
    assert gaps.std() == pytest.approx(4.74, abs=0.12)


def test_moves_by_living_keep_the_published_number(england, sample):
    from microsim.dynamics.leaving import leaving

    fitted = england.families
    none = np.zeros_like(fitted.couple_share)
    found = leaving(england, none, [none, none], 0.0)
    moves = national_moves(england)
    home = np.concatenate([fitted.parents_share[:1], fitted.parents_share[:-1]])
    home[1] = 1 - fitted.communal_share[0]
    total = home * found.moves_with_parents + (1 - home) * found.moves_of_others
    assert total[6:] == pytest.approx(np.ones_like(total[6:]), abs=0.02)  # from 22, where enough have left home
    assert (found.moves_with_parents <= 1.0 + 1e-9).all()
    assert moves[20 - 16].mean() > 0.2
