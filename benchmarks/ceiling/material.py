"""A block of the plain training grant in the middle of a run, to be lived again and again from the same state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from microsim.engine.run import REPLICATE, Programme
from microsim.kernels import random
from microsim.kernels.boxed import opened
from microsim.kernels.jit import compile_driver
from microsim.kernels.random import random_words
from microsim.population.blocks import Block

DRAWS = ("DEMOGRAPHY", "WORK", "PAY")


@dataclass
class Material:
    """The block at the end of the year before `index`, and the turn of the measure in that year."""

    programme: Programme
    people: Any
    keys: Any  # GroupKeys of the year
    index: int
    already: int  # rows there before the year
    rows: int  # and in it
    seed: tuple[int, int]
    words: dict[str, np.ndarray]  # of this year, by group of draws
    turn: tuple[Any, ...]  # arguments of the measure's turn, some of them in boxes
    measure: Any  # its compiled turn
    runs: np.ndarray  # int64, where a birth year and sex begins, of residents at the start; the first row after them
    saved: list[tuple[np.ndarray, np.ndarray]] = field(default_factory=list)

    @property
    def year(self) -> int:
        """The financial year."""
        return self.programme.tables.first_year + self.index

    def restore(self) -> None:
        """Put everything back as it was before the year."""
        for array, values in self.saved:
            array[...] = values


def material(programme: Programme, number: int, index: int) -> Material:
    """Block `number`, lived up to year `index` and through it, with the people of the year before."""
    block = programme.sample.make(number)
    rows = len(block.people.id)
    states = tuple(entry.fresh(rows) for entry in programme.measures)
    scratch, ledger = programme.scratch(rows), programme.ledger()
    driver = programme.driver()
    kind = programme.measures[0].measure.kind
    taken: list[tuple[Any, ...]] = []
    kept: list[tuple[np.ndarray, np.ndarray]] = []

    def turn(*arguments: Any) -> None:
        taken.append(arguments)
        kept.extend((array, array.copy()) for array in arrays_in((block.people, *map(opened, arguments))))
        driver.measures[kind](*arguments)

    programme.live(driver, block, states, (0, index), scratch, ledger)
    programme.live(driver._replace(measures={kind: turn}), block, states, (index, index + 1), scratch, ledger)
    for array, values in kept:
        array[...] = values
    groups = {name: getattr(random, name) for name in DRAWS}
    draw = compile_driver(_draw)
    words = {name: np.zeros((4, rows), np.uint32) for name in groups}
    count = int(block.present[index + 1])
    seed = (programme.sample.seed, REPLICATE)
    for name, group in groups.items():
        draw(words[name], block.people.id, *seed, programme.tables.first_year + index, group, count)
    return Material(
        programme, block.people, scratch[0].groups, index, int(block.present[index]), count, seed, words,
        taken[0], driver.measures[kind], runs_of(block), kept,
    )  # fmt: skip


def _draw(words, person, key_0, key_1, year, group, count):
    random_words(words, person, key_0, key_1, year, group, count)


def runs_of(block: Block) -> np.ndarray:
    """Where a birth year and sex begins among the residents at the start, who stand in that order, and their end."""
    residents = int(block.present[0])
    key = block.people.cohort[:residents].astype(np.int64) * 2 + block.people.sex[:residents]
    return np.concatenate([[0], np.flatnonzero(np.diff(key)) + 1, [residents]])


def arrays_in(found: Any) -> list[np.ndarray]:
    """Every array in nested tuples that can be written, once each, but for a ledger's: it may go on adding up."""
    arrays: dict[int, np.ndarray] = {}

    def look(one: Any) -> None:
        if isinstance(one, np.ndarray):
            if one.flags.writeable:
                arrays[id(one)] = one
        elif isinstance(one, tuple) and type(one).__name__ != "Ledger":
            for part in one:
                look(part)

    look(found)
    return list(arrays.values())
