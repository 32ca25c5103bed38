"""Compiling in processes of their own: real ones, for the two quickest parts."""

from common import ROOT

from microsim import api
from microsim.backends import compiling
from microsim.backends.recipe import recipe_of
from microsim.engine import driver
from microsim.engine.run import Programme
from microsim.running.prepare import prepare

PLAIN = ROOT / "benchmarks" / "plain_grant.yaml"
QUICKEST = ["means", "sums"]


def prepared():
    return prepare(api.load_scenario(PLAIN, sample=1e-5, years="2026-27 to 2027-28"))


def test_what_processes_compile_is_kept_for_this_one(monkeypatch, tmp_path):
    monkeypatch.setenv("MICROSIM_CACHE_DIR", str(tmp_path))
    plain = prepared()
    before = plain.programme.missing_parts()
    assert set(before) == {"lifelong_training_grant", "live", "taxes", "entitlements", *QUICKEST}, "of a new folder"
    compiling.share_out(recipe_of(plain).text(), QUICKEST, 2)
    after = plain.programme.missing_parts()
    assert [part for part in before if part not in after] == sorted(QUICKEST, key=before.index)


def test_the_dearest_part_goes_first(monkeypatch, tmp_path):
    """A part that is begun last should not be what everybody waits for."""
    monkeypatch.setenv("MICROSIM_CACHE_DIR", str(tmp_path))
    assert prepared().programme.missing_parts()[-3:] == ["means", "entitlements", "sums"]


def test_only_parts_that_are_called_are_missing(monkeypatch, tmp_path):
    """Else every run would look for them again."""
    monkeypatch.setenv("MICROSIM_CACHE_DIR", str(tmp_path))
    assert driver.missing_parts(0, {}) == ["live"]
    assert set(driver.missing_parts(1, {})) == {"live", "means", "entitlements", "taxes", "sums"}
    assert set(driver.missing_parts(2, {})) == {*driver._PARTS}


def test_a_process_that_is_refused_ends_and_leaves_the_rest(tmp_path, monkeypatch):
    """Its run would be another: nothing is compiled, nobody waits, and this process goes on by itself."""
    monkeypatch.setenv("MICROSIM_CACHE_DIR", str(tmp_path))
    plain = prepared()
    compiling.share_out(recipe_of(plain)._replace(identity="another").text(), QUICKEST, 2)
    assert set(QUICKEST) <= set(plain.programme.missing_parts())


def test_nothing_is_started_where_everything_is_kept(monkeypatch):
    monkeypatch.setattr(Programme, "missing_parts", lambda _self: [])
    monkeypatch.setattr(compiling.subprocess, "Popen", None)  # calling it would fail
    compiling.compile_apart(prepared(), 8)


def test_one_processor_compiles_by_itself(monkeypatch):
    monkeypatch.setattr(compiling.subprocess, "Popen", None)
    compiling.compile_apart(prepared(), 1)
