"""`GET calls/{id}` for every way a call can go: the right legs in order, with their results and times."""

from datetime import timedelta
from typing import Any

import pytest

from console.calls.queries import call_detail
from console.db.engine import Sessions
from telephony.events import Caller, CallResumed, Direction, End, LegResult
from tests.conftest import NOW
from tests.fakes.story import CALL, JOZEF, Stage, people, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


async def detail(on: Stage) -> dict[str, Any]:
    async with on.sessions() as session:
        return await call_detail(session, CALL)


def at(second: int | None) -> str | None:
    """The moment so many events after the start."""
    return None if second is None else (NOW + timedelta(seconds=second)).isoformat()


def legs(told: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [
        tuple(leg[name] for name in ("agent", "queue", "offered_at", "answered_at", "ended_at", "result"))
        for leg in told["legs"]
    ]


def leg(agent: int, queue: str | None, times: tuple[int, int | None, int], result: str) -> tuple[Any, ...]:
    """Offered, answered and ended after so many events."""
    return (f"a{agent}@x.example", queue, *map(at, times), result)


def summary(told: dict[str, Any], *names: str) -> list[Any]:
    return [told[name] for name in names]


async def test_a_call_that_was_held_and_passed_on(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.answered(1), on.held(1))
        await on.take(on.transferred(1), on.offered(2, None), on.answered(2), on.ended())
        told = await detail(on)
    assert legs(told) == [
        leg(1, "support", (2, 3, 5), "transferred"),
        leg(2, None, (6, 7, 8), "answered"),
    ]
    times = ("started_at", "answered_at", "ended_at")
    assert summary(told, "state", "end", "queue") == ["ended", "completed", "support"]
    assert summary(told, *times) == [at(1), at(3), at(8)]


@pytest.mark.slow
async def test_a_colleague_who_was_only_asked(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.answered(1), on.held(1))
        await on.take(on.offered(2, None), on.answered(2), on.leg_ended(2))
        resumed = on.held(1)
        await on.take(CallResumed(link=resumed.link, at=resumed.at, call=resumed.call, leg=resumed.leg))
        await on.take(on.ended())
        told = await detail(on)
    assert legs(told) == [leg(1, "support", (2, 3, 9), "answered"), leg(2, None, (5, 6, 7), "answered")]
    assert told["end"] == "completed"


@pytest.mark.slow
async def test_a_call_passed_on_into_another_queue(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.answered(1), on.transferred(1), on.queued("second"))
        assert (await detail(on))["state"] == "queued"
        await on.take(on.offered(2, "second"), on.offer_ended(2, LegResult.NO_ANSWER), on.ended())
        told = await detail(on)
    assert legs(told) == [
        leg(1, "support", (2, 3, 4), "transferred"),
        leg(2, "second", (6, None, 7), "no_answer"),
    ]
    assert summary(told, "end", "queue", "answered_at") == ["completed", "second", at(3)]


@pytest.mark.slow
async def test_a_call_that_two_queues_gave_up(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.NO_ANSWER), on.left_queue())
        await on.take(on.queued("second"), on.left_queue("second"), on.ended(End.TIMED_OUT))
        told = await detail(on)
    assert legs(told) == [leg(1, "support", (2, None, 3), "no_answer")]
    assert summary(told, "end", "queue", "line", "answered_at") == ["timed_out", "second", 1, None]


async def test_a_direct_call_has_no_queue_and_its_agents_line(sessions: Sessions, database_url: str) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.offered(1, None, dialled="1001"), on.answered(1), on.ended())
        told = await detail(on)
    assert legs(told) == [leg(1, None, (1, 2, 3), "answered")]
    named = ("direction", "queue", "line", "number", "identified", "customer_ref")
    assert summary(told, *named) == ["inbound", None, 1, JOZEF, "one", "C-1"]


@pytest.mark.slow
@pytest.mark.parametrize(("result", "end"), [("no_answer", "abandoned"), ("cancelled", "abandoned")])
async def test_an_outgoing_call_is_to_the_far_end(
    sessions: Sessions, database_url: str, result: str, end: str
) -> None:
    async with stage(sessions, database_url) as on:
        dialled = on.offered(1, None, dialled="0905123456", direction=Direction.OUTBOUND)
        await on.take(dialled, on.offer_ended(1, LegResult(result)), on.ended())
        told = await detail(on)
    assert legs(told) == [leg(1, None, (1, None, 2), result)]
    named = ("direction", "queue", "number", "customer_ref", "end", "answered_at")
    assert summary(told, *named) == ["outbound", None, JOZEF, "C-1", end, None]


@pytest.mark.slow
async def test_a_call_between_colleagues_is_nobodys_as_a_customer(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as on:
        on.caller = Caller("1001", "Ana")
        internal = {"dialled": "1002", "direction": Direction.INTERNAL}
        await on.take(on.offered(2, None, **internal), on.answered(2), on.ended())
        told = await detail(on)
    assert legs(told) == [leg(2, None, (1, 2, 3), "answered")]
    named = ("direction", "queue", "number", "identified", "customer_ref")
    assert summary(told, *named) == ["internal", None, "1001", "none", None]


@pytest.mark.slow
async def test_a_call_that_vanished_ended_when_that_was_noticed(
    sessions: Sessions, database_url: str
) -> None:
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1), on.answered(1), on.held(1))
        on.at += timedelta(seconds=56)
        await on.take(on.resyncing(), on.resynced())
        told = await detail(on)
    assert legs(told) == [leg(1, "support", (2, 3, 60), "answered")]
    assert summary(told, "state", "end", "ended_at") == ["ended", "lost", at(60)]
