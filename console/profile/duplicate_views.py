"""The page of possible duplicates: `/duplicates`."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.customers.paths import company_path, customer_path
from console.errors import InvalidError, Problem
from console.profile.different import say_different
from console.profile.duplicate_statements import Reason
from console.profile.duplicates import Group, Place, find
from console.profile.merge_views import REASONS
from console.web.forms import read_form
from console.web.i18n import gettext as _
from telephony.numbers import Plan, display, normalise

MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class GroupDrawing:
    """A group as drawn: what all have in common, in words; and where all of them are to be seen."""

    group: Group
    reasons: list[str]
    what: str
    all_path: str


async def duplicates_page(request: Request) -> Response:
    """GET /duplicates?by=: groups with the same number, e-mail, or name and company; `?company=&key=` from a
    place on."""
    state, query = request.app.state, request.query_params
    by = query.get("by", "")
    reason = Reason(by) if by in {*Reason} else Reason.NUMBER
    place = _place(query)
    async with state.sessions() as session:
        found = await find(session, reason, place)
    on_from = found.on_from
    context = {
        "reason": reason,
        "groups": [_drawn(group, reason, state.settings.region) for group in found.groups],
        "first": place == Place(),
        "next": urlencode(_address(reason, on_from)) if on_from else "",
        "customer_path": customer_path,
        "hidden": _address(reason, place),
    }
    response: Response = state.templates.response(request, "profile/duplicates.html", context)
    return response


def _address(reason: Reason, place: Place) -> dict[str, str]:
    return {"by": reason, "company": str(place.company), "key": place.key}


def _place(query: Mapping[str, str]) -> Place:
    company = query.get("company", "")
    is_number = company.isascii() and company.isdecimal() and len(company) <= MOST_DIGITS
    return Place(query.get("key", ""), int(company) if is_number else 0)


def _drawn(group: Group, reason: Reason, region: str) -> GroupDrawing:
    first, place = group.people[0], group.place
    what = place.key
    all_path = f"/search?{urlencode({'q': place.key})}"
    if reason is Reason.NUMBER:
        what = display(normalise(place.key, Plan(region)))
    elif reason is Reason.NAME:
        what = f"{first.name}, {first.company}"
        all_path = company_path(first.company_ref or "")
    return GroupDrawing(group, [_(REASONS[each]) for each in group.reasons], what, all_path)


async def compare_customers(request: Request) -> Response:
    """GET /duplicates/compare?stays=&goes=: on to the preview of merging these two."""
    stays, goes = (request.query_params.get(name, "") for name in ("stays", "goes"))
    if not stays or not goes or stays == goes:
        why = _("Go back and choose two: one that stays, and another one that goes into it.")
        raise InvalidError([Problem(_("The two customers"), why)])
    path = f"{customer_path(stays)}/merge?{urlencode({'with': goes})}"
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)


async def post_different(request: Request) -> Response:
    """POST /duplicates/different: the customers in the fields `ref` are as many people. Back to the list."""
    state, form = request.app.state, await read_form(request)
    refs = form.getlist("ref")
    by: Any = request.state.viewer.email
    async with state.sessions.begin() as session:
        await say_different(session, refs, by, state.clock())
    where = urlencode({name: form.text(name) for name in ("by", "company", "key")})
    return RedirectResponse(f"/duplicates?{where}", HTTPStatus.SEE_OTHER)
