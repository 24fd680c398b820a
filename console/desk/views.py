"""The desk's addresses."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from console.desk.actions import Typed, put_away, save_note
from console.desk.drawing import draw_desk, draw_link, draw_presence
from console.desk.finishing import be_done
from console.desk.forms import read_mark, read_note
from console.desk.live import LINKS_TOPIC
from console.desk.presence_samples import sample_presences
from console.desk.rating import rate_call
from console.desk.reading import Reader
from console.desk.refusing import refused
from console.desk.samples import sample_desk, sample_links
from console.desk.screens import desk_topic
from console.desk.shift_views import REFUSED, controls, desk_of
from console.desk.work_views import draw_work
from console.errors import InvalidError, LinesideError
from console.messages.actions import put_away as put_away_message
from console.messages.keeping import messages_topic
from console.messages.live import draw_message
from console.web.errors import explain, problem_response
from console.web.forms import check_csrf, read_form

MS_PER_S = 1000


async def desk_page(request: Request) -> Response:
    """GET /desk: the agent's desk as it is now; changes come over `/live`."""
    state, viewer = request.app.state, request.state.viewer
    reader = Reader(viewer.locale, state.templates.zone)
    entries = (await state.bus.snapshot(desk_topic(viewer.user_id))).entries
    links = (await state.bus.snapshot(LINKS_TOPIC)).entries
    messages = (await state.bus.snapshot(messages_topic(viewer.user_id))).entries
    context = {
        "desk": draw_desk(entries, reader),
        "messages": [draw_message(value, state.templates.zone) for value in messages.values()],
        "links": [draw_link(name, value, reader) for name, value in links.items()],
        "work": await draw_work(request),
        "now_ms": int(state.clock().timestamp() * MS_PER_S),
        "zone": str(state.templates.zone),
        **controls(links, viewer),
    }
    response: Response = state.templates.response(request, "desk/page.html", context)
    return response


async def save_note_of_leg(request: Request) -> Response:
    """POST /desk/notes/{leg}: fields `text`, `version`. Answers `{version, text, conflict}`, or a problem."""
    state, viewer = request.app.state, request.state.viewer
    try:
        form = read_note(await read_form(request))
        at = state.clock().astimezone(state.templates.zone)
        typed = Typed(request.path_params["leg"], form.text, form.version, at)
        async with state.sessions() as session:
            saved = await save_note(session, state.bus, viewer, typed)
    except LinesideError as error:
        return problem_response(explain(error))  # a script reads it, not a person
    return JSONResponse({"version": saved.version, "text": saved.text, "conflict": saved.conflict})


async def put_pop_away(request: Request) -> Response:
    """POST /desk/pops/{leg}/done: the agent is done with a finished call. Answers nothing, or why not."""
    check_csrf(request)
    desk, leg = desk_of(request), request.path_params["leg"]
    try:
        await be_done(desk, leg)
    except InvalidError as error:
        return refused(request, REFUSED, error)
    await put_away(desk.bus, desk.viewer, leg)
    return Response(status_code=204)


async def put_message_away(request: Request) -> Response:
    """POST /desk/messages/{id}/away: the agent has read it."""
    check_csrf(request)
    state, viewer = request.app.state, request.state.viewer
    async with state.sessions() as session:
        await put_away_message(session, viewer.user_id, request.path_params["id"], state.clock())
    await state.messages.compare()
    return Response(status_code=204)


async def rate_call_of_leg(request: Request) -> Response:
    """POST /desk/pops/{leg}/satisfaction: field `mark`. The pops of the call show it; the answer is empty,
    or a sentence of why not."""
    state, viewer = request.app.state, request.state.viewer
    try:
        mark = read_mark(await read_form(request))
        await rate_call(state.sessions, state.bus, viewer, request.path_params["leg"], mark)
    except LinesideError as error:
        failure = explain(error)
        whys = [problem.why for problem in failure.problems] or [failure.sentence]
        response: Response = state.templates.response(
            request, "desk/_step_refused.html", {"whys": whys}, status=failure.status
        )
        return response
    return HTMLResponse("")


async def patterns_page(request: Request) -> Response:
    """GET /patterns: every component in every state, with made-up data."""
    state, viewer = request.app.state, request.state.viewer
    reader = Reader(viewer.locale, state.templates.zone)
    at = state.clock()
    context = {
        "desk": draw_desk(sample_desk(at), reader),
        "links": [draw_link(name, value, reader) for name, value in sample_links(at).items()],
        "presences": [draw_presence(said, reader) for said in sample_presences(at)],
        "now_ms": int(at.timestamp() * MS_PER_S),
    }
    response: Response = state.templates.response(request, "patterns.html", context)
    return response
