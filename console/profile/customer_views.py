"""The pages of customers and companies: `/customers/{ref}`, `/companies/{ref}`."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.customers.learning import learnt_of
from console.customers.paths import company_path, customer_path
from console.errors import NotFoundError
from console.facts.known import Known
from console.facts.views import CustomerView
from console.identity.permissions import Permission
from console.profile.company import company_cases, company_figures, company_named, company_orders
from console.profile.customer import COLLEAGUES_SHOWN, PEOPLE_ON_A_PAGE, case_events, closed_cases, people
from console.profile.customer_drawing import (
    RefusedMove,
    draw_callback,
    draw_now,
    draw_number,
    draw_said,
    late_first,
    talked,
)
from console.profile.dialling import can_dial
from console.profile.merge_history import merges_of, partings_of
from console.profile.merge_views import kept_path
from console.profile.person import callbacks_of, numbers_of
from console.profile.timeline import SHOWS, read_place, timeline
from console.promises.queries import owed
from console.web.i18n import gettext as _

ADDRESSES = {"customer_path": customer_path, "company_path": company_path}


async def customer_page(request: Request) -> Response:
    """GET /customers/{ref}: all about one customer. `?show=`: a part of the timeline, `?older=`: from a place
    in it on. A key that was merged leads to the customer that was kept, `?was=` that key."""
    ref = request.path_params["ref"]
    known, customer = await _known(request, ref)
    if customer.ref != ref:
        return RedirectResponse(kept_path(customer.ref, ref), HTTPStatus.SEE_OTHER)
    return _page(request, "profile/customer.html", await _all_about(request, known, customer))


async def refused_page(request: Request, ref: str, refused: RefusedMove) -> Response:
    """The page of the customer again, with what was typed in it, and why it was not done."""
    known, customer = await _known(request, ref)
    context = await _all_about(request, known, customer) | {"refused": refused}
    return _page(request, "profile/customer.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _all_about(request: Request, known: Known, customer: CustomerView) -> dict[str, Any]:
    state, viewer = request.app.state, request.state.viewer
    at: datetime = state.clock()
    async with state.sessions() as session:
        context = await _history(session, request, known, customer)
        context |= await _company(session, known, customer, at)
        context |= await _merges(session, request, customer)
        said = await learnt_of(session, customer.id)
        theirs = callbacks_of(customer.id, await numbers_of(session, customer.id))
        owes = await owed(session, theirs)
    zone, region = state.templates.zone, state.settings.region
    callbacks = [draw_callback(each, at, zone, region) for each in owes]
    return context | {
        "known": known,
        "customer": customer,
        "facts": known.facts,
        "currency": state.settings.currency,
        "now": draw_now(known, at.astimezone(zone).date(), callbacks),
        "numbers": [draw_number(number, region) for number in customer.numbers],
        "said": draw_said(said, region),
        "callbacks": callbacks,
        "refused": None,
        "may_promise": viewer.may(Permission.CALLBACKS_CHANGE),
        "may_learn": viewer.may(Permission.DESK_LEARN),
        "orders": late_first(known),
        "may_change": viewer.may(Permission.RECORDS_WRITE),
        "may_erase": viewer.may(Permission.PERSONS_ERASE),
        "may_work": viewer.may(Permission.CASES_WORK),
        "can_dial": await can_dial(state.commands),
    }


async def _known(request: Request, ref: str) -> tuple[Known, CustomerView]:
    state = request.app.state
    try:
        known = await state.knowledge.of_customer(ref, state.clock())
    except NotFoundError:
        sentence = _(
            "There is no customer %(ref)s (any more). Look for the name in the search box of the desk.",
            ref=ref,
        )
        raise NotFoundError(sentence) from None
    return known, known.customer


async def _history(
    session: AsyncSession, request: Request, known: Known, customer: CustomerView
) -> dict[str, Any]:
    """The timeline, and what happened to the cases."""
    show = request.query_params.get("show", "all")
    show = show if show in SHOWS else "all"
    behind = read_place(request.query_params.get("older", ""))
    entries, older = await timeline(session, customer.id, show, behind)
    closed = await closed_cases(session, customer.id)
    refs = [*(case.ref for case in known.open_cases), *(case["ref"] for case in closed)]
    return {
        "entries": entries,
        "show": show,
        "behind": behind,
        "newest": urlencode({"show": show}),
        "older": older and urlencode({"show": show, "older": str(older)}),
        "talked": talked,
        "closed": closed,
        "events": await case_events(session, refs),
    }


async def _company(
    session: AsyncSession, known: Known, customer: CustomerView, at: datetime
) -> dict[str, Any]:
    """The company's people and sums."""
    if known.company is None:
        return {"colleagues": [], "more_colleagues": False, "company_figures": None}
    found, more = await people(session, known.company.ref, COLLEAGUES_SHOWN + 1)
    colleagues = [each for each in found if each.ref != customer.ref]
    return {
        "colleagues": colleagues[:COLLEAGUES_SHOWN],
        "more_colleagues": more or len(colleagues) > COLLEAGUES_SHOWN,
        "company_figures": await company_figures(session, known.company.ref, at),
    }


async def _merges(session: AsyncSession, request: Request, customer: CustomerView) -> dict[str, Any]:
    """Who was merged into the customer, and taken apart again."""
    merges, was = await merges_of(session, customer.id), request.query_params.get("was", "")
    return {
        "merges": merges,
        "partings": await partings_of(session, customer.id),
        "was": next((each for each in merges if each.ref == was), None),
        "may_merge": request.state.viewer.may(Permission.RECORDS_MERGE),
    }


async def company_page(request: Request) -> Response:
    """GET /companies/{ref}: a company: people, sums, open cases, purchases; `?name=&after=` more people."""
    state, ref = request.app.state, request.path_params["ref"]
    at, query = state.clock(), request.query_params
    async with state.sessions() as session:
        name = await _company_name(session, ref)
        first, _more = await people(session, ref, 1)
        after = (query.get("name", ""), query.get("after", ""))
        shown, more = await people(session, ref, PEOPLE_ON_A_PAGE, after)
        context = {
            "ref": ref,
            "name": name,
            "people": shown,
            "later": any(after),
            "next": more and urlencode({"name": shown[-1].name, "after": shown[-1].ref}),
            "figures": await company_figures(session, ref, at),
            "cases": await company_cases(session, ref),
            "orders": await company_orders(session, ref, at, state.templates.zone),
            "at": at,
            "currency": state.settings.currency,
        }
    known = await state.knowledge.of_customer(first[0].ref, at) if first else None
    context["facts"] = known.facts if known else {}  # of whomever: those of the company are the same for all
    return _page(request, "profile/company.html", context)


async def _company_name(session: AsyncSession, ref: str) -> str:
    try:
        return await company_named(session, ref)
    except NotFoundError:
        sentence = _(
            "There is no company %(ref)s. Look for its name, or for one of its people, in the search box."
        )
        raise NotFoundError(sentence % {"ref": ref}) from None


def _page(
    request: Request, name: str, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> Response:
    given = {**context, **ADDRESSES}
    response: Response = request.app.state.templates.response(request, name, given, status=status)
    return response
