"""Which years a run publishes, and the people from whom simulation error is estimated."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from microsim.accounts.sums import Sum


class Published(NamedTuple):
    """`span` are the published years, named `years`, among those lived; `adults` [years lived, RANDOM_GROUPS]."""

    years: tuple[str, ...]
    span: slice
    adults: np.ndarray
    one_in: float  # people for one simulated person, as far as chance goes

    def error(self, one: Sum) -> np.ndarray:
        """One standard error of a sum over all years lived, in its unit: float64 [..., published years]."""
        return one.error(self.adults)[..., self.span]

    @property
    def simulated(self) -> np.ndarray:
        """Simulated adults, float64 [published years]."""
        return np.asarray(self.adults[self.span].sum(axis=1) / self.one_in)
