"""Worked cases of taxes and benefits: one rule, what goes in, and the pounds that come out, from `taxes/*.yaml`.

A file is a list of cases:

    - name: what it shows
      source: who published the example, or the rule that the arithmetic follows
      year: 2025-26
      rule: income_tax.income_tax          # a kernel of microsim/taxes/income_tax.py
      inputs: {income: 30_000, ...}        # the kernel's arguments but `rates`; pounds a year, passed as float64
      integers: {children: 2}              # further arguments, passed as whole numbers; true and false stay as they are
      figures: {income_tax.basic_rate: 0.2}  # official figures replaced, so that the arithmetic can be followed
      expected: {amount: 3486.00}          # or one key for each field, where the rule returns a NamedTuple
      because: the arithmetic
      tolerance: 1                         # pounds, where the publisher rounds; otherwise to the penny

An input can itself be a rule of the same year: `allowance: {rule: income_tax.personal_allowance, inputs: {...}}`.
Every case runs twice: as Python reads the rule, and compiled.
"""

import dis
import functools
import importlib
import inspect
import types
from pathlib import Path

import pytest
import yaml
from numba.core.dispatcher import Dispatcher

from microsim.kernels.jit import callable_from_python
from microsim.parameters.load import load_parameters
from microsim.years import parse_financial_year

FOLDER = Path(__file__).parent / "taxes"
CASES = [
    pytest.param(case, id=f"{path.stem}/{case['name'].replace(' ', '_')}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
KEYS = {"name", "source", "year", "rule", "inputs", "integers", "figures", "expected", "because", "tolerance"}
PENNY = 0.005 + 1e-9  # the nearest penny, with room for the last bit


def test_there_are_enough_cases():
    assert len(CASES) >= 30


@pytest.mark.parametrize("case", CASES)
def test_tax_case(case):
    assert set(case) <= KEYS, f"unknown keys {set(case) - KEYS}"
    assert case["source"]
    assert case["expected"]
    for run in (interpreted, compiled):
        found = outcome(case, run)
        assert set(case["expected"]) <= set(found), f"{run.__name__}: the rule gives {sorted(found)}"
        for name, pounds in case["expected"].items():
            wrong = f"{run.__name__}: {name} is {found[name]}, not {pounds}: {case.get('because', case['source'])}"
            assert abs(found[name] - pounds) <= case.get("tolerance", PENNY), wrong


def test_a_penny_out_would_be_seen():
    case = {"year": "2025-26", "rule": "income_tax.personal_allowance", "inputs": {"adjusted_net_income": 110_000}}
    assert outcome(case, interpreted)["amount"] == 7_570
    with pytest.raises(AssertionError, match="amount is"):
        test_tax_case({**case, "source": "none", "expected": {"amount": 7_570.01}})


def outcome(case, run):
    """What the rule of a case gives, by name: `amount` for a number, the fields' names for a NamedTuple."""
    found = value_of(case, case["year"], case.get("figures"), run)
    fields = found._asdict() if hasattr(found, "_asdict") else {"amount": found}
    return {name: float(value) for name, value in fields.items()}


def value_of(rule, year, figures, run):
    """The value of one rule; inputs that are rules themselves are worked out first."""
    module_name, name = rule["rule"].split(".")
    module = importlib.import_module(f"microsim.taxes.{module_name}")
    function = getattr(module, name)
    arguments = dict(rule.get("integers", {}))
    for key, value in rule.get("inputs", {}).items():
        if isinstance(value, dict):
            arguments[key] = value_of(value, year, figures, run)
        else:
            arguments[key] = value if isinstance(value, bool) else float(value)
    expected = list(inspect.signature(function.py_func).parameters)
    if "rates" in expected:
        rates_of = getattr(module, f"{module_name}_rates")
        arguments["rates"] = rates_of(load_parameters(figures), parse_financial_year(year))
    assert set(arguments) == set(expected), f"{rule['rule']} takes {expected}"
    return run(function)(*(arguments[key] for key in expected))


@functools.cache
def compiled(function):
    return callable_from_python(function)


@functools.cache
def interpreted(function):
    """A rule as plain Python, and with it the rules that it calls."""
    plain = function.py_func
    namespace = dict(plain.__globals__)
    named = {step.argval for step in dis.get_instructions(plain) if step.opname == "LOAD_GLOBAL"}
    for name in named:
        if isinstance(namespace.get(name), Dispatcher):
            namespace[name] = interpreted(namespace[name])
    return types.FunctionType(plain.__code__, namespace, plain.__name__, plain.__defaults__, plain.__closure__)
