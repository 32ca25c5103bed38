"""The same model written the usual way: one pandas frame of everybody, numpy over whole columns, year by year.

It reads the same tables as the compiled engine and draws its own random numbers, so its totals agree with the engine's
up to sampling error (`python -m benchmarks` prints both). It is the yardstick for speed, not for results.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from microsim.engine.run import Programme
from microsim.measures import lifelong_training_grant as grant
from microsim.population.people import LAST_AGE


def everybody(programme: Programme) -> pd.DataFrame:
    """All lives of the sample in one frame."""
    blocks = [block.people._asdict() for block in programme.sample]
    people = {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
    return pd.DataFrame(people).sort_values(["entry_year", "cohort", "sex"], ignore_index=True)


def live(programme: Programme, people: pd.DataFrame, years: int, seed: int = 1) -> tuple[pd.DataFrame, int]:
    """Live everybody through the first `years` years with the programme's one measure, a training grant.

    Returns sums by year (grant spending, users, balances, pay: people of the sample, unweighted) and the number of
    resident person-years.
    """
    rng = np.random.default_rng(seed)
    tables, (entry,) = programme.tables, programme.measures
    own = entry.state
    people = people.assign(balance=np.int64(0))
    rows, person_years = [], 0
    present_before = int((people["entry_year"] == 0).sum())
    for index in range(years):
        year = tables.first_year + index
        present = int((people["entry_year"] <= year).sum())
        now = people.iloc[:present].copy()
        old = np.arange(present) < present_before
        now["age"] = np.minimum(year - now["cohort"] - 1, LAST_AGE)
        now["key"] = now["age"] * 2 + now["sex"]
        now["resident"] = _demography(now, tables, index, old, rng)
        _work_and_learning(now, tables, old, rng)
        _pay(now, tables, index, rng)
        rows.append({"year": year, **_grant(now, own, index, year, rng), "pay": now["pay"].sum()})
        person_years += int(now["resident"].sum())
        for column in ("resident", "area", "work_status", "qualification", "persistent", "pay", "balance"):
            values = people[column].to_numpy(copy=True)
            values[:present] = now[column].to_numpy()
            people[column] = values
        present_before = present
    return pd.DataFrame(rows), person_years


def _demography(now: pd.DataFrame, tables: Any, index: int, old: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n, key = len(now), now["key"].to_numpy()
    dies = rng.random(n) < tables.death[index][key] / 2.0**32
    leaves = rng.random(n) < tables.emigration[index][key] / 2.0**32
    resident = np.where(old, (now["resident"] == 1) & ~dies & ~leaves, True)
    moves = old & resident & (rng.random(n) < tables.move_rate[now["area"]] * tables.move_relative[key])
    now.loc[moves, "area"] = tables.destination[rng.integers(0, len(tables.destination), moves.sum())]
    return resident.astype(np.uint8)


def _work_and_learning(now: pd.DataFrame, tables: Any, old: np.ndarray, rng: np.random.Generator) -> None:
    before = now["key"] - 2
    work = tables.work.reshape(4, -1)
    cell = (before * 7 + now["qualification"]) * 5 + now["work_status"]
    drawn = (rng.integers(0, 2**32, len(now), np.uint32) >= work[:, cell]).sum(axis=0)
    learning = tables.qualification.reshape(6, -1)
    young = old & (now["age"] - 1 <= tables.last_learning_age) & (now["resident"] == 1)
    level = before * 7 + now["qualification"]
    gained = (rng.integers(0, 2**32, len(now), np.uint32) >= learning[:, level]).sum(axis=0)
    now["work_status"] = np.where(old, drawn, now["work_status"]).astype(np.uint8)
    now["qualification"] = np.where(young, gained, now["qualification"]).astype(np.uint8)


def _pay(now: pd.DataFrame, tables: Any, index: int, rng: np.random.Generator) -> None:
    now["persistent"] = tables.persistence * now["persistent"] + tables.innovation * rng.standard_normal(len(now))
    score = tables.persistent_weight * now["persistent"] + tables.transitory_weight * rng.standard_normal(len(now))
    place = ((score + 4.0) * 63.0 / 8.0).clip(0.0, 62.9999)
    point = place.astype(np.int64)
    quantiles = tables.pay.reshape(-1, 64)
    low, high = quantiles[now["key"], point], quantiles[now["key"], point + 1]
    factor = tables.status_pay[now["work_status"]]
    level = (low + (place - point) * (high - low)) * tables.area_pay[now["area"]] * factor * tables.pay_index[index]
    now["pay"] = level * now["resident"]


def _grant(now: pd.DataFrame, own: grant.State, index: int, year: int, rng: np.random.Generator) -> dict[str, float]:
    if year < own.start:
        return {"spending": 0.0, "users": 0, "balance": 0.0}
    here: Any = now["resident"].to_numpy() == 1
    key = now["age"] * 2 + own.transition[index][now["area"]]
    before: Any = now["balance"] + np.where(here, own.on_first_april[index][key], 0)
    birthday = np.where(here, own.on_birthday[index][key], 0)
    available: Any = np.asarray(before + birthday)
    left = own.after_birthday[now["birth_month"]]
    chance: Any = own.chance[index][now["age"] * grant.STATUS_KEYS + now["work_status"]]
    chance = chance * np.where(own.usable[index][now["age"]] == 0, 1.0 - left, 1.0)
    chance = chance * np.where((before == 0) & (own.part_year > 0), left, 1.0)
    uses: Any = here & (available > 0) & (rng.random(len(now)) < chance)
    price = own.price[index][rng.integers(0, grant.PRICES, len(now))]
    spending = np.where(uses, np.minimum(price, available), 0).astype(np.int64)
    kept = np.where(here & (own.stays_open[index][now["age"]] == 1), available - spending, 0)
    now["balance"] = kept
    return {"spending": spending.sum() / 100, "users": int(uses.sum()), "balance": kept.sum() / 100}
