"""What machine this is, and how fast: fixed small jobs, so that figures of two machines can be set side by side."""

from __future__ import annotations

import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import numba
import numpy as np

from benchmarks.clock import best

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("microsim", "numba", "llvmlite", "numpy", "pandas", "pyarrow")
_VALUES, _SORTED = 1 << 22, 1 << 20
_BYTES = 256 << 20  # far more than any cache holds
_UNKNOWN = "unknown"


def processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def about() -> dict[str, Any]:
    """When, where and of what a measurement is: date, machine, commit and versions."""
    now = datetime.datetime.now()
    return {
        "date": now.date().isoformat(),
        "time": now.strftime("%H:%M"),
        "commit": commit(),
        "processor": _from_file("/proc/cpuinfo", "model name") or platform.processor() or _UNKNOWN,
        "architecture": platform.machine(),
        "compiled_for": str(numba.config.CPU_NAME or "this processor"),
        "processors": processors(),
        "memory_gib": round(_total_memory() / 2**30, 1),
        "system": platform.system(),
        "python": sys.version.split()[0],
        **{name: _version(name) for name in PACKAGES},
    }


def commit() -> str:
    """The commit measured, with a plus where the package or the benchmarks differ from it."""
    try:
        found = _git("rev-parse", "--short=8", "HEAD")
        return found + ("+" if _git("status", "--porcelain", "microsim", "benchmarks/*.py") else "")
    except (OSError, subprocess.CalledProcessError):
        return _UNKNOWN


def calibrate() -> dict[str, float]:
    """How fast this machine does a few fixed jobs, each the best of some tries on one processor."""
    random = np.random.default_rng(1).integers(0, 2**32, _SORTED, np.uint32)
    words = np.arange(_VALUES, dtype=np.uint32)
    compiled = numba.njit(nogil=True)(_mix)
    source, target = np.ones(_BYTES, np.uint8), np.zeros(_BYTES, np.uint8)
    values = np.linspace(0.1, 1.0, _SORTED)
    return {
        "numpy_sort_nanoseconds_per_value": best(lambda: np.sort(random), 5) / _SORTED * 1e9,
        "numpy_log_nanoseconds_per_value": best(lambda: np.log(values), 5) / _SORTED * 1e9,
        "numba_integers_nanoseconds_per_value": best(lambda: compiled(words), 6) / _VALUES * 1e9,
        "copied_gigabytes_per_second": _BYTES / best(lambda: np.copyto(target, source), 5) / 1e9,
    }


def _mix(words):
    """Sixteen rounds of shifts, exclusive ors and multiplications, which the compiler vectorises."""
    found = np.uint32(0)
    for i in range(np.uint64(len(words))):
        word = words[i]
        for _ in range(16):
            word = np.uint32(np.uint32(word ^ np.uint32(word >> np.uint32(15))) * np.uint32(0x2C1B3C6D))
        found ^= word
    return found


def _git(*arguments: str) -> str:
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        import microsim

        return microsim.__version__ if package == "microsim" else "not installed"


def _from_file(path: str, name: str) -> str:
    """What a file of lines `name : value` says of `name` first; nothing where there is no such file or line."""
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")


def _total_memory() -> int:
    if not hasattr(os, "sysconf"):
        return 0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
