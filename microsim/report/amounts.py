"""Amounts in sentences and on axes: rounded to what can be said of them."""

from __future__ import annotations

MILLION, BILLION = 1e6, 1e9
_TEN = 10.0
_NEARLY_BILLION, _NEARLY_TEN = 999.5, 9.95  # £ million, from which an amount rounds to what is written another way
_NEARLY_NONE = 0.05  # £ million, below which an amount is given in pounds


def pounds_in_words(pounds: float) -> str:
    """An amount as a sentence gives it: £2.67 billion, £748 million, £6.4 million, £30,200, with its minus."""
    sign, size = ("-" if pounds < 0 else ""), abs(pounds)
    if size >= _NEARLY_BILLION * MILLION:
        billions = size / BILLION
        said = f"{billions:,.1f}" if billions >= _TEN else f"{billions:.2f}"
        return f"{sign}£{said.rstrip('0').rstrip('.')} billion"
    millions = size / MILLION
    if not size or millions >= _NEARLY_TEN:
        return f"{sign}£{millions:,.0f} million"
    if millions >= _NEARLY_NONE:
        return f"{sign}£{millions:.1f} million"
    return f"{sign}£{size:,.0f}" if size >= 1 else "less than £1"


def share_in_words(share: float) -> str:
    """A fraction in per cent: whole from 10 on."""
    points = 100 * share
    return f"{points:.0f} %" if abs(points) >= _TEN or not points else f"{points:.1f} %"
