"""Kept compiled code: never stale, found again without new files, and no trouble when nothing can be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from microsim.kernels import jit

PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from microsim.kernels.jit import compile_driver
from pathlib import Path
import plug_driver
driver = compile_driver(plug_driver.live, tuple(Path(p) for p in sys.argv[2:]))
print(driver(np.arange(3.0)), sum(driver.stats.cache_hits.values()))
"""
DRIVER = "import plug_rule\ndef live(x):\n    return plug_rule.rule(x.sum())\n"
RULE = "import numba\n@numba.njit\ndef rule(x):\n    return x + {}\n"


def run(folder: Path, *sources: Path, program: str = PROGRAM) -> list[str]:
    environment = {**os.environ, "MICROSIM_CACHE_DIR": str(folder / "cache")}
    # The interpreter would take a file edited within the second, to the same size, for the one whose code it kept.
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    command = [sys.executable, "-c", program, str(folder), *map(str, sources)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.split()


def files(folder: Path) -> set[Path]:
    return {path for path in (folder / "cache").rglob("*") if path.is_file()}


@pytest.fixture
def plug_in(tmp_path):
    (tmp_path / "plug_driver.py").write_text(DRIVER)
    (tmp_path / "plug_rule.py").write_text(RULE.format(1))
    return tmp_path


def test_a_second_process_finds_the_code_and_adds_no_file(plug_in):
    rule = plug_in / "plug_rule.py"
    assert run(plug_in, rule) == ["4.0", "0"]
    kept = files(plug_in)
    assert kept
    assert run(plug_in, rule) == ["4.0", "1"]
    assert files(plug_in) == kept


def test_a_changed_callee_in_another_file_is_never_stale(plug_in):
    rule = plug_in / "plug_rule.py"
    assert run(plug_in, rule)[0] == "4.0"
    rule.write_text(RULE.format(5))
    assert run(plug_in, rule)[0] == "8.0"


EDITED = """
from microsim.kernels import jit
jit.note_sources([Path(p) for p in sys.argv[2:]])
Path(plug_driver.plug_rule.__file__).write_text({!r})
"""


def test_code_of_a_file_edited_since_it_was_loaded_is_not_kept(plug_in):
    rule = plug_in / "plug_rule.py"
    edit = EDITED.format(RULE.format(5))
    assert run(plug_in, rule, program=PROGRAM.replace("import plug_driver\n", f"import plug_driver{edit}")) == [
        "4.0",
        "0",
    ]
    assert run(plug_in, rule) == ["8.0", "0"]
    assert run(plug_in, rule) == ["8.0", "1"]


def test_a_changed_source_of_the_package_changes_the_key(monkeypatch, tmp_path):
    copy = tmp_path / "microsim"
    copy.mkdir()
    (copy / "a.py").write_text("x = 1")
    monkeypatch.setattr(jit, "_PACKAGE", copy)
    before = jit.source_digest()
    (copy / "a.py").write_text("x = 2")
    assert jit.source_digest() != before


def test_a_removed_plug_in_changes_the_key(tmp_path):
    plug = tmp_path / "plug.py"
    plug.write_text("x = 1")
    assert jit.source_digest([plug]) != jit.source_digest()


def test_an_unwritable_home_falls_back(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")  # a folder below a file cannot be made, even by root
    monkeypatch.delenv("MICROSIM_CACHE_DIR", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(tmp_path))
    folder = jit.cache_folder("key")
    assert folder is not None
    assert tmp_path in folder.parents


def test_without_any_folder_the_driver_still_compiles(monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("MICROSIM_CACHE_DIR", str(blocked))
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    monkeypatch.setattr(jit.tempfile, "gettempdir", lambda: str(blocked))
    assert jit.cache_folder("key") is None

    def double(x):
        return x + x

    assert jit.compile_driver(double)(2) == 4


def test_a_new_source_file_of_the_package_changes_the_key(monkeypatch, tmp_path):
    package = tmp_path / "microsim"
    (package / "room").mkdir(parents=True)
    monkeypatch.setattr(jit, "_PACKAGE", package)
    before = jit.source_digest()
    (package / "room" / "new.py").write_text("")
    assert jit.source_digest() != before


def test_the_key_of_a_driver_holds_what_its_imports_reach_and_nothing_else(monkeypatch, tmp_path):
    package = tmp_path / "microsim"
    (package / "room").mkdir(parents=True)
    for name, text in {
        "__init__": "def f():\n    from microsim.far import x\n", "far": "x = 1\n", "room/__init__": "",
        "near": "from microsim.room import deep, other\n",
        "room/deep": "from microsim.room.deepest import (\n    a,\n    b,\n)\n", "room/other": "", "room/deepest": "",
    }.items():  # fmt: skip
        (package / f"{name}.py").write_text(text)
    monkeypatch.setattr(jit, "_PACKAGE", package)
    names = {str(path.relative_to(package)) for path in jit.reached([package / "near.py"])}
    inits = {"__init__.py", "room/__init__.py"}
    assert names == inits | {"near.py", "room/deep.py", "room/other.py", "room/deepest.py"}


def test_a_measure_s_code_is_stale_after_a_change_of_its_own_files_only():
    from microsim.engine.turn import apply_measure
    from microsim.engine.year import live_year
    from microsim.measures import find_measure

    grant = find_measure("lifelong_training_grant").file
    assert grant not in jit.reached([Path(live_year.__code__.co_filename)])
    assert jit.code_digest(apply_measure, [grant]) != jit.code_digest(apply_measure)
    assert any(path.name == "earnings.py" for path in jit.reached([Path(live_year.__code__.co_filename)]))


def test_a_plug_in_package_is_stale_after_a_change_of_any_of_its_files(monkeypatch, tmp_path):
    from types import SimpleNamespace

    from microsim.measures.find import files_of

    plug = tmp_path / "plug_measure"
    plug.mkdir()
    (plug / "__init__.py").write_text("")
    (plug / "kernel.py").write_text("from plug_measure.rules import rule\ndef cost():\n    return rule()\n")
    (plug / "rules.py").write_text("def rule():\n    return 1\n")
    (plug / "params.py").write_text("class Params:\n    pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import plug_measure.kernel
    import plug_measure.params

    kernel = Path(plug_measure.kernel.__file__)
    files = files_of(SimpleNamespace(file=kernel, params=plug_measure.params.Params))
    assert plug / "rules.py" in files
    before = jit.code_digest(files_of, files)
    (plug / "rules.py").write_text("def rule():\n    return 2\n")
    assert jit.code_digest(files_of, files) != before
