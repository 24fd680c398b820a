"""What agents do with entries of the work list: claim, release, close. One of two who do it at once wins, in
whatever process they are; the other is told who has it and since when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.clock import on_clock
from console.db.engine import Sessions
from console.db.writing import write
from console.errors import ForbiddenError, LinesideError, NotFoundError
from console.identity.models import User
from console.identity.permissions import Permission
from console.identity.viewer import Viewer
from console.promises.models import Callback
from console.queues.models import Queue
from console.web.i18n import N_
from console.web.i18n import gettext as _
from console.worklist.entry import Done, DoneError, Entry, How, TakenError, claim, close, release
from console.worklist.models import MissedCaller
from console.worklist.stored import Kept, entry_of, keep

LARGEST_ID = 2**63 - 1
"""No database counts further."""


class Kind(StrEnum):
    """What an entry is about."""

    MISSED = "missed"
    CALLBACK = "callback"


ALREADY = {
    How.CALLED_BACK: N_("%(who)s called back at %(time)s already: it is done."),
    How.CALLED_AGAIN: N_("They called again, and %(who)s answered at %(time)s: it is done."),
    How.REACHED_OTHERWISE: N_("%(who)s reached them at %(time)s already: it is done."),
    How.NO_NEED: N_("%(who)s noted at %(time)s that nobody needs to call: it is done."),
    How.WRONG_NUMBER: N_("%(who)s noted at %(time)s that the number is wrong: it is done."),
}


class RefusedError(LinesideError):
    """Somebody else was first; the sentence says who, and when."""

    status = TakenError.status


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does something with entries, at `at` on the agent's clock; claims last so long."""

    viewer: Viewer
    at: datetime
    lasts: timedelta

    @property
    def any_claim(self) -> bool:
        """Whether what another agent has claimed is theirs to give back or close, too."""
        return self.viewer.may(Permission.WORK_ALL)


Step = Callable[[Entry, Doing], Entry]


def claiming(entry: Entry, doing: Doing) -> Entry:
    """The agent takes it."""
    return claim(entry, doing.viewer.email, doing.at, doing.lasts)


def releasing(entry: Entry, doing: Doing) -> Entry:
    """The agent gives it back."""
    return release(entry, doing.viewer.email, doing.at, doing.lasts, any_claim=doing.any_claim)


def closing(how: How) -> Step:
    """It is done, the agent says, and how."""

    def step(entry: Entry, doing: Doing) -> Entry:
        done = Done(how, doing.viewer.email, doing.at)
        return close(entry, done, doing.lasts, any_claim=doing.any_claim)

    return step


async def change(sessions: Sessions, kind: Kind, id_: int, step: Step, doing: Doing) -> None:
    """Do it, and commit. Raises NotFoundError, ForbiddenError (another line's, another queue's) and
    RefusedError."""

    async def work(session: AsyncSession) -> None:
        kept = await _locked(session, kind, id_)
        await _refuse_others(session, kept, doing.viewer)
        try:
            keep(kept, step(entry_of(kept), doing))
        except TakenError as error:
            who = await _name(session, error.claim.by)
            raise RefusedError(
                _("%(who)s took this at %(time)s.", who=who, time=_clock(error.claim.at, doing))
            ) from error
        except DoneError as error:
            who = await _name(session, error.done.by)
            sentence = _(ALREADY[error.done.how], who=who, time=_clock(error.done.at, doing))
            raise RefusedError(sentence) from error

    await write(sessions, work)


async def _locked(session: AsyncSession, kind: Kind, id_: int) -> Kept:
    found: Kept | None = None
    if id_ <= LARGEST_ID:
        found = await (
            session.get(MissedCaller, id_, with_for_update=True)
            if kind is Kind.MISSED
            else session.get(Callback, id_, with_for_update=True)
        )
    if found is None:
        raise NotFoundError(_("This is not on the work list any more."))
    return found


async def _refuse_others(session: AsyncSession, kept: Kept, viewer: Viewer) -> None:
    queue, line = await _place(session, kept)
    if not sees(viewer, line, queue):
        title = await session.scalar(select(Queue.title).where(Queue.name == queue)) or queue
        raise ForbiddenError(
            _("This caller waits for %(queue)s, where you do not work.", queue=title)
            if queue
            else _("This is for the other line.")
        )


async def _place(session: AsyncSession, kept: Kept) -> tuple[str | None, int]:
    """The queue and the line of an entry; a call-back is of its owner's line."""
    if isinstance(kept, MissedCaller):
        return kept.queue, kept.line
    line = await session.scalar(select(User.line).where(User.email == kept.owner))
    return None, line or kept.line or 1


def sees(viewer: Viewer, line: int, queue: str | None) -> bool:
    """Whether an entry of this line and queue is for this viewer: of the queues they work in, or of their
    line where it is about no queue or they work in none. Who leads sees all."""
    if viewer.may(Permission.WORK_ALL):
        return True
    return line == viewer.line and (queue is None or not viewer.queues or queue in viewer.queues)


async def _name(session: AsyncSession, email: str | None) -> str:
    name = await session.scalar(select(User.name).where(User.email == email))
    return name or email or _("a colleague")


def _clock(at: datetime, doing: Doing) -> str:
    return f"{on_clock(at, doing.at.tzinfo):%H:%M}" if doing.at.tzinfo else f"{at:%H:%M}"
