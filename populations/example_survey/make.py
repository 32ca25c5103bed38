"""Writes persons.csv, a FICTIONAL survey: nobody in it exists, and no real survey was looked at to make it.

Households are put together by the simple rules below, with codes and gaps such as real files have, and weights that are
wrong on purpose, for the raking to put right. Run it from anywhere: python populations/example_survey/make.py
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

HOUSEHOLDS = 1620
REGIONS = "ABDEFGHJK"
NOT_ASKED, REFUSED, UNKNOWN = -1, -9, -8
TOP_AGE = 85
COLUMNS = (
    "SERIAL", "PNO", "RELP", "MUM", "DAD", "AGE", "SEX", "GOVREG", "HIQUAL", "ECON", "WKPAY", "ETHGRP", "DISEA",
    "CARES", "HHWT",
)  # fmt: skip
Person = dict[str, Any]


def main() -> None:
    """Write the file beside this one."""
    random = np.random.Generator(np.random.PCG64(2024))
    rows = [person for number in range(HOUSEHOLDS) for person in household(random, number)]
    with Path(__file__).with_name("persons.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def household(random: np.random.Generator, number: int) -> list[Person]:
    """One of five sorts of household."""
    head = int(np.clip(random.normal(50, 21), 18, 97))
    sort = random.random()
    people = [person(random, head)]
    if sort < 0.55:  # a couple
        people.append(person(random, max(head + round(random.normal(0, 4)), 17), 3 - people[0]["SEX"]))
        people[0]["RELP"], people[1]["RELP"] = 2, 1
    elif sort > 0.9 and head < 40:  # people who share
        people += [person(random, max(head + round(random.normal(0, 3)), 17)) for _ in range(random.integers(1, 3))]
    parents = [one for one in people if one["AGE"] - 18 >= 0] if sort < 0.75 else []
    if parents and 22 < head < 66:
        for _ in range(random.binomial(3, 0.45)):
            age = max(one["AGE"] for one in parents) - int(random.integers(22, 40))
            if 0 <= age < 30 and all(one["AGE"] - age >= 16 for one in parents):
                people.append(person(random, age) | parents_of(people))
    region = REGIONS[number % len(REGIONS)]
    weight = round(float(random.gamma(6, 400)) * (1.6 if region in "HJ" else 1) * (0.6 if head > 60 else 1), 1)
    for at, one in enumerate(people):
        one |= {"SERIAL": 100_001 + 7 * number, "PNO": at + 1, "GOVREG": region, "HHWT": weight}
        one["AGE"] = min(one["AGE"], TOP_AGE)
    return people


def parents_of(people: list[Person]) -> Person:
    """Person numbers of the mother and the father among the first one or two of a household."""
    adults = people[:2] if people[0]["RELP"] != NOT_ASKED else people[:1]
    by_sex = {one["SEX"]: at + 1 for at, one in enumerate(adults)}
    return {"DAD": by_sex.get(1, NOT_ASKED), "MUM": by_sex.get(2, NOT_ASKED)}


def person(random: np.random.Generator, age: int, sex: int | None = None) -> Person:
    """Somebody of an age, with answers that a survey of adults would have."""
    found = dict.fromkeys(COLUMNS, NOT_ASKED) | {"AGE": age, "SEX": sex or int(random.integers(1, 3))}
    found["ETHGRP"] = int(random.choice([1, 2, 3, 4, 5, REFUSED], p=[0.8, 0.03, 0.09, 0.04, 0.02, 0.02]))
    if age < 16:
        return found
    found["DISEA"] = 1 if random.random() < 0.12 + 0.004 * (age - 16) else 2
    found["CARES"] = REFUSED if random.random() < 0.04 else 1 + int(random.random() > 0.11)
    learned = random.normal(np.interp(age, [16, 18, 22, 27, 40, 60, 75, 90], [-0.5, 0, 0.6, 1, 0.9, 0.5, 0, -0.5]), 1)
    level = 1 + int(np.searchsorted([-0.6, -0.4, 0, 0.5, 0.6, 0.9], learned))  # 1 none ... 7 degree
    found["HIQUAL"] = UNKNOWN if random.random() < 0.03 else (min(level, 6) if age < 20 else level)
    found["ECON"] = activity(random, age)
    if found["ECON"] in (1, 2):
        pay = float(np.exp(random.normal(5.6 + 0.12 * level + (0.2 if found["ECON"] == 1 else -0.7), 0.45)))
        found["WKPAY"] = REFUSED if random.random() < 0.12 else round(pay, 2)
    return found


def activity(random: np.random.Generator, age: int) -> int:
    """Full-time or part-time employee, self-employed, unemployed, student, carer, sick, retired, other."""
    if age > 66 and random.random() < 0.88:
        return 8
    if age < 21 and random.random() < 0.6:
        return 5
    if age < 25:
        return int(random.choice([1, 2, 3, 4, 6, 9], p=[0.48, 0.22, 0.04, 0.16, 0.05, 0.05]))
    if age < 60:
        return int(random.choice([1, 2, 3, 4, 6, 7, 9], p=[0.54, 0.18, 0.11, 0.04, 0.05, 0.06, 0.02]))
    return int(random.choice([1, 2, 3, 4, 7, 8], p=[0.27, 0.15, 0.12, 0.02, 0.12, 0.32]))


if __name__ == "__main__":
    main()
