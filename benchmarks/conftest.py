"""Benchmarks of kernels are timed one after the other: no worker processes here, whatever the project's tests use."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent))


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Called before worker processes would be started."""
    config.option.numprocesses = 0
    config.option.dist = "no"
    config.option.tx = []
