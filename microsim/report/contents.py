"""The report of a run: its parts, in the order in which they are read."""

from __future__ import annotations

from collections.abc import Callable

from microsim.report.material import Material
from microsim.report.page.blocks import Page, Section
from microsim.report.sections.assumptions import assumptions
from microsim.report.sections.headline import headline
from microsim.report.sections.how_sure import how_sure
from microsim.report.sections.measures import measures
from microsim.report.sections.not_modelled import not_modelled
from microsim.report.sections.reproducibility import reproducibility
from microsim.report.sections.scorecard import scorecard
from microsim.report.sections.validation import validation
from microsim.report.sections.where import where
from microsim.report.sections.who_gains import who_gains

SECTIONS: tuple[Callable[[Material], Section], ...] = (
    headline,
    scorecard,
    measures,
    who_gains,
    where,
    how_sure,
    validation,
    assumptions,
    not_modelled,
    reproducibility,
)


def report_page(material: Material) -> Page:
    """The whole report as sections of blocks."""
    run = material.run
    survey = run.manifest.get("survey")
    people = f"{run.manifest['sample']} of {survey['name'] if survey else 'adults of England'}"
    subtitle = f"{run.manifest['years']}; {people}, seed {run.manifest['seed']}"
    return Page(run.name, subtitle, [section(material) for section in SECTIONS])
