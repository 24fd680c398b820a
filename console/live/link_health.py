"""How the links are that this process listens to: said on the bus, beaten for, measured.

The entry of a link in the topic `links`: `state` (up, down; `LinkWatch` makes it stale), `reason` (a
sentence), `since` (ISO 8601), `refused` (a wrong password: nobody tries again), `lag_s` (how late events
come, in whole seconds: 0 as long as that is not worth a word), `can` (the capabilities of its source).
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from typing import Any

from console.clock import Clock
from console.live.bus import Bus, Change, Value
from console.live.link_watch import BEAT_S, BEATS
from console.live.puts import Puts
from console.web.metrics import EVENT_LAG, LINK_UP, SOURCE_DROPPED
from telephony.events import LinkEvent, LinkLost, LinkName, LinkRefused, LinkUp
from telephony.source import Capability, Source

log = logging.getLogger(__name__)

TOPIC = "links"

LATE_S = 2.0
"""From here on a lag is said: earlier it would only make the desks flicker."""

LAG_STEP_S = 1.0
"""A lag that is said is said again when it changed by more than this."""

OUTDATED_S = 30.0
"""The lag of the last event says nothing of the present when no other has come for so long."""


class LinkHealth:
    """The links of one process. What happens is taken in at once; `publish` says how things are by then."""

    def __init__(self, bus: Bus, clock: Clock) -> None:
        self._bus = bus
        self._clock = clock
        self._puts = Puts(bus)
        self._links: dict[LinkName, dict[str, Any]] = {}
        self._lags: dict[LinkName, tuple[float | None, float]] = {}
        self._counted: dict[LinkName, Counter[str]] = {}
        self._can: dict[LinkName, list[str]] = {}

    def able(self, link: LinkName, capabilities: Collection[Capability]) -> bool:
        """The link's source can tell and do so much; whether that is news."""
        can = sorted(each.value for each in capabilities)
        if self._can.get(link) == can:
            return False
        self._can[link] = can
        if link in self._links:
            self._links[link] = {**self._links[link], "can": can}
        return True

    def begin(self, link: LinkName) -> None:
        """This process talks to the phone system from now on."""
        self._set(link, "down", "Connecting …", self._clock())

    def up(self, link: LinkName) -> bool:
        """Whether this process is logged in there."""
        return link in self._links and self._links[link]["state"] == "up"

    def take(self, event: LinkEvent) -> None:
        """The link is up, lost or refused."""
        if isinstance(event, LinkUp):
            self._set(event.link, "up", event.version, event.at)
        elif isinstance(event, LinkLost | LinkRefused):
            if self._links.get(event.link, {}).get("reason") != event.reason:
                log.error("link %s: %s", event.link, event.reason)
            refused = isinstance(event, LinkRefused)
            self._set(event.link, "down", event.reason, event.at, refused=refused)

    async def publish(self, link: LinkName) -> None:
        """Say how the link is."""
        await self._puts.put(TOPIC, link, self._links[link])

    async def publish_all(self) -> None:
        """Say of all links how they are: the bus may have forgotten it."""
        for link in list(self._links):
            await self.publish(link)

    async def mend(self) -> None:
        """Say what the bus did not take while it was away. Raises OSError when it still is."""
        await self._puts.mend()

    async def hear(self, change: Change) -> None:
        """Object when somebody who missed our beats calls one of our links stale."""
        link = LinkName(change.key)
        if link in self._links and change.value is not None and change.value["state"] == "stale":
            await self.publish(link)

    async def watch(self, source: Source) -> None:
        """Say for ever that somebody listens to the link, and measure how well."""
        while True:
            with suppress(OSError):  # the bus is away: whoever waits for beats hears none, and is right
                await self._bus.send(BEATS, {"link": source.name})
            self._count(source)
            changed = self.able(source.name, source.capabilities)
            if self._measure(source, asyncio.get_running_loop().time()) or changed:
                await self.publish(source.name)
            await asyncio.sleep(BEAT_S)

    def _set(self, link: LinkName, state: str, reason: str, at: datetime, *, refused: bool = False) -> None:
        LINK_UP.labels(link).set(state == "up")
        old = self._links.get(link)
        since = old["since"] if old and old["state"] == state else at.isoformat()
        lag_s = old["lag_s"] if old and state == "up" else 0
        said = {"state": state, "reason": reason, "since": since, "refused": refused, "lag_s": lag_s}
        self._links[link] = {**said, "can": self._can.get(link, [])}

    def _measure(self, source: Source, now: float) -> bool:
        """Note how late events come; whether it is time to say so. `now` is the loop's time."""
        lag_s = source.lag_s
        if lag_s is not None:
            EVENT_LAG.labels(source.name).set(lag_s)
        if source.name not in self._lags or self._lags[source.name][0] != lag_s:
            self._lags[source.name] = (lag_s, now)
        outdated = now - self._lags[source.name][1] > OUTDATED_S
        return self._say_lag(source.name, 0.0 if lag_s is None or outdated else lag_s)

    def _say_lag(self, link: LinkName, lag_s: float) -> bool:
        value: Value = self._links[link]
        worth_saying = lag_s if lag_s >= LATE_S and value["state"] == "up" else 0.0
        late, was_late = worth_saying > 0, value["lag_s"] > 0
        if late == was_late and abs(worth_saying - value["lag_s"]) <= LAG_STEP_S:
            return False
        self._links[link] = {**value, "lag_s": round(worth_saying)}
        return True

    def _count(self, source: Source) -> None:
        """Carry over what the source has dropped since the last time."""
        counted = self._counted.get(source.name, Counter())
        self._counted[source.name] = now = Counter(source.counters)
        for reason, number in (now - counted).items():
            SOURCE_DROPPED.labels(source.name, reason).inc(number)
