"""Whether two things that the engine reads hold the same: a digest of arrays, numbers and text inside tuples."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np


def digest_of(*values: Any) -> str:
    """64 hexadecimal digits, the same for the same values of the same types. Raises TypeError for anything else."""
    digest = hashlib.sha256()
    _add(digest, values)
    return digest.hexdigest()


def _add(digest: Any, value: Any) -> None:
    digest.update(f"{type(value).__module__}.{type(value).__qualname__}".encode())
    if isinstance(value, tuple):
        digest.update(f"[{len(value)}]".encode())
        for one in value:
            _add(digest, one)
    elif isinstance(value, np.ndarray):
        digest.update(f"{value.dtype.str}{value.shape}".encode())
        digest.update(np.ascontiguousarray(value).data)
    elif value is None or isinstance(value, bool | int | float | str | np.generic):
        digest.update(f"{value!r};".encode())
    else:
        raise TypeError(f"no digest of {type(value)}")
