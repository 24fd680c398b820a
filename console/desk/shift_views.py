"""The addresses of an agent's shift: what they do, how they finish calls, how their day goes."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk.actions import pop_on_desk
from console.desk.breaks import BREAKS
from console.desk.drawing import dom_id
from console.desk.finishing import Desk, be_done, choose_outcome, take_more_time
from console.desk.own_day import own_day
from console.desk.pop import is_pop
from console.desk.reading import Reader, moment
from console.desk.refusing import refused
from console.desk.screens import desk_topic
from console.desk.shift import Shift, means
from console.errors import ForbiddenError, InvalidError, LinesideError, Problem
from console.identity.models import Role
from console.identity.viewer import Viewer
from console.live.bus import Value
from console.live.commands import link_state
from console.live.link_health import TOPIC as LINKS
from console.web.formats import lasted
from console.web.forms import Form, read_form
from console.web.i18n import gettext as _
from telephony.commands import Done, Outcome
from telephony.events import LinkName

REFUSED = "desk/_refused.html"


async def presence_controls(request: Request) -> Response:
    """GET /desk/presence: what the agent can do about their shift, as far as the phone systems that are up
    can."""
    entries = (await request.app.state.bus.snapshot(LINKS)).entries
    return _page(request, "desk/_presence_set.html", controls(entries, request.state.viewer))


def controls(links: Mapping[str, Value], viewer: Viewer) -> dict[str, object]:
    """What the template of the controls reads, from the entries of the topic of links."""
    takes_calls = viewer.role is Role.AGENT or viewer.extension is not None
    can = means({LinkName(name): link_state(value) for name, value in links.items()})
    return {"can": can, "breaks": BREAKS, "takes_calls": takes_calls}


async def post_presence(request: Request) -> Response:
    """POST /desk/presence: fields `state` (available, on_break, offline, online), of a break `reason`."""

    async def ask(desk: Desk, form: Form) -> Response:
        state, reason = form.text("state"), form.text("reason") or next(iter(BREAKS))
        shift = Shift(desk, request.app.state.commands, request.app.state.directory)
        asked: dict[str, Callable[[], Awaitable[Outcome]]] = {
            "available": shift.take_calls,
            "on_break": lambda: shift.take_a_break(reason),
            "offline": shift.log_out,
            "online": shift.log_in,
        }
        if state not in asked:
            raise InvalidError([Problem("state", _("Choose what you do from the buttons."))])
        return _said(request, state, reason, await asked[state]())

    return await _act(request, ask)


async def post_more(request: Request) -> Response:
    """POST /desk/wrap-up/more: one minute more."""
    return await _act(request, lambda desk, _form: _silently(take_more_time(desk)))


async def post_done(request: Request) -> Response:
    """POST /desk/wrap-up/done: nothing is left to finish."""
    return await _act(request, lambda desk, _form: _silently(be_done(desk)))


async def post_outcome(request: Request) -> Response:
    """POST /desk/pops/{leg}/outcome: field `outcome`."""

    async def choose(desk: Desk, form: Form) -> Response:
        pop = await pop_on_desk(desk.bus, desk.viewer, request.path_params["leg"])
        if pop is None:
            raise ForbiddenError(_("This call is not on your desk any more: look in the list of your calls."))
        directory = request.app.state.directory
        return await _silently(choose_outcome(desk, directory, str(pop["call"]), form.text("outcome")))

    return await _act(request, choose)


async def own_day_fragment(request: Request) -> Response:
    """GET /desk/day: the agent's figures of today, and what is left to finish."""
    state, viewer = request.app.state, request.state.viewer
    async with state.sessions() as session:
        day = await own_day(session, viewer, state.clock(), state.templates.zone)
    entries = (await state.bus.snapshot(desk_topic(viewer.user_id))).entries
    reader = Reader(viewer.locale, state.templates.zone)

    def clock(at: datetime) -> str:
        return moment(at.isoformat(), reader).clock

    here = {key: dom_id(key) for key in entries if is_pop(key)}
    return _page(request, "desk/_own_day.html", {"day": day, "here": here, "lasted": lasted, "clock": clock})


def desk_of(request: Request) -> Desk:
    """The desk of who asks."""
    state = request.app.state
    return Desk(state.sessions, state.bus, request.state.viewer, state.clock())


async def _act(request: Request, act: Callable[[Desk, Form], Awaitable[Response]]) -> Response:
    try:
        return await act(desk_of(request), await read_form(request))
    except LinesideError as error:
        return refused(request, REFUSED, error)


async def _silently(work: Awaitable[None]) -> Response:
    """What comes of it is seen on the desk."""
    await work
    return HTMLResponse("")


def _said(request: Request, state: str, reason: str, outcome: Outcome) -> Response:
    if not isinstance(outcome, Done):
        context = {"whys": [outcome.why]}
        return _page(request, REFUSED, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, "desk/_asked.html", {"state": state, "reason": reason, "breaks": BREAKS})


def _page(
    request: Request, template: str, context: Mapping[str, object], status: HTTPStatus = HTTPStatus.OK
) -> Response:
    response: Response = request.app.state.templates.response(request, template, context, status=status)
    return response
