"""Nothing that supervisors do is done over the live connection; agents see nobody else's desk there."""

import json

import pytest

from console.audit.acts import Act
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.work_live import WorkRenderer
from console.identity.models import Role
from console.live.hub import Hub
from console.live.memory_bus import MemoryBus
from console.live.renderer import Renderer
from console.live.socket import Browser
from console.messages.live import MessagesRenderer
from tests.console.live.screens import FakeWire, a_viewer, metric
from tests.fakes.pages import ZONE, templates_in

TEMPLATES = templates_in()
RENDERERS: dict[str, Renderer] = {
    "desk": DeskRenderer(TEMPLATES, ZONE),
    "links": LinksRenderer(TEMPLATES, ZONE),
    "work": WorkRenderer(TEMPLATES, ZONE),
    "messages": MessagesRenderer(TEMPLATES, ZONE),
}


def test_agents_see_their_own() -> None:
    topics = {topic for each in RENDERERS.values() for topic in each.topics(a_viewer(2))}
    assert topics == {"desk:2", "links", "work:1", "messages:2"}


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("role", Role)
async def test_no_act_is_a_message(act: Act, role: Role) -> None:
    heard: list[object] = []
    hub = Hub(MemoryBus(), RENDERERS, {"shown": lambda _viewer, message: heard.append(message)})
    async with hub.running():
        browser = Browser(hub, a_viewer(1), FakeWire())
        before = metric("lineside_live_bad_messages_total", reason="unknown type")
        browser.hear(json.dumps({"type": act, "agent": 2, "leg": "main-1.2", "role": role}))
        assert metric("lineside_live_bad_messages_total", reason="unknown type") == before + 1
        browser.gone()
    assert heard == []
