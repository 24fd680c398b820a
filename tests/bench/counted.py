"""Runs `lineside …` and counts the SQL statements that its SQLite connections execute.

    python -m tests.bench.counted FILE serve --port 8000

On SIGUSR1 the counts so far are written to FILE as JSON: how often each statement (by its text) was run.
"""

import json
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

COUNTS: Counter[str] = Counter()
_connect: Callable[..., sqlite3.Connection] = sqlite3.connect


def connect(*args: Any, **options: Any) -> sqlite3.Connection:
    """As sqlite3's own, with every statement counted."""
    connection = _connect(*args, **options)
    connection.set_trace_callback(_count)
    return connection


def _count(statement: str) -> None:
    COUNTS[" ".join(statement.split())[:2_000]] += 1


def main() -> int:
    """Run the rest of the command line, counting."""
    file = Path(sys.argv[1])
    setattr(sqlite3, "connect", connect)  # noqa: B010 - its type has eight overloads
    signal.signal(signal.SIGUSR1, lambda *_: file.write_text(json.dumps(COUNTS)))
    from console.__main__ import main as lineside  # noqa: PLC0415 - after sqlite3 is prepared

    return lineside(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
