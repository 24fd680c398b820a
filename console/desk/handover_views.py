"""The addresses at which a call is handed over and answered for. What that changes comes to the pops over
`/live`; the answer is empty, or a sentence of why not."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk.forms import read_answer, read_handover
from console.desk.handing_over import HandingOver
from console.desk.proposing import Proposing
from console.desk.refusing import refused
from console.errors import LinesideError
from console.web.forms import read_form


async def keep_reason(request: Request) -> Response:
    """POST /desk/pops/{leg}/hand-over: field `reason`, sent while it is typed."""
    state, leg = request.app.state, request.path_params["leg"]
    try:
        reason = read_handover(await read_form(request))
        await HandingOver(state.sessions, state.bus).explain(request.state.viewer, leg, reason, state.clock())
    except LinesideError as error:
        return refused(request, "desk/_refused.html", error)
    return HTMLResponse("")


async def propose_target(request: Request) -> Response:
    """GET /desk/pops/{leg}/hand-over: whom the rules propose for this call, and why."""
    state, leg = request.app.state, request.path_params["leg"]
    proposing = Proposing(state.bus, state.knowledge, state.directory, state.rule_book, state.templates.zone)
    proposal = await proposing.propose(request.state.viewer, leg, state.clock())
    response: Response = state.templates.response(
        request, "desk/_hand_over_target.html", {"proposal": proposal}
    )
    return response


async def answer_handover(request: Request) -> Response:
    """POST /desk/pops/{leg}/answer: fields `kind`, `text`."""
    state, leg = request.app.state, request.path_params["leg"]
    try:
        answer = read_answer(await read_form(request))
        await HandingOver(state.sessions, state.bus).answer(request.state.viewer, leg, answer, state.clock())
    except LinesideError as error:
        return refused(request, "desk/_refused.html", error)
    return HTMLResponse("")
