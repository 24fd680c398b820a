"""What is known for a preview: of a customer, of the caller of a past call, or of nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request

from console.calls.models import Call, Pick
from console.calls.picks import read_facts
from console.customers.models import Customer
from console.errors import NotFoundError
from console.facts.call import CallFacts, call_facts
from console.facts.known import Known
from console.scripts.rendering import REGION
from console.web.i18n import gettext as _
from scripts_engine.facts import FactValue
from scripts_engine.script import Script
from telephony.events import Direction
from telephony.numbers import normalise

MOST_CALLS = 15
CUSTOMER, CALL = "customer", "call"
"""How it is written who is tried: `customer:C-17`, `call:17.5`, or nothing."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Who is tried, as drawn; what is known of them, and of the call; when it is, or was."""

    who: str
    label: str
    known: Known | None
    call: CallFacts
    at: datetime
    facts: Mapping[str, FactValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PastCall:
    """A call to choose from."""

    who: str
    at: datetime
    caller: str
    queue: str | None


async def gather(request: Request, who: str, draft: Script) -> Tried:
    """What is known of `who`, facts as `POST /api/v1/pick` gathers them."""
    kind, _colon, name = who.partition(":")
    state = request.app.state
    usual = _usual_call(draft)
    if kind == CUSTOMER:
        return await _of_customer(request, name, usual)
    if kind == CALL:
        return await _of_call(request, name, usual)
    at = state.clock()
    return Tried("", "", None, usual, at, call_facts(usual, at, state.settings.time_zone))


def _usual_call(draft: Script) -> CallFacts:
    """A call for which the draft may be picked, as far as line and queue go."""
    queue = draft.queues[0] if draft.queues else None
    line = draft.lines[0] if draft.lines else 1
    return CallFacts(queue, Direction.INBOUND.value, None, line, 0, transferred=False)


async def _of_customer(request: Request, ref: str, call: CallFacts) -> Tried:
    state = request.app.state
    at = state.clock()
    try:
        known = await state.knowledge.of_customer(ref, at)
    except NotFoundError:
        return Tried("", _("This customer is not there any more."), None, call, at)
    facts = {**known.facts, **call_facts(call, at, state.settings.time_zone)}
    return Tried(f"{CUSTOMER}:{ref}", known.customer.name if known.customer else ref, known, call, at, facts)


async def _of_call(request: Request, call_id: str, usual: CallFacts) -> Tried:
    """As of the call's beginning: by the facts that its last pick has kept, else by today's records. Texts
    are filled in from today's records."""
    state = request.app.state
    async with state.sessions() as session:
        found, kept = await _stored_call(session, call_id)
    if found is None:
        return Tried("", _("This call is not there any more."), None, usual, state.clock())
    call, ref = found
    at, knowledge = call.started_at, state.knowledge
    number = normalise(call.number, knowledge.plan(call.link), withheld=not call.number)
    known = await (knowledge.of_customer(ref, at) if ref else knowledge.of_number(number, at))
    of_call = CallFacts(call.queue, call.direction, None, call.line or usual.line, None, None)
    facts = {**known.facts, **call_facts(of_call, at, state.settings.time_zone)}
    label = known.customer.name if known.customer else call.number or _("withheld number")
    return Tried(f"{CALL}:{call_id}", label, known, of_call, at, read_facts(kept) if kept else facts)


async def _stored_call(
    session: AsyncSession, call_id: str
) -> tuple[tuple[Call, str | None] | None, str | None]:
    """The call with its customer's key, and the facts of its last pick; None for what there is not."""
    statement = select(Call, Customer.ref).outerjoin(Customer, Customer.id == Call.customer_id)
    row = (await session.execute(statement.where(Call.id == call_id, Call.erased.is_(False)))).one_or_none()
    latest = select(Pick.facts).where(Pick.call_id == call_id).order_by(Pick.at.desc(), Pick.id).limit(1)
    return (None if row is None else (row[0], row[1])), await session.scalar(latest)


async def past_calls(session: AsyncSession) -> list[PastCall]:
    """The latest calls that came in."""
    rows = await session.execute(
        select(Call.id, Call.started_at, Call.number, Call.queue, Customer.name)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(Call.direction == Direction.INBOUND.value, Call.erased.is_(False))
        .order_by(Call.started_at.desc(), Call.id.desc())
        .limit(MOST_CALLS)
    )
    return [
        PastCall(f"{CALL}:{call_id}", at, name or number or _("withheld number"), queue)
        for call_id, at, number, queue, name in rows
    ]


def context_of(
    tried: Tried, facts: Mapping[str, FactValue], agent: object, captured: Sequence[str]
) -> dict[str, Any]:
    """What texts may name."""
    known = tried.known
    return {
        "customer": known.customer if known else None,
        "company": known.company if known else None,
        "orders": known.orders if known else (),
        "late_orders": known.late_orders if known else (),
        "open_cases": known.open_cases if known else (),
        "call": tried.call,
        "agent": agent,
        "answers": {name: f"‹{name}›" for name in captured},
        "facts": facts,
        REGION: known.identification.number.region if known else None,
    }
