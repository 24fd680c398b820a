"""Parts of a page that are the same each time a pop is drawn: drawn once, kept as long as there is room.

A pop is drawn anew whenever something happens to its call. Who calls, what they bought and which script fits
stays; so it is drawn once, perhaps before the phone rings, and for all who are rung.
"""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

MOST_KEPT = 1_000
"""Drawings of each sort that are kept: with their HTML some kilobytes each."""

T = TypeVar("T")


class Memory(Generic[T]):
    """Drawings by key. `of` is what a drawing was made of: when that is another one, it is drawn anew."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[object, T]] = {}

    def get(self, key: Hashable, of: object, draw: Callable[[], T]) -> T:
        """The drawing of `of`, kept under `key`."""
        kept = self._kept.get(key)
        if kept is not None and kept[0] == of:
            return kept[1]
        self._kept.pop(key, None)
        self._kept[key] = (of, drawing := draw())
        if len(self._kept) > MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return drawing
