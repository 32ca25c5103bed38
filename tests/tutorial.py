"""The tutorial as a program: its files are written, its commands run, and their output is set into the page.

    python tests/tutorial.py        # writes docs/tutorial.md again, when a figure or the screen has changed

Above a block of commands, a comment `<!-- keep: A | B -->` names the lines of output that the page shows, by what they
contain; `...` stands for the others. Above a file, `<!-- file: PATH -->` says where it is saved.
"""

import os
import re
import shlex
import shutil
import tempfile
import textwrap
from pathlib import Path

from click.testing import CliRunner

from microsim.cli import main

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "tutorial.md"
WIDTH = "100"
_LONGEST = 116  # characters of a line: longer ones are broken
_BLOCK = re.compile(
    r"(<!-- (?P<what>file|keep): (?P<about>.*?) -->\n+```\w+\n)(?P<body>.*?)(^```$)", re.DOTALL | re.MULTILINE
)


def made_again(page, place):
    """The page with the output of its commands, run in the folder `place`, which is given scenarios and people."""
    shutil.copytree(ROOT / "scenarios", place / "scenarios")
    (place / "populations").symlink_to(ROOT / "populations")
    before, width = Path.cwd(), os.environ.get("COLUMNS")
    os.chdir(place)
    os.environ["COLUMNS"] = WIDTH
    try:
        return _BLOCK.sub(_filled, page)
    finally:
        os.chdir(before)
        os.environ.pop("COLUMNS")
        if width is not None:
            os.environ["COLUMNS"] = width


def _filled(block):
    opening, body, closing = block[1], block["body"], block[5]
    if block["what"] == "file":
        Path(block["about"]).write_text(body, encoding="utf-8")
        return block[0]
    command = body.splitlines()[0]
    lines = [command, *kept(output_of(command.removeprefix("$ ")), block["about"])]
    return opening + "".join(f"{line}\n" for line in lines) + closing


def output_of(command):
    """What a command prints on both streams. Exit codes other than 0 and 2 are failures."""
    program, *arguments = shlex.split(command)
    assert program == "microsim", command
    result = CliRunner().invoke(main, arguments)
    if result.exit_code not in (0, 2):
        raise RuntimeError(f"{command}: {result.output}") from result.exception
    return result.output


def kept(text, patterns):
    """The lines that contain one of the patterns, and `...` for each stretch of others; `all` keeps every line."""
    wanted = patterns.split(" | ")  # spaces count: they tell columns apart
    shown = []
    for line in text.rstrip().splitlines():
        if wanted == ["all"] or any(pattern in line for pattern in wanted):
            inside = " " * (len(line) - len(line.lstrip()))
            shown += textwrap.wrap(line, _LONGEST, initial_indent="", subsequent_indent=inside) or [""]
        elif shown[-1:] != ["..."]:
            shown.append("...")
    return shown


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PAGE.write_text(made_again(PAGE.read_text(encoding="utf-8"), Path(folder)), encoding="utf-8")
