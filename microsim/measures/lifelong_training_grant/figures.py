"""The default figures of the grant, from `figures.yaml` beside this file."""

from microsim.scenario.figures import default_figures

FIGURES = default_figures(__file__)
