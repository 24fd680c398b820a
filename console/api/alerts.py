"""`GET /api/v1/alerts`: the alerts of queues, as boards show them and as they are on record."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.alerts.log import Row, Wanted, read_page
from console.api.bodies import refuse_unknown
from console.api.paging import read_cursor, read_limit, read_moment, write_cursor
from console.boards.opening import Boards
from console.errors import InvalidError, Problem

PARAMETERS = ("since", "queue", "open", "limit", "cursor")
MOST_DIGITS = 18


async def get_alerts(request: Request) -> JSONResponse:
    """Alerts, the newest first."""
    query = request.query_params
    refuse_unknown(query, PARAMETERS)
    wanted = Wanted(
        since=read_moment(query, "since"),
        queue=query.get("queue", ""),
        open_only=_read_open(query.get("open", "")),
        before=_read_place(request),
    )
    limit, boards = read_limit(query), request.app.state.boards
    async with request.app.state.sessions() as session:
        page = await read_page(session, wanted, limit)
    place = page.next and (page.next[0], str(page.next[1]))
    return JSONResponse({"items": [_item(row, boards) for row in page.rows], "next": write_cursor(place)})


def _read_open(text: str) -> bool:
    if text not in {"", "yes"}:
        raise InvalidError([Problem("open", "must be yes, or left out")])
    return text == "yes"


def _read_place(request: Request) -> Any:
    position = read_cursor(request.query_params)
    if position is None:
        return None
    began_at, id_ = position
    if not (id_.isascii() and id_.isdecimal() and len(id_) <= MOST_DIGITS):
        raise InvalidError([Problem("cursor", "must be the `next` of an earlier answer of this list")])
    return began_at, int(id_)


def _item(row: Row, boards: Boards) -> dict[str, Any]:
    alert = row.alert
    return {
        "id": row.id,
        "queue": alert.queue,
        "title": boards.feed.board.info(alert.queue).title,
        "figure": alert.figure.value,
        "level": alert.level.name.lower(),
        "worst": alert.worst.name.lower(),
        "peak": round(alert.peak, 1),
        "began_at": alert.began_at.isoformat(),
        "red_at": alert.red_at and alert.red_at.isoformat(),
        "ended_at": alert.ended_at and alert.ended_at.isoformat(),
        "end_known": alert.end_known,
        "known_at": alert.known_at.isoformat(),
        "seen": [{"by": each.email, "at": each.at.isoformat()} for each in row.seen],
    }
