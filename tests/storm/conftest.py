"""What all storms share."""

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def quiet() -> Iterator[None]:
    """Of thousands of faults, each is worth a warning. Loggers remember whether they are silenced: only
    `logging.disable` has them ask again."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)
