"""The ceiling: chosen parts of a year written by hand for speed alone, without the house's structure.

`parts` sets each beside the engine's own kernels for the same work, on the same people of the same block, and sees that
both find the same. The engine's time over the hand-written one's says what its structure costs.
"""
