"""The addresses at which an agent works on cases at the desk. What that changes comes to the pops over
`/live`; the answer is what belongs into the form, or a sentence of why not."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from console.cases.views import Place, do_open, do_step, show_case, show_new_case
from console.desk.actions import pop_on_desk
from console.desk.refusing import refused
from console.errors import ForbiddenError, LinesideError
from console.live.bus import Value
from console.web.forms import read_form
from console.web.i18n import gettext as _


async def show(request: Request) -> Response:
    """GET /desk/cases/{ref}?leg=: what can be done to a case."""
    return await show_case(request, *_case(request, request.query_params.get("leg", "")))


async def post_step(request: Request) -> Response:
    """POST /desk/cases/{ref}: fields `leg`, `step`, what was written, chosen and seen."""
    form = await read_form(request)
    ref, place = _case(request, leg := form.text("leg"))
    try:
        place = _in_call(place, await _pop(request, leg))
    except LinesideError as error:
        return refused(request, "cases/_whys.html", error)
    answer, _customer = await do_step(request, ref, form, place)
    return answer


async def show_new(request: Request) -> Response:
    """GET /desk/cases?leg=: the form of a new case for whoever calls."""
    return show_new_case(request, _new(request.query_params.get("leg", "")))


async def post_new(request: Request) -> Response:
    """POST /desk/cases: fields `leg`, `subject`, `priority`, `line`, `text`."""
    form = await read_form(request)
    place = _new(leg := form.text("leg"))
    try:
        pop = await _pop(request, leg)
        customer = _customer_of(pop)
    except LinesideError as error:
        return refused(request, "cases/_whys.html", error)
    answer, _ref = await do_open(request, customer, form, _in_call(place, pop))
    return answer


def _case(request: Request, leg: str) -> tuple[str, Place]:
    ref = request.path_params["ref"]
    return ref, Place(f"/desk/cases/{quote(ref, safe='')}", {"leg": leg})


def _new(leg: str) -> Place:
    return Place("/desk/cases", {"leg": leg})


async def _pop(request: Request, leg: str) -> Value:
    pop = await pop_on_desk(request.app.state.bus, request.state.viewer, leg)
    if pop is None:
        raise ForbiddenError(_("This call is not on your desk, or not any more. Nothing was changed."))
    return pop


def _in_call(place: Place, pop: Value) -> Place:
    """Who only saw the call ring does nothing in it."""
    return Place(place.action, place.hidden, str(pop["call"]) if pop["answered_at"] else None)


def _customer_of(pop: Value) -> str:
    if pop["customer"] is None:
        raise ForbiddenError(_("There is no customer to open a case for: say who is calling."))
    return str(pop["customer"]["ref"])
