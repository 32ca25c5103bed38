"""The slow, obvious twin of the compiled engine: plain Python, a person as a dict, a year as a list of rules.

How people live together is not a matter of one person alone, so the twin takes people's states as they are recorded
from the compiled driver, year by year, and works out in its own way what follows from them: who died, what every
account of the Lifelong Training Grant holds, and what the sums of the year are. The grant is written from the prose of
its measure and from `Params`, not from the tables that the measure prepares. Nothing here is compiled, vectorised or
shared with the engine. (Each room of the life course has a twin of its own beside its tests.)
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.stats import norm

DEMOGRAPHY = 3  # the group of draws for deaths and departures
LOW = 2**32 - 1
STATUSES = 5
EMPLOYER_SIZES = 7  # not in work, self-employed, micro, small, medium, large, public sector
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


# -- lives -------------------------------------------------------------------------------------------------------------


def people_now(people, count):
    """The first `count` rows of a block as dicts."""
    names = (
        "id", "weight", "cohort", "birth_month", "sex", "entry_year", "random_group",
        "resident", "area", "qualification", "work_status", "pay", "industry", "employer_size",
    )  # fmt: skip
    rows = zip(*(getattr(people, name)[:count].tolist() for name in names), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def age_on_first_april(person, year):
    return min(year - person["cohort"] - 1, 110)


def dies(person, year, tables, seed):
    """Whether somebody who was a resident until now dies in the twelve months to 1 April `year`."""
    row = 2 * age_on_first_april(person, year) + person["sex"]
    death = draws(seed, person["id"], year, DEMOGRAPHY)[0]
    return death < tables.death[year - tables.first_year, row]


def can_emigrate(person, year, tables):
    return tables.emigration[year - tables.first_year, 2 * age_on_first_april(person, year) + person["sex"]] > 0


# -- the sums of a year ------------------------------------------------------------------------------------------------


def groups(person, year):
    """Where a person's amounts are added: local authority, age and sex, qualification and status, pay, employer, random
    group."""
    return (
        ("area", person["area"]),
        ("age_sex", 2 * age_on_first_april(person, year) + person["sex"]),
        ("qualification_status", person["qualification"] * STATUSES + person["work_status"]),
        ("earnings", pay_bin(person["pay"])),
        ("employer", person["industry"] * EMPLOYER_SIZES + person["employer_size"]),
        ("random_group", person["random_group"]),
    )


def pay_bin(pay):
    """128 bins for each doubling of pay from £64, evenly wide within it, 2,048 in all; then one for no pay."""
    if pay <= 0:
        return 2048
    doubling = math.floor(math.log2(pay))
    return max(0, min(2047, 128 * (doubling - 6) + int((pay / 2**doubling - 1) * 128)))


def amounts_of(person):
    """A resident's own lines: a head, whether in work, pay in whole pence."""
    works = person["work_status"] in (0, 1)
    pence = int(np.float32(person["pay"]) * np.float32(100))
    here = person["resident"]
    return {"people": here, "in_work": here * works, "pay": here * works * pence}


# -- the grant ---------------------------------------------------------------------------------------------------------

MONEY_LINES = (
    "grant_spending", "doubling_spending", "administration", "entitlement", "doubling_entitlement", "expired",
    "written_off", "balance", "copayment", "induced_spending", "courses_paid", "unspent_at_upper_age",
)  # fmt: skip
LINES = (
    *MONEY_LINES, "users", "holders", "labour_force", "bookings", "users_paying", "tranches_used", "reached_upper_age",
    "reached_with_money",
)  # fmt: skip


class Grant:
    """The rules of the grant for one scenario: `params` is the measure's, `parameters` the official figures.

    It knows the grant in its simplest form (`common.plain_grant`): induced learners alone, whose chance differs by age
    and work status, short courses paid for at once. Without `doubling` no area is a transition area.
    """

    def __init__(self, params, parameters, area_codes, group, seed, doubling=True):
        self.params, self.parameters, self.area_codes, self.doubling = params, parameters, area_codes, doubling
        self.group, self.seed = group, seed
        self.tranches = {}  # by person, of every tranche ever paid: the pence left in it, and whether any was spent
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
        if self.doubling and self.in_transition(area, year):
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
        if year >= params.start and params.tranches[0].age <= age <= params.upper_age and person["work_status"] < 3:
            line["labour_force"] = person["resident"]
        if year < params.start or age > params.upper_age:
            return line
        if not person["resident"]:
            line["written_off"] = held
            return line
        early = [self.amount(t, year, person["area"]) for t in self.due_on_first_april(age, year)]
        late = [self.amount(t, year, person["area"]) for t in params.tranches if t.age == age + 1]
        on_first_april, on_birthday = sum(early), sum(late)
        tranches = self.tranches.setdefault(person["id"], [])
        tranches += [[amount, False] for amount in early + late if amount]
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
            line["users"] = line["bookings"] = 1
            price = self.price(year, which >> 20)
            line["grant_spending"] = min(price, available)
            line["copayment"] = price - line["grant_spending"]
            line["induced_spending"] = line["courses_paid"] = line["grant_spending"]
            line["tranches_used"] = spend_from(tranches, line["grant_spending"])
            line["users_paying"] = int(line["copayment"] > 0)
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
        lose_from(tranches, line["expired"])
        if age == params.upper_age and tranches:
            line["reached_upper_age"] = 1
            line["reached_with_money"] = int(left > 0)
            line["unspent_at_upper_age"] = left
        return line


def spend_from(tranches, amount):
    """Take an amount from the oldest tranches on. Gives how many are drawn on for the first time."""
    begun = 0
    for tranche in tranches:
        taken = min(amount, tranche[0])
        begun += taken > 0 and not tranche[1]
        tranche[1] = tranche[1] or taken > 0
        tranche[0] -= taken
        amount -= taken
    assert amount == 0
    return begun


def lose_from(tranches, amount):
    """Money that expires is that of the oldest tranches, none of which counts as used by it."""
    for tranche in tranches:
        lost = min(amount, tranche[0])
        tranche[0] -= lost
        amount -= lost
    assert amount == 0


def beside(line, plain):
    """A year's lines with doubling, whose spending is shown as that of the account without it and the difference."""
    spent, paid_in = line["grant_spending"], line["entitlement"]
    return line | {
        "grant_spending": plain["grant_spending"],
        "doubling_spending": spent - plain["grant_spending"],
        "doubling_entitlement": paid_in - plain["entitlement"],
    }


@cache
def price_shape(median_to_mean):
    """4,096 equally likely prices relative to their mean: the means of equal slices of the distribution."""
    spread = (-2 * np.log(median_to_mean)) ** 0.5
    cuts = norm.ppf(np.linspace(0, 1, 4097))
    return np.diff(norm.cdf(cuts - spread)) * 4096
