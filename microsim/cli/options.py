"""Arguments and options that several commands share, and the scenario that they ask for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from microsim.cli.endings import warn
from microsim.defaults import SCALES

if TYPE_CHECKING:
    from microsim.scenario.schema import Scenario

Command = Callable[..., None]
Option = Callable[[Command], Command]


def _years(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Check the form of --years. Raises click.BadParameter."""
    from microsim.years import parse_years

    try:
        if value is not None:
            parse_years(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return value


SHARE = click.FloatRange(1e-5, 1.0)
SEEDS = click.IntRange(0, 2**32 - 1)
SCENARIO = click.argument("scenario", type=click.Path(path_type=Path))
SAMPLE = click.option("--sample", type=SHARE, help="Share of people simulated, such as 0.01 for 1 in 100.")
SCALE = click.option(
    "--scale", type=click.Choice([*SCALES]),
    help=f"Sample by name: {', '.join(f'{name} {share:g}' for name, share in SCALES.items())}.",
)  # fmt: skip
SEED = click.option("--seed", type=SEEDS, help="Seed of every random draw.")
YEARS = click.option("--years", callback=_years, help='Financial years, such as "2026-27 to 2035-36".')
POPULATION = click.option(
    "--population",
    type=click.Path(path_type=Path),
    help="Population file in place of the scenario's, such as one that names a survey of your own.",
)
THREADS = click.option("--threads", type=click.IntRange(1), help="Threads to use; all processors unless given.")
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program to read.")
QUIET = click.option("--quiet", is_flag=True, help="Print nothing but warnings and errors.")
PRICES = click.option(
    "--prices", type=click.Choice(["cash", "real", "present_value"]), default="cash", show_default=True,
    help="Prices of all amounts.",
)  # fmt: skip
ANOTHER_RUN = (SAMPLE, SCALE, SEED, YEARS, POPULATION)  # what makes it another run of a scenario


def output_folder(text: str) -> Option:
    """--output, a folder."""
    return click.option("--output", type=click.Path(path_type=Path, file_okay=False), help=text)


def output_file(text: str) -> Option:
    """--output, a file."""
    return click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help=text)


class Asked(NamedTuple):
    """The scenario that a command is given, and the options that make it another run than the file says."""

    scenario: Path
    sample: float | None = None
    seed: int | None = None
    years: str | None = None
    population: Path | None = None

    def load(self, say: bool = True) -> Scenario:
        """The checked scenario; its warnings are printed, unless they are to be said at the end. Raises InputError."""
        from microsim import api

        loaded = api.load_scenario(
            self.scenario, sample=self.sample, seed=self.seed, years=self.years, population=self.population
        )
        if say:
            warn(loaded.warnings)
        return loaded

    @property
    def name(self) -> str:
        """The scenario's name, and the options that make it another run, so that none replaces another silently."""
        options = (("sample", self.sample), ("seed", self.seed),
                   ("years", self.years and self.years.replace(" to ", "_")),
                   ("population", self.population and self.population.stem))  # fmt: skip
        return "".join([self.scenario.stem, *(f".{name}-{value}" for name, value in options if value is not None)])

    def folder(self, output: Path | None, ending: str = "") -> Path:
        """Where results go: `output`, or a folder in outputs/ named after the run."""
        return output or Path("outputs") / f"{self.name}{ending}"


def _share(scale: str | None, sample: float | None) -> float | None:
    """The share of people that --scale or --sample asks for. Raises click.UsageError when both do."""
    if scale is None:
        return sample
    if sample is not None:
        raise click.UsageError("--scale and --sample both say how many people: give one of them")
    return SCALES[scale]


def asks(*options: Option, scenario: Option = SCENARIO) -> Option:
    """Give a command the scenario and these options of it as one argument, `asked`."""

    def decorated(command: Command) -> Command:
        @wraps(command)
        def wrapped(*arguments: Any, **given: Any) -> None:
            if "scale" in given:
                given["sample"] = _share(given.pop("scale"), given["sample"])
            asked = Asked(**{name: given.pop(name) for name in Asked._fields if name in given})
            command(*arguments, asked=asked, **given)

        decorator: Command = wrapped
        for option in reversed((scenario, *options)):
            decorator = option(decorator)
        return decorator

    return decorated
