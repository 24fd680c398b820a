"""The page on which supervisors say from when on queues are yellow or red, and how their service level is
computed: `/board/thresholds`."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.boards.level_form import NO, SECONDS, TURNED, read_level, write_level
from console.boards.opening import Boards
from console.boards.paths import THRESHOLDS
from console.boards.threshold_form import PAIRS, SOUND, YES, read_fields, write_fields
from console.db.revision import bump
from console.db.writing import write
from console.errors import InvalidError, Problem
from console.figures.formulas import FORMULAS
from console.figures.tally import Limits
from console.queues.actions import QUEUES
from console.queues.models import QueueThresholds
from console.queues.service_levels import save_limits
from console.queues.thresholds import NAMES, Thresholds
from console.web.forms import read_form
from console.web.i18n import N_

POSITIONS = {YES: N_("yes"), NO: N_("no")}


async def thresholds_page(request: Request) -> Response:
    """GET /board/thresholds: the form of each queue."""
    return _page(request)


async def post_thresholds(request: Request) -> Response:
    """POST /board/thresholds/{name}: the fields of its form."""
    name, typed = request.path_params["name"], await read_form(request)
    boards: Boards = request.app.state.boards
    try:
        thresholds, limits = _read(typed, boards.feed.board.queue(name).limits)
    except InvalidError as error:
        return _page(request, name, typed, error.problems)

    async def save(session: AsyncSession) -> None:
        await save_thresholds(session, name, thresholds)
        await save_limits(session, name, limits)

    await write(request.app.state.sessions, save)
    return RedirectResponse(f"{THRESHOLDS}?saved={quote(name, safe='')}", HTTPStatus.SEE_OTHER)


def _read(typed: Mapping[str, str], before: Limits) -> tuple[Thresholds, Limits]:
    """Both parts of the form. Raises InvalidError with all that is wrong in either."""
    problems: list[Problem] = []
    thresholds, limits = Thresholds(), before
    try:
        thresholds = read_fields(typed)
    except InvalidError as error:
        problems += error.problems
    try:
        limits = read_level(typed, before)
    except InvalidError as error:
        problems += error.problems
    if problems:
        raise InvalidError(problems)
    return thresholds, limits


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
        kept = {**write_fields(queue.thresholds), **write_level(queue.limits)}
        fields = {**kept, **(typed or {} if own else {})}
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
        "seconds": SECONDS,
        "formulas": FORMULAS,
        "switches": TURNED,
        "positions": POSITIONS,
        "yes": YES,
        "said": request.query_params.get("saved", ""),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    response: Response = state.templates.response(request, "boards/thresholds.html", context, status=status)
    return response
