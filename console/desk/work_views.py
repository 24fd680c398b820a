"""The work list: its page, and what is done with its entries. What that changes comes to all desks over
`/live`; the answer is empty, or a sentence of why not."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.cases.actions import take_step
from console.cases.news import announce
from console.cases.steps import By, Seen, StepKind
from console.cases.steps import Step as CaseStep
from console.customers.paths import customer_path
from console.db.writing import write
from console.desk.reading import Reader
from console.desk.refusing import refused
from console.desk.work_drawing import WorkDrawing, draw_line, is_for
from console.desk.work_live import lines_of
from console.errors import InvalidError, LinesideError, NotFoundError, Problem
from console.identity.permissions import Permission
from console.identity.viewer import Viewer
from console.live.commands import Commands
from console.web.forms import Form, read_form
from console.web.i18n import gettext as _
from console.worklist.actions import Doing, Kind, Step, change, claiming, closing, releasing
from console.worklist.entry import BY_HAND, How, State
from console.worklist.keeping import WorkList, work_topic
from telephony.source import Capability

OVERDUE = timedelta(minutes=15)
"""So long after it was due, what an agent promised is everybody's."""

MS_PER_S = 1000

TAKE = CaseStep(StepKind.TAKE, "", Seen("", 0, None, None))
"""Of what is seen only the owner counts: there was none."""


async def work_page(request: Request) -> Response:
    """GET /desk/work: the work list on a page of its own."""
    state = request.app.state
    context = {
        "work": await draw_work(request),
        "now_ms": int(state.clock().timestamp() * MS_PER_S),
        "zone": str(state.templates.zone),
    }
    response: Response = state.templates.response(request, "desk/work.html", context)
    return response


async def draw_work(request: Request) -> dict[str, Any]:
    """The work list of whoever asks, as `desk/_work.html` draws it."""
    state, viewer = request.app.state, request.state.viewer
    reader, lists = Reader(viewer.locale, state.templates.zone), []
    for line in lines_of(viewer):
        topic = work_topic(line)
        entries = (await state.bus.snapshot(topic)).entries
        lists.append(draw_line(line, topic, entries, reader))
    shown = [row for each in lists for row in each.rows if _is_shown(row, viewer, state.clock())]
    return {
        "lists": lists,
        "shown": {row.dom for row in shown},
        "missed": _waiting(shown, Kind.MISSED),
        "due": _waiting(shown, Kind.CALLBACK),
        "cases": sum(len(each.cases) for each in lists),
        "overdue_s": int(OVERDUE.total_seconds()),
        "all": viewer.may(Permission.WORK_ALL),
        "can_dial": await _can_dial(state.commands),
    }


async def _can_dial(commands: Commands) -> bool:
    """Whether any phone system can be told to dial; not as long as nobody knows."""
    with suppress(OSError):  # the bus is away: the page has more to tell than numbers
        return bool(await commands.able(Capability.DIAL))
    return False


def _is_shown(row: WorkDrawing, viewer: Viewer, at: datetime) -> bool:
    return is_for(viewer, row, overdue=at - datetime.fromisoformat(row.first.iso) >= OVERDUE)


def _waiting(rows: list[WorkDrawing], kind: Kind) -> int:
    return sum(row.kind == kind and row.state != State.DONE for row in rows)


async def claim_entry(request: Request) -> Response:
    """POST /desk/work/{kind}/{id}/claim: the agent takes it."""
    return await _change(request, lambda _form: claiming)


async def release_entry(request: Request) -> Response:
    """POST /desk/work/{kind}/{id}/release: the agent gives it back."""
    return await _change(request, lambda _form: releasing)


async def close_entry(request: Request) -> Response:
    """POST /desk/work/{kind}/{id}/close: field `how`. It is done, by what the agent says."""
    return await _change(request, lambda form: closing(_read_how(form)))


async def take_case(request: Request) -> Response:
    """POST /desk/work/cases/{ref}/take: the agent owns it from now on. Answers where it is to be found, or
    who was faster."""
    await read_form(request)
    state, viewer, ref = request.app.state, request.state.viewer, request.path_params["ref"]
    by = By(viewer.email, state.clock(), None, state.templates.zone)
    try:
        customer = await write(state.sessions, lambda session: take_step(session, ref, TAKE, by))
    except LinesideError as error:
        await state.worklist.compare()  # whoever was first has it: it is not on the list any more
        return refused(request, "desk/_refused.html", error)
    await announce(state.bus, customer)
    await state.worklist.compare()
    context = {"ref": ref, "page": customer_path(customer)}
    response: Response = state.templates.response(request, "desk/_work_taken.html", context)
    return response


def _read_how(form: Form) -> How:
    said = form.text("how")
    if said not in BY_HAND:
        raise InvalidError([Problem("how", _("Say why nobody needs to call any more."))])
    return How(said)


async def _change(request: Request, read: Any) -> Response:
    state, worklist = request.app.state, request.app.state.worklist
    assert isinstance(worklist, WorkList)  # noqa: S101 - for the type checker
    try:
        step: Step = read(await read_form(request))
        kind, id_ = _named(request)
        doing = Doing(request.state.viewer, state.clock().astimezone(state.templates.zone), worklist.lasts)
        await change(state.sessions, kind, id_, step, doing)
    except LinesideError as error:
        await worklist.compare()  # whoever was first is to be seen
        return refused(request, "desk/_refused.html", error)
    await worklist.compare()
    return HTMLResponse("")


def _named(request: Request) -> tuple[Kind, int]:
    kind = request.path_params["kind"]
    if kind not in {*Kind}:
        raise NotFoundError(_("This is not on the work list any more."))
    return Kind(kind), request.path_params["id"]
