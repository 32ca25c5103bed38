"""Makes the residents of a population out of a survey's answers: what was not asked is drawn, weights are raked.

Blocks take whole households in a fixed order, by local authority, then household in the order of the file. What is
drawn here depends on the person's numbers in the survey alone: it is the same at every seed and in every order of rows.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from microsim.errors import InputError, Problem
from microsim.kernels.float32 import normal_draws
from microsim.kernels.jit import compile_driver
from microsim.kernels.random import SURVEY, random_words
from microsim.population import columns as axes
from microsim.population.columns import Band
from microsim.population.health import Health
from microsim.population.microdata import UNKNOWN, Answers, SurveySettings
from microsim.population.pay import SCORES
from microsim.population.people import ENTRY_AGE, NOBODY, People
from microsim.population.raking import Floats, Whole, effective_size, rake, whole_thousandths
from microsim.population.registry import COLUMNS, FAMILY, PARENTS

if TYPE_CHECKING:
    from microsim.population.source import Population

GENERATIONS = 3  # in one house, at most
FEWEST = 5  # people of the survey in a cell of the raking
RAKED_WITHIN = 1e-6  # relative miss of a margin above which the raking has failed
LARGEST_WEIGHT = 2_000_000  # people; thousandths must fit int32
MONTHS_BEFORE_MID_YEAR = 3  # from 1 April to 30 June
TRAITS = ("ethnicity", "disabled", "carer")  # columns of people that are the registry's codes
_WORDS = 2.0**32
FEMALE = axes.SEXES.index("female")


class Families(NamedTuple):
    """Who lives with whom, as numbers of respondents."""

    head: Whole
    partner: Whole  # NOBODY without
    living: Whole
    parity: Whole
    children: Whole  # under 16
    youngest: Whole  # [people, 3] financial years of birth of the youngest children, 0 for none


class Raking(NamedTuple):
    """How the weights were brought to the population's margins."""

    rounds: int
    cells: int
    pooled: tuple[str, ...]  # categories with too few people for a cell of their own
    before: float  # what the survey's weights add up to, people aged 16 and over
    smallest: float  # smallest adjustment, relative to the average one
    largest: float


@dataclass(frozen=True)
class Survey:
    """The people of a survey aged 16 and over, in the order of `number`; arrays are read-only and of equal length."""

    names: dict[str, int]  # what the survey calls a person -> number here
    first: Whole  # [areas + 1] number of the first in each area
    turn: Whole  # number of the person's household in its area, from 0
    age: Whole  # at mid-year of the reference year; 90 for 90 and over
    sex: Whole
    state: Whole  # qualification x statuses + status
    weight: Whole  # thousandths of a person
    lasting: Floats  # lasting earning power, NaN where pay is not known
    traits: dict[str, Whole]  # of TRAITS, those the survey has, UNKNOWN where it says nothing
    families: Families | None
    columns: tuple[tuple[str, str, int], ...]  # name, where it comes from, people with it given
    raking: Raking | None
    households: int
    left_out: int  # people under 16 whose households are not known
    digest: str

    @property
    def mean_weight(self) -> int:
        """Thousandths of a person that a respondent stands for on average."""
        return max(round(float(self.weight.mean())), 1)

    @property
    def effective_people(self) -> float:
        """The respondents of an equally weighted survey with the same sampling error."""
        return effective_size(self.weight.astype(np.float64))

    def numbers(self, area: int, first: int, step: int) -> Whole:
        """Numbers in an area of the people of every `step`-th household from `first`."""
        turn = self.turn[self.first[area] : self.first[area + 1]]
        found: Whole = np.flatnonzero(turn % step == first)
        return found

    def area_and_number(self, person: int) -> tuple[int, int]:
        """The area and the number in it of a respondent."""
        area = int(np.searchsorted(self.first, person, side="right")) - 1
        return area, person - int(self.first[area])

    def settle(self, people: People, residents: int, respondent: Whole, area: Whole, health: Health) -> None:
        """Give the first rows of a block, who are `respondent` [residents], what the survey says of them."""
        rows = slice(0, residents)
        people.area[rows] = area
        for name, values in self.traits.items():
            known = values[respondent]
            column = getattr(people, name)[rows]
            column[:] = np.where(known >= 0, known, column)
        who = (area, self.age[respondent] - ENTRY_AGE, self.sex[respondent])
        for name, rank, prevalence in (
            ("disabled", people.disability_rank, health.disability),
            ("carer", people.care_rank, health.care),
        ):
            if name in self.traits:
                rank[rows] = rank_within(getattr(people, name)[rows], rank[rows], prevalence[who].astype(np.float64))
        if self.families is None:
            return
        row_of = np.full(len(self.age), NOBODY, np.int64)
        row_of[respondent] = np.arange(residents)
        families = self.families
        partner = families.partner[respondent]
        people.household[rows] = row_of[families.head[respondent]]
        people.partner[rows] = np.where(partner >= 0, row_of[partner], NOBODY)
        people.living[rows] = families.living[respondent]
        people.parity[rows] = families.parity[respondent]
        people.children[rows] = families.children[respondent]
        for column, place in zip((people.child_1, people.child_2, people.child_3), range(3), strict=True):
            column[rows] = families.youngest[respondent, place]


def rank_within(state: np.ndarray, rank: np.ndarray, prevalence: Floats) -> np.ndarray:
    """Ranks (uint32) below the prevalence for people in the state, above it for others: uniform on their side of it.

    A rank keeps its relative place on the side where it was, so that ranks that agree already stay.
    """
    place = rank / _WORDS
    inside = place < prevalence
    relative = np.where(inside, place / prevalence, (place - prevalence) / (1.0 - prevalence))
    moved = np.where(state, relative * prevalence, prevalence + relative * (1.0 - prevalence)) * _WORDS
    edge = np.floor(prevalence * _WORDS)
    moved = np.where(state, np.minimum(moved, edge - 1.0), np.maximum(moved, edge + 1.0))
    result: np.ndarray = np.where(inside == (state != 0), rank, np.clip(moved, 0.0, _WORDS - 1.0)).astype(np.uint32)
    return result


def survey_draws(words, normal, identity):  # type: ignore[no-untyped-def]
    """The draws that complete a respondent's answers, and a normal one made of the last word."""
    random_words(words, identity, 0, 0, 0, SURVEY, identity.size)
    normal_draws(words[3], normal, identity.size)


def _draws(names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Uniform words [4, people] and a normal draw for each name."""
    identity = np.array([int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big")
                         for name in names], np.uint64)  # fmt: skip
    words, normal = np.empty((4, len(names)), np.uint32), np.empty(len(names), np.float32)
    compile_driver(survey_draws)(words, normal, identity)
    return words, normal


def make_survey(base: Population, answers: Answers, settings: SurveySettings) -> Survey:
    """The people of a survey. Raises InputError when there are too few, or the raking does not succeed."""
    adults = answers.adults
    names, household_names = _names(answers)
    words, shock = _draws([names[row] for row in adults])
    age, sex, region = (one[adults] for one in (answers.age, answers.codes["sex"], answers.codes["region"]))
    age = np.minimum(age, axes.LAST_AGE)
    top = answers.mapping["age"].top
    if top is not None:
        age = np.where(age >= top, _ages_from(base, top, region, sex, words[2]), age)
    house = np.unique(answers.household[adults], return_inverse=True)[1]
    first_member = np.unique(house, return_index=True)[1]
    area = _local_authorities(base, answers, adults, house, first_member, age, household_names)
    qualification, status = _states(base, answers, adults, region, age, sex, words)
    people = _Raw(region, age, sex, qualification, status, house)
    design = np.bincount(house, answers.numbers["weight"][adults]) / np.bincount(house)
    weight, raking = _weights(base, answers, settings, people, design)
    order = np.lexsort((adults, house, area))
    number = np.empty(len(order), np.int64)
    number[order] = np.arange(len(order))
    first = np.searchsorted(area[order], np.arange(len(base.area_codes) + 1))
    turn = _turns(house[order], first)
    lasting = np.full(len(adults), np.nan)
    if "pay" in answers.numbers:
        pay = np.where(status == axes.EMPLOYEE, answers.numbers["pay"][adults], np.nan)
        pay = np.where(pay > 0, pay, np.nan)
        score = pay_scores(pay, area, age, sex, weight[house], base.jobs.pay_by_area)
        lasting = lasting_part(score, qualification, weight[house], shock, base)
    traits = {name: answers.codes[name][adults][order] for name in TRAITS if name in answers.codes}
    families = _families(base, answers, names, number) if set(FAMILY) <= set(answers.mapping) else None
    arrays = {
        "first": first, "turn": turn, "age": age[order], "sex": sex[order],
        "state": (qualification * len(axes.STATUSES) + status)[order], "weight": weight[house][order],
        "lasting": lasting[order],
    }  # fmt: skip
    for array in arrays.values():
        array.setflags(write=False)
    return Survey(
        names={names[row]: int(number[at]) for at, row in enumerate(adults.tolist())},
        **arrays,
        traits=traits,
        families=families,
        columns=_columns(answers, adults),
        raking=raking,
        households=len(design),
        left_out=0 if "household" in answers.mapping else len(answers.age) - len(adults),
        digest=answers.digest,
    )


class _Raw(NamedTuple):
    """Adults in the order of the file, every answer complete."""

    region: Whole
    age: Whole
    sex: Whole
    qualification: Whole
    status: Whole
    house: Whole  # from 0


def _names(answers: Answers) -> tuple[list[str], list[str]]:
    """What each person and household is called: `household/person`, with the row where there is no number."""
    lines = [str(line) for line in answers.sheet.lines]
    persons = answers.labels.get("person", lines)
    if "household" not in answers.labels:
        return persons, persons
    houses = answers.labels["household"]
    return [f"{house}/{person}" for house, person in zip(houses, persons, strict=True)], houses


def _choose(chances: np.ndarray, word: np.ndarray) -> Whole:
    """An index for each row of `chances` [rows, choices], which need not add up to one."""
    running = np.cumsum(chances, axis=1)
    place = word * 2.0**-32 * running[:, -1]
    chosen: Whole = np.minimum((running <= place[:, None]).sum(1), chances.shape[1] - 1).astype(np.int64)
    return chosen


def _ages_from(base: Population, top: int, region: Whole, sex: Whole, word: np.ndarray) -> Whole:
    """Single ages of people known to be `top` or older."""
    older = base.joint.sum((3, 4), dtype=np.int64)[:, top - ENTRY_AGE :]
    by_region = _by_region(base, older)
    return top + _choose(by_region.transpose(0, 2, 1)[region, sex], word)


def _by_region(base: Population, by_area: np.ndarray) -> np.ndarray:
    starts = np.searchsorted(base.area_region, np.arange(len(base.region_codes)))
    return np.add.reduceat(by_area, starts, axis=0)


def _local_authorities(
    base: Population, answers: Answers, adults: Whole, house: Whole, first_member: Whole, age: Whole, names: list[str]
) -> Whole:
    """Local authority of each adult; where not given one of the region, by where people like the first member live."""
    rows = adults[first_member]
    given = answers.codes.get("area", np.full(len(answers.age), UNKNOWN))[rows]
    missing = np.flatnonzero(given == UNKNOWN)
    area = given.copy()
    if len(missing):
        word = _draws([f"household {names[row]}" for row in rows[missing]])[0][1]
        people = base.joint.sum((3, 4), dtype=np.int64)  # [area, age, sex]
        region, sex = answers.codes["region"][rows[missing]], answers.codes["sex"][rows[missing]]
        here = age[first_member][missing] - ENTRY_AGE
        for number in range(len(base.region_codes)):
            own = np.flatnonzero(region == number)
            areas = np.flatnonzero(base.area_region == number)
            if len(own):
                chances = people[areas][:, here[own], sex[own]].T
                area[missing[own]] = areas[_choose(chances, word[own])]
    return area[house]


def _states(
    base: Population, answers: Answers, adults: Whole, region: Whole, age: Whole, sex: Whole, words: np.ndarray
) -> tuple[Whole, Whole]:
    """Qualification and work status; what is missing is drawn from people of the region, age, sex and what is known."""
    levels, statuses = len(axes.QUALIFICATIONS), len(axes.STATUSES)
    nothing = np.full(len(answers.age), UNKNOWN)
    qualification = answers.codes.get("qualification", nothing)[adults].copy()
    status = answers.codes.get("work_status", nothing)[adults].copy()
    rows = np.flatnonzero((qualification == UNKNOWN) | (status == UNKNOWN))
    joint = _by_region(base, base.joint)
    fallback = joint.sum((0, 1, 2))
    for part in np.array_split(rows, len(rows) // 50_000 + 1):
        chances = joint[region[part], age[part] - ENTRY_AGE, sex[part]].astype(np.float64)
        chances = chances + 1e-9 * fallback  # where nobody like that with the known answer lives in the region
        for known, axis, length in ((qualification[part], 1, levels), (status[part], 2, statuses)):
            allowed = (known[:, None] == np.arange(length)) | (known[:, None] == UNKNOWN)
            chances = chances * np.expand_dims(allowed, 3 - axis)
        state = _choose(chances.reshape(len(part), -1), words[0][part])
        qualification[part], status[part] = state // statuses, state % statuses
    return qualification, status


def _turns(house: Whole, first: Whole) -> Whole:
    """The number of each person's household in its area, people being in order of area and household."""
    new = np.diff(house, prepend=-1) != 0
    count = np.cumsum(new) - 1
    turn = count.copy()
    for start, end in pairwise(first.tolist()):
        turn[start:end] -= count[start] if start < end else 0
    return turn


# -- weights


def _weights(
    base: Population, answers: Answers, settings: SurveySettings, people: _Raw, design: Floats
) -> tuple[Whole, Raking | None]:
    """Household weights in thousandths of a person."""
    members = np.bincount(people.house)
    before = float((design * members).sum())
    raking = None
    weight = design
    if settings.rake:
        cells, targets, labels, pooled = _margins(base, answers, settings.bands, people)
        raked = rake(design, people.house, cells, targets)
        weight = raked.weight
        if raked.miss > RAKED_WITHIN:
            raise InputError(
                Problem(
                    f"{answers.sheet.path}: no weights meet every margin of the population; after {raked.rounds} "
                    f"rounds the worst is {labels[raked.worst]}",
                    None,
                    f"{raked.miss:.1%} off",
                    "fewer age_bands, or rake: false",
                )
            )
        change = weight / design
        change = change / (weight * members).sum() * before
        raking = Raking(raked.rounds, len(targets), pooled, before, float(change.min()), float(change.max()))
    if weight.max() > LARGEST_WEIGHT:
        raise InputError(
            Problem(
                f"{answers.sheet.path}: somebody would stand for too many people",
                None,
                f"{weight.max():,.0f}",
                f"at most {LARGEST_WEIGHT:,}; a larger survey, or fewer age_bands",
            )
        )
    return whole_thousandths(weight, members), raking


def _margins(
    base: Population, answers: Answers, bands: tuple[Band, ...], people: _Raw
) -> tuple[Whole, Floats, list[str], tuple[str, ...]]:
    """Cells [people, 3] of the margins, targets [cells], what each cell is called, and what was pooled.

    Region x age band x sex; qualification and work status within each age band, over England. In the last two,
    categories with fewer than FEWEST people of the survey are pooled.
    """
    joint = _by_region(base, base.joint.astype(np.float64))
    starts = np.array([band.first - axes.FIRST_AGE for band in bands])
    by_band = np.add.reduceat(joint, starts, axis=1)  # [region, band, sex, qualification, status]
    band = np.searchsorted(starts, people.age - axes.FIRST_AGE, side="right") - 1
    regions, sexes = len(base.region_codes), len(axes.SEXES)
    first = (people.region * len(bands) + band) * sexes + people.sex
    targets = by_band.sum((3, 4)).reshape(-1)
    labels = [f"{region}, {one.label}, {sex}" for region in base.region_names for one in bands for sex in axes.SEXES]
    _check_cells(answers, base, first, people.region, regions, labels)
    cells, all_targets, pooled = [first], [targets], []
    for names, values, away in (
        (axes.QUALIFICATIONS, people.qualification, (0, 2, 4)),
        (axes.STATUSES, people.status, (0, 2, 3)),
    ):
        known = by_band.sum(away)  # [band, category]
        counts = np.bincount(band * len(names) + values, minlength=known.size).reshape(known.shape)
        group = np.empty(known.shape, np.int64)
        total = sum(map(len, all_targets))
        for at, one in enumerate(bands):
            group[at], members = _pool(counts[at], known[at], total)
            total += len(members)
            for together in members:
                labels.append(f"{one.label}, {' or '.join(names[category] for category in together)}")
                if len(together) > 1:
                    pooled.append(labels[-1])
            all_targets.append(np.array([known[at][together].sum() for together in members]))
        cells.append(group[band, values])
    return np.stack(cells, axis=1), np.concatenate(all_targets), labels, tuple(pooled)


def _pool(counts: Whole, targets: Floats, first: int) -> tuple[Whole, list[list[int]]]:
    """Numbers of cells from `first` for categories, and the categories of each cell.

    A category with too few people, or that nobody should have, is pooled with the next one (the last with the one
    before), so that the retired join the inactive and a qualification the nearest level.
    """
    members = [[at] for at in range(len(counts))]
    at = 0
    while at < len(members) and len(members) > 1:
        if counts[members[at]].sum() >= FEWEST and targets[members[at]].sum() > 0:
            at += 1
            continue
        other = at + 1 if at + 1 < len(members) else at - 1
        low, high = min(at, other), max(at, other)
        members[low] += members.pop(high)
        at = low
    group = np.empty(len(counts), np.int64)
    for place, together in enumerate(members):
        group[together] = first + place
    return group, members


def _check_cells(
    answers: Answers, base: Population, cell: Whole, region: Whole, regions: int, labels: list[str]
) -> None:
    """Raise InputError when a region has nobody, or a cell of region, age band and sex has too few people."""
    path = answers.sheet.path
    empty = np.flatnonzero(np.bincount(region, minlength=regions) == 0)
    if len(empty):
        names = ", ".join(base.region_names[at] for at in empty)
        raise InputError(
            Problem(f"{path}: nobody aged 16 or over lives in {names}", expected="people in every region of England")
        )
    count = np.bincount(cell, minlength=len(labels))
    few = np.flatnonzero(count < FEWEST)
    if len(few):
        raise InputError(
            Problem(
                f"{path}: too few people to rake in {labels[few[0]]} ({len(few)} of {len(labels)} cells)",
                None,
                str(count[few[0]]),
                f"at least {FEWEST}; give the survey fewer and wider age_bands, or rake: false",
            )
        )


# -- pay and families


def pay_scores(pay: Floats, area: Whole, age: Whole, sex: Whole, weight: Whole, by_area: np.ndarray) -> Floats:
    """Normal scores of pay within age band and sex, NaN where pay is not known.

    `by_area` [areas, points] is how pay in an area differs from the curve by age and sex at a score: ranks are first
    taken of pay as it is, then of pay less the area's difference at that score.
    """
    score = _ranked(pay, age, sex, weight)
    point = np.rint(np.interp(np.nan_to_num(score), SCORES, np.arange(len(SCORES)))).astype(np.int64)
    return _ranked(pay / by_area[area, point], age, sex, weight)


def _ranked(pay: Floats, age: Whole, sex: Whole, weight: Whole) -> Floats:
    """Normal scores of weighted ranks within age band and sex."""
    score = np.full(len(pay), np.nan)
    band = np.searchsorted([one.first for one in axes.PAY_BANDS], age, side="right") - 1
    for group in range(len(axes.PAY_BANDS) * 2):
        rows = np.flatnonzero((band * 2 + sex == group) & ~np.isnan(pay))
        if not len(rows):
            continue
        values, place = np.unique(pay[rows], return_inverse=True)
        people = np.bincount(place, weight[rows].astype(np.float64), len(values))
        middle = (np.cumsum(people) - people / 2) / people.sum()
        score[rows] = normal_quantile(middle)[place]
    return score


def lasting_part(score: Floats, qualification: Whole, weight: Whole, shock: np.ndarray, base: Population) -> Floats:
    """Lasting earning power given the score of pay, which also has a shift for the qualification and a passing part.

    Of the score less the shift, z after standardising, the lasting part has a share s of the variance. Given z it is
    normal with mean sqrt(s) z and variance 1 - s: the place in the distribution is kept as far as it lasts.
    """
    rest = score - base.jobs.pay_by_qualification[qualification]
    known = ~np.isnan(rest)
    if not known.any():
        return rest
    mean = np.average(rest[known], weights=weight[known])
    variance = np.average((rest[known] - mean) ** 2, weights=weight[known])
    if variance <= 0:
        return np.full(len(score), np.nan)
    share = min(unexplained_variance(base) * base.persistent_share / variance, 1.0)
    found: Floats = np.sqrt(share) * (rest - mean) / np.sqrt(variance) + np.sqrt(1.0 - share) * shock
    return found


def unexplained_variance(base: Population) -> float:
    """Variance of employees' scores of pay without what qualification and job explain, over all jobs."""
    employees = base.jobs.shares[:, :, axes.EMPLOYEE].mean(0)  # [sex, industry, sector]
    return float(np.average(base.jobs.pay_spread_by_job**2, weights=employees))


def normal_quantile(share: Floats) -> Floats:
    """Standard normal scores of shares strictly between 0 and 1."""
    from statistics import NormalDist

    inverse = NormalDist().inv_cdf
    return np.array([inverse(one) for one in share.tolist()])


def _families(base: Population, answers: Answers, names: list[str], number: Whole) -> Families:
    """Who lives with whom, with children under 16 counted on the person who cares for them."""
    age, sex, house = answers.age, answers.codes["sex"], answers.household
    rows = answers.adults
    nobody = np.full(len(age), UNKNOWN)
    partner = answers.relatives["partner"]
    mother, father = (answers.relatives.get(name, nobody) for name in PARENTS)
    at = np.full(len(age) + 1, UNKNOWN)  # the last for nobody
    at[rows] = number
    with_parent = ((mother >= 0) | (father >= 0)) & (partner < 0)
    parents = np.zeros(len(age), bool)
    for one in (mother, father):
        parents[one[one >= 0]] = True
    adults_in_house = np.bincount(house[rows], minlength=int(house.max()) + 1)
    alone = adults_in_house[house] == 1
    living = np.full(len(age), axes.SHARING)
    children, youngest, carer = _children(base, answers, names, mother, father)
    living[alone | parents | (partner >= 0) | (children > 0)] = axes.OWN
    living[with_parent] = axes.WITH_PARENTS
    home = np.arange(len(age))  # the row of the head: families of one house who are not parent and child live apart
    paired = (partner >= 0) & (living == axes.OWN)
    home[paired] = np.minimum(home, partner)[paired]
    shares = rows[living[rows] == axes.SHARING]
    first = np.full(len(adults_in_house), UNKNOWN)
    first[house[shares][::-1]] = shares[::-1]
    home[shares] = first[house[shares]]
    parent = np.where(mother >= 0, mother, father)
    for _ in range(GENERATIONS):
        home[with_parent] = home[parent[with_parent]]
    born = np.bincount(mother[mother >= 0], minlength=len(age))
    woman = sex == FEMALE
    parity = np.where(woman, np.maximum(born, np.where(carer, children, 0)), 0)
    order = np.empty(len(rows), np.int64)
    order[number] = rows
    return Families(
        at[home[order]], at[partner[order]], living[order], np.minimum(parity, 255)[order],
        np.minimum(children, 255)[order], youngest[order],
    )  # fmt: skip


def _children(
    base: Population, answers: Answers, names: list[str], mother: Whole, father: Whole
) -> tuple[Whole, Whole, np.ndarray]:
    """Children under 16 of each person, birth years of the three youngest, and whether they are believed to be theirs.

    A child is with the mother; else with the father's woman partner, or the father; without either in the household
    with its youngest woman who is old enough to be the mother, else its oldest person.
    """
    age, sex, partner = answers.age, answers.codes["sex"], answers.relatives["partner"]
    kids = np.flatnonzero(age < axes.FIRST_AGE)
    children, youngest = np.zeros(len(age), np.int64), np.zeros((len(age), 3), np.int64)
    if not len(kids):
        return children, youngest, np.zeros(len(age), bool)
    month = _draws([names[row] for row in kids])[0][2].astype(np.uint64) * 12 >> 32
    born = base.reference_year - age[kids] - (month >= MONTHS_BEFORE_MID_YEAR)
    adults_of: dict[int, list[int]] = {}
    for row in answers.adults.tolist():
        adults_of.setdefault(int(answers.household[row]), []).append(row)
    years: dict[int, list[int]] = {}
    for kid, year in zip(kids.tolist(), born.tolist(), strict=True):
        carer = int(mother[kid])
        if carer < 0 and father[kid] >= 0:
            dad = int(father[kid])
            step = int(partner[dad])
            carer = step if step >= 0 and sex[step] == FEMALE else dad
        if carer < 0:
            home = adults_of[int(answers.household[kid])]
            women = [row for row in home if sex[row] == FEMALE and age[row] - age[kid] >= axes.FIRST_AGE]
            carer = min(women, key=lambda row: age[row]) if women else max(home, key=lambda row: age[row])
        years.setdefault(carer, []).append(year)
    for carer, known in years.items():
        known.sort(reverse=True)
        children[carer] = len(known)
        youngest[carer, : min(len(known), 3)] = known[:3]
    return children, youngest, children > 0


def _columns(answers: Answers, adults: Whole) -> tuple[tuple[str, str, int], ...]:
    """For each column of the registry: where it comes from, and how many people of 16 and over have it given."""
    found = []
    for name, column in COLUMNS.items():
        given = _given(answers, adults, name)
        if name not in answers.mapping:
            source = "given by the local authority" if name == "region" else column.without
        elif column.gaps and given < len(adults):
            source = f"the survey; where missing {column.gaps}"
        else:
            source = "the survey"
        found.append((name, source, given))
    return tuple(found)


def _given(answers: Answers, adults: Whole, name: str) -> int:
    """People of 16 and over of whom the survey says something in a column."""
    if name not in answers.mapping:
        return 0
    if name in answers.labels:
        return sum(bool(answers.labels[name][row]) for row in adults.tolist())
    if name in answers.numbers:
        return int((~np.isnan(answers.numbers[name][adults])).sum())
    return int((answers.codes["area" if name == "local_authority" else name][adults] >= 0).sum())
