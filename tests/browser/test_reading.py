"""A page reads well in light and dark, on a telephone and on a screen."""

import re

import pytest
from web import NARROWEST, TABLET, TELEPHONE, WIDE

from microsim.report.page import theme

PAGES = ("hostile_report", "comparison_page", "validation_page")
_LEAST_CONTRAST = 4.5  # of text and its background, as the Web Content Accessibility Guidelines have it
_LEAST_OF_MARKS = 3.0
_MARKS = """[...document.querySelectorAll(".chart svg .mark-rect.role-mark path, .chart svg .mark-line path")]
  .map(part => { const style = getComputedStyle(part); return style.fill === "none" ? style.stroke : style.fill; })
  .filter(colour => !colour.startsWith("rgba"))"""
_BEYOND = """width => [...document.querySelectorAll("h1, h2, h3, h4, p, summary, figure, .chart svg, button, li")]
  .filter(part => part.offsetParent !== null && !part.closest(".scroll, pre"))
  .filter(part => part.getBoundingClientRect().right > width + 1).map(part => part.outerHTML.slice(0, 120))"""
_COLOURS = """selector => { const part = document.querySelector(selector); const style = getComputedStyle(part);
  let behind = part; while (getComputedStyle(behind).backgroundColor.endsWith(", 0)")) behind = behind.parentElement;
  const fill = part instanceof SVGElement ? style.fill : style.color;
  return [fill, getComputedStyle(behind).backgroundColor]; }"""


def luminance(colour):
    """Relative luminance of a colour written rgb(1, 2, 3)."""
    parts = [float(number) / 255 for number in re.findall(r"[\d.]+", colour)[:3]]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(page, selector):
    first, second = sorted(map(luminance, page.evaluate(_COLOURS, selector)), reverse=True)
    return (first + 0.05) / (second + 0.05)


def background(page):
    return page.evaluate("getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("name", PAGES)
def test_it_never_scrolls_sideways(opened, path_of, name):
    """What is wide scrolls by itself; the page does not, on the narrowest telephone or a wide screen."""
    one = opened(path_of(name), width=NARROWEST).open_all()
    for width in (NARROWEST, TELEPHONE, TABLET, WIDE):
        one.page.set_viewport_size({"width": width, "height": 900})
        one.page.wait_for_timeout(150)
        assert one.page.evaluate("document.documentElement.scrollWidth") <= width
        assert one.page.evaluate(_BEYOND, width) == [], width


@pytest.mark.parametrize("name", PAGES)
def test_it_follows_the_reader_s_colours(opened, path_of, name):
    page = opened(path_of(name)).drawn().page
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert (luminance(background(page)) < 0.1) == (scheme == "dark")
        for selector in ("h1", "p.lead", "table td", "thead th", "nav a", ".note", "summary", ".chart svg text"):
            assert contrast(page, selector) >= _LEAST_CONTRAST, (scheme, selector)


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_a_button_changes_light_and_dark(opened, plain_report, scheme):
    page = opened(plain_report, color_scheme=scheme).drawn().page
    before = background(page)
    button = page.locator("[data-do=theme]")
    said = button.inner_text()
    button.click()
    after = background(page)
    assert (luminance(before) < 0.1) != (luminance(after) < 0.1)
    assert contrast(page, ".chart svg text") >= _LEAST_CONTRAST, "charts follow"
    assert button.inner_text() != said
    button.click()
    assert background(page) == before


@pytest.mark.parametrize("name", PAGES)
def test_marks_are_seen_on_their_background(opened, path_of, name):
    """Bars and lines stand out from light and dark paper: three to one, as for anything that is not text."""
    page = opened(path_of(name)).open_all().page
    pale = {f"rgb({int(code[1:3], 16)}, {int(code[3:5], 16)}, {int(code[5:], 16)})" for code in theme.SEQUENCE}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        colours = set(page.evaluate(_MARKS)) - {"none"} - pale  # a scale from little to much has pale ends
        assert colours
        paper = luminance(background(page))
        for colour in colours:
            first, second = sorted((luminance(colour), paper), reverse=True)
            assert (first + 0.05) / (second + 0.05) >= _LEAST_OF_MARKS, (scheme, colour)


@pytest.mark.parametrize("name", PAGES)
def test_what_is_folded_opens_and_closes(opened, path_of, name):
    one = opened(path_of(name)).drawn()
    page = one.page
    button = page.locator("[data-do=open]")
    button.click()
    assert page.locator("details:not([open])").count() == 0
    button.click()
    assert page.locator("details[open]").count() == 0
    one.assert_quiet()


def test_a_link_to_what_is_folded_opens_it(opened, hostile_report):
    one = opened(hostile_report)
    page = one.page
    place = page.evaluate("document.querySelector('details:not([open]) [id]').id")
    assert not page.locator(f"#{place}").is_visible()
    page.evaluate("place => { location.hash = place; }", place)
    page.locator(f"#{place}").wait_for(state="visible")
