"""`microsim commands`: every command and option as a page of Markdown, from the commands themselves.

`manual.yaml` beside this file has the order, an example of each and where to read on.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from microsim.cli.endings import explained
from microsim.cli.group import main

_OPENING = """\
# Commands

Every command and option. This page is made by `microsim commands`; `microsim COMMAND --help` says the same in the
terminal. Results go to standard output, progress and warnings to standard error. Exit code 0 means done, 2 that an
input was wrong: one line says what was found, what was expected and where."""
_VALUES = {"float range": "NUMBER", "integer range": "NUMBER", "integer": "NUMBER", "directory": "FOLDER"}
_SOURCE = Path(__file__).with_suffix(".yaml")


def commands_page() -> str:
    """The page. Raises KeyError for a command that `manual.yaml` does not name, or names and is not there."""
    return "\n".join(_page()) + "\n"


def all_commands(group: click.Group = main, prefix: str = "") -> dict[str, click.Command]:
    """Every command by its name, those of groups with the group's before it."""
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found |= all_commands(command, f"{prefix}{name} ")
        else:
            found[prefix + name] = command
    return found


def _page() -> Iterator[str]:
    from microsim.scenario.source import read_yaml

    commands = all_commands()
    groups: Any = read_yaml(_SOURCE).values
    named = [name for group in groups for name in group["commands"]]
    if missing := set(commands) ^ set(named):
        raise KeyError(f"{_SOURCE.name} and the commands differ: {sorted(missing)}")
    yield from (_OPENING, "", "| Command | What it does |", "|---|---|")
    for name in named:
        yield f"| [`microsim {name}`](#microsim-{_anchor(name)}) | {_cell(_paragraphs(commands[name])[0])} |"
    for group in groups:
        yield from ("", f"## {group['title']}")
        for name, about in group["commands"].items():
            yield from _command(name, commands[name], about)


def _command(name: str, command: click.Command, about: dict[str, str]) -> Iterator[str]:
    arguments = [param for param in command.params if isinstance(param, click.Argument)]
    yield from ("", f"### microsim {name}", "")
    for paragraph in _paragraphs(command):
        yield from (paragraph, "")
    if arguments:
        yield from (f"    microsim {name} {' '.join(_usage(argument) for argument in arguments)} [OPTIONS]", "")
    yield from ("For example:", "", f"    {about['example']}")
    if about.get("more"):
        yield from ("", about["more"])
    options = [param for param in command.params if isinstance(param, click.Option)]
    if options:
        yield from ("", "| Option | |", "|---|---|")
        for option in options:
            yield f"| {_cell(_written(option))} | {_cell(_meaning(option))} |"


def _paragraphs(command: click.Command) -> list[str]:
    """The help of a command, each paragraph on one line; what is to be shown as it stands is a block of code."""
    parts = inspect.cleandoc(command.help or "").split("\n\n")
    return [
        "\n".join(f"    {line}" for line in part.splitlines()[1:]) if part.startswith("\b") else _escaped(part)
        for part in parts
    ]


def _usage(argument: click.Argument) -> str:
    name = f"{(argument.metavar or argument.name or '').strip('[]').upper()}{' ...' if argument.nargs != 1 else ''}"
    return name if argument.required else f"[{name}]"


def _written(option: click.Option) -> str:
    names = " or ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag and option.metavar is None:
        return names
    if isinstance(option.type, click.Choice):
        return f"{names} {', '.join(option.type.choices)}"
    return f"{names} {option.metavar or _VALUES.get(option.type.name, option.type.name.upper())}"


def _meaning(option: click.Option) -> str:
    default = option.default if option.show_default and not option.is_flag else None
    again = " May be repeated." if option.multiple and "repeated" not in (option.help or "") else ""
    return f"{option.help or ''}{again}{f' Default: {default}.' if default is not None else ''}".strip()


def _cell(text: str) -> str:
    return _escaped(text).replace("|", "\\|")


def _escaped(text: str) -> str:
    """Text on one line in which nothing is taken for HTML."""
    return " ".join(text.split()).replace("<", "&lt;")


def _anchor(name: str) -> str:
    """The anchor that a heading gets, without what is not a letter or a digit."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower())


@main.command()
@explained
def commands() -> None:
    """Every command and option, as a page to read."""
    click.echo(commands_page(), nl=False)
