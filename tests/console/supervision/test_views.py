"""What supervisors do, by its addresses: what the phone systems are told, what is said, what is on record."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import delete, select

from console.audit.acts import LABELS, RESULTS, Act, Result
from console.calls.models import Call
from console.db.engine import Sessions
from console.desk.listening import LISTENING
from console.identity.models import Role, UserInterface
from console.identity.permissions import Permission, role_may
from console.messages.models import Message, MessageTo
from telephony.commands import (
    IN_NO_QUEUE,
    Barge,
    Command,
    JoinQueue,
    LeaveQueue,
    Listen,
    Outcome,
    Pause,
    Refused,
    SendOn,
    TakeFirst,
    ToAgent,
    ToQueue,
    Unpause,
    Unsure,
    Whisper,
)
from telephony.events import CallId, LegId
from telephony.source import COMMANDED, Capability
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.console.supervision.office import LEG, SUE, SUES, Office, as_agent, office, staff

ANAS = "PJSIP/a1"
WAITING = "main-7.1"


@pytest.fixture
async def sues(sessions: Sessions) -> AsyncIterator[Office]:
    await staff(sessions)
    async with sessions.begin() as session:
        session.add(
            Call(
                id=WAITING,
                link="main",
                direction="inbound",
                state="queued",
                queue="support",
                number="",
                caller_name="",
                started_at=NOW,
            )
        )
    async with office(sessions) as sues:
        yield sues


AGENT = "/board/agents/1"


@pytest.mark.parametrize(
    ("path", "fields", "commands"),
    [
        (f"{AGENT}/listen", {}, [Listen(LegId(LEG), SUES)]),
        (f"{AGENT}/whisper", {"leg": LEG}, [Whisper(LegId(LEG), SUES)]),
        (f"{AGENT}/barge", {}, [Barge(LegId(LEG), SUES)]),
        (f"{AGENT}/pause", {"reason": "training"}, [Pause(ANAS, "training")]),
        (f"{AGENT}/join", {"queue": "second"}, [JoinQueue(ANAS, "second")]),
        (f"{AGENT}/leave", {"queue": "support"}, [LeaveQueue(ANAS, "support")]),
        (
            f"{AGENT}/move",
            {"queue": "support", "to": "second"},
            [JoinQueue(ANAS, "second"), LeaveQueue(ANAS, "support")],
        ),
        (f"{AGENT}/log-out", {}, [LeaveQueue(ANAS, "support")]),
        ("/board/agents/3/log-out", {}, [Pause("PJSIP/a3", "logged out")]),  # who is to work in no queue
        (f"/board/waiting/{WAITING}/first", {}, [TakeFirst(CallId(WAITING))]),
        (
            f"/board/waiting/{WAITING}/send",
            {"agent": "2"},
            [SendOn(CallId(WAITING), ToAgent("PJSIP/a2", "1002"))],
        ),
        (
            f"/board/waiting/{WAITING}/send",
            {"queue": "second"},
            [SendOn(CallId(WAITING), ToQueue("second", "602"))],
        ),
    ],
)
async def test_what_the_phone_system_is_told(
    sues: Office, path: str, fields: dict[str, str], commands: list[Command]
) -> None:
    answer = await sues.posts(path, **fields)
    assert answer.status_code == 200, answer.text
    assert sues.phones.told == commands
    assert parse(answer.text).one("act-asked").text
    (row,) = await sues.log()
    assert (row.who, row.outcome, row.why) == (SUE.name, "done", "")


async def test_the_log_says_whom_it_was_about(sues: Office) -> None:
    await sues.posts(f"{AGENT}/whisper")
    await sues.posts(f"{AGENT}/pause", reason="lunch")
    await sues.posts(f"/board/waiting/{WAITING}/send", queue="second")
    sent, paused, whispered = await sues.log()
    assert (whispered.act, whispered.agent, whispered.queue) == ("whisper", "Ana", "support")
    assert whispered.call
    assert (paused.act, paused.agent, paused.details) == ("pause", "Ana", {"reason": "lunch"})
    assert (sent.call, sent.queue, sent.details) == (WAITING, "support", {"to": "second"})


async def test_the_break_of_whoever_is_on_one_ends(sues: Office) -> None:
    await sues.presence(1, state="on_break", reason="lunch")
    assert (await sues.posts(f"{AGENT}/unpause")).status_code == 200
    await sues.presence(1, state="on_call", then="lunch")
    assert (await sues.posts(f"{AGENT}/unpause")).status_code == 200
    assert sues.phones.told == [Unpause(ANAS)] * 2


@pytest.mark.parametrize(
    ("path", "fields", "why"),
    [
        (f"{AGENT}/unpause", {}, "Ana is not on a break."),
        ("/board/agents/2/listen", {}, "Boris is not on a call, or not any more."),
        (f"{AGENT}/listen", {"leg": "main-9.9"}, "Ana is not on a call, or not any more."),
        ("/board/agents/77/listen", {}, "There is no such agent (any more)."),
        ("/board/agents/99999999999999999999999999/listen", {}, "There is no such agent (any more)."),
        (f"{AGENT}/pause", {"reason": "nobody likes her"}, "Choose the reason of the break from the list."),
        (f"{AGENT}/join", {"queue": "no such"}, "Choose the queue from the list."),
        (f"{AGENT}/move", {"queue": "support", "to": "x"}, "Choose the queue from the list."),
        ("/board/waiting/main-0.0/first", {}, "There is no such call."),
        (f"/board/waiting/{WAITING}/send", {"agent": "99"}, "There is no such agent (any more)."),
        (f"/board/waiting/{WAITING}/send", {"agent": "²"}, "Choose the queue from the list."),
        (f"/board/waiting/{WAITING}/send", {"queue": "support"}, "It is not known what to dial"),
    ],
)
async def test_what_is_refused_is_said_and_on_record(
    sues: Office, path: str, fields: dict[str, str], why: str
) -> None:
    answer = await sues.posts(path, **fields)
    assert answer.status_code >= 400
    assert why in parse(answer.text).one("act-refused").text
    assert sues.phones.told == []
    (row,) = await sues.log()
    assert row.outcome == "refused"
    assert why in row.why


@pytest.mark.parametrize(
    ("outcome", "result"),
    [(Refused("The phone system says: no."), "refused"), (Unsure("Look at the phone."), "unsure")],
)
async def test_what_the_phone_system_says_is_on_record(sues: Office, outcome: Outcome, result: str) -> None:
    sues.phones.outcome = outcome
    answer = await sues.posts(f"{AGENT}/listen")
    assert answer.status_code == 409
    assert parse(answer.text).one("act-refused").text == outcome.why  # type: ignore[union-attr]
    assert [(row.outcome, row.why) for row in await sues.log()] == [(result, outcome.why)]  # type: ignore[union-attr]


async def test_who_cannot_leave_a_queue_is_paused_there(sues: Office) -> None:
    sues.phones.outcome = IN_NO_QUEUE
    assert (await sues.posts(f"{AGENT}/log-out")).status_code == 409
    assert sues.phones.told == [LeaveQueue(ANAS, "support"), Pause(ANAS, "logged out")]
    sues.phones.outcome = Unsure("Look at the phone.")
    await sues.posts(f"{AGENT}/log-out")
    assert (await sues.log())[0].outcome == "unsure"


@pytest.mark.parametrize(
    ("act", "capability", "path"),
    [
        ("listen", Capability.LISTEN, f"{AGENT}/listen"),
        ("barge", Capability.BARGE, f"{AGENT}/barge"),
        ("take_first", Capability.TAKE_FIRST, f"/board/waiting/{WAITING}/first"),
        ("pause", Capability.SET_PAUSE, f"{AGENT}/pause"),
    ],
)
@pytest.mark.usefixtures("sues")
async def test_what_a_phone_system_cannot_do_is_said(
    sessions: Sessions, act: str, capability: Capability, path: str
) -> None:
    async with office(sessions, can=COMMANDED - {capability}) as less:
        answer = await less.posts(path, reason="lunch")
        assert "told" in parse(answer.text).one("act-refused").text
        assert [(row.act, row.outcome) for row in await less.log()] == [(act, "refused")]
        page = parse((await less.client.get("/board/team")).text)
        assert page.has("act-gaps")
        assert not page.has(f"act-{act.replace('take_', '')}")


@pytest.mark.usefixtures("sues")
async def test_whoever_has_no_phone_listens_at_none(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await session.execute(delete(UserInterface).where(UserInterface.user_id == SUE.user_id))
    async with office(sessions) as other:
        answer = await other.posts(f"{AGENT}/listen")
        assert "You have no phone here" in answer.text
        assert "No phone is yours here" in (await other.client.get("/board/team")).text


async def test_a_page_that_is_out_of_date_does_nothing(sues: Office) -> None:
    answer = await sues.client.post(f"{AGENT}/listen", headers={"X-CSRF-Token": "x"})
    assert answer.status_code == 403
    assert sues.phones.told == []


class TestWhoMayNot:
    """Each act is refused to agents by the server, and the attempt is on record."""

    @pytest.fixture
    async def boris(self, sues: Office, sessions: Sessions) -> AsyncIterator[Office]:
        async with office(sessions, viewer=as_agent()) as boris:
            yield boris

    @pytest.mark.parametrize(
        ("path", "act"),
        [
            (f"{AGENT}/listen", Act.LISTEN),
            (f"{AGENT}/whisper", Act.WHISPER),
            (f"{AGENT}/barge", Act.BARGE),
            (f"{AGENT}/pause", Act.PAUSE),
            (f"{AGENT}/unpause", Act.UNPAUSE),
            (f"{AGENT}/join", Act.JOIN_QUEUE),
            (f"{AGENT}/leave", Act.LEAVE_QUEUE),
            (f"{AGENT}/move", Act.MOVE),
            (f"{AGENT}/log-out", Act.LOG_OUT),
            (f"/board/waiting/{WAITING}/first", Act.TAKE_FIRST),
            (f"/board/waiting/{WAITING}/send", Act.SEND_ON),
            ("/board/messages", Act.MESSAGE),
        ],
    )
    async def test_acts(self, boris: Office, path: str, act: Act) -> None:
        answer = await boris.posts(path, reason="lunch", queue="support", to="all", text="x")
        assert answer.status_code == 403
        assert "Your role, agent, does not allow this" in answer.text
        assert boris.phones.told == []
        (row,) = await boris.log()
        assert (row.who, row.act, row.outcome) == ("Boris", act, "refused")
        assert row.agent == ("Ana" if path.startswith(AGENT) else "")

    async def test_looking_into_a_call(self, boris: Office) -> None:
        assert (await boris.client.get(f"/board/calls/{LEG}")).status_code == 403
        assert [(row.act, row.outcome) for row in await boris.log()] == [("open_call", "refused")]

    @pytest.mark.parametrize("path", [f"/board/calls/{LEG}/now", "/board/team", "/admin/audit"])
    async def test_pages(self, boris: Office, path: str) -> None:
        assert (await boris.client.get(path)).status_code == 403

    async def test_an_agent_who_is_none_cannot_be_named(self, boris: Office) -> None:
        await boris.posts("/board/agents/99999999999999999999999999/listen")
        (row,) = await boris.log()
        assert (row.agent, row.details) == ("", {"agent": "99999999999999999999"})

    def test_every_act_has_a_test_and_a_word(self) -> None:
        assert set(LABELS) == set(Act)
        assert set(RESULTS) == set(Result)
        for permission in (Permission.BOARD_LISTEN, Permission.BOARD_ACT, Permission.BOARD_MESSAGE):
            assert [role for role in Role if role_may(role, permission)] == [Role.SUPERVISOR, Role.ADMIN]
        assert [role for role in Role if role_may(role, Permission.AUDIT_READ)] == [Role.ADMIN]


class TestMessages:
    async def sends(self, sues: Office, to: str, text: str = "Lunch at noon") -> httpx.Response:
        return await sues.posts("/board/messages", to=to, text=text)

    @pytest.mark.parametrize(
        ("to", "agents"),
        [("all", {1, 2, 3}), ("agent:2", {2}), ("queue:support", {1, 2}), ("line:1", {1, 2, 3})],
    )
    async def test_whom_it_reaches(self, sues: Office, to: str, agents: set[int]) -> None:
        assert (await self.sends(sues, to)).status_code == 200
        for agent in (1, 2, 3, 9):
            entries = (await sues.bus.snapshot(f"messages:{agent}")).entries
            assert [each["text"] for each in entries.values()] == ["Lunch at noon"] * (agent in agents)
        (row,) = await sues.log()
        assert row.details == {"to": to, "agents": str(len(agents))}  # and not what it says

    @pytest.mark.parametrize(
        ("to", "text", "why"),
        [
            ("line:2", "x", "there is nobody there now"),
            ("agent:99", "x", "there is nobody there now"),
            ("queue:nothing", "x", "there is nobody there now"),
            ("everybody", "x", "there is nobody there now"),
            ("all", "  ", "Write what the message says"),
            ("all", "x" * 501, "at most 500 characters"),
        ],
    )
    async def test_what_is_not_sent(self, sues: Office, to: str, text: str, why: str) -> None:
        answer = await self.sends(sues, to, text)
        assert answer.status_code == 422
        assert why in answer.text
        async with sues.sessions() as session:
            assert (await session.scalars(select(Message))).all() == []

    async def test_it_is_gone_with_the_day(self, sues: Office, sessions: Sessions) -> None:
        await self.sends(sues, "all")
        async with sessions() as session:
            (message,) = await session.scalars(select(Message))
        assert message.until == datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
        async with office(sessions, now=message.until) as later:
            await later.bus.put("messages:1", "1", {"id": 1})  # as the bus has it from yesterday
            await later.messages.compare()
            assert (await later.bus.snapshot("messages:1")).entries == {}
        async with sessions() as session:
            assert (await session.scalars(select(Message))).all() == []
            assert (await session.scalars(select(MessageTo))).all() == []


class TestTheTeam:
    async def test_what_can_be_done_about_each(self, sues: Office) -> None:
        await sues.presence(1, state="on_call")
        await sues.presence(2, state="on_break", reason="lunch")
        heard = {"link": "main", "leg": LEG, "name": "Adam", "manner": "whisper"}
        await sues.bus.put(LISTENING, "main:x", heard)
        page = parse((await sues.client.get("/board/team")).text)
        ana = page.one("team-agent", data_agent="a1@x.example")
        for hook in ("act-listen", "act-whisper", "act-barge", "act-pause", "act-join", "act-log-out"):
            assert ana.has(hook), hook
        assert ana.one("team-heard").text == "Adam whispers"
        assert ana.one("act-open").attributes["href"] == f"/board/calls/{LEG}"
        boris = page.one("team-agent", data_agent="a2@x.example")
        assert boris.has("act-unpause")
        assert not boris.has("act-pause")
        assert not boris.has("act-listen")
        assert "Lunch" in boris.text
        assert page.one("waiting").attributes["data-call-id"] == WAITING
        assert page.has("act-first")
        assert not page.has("act-gaps")

    async def test_what_can_be_done_about_one(self, sues: Office) -> None:
        await sues.presence(1, state="on_call")
        part = parse((await sues.client.get(f"{AGENT}/acts")).text)
        for hook in ("act-listen", "act-whisper", "act-barge", "act-pause", "act-open"):
            assert part.has(hook), hook
        assert (await sues.client.get("/board/agents/77/acts")).status_code == 404
