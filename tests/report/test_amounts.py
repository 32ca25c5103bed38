"""Amounts in sentences: rounded to what can be said of them, and never written in two ways."""

import pytest

from microsim.report.amounts import pounds_in_words


@pytest.mark.parametrize(
    ("pounds", "said"),
    [(2.674e9, "£2.67 billion"), (12.34e9, "£12.3 billion"), (999.96e6, "£1 billion"), (999.4e6, "£999 million"),
     (9.96e6, "£10 million"), (9.94e6, "£9.9 million"), (-6.44e6, "-£6.4 million"), (-3e4, "-£30,000"),
     (0.4, "less than £1"), (0.0, "£0 million")],
)  # fmt: skip
def test_an_amount_is_written_in_the_unit_that_it_rounds_to(pounds, said):
    assert pounds_in_words(pounds) == said
