"""Pages in a real browser: Chromium, without a network, with a record of everything that should not happen."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
WIDE, TABLET, TELEPHONE, NARROWEST = 1440, 800, 360, 320  # pixels
A4_TEXT = 703  # pixels between the margins of a sheet: 210 mm less twice 12


def launch(playwright):
    """Debian's browser. Skips the test where there is none."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is installed (apt-get install chromium)")
    return playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))


@dataclass
class Opened:
    """A page that is open, and what happened while it was."""

    page: object
    path: Path
    messages: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def assert_quiet(self):
        """Nothing was said, failed, asked for or fetched but the file itself."""
        assert self.messages == []
        assert self.errors == []
        assert self.dialogs == []
        assert [url for url in self.requests if not url.startswith(("data:", "blob:"))] == [self.path.as_uri()]

    def drawn(self):
        """Wait until every chart that is seen is drawn."""
        self.page.wait_for_function(
            "[...document.querySelectorAll('.chart')].every(c => c.offsetParent === null || 'drawn' in c.dataset)"
        )
        return self

    def open_all(self):
        """Open what is folded, as a reader does, and wait for its charts."""
        self.page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })")
        return self.drawn()


def open_page(browser, path, *, width=WIDE, height=900, **options):
    """Open a file in a context of its own that has no network and lets nothing but the file through."""
    context = browser.new_context(viewport={"width": width, "height": height}, offline=True, **options)
    context.set_default_timeout(20_000)
    opened = Opened(context.new_page(), path)

    def route(asked):
        if asked.request.url == path.as_uri():
            asked.continue_()
        else:
            asked.abort()

    context.route("**/*", route)
    page = opened.page
    page.on("console", lambda message: opened.messages.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: opened.errors.append(str(error)))
    page.on("request", lambda request: opened.requests.append(request.url))
    page.on("dialog", lambda dialog: (opened.dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    return opened
