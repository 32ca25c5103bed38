"""The group that every command belongs to."""

from __future__ import annotations

import click

from microsim import __version__


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def main() -> None:
    """What a skills policy for England would cost, year by year, and who would gain.

    Start with:  microsim run scenarios/opportunity_for_all.yaml
    """
