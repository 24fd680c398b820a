"""The page on which admins say how calls of each queue are finished: `/admin/queues`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.admin.queue_form import YES, Fields, read_fields, write_fields
from console.calls.outcomes import USUAL
from console.db.writing import write
from console.errors import InvalidError, NotFoundError, OutdatedError, Problem
from console.queues.actions import MOST_SECONDS, QueueChange, set_queue
from console.queues.models import Queue
from console.web.forms import read_form
from console.web.i18n import gettext as _

PATH = "/admin/queues"

SEEN = "seen_"
"""Before the name of a field stands this in the name of what it held when the page was drawn."""


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one queue: what its `fields` hold by now, and what it said when it was drawn (`seen`)."""

    queue: Queue
    fields: Fields
    seen: Fields
    problems: Mapping[str, Sequence[str]] = field(default_factory=dict)
    overtaken: bool = False


async def queues_page(request: Request) -> Response:
    """GET /admin/queues: the form of each queue."""
    return await _page(request)


async def post_queue(request: Request) -> Response:
    """POST /admin/queues/{name}: the fields of its form, and what they held when it was drawn."""
    state, name, typed = request.app.state, request.path_params["name"], await read_form(request)
    try:
        change = read_fields(typed)
        await write(state.sessions, lambda session: _save(session, name, change, typed))
    except InvalidError as error:
        return await _page(request, name, typed, error.problems)
    except OutdatedError:
        return await _page(request, name, typed)
    return RedirectResponse(f"{PATH}?saved={quote(name, safe='')}", HTTPStatus.SEE_OTHER)


async def _save(session: AsyncSession, name: str, change: QueueChange, typed: Fields) -> None:
    queue = await session.get(Queue, name, with_for_update=True)
    if queue is None:
        raise NotFoundError(_("There is no queue %(name)s (any more).", name=name))
    if any(
        typed.get(SEEN + field, "").split() != held.split() for field, held in write_fields(queue).items()
    ):
        raise OutdatedError("")
    await set_queue(session, name, change)


async def _page(
    request: Request, name: str | None = None, typed: Fields | None = None, problems: Sequence[Problem] = ()
) -> Response:
    """All forms; that of the queue `name` as it was typed."""
    state = request.app.state
    async with state.sessions() as session:
        queues = await session.scalars(select(Queue).order_by(Queue.line, Queue.title, Queue.name))
        forms = [_form(queue, typed if queue.name == name else None, problems) for queue in queues]
    context = {
        "path": PATH,
        "forms": forms,
        "said": request.query_params.get("saved", ""),
        "usual": USUAL,
        "most_seconds": MOST_SECONDS,
        "yes": YES,
        "seen": SEEN,
    }
    status = HTTPStatus.OK
    if typed is not None:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.CONFLICT
    response: Response = state.templates.response(request, "admin/queues.html", context, status=status)
    return response


def _form(queue: Queue, typed: Fields | None, problems: Sequence[Problem]) -> Form:
    """What was typed on top of other values stands there on top of those that are saved by now."""
    saved = write_fields(queue)
    if typed is None:
        return Form(queue, saved, saved)
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.where, []).append(problem.why)
    fields = {name: typed.get(name, "") for name in saved}
    seen = {name: typed.get(SEEN + name, "") for name in saved} if problems else saved
    return Form(queue, fields, seen, found, overtaken=not problems)
