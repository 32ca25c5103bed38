"""Everything that the compiled year looks up: a table for each room of dynamics, and the alignment to official totals.

Keys: `age_sex` = age x 2 + sex; year index 0 is the population's first year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from microsim.dynamics.alignment import Alignment, alignment_of
from microsim.dynamics.apprenticeships import ApprenticeshipTables, apprenticeship_tables
from microsim.dynamics.claims import ClaimTables, claim_tables
from microsim.dynamics.earnings import EarningsTables, earnings_tables
from microsim.dynamics.employers import EmployerTables, employer_tables
from microsim.dynamics.families import FamilyTables, family_tables
from microsim.dynamics.health import HealthTables, health_tables
from microsim.dynamics.homes import HomeTables, home_tables
from microsim.dynamics.jobs import JobTables, job_tables
from microsim.dynamics.loans import LoanTables, loan_tables
from microsim.dynamics.lookup import by_age_sex, thresholds
from microsim.dynamics.migration import MoveTables, move_tables
from microsim.dynamics.pensions import PensionTables, pension_tables
from microsim.dynamics.study import StudyTables, study_tables
from microsim.dynamics.wealth import WealthTables, wealth_tables
from microsim.dynamics.work import WorkTables, work_tables
from microsim.parameters.load import Parameters
from microsim.population.factors import NOTHING_ALIGNED, Alignments
from microsim.population.flows import Flows
from microsim.population.people import AGE_SEX_KEYS, LAST_AGE
from microsim.population.source import Population

__all__ = ["Tables", "by_age_sex", "dynamics_tables", "thresholds"]


class MeansTables(NamedTuple):
    """What people's means look up that official rules decide: rates, ages and bills."""

    homes: HomeTables
    claims: ClaimTables
    pensions: PensionTables


def means_tables(population: Population, parameters: Parameters, years: Sequence[int]) -> MeansTables:
    """The tables of means under the official figures of one arm."""
    return MeansTables(
        home_tables(population, parameters, years),
        claim_tables(population, parameters, years),
        pension_tables(population, parameters, years),
    )


class Tables(NamedTuple):
    """What dynamics looks up, by room."""

    first_year: int
    death: np.ndarray  # uint32 [years, age_sex]
    emigration: np.ndarray  # uint32 [years, age_sex]
    moves: MoveTables
    families: FamilyTables
    health: HealthTables
    work: WorkTables
    study: StudyTables
    apprenticeships: ApprenticeshipTables
    jobs: JobTables
    employers: EmployerTables
    earnings: EarningsTables
    wealth: WealthTables
    loans: LoanTables
    means: tuple[MeansTables, MeansTables]  # of the baseline and of the reform
    alignment: Alignment


def dynamics_tables(
    population: Population,
    parameters: Parameters,
    flows: Flows,
    years: Sequence[int],
    alignments: Alignments = NOTHING_ALIGNED,
    reform_parameters: Parameters | None = None,
    means: tuple[MeansTables, MeansTables] | None = None,
) -> Tables:
    """Build the tables for `years`, which start at the population's first year; unaligned unless told otherwise.

    Lives are shared by all arms and follow `parameters`; what people have besides pay follows in the reform arm
    `reform_parameters`, where given; `means` are tables of that which are there already.
    """
    by_year = (len(years), AGE_SEX_KEYS)
    death = np.ones((len(years), AGE_SEX_KEYS // 2, 2))
    death[:, : LAST_AGE + 1] = flows.death[: len(years)]
    emigration = np.zeros_like(death)
    emigration[:, : LAST_AGE + 1] = flows.emigration[: len(years)]
    return Tables(
        first_year=int(years[0]),
        death=thresholds(death).reshape(by_year),
        emigration=thresholds(emigration).reshape(by_year),
        moves=move_tables(population, flows),
        families=family_tables(population, flows, years),
        health=health_tables(population),
        work=work_tables(population),
        study=study_tables(population, years),
        apprenticeships=apprenticeship_tables(population, parameters, years),
        jobs=job_tables(population),
        employers=employer_tables(population, parameters, years),
        earnings=earnings_tables(population, parameters, years),
        wealth=wealth_tables(population, parameters, years),
        loans=loan_tables(population, years),
        means=means
        or (
            means_tables(population, parameters, years),
            means_tables(population, reform_parameters or parameters, years),
        ),
        alignment=alignment_of(alignments, len(years), len(population.area_codes)),
    )
