"""What is worked out from official figures is worked out again only where a figure that it reads is another."""

from microsim.parameters.load import EARNINGS, load_parameters
from microsim.parameters.replaced import with_figures
from microsim.running.figures_read import ByFigures


def counted(names):
    """A function of official figures that reads some of them, and the list of its results."""
    made = []

    def work(parameters):
        made.append(tuple(parameters.value(name, 2034) for name in names))
        return made[-1]

    return ByFigures(work), made


def test_figures_that_are_not_read_change_nothing():
    found, made = counted(["corporation_tax.main_rate"])
    first = found.of(load_parameters())
    assert found.of(load_parameters({"income_tax.basic_rate": 0.3})) is first
    assert len(made) == 1
    assert found.digest(load_parameters()) == found.digest(load_parameters({"income_tax.basic_rate": 0.3}))


def test_figures_that_are_read_give_another_result():
    found, made = counted(["corporation_tax.main_rate"])
    first = found.of(load_parameters())
    dearer = load_parameters({"corporation_tax.main_rate": {"2029-30": 0.3}})
    assert found.of(dearer) == (0.3,) != first
    assert found.digest(dearer) != found.digest(load_parameters())
    replaced = with_figures(load_parameters(), {}, {"corporation_tax.main_rate": {"2023-24": 0.2}})
    assert found.of(replaced) == (0.2,)
    assert len(made) == 3


def test_uprating_is_a_figure_that_is_read():
    """A figure that follows earnings follows prices instead: its own override has not changed, what moves it has."""
    entries = load_parameters().entries()
    name = next(one.name for one in entries if one.policy and one.long_run and one.long_run.uprate_by == EARNINGS
                and not one.long_run.always)  # fmt: skip
    found, made = counted([name])
    after = [found.of(load_parameters(uprating=uprating)) for uprating in ("earnings", "prices", "earnings")]
    assert after[0] == after[2] != after[1]
    assert after[1] == (load_parameters(uprating="prices").value(name, 2034),)
    assert len(made) == 2


def test_what_was_forgotten_is_worked_out_again():
    found, made = counted(["corporation_tax.main_rate"])
    rates = [0.1, 0.11, 0.12, 0.13, 0.14, 0.15]
    for rate in (*rates, rates[0]):
        assert found.of(load_parameters({"corporation_tax.main_rate": rate})) == (rate,)
    assert len(made) == len(rates) + 1
