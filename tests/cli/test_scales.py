"""`--scale`: a share of people by name."""

import pytest
from click.testing import CliRunner

from microsim.cli import main
from microsim.cli.options import Asked
from microsim.defaults import SCALES
from tests.cli.test_commands import SCENARIO


def asked_of(monkeypatch, *options):
    """What `microsim ledger` is asked for with these options, or how it ends."""
    seen = []

    def load(self, say=True):
        seen.append(self)
        raise SystemExit(0)

    monkeypatch.setattr(Asked, "load", load)
    result = CliRunner().invoke(main, ["ledger", str(SCENARIO), *options])
    return seen, result


@pytest.mark.parametrize(("name", "share"), SCALES.items())
def test_a_scale_is_a_sample_by_name(monkeypatch, name, share):
    (asked,), _ = asked_of(monkeypatch, "--scale", name)
    assert asked.sample == share
    assert f".sample-{share}" in asked.name


def test_without_either_the_scenario_decides(monkeypatch):
    (asked,), _ = asked_of(monkeypatch)
    assert asked.sample is None


def test_both_at_once_are_refused(monkeypatch):
    seen, result = asked_of(monkeypatch, "--scale", "full", "--sample", "0.01")
    assert not seen and result.exit_code == 2
    assert "--scale and --sample both say how many people" in result.stderr


def test_an_unknown_scale_is_refused_with_the_names(monkeypatch):
    _, result = asked_of(monkeypatch, "--scale", "ful")
    assert result.exit_code == 2 and "full" in result.stderr
