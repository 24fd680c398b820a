"""The addresses at which an agent controls calls. What comes of it is on the screen once the phone system
tells it; the answer is empty, or a sentence of why not."""

from collections.abc import Awaitable

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.desk.calling import Calling
from console.desk.refusing import refused
from console.desk.targets import without_extension
from console.errors import LinesideError
from console.identity.viewer import Viewer
from console.web.forms import check_csrf, read_form

ASKS = "1"
_REFUSED = "desk/_not_done.html"


async def hang_up(request: Request) -> Response:
    """POST /desk/pops/{leg}/hangup."""
    check_csrf(request)
    calling, viewer, leg = _of(request)
    return await _answer(request, calling.hang_up(viewer, leg))


async def pass_on(request: Request) -> Response:
    """POST /desk/pops/{leg}/transfer: fields `to` (a name, an extension, a queue, a number) and `asks`
    (1: first, 0: it is passed on at once)."""
    form = await read_form(request)
    calling, viewer, leg = _of(request)
    asks = form.text("asks") == ASKS
    return await _answer(request, calling.pass_on(viewer, leg, form.text("to"), asks=asks))


async def complete_transfer(request: Request) -> Response:
    """POST /desk/pops/{leg}/transfer/complete."""
    check_csrf(request)
    calling, viewer, leg = _of(request)
    return await _answer(request, calling.complete(viewer, leg))


async def cancel_transfer(request: Request) -> Response:
    """POST /desk/pops/{leg}/transfer/cancel."""
    check_csrf(request)
    calling, viewer, leg = _of(request)
    return await _answer(request, calling.come_back(viewer, leg))


async def list_targets(request: Request) -> Response:
    """GET /desk/targets?to=: who fits what is typed, and whether they are free."""
    state, viewer = request.app.state, request.state.viewer
    offered = state.calling.targets.offered(request.query_params.get("to", ""), viewer.user_id)
    context = {"offered": offered, "why_not": [without_extension(each) for each in offered.unreachable]}
    response: Response = state.templates.response(request, "desk/_targets.html", context)
    return response


async def dial(request: Request) -> Response:
    """POST /desk/dial: fields `number` and, where the page knows it, `link`. Answers that the agent's own
    phone rings first."""
    form = await read_form(request)
    state, viewer = request.app.state, request.state.viewer
    try:
        keys = await state.calling.dial(viewer, form.text("number"), form.text("link"))
    except LinesideError as error:
        return refused(request, _REFUSED, error)
    response: Response = state.templates.response(request, "desk/_dialled.html", {"keys": keys})
    return response


def _of(request: Request) -> tuple[Calling, Viewer, str]:
    return request.app.state.calling, request.state.viewer, request.path_params["leg"]


async def _answer(request: Request, done: Awaitable[None]) -> Response:
    try:
        await done
    except LinesideError as error:
        return refused(request, _REFUSED, error)
    return HTMLResponse("")
