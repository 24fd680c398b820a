"""Messages stand on the desks as the database has them, whatever becomes of the bus and of who is there."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from console.db.engine import Sessions
from console.live.bus import Change
from console.live.memory_bus import MemoryBus
from console.messages.actions import Audience, Draft, put_away, send
from console.messages.keeping import Messages, messages_topic
from console.messages.live import MessagesRenderer, draw_message
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.desk.document import parse
from tests.console.live.screens import until
from tests.console.supervision.office import SUE, staff
from tests.fakes.pages import ZONE, templates_in

TOPIC = messages_topic(1)
RENDERER = MessagesRenderer(templates_in(), ZONE)


@pytest.fixture
async def kept(sessions: Sessions) -> Messages:
    await staff(sessions)
    return Messages(sessions, MemoryBus(), lambda: NOW)


async def says(kept: Messages, text: str, *agents: int, written: str = "all", minutes: int = 0) -> int:
    draft = Draft(SUE.user_id, Audience(written, agents), text, NOW + timedelta(minutes=minutes))
    async with kept.sessions() as session:
        return await send(session, draft, ZONE)


async def on_desk(kept: Messages, topic: str = TOPIC) -> list[str]:
    await kept.compare()
    return [each["text"] for each in (await kept._bus.snapshot(topic)).entries.values()]


async def test_who_is_offline_sees_it_later_and_each_puts_away_their_own(kept: Messages) -> None:
    first = await says(kept, "Lunch at noon", 1, 2)
    await says(kept, "And cake", 1, minutes=1)
    assert await on_desk(kept) == ["Lunch at noon", "And cake"]
    async with kept.sessions() as session:
        await put_away(session, 1, first, NOW)
        await put_away(session, 3, first, NOW)  # which was none of theirs
    assert await on_desk(kept) == ["And cake"]
    assert await on_desk(kept, messages_topic(2)) == ["Lunch at noon"]


async def test_a_bus_that_was_started_anew_has_them_again(kept: Messages) -> None:
    await says(kept, "Lunch at noon", 1)
    await on_desk(kept)
    again = Messages(kept.sessions, MemoryBus(), lambda: NOW)
    assert await on_desk(again) == ["Lunch at noon"]
    await kept._bus.put(TOPIC, "77", {"text": "of an earlier process"})
    assert await on_desk(kept) == ["Lunch at noon"]


async def test_what_others_sent_comes_by_itself(kept: Messages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.messages.keeping.COMPARED_S", 0.01)
    async with kept._bus.changes() as changes, asyncio.timeout(10):
        task = asyncio.create_task(kept.run())
        await says(kept, "Lunch at noon", 1)
        change = await anext(changes)
    assert change is not None
    assert (change.topic, change.new) == (TOPIC, True)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_what_is_pushed_is_what_the_page_drew(kept: Messages) -> None:
    await says(kept, "Lunch <at> noon", 1, written="agent:1")
    await on_desk(kept)
    snapshot = await kept._bus.snapshot(TOPIC)
    ((key, value),) = snapshot.entries.items()
    drawn = RENDERER.snapshot(snapshot, "en")
    pushed = RENDERER.change(Change(TOPIC, 1, key, value, new=True), "en")
    changed = RENDERER.change(Change(TOPIC, 2, key, value, new=False), "en")
    gone = RENDERER.change(Change(TOPIC, 3, key, None, new=False), "en")
    assert pushed is not None
    assert changed is not None
    assert gone is not None
    assert pushed.html.strip() == changed.html.strip() == drawn.strip()
    assert (pushed.swap, changed.swap, gone.swap) == ("beforeend", "outerMorph", "delete")
    message = parse(drawn).one("message")
    assert message.one("message-said").text == "Lunch <at> noon"
    assert "Sue Strong · 13:00 · to you" in message.text
    assert RENDERER.topics(viewer_of(1)) == [TOPIC]
    RENDERER.delivered({}, viewer_of(1), NOW)


async def test_of_whom_is_gone_the_message_stays(kept: Messages) -> None:
    value = {"id": 1, "by": "", "at": NOW.isoformat(), "audience": "all", "text": "x"}
    html = templates_in().render("desk/_message.html", "en", message=draw_message(value, ZONE))
    assert "A supervisor · 13:00 · to the team" in parse(html).one("message").text


async def test_a_database_that_is_away_is_asked_again(
    kept: Messages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.messages.keeping.COMPARED_S", 0.01)
    tries: list[int] = []

    async def compare() -> None:
        tries.append(1)
        raise OSError("away")

    monkeypatch.setattr(kept, "compare", compare)
    task = asyncio.create_task(kept.run())
    await until(lambda: len(tries) > 1)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
