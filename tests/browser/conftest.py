"""Pages of real runs, made once for all processes of the tests, and one browser for each process."""

import fcntl
import os
import shutil

import hostile
import pandas as pd
import pytest
from common import GRANT, ROOT
from web import launch, open_page

from microsim import api, compare
from microsim.comparing import write_html
from microsim.drawing import assess_uncertainty
from microsim.report.page.html import page_html
from microsim.report.sections.validation_page import validation_page as page_of
from microsim.reporting import write_documents
from microsim.validation.compare import Row, counts
from microsim.varying import sensitivity

_BASE = f"""\
name: Base
population: {ROOT / "populations" / "england.yaml"}
years: 2026-27 to 2030-31
sample: 0.0000400
seed: 3
"""
_TAKE_UP = "annual_use: {labour_force: {central: %s, low: 0.01, high: 0.05, source: %s, quality: judgement}}"


def _scenario(name, central, source, more=""):
    return (
        f"name: {_quoted(name)}\nextends: base.yaml\nmeasures:\n  grant:\n    kind: {GRANT}\n    start: 2027-28\n"
        f"    {_TAKE_UP % (central, _quoted(source))}\n{more}"
    )


def _quoted(text):
    """A YAML string with its escapes."""
    return '"' + "".join(f"\\U{ord(letter):08x}" if letter in '"\\\u202e' else letter for letter in text) + '"'


_RELIEF = "  relief: {kind: fe_vat_relief, start: 2028-29}\nby:\n  own: [region, sex]\n"
SCENARIOS = {
    "plain": _scenario("Training grant", 0.03, "A study"),
    "hostile": _scenario(hostile.NAME, 0.02, hostile.SOURCE, _RELIEF),
}


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """`made_once(name, make)` is a folder that `make(folder)` filled, in whichever process came first."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder_of(name, make):
        folder, new = shared / f"browser-{name}", shared / f"browser-{name}.new"
        with (shared / f"browser-{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                shutil.rmtree(new, ignore_errors=True)
                new.mkdir()
                make(new)
                new.rename(folder)
        return folder

    return folder_of


@pytest.fixture(scope="session")
def runs(made_once):
    """A folder with the runs `plain` and `hostile`, all that a report can hold beside the second."""

    def make(folder):
        (folder / "base.yaml").write_text(_BASE, encoding="utf-8")
        for name, text in SCENARIOS.items():
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
            api.run(api.load_scenario(folder / f"{name}.yaml"), output=folder / name, decompose=name == "hostile")
        loaded = api.load_scenario(folder / "hostile.yaml")
        assess_uncertainty(loaded, draws=6, output=folder / "hostile.uncertainty")
        sensitivity(loaded, output=folder / "hostile.sensitivity")
        write_documents(folder / "hostile")

    return made_once("runs", make)


@pytest.fixture(scope="session")
def plain_report(runs):
    return runs / "plain" / "report.html"


@pytest.fixture(scope="session")
def hostile_report(runs):
    return runs / "hostile" / "report.html"


@pytest.fixture(scope="session")
def comparison_page(runs, tmp_path_factory):
    """The plain run, the hostile one, and the plain one again."""
    path = tmp_path_factory.mktemp("comparison") / "comparison.html"
    write_html(compare(runs / "plain", runs / "hostile", by="age_band"), path)
    return path


@pytest.fixture(scope="session")
def validation_page(runs, tmp_path_factory):
    """A page of published figures, one of whose sources is hostile."""
    rows = [
        Row("work", quantity, 0.75, source, "1 May 2026", 0.765, 0.015, 0.01, "absolute", 0.002, verdict, "held out",
            "official", "Of the United Kingdom.", reason)
        for quantity, source, verdict, reason in (
            ("employment rate", "An office, a table", "inside", ""),
            (hostile.NAME, hostile.SOURCE, "outside", hostile.NAME),
        )
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    alignment = pd.read_parquet(runs / "plain" / "alignment.parquet")
    path = tmp_path_factory.mktemp("validation") / "validation.html"
    path.write_text(page_html(page_of(table, counts(table), alignment, hostile.NAME)), encoding="utf-8")
    return path


@pytest.fixture
def path_of(request):
    """The file of a page by the name of its fixture."""
    return request.getfixturevalue


@pytest.fixture(scope="session")
def browser():
    """One browser for all tests of a process. Skips where there is none."""
    library = pytest.importorskip("playwright.sync_api", reason="no browser: playwright is not installed")
    with library.sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def opened(browser):
    """`opened(path, width=..., color_scheme=...)` opens a page; all are closed at the end of the test."""
    pages = []

    def open_one(path, **options):
        pages.append(open_page(browser, path, **options))
        return pages[-1]

    yield open_one
    for one in pages:
        one.page.context.close()
