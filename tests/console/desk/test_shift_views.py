"""What an agent does about their shift, by its addresses: the phone systems are asked, and their answer is
said."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from console.calls.models import Call, Note, WrapUp
from console.cases.actions import save_cases, take_step
from console.cases.records import CaseRecord
from console.cases.steps import By, Seen, Step, StepKind
from console.customers.models import Customer
from console.db.engine import Sessions
from console.desk.actions import Typed, save_note
from console.desk.shift_views import controls
from console.identity.models import Role, UserQueue
from console.live.commands import LinkState
from console.queues.models import Queue
from console.routes import build_shift
from telephony.commands import IN_NO_QUEUE, JoinQueue, LeaveQueue, Outcome, Pause, Refused, Unpause
from telephony.events import Direction, LegResult, LinkName
from telephony.source import Capability
from tests.conftest import NOW
from tests.console.desk.document import Element, parse
from tests.console.desk.learning_stage import ANA, NewsBus
from tests.console.desk.test_wrap_ups import Hand, Shift
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import JOZEF, ZONE, PhoneSystem, leg_of, people, stage

pytestmark = pytest.mark.slow  # most play a whole call

ANAS = "PJSIP/a1"
CSRF = {"X-CSRF-Token": ANA.csrf}
COMMENT = Step(StepKind.COMMENT, "Sent a new one", Seen("normal", 1, None, None))
BOTH = frozenset({Capability.SET_PAUSE, Capability.SET_QUEUES})


class Systems(PhoneSystem):
    """Phone systems that are told, and say what they can."""

    def __init__(self) -> None:
        super().__init__()
        self.known: Mapping[LinkName, LinkState] = {LinkName("main"): LinkState("up", BOTH)}
        self.refuses: dict[type[Any], Outcome] = {}

    async def links(self) -> Mapping[LinkName, LinkState]:
        return self.known

    async def capabilities(self, link: LinkName) -> frozenset[Capability]:
        return self.known[link].can

    async def send(self, link: LinkName, command: Any) -> Outcome:
        await super().send(link, command)
        return self.refuses.get(type(command), self.outcome)


@dataclass
class Office:
    """Ana's shift, her browser, and the phone systems."""

    shift: Shift
    browser: httpx.AsyncClient
    systems: Systems

    async def does(self, state: str, **more: str) -> httpx.Response:
        return await self.browser.post("/desk/presence", data={"state": state, **more})

    async def finishes(self, agent: int = 1, **queue: Any) -> None:
        """Ana has talked on a call of the queue, which is as said."""
        on = self.shift.on
        if queue:
            async with on.sessions.begin() as session:
                await session.execute(update(Queue).where(Queue.name == "support").values(**queue))
            async with on.sessions() as session:
                await on.directory.refresh(session)
        await self.shift.take(on.queued(), on.offered(agent))
        await self.shift.sees(agent)
        await self.shift.take(on.answered(agent), on.leg_ended(agent), on.ended())
        self.systems.told.clear()


@pytest.fixture
async def office(sessions: Sessions, database_url: str) -> AsyncIterator[Office]:
    await people(sessions)
    async with sessions.begin() as session:
        session.add_all([UserQueue(user_id=1, queue=name) for name in ("second", "support")])
    systems, hand = Systems(), Hand()
    async with stage(sessions, database_url, NewsBus(), phones=systems, clock=hand) as on:
        await on.take(on.up(), on.resyncing(), on.unpaused(1), on.resynced())
        state = {"sessions": sessions, "bus": on.bus, "clock": hand, "directory": on.directory}
        app = small_app(build_shift(), {**state, "commands": systems}, viewer=ANA)
        async with browser_of(app, **CSRF) as browser:
            yield Office(Shift(on, systems, hand), browser, systems)


async def test_a_break_is_asked_for(office: Office) -> None:
    answer = await office.does("on_break", reason="lunch")
    assert office.systems.told == [Pause(ANAS, "lunch")]
    assert "Asked for: break, Lunch. Waiting for the phone system" in answer.text
    await office.shift.take(office.shift.on.paused(1, reason="lunch"))
    assert (await office.shift.presence())["reason"] == "lunch"
    await office.does("available")
    assert office.systems.told[-1] == Unpause(ANAS)


async def test_what_the_phone_system_refuses_is_said(office: Office) -> None:
    office.systems.outcome = Refused("The phone system says: no.")
    answer = await office.does("on_break")
    assert (answer.status_code, "The phone system says: no." in answer.text) == (422, True)
    assert await office.shift.state() == "available"


@pytest.mark.parametrize(
    ("known", "why"),
    [
        ({}, "No phone system can be told so"),
        ({"main": LinkState("down", BOTH)}, "No phone system can be told so"),
        ({"main": LinkState("up", frozenset())}, "No phone system can be told so"),
    ],
)
async def test_nobody_can_be_told(office: Office, known: Any, why: str) -> None:
    office.systems.known = known
    assert why in (await office.does("on_break")).text


async def test_who_has_no_phone_is_told_so(office: Office) -> None:
    office.shift.on.directory._interfaces = {}
    assert "No phone is yours here" in (await office.does("available")).text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"state": "dancing"}, "Choose what you do"),
        ({"state": "on_break", "reason": "x"}, "Choose the reason"),
    ],
)
async def test_what_cannot_be_chosen(office: Office, fields: dict[str, str], why: str) -> None:
    answer = await office.browser.post("/desk/presence", data=fields)
    assert (answer.status_code, why in answer.text, office.systems.told) == (422, True, [])


async def test_in_no_queue_of_one_phone_system_is_no_trouble_with_another(office: Office) -> None:
    office.systems.known = {name: LinkState("up", BOTH) for name in map(LinkName, ("main", "branch"))}
    assert (await office.does("on_break")).status_code == 200
    assert len(office.systems.told) == 2
    office.systems.outcome = IN_NO_QUEUE
    assert "in no queue" in (await office.does("on_break")).text


async def test_log_out_and_in(office: Office) -> None:
    await office.does("offline")
    assert office.systems.told == [LeaveQueue(ANAS, "second"), LeaveQueue(ANAS, "support")]
    await office.shift.take(office.shift.on.left(1))
    assert await office.shift.state() == "offline"
    office.systems.told.clear()
    await office.does("online")
    assert office.systems.told == [JoinQueue(ANAS, "second"), JoinQueue(ANAS, "support"), Unpause(ANAS)]
    await office.shift.take(office.shift.on.unpaused(1))
    assert await office.shift.state() == "available"


async def test_who_cannot_leave_the_queues_is_paused(office: Office) -> None:
    office.systems.refuses = {LeaveQueue: Refused("Member not dynamic")}
    assert (await office.does("offline")).status_code == 200
    assert office.systems.told[-1] == Pause(ANAS, "logged out")
    await office.shift.take(office.shift.on.paused(1, reason="logged out"))
    assert await office.shift.state() == "offline"


async def test_who_is_in_no_queue_here_cannot_log_in(office: Office) -> None:
    async with office.shift.on.sessions.begin() as session:
        for each in await session.scalars(select(UserQueue)):
            await session.delete(each)
    assert "You are in no queue here" in (await office.does("online")).text


async def test_a_break_ends_what_is_being_finished(office: Office) -> None:
    await office.finishes()
    await office.does("on_break", reason="lunch")
    await office.shift.take(office.shift.on.paused(1, reason="lunch"))
    assert await office.shift.state() == "on_break"


async def test_a_break_begins_behind_an_outcome_that_is_owed(office: Office) -> None:
    await office.finishes(outcome_required=True)
    await office.does("on_break", reason="lunch")
    await office.shift.take(office.shift.on.paused(1, reason="lunch"))
    assert (await office.shift.state(), (await office.shift.presence())["then"]) == ("wrap_up", "lunch")
    assert "Choose how the call ended first" in (await office.does("available")).text


async def test_available_during_a_call_keeps_the_next_one_back(office: Office) -> None:
    on = office.shift.on
    await office.shift.take(on.queued(), on.offered(1))
    await office.shift.sees()
    await office.shift.take(on.answered(1), on.paused(1, reason="wrap-up"))
    office.systems.told.clear()
    await office.does("available")
    assert office.systems.told == []


async def test_more_time_and_done(office: Office) -> None:
    await office.finishes()
    assert (await office.browser.post("/desk/wrap-up/more")).text == ""
    assert (await office.browser.post("/desk/wrap-up/done")).text == ""
    answer = await office.browser.post("/desk/wrap-up/more")
    assert (answer.status_code, "no call to finish any more" in answer.text) == (422, True)


async def test_an_outcome_is_chosen_on_the_pop_or_on_the_page(office: Office) -> None:
    await office.finishes()
    pop = f"/desk/pops/{leg_of(1)}/outcome"
    assert (await office.browser.post(pop, data={"outcome": "resolved"})).text == ""
    page = f"/calls/{office.shift.on.call}"
    assert "Kept: resolved" in (await office.browser.get(page)).text
    answer = await office.browser.post(f"{page}/outcome", data={"outcome": "case opened"})
    assert (answer.status_code, answer.headers["location"]) == (303, page)
    async with office.shift.on.sessions() as session:
        assert await session.scalar(select(Call.outcome)) == "case opened"
    answer = await office.browser.post("/desk/pops/nowhere/outcome", data={"outcome": "resolved"})
    assert "not on your desk any more" in answer.text


async def test_the_page_of_a_call(office: Office) -> None:
    on = office.shift.on
    await office.finishes()
    page = parse((await office.browser.get(f"/calls/{on.call}")).text.removeprefix("<!doctype html>"))
    assert page.one("call").attributes["data-state"] == "ended"
    assert page.one("call-leg").attributes["data-result"] == LegResult.ANSWERED.value
    assert (await office.browser.get("/calls/nothing")).status_code == 404


async def test_the_number_of_a_call_can_be_called(office: Office) -> None:
    async def drawn() -> Element:
        answer = await office.browser.get(f"/calls/{office.shift.on.call}")
        return parse(answer.text.removeprefix("<!doctype html>"))

    await office.finishes()
    assert "this phone system cannot be told to" in (await drawn()).one("cannot-dial").text
    office.systems.known = {LinkName("main"): LinkState("up", frozenset({Capability.DIAL}))}
    assert (await drawn()).one("dial").attributes["data-number"] == JOZEF
    for hidden in ({"identified": "withheld"}, {"direction": Direction.INTERNAL}, {"erased": True}):
        async with office.shift.on.sessions.begin() as session:
            await session.execute(update(Call).values(identified="one", direction="inbound", erased=False))
            await session.execute(update(Call).values(hidden))
        page = await drawn()
        assert not page.has("dial"), hidden
        assert not page.has("cannot-dial"), hidden


async def test_the_page_has_the_cases_and_the_note_that_is_missing(office: Office) -> None:
    """A note of one's own call can be written when its pop is gone; that of somebody else is read."""

    async def drawn() -> Element:
        answer = await office.browser.get(f"/calls/{office.shift.on.call}")
        return parse(answer.text.removeprefix("<!doctype html>"))

    on = office.shift.on
    await office.finishes()
    page = await drawn()
    assert "No case was opened or worked on in this call." in page.text
    field = page.one("call-own-note")
    assert (field.attributes["data-note"], field.attributes["data-version"], field.text) == (
        leg_of(1),
        "0",
        "",
    )
    async with on.sessions() as session:
        typed = Typed(leg_of(1), "wants <b>roses", 0, NOW)
        await save_note(session, on.bus, ANA, typed)
    async with on.sessions.begin() as session:
        session.add(
            Note(leg_id=leg_of(2), call_id=on.call, user_id=2, text="No answer", version=1, updated_at=NOW)
        )
        values = {"subject": "Broken chair", "opened_at": NOW}
        await save_cases(session, [CaseRecord("K-1", "C-1", values)], NOW)
        await take_step(session, "K-1", COMMENT, By(ANA.email, NOW, str(on.call), ZONE))
    page = await drawn()
    field = page.one("call-own-note")
    assert (field.text, field.attributes["data-version"]) == ("wants <b>roses", "1")
    assert [note.text.split(" Boris")[0] for note in page.every("p", data_testid="call-note")] == [
        "No answer"
    ]
    assert "Broken chair" in page.one("call-case", data_ref="K-1").text
    async with on.sessions.begin() as session:
        await session.execute(update(Call).values(erased=True))
    assert not (await drawn()).has("call-own-note")


async def test_whose_calls_agents_read(office: Office) -> None:
    """Those that rang at their phone, and customers': their timelines tell of them, too."""
    await office.finishes(agent=2)
    page = f"/calls/{office.shift.on.call}"
    assert (await office.browser.get(page)).status_code == 200
    assert 'data-testid="outcome"' not in (await office.browser.get(page)).text
    async with office.shift.on.sessions.begin() as session:
        await session.execute(update(Call).values(customer_id=None))
    assert (await office.browser.get(page)).status_code == 403
    assert (await office.browser.get(page, headers={"role": Role.SUPERVISOR})).status_code == 200


async def test_the_day(office: Office) -> None:
    assert 'data-testid="day-answered">0<' in (await office.browser.get("/desk/day")).text
    await office.finishes(outcome_required=True)
    text = (await office.browser.get("/desk/day")).text
    assert 'data-testid="day-answered">1<' in text
    assert 'data-testid="day-finishing">1<' in text
    assert "outcome missing" in text
    assert f'href="#pop-{leg_of(1).replace(".", "_2e_")}"' in text
    async with office.shift.on.sessions.begin() as session:
        await session.execute(update(Call).values(outcome="resolved"))
        await session.execute(update(WrapUp).values(ended_at=NOW))
        await session.execute(update(Customer).values(name="<b>Jozef"))
    text = (await office.browser.get("/desk/day")).text
    assert "All your calls of today are finished." in text
    assert "&lt;b&gt;Jozef" in text


async def test_the_controls_are_those_that_some_phone_system_can(office: Office) -> None:
    async def seen(*can: Capability) -> list[bool]:
        value = {"state": "up", "reason": "", "since": NOW.isoformat(), "can": sorted(can)}
        await office.shift.on.bus.put("links", "main", value)
        text = (await office.browser.get("/desk/presence")).text
        return [f'data-testid="presence-{name}"' in text for name in
                ("set-on_break", "set-offline", "no-pause", "no-queues")]  # fmt: skip

    assert await seen(*BOTH) == [True, True, False, False]
    assert await seen(Capability.SET_PAUSE) == [True, False, False, True]
    assert await seen() == [False, False, True, False]


async def test_nothing_is_done_for_another_page(office: Office) -> None:
    office.browser.headers.pop("X-CSRF-Token")
    for path in ("/desk/presence", "/desk/wrap-up/more", "/desk/wrap-up/done", "/calls/x/outcome"):
        assert (await office.browser.post(path, data={"state": "available"})).status_code == 403
    assert office.systems.told == []


async def test_a_log_out_during_a_call_comes_behind_it(office: Office) -> None:
    on = office.shift.on
    await office.shift.take(on.queued(), on.offered(1), on.answered(1), on.left(1))
    said = await office.shift.presence()
    assert (said["state"], said["then"]) == ("on_call", "logged out")


async def test_who_takes_no_calls_has_no_controls(office: Office) -> None:
    value = {"state": "up", "reason": "", "since": NOW.isoformat(), "can": sorted(BOTH)}
    await office.shift.on.bus.put("links", "main", value)
    [with_phone, without] = [
        controls({"main": value}, replace(ANA, role=Role.SUPERVISOR, extension=extension))
        for extension in ("1001", None)
    ]
    assert (with_phone["takes_calls"], without["takes_calls"]) == (True, False)
