"""Puts a pop together from what is known, what was picked and whose phone rings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from console.calls.record import PickRecord
from console.customers.identification import Match, Outcome, SetAside
from console.customers.learning import Learnt
from console.desk.pop import (
    NOT_HANDED_OVER,
    NOT_JUDGED,
    CallerPart,
    CallPart,
    LegPart,
    Pop,
    PopAside,
    PopCallback,
    PopCallFacts,
    PopCandidate,
    PopCase,
    PopCustomer,
    PopLearnt,
    PopOrder,
    PopReason,
    PopScript,
    PopState,
)
from console.facts.call import CallFacts
from console.facts.known import Known
from console.facts.views import CallbackView, CaseView, OrderView
from console.queues.directory import Agent, Directory, QueueInfo
from console.scripts.rendering import RenderedStep
from scripts_engine.selection import Pick
from telephony.events import Direction
from telephony.lifecycle import Call, Leg
from telephony.numbers import display

ORDERS_AT_A_GLANCE = 6
"""Orders on a pop: more are not read while the phone rings. Late ones are there in any case."""

CANDIDATES_AT_A_GLANCE = 50
"""Customers on a pop who have the caller's number, the likeliest: nobody reads on."""

ASIDE_AT_A_GLANCE = 5
"""Customers on a pop whose number only looks like the caller's: strangers, in all likelihood."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A pick with the version of its script and the first step, filled in; and what was known of the call.
    `noted` goes on record (None: nothing was to be picked)."""

    pick: Pick
    version: int
    step: RenderedStep | None
    of_call: CallFacts | None = None
    noted: PickRecord | None = None


NOTHING_PICKED = Picked(Pick(None, (), "", None), 0, None)


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a pop comes up: whose desk, from which queue (None: from none), and at an internal call the name
    of the colleague at the other end ("" where nobody has the extension)."""

    agent: Agent
    queue: QueueInfo | None
    internal_name: str | None


def is_dialling(call: Call, leg: Leg, agent: Agent) -> bool:
    """Whether the agent of this leg made the call."""
    if call.direction is Direction.OUTBOUND:
        return leg.id == call.legs[0].id  # the others came in by a transfer
    return call.direction is Direction.INTERNAL and call.caller.number == agent.extension


def screen_of(call: Call, leg: Leg, agent: Agent, directory: Directory) -> Screen:
    """Where the pop of this agent's leg comes up."""
    queue = directory.queue(leg.queue) if leg.queue else None
    if call.direction is not Direction.INTERNAL:
        return Screen(agent, queue, None)
    if is_dialling(call, leg, agent):
        colleague = directory.at_extension(call.dialled)
    else:  # whose phone it is counts more than the number that it sends
        colleague = directory.agent(call.dialler) or directory.at_extension(call.caller.number)
    return Screen(agent, queue, colleague.name if colleague else "")


def compose(
    call: Call,
    leg: Leg,
    screen: Screen,
    *,
    caller: CallerPart,
    others: CallPart,
    picked: Picked,
    received_at: datetime,
    can: list[str],
) -> Pop:
    """The pop of an offer."""
    agent, queue = screen.agent, screen.queue
    dialling = is_dialling(call, leg, agent)
    pop: Pop = {
        "leg": leg.id,
        "call": call.id,
        "link": call.link,
        "user_id": agent.user_id,
        "queue": leg.queue,
        "queue_title": queue.title if queue else None,
        "line": queue.line if queue else agent.line,
        "direction": call.direction.value,
        "dialling": dialling,
        "internal_name": screen.internal_name,
        "caller_name": "" if caller["match"] == Outcome.WITHHELD else call.caller.name,
        "script": of_script(picked),
        "call_facts": _call_facts(picked.of_call),
        "can": can,
        "listened": [],
        **NOT_HANDED_OVER,
        "offered_at": leg.offered_at.isoformat(),
        "received_at": received_at.timestamp(),
        "stages": {},
        **caller,
        **others,
        **of_leg(leg),
        **NOT_JUDGED,
    }
    if dialling and screen.internal_name is not None:
        pop["number"] = call.dialled  # the caller's is the agent's own extension
    return pop


def _call_facts(of_call: CallFacts | None) -> PopCallFacts | None:
    if of_call is None:
        return None
    return {
        "queue": of_call.queue,
        "direction": of_call.direction,
        "dialled": of_call.dialled,
        "line": of_call.line,
        "wait_s": of_call.wait_s,
        "transferred": of_call.transferred,
    }


def of_caller(known: Known, learnt: Sequence[Learnt] = ()) -> CallerPart:
    """What a pop says of the caller: put together as soon as it is known, perhaps before a phone rings."""
    who = known.identification
    withheld = who.outcome is Outcome.WITHHELD
    matches = () if known.customer else who.matches
    return {
        "number": display(who.number),
        "e164": None if withheld else who.number.e164,
        "twin": None if withheld else who.number.twin,
        "match": who.outcome.value,
        "match_why": who.why,
        "match_steps": list(who.steps),
        "set_aside": [_aside(aside) for aside in who.set_aside[:ASIDE_AT_A_GLANCE]],
        "number_label": who.bound.label if who.bound else None,
        "customer": _customer(known),
        "candidates": [_candidate(match) for match in matches[:CANDIDATES_AT_A_GLANCE]],
        "candidates_in_all": len(matches),
        "orders": [_order(order) for order in _late_first(known)],
        "late_orders": int(known.facts.get("purchases.late_open", 0)),  # type: ignore[arg-type] # a number
        "cases": [_case(case) for case in (*known.open_cases, *known.closed_cases)],
        "callbacks": [_callback(each) for each in known.callbacks],
        "offers": [
            {"what": each.what, "answer": each.answer, "at": each.at.isoformat()} for each in known.offers
        ],
        "calls_7d": _whole(known.facts, "contacts.calls_7d"),
        "repeat_today": known.facts.get("contacts.repeat_today") is True,
        "last_call_at": _moment(known.last_call_at),
        "learnt": [_learnt(each) for each in learnt],
    }


def _moment(at: date | None) -> str | None:
    return at.isoformat() if at else None


def of_leg(leg: Leg) -> LegPart:
    """What a pop says of its leg: the part that changes while the call goes on."""
    if leg.result is not None:
        state: PopState = "ended" if leg.talked else "withdrawn"
    else:
        state = "answered" if leg.answered_at else "ringing"
    return {
        "state": state,
        "held": leg.held,
        "result": leg.result.value if leg.result else None,
        "answered_at": _moment(leg.answered_at),
        "ended_at": _moment(leg.ended_at),
    }


def _whole(facts: Mapping[str, object], name: str) -> int | None:
    value = facts.get(name)
    return value if isinstance(value, int) else None


def _customer(known: Known) -> PopCustomer | None:
    customer = known.customer
    if customer is None:
        return None
    return {
        "ref": customer.ref,
        "name": customer.name,
        "company": known.company.name if known.company else None,
        "segment": customer.segment,
        "language": customer.language,
        "email": customer.email,
        "customer_since": _moment(customer.customer_since),
        "birthday_today": customer.birthday_today,
    }


def _candidate(match: Match) -> PopCandidate:
    return {
        "ref": match.ref,
        "name": match.name,
        "company": match.company,
        "strength": match.strength.value,
        "why": match.why,
    }


def _learnt(learnt: Learnt) -> PopLearnt:
    return {
        "id": learnt.id,
        "kind": learnt.kind.value,
        "at": learnt.at.isoformat(),
        "user_id": learnt.user_id,
        "author": learnt.author,
        "customer": learnt.customer_name,
        "ref": learnt.customer_ref,
    }


def _aside(aside: SetAside) -> PopAside:
    return {"ref": aside.ref, "why": aside.why}


def _late_first(known: Known) -> list[OrderView]:
    """The late orders, longest waiting first, then the latest others as far as there is room."""
    late = {order.ref for order in known.late_orders}
    others = [order for order in known.orders if order.ref not in late]
    return [*known.late_orders, *others[: max(0, ORDERS_AT_A_GLANCE - len(late))]]


def _order(order: OrderView) -> PopOrder:
    return {
        "ref": order.ref,
        "placed_at": order.placed_at.isoformat(),
        "status": order.status,
        "total": str(order.total),
        "currency": order.currency,
        "promised_at": _moment(order.promised_at),
        "delivered_at": _moment(order.delivered_at),
        "late_days": order.late_days,
        "summary": order.summary,
    }


def _case(case: CaseView) -> PopCase:
    return {
        "ref": case.ref,
        "subject": case.subject,
        "status": case.status,
        "priority": case.priority,
        "line": case.line,
        "opened_at": case.opened_at.isoformat(),
        "due_at": _moment(case.due_at),
        "overdue": case.overdue,
        "reopened": case.reopened,
        "closed_at": _moment(case.closed_at),
        "owner": case.owner_name,
        "touched": case.touched,
    }


def _callback(callback: CallbackView) -> PopCallback:
    return {
        "due_at": callback.due_at.isoformat(),
        "by": callback.by,
        "note": callback.note,
        "overdue": callback.overdue,
    }


def of_script(picked: Picked) -> PopScript | None:
    """What a pop says of the script."""
    pick = picked.pick
    if pick.script is None:
        return None
    why: list[PopReason] = [
        {"condition": reason.condition, "value": reason.value, "text": reason.text} for reason in pick.why
    ]
    said: PopScript = {
        "key": pick.script.key,
        "title": pick.script.title,
        "version": picked.version,
        "sentence": pick.sentence,
        "why": why,
        "runner_up": pick.runner_up.title if pick.runner_up else None,
        "step": {**picked.step} if picked.step else None,
    }
    if pick.script.articles:
        said["articles"] = [*pick.script.articles]
    return said
