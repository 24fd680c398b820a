"""A call is handed over: the next agent has on their desk, while it rings, what was done with the caller so
far; what they say to it is read by whoever had it before, and stands in the history of the call's case."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update

from console.calls.models import Call, Note, Pop
from console.calls.queries import StoredCalls, call_detail
from console.cases.actions import open_case
from console.cases.models import Case, CaseEvent
from console.cases.steps import By, NewCase
from console.db.engine import Sessions
from console.desk.actions import put_away
from console.desk.forms import read_answer
from console.desk.handing_over import Answer, HandingOver
from console.desk.packet_reading import read_records
from console.desk.run_doing import Given
from console.desk.run_moves import acted, answered
from console.errors import ForbiddenError, InvalidError
from console.handover.records import AnswerKind
from console.identity.viewer import Viewer
from console.profile.timeline import timeline
from console.web.forms import Form
from console.web.metrics import PACKETS
from telephony.events import CallId, Direction, LegResult
from tests.conftest import NOW
from tests.console.desk.learning_stage import ANA, BORIS, heard
from tests.console.desk.run_stage import does, running, talks
from tests.fakes.story import JOZEF, ZONE, Stage, leg_of, stage

pytestmark = pytest.mark.slow  # each plays a whole call

TO_THE_CASE = (answered(None), answered("cancel"), answered("confirmed"), answered("150 EUR"))
CYRIL = 3


@pytest.fixture
async def on(sessions: Sessions, database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    monkeypatch.setattr("console.desk.packets.WAIT_S", 30.0)  # on a busy machine, too
    async with running(sessions, database_url) as on:
        yield on


def taken(label: str) -> float:
    return float(PACKETS.labels(label)._value.get())


async def explains(on: Stage, reason: str, viewer: Viewer = ANA) -> None:
    leg = leg_of(viewer.user_id, on.call)
    await HandingOver(on.sessions, on.bus).explain(viewer, leg, reason, NOW)
    await heard(on)


async def says(on: Stage, kind: str, text: str = "", viewer: Viewer = BORIS) -> None:
    leg, answer = leg_of(viewer.user_id, on.call), Answer(AnswerKind(kind), text)
    await HandingOver(on.sessions, on.bus).answer(viewer, leg, answer, NOW)
    await heard(on)


async def pop_of(on: Stage, agent: int = 2) -> Any:
    return (await on.desk(agent))[leg_of(agent, on.call)]


async def passes_on(on: Stage, agent: int = 1, to: int = 2, queue: str | None = "second") -> None:
    """A blind transfer: the next phone rings."""
    await on.take(on.transferred(agent), on.leg_ended(agent), on.offered(to, queue))


async def history(on: Stage) -> list[tuple[str, str, str | None]]:
    """What became of the case that was opened on the call, the changes of its columns apart."""
    async with on.sessions() as session:
        events = await session.scalars(
            select(CaseEvent).where(CaseEvent.field.is_(None)).order_by(CaseEvent.id)
        )
        return [(each.kind, each.text, each.author) for each in events]


async def test_all_of_it_is_there_while_it_rings(on: Stage) -> None:
    await talks(on)
    await does(on, *TO_THE_CASE, acted(), acted(Given()))
    async with on.sessions.begin() as session:
        note = {"leg_id": leg_of(1), "call_id": on.call, "user_id": 1, "version": 1, "updated_at": NOW}
        session.add(Note(**note, text="Is angry"))
    await on.bus.put(
        "desk:1", f"note:{leg_of(1)}", {"leg": leg_of(1), "call": on.call, "text": "Is angry", "version": 1}
    )
    await explains(on, "Wants his money back at once")
    assert (await pop_of(on, 1))["handed"] == "Wants his money back at once"
    await passes_on(on)
    pop = await pop_of(on)
    packet = pop["packet"]
    assert pop["state"] == "ringing"
    [before] = pop["colleagues"]
    assert (before["name"], before["state"], before["note"]) == ("Ana", "passed_on", "Is angry")
    assert packet["reasons"] == [{"leg": leg_of(1), "by": "Ana", "text": "Wants his money back at once"}]
    assert packet["since"] == (NOW + timedelta(seconds=1)).isoformat()
    assert "late" in packet["sentence"]
    script = packet["script"]
    assert (script["title"], script["stopped_at"]) == ("Apologise for a late delivery", "On which number?")
    assert [visit["answer"] for visit in script["answered"]][:3] == ["cancel", "confirmed", "150.00 EUR"]
    [case] = packet["cases"]
    assert (case["subject"], case["line"], case["priority"], case["opened"]) == (
        "Refund €150.00 of O-77", 2, "high", True,
    )  # fmt: skip
    [callback] = packet["callbacks"]
    assert callback["due_at"] == (NOW + timedelta(days=1)).isoformat()
    assert (packet["calls"], packet["about"], packet["read"]) == (1, None, True)
    assert pop["answers"] == []


async def test_what_takes_long_to_be_read_fills_the_packet_when_it_is_there(
    on: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pop does not wait, and nothing else needs to happen on the call; it is read once for all phones."""
    goes_on, reads = asyncio.Event(), []

    async def slowly(*of: Any) -> Any:
        reads.append(of)
        await goes_on.wait()
        return await read_records(*of)

    monkeypatch.setattr("console.desk.packets.WAIT_S", 0.01)
    monkeypatch.setattr("console.desk.packets.read_records", slowly)
    await talks(on)
    await does(on, *TO_THE_CASE, acted())
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"), on.offered(CYRIL, "second"))
    packets = [(await pop_of(on, agent))["packet"] for agent in (2, CYRIL)]
    assert [(each["read"], each["cases"]) for each in packets] == [(False, [])] * 2
    goes_on.set()
    await on.intake._screen_pop._story.packets._beside.done()
    for agent in (2, CYRIL):
        packet = (await pop_of(on, agent))["packet"]
        assert (packet["read"], len(packet["cases"]), packet["calls"]) == (True, 1, 1)
        assert packet["script"]["title"] == "Apologise for a late delivery"
    assert len(reads) == 1


async def test_put_into_another_queue_and_picked_up_by_somebody_else(on: Stage) -> None:
    await talks(on)
    await explains(on, "Wants a specialist")
    await on.take(on.transferred(1), on.leg_ended(1), on.queued("second"), on.offered(2, "second"))
    assert (await pop_of(on))["packet"]["reasons"][0]["text"] == "Wants a specialist"
    await on.take(on.offered(CYRIL, None), on.answered(CYRIL), on.offer_ended(2, LegResult.WITHDRAWN))
    picked_up = await pop_of(on, CYRIL)
    assert (picked_up["state"], picked_up["packet"]["reasons"][0]["by"]) == ("answered", "Ana")
    assert picked_up["colleagues"][0]["before"]


async def test_a_colleague_who_calls_brings_no_packet(on: Stage) -> None:
    direct = on.offered(2, None, direction=Direction.INTERNAL, dialler="PJSIP/a1")
    await on.take(direct, on.answered(2))
    await on.take(on.offered(CYRIL, None, direction=Direction.INTERNAL, dialler="PJSIP/a1"))
    assert (await pop_of(on, CYRIL))["packet"] is None


async def test_a_call_that_nobody_had_before_costs_nothing(on: Stage) -> None:
    async with on.sessions() as session:
        statements: list[str] = []
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    await on.take(on.queued(), on.offered(1), on.offered(2))
    assert not [each for each in statements if "callbacks" in each or "handover" in each]
    assert [(await pop_of(on, agent))["packet"] for agent in (1, 2)] == [None, None]
    await on.take(on.answered(1))
    await passes_on(on, to=CYRIL)
    assert [each for each in statements if "callbacks" in each]


async def test_how_often_they_called_about_this(on: Stage) -> None:
    async with on.sessions.begin() as session:
        for number, days in enumerate((1, 3, 6, 8, 20)):
            at = NOW - timedelta(days=days)
            session.add(
                Call(
                    id=f"earlier-{number}",
                    link="main",
                    direction="inbound",
                    state="ended",
                    number=JOZEF,
                    caller_name="",
                    customer_id=1,
                    started_at=at,
                    ended_at=at + timedelta(minutes=3),
                )
            )
    await talks(on)
    await passes_on(on)
    packet = (await pop_of(on))["packet"]
    assert (packet["calls"], packet["about"]) == (4, None)  # with this one, in 7 days
    async with on.sessions.begin() as session:
        opened = NOW - timedelta(days=20) + timedelta(minutes=1)  # on the first of these calls
        of = {"customer_id": 1, "subject": "Late", "status": "open", "priority": "normal", "line": 1}
        session.add(Case(id=7, ref="K-7", opened_at=opened, **of))
        await session.flush()
        session.add(CaseEvent(case_id=7, at=NOW, author="a1@x.example", kind="comment", text="again"))
    await says(on, "taken")
    packet = (await pop_of(on))["packet"]
    assert (packet["calls"], packet["about"]) == (6, "K-7")
    assert [(case["ref"], case["opened"]) for case in packet["cases"]] == [("K-7", False)]


async def test_a_case_that_an_agent_opened_without_a_comment(on: Stage) -> None:
    """At the desk, beside the script."""
    await talks(on)
    async with on.sessions.begin() as session:
        ref = await open_case(session, "C-1", NewCase("Lost"), By(ANA.email, NOW, on.call, ZONE))
    await passes_on(on)
    [case] = (await pop_of(on))["packet"]["cases"]
    assert (case["ref"], case["subject"], case["opened"]) == (ref, "Lost", True)


async def test_taken_over_with_its_case(on: Stage) -> None:
    await talks(on)
    await does(on, *TO_THE_CASE, acted())
    await explains(on, "A refund above my limit")
    await passes_on(on)
    await says(on, "taken")
    await says(on, "taken")  # a second click
    for agent in (1, 2):
        [answer] = (await pop_of(on, agent))["answers"]
        assert (answer["kind"], answer["by"], answer["leg"]) == ("taken", "Boris", leg_of(2))
    async with on.sessions() as session:
        case = (await session.scalars(select(Case))).one()
        assert (case.owner, case.line) == (BORIS.email, BORIS.line)
    assert [(kind, text) for kind, text, _ in await history(on)][1:] == [
        ("handed_over", "A refund above my limit"),
        ("taken", ""),
    ]


async def test_asked_and_sent_back_with_a_reason(on: Stage) -> None:
    await talks(on)
    await does(on, *TO_THE_CASE, acted())
    await passes_on(on)
    await on.take(on.answered(2))
    await says(on, "asked", "Which account?")
    await says(on, "sent_back", "First line may do this itself")
    answers = (await pop_of(on, 1))["answers"]
    assert [(each["kind"], each["text"]) for each in answers] == [
        ("asked", "Which account?"),
        ("sent_back", "First line may do this itself"),
    ]
    async with on.sessions() as session:
        case = (await session.scalars(select(Case))).one()
        assert (case.owner, case.line) == ("a1@x.example", 1)
        entries, _older = await timeline(session, 1, "calls", None)
    assert await history(on) == [
        ("comment", "Opened in the call script “Apologise for a late delivery”.", ANA.email),
        ("handed_over", "", "a1@x.example"),
        ("asked", "Which account?", BORIS.email),
        ("sent_back", "First line may do this itself", BORIS.email),
    ]
    said = entries[0].row["handed_over"]
    assert [each.kind for each in said.answers] == ["asked", "sent_back"]


async def test_of_three_agents_each_reads_what_concerns_them(on: Stage) -> None:
    await talks(on)
    await explains(on, "Cannot do it")
    await passes_on(on)
    await on.take(on.answered(2))
    await says(on, "taken")
    await explains(on, "Needs a specialist", BORIS)
    await passes_on(on, 2, CYRIL)
    packet = (await pop_of(on, CYRIL))["packet"]
    assert [(each["by"], each["text"]) for each in packet["reasons"]] == [
        ("Ana", "Cannot do it"),
        ("Boris", "Needs a specialist"),
    ]
    assert (await pop_of(on, CYRIL))["answers"] == []
    await says(on, "sent_back", "No", viewer=Viewer(3, "a3@x.example", "Cyril", ANA.role, 2, None, "x", "en"))
    kinds = [[each["kind"] for each in (await pop_of(on, agent))["answers"]] for agent in (1, 2, CYRIL)]
    assert kinds == [["taken", "sent_back"], ["taken", "sent_back"], ["sent_back"]]


async def test_who_is_asked_meanwhile_sees_the_script_go_on(on: Stage) -> None:
    await talks(on)
    await does(on, answered(None))
    await on.take(on.offered(2, None))  # Ana asks Boris; she has the caller still
    assert (await pop_of(on))["packet"]["script"]["stopped_at"] == "Wait or cancel?"
    await does(on, answered("wait"))
    assert (await pop_of(on))["packet"]["script"]["stopped_at"] == "Which e-mail?"
    await passes_on_attended(on)
    await does(on, answered("jozef@mrkva.example"), viewer=BORIS)
    script = (await pop_of(on))["packet"]["script"]
    assert (script["stopped_at"], len(script["answered"])) == ("Which e-mail?", 1)  # as it came


async def passes_on_attended(on: Stage) -> None:
    await on.take(on.answered(2), on.transferred(1), on.leg_ended(1))


async def test_a_restart_knows_all_of_it(on: Stage, sessions: Sessions, database_url: str) -> None:
    await talks(on)
    await explains(on, "Because")
    await passes_on(on)
    await says(on, "asked", "Who?")
    [record] = await StoredCalls(on.sessions).open_calls(on.link)
    assert record.handed_over.reasons == {leg_of(1): "Because"}
    assert [each.text for each in record.handed_over.answers] == ["Who?"]
    async with stage(sessions, database_url, on.bus) as again:
        await again.intake.begin(on.link)
        await again.take(again.up(), again.resynced(on.call, legs=(leg_of(2),)))
        pop = await pop_of(again)
    assert pop["packet"]["reasons"][0]["text"] == "Because"
    assert [each["text"] for each in pop["answers"]] == ["Who?"]


async def test_who_may_not(on: Stage) -> None:
    await on.take(on.queued(), on.offered(1))
    with pytest.raises(ForbiddenError, match="was not answered here"):
        await explains(on, "Because")
    with pytest.raises(ForbiddenError, match="Nobody handed this call over to you"):
        await says(on, "taken", viewer=ANA)
    with pytest.raises(ForbiddenError, match="not on your desk"):
        await says(on, "taken")
    await on.take(on.answered(1))
    await passes_on(on)
    await on.take(on.offered(CYRIL, "second"), on.answered(CYRIL), on.offer_ended(2, LegResult.WITHDRAWN))
    with pytest.raises(ForbiddenError, match="whoever has it now answers for it"):
        await says(on, "taken")
    async with on.sessions.begin() as session:
        await session.execute(update(Call).values(erased=True))
    with pytest.raises(ForbiddenError, match="erased on request"):
        await explains(on, "Because")


async def packets(on: Stage) -> dict[str, str | None]:
    async with on.sessions() as session:
        return {pop.id: pop.packet for pop in await session.scalars(select(Pop))}


async def shown(on: Stage, agent: int) -> None:
    news = {"leg": leg_of(agent, on.call), "user_id": agent, "at": NOW.timestamp()}
    await on.bus.send("pops", {**news, "stage": "sent"})
    await on.bus.send("pops", {**news, "stage": "shown", "visible": True})
    await heard(on)


async def test_packets_are_counted(on: Stage) -> None:
    before = {label: taken(label) for label in ("shown", "not_shown", "unknown")}
    await talks(on)
    await passes_on(on)
    await shown(on, 2)
    await on.take(on.offered(CYRIL, "second"), on.answered(2), on.offer_ended(CYRIL, LegResult.WITHDRAWN))
    assert (await packets(on))[leg_of(1)] is None
    await on.take(on.ended())
    told = await packets(on)
    assert (told[leg_of(2)], told[leg_of(CYRIL)]) == ("shown", "put")
    on.call = CallId("main-2.1")
    await talks(on)
    await passes_on(on)
    await on.take(on.answered(2), on.ended())  # no browser had it
    on.call = CallId("main-3.1")
    answer = on.answered(1)
    await on.take(answer, on.queued("second"), on.offered(2, "second"), on.answered(2), on.ended())
    told = await packets(on)
    assert told[leg_of(2, CallId("main-2.1"))] == "not_shown"
    assert told[leg_of(2, CallId("main-3.1"))] == "unknown"
    after = {label: taken(label) - before[label] for label in before}
    assert after == {"shown": 1, "not_shown": 1, "unknown": 1}
    async with on.sessions() as session:
        assert "packet" not in (await call_detail(session, on.call))["pops"][0]


async def test_a_call_that_is_sent_back_comes_up_again(on: Stage) -> None:
    await talks(on)
    await passes_on(on)
    await put_away(on.bus, ANA, leg_of(1))
    await heard(on)
    assert leg_of(1) not in await on.desk(1)
    await says(on, "taken")
    assert leg_of(1) not in await on.desk(1)
    await says(on, "sent_back", "Yours after all")
    pop = await pop_of(on, 1)
    assert (pop["state"], pop["result"], pop["answers"][-1]["text"]) == (
        "ended",
        "transferred",
        "Yours after all",
    )


@pytest.mark.parametrize(
    ("kind", "text"), [("", ""), ("sent_back", " "), ("asked", ""), ("taken", "x" * 1001)]
)
def test_what_cannot_be_said(kind: str, text: str) -> None:
    with pytest.raises(InvalidError):
        read_answer(Form({"kind": kind, "text": text}))
