"""A made block with pay, shared by the tests of what people have besides it."""

import pytest
from means import made_block


@pytest.fixture(scope="session")
def made(england):
    return made_block(england)
