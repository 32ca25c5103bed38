"""The fitted population of England: totals, margins, flows, pay, and the messages for a wrong file."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from microsim.errors import InputError
from microsim.population import columns as axes
from microsim.population import margins as published
from microsim.population.describe import count_people, describe
from microsim.population.projection import VARIANTS
from microsim.population.source import build_population, load_population
from microsim.population.transitions import status_shares

FOLDER = Path(__file__).parents[2] / "populations"


@pytest.fixture(scope="module")
def england():
    return load_population(FOLDER / "england.yaml")


@pytest.fixture
def copy(tmp_path):
    shutil.copy(FOLDER / "england.yaml", tmp_path)
    shutil.copytree(FOLDER / "england", tmp_path / "england")
    return tmp_path / "england.yaml"


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_totals_are_those_of_the_estimate(england):
    assert england.joint.dtype == np.int32
    assert england.joint.shape == (296, 75, 2, 7, 5)
    assert england.joint.min() >= 0
    assert england.joint.sum() == 47_851_853
    assert england.joint[:, :49].sum() == 36_870_761
    by_age = england.joint.sum((0, 2, 3, 4))
    assert [by_age[age - 16] for age in (25, 40, 55)] == [759_095, 773_610, 775_106]


def test_every_area_band_and_region_age_is_exact(england):
    people = england.joint.sum((3, 4))
    bands = published.area_band_population(england.tables, england.areas)
    for at, band in enumerate(axes.POPULATION_BANDS):
        assert (people[:, band.rows].sum(1) == bands[:, at]).all()
    regions = published.region_population(england.tables, england.areas)
    for region in range(9):
        assert (people[england.area_region == region].sum(0) == regions[region]).all()


def test_areas_stand_in_order_of_region_and_code(england):
    order = [(england.region_codes[region], code)
             for region, code in zip(england.area_region, england.area_codes, strict=True)]  # fmt: skip
    assert order == sorted(order)
    assert england.area_names[0] == "Hartlepool"
    assert len(england.region_names) == 9


def test_qualification_and_status_shares_are_the_published_ones(england):
    frames = dict(describe(england))
    assert frames["Highest qualification by age (share)"]["difference"].abs().max() < 0.0005
    assert frames["Work status by age (share)"]["difference"].abs().max() < 0.0005
    row = frames["Work status by age (share)"].set_index("group").loc["35-49, in work"]
    assert row["published"] == pytest.approx((1 - 0.1226) * (1 - 0.0297))


def test_area_shares_follow_the_local_survey(england):
    working = england.joint[:, :49].astype(float)
    degree = working.sum((1, 2, 4))[:, -1] / working.sum((1, 2, 3, 4))
    survey = published.qualification_by_area(england.tables, england.areas)[:, -1]
    assert np.abs(degree - survey).max() < 0.01
    work = working[..., :2].sum((1, 2, 3, 4)) / working.sum((1, 2, 3, 4))
    activity = published.activity_by_area(england.tables, england.areas)[:, :2].sum(1)
    assert np.corrcoef(work, activity)[0, 1] > 0.995


def test_graduates_work_more(england):
    people = england.joint[:, :49].sum((0, 1, 2)).astype(float)
    rate = people[:, :2].sum(1) / people.sum(1)
    assert rate[6] > rate[5] > rate[3] > rate[0]
    assert 0.80 < rate[6] < 0.88
    assert 0.35 < rate[0] < 0.50


def test_age_profiles_have_no_cliffs(england):
    people = england.joint.sum(0).astype(float)
    level = people.sum(3) / people.sum((2, 3))[..., None]
    status = people.sum(2) / people.sum((2, 3))[..., None]
    assert np.abs(np.diff(level, axis=0)).max() < 0.32  # A levels come between 17 and 19
    assert np.abs(np.diff(level[3:], axis=0)).max() < 0.21  # degrees between 20 and 22
    assert np.abs(np.diff(level[9:], axis=0)).max() < 0.06
    assert np.abs(np.diff(level[14:], axis=0)).max() < 0.04
    work = status[..., :2].sum(2)
    assert np.abs(np.diff(work, axis=0)).max() < 0.12
    assert np.abs(np.diff(work[9:40], axis=0)).max() < 0.04


def test_work_flows_carry_each_age_to_the_next(england):
    flow = england.work_flow
    assert flow.shape == (75, 2, 7, 5, 5)
    assert flow.min() >= 0
    assert flow.sum(-1) == pytest.approx(np.ones(flow.shape[:-1]))
    shares = status_shares(england.joint.sum(0).astype(float))
    assert np.einsum("xsqi,xsqij->xsqj", shares, flow)[:-1] == pytest.approx(shares[1:], abs=1e-8)
    stay = flow[14:34, :, 6, axes.EMPLOYEE, axes.EMPLOYEE]
    assert stay.min() > 0.85


def test_pay_rises_with_the_score_and_moves_gently_with_age(england):
    """That it meets the published percentiles is a matter for `microsim validate`."""
    pay = england.jobs.pay_quantiles.astype(float)
    assert pay.shape == (75, 2, 64)
    assert np.diff(pay, axis=2).min() >= 0
    assert pay.max() <= 4_000_000
    typical = pay[..., 31:33].mean(2)
    assert np.abs(np.diff(np.log(typical[9:]), axis=0)).max() < 0.1
    assert typical[14:45, 1].min() > typical[14:45, 0].max() * 0.9


def test_pay_by_area(england):
    middle = england.jobs.pay_by_area[:, 31:33].mean(1)
    assert middle.shape == (296,)
    assert middle[england.area_index("Wandsworth")] > 1.2 > middle[england.area_index("Blackpool")]


def test_projection_starts_at_the_estimate_and_grows_as_published(england):
    assert england.projections.shape == (2, 34, 75, 2)
    for variant in range(2):
        assert england.projections[variant, 0].sum() == pytest.approx(47_851_853)
    assert england.projection is not None
    newer = england.projections[VARIANTS.index("2024-based")].sum((1, 2))
    assert newer[31] / newer[1] == pytest.approx(60_292 / 55_445, abs=0.006)
    older = england.projections[VARIANTS.index("2022-based")].sum((1, 2))
    assert older[31] - older[0] == pytest.approx(56_881_045 - 48_037_302, rel=0.01)


def test_immigration_left_over_is_never_negative(england):
    for projection in england.projections:
        alive = projection[:-1, :70] * (1 - england.mortality[:-1, :70])
        left = projection[1:, 1:71] - alive + projection[:-1, :70] * england.emigration[:70]
        assert left.min() > 0


def test_deaths_moves_and_shares(england):
    assert england.mortality.shape == (34, 95, 2)
    assert england.mortality[0, 0, 0] == pytest.approx(15.594e-5)  # women of 16, 2024-25
    assert (england.mortality[10, 20:80] < england.mortality[0, 20:80]).all()
    assert england.old_age.sum(1) == pytest.approx([1, 1])
    for share in (england.young_share, england.immigration_share):
        assert share.sum() == pytest.approx(1)
    assert england.move_destination.sum(axis=-1) == pytest.approx(np.ones(england.move_destination.shape[:-1]))
    people = england.joint.sum((0, 3, 4))
    to_74 = slice(0, 59)  # moves are relative to those of ages 16 to 74
    mean = np.average(england.move_age_relative[to_74], weights=people[to_74])
    assert mean == pytest.approx(1, abs=0.05)


def test_arrays_cannot_be_written_to(england):
    with pytest.raises(ValueError, match="read-only"):
        england.joint[0, 0, 0, 0, 0] = 1


def test_areas_are_found_by_old_and_new_codes_and_names(england):
    barnsley = england.area_index("Barnsley")
    assert england.area_index("E08000016") == england.area_index("E08000038") == barnsley
    assert england.area_index("e08000039") == england.area_index("sheffield")
    with pytest.raises(InputError, match=r"did you mean Hartlepool \(E06000001\)"):
        england.area_index("Hartlepol")


def test_people_counted_from_columns_match(england):
    counts = count_people(england, [0, 0], [16, 97], [0, 1], [3, 6], [3, 4], [2.5, 1.0])
    assert counts[0, 0, 0, 3, 3] == 2.5
    assert counts[0, 74, 1, 6, 4] == 1.0
    assert counts.sum() == 3.5


@pytest.mark.slow
def test_a_rebuild_gives_the_same_counts(england, copy):
    again = build_population(copy)
    assert again.joint.sum((3, 4)).tolist() == england.joint.sum((3, 4)).tolist()
    # a processor whose exp and log differ in the last digit may tip a cell over
    assert np.count_nonzero(again.joint != england.joint) < 200
    assert again.work_flow == pytest.approx(england.work_flow, abs=1e-3)
    assert again.projections == pytest.approx(england.projections)
    assert load_population(copy).digest == again.digest


@pytest.mark.slow
def test_a_changed_table_must_be_fitted_again_and_changes_the_digest(england, copy):
    change(copy.parent / "england/tables/labour_market_by_age_2026.csv", "35-49,2.97,12.26", "35-49,3.97,12.26")
    with pytest.raises(InputError, match="have changed since it was fitted"):
        load_population(copy)
    again = build_population(copy)
    assert again.digest != england.digest
    assert again.joint[..., axes.UNEMPLOYED].sum() > england.joint[..., axes.UNEMPLOYED].sum()


def test_a_figure_the_fit_does_not_read_only_changes_the_digest(england, copy):
    change(copy, "central: 0.53", "central: 0.55")
    other = load_population(copy)
    assert other.self_employed_pay_factor == 0.55
    assert other.digest != england.digest


def test_a_damaged_fitted_table_is_refused(copy):
    (copy.parent / "england/fitted/mortality.parquet").write_bytes(b"not parquet")
    with pytest.raises(InputError, match=r"mortality\.parquet is missing or damaged"):
        load_population(copy)


def test_a_fitted_table_of_other_values_is_refused(copy):
    fitted = copy.parent / "england/fitted"
    shutil.copy(fitted / "immigration_share.parquet", fitted / "young_share.parquet")
    with pytest.raises(InputError, match="do not match their digest"):
        load_population(copy)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("variant: 2024-based", "variant: 2023-based", "variant"),
        ("first_year: 2025-26", "first_year: 2023-24", "first_year"),
        ("first_year: 2025-26", "first_year: soon", "first_year"),
        ("tables: england/tables", "table: england/tables", "unknown key 'table'"),
        ("central: 0.53", "central: 9.53", "outside its range"),
        ("quality: derived", "quality: guess", "quality"),
        ("fitted: england/fitted", "fitted: nowhere", "not fitted yet"),
        ("tables: england/tables", "tables: nowhere", "no tables"),
    ],
)
def test_a_wrong_file_gets_one_clear_message(copy, old, new, message):
    change(copy, old, new)
    with pytest.raises(InputError, match=message):
        load_population(copy)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yaml"):
        load_population(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("female,16,15.594", "female,16,many", "r2024_2025 is not a number"),
        ("female,16,15.594", "femle,16,15.594", "unknown sex"),
        ("female,16,15.594,", "female,16,", "the row has the wrong number of fields"),
    ],
)
def test_a_wrong_table_is_placed(copy, old, new, message):
    change(copy.parent / "england/tables/mortality_england_2022_based.csv", old, new)
    with pytest.raises(InputError, match=rf"mortality_england_2022_based\.csv:\d+:\d+: {message}"):
        build_population(copy)
