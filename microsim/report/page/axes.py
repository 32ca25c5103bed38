"""Axes that several charts share."""

from __future__ import annotations

import altair as alt

_UPRIGHT = 8  # years, up to which labels need not be turned


def year_axis(years: int) -> alt.Axis:
    """An axis of so many financial years: many stand slanted, and not all have a label."""
    return alt.Axis(labelAngle=0 if years <= _UPRIGHT else -45, labelOverlap=True)
