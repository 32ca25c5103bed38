"""The Latin hypercube: margins exactly stratified, groups as correlated as asked, other fields undisturbed."""

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from microsim.scenario.uncertainty import Together
from microsim.uncertainty.fields import UncertainField
from microsim.uncertainty.sampling import latin_hypercube, members

DRAWS = 500


def fields(*paths):
    return [UncertainField(path, "", "", None, "judgement", "pert", 1.0, 0.0, 2.0) for path in paths]


FIELDS = fields("measures.a.use", "measures.a.price", "measures.b.use", "measures.b.items[1].rate", "measures.ab.use")
GROUP = Together(name="use", correlation=0.8, fields=("measures.a", "measures.b.use"))


@pytest.mark.parametrize("together", [(), (GROUP,)])
@pytest.mark.parametrize("draws", [1, 7, DRAWS])
def test_each_slice_has_one_draw(together, draws):
    hypercube = latin_hypercube(FIELDS, draws, 1, together)
    assert hypercube.shape == (draws, len(FIELDS)) and hypercube.dtype == np.float64
    assert ((hypercube > 0) & (hypercube < 1)).all()
    for column in hypercube.T:
        assert sorted((column * draws).astype(int)) == list(range(draws))


def test_within_its_slice_a_draw_is_anywhere():
    inside = (latin_hypercube(FIELDS, 2000, 3)[:, 0] * 2000) % 1
    assert kstest(inside, "uniform").pvalue > 0.01


def test_groups_are_as_correlated_as_asked_and_the_rest_is_not():
    error = 4 / np.sqrt(4000)
    hypercube = latin_hypercube(FIELDS, 4000, 1, (GROUP,))
    correlation = spearmanr(hypercube).statistic
    assert members(FIELDS, GROUP) == (0, 1, 2)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert correlation[one, other] == pytest.approx(0.8, abs=error)
    for one, other in ((0, 3), (0, 4), (1, 4), (2, 3), (3, 4)):
        assert correlation[one, other] == pytest.approx(0.0, abs=error)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.99])
def test_any_correlation_can_be_had(correlation):
    group = GROUP.model_copy(update={"correlation": correlation})
    found = spearmanr(latin_hypercube(FIELDS, 4000, 2, (group,))).statistic[0, 1]
    assert found == pytest.approx(correlation, abs=4 / np.sqrt(4000))


def test_the_same_seed_gives_the_same_draws_and_another_others():
    first = latin_hypercube(FIELDS, DRAWS, 1, (GROUP,))
    np.testing.assert_array_equal(first, latin_hypercube(FIELDS, DRAWS, 1, (GROUP,)))
    assert not np.isclose(first, latin_hypercube(FIELDS, DRAWS, 2, (GROUP,))).all(axis=0).any()


def test_another_field_leaves_the_draws_of_the_others():
    first = latin_hypercube(FIELDS, DRAWS, 1, (GROUP,))
    more = fields("measures.a.new", *(field.path for field in reversed(FIELDS)))
    np.testing.assert_array_equal(first, latin_hypercube(more, DRAWS, 1, (GROUP,))[:, :0:-1])


def test_no_field_is_no_draw():
    assert latin_hypercube([], 5, 1).shape == (5, 0)
