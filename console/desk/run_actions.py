"""What the actions of a script do: a case is opened, a call-back promised, something offered. Handing over is
on record in the run only. What is promised is told on the case that was opened in the same run, too."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from console.cases.actions import comment, open_case
from console.cases.steps import LONGEST_SUBJECT, By, NewCase
from console.desk.run_doing import Arguments, Doing, said
from console.desk.run_promises import make_offer, promise_callback
from console.errors import InvalidError, Problem
from console.promises.models import OfferAnswer
from console.promises.words import ANSWERS
from console.scripts.rendering import ACTIONS, IN_DAYS
from console.web.i18n import gettext as _
from scripts_engine.facts import PRIORITIES
from scripts_engine.script import LINES, Action


async def act(doing: Doing, action: Action, arguments: Arguments) -> str:
    """Take the action; what came of it, in a few words. Raises InvalidError when it cannot be taken."""
    return await _ACTS[action](doing, arguments)


async def _open_case(doing: Doing, arguments: Arguments) -> str:
    """A case for the customer who calls; its key."""
    customer = doing.ground.known.customer
    if customer is None:
        why = _("There is no customer to open a case for: say who is calling, or go on without it.")
        raise InvalidError([Problem("customer", why)])
    opened = _("Opened in the call script “%(title)s”.", title=doing.script.title)
    new = _case(arguments, doing.script.title, opened)
    return await open_case(doing.session, customer.ref, new, _by(doing))


def _case(arguments: Arguments, title: str, opened: str) -> NewCase:
    """What a script says of its case, as far as a case can be so."""
    subject = " ".join(str(arguments.get("subject") or title).split())[:LONGEST_SUBJECT]
    line, priority = arguments.get("line"), arguments.get("priority")
    return NewCase(
        subject,
        str(priority) if priority in PRIORITIES else "normal",
        int(line) if line in LINES else 1,
        opened,
    )


def _by(doing: Doing) -> By:
    return By(doing.author, doing.at, doing.call, doing.zone)


async def _callback(doing: Doing, arguments: Arguments) -> str:
    due = await promise_callback(doing, arguments)
    when = f"{datetime.fromisoformat(due):%Y-%m-%d %H:%M}"
    told = said({name: value for name, value in arguments.items() if name != IN_DAYS})
    await _tell(doing, Action.SCHEDULE_CALLBACK, f"{when}, {told}" if told else when)
    return due


async def _offer(doing: Doing, arguments: Arguments) -> str:
    answer = await make_offer(doing, arguments)
    await _tell(doing, Action.OFFER, f"{said(arguments)} ({_(ANSWERS[OfferAnswer(answer)])})".strip())
    return answer


async def _note(doing: Doing, arguments: Arguments) -> str:
    told = said(arguments) or _(ACTIONS[Action.TRANSFER])
    await _tell(doing, Action.TRANSFER, told)
    return told


async def _tell(doing: Doing, action: Action, told: str) -> None:
    """Say it on the case that was opened in this run, if any."""
    case = _case_of(doing)
    if case is not None:
        await comment(doing.session, case, f"{_(ACTIONS[action])}: {told}", _by(doing))


def _case_of(doing: Doing) -> str | None:
    """The case that was opened in this run, the last of several."""
    opened = [done.result for done in doing.run.done if done.action == Action.OPEN_CASE]
    return opened[-1] if opened else None


_ACTS: Mapping[Action, Callable[[Doing, Arguments], Awaitable[str]]] = {
    Action.OPEN_CASE: _open_case,
    Action.SCHEDULE_CALLBACK: _callback,
    Action.TRANSFER: _note,
    Action.OFFER: _offer,
}
