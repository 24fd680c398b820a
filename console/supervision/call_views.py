"""A call that is on, as its agent sees it: to read. Nothing that is done there changes anything."""

from dataclasses import replace
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from console.audit.actions import About
from console.audit.acts import Act
from console.desk.drawing import as_run, draw_note, draw_pop
from console.desk.pop import NOTE_PREFIX, RUN_PREFIX, Pop
from console.desk.reading import Reader
from console.desk.screens import desk_topic
from console.errors import NotFoundError
from console.queues.directory import Agent
from console.supervision.hearing import agent_of_leg
from console.supervision.reading_copy import read_only
from console.supervision.record import on_record
from console.web.i18n import gettext as _

MS_PER_S = 1000


async def call_page(request: Request) -> Response:
    """GET /board/calls/{leg}: the agent's part of a call, as it is on their desk."""
    about = About()

    async def look() -> None:
        agent, pop, html = await _drawn(request)
        about.agent_id, about.call, about.queue = agent.user_id, pop["call"], pop["queue"]
        context.update(agent=agent, pop=pop, html=html)

    state = request.app.state
    now_ms = int(state.clock().timestamp() * MS_PER_S)
    context: dict[str, object] = {"now_ms": now_ms, "zone": str(state.templates.zone)}
    await on_record(request, Act.OPEN_CALL, about, look())
    response: Response = state.templates.response(request, "supervision/call.html", context)
    return response


async def call_now(request: Request) -> Response:
    """GET /board/calls/{leg}/now: the same, drawn anew; the page asks for it every second."""
    try:
        _agent, _pop, html = await _drawn(request)
    except NotFoundError:
        html = ""
    state = request.app.state
    response: Response = state.templates.response(
        request, "supervision/_call_now.html", {"html": html}, status=HTTPStatus.OK
    )
    return response


async def _drawn(request: Request) -> tuple[Agent, Pop, str]:
    """Whose call, its pop, and how that looks. Raises NotFoundError."""
    state, viewer, leg = request.app.state, request.state.viewer, request.path_params["leg"]
    agent, pop, entries = await _find(request, leg)
    reader = Reader(viewer.locale, state.templates.zone)
    note, run = entries.get(NOTE_PREFIX + leg), as_run(entries.get(RUN_PREFIX + leg))
    drawing = draw_pop(pop, reader, draw_note(note) if note else None, run)
    drawing = replace(drawing, control=None, dials=None, learnable=False, handed=None)
    html = state.templates.template("desk/_pop.html", viewer.locale).render(pop=drawing)
    return agent, pop, read_only(html)


async def _find(request: Request, leg: str) -> tuple[Agent, Pop, dict[str, Pop]]:
    """A pop is on a desk a moment before it is on record: then every desk is looked at."""
    state = request.app.state
    user_id = await agent_of_leg(state.sessions, leg)
    agents = [each for each in state.directory.agents() if user_id in {None, each.user_id}]
    for agent in agents:
        entries = (await state.bus.snapshot(desk_topic(agent.user_id))).entries
        if leg in entries and "link" in entries[leg]:
            return agent, entries[leg], entries
    raise NotFoundError(_("This call is on nobody's desk, or not any more."))
