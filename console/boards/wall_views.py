"""The wallboard: `/board/wall` for who is logged in, `/wall/TOKEN` for a screen that has a link instead.

A link opens its own page and the live connection of that, and nothing else: it is no session, and no other
route looks for it. Its address goes into no `Referer`, and no search engine keeps it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import quote

from starlette.datastructures import QueryParams
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.websockets import WebSocket

from console.boards.displays import display_of, display_with
from console.boards.models import WallLink
from console.boards.opening import Boards
from console.boards.paths import LIVE_WALL
from console.boards.wall import Choice, choose
from console.boards.wall_links import choice_of, find_link, touch_links
from console.errors import LinesideError, NotFoundError
from console.identity import throttle
from console.live.socket import connect
from console.web.i18n import gettext as _

HIDDEN = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}

THEMES = ("dark", "light")
"""The first one is usual: a screen on a wall shines less."""

TURN_S = 10
SHORTEST_TURN_S, LONGEST_TURN_S = 3, 300
"""Of queues that do not fit so many seconds are shown before the next ones are."""

TOUCH_EVERY = timedelta(minutes=1)


class RevokedError(LinesideError):
    """The link shows nothing any more."""

    status = HTTPStatus.GONE


async def wall_page(request: Request) -> Response:
    """GET /board/wall: `queue` and `show` say what it shows, as often as wanted; `theme` and `turn` how."""
    choice, query = _chosen(request.query_params), request.url.query
    return _page(request, choice, _("Wallboard"), f"{LIVE_WALL}?{query}" if query else LIVE_WALL)


async def shared_wall_page(request: Request) -> Response:
    """GET /wall/{token}: the wall of a link. `theme` and `turn` say how it looks."""
    token = request.path_params["token"]
    try:
        link = await _admitted(request, token)
    except LinesideError as error:
        return _nothing(request, error)
    return _page(request, choice_of(link), link.name, f"{LIVE_WALL}/{quote(token)}")


async def wall_endpoint(websocket: WebSocket) -> None:
    """`/live/wall`: the live connection of /board/wall, with the same parameters."""
    display = display_of(websocket.scope["viewer"], _chosen(websocket.query_params))
    await connect(websocket, websocket.app.state.boards.walls.hub, display)


async def shared_wall_endpoint(websocket: WebSocket) -> None:
    """`/live/wall/{token}`: the live connection of a link. Refused before the upgrade where there is none."""
    link = await _admitted(websocket, websocket.path_params["token"])
    state = websocket.app.state
    display = display_with(link.id, choice_of(link), state.templates.locale)
    await connect(websocket, state.boards.walls.hub, display)


def _chosen(query: QueryParams) -> Choice:
    return choose(query.getlist("queue"), query.getlist("show"))


async def _admitted(connection: HTTPConnection, token: str) -> WallLink:
    """The link with this token: it is in use now. Raises TooManyTriesError, NotFoundError, RevokedError."""
    state, address = connection.app.state, connection.client.host if connection.client else ""
    at: datetime = state.clock()
    async with state.sessions.begin() as session:
        await throttle.admit_link(session, address, at)
        link = await find_link(session, token)
        if link is None:
            await throttle.count_wrong_link(session, address, at)
        elif link.revoked_at is None and (link.used_at is None or at - link.used_at >= TOUCH_EVERY):
            await touch_links(session, [link.id], at)
    if link is None:
        raise NotFoundError(_("There is no such link. Check the address, or ask a supervisor for a new one."))
    if link.revoked_at is not None:
        raise RevokedError(_("This link was revoked. Ask a supervisor for a new one."))
    return link


def _page(request: Request, choice: Choice, name: str, live: str) -> Response:
    state, query = request.app.state, request.query_params
    boards: Boards = state.boards
    theme, turn = query.get("theme", ""), query.get("turn", "")
    context: Mapping[str, object] = {
        **boards.walls.renderer.context(choice, state.templates.locale),
        "name": name,
        "live": live,
        "zone": str(state.templates.zone),
        "theme": theme if theme in THEMES else THEMES[0],
        "turn_s": _seconds(turn),
    }
    response: Response = state.templates.response(request, "boards/wall.html", context, headers=HIDDEN)
    return response


def _seconds(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(LONGEST_TURN_S))):
        return TURN_S
    return min(max(int(typed), SHORTEST_TURN_S), LONGEST_TURN_S)


def _nothing(request: Request, error: LinesideError) -> Response:
    """A screen that shows nothing but why."""
    response: Response = request.app.state.templates.response(
        request, "boards/wall_gone.html", {"sentence": str(error)}, status=error.status, headers=HIDDEN
    )
    if isinstance(error, throttle.TooManyTriesError):
        response.headers["Retry-After"] = str(error.wait_s)
    return response
