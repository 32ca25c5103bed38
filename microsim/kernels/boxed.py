"""Arguments of compiled parts that are many arrays, prepared once instead of at every call.

To hand an array to compiled code takes a third of a microsecond, with Python's lock held: the hundred and more arrays
of people, their means and the room to work in come to a tenth of a millisecond a call, some twenty calls for each block
and year. `boxed` prepares a tuple of arrays once; the compiled part takes it out again with `opened`, at no cost.
"""

from __future__ import annotations

from typing import Any

import numba
from numba.core import types
from numba.experimental import structref
from numba.extending import overload

from microsim.kernels.jit import compile_driver


@structref.register
class _BoxType(types.StructRef):  # type: ignore[misc,name-defined]
    """The compiler's type of a box, by what is in it."""


class Box(structref.StructRefProxy):  # type: ignore[misc]
    """A tuple of arrays in the form that compiled code takes."""

    held: Any  # the tuple itself, for Python


structref.define_proxy(Box, _BoxType, ["value"])


def boxed(value: Any) -> Any:
    """`value` prepared for compiled parts, which must call `opened`; the arrays in it are shared, not copied.

    With the compiler switched off, and of a box, it is `value` itself.
    """
    if numba.config.DISABLE_JIT or isinstance(value, Box):
        return value
    box = compile_driver(_box_of)(value)
    box.held = value
    return box


def opened(value: Any) -> Any:
    """What is in a box; anything else as it is, so that a compiled part can be given either."""
    return value.held if isinstance(value, Box) else value


@overload(opened)
def _opened(value):
    if isinstance(value, _BoxType):
        return lambda value: value.value
    return lambda value: value


def _box_of(value):
    return Box(value)
