"""Notes are kept, both texts on a conflict; only the leg's agent writes; Done takes finished calls away."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from console.calls.models import Call, Leg, Note
from console.db.engine import Sessions
from console.desk.actions import SavedNote, Typed, put_away, save_note
from console.desk.note import NOTE_LIMIT
from console.desk.samples import sample_pop
from console.errors import ForbiddenError, InvalidError
from console.identity.models import Role, User
from console.identity.viewer import Viewer
from console.live.memory_bus import MemoryBus
from tests.console.live.screens import BreakableBus

LEG = "main-1.8"


@pytest.fixture
async def _call(sessions: Sessions, now: datetime) -> None:
    """Ana's leg of a call, on record; Ben exists."""
    async with sessions.begin() as session:
        for user_id, email in ((1, "ana@shop.example"), (2, "ben@shop.example")):
            user = User(
                id=user_id, email=email, name=email, role=Role.AGENT, password_hash="", line=1, created_at=now
            )
            session.add(user)
        call = Call(
            id="main-1.7", link="main", direction="inbound", state="answered", number="", caller_name=""
        )
        call.started_at = now
        session.add(call)
        await session.flush()
        session.add(Leg(id=LEG, call_id=call.id, interface="PJSIP/1001", user_id=1, offered_at=now))


@pytest.fixture
def ben(ana: Viewer) -> Viewer:
    return replace(ana, user_id=2, email="ben@shop.example")


def typed(text: str, version: int, at: datetime, leg: str = LEG) -> Typed:
    return Typed(leg, text, version, at)


async def save(sessions: Sessions, bus: MemoryBus, viewer: Viewer, what: Typed) -> SavedNote:
    async with sessions() as session:
        return await save_note(session, bus, viewer, what)


@pytest.mark.usefixtures("_call")
async def test_versions_count_up(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime
) -> None:
    first = await save(sessions, bus, ana, typed("Would", 0, local_now))
    second = await save(sessions, bus, ana, typed("Would wait", 1, local_now + timedelta(seconds=1)))
    assert first == SavedNote(1, "Would", conflict=False)
    assert second == SavedNote(2, "Would wait", conflict=False)
    async with sessions() as session:
        note = (await session.scalars(select(Note))).one()
    assert (note.leg_id, note.call_id, note.user_id) == (LEG, "main-1.7", 1)
    assert (note.text, note.version, note.updated_at) == ("Would wait", 2, local_now + timedelta(seconds=1))


@pytest.mark.usefixtures("_call")
async def test_other_tabs_are_told(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime
) -> None:
    await save(sessions, bus, ana, typed("Would wait", 0, local_now))
    entries = (await bus.snapshot("desk:1")).entries
    assert entries == {f"note:{LEG}": {"leg": LEG, "call": "main-1.7", "text": "Would wait", "version": 1}}


@pytest.mark.usefixtures("_call")
async def test_a_conflict_keeps_both_texts(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime
) -> None:
    await save(sessions, bus, ana, typed("Would wait", 0, local_now))
    saved = await save(sessions, bus, ana, typed("Wants money", 0, local_now))
    assert saved == SavedNote(
        2, "Would wait\n\n— also written at 13:00 in another tab: —\nWants money", conflict=True
    )


@pytest.mark.usefixtures("_call")
async def test_saving_again_changes_nothing(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime
) -> None:
    await save(sessions, bus, ana, typed("Would wait", 0, local_now))
    again = await save(sessions, bus, ana, typed("Would wait", 0, local_now))
    assert again == SavedNote(1, "Would wait", conflict=False)


@pytest.mark.usefixtures("_call")
async def test_many_tabs_at_once_lose_nothing(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime
) -> None:
    texts = ["one", "two", "three"]
    await asyncio.gather(*(save(sessions, bus, ana, typed(text, 0, local_now)) for text in texts))
    async with sessions() as session:
        note = (await session.scalars(select(Note))).one()
    assert all(text in note.text for text in texts)
    assert note.version == len(texts)


@pytest.mark.usefixtures("_call")
async def test_somebody_elses_leg_is_refused(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, ben: Viewer, local_now: datetime
) -> None:
    await save(sessions, bus, ana, typed("Would wait", 0, local_now))
    with pytest.raises(ForbiddenError, match="not yours"):
        await save(sessions, bus, ben, typed("Ben was here", 1, local_now))
    assert (await bus.snapshot("desk:2")).entries == {}


@pytest.mark.usefixtures("_call")
@pytest.mark.parametrize("version", [0, 1])
async def test_nothing_is_noted_on_a_call_whose_caller_was_erased(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime, version: int
) -> None:
    if version:  # the erasure comes between this tab's look at the note and its writing
        await save(sessions, bus, ana, typed("Wants", 0, local_now))
    async with sessions.begin() as session:
        await session.execute(update(Call).values(erased=True))
    with pytest.raises(ForbiddenError, match="erased on request"):
        await save(sessions, bus, ana, typed("Wants money", version, local_now))
    async with sessions() as session:
        assert list(await session.scalars(select(Note.text))) == ["Wants"] * version


@pytest.mark.parametrize("leg", ["unknown", "presence", "note:sample-x"])
@pytest.mark.usefixtures("_call")
async def test_a_leg_that_is_none_is_refused(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime, leg: str
) -> None:
    await bus.put("desk:1", "presence", {"state": "available"})
    await bus.put("desk:1", "note:sample-x", {"leg": "sample-x", "call": "c", "text": "", "version": 1})
    with pytest.raises(ForbiddenError):
        await save(sessions, bus, ana, typed("x", 0, local_now, leg))


@pytest.mark.usefixtures("_call")
async def test_a_pop_that_is_not_on_record_yet_can_be_written_on(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, ben: Viewer, now: datetime
) -> None:
    await bus.put("desk:1", "sample-x", sample_pop("x", now))
    saved = await save(sessions, bus, ana, typed("quick", 0, now, "sample-x"))
    assert saved.version == 1
    with pytest.raises(ForbiddenError):
        await save(sessions, bus, ben, typed("quick", 0, now, "sample-x"))


@pytest.mark.usefixtures("_call")
async def test_two_texts_that_get_too_long_are_refused(
    sessions: Sessions, bus: MemoryBus, ana: Viewer, local_now: datetime
) -> None:
    await save(sessions, bus, ana, typed("a" * NOTE_LIMIT, 0, local_now))
    with pytest.raises(InvalidError, match="too long"):
        await save(sessions, bus, ana, typed("b", 0, local_now))


@pytest.mark.parametrize("state", ["ended", "withdrawn"])
async def test_done_takes_a_finished_call_and_its_note_away(
    bus: MemoryBus, ana: Viewer, now: datetime, state: str
) -> None:
    await bus.put("desk:1", "sample-x", sample_pop("x", now, state=state))
    await bus.put("desk:1", "note:sample-x", {"leg": "sample-x", "call": "c", "text": "", "version": 1})
    await put_away(bus, ana, "sample-x")
    assert (await bus.snapshot("desk:1")).entries == {}
    await put_away(bus, ana, "sample-x")  # a second click


@pytest.mark.parametrize("state", ["ringing", "answered"])
async def test_a_call_that_is_on_stays(bus: MemoryBus, ana: Viewer, now: datetime, state: str) -> None:
    await bus.put("desk:1", "sample-x", sample_pop("x", now, state=state))
    with pytest.raises(InvalidError, match="still on"):
        await put_away(bus, ana, "sample-x")
    assert "sample-x" in (await bus.snapshot("desk:1")).entries


async def test_only_calls_can_be_put_away(bus: MemoryBus, ana: Viewer) -> None:
    await bus.put("desk:1", "presence", {"state": "available"})
    await put_away(bus, ana, "presence")
    assert "presence" in (await bus.snapshot("desk:1")).entries


@pytest.mark.usefixtures("_call")
async def test_a_note_is_saved_although_the_bus_is_away(
    sessions: Sessions, ana: Viewer, local_now: datetime
) -> None:
    bus = BreakableBus()
    bus.away = 1
    assert await save(sessions, bus, ana, typed("Would", 0, local_now)) == SavedNote(
        1, "Would", conflict=False
    )
