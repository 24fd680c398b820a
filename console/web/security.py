"""The security headers that every answer carries."""

import re
from functools import lru_cache

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")

FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000"
PRIVATE = "no-store"
"""Pages and answers hold customers' data: a browser keeps none of it, unless a view says otherwise."""


@lru_cache(maxsize=256)
def content_policy(host: str, secure: bool) -> str:
    """The Content-Security-Policy: only our own files, no inline code, no frames.

    The WebSocket's address is named because not every browser counts it as 'self'.
    """
    socket = f" {'wss' if secure else 'ws'}://{host}" if HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'{socket}; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


class SecurityHeaders:
    """Adds the headers to every answer, also to errors and to refused WebSockets. Goes outermost."""

    def __init__(self, app: ASGIApp, public_url: str | None) -> None:
        self.app = app
        self.secure = bool(public_url and public_url.startswith("https:"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                self._add(MutableHeaders(scope=message), Headers(scope=scope))
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add(self, answer: MutableHeaders, request: Headers) -> None:
        for name, value in FIXED.items():
            answer.setdefault(name, value)
        answer["Content-Security-Policy"] = content_policy(request.get("host", ""), self.secure)
        answer.setdefault("Cache-Control", PRIVATE)
        if self.secure:
            answer["Strict-Transport-Security"] = HSTS
