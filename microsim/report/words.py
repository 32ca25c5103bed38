"""Names of the program as people read them."""

from __future__ import annotations

import unicodedata

_TURNS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])  # characters that turn the text around them
_ISOLATE, _END = "\u2068", "\u2069"
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_SHORT = {"vat": "VAT", "fe": "FE", "uc": "UC"}


def in_words(name: str) -> str:
    """A measure's or group's name with spaces for underscores and a capital: `vat_relief` is VAT relief."""
    words = " ".join(_SHORT.get(word, word) for word in name.replace("_", " ").split())
    return words[:1].upper() + words[1:]


def set_apart(text: str) -> str:
    """What somebody typed as it may stand in a sentence: written from right to left, it turns nothing around it."""
    plain = text.translate(_TURNS)
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in plain)
    return f"{_ISOLATE}{plain}{_END}" if turns else plain
