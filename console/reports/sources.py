"""The statements of reports. Each gives a row per record: `what` it is counted under, when (`at`), and what
is counted of it. They only choose rows: counting is the business of `console.figures`."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from console.calls.models import Call, Leg, Pop, Visit, WrapUp
from console.cases.models import Case
from console.customers.models import Customer
from console.figures.intervals import Span
from console.identity.models import User, UserQueue
from console.promises.models import Callback, Offer
from console.queues.models import AgentState
from console.reports.choice import By, Only
from telephony.events import Direction

LONGEST_CALL = timedelta(days=1)
"""What belongs to a call is looked for behind the index of when calls began, so far back."""

Column = ColumnElement[Any]

_OF_CALLS: Mapping[By, Column] = {
    By.QUEUE: Call.queue.expression,
    By.LINE: Call.line.expression,
    By.SCRIPT: Call.script_key.expression,
    By.OUTCOME: Call.outcome.expression,
    By.SEGMENT: Customer.segment.expression,
}
_LAST_TALK = (
    select(Leg.user_id)
    .where(Leg.call_id == Call.id, Leg.answered_at.is_not(None))
    .order_by(Leg.answered_at.desc())
    .limit(1)
    .correlate(Call)
    .scalar_subquery()
)

OF_VISITS: Mapping[By, Column] = {
    **_OF_CALLS,
    By.QUEUE: Visit.queue.expression,
    By.LINE: Visit.line.expression,
}
OF_CALLS: Mapping[By, Column] = {**_OF_CALLS, By.AGENT: _LAST_TALK}
OF_POPS: Mapping[By, Column] = {**_OF_CALLS, By.AGENT: Pop.user_id.expression}
OF_OFFERS: Mapping[By, Column] = {
    **_OF_CALLS,
    By.SCRIPT: Offer.script_key.expression,
    By.AGENT: User.id.expression,
}
OF_CALLBACKS: Mapping[By, Column] = {**_OF_CALLS, By.LINE: Callback.line.expression}
OF_CASES: Mapping[By, Column] = {
    By.LINE: Case.line.expression,
    By.SEGMENT: Customer.segment.expression,
    By.AGENT: User.id.expression,
}


def _what(of: Mapping[By, Column], by: By) -> ColumnElement[Any]:
    return of.get(by, literal(None)).label("what")


def _within(moment: Any, period: Span) -> ColumnElement[bool]:
    return and_(moment >= period.begin, moment < period.end)


def _only(only: Only, queue: Any, line: Any) -> ColumnElement[bool]:
    asked = [(queue, only.queue), (line, only.line)]
    return and_(true(), *(column == value for column, value in asked if value is not None))


def _called_in(period: Span) -> ColumnElement[bool]:
    return and_(Call.started_at >= period.begin - LONGEST_CALL, Call.started_at < period.end)


def visits(period: Span, by: By, only: Only) -> Select[*tuple[Any, ...]]:
    """The waits that began in the period, each with the part of the agent who answered."""
    found = select(
        _what(OF_VISITS, by),
        Visit.queued_at.label("at"),
        Visit.call_id,
        Visit.number,
        Visit.queue,
        Visit.left_at,
        Visit.end,
        Leg.offered_at,
        Leg.answered_at,
        Leg.ended_at,
        Leg.result,
        Leg.held_s,
        WrapUp.began_at.label("wrap_up_began_at"),
        WrapUp.ended_at.label("wrap_up_ended_at"),
    ).select_from(Visit)
    if by in {By.SCRIPT, By.OUTCOME, By.SEGMENT}:
        found = found.join(Call, Call.id == Visit.call_id).outerjoin(
            Customer, Customer.id == Call.customer_id
        )
    return (
        found.outerjoin(Leg, Leg.id == Visit.leg_id)
        .outerjoin(WrapUp, WrapUp.leg_id == Visit.leg_id)
        .where(_within(Visit.queued_at, period), _only(only, Visit.queue, Visit.line))
    )


def parts(period: Span, only: Only) -> Select[*tuple[Any, ...]]:
    """The parts of agents whose phones began to ring in the period; of a line: of its agents."""
    return (
        select(
            Leg.user_id.label("what"),
            Leg.offered_at.label("at"),
            Leg.offered_at,
            Leg.answered_at,
            Leg.ended_at,
            Leg.result,
            Leg.held_s,
            WrapUp.began_at.label("wrap_up_began_at"),
            WrapUp.ended_at.label("wrap_up_ended_at"),
        )
        .select_from(Call)
        .join(Leg, Leg.call_id == Call.id)
        .join(User, User.id == Leg.user_id)
        .outerjoin(WrapUp, WrapUp.leg_id == Leg.id)
        .where(_called_in(period), _within(Leg.offered_at, period), _only(only, Leg.queue, User.line))
    )


def states(period: Span, only: Only) -> Select[*tuple[Any, ...]]:
    """What agents did in the period, agent by agent; of a queue: those who work in it now."""
    overlaps = and_(
        AgentState.began_at < period.end,
        or_(AgentState.ended_at.is_(None), AgentState.ended_at > period.begin),
    )
    found = (
        select(
            AgentState.user_id, AgentState.state, AgentState.reason, AgentState.began_at, AgentState.ended_at
        )
        .where(overlaps)
        .order_by(AgentState.user_id, AgentState.began_at)
    )
    if only.queue is not None:
        members = select(UserQueue.user_id).where(UserQueue.queue == only.queue)
        found = found.where(AgentState.user_id.in_(members))
    if only.line is not None:
        found = found.join(User, User.id == AgentState.user_id).where(User.line == only.line)
    return found


def _answered_inbound() -> ColumnElement[bool]:
    return and_(Call.direction == Direction.INBOUND.value, Call.answered_at.is_not(None))


def rated(period: Span, by: By, only: Only) -> Select[*tuple[Any, ...]]:
    """The answered calls of the period that were rated, or whose caller nobody knows."""
    return (
        select(_what(OF_CALLS, by), Call.started_at.label("at"), Call.satisfaction, Call.customer_id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(
            _within(Call.started_at, period),
            _answered_inbound(),
            _only(only, Call.queue, Call.line),
            or_(Call.satisfaction.is_not(None), Call.customer_id.is_(None)),
        )
    )


def contacts(period: Span, by: By, only: Only, within: timedelta) -> Select[*tuple[Any, ...]]:
    """The contacts of all customers who called in the period, also those `within` that time before and after
    it, customer by customer. `counts`: whether it is one of those that were asked for."""
    inside = aliased(Call)
    callers = select(inside.customer_id).where(
        _within(inside.started_at, period), inside.customer_id.is_not(None), inside.answered_at.is_not(None)
    )
    return (
        select(
            _what(OF_CALLS, by),
            Call.started_at.label("at"),
            Call.customer_id,
            func.coalesce(_only(only, Call.queue, Call.line), literal(value=False)).label("counts")
            if only != Only()
            else literal(value=True).label("counts"),
        )
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(
            Call.customer_id.in_(callers),
            _within(Call.started_at, Span(period.begin - within, period.end + within)),
            _answered_inbound(),
        )
        .order_by(Call.customer_id, Call.started_at)
    )


def pops(period: Span, by: By, only: Only) -> Select[*tuple[Any, ...]]:
    """The pops of the period, and whether those of calls that were handed over came with their packet."""
    return (
        select(_what(OF_POPS, by), Pop.offered_at.label("at"), Pop.shown_at, Pop.packet)
        .select_from(Call)
        .join(Pop, Pop.call_id == Call.id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(_called_in(period), _within(Pop.offered_at, period), _only(only, Call.queue, Call.line))
    )


def offers(period: Span, by: By, only: Only) -> Select[*tuple[Any, ...]]:
    """What was offered in the period, and what was answered."""
    return (
        select(_what(OF_OFFERS, by), Offer.at.label("at"), Offer.answer)
        .select_from(Call)
        .join(Offer, Offer.call_id == Call.id)
        .outerjoin(User, User.email == Offer.author)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(_called_in(period), _within(Offer.at, period), _only(only, Call.queue, Call.line))
    )


def callbacks(period: Span, by: By, only: Only) -> Select[*tuple[Any, ...]]:
    """The call-backs that were due in the period; their queue is that of the call on which they were
    promised."""
    return (
        select(_what(OF_CALLBACKS, by), Callback.due_at.label("at"), Callback.state, Callback.settled_at)
        .outerjoin(Call, Call.id == Callback.call_id)
        .outerjoin(Customer, Customer.id == Call.customer_id)
        .where(_within(Callback.due_at, period), _only(only, Call.queue, Callback.line))
    )


def closed_cases(period: Span, by: By, only: Only) -> Select[*tuple[Any, ...]]:
    """The cases that were closed in the period. They have no queue."""
    return (
        select(_what(OF_CASES, by), Case.closed_at.label("at"), Case.opened_at)
        .outerjoin(Customer, Customer.id == Case.customer_id)
        .outerjoin(User, User.email == Case.owner)
        .where(_within(Case.closed_at, period), _only(only, literal(None), Case.line))
    )
