"""What is installed carries the files that it reads."""

import subprocess
import sys
import zipfile

import pytest
from common import ROOT


@pytest.mark.slow
def test_the_wheel_carries_its_figures(tmp_path):
    pytest.importorskip("setuptools", minversion="77", reason="building needs setuptools, which is not installed")
    command = [
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--quiet",
        "--wheel-dir", str(tmp_path / "wheel"), str(copied(tmp_path / "source")),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = (tmp_path / "wheel").glob("microsim-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    package = ROOT / "microsim"
    for path in [*package.rglob("*.yaml"), *package.rglob("*.j2"), *package.rglob("*.py"), package / "py.typed"]:
        assert str(path.relative_to(ROOT)) in names, f"{path} is not in the wheel"
    assert not any(name.startswith(("tests", "benchmarks")) for name in names)
    check = (
        "import sys; sys.path.insert(0, sys.argv[1]); import microsim; assert sys.argv[1] in microsim.__file__;"
        "from microsim.parameters.load import load_parameters; print(load_parameters().price_base_year)"
    )
    run = [sys.executable, "-I", "-c", check, str(wheel)]
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    run[-1] = str(tmp_path / "installed")
    done = subprocess.run(run, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip().isdigit()


def copied(folder):
    """The project's own files in a folder of their own, so that building leaves nothing behind here."""
    import shutil

    folder.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "microsim", folder / "microsim", ignore=shutil.ignore_patterns("__pycache__"))
    return folder
