"""Whether the bus has what belongs on the screens.

A bus that is away tells nothing more, and one that was started anew (a Redis without its data) knows nothing
until those who listen to phone systems have said everything again: they say so, for each of their links, in
the topic `said`. Meanwhile no screen is connected: what it shows stays, and says that it is not up to date.
Nobody sees an empty desk because the bus is empty, nor a phone system that is up because nobody could say
otherwise.
"""

import asyncio
from collections.abc import Callable, Iterable

from console.live.bus import Bus, Topics

TOPIC = "said"

AWAY_S = 3.0
"""A bus that has not answered for so long is away: less is a connection that broke, and is there again."""

LOOK_S = 0.5

PATIENCE_S = 10.0
"""Behind the first link that was said again the others are waited for no longer: who listened may be gone."""


async def say_all_said(bus: Bus, links: Iterable[str]) -> None:
    """The bus has all that is to be said of these links. Raises OSError when it is away."""
    for link in links:
        await bus.put(TOPIC, link, {"link": link})


class Gate:
    """Is `open` as long as the bus has what it had."""

    def __init__(self, bus: Topics) -> None:
        self.open = True
        self._bus = bus
        self._number = 0
        self._known: set[str] = set()
        self._answered_at = float("-inf")
        self._waits_since: float | None = None

    async def run(self, turn_away: Callable[[], None]) -> None:
        """Look for ever; `turn_away` is called again and again while the gate is closed."""
        while True:
            await asyncio.sleep(LOOK_S)
            await self.look()
            if not self.open:
                turn_away()

    async def look(self) -> None:
        """Ask the bus."""
        time = asyncio.get_running_loop().time
        try:
            said = await self._bus.snapshot(TOPIC)
        except OSError:
            self.open &= time() - self._answered_at < AWAY_S
            return
        self._answered_at = time()
        self.open = self._has_all(said.number, set(said.entries), self._answered_at)
        if self.open:
            self._number, self._known, self._waits_since = said.number, set(said.entries), None

    def _has_all(self, number: int, links: set[str], at: float) -> bool:
        """Numbers only grow: a smaller one is of a bus that has forgotten what it had."""
        if number >= self._number or links >= self._known:
            return True
        if links and self._waits_since is None:
            self._waits_since = at
        return self._waits_since is not None and at - self._waits_since >= PATIENCE_S
