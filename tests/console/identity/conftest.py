"""A console with people in it, a clock that tests move, and browsers."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from console.db.engine import Sessions
from console.identity import views
from console.identity.actions import NewUser, add_user
from console.identity.guard import require
from console.identity.middleware import floor
from console.identity.models import Role, User
from console.identity.passwords import Passwords
from console.identity.permissions import Permission
from console.live.memory_bus import MemoryBus
from console.web.errors import ErrorPages
from console.web.forms import read_form
from tests.fakes.pages import templates_in

PASSWORD = "correct horse"


@dataclass
class MovableClock:
    """Says the moment that the test sets."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


@pytest.fixture
def clock(now: datetime) -> MovableClock:
    return MovableClock(now)


@pytest.fixture
def passwords() -> Passwords:
    """As in the console, but cheap."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def ana(sessions: Sessions, passwords: Passwords, now: datetime) -> User:
    """An agent of the first line who can log in with PASSWORD."""
    return await stored_user(sessions, passwords, now, email="ana@example.com", name="Ana", role=Role.AGENT)


async def stored_user(
    sessions: Sessions, passwords: Passwords, at: datetime, *, email: str, name: str, role: Role
) -> User:
    """A user in the database."""
    new = NewUser(email=email, name=name, role=role, password=PASSWORD)
    async with sessions.begin() as session:
        return await add_user(session, new, await passwords.hash(PASSWORD), at)


async def who(request: Request) -> Response:
    """A page that says who is asking."""
    holder = request.scope["viewer"] or request.scope["token"]
    return PlainTextResponse(f"{holder.name}, {request.state.locale}")


async def save(request: Request) -> Response:
    """A form that saves something."""
    return PlainTextResponse((await read_form(request)).text("what"))


ROUTES: list[BaseRoute] = [
    Route("/login", views.login_form, middleware=require(Permission.PUBLIC)),
    Route("/login", views.log_in_by_form, methods=["POST"], middleware=require(Permission.PUBLIC)),
    Route("/logout", views.log_out, methods=["POST"], middleware=require(Permission.DESK)),
    Route("/desk", who, middleware=require(Permission.DESK)),
    Route("/desk/save", save, methods=["POST"], middleware=require(Permission.DESK)),
    Route("/board", who, middleware=require(Permission.BOARD_READ)),
    Route("/api/v1/queues", who, middleware=require(Permission.BOARD_READ)),
    Route("/api/v1/calls", who, middleware=require(Permission.CALLS_READ)),
]


def console_app(
    sessions: Sessions, passwords: Passwords, clock: MovableClock, public_url: str | None = None
) -> Starlette:
    """A console with ROUTES, put together as the real one is."""
    templates = templates_in()
    pages = ErrorPages(templates)
    middleware = floor(pages, sessions, locale="en", public_url=public_url, clock=clock)
    app = Starlette(routes=ROUTES, middleware=middleware, exception_handlers=pages.handlers)
    app.state.sessions, app.state.passwords, app.state.clock = sessions, passwords, clock
    app.state.templates, app.state.public_url, app.state.bus = templates, public_url, MemoryBus()
    return app


@pytest.fixture
def app(sessions: Sessions, passwords: Passwords, clock: MovableClock) -> Starlette:
    return console_app(sessions, passwords, clock)


class Browser(httpx.AsyncClient):
    """Keeps cookies, reads forms."""

    async def log_in(
        self, email: str = "ana@example.com", password: str = PASSWORD, next_page: str = ""
    ) -> httpx.Response:
        """Fill in the log-in form and send it."""
        page = await self.get("/login", params={"next": next_page})
        fields = {"email": email, "password": password, **hidden_fields(page.text)}
        return await self.post("/login", data=fields)


def hidden_fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))


def browser_of(app: Starlette, address: str = "192.0.2.7", url: str = "http://console.test") -> Browser:
    """A browser at `address` that opens `url`."""
    return Browser(transport=httpx.ASGITransport(app, client=(address, 40000)), base_url=url)


@pytest.fixture
def browser(app: Starlette) -> Browser:
    return browser_of(app)
