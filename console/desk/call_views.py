"""The page of one call."""

from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk.call_page import read_call
from console.desk.finishing import choose_outcome
from console.desk.shift_views import desk_of
from console.web.formats import lasted
from console.web.forms import read_form


async def call_page(request: Request) -> Response:
    """GET /calls/{id}: who, when, with whom, what was said and noted, how it ended."""
    state, viewer = request.app.state, request.state.viewer
    async with state.sessions() as session:
        page = await read_call(session, state.directory, viewer, request.path_params["id"])
    response: Response = state.templates.response(request, "desk/call.html", {"page": page, "lasted": lasted})
    return response


async def post_outcome(request: Request) -> Response:
    """POST /calls/{id}/outcome: field `outcome`."""
    call_id, form = request.path_params["id"], await read_form(request)
    await choose_outcome(desk_of(request), request.app.state.directory, call_id, form.text("outcome"))
    return RedirectResponse(f"/calls/{quote(call_id, safe='')}", HTTPStatus.SEE_OTHER)
