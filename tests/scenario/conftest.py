"""A toy policy, and ways to load scenario text in a temporary folder."""

from typing import Literal

import pytest

from microsim.scenario.load import load
from microsim.scenario.values import FinancialYear, MeasureParams, Quantity, quantity, setting


class Tranche(MeasureParams):
    age: int = setting(unit="years of age", description="Age at which it is paid", ge=16, le=99)
    amount: Quantity = quantity(unit="GBP", description="Amount paid", ge=0)


class ToyParams(MeasureParams):
    start: FinancialYear = setting(2029, unit="financial year", description="First year")
    amount: Quantity = quantity(100, unit="GBP", description="Amount a year", ge=0)
    annual_use: Quantity = quantity(
        Quantity.of(0.039, low=0.017, high=0.053, source="Survey", quality="published"),
        unit="fraction", description="Share who use it", ge=0, le=1,
    )  # fmt: skip
    by_group: dict[str, Quantity] = setting({"young": Quantity.of(1)}, unit="ratio", description="Use by group", ge=0)
    by_age: dict[int, Quantity] = setting({16: Quantity.of(1)}, unit="ratio", description="Use by age", ge=0)
    tranches: tuple[Tranche, ...] = setting((), unit="list", description="Payments by age")
    rule: Literal["level", "taper"] = setting("level", unit="choice", description="Shape of the rule")
    cap: Quantity = quantity(0, unit="£m a year", description="Most that is spent", ge=0)
    targeted: bool = setting(False, unit="true or false", description="Whether it is targeted")


class OtherParams(MeasureParams):
    rate: Quantity = quantity(0.2, unit="fraction", description="Rate", ge=0, le=1)


KINDS = {"toy_grant": ToyParams, "other_tax": OtherParams}


@pytest.fixture
def kinds():
    return KINDS


@pytest.fixture
def write(tmp_path):
    """Write text to a file of the folder and give its path."""

    def write_text(text, name="s.yaml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write_text


@pytest.fixture
def load_toy():
    """Load a scenario file whose kinds are the toy ones."""

    def load_path(path, **options):
        return load(path, KINDS.__getitem__, known_kinds=lambda: KINDS, **options)

    return load_path
