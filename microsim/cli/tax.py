"""`microsim tax`: one household's taxes, benefits and net income, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from microsim.cli.endings import explained, print_json, records, terminal_width
from microsim.cli.group import main
from microsim.cli.options import JSON
from microsim.errors import InputError, Problem, nearest

# Where each option stands in the household that it describes; those of adults first, for the first and the partner.
_ADULT = {
    "age": "age", "pay": "pay", "self_employed": "profit", "pension_contribution": "pension_contribution",
    "pension": "private_pension", "state_pension": "state_pension", "savings": "savings", "dividends": "dividends",
    "property_income": "property", "loan_plan": "loan_plan", "postgraduate_loan": "postgraduate_loan",
    "apprentice": "apprentice", "carer": "carer", "limited_capability": "limited_capability",
    "disability_benefit": "disability_benefit_a_week", "study": "study", "sex": "sex",
}  # fmt: skip
_PARTNER = {
    "partner_age": "age", "partner_pay": "pay", "partner_pension": "private_pension",
    "partner_state_pension": "state_pension", "partner_sex": "sex",
}  # fmt: skip
_HOME = {
    "tenure": "tenure", "rent": "rent_a_month", "rent_cap": "rent_cap_a_month", "council_tax": "council_tax",
    "london": "london",
}  # fmt: skip
_FAMILY = {"children": "children", "childcare": "childcare_a_month"}
_Command = Callable[..., None]
_MOST, _LARGEST = 10_000, 1e9  # steps of --vary, and pounds
_AGE = 30  # of adults whose age is not given


def _money(name: str, text: str) -> Callable[[_Command], _Command]:
    return click.option(name, type=float, metavar="£", help=text)


def _ages(_context: click.Context, _option: click.Parameter, value: str | None) -> list[int] | None:
    """Ages from "3,8". Raises click.BadParameter."""
    if value is None:
        return None
    try:
        return [int(age) for age in value.replace(" ", "").split(",") if age]
    except ValueError:
        raise click.BadParameter(f"{value!r} is not a list of ages such as 3,8") from None


def _range(
    _context: click.Context, _option: click.Parameter, value: tuple[str, str] | None
) -> tuple[str, list[float]] | None:
    """The income and its amounts from "pay", "0:150000:1000". Raises click.BadParameter."""
    if not value:
        return None
    expected = f"a range such as 0:150000:1000, of at most {_MOST:,} steps"
    try:
        first, last, step = (float(part) for part in value[1].split(":"))
        wrong = not (0 <= first < last < _LARGEST and step > 0 and (last - first) / step <= _MOST)
    except ValueError:
        wrong = True
    if wrong:
        raise click.BadParameter(f"{value[1]!r} is not {expected}")
    return value[0], [first + place * step for place in range(int((last - first) / step + 1e-9) + 1)]


@main.command()
@click.argument("household", required=False, type=click.Path(path_type=Path))
@click.option("--year", metavar="YEAR", help='Financial year; "2026-27" unless given.')
@click.option("--scenario", type=click.Path(path_type=Path), help="Scenario whose official figures are used.")
@click.option("--age", type=int, help="Age on 1 April; 30 unless given.")
@_money("--pay", "Gross pay a year, as an employee.")
@_money("--self-employed", "Profit a year.")
@_money("--pension-contribution", "The employee's own, a year.")
@_money("--pension", "Private pensions a year.")
@click.option("--state-pension", type=float, metavar="SHARE", help="Share of the full State Pension, such as 1.")
@_money("--savings", "Interest a year.")
@_money("--dividends", "Dividends a year.")
@_money("--property", "Income from letting a year.")
@click.option("--loan-plan", type=click.Choice(["1", "2", "5"]), help="Plan of a student loan.")
@click.option("--postgraduate-loan", is_flag=True, default=None, help="Owes a postgraduate loan.")
@click.option("--apprentice", is_flag=True, default=None, help="Is an apprentice.")
@click.option("--carer", is_flag=True, default=None, help="Cares 35 hours a week for a disabled person.")
@click.option("--limited-capability", is_flag=True, default=None, help="Has limited capability for work.")
@_money("--disability-benefit", "Personal Independence Payment or Attendance Allowance a week.")
@click.option("--study", type=click.Choice(["school", "college", "university"]), help="Full-time study.")
@click.option(
    "--sex",
    type=click.Choice(["female", "male"]),
    help="Decides which State Pension older people have; female unless given.",
)
@click.option("--partner-age", type=int, help="Age of the partner; 30 unless given.")
@_money("--partner-pay", "Gross pay of the partner a year.")
@_money("--partner-pension", "Private pensions of the partner a year.")
@click.option("--partner-state-pension", type=float, metavar="SHARE", help="The partner's share of the full one.")
@click.option("--partner-sex", type=click.Choice(["female", "male"]), help="Sex of the partner; female unless given.")
@click.option("--children", callback=_ages, metavar="AGES", help="Ages of children under 16, such as 3,8.")
@_money("--childcare", "Paid for childcare a month.")
@click.option("--tenure", type=click.Choice(["owned", "private", "social"]), help="Owned, or whom it is rented from.")
@_money("--rent", "Rent a month; of a private tenant unless --tenure says otherwise.")
@_money("--rent-cap", "Local Housing Allowance a month; no limit unless given.")
@_money("--council-tax", "Bill before discounts a year; the average dwelling's unless given.")
@click.option("--london", is_flag=True, default=None, help="In Greater London.")
@click.option(
    "--vary",
    nargs=2,
    metavar="INCOME FROM:TO:STEP",
    callback=_range,
    help="Net income over a range of an income of the first adult or of partner-pay: pay 0:150000:1000.",
)
@click.option("--csv", "as_csv", is_flag=True, help="With --vary: print CSV.")
@click.option("--example", is_flag=True, help="Print an example of a household file.")
@JSON
@explained
def tax(
    household: Path | None,
    year: str | None,
    scenario: Path | None,
    vary: tuple[str, list[float]] | None,
    as_csv: bool,
    example: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Taxes, benefits and net income of one household, step by step, with sources.

    HOUSEHOLD is a YAML file (microsim tax --example prints one). For common cases options do:

    microsim tax --pay 35000 --children 3,8 --rent 900
    """
    from microsim.taxes.household import EXAMPLE

    if example:
        click.echo(EXAMPLE, nl=False)
        return
    from microsim import api
    from microsim.report.household import schedule_text, steps_text
    from microsim.years import format_financial_year

    options["property_income"] = options.pop("property")
    given = {name: value for name, value in options.items() if value is not None}
    if household is not None and given:
        names = ", ".join(_option(name) for name in given)
        raise InputError(f"{names}: a household file says it all; give the file or the options")
    source = household if household is not None else _from_options(given)
    home, chosen, _ = api.tax_inputs(source, year, scenario)
    if as_csv and vary is None:
        raise InputError("--csv goes with --vary; the steps of one household are given by --json")
    if vary is not None:
        table = _varied(api, home, chosen, scenario, *vary)
        if not as_json:
            click.echo(table.to_csv(index=False) if as_csv else schedule_text(table), nl=not as_csv)
            return
    else:
        table = api.tax(home, chosen, scenario)
    if as_json:
        rows = records(table)
        answer = {"year": format_financial_year(chosen), "household": home.to_plain(),
                  "schedule" if vary else "steps": rows}  # fmt: skip
        print_json(answer)
        return
    click.echo(f"Financial year {format_financial_year(chosen)}, pounds a year\n")
    click.echo(steps_text(table, terminal_width(100)))


def _varied(api: Any, home: Any, year: int, scenario: Path | None, name: str, amounts: list[float]) -> Any:
    """The schedule of the income that an option names."""
    from microsim.taxes.schedule import FIELDS

    key = name.removeprefix("--").replace("-", "_").replace("property", "property_income")
    fields = {option: field for option, field in _ADULT.items() if field in FIELDS}
    if key == "partner_pay":
        return api.tax_schedule(home, amounts, "pay", 2, year, scenario)
    if key not in fields:
        known = [_option(option).removeprefix("--") for option in (*fields, "partner_pay")]
        raise InputError(
            Problem(f"--vary: {name!r} cannot be varied", None, None, ", ".join(known), nearest(name, known))
        )
    return api.tax_schedule(home, amounts, fields[key], 1, year, scenario)


def _option(name: str) -> str:
    return "--" + name.removesuffix("_income").replace("_", "-")


def _from_options(given: Mapping[str, Any]) -> Any:
    """The household that options describe. Raises InputError that names the options."""
    from microsim.taxes.household import household_from

    given = dict(given)
    if "loan_plan" in given:
        given["loan_plan"] = int(given["loan_plan"])
    if given.get("rent") and "tenure" not in given:
        given["tenure"] = "private"
    first = {"age": _AGE} | {key: given[name] for name, key in _ADULT.items() if name in given}
    partner = {key: given[name] for name, key in _PARTNER.items() if name in given}
    values = {
        "adults": [first, {"age": _AGE} | partner] if partner else [first],
        "home": {key: given[name] for name, key in _HOME.items() if name in given},
        **{key: given[name] for name, key in _FAMILY.items() if name in given},
    }
    try:
        return household_from(values)
    except InputError as error:
        raise InputError(
            [problem._replace(message=_with_options(problem.message)) for problem in error.problems]
        ) from None


def _with_options(message: str) -> str:
    """A message about the household's keys as one about options."""
    path, _, rest = message.partition(": ")
    for start, options in (("adults[1].", _ADULT), ("adults[2].", _PARTNER), ("home.", _HOME), ("", _FAMILY)):
        for name, key in options.items():
            if path.partition("[")[0] == key or path == f"{start}{key}":
                return f"{_option(name)}: {rest}"
    return message
