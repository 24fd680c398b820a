"""Calls are finished: who gets no next call, until when, and what the phone system is told of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from console.calls.models import WrapUp
from console.db.engine import Sessions
from console.db.revision import bump, refresh_moved
from console.desk.finishing import Desk, be_done, choose_outcome, take_more_time
from console.errors import ForbiddenError, InvalidError
from console.live.bus import Change, Value
from console.queues.models import Queue
from telephony.commands import Pause, Refused, Unpause
from telephony.events import Direction, LegResult
from tests.conftest import NOW
from tests.console.desk.learning_stage import ANA, BORIS, NewsBus, heard
from tests.fakes.story import PhoneSystem, Stage, leg_of, people, stage

pytestmark = pytest.mark.slow  # each plays a whole call

ANAS = "PJSIP/a1"
HELD = Pause(ANAS, "wrap-up")


@dataclass
class Hand:
    """The clock, moved by hand."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


class ListeningBus(NewsBus):
    """Knows all that was ever said of what Ana does."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    async def put(self, topic: str, key: str, value: Value | None) -> Change | None:
        if (topic, key) == ("desk:1", "presence") and value is not None:
            self.said.append(value["state"])
        return await super().put(topic, key, value)


@dataclass
class Shift:
    """A stage with a phone system that is told, and a clock."""

    on: Stage
    phones: PhoneSystem
    hand: Hand

    async def later(self, seconds: float) -> None:
        """So much time goes by."""
        self.hand.at += timedelta(seconds=seconds)
        await self.on.wrap_ups.look()
        await self.settled()

    async def settled(self) -> None:
        await heard(self.on)
        await self.on.wrap_ups.catch_up()
        await self.on.wrap_ups.look()
        await self.on.wrap_ups.settled()
        await heard(self.on)

    async def take(self, *events: Any) -> None:
        await self.on.take(*events)
        await self.settled()

    async def sees(self, agent: int = 1) -> None:
        """The pop reaches an open desk."""
        leg = leg_of(agent, self.on.call)
        sent = {"leg": leg, "user_id": agent, "stage": "sent", "at": NOW.timestamp(), "visible": None}
        await self.on.bus.send("pops", sent)
        await self.settled()

    async def presence(self, agent: int = 1) -> dict[str, Any]:
        return dict((await self.on.bus.snapshot(f"desk:{agent}")).entries["presence"])

    async def state(self, agent: int = 1) -> str:
        return str((await self.presence(agent))["state"])

    def desk(self, viewer: Any = ANA) -> Desk:
        return Desk(self.on.sessions, self.on.bus, viewer, self.hand.at)

    async def stored(self) -> list[WrapUp]:
        async with self.on.sessions() as session:
            return list(await session.scalars(select(WrapUp).order_by(WrapUp.began_at)))


@pytest.fixture
async def shift(sessions: Sessions, database_url: str) -> AsyncIterator[Shift]:
    await people(sessions)
    phones, hand = PhoneSystem(), Hand()
    async with stage(sessions, database_url, ListeningBus(), phones=phones, clock=hand) as on:
        await on.take(on.up(), on.resyncing(), on.unpaused(1), on.unpaused(2), on.resynced())
        yield Shift(on, phones, hand)


async def talks(shift: Shift, agent: int = 1, **more: Any) -> None:
    """An agent with an open desk answers a call of the queue."""
    on = shift.on
    await shift.take(on.queued(), on.offered(agent, **more))
    await shift.sees(agent)
    await shift.take(on.answered(agent))


async def hangs_up(shift: Shift, agent: int = 1) -> None:
    await shift.take(shift.on.leg_ended(agent), shift.on.ended())


async def chooses(shift: Shift, outcome: str, viewer: Any = ANA) -> None:
    await choose_outcome(shift.desk(viewer), shift.on.directory, shift.on.call, outcome)


async def requires(shift: Shift, queue: str = "support", **values: Any) -> None:
    async with shift.on.sessions.begin() as session:
        await session.execute(update(Queue).where(Queue.name == queue).values(**values))
        await bump(session, "queues")
    await refresh_moved(shift.on.sessions, {"queues": shift.on.directory.refresh}, {})


async def test_the_next_call_is_held_back_from_the_answer_to_the_end_of_the_wrap_up(shift: Shift) -> None:
    await talks(shift)
    assert shift.phones.told == [HELD]
    await shift.take(shift.on.paused(1, reason="wrap-up"))
    assert await shift.state() == "on_call"
    await hangs_up(shift)
    said = await shift.presence()
    until = (NOW + timedelta(seconds=30)).isoformat()
    assert (said["state"], said["until"], said["owes"]) == ("wrap_up", until, False)
    await shift.later(29)
    assert (await shift.state(), shift.phones.told) == ("wrap_up", [HELD])
    await shift.later(1)
    assert shift.phones.told == [HELD, Unpause(ANAS)]
    assert await shift.state() == "wrap_up", "the phone system says when it is over"
    await shift.take(shift.on.unpaused(1))
    assert await shift.state() == "available"
    [row] = await shift.stored()
    assert (row.leg_id, row.ended_at) == (leg_of(1), NOW + timedelta(seconds=30))


async def test_nobody_is_said_to_be_available_in_between(shift: Shift) -> None:
    bus = shift.on.bus
    assert isinstance(bus, ListeningBus)
    bus.said.clear()
    await talks(shift)
    await hangs_up(shift)
    assert bus.said == ["ringing", "on_call", "wrap_up"]


async def test_more_time(shift: Shift) -> None:
    await talks(shift)
    await hangs_up(shift)
    await take_more_time(shift.desk())
    await shift.settled()
    assert (await shift.presence())["until"] == (NOW + timedelta(seconds=90)).isoformat()
    await shift.later(60)
    assert await shift.state() == "wrap_up"
    await shift.later(30)
    assert await shift.state() == "available"


async def test_more_time_has_an_end(shift: Shift) -> None:
    await talks(shift)
    await hangs_up(shift)
    for _ in range(29):
        await take_more_time(shift.desk())
    with pytest.raises(InvalidError, match="the most at once"):
        await take_more_time(shift.desk())
    await shift.settled()
    assert (await shift.presence())["until"] == (NOW + timedelta(minutes=29, seconds=30)).isoformat()


async def test_done_before_the_time_is_over(shift: Shift) -> None:
    await talks(shift)
    await shift.take(shift.on.paused(1, reason="wrap-up"))
    await hangs_up(shift)
    await be_done(shift.desk())
    await shift.settled()
    assert shift.phones.told[-1] == Unpause(ANAS)
    with pytest.raises(InvalidError, match="no call to finish"):
        await take_more_time(shift.desk())
    await be_done(shift.desk())


async def test_where_an_outcome_is_owed_it_does_not_end_by_itself(shift: Shift) -> None:
    await requires(shift, outcome_required=True)
    await talks(shift)
    await hangs_up(shift)
    assert (await shift.presence())["owes"] is True
    await shift.later(300)
    assert await shift.state() == "wrap_up"
    with pytest.raises(InvalidError, match="Choose how the call ended first"):
        await be_done(shift.desk())
    with pytest.raises(InvalidError, match="one of the outcomes"):
        await chooses(shift, "whatever")
    await chooses(shift, "resolved")
    await shift.later(0)
    assert await shift.state() == "available"
    assert (await shift.on.detail())["outcome"] == "resolved"
    assert (await shift.on.desk(1))[leg_of(1)]["outcome"] == "resolved"


async def test_what_is_owed_is_stored_behind_its_row(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    """That the call ended with this agent may be known while the row is still on its way."""
    store, changes = shift.on.wrap_ups._store, asyncio.Event()
    begin, change = store.begin, store.change

    async def begin_slowly(wrap_up: WrapUp) -> None:
        with suppress(TimeoutError):  # what would overtake it, does
            await asyncio.wait_for(changes.wait(), 0.5)
        await begin(wrap_up)

    async def change_and_tell(leg: str, **values: object) -> None:
        await change(leg, **values)
        changes.set()

    monkeypatch.setattr(store, "begin", begin_slowly)
    monkeypatch.setattr(store, "change", change_and_tell)
    await requires(shift, outcome_required=True)
    await talks(shift)
    await shift.on.take(shift.on.leg_ended(1))
    await shift.take(shift.on.ended())
    assert [wrap_up.owed for wrap_up in await shift.stored()] == [True]


async def test_the_queue_has_words_of_its_own(shift: Shift) -> None:
    await requires(shift, outcomes=["sold", "not sold"])
    await talks(shift)
    assert (await shift.on.desk(1))[leg_of(1)]["outcomes"] == ["sold", "not sold"]
    with pytest.raises(InvalidError, match="one of the outcomes"):
        await chooses(shift, "resolved")
    await chooses(shift, "sold")


async def test_only_who_talked_says_how_it_ended(shift: Shift) -> None:
    await talks(shift)
    with pytest.raises(ForbiddenError, match="Only who talked"):
        await chooses(shift, "resolved", BORIS)


async def test_who_passed_the_call_on_owes_nothing_and_who_got_it_does(shift: Shift) -> None:
    await requires(shift, outcome_required=True)
    await talks(shift)
    on = shift.on
    await shift.take(on.transferred(1), on.leg_ended(1), on.offered(2, None))
    assert (await shift.presence(1))["owes"] is False
    await shift.sees(2)
    await shift.take(on.answered(2), on.ended())
    assert (await shift.presence(2))["owes"] is True


async def test_who_has_no_desk_open_finishes_nothing(shift: Shift) -> None:
    on = shift.on
    await shift.take(on.queued(), on.offered(1), on.answered(1), on.leg_ended(1), on.ended())
    assert (await shift.state(), shift.phones.told) == ("available", [])


async def test_a_pop_that_is_sent_behind_the_answer_holds_calls_back_too(shift: Shift) -> None:
    await shift.take(shift.on.queued(), shift.on.offered(1), shift.on.answered(1))
    await shift.sees()
    assert shift.phones.told == [HELD]


@pytest.mark.parametrize("seconds", [0, 5])
async def test_the_time_is_the_queues(shift: Shift, seconds: int) -> None:
    await requires(shift, wrap_up_s=seconds)
    await talks(shift)
    await hangs_up(shift)
    assert await shift.state() == ("wrap_up" if seconds else "available")
    await shift.later(seconds)
    assert await shift.state() == "available"


async def test_a_colleagues_call_is_not_finished(shift: Shift) -> None:
    on = shift.on
    await shift.take(on.offered(1, None, direction=Direction.INTERNAL))
    await shift.sees()
    await shift.take(on.answered(1), on.ended())
    assert await shift.state() == "available"


async def test_a_call_that_came_through_no_queue_is_not_finished(shift: Shift) -> None:
    on = shift.on
    await shift.take(on.offered(1, None))
    await shift.sees()
    await shift.take(on.answered(1), on.ended())
    assert (await shift.state(), shift.phones.told) == ("available", [])


async def test_a_call_that_was_not_answered_is_not_finished(shift: Shift) -> None:
    on = shift.on
    await shift.take(on.queued(), on.offered(1))
    await shift.sees()
    await shift.take(on.offer_ended(1, LegResult.NO_ANSWER), on.ended())
    assert await shift.state() == "available"


async def test_a_break_that_is_asked_for_meanwhile_begins_behind_it(shift: Shift) -> None:
    await talks(shift)
    await shift.take(shift.on.paused(1, reason="lunch"))
    assert (await shift.presence())["then"] == "lunch"
    await hangs_up(shift)
    assert (await shift.state(), (await shift.presence())["then"]) == ("wrap_up", "lunch")
    await shift.later(30)
    assert (await shift.state(), shift.phones.told) == ("on_break", [HELD])


async def test_who_is_on_a_break_is_not_paused_for_another_reason(shift: Shift) -> None:
    await shift.take(shift.on.paused(1, reason="lunch"))
    await talks(shift)
    assert shift.phones.told == []


async def test_who_lets_calls_come_at_the_phone_is_done(shift: Shift) -> None:
    await talks(shift)
    await shift.take(shift.on.paused(1, reason="wrap-up"))
    await hangs_up(shift)
    await shift.take(shift.on.unpaused(1))
    assert await shift.state() == "available"


async def test_who_ends_a_break_that_was_begun_at_the_phone_is_done(shift: Shift) -> None:
    await talks(shift)
    await shift.take(shift.on.paused(1, reason="wrap-up"))
    await hangs_up(shift)
    await shift.take(shift.on.paused(1, reason="Back"))
    await shift.take(shift.on.unpaused(1))
    assert await shift.state() == "available"


async def test_a_phone_system_that_refuses_is_told_again_when_the_call_is_over(shift: Shift) -> None:
    shift.phones.outcome = Refused("No.")
    await talks(shift)
    await hangs_up(shift)
    assert shift.phones.told == [HELD, HELD]
    assert await shift.state() == "wrap_up"
    await shift.later(30)
    assert await shift.state() == "available"


async def test_a_restart_goes_on(shift: Shift, sessions: Sessions, database_url: str) -> None:
    """Also where the bus has forgotten everything."""
    await talks(shift)
    await hangs_up(shift)
    await shift.later(10)
    async with stage(sessions, database_url, NewsBus(), phones=shift.phones, clock=shift.hand) as on:
        await on.intake.begin(on.link)
        await on.take(on.up(), on.resyncing(), on.paused(1, reason="wrap-up"), on.resynced())
        after = Shift(on, shift.phones, shift.hand)
        await after.settled()
        assert (await after.presence())["until"] == (NOW + timedelta(seconds=30)).isoformat()
        assert Unpause(ANAS) not in shift.phones.told
        await after.later(20)
        assert shift.phones.told[-1] == Unpause(ANAS)


async def test_nobody_stays_paused_because_a_process_died(shift: Shift) -> None:
    """The phone system holds calls back, and nobody knows why."""
    on = shift.on
    await shift.take(on.resyncing(), on.paused(1, reason="wrap-up"), on.paused(2, reason="lunch"))
    assert shift.phones.told == [], "not before all is said: a call may be alive"
    await shift.take(on.resynced())
    await shift.later(0)
    assert shift.phones.told == [Unpause(ANAS)]


async def test_two_that_listen_say_the_same(shift: Shift, sessions: Sessions, database_url: str) -> None:
    await talks(shift)
    await hangs_up(shift)
    async with stage(sessions, database_url, shift.on.bus, clock=shift.hand) as branch:
        branch.link = type(branch.link)("branch")
        await branch.intake.begin(branch.link)
        await branch.take(branch.up(), branch.resyncing(), branch.resynced())
        await asyncio.sleep(0)
        await branch.screens.presences.settle(NOW.isoformat())
        assert await shift.state() == "wrap_up"
        assert branch.screens.presences.doing(1) == ("wrap_up", "")
        await shift.later(30)
        await shift.settled()
        assert branch.screens.presences.doing(1) == ("available", "")


async def test_a_link_that_nobody_listens_to_any_more_keeps_nobody(shift: Shift) -> None:
    await talks(shift)
    await hangs_up(shift)
    await shift.on.intake.give_up(shift.on.link)
    [row] = await shift.stored()
    assert row.ended_at is not None
