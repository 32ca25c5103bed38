"""`microsim tax`: what it prints of a household, and what every sort of wrong input is told."""

import json
import re

import pytest
import yaml
from click.testing import CliRunner
from common import ROOT

from microsim import api
from microsim.cli import main
from microsim.errors import InputError
from microsim.report.household import steps_text
from microsim.taxes import steps_families, steps_people
from microsim.taxes.household import EXAMPLE, read_household
from microsim.taxes.worksheet import law_of

SCENARIO = f"""\
name: A higher allowance
population: {ROOT / "populations" / "england.yaml"}
years: 2026-27 to 2030-31
parameters:
  income_tax.personal_allowance: {{2026-27: 13570}}
"""


def microsim(*arguments, **options):
    """Run a command in this process; a traceback is a failure of the test."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], **options)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def file(tmp_path):
    def write(text, name="household.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def row(table, step):
    (found,) = table[table["step"] == step].to_dict("records")
    return found


def test_a_person_step_by_step_with_sources():
    result = microsim("tax", "--year", "2026-27", "--pay", 35000, "--age", 30)
    assert result.exit_code == 0, result.stderr
    lines = result.stdout.splitlines()
    assert any(line.startswith("  Income tax  ") and "4,486.00" in line for line in lines)
    assert any("Household net income" in line and "27,055.84" in line for line in lines)
    assert any("Marginal rate, Adult 1" in line and "28.0 %" in line for line in lines)
    assert "[1] Income Tax Act 2007, section 35" in result.stdout
    assert any("income_tax.personal_allowance" in line and "12,570 pounds a year" in line for line in lines)


def test_every_mark_has_its_source_and_every_source_a_mark(file):
    text = microsim("tax", file(EXAMPLE)).stdout
    body, _, sources = text.partition("\nSources\n")
    numbers = [int(line.split("]")[0].strip(" [")) for line in sources.splitlines() if line.startswith("  [")]
    assert numbers == list(range(1, len(numbers) + 1))
    marks = re.findall(r"\[([0-9, ]+)\]", " ".join(body.split()))
    assert {int(number) for mark in marks for number in mark.split(",")} == set(numbers)


@pytest.mark.parametrize("width", [72, 80, 100, 120])
def test_no_line_is_wider_than_the_terminal(width):
    table = api.tax(yaml.safe_load(EXAMPLE))
    lines = steps_text(table, width).splitlines()
    assert max(map(len, lines)) <= width
    assert steps_text(table, 20) == steps_text(table, 72)


def test_options_and_file_are_the_same_household(file):
    options = ("--pay", 20000, "--partner-pay", 9000, "--partner-age", 41, "--children", "3,8", "--rent", 900,
               "--rent-cap", 800, "--childcare", 100, "--loan-plan", 2, "--london", "--council-tax", 1500)  # fmt: skip
    text = """\
adults: [{age: 30, pay: 20000, loan_plan: 2}, {age: 41, pay: 9000}]
children: [3, 8]
childcare_a_month: 100
home: {tenure: private, rent_a_month: 900, rent_cap_a_month: 800, council_tax: 1500, london: true}
"""
    assert microsim("tax", *options).stdout == microsim("tax", file(text)).stdout


def test_json_holds_the_household_and_every_step():
    result = microsim("tax", "--pay", 35000, "--year", "2025-26", "--json")
    answer = json.loads(result.stdout)
    assert answer["year"] == "2025-26"
    assert answer["household"]["adults"][0]["pay"] == 35000
    (allowance,) = [step for step in answer["steps"] if step["rule"] == "income_tax.personal_allowance"]
    assert allowance["amount"] == 12570
    assert allowance["law"] == "Income Tax Act 2007, section 35"
    figures = {figure["name"]: figure for figure in allowance["figures"]}
    assert figures["income_tax.personal_allowance"]["value"] == 12570
    assert "HM Revenue and Customs" in figures["income_tax.personal_allowance"]["source"]


def test_a_scenario_changes_a_figure_and_the_source_says_so(file):
    """1,000 more of allowance is 200 less of tax at the basic rate."""
    path = file(SCENARIO, "reform.yaml")
    before = api.tax({"adults": [{"age": 40, "pay": 35000}]})
    after = api.tax({"adults": [{"age": 40, "pay": 35000}]}, scenario=path)
    assert row(before, "Income tax")["amount"] - row(after, "Income tax")["amount"] == pytest.approx(200)
    sources = {figure["name"]: figure["source"] for figure in row(after, "Personal allowance")["figures"]}
    assert "set by the scenario" in sources["income_tax.personal_allowance"]
    assert "reform.yaml:5" in sources["income_tax.personal_allowance"]
    assert "set by the scenario" in microsim("tax", "--pay", 35000, "--scenario", path).stdout


def test_the_example_is_a_household(file):
    path = file(microsim("tax", "--example").stdout)
    household = read_household(path)
    assert len(household.families) == 2
    table = api.tax(path)
    assert row(table, "Child element")["how"].startswith("3 children")  # two, and the one of 17 in college


def test_marginal_rates_are_those_of_the_next_hundred_pounds():
    """Above the work allowance with rent and a child: 55 % of what 20 % and 8 % leave; the rest is kept."""
    home = {"tenure": "private", "rent_a_month": 800, "council_tax": 0}
    table = api.tax({"adults": [{"age": 30, "pay": 20000}], "children": [4], "home": home}, 2026)
    assert row(table, "Marginal rate, Adult 1")["amount"] == pytest.approx(1 - 0.72 * 0.45, abs=2e-4)


def test_the_page_shows_what_is_printed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")
    page = (ROOT / "docs" / "methods" / "one_household.md").read_text(encoding="utf-8")
    command, shown = re.search(
        r"^\$ microsim (tax [^.\n]*)\n(.*?)\nOfficial figures\n", page, re.DOTALL | re.M
    ).groups()
    assert microsim(*command.split()).stdout.startswith(shown)


def test_a_family_with_too_much_capital_has_no_universal_credit():
    """1,000 of interest is that of far more than 16,000; with 10,000 there are 16 steps of 250 at 4.35 a month."""
    poor = {"adults": [{"age": 30, "savings": 1000}]}
    assert "capital" in row(api.tax(poor, 2026), "Universal Credit")["how"]
    table = api.tax({**poor, "capital": 10000}, 2026)
    assert row(table, "Income from capital")["amount"] == pytest.approx(16 * 4.35 * 12)
    assert row(table, "Universal Credit")["amount"] == pytest.approx(12 * (424.90 - 16 * 4.35))


def test_a_state_pension_too_early_is_said_to_be_none():
    assert "under State Pension age" in microsim("tax", "--age", 60, "--state-pension", 1).stdout
    pension = row(api.tax({"adults": [{"age": 70, "state_pension": 1}]}, 2026), "State Pension")
    assert pension["amount"] == pytest.approx(52 * 241.30)


def test_schedule_of_net_income():
    result = microsim("tax", "--council-tax", 0, "--vary", "pay", "0:30000:10000", "--csv")
    assert result.exit_code == 0, result.stderr
    rows = [line.split(",") for line in result.stdout.splitlines()]
    assert rows[0] == ["pay", "benefits", "taxes", "net_income", "equivalised", "marginal_rate"]
    net = {float(row[0]): float(row[3]) for row in rows[1:]}
    assert net[30000] == pytest.approx(30000 - 0.28 * 17430)
    assert net[0] == pytest.approx(12 * 424.90)
    assert rows[-1][-1] == ""
    assert float(rows[3][-1]) == pytest.approx(1 - (net[30000] - net[20000]) / 10000, abs=1e-6)
    answer = json.loads(microsim("tax", "--vary", "partner-pay", "0:200:100", "--partner-age", 30, "--json").stdout)
    assert [step["pay"] for step in answer["schedule"]] == [0, 100, 200]


WRONG = [
    (("--tenure", "rented"), "'rented' is not one of"),
    (("--loan-plan", 3), "'3' is not one of"),
    (("--pay", -1), "--pay: too small; found -1; expected at least 0"),
    (("--age", 12), "--age: too small; found 12; expected at least 16"),
    (("--children", "3,x"), "'3,x' is not a list of ages"),
    (("--children", "17"), "--children: too large; found 17; expected at most 15"),
    (("--rent", 900, "--tenure", "owned"), "--rent: an owned home has no rent"),
    (("--rent-cap", 900), "--rent-cap: only private tenants have one; found tenure: owned"),
    (("--year", "2019-20"), "no rules for the year; found 2019-20; expected a year of 2024-25 to"),
    (("--year", "last"), "'last' is not a financial year"),
    (("--vary", "pya", "0:10:1"), "did you mean pay?"),
    (("--vary", "pay", "10:0:1"), "'10:0:1' is not a range"),
    (("--csv",), "--csv goes with --vary"),
    (("--vary", "partner-pay", "0:10:1"), "there is no adult 2"),
    (("nowhere.yaml",), "there is no file nowhere.yaml"),
    (("nowhere.yaml", "--pay", 5), "--pay: a household file says it all"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_what_a_wrong_option_is_told(arguments, message):
    result = microsim("tax", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


WRONG_FILES = [
    ("adults: [{age: 30, pay: lots}]", ":1:20: adults[1].pay: wrong type; found 'lots'; expected a number"),
    ("adults: [{age: 30, pya: 3}]", "adults[1]: unknown key 'pya'"),
    ("adults: [{age: 30, pya: 3}]", "did you mean pay?"),
    ("adults: [{pay: 3}]", "missing key 'age'"),
    ("adults: []", "wrong number of adults; found 0"),
    ("adults: [{age: 30}, {age: 31}, {age: 32}]", "wrong number of adults; found 3"),
    ("children: [3]", "missing key 'adults'"),
    ("adults:\n  - age: 30\n    loan_plan: 4", ":3:5: adults[1].loan_plan: not a valid choice"),
    ("adults: [{age: 30}]\nothers:\n  - adults: [{age: 9}]", ":3:15: others[1].adults[1].age: too small"),
    ("adults: [{age: 30}]\nhome: {rent_a_month: 5}", ":2:8: home.rent_a_month: an owned home has no rent"),
    ("adults: [{age: 30}]\nyear: 1990s", "not a financial year"),
    ("- 3", ":1:1: not a household; found a list"),
]


@pytest.mark.parametrize(("text", "message"), WRONG_FILES)
def test_what_a_wrong_file_is_told(file, text, message):
    result = microsim("tax", file(text))
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_all_problems_of_a_file_at_once(file):
    with pytest.raises(InputError) as error:
        read_household(file("adults: [{age: 30, pay: -1}, {age: 3}]\nhmoe: {}"))
    assert len(error.value.problems) == 3


RULES = {
    function
    for module in (steps_people, steps_families)
    for function in vars(module).values()
    if getattr(function, "__module__", "").startswith("microsim.taxes.") and hasattr(function, "py_func")
}


@pytest.mark.parametrize("function", sorted(RULES, key=lambda rule: rule.__name__), ids=lambda rule: rule.__name__)
def test_every_rule_says_which_law_it_is(function):
    law = law_of(function)
    assert any(word in law for word in ("Act ", "Regulations ", "SI 20")), law
    assert law.count("(") == law.count(")")


def test_an_older_couple_by_options():
    """A man of 74 has the pension of before 2016, a woman of 70 the new one: 0.9 x 241.30 x 52 would be 11,292.84."""
    arguments = ["--age", "70", "--state-pension", "1", "--partner-age", "78", "--partner-sex", "male"]
    result = CliRunner().invoke(
        main, ["tax", *arguments, "--partner-state-pension", "0.9", "--partner-pension", "3000"]
    )
    assert "12,547.60" in result.stdout  # 241.30 x 52
    assert "8,653.32" in result.stdout  # 0.9 x 184.90 x 52
    assert "3,000.00" in result.stdout


def test_nobody_pays_more_into_a_pension_than_is_earned():
    result = CliRunner().invoke(main, ["tax", "--pay", "35000", "--pension-contribution", "40000"])
    assert result.exit_code == 2
    assert "more than is earned; found 40000; expected at most the pay and profit of 35000" in result.stderr
