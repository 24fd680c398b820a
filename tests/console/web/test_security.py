"""Every answer carries the security headers, whatever it is."""

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from console.errors import ForbiddenError
from console.web.security import content_policy
from tests.console.web.conftest import MakeApp, MakeClient, open_socket

NAMES = [
    "Content-Security-Policy",
    "X-Content-Type-Options",
    "X-Frame-Options",
    "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Cache-Control",
]


async def page(_request: Request) -> Response:
    return PlainTextResponse("fine")


async def keep(_request: Request) -> Response:
    return PlainTextResponse("fine", headers={"Cache-Control": "max-age=60"})


async def bug(_request: Request) -> Response:
    raise ZeroDivisionError


async def refuse(_socket: WebSocket) -> None:
    raise ForbiddenError("No.")


@pytest.mark.parametrize("path", ["/", "/bug", "/missing", "/api/v1/missing"])
async def test_every_answer_has_them(make_client: MakeClient, path: str) -> None:
    answer = await make_client(Route("/", page), Route("/bug", bug)).get(path)
    assert [name for name in NAMES if name not in answer.headers] == []


async def test_a_refused_socket_has_them_too(make_app: MakeApp) -> None:
    start = (await open_socket(make_app(WebSocketRoute("/live", refuse)), "/live"))[0]
    names = {name.decode() for name, _ in start["headers"]}
    assert {name.lower() for name in NAMES} <= names


async def test_nothing_is_kept_unless_a_view_says_so(make_client: MakeClient) -> None:
    client = make_client(Route("/", page), Route("/keep", keep))
    assert (await client.get("/")).headers["Cache-Control"] == "no-store"
    assert (await client.get("/keep")).headers["Cache-Control"] == "max-age=60"


async def test_https_is_asked_for_only_where_it_is_served(make_client: MakeClient) -> None:
    header = "Strict-Transport-Security"
    assert header not in (await make_client(Route("/", page)).get("/")).headers
    assert header not in (await make_client(Route("/", page), public_url="http://a.test").get("/")).headers
    assert header in (await make_client(Route("/", page), public_url="https://a.test").get("/")).headers


def test_no_inline_code_and_no_frames() -> None:
    policy = dict(
        part.strip().split(" ", 1) for part in content_policy("console.test:8000", False).split(";")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": "'self' ws://console.test:8000",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }


@pytest.mark.parametrize("host", ["console.test", "127.0.0.1:8000", "[::1]:8000"])
def test_the_socket_of_this_host_may_be_opened(host: str) -> None:
    assert f"connect-src 'self' wss://{host};" in content_policy(host, True)


@pytest.mark.parametrize("host", ["", "a; script-src *", "a b", "a\r\nX: y", "*", "a:b"])
def test_a_strange_host_changes_nothing(host: str) -> None:
    assert "connect-src 'self';" in content_policy(host, False)
