"""The command line: thin commands that parse, call the Python interface and print.

Results go to stdout, progress and warnings to stderr. Exit code 2 means that an input was wrong. Nothing heavy is
imported until a command needs it, so that `microsim --help` is instant. A command's file shows what is its own:
`options.py` holds what several share, `endings.py` how they end.
"""

from microsim.cli import check as _check  # noqa: F401  (adds its command)
from microsim.cli import compare as _compare  # noqa: F401  (adds its command)
from microsim.cli import explain as _explain  # noqa: F401  (adds its command)
from microsim.cli import ledger as _ledger  # noqa: F401  (adds its command)
from microsim.cli import manual as _manual  # noqa: F401  (adds its command)
from microsim.cli import population as _population  # noqa: F401  (adds its commands)
from microsim.cli import reference as _reference  # noqa: F401  (adds its commands)
from microsim.cli import report as _report  # noqa: F401  (adds its commands)
from microsim.cli import run as _run  # noqa: F401  (adds its command)
from microsim.cli import sensitivity as _sensitivity  # noqa: F401  (adds its command)
from microsim.cli import solve as _solve  # noqa: F401  (adds its command)
from microsim.cli import synthesis as _synthesis  # noqa: F401  (adds its command)
from microsim.cli import tax as _tax  # noqa: F401  (adds its command)
from microsim.cli import uncertainty as _uncertainty  # noqa: F401  (adds its command)
from microsim.cli import validate as _validate  # noqa: F401  (adds its command)
from microsim.cli.group import main

__all__ = ["main"]
