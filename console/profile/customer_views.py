"""The customer page: `/customers/{ref}`."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from console.errors import NotFoundError
from console.profile.customer import MOST_COLLEAGUES, Happened, Place, colleagues, newest, timeline
from console.web.i18n import gettext as _

FUTURE = timedelta(days=1)
"""A timeline begins that far ahead: clocks differ."""


async def customer_page(request: Request) -> Response:
    """GET /customers/{ref}: all about one customer; with `?behind=` an older part of the timeline."""
    state, ref = request.app.state, request.path_params["ref"]
    at = state.clock()
    try:
        known = await state.knowledge.of_customer(ref, at)
    except NotFoundError:
        raise NotFoundError(
            _("There is no customer %(ref)s. Look for the name in the search box.", ref=ref)
        ) from None
    behind = _read_place(request.query_params.get("behind", ""))
    async with state.sessions() as session:
        entries, more = await timeline(session, known.customer.id, behind or newest(at + FUTURE))
        company = known.company
        people = await colleagues(session, company.ref, ref) if company else []
    path = f"/customers/{quote(ref, safe='')}"
    context = {
        "known": known,
        "customer": known.customer,
        "facts": known.facts,
        "currency": state.settings.currency,
        "entries": entries,
        "older": more and f"{path}?behind={quote(_write_place(more))}",
        "before": behind and behind.at,
        "people": people,
        "more_people": company is not None and company.people > MOST_COLLEAGUES + 1,
        "path": path,
    }
    response: Response = state.templates.response(request, "profile/customer.html", context)
    return response


def _write_place(place: Place) -> str:
    return f"{place.at.isoformat()} {place.happened} {place.id}"


def _read_place(text: str) -> Place | None:
    """The place in the address; None when there is none, or it is none of ours."""
    try:
        at, happened, id_ = text.split(" ", 2)
        place = Place(datetime.fromisoformat(at).astimezone(UTC), Happened(happened), id_)
    except (ValueError, OverflowError):
        return None
    return place if place.happened is Happened.CALLED or re.fullmatch(r"[0-9]{1,18}", id_) else None
