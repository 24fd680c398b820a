"""The same storm on a bus that goes away again and again, and may come back without its memory: after that
the screens are right, and what could not be shown meanwhile says so.
"""

from collections.abc import Iterator
from random import Random

import pytest

from console.calls import delivery
from console.db.engine import Sessions
from console.live.bus import Change, Snapshot, Value
from console.live.memory_bus import MemoryBus
from tests.storm.storm import rage
from tests.storm.verdict import OVER_LONG_AGO, judge

CALLS = 400
NOT_WITHOUT_A_BUS = {"shown where a desk was open", OVER_LONG_AGO}
"""What nobody can keep while the bus is away."""


class UnreliableBus(MemoryBus):
    """After so many commands it answers none of the next ones, then it is back, perhaps knowing nothing."""

    def __init__(self, seed: int, *, forgets: bool) -> None:
        super().__init__()
        self._random = Random(seed)  # noqa: S311 - repeatable, not secret
        self._forgets = forgets
        self._works = 100
        self._refuses = 0
        self.outages = 0

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        self._answer()
        return await super().put(topic, key, value)

    async def snapshot(self, topic: str) -> Snapshot:
        self._answer()
        return await super().snapshot(topic)

    async def send(self, channel: str, message: Value) -> None:
        self._answer()
        await super().send(channel, message)

    def presences(self) -> Iterator[tuple[str, set[str]]]:
        """What is said of each agent, beside the states of the pops on the desk."""
        for name, topic in self._topics.items():
            if name.startswith("desk:"):
                states = {value["state"] for value in topic.entries.values() if "link" in value}
                yield topic.entries["presence"]["state"], states

    def _answer(self) -> None:
        if self._works:
            self._works -= 1
            return
        if not self._refuses:
            self.outages += 1
            self._refuses = self._random.randrange(1, 120)
        self._refuses -= 1
        if not self._refuses:
            self._come_back()
        raise ConnectionError("the bus is away")

    def _come_back(self) -> None:
        self._works = self._random.randrange(50, 600)
        if self._forgets and self._random.random() < 0.5:
            self._topics.clear()
        self._readers.tell(None)


@pytest.mark.slow
@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("forgets", [False, True])
async def test_a_bus_that_goes_away_leaves_nothing_wrong(
    sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch, *, forgets: bool
) -> None:
    waits = ("intake.MENDED_S", "desk.news.RETRY_S", "live.hub.SNAPSHOT_RETRY_S", "desk.presence.SETTLED_S")
    for wait in waits:
        monkeypatch.setattr(f"console.{wait}", 0.005)
    bus = UnreliableBus(7, forgets=forgets)
    storm = await rage(sessions, database_url, calls=CALLS, seed=7, bus=bus)
    verdict = await judge(storm, sessions)
    assert {wrong.partition(": ")[0] for wrong in verdict.wrong} <= NOT_WITHOUT_A_BUS
    assert bus.outages > 10
    assert verdict.counts[f"pops not shown: {delivery.NO_BUS}"] > 0
    for said, states in bus.presences():
        assert (said, states & {"ringing", "answered"}) == ("available", set())
