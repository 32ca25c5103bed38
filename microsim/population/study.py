"""Study: what is fitted from the published tables, and what each person starts with.

Everybody has a *place* in the attainment of the birth cohort and sex, from the lowest (0) to the highest (1), kept as
`learning_rank`. The place says which qualification is held at each age of youth, who goes to university and when, and
(with the region) how likely free school meals were. Routes at 16 to 18 are in `routes`, adult learners in `learners`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.kernels.jit import compile_driver, kernel
from microsim.kernels.random import FIRST_STUDY, random_words
from microsim.population import columns as axes
from microsim.population import learners, routes
from microsim.population.ipf import Floats, fit_pairs, fit_shares, margin
from microsim.population.margins import Table
from microsim.population.people import ENTRY_AGE, People
from microsim.population.rooms import Sources

FIGURES: tuple[str, ...] = (
    "ever_free_meals", "state_schools", "level2_at_16", "english_and_maths_at_16", "mature_higher_education",
    "learner_change",
    *routes.FIGURES, *learners.FIGURES,
)  # fmt: skip

LAST_LEARNING_AGE = 34  # at later ages differences between ages are between cohorts
LAST_YOUNG_AGE = 21  # up to which places follow the region where people live
LAST_STUDENT_AGE = 30  # nobody older is a student in higher education
SEGMENTS = (  # stretches of places that part the published attainments by 19
    "no_level2_by_19", "level2_by_19", "english_and_maths_by_19", "level3_by_19", "higher_education_by_19",
)  # fmt: skip
PLACE = 2.0**32  # places as ranks
YOUNG = slice(0, 2)  # rows of the age axis that stand for the young people of a region
_GROUPS = ("no_free_meals", "free_meals")
_YEARS_OF_HIGHER_EDUCATION = 3
_CLEAR_OF_LEVEL_4 = 22 - axes.FIRST_AGE  # row of the age at which the sexes are compared
_ORIGIN_SHIFT = np.uint64(32)
_ORIGINS = np.uint64(3)
_TURNS_16 = np.uint64(1)
_MID_YEAR = 3  # months from 1 April to mid-year


class Study(NamedTuple):
    """Fitted arrays; their axes are in AXES. Places are between 0 and 1; shares and chances are fractions."""

    level_place: Floats  # share of people below each level but the lowest
    segment_place: Floats  # where SEGMENTS after the first start
    attainment_place: Floats  # where level 2, and level 2 with English and maths, start at 16
    young_segment: Floats  # shares of young people in each segment
    free_meals: Floats  # chance of having had free school meals
    higher_education_place: Floats  # from which place somebody without level 4 is in higher education
    route: Floats  # shares of those who are neither apprentices nor in higher education
    learner: Floats  # chance of each way of paying for learning but "none", of those not studying
    gain: Floats  # yearly chance of level 2, level 3, level 4 and above


AXES: dict[str, tuple[str, ...]] = {
    "level_place": ("age", "sex", "qualification but the lowest"),
    "segment_place": ("sex", "segment but the first"),
    "attainment_place": ("sex", "attainment but the lowest"),
    "young_segment": ("area", "sex", "segment"),
    "free_meals": ("area", "segment"),
    "higher_education_place": ("age 16 to 30", "born before or after 1 September", "sex"),
    "route": ("academic age 16 to 18", "region", "sex", "free meals", "English and maths", "work", "route"),
    "learner": ("band", "sex", "qualification", "status", "payer"),
    "gain": ("band", "qualification", "level gained"),
}


def fit(sources: Sources) -> Study:
    """Fit from the published tables."""
    people = sources.people.sum(0, dtype=np.float64)
    places = level_places(people.sum(3))
    level4 = 1 - places[_CLEAR_OF_LEVEL_4, :, -1]
    sexes = level4 / level4.mean()  # higher education of women and men, relative to both
    segment_place = segment_places(sources, sexes)
    attainment_place = attainment_places(sources)
    young = segments_by_region(sources)
    students = higher_education_places(sources, places, sexes)
    groups = young_groups(young, segment_place, attainment_place[:, 1])
    return Study(
        level_place=places,
        segment_place=segment_place,
        attainment_place=attainment_place,
        young_segment=young_segments(young, segment_place)[sources.areas.region],
        free_meals=free_meals_by_area(sources, young),
        higher_education_place=students,
        route=routes.fit_routes(sources, groups),
        learner=learners.fit_learners(sources, students_by_age(places, students)),
        gain=learners.fit_gains(sources),
    )


def level_places(people: Floats) -> Floats:
    """Share of people below each level but the lowest [age, sex, 6], from people [age, sex, 7]."""
    below = np.cumsum(people, axis=-1)
    result: Floats = (below / below[..., -1:])[..., :-1]
    return result


def rising_levels(places: Floats) -> Floats:
    """Which place holds which level at ages 16 to LAST_LEARNING_AGE + 1 [age, sex, 6], so that nobody goes down.

    Where an age has fewer people above some level than the age before, which only differences between cohorts can
    explain, nobody crosses that level.
    """
    last = LAST_LEARNING_AGE + 1 - axes.FIRST_AGE
    return np.concatenate([places[:1], np.minimum(places[:last], places[1 : last + 1])])


def attainment_19(sources: Sources, group: str) -> Floats:
    """Level 2, with English and maths, and level 3 by 19 [England + regions, 3], shares of a group's pupils."""
    table = Table(sources.tables / "attainment_19_2022.csv")
    rows = np.flatnonzero(np.array(table.text("group")) == group)
    codes = table.codes("region_code", ("E92000001", *sources.areas.region_codes))[rows]
    found = np.zeros((len(sources.areas.region_codes) + 1, 3))
    names = ("level2", "level2_english_and_maths", "level3")
    found[codes] = np.stack([table.floats(name) for name in names], axis=1)[rows] / 100
    return found


def higher_education_by_19(sources: Sources) -> dict[str, float]:
    """Shares in higher education by 19 of all, of pupils with and without free meals."""
    table = Table(sources.tables / "higher_education_by_19.csv")
    return dict(zip(table.text("group"), table.floats("share") / 100, strict=True))


def segment_places(sources: Sources, sexes: Floats) -> Floats:
    """Where the segments after the first start [sex, 4]; `sexes` are higher education of each sex relative to both."""
    reached = np.stack([attainment_19(sources, sex)[0] for sex in axes.SEXES])
    higher = higher_education_by_19(sources)["all"] * sexes
    return 1 - np.column_stack([reached, higher])


def attainment_places(sources: Sources) -> Floats:
    """Where level 2, and level 2 with English and maths, start at 16 [sex, 2]; the sexes differ as they do by 19."""
    by_19 = np.stack([attainment_19(sources, sex)[0, :2] for sex in axes.SEXES])
    at_16 = np.array([sources.figure("level2_at_16"), sources.figure("english_and_maths_at_16")])
    return 1 - at_16 * by_19 / by_19.mean(0)


def segments_by_region(sources: Sources) -> Floats:
    """Young people [region, free meals, segment], adding up to one: the published attainments of each region's pupils.

    Published for those eligible at 15; the odds between the two groups are kept for those ever eligible, who are more.
    """
    higher = higher_education_by_19(sources)
    england = {group: attainment_19(sources, group)[0, 2] for group in ("all", *_GROUPS)}
    young = young_people(sources)
    eligible = free_meals_by_region(sources, young)
    seed = np.stack([_segment_shares(attainment_19(sources, g)[1:], higher[g] / england[g]) for g in _GROUPS], axis=1)
    both = _segment_shares(attainment_19(sources, "all")[1:], higher["all"] / england["all"])
    national = _segment_shares(attainment_19(sources, "all")[:1], higher["all"] / england["all"])[0]
    groups = young[:, None] * np.stack([1 - eligible, eligible], axis=1)
    regions = fit_pairs(both * young[:, None], young, national, tolerance=1e-12)
    table = seed * groups[..., None]
    margins = [
        margin("region and free meals", groups, table.shape, {0: None, 1: None}),
        margin("region and segment", regions, table.shape, {0: None, 2: None}),
    ]
    fit_shares(table, margins)
    return table


def _segment_shares(reached: Floats, higher: float) -> Floats:
    """Shares in each segment [rows, 5] from attainment [rows, 3] and the part of level 3 that goes on."""
    level2, both, level3 = reached.T
    return np.stack([1 - level2, level2 - both, both - level3, level3 * (1 - higher), level3 * higher], axis=1)


def young_people(sources: Sources) -> Floats:
    """Regions' shares of the people aged 16 and 17."""
    counts = sources.people[:, YOUNG].sum((1, 2, 3, 4), dtype=np.float64)
    by_region = np.bincount(sources.areas.region, counts, len(sources.areas.region_codes))
    result: Floats = by_region / by_region.sum()
    return result


def free_meals_by_region(sources: Sources, young: Floats) -> Floats:
    """Share ever eligible of all young people [region]: regions differ by the odds of those eligible in 2024."""
    table = Table(sources.tables / "free_school_meals.csv")
    share = dict(zip(table.text("area_code"), table.floats("eligible") / 100, strict=True))
    regional = np.array([share[code] for code in sources.areas.region_codes])
    wanted = sources.figure("ever_free_meals") * sources.figure("state_schools")
    return _shift_to_mean(_logit(regional), young, wanted)


def free_meals_by_area(sources: Sources, young: Floats) -> Floats:
    """Chance of having had free meals [area, segment].

    Areas differ from their region by the log-odds that deprivation explains: the slope over the normal score of the
    rank is that of the local authorities published; each region keeps its mean.
    """
    areas = sources.areas
    table = Table(sources.tables / "free_school_meals.csv")
    share = dict(zip(table.text("area_code"), table.floats("eligible") / 100, strict=True))
    score = learners.normal_score((areas.deprivation_rank - 0.5) / len(areas.codes))  # low for deprived areas
    weight = sources.people[:, YOUNG].sum((1, 2, 3, 4), dtype=np.float64)
    known = [at for at, code in enumerate(areas.codes) if code in share]
    gap = _logit(np.array([share[areas.codes[at]] for at in known]))
    gap -= _logit(np.array([share[areas.region_codes[areas.region[at]]] for at in known]))
    slope = float(score[known] @ gap / (score[known] @ score[known]))
    regional = young[:, 1] / young.sum(1)  # [region, segment]
    found = np.zeros((len(areas.codes), len(SEGMENTS)))
    for region, chance in enumerate(regional):
        inside = np.flatnonzero(areas.region == region)
        for segment, wanted in enumerate(chance):
            odds = _logit(wanted) + slope * score[inside]
            found[inside, segment] = _shift_to_mean(odds, weight[inside], wanted)
    return found


def young_segments(young: Floats, segment_place: Floats) -> Floats:
    """Shares of young people in each segment [region, sex, segment]: the region's, at the sexes' own places."""
    region = young.sum(1)
    relative = region / region.sum(1, keepdims=True) / region.sum(0)
    shares = relative[:, None] * _segment_sizes(segment_place)[None]
    return shares / shares.sum(-1, keepdims=True)


def _segment_sizes(segment_place: Floats) -> Floats:
    return np.diff(segment_place, axis=1, prepend=0.0, append=1.0)


def young_groups(young: Floats, segment_place: Floats, both_from: Floats) -> Floats:
    """Shares of each region's young people [region, sex, free meals, English and maths], adding up to one in a region.

    `both_from` [sex] is the place from which people have level 2 with English and maths at 16.
    """
    sizes = _segment_sizes(segment_place)
    edges = np.concatenate([np.zeros((2, 1)), segment_place, np.ones((2, 1))], axis=1)
    above = np.clip((edges[:, 1:] - both_from[:, None]) / sizes, 0.0, 1.0)  # part of each segment [sex, segment]
    shares = young_segments(young, segment_place)  # [region, sex, segment]
    eligible = young[:, 1] / young.sum(1)
    groups = np.stack([1 - eligible, eligible], axis=1)  # [region, free meals, segment]
    parts = np.stack([1 - above, above], axis=1)  # [sex, English and maths, segment]
    result: Floats = 0.5 * np.einsum("rsg,rfg,sag->rsfa", shares, groups, parts)
    return result


def higher_education_places(sources: Sources, places: Floats, sexes: Floats) -> Floats:
    """From which place somebody without level 4 is in higher education [age 16..30, born from September, sex].

    At academic age 18 (the age on 31 August before) as many as take part; at 19 to 21 as many as enter by 19; and
    at any age from 19 everybody whose place means level 4 within three years. Apprentices, who may stand anywhere,
    leave the places of students to others.
    """
    known = routes.participation(sources)
    entry = known["higher_education_full_time"][18] / (1 - known["apprenticeship"][18])
    by_19 = higher_education_by_19(sources)["all"] / (1 - sources.figure("young_adult_apprentices"))
    level4 = 1 - places[..., -1]
    found = np.ones((LAST_STUDENT_AGE - axes.FIRST_AGE + 1, 2, 2))
    for row in range(len(found)):
        for late in (0, 1):
            academic = row + axes.FIRST_AGE - late
            if academic == 18:
                found[row, late] = 1 - (entry * sexes + level4[row])
            elif academic > 18:
                soon = level4[row + _YEARS_OF_HIGHER_EDUCATION]
                found[row, late] = 1 - (np.maximum(by_19 * sexes, soon) if academic <= 21 else soon)
    return found


def students_by_age(places: Floats, students: Floats) -> Floats:
    """Share in higher education [age, sex, qualification] of the people of a place and age, at published levels."""
    found = np.zeros((len(axes.AGES), 2, len(axes.QUALIFICATIONS)))
    edges = np.concatenate([np.zeros((*places.shape[:2], 1)), places, np.ones((*places.shape[:2], 1))], axis=-1)
    start = (students * np.array([5, 7])[:, None] / 12).sum(1)  # births are spread evenly over the months
    for level in range(len(axes.QUALIFICATIONS) - 1):
        low, high = edges[: len(start), :, level], edges[: len(start), :, level + 1]
        found[: len(start), :, level] = np.clip(high - np.maximum(low, start), 0, None) / (high - low)
    return found


def _logit(share: Floats | float) -> Floats:
    return np.log(np.asarray(share) / (1 - np.asarray(share)))


def _shift_to_mean(odds: Floats, weight: Floats, wanted: float) -> Floats:
    """Shares with these log-odds, all moved alike until their weighted mean is `wanted`."""
    low, high = -10.0, 10.0
    for _ in range(60):
        middle = (low + high) / 2
        shares = 1 / (1 + np.exp(-(odds + middle)))
        low, high = (middle, high) if np.average(shares, weights=weight) < wanted else (low, middle)
    return shares


# -- what each person starts with


def assign(people: People, residents: int, fitted: Study, seed: int, reference_year: int) -> None:
    """Give every row of a new block what it starts with; the first `residents` rows are there at the reference date."""
    words = np.empty((4, len(people.id)), np.uint32)
    compile_driver(first_study)(people, words, Study(*fitted), residents, seed, reference_year)


def first_study(people, words, fitted, residents, seed, reference_year):  # type: ignore[no-untyped-def]
    """The place, free meals, attainment at 16 and ranks of every row.

    The place of somebody who turns 16 later is drawn from those of the region's young people, and says the level held;
    for everybody else it lies inside the stretch of the level held, drawn likewise up to LAST_YOUNG_AGE.
    """
    count = people.id.size
    random_words(words, people.id, seed, 0, 0, FIRST_STUDY, count)
    oldest = fitted.level_place.shape[0] - 1
    levels = fitted.level_place.shape[2]
    for i in range(count):
        sex, area, level = people.sex[i], people.area[i], people.qualification[i]
        age = people.entry_year[i] - people.cohort[i] - 1
        if i < residents:
            age = reference_year - people.cohort[i] - int(people.birth_month[i] >= _MID_YEAR)
        row = min(max(age - ENTRY_AGE, 0), oldest)
        low, high = 0.0, 1.0
        turns_16 = (people.id[i] >> _ORIGIN_SHIFT) & _ORIGINS == _TURNS_16
        if not turns_16:
            low = fitted.level_place[row, sex, level - 1] if level > 0 else 0.0
            high = fitted.level_place[row, sex, level] if level < levels else 1.0
        draw = np.float64(words[0, i]) / PLACE
        starts = fitted.segment_place[sex]
        place = low + draw * (high - low)
        if age <= LAST_YOUNG_AGE:
            place = place_between(low, high, draw, starts, fitted.young_segment[area, sex])
        if turns_16:
            people.qualification[i] = passed(place, fitted.level_place[0, sex])
        people.learning_rank[i] = np.uint32(min(place * PLACE, PLACE - 1.0))
        eligible = fitted.free_meals[area, passed(place, starts)]
        people.free_meals[i] = int(np.float64(words[1, i]) / PLACE < eligible)
        people.attainment[i] = passed(place, fitted.attainment_place[sex])
        people.study_rank[i] = words[2, i]
        people.learner_rank[i] = words[3, i]


@kernel
def passed(place, starts):  # type: ignore[no-untyped-def]
    """How many of the rising `starts` are at or below a place."""
    number = 0
    for start in starts:
        number += int(place >= start)
    return number


@kernel
def place_between(low, high, draw, starts, shares):  # type: ignore[no-untyped-def]
    """The place between `low` and `high` below which lies the part `draw` of the people there.

    `shares` of people are spread evenly over each segment; segments after the first begin at `starts`.
    """
    whole = people_below(high, starts, shares) - people_below(low, starts, shares)
    wanted = people_below(low, starts, shares) + draw * whole
    begin, below = 0.0, 0.0
    for segment in range(shares.size):
        end = starts[segment] if segment < starts.size else 1.0
        if wanted < below + shares[segment] or segment == starts.size:
            return min(max(begin + (wanted - below) / shares[segment] * (end - begin), low), high)
        below += shares[segment]
        begin = end
    return high


@kernel
def people_below(place, starts, shares):  # type: ignore[no-untyped-def]
    """The share of people below a place."""
    total, begin = 0.0, 0.0
    for segment in range(shares.size):
        end = starts[segment] if segment < starts.size else 1.0
        total += shares[segment] * min(max((place - begin) / (end - begin), 0.0), 1.0)
        begin = end
    return total
