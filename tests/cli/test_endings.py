"""How commands end: warnings at the end, plain terminals, JSON without what JSON has no word for, compiling said."""

import json
import logging

import pytest

from microsim.cli.endings import Progress, print_json, terminal_style, warn_at_the_end
from microsim.kernels import jit


def test_warnings_are_few_once_and_the_largest_first(capsys):
    others = [f"other {one}" for one in range(9)]
    warn_at_the_end(["b: nothing in this run reads it", *others, *others, "a: nothing happens in x"])
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "warning: a: nothing happens in x"
    assert len(said) == 6
    assert said[-1] == "6 more warnings are in manifest.json"


def test_json_has_no_numbers_that_are_none(capsys):
    print_json({"a": float("nan"), "b": [1.5, float("inf")], "c": {"d": "£"}})
    text = capsys.readouterr().out
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name)) == {"a": None, "b": [1.5, None],
                                                                               "c": {"d": "£"}}  # fmt: skip


@pytest.mark.parametrize(("quiet", "said"), [(False, [jit.COMPILING]), (True, [])])
def test_compiling_is_said_once_and_not_when_quiet(capsys, quiet, said):
    with Progress(quiet):
        for _ in range(2):
            logging.getLogger(jit.__name__).info(jit.COMPILING)
    assert capsys.readouterr().err.splitlines() == said
    logging.getLogger(jit.__name__).info(jit.COMPILING)
    assert capsys.readouterr().err == "", "nothing after the command"


def test_no_colours_where_nobody_sees_them(monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "97")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert (terminal_style().colour, terminal_style().width) == (True, 97)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not terminal_style().colour
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert not terminal_style().colour
