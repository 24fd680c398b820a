"""Pages of the console on a small app, where somebody is always logged in. Templates are compiled once for
all tests of a process: it takes longer than what most tests do with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import cookie_parser
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from console.clock import now
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.commands import Commands
from console.live.memory_bus import MemoryBus
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
from console.web.static import StaticLibrary
from console.web.templates import Templates

ZONE = ZoneInfo("Europe/Bratislava")
ANA = Viewer(1, "ana@shop.example", "Ana Nováková", Role.AGENT, 1, "1001", "secret-of-ana", "en")
ANA_AS_ADMIN = replace(ANA, role=Role.ADMIN)
WHO = "who"
"""The header, or cookie, with the e-mail of whom a request comes from instead."""


@cache
def templates_in(zone: ZoneInfo = ZONE) -> Templates:
    """The real templates, in English, read in `zone`."""
    return Templates(locale="en", zone=zone, static=StaticLibrary())


class LoggedIn:
    """`viewer` is logged in; a request may say that it comes from another (WHO), or in which `role`."""

    def __init__(self, app: ASGIApp, viewer: Viewer = ANA) -> None:
        self.app = app
        self._viewer = viewer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        said = {**cookie_parser(headers.get("cookie", "")), **headers}
        role, email = Role(said.get("role", self._viewer.role)), said.get(WHO, self._viewer.email)
        viewer = replace(self._viewer, role=role, email=email)
        scope["viewer"] = viewer
        scope.setdefault("state", {}).update(viewer=viewer, csrf=viewer.csrf, locale="en")
        await self.app(scope, receive, send)


def small_app(
    routes: Sequence[BaseRoute],
    state: Mapping[str, Any],
    *,
    viewer: Viewer = ANA,
    outside: Sequence[Middleware] = (),
    lifespan: Lifespan[Starlette] | None = None,
) -> Starlette:
    """An app with these routes; what its pages ask for is in `state`. `outside` comes before the log-in."""
    templates = templates_in()
    app = Starlette(
        routes=routes,
        middleware=[*outside, Middleware(LoggedIn, viewer)],
        exception_handlers=ErrorPages(templates).handlers,
        max_body_size=MAX_BODY_BYTES,
        lifespan=lifespan,
    )
    known = {"templates": templates, "commands": Commands(MemoryBus(), now)}
    for name, value in {**known, **state}.items():
        setattr(app.state, name, value)
    return app


def browser_of(app: Starlette, **headers: str) -> httpx.AsyncClient:
    """Who sends its requests to the app."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(transport=transport, base_url="http://console.test", headers=headers)
