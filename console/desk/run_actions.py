"""What the actions of a script do. A case is opened; what has no place of its own yet (call-backs, offers,
handing over) is on record in the run, and on the case that was opened in it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from console.cases.actions import comment, save_cases
from console.cases.records import CaseRecord
from console.desk.run_entry import Ground
from console.errors import InvalidError, Problem
from console.scripts.rendering import ACTIONS, Argument
from console.web.i18n import gettext as _
from scripts_engine.captures import in_words
from scripts_engine.facts import PRIORITIES
from scripts_engine.run import Run
from scripts_engine.script import LINES, Action, Script

REF_PREFIX = "NEW-"
REF_BYTES = 4
LONGEST_SUBJECT = 500


@dataclass(frozen=True, slots=True)
class Doing:
    """For whom an action is taken, in which run, by whom and when; all in the session's transaction."""

    session: AsyncSession
    ground: Ground
    author: str
    script: Script
    run: Run
    at: datetime


Arguments = Mapping[str, Argument]


async def act(doing: Doing, action: Action, arguments: Arguments) -> str:
    """Take the action; what came of it, in a few words. Raises InvalidError when it cannot be taken."""
    return await _ACTS.get(action, _note)(doing, action, arguments)


async def _open_case(doing: Doing, _action: Action, arguments: Arguments) -> str:
    """A case for the customer who calls; its key."""
    customer = doing.ground.known.customer
    if customer is None:
        why = _("There is no customer to open a case for: say who is calling, or go on without it.")
        raise InvalidError([Problem("customer", why)])
    ref = REF_PREFIX + secrets.token_hex(REF_BYTES).upper()
    record = CaseRecord(ref, customer.ref, _case_values(arguments, doing.script.title, doing.at))
    [result] = await save_cases(doing.session, [record], doing.at, doing.author)
    if isinstance(result, Problem):
        raise InvalidError([result])
    said = _("Opened in the call script “%(title)s”.", title=doing.script.title)
    await comment(doing.session, ref, said, doing.author, doing.at)
    return ref


def _case_values(arguments: Arguments, title: str, at: datetime) -> dict[str, object]:
    """What a script says of its case, as far as a case can be so."""
    subject = " ".join(str(arguments.get("subject") or title).split())[:LONGEST_SUBJECT]
    values: dict[str, object] = {"subject": subject, "opened_at": at}
    if arguments.get("line") in LINES:
        values["line"] = arguments["line"]
    if arguments.get("priority") in PRIORITIES:
        values["priority"] = arguments["priority"]
    return values


async def _note(doing: Doing, action: Action, arguments: Arguments) -> str:
    """What was promised; also on the case that was opened in this run, if any."""
    said = _said(arguments) or _(ACTIONS[action])
    case = _case_of(doing)
    if case is not None:
        await comment(doing.session, case, f"{_(ACTIONS[action])}: {said}", doing.author, doing.at)
    return said


def _said(arguments: Arguments) -> str:
    """All of it, in a line; a text that stands alone needs no name."""
    if len(arguments) == 1 and isinstance(only := next(iter(arguments.values())), str):
        return only
    return ", ".join(f"{in_words(name)}: {value}" for name, value in arguments.items())


def _case_of(doing: Doing) -> str | None:
    """The case that was opened in this run, the last of several."""
    opened = [done.result for done in doing.run.done if done.action == Action.OPEN_CASE]
    return opened[-1] if opened else None


_ACTS: Mapping[Action, Callable[[Doing, Action, Arguments], Awaitable[str]]] = {Action.OPEN_CASE: _open_case}
