"""The form in which a customer is changed: `/customers/{ref}/change`."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.customers.merged import kept_refs
from console.customers.paths import customer_path
from console.errors import NotFoundError
from console.profile.change_form import MOST_NUMBERS, FormDrawing, draw_again, draw_form, read_change
from console.profile.changing import Change, change_customer, stored_customer
from console.profile.fields import forms
from console.web.forms import read_form
from console.web.i18n import gettext as _


async def change_page(request: Request) -> Response:
    """GET /customers/{ref}/change: the form, as the customer is stored now. A key that was merged leads to
    the one that was kept."""
    ref = request.path_params["ref"]
    async with request.app.state.sessions() as session:
        document = await stored_customer(session, ref)
        kept = {} if document else await kept_refs(session, [ref])
    if ref in kept:
        return RedirectResponse(f"{customer_path(kept[ref])}/change", HTTPStatus.SEE_OTHER)
    if document is None:
        raise NotFoundError(_("There is no customer %(ref)s (any more).", ref=ref))
    return _form(request, draw_form(document), HTTPStatus.OK)


async def post_change(request: Request) -> Response:
    """POST /customers/{ref}/change: on to the customer's page, or the form again with what kept it from being
    saved."""
    state, ref = request.app.state, request.path_params["ref"]
    settings = state.settings
    typed = read_change(await read_form(request))
    reads = forms(settings.locale, settings.time_zone, settings.region)
    change = Change(ref, typed, state.clock(), reads, settings.currency)
    try:
        again = await change_customer(state.sessions, change)
    except NotFoundError:
        async with state.sessions() as session:
            kept = await kept_refs(session, [ref])
        gone = _merged(ref, kept[ref]) if ref in kept else _gone(ref)
        return _form(request, draw_again(typed, {}), HTTPStatus.NOT_FOUND, gone)
    if again is None:
        return RedirectResponse(customer_path(ref), HTTPStatus.SEE_OTHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if again.problems else HTTPStatus.CONFLICT
    return _form(request, again, status)


def _gone(ref: str) -> str:
    return _(
        "There is no customer %(ref)s (any more): nothing was saved. What you typed is still here.", ref=ref
    )


def _merged(ref: str, kept: str) -> str:
    return _(
        "Customer %(ref)s was merged into %(kept)s meanwhile: nothing was saved. What you typed is still "
        "here; change %(kept)s instead.",
        ref=ref,
        kept=kept,
    )


def _form(request: Request, form: FormDrawing, status: HTTPStatus, gone: str = "") -> Response:
    ref = request.path_params["ref"]
    context = {
        "ref": ref,
        "path": customer_path(ref),
        "form": form,
        "gone": gone,
        "most_numbers": MOST_NUMBERS,
    }
    response: Response = request.app.state.templates.response(
        request, "profile/change.html", context, status=status
    )
    return response
