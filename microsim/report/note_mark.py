"""The mark at the end of a costing note that tells whether anybody has edited it since it was written.

It is a comment of Markdown, which no reader sees: the digest of the text above it.
"""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

_MARK = "\n<!-- As microsim wrote it: {digest} -->\n"
_AT_THE_END = re.compile(_MARK.format(digest="([0-9a-f]{64})").encode() + b"\\Z")


def marked(text: str) -> str:
    """A note with its mark."""
    return text + _MARK.format(digest=sha256(text.encode()).hexdigest())


def is_edited(path: Path) -> bool:
    """Whether a note is there and is not as it was written, to the byte. Raises OSError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return False
    found = _AT_THE_END.search(content)
    return found is None or sha256(content[: found.start()]).hexdigest().encode() != found[1]
