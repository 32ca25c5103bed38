"""The default figures of the grant, from `figures.yaml` beside this file."""

from microsim.measures.figures import default_figures

FIGURES = default_figures(__file__)
