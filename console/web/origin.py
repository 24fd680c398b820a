"""Same origin: whether a request was started by one of our own pages.

A browser says with each WebSocket and each form in `Origin` which page started it. A page elsewhere cannot
change that, so a request from there can be told and refused, whatever cookies it carries.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from console.errors import ForbiddenError
from console.web.i18n import N_
from console.web.i18n import gettext as _

API_PREFIX = "/api/"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSAL = N_(
    "This request did not come from a page of this console, so nothing was done. Behind a proxy, set "
    "LINESIDE_PUBLIC_URL to the address that people type."
)


def same_origin(headers: Headers, public_url: str | None) -> bool:
    """Whether `Origin` is the host that the request was sent to, or that of PUBLIC_URL (behind a proxy)."""
    origin = urlsplit(headers.get("origin", "null"))
    if origin.scheme not in {"http", "https"} or not origin.netloc:
        return False
    if public_url and (origin.scheme, origin.netloc) == urlsplit(public_url)[:2]:
        return True
    return origin.netloc == headers.get("host", "")


class SameOrigin:
    """Refuses a WebSocket from elsewhere, or from nowhere, before the upgrade; and a form from elsewhere.

    A form without `Origin` passes: old browsers leave it out, and its CSRF secret is checked besides. So does
    the API: it takes no cookie, hence nothing that a page elsewhere could misuse.
    """

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self.app = app
        self.public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._needs_origin(scope) and not same_origin(Headers(scope=scope), self.public_url):
            raise ForbiddenError(_(REFUSAL))
        await self.app(scope, receive, send)

    def _needs_origin(self, scope: Scope) -> bool:
        if scope["type"] != "http":
            return bool(scope["type"] == "websocket")  # else the start and end of the server
        if scope["method"] in SAFE_METHODS or scope["path"].startswith(API_PREFIX):
            return False
        return "origin" in Headers(scope=scope)
