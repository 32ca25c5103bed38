"""Defaults that a command's help shows and the Python interface has, each once: light to import."""

DRAWS = 500  # of the uncertain fields, for percentiles
DRAW_SEED = 1
BASE_DRAWS = 64  # of the design for shares of variance: a power of two
SHOWN_FIELDS = 8  # fields, or groups of them, with a share of variance of their own
SYNTHESIS_SEEDS = 5  # that each of the other populations lives under
ALIGN_SAMPLE = 0.0025  # of the pilot runs: coarse, but of the same people in every population
PILOT_SAMPLE = 0.01  # of the pilot run that aligns the population itself, and of its description
SCALES = {"small": 0.001, "standard": 0.01, "large": 0.1, "full": 1.0}  # shares of the population that have names
