"""Requests that other pages start are told and refused."""

import pytest
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from console.web.origin import SameOrigin, same_origin
from tests.console.web.conftest import MakeApp, MakeClient, open_socket

GUARD = [Middleware(SameOrigin, public_url=None)]


async def page(_request: Request) -> Response:
    return PlainTextResponse("done")


async def live(websocket: WebSocket) -> None:
    await websocket.accept()


@pytest.mark.parametrize(
    ("origin", "public_url", "same"),
    [
        ("http://console.test", None, True),
        ("https://console.test", None, True),  # a proxy in front speaks TLS
        ("http://console.test:8000", None, False),
        ("http://evil.test", None, False),
        ("http://console.test.evil.test", None, False),
        ("null", None, False),
        ("", None, False),
        (None, None, False),
        ("file://console.test", None, False),
        ("https://desk.example.com", "https://desk.example.com", True),
        ("https://desk.example.com", "https://desk.example.com/lineside/", True),
        ("http://desk.example.com", "https://desk.example.com", False),
        ("http://console.test", "https://desk.example.com", True),
    ],
)
def test_same_origin(origin: str | None, public_url: str | None, same: bool) -> None:
    headers = {"host": "console.test"} | ({} if origin is None else {"origin": origin})
    assert same_origin(Headers(headers), public_url) is same


@pytest.mark.parametrize(
    ("origin", "kind"),
    [
        ({"Origin": "http://console.test"}, "websocket.accept"),
        ({"Origin": "http://evil.test"}, "websocket.http.response.start"),
        ({}, "websocket.http.response.start"),
    ],
)
async def test_a_socket_from_elsewhere_is_refused_before_the_upgrade(
    make_app: MakeApp, origin: dict[str, str], kind: str
) -> None:
    app = make_app(WebSocketRoute("/live", live, middleware=GUARD))
    assert (await open_socket(app, "/live", {"Host": "console.test", **origin}))[0]["type"] == kind


@pytest.mark.parametrize(
    ("method", "origin", "status"),
    [
        ("POST", "http://evil.test", 403),
        ("DELETE", "null", 403),
        ("POST", "http://console.test", 200),
        ("POST", None, 200),
        ("GET", "http://evil.test", 200),
    ],
)
async def test_forms(make_client: MakeClient, method: str, origin: str | None, status: int) -> None:
    client = make_client(Route("/", page, methods=["GET", "POST", "DELETE"], middleware=GUARD))
    headers = {} if origin is None else {"Origin": origin}
    assert (await client.request(method, "/", headers=headers)).status_code == status


async def test_the_api_takes_no_cookie_and_may_be_called_from_anywhere(make_client: MakeClient) -> None:
    client = make_client(Route("/api/v1/pick", page, methods=["POST"], middleware=GUARD))
    assert (await client.post("/api/v1/pick", headers={"Origin": "http://crm.test"})).status_code == 200
