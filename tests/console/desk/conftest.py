"""A desk to draw."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.reading import Reader
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from console.web.templates import Templates
from tests.fakes.pages import templates_in

ZONE = ZoneInfo("Europe/Bratislava")


@pytest.fixture(scope="session")
def templates() -> Templates:
    """The real templates, in English, read in Bratislava."""
    return templates_in()


@pytest.fixture
async def bus() -> AsyncIterator[MemoryBus]:
    """The bus of one process."""
    bus = MemoryBus()
    yield bus
    await bus.close()


@pytest.fixture
def reader() -> Reader:
    return Reader("en", ZONE)


@pytest.fixture
def renderer(templates: Templates) -> DeskRenderer:
    return DeskRenderer(templates, ZONE)


@pytest.fixture
def links_renderer(templates: Templates) -> LinksRenderer:
    return LinksRenderer(templates, ZONE)


@pytest.fixture
def ana() -> Viewer:
    return Viewer(1, "ana@shop.example", "Ana Nováková", Role.AGENT, 1, "1001", "secret-of-ana", "en")


@pytest.fixture
def local_now(now: datetime) -> datetime:
    """The moment at which tests play, on the agents' clock."""
    return now.astimezone(ZONE)
