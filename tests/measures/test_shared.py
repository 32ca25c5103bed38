"""What measures share: figures by year, growth, Barnett consequentials, checks of the start."""

import numpy as np
import pytest

from microsim.measures.amounts import by_year, growth, level, rounded
from microsim.measures.barnett import Barnett, BarnettByCountry, share_of_countries, share_of_country
from microsim.measures.checks import start_faults
from microsim.measures.contract import Surroundings
from microsim.measures.post16_pupil_premium.params import Params
from microsim.parameters.load import load_parameters
from microsim.scenario.figures import default_figures
from microsim.scenario.values import Quantity

YEARS = (2026, 2027, 2028, 2029)
PRICES = load_parameters({"cpi_growth": 0.1})


def test_a_figure_is_nothing_before_the_start():
    assert by_year(Quantity.of({2026: 1, 2028: 2}), YEARS, 2027).tolist() == [0, 1, 2, 2]


def test_growth_starts_with_the_start_and_a_level_goes_back_too():
    assert growth(PRICES, "cpi", YEARS, 2027) == pytest.approx([1, 1, 1.1, 1.21])
    assert level(PRICES, "cpi", YEARS, 2027) == pytest.approx([1 / 1.1, 1, 1.1, 1.21])
    assert growth(PRICES, "none", YEARS, 2027).tolist() == level(PRICES, "none", YEARS, 2027).tolist() == [1] * 4


def test_national_amounts_are_whole_pence():
    pence = rounded(np.array([0.4, -0.6, 3e15]))
    assert pence.tolist() == [0, -1, 3_000_000_000_000_000]
    assert pence.dtype == np.int64


def test_the_one_figure_of_barnett_is_that_of_the_countries():
    """5,546,900 + 3,186,600 x 1.05 + 1,927,900 x 1.24 over 58,620,100."""
    barnett = BarnettByCountry()
    assert share_of_countries(barnett, 2030) == pytest.approx(0.19248, abs=5e-6)
    assert Barnett().share.at(2030) == round(share_of_countries(barnett, 2030), 3)
    parts = [share_of_country(barnett, country, 2030) for country in ("scotland", "wales", "northern_ireland")]
    assert sum(parts) == pytest.approx(share_of_countries(barnett, 2030), rel=1e-12)


def test_a_start_is_checked_against_the_figures_and_the_population():
    params = Params.from_plain({"start": 2024, "coverage": {2026: 1}, "reconciliation": {"eligible": {2030: 1}}})
    around = Surroundings((), (), 2025)
    faults = start_faults(params, around, "premium", not_read_then="reconciliation")
    assert [(fault.path, fault.message) for fault in faults] == [
        (("coverage",), "no value for the first year of the premium"), (("start",), "before the population"),
    ]  # fmt: skip
    assert len(start_faults(params, around, "premium")) == 3


def test_default_figures_say_where_they_are_from(tmp_path):
    (tmp_path / "one.yaml").write_text("share: {central: 0.5, source: A survey, quality: published}\n")
    figures = default_figures(str(tmp_path / "one.py"))
    assert figures["share"].at(2030) == 0.5
    (tmp_path / "two.yaml").write_text("share: {central: 0.5, quality: judgement}\n")
    with pytest.raises(ValueError, match=r"two\.yaml: share needs a source and a quality"):
        default_figures(str(tmp_path / "two.py"))
