"""Tables put together from parts are those that many small tables would make."""

import numpy as np
import pandas as pd

from microsim.accounts.frames import Labels, by_year_and_group, joined


def test_parts_join_as_small_tables_would():
    """Text, labels, whole numbers, truth values and arrays keep their values, order and types."""
    years = ("2026-27", "2027-28", "2028-29")
    parts = [
        {"line": "grant", "sign": -1, "stock": False, "year": Labels(years, np.array([0, 2])), "amount": np.ones(2)},
        {"line": "users", "sign": 0, "stock": True, "year": Labels(years[:1], np.array([0])), "amount": np.ones(1)},
        {"line": "grant", "sign": 1, "stock": True, "year": Labels(years, np.array([1])), "amount": np.full(1, np.nan)},
    ]  # fmt: skip
    small = [
        pd.DataFrame(part | {"year": [part["year"].labels[place] for place in part["year"].place]}) for part in parts
    ]
    columns = ["year", "line", "sign", "stock", "amount"]
    pd.testing.assert_frame_equal(joined(columns, parts), pd.concat(small, ignore_index=True)[columns])


def test_no_parts_are_a_table_without_rows():
    table = joined(("line", "amount"), [])
    assert list(table) == ["line", "amount"] and not len(table)


def test_years_and_groups_are_in_the_order_of_their_values():
    values = np.arange(6).reshape(2, 3)
    columns = by_year_and_group(("2026-27", "2027-28"), ("a", "b", "c"))
    table = joined((*columns, "value"), [{**columns, "value": values.reshape(-1)}])
    assert table["group"].tolist() == ["a", "b", "c"] * 2
    assert table["financial_year"].tolist() == ["2026-27"] * 3 + ["2027-28"] * 3
    assert table["value"].tolist() == list(range(6))
