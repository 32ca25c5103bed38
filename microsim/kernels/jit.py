"""The only place with compiler settings, and the folder where compiled code is kept.

`@kernel` marks a function that runs inside the compiled year. Kernels are called by one another and by a driver,
never from Python (leaving out the Python wrapper saves most of their compile time). A driver is compiled once the
scenario is known, by `compile_driver`, and kept in a folder whose name is a digest of everything that could change
its machine code: the source files that the driver's imports, and theirs, reach. Numba's own cache looks only at the
file of the function it stores and returns stale results when a function that it calls, in another file, has changed:
hence the folder. Code from a file that was edited after the program had loaded it is not kept at all: it would be
found again under the name of what the file holds by then.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import re
import shutil
import tempfile
import threading
import time
import types
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.dispatcher import Dispatcher

# error_model="numpy": a division check would stop the compiler from vectorising. No fast-math: it would let the
# compiler reorder sums, and the same inputs would no longer give the same bytes on every processor.
SETTINGS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False}

_PACKAGE = Path(__file__).resolve().parent.parent
_compiling = threading.Lock()
_log = logging.getLogger(__name__)
COMPILING = "Compiling the model, once: this may take some minutes"  # at level INFO, before the first part is compiled
_KEY = re.compile("[0-9a-f]{24}")  # a folder of ours: the cache may be set to anybody's folder
_KEEP_SECONDS = 30 * 24 * 3600


def kernel(function: Callable[..., Any]) -> Any:
    """Mark `function` as a kernel: compiled inside a driver, not callable from Python."""
    return numba.njit(**SETTINGS, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)


def callable_from_python(function: Any) -> Any:
    """A separately compiled twin of a kernel that Python can call (for tests, benchmarks and block making)."""
    return numba.njit(**SETTINGS)(getattr(function, "py_func", function))


def in_parts(driver: Callable[..., Any], wrap: Callable[[str, Any], Any], **instead: Any) -> Callable[..., Any]:
    """`driver` as plain Python whose kernels are each compiled apart (for tests and benchmarks: it is slow to call).

    `wrap` is given the name of every kernel that the driver calls and its compiled twin, and returns what is called in
    its place; `instead` are other names of the driver's module with what stands for them (functions that the compiler
    chooses kernels by, which would crash when called from Python).
    """
    namespace = dict(driver.__globals__)
    for name in driver.__code__.co_names:
        if isinstance(namespace.get(name), Dispatcher):
            namespace[name] = wrap(name, callable_from_python(namespace[name]))
    return types.FunctionType(driver.__code__, namespace | instead)


def source_digest(sources: Iterable[Path] = ()) -> str:
    """A digest of all the package's sources, the files in `sources`, the compiler and its settings."""
    return _digest([*sorted(_PACKAGE.rglob("*.py")), *sorted(sources)])


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    cpu = numba.config.CPU_NAME or "host"
    digest.update(repr((numba.__version__, np.__version__, sorted(SETTINGS.items()), cpu)).encode())
    return digest.hexdigest()[:24]


_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(microsim[\w.]*)[ \t]+import[ \t]*(\([^)]*\)|[^\n]*)"
    r"|import[ \t]+(microsim[\w.]*))",
    re.MULTILINE,
)


_as_loaded: dict[Path, bytes] = {}


def note_sources(files: Iterable[Path]) -> None:
    """Remember what source files hold while the program loads them: those noted before stay as they were."""
    for file in files:
        path = file.resolve()
        if path not in _as_loaded and path.is_file():
            _as_loaded[path] = path.read_bytes()


def _edited(files: Iterable[Path]) -> bool:
    """Whether any of the files noted holds something else by now than when it was loaded."""
    return any(path in _as_loaded and path.read_bytes() != _as_loaded[path] for path in files)


note_sources(_PACKAGE.rglob("*.py"))


@functools.cache
def _imported(path: Path) -> frozenset[Path]:
    """The package's files that a source file imports itself, those of the packages around them included.

    Those of the package's own first file are left out: it loads a name when that is first asked for, and no kernel is.
    """
    if path == _PACKAGE / "__init__.py":
        return frozenset()
    names = set()
    for module, members, plain in _IMPORT.findall(path.read_text(encoding="utf-8")):
        names.add(module or plain)
        names |= {f"{module}.{member}" for member in re.findall(r"\w+", members)} if module else set()
    found = set()
    for name in names:
        parts = name.split(".")[1:]
        for depth in range(len(parts) + 1):
            base = "/".join(parts[:depth])
            found |= {f"{base}/__init__.py" if base else "__init__.py", f"{base}.py"}
    files = _files_by_name(_PACKAGE)
    return frozenset(files[name] for name in found & files.keys())


@functools.cache
def _files_by_name(package: Path) -> dict[str, Path]:
    """A package's source files by their path within it."""
    return {path.relative_to(package).as_posix(): path for path in package.rglob("*.py")}


def reached(roots: Iterable[Path]) -> set[Path]:
    """The source files `roots` and all of the package that they import, directly or not."""
    found: set[Path] = set()
    waiting = {path.resolve() for path in roots}
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting |= _imported(path) if path.suffix == ".py" else set()
    return found


def _code_files(function: Callable[..., Any], sources: Iterable[Path]) -> list[Path]:
    return sorted(reached([Path(function.__code__.co_filename), *sources]))


def code_digest(function: Callable[..., Any], sources: Iterable[Path] = ()) -> str:
    """A digest of all that could change the machine code of a driver: sources in reach, the compiler, its settings."""
    return _digest(_code_files(function, sources))


@functools.cache
def _forget_old_code(base: Path) -> None:
    """Remove folders of other versions that nothing has used for a month, once in a process."""
    for folder in base.iterdir():
        try:
            if _KEY.fullmatch(folder.name) and time.time() - folder.stat().st_mtime > _KEEP_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def cache_folder(key: str) -> Path | None:
    """The first folder for compiled code that can be written, or None: then each process compiles afresh.

    Tried in turn: `MICROSIM_CACHE_DIR`, the user's cache folder, a folder of this user's in the temporary folder.
    """
    user = os.getuid() if hasattr(os, "getuid") else 0
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    candidates = [home / "microsim", Path(tempfile.gettempdir()) / f"microsim-{user}"]
    if named := os.environ.get("MICROSIM_CACHE_DIR"):
        candidates.insert(0, Path(named))
    for base in candidates:
        folder = base / key
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            owner = folder.stat()
            if hasattr(os, "getuid") and owner.st_uid != user:
                continue  # somebody else's folder in a shared temporary folder: never load code from it
            os.utime(folder)  # in use: see _forget_old_code
            with tempfile.TemporaryFile(dir=folder):
                _forget_old_code(base)
                return folder
        except (OSError, RuntimeError):
            continue
    return None


def keeps_code() -> bool:
    """Whether compiled code is kept: there is a folder for it, and no source was edited since it was loaded."""
    return not _edited(_as_loaded) and cache_folder(_digest([])) is not None


def is_kept(function: Callable[..., Any], sources: tuple[Path, ...] = ()) -> bool:
    """Whether machine code of a driver is kept from an earlier process."""
    folder = cache_folder(code_digest(function, sources))
    return folder is not None and _has_code(folder, function)


def _has_code(folder: Path, function: Callable[..., Any]) -> bool:
    """Whether a folder for compiled code has that of `function`: the functions of a file may share a folder."""
    return any(folder.rglob(f"*.{function.__qualname__}-*.nbi"))


@functools.cache
def compile_driver(function: Callable[..., Any], sources: tuple[Path, ...] = ()) -> Any:
    """Prepare `function` for compilation, with its machine code kept between processes.

    `sources` are files besides those that the function's own imports reach (a measure's, which is found by its type).
    With the compiler switched off (NUMBA_DISABLE_JIT=1) this is `function` itself.
    """
    with _compiling:
        files = _code_files(function, sources)
        folder = None if _edited(files) else cache_folder(_digest(files))
        if folder is None or not _has_code(folder, function):
            _log.info(COMPILING)
        if folder is None:
            return numba.njit(**SETTINGS)(function)
        before = numba.config.CACHE_DIR
        numba.config.CACHE_DIR = str(folder)
        try:
            return numba.njit(**SETTINGS, cache=True)(function)
        finally:
            numba.config.CACHE_DIR = before
