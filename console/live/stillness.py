"""Keeps the garbage collector from stopping everybody while the phone rings.

Python looks through everything that is alive, every now and then: with 2,000 desks open that takes 75 ms, in
which nothing else happens. What stays for long is therefore taken out of its sight (`gc.freeze`): what is
there when the process starts to work, and the connections, once a wave of them has come. Objects are freed as
ever when nobody uses them any more; only rings of objects that were frozen wait until most desks are closed.
"""

import asyncio
import gc
from collections.abc import Callable

YOUNG = 10_000
"""New objects before the youngest are looked through (Python's default is 700): a pop makes some thousands,
and most are gone by themselves by then."""

LOOK_S = 5.0
WAVE = 100
"""So many connections more than at the last freeze are a wave; it has come when their number rests."""


class Stillness:
    """Freezes what stays. `connections` tells how many there are."""

    def __init__(self, connections: Callable[[], int]) -> None:
        self._connections = connections
        self._frozen = 0
        self._before = 0

    async def run(self) -> None:
        """Watch for ever. What exists at the start stays."""
        gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
        gc.freeze()
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Freeze a wave that has come; after most have gone look through all that was frozen, once."""
        number, before = self._connections(), self._before
        self._before = number
        if number != before:
            return
        if number >= self._frozen + WAVE:
            self._freeze(number)
        elif number < self._frozen / 2:
            gc.unfreeze()
            self._freeze(number)

    def _freeze(self, number: int) -> None:
        gc.collect()
        gc.freeze()
        self._frozen = number
