"""Log-in and log-out. Of `app.state` they use sessions, templates, passwords, bus, clock and
public_url."""

import secrets
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.identity import sessions as logins
from console.identity.guard import LOGIN_PATH
from console.identity.login import WrongCredentialsError, log_in
from console.identity.middleware import FORM_COOKIE
from console.identity.throttle import TooManyTriesError
from console.web.forms import read_form
from console.web.i18n import gettext as _
from console.web.i18n import ngettext
from console.web.templates import Templates

ENDED_SESSIONS = "ended sessions"
"""The bus channel that says which sessions ended (`session`), for those who hold connections of theirs."""

HOME = "/desk"
CSRF_BYTES = 32
LONGEST_IN_SECONDS = 90


def safe_next(target: str) -> str:
    """`target` when it is a page of this console, else the desk: a log-in never leads elsewhere."""
    printable = target.isprintable() and "\\" not in target
    parts = urlsplit(target) if printable and target.startswith("/") and not target.startswith("//") else None
    if parts is None or parts.scheme or parts.netloc or parts.path in {"/", LOGIN_PATH, "/logout"}:
        return HOME
    return target


async def login_form(request: Request) -> Response:
    """GET /login"""
    target = safe_next(request.query_params.get("next", ""))
    if request.state.viewer is not None:
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)
    return _draw(request, target)


async def log_in_by_form(request: Request) -> Response:
    """POST /login: a new session and on to the page, or the form again with what is wrong."""
    form = await read_form(request)
    email, target = form.text("email"), safe_next(form.text("next"))
    try:
        token = await _log_in(request, email, form.get("password", ""))
    except WrongCredentialsError as error:
        problem = _("The e-mail or the password is wrong. Check both, and whether Caps Lock is on.")
        return _draw(request, target, email, problem, error.status)
    except TooManyTriesError as error:
        answer = _draw(request, target, email, _wait(error.wait_s), error.status)
        answer.headers["Retry-After"] = str(error.wait_s)
        return answer
    await _end_session(request)
    return _enter(request, target, token)


async def log_out(request: Request) -> Response:
    """POST /logout"""
    await read_form(request)
    await _end_session(request)
    if request.state.viewer is not None:
        await request.app.state.bus.send(ENDED_SESSIONS, {"session": request.state.viewer.session})
    response = RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER)
    response.delete_cookie(logins.COOKIE, httponly=True, samesite="lax", secure=_secure(request))
    return response


async def _log_in(request: Request, email: str, password: str) -> str:
    state = request.app.state
    return await log_in(
        state.sessions,
        state.passwords,
        email=email,
        password=password,
        address=request.client.host if request.client else "",
        at=state.clock(),
    )


def _enter(request: Request, target: str, token: str) -> Response:
    response = RedirectResponse(target, HTTPStatus.SEE_OTHER)
    secure = _secure(request)
    response.set_cookie(logins.COOKIE, token, httponly=True, samesite="lax", secure=secure)
    response.delete_cookie(FORM_COOKIE, httponly=True, samesite="lax", secure=secure)
    return response


async def _end_session(request: Request) -> None:
    """End the session that the browser came with."""
    token = request.cookies.get(logins.COOKIE)
    if token:
        async with request.app.state.sessions.begin() as session:
            await logins.end(session, token)


def _draw(
    request: Request, target: str, email: str = "", problem: str = "", status: int = HTTPStatus.OK
) -> Response:
    csrf = request.state.csrf = request.state.csrf or secrets.token_urlsafe(CSRF_BYTES)
    context = {"next": target, "email": email, "problem": problem}
    templates: Templates = request.app.state.templates
    response = templates.response(request, "login.html", context, status=status)
    response.set_cookie(FORM_COOKIE, csrf, httponly=True, samesite="lax", secure=_secure(request))
    return response


def _secure(request: Request) -> bool:
    return str(request.app.state.public_url or "").startswith("https:")


def _wait(seconds: int) -> str:
    if seconds <= LONGEST_IN_SECONDS:
        return ngettext(
            "Too many failed log-ins. Try again in %(num)d second.",
            "Too many failed log-ins. Try again in %(num)d seconds.",
            seconds,
        )
    return ngettext(
        "Too many failed log-ins. Try again in %(num)d minute.",
        "Too many failed log-ins. Try again in %(num)d minutes.",
        -(-seconds // 60),
    )
