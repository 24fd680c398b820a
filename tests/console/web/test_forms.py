"""Forms are read within bounds, and only with the reader's secret."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import Message

from console.errors import ForbiddenError
from console.web import forms
from console.web.forms import Form, read_form

SECRET = "the secret"


async def post(body: bytes, kind: str = "application/x-www-form-urlencoded", **headers: str) -> Form:
    """Read the form of a request of a reader whose secret is SECRET."""
    sent = {"content-type": kind, **headers}
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": "/",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "app": Starlette(),
        "state": {"csrf": SECRET},
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return await read_form(Request(scope, receive))


async def test_the_secret_may_come_in_a_field_or_a_header() -> None:
    assert (await post(b"csrf_token=the+secret&name=+Ana+")).text("name") == "Ana"
    assert (await post(b"name=Ana", **{"x-csrf-token": SECRET})).text("name") == "Ana"


@pytest.mark.parametrize(
    "body", [b"", b"csrf_token=", b"csrf_token=other", b"csrf_token=%C3%A1&csrf=the+secret"]
)
async def test_without_it_nothing_is_done(body: bytes) -> None:
    with pytest.raises(ForbiddenError, match="reload the page"):
        await post(body)


async def test_a_reader_without_a_secret_can_post_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.console.web.test_forms.SECRET", "")
    with pytest.raises(ForbiddenError):
        await post(b"csrf_token=")


async def test_nul_is_left_out() -> None:
    assert (await post(b"csrf_token=the+secret&name=A%00na")).text("name") == "Ana"


async def test_fields_that_were_not_sent_are_empty_and_some_come_often() -> None:
    form = await post(b"csrf_token=the+secret&queue=a&queue=b")
    assert (form.text("name"), form.getlist("queue")) == ("", ["a", "b"])


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"csrf_token=the+secret" + b"&a=1" * forms.MAX_FIELDS, "Too many fields"),
        (b"csrf_token=the+secret&a=" + b"1" * (forms.MAX_FIELD_BYTES + 1), "maximum size"),
    ],
)
async def test_forms_are_bounded(body: bytes, what: str) -> None:
    with pytest.raises(Exception, match=what):
        await post(body)


async def test_files_are_not_taken() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nx\r\n--b--\r\n'
    with pytest.raises(Exception, match="Too many files"):
        await post(part, "multipart/form-data; boundary=b")
