"""The headline, the scorecard and reproducibility, from a run made by hand."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from costed import GRANT, HOSTILE, PLUG, YEARS, material, nothing_to_cost

from microsim.accounts.totals import ALL_YEARS
from microsim.report.headline import NOTHING
from microsim.report.material import Material
from microsim.report.page.blocks import Code, Facts, Figure, Group, Table, Text
from microsim.report.sections.headline import headline
from microsim.report.sections.reproducibility import reproducibility
from microsim.report.sections.scorecard import scorecard

FIRST, TENTH = YEARS[2], YEARS[9]


def tables_of(section):
    return {block.name: block for block in section.blocks if isinstance(block, Table)}


def row_of(table, word):
    (row,) = table.rows[table.rows.iloc[:, 0] == word].to_dict("records")
    return row


def test_the_headline_is_a_sentence_a_chart_and_a_table():
    given = material()
    sentence, _, figure, table = headline(given).blocks
    assert (sentence.kind, type(figure), type(table)) == ("lead", Figure, Table)
    assert "£162m" in sentence.text, "80m of the grant, 5m of the plug-in, and a tenth for each of nine years"
    card = given.run.scorecard
    whole = row_of(table, "Effect on the Exchequer")
    assert whole[TENTH] == pytest.approx(-(100e6 - 20e6 + 5e6 + 0.25) * 1.9, abs=0.01)
    assert whole[ALL_YEARS] == pytest.approx(card["cash"].sum())
    assert whole[f"{TENTH} ±"] == pytest.approx(abs(whole[TENTH]) / 50)
    data = figure.data.rows.set_index(["measure", "financial_year"])["cost"]
    assert data["Training grant", TENTH] == pytest.approx((80e6 + 0.25) * 1.9, abs=0.01), "upwards is a cost"
    assert data.sum() == pytest.approx(-card["cash"].sum())


def test_every_line_adds_up_to_its_measure_and_the_total():
    table = tables_of(scorecard(material()))["scorecard-table"]
    rows = table.rows
    measures = rows[rows["strong"]].set_index("line")
    lines = rows[~rows["strong"]]
    for year in (FIRST, TENTH, ALL_YEARS):
        assert lines[year].sum() == pytest.approx(measures[year][["Training grant", "Bus fares"]].sum())
        assert measures[year]["Effect on the Exchequer"] == pytest.approx(lines[year].sum())
        assert measures[year]["Public sector net borrowing (plus is more)"] == pytest.approx(-lines[year].sum())
    assert "An option that is not used" not in set(rows["line"])
    assert HOSTILE in set(rows["line"]), "as it was typed: the page escapes it"
    assert set(lines["payer and head"]) == {"Department | of Buses, RDEL"}


def test_every_year_is_one_fold_away():
    table = tables_of(scorecard(material()))["scorecard-every-year"]
    assert table.folded
    assert set(YEARS) <= set(table.rows.columns)
    assert row_of(table, "Training grant")[YEARS[3]] == pytest.approx(-(80e6 + 0.25) * 1.3, abs=0.01)


def test_the_three_prices_and_who_pays():
    found = tables_of(scorecard(material()))
    prices = found["prices"].rows.set_index("measure")
    assert prices["real"]["All measures"] == pytest.approx(prices["cash"]["All measures"] / 2)
    assert prices["present_value"]["Bus fares"] == pytest.approx(prices["cash"]["Bus fares"] / 4)
    payers = found["by-payer"].rows.set_index("payer")
    assert payers[ALL_YEARS]["Department | of Buses"] == pytest.approx(payers[ALL_YEARS]["Effect on the Exchequer"])


def test_measures_one_by_one_where_the_run_has_them():
    assert "decomposition" not in tables_of(scorecard(material()))
    card = material().run.scorecard
    parts = card.groupby(["measure", "financial_year"], sort=False)["cash"].sum().reset_index()
    every = [parts.assign(part=part, cash=parts["cash"] * share) for part, share in
             (("alone", 1.0), ("stacked", 0.9), ("interaction", -0.1))]  # fmt: skip
    table = tables_of(scorecard(material(decomposition=pd.concat(every))))["decomposition"].rows.set_index(
        ["part", "measure"]
    )
    assert table[ALL_YEARS]["Added to those before it", "All"] == pytest.approx(0.9 * card["cash"].sum())
    mine = card[card["measure"] == PLUG]["cash"].sum()
    assert table[ALL_YEARS]["Interaction", "Bus fares"] == pytest.approx(-0.1 * mine)


def test_nothing_to_cost():
    assert [block.text for block in scorecard(Material(nothing_to_cost())).blocks] == [NOTHING]
    sentence, *_ = headline(Material(nothing_to_cost())).blocks
    assert isinstance(sentence, Text) and "nothing" in sentence.text


def test_warnings_stand_by_the_headline():
    texts = [block for block in headline(material()).blocks if isinstance(block, Text)]
    assert [(text.kind, text.text) for text in texts[1:]] == [("warning", HOSTILE)]


def test_the_report_is_the_same_however_the_folder_was_named_and_names_no_machine_s_folders(tmp_path, monkeypatch):
    found = material().run
    manifest = {**found.manifest, "files": {"/home/jo/it.yaml": "0" * 9, "/home/al/it.yaml": "1" * 9, "a.yaml": "2"}}
    monkeypatch.chdir(tmp_path)

    def codes(folder, seconds):
        run = replace(found, manifest=manifest | {"seconds": seconds}, folder=folder)
        groups = [*reproducibility(Material(run)).blocks]
        groups += [block for group in groups if isinstance(group, Group) for block in group.blocks]
        return [block.text for block in groups if isinstance(block, Code)]

    below = codes(Path("outputs/it"), 1.0)
    assert below == codes(tmp_path / "outputs/it", 2.0)
    assert below[0] == "microsim run outputs/it/scenario.yaml --output outputs/it.again"
    assert list(json.loads(below[1])["files"]) == ["a.yaml", "it.yaml (00000000)", "it.yaml (11111111)"]
    elsewhere = codes(tmp_path.parent / "other/it", 1.0)
    assert elsewhere[0] == "microsim run it/scenario.yaml --output it.again"
    assert not [text for text in (*below, *elsewhere) if "/home" in text or str(tmp_path.parent) in text]


def test_one_command_repeats_the_run():
    section = reproducibility(material())
    (command,) = [block.text for block in section.blocks if isinstance(block, Code)]
    assert command == "microsim run scenario.yaml --output outputs/again"
    (facts,) = [block for block in section.blocks if isinstance(block, Facts)]
    assert dict(facts.rows)["Tables"] == material().run.digest
    assert GRANT in str(material().run.scorecard["measure"].unique())
