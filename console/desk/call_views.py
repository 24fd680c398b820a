"""The page of one call."""

from contextlib import suppress
from http import HTTPStatus
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.desk.call_page import read_call
from console.desk.finishing import choose_outcome
from console.desk.note import NOTE_LIMIT
from console.desk.shift_views import desk_of
from console.live.commands import Commands
from console.web.formats import lasted
from console.web.forms import read_form
from telephony.events import LinkName
from telephony.source import Capability


async def call_page(request: Request) -> Response:
    """GET /calls/{id}: who, when, with whom, what was said and noted, how it ended."""
    state, viewer = request.app.state, request.state.viewer
    async with state.sessions() as session:
        page = await read_call(session, state.directory, viewer, request.path_params["id"])
    context = {
        "page": page,
        "can_dial": bool(page.dials) and await _can_dial(state.commands, page.call.link),
        "lasted": lasted,
        "note_limit": NOTE_LIMIT,
        "zone": str(state.templates.zone),
    }
    response: Response = state.templates.response(request, "desk/call.html", context)
    return response


async def _can_dial(commands: Commands, link: str) -> bool:
    with suppress(OSError):  # the bus is away: the page has more to tell than the number
        return Capability.DIAL in await commands.capabilities(LinkName(link))
    return False


async def post_outcome(request: Request) -> Response:
    """POST /calls/{id}/outcome: field `outcome`."""
    call_id, form = request.path_params["id"], await read_form(request)
    await choose_outcome(desk_of(request), request.app.state.directory, call_id, form.text("outcome"))
    return RedirectResponse(f"/calls/{quote(call_id, safe='')}", HTTPStatus.SEE_OTHER)
