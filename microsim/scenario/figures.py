"""Default figures of a measure or of a block: a YAML file of the same name beside its module, not numbers in code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from microsim.scenario.source import read_yaml
from microsim.scenario.values import Quantity, quantity


class DefaultFigures(dict[str, Quantity]):
    """Figures by the path of the field that each is the default of, and the commonest fields made of them."""

    def number(self, name: str, description: str, unit: str, most: float | None) -> Any:
        """A field for a number from 0 to `most`."""
        return quantity(self[name], unit=unit, description=description, ge=0, le=most)

    def share(self, name: str, description: str, unit: str = "fraction") -> Any:
        """A field for a share."""
        return self.number(name, description, unit, 1)

    def pounds(self, name: str, description: str, most: float | None, unit: str = "£ a year") -> Any:
        """A field for pounds up to `most`."""
        return self.number(name, description, unit, most)


def default_figures(module_file: str) -> DefaultFigures:
    """The figures of `NAME.yaml` beside `NAME.py`, by the path of the field that each is the default of.

    Every one has a source and a grade. Raises ValueError when one has not, and InputError for a malformed file.
    """
    path = Path(module_file).with_suffix(".yaml")
    figures = DefaultFigures({str(name): Quantity.of(value) for name, value in read_yaml(path).values.items()})
    for name, figure in figures.items():
        if not figure.source or not figure.quality:
            raise ValueError(f"{path.name}: {name} needs a source and a quality")
    return figures
