"""Families: what is fitted from the published tables. What each person starts with is dealt in `households`.

Everybody over 16 lives in a couple, with parents, shares a home, lives in a communal establishment, or is on their own
(alone or a lone parent). The shares of the first four by age and sex are fitted here; chances in `dynamics.families`
follow from them, so that each age keeps its shares.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from microsim.population import columns as axes
from microsim.population.fertility import (
    FIRST_BIRTH_YEAR,
    FIRST_MOTHER,
    OLDEST_CHILD,
    REFERENCE,
    Fertility,
    birth_histories,
    fit_fertility,
)
from microsim.population.households import settle
from microsim.population.ipf import Floats
from microsim.population.margins import Table
from microsim.population.people import People
from microsim.population.rooms import Figures, Sources

FIGURES: tuple[str, ...] = (
    "age_gap_mean", "age_gap_deviation", "seek_same_education", "same_education_swaps", "children_with_father",
    "immigrant_children", "immigrant_couples", "partnership_from_parents", "with_parents_at_35", "with_parents_at_60",
    "communal_young", "communal_65_74", "communal_75_84", "communal_85_89", "communal_90_plus",
    "communal_women_relative", "mother_age_at_birth", "mother_age_deviation", "stays_shared", "childless_at_45",
    "couples_who_move", "find_a_partner",
)  # fmt: skip
_AGES = np.array(axes.AGES)
_NOBODY_WITH_PARENTS = 75


class Families(NamedTuple):
    """Fitted arrays; their axes are in AXES. Shares are of all people of the age (16 to 90 and over) and sex."""

    couple_share: Floats
    parents_share: Floats
    sharing_share: Floats
    communal_share: Floats
    separation: Floats  # chance in a year that a couple parts, by the woman's age
    births: Floats  # chance of a birth in the year that ends on 1 April of 2025 and later
    histories: npt.NDArray[np.int8]  # see `fertility.birth_histories`
    mothers: Floats  # how much likelier than average a woman on her own, or with a partner, is to have children
    lone_fathers: Floats  # share of men on their own who have children in their care
    matching: Floats  # age gap of couples: mean, deviation; rounds of exchanges; mothers' age at birth: mean, deviation


AXES: dict[str, tuple[str, ...]] = {
    "couple_share": ("age", "sex"),
    "parents_share": ("age", "sex"),
    "sharing_share": ("age", "sex"),
    "communal_share": ("age", "sex"),
    "separation": ("age",),
    "births": ("year", "age from 16 to 47", "partner", "parity"),
    "histories": ("age from 16 to 64", "history", "parity, children, three birth years"),
    "mothers": ("age from 16 to 64", "partner"),
    "lone_fathers": ("age",),
    "matching": ("constant",),
}


class Living(NamedTuple):
    """Shares of people [age, sex]."""

    couple: Floats
    parents: Floats
    sharing: Floats
    communal: Floats

    @property
    def own(self) -> Floats:
        """Alone or a lone parent."""
        result: Floats = 1.0 - self.couple - self.parents - self.sharing - self.communal
        return result


def fit(sources: Sources) -> Families:
    """Fit from the published tables."""
    tables, figures = sources.tables, sources.figures
    people = sources.people.sum((0, 3, 4)).astype(np.float64)
    fertility = fit_fertility(tables, people[: LAST_FERTILE - axes.FIRST_AGE + 1, 0], sources.figure("childless_at_45"))
    children = float(sources.areas.population_all_ages.sum()) - float(people.sum())
    children *= 1.0 - _lone_father_share(tables)
    histories = _histories(fertility.chance, people, children * cohorts_of_children(tables))
    communal = communal_shares(figures)
    couple, separation = couple_shares(tables, people, communal)
    parents = parents_shares(tables, figures)
    sharing_or_alone = census_sharing(tables) + census_alone(tables)
    parents[:2] = (1 - couple - communal)[:2] - sharing_or_alone[:2, None]
    parents = np.minimum(parents, 0.98 * (1 - couple - communal))
    sharing = census_sharing(tables)[:, None] * np.ones(2)
    alone = alone_shares(tables, people)
    lone = _lone_with_grown_children(tables)
    living = Living(couple, parents, np.minimum(sharing, 0.9 * (1 - couple - parents - communal)), communal)
    for _ in range(8):
        mothers, fathers = lone_parents(tables, people, living, histories)
        others = living.own * _with_children(histories, mothers, fathers) + lone
        surplus = living.own - others - alone
        room = 0.9 * (1 - couple - parents - communal)
        shared = np.clip(living.sharing + surplus, np.minimum(0.3 * sharing, room), room)
        living = living._replace(sharing=shared)
    first = REFERENCE + 1 - FIRST_BIRTH_YEAR
    births = _by_partner(fertility, first, couple, mothers)
    matching = np.array(
        [
            sources.figure(name)
            for name in (
                "age_gap_mean", "age_gap_deviation", "same_education_swaps", "mother_age_at_birth",
                "mother_age_deviation",
            )
        ]
    )  # fmt: skip
    return Families(
        couple, parents, living.sharing, communal, separation, np.minimum(births, 0.6), histories, mothers, fathers,
        matching,
    )  # fmt: skip


LAST_FERTILE = 46


def assign(people: People, residents: int, fitted: Families, seed: int, reference_year: int) -> None:
    """Give every row of a new block what it starts with; the first `residents` rows are there at the reference date."""
    settle(people, residents, fitted, seed, reference_year)


def _by_age(values: Floats) -> Floats:
    """Values of ages 16 to 90 for both sexes."""
    result: Floats = values[:, None] * np.ones(2)
    return result


def communal_shares(figures: Figures) -> Floats:
    """Share in communal establishments [age, sex], between the middles of the age groups of the figures."""
    names = ("communal_young", "communal_65_74", "communal_75_84", "communal_85_89", "communal_90_plus")
    young, *old = (figures[name].central for name in names)
    both = np.exp(np.interp(_AGES, [62.0, 70.0, 80.0, 87.0, 90.0], np.log([young, *old])))
    women = np.interp(_AGES, [65.0, 80.0], [1.0, figures["communal_women_relative"].central])
    share_of_women = np.interp(_AGES, [65.0, 90.0], [0.51, 0.66])
    men = 1.0 / (share_of_women * women + 1.0 - share_of_women)
    return np.stack([both * men * women, both * men], axis=1)


def couple_shares(tables: Path, people: Floats, communal: Floats) -> tuple[Floats, Floats]:
    """Share living in a couple [age, sex], as many women as men, and the chance of parting [age of the woman]."""
    table = Table(tables / "couples_single_age_2024.csv")
    share, separation = np.zeros((len(_AGES), 2)), np.zeros(len(_AGES))
    age, sex = table.floats("age").astype(int) - axes.FIRST_AGE, table.codes("sex", axes.SEXES)
    share[age, sex] = table.floats("living_in_couple")
    separation[age] = table.floats("separation")
    share *= 1.0 - communal
    couples = (share * people).sum(0)
    odds = share / (1.0 - share)
    for _ in range(20):
        total = (share * people).sum(0)
        odds *= couples.mean() / total
        share = odds / (1.0 + odds)
    return share, separation


def parents_shares(tables: Path, figures: Figures) -> Floats:
    """Share living with parents and without a partner or a child of their own [age, sex].

    The survey's at 18 to 34, its three years together and smoothed over ages so that it never rises; at 16 and 17 all
    who are not in other households or alone by the census, where the survey's sample wavers; above 34 in straight lines
    through the figures at 35 and 60, men above women as at 34.
    """
    table = Table(tables / "with_parents_2020_2022.csv")
    at = table.floats("age").astype(int) - axes.FIRST_AGE
    share = np.zeros((len(_AGES), 2))
    surveyed = int(at.max()) + 1
    relative = np.ones(2)
    at_35, at_60 = figures["with_parents_at_35"].central, figures["with_parents_at_60"].central
    older = np.interp(_AGES, [35.0, 60.0, float(_NOBODY_WITH_PARENTS)], [at_35, at_60, 0.0])
    for sex, name in enumerate(("women", "men")):
        everyone, home = np.zeros(surveyed), np.zeros(surveyed)
        np.add.at(everyone, at, table.floats(name))
        np.add.at(home, at, table.floats(f"{name}_with_parents"))
        raw = home / everyone
        padded = np.concatenate([raw[:1], raw, raw[-1:]])
        smooth = padded[:-2] / 4 + padded[1:-1] / 2 + padded[2:] / 4
        share[:surveyed, sex] = np.minimum.accumulate(smooth)
        relative[sex] = share[surveyed - 1, sex]
    relative /= relative.mean()
    towards = np.interp(_AGES, [35.0, 60.0], [1.0, 0.0])[:, None]
    continued = older[:, None] * (towards * relative + 1.0 - towards)
    share[surveyed:] = np.minimum(continued, share[surveyed - 1])[surveyed:]
    return share


def census_sharing(tables: Path) -> Floats:
    """Share of people [age] in households of students or other households of several people, Census 2021."""
    table = Table(tables / "household_types_single_age_2021.csv")
    return _census_share(table, table.floats("students") + table.floats("other"))


def census_alone(tables: Path) -> Floats:
    """Share of people [age] in households of one person, Census 2021."""
    table = Table(tables / "household_types_single_age_2021.csv")
    return _census_share(table, table.floats("one_person"))


def _census_share(table: Table, people: Floats) -> Floats:
    """A column of the census table as shares of people in households, at ages 16 to 90 and over."""
    names = (
        "couple_dependent_children", "couple_other", "lone_parent_dependent_children", "lone_parent_other", "students",
        "other", "one_person",
    )  # fmt: skip
    everyone = np.sum([table.floats(name) for name in names], axis=0)
    at = np.minimum(table.floats("age").astype(int), axes.LAST_AGE)
    counts = np.zeros((2, axes.LAST_AGE + 1))
    np.add.at(counts[0], at, people)
    np.add.at(counts[1], at, everyone)
    result: Floats = (counts[0] / counts[1])[axes.FIRST_AGE :]
    return result


def published_families(tables: Path) -> dict[str, float]:
    """The published thousands of the United Kingdom, by "table/item"."""
    table = Table(tables / "families_households_2025.csv")
    keys = zip(table.text("table"), table.text("item"), strict=True)
    return {f"{name}/{item}": value for (name, item), value in zip(keys, table.floats("value"), strict=True)}


ALONE_BANDS = axes.bands("16-24", "25-44", "45-64", "65-74", "75+")


def alone_shares(tables: Path, people: Floats) -> Floats:
    """Share living alone [age, sex]: the census by single age, brought to the survey's level by band and sex.

    The survey's thousands are of the United Kingdom; England's people are taken to live alone as often.
    """
    share = _by_age(census_alone(tables))
    published = published_families(tables)
    middle = [(band.first + min(band.last, 88)) / 2 for band in ALONE_BANDS]
    for sex, name in enumerate(("Female", "Male")):
        target = np.array(
            [
                1000.0 * ENGLAND_OF_UK * published[f"people_living_alone/{name} > {_survey_label(band.label)}"]
                for band in ALONE_BANDS
            ]
        )
        for _ in range(30):
            found = np.array([(share[band.rows, sex] * people[band.rows, sex]).sum() for band in ALONE_BANDS])
            share[:, sex] *= np.exp(np.interp(_AGES, middle, np.log(target / found)))
    return np.minimum(share, 0.9)


def _survey_label(label: str) -> str:
    return "75 and over" if label == "75+" else label


ENGLAND_OF_UK = 58_620_101 / 69_281_437  # people at mid-2024, Office for National Statistics


def _lone_with_grown_children(tables: Path) -> Floats:
    """Share of people [age, sex] who are a lone parent with grown-up children only, from the census by age.

    Below 38 the people of such households are the children, above 55 nine in ten are taken to be the parent. Mothers
    and fathers as in the survey.
    """
    table = Table(tables / "household_types_single_age_2021.csv")
    both = _census_share(table, table.floats("lone_parent_other")) * np.interp(_AGES, [38.0, 55.0], [0.0, 0.9])
    published = published_families(tables)
    prefix = "families_by_type/Lone parent family > Lone"
    mothers, fathers = (
        published[f"{prefix} {one} family > Non-dependent children only"] for one in ("mother", "father")
    )
    return np.stack([2 * mothers * both, 2 * fathers * both], axis=1) / (mothers + fathers)


def _lone_father_share(tables: Path) -> float:
    """Lone fathers with dependent children as a share of all families that have any."""
    published = published_families(tables)
    fathers = published["families_by_type/Lone parent family > Lone father family > Dependent children"]
    return fathers / published["families_by_type/All families > Dependent children"]


def cohorts_of_children(tables: Path) -> Floats:
    """Children under 16 at mid-2024 by financial years since their birth (0..16), as shares of them all.

    They are as many to one another as the people who will be 16 in the projection: no table of children by age is held.
    """
    table = Table(tables / "projection_gb_2024_based.csv")
    row = table.floats("age").astype(int).tolist().index(axes.FIRST_AGE)
    # those born n financial years ago are 16 at mid-year n years before 2040 or, one in four, the year after
    at_16 = {year: float(table.floats(f"y{year}")[row]) for year in table.years()}
    lags = range(OLDEST_CHILD + 1)
    sizes = np.array([at_16[max(REFERENCE + axes.FIRST_AGE - lag, min(at_16))] for lag in lags])
    sizes[0] *= 0.25  # born from April to June
    sizes[-1] *= 0.75  # and those not yet 16
    result: Floats = sizes / sizes.sum()
    return result


def _histories(chance: Floats, people: Floats, children: Floats) -> npt.NDArray[np.int8]:
    """Birth histories in which women have in their care `children` under 16, by financial years since the birth."""
    recent = np.ones(len(children))
    for _ in range(4):
        histories = birth_histories(chance, recent)
        recent *= children / children_by_lag(histories, people[: len(histories), 0]).clip(1.0)
    return histories


def children_by_lag(histories: npt.NDArray[np.int8], women: Floats) -> Floats:
    """Children in care by financial years since their birth, 0..16; of `women` [age]. A fourth child is two years
    older than the third, and so on."""
    found = np.zeros(OLDEST_CHILD + 1)
    weight = women[:, None] / histories.shape[1] * np.ones(histories.shape[1])
    for column in (2, 3, 4):
        known = histories[:, :, column] >= 0
        np.add.at(found, histories[:, :, column][known].astype(int), weight[known])
    more = histories[:, :, 1] - 3
    for extra in range(1, int(more.max()) + 1):
        known = more >= extra
        lag = np.minimum(histories[:, :, 4][known].astype(int) + 2 * extra, OLDEST_CHILD)
        np.add.at(found, lag, weight[known])
    return found


def lone_parents(
    tables: Path, people: Floats, living: Living, histories: npt.NDArray[np.int8]
) -> tuple[Floats, Floats]:
    """How much likelier than average women on their own and in couples are to have children [age, 2], and the share of
    men on their own who have [age]: lone parents with dependent children are the survey's share of all such families.
    """
    published = published_families(tables)
    families = published["families_by_type/All families > Dependent children"]
    prefix = "families_by_type/Lone parent family > Lone"
    target_mothers, target_fathers = (
        published[f"{prefix} {one} family > Dependent children"] / families for one in ("mother", "father")
    )
    ever, young = (histories[:, :, 0] > 0).mean(1), (histories[:, :, 1] > 0).mean(1)
    rows = slice(0, len(histories))
    women, own, couple = people[rows, 0], living.own[rows, 0], living.couple[rows, 0]
    low, high = 0.05, 20.0
    for _ in range(40):
        ratio = float(np.sqrt(low * high))
        mothers = _relative_chances(ratio, own, couple, ever)
        lone = float((women * own * np.minimum(mothers[:, 0] * young, 1.0)).sum())
        with_partner = float((women * couple * mothers[:, 1] * young).sum())
        share = lone / (lone + with_partner) * (1.0 - target_fathers)
        low, high = (ratio, high) if share < target_mothers else (low, ratio)
    fathers = np.zeros(len(_AGES))
    fathers[: len(histories)] = young
    fathers[2:] = fathers[:-2].copy()  # fathers are two years older
    weight = float((people[:, 1] * living.own[:, 1] * fathers).sum())
    fathers *= lone * target_fathers / target_mothers / weight
    return mothers, np.minimum(fathers, 0.9)


def _relative_chances(ratio: float, own: Floats, couple: Floats, ever: Floats) -> Floats:
    """Chances over the average [age, 2] of women on their own and in couples, `ratio` apart where that can be."""
    together = 1.0 / (couple + own * ratio).clip(1e-3)
    both = np.stack([ratio * together, together], axis=1)
    return np.minimum(both, 0.97 / ever.clip(1e-6)[:, None])


def _with_children(histories: npt.NDArray[np.int8], mothers: Floats, fathers: Floats) -> Floats:
    """Share of people on their own with children in their care [age, sex]."""
    share = np.zeros((len(_AGES), 2))
    young = (histories[:, :, 1] > 0).mean(1)
    share[: len(histories), 0] = np.minimum(mothers[:, 0] * young, 0.97)
    share[:, 1] = fathers
    return share


def _by_partner(fertility: Fertility, first: int, couple: Floats, mothers: Floats) -> Floats:
    """Chances of a birth [year from `first`, age 16..47, without or with a partner, parity].

    A factor for each order and one for partners, found in turn, so that births of each order and births to women with
    a partner are what is published. As many mothers of an age have a partner as at the reference date.
    """
    chance, parity = fertility.chance[first:], fertility.parity[first:].clip(1e-5)
    ages = chance.shape[1]
    with_partner = couple[:ages, 0]
    mothers_with = np.minimum(with_partner * mothers[:ages, 1], 0.98)
    women = np.stack([(1.0 - mothers_with)[:, None] * parity, mothers_with[:, None] * parity], axis=2)
    women[..., 0, 0] = 1.0 - with_partner - women[..., 0, 1:].sum(-1)
    women[..., 1, 0] = with_partner - women[..., 1, 1:].sum(-1)
    women = women.clip(1e-5)
    births = chance * parity
    found = np.repeat(chance[:, :, None, :], 2, axis=2)
    for _ in range(30):
        given = found * women
        share = given[:, :, 1].sum(-1) / given.sum((2, 3)).clip(1e-12)
        wanted = np.stack([(1 - fertility.with_partner) / (1 - share), fertility.with_partner / share], axis=-1)
        found = found * wanted[..., None]
        found = found * (births / (found * women).sum(2).clip(1e-12))[:, :, None, :]
    return found


assert FIRST_MOTHER == axes.FIRST_AGE
