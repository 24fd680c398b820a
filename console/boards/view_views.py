"""The board's page, in the view that is chosen, and the addresses at which views are kept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.boards import view_choices as words
from console.boards.figure_drawing import ON_TILES
from console.boards.opening import Boards
from console.boards.paths import BOARD, view_path
from console.boards.ticking import MS_PER_S
from console.boards.view_choices import USUAL, Choices, Fields, hidden, read_choices, to_query
from console.boards.view_store import (
    LONGEST_NAME,
    View,
    add_view,
    delete_view,
    open_first,
    read_views,
    rename_view,
    set_view,
)
from console.db.writing import write
from console.errors import InvalidError
from console.figures.catalogue import FIGURES
from console.queues.directory import QueueInfo
from console.web.forms import read_form

OWN = "own"
"""In an address that says itself what is chosen; `view` is then the one that would be saved."""

YES = "yes"
LONGEST_NUMBER = 18
"""Digits of a key; no more fit."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the page shows: `choices`, those of `view` or not; `missing`: there is no such view. `name` was
    typed and refused, because of `problem`."""

    choices: Choices
    view: View | None = None
    missing: bool = False
    name: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a view by its owner, in one transaction."""

    session: AsyncSession
    user_id: int
    at: datetime
    name: str
    choices: Choices


async def board_page(request: Request) -> Response:
    """GET /board?view=: queues and agents as they are now; changes come over `/live/board`. Without `view` it
    is the one that opens first, with an empty one none."""
    views = await _views(request)
    return _page(request, views, _opened(request, views))


async def post_new(request: Request) -> Response:
    """POST /board/views: a `name`, and as `choices` what the board's address would say."""

    async def add(to: Change) -> int:
        return await add_view(to.session, to.user_id, to.name, to.choices, to.at)

    return await _change(request, add)


async def post_saved(request: Request) -> Response:
    """POST /board/views/{id}: `choices` that take the place of those that were kept."""
    id_ = request.path_params["id"]

    async def save(to: Change) -> int:
        await set_view(to.session, to.user_id, id_, to.choices, to.at)
        return int(id_)

    return await _change(request, save)


async def post_name(request: Request) -> Response:
    """POST /board/views/{id}/name: a `name`."""
    id_ = request.path_params["id"]

    async def rename(to: Change) -> int:
        await rename_view(to.session, to.user_id, id_, to.name, to.at)
        return int(id_)

    return await _change(request, rename)


async def post_first(request: Request) -> Response:
    """POST /board/views/{id}/first: the board opens with it, or (`first` is not yes) does not any more."""
    id_, form = request.path_params["id"], await read_form(request)

    async def put_first(to: Change) -> int:
        await open_first(to.session, to.user_id, id_, first=form.text("first") == YES)
        return int(id_)

    return await _change(request, put_first)


async def post_delete(request: Request) -> Response:
    """POST /board/views/{id}/delete."""
    id_ = request.path_params["id"]

    async def delete(to: Change) -> None:
        await delete_view(to.session, to.user_id, id_)

    return await _change(request, delete)


async def _change(request: Request, work: Callable[[Change], Awaitable[int | None]]) -> Response:
    """Do it, and open the board in the view; what is refused is said on the board as it was chosen."""
    state, form, at = request.app.state, await read_form(request), request.app.state.clock()
    user_id, name = request.state.viewer.user_id, form.text("name")
    choices = read_choices(Fields(parse_qsl(form.text("choices"))))
    try:
        id_ = await write(state.sessions, lambda session: work(Change(session, user_id, at, name, choices)))
    except InvalidError as error:
        views = await _views(request)
        own = _find(views, str(request.path_params.get("id", form.text("view"))))
        opened = Opened(choices, own, name=name, problem=error.problems[0].why)
        return _page(request, views, opened, HTTPStatus.UNPROCESSABLE_ENTITY)
    return RedirectResponse(view_path(id_), HTTPStatus.SEE_OTHER)


async def _views(request: Request) -> Sequence[View]:
    async with request.app.state.sessions() as session:
        return await read_views(session, request.state.viewer.user_id)


def _opened(request: Request, views: Sequence[View]) -> Opened:
    asked = request.query_params
    wanted = asked.get("view")
    if wanted is None:
        view = next((view for view in views if view.opens_first), None)
    else:
        view = _find(views, wanted)
    if OWN in asked:
        return Opened(read_choices(asked), view)
    return Opened(view.choices if view else USUAL, view, missing=bool(wanted) and view is None)


def _find(views: Sequence[View], wanted: str) -> View | None:
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) <= LONGEST_NUMBER):
        return None
    return next((view for view in views if view.id == int(wanted)), None)


def _page(
    request: Request, views: Sequence[View], opened: Opened, status: HTTPStatus = HTTPStatus.OK
) -> Response:
    state, viewer = request.app.state, request.state.viewer
    boards: Boards = state.boards
    board = boards.feed.board
    context: Mapping[str, Any] = {
        **boards.renderer.context(viewer.locale),
        "now_ms": int(state.clock().timestamp() * MS_PER_S),
        "zone": str(state.templates.zone),
        "path": BOARD,
        "yes": YES,
        "views": views,
        "opened": opened,
        "chosen": to_query(opened.choices),
        "hidden": " ".join(hidden(opened.choices)),
        "all_queues": _queues(list(map(board.info, board.queues())), opened.choices),
        "words": words,
        "figures": {key: FIGURES[key].label for key in ON_TILES},
        "longest_name": LONGEST_NAME,
    }
    response: Response = state.templates.response(request, "boards/page.html", context, status=status)
    return response


def _queues(known: Sequence[QueueInfo], choices: Choices) -> Sequence[QueueInfo]:
    """Those that can be picked out: all that are there, and those that were picked out and are gone."""
    names = {queue.name for queue in known}
    return [*known, *(QueueInfo(name, name, 1) for name in choices.queues if name not in names)]
