"""Imports point one way, measures do not know one another, and what should be quick to import is."""

import ast
import json
import subprocess
import sys
import tomllib

import pytest
from common import ROOT

PACKAGE = ROOT / "microsim"
# From left to right: a room imports only from rooms to its left, or from itself.
ROOMS = (
    ("years", "errors", "defaults"),
    ("scenario", "parameters"),
    ("kernels",),
    ("population",),
    ("dynamics",),
    ("taxes",),
    ("measures",),
    ("engine",),
    ("accounts",),
    ("distribution", "uncertainty"),
    ("validation", "comparison"),
    ("report",),
    ("running",),
    ("backends",),
    ("api",),
    ("life", "comparing", "account_export", "drawing", "varying", "solving", "rebuilding", "reporting"),
    ("cli",),
    ("__main__",),
)
PLACE = {room: place for place, rooms in enumerate(ROOMS) for room in rooms}
ANYWHERE = {"__init__"}  # the package itself: names of the Python interface, loaded when first used


def modules():
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "__init__.py"]


def room_of(path):
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path, top_level_only=False):
    """The modules that a file imports, with full names; those inside functions too unless `top_level_only`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def rooms_imported(path):
    """Rooms of this package; a name imported from the package itself is followed to its room."""
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "microsim" and len(parts) > 1 and parts[1] in PLACE:
            yield parts[1]


def test_every_room_has_its_place():
    assert {room_of(path) for path in modules()} <= set(PLACE), "a room without a place in the order"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path):
    here = PLACE[room_of(path)]
    for room in rooms_imported(path):
        assert room == room_of(path) or PLACE[room] < here or {room, room_of(path)} <= set(ROOMS[here]), (
            f"{path.relative_to(ROOT)} imports {room}, which is not to its left"
        )


def test_a_backward_import_would_be_seen(tmp_path):
    """The test of the tests: what it looks for is found when it is there."""
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from microsim.report import folder\n    import microsim.cli.endings\n")
    assert set(rooms_imported(bad)) == {"report", "cli"}


def test_measures_do_not_import_one_another():
    shared = {"amounts", "barnett", "checks", "contract", "figures", "find", "listed", "rating"}
    folder = PACKAGE / "measures"
    for path in sorted(folder.rglob("*.py")):
        kind = path.relative_to(folder).parts[0].removesuffix(".py")
        if kind in shared | {"__init__"}:
            continue
        others = {name.split(".")[2] for name in imported(path) if name.startswith("microsim.measures.")}
        assert others <= shared | {kind}, f"{path.name} imports {others - shared}"


def test_the_engine_names_no_measure():
    kinds = [path.stem for path in (PACKAGE / "measures").iterdir() if path.is_dir() and "_" in path.stem.strip("_")]
    assert "lifelong_training_grant" in kinds
    for path in sorted((PACKAGE / "engine").glob("*.py")):
        text = path.read_text(encoding="utf-8").lower()
        assert not [name for name in (*kinds, "grant") if name in text], path


def loaded_by(code):
    """Modules in sys.modules after running code in a process of its own."""
    program = f"{code}\nimport sys, json\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr[-2000:]
    return set(json.loads(done.stderr.splitlines()[-1]))


HEAVY = {"numba", "pandas", "pyarrow", "numpy", "scipy", "llvmlite"}
EXTRA = {"dask", "distributed"}  # only where they are asked for


@pytest.mark.parametrize(
    "code",
    [
        "import microsim",
        "import microsim.cli",
        "from microsim.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit:\n    pass",
        "from microsim.cli import main\ntry:\n    main(['run', '--help'])\nexcept SystemExit:\n    pass",
        "from microsim.cli import main\ntry:\n    main(['tax', '--help'])\nexcept SystemExit:\n    pass",
    ],
)
def test_the_light_parts_load_nothing_heavy(code):
    loaded = loaded_by(code)
    assert "microsim" in loaded
    assert not (HEAVY | EXTRA) & loaded, (HEAVY | EXTRA) & loaded


def test_the_heavy_parts_would_be_seen():
    assert {"numba", "pandas"} <= loaded_by("import microsim.api")


def test_a_cluster_is_loaded_only_for_a_cluster():
    assert not EXTRA & loaded_by("import microsim.api, microsim.cli.run, microsim.backends.choose")


def test_every_name_of_the_interface_is_there():
    import microsim

    for name in microsim.__all__:
        assert getattr(microsim, name) is not None
    with pytest.raises(AttributeError):
        microsim.nothing  # noqa: B018


def test_the_declared_dependencies_are_all_that_is_imported():
    """A fresh installation has only what the project declares; what a cluster needs is known to the backends alone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = {name.split(">")[0].split("=")[0].strip().lower() for name in project["dependencies"]}
    named = {
        "yaml": "pyyaml",
        "pydantic_core": "pydantic",
        "vl_convert": "vl-convert-python",
        "markupsafe": "jinja2",
        "llvmlite": "numba",
    }
    for path in modules():
        for name in imported(path):
            first = name.split(".")[0]
            extra = EXTRA if room_of(path) == "backends" else set()
            if first not in sys.stdlib_module_names and first not in {"microsim", *extra}:
                assert named.get(first, first).lower() in declared, f"{path.name} imports {first}"
