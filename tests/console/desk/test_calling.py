"""Call control at the desk: what is commanded, for whom, and how a refusal is said."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from console.db.engine import Sessions
from console.desk.calling import Calling
from console.desk.floor import Floor
from console.desk.samples import sample_pop
from console.desk.targets import Targets
from console.live.bus import Value
from console.live.memory_bus import MemoryBus
from console.queues.directory import Directory
from console.queues.models import Queue
from console.routes import build_calling
from telephony.commands import (
    CancelTransfer,
    Command,
    CompleteTransfer,
    Dial,
    Done,
    HangUp,
    Outcome,
    Refused,
    ToAgent,
    ToNumber,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unsure,
)
from telephony.events import LegId
from telephony.numbers import Plan
from tests.browser.world_site import ANA
from tests.console.desk.document import parse
from tests.console.live.screens import until
from tests.fakes.pages import browser_of, small_app
from tests.fakes.phones import Phones, told
from tests.fakes.story import people

LEG = LegId("sample-answered")
POP = f"/desk/pops/{LEG}"
PLANS = {"": Plan("SK"), "main": Plan("SK", prefix="9", extensions=(3, 4))}


class World:
    """Ana at her desk in mid-call, Boris and Cyril beside her, and a phone system that is told things."""

    def __init__(self, client: httpx.AsyncClient, bus: MemoryBus, phones: Phones) -> None:
        self.client, self.bus, self.phones = client, bus, phones

    async def says(self, path: str, **fields: str) -> httpx.Response:
        return await self.client.post(path, data=fields)

    async def told(self, path: str, **fields: str) -> Command:
        """What the phone system is told."""
        answer = await self.says(path, **fields)
        assert answer.status_code == 200, answer.text
        return self.phones.told.pop()

    async def refused(self, path: str, **fields: str) -> str:
        """The sentence that the agent reads; the phone system is told nothing."""
        before = list(self.phones.told)
        answer = await self.says(path, **fields)
        assert answer.status_code >= 400
        assert self.phones.told == before
        return parse(answer.text).one("not-done").text.strip()


@pytest.fixture
async def world(sessions: Sessions, now: datetime) -> AsyncIterator[World]:
    await people(sessions)
    async with sessions.begin() as session:
        (await session.get_one(Queue, "support")).extension = "600"
    bus, directory = MemoryBus(), Directory()
    async with sessions() as session:
        await directory.refresh(session)
    phones, floor = Phones(), Floor(bus, directory)
    await bus.put("desk:1", LEG, sample_pop("answered", now, state="answered"))
    async with told(bus, phones, now) as commands:
        targets = Targets(directory, floor.presence)
        calling = Calling(bus, commands, directory, targets, PLANS)
        app = small_app(build_calling(), {"calling": calling}, viewer=ANA)
        async with browser_of(app, **{"X-CSRF-Token": ANA.csrf}) as client:
            yield World(client, bus, phones)


async def test_it_hangs_up(world: World) -> None:
    assert await world.told(f"{POP}/hangup") == HangUp(LEG)


async def test_it_puts_through_and_comes_back(world: World) -> None:
    assert await world.told(f"{POP}/transfer/complete") == CompleteTransfer(LEG)
    assert await world.told(f"{POP}/transfer/cancel") == CancelTransfer(LEG)


NO_EXTENSION = (
    "Calls cannot be passed on to the queue Second line yet: an admin must say which extension leads into it "
    "(lineside queue set second --extension …)."
)
BORIS = ToAgent("PJSIP/a2", "1002")


@pytest.mark.parametrize(
    ("typed", "target"),
    [
        ("1002", BORIS),
        ("Boris", BORIS),
        (" bór ", BORIS),
        ("600", ToQueue("support", "600")),
        ("Customer support", ToQueue("support", "600")),
        ("customer", ToQueue("support", "600")),
        ("support", ToQueue("support", "600")),
        ("+421 905 123 456", ToNumber("90905123456")),
        ("0905/123456", ToNumber("90905123456")),
        ("100", ToNumber("100")),  # though three colleagues' extensions begin so
    ],
)
async def test_a_caller_is_passed_on(world: World, typed: str, target: Any) -> None:
    assert await world.told(f"{POP}/transfer", to=typed, asks="0") == TransferBlind(LEG, target)
    assert await world.told(f"{POP}/transfer", to=typed, asks="1") == TransferAttended(LEG, target)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Say whom the call is passed on to: a name, a queue or a number."),
        ("1001", "1001 is your own phone."),
        ("Ana", "Nobody here is called Ana, and it is no number."),
        ("Xaver <b>", "Nobody here is called Xaver <b>, and it is no number."),
        (
            "Second line",
            NO_EXTENSION,
        ),
    ],
)
async def test_whom_nobody_can_reach_is_said(world: World, typed: str, why: str) -> None:
    assert await world.refused(f"{POP}/transfer", to=typed, asks="0") == why


@pytest.mark.parametrize(
    "outcome", [Refused("This call is just being connected: try again."), Unsure("Look at the phone.")]
)
async def test_what_the_phone_system_says_is_read_at_the_control(world: World, outcome: Outcome) -> None:
    world.phones.outcome = outcome
    answer = await world.says(f"{POP}/hangup")
    assert answer.status_code == 409
    assert outcome != Done()
    assert parse(answer.text).one("not-done").text.strip() == getattr(outcome, "why", "")


async def test_only_ones_own_calls_that_are_on(world: World, now: datetime) -> None:
    await world.bus.put("desk:2", "sample-held", sample_pop("held", now, state="answered"))
    await world.bus.put("desk:1", "sample-ended", sample_pop("ended", now, state="ended"))
    for leg in ("sample-held", "presence", "note:sample-answered", "none"):
        for what in ("hangup", "transfer", "transfer/complete", "transfer/cancel"):
            sentence = await world.refused(f"/desk/pops/{leg}/{what}", to="1002", asks="0")
            assert sentence == "This call is not on your desk, or not any more."
    assert await world.refused("/desk/pops/sample-ended/hangup") == "This call is over."


async def test_from_elsewhere_nothing_is_commanded(world: World) -> None:
    paths = [
        f"{POP}/hangup",
        f"{POP}/transfer",
        f"{POP}/transfer/complete",
        f"{POP}/transfer/cancel",
        "/desk/dial",
    ]
    for path in paths:
        answer = await world.client.post(
            path, data={"to": "1002", "number": "1"}, headers={"X-CSRF-Token": "x"}
        )
        assert answer.status_code == 403
    assert world.phones.told == []


async def test_a_click_rings_the_own_phone_first(world: World) -> None:
    answer = await world.says("/desk/dial", number="+421 905 123 456")
    assert world.phones.told == [Dial("PJSIP/a1", "90905123456")]
    said = parse(answer.text).one("dialled").text
    assert "Your phone rings first: pick it up, then 90905123456 is called." in said
    assert await world.told("/desk/dial", number="1002", link="main") == Dial("PJSIP/a1", "1002")
    assert await world.refused("/desk/dial", number="Jozef") == "Jozef is no number."


async def test_what_cannot_dial_says_so(world: World, now: datetime) -> None:
    link: Value = {"state": "up", "reason": "", "since": now.isoformat(), "can": ["hang_up"]}
    await world.bus.put("links", "main", link)
    sentence = "No phone system can be told to dial: dial at the phone."
    assert await world.refused("/desk/dial", number="0905123456") == sentence
    sentence = "This phone system cannot be told to dial: do it at the phone."
    assert await world.refused("/desk/dial", number="0905123456", link="main") == sentence
    sentence = "Lineside does not know this phone system: do it at the phone."
    assert await world.refused("/desk/dial", number="0905123456", link="other") == sentence


async def test_of_several_phone_systems_the_agents_own_dials(world: World, now: datetime) -> None:
    up: Value = {"state": "up", "reason": "", "since": now.isoformat(), "can": ["dial"]}
    await world.bus.put("links", "able", up)
    await world.bus.put("pauses", "main:1", {"link": "main", "user_id": 1, "queues": {"": None}})
    assert await world.told("/desk/dial", number="1002") == Dial("PJSIP/a1", "1002")


async def listed(world: World, typed: str = "") -> list[tuple[str, str]]:
    """Whom the list offers: what a click puts into the field, and what they are doing."""
    document = parse((await world.client.get("/desk/targets", params={"to": typed})).text)
    return [
        (row.attributes["data-target"], row.attributes.get("data-state", "queue"))
        for row in document.every(data_testid="target")
    ]


async def test_who_is_free_is_seen_before(sessions: Sessions, world: World, now: datetime) -> None:
    assert await listed(world) == [("1002", "offline"), ("1003", "offline"), ("600", "queue")]
    assert await listed(world, "cy") == [("1003", "offline")]
    text = (await world.client.get("/desk/targets")).text
    assert "Calls cannot be passed on to the queue Second line yet" in parse(text).one("target-cannot").text


async def test_the_floor_follows_the_bus(sessions: Sessions, now: datetime) -> None:
    await people(sessions)
    bus, directory = MemoryBus(), Directory()
    async with sessions() as session:
        await directory.refresh(session)
    await bus.put("desk:2", "presence", {"state": "on_break", "reason": "Lunch", "since": now.isoformat()})
    floor = Floor(bus, directory)
    following = asyncio.create_task(floor.run())
    await until(lambda: floor.presence(2)["state"] == "on_break")
    await bus.put("desk:3", "presence", {"state": "available", "reason": "", "since": now.isoformat()})
    await bus.put("desk:3", "leg", {"state": "ringing"})
    await until(lambda: floor.presence(3)["state"] == "available")
    offered = Targets(directory, floor.presence).offered("", own=1)
    assert [(each.agent.name, each.state, each.reason) for each in offered.colleagues] == [
        ("Cyril", "available", ""),
        ("Boris", "on_break", "Lunch"),
    ]
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)
