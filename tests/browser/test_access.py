"""A page can be used with the keyboard alone and with a screen reader."""

import pytest

PAGES = ("hostile_report", "comparison_page", "validation_page")
_GRAVE = {"serious", "critical"}


@pytest.mark.parametrize(("scheme", "rules"), [("light", None), ("dark", ["color-contrast"])])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(opened, path_of, name, scheme, rules):
    """The rules of axe, which stand in its package: it asks for nothing. In the dark, those of colours again."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    one = opened(path_of(name), color_scheme=scheme).drawn()
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = axe.Axe().run(one.page, options=options).response["violations"]
    grave = [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]}: {node.get('failureSummary', '')[:200]}"
        for fault in found
        if fault["impact"] in _GRAVE
        for node in fault["nodes"][:3]
    ]
    assert grave == []
    one.assert_quiet()


def test_axe_would_find_a_fault(opened, tmp_path):
    """The test of the tests."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!doctype html><title>Bad</title><main><button></button><p style='color:#ccc'>pale</p></main>",
        encoding="utf-8",
    )
    found = axe.Axe().run(opened(bad).page).response["violations"]
    assert {"button-name", "color-contrast", "html-has-lang"} <= {fault["id"] for fault in found}


@pytest.mark.parametrize("name", PAGES)
def test_the_first_stop_of_the_keyboard_skips_to_the_page(opened, path_of, name):
    page = opened(path_of(name)).drawn().page
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    box = skip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("name", PAGES)
def test_the_keyboard_goes_down_the_page_and_is_seen(opened, path_of, name):
    """Stops come in the order of the document, each with a mark around it."""
    page = opened(path_of(name)).drawn().page
    last = -1
    for _ in range(25):
        page.keyboard.press("Tab")
        place, outline = page.evaluate(
            """(() => { const every = [...document.querySelectorAll("*")]; const at = document.activeElement;
               const style = getComputedStyle(at);
               return [every.indexOf(at), style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth)]; })()"""
        )
        assert place > last, "the keyboard goes back"
        assert outline >= 1, "the keyboard is not seen"
        last = place


@pytest.mark.parametrize("name", PAGES)
def test_every_button_and_link_has_a_name(opened, path_of, name):
    page = opened(path_of(name)).open_all().page
    nameless = page.evaluate(
        """[...document.querySelectorAll("button, a[href], summary")]
           .filter(part => !(part.textContent.trim() || part.getAttribute("aria-label"))).length"""
    )
    assert nameless == 0


@pytest.mark.parametrize("name", PAGES)
def test_tables_say_what_their_heads_are_of(opened, path_of, name):
    page = opened(path_of(name)).page
    faults = page.evaluate(
        """[...document.querySelectorAll("table")].filter(table => !(table.caption && table.caption.textContent.trim()
             && [...table.tHead.rows[0].cells].every(head => head.scope === "col" && head.textContent.trim())
             && [...table.tBodies[0].rows].every(row => row.cells[0].scope === "row"))).map(table => table.id)"""
    )
    assert faults == []
