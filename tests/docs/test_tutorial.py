"""The tutorial's commands work as it says, and what it shows is what they print."""

import re

import pytest
from tutorial import PAGE, kept, made_again


@pytest.fixture(scope="module")
def page():
    return PAGE.read_text(encoding="utf-8")


def test_the_page_shows_what_its_commands_print(page, tmp_path):
    """Made by: python tests/tutorial.py"""
    assert made_again(page, tmp_path) == page


def test_every_number_in_bold_stands_in_an_output(page):
    outputs = "\n".join(re.findall(r"^```console\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))
    prose = re.sub(r"^```.*?^```$", "", page, flags=re.MULTILINE | re.DOTALL)
    numbers = re.findall(r"\*\*[−±+]?([\d,.]+)\*\*", prose)
    assert len(numbers) >= 4
    assert [number for number in numbers if number not in outputs] == []


def test_every_command_of_the_page_is_run_or_needs_a_terminal(page):
    shown = re.findall(r"^(?:\$ )?(microsim \w+)", page, re.MULTILINE)
    run = re.findall(r"^\$ (microsim \w+)", page, re.MULTILINE)
    assert set(shown) - set(run) == {"microsim open"}


def test_lines_that_are_left_out_are_said_to_be():
    assert kept("one\ntwo\nthree\nfour\n", "one | four") == ["one", "...", "four"]
    assert kept("one\n", "all") == ["one"]
