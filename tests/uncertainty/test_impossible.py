"""Ranges that no distribution of their name can have are told when a scenario is read, with their place."""

import pytest
from click.testing import CliRunner
from common import ROOT

from microsim import api
from microsim.cli import main
from microsim.errors import InputError

SCENARIO = f"""\
name: Premium
population: {ROOT / "populations" / "england.yaml"}
years: 2028-29 to 2031-32
measures:
  premium:
    kind: post16_pupil_premium
    start: 2029-30
    eligibility:
      persistent: {{persistent}}
uncertainty:
  vary: {{vary}}
"""
PERSISTENT = "measures.premium.eligibility.persistent"
CANNOT = "{central: 0.03, low: 0.02, high: 0.9, distribution: beta}"


def write(folder, persistent="0.5", vary="{}"):
    path = folder / "premium.yaml"
    path.write_text(SCENARIO.format(persistent=persistent, vary=vary), encoding="utf-8")
    return path


def test_a_beta_distribution_that_cannot_be_is_told_by_check(tmp_path):
    """Percentiles 0.88 apart leave 5 % above 0.88, and so a mean of 0.044 at least: 0.03 cannot be."""
    result = CliRunner().invoke(main, ["check", str(write(tmp_path, CANNOT))])
    assert result.exit_code == 2
    assert "premium.yaml:9:" in result.stderr
    assert f"{PERSISTENT}: no beta distribution of the mean 0.03 has those 5th and 95th percentiles" in result.stderr
    assert "found 0.03, 0.02 to 0.9" in result.stderr


def test_one_in_vary_too(tmp_path):
    vary = f"{{{PERSISTENT}: {{distribution: beta, low: 0.02, high: 0.99}}}}"
    with pytest.raises(InputError, match=r"premium.yaml:11:\d+: uncertainty.vary.*no beta distribution of the mean"):
        api.load_scenario(write(tmp_path, "0.03", vary))


def test_what_can_be_is_read(tmp_path):
    assert api.load_scenario(write(tmp_path, "{central: 0.5, low: 0.4, high: 0.6, distribution: beta}"))
    assert api.load_scenario(write(tmp_path, "{central: 0.5, low: 0.4, high: 0.6, distribution: normal}"))
