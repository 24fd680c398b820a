"""What agents do about finishing a call: choose its outcome, take more time, be done.

Stored here, by whoever serves the desk; who listens to the phone system hears of it (`wrap_ups`).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import is_erased
from console.calls.models import Call, Leg, StoredRun
from console.calls.outcomes import choice
from console.calls.wrap_ups import Finishing, open_wrap_ups
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.learning_news import announce
from console.desk.wrap_ups import CHANNEL
from console.errors import ForbiddenError, InvalidError, Problem
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.queues.directory import Directory
from console.web.i18n import gettext as _
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

MORE = timedelta(minutes=1)
"""What an agent takes at a time."""

MOST_MORE = timedelta(minutes=30)
"""From now on: nobody is away for the whole day by leaning on a key."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where an agent does something, and when."""

    sessions: Sessions
    bus: Bus
    viewer: Viewer
    at: datetime


async def take_more_time(desk: Desk) -> None:
    """One minute more. Raises InvalidError when nothing is being finished, or enough was taken."""

    async def more(session: AsyncSession) -> Sequence[str]:
        found = await _finishing(session, desk)
        last = max(found, key=lambda each: each.wrap_up.ends_at).wrap_up
        last.ends_at = max(last.ends_at, desk.at) + MORE
        if last.ends_at > desk.at + MOST_MORE:
            raise InvalidError([Problem("more", _("That is the most at once: take more when it is over."))])
        return [last.leg_id]

    await _tell(desk.bus, await write(desk.sessions, more))


async def be_done(desk: Desk, leg: str | None = None) -> None:
    """The agent is done with all they finish, or with the call of one `leg`. Nothing happens when that is
    nothing.

    Raises InvalidError where an outcome is owed.
    """

    async def done(session: AsyncSession) -> Sequence[str]:
        found = await open_wrap_ups(session, desk.viewer.user_id)
        found = [each for each in found if leg in {None, each.wrap_up.leg_id}]
        if any(each.owes for each in found):
            raise InvalidError(
                [Problem("outcome", _("Choose how the call ended first: its queue asks for it."))]
            )
        for each in found:
            each.wrap_up.ended_at = desk.at
        return [each.wrap_up.leg_id for each in found]

    await _tell(desk.bus, await write(desk.sessions, done))


async def choose_outcome(desk: Desk, directory: Directory, call_id: str, outcome: str) -> None:
    """Keep how the call ended, and show it on its pops.

    Raises ForbiddenError when this agent did not talk on the call, or its caller was erased, and InvalidError
    when there is no such outcome.
    """

    async def keep(session: AsyncSession) -> Sequence[str]:
        call = await _own_call(session, desk.viewer, call_id)
        ended = await session.scalars(select(StoredRun.outcome).where(StoredRun.call_id == call_id))
        if outcome not in choice(directory.queue(call.queue or "").outcomes, *ended, call.outcome):
            raise InvalidError([Problem("outcome", _("Choose one of the outcomes in the list."))])
        await session.execute(update(Call).where(Call.id == call_id).values(outcome=outcome))
        if await is_erased(session, call_id):  # behind the write, as with notes
            raise ForbiddenError(_("The caller was erased on request: nothing more is noted on this call."))
        legs = select(Leg.id).where(Leg.call_id == call_id, Leg.answered_at.is_not(None))
        return list(await session.scalars(legs))

    legs = await write(desk.sessions, keep)
    await announce(desk.bus, legs[0])  # one is as good as another
    await _tell(desk.bus, legs)


async def _finishing(session: AsyncSession, desk: Desk) -> Sequence[Finishing]:
    found = await open_wrap_ups(session, desk.viewer.user_id)
    if not found:
        raise InvalidError([Problem("more", _("There is no call to finish any more."))])
    return found


async def _own_call(session: AsyncSession, viewer: Viewer, call_id: str) -> Call:
    theirs = exists().where(
        Leg.call_id == Call.id, Leg.user_id == viewer.user_id, Leg.answered_at.is_not(None)
    )
    call: Call | None = await session.scalar(select(Call).where(Call.id == call_id, theirs))
    if call is None:
        raise ForbiddenError(_("Only who talked on a call says how it ended; or it is not on record yet."))
    return call


async def _tell(bus: Bus, legs: Sequence[str]) -> None:
    try:
        for leg in legs:
            await bus.send(CHANNEL, {"leg": leg})
    except OSError as error:  # it is stored: who listens looks by themselves, too
        FAILURES.labels("bus").inc()
        log.warning("could not say that a call is finished: %s", error)
