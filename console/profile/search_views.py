"""The search box's address."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from console.customers.paths import customer_path
from console.profile.dialling import can_dial
from console.profile.search import Found, search
from console.profile.search_question import read
from console.profile.search_statement import Kind
from console.web.i18n import N_
from console.web.i18n import gettext as _
from telephony.numbers import Plan, display, normalise
from telephony.written import without_words

MATCHED = {
    Kind.NAME: N_("name"),
    Kind.NUMBER: N_("number"),
    Kind.EMAIL: N_("e-mail"),
    Kind.ORDER: N_("order"),
    Kind.CASE: N_("case"),
    Kind.REF: N_("reference"),
    Kind.MERGED: N_("merged record"),
    Kind.COLLEAGUE: N_("name and company"),
    Kind.COMPANY: N_("company"),
}
"""How it is said what matched."""


@dataclass(frozen=True, slots=True)
class Result:
    """A customer who was found, as drawn."""

    address: str
    ref: str
    name: str
    company: str | None
    what: str
    matched: str
    number: str  # that matched; "" where something else did


async def search_customers(request: Request) -> Response:
    """GET /search?q=: who is meant, as a fragment for the box or, opened directly, as a page."""
    state = request.app.state
    typed, region = request.query_params.get("q", ""), state.settings.region
    question = read(typed, region)
    async with state.sessions() as session:
        answer = await search(session, question)
    in_box = "HX-Request" in request.headers
    results = [_result(found, region) for found in answer.found]
    nobody_has = "" if results else _whole_number(typed, region)
    numbers = [nobody_has, *(each.number for each in results)]
    context = {
        "searched": typed.strip(),
        "asked": bool(question),
        "results": results,
        "nobody_has": nobody_has,
        "more": answer.more,
        "in_box": in_box,
        "can_dial": any(numbers) and await can_dial(state.commands),
    }
    name = "profile/_found.html" if in_box else "profile/search.html"
    response: Response = state.templates.response(request, name, context)
    return response


def _whole_number(typed: str, region: str) -> str:
    """The number typed, as people read it; "" when it is none, or not all there."""
    number = normalise(without_words(typed), Plan(region))
    return display(number) if number.e164 else ""


def _result(found: Found, region: str) -> Result:
    number = normalise(found.matched, Plan(region)) if found.kind is Kind.NUMBER else None
    return Result(
        address=customer_path(found.ref),
        ref=found.ref,
        name=found.name,
        company=found.company,
        what=_(MATCHED[found.kind]),
        matched=display(number) if number else found.matched,
        number=display(number) if number else "",
    )
