"""What an agent does at the desk: writes notes, puts finished calls away. Announced after the commit."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import is_erased
from console.calls.models import Note
from console.desk.drawing import OVER
from console.desk.note import NOTE_LIMIT, merge
from console.desk.pop import BESIDE, NOTE_PREFIX, is_pop
from console.desk.queries import NoteRow, call_of_leg, stored_note
from console.desk.screens import desk_topic
from console.errors import ForbiddenError, InvalidError, Problem
from console.identity.viewer import Viewer
from console.live.bus import Bus, Value
from console.web.i18n import gettext as _
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

SAVE_TRIES = 5
"""Tabs that save at the very same moment take turns; no agent has more of them than this."""


@dataclass(frozen=True, slots=True)
class SavedNote:
    """The note as it is now on the server. `conflict`: it holds two texts, because two tabs wrote."""

    version: int
    text: str
    conflict: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What came from a tab: `text` for the note of `leg`, typed on top of `version` (0: of nothing), at `at`
    (aware, on the agent's clock)."""

    leg: str
    text: str
    version: int
    at: datetime


async def save_note(session: AsyncSession, bus: Bus, viewer: Viewer, typed: Typed) -> SavedNote:
    """Keep what the agent typed, and show it in their other tabs. Commits.

    Raises ForbiddenError when the leg is not this agent's, or the caller was erased; InvalidError when the
    note gets too long.
    """
    call = await _own_call(session, bus, viewer, typed.leg)
    for _try in range(SAVE_TRIES):
        stored = await stored_note(session, typed.leg)
        await session.rollback()  # no lock while deciding; ends the reading, so that SQLite lets us write
        saved = await (
            _first(session, viewer, call, typed) if stored is None else _next(session, call, stored, typed)
        )
        if saved is not None:
            value = {"leg": typed.leg, "call": call, "text": saved.text, "version": saved.version}
            try:
                await bus.put(desk_topic(viewer.user_id), NOTE_PREFIX + typed.leg, value)
            except OSError as error:  # it is saved all the same; other tabs hear of it with the next save
                FAILURES.labels("bus").inc()
                log.warning("could not show the note of %s in other tabs: %s", typed.leg, error)
            return saved
    raise InvalidError([Problem("text", _("This note is being saved in several places at once. Try again."))])


async def put_away(bus: Bus, viewer: Viewer, leg: str) -> None:
    """Take a finished call off the agent's desk. Nothing happens when it is not there (any more).

    Raises InvalidError while the call is still on: its pop would be missed.
    """
    pop = await pop_on_desk(bus, viewer, leg)
    if pop is None:
        return
    if pop["state"] not in OVER:
        raise InvalidError([Problem("leg", _("This call is still on; it stays until it has ended."))])
    await bus.put(desk_topic(viewer.user_id), leg, None)
    for prefix in BESIDE:
        await bus.put(desk_topic(viewer.user_id), prefix + leg, None)


async def pop_on_desk(bus: Bus, viewer: Viewer, leg: str) -> Value | None:
    """The pop of a leg, when it is on this agent's desk."""
    if not is_pop(leg):
        return None  # an entry of the desk, but no leg
    return (await bus.snapshot(desk_topic(viewer.user_id))).entries.get(leg)


async def _own_call(session: AsyncSession, bus: Bus, viewer: Viewer, leg: str) -> str:
    """The call of the leg. A pop is on the screen a moment before it is on record, so the desk counts too."""
    call = await call_of_leg(session, leg, viewer.user_id)
    await session.rollback()
    if call is not None:
        return call
    pop = await pop_on_desk(bus, viewer, leg)
    if pop is None:
        raise ForbiddenError(_("This call is not yours: only the agent who took it writes its note."))
    return str(pop["call"])


async def _first(session: AsyncSession, viewer: Viewer, call: str, typed: Typed) -> SavedNote | None:
    """The first version. None: another tab was faster."""
    note = {"leg_id": typed.leg, "call_id": call, "user_id": viewer.user_id, "text": typed.text}
    try:
        await session.execute(insert(Note).values(**note, version=1, updated_at=typed.at))
        await _refuse_of_erased(session, call)
        await session.commit()
    except IntegrityError:
        await session.rollback()
        return None
    return SavedNote(1, typed.text, conflict=False)


async def _refuse_of_erased(session: AsyncSession, call: str) -> None:
    """Asked behind the write: from then on whoever erases the caller waits, and takes this note, too."""
    if await is_erased(session, call):
        await session.rollback()
        raise ForbiddenError(_("The caller was erased on request: nothing more is noted on this call."))


async def _next(session: AsyncSession, call: str, stored: NoteRow, typed: Typed) -> SavedNote | None:
    """The version after the stored one. None: another tab was faster (the statement itself says which version
    it replaces)."""
    mark = _("— also written at %(time)s in another tab: —", time=f"{typed.at:%H:%M}")
    merged = merge(stored.text, stored.version, typed.text, typed.version, mark)
    if merged.text == stored.text:
        return SavedNote(stored.version, stored.text, conflict=False)
    if len(merged.text) > NOTE_LIMIT:
        raise InvalidError([Problem("text", _("Together with what another tab wrote the note is too long."))])
    version = stored.version + 1
    statement = (
        update(Note)
        .where(Note.leg_id == typed.leg, Note.version == stored.version)
        .values(text=merged.text, version=version, updated_at=typed.at)
        .returning(Note.version)
    )
    changed = await session.scalar(statement.execution_options(synchronize_session=False))
    await _refuse_of_erased(session, call)
    await session.commit()
    return SavedNote(version, merged.text, merged.conflict) if changed is not None else None
