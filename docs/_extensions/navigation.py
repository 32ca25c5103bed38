"""The site's navigation is the lists of links in its index pages, in their order, under their headings.

So an index page is plain Markdown, which a forge shows as it is, and no second list of pages is kept.
"""

import re

INDEXES = ("index", "methods/index")
_HEADING = re.compile(r"^## (.+)$")
_ENTRY = re.compile(r"^[-*] \[[^\]]+\]\(([\w/]+)\.md\)")


def toctrees(text, captions):
    """Hidden lists of pages as MyST writes them: one for each heading with links below it, or one for all."""
    groups = {}
    heading = ""
    for line in text.splitlines():
        if found := _HEADING.match(line):
            heading = found[1] if captions else ""
        elif found := _ENTRY.match(line):
            groups.setdefault(heading, []).append(found[1])
    for caption, pages in groups.items():
        options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
        yield "\n".join(["```{toctree}", *options, "", *pages, "```"])


def _add(_app, docname, source):
    if docname in INDEXES:
        source[0] += "\n\n" + "\n\n".join(toctrees(source[0], captions=docname == "index")) + "\n"


def setup(app):
    app.connect("source-read", _add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
