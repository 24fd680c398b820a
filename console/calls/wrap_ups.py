"""Stores which calls are being finished, and reads it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Call, WrapUp
from console.db.engine import Sessions


@dataclass(frozen=True, slots=True)
class Finishing:
    """A call that is being finished, and its `outcome` so far."""

    wrap_up: WrapUp
    outcome: str | None

    @property
    def owes(self) -> bool:
        """Whether it cannot end before an outcome is chosen."""
        return self.wrap_up.owed and self.outcome is None


class WrapUpStore:
    """The wrap-ups on record."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def begin(self, wrap_up: WrapUp) -> None:
        """Put a wrap-up on record."""
        async with self._sessions.begin() as session:
            session.add(wrap_up)

    async def change(self, leg: str, **values: object) -> None:
        """Set columns of one that has not ended."""
        async with self._sessions.begin() as session:
            still_open = update(WrapUp).where(WrapUp.leg_id == leg, WrapUp.ended_at.is_(None))
            await session.execute(still_open.values(**values))

    async def of_link(self, link: str) -> Sequence[Finishing]:
        """Those of a link that have not ended."""
        async with self._sessions() as session:
            return await _read(session, _select().where(WrapUp.link == link, WrapUp.ended_at.is_(None)))

    async def of_legs(self, legs: Collection[str]) -> Sequence[Finishing]:
        """Those behind these legs, ended or not."""
        async with self._sessions() as session:
            return await _read(session, _select().where(WrapUp.leg_id.in_(legs)))


async def open_wrap_ups(session: AsyncSession, user_id: int) -> Sequence[Finishing]:
    """What an agent finishes, locked until the end of the session's transaction."""
    theirs = _select().where(WrapUp.user_id == user_id, WrapUp.ended_at.is_(None))
    return await _read(session, theirs.with_for_update(of=WrapUp))


def _select() -> Select[WrapUp, str | None]:
    """A call is on record a moment behind its end, perhaps behind its wrap-up."""
    return select(WrapUp, Call.outcome).outerjoin(Call, Call.id == WrapUp.call_id)


async def _read(session: AsyncSession, wanted: Select[WrapUp, str | None]) -> Sequence[Finishing]:
    return [Finishing(wrap_up, outcome) for wrap_up, outcome in (await session.execute(wanted)).all()]
