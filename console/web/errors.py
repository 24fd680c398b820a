"""What a reader gets when something fails: a page, a fragment for htmx, or `application/problem+json`.

The one place that turns errors into answers. A LinesideError says itself what is wrong; anything unexpected
is logged with a reference that the reader can quote, and never shown.
"""

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from console.errors import InvalidError, LinesideError, Problem
from console.web.i18n import N_
from console.web.i18n import gettext as _
from console.web.origin import API_PREFIX
from console.web.templates import Templates

logger = logging.getLogger(__name__)

REFERENCE_BYTES = 4
STARTS = frozenset({"http.response.start", "websocket.accept", "websocket.http.response.start"})

SENTENCES: dict[int, str] = {
    400: N_("The request could not be read. Check it, or go back and try again."),
    401: N_("Log in first."),
    403: N_("You may not see or do this. Ask an administrator of this console if you should."),
    404: N_("There is nothing at this address. Check how it is written."),
    405: N_("This address does not do that. Check the method, or go back and try again."),
    413: N_("This is more than one request may hold. Send it in smaller parts."),
    429: N_("Too many requests. Wait a moment and try again."),
}
"""For errors that come with a status only."""

UNEXPECTED = N_(
    "Something went wrong on our side; what was saved before is safe. Try again. If it stays, tell your "
    "administrator the reference %(reference)s."
)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as its reader sees it."""

    status: int
    sentence: str
    problems: tuple[Problem, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What HTTP calls the status."""
        return HTTPStatus(self.status).phrase


def explain(error: Exception) -> Failure:
    """The failure that `error` is. What we do not know is logged here, and given a reference."""
    if isinstance(error, InvalidError):
        return Failure(
            error.status, _("Some of this could not be used. Nothing was changed."), tuple(error.problems)
        )
    if isinstance(error, LinesideError):
        return Failure(error.status, str(error))
    if isinstance(error, HTTPException):
        return Failure(error.status_code, _status_sentence(error), headers=error.headers or {})
    reference = secrets.token_hex(REFERENCE_BYTES)
    logger.error("unexpected error, reference %s", reference, exc_info=error)
    sentence = _(UNEXPECTED, reference=reference)
    return Failure(HTTPStatus.INTERNAL_SERVER_ERROR, sentence)


def _status_sentence(error: HTTPException) -> str:
    if error.detail != HTTPStatus(error.status_code).phrase:
        return error.detail
    return _(SENTENCES[error.status_code]) if error.status_code in SENTENCES else error.detail


def problem_response(failure: Failure) -> JSONResponse:
    """The failure as RFC 9457 `application/problem+json`, with `errors` for what is wrong where."""
    content = {
        "type": "about:blank",
        "title": failure.title,
        "status": failure.status,
        "detail": _printable(failure.sentence),
        "errors": problem_list(failure.problems),
    }
    return JSONResponse(content, failure.status, failure.headers, "application/problem+json")


def problem_list(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """What is wrong where, for JSON."""
    return [{"where": _printable(problem.where), "why": _printable(problem.why)} for problem in problems]


def _printable(text: str) -> str:
    """Half a character (a lone surrogate), which JSON can send to us, cannot be sent back."""
    return text.encode(errors="replace").decode()


class ErrorPages:
    """Answers errors with `error.html`, for htmx with `_error.html`, under `/api/` with problem+json."""

    def __init__(self, templates: Templates) -> None:
        self.templates = templates
        self.handlers: dict[type[Exception], ExceptionHandler] = {
            HTTPException: self.respond,
            LinesideError: self.respond,
        }
        """For Starlette's `exception_handlers`."""

    async def respond(self, connection: HTTPConnection, error: Exception) -> Response:
        """The answer to a request that failed with `error`."""
        failure = explain(error)
        if not isinstance(connection, Request):
            return PlainTextResponse(failure.sentence, failure.status)
        if connection.url.path.startswith(API_PREFIX):
            return problem_response(failure)
        return self._page(connection, failure)

    def _page(self, request: Request, failure: Failure) -> Response:
        name = "_error.html" if "HX-Request" in request.headers else "error.html"
        context = {"failure": failure}
        try:
            return self.templates.response(
                request, name, context, status=failure.status, headers=failure.headers
            )
        except Exception:  # the page itself is broken: a bare sentence is better than none
            logger.exception("the error page could not be drawn")
            return PlainTextResponse(failure.sentence, failure.status, failure.headers)


class CatchErrors:
    """Answers what nothing further in caught. Goes inside SecurityHeaders, outside everything else."""

    def __init__(self, app: ASGIApp, pages: ErrorPages) -> None:
        self.app = app
        self.pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] in STARTS
            await send(message)

        try:
            _refuse_what_is_no_text(scope)
            await self.app(scope, receive, watch)
        except Exception as error:
            if started or scope["type"] == "lifespan":
                raise  # too late for an answer: the server logs it and drops the connection
            response = await self.pages.respond(_connection(scope, receive, send), error)
            await _answer(response, scope, receive, send)


def _refuse_what_is_no_text(scope: Scope) -> None:
    """PostgreSQL cannot compare text with NUL in it, and no address of ours has one. Bytes that are no UTF-8
    would all become the same sign: two keys, one record."""
    query = scope.get("query_string", b"")
    if "\0" in scope.get("path", "") or b"%00" in query:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    try:
        unquote_to_bytes(scope.get("raw_path", b"") + b"?" + query).decode()
    except UnicodeDecodeError:
        sentence = _("The address holds bytes that are no UTF-8. Write what is no ASCII in it as UTF-8.")
        raise HTTPException(HTTPStatus.BAD_REQUEST, sentence) from None


def _connection(scope: Scope, receive: Receive, send: Send) -> HTTPConnection:
    return Request(scope, receive, send) if scope["type"] == "http" else HTTPConnection(scope)


async def _answer(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
        response = WebSocketClose()  # type: ignore[assignment]  # servers turn it into 403 before the upgrade
    await response(scope, receive, send)
