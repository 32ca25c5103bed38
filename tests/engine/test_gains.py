"""Every sum of gains, found again in plain Python from copies of what each step of a year showed."""

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest
from common import SCENARIO

from microsim import api
from microsim.accounts.tables import tax_measure
from microsim.engine import gain_changes
from microsim.engine.gain_sums import (
    BANDS,
    INCOME_BINS,
    NO_CHANGE,
    NO_INCOME,
    POUND_EDGES,
    SHARE_EDGES,
    WIDE_BINS,
    complete,
)
from microsim.engine.gains import EVERYBODY, PEOPLE_ROWS, Gains
from microsim.engine.groups import FAMILY_TYPES
from microsim.engine.ledger import EARNINGS_BINS, earnings_bin_floor
from microsim.engine.lifetimes import COHORT_YEARS, COUNTED, EVER, LIFE_BINS, LIVES, TERMS
from microsim.engine.lifetimes import YEARS as YEARS_SEEN
from microsim.engine.run import BASELINE, REFORM, run_watched
from microsim.measures.contract import Gain, LifetimeLine
from microsim.population.columns import COMMUNAL, LIVING, RANDOM_GROUPS, STUDIES
from microsim.population.people import NOBODY
from microsim.running.prepare import prepare
from microsim.taxes.lines import TAX_LINES

YEARS = "2029-30 to 2031-32"
GRANT_GAINS = (
    Gain("in_kind", ("grant_spending", "doubling_spending"), ("employer_fees_displaced",)),
    Gain("employer", ("employer_fees_displaced",)),
)
GRANT_LIFETIME = (
    LifetimeLine("spent", "Grant spent", "grant_spending"),
    LifetimeLine("ever_used", "Lives in which it is used", "users", "ever"),
    LifetimeLine("years_used", "Lives by the years in which it is used", "users", "count"),
)


class Recorder:
    """A watching that keeps copies of everything it is shown."""

    sums = ()

    def __init__(self):
        self.blocks = []

    def watch(self, _rows, _before):
        return self

    def begin(self, number, _block):
        self.number, self.years = number, []
        self.open = {"lines": {}, "taxes": {}}

    def measured(self, place, lines, _held, _room, _effects, clock):
        self.open["lines"][place] = lines[:, : clock.rows].copy()

    def assessed(self, arm, _people, means, room, clock, _before):
        count = clock.rows
        kept = {"amounts": room.amounts[:, :count].copy(), "over": means.over_pension_age[:count].copy()}
        for name in ("household_income", "equivalised", "scale"):
            kept[name] = getattr(room, name)[:count].copy()
        self.open["taxes"][arm] = kept

    def year(self, people, groups, clock):
        count = clock.rows
        seen = {name: column[:count].copy() for name, column in people._asdict().items()}
        keys = {name: column[:count].copy() for name, column in groups._asdict().items()}
        self.years.append({**self.open, "people": seen, "keys": keys, "index": clock.year_index})
        self.open = {"lines": {}, "taxes": {}}

    def end(self):
        if self.number >= 0:
            self.blocks.append(self.years)


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    """The package and a higher basic rate, so that money reaches people in every way."""
    path = tmp_path_factory.mktemp("gains") / "reform.yaml"
    rate = "parameters: {income_tax.basic_rate: {2030-04-06: 0.21}}"
    path.write_text(f"name: Reform\nextends: {SCENARIO}\n{rate}\n", encoding="utf-8")
    return api.load_scenario(path, sample=1 / 25_000, years=YEARS)


@pytest.fixture(scope="module")
def gains(scenario):
    prepared = prepare(scenario, block_rows=900)
    measures = tuple(
        replace(entry, measure=replace(entry.measure, gains=GRANT_GAINS, lifetime=GRANT_LIFETIME, lifetime_ratios=()))
        if entry.name == "training_grant"
        else entry
        for entry in prepared.programme.measures
    )
    programme = replace(prepared.programme, measures=measures)
    return Gains(programme, tax_measure(programme), prepared.counted, prepared.deflators.worth_of_a_pound)


@pytest.fixture(scope="module")
def lived(gains):
    recorder = Recorder()
    return run_watched(gains.programme, [gains, recorder], threads=1), recorder.blocks


@pytest.fixture(scope="module")
def run(gains, lived):
    results, blocks = lived
    sums, lifetimes = gains.published(results.watched[0])
    return complete(sums, EVERYBODY, *baseline_incomes(results.ledger)), lifetimes, blocks


def baseline_incomes(ledger):
    """People by income in the baseline: in all, and by random group."""
    return ledger.incomes[0], ledger.wide_incomes[0]


def values_of(gains, year):
    """The rows of gains of each person, found line by line."""
    people, count = year["people"], len(year["people"]["id"])
    values = {name: np.zeros(count, np.int64) for name in (*PEOPLE_ROWS, *gains.rows)}
    for place, lines in year["lines"].items():
        entry = gains.programme.measures[place]
        arm = 1 if entry.arm == REFORM else -1
        for number, line in enumerate(entry.measure.lines):
            amount = arm * lines[number].astype(np.int64)
            values[(entry.name, "exchequer", "")] += line.sign * amount
            for gain in entry.measure.gains:
                sign = (line.name in gain.more) - (line.name in gain.less)
                values[(entry.name, gain.kind, "")] += sign * amount
            if (key := (entry.name, "key", line.name)) in values:
                values[key] += amount
    arms = gains.programme.arms
    before, after = (year["taxes"][arms.index(arm)] for arm in (BASELINE, REFORM))
    own = sum(line.net * before["amounts"][place] for place, line in enumerate(TAX_LINES))
    for place, line in enumerate(TAX_LINES):
        change = after["amounts"][place] - before["amounts"][place]
        values[(gains.tax_name, "cash", "")] += line.net * change
        values[(gains.tax_name, "exchequer", "")] += line.exchequer * change
    here = people["resident"].astype(np.int64)
    values["adults"] = here
    values["people"] = here * (1 + people["children"])
    values["households"] = here * (people["household"] == np.arange(count)) * (people["living"] != COMMUNAL)
    values["net_income"] = here * own
    return values


def bin_of(income):
    """The place of an income among the bins of earnings."""
    floors = earnings_bin_floor(np.arange(EARNINGS_BINS))
    return max(int(np.searchsorted(floors, np.float32(max(income, 0.0)), side="right")) - 1, 0)


def depends(people, ages, row):
    """Whether a young person at school or college counts as a child of the family."""
    at_school = STUDIES[people["study"][row]] in ("school", "sixth_form_college", "fe_college", "other_training")
    return people["resident"][row] and LIVING[people["living"][row]] == "with_parents" and ages[row] <= 19 and at_school


def family_type(people, ages, over, row):
    if people["living"][row] == COMMUNAL:
        return FAMILY_TYPES.index("communal")
    if depends(people, ages, row):
        return family_type(people, ages, over, people["household"][row])
    partner, head = people["partner"][row], people["household"][row]
    pair = [row] if partner == NOBODY else [row, partner]
    if any(over[one] >= 0.5 for one in pair):
        return FAMILY_TYPES.index("single_pensioner" if len(pair) == 1 else "pensioner_couple")
    name = "single" if len(pair) == 1 else "couple"
    at_home = np.flatnonzero(people["household"] == head) if head in pair else []
    cares = any(people["children"][one] for one in pair) or any(depends(people, ages, one) for one in at_home)
    return FAMILY_TYPES.index(name + ("_with_children" if cares else ""))


def is_private(people, row):
    return people["resident"][row] == 1 and people["living"][row] != COMMUNAL


def test_something_of_every_kind_is_gained(gains, run):
    sums, _, blocks = run
    assert len(blocks) > 2
    found = {row for place, row in enumerate(gains.rows, len(PEOPLE_ROWS)) if sums.area[place].any()}
    assert {row.kind for row in found} == {"exchequer", "in_kind", "employer", "cash", "key"}
    assert {row.measure for row in found} == {entry.name for entry in gains.programme.measures} | {gains.tax_name}


def test_every_row_has_the_same_total_in_every_grouping(gains, run):
    sums, _, blocks = run
    expected = np.zeros(sums.area.shape[:2], np.int64)
    for years in blocks:
        for year in years:
            for row, values in enumerate(values_of(gains, year).values()):
                expected[row, year["index"]] += (values * year["people"]["weight"]).sum()
    for totals in (sums.area.sum(axis=2), sums.income.sum(axis=2), sums.wide_income.sum(axis=2)):
        np.testing.assert_array_equal(totals, expected)
    for first, last in zip(gains.offsets[:-1], gains.offsets[1:], strict=True):
        part = sums.cells[:, :, first * RANDOM_GROUPS : last * RANDOM_GROUPS]
        np.testing.assert_array_equal(part.sum(axis=2), expected)


def test_people_count_in_their_own_groups(gains, run):
    """Areas, tenths, family types, ethnicities and random groups of the last year, person by person."""
    sums, _, blocks = run
    names = [one.name for one in gains.breakdowns]
    at_family, at_ethnicity = names.index("family_type"), names.index("ethnicity")
    expected = [np.zeros_like(part) for part in sums]
    index = blocks[0][-1]["index"]
    for years in blocks:
        year = years[-1]
        people, weight, before = year["people"], year["people"]["weight"], year["taxes"][0]
        ages = year["keys"]["age_sex"] // 2
        for place, values in enumerate(values_of(gains, year).values()):
            for row in np.flatnonzero(values):
                amount, group = int(values[row]) * int(weight[row]), int(people["random_group"][row])
                expected[1][place, index, people["area"][row]] += amount
                fine = bin_of(before["equivalised"][row]) if is_private(people, row) else None
                coarse = (NO_INCOME, WIDE_BINS) if fine is None else (fine // 2, fine // 32)
                expected[2][place, index, coarse[0]] += amount
                expected[3][place, index, coarse[1] * RANDOM_GROUPS + group] += amount
                family = gains.offsets[at_family] + family_type(people, ages, before["over"], row)
                ethnicity = gains.offsets[at_ethnicity] + int(people["ethnicity"][row])
                for cell in (family, ethnicity):
                    expected[0][place, index, cell * RANDOM_GROUPS + group] += amount
    np.testing.assert_array_equal(sums.area[:, index], expected[1][:, index])
    np.testing.assert_array_equal(sums.income[:, index], expected[2][:, index])
    np.testing.assert_array_equal(sums.wide_income[:, index], expected[3][:, index])
    for at in (at_family, at_ethnicity):
        cells = slice(gains.offsets[at] * RANDOM_GROUPS, gains.offsets[at + 1] * RANDOM_GROUPS)
        np.testing.assert_array_equal(sums.cells[:, index, cells], expected[0][:, index, cells])
    assert sums.income.shape[-1] == INCOME_BINS + 1


def test_lines_and_taxes_add_up_by_random_group(gains, lived, run):
    (results, blocks), (sums, *_) = lived, run
    ledger, places = results.ledger, gains.programme.places
    expected = np.zeros((len(places), *ledger.totals.shape[1:]), np.int64)
    starts, kept = np.cumsum([0, *(len(entry.measure.lines) for entry in gains.programme.measures)]), set()
    for years in blocks:
        for year in years:
            people = year["people"]
            for place, lines in year["lines"].items():
                for number, line in enumerate(lines):
                    kept.add(starts[place] + number)
                    weighted = line.astype(np.int64) * people["weight"]
                    np.add.at(expected[starts[place] + number, year["index"]], people["random_group"], weighted)
    for number, one in enumerate(places):
        if number in kept:
            np.testing.assert_array_equal(ledger.line(one.place, one.detail), expected[number])
    assert expected.any(axis=(1, 2)).sum() > 30
    taxed = sum(sums.area[gains.place(gains.tax_name, "exchequer")].sum(axis=1))
    signs = np.array([line.exchequer for line in TAX_LINES])
    assert signs @ (ledger.taxes[1] - ledger.taxes[0]).sum(axis=(1, 2)) == taxed != 0


def test_all_of_a_household_are_together_in_one_random_group(run):
    """At the start; later households form from several."""
    *_, blocks = run
    for years in blocks:
        people = years[0]["people"]
        start = people["entry_year"] == 0
        heads = people["household"][start]
        same = people["random_group"][start] == people["random_group"][heads]
        assert same.mean() > 0.9
        assert len(np.unique(people["random_group"])) == RANDOM_GROUPS


def band(change, edges):
    if change < 0:
        return sum(change >= edge for edge in edges[:NO_CHANGE])
    return NO_CHANGE + sum(change > edge for edge in edges[NO_CHANGE:])


def test_changes_of_households_are_in_their_bands(gains, run):
    sums, _, blocks = run
    index = blocks[0][-1]["index"]
    expected, extended = np.zeros_like(sums.changes[:, index]), np.zeros_like(sums.extended[index])
    wide, moved = np.zeros_like(sums.wide_changes[:, index]), np.zeros_like(sums.moved[:, index])
    for years in blocks:
        year = years[-1]
        people, before, values = year["people"], year["taxes"][0], values_of(gains, year)
        change = [defaultdict(int), defaultdict(int)]
        for row in np.flatnonzero(people["resident"]):
            cash = sum(int(amount[row]) for name, amount in values.items() if name[1] == "cash")
            in_kind = sum(int(amount[row]) for name, amount in values.items() if name[1] == "in_kind")
            change[0][people["household"][row]] += cash
            change[1][people["household"][row]] += cash + in_kind
        for row in np.flatnonzero(people["resident"]):
            if not is_private(people, row):
                continue
            head, place = people["household"][row], bin_of(before["equivalised"][row]) // 2
            everybody = int(people["weight"][row]) * (1 + int(people["children"][row]))
            income = before["household_income"][head] / 100
            group = int(people["random_group"][head])
            in_wide = place // (INCOME_BINS // WIDE_BINS) * RANDOM_GROUPS + group
            for concept in (0, 1):
                pounds = change[concept][head] / 100
                at = band(pounds, POUND_EDGES)
                expected[2 * concept, at, place] += everybody
                share = pounds / income if income > 0 else 0.0
                of_share = NO_CHANGE if at == NO_CHANGE else band(share, SHARE_EDGES)
                expected[2 * concept + 1, of_share, place] += everybody
                wide[2 * concept, at, in_wide] += everybody
                wide[2 * concept + 1, of_share, in_wide] += everybody
                income_after = (income + pounds) / before["scale"][head] if pounds else before["equivalised"][row]
                after = bin_of(income_after)
                moved[concept, after // 2 * RANDOM_GROUPS + group] += everybody
                moved[concept, place * RANDOM_GROUPS + group] -= everybody
            extended[after] += everybody
    np.testing.assert_array_equal(sums.changes[:, index], expected)
    np.testing.assert_array_equal(sums.extended[index], extended)
    np.testing.assert_array_equal(sums.wide_changes[:, index], wide)
    np.testing.assert_array_equal(sums.moved[:, index], moved)
    assert moved[0].any() and (moved[1] != moved[0]).any()
    assert expected.shape[1] == BANDS
    assert expected[2, NO_CHANGE + 1 :].any()
    assert expected[0, :NO_CHANGE].any()


@pytest.mark.parametrize(
    ("change", "at"),
    [(-6000.0, 0), (-5000.0, 1), (-1.01, 4), (-1.0, 5), (0.0, 5), (1.0, 5), (1.01, 6), (5000.0, 9), (5000.01, 10)],
)
def test_a_change_of_up_to_a_pound_is_none(change, at):
    assert gain_changes._band.py_func(change, POUND_EDGES) == at


def life_of_a_year(gains, year):
    """What a year adds to each life, by (measure, item, part): int64 [people]."""
    worth, values = dict(zip(TERMS, gains.worth[:, year["index"]], strict=True)), values_of(gains, year)
    place, entry = next(
        (place, entry) for place, entry in enumerate(gains.programme.measures) if entry.name == "training_grant"
    )
    lines = dict(zip((line.name for line in entry.measure.lines), year["lines"][place], strict=True))
    money = {name[:2]: amount for name, amount in values.items() if name[1] in ("cash", "in_kind")}
    money["training_grant", "spent"] = lines["grant_spending"]
    found = {
        (*name, term): np.rint(amount * pound).astype(np.int64)
        for name, amount in money.items()
        for term, pound in worth.items()
    }
    cash, in_kind = (sum(amount for name, amount in money.items() if name[1] == kind) for kind in ("cash", "in_kind"))
    found["", "years", ""] = year["people"]["resident"].astype(np.int64)
    found["", "ever", ""] = ((cash > 0) | (in_kind > 0)).astype(np.int64)
    found["training_grant", "ever_used", ""] = (lines["users"] > 0).astype(np.int64)
    found["training_grant", "years_used", "0"] = lines["users"].astype(np.int64)
    return found


def by_random_group(sums):
    """Sums over lives [rows, cohorts, groups, RANDOM_GROUPS]."""
    return sums.reshape(*sums.shape[:2], -1, RANDOM_GROUPS)


def test_lifetimes_are_the_sums_of_their_years(gains, run):
    _, lifetimes, blocks = run
    counted = [index for index, is_counted in enumerate(gains.counted) if is_counted]
    by_sex, by_qualification = by_random_group(lifetimes.sex), by_random_group(lifetimes.qualification)
    expected, by_first = np.zeros_like(by_sex), np.zeros_like(by_qualification)
    used = gains.life_part("training_grant", "years_used").start
    once = [place for place, row in enumerate(gains.life_rows) if row.item in ("ever", "ever_used")]
    for years in blocks:
        lives = defaultdict(lambda: np.zeros(len(gains.life_rows), np.int64))
        first, who = {}, {}
        for year in (years[index] for index in counted):
            people, added = year["people"], life_of_a_year(gains, year)
            for row in range(len(people["id"])):
                for place, name in enumerate(gains.life_rows):
                    if tuple(name) in added:
                        lives[row][place] += added[tuple(name)][row]
                if people["resident"][row]:
                    first.setdefault(row, people["qualification"][row])
                who[row] = (people[name][row] for name in ("cohort", "sex", "weight", "random_group"))
        for row, life in lives.items():
            if life[YEARS_SEEN]:
                cohort, sex, weight, group = map(int, who[row])
                times = min(life[used], len(COUNTED) - 1)
                life[used], life[LIVES], life[once] = 0, 1, np.minimum(life[once], 1)
                life[used + times] = 1
                born = (cohort - gains.cohorts[0]) // COHORT_YEARS
                expected[:, born, sex, group] += life * weight
                by_first[:, born, first[row], group] += life * weight
    np.testing.assert_array_equal(by_sex, expected)
    np.testing.assert_array_equal(by_qualification, by_first)
    np.testing.assert_array_equal(by_random_group(lifetimes.wide_income).sum(axis=2), expected.sum(axis=2))
    in_wide = by_random_group(lifetimes.wide_income).sum(axis=3)
    np.testing.assert_array_equal(lifetimes.income[:, :, -1], in_wide[:, :, -1])
    narrow = lifetimes.income[:, :, :-1].reshape(*in_wide.shape[:2], LIFE_BINS, -1)
    np.testing.assert_array_equal(narrow.sum(axis=3), in_wide[:, :, :-1])
    assert expected[EVER].any() and expected[used].any() and expected[used + 1].any()
    spent = expected[gains.life_part("training_grant", "spent")].sum(axis=(1, 2, 3))
    assert spent[0] > spent[1] > spent[2] > 0


def test_threads_and_the_order_of_blocks_change_nothing(gains, run):
    sums, lifetimes, _ = run
    order = range(len(gains.programme.sample.blocks) - 1, -1, -1)
    again = run_watched(gains.programme, [gains], threads=2, order=order)
    other_sums, other_lifetimes = gains.published(again.watched[0])
    other_sums = complete(other_sums, EVERYBODY, *baseline_incomes(again.ledger))
    for one, other in zip((*sums, *lifetimes), (*other_sums, *other_lifetimes), strict=True):
        np.testing.assert_array_equal(one, other)
