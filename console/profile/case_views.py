"""The addresses at which somebody works on cases on the page of a customer, whose cases are drawn anew."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from console.cases.views import Place, do_open, do_step, show_case, show_new_case
from console.customers.paths import customer_path
from console.identity.permissions import Permission
from console.profile.customer import case_events, closed_cases
from console.web.forms import read_form


async def show(request: Request) -> Response:
    """GET /cases/{ref}/work: what can be done to a case."""
    return await show_case(request, *_case(request))


async def post_step(request: Request) -> Response:
    """POST /cases/{ref}/work: field `step`, what was written, chosen and seen."""
    form, (ref, place) = await read_form(request), _case(request)
    answer, customer = await do_step(request, ref, form, place)
    return answer if customer is None else await _with_cases(request, answer, customer)


async def show_new(request: Request) -> Response:
    """GET /customers/{ref}/cases: the form of a new case."""
    return show_new_case(request, _new(request))


async def post_new(request: Request) -> Response:
    """POST /customers/{ref}/cases: fields `subject`, `priority`, `line`, `text`."""
    form, customer = await read_form(request), request.path_params["ref"]
    answer, ref = await do_open(request, customer, form, _new(request))
    return answer if ref is None else await _with_cases(request, answer, customer)


def _case(request: Request) -> tuple[str, Place]:
    ref = request.path_params["ref"]
    return ref, Place(f"/cases/{quote(ref, safe='')}/work")


def _new(request: Request) -> Place:
    return Place(f"{customer_path(request.path_params['ref'])}/cases")


async def _with_cases(request: Request, answer: Response, customer: str) -> Response:
    """The answer, and the list of the customer's cases as it is by now."""
    state = request.app.state
    known = await state.knowledge.of_customer(customer, state.clock())
    async with state.sessions() as session:
        closed = await closed_cases(session, known.customer.id)
        refs = [*(case.ref for case in known.open_cases), *(case["ref"] for case in closed)]
        events = await case_events(session, refs)
    context = {
        "answer": bytes(answer.body).decode(),
        "known": known,
        "customer": known.customer,
        "facts": known.facts,
        "closed": closed,
        "events": events,
        "customer_path": customer_path,
        "may_work": request.state.viewer.may(Permission.CASES_WORK),
    }
    response: Response = state.templates.response(request, "profile/_cases_changed.html", context)
    return response
