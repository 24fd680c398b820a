"""The pages of customers on a small app, with real records."""

from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from console.db.engine import Sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.routes import build_imports, build_profile, build_records
from console.settings import Settings
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
from console.web.static import StaticLibrary
from console.web.templates import Templates
from tests.console.facts.records import Records

ZONE = ZoneInfo("Europe/Bratislava")


class LoggedIn:
    """Somebody is logged in: Ana, unless a request says which role by the header `role`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        role = Role(dict(scope["headers"]).get(b"role", b"agent").decode())
        viewer = Viewer(1, "ana@shop.example", "Ana Nováková", role, 1, "1001", "secret-of-ana", "en")
        scope["viewer"] = viewer
        scope.setdefault("state", {}).update(viewer=viewer, csrf=viewer.csrf, locale="en")
        await self.app(scope, receive, send)


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)


@pytest.fixture
async def pages(sessions: Sessions, database_url: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of Ana's."""
    templates = Templates(locale="en", zone=ZONE, static=StaticLibrary())
    settings = Settings(region="SK", database_url=database_url)
    app = Starlette(
        routes=[*build_imports(), *build_profile(), *build_records()],
        middleware=[Middleware(LoggedIn)],
        exception_handlers=ErrorPages(templates).handlers,
        max_body_size=MAX_BODY_BYTES,
    )
    async with open_fact_reader(database_url) as reader:
        state = {
            "clock": lambda: now,
            "knowledge": Knowledge(reader, settings),
            "sessions": sessions,
            "settings": settings,
            "templates": templates,
        }
        for name, value in state.items():
            setattr(app.state, name, value)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://console.test") as client:
            yield client
