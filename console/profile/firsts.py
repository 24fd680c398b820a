"""Remembers what came first in a file under each key, however many keys there are.

The keys of a file with millions of rows do not fit into memory: they go to a temporary SQLite database, which
is gone when the import ends, however it ends.
"""

import sqlite3
from typing import Generic, Protocol, TypeVar

CACHE_KIB = 16_384
"""So much of it is held in memory; what does not fit is on disk."""

_OPEN = (
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    f"PRAGMA cache_size=-{CACHE_KIB}",
    "CREATE TABLE firsts (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    "BEGIN",  # never ended: nothing of it is to be kept
)
_PUT = "INSERT OR IGNORE INTO firsts VALUES (?, ?)"
_GET = "SELECT value FROM firsts WHERE key = ?"

V = TypeVar("V", int, str)


class Memory(Protocol[V]):
    """What a dictionary can do, too."""

    def setdefault(self, key: str, value: V, /) -> V:
        """The value that came first, which is this one when there was none."""

    def get(self, key: str, /) -> V | None:
        """The value that came first, if there was one."""


class Firsts(Generic[V]):
    """The first value of each key."""

    def __init__(self) -> None:
        # Whoever reads the file ahead does so in another thread, one batch after the other.
        self._database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for statement in _OPEN:
            self._database.execute(statement)

    def setdefault(self, key: str, value: V, /) -> V:
        """The value that came first, which is this one when there was none."""
        if self._database.execute(_PUT, (key, value)).rowcount:
            return value
        first: V = self._database.execute(_GET, (key,)).fetchone()[0]
        return first

    def get(self, key: str, /) -> V | None:
        """The value that came first, if there was one."""
        found = self._database.execute(_GET, (key,)).fetchone()
        return found[0] if found else None

    def close(self) -> None:
        """Forget all."""
        self._database.close()
