"""Transition areas: where amounts are doubled, for whom, and who moves there because of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
from pydantic import model_validator

from microsim.measures.contract import Setting, Surroundings
from microsim.measures.lifelong_training_grant.accounts import AGES, OPEN
from microsim.measures.lifelong_training_grant.figures import FIGURES
from microsim.population.margins import Table
from microsim.population.source import RENAMED_AREAS
from microsim.scenario.source import read_yaml
from microsim.scenario.values import Fault, MeasureParams, Quantity, faults_error, quantity, setting
from microsim.years import format_financial_year, to_financial_year

if TYPE_CHECKING:
    from microsim.measures.lifelong_training_grant.params import Params

EARTH_RADIUS = 6371.0  # km


def default_areas() -> dict[str, tuple[str, ...]]:
    """The list of `transition_areas.yaml`: codes by first financial year."""
    listed: dict[str, Any] = read_yaml(Path(__file__).with_name("transition_areas.yaml")).values
    return {str(listed["from"]): tuple(area["code"] for area in listed["areas"])}


class TransitionAreas(MeasureParams):
    """Local authorities where tranches are larger."""

    multiplier: Quantity = quantity(
        FIGURES["transition_areas.multiplier"],
        unit="ratio", description="Tranche in a transition area over the tranche elsewhere", ge=1, le=10,
    )  # fmt: skip
    areas: Mapping[str, tuple[str, ...]] = setting(
        default_areas(),
        unit="local authority codes",
        description="Codes by first financial year; each list replaces the one before it; {} for none. The paper "
        "names no area: the default is the measure's own list (transition_areas.yaml), a judgement",
    )
    doubling_follows: Literal["residence_at_tranche", "residence_at_use"] = setting(
        "residence_at_tranche",
        unit="choice",
        description="residence_at_tranche: the tranche is larger for those who live in an area when it arrives; "
        "residence_at_use: what is in the account buys more for those who live in an area when they use it",
    )

    @model_validator(mode="after")
    def _dated(self) -> Self:
        self.areas_by_year()
        return self

    def areas_by_year(self) -> dict[int, tuple[str, ...]]:
        """The lists by first financial year, in order of year."""
        dated = {}
        for key, codes in self.areas.items():
            try:
                year = to_financial_year(key)
                if year in dated:
                    raise faults_error([Fault(("areas", key), f"{format_financial_year(year)} is given twice")])
                dated[year] = codes
            except ValueError:
                raise faults_error(
                    [Fault(("areas", key), "not a financial year", repr(key), "a year such as 2030-31")]
                ) from None
        return dict(sorted(dated.items()))


class MigrationResponse(MeasureParams):
    """People who move into a transition area for the larger amounts: an extra move, seen by this measure's arm only."""

    rate: Quantity = quantity(
        FIGURES["migration_response.rate"],
        unit="fraction",
        description="Of the people near an area who could gain (a tranche is due; or, where doubling follows use, the "
        "account is open), the share who move there in the year because of it",
        ge=0,
        le=1,
    )
    within_km: float = setting(
        40.0,
        unit="km",
        description="How near: between the middles of the two local authorities; the move is to the nearest area",
        ge=0,
        le=1000,
    )


def transition_table(params: Params, run: Setting) -> np.ndarray:
    """1 where a local authority is a transition area, uint8 [years, areas]."""
    table = np.zeros((len(run.years), len(run.area_codes)), np.uint8)
    for year, codes in params.transition_areas.areas_by_year().items():
        inside = np.isin(np.asarray(run.area_codes), [RENAMED_AREAS.get(code, code) for code in codes])
        table[[index for index, this in enumerate(run.years) if this >= year]] = inside
    return table


def multipliers(params: Params, run: Setting) -> np.ndarray:
    """What a pound in the account buys [years, areas], float64: above 1 only where doubling follows use."""
    inside = transition_table(params, run)
    if params.transition_areas.doubling_follows == "residence_at_tranche":
        return np.ones(inside.shape)
    extra = [params.transition_areas.multiplier.at(year) - 1 if year >= params.start else 0.0 for year in run.years]
    result: np.ndarray = 1.0 + inside * np.array(extra)[:, None]
    return result


def nearest_areas(params: Params, run: Setting) -> np.ndarray:
    """Index + 1 of the transition area that people of each area would move to, 0 for none: uint16 [years, areas]."""
    inside = transition_table(params, run)
    found = np.zeros(inside.shape, np.uint16)
    if not moves_at_all(params, run) or not inside.any():
        return found
    distance = distances(run)
    for index in range(len(run.years)):
        if inside[index].any():
            to_area = np.where(inside[index].astype(bool)[None], distance, np.inf)
            near = (to_area.min(axis=1) <= params.migration_response.within_km) & (inside[index] == 0)
            found[index] = np.where(near, to_area.argmin(axis=1) + 1, 0)
    return found


def distances(run: Setting) -> np.ndarray:
    """Kilometres between the middles of local authorities [areas, areas]."""
    table = Table(run.population.tables / "area_centroids.csv")
    order = np.argsort(table.codes("area_code", tuple(run.area_codes)))
    longitude, latitude = (np.radians(table.floats(name)[order]) for name in ("longitude", "latitude"))
    # flat within England: a degree of longitude is shorter by the cosine of the latitude
    east, north = EARTH_RADIUS * longitude * np.cos(latitude.mean()), EARTH_RADIUS * latitude
    result: np.ndarray = np.hypot(east[:, None] - east, north[:, None] - north)
    return result


def moves_at_all(params: Params, run: Setting) -> bool:
    """Whether anybody can move because of doubling in a year of the run."""
    return any(
        params.migration_response.rate.at(year) > 0 and params.transition_areas.multiplier.at(year) > 1
        for year in run.years
        if year >= params.start
    )


def move_chance(params: Params, run: Setting, due: np.ndarray, account: np.ndarray) -> np.ndarray:
    """The chance of an extra move by age, float32 [years, AGES]: `due` [years, AGES, tranches] marks who is paid."""
    gains = due.any(axis=2) if params.transition_areas.doubling_follows == "residence_at_tranche" else account == OPEN
    rate = [
        params.migration_response.rate.at(year)
        if year >= params.start and params.transition_areas.multiplier.at(year) > 1
        else 0.0
        for year in run.years
    ]
    return (gains.reshape(len(run.years), AGES) * np.array(rate)[:, None]).astype(np.float32)


def area_faults(params: Params, around: Surroundings, nearest_name: Any) -> list[Fault]:
    """Codes that are no local authority. `nearest_name(code)` suggests one."""
    faults = []
    for key, codes in params.transition_areas.areas.items():
        for place, code in enumerate(codes):
            if RENAMED_AREAS.get(code, code) not in around.area_codes:
                path = ("transition_areas", "areas", key, place)
                expected = "a code such as E06000001"
                faults.append(Fault(path, "unknown local authority", code, expected, nearest_name(code)))
    return faults


def area_groups(params: Params, run: Setting) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """A breakdown by whether a local authority is a transition area in the year: labels, and [years, areas]."""
    return {"transition_area": (("elsewhere", "transition area"), transition_table(params, run))}
