"""Official figures: what is published, what holds after it, and what a scenario may put in its place."""

import datetime
import json

import numpy as np
import pytest

from microsim.errors import InputError, Place
from microsim.parameters.load import Entry, apply_overrides, load_parameters, official_entries
from microsim.scenario.values import read_params

CITATION = {"publisher": "P", "title": "T", "date": "2026"}


def toy(**parts):
    """One toy entry: a threshold of 100 from 2026-27 and 110 from 2028-29, then uprated by growth."""
    values = {
        "name": "threshold", "description": "d", "unit": "GBP", "source": CITATION, "quality": "outturn",
        "minimum": 0,
        "values": {"2026-27": 100, "2028-29": 110},
        "long_run": {"uprate_by": "growth", "source": "s", "quality": "derived"},
    }  # fmt: skip
    growth = {
        "name": "growth", "description": "d", "unit": "fraction", "source": CITATION, "quality": "forecast",
        "each_year": True, "values": {"2026-27": 0.1, "2027-28": 0.2, "2028-29": 0.1, "2029-30": 0.5},
        "long_run": {"value": 0.1, "from": "2033-34", "source": "s", "quality": "judgement"},
    }  # fmt: skip
    built = [read_params(Entry, values | parts), read_params(Entry, growth)]
    return {entry.name: entry for entry in built}


def test_forecast_then_straight_line_to_the_long_run():
    official = load_parameters()
    earnings = official.series("average_earnings_growth", range(2030, 2060))
    assert earnings[0] == 0.024382
    assert np.allclose(np.diff(earnings[:6]), (0.0383 - 0.024382) / 5)
    assert (earnings[5:] == 0.0383).all()
    assert official.value("cpi_growth", 2070) == 0.02
    assert official.value("gdp_deflator_growth", 2070) == 0.023


def test_index_is_one_in_the_base_year_and_runs_both_ways():
    official = load_parameters()
    years = range(2020, 2040)
    index = official.index("gdp_deflator_growth", years, 2026)
    assert index[6] == 1.0
    growth = official.series("gdp_deflator_growth", years)
    assert np.allclose(index[1:] / index[:-1], 1 + growth[1:])
    # the published deflator index: 110.5224 in 2026-27 and 116.91 in 2029-30 (2023 = 100)
    assert index[9] == pytest.approx(116.91 / 110.5224, rel=1e-5)
    assert index[0] == pytest.approx(89.325 / 110.5224, rel=1e-4)
    with pytest.raises(ValueError, match="growth"):
        official.index("price_base_year", years, 2026)


def test_discount_factors_follow_the_green_book():
    factors = load_parameters().discount_factors([2026, 2027, 2056, 2057, 2101, 2102])
    expected = [
        1.0, 1 / 1.035, 1.035**-30, 1.035**-30 / 1.03, 1.035**-30 * 1.03**-45, 1.035**-30 * 1.03**-45 / 1.025,
    ]  # fmt: skip
    assert np.allclose(factors, expected, rtol=1e-12)
    later = load_parameters({"present_value_base_year": "2028-29"})
    assert later.discount_factors([2028])[0] == 1.0
    assert later.present_value_base_year == 2028


def test_too_early_a_year_says_when_figures_begin():
    with pytest.raises(InputError, match="cpi_growth has no value for 1999-00: the first is for 2015-16"):
        load_parameters().value("cpi_growth", 1999)


def test_unknown_name_in_code_names_the_nearest():
    with pytest.raises(KeyError, match="did you mean cpi_growth"):
        load_parameters().value("cpi_grwth", 2026)


def test_yearly_override_changes_its_year_and_a_scalar_every_year():
    one = load_parameters({"cpi_growth": {"2029-04-06": 0.03}})
    assert one.series("cpi_growth", [2028, 2029, 2030]).tolist() == [0.020362, 0.03, 0.019998]
    span = load_parameters({"cpi_growth": {"2029-30 to 2031-32": 0.03}})
    assert (span.series("cpi_growth", range(2029, 2032)) == 0.03).all()
    every = load_parameters({"cpi_growth": 0.01})
    assert (every.series("cpi_growth", range(2000, 2090)) == 0.01).all()


def test_level_holds_then_is_uprated_and_an_override_after_it():
    entries = toy()
    official = apply_overrides(entries, {}, {})
    assert official.series("threshold", [2026, 2027, 2028]).tolist() == [100, 100, 110]
    assert official.value("threshold", 2029) == pytest.approx(110 * 1.5)
    changed = apply_overrides(entries, {"threshold": {"2027-28": 200}}, {})
    assert changed.value("threshold", 2026) == 100
    assert changed.value("threshold", 2029) == pytest.approx(200 * 1.1 * 1.5)
    frozen = apply_overrides(entries, {"threshold": {"2027-28": 200, "indexation": "none"}}, {})
    assert frozen.value("threshold", 2040) == 200


def test_lagged_uprating_uses_the_growth_of_the_year_before():
    rule = {"uprate_by": "growth", "lag": 1, "source": "s", "quality": "derived"}
    official = apply_overrides(toy(long_run=rule), {}, {})
    assert official.value("threshold", 2029) == pytest.approx(110 * 1.1)


@pytest.mark.parametrize(
    ("override", "text"),
    [
        ({"cpi_grwth": 1}, "a.yaml:9:3: no parameter named 'cpi_grwth'; did you mean cpi_growth?"),
        ({"cpi_growth": {"2029-05-01": 1}}, "not the start of a financial year; found 2029-05-01"),
        (
            {"cpi_growth": {"2029-30": "3%"}},
            "parameters.cpi_growth: wrong type; found '3%'; expected a number",
        ),
        ({"cpi_growth": {"2029-30": 1, "2029-04-01": 2}}, "2029-30 is given twice"),
        ({"cpi_growth": {"2029-30": 1, "indexation": "none"}}, "wrong indexation"),
        ({"price_base_year": 0.5}, "not a financial year"),
    ],
)
def test_wrong_overrides_are_explained(override, text):
    with pytest.raises(InputError) as caught:
        load_parameters(override, {(next(iter(override)),): Place("a.yaml", 9, 3)})
    assert text in str(caught.value)
    assert str(caught.value).startswith("a.yaml:9:3: ")


def test_limits_of_an_entry_hold_for_overrides():
    with pytest.raises(InputError, match="too small; found -1; expected at least 0"):
        apply_overrides(toy(), {"threshold": {"2026-27": -1}}, {})


def test_an_override_that_changes_nothing_is_said_loudly():
    (warning,) = load_parameters({"cpi_growth": {"2028-29": 0.020362, "2029-30": 0.5}}).warnings
    assert warning == "parameters.cpi_growth from 2028-29 changes nothing: it is 0.020362 already"
    assert apply_overrides(toy(), {"threshold": {"2026-27": 100}}, {}).warnings == ()  # it undoes the rise of 2028-29
    assert load_parameters({"price_base_year": "2026-27"}).warnings


def test_reading_is_recorded_and_unread_overrides_reported():
    official = load_parameters({"cpi_growth": 0.03, "gdp_deflator_growth": 0.03})
    assert official.names_read() == ()
    official.index("cpi_growth", [2026, 2030], 2026)
    assert official.names_read() == ("cpi_growth",)
    assert official.unread_overrides() == ("gdp_deflator_growth",)


def test_a_choice_of_uprating_that_moves_nothing_is_known():
    earnings, prices = load_parameters(), load_parameters(uprating="prices")
    assert not earnings.uprating_is_unread()
    prices.value("corporation_tax.main_rate", 2040)
    assert prices.uprating_is_unread()
    prices.value("corporation_tax.lower_limit", 2040)
    assert not prices.uprating_is_unread()


def test_overrides_survive_writing_and_change_the_digest():
    changed = load_parameters({"cpi_growth": {"2029-04-01": {"central": 0.03, "low": 0.02}}, "price_base_year": 2030})
    again = load_parameters(json.loads(json.dumps(changed.to_plain())))
    assert again == changed and again.digest() == changed.digest()
    assert changed.digest() != load_parameters().digest()
    assert changed.range_at("cpi_growth", 2029) == (0.02, 0.03)


def test_bad_entry_files_are_refused(tmp_path):
    (tmp_path / "a.yaml").write_text("x: {description: d, unit: GBP, quality: outturn}\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a.yaml:1:1: the parameter 'x' is not usable"):
        official_entries(tmp_path)


def test_a_change_within_the_year_holds_until_the_next_first_of_april():
    entries = toy(changes_within_year={"2026-10-01": 104, "2027-01-15": 106, "2025-10-01": 95})
    official = apply_overrides(entries, {}, {})
    days = [
        (2025, 10, 1), (2026, 3, 31), (2026, 4, 1), (2026, 9, 30), (2026, 10, 1), (2027, 1, 14), (2027, 1, 15),
        (2027, 3, 31), (2027, 4, 1), (2028, 4, 1),
    ]  # fmt: skip
    on = [official.value_on("threshold", datetime.date(*day)) for day in days]
    assert on == [95, 95, 100, 100, 104, 104, 106, 106, 100, 110]
    assert official.value("threshold", 2026) == 100
    with pytest.raises(InputError, match="no value for 2025-26"):
        official.value_on("threshold", datetime.date(2025, 9, 30))
    changed = apply_overrides(entries, {"threshold": {"2026-27": 120}}, {})
    assert changed.value_on("threshold", datetime.date(2027, 1, 15)) == 120
    assert changed.value_on("threshold", datetime.date(2025, 10, 1)) == 95
    assert official.digest() != apply_overrides(toy(), {}, {}).digest()


@pytest.mark.parametrize("parts", [{"each_year": True}, {"values": 100, "long_run": None}])
def test_a_change_within_the_year_needs_figures_that_hold(parts):
    values = {"2026-27": 100, "2027-28": 110}
    with pytest.raises(ValueError, match="changes_within_year"):
        toy(**{"values": values, **parts}, changes_within_year={"2026-10-01": 104})


def test_a_change_on_the_first_of_april_belongs_among_the_values():
    with pytest.raises(ValueError, match="1 April"):
        toy(changes_within_year={"2026-04-01": 104})


def test_a_discount_schedule_revised_from_a_year_changes_the_steps_from_it():
    plain = load_parameters()
    revised = load_parameters({"discount_rate.years_0_to_30": {"2030-31": 0.02}})
    assert revised.warnings == ()
    factors = revised.discount_factors(range(2024, 2060))
    assert (factors[:6] == plain.discount_factors(range(2024, 2030))).all()
    assert factors[6] == pytest.approx(1.035**-3 / 1.02, rel=1e-12)  # three steps as before, one at 2 per cent
    assert factors[33] == pytest.approx(1.035**-3 * 1.02**-27 / 1.03, rel=1e-12)
    assert factors[0] == 1.035**2


def test_prices_instead_of_earnings_after_the_law_ends():
    """£12,570 in law to 2030-31. Over the 25 years to 2055-56 it loses a third against pay when it follows prices:
    from 2035-36 (21 years) prices grow by 2.0 % and pay by 3.83 %, (1.02 / 1.0383)^21 = 0.688; in the four years before
    pay grows by 2.717, 2.995, 3.273 and 3.552 %: 0.9930 x 0.9903 x 0.9877 x 0.9850 = 0.957; 0.688 x 0.957 = 0.659.
    """
    allowance = {
        "policy": True, "values": {"2026-27": 12570, "2030-31": 12570},
        "long_run": {"uprate_by": "average_earnings_growth", "source": "s", "quality": "judgement"},
    }  # fmt: skip
    entries = dict(load_parameters().by_name) | {"threshold": toy(**allowance)["threshold"]}
    earnings, prices = (apply_overrides(entries, {}, {}, uprating) for uprating in ("earnings", "prices"))
    assert prices.value("threshold", 2030) == earnings.value("threshold", 2030) == 12570
    growth = earnings.index("average_earnings_growth", [2055], 2030)[0]
    assert earnings.value("threshold", 2055) / growth == pytest.approx(12570)
    assert prices.value("threshold", 2055) / growth == pytest.approx(12570 * 0.659, rel=1e-3)
    assert prices.value("threshold", 2055) == pytest.approx(12570 * 1.02**25, rel=1e-4)
    assert prices != earnings and prices.digest() != earnings.digest()
    own = {"threshold": {"2035-36": 20000}}  # an override is uprated as the figure it replaces
    assert apply_overrides(entries, own, {}, "prices").value("threshold", 2055) == pytest.approx(20000 * 1.02**20)


def test_only_policy_figures_that_follow_earnings_follow_prices():
    rule = {"uprate_by": "average_earnings_growth", "source": "s", "quality": "judgement"}
    growth = dict(load_parameters().by_name)
    for parts in ({"policy": False, "long_run": rule}, {"policy": True}):
        entries = growth | toy(**parts)
        earnings, prices = (apply_overrides(entries, {}, {}, uprating) for uprating in ("earnings", "prices"))
        assert earnings.value("threshold", 2032) == prices.value("threshold", 2032)
