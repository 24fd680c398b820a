"""Whatever fails, the reader gets one clear sentence and no trace."""

import logging
from http import HTTPStatus

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from console.errors import ForbiddenError, InvalidError, NotFoundError, Problem
from tests.console.web.conftest import MakeApp, MakeClient, open_socket

FAILURES: dict[str, Exception] = {
    "unknown": HTTPException(401),
    "missing": NotFoundError("There is no call c-1."),
    "invalid": InvalidError([Problem("phones[0]", "<b>x</b> is no number"), Problem("name", "is empty")]),
    "busy": HTTPException(429, headers={"Retry-After": "7"}),
    "bug": ZeroDivisionError("the secret is 42"),
}


async def fail(request: Request) -> Response:
    raise FAILURES[request.path_params["how"]]


async def fail_socket(websocket: WebSocket) -> None:
    raise ForbiddenError("Not from here.")


@pytest.fixture
def client(make_client: MakeClient) -> httpx.AsyncClient:
    return make_client(Route("/{how}", fail), Route("/api/v1/{how}", fail))


async def test_a_page_says_what_is_wrong(client: httpx.AsyncClient) -> None:
    answer = await client.get("/missing")
    assert answer.status_code == 404
    assert "There is no call c-1." in answer.text
    assert "<html" in answer.text


async def test_whoever_is_not_logged_in_is_led_there(client: httpx.AsyncClient) -> None:
    assert 'href="/login"' in (await client.get("/unknown")).text
    assert 'href="/login"' not in (await client.get("/missing")).text


async def test_what_was_sent_is_only_ever_text(client: httpx.AsyncClient) -> None:
    assert "&lt;b&gt;x&lt;/b&gt; is no number" in (await client.get("/invalid")).text


async def test_the_api_answers_with_problems(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/invalid")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": HTTPStatus(422).phrase,
        "status": 422,
        "detail": "Some of this could not be used. Nothing was changed.",
        "errors": [
            {"where": "phones[0]", "why": "<b>x</b> is no number"},
            {"where": "name", "why": "is empty"},
        ],
    }


async def test_an_unknown_address_of_the_api_is_a_problem_too(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/no/such/thing")
    assert (answer.status_code, answer.json()["errors"]) == (404, [])
    assert "nothing at this address" in answer.json()["detail"]


async def test_a_fragment_is_answered_with_a_fragment(client: httpx.AsyncClient) -> None:
    text = (await client.get("/missing", headers={"HX-Request": "true"})).text
    assert "There is no call c-1." in text
    assert "<html" not in text


async def test_a_bug_is_logged_with_the_reference_and_not_shown(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "console.web.errors"):
        answer = await client.get("/bug")
    (record,) = caplog.records
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "42" not in answer.text.replace(record.args[0], "")  # type: ignore[index, arg-type]
    assert str(record.args[0]) in answer.text  # type: ignore[index]
    assert record.exc_info is not None


@pytest.mark.parametrize("path", ["/a%00b", "/missing?number=%00", "/api/v1/a%00b"])
async def test_nul_gets_nowhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert "could not be read" in answer.text


@pytest.mark.parametrize("path", ["/a%ff", "/missing?number=%e4", "/api/v1/a%c3"])
async def test_bytes_that_are_no_text_get_nowhere(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 400
    assert "no UTF-8" in answer.text
    assert (await client.get("/missing?name=Ľ%ef%bf%bd%20")).status_code == 404


async def test_headers_of_an_error_are_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/busy")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    refused = await client.post("/missing")
    assert (refused.status_code, set(refused.headers["Allow"].split(", "))) == (405, {"GET", "HEAD"})


async def test_a_socket_is_refused_before_the_upgrade(make_app: MakeApp) -> None:
    start, body = await open_socket(make_app(WebSocketRoute("/socket", fail_socket)), "/socket")
    assert (start["type"], start["status"]) == ("websocket.http.response.start", 403)
    assert body["body"] == b"Not from here."


async def test_even_a_broken_error_page_leaves_a_sentence(
    make_client: MakeClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = make_client(Route("/{how}", fail))
    monkeypatch.setattr("console.web.templates.Templates.render", lambda *_, **__: 1 / 0)
    answer = await client.get("/missing")
    assert (answer.status_code, answer.text) == (404, "There is no call c-1.")
    assert "could not be drawn" in caplog.text
