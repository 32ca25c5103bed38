"""How fast a run is, as ratios measured in one go: `python -m benchmarks`."""
