"""What policy does to people: one measure per file, found by its kind. Measures never import one another."""

from microsim.measures.find import find_measure, known_kinds

__all__ = ["find_measure", "known_kinds"]
