"""Default figures of a measure: a YAML file of the measure's name beside its module, not numbers in code."""

from __future__ import annotations

from pathlib import Path

from microsim.scenario.source import read_yaml
from microsim.scenario.values import Quantity


def default_figures(module_file: str) -> dict[str, Quantity]:
    """The figures of `NAME.yaml` beside `NAME.py`, by the path of the field that each is the default of.

    Every one has a source and a grade. Raises ValueError when one has not, and InputError for a malformed file.
    """
    path = Path(module_file).with_suffix(".yaml")
    figures = {str(name): Quantity.of(value) for name, value in read_yaml(path).values.items()}
    for name, figure in figures.items():
        if not figure.source or not figure.quality:
            raise ValueError(f"{path.name}: {name} needs a source and a quality")
    return figures
