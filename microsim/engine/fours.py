"""Four sums side by side, added to by one instruction: what goes to the same place is added in one go.

The compiler does not put neighbouring additions together by itself, so that here it is told to.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic, overload

FOUR = 4
_LANES = ir.VectorType(ir.IntType(64), FOUR)
_ALIGNED = 8  # bytes: arrays begin anywhere


def add_four(sums: Any, cell: Any, amounts: Any, place: Any) -> None:
    """Add the four `amounts` (int64 [people, FOUR]) at `place` to the four `sums` (int64 [cells, FOUR]) at `cell`."""
    sums[cell] += amounts[place]


@intrinsic
def _add_lanes(typing, sums, cell, amounts, place):
    def generate(context, builder, signature, arguments):
        sums, cell, amounts, place = arguments
        mine = _lanes(context, builder, signature.args[0], sums, signature.args[1], cell)
        theirs = _lanes(context, builder, signature.args[2], amounts, signature.args[3], place)
        total = builder.add(builder.load(mine, align=_ALIGNED), builder.load(theirs, align=_ALIGNED))
        builder.store(total, mine, align=_ALIGNED)
        return context.get_dummy_value()

    return types.void(sums, cell, amounts, place), generate


def _lanes(context, builder, kind, array, index_kind, index):
    """A pointer to the four of an array at an index."""
    whole = context.cast(builder, index, index_kind, types.intp)
    made = context.make_array(kind)(context, builder, array)
    first = cgutils.get_item_pointer(context, builder, kind, made, [whole, context.get_constant(types.intp, 0)])
    return builder.bitcast(first, _LANES.as_pointer())


def _is_fours(kind):
    return isinstance(kind, types.Array) and (kind.dtype, kind.ndim, kind.layout) == (types.int64, 2, "C")


@overload(add_four)
def _compiled(sums, cell, amounts, place):
    if not (_is_fours(sums) and _is_fours(amounts)):
        return None  # the compiler refuses the call: four lanes of anything else would be somebody else's memory

    def add(sums, cell, amounts, place):
        _add_lanes(sums, cell, amounts, place)

    return add
