"""Lists of rows: the rows of a mask in order, whatever the length."""

import numpy as np
import pytest

from microsim.kernels.jit import callable_from_python
from microsim.kernels.rows import list_rows


@pytest.mark.parametrize("count", [0, 1, 63, 1_000])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.9, 1.0])
def test_rows_of_a_mask_in_order(count, share):
    mask = (np.random.default_rng(count).random(count + 5) < share).astype(np.uint8)  # what follows is not looked at
    rows = np.zeros(count, np.uint32)
    found = callable_from_python(list_rows)(mask, rows, count)
    assert rows[:found].tolist() == np.flatnonzero(mask[:count]).tolist()
