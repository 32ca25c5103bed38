"""The documentation site: `sphinx-build -W -b html docs docs/_build`, with `pip install '.[docs]'`.

Pages are the Markdown files of this folder, as a forge shows them too. Nothing is fetched, when built or when read.
"""

import sys
from pathlib import Path

from microsim import __version__

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "microsim"
author = "The microsim authors"
project_copyright = "The microsim authors. Contains public sector information under the Open Government Licence v3.0"
release = __version__
default_role = "code"  # of the plain text of docstrings
smartquotes = False  # --options stay as they are typed
language = "en-GB"

extensions = ["myst_parser", "sphinx.ext.autodoc", "navigation", "repository_pages"]
exclude_patterns = ["_build"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 6  # the anchors that forges give to headings
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
python_use_unqualified_type_names = True

html_theme = "furo"
html_title = "microsim"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sphinx = False
pygments_style = "default"
pygments_dark_style = "native"
