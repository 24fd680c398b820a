"""The pop follows the call, with what the others on it did and wrote; and says the truth about its end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from console.db.engine import Sessions
from console.desk.actions import SavedNote, Typed, put_away, save_note
from console.identity.viewer import Viewer
from telephony.events import Caller, CallId, Direction, End, Event, LegResult
from tests.conftest import NOW
from tests.console.live.screens import BreakableBus, until
from tests.fakes.story import CALL, LINK, Stage, leg_of, people, stage

pytestmark = pytest.mark.slow


class ReadBus(BreakableBus):
    """A bus that knows whether everybody has read everything."""

    @property
    def all_read(self) -> bool:
        return not any(backlog._items for backlog in self._readers._changes)


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    """The phone system is up, nobody calls yet."""
    await people(sessions)
    async with stage(sessions, database_url, ReadBus()) as on:
        await on.take(on.up())
        yield on


async def pop_of(on: Stage, agent: int) -> Any:
    """The only pop on an agent's desk."""
    (pop,) = [value for key, value in (await on.desk(agent)).items() if not key.startswith("note:")]
    return pop


async def colleague(on: Stage, agent: int) -> Any:
    """The only colleague on the only pop of an agent's desk."""
    (found,) = (await pop_of(on, agent))["colleagues"]
    return found


async def writes(on: Stage, viewer: Viewer, text: str, version: int = 0) -> SavedNote:
    """The agent types on their leg of the call; the story hears of it."""
    async with on.sessions() as session:
        typed = Typed(leg_of(viewer.user_id, on.call), text, version, NOW)
        saved = await save_note(session, on.bus, viewer, typed)
    await heard(on)
    return saved


async def heard(on: Stage) -> None:
    """Wait until the story has heard what was said on the bus."""
    bus = on.bus
    assert isinstance(bus, ReadBus)
    await until(lambda: bus.all_read)
    await on.intake.told()


async def happens(on: Stage, *events: Event) -> None:
    """As `take`, without waiting for the record."""
    for event in events:
        on.intake.take(event)
    await on.intake.told()


async def talking_with_ana(on: Stage) -> None:
    await happens(on, on.queued(), on.offered(1), on.answered(1))


async def test_a_blind_transfer(on: Stage, ana: Viewer) -> None:
    await talking_with_ana(on)
    await writes(on, ana, "Wants a voucher")
    await happens(on, on.transferred(1), on.offered(2, None))
    first, second = await pop_of(on, 1), await pop_of(on, 2)
    assert (first["state"], first["result"], await on.presence(1)) == ("ended", "transferred", "available")
    assert (await colleague(on, 1))["state"] == "ringing"
    assert (second["state"], second["customer"]["name"]) == ("ringing", "Jozef Mrkva")
    ana_did = await colleague(on, 2)
    assert (ana_did["name"], ana_did["line"], ana_did["before"]) == ("Ana", 1, True)
    assert (ana_did["state"], ana_did["note"]) == ("passed_on", "Wants a voucher")
    assert datetime.fromisoformat(ana_did["ended_at"]) > datetime.fromisoformat(ana_did["answered_at"])
    await happens(on, on.answered(2))
    found = await colleague(on, 1)
    assert (found["name"], found["state"], found["before"]) == ("Boris", "talking", False)


async def test_an_attended_transfer(on: Stage) -> None:
    await talking_with_ana(on)
    await happens(on, on.held(1), on.offered(2, None))
    assert (await pop_of(on, 1))["held"]
    assert (await colleague(on, 2))["state"] == "held"
    await happens(on, on.answered(2))
    assert ((await pop_of(on, 1))["state"], (await colleague(on, 1))["state"]) == ("answered", "talking")
    assert (await on.presence(1), await on.presence(2)) == ("on_call", "on_call")
    await happens(on, on.transferred(1))
    assert ((await pop_of(on, 1))["state"], await on.presence(1)) == ("ended", "available")
    assert ((await colleague(on, 2))["state"], await on.presence(2)) == ("passed_on", "on_call")


async def test_a_consultation_that_ends_leaves_the_caller_with_the_first(on: Stage) -> None:
    await talking_with_ana(on)
    await happens(on, on.held(1), on.offered(2, None), on.answered(2), on.leg_ended(2))
    assert ((await pop_of(on, 1))["state"], (await colleague(on, 1))["state"]) == ("answered", "left")
    assert ((await pop_of(on, 2))["state"], await on.presence(2)) == ("ended", "available")
    assert (await colleague(on, 2))["state"] == "held"


async def test_a_transfer_into_another_queue(on: Stage) -> None:
    await talking_with_ana(on)
    await happens(on, on.transferred(1), on.queued("second"))
    assert ((await pop_of(on, 1))["waits_in"], (await pop_of(on, 1))["colleagues"]) == ("Second line", [])
    await happens(on, on.offered(2, "second"), on.offered(3, "second"), on.answered(2))
    await happens(on, on.offer_ended(3, LegResult.WITHDRAWN))
    assert ((await pop_of(on, 2))["line"], (await colleague(on, 2))["name"]) == (2, "Ana")
    assert (await pop_of(on, 3))["withdrawn_by"] == "Boris"
    assert ((await pop_of(on, 1))["waits_in"], (await colleague(on, 1))["name"]) == (None, "Boris")


async def test_a_timeout_into_a_second_queue(on: Stage) -> None:
    await happens(on, on.queued(), on.offered(1), on.offer_ended(1, LegResult.WITHDRAWN), on.left_queue())
    assert (await pop_of(on, 1))["waits_in"] is None
    await happens(on, on.queued("second"), on.offered(2, "second"))
    first, second = await pop_of(on, 1), await pop_of(on, 2)
    assert (first["state"], first["waits_in"], first["end"]) == ("withdrawn", "Second line", None)
    assert (second["state"], second["colleagues"], second["queue"]) == ("ringing", [], "second")


@pytest.mark.parametrize("end", [End.ABANDONED, End.TIMED_OUT])
async def test_an_abandon_and_a_timeout_are_told_apart(on: Stage, end: End) -> None:
    await happens(on, on.queued(), on.offered(1), on.offer_ended(1, LegResult.CANCELLED), on.ended(end))
    pop = await pop_of(on, 1)
    assert (pop["state"], pop["result"], pop["end"]) == ("withdrawn", "cancelled", end)


async def test_a_call_that_vanished_says_that_it_is_lost(on: Stage) -> None:
    await talking_with_ana(on)
    await happens(on, on.resynced())
    pop = await pop_of(on, 1)
    assert (pop["state"], pop["end"], await on.presence(1)) == ("ended", "lost", "available")


async def test_a_call_that_vanished_later_is_not_lost_for_who_passed_it_on(on: Stage) -> None:
    await talking_with_ana(on)
    await happens(on, on.transferred(1), on.offered(2, None), on.answered(2), on.resynced())
    first, second = await pop_of(on, 1), await pop_of(on, 2)
    assert (first["result"], first["end"], second["end"]) == ("transferred", None, "lost")


async def test_a_note_is_read_while_it_is_written(on: Stage, ana: Viewer) -> None:
    await talking_with_ana(on)
    await happens(on, on.offered(2, None))
    assert (await colleague(on, 2))["note"] == ""
    first = await writes(on, ana, "Wants")
    assert (await colleague(on, 2))["note"] == "Wants"
    await writes(on, ana, "Wants a voucher", first.version)
    assert (await colleague(on, 2))["note"] == "Wants a voucher"
    assert (await colleague(on, 1))["note"] == ""


async def test_the_note_of_the_next_agent_is_their_own(on: Stage, ana: Viewer) -> None:
    boris = replace(ana, user_id=2, email="a2@x.example")
    await talking_with_ana(on)
    await writes(on, ana, "Wants a voucher")
    await happens(on, on.transferred(1), on.offered(2, None), on.answered(2))
    await writes(on, boris, "Voucher promised")
    assert ((await colleague(on, 2))["note"], (await colleague(on, 1))["note"]) == (
        "Wants a voucher",
        "Voucher promised",
    )
    assert (await on.desk(2))[f"note:{leg_of(2)}"]["text"] == "Voucher promised"


async def test_a_note_that_was_missed_is_read_when_the_bus_is_back(on: Stage, ana: Viewer) -> None:
    bus = on.bus
    assert isinstance(bus, ReadBus)
    await talking_with_ana(on)
    await happens(on, on.offered(2, None))
    bus.entries("desk:1")[f"note:{leg_of(1)}"] = {  # a change that nobody heard of
        "leg": leg_of(1),
        "call": on.call,
        "text": "Wants a voucher",
        "version": 1,
    }
    bus.break_connection()
    await heard(on)
    assert (await colleague(on, 2))["note"] == "Wants a voucher"


async def test_after_a_restart_the_next_agent_reads_what_was_written_before(
    sessions: Sessions, database_url: str, ana: Viewer
) -> None:
    await people(sessions)
    async with stage(sessions, database_url, ReadBus()) as on:
        await on.take(on.up())
        await talking_with_ana(on)
        await writes(on, ana, "Wants a voucher")
        await on.recorder.flushed()
        bus, at = on.bus, on.at
    async with stage(sessions, database_url, bus) as on:
        on.at = at
        await on.intake.begin(LINK)
        await on.take(on.up(), on.resynced(CALL, legs=(leg_of(1),)), on.transferred(1), on.offered(2, None))
        found = await colleague(on, 2)
    assert (found["name"], found["state"], found["note"]) == ("Ana", "passed_on", "Wants a voucher")


async def test_after_the_end_notes_stay_with_their_agents(on: Stage, ana: Viewer) -> None:
    await talking_with_ana(on)
    await happens(on, on.transferred(1), on.offered(2, None), on.answered(2), on.ended())
    await writes(on, ana, "Too late for Boris")
    assert (await colleague(on, 2))["note"] == ""


async def test_no_more_than_one_statement_for_a_pop_with_a_past(on: Stage, ana: Viewer) -> None:
    await talking_with_ana(on)
    await writes(on, ana, "Wants a voucher")
    before = on.reader.statements
    await happens(on, on.transferred(1), on.offered(2, None))
    assert on.reader.statements - before <= 1


async def test_a_direct_call(on: Stage) -> None:
    await happens(on, on.offered(1, None))
    pop = await pop_of(on, 1)
    assert (pop["queue"], pop["direction"], pop["dialling"], pop["line"]) == (None, "inbound", False, 1)
    assert pop["customer"]["name"] == "Jozef Mrkva"


async def test_an_internal_call_names_the_colleague_and_guesses_no_customer(on: Stage) -> None:
    on.caller = Caller("1001", "Ana N.")
    before = on.reader.statements
    await happens(on, on.offered(2, None, dialled="1002", direction=Direction.INTERNAL))
    pop = await pop_of(on, 2)
    assert (pop["internal_name"], pop["number"], pop["dialling"]) == ("Ana", "1001", False)
    assert (pop["match"], pop["customer"], pop["candidates"], pop["script"]) == ("none", None, [], None)
    assert on.reader.statements == before


async def test_an_internal_call_at_the_desk_of_who_dialled_it(on: Stage) -> None:
    on.caller = Caller("1001")
    await happens(on, on.offered(1, None, dialled="1002", direction=Direction.INTERNAL))
    pop = await pop_of(on, 1)
    assert (pop["internal_name"], pop["number"], pop["dialling"]) == ("Boris", "1002", True)


async def test_an_extension_of_nobody(on: Stage) -> None:
    on.caller = Caller("1099")
    await happens(on, on.offered(1, None, direction=Direction.INTERNAL))
    assert (await pop_of(on, 1))["internal_name"] == ""


async def test_an_outgoing_call(on: Stage) -> None:
    await happens(on, on.offered(1, None, dialled="0905123456", direction=Direction.OUTBOUND))
    pop = await pop_of(on, 1)
    assert (pop["state"], pop["dialling"], await on.presence(1)) == ("ringing", True, "on_call")
    assert pop["customer"]["name"] == "Jozef Mrkva"
    await happens(on, on.answered(1), on.transferred(1), on.offered(2, None, direction=Direction.OUTBOUND))
    assert ((await pop_of(on, 2))["dialling"], await on.presence(2)) == (False, "ringing")


async def test_two_calls_of_one_agent(on: Stage) -> None:
    await talking_with_ana(on)
    on.call = CallId("main-2.1")
    await happens(on, on.offered(1, None))
    states = {key: pop["state"] for key, pop in (await on.desk(1)).items()}
    assert states == {leg_of(1): "answered", leg_of(1, on.call): "ringing"}


async def test_who_calls_again_within_seconds(on: Stage) -> None:
    on.at = NOW - timedelta(seconds=30)
    await on.take(on.queued(), on.offered(1), on.offer_ended(1, LegResult.CANCELLED), on.ended())
    on.call = CallId("main-2.1")
    await on.take(on.queued(), on.offered(1))
    pop = await pop_of(on, 1)
    assert (pop["leg"], pop["repeat_today"]) == (leg_of(1, on.call), True)
    assert datetime.fromisoformat(pop["last_call_at"]) < datetime.fromisoformat(pop["offered_at"])


async def test_a_pop_with_something_written_on_it_does_not_go_by_itself(on: Stage, ana: Viewer) -> None:
    await happens(on, on.queued(), on.offered(1))
    saved = await writes(on, ana, "Heard a baby cry")
    await happens(on, on.offer_ended(1, LegResult.CANCELLED), on.ended())
    first, on.call = on.call, CallId("main-2.1")
    await happens(on, on.queued(), on.offered(1))
    assert leg_of(1, first) in await on.desk(1)
    on.call = first
    await writes(on, ana, "", saved.version)
    on.call = CallId("main-3.1")
    await happens(on, on.queued(), on.offered(1))
    assert leg_of(1, first) not in await on.desk(1)


async def test_done_takes_a_transferred_call_away(on: Stage, ana: Viewer) -> None:
    await talking_with_ana(on)
    await happens(on, on.transferred(1), on.offered(2, None))
    await put_away(on.bus, ana, leg_of(1))
    assert await on.desk(1) == {}
