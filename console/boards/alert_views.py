"""The day's list of alerts, `/board/alerts`, and whoever has seen one."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.alerts.keeping import entry_of
from console.alerts.log import Wanted, read_page, read_queues, see_alert
from console.boards.alert_drawing import draw_alert
from console.boards.opening import Boards
from console.boards.paths import ALERTS
from console.boards.ticking import MS_PER_S
from console.clock import on_clock
from console.db.writing import write
from console.desk.reading import Reader
from console.figures.intervals import midnight
from console.queues.directory import QueueInfo
from console.web.forms import read_form

FIELDS = ("day", "queue")
SEPARATOR = "~"
LONGEST_NUMBER = 18
"""Digits of a key; no more fit."""


async def alerts_page(request: Request) -> Response:
    """GET /board/alerts?day=&queue=&before=: the alerts of a day, the newest first."""
    state, asked = request.app.state, request.query_params
    boards: Boards = state.boards
    board, at, zone = boards.feed.board, state.clock(), state.templates.zone
    reader = Reader(request.state.viewer.locale, zone)
    day = _day(asked.get("day", "")) or on_clock(at, zone).date()
    since, until = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    wanted = Wanted(since, until, asked.get("queue", ""), before=_read_before(asked.get("before", "")))
    async with state.sessions() as session:
        page = await read_page(session, wanted)
        queues = [board.info(name) for name in await read_queues(session)]
    rows = [draw_alert(board, str(row.id), entry_of(row), reader, at) for row in page.rows]
    context = {
        "path": ALERTS,
        "now_ms": int(at.timestamp() * MS_PER_S),
        "rows": rows,
        "day": day.isoformat(),
        "queue": wanted.queue,
        "queues": sorted(queues, key=_title),
        "older": page.next and _path(asked, before=_write_before(page.next)),
    }
    response: Response = state.templates.response(request, "boards/alerts.html", context)
    return response


async def post_seen(request: Request) -> Response:
    """POST /board/alerts/{id}/seen: the reader has seen it. Boards are told; the page of the day comes back
    with what was asked of it."""
    state, id_ = request.app.state, request.path_params["id"]
    typed = await read_form(request)
    user_id, at = request.state.viewer.user_id, state.clock()
    await write(state.sessions, lambda session: see_alert(session, id_, user_id, at))
    await state.alerts.compare()
    if "HX-Request" in request.headers:
        return Response(status_code=HTTPStatus.NO_CONTENT)
    return RedirectResponse(_path(typed), HTTPStatus.SEE_OTHER)


def _path(asked: Mapping[str, str], **more: str) -> str:
    kept = {name: asked[name] for name in FIELDS if asked.get(name)} | more
    return f"{ALERTS}?{urlencode(kept)}" if kept else ALERTS


def _title(queue: QueueInfo) -> str:
    return queue.title.casefold()


def _day(text: str) -> date | None:
    """What makes no sense filters nothing."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date.min < day < date.max else None


def _write_before(place: tuple[datetime, int]) -> str:
    return f"{place[0].isoformat()}{SEPARATOR}{place[1]}"


def _read_before(text: str) -> tuple[datetime, int] | None:
    began_at, _separator, id_ = text.partition(SEPARATOR)
    if not (id_.isascii() and id_.isdecimal() and len(id_) <= LONGEST_NUMBER):
        return None
    try:
        found = datetime.fromisoformat(began_at)
    except ValueError:
        return None
    return None if found.tzinfo is None else (found, int(id_))
