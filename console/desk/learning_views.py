"""The addresses at which an agent says in mid-call who is calling. What that changes comes to the pops over
`/live`; the answer is empty, or a sentence of why not."""

from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from console.customers.paths import customer_path
from console.desk.forms import read_change, read_new_customer, read_ref
from console.desk.learning import Learning, Step, created, linked, shared, undone, unlinked
from console.desk.refusing import refused
from console.errors import LinesideError
from console.web.forms import Form, read_form


async def find_customers(request: Request) -> Response:
    """GET /desk/find?q=: customers of whom one may be calling, each with a button to say so."""
    state, typed = request.app.state, request.query_params.get("q", "")
    async with state.sessions() as session:
        answer = await state.find(session, typed)
    context = {"customers": answer.found, "more": answer.more, "asked": bool(typed.strip())}
    response: Response = state.templates.response(request, "desk/_found.html", context)
    return response


async def link_customer(request: Request) -> Response:
    """POST /desk/pops/{leg}/customer: field `ref`."""
    return await _say(request, lambda form: linked(read_ref(form)))


async def unlink_customer(request: Request) -> Response:
    """POST /desk/pops/{leg}/not-this-person: field `ref`."""
    return await _say(request, lambda form: unlinked(read_ref(form)))


async def share_number(request: Request) -> Response:
    """POST /desk/pops/{leg}/shared: field `ref`."""
    return await _say(request, lambda form: shared(read_ref(form)))


async def make_customer(request: Request) -> Response:
    """POST /desk/pops/{leg}/new-customer: fields `name`, `company`, `email`."""
    return await _say(request, lambda form: created(read_new_customer(form)))


async def undo_step(request: Request) -> Response:
    """POST /desk/pops/{leg}/undo: field `change`."""
    return await _say(request, lambda form: undone(read_change(form)))


async def take_back(request: Request) -> Response:
    """POST /desk/learnt/{change}/undo, from the customer's page, and back to it."""
    state = request.app.state
    await read_form(request)  # for its CSRF secret
    learning = Learning(state.sessions, state.bus)
    change = request.path_params["change"]
    ref = await learning.take_back(request.state.viewer, change, state.clock())
    return RedirectResponse(customer_path(ref), HTTPStatus.SEE_OTHER)


async def _say(request: Request, read: Callable[[Form], Step]) -> Response:
    state = request.app.state
    try:
        step = read(await read_form(request))
        learning = Learning(state.sessions, state.bus)
        await learning.say(request.state.viewer, request.path_params["leg"], step, state.clock())
    except LinesideError as error:
        return refused(request, "desk/_refused.html", error)
    return HTMLResponse("")
