"""Turns the engine's integer sums into published tables: cash, real terms, present value, and breakdowns."""
