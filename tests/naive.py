"""The slow, obvious twin of the compiled engine: plain Python, a person as a dict, a year as a list of rules.

It knows the people as they are made (`microsim.population.blocks`) and the chances of `Tables`, which it applies in
its own way. The Lifelong Training Grant is written from the prose of its measure and from `Params`, not from the
tables that the measure prepares. Nothing here is compiled, vectorised or shared with the engine.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist

import numpy as np
from scipy.stats import norm

BIRTH, CAPABILITY, DEMOGRAPHY, WORK = 1, 2, 3, 4  # groups of draws
LOW = 2**32 - 1
LEVELS, STATUSES = 7, 5
STATUS_NAMES = ("employee", "self_employed", "unemployed", "inactive", "retired")


def philox(counter, key):
    """Philox 4x32 with ten rounds on Python's whole numbers: four words from a counter of four and a key of two."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second & LOW, (first >> 32) ^ c3 ^ k1, first & LOW
        k0, k1 = (k0 + 0x9E3779B9) & LOW, (k1 + 0xBB67AE85) & LOW
    return c0, c1, c2, c3


def draws(seed, identity, year, group):
    """The four words of one person, year and group."""
    return philox((identity & LOW, identity >> 32, year, group), (seed, 0))


def uniform(word):
    """The top 24 bits of a word as a fraction, exact in any precision."""
    return (word >> 8) / 2**24


def standard_normal(word):
    return NormalDist().inv_cdf(((word >> 8) + 0.5) / 2**24)


# -- lives -------------------------------------------------------------------------------------------------------------


def people_of(block):
    """A block's rows as dicts, before their first year."""
    names = ("id", "cohort", "birth_month", "sex", "entry_year", "area", "qualification", "work_status", "weight")
    rows = zip(*(getattr(block.people, name).tolist() for name in names), strict=True)
    people = [dict(zip(names, row, strict=True)) for row in rows]
    for person in people:
        person["resident"] = person["entry_year"] == 0
        person["persistent"] = None
        person["pay"] = 0.0
    return people


def age_on_first_april(person, year):
    return min(year - person["cohort"] - 1, 110)


def live_year(person, year, tables, seed):
    """Demography of the twelve months to 1 April `year`, then the year's work, learning and pay."""
    index = year - tables.first_year
    row = 2 * age_on_first_april(person, year) + person["sex"]
    was_here_before = person["entry_year"] < year
    if person["entry_year"] == year:
        person["resident"] = True
    if person["entry_year"] > year:
        return
    death, departure, removal, destination = draws(seed, person["id"], year, DEMOGRAPHY)
    work, learning, lasting, passing = draws(seed, person["id"], year, WORK)
    if was_here_before:
        if death < tables.death[index, row]:
            person["resident"] = False
        if departure < tables.emigration[index, row]:
            person["resident"] = False
        chance = tables.move_rate[person["area"]] * tables.move_relative[row]
        if person["resident"] and uniform(removal) < chance:
            person["area"] = int(tables.destination[destination >> 16])
        before = row - 2  # the age of a year ago
        if person["resident"]:
            work_before = person["work_status"]
            person["work_status"] = next_state(
                tables.work, (before * LEVELS + person["qualification"]) * STATUSES + work_before, STATUSES, work
            )
            if before // 2 <= tables.last_learning_age:
                key = before * LEVELS + person["qualification"]
                person["qualification"] = next_state(tables.qualification, key, LEVELS, learning)
    if person["persistent"] is None:
        person["persistent"] = standard_normal(draws(seed, person["id"], 0, CAPABILITY)[0])
    person["persistent"] = float(tables.persistence) * person["persistent"] + float(
        tables.innovation
    ) * standard_normal(lasting)
    score = float(tables.persistent_weight) * person["persistent"] + float(tables.transitory_weight) * standard_normal(
        passing
    )
    person["pay"] = pay(person, row, index, score, tables)


def next_state(thresholds, key, states, word):
    """Of `states` states, the one whose stretch of the range of words holds `word`."""
    keys = len(thresholds) // (states - 1)
    for state in range(states - 1):
        if word < thresholds[state * keys + key]:
            return state
    return states - 1


def pay(person, row, index, score, tables):
    """Pounds a year: the published quantile of the score, scaled by area, growth and self-employment."""
    if not person["resident"] or person["work_status"] not in (0, 1):
        return 0.0
    points = tables.pay.reshape(-1, 64)[row].astype(float)
    level = float(np.interp(score, np.linspace(-4.0, 4.0, 64), points))
    if person["work_status"] == 1:
        level *= float(tables.status_pay[1])
    return level * float(tables.area_pay[person["area"]]) * float(tables.pay_index[index])


# -- the grant ---------------------------------------------------------------------------------------------------------

MONEY_LINES = (
    "grant_spending", "administration", "entitlement", "expired", "written_off", "balance", "copayment",
)  # fmt: skip
LINES = (*MONEY_LINES, "users", "holders")


class Grant:
    """The rules of the grant for one scenario: `params` is the measure's, `parameters` the official figures."""

    def __init__(self, params, parameters, area_codes, group, seed):
        self.params, self.parameters, self.area_codes = params, parameters, area_codes
        self.group, self.seed = group, seed
        self.growth = cache(self._growth)

    def price(self, year, which):
        """The price of a course in pence: the mean is in prices of its own year and grows from then."""
        price = self.params.price
        pence = price.mean.at(year) * 100 * self.growth(price.indexation, year, price.price_year)
        return round(
            pence if price.distribution == "single" else price_shape(price.median_to_mean.at(year))[which] * pence
        )

    def _growth(self, indexation, year, since=None):
        series = {
            "cpi": "cpi_growth",
            "gdp_deflator": "gdp_deflator_growth",
            "average_earnings": "average_earnings_growth",
        }
        level = 1.0
        if indexation != "none":
            for later in range((since or self.params.start) + 1, year + 1):
                level *= 1.0 + self.parameters.value(series[indexation], later)
        return level

    def amount(self, tranche, year, area):
        """A tranche in pence to somebody who lives in an area: indexed after the first year, larger in transition."""
        pence = tranche.amount.at(year) * 100 * self.growth(self.params.indexation, year)
        if self.in_transition(area, year):
            pence *= self.params.transition_areas.multiplier.at(year)
        return round(pence)

    def in_transition(self, area, year):
        listed = ()
        for key, codes in sorted(self.params.transition_areas.areas.items()):
            if int(key[:4]) <= year:
                listed = codes
        return self.area_codes[area] in listed

    def band(self, age):
        """The tranche of the age band that somebody of this age is in, if any."""
        passed = [tranche for tranche in self.params.tranches if tranche.age <= age]
        return passed[-1] if passed else None

    def due_on_first_april(self, age, year):
        """The tranches paid on 1 April to those past a tranche's age when the grant started."""
        params = self.params
        at_start = age - (year - params.start)
        if age > params.upper_age:
            return []
        if params.launch.rule == "cumulative" and year == params.start:
            return [tranche for tranche in params.tranches if tranche.age <= age]
        if params.launch.rule == "current_band" and year == params.start and self.band(age):
            return [self.band(age)]
        if params.launch.rule == "phased" and self.band(at_start) and self.turn(at_start) == year - params.start:
            return [self.band(at_start)]
        return []

    def turn(self, at_start):
        """In which year from the start people of this age at the start are paid: equal groups of ages."""
        ages = list(range(self.params.tranches[0].age, self.params.upper_age + 1))
        if self.params.launch.phase_first == "oldest":
            ages.reverse()
        return ages.index(at_start) * self.params.launch.phase_years // len(ages) if at_start in ages else None

    def chance(self, age, status, year):
        use = self.params.annual_use
        band = max((first for first in use.by_age if first <= age), default=min(use.by_age))
        name = STATUS_NAMES[status]
        return min(
            use.labour_force.at(year) * use.by_age[band].at(year) * getattr(use.by_work_status, name).at(year), 1.0
        )

    def year(self, person, held, year):
        """One person's year. `held` is what the account held on 31 March before, in pence. Gives pence by line."""
        line = dict.fromkeys(LINES, 0)
        params = self.params
        age = age_on_first_april(person, year)
        if year < params.start or age > params.upper_age:
            return line
        if not person["resident"]:
            line["written_off"] = held
            return line
        on_first_april = sum(self.amount(t, year, person["area"]) for t in self.due_on_first_april(age, year))
        on_birthday = sum(self.amount(t, year, person["area"]) for t in params.tranches if t.age == age + 1)
        line["entitlement"] = on_first_april + on_birthday
        before_birthday = held + on_first_april
        available = before_birthday + on_birthday
        if available:
            line["holders"] = 1
        happens, which, _, _ = draws(self.seed, person["id"], year, self.group)
        year_after_birthday = (11.5 - person["birth_month"]) / 12
        chance = self.chance(age, person["work_status"], year)
        if not before_birthday and params.annual_use.part_year:
            chance *= year_after_birthday
        if age == params.upper_age:
            chance *= 1 - year_after_birthday
        if available and uniform(happens) < chance:
            line["users"] = 1
            price = self.price(year, which >> 20)
            line["grant_spending"] = min(price, available)
            line["copayment"] = price - line["grant_spending"]
        admin = params.administration
        grown = self.growth(admin.indexation, year)
        if line["holders"]:
            line["administration"] += round(admin.per_account.at(year) * 100 * grown)
        if line["users"]:
            line["administration"] += round(admin.per_use.at(year) * 100 * grown)
        left = available - line["grant_spending"]
        if age == params.upper_age:
            line["expired"] = left
        elif not params.rollover and on_birthday and left > on_birthday:
            line["expired"] = left - on_birthday
        line["balance"] = left - line["expired"]
        return line


@cache
def price_shape(median_to_mean):
    """4,096 equally likely prices relative to their mean: the means of equal slices of the distribution."""
    spread = (-2 * np.log(median_to_mean)) ** 0.5
    cuts = norm.ppf(np.linspace(0, 1, 4097))
    return np.diff(norm.cdf(cuts - spread)) * 4096
