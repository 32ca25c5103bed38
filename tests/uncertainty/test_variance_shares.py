"""Shares of variance against functions whose shares are known."""

import numpy as np
import pytest

from microsim.uncertainty.variance_shares import (
    OTHERS,
    Factor,
    Together,
    correlated,
    factors_of,
    runs_needed,
    sobol_design,
    variance_shares,
)


def shares_of(function, fields, factors, base, together=()):
    design = sobol_design(fields, factors, together, base, seed=1)
    assert design.shape == (runs_needed(base, factors), len(fields))
    assert ((design > 0) & (design < 1)).all()
    return variance_shares(factors, function(design), seed=1).set_index("factor")


def singles(names):
    return [Factor(name, (name,)) for name in names]


def ishigami(quantiles):
    x = (2 * quantiles - 1) * np.pi
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami():
    """Ishigami and Homma (1990), with a = 7 and b = 0.1; the shares follow from integrals in closed form."""
    a, b, pi4 = 7.0, 0.1, np.pi**4
    whole = a**2 / 8 + b * pi4 / 5 + b**2 * pi4**2 / 18 + 0.5
    first = np.array([0.5 * (1 + b * pi4 / 5) ** 2, a**2 / 8, 0.0]) / whole
    total = first + np.array([1, 0, 1]) * (8 * b**2 * pi4**2 / 225) / whole
    assert first == pytest.approx([0.3139, 0.4424, 0], abs=1e-4)
    found = shares_of(ishigami, ("x1", "x2", "x3"), singles(("x1", "x2", "x3")), 2048)
    assert found["first_order"].to_numpy() == pytest.approx(first, abs=0.02)
    assert found["total"].to_numpy() == pytest.approx(total, abs=0.02)
    assert (np.abs(found["first_order"] - first) <= found["first_order_interval"]).all()
    assert (np.abs(found["total"] - total) <= found["total_interval"]).all()


def test_a_sum_of_two_uniform_fields():
    """Variances of 3 x and 4 y are as 9 to 16: shares 0.36 and 0.64, first order and total alike."""
    found = shares_of(lambda u: 3 * u[:, 0] + 4 * u[:, 1], ("x", "y"), singles("xy"), 512)
    for column in ("first_order", "total"):
        assert found[column].to_numpy() == pytest.approx([0.36, 0.64], abs=0.01)


def test_fields_of_one_factor_are_drawn_together_and_others_are_independent():
    """x and y with Pearson's correlation r of uniforms: var(x + y + z) = (2 + 2 r + 1) / 12, whatever the order of
    the fields. For uniforms the rank correlation is Pearson's."""
    together = [Together("pair", 0.6, ("x", "y"))]
    factors = [Factor("pair", ("x", "y")), Factor(OTHERS, ("z",))]
    fields = ("z", "x", "y")
    design = sobol_design(fields, factors, together, 1024, seed=3)
    assert np.corrcoef(design[:, 1], design[:, 2])[0, 1] == pytest.approx(0.6, abs=0.02)
    assert abs(np.corrcoef(design[:, 0], design[:, 1])[0, 1]) < 0.05
    found = shares_of(lambda u: u.sum(axis=1), fields, factors, 1024, together)
    assert found["first_order"].to_numpy() == pytest.approx([3.2 / 4.2, 1 / 4.2], abs=0.02)


def test_correlated_margins_stay_uniform():
    drawn = correlated(np.random.default_rng(1).random((20_000, 3)), 0.8)
    assert np.quantile(drawn, [0.1, 0.5, 0.9], axis=0) == pytest.approx(np.tile([[0.1], [0.5], [0.9]], 3), abs=0.01)


def test_a_choice_between_rules():
    """A rule taken with probability 0.3 that adds 10: variance 100 x 0.3 x 0.7 = 21, beside 12 x + ... of 144 / 12."""
    found = shares_of(lambda u: 10 * (u[:, 0] > 0.7) + 12 * u[:, 1], ("rule", "x"), singles(("rule", "x")), 1024)
    assert found["first_order"].to_numpy() == pytest.approx([21 / 33, 12 / 33], abs=0.03)


def test_a_cost_that_never_moves_has_no_shares():
    found = shares_of(lambda u: np.full(len(u), 5.0), ("x", "y"), singles("xy"), 8)
    assert (found[["first_order", "total", "first_order_interval", "total_interval"]] == 0).all(axis=None)


def test_the_same_seed_gives_the_same_shares():
    one, other = (shares_of(ishigami, ("x1", "x2", "x3"), singles(("x1", "x2", "x3")), 64) for _ in range(2))
    assert one.equals(other)


def test_factors_are_the_largest_and_the_rest_one():
    fields, swings = ("a", "b", "c", "d", "e"), (1.0, 5.0, 2.0, 0.0, 2.5)
    assert factors_of(fields, swings, (), 2) == [
        Factor("b", ("b",)), Factor("e", ("e",)), Factor(OTHERS, ("a", "c", "d")),
    ]  # fmt: skip
    pair = [Together("pair", 0.5, ("a", "e", "not drawn"))]
    assert factors_of(fields, swings, pair, 2) == [
        Factor("b", ("b",)), Factor("pair", ("a", "e")), Factor(OTHERS, ("c", "d")),
    ]  # fmt: skip
    assert factors_of(fields, swings, (), 9)[-1] == Factor(OTHERS, ("d",)), "it moves nothing"
    assert factors_of(("a",), (1.0,), (), 8) == [Factor("a", ("a",))]
