"""Adult learners: who learns, who pays, and who gains a qualification after youth.

*Taught learning* is the Adult Education Survey's: formal (towards a recognised qualification) or not, in the last
twelve months, of people aged 19 and over. Students and apprentices are learners by another name: `learning` is for
everybody else. The chance of any is additive on the logit scale in age, qualification, work status and sex. Loans and
public funding are counts; of the rest, employers pay for most of their employees' and learners for part of the others.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from microsim.population import columns as axes
from microsim.population.columns import Band, bands
from microsim.population.ipf import Floats
from microsim.population.joint import QUALIFICATION_SCORE, WORK_SCORE, log_odds_by_level
from microsim.population.margins import Table
from microsim.population.rooms import Sources

FIGURES = (
    "formal_learners_also_non_formal", "degree_share_of_level4plus", "full_time_share_of_work",
    "young_adult_apprentices", "older_apprentices", "advanced_learner_loans", "advanced_learner_loans_under_24",
    "publicly_funded_under_25", "publicly_funded_50_plus", "publicly_funded_unemployed", "publicly_funded_inactive",
    "publicly_funded_retired", "publicly_funded_level4plus", "employer_pays", "learner_pays", "adult_gain_of_level2",
    "adult_gain_of_level3", "adult_gain_of_level4plus", "without_the_level",
)  # fmt: skip
LEARNER_BANDS = bands("19-24", "25-34", "35-44", "45-54", "55-64", "65+")
GAIN_BANDS = bands("35-44", "45-54", "55-64")
GAINED = ("level2", "level3", "level4plus")
_SURVEY_AGES = ("19 to 24", "25 to 34", "35 to 44", "45 to 54", "55 to 64", "65 and over")
_SURVEY_LEVELS = {  # highest qualification of the model: of the survey
    "none": "no qualification", "other": "other qualification", "level1": "gcse or equivalent",
    "level2": "gcse or equivalent", "apprenticeship": "a level or equivalent", "level3": "a level or equivalent",
}  # fmt: skip
_INACTIVE = ("permanently disabled", "fulfilling domestic tasks", "other inactive")
_LEVEL4PLUS = axes.QUALIFICATIONS.index("level4plus")
_FROM = {  # who can gain what: a step or two up the ladder
    "level2": ("none", "other", "level1"),
    "level3": ("other", "level1", "level2", "apprenticeship"),
    "level4plus": ("level2", "apprenticeship", "level3"),
}


class Survey(NamedTuple):
    """Taught learning in twelve months: shares by band of age, qualification, work status and sex; formal by age."""

    age: Floats
    qualification: Floats
    status: Floats
    sex: Floats
    formal_by_age: Floats


def fit_learners(sources: Sources, students: Floats) -> Floats:
    """Chance [band, sex, qualification, status, payer] of learning, payers being ADULT_LEARNING after "none".

    `students` is the share of people [age, sex, qualification] in higher education.
    """
    people = adults(sources)
    studying = studying_share(sources, students, people)
    left = people * (1 - studying)
    survey = read_survey(sources)
    by_level_and_work = sources.joint.learning_by_qualification_and_work * np.outer(QUALIFICATION_SCORE, WORK_SCORE)
    rate = fit_participation(survey, people, studying, by_level_and_work)
    loan = loan_chance(sources, survey, left)
    public = public_chance(sources, left)
    rate = np.maximum(rate, 1.05 * (loan + public))
    rest = rate - loan - public
    by_employer = np.zeros_like(rest)
    paid = employer_share(sources, (rest * left)[..., axes.EMPLOYEE].sum((0, 1)))
    by_employer[..., axes.EMPLOYEE] = rest[..., axes.EMPLOYEE] * paid
    by_learner = (rest - by_employer) * sources.figure("learner_pays")
    return np.stack([by_employer, by_learner, loan, public, rest - by_employer - by_learner], axis=-1)


def employer_share(sources: Sources, weight: Floats) -> Floats:
    """Share of learning employees by qualification whose employer pays, `employer_pays` of all weighed by `weight`."""
    mean, odds = sources.figure("employer_pays"), log_odds_by_level(sources.joint.employer_payment_by_qualification)
    low, high = mean / (1 - mean) * np.exp(-np.array([1.0, -1.0]) * np.abs(odds).max())
    for _ in range(60):
        middle = np.sqrt(low * high)
        share = middle * np.exp(odds) / (1 + middle * np.exp(odds))
        low, high = (middle, high) if np.average(share, weights=weight) < mean else (low, middle)
    result: Floats = share if odds.any() else np.full(len(odds), mean)
    return result


def adults(sources: Sources) -> Floats:
    """People [band, sex, qualification, status] aged 19 and over."""
    by_age = sources.people.sum(0, dtype=np.float64)
    return np.stack([by_age[band.rows].sum(0) for band in LEARNER_BANDS])


def studying_share(sources: Sources, students: Floats, people: Floats) -> Floats:
    """Share of people [band, sex, qualification, status] in higher education or an apprenticeship."""
    by_age = sources.people.sum(0, dtype=np.float64)
    higher = [
        (by_age[band.rows] * students[band.rows][..., None]).sum(0) / np.maximum(people[at], 1.0)
        for at, band in enumerate(LEARNER_BANDS)
    ]
    share = np.stack(higher)
    bands_of = {"young_adult_apprentices": slice(0, 1), "older_apprentices": slice(1, 4)}
    for name, rows in bands_of.items():  # an apprentice is an employee
        employees = people[rows, ..., axes.EMPLOYEE].sum()
        share[rows, :, :, axes.EMPLOYEE] += sources.figure(name) * people[rows].sum() / employees
    result: Floats = np.minimum(share, 0.95)
    return result


def read_survey(sources: Sources) -> Survey:
    """The survey's margins. Levels and statuses of the model are means of the survey's, weighed as the figures say."""
    table = Table(sources.tables / "adult_education_survey_2016.csv")
    overlap = sources.figure("formal_learners_also_non_formal")
    formal, other = table.floats("formal") / 100, table.floats("non_formal") / 100
    pairs = list(zip(table.text("dimension"), table.text("category"), strict=True))
    any_ = dict(zip(pairs, other + formal * (1 - overlap), strict=True))
    only_formal = dict(zip(pairs, formal, strict=True))
    degree = sources.figure("degree_share_of_level4plus")
    levels = [any_["qualification", _SURVEY_LEVELS[level]] for level in axes.QUALIFICATIONS[:-1]]
    higher = any_["qualification", "degree or equivalent"], any_["qualification", "higher education"]
    levels.append(degree * higher[0] + (1 - degree) * higher[1])
    full = sources.figure("full_time_share_of_work")
    work = full * any_["status", "full-time"] + (1 - full) * any_["status", "part-time"]
    inactive = float(np.mean([any_["status", name] for name in _INACTIVE]))
    return Survey(
        age=np.array([any_["age", label] for label in _SURVEY_AGES]),
        qualification=np.array(levels),
        status=np.array([work, work, any_["status", "unemployed"], inactive, any_["status", "retired"]]),
        sex=np.array([any_["sex", sex] for sex in axes.SEXES]),
        formal_by_age=np.array([only_formal["age", label] for label in _SURVEY_AGES]),
    )


def fit_participation(
    survey: Survey, people: Floats, studying: Floats, by_level_and_work: Floats | float = 0.0, rounds: int = 300
) -> Floats:
    """Chance of taught learning of those not studying: effects on the logit scale, met in turn, age last.

    Everybody who studies takes part, so that the share of a group is `studying` + (1 - `studying`) x chance. A group of
    work statuses leaves students out, whom the survey counts apart. `by_level_and_work` [qualification, status] is an
    effect of the two together, which no margin shows.
    """
    score = np.zeros(people.shape) + by_level_and_work
    left = people * (1 - studying)
    margins = ((3, survey.status, left), (2, survey.qualification, people), (1, survey.sex, people),
               (0, survey.age, people))  # fmt: skip
    for _ in range(rounds):
        for axis, wanted, of in margins:
            chance = 1 / (1 + np.exp(-score))
            others = tuple(one for one in range(4) if one != axis)
            studies = 1 - left.sum(others) / of.sum(others)
            target = np.clip((wanted - studies) / (1 - studies), 0.005, 0.995)
            now = np.clip((chance * left).sum(others) / left.sum(others), 0.005, 0.995)
            step = np.log(target / (1 - target)) - np.log(now / (1 - now))
            score += np.expand_dims(step, others)
    result: Floats = 1 / (1 + np.exp(-score))
    return result


def loan_chance(sources: Sources, survey: Survey, left: Floats) -> Floats:
    """Chance of an Advanced Learner Loan: people below level 4 who are not retired, by age as formal learning is."""
    can = np.ones(left.shape[1:])
    can[:, _LEVEL4PLUS] = 0.0
    can[..., axes.RETIRED] = 0.0
    total, young = sources.figure("advanced_learner_loans"), sources.figure("advanced_learner_loans_under_24")
    size = (left * can).sum((1, 2, 3))
    older = size * survey.formal_by_age
    older[0] /= 6  # of ages 19 to 24, those aged 24
    number = (1 - young) * total * older / older.sum()
    number[0] += young * total
    result: Floats = (number / size)[:, None, None, None] * can
    return result


def public_chance(sources: Sources, left: Floats) -> Floats:
    """Chance of publicly funded further education: learners in a year less those with loans, by sex and age."""
    table = Table(sources.tables / "adult_further_education_2025.csv")
    learners = np.zeros(2)
    learners[table.codes("sex", axes.SEXES)] = table.floats("learners")
    learners *= 1 - sources.figure("advanced_learner_loans") / learners.sum()
    young, old = sources.figure("publicly_funded_under_25"), sources.figure("publicly_funded_50_plus")
    of_status = [1.0, 1.0, *(sources.figure(f"publicly_funded_{s}") for s in ("unemployed", "inactive", "retired"))]
    chance = np.ones(left.shape) * np.array(of_status)
    chance[:, :, _LEVEL4PLUS] *= sources.figure("publicly_funded_level4plus")
    groups = np.zeros((3, len(LEARNER_BANDS)))  # 19-24, 25-49, 50 and over
    groups[0, 0] = groups[1, 1] = groups[1, 2] = groups[2, 4] = groups[2, 5] = 1.0
    groups[1:, 3] = 0.5
    wanted = learners.sum() * np.array([young, 1 - young - old, old])
    for _ in range(100):
        by_band = (chance * left).sum((1, 2, 3))
        chance *= (groups.T @ (wanted / (groups @ by_band)))[:, None, None, None]
        by_sex = (chance * left).sum((0, 2, 3))
        chance *= (learners / by_sex)[None, :, None, None]
    return np.minimum(chance, 0.9)


def fit_gains(sources: Sources) -> Floats:
    """Yearly chance [band of GAIN_BANDS, qualification, gained] of a higher qualification after youth.

    Achievements per person aged 19 to 64, by age as formal learning is, times the share that is a gain, over the people
    a step or two below.
    """
    by_age = sources.people.sum((0, 2, 4), dtype=np.float64)  # [age, qualification]
    survey = read_survey(sources)
    size = np.array([by_age[band.rows].sum() for band in LEARNER_BANDS[:-1]])
    relative = survey.formal_by_age[:-1] / np.average(survey.formal_by_age[:-1], weights=size)
    found = np.zeros((len(GAIN_BANDS), len(axes.QUALIFICATIONS), len(GAINED)))
    for at, band in enumerate(GAIN_BANDS):
        people = by_age[band.rows].sum(0)
        for column, level in enumerate(GAINED):
            rate = sources.figure(f"adult_gain_of_{level}") * sources.figure("without_the_level")
            rate *= relative[_same_band(band)]
            rows = [axes.QUALIFICATIONS.index(name) for name in _FROM[level]]
            found[at, rows, column] = rate * people.sum() / people[rows].sum()
    return found


def _same_band(band: Band) -> int:
    return [one.label for one in LEARNER_BANDS].index(band.label)


def normal_score(share: Floats) -> Floats:
    """Standard normal quantiles."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse(one) for one in share])
