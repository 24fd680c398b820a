"""Keeps routes to those who hold the permission that the route names.

    Route("/desk", desk, middleware=require(Permission.DESK))

works for `Route`, `WebSocketRoute` and `Mount` alike; `permission_of(route)` reads it back, so that a test
can walk the table of routes.
"""

from http import HTTPStatus
from typing import NoReturn
from urllib.parse import quote, urlsplit

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from console.errors import ForbiddenError, LinesideError
from console.identity.permissions import PERMISSIONS, Permission
from console.identity.viewer import TokenHolder, Viewer
from console.web.i18n import gettext as _
from console.web.origin import API_PREFIX

LOGIN_PATH = "/login"


class NotLoggedInError(LinesideError):
    """Nobody is logged in, or not any more."""

    status = HTTPStatus.UNAUTHORIZED


def require(permission: Permission) -> list[Middleware]:
    """For a route's `middleware`: only for those who hold `permission`; PUBLIC says that all may."""
    return [Middleware(Guard, permission=permission)]


def permission_of(route: BaseRoute) -> Permission | None:
    """The permission that `route` names, None when it names none."""
    app = getattr(route, "app", None)
    while app is not None and not isinstance(app, Guard):
        app = getattr(app, "app", None)
    return app.permission if app is not None else None


class Guard:
    """Lets a request pass when its viewer or token holds `permission`."""

    def __init__(self, app: ASGIApp, permission: Permission) -> None:
        self.app = app
        self.permission = permission

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        holder = holder_of(scope)
        if self.permission is Permission.PUBLIC or (holder is not None and holder.may(self.permission)):
            await self.app(scope, receive, send)
        elif holder is not None:
            raise ForbiddenError(self._refusal(holder))
        else:
            await _ask_to_log_in(HTTPConnection(scope))(scope, receive, send)

    def _refusal(self, holder: Viewer | TokenHolder) -> str:
        label = _(PERMISSIONS[self.permission].label)
        if isinstance(holder, TokenHolder):
            scopes = " ".join(sorted(PERMISSIONS[self.permission].scopes))
            return _(
                "This token lacks the scope %(scopes)s, needed for: %(label)s.", scopes=scopes, label=label
            )
        return _(
            "Your role, %(role)s, does not allow this: %(label)s. Ask an administrator if it should.",
            role=holder.role,
            label=label,
        )


def holder_of(scope: Scope) -> Viewer | TokenHolder | None:
    """Who is asking, as `middleware.LoadViewer` found."""
    holder: Viewer | TokenHolder | None = scope.get("viewer") or scope.get("token")
    return holder


def _ask_to_log_in(connection: HTTPConnection) -> Response:
    """Pages lead to the log-in; what cannot follow there (forms, sockets, the API) gets 401."""
    path = connection.url.path
    if path.startswith(API_PREFIX):
        _refuse_token()
    if connection.scope["type"] == "websocket":
        raise NotLoggedInError(_("You are not logged in, or not any more. Log in again."))
    target = f"{LOGIN_PATH}?next={quote(_page(connection), safe='/')}"
    if "HX-Request" in connection.headers:
        return Response(status_code=HTTPStatus.UNAUTHORIZED, headers={"HX-Redirect": target})
    if connection.scope["method"] in {"GET", "HEAD"}:
        return RedirectResponse(target, HTTPStatus.SEE_OTHER)
    raise NotLoggedInError(
        _("You are not logged in any more, so nothing was saved. Log in again, then repeat it.")
    )


def _refuse_token() -> NoReturn:
    raise HTTPException(
        HTTPStatus.UNAUTHORIZED,
        _("Send a token that is in force as `Authorization: Bearer lst_…`; `lineside token add` makes one."),
        headers={"WWW-Authenticate": "Bearer"},
    )


def _page(connection: HTTPConnection) -> str:
    """Where to come back to after the log-in: this page, or the one that asked for a fragment."""
    parts = urlsplit(connection.headers.get("HX-Current-URL", str(connection.url)))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
