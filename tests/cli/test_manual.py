"""The page of commands has every command and option, and is the one that is committed."""

import re

import pytest
from click.testing import CliRunner
from common import ROOT

from microsim.cli import main
from microsim.cli.manual import all_commands, commands_page

PAGE = ROOT / "docs" / "commands.md"


def section(name):
    """What the page says of a command."""
    text = PAGE.read_text(encoding="utf-8")
    (found,) = re.findall(rf"^### microsim {name}\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return found


def test_the_page_is_what_the_command_writes():
    """Made by: microsim commands > docs/commands.md"""
    page = PAGE.read_text(encoding="utf-8")
    assert page == commands_page()
    assert CliRunner().invoke(main, ["commands"]).stdout == page


@pytest.mark.parametrize("name", sorted(all_commands()))
def test_every_option_that_help_shows_is_there_and_no_other(name):
    shown = CliRunner().invoke(main, [*name.split(), "--help"]).stdout
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", shown.partition("Options:")[2])) - {"--help"}
    listed = re.findall(r"^\| (`--[^|]*) \|", section(name), re.MULTILINE)
    written = {option for cell in listed for option in re.findall(r"`(--[a-z-]+)`", cell)}
    assert written == options


def test_examples_are_commands_that_exist_with_options_that_exist():
    commands = all_commands()
    for name in commands:
        (example,) = re.findall(r"For example:\n\n    microsim (.*)\n", section(name))
        assert example.startswith(name), example
        known = {option for param in commands[name].params for option in (*param.opts, *param.secondary_opts)}
        assert set(re.findall(r"(?<= )--[a-z-]+", example)) <= known, example
