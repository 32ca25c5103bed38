"""Runs: a scenario made ready for the engine, lived, and written down."""
