"""What the desk reads from the records."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.models import Leg, Note


@dataclass(frozen=True, slots=True)
class NoteRow:
    """A note as stored."""

    text: str
    version: int


async def call_of_leg(session: AsyncSession, leg: str, user_id: int) -> str | None:
    """The id of the call, when the leg is this user's; None otherwise, also when it is not on record."""
    return await session.scalar(select(Leg.call_id).where(Leg.id == leg, Leg.user_id == user_id))


async def stored_note(session: AsyncSession, leg: str) -> NoteRow | None:
    """The note of a leg as it is in the database now."""
    found = (await session.execute(select(Note.text, Note.version).where(Note.leg_id == leg))).one_or_none()
    return NoteRow(found.text, found.version) if found else None
