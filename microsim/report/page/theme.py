"""How charts look: colours that hold for those who do not tell red from green, and what is the same in every chart.

Text, axes and background get their colours from the page, light or dark, when the chart is drawn; a chart sets only the
colours of its marks, from here.
"""

from __future__ import annotations

from collections.abc import Sequence

# Twelve colours told apart on white and on near-black, the first eight by those who do not tell red from green too.
PALETTE = (
    "#2f6fb3", "#d9772b", "#1f9e89", "#b3458f", "#8a7a1f", "#4a98ce", "#c4495c", "#6b6fc4",
    "#4f9a3e", "#a0673a", "#7d8793", "#b58a1f",
)  # fmt: skip
MAIN, CONTRAST, QUIET = PALETTE[0], PALETTE[1], PALETTE[10]
BAND = "#2f6fb3"  # a range around a line, drawn with an opacity of its own
GAIN, LOSS = "#1f9e89", "#d9772b"
SEQUENCE = ("#d5e6f3", "#9cc3e0", "#5c9bcb", "#2f6fb3", "#1c4677")  # little to much, for maps
INK = "currentColor"  # of the page's text, whatever it is
LOSSES = ("#f6dcc5", "#eab382", "#d9772b", "#a4551a", "#6b370f")  # the same for amounts below nought
ON_AREAS = "#1b1f24"  # of lines on coloured areas, which are as light on a dark page as on a light one
HEIGHT = 300  # of a chart, in pixels


def colours_of(names: Sequence[str]) -> list[str]:
    """A colour for each name, in order; the same names in the same order have the same colours in every chart."""
    return [PALETTE[place % len(PALETTE)] for place in range(len(names))]
