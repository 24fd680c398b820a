"""The actions of scripts that are promises: a call-back is promised, and something is offered."""

from console.desk.run_doing import Arguments, Doing, said
from console.errors import InvalidError, Problem
from console.promises.appointments import appoint, days_ahead, propose
from console.promises.models import Callback, CallbackState, Offer, OfferAnswer
from console.scripts.rendering import IN_DAYS
from console.web.i18n import gettext as _
from scripts_engine.script import LINES

NOT_SAID = frozenset({IN_DAYS, "line"})
"""Arguments of a call-back that have places of their own."""


async def promise_callback(doing: Doing, arguments: Arguments) -> str:
    """A call-back to whoever calls; when, in ISO 8601 by the clock on the wall."""
    when = doing.given.when or propose(doing.run.since, days_ahead(arguments.get(IN_DAYS)), doing.zone)
    due = appoint(when, doing.at, doing.zone)
    customer, line = doing.ground.known.customer, arguments.get("line")
    callback = Callback(
        customer_id=customer.id if customer else None,
        call_id=doing.call,
        number=_number(doing),
        due_at=due,
        owner=doing.author if doing.given.own else None,
        line=line if line in LINES else doing.ground.agent.line,
        note=_note(doing, arguments),
        author=doing.author,
        made_at=doing.at,
        state=CallbackState.OPEN.value,
    )
    doing.session.add(callback)
    return due.isoformat()


def _note(doing: Doing, arguments: Arguments) -> str:
    told = {name: value for name, value in arguments.items() if name not in NOT_SAID}
    return " ".join(said(told).split()) or doing.script.title


def _number(doing: Doing) -> str:
    """Where to call: the number of the call, else one of the customer's. Raises InvalidError."""
    known = doing.ground.known
    number = known.identification.number.e164
    own = known.customer.numbers if known.customer else ()
    found = number or next((each.e164 for each in own if each.e164), None)
    if found is not None:
        return found
    if known.customer is None:
        why = _(
            "There is no number to call back, and nobody is chosen: say who is calling, or go on without it."
        )
    else:
        why = _("There is no number to call back: add one to the customer's record, or go on without it.")
    raise InvalidError([Problem("number", why)])


async def make_offer(doing: Doing, arguments: Arguments) -> str:
    """What was answered to it."""
    answer = doing.given.answer
    if answer not in {*OfferAnswer}:
        raise InvalidError([Problem("answer", _("Say what was answered: accepted, declined, or later."))])
    customer = doing.ground.known.customer
    offer = Offer(
        customer_id=customer.id if customer else None,
        call_id=doing.call,
        script_key=doing.script.key,
        script_version=doing.version,
        step=doing.run.step,
        what=" ".join(said(arguments).split()) or doing.script.title,
        answer=answer,
        author=doing.author,
        at=doing.at,
    )
    doing.session.add(offer)
    return answer
