"""Worked households: a household file, and the pounds that are published of it, from `households/*.yaml`.

`expected` has sums over the household by line of net income (`income_tax`, `universal_credit`, ...), `net_income` and
`equivalised`; `steps` the amount of a step by its label, of whoever has it.
"""

from pathlib import Path

import pytest
import yaml

from microsim import api

FOLDER = Path(__file__).parent / "households"
CASES = [
    pytest.param(case, id=case["name"].replace(" ", "_"))
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.safe_load(path.read_text(encoding="utf-8"))
]
TOTALS = {"net_income": "Household net income", "equivalised": "Equivalised net income"}


def test_there_are_enough_households():
    assert len(CASES) >= 10


@pytest.mark.parametrize("case", CASES)
def test_worked_household(case):
    assert case["source"]
    table = api.tax(case["household"], case["year"])
    lines = table.dropna(subset=["line"]).groupby("line")["amount"].sum()
    for name, pounds in case["expected"].items():
        if name in TOTALS:
            (found,) = table.loc[table["step"] == TOTALS[name], "amount"]
        else:
            found = lines.get(name, 0.0)
        assert found == pytest.approx(pounds, abs=0.0051), f"{name}: {case.get('because', case['source'])}"
    for label, pounds in case.get("steps", {}).items():
        found = table.loc[table["step"] == label, "amount"]
        assert (abs(found - pounds) < 0.0051).any(), f"{label} is {list(found)}, not {pounds}"


def test_a_penny_out_would_be_seen():
    case = CASES[0].values[0]
    with pytest.raises(AssertionError, match="income_tax"):
        test_worked_household({**case, "expected": {"income_tax": case["expected"]["income_tax"] + 0.01}})
