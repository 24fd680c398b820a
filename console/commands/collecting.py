"""Python's collector of what refers to itself in circles, in a process that does nothing but import."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

RARELY = (50_000, 20, 50)
"""A batch makes ten thousands of small records, none of them in a circle. Looked through as often as is
usual, they would take a quarter of the whole import."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for circles rarely, and never among what is there now."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()
