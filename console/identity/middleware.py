"""Loads who is asking, once per request.

`scope["viewer"]` is the Viewer or None, `scope["token"]` the TokenHolder or None; `request.state` has
`viewer`, too, and `csrf`.
"""

from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from console.clock import Clock
from console.db.engine import Sessions
from console.identity import sessions as logins
from console.identity import tokens
from console.identity.lookup import Lookup
from console.identity.viewer import TokenHolder
from console.web.errors import CatchErrors, ErrorPages
from console.web.i18n import UseLocale
from console.web.origin import API_PREFIX, SameOrigin
from console.web.security import SecurityHeaders
from console.web.static import PREFIX as STATIC_PREFIX

FORM_COOKIE = "lineside_form"
"""The CSRF secret of a browser in which nobody is logged in yet, for the log-in form."""

BEARER = "bearer "


def floor(
    pages: ErrorPages, sessions: Sessions, *, locale: str, public_url: str | None, clock: Clock
) -> list[Middleware]:
    """All middleware of the console, outermost first: the order matters."""
    return [
        Middleware(SecurityHeaders, public_url=public_url),
        Middleware(UseLocale, locale=locale),
        Middleware(CatchErrors, pages=pages),
        Middleware(SameOrigin, public_url=public_url),
        Middleware(LoadViewer, sessions=sessions, locale=locale, clock=clock),
    ]


class LoadViewer:
    """Reads the session cookie for pages, the bearer token for the API."""

    def __init__(self, app: ASGIApp, sessions: Sessions, locale: str, clock: Clock) -> None:
        self.app = app
        self.sessions = sessions
        self.lookup = Lookup(sessions, locale, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._load(HTTPConnection(scope))
        await self.app(scope, receive, send)

    async def _load(self, connection: HTTPConnection) -> None:
        scope, path = connection.scope, connection.url.path
        viewer = token = None
        if path.startswith(API_PREFIX):
            token = await self._token(connection.headers.get("authorization", ""))
        elif not path.startswith(f"{STATIC_PREFIX}/"):
            cookie = connection.cookies.get(logins.COOKIE)
            viewer = await self.lookup.viewer(cookie) if cookie else None
        scope["viewer"], scope["token"] = viewer, token
        connection.state.viewer = viewer
        connection.state.csrf = viewer.csrf if viewer else connection.cookies.get(FORM_COOKIE, "")

    async def _token(self, authorization: str) -> TokenHolder | None:
        if not authorization.lower().startswith(BEARER):
            return None
        async with self.sessions() as session:
            return await tokens.load(session, authorization[len(BEARER) :].strip())
