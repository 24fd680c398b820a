"""The page on which supervisors say from when on queues are yellow or red: `/board/thresholds`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.boards.opening import Boards
from console.boards.paths import THRESHOLDS
from console.boards.threshold_form import PAIRS, SOUND, YES, read_fields, write_fields
from console.db.revision import bump
from console.db.writing import write
from console.errors import InvalidError, Problem
from console.queues.actions import QUEUES
from console.queues.models import QueueThresholds
from console.queues.thresholds import NAMES, Thresholds
from console.web.forms import read_form


async def thresholds_page(request: Request) -> Response:
    """GET /board/thresholds: the form of each queue."""
    return _page(request)


async def post_thresholds(request: Request) -> Response:
    """POST /board/thresholds/{name}: the fields of its form."""
    name, typed = request.path_params["name"], await read_form(request)
    try:
        thresholds = read_fields(typed)
    except InvalidError as error:
        return _page(request, name, typed, error.problems)
    await write(request.app.state.sessions, lambda session: save_thresholds(session, name, thresholds))
    return RedirectResponse(f"{THRESHOLDS}?saved={quote(name, safe='')}", HTTPStatus.SEE_OTHER)


async def save_thresholds(session: AsyncSession, queue: str, thresholds: Thresholds) -> None:
    """Set the thresholds of a queue; running processes notice."""
    row = await session.get(QueueThresholds, queue, with_for_update=True)
    if row is None:
        row = QueueThresholds(queue=queue)
        session.add(row)
    for column in NAMES:
        setattr(row, column, getattr(thresholds, column))
    await bump(session, QUEUES)


def _page(
    request: Request,
    name: str = "",
    typed: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
) -> Response:
    state = request.app.state
    boards: Boards = state.boards
    board = boards.feed.board
    forms: list[Mapping[str, Any]] = []
    for queue in map(board.queue, board.queues()):
        own = queue.info.name == name and typed is not None
        fields = {**write_fields(queue.thresholds), **(typed or {} if own else {})}
        forms.append(
            {
                "info": queue.info,
                "fields": fields,
                "problems": {each.where: each.why for each in problems} if own else {},
            }
        )
    context = {
        "path": THRESHOLDS,
        "forms": forms,
        "pairs": PAIRS,
        "sound": SOUND,
        "yes": YES,
        "said": request.query_params.get("saved", ""),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    response: Response = state.templates.response(request, "boards/thresholds.html", context, status=status)
    return response
