"""What browsers tell about pops is measured as the speed of a pop only when the pop rang."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.desk import news as news_module
from console.desk.news import CHANNEL, PopNews
from console.desk.samples import sample_pop
from console.identity.viewer import Viewer
from console.live.bus import Value
from console.live.memory_bus import MemoryBus
from console.web.metrics import REGISTRY
from tests.console.live.screens import metric


def _count(stage: str) -> float:
    return REGISTRY.get_sample_value("lineside_pop_seconds_count", {"stage": stage}) or 0.0


@pytest.mark.parametrize(("state", "more"), [("ringing", 1), ("answered", 0), ("ended", 0), ("withdrawn", 0)])
async def test_only_rings_are_measured(ana: Viewer, now: datetime, state: str, more: int) -> None:
    news = PopNews(MemoryBus(), lambda: now + timedelta(seconds=1))
    before = _count("sent"), _count("shown")
    news.delivered("main-1.8", {**sample_pop("x", now, leg="main-1.8"), "state": state}, ana, now)
    news.shown(ana, {"leg": "main-1.8", "visible": True})
    assert (_count("sent") - before[0], _count("shown") - before[1]) == (more, more)


class AwayBus(MemoryBus):
    """Takes no messages for a while."""

    away = 2

    async def send(self, channel: str, message: Value) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError("the bus is away")
        await super().send(channel, message)


async def test_news_wait_for_a_bus_that_is_away(
    ana: Viewer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news_module, "RETRY_S", 0)
    bus = AwayBus()
    news = PopNews(bus, lambda: now)
    news.delivered("main-1.8", sample_pop("x", now, leg="main-1.8"), ana, now)
    news.shown(ana, {"leg": "main-1.8", "visible": True})
    async with bus.messages(CHANNEL) as messages, asyncio.timeout(10):
        running = asyncio.create_task(news.run())
        stages = [(await anext(messages))["stage"] for _ in range(2)]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert stages == ["sent", "shown"]


async def test_what_waits_is_bounded(ana: Viewer, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news_module, "MOST_QUEUED", 2)
    monkeypatch.setattr(news_module, "MOST_REMEMBERED", 2)
    news = PopNews(MemoryBus(), lambda: now)
    before = metric("lineside_failures_total", what="pop news")
    pop: Any = sample_pop("x", now)
    for leg in ("main-1", "main-2", "main-3"):
        news.delivered(leg, pop, ana, now)
    assert metric("lineside_failures_total", what="pop news") - before == 1
    assert len(news._sent) == 2
