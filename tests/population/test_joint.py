"""Other joint assumptions: they move what no margin fixes, leave the margins where they are, and are part of a fit."""

import numpy as np
import pytest
from common import ROOT

from microsim.errors import InputError
from microsim.population import apprenticeships, columns, employers, learners, routes
from microsim.population.fit import joint_margins, make_targets
from microsim.population.ipf import fit_margins, margin_error
from microsim.population.joint import AS_BUILT, JointAssumptions, interaction
from microsim.population.rooms import Sources
from microsim.population.source import inputs_digest, load_population, read_population_file

OF_THE_TABLE = (
    "work_by_qualification_and_age", "work_by_qualification_and_deprivation", "self_employment_by_qualification",
    "unemployment_by_qualification",
)  # fmt: skip


@pytest.fixture(scope="module")
def england():
    return load_population(ROOT / "populations" / "england.yaml")


@pytest.fixture(scope="module")
def fitted(england):
    """The joint table before rounding, and its largest error of a margin, by the association that is moved."""

    def fit(joint):
        targets = make_targets(england.tables, england.areas, joint)
        known = joint_margins(targets)
        table = targets.seed
        fit_margins(table, known, tolerance=1e-4, most_rounds=150)
        return table, max(margin_error(table, one) for one in known)

    return {"as_built": fit(AS_BUILT)} | {name: fit(JointAssumptions(**{name: 1.0})) for name in OF_THE_TABLE}


def sources(england, room, **joint):
    return Sources(england.tables, england.areas, england.joint, england.room_figures[room], JointAssumptions(**joint))


@pytest.mark.parametrize("name", OF_THE_TABLE)
def test_another_joint_table_meets_the_same_margins_as_well(fitted, name):
    built, error = fitted["as_built"]
    table, other_error = fitted[name]
    assert error < 1e-4
    assert other_error < 1e-4
    moved = np.abs(table - built).sum() / built.sum() / 2
    assert 0.005 < moved < 0.10  # of all people, 0.5 to 10 % stand in another cell


def odds_ratio(table, one, other):
    """Of two columns of a table [rows, columns], between the last row and the first."""
    return (table[-1, one] / table[-1, other]) / (table[0, one] / table[0, other])


def test_the_association_moves_the_way_it_says(fitted):
    built, _ = fitted["as_built"]

    def by_level(name, ages):
        table = fitted[name][0][:, ages].sum((0, 1, 2))
        return np.stack([table[:, :2].sum(1), table[:, 2:].sum(1)], axis=1)

    older, younger = slice(40, 49), slice(4, 14)
    name = "work_by_qualification_and_age"
    assert odds_ratio(by_level(name, older), 0, 1) > 1.2 * odds_ratio(by_level("as_built", older), 0, 1)
    assert odds_ratio(by_level(name, younger), 0, 1) < odds_ratio(by_level("as_built", younger), 0, 1) / 1.2
    own = "self_employment_by_qualification"
    working = slice(9, 49)
    after = odds_ratio(fitted[own][0][:, working].sum((0, 1, 2)), columns.SELF_EMPLOYED, columns.EMPLOYEE)
    before = odds_ratio(built[:, working].sum((0, 1, 2)), columns.SELF_EMPLOYED, columns.EMPLOYEE)
    assert after / before == pytest.approx(np.exp(2.0), rel=0.25)  # margins take some of it back
    deprived = np.argsort(load_population(ROOT / "populations" / "england.yaml").areas.deprivation_rank)[:30]
    table = fitted["work_by_qualification_and_deprivation"][0]

    def in_deprived(counts):
        part = counts[deprived][:, working].sum((0, 1, 2))
        return odds_ratio(np.stack([part[:, :2].sum(1), part[:, 2:].sum(1)], axis=1), 0, 1)

    assert in_deprived(table) > 1.2 * in_deprived(built)


def test_learning_keeps_the_survey_s_margins(england):
    def rates(**joint):
        chance = learners.fit_learners(sources(england, "study", **joint), np.zeros((75, 2, 7)))
        return chance, learners.adults(sources(england, "study"))

    (built, people), (moved, _) = rates(), rates(learning_by_qualification_and_work=1.0)
    taught = [(one.sum(-1) * people).sum(axis=(1, 2, 3)) / people.sum(axis=(1, 2, 3)) for one in (built, moved)]
    # nobody learns less than with loans and public money, which lifts a few cells of the least qualified
    assert taught[1] == pytest.approx(taught[0], rel=0.04)
    by_level = [(one.sum(-1) * people).sum(axis=(0, 1, 3)) / people.sum(axis=(0, 1, 3)) for one in (built, moved)]
    assert by_level[1] == pytest.approx(by_level[0], rel=0.04)
    gap = [one.sum(-1)[2, 0, -1, 0] / one.sum(-1)[2, 0, 0, 0] for one in (built, moved)]
    assert gap[1] > 1.5 * gap[0]  # employed women of 35 to 44: level 4 against no qualification


def test_employers_pay_for_as_many_learners_in_all(england):
    weight = np.array([1.0, 2.0, 3.0, 4.0, 1.0, 3.0, 9.0])
    flat = learners.employer_share(sources(england, "study"), weight)
    moved = learners.employer_share(sources(england, "study", employer_payment_by_qualification=1.0), weight)
    mean = sources(england, "study").figure("employer_pays")
    assert (flat == mean).all()
    assert np.average(moved, weights=weight) == pytest.approx(mean, abs=1e-9)
    odds = moved / (1 - moved)
    assert odds[-1] / odds[0] == pytest.approx(np.exp(2.0))


def test_large_employers_move_between_industries_and_sizes_hold(england):
    found = {}
    for tilt in (0.0, 1.0):
        given = sources(england, "employers", large_employers_by_training=tilt)
        workers = employers.private_workers(given)
        score = employers.training_score(given.tables, workers.sum(1))
        number = england.employers.number
        targets = employers.band_targets(given)
        people = employers.fit_employees(number, workers, targets, np.exp(tilt * score))
        assert people.sum(2)[workers >= 1] == pytest.approx(workers[workers >= 1])
        large = people[..., employers.LARGE].sum(1) / np.maximum(people.sum((1, 2)), 1e-9)
        by_size = np.bincount(employers._OF_BAND, people.sum((0, 1))) / people.sum()
        found[tilt] = np.corrcoef(score[workers.sum(1) > 0], large[workers.sum(1) > 0])[0, 1], by_size
    assert found[1.0][0] > found[0.0][0] + 0.1
    assert found[1.0][1] == pytest.approx(found[0.0][1], abs=0.005)


def test_pupils_differ_more_or_not_at_all_after_16(england):
    given = {tilt: sources(england, "study", routes_after_16=tilt) for tilt in (-1.0, 0.0, 1.0)}
    gaps = {}
    for tilt, one in given.items():
        pupils = np.ones((2, 2, 2, len(routes.CLASSES)))
        pupils[:, 1, :, 0] = 0.5
        seed = routes._seed(one, pupils, 17)[0, :, :, 1, 0, 0]
        gaps[tilt] = (seed[:, 1] / seed[:, 0]).mean()
    assert gaps[-1.0] == pytest.approx(1.0)
    assert gaps[0.0] == pytest.approx(0.5)
    assert gaps[1.0] == pytest.approx(0.25)


def test_apprentices_pay_keeps_its_means_by_level_and_by_age(england):
    present = np.ones((len(apprenticeships.AGES), len(apprenticeships.LEVELS), apprenticeships.YEARS))
    weight = apprenticeships.by_pay_age(present.sum(2))
    together = interaction(np.arange(4.0), np.arange(4.0), weight)
    assert np.average(together, axis=1, weights=weight) == pytest.approx(0.0, abs=1e-9)
    assert np.average(together, axis=0, weights=weight) == pytest.approx(0.0, abs=1e-9)
    middle = 32  # the score next above the median
    steep = {}
    for tilt in (0.0, 1.0):
        given = sources(england, "apprenticeships", apprentice_pay_by_level_and_age=tilt)
        pay = apprenticeships.pay_curves(given, present)[..., middle]
        steep[tilt] = pay[-1, -1] / pay[-1, 0] / (pay[0, -1] / pay[0, 0])
    # three steps of level x three of age x 0.06, less what the apprentice rate lifts of the lowest pay
    assert steep[1.0] / steep[0.0] == pytest.approx(np.exp(0.06 * 9), rel=0.06)


def test_assumptions_are_part_of_a_fit_only_where_they_move_something(tmp_path):
    text = (ROOT / "populations" / "england.yaml").read_text(encoding="utf-8")
    text = text.replace("tables: england/tables", f"tables: {ROOT / 'populations' / 'england' / 'tables'}")
    path = tmp_path / "other.yaml"
    digests = []
    for joint in ("", "joint: {routes_after_16: 0}\n", "joint: {routes_after_16: 0.5}\n"):
        path.write_text(text + joint, encoding="utf-8")
        digests.append(inputs_digest(read_population_file(path)))
    assert digests[0] == digests[1] != digests[2]
    path.write_text(text + "joint: {routes_after_61: 0.5}\n", encoding="utf-8")
    with pytest.raises(InputError, match="routes_after_16"):
        read_population_file(path)
    path.write_text(text + "joint: {routes_after_16: 1.5}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"joint.routes_after_16"):
        read_population_file(path)


def test_the_page_lists_every_assumption_as_it_is_described():
    page = (ROOT / "docs" / "synthesis_error.md").read_text(encoding="utf-8")
    for name, field in JointAssumptions.model_fields.items():
        assert f"| `{name}` | {field.description} |" in page
