"""Links from a page to a file or folder of the repository outside `docs`: each becomes a page that shows it.

Text is shown with its syntax marked, other Markdown as a page, a folder as a list of its files. A link to what is not
there is a warning, which ends a build with `-W`.
"""

import os
from html import escape
from pathlib import Path

from docutils import nodes
from markdown_it import MarkdownIt
from sphinx import addnodes

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FOLDER = "repository"  # of the site
_LOOK = {"table": '<div class="table-wrapper"><table class="docutils">', "pre": '<div class="highlight"><pre>'}
_LEXERS = {".py": "python", ".yaml": "yaml", ".toml": "toml"}
_TEXT = {*_LEXERS, ".md", ".csv", ".cff", ""}
_LONGEST = 200_000  # characters of a file that a page shows


def page_of(path):
    """The name of the page that shows a path of the repository; folders and files of one name are told apart."""
    return f"{FOLDER}/{path.relative_to(ROOT).as_posix()}" + ("/index" if path.is_dir() else "")


def _meant(node, here):
    """The path of the repository that a link means, or None where it is of the documentation or elsewhere."""
    target = node["reftarget"].partition("#")[0]
    if node.get("refdomain") == "doc":  # a Markdown page: its full path without the ending, where it is no page of docs
        path = Path(f"{target}.md")
    else:
        path = Path(os.path.normpath((DOCS / here).parent / target))
    beyond = target.startswith(("..", "/"))
    return path if beyond and path.is_relative_to(ROOT) and not path.is_relative_to(DOCS) else None


def _rewrite(app, doctree):
    """Point links that leave the documentation at the pages that show what they mean."""
    here = app.env.docname
    for kind in (addnodes.download_reference, addnodes.pending_xref):
        for node in [found for found in doctree.findall(kind) if found.get("reftype") == "myst"]:
            path = _meant(node, here)
            if path is None or not path.exists():  # of what is not there MyST-Parser warns
                continue
            app.env.repository_paths.setdefault(here, set()).add(path)
            up = "../" * here.count("/")
            link = nodes.reference("", "", *node.children, internal=True, refuri=f"{up}{page_of(path)}.html")
            node.replace_self(link)


def _pages(app):
    """The pages to be made: what is linked to, and the files of linked folders."""
    linked = {path for paths in app.env.repository_paths.values() for path in paths}
    shown = linked | {file for path in linked if path.is_dir() for file in _files(path)}
    for path in sorted(shown):
        title = path.relative_to(ROOT).as_posix()
        body = _listing(path) if path.is_dir() else _content(app, path, shown)
        yield page_of(path), {"title": title, "body": f"<h1><code>{escape(title)}</code></h1>\n{body}"}, "page.html"


def _files(folder):
    return sorted(
        file for file in folder.iterdir()
        if file.is_file() and file.suffix in _TEXT and not file.name.startswith(".")
    )  # fmt: skip


def _listing(folder):
    names = [escape(file.name) for file in _files(folder)]
    return "<ul>" + "".join(f'<li><a href="{name}.html"><code>{name}</code></a></li>' for name in names) + "</ul>"


def _content(app, path, shown):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return _markdown(text, path, shown)
    rest = len(text) - _LONGEST
    note = f"<p>{rest:,} more characters are in the file.</p>" if rest > 0 else ""
    return app.builder.highlighter.highlight_block(text[:_LONGEST], _LEXERS.get(path.suffix, "text")) + note


def _markdown(text, path, shown):
    """Markdown of the repository as HTML; links lead to pages of the site where there are some, and are text else."""
    parser = MarkdownIt("commonmark").enable("table")
    tokens = parser.parse(text)
    for token in [inner for block in tokens for inner in block.children or [] if inner.type == "link_open"]:
        target = str(token.attrs["href"])
        if "://" in target or target.startswith("#"):
            continue
        meant = Path(os.path.normpath(path.parent / target.partition("#")[0]))
        fragment = target.partition("#")[2]
        here = (ROOT / page_of(path)).parent
        if meant.is_relative_to(DOCS) and meant.suffix == ".md":
            page = meant.relative_to(DOCS).with_suffix(".html")
        elif meant in shown:
            page = Path(f"{page_of(meant)}.html")
        else:
            del token.attrs["href"]
            continue
        token.attrs["href"] = Path(os.path.relpath(ROOT / page, here)).as_posix() + (f"#{fragment}" if fragment else "")
    for token in [inner for block in tokens for inner in block.children or [] if inner.type == "image"]:
        picture = ROOT / "_images" / Path(str(token.attrs["src"])).name  # where Sphinx puts those of the pages
        token.attrs["src"] = Path(os.path.relpath(picture, (ROOT / page_of(path)).parent)).as_posix()
    html = parser.renderer.render(tokens[3:] if tokens[0].tag == "h1" else tokens, parser.options, {})
    for tag, opening in _LOOK.items():
        html = html.replace(f"<{tag}>", opening).replace(f"</{tag}>", f"</{tag}></div>")
    return html


def _start(app):
    if not hasattr(app.env, "repository_paths"):
        app.env.repository_paths = {}


def _forget(_app, env, docname):
    env.repository_paths.pop(docname, None)


def setup(app):
    app.connect("builder-inited", _start)
    app.connect("env-purge-doc", _forget)
    app.connect("doctree-read", _rewrite, priority=100)  # before files to download are collected
    app.connect("html-collect-pages", _pages)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
