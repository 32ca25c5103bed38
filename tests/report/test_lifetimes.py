"""The line on lives at the upper age."""

import pandas as pd

from microsim.report.lifetimes import lifetime_line


def lives(*rows):
    """A table of lifetimes, as far as the line reads it."""
    columns = ["breakdown", "measure", "item", "description", "total"]
    return pd.DataFrame([("all", "my_grant", *row) for row in rows], columns=columns)


def test_cohorts_are_added_and_divided_by_those_who_get_there():
    table = lives(
        ("reached_upper_age", "Reached", 3_000.0), ("reached_upper_age", "Reached", 1_000.0),
        ("reached_with_money", "With money", 3_000.0), ("unspent_at_upper_age_nominal", "Money", 9_000_000.0),
        ("unspent_at_upper_age_real", "Money, in prices of 2025-26", 6_000_000.0),
    )  # fmt: skip
    assert lifetime_line(table) == (
        "my grant: of 4,000 people who had an account until the upper age in these years, 75 % had money unspent: "
        "£1,500 for each who got there, in prices of 2025-26"
    )


def test_there_is_no_line_where_nobody_gets_there():
    assert lifetime_line(lives(("reached_upper_age", "Reached", 0.0))) == ""
    assert lifetime_line(lives(("cash_nominal", "Cash", 5.0))) == ""
