"""`GET /api/v1/queues`: the queues as boards show them at this moment."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import refuse_unknown
from console.boards.figure_drawing import percent_of
from console.boards.opening import Boards
from console.boards.states import OFFLINE, QueueState
from console.figures.catalogue import FIGURES, Value
from console.figures.formulas import service_level
from console.figures.switches import AS_SET
from console.figures.tally import Tally


async def get_queues(request: Request) -> JSONResponse:
    """All queues, by line and title."""
    refuse_unknown(request.query_params, ())
    boards: Boards = request.app.state.boards
    board, at = boards.feed.board, request.app.state.clock()
    return JSONResponse({"items": [_item(board.queue(name), at) for name in board.queues()], "next": None})


def _item(queue: QueueState, at: datetime) -> dict[str, Any]:
    since = queue.longest_since
    longest = (at - datetime.fromisoformat(since)).total_seconds() if since else 0.0
    return {
        "name": queue.info.name,
        "title": queue.info.title,
        "line": queue.info.line,
        "waiting": len(queue.waiting),
        "longest_wait_s": max(0, int(longest)),
        "answered_today": _figure("answered", queue.today),
        "abandoned_today": _figure("abandoned", queue.today),
        "service_level_now": percent_of(queue.level),
        "service_level_today": percent_of(service_level(queue.today, queue.limits.switches)),
        "asa_s": _figure("asa", queue.today),
        "aht_s": _figure("aht", queue.today),
        "agents": {state: count for state, count in queue.states.items() if state != OFFLINE},
        "as_of": queue.stale.since if queue.stale else at.isoformat(),
    }


def _figure(key: str, tally: Tally) -> Value:
    value = FIGURES[key].value(tally, AS_SET)
    return round(value, 1) if isinstance(value, float) else value
