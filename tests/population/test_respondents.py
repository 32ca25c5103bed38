"""A survey's people in blocks: raked margins, whole households, families and pay as given, what is missing drawn."""

import csv
import shutil
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest
from common import ROOT

from microsim.errors import InputError
from microsim.population import columns as axes
from microsim.population.blocks import Sample, person_name
from microsim.population.describe import survey_tables
from microsim.population.people import NOBODY
from microsim.population.respondents import FEWEST, _pool, lasting_part, pay_scores, rank_within, unexplained_variance
from microsim.population.source import load_population

POPULATIONS = ROOT / "populations"
normal = NormalDist().inv_cdf
BANDS = axes.bands("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")


@pytest.fixture(scope="module")
def example():
    return load_population(POPULATIONS / "example_survey.yaml")


@pytest.fixture(scope="module")
def rows():
    with (POPULATIONS / "example_survey" / "persons.csv").open(encoding="utf-8") as file:
        return {f"{row['SERIAL']}/{row['PNO']}": row for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def blocks(example):
    """Several blocks, the larger areas in more than one."""
    return list(Sample(example, 0.01, seed=4, last_year=2030, block_rows=80))


@pytest.fixture
def copy(tmp_path):
    """A copy of the example, to change: gives a function that writes changed rows and loads it."""
    (tmp_path / "england.yaml").symlink_to(POPULATIONS / "england.yaml")
    shutil.copy(POPULATIONS / "example_survey.yaml", tmp_path / "mine.yaml")
    shutil.copytree(POPULATIONS / "example_survey", tmp_path / "example_survey")
    text = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(text.replace("base: ", f"base: {POPULATIONS}/"), encoding="utf-8")
    persons, mapping = (tmp_path / "example_survey" / name for name in ("persons.csv", "mapping.yaml"))

    def load(change=lambda rows: rows, old="", new="", mapped=lambda text: text):
        with persons.open(encoding="utf-8") as file:
            reader = csv.DictReader(file)
            changed = change(list(reader))
        with persons.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, reader.fieldnames, extrasaction="ignore")
            writer.writeheader()
            writer.writerows(changed)
        mapping.write_text(mapped(mapping.read_text(encoding="utf-8")), encoding="utf-8")
        settings = (tmp_path / "mine.yaml").read_text(encoding="utf-8")
        assert old in settings
        (tmp_path / "mine.yaml").write_text(settings.replace(old, new), encoding="utf-8")
        return load_population(tmp_path / "mine.yaml")

    return load


def without(*names):
    """The mapping without the entries of some columns, which stand on one line or several."""

    def drop(text):
        kept, skip = [], False
        for line in text.splitlines():
            if not line.startswith((" ", "#")):
                skip = line.split(":")[0] in names
            if not skip:
                kept.append(line)
        return "\n".join(kept) + "\n"

    return drop


def counted(population):
    return Sample(population, 0.01, 1, population.first_year).residents_by_cell()


def test_raked_people_are_the_populations_by_region_age_band_and_sex(example):
    counts, joint = counted(example).sum((3, 4)), example.joint.sum((3, 4))
    assert joint.sum() == 47_851_853
    assert example.survey.weight.sum() == 47_851_853_000
    assert counts.sum() == pytest.approx(47_851_853, rel=1e-12)
    for region in range(9):
        for band in BANDS:
            here, known = (one[example.area_region == region][:, band.rows].sum((0, 1)) for one in (counts, joint))
            assert here == pytest.approx(known, rel=1e-6), (region, band)


def test_raked_qualification_and_status_follow_the_populations_in_each_age_band(example):
    counts, joint = counted(example).sum((0, 2)), example.joint.sum((0, 2)).astype(float)
    pooled = set(example.survey.raking.pooled)
    met = 0
    for band in BANDS:
        for names, axis in ((axes.QUALIFICATIONS, 1), (axes.STATUSES, 0)):
            here, known = (one[band.rows].sum(0).sum(axis) for one in (counts, joint))
            together = {name for text in pooled if text.startswith(f"{band.label},")
                        for name in text.partition(", ")[2].split(" or ")}  # fmt: skip
            for at, name in enumerate(names):
                if name not in together:
                    assert here[at] == pytest.approx(known[at], rel=1e-5), (band, name)
                    met += 1
    assert met > 60


def test_what_the_survey_says_is_kept(example, rows, blocks):
    seen = set()
    labels = {"1": 0, "2": 1, "3": 2, "4": 3, "5": 4, "6": 5, "7": 6}
    statuses = dict(zip("123456789", (0, 0, 1, 2, 3, 3, 3, 4, 3), strict=True))
    names = {number: name for name, number in example.survey.names.items()}
    for block in blocks:
        people = block.people
        for at in range(block.present[0]):
            identity = int(people.id[at])
            area, number = identity >> 34, identity & 0xFFFFFFFF
            name = names[int(example.survey.first[area]) + number]
            row = rows[name]
            seen.add(name)
            assert people.sex[at] == (row["SEX"] == "1")
            age = 2024 - people.cohort[at] - (people.birth_month[at] >= 3)
            assert age == int(row["AGE"]) or age >= 85 <= int(row["AGE"])
            if row["HIQUAL"] != "-8":
                assert people.qualification[at] == labels[row["HIQUAL"]]
            assert people.work_status[at] == statuses[row["ECON"]]
            if row["ETHGRP"] != "-9":
                assert people.ethnicity[at] == int(row["ETHGRP"]) - 1
            assert example.area_region[people.area[at]] == "ABDEFGHJK".index(row["GOVREG"])
    assert seen == {name for name, row in rows.items() if int(row["AGE"]) >= 16}


def test_top_coded_ages_are_spread_as_in_the_population(example):
    old = example.survey.age >= 85
    assert set(example.survey.age[old]) <= set(range(85, 91))
    assert len(set(example.survey.age[old])) >= 5


def test_households_are_whole_in_one_block_and_have_one_weight(blocks, rows):
    homes = sum(len(set(block.people.household[: block.present[0]].tolist())) for block in blocks)
    assert homes == len({name.split("/")[0] for name in rows})
    assert len(blocks) > 50
    for block in blocks:
        people = block.people
        assert len(people.id) <= 80
        for at in range(block.present[0]):
            head = people.household[at]
            assert people.household[head] == head
            assert people.weight[at] == people.weight[head]
            assert people.area[at] == people.area[head]


def test_partners_are_mutual_and_as_the_survey_says(blocks, rows):
    couples = 0
    for block in blocks:
        people = block.people
        for at in range(block.present[0]):
            other = people.partner[at]
            if other != NOBODY:
                couples += 1
                assert other != at
                assert people.partner[other] == at
                assert people.household[other] == people.household[at]
                assert people.living[at] == axes.OWN
    assert couples == sum(row["RELP"] != "-1" for row in rows.values())


def test_children_are_counted_once_with_their_mother_and_born_when_their_age_says(example, blocks, rows):
    kids = [row for row in rows.values() if int(row["AGE"]) < 16]
    children = sum(int(block.people.children[: block.present[0]].sum()) for block in blocks)
    assert children == len(kids) > 100
    names = {number: name for name, number in example.survey.names.items()}
    for block in blocks:
        people = block.people
        for at in np.flatnonzero(people.children[: block.present[0]]):
            identity = int(people.id[at])
            home, number = names[int(example.survey.first[identity >> 34]) + (identity & 0xFFFFFFFF)].split("/")
            own = [row for row in kids if row["SERIAL"] == home]
            assert number == own[0]["MUM"] or (own[0]["MUM"] == "-1" and number == own[0]["DAD"])
            assert people.children[at] == len(own)
            born = [people.child_1[at], people.child_2[at], people.child_3[at]][: len(own)]
            ages = sorted(int(row["AGE"]) for row in own)
            assert all(2024 - year - 1 <= age <= 2024 - year for year, age in zip(born, ages, strict=True))
            assert all(later <= sooner for sooner, later in pairwise(born))
            if people.sex[at] == 0:
                assert people.parity[at] >= people.children[at]


def test_adult_children_live_with_their_parents(example, blocks, rows):
    at_home = sum(int((block.people.living[: block.present[0]] == axes.WITH_PARENTS).sum()) for block in blocks)
    known = [row for row in rows.values() if int(row["AGE"]) >= 16 and {row["MUM"], row["DAD"]} != {"-1"}]
    assert at_home == len([row for row in known if row["RELP"] == "-1"])


def test_lasting_earning_power_is_known_of_those_with_pay_and_standard_normal(example, blocks, rows):
    survey = example.survey
    paid = {name for name, row in rows.items() if int(row["AGE"]) >= 16 and float(row["WKPAY"]) > 0}
    assert {name for name, number in survey.names.items() if np.isfinite(survey.lasting[number])} == paid
    known = np.isfinite(survey.lasting)
    assert np.average(survey.lasting[known], weights=survey.weight[known]) == pytest.approx(0, abs=0.1)
    assert np.average(survey.lasting[known] ** 2, weights=survey.weight[known]) == pytest.approx(1, abs=0.15)
    for block in blocks:
        assert np.isfinite(block.people.persistent).all()


def test_pay_ranks_within_age_and_sex_less_what_the_area_pays():
    ones = np.ones(4, int)
    flat = np.ones((2, 64))
    score = pay_scores(np.array([1.0, 2, 3, np.nan]), 0 * ones, 30 * ones, ones, ones, flat)
    assert score[:3] == pytest.approx([normal(1 / 6), 0, normal(5 / 6)])
    assert np.isnan(score[3])
    weighted = pay_scores(np.array([1.0, 2]), np.zeros(2, int), np.full(2, 30), np.ones(2, int), np.array([3, 1]), flat)
    assert weighted == pytest.approx([normal(3 / 8), normal(7 / 8)])
    apart = pay_scores(np.array([1.0, 2, 3, 4]), 0 * ones, np.array([30, 30, 50, 50]), ones, ones, flat)
    assert apart[:2] == pytest.approx(apart[2:])
    dear = np.stack([np.ones(64), np.full(64, 2.0)])
    equal = pay_scores(
        np.array([100.0, 200.0]), np.array([0, 1]), np.full(2, 30), np.ones(2, int), np.ones(2, int), dear
    )
    assert equal == pytest.approx([0, 0])


def test_pay_keeps_its_place_as_far_as_it_lasts(example):
    random = np.random.default_rng(8)
    count = 4000
    level = random.integers(0, 7, count)
    score = random.normal(0, 0.9, count) + example.jobs.pay_by_qualification[level]
    lasting = lasting_part(score, level, np.ones(count, int), random.normal(0, 1, count), example)
    share = unexplained_variance(example) * example.persistent_share / 0.81
    assert np.std(lasting) == pytest.approx(1, abs=0.05)
    rest = score - example.jobs.pay_by_qualification[level]
    assert np.corrcoef(lasting, rest)[0, 1] == pytest.approx(np.sqrt(min(share, 1)), abs=0.03)
    nobody = lasting_part(np.full(3, np.nan), np.zeros(3, int), np.ones(3, int), np.zeros(3), example)
    assert np.isnan(nobody).all()


def test_arrivals_stand_for_as_many_as_a_respondent_on_average(example, blocks):
    sample = Sample(example, 0.01, seed=4, last_year=2030)
    flows = sample.flows
    wanted = flows.entrants[:6].sum() + flows.arrivals[:6].sum()
    people = sum(block.people.weight[block.present[0] :].astype(float).sum() for block in blocks) / 1000
    assert people == pytest.approx(wanted, rel=0.03)
    assert {int(one) for block in blocks for one in block.people.weight[block.present[0] :]} == {sample.weight}


def test_the_order_of_rows_does_not_matter(example, copy):
    def shuffled(rows):
        homes = {}
        for row in rows:
            homes.setdefault(row["SERIAL"], []).append(row)
        order = np.random.default_rng(1).permutation(len(homes))
        homes = list(homes.values())
        return [row for at in order for row in homes[at]]

    other = copy(shuffled).survey
    survey = example.survey
    for name, number in list(survey.names.items())[::7]:
        again = other.names[name]
        assert survey.area_and_number(number)[0] == other.area_and_number(again)[0]
        for column in ("age", "sex", "state"):
            assert getattr(survey, column)[number] == getattr(other, column)[again]
        assert abs(survey.weight[number] - other.weight[again]) < 10


def test_a_person_is_found_by_either_name(example):
    sample = Sample(example, 0.01, seed=4, last_year=2030)
    identity = sample.identity_of("100008/2")
    name = person_name(identity, example.area_codes)
    assert sample.identity_of(name) == identity
    block = sample.make(sample.block_of(identity))
    assert np.uint64(identity) in block.people.id
    with pytest.raises(InputError, match="not a person: 100008/77"):
        sample.identity_of("100008/77")


def test_missing_answers_are_drawn_from_people_alike(example, copy):
    drawn = copy(mapped=without("qualification", "work_status"), old="rake: true", new="rake: false").survey
    joint = example.joint.sum(0)
    chance = joint[14:44].sum((0, 1)).reshape(-1) / joint[14:44].sum()
    middle = (drawn.age >= 30) & (drawn.age < 60)
    share = np.bincount(drawn.state[middle], minlength=35) / middle.sum()
    assert np.abs(share - chance).max() < 4 * np.sqrt(0.25 / middle.sum())
    assert share[30] == pytest.approx(chance[30], abs=0.05)  # graduates who are employees, the most common
    sources = {name: source for name, source, _ in drawn.columns}
    assert sources["qualification"].startswith("drawn from the base's people")


def test_a_known_status_bears_on_the_qualification_that_is_drawn(example, copy):
    survey = copy(mapped=without("qualification")).survey
    for name, number in list(example.survey.names.items())[::11]:
        assert survey.state[survey.names[name]] % 5 == example.survey.state[number] % 5


def test_without_households_everybody_is_weighted_apart_and_families_are_drawn(copy):
    population = copy(mapped=without("household", "partner", "mother", "father", "person"))
    survey = population.survey
    assert survey.families is None
    assert survey.households == len(survey.age)
    assert survey.left_out > 100
    assert round(counted(population).sum(), 3) == 47_851_853
    titles = survey_tables(survey)
    weights = titles["Weights of the survey"].set_index("of_the_survey")["value"]
    assert weights["people under 16 left out, no household being given"] == survey.left_out


def test_weights_are_kept_as_they_are_without_raking(copy, rows):
    survey = copy(old="rake: true", new="rake: false").survey
    assert survey.raking is None
    for name, number in survey.names.items():
        assert survey.weight[number] == pytest.approx(float(rows[name]["HHWT"]) * 1000, abs=8)


def test_too_few_people_in_a_cell(copy):
    def older(row):
        young = row["GOVREG"] == "A" and row["SEX"] == "2" and 16 <= int(row["AGE"]) < 25
        return row | {"AGE": "25"} if young else row

    with pytest.raises(InputError, match=r"too few people to rake in North East, 16-24, female \(1 of 126 cells\)"):
        copy(lambda rows: [older(row) for row in rows], mapped=without("mother", "father"))


def test_a_region_with_nobody(copy):
    with pytest.raises(InputError, match="nobody aged 16 or over lives in London; expected people in every region"):
        copy(lambda rows: [row for row in rows if row["GOVREG"] != "H"])


def test_fewer_age_bands_help_a_small_survey(copy):
    def tenth(rows):
        homes = sorted({row["SERIAL"] for row in rows})
        kept = set(homes[:300])
        return [row for row in rows if row["SERIAL"] in kept]

    with pytest.raises(InputError, match="too few people to rake"):
        copy(tenth)
    wider = copy(old="rake: true", new="age_bands: [16-44, 45+]")
    assert round(counted(wider).sum(), 3) == 47_851_853


def test_categories_with_too_few_people_are_pooled_with_the_next():
    counts = np.array([FEWEST, 1, 9, 0, 2])
    group, members = _pool(counts, np.ones(5), 10)
    assert members == [[0], [1, 2, 3, 4]]  # the last two together are too few as well
    assert group.tolist() == [10, 11, 11, 11, 11]
    group, members = _pool(np.array([9, 9, 9]), np.array([1.0, 0.0, 1.0]), 0)
    assert members == [[0], [1, 2]]


def test_the_digest_changes_with_the_rows_the_mapping_and_the_settings(example, copy):
    one = copy()
    assert one.digest != example.digest  # another base path says nothing, but the file's bytes are written anew here
    assert copy().digest == one.digest
    assert copy(old="rake: true", new="rake: false").digest != one.digest


def test_the_example_is_what_its_program_writes(tmp_path):
    import runpy

    folder = POPULATIONS / "example_survey"
    shutil.copy(folder / "make.py", tmp_path)
    runpy.run_path(str(tmp_path / "make.py"), run_name="__main__")
    assert (tmp_path / "persons.csv").read_text(encoding="utf-8") == (folder / "persons.csv").read_text(
        encoding="utf-8"
    )


def test_disability_and_care_are_as_the_survey_says_and_their_ranks_agree(example, blocks, rows):
    names = {number: name for name, number in example.survey.names.items()}
    checked = 0
    for block in blocks:
        people = block.people
        for at in range(block.present[0]):
            identity = int(people.id[at])
            row = rows[names[int(example.survey.first[identity >> 34]) + (identity & 0xFFFFFFFF)]]
            age = 2024 - int(people.cohort[at]) - int(people.birth_month[at] >= 3)
            place = (people.area[at], min(age, 90) - 16, people.sex[at])
            for answer, state, rank, prevalence in (
                (row["DISEA"], people.disabled[at], people.disability_rank[at], example.health.disability[place]),
                (row["CARES"], people.carer[at], people.care_rank[at], example.health.care[place]),
            ):
                assert answer == "-9" or state == (answer == "1")
                assert (int(rank) < float(prevalence) * 2**32) == bool(state)
                checked += 1
    assert checked == 2 * len(example.survey.age)


def test_ranks_keep_their_relative_place():
    rank = np.array([0.1, 0.1, 0.6, 0.6, 0.2001]) * 2**32
    state = np.array([1, 0, 0, 1, 1])
    moved = rank_within(state, rank.astype(np.uint32), np.full(5, 0.2)) / 2**32
    assert moved == pytest.approx([0.1, 0.6, 0.6, 0.1, 0.0], abs=1e-4)
    random = np.random.default_rng(2)
    many = rank_within(random.random(20_000) < 0.5, random.integers(0, 2**32, 20_000, np.uint32), np.full(20_000, 0.3))
    assert np.histogram(many, 4, (0, 0.3 * 2**32))[0] == pytest.approx(2500, rel=0.1)
    assert np.histogram(many, 4, (0.3 * 2**32, 2**32))[0] == pytest.approx(2500, rel=0.1)
