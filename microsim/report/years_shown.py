"""Which financial years a table shows where all would not fit."""

from __future__ import annotations

import pandas as pd

MOST = 8
_EVERY = 5  # after the first years of a policy, columns are this many years apart
_FIRST_YEARS = 6
_WHERE_NARROW = (0, 1, 3, 8, 13, 18, 23, 28)  # years after the first that are shown where not all fit


def years_shown(scorecard: pd.DataFrame, most: int = MOST, quoted: str | None = None) -> list[str]:
    """The first years from the first with money in them, then every fifth, then the last; at most `most`.

    The year that is `quoted` stands in the place of the nearest, where it is not among them.

    `scorecard` has `financial_year` and `cash`.
    """
    by_year = (scorecard["cash"] != 0).groupby(scorecard["financial_year"]).any()
    years = list(by_year.index)
    start = next((place for place, year in enumerate(years) if by_year[year]), 0)
    places = list(range(start, min(start + _FIRST_YEARS, len(years))))
    places += range(start + _FIRST_YEARS - 1 + _EVERY, len(years), _EVERY)
    if len(years) - 1 not in places:
        places.append(len(years) - 1)
    most = max(most, 2)
    if len(places) > most:  # fewer of the first years, then those further on
        fewer = [start + after for after in _WHERE_NARROW if start + after < len(years) - 1]
        places = [*fewer[: most - 1], places[-1]]
    return _with_year([years[place] for place in places], quoted)


def _with_year(years: list[str], year: str | None) -> list[str]:
    if year is None or year in years or len(years) == 1:
        return years
    nearest = min(years[:-1], key=lambda one: abs(int(one[:4]) - int(year[:4])))
    return sorted({year if one == nearest else one for one in years})
