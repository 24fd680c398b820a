"""What agents say when a call is handed over: why, and what whoever gets it says to that. Stored first, then
said on the bus, and the pops of the call follow. The cases of the call have it in their history."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import is_erased
from console.calls.models import Leg
from console.cases.actions import Told, save_cases, tell
from console.cases.history import CLOSED, EventKind
from console.cases.records import CaseRecord
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.actions import pop_on_desk
from console.desk.learning_news import announce
from console.desk.pop import Pop, PopPacket
from console.errors import ForbiddenError
from console.handover.actions import Said, has_answered, keep_answer, keep_reason
from console.handover.records import AnswerKind
from console.identity.models import User
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a call that was handed over; `text` is why, or what is asked."""

    kind: AnswerKind
    text: str


@dataclass(frozen=True, slots=True)
class _Turn:
    """Who says something to the call of which pop, with which packet."""

    viewer: Viewer
    pop: Pop
    packet: PopPacket
    at: datetime

    @property
    def said(self) -> Said:
        return _said(self.viewer, self.pop, self.at)


class HandingOver:
    """Takes what agents say of the calls on their desks."""

    def __init__(self, sessions: Sessions, bus: Bus) -> None:
        self._sessions = sessions
        self._bus = bus

    async def explain(self, viewer: Viewer, leg: str, reason: str, at: datetime) -> None:
        """Keep why the agent hands a call over. Raises ForbiddenError when it is not theirs to hand over."""
        pop = await self._pop(viewer, leg)
        if pop["answered_at"] is None:
            raise ForbiddenError(_("This call was not answered here, so there is nothing to hand over."))
        await self._store(pop, lambda session: keep_reason(session, _said(viewer, pop, at), reason))

    async def answer(self, viewer: Viewer, leg: str, answer: Answer, at: datetime) -> None:
        """Keep what the agent says to a call that came to them. Raises ForbiddenError when none did."""
        pop = await self._pop(viewer, leg)
        packet = pop["packet"]
        if packet is None:
            raise ForbiddenError(_("Nobody handed this call over to you, so there is nothing to answer."))
        if pop["state"] == "withdrawn":
            raise ForbiddenError(_("This call was not answered here: whoever has it now answers for it."))
        turn = _Turn(viewer, pop, packet, at)
        await self._store(pop, lambda session: _keep(session, turn, answer))

    async def _pop(self, viewer: Viewer, leg: str) -> Pop:
        found = await pop_on_desk(self._bus, viewer, leg)
        if found is None:
            raise ForbiddenError(_("This call is not on your desk, or not any more. Nothing was changed."))
        return cast("Pop", found)

    async def _store(self, pop: Pop, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
        async def store(session: AsyncSession) -> None:
            await work(session)
            await session.flush()
            if await is_erased(session, pop["call"]):  # behind the write, as with notes
                raise ForbiddenError(
                    _("The caller was erased on request: nothing more is noted on this call.")
                )

        await write(self._sessions, store)
        await announce(self._bus, pop["leg"])


def _said(viewer: Viewer, pop: Pop, at: datetime) -> Said:
    return Said(viewer.user_id, pop["leg"], pop["call"], at)


async def _keep(session: AsyncSession, turn: _Turn, answer: Answer) -> None:
    is_first = not await has_answered(session, turn.said.leg)
    if not await keep_answer(session, turn.said, answer.kind, answer.text):
        return
    refs, giver = [case["ref"] for case in turn.packet["cases"]], await _giver(session, turn.pop)
    if is_first and giver is not None:
        reasons = turn.packet["reasons"]
        why = reasons[-1]["text"] if reasons else ""
        await tell(session, refs, Told(EventKind.HANDED_OVER, why, giver.email, turn.at))
    kind = EventKind(answer.kind.value)
    await tell(session, refs, Told(kind, answer.text, turn.viewer.email, turn.at))
    await _pass_on_cases(session, turn, answer.kind, giver)


async def _giver(session: AsyncSession, pop: Pop) -> User | None:
    """The colleague who had the call last before."""
    before = [each["leg"] for each in pop["colleagues"] if each["before"] and not each["own"]]
    if not before:
        return None
    user: User | None = await session.scalar(
        select(User).join(Leg, Leg.user_id == User.id).where(Leg.id == before[-1])
    )
    return user


async def _pass_on_cases(session: AsyncSession, turn: _Turn, kind: AnswerKind, giver: User | None) -> None:
    """Cases that were opened in the call belong to whoever took it over, or to whom it was sent back."""
    owner = {AnswerKind.TAKEN: turn.viewer, AnswerKind.SENT_BACK: giver}.get(kind)
    if owner is None:
        return
    values = {"owner": owner.email, "line": owner.line}
    opened = [each for each in turn.packet["cases"] if each["opened"] and each["status"] != CLOSED]
    records = [CaseRecord(each["ref"], None, values) for each in opened]
    await save_cases(session, records, turn.at, turn.viewer.email)
