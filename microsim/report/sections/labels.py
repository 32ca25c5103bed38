"""Groups of people as they are read: tenths by number, qualifications and industries by name."""

from __future__ import annotations

from microsim.report.distribution import group_label

TENTHS = "Tenth of income, poorest to richest"  # the title of an axis
QUALIFICATIONS = ("qualification", "starting_qualification")
_INDUSTRY = "industry"
_DECILE = "decile "
_ENDS = {"1": "1 (poorest)", "10": "10 (richest)"}
_SECTIONS = {  # of the Standard Industrial Classification 2007, in short
    "A": "Agriculture, forestry and fishing", "B": "Mining and quarrying", "C": "Manufacturing",
    "D": "Electricity and gas supply", "E": "Water supply and waste", "F": "Construction",
    "G": "Wholesale and retail trade", "H": "Transport and storage", "I": "Accommodation and food",
    "J": "Information and communication", "K": "Finance and insurance", "L": "Real estate",
    "M": "Professional, scientific and technical services", "N": "Administrative and support services",
    "O": "Public administration and defence", "P": "Education", "Q": "Health and social work",
    "R": "Arts, entertainment and recreation", "S": "Other services",
}  # fmt: skip


def labelled(group: str, breakdown: str = "") -> str:
    """A group of a breakdown in words; the poorest and the richest tenth are said to be so."""
    if group.startswith(_DECILE):
        number = group.removeprefix(_DECILE)
        return _ENDS.get(number, number)
    if breakdown == _INDUSTRY and group in _SECTIONS:
        return f"{group} {_SECTIONS[group]}"
    return capital(group_label(group) if breakdown in QUALIFICATIONS else group.replace("_", " "))


def short(group: str, breakdown: str = "") -> str:
    """The same for an axis that has little room: tenths by number alone."""
    return group.removeprefix(_DECILE) if group.startswith(_DECILE) else labelled(group, breakdown)


def capital(words: str) -> str:
    """Words that begin with a capital; the rest as it is."""
    return words[:1].upper() + words[1:]
