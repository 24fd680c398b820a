"""What browsers tell about pops is measured as the speed of a pop only when the pop rang."""

from datetime import datetime, timedelta

import pytest

from console.desk.news import PopNews
from console.desk.samples import sample_pop
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from console.web.metrics import REGISTRY


def _count(stage: str) -> float:
    return REGISTRY.get_sample_value("lineside_pop_seconds_count", {"stage": stage}) or 0.0


@pytest.mark.parametrize(("state", "more"), [("ringing", 1), ("answered", 0), ("ended", 0), ("withdrawn", 0)])
async def test_only_rings_are_measured(ana: Viewer, now: datetime, state: str, more: int) -> None:
    news = PopNews(MemoryBus(), lambda: now + timedelta(seconds=1))
    before = _count("sent"), _count("shown")
    news.delivered("main-1.8", {**sample_pop("x", now, leg="main-1.8"), "state": state}, ana, now)
    news.shown(ana, {"leg": "main-1.8", "visible": True})
    assert (_count("sent") - before[0], _count("shown") - before[1]) == (more, more)
