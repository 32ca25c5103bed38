"""Simulation error of gains by group: the jackknife, or an estimate from the error of all where groups are too many.

National money is worked out without each random group too, and shared by the key without it. So what is fixed for the
country as a whole, such as what colleges spend, has no error in all and some in every group.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from microsim.accounts.composite_errors import composite_errors
from microsim.accounts.rounding import WEIGHT_UNIT
from microsim.accounts.simulation_error import leave_one_out, spread, standard_error
from microsim.distribution.deciles import people_by_bin, variance_at_edges, wide_shares
from microsim.distribution.grouping import Grouped
from microsim.distribution.results import GainResults
from microsim.engine.gain_sums import WIDE_BINS
from microsim.engine.gains import ADULTS, PEOPLE_ROWS, GainRow


class GainErrors:
    """The errors of a run's gains by the groups of a breakdown."""

    def __init__(self, results: GainResults, grouped: Grouped) -> None:
        self._results = results
        self._grouped = grouped
        self._everybody = results.everybody()
        self._adults = self._everybody[ADULTS]

    def of(self, rows: Sequence[GainRow], gross: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard errors in pence of the sum of some rows of gains: by group and of what is not allocated to people,
        float64 [years, groups + 1], and of all [years]; `gross` are the sizes of the amounts, as the first."""
        places = [len(PEOPLE_ROWS) + self._results.rows.index(row) for row in rows]
        of_all = leave_one_out(self._everybody[places].sum(axis=0), self._adults) / WEIGHT_UNIT
        nobody = np.zeros_like(of_all)
        by_group = self._of_people(places) if self._grouped.replicates is not None else None
        for money in self._results.national:
            if money.row in rows:
                national = leave_one_out(money.groups, self._adults)
                of_all = of_all + national
                if money.key is None:
                    nobody = nobody + national
                elif by_group is not None:
                    by_group = by_group + national[:, None] * self._shares(money.key)
        error = np.empty(gross.shape)
        error[:, -1] = spread(nobody)
        error[:, :-1] = self._composite(places, gross[:, :-1]) if by_group is None else spread(by_group)
        if self._grouped.of_tenths:
            error[:, : self._edges.shape[2]] = np.sqrt(error[:, : self._edges.shape[2]] ** 2 + self._at_edges(places))
        return error, spread(of_all)

    def _of_people(self, places: Sequence[int]) -> np.ndarray:
        """Pence of people without each random group: float64 [years, groups, RANDOM_GROUPS]."""
        assert self._grouped.replicates is not None
        return leave_one_out(self._grouped.replicates[places].sum(axis=0), self._adults[:, None]) / WEIGHT_UNIT

    def _shares(self, key: GainRow) -> np.ndarray:
        """How what follows a key is spread without each random group: float64 [years, groups, RANDOM_GROUPS]."""
        left = self._of_people([len(PEOPLE_ROWS) + self._results.rows.index(key)])
        total = left.sum(axis=1, keepdims=True)
        return np.divide(left, total, out=np.zeros_like(left), where=total != 0)

    def _composite(self, places: Sequence[int], gross: np.ndarray) -> np.ndarray:
        """Errors by group where these are not kept by random group: [years, groups]."""
        of_people = standard_error(self._everybody[places].sum(axis=0), self._adults) / WEIGHT_UNIT
        simulated = self._adults.sum(axis=1) / self._results.plan.programme.sample.noise_weight
        return composite_errors(gross, of_people, self._grouped.sums[ADULTS], simulated)

    @cached_property
    def _edges(self) -> np.ndarray:
        """The part of each wide bin's people in each tenth: float64 [years, WIDE_BINS, DECILES]."""
        return np.array([wide_shares(people) for people in people_by_bin(self._results)])

    def _at_edges(self, places: Sequence[int]) -> np.ndarray:
        """Variances that sharing wide bins over tenths leaves out: [years, DECILES]."""
        wide = self._results.by_wide_income[places, :, :WIDE_BINS].sum(axis=0)
        variance = (np.nan_to_num(standard_error(wide, self._adults[:, None])) / WEIGHT_UNIT) ** 2
        return np.array([variance_at_edges(*pair) for pair in zip(variance, self._edges, strict=True)])
