"""Stages for the tests of commands: a phone system each, with a caller, agents, and an ear for its events."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar, cast

import pytest

from telephony.asterisk.client import AsteriskSource
from telephony.call import Call
from telephony.commands import (
    Target,
    ToAgent,
    ToQueue,
)
from telephony.events import (
    AgentEvent,
    AgentPaused,
    Caller,
    CallEvent,
    CallId,
    Event,
    LegId,
    LinkName,
    LinkResynced,
)
from telephony.lifecycle import apply
from telephony.simulator.exchange import Exchange, Happened, Script
from telephony.simulator.source import SimulatorSource
from telephony.source import Source
from tests.pbx.configuration import AGENTS, EXTENSIONS
from tests.pbx.fixtures import OUTSIDE, Pbx

LINK = LinkName("main")
WITHIN_S = 20.0
NUMBER = "+421905654321"
GONE = LegId("main-1.1")

E = TypeVar("E", bound=Event)


class Hearing:
    """Listens to a source; keeps every event, and the calls as the lifecycle makes them of it."""

    def __init__(self, source: Source) -> None:
        self.events: list[Event] = []
        self.calls: dict[CallId, Call] = {}
        self._source = source
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        async for event in self._source.events():
            async with self._news:
                self._hear(event)
                self._news.notify_all()

    def _hear(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, CallEvent):
            call = apply(self.calls.get(event.call), event)
            if call is not None:
                self.calls[event.call] = call

    async def hears(self, kind: type[E], **values: Any) -> E:
        """The first event of this kind with these values, as soon as it is heard."""

        def found() -> list[E]:
            events = [event for event in self.events if isinstance(event, kind)]
            return [event for event in events if all(getattr(event, key) == values[key] for key in values)]

        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(found)
        except TimeoutError:
            raise TimeoutError(f"no {kind.__name__} with {values}, only {self.events}") from None
        return found()[0]


class Stage(Protocol):
    """A phone system that a test plays on. `agent` is in the queue `support`, `other` in `second`; both and
    the `colleague` have phones that the test handles; so has the `supervisor`."""

    source: Source
    hearing: Hearing
    agent: str
    other: str
    colleague: str
    supervisor: str

    @property
    def to_colleague(self) -> Target: ...

    @property
    def to_second(self) -> Target: ...

    async def caller(self) -> None:
        """Somebody calls the queue `support`."""

    async def answer(self, interface: str) -> None:
        """The phone rings, and its agent answers."""

    async def rings(self, interface: str) -> None:
        """The phone rings."""

    async def is_quiet(self, interface: str) -> None:
        """The phone's call is over."""

    async def outside_answers(self) -> None:
        """Whoever is called outside answers."""

    def paused(self, interface: str) -> str | None:
        """For which reason the phone system has paused the agent in the queue `support`; None: it has not."""

    def is_in(self, interface: str, queue: str) -> bool:
        """Whether the phone system rings the agent for the queue."""


class AsteriskStage:
    """A real Asterisk with real phones."""

    agent, other, colleague, supervisor = "PJSIP/a1", "PJSIP/a4", "PJSIP/a3", "PJSIP/a20"
    to_colleague = ToAgent("PJSIP/a3", EXTENSIONS["a3"])
    to_second = ToQueue("second", EXTENSIONS["second"])

    def __init__(self, source: Source, hearing: Hearing, pbx: Pbx) -> None:
        self.source = source
        self.hearing = hearing
        self._pbx = pbx

    async def caller(self) -> None:
        self._pbx.call("support")

    async def answer(self, interface: str) -> None:
        await self.rings(interface)
        await self._phone(interface).answer()

    async def rings(self, interface: str) -> None:
        await self._phone(interface).rings()

    async def is_quiet(self, interface: str) -> None:
        phone = self._phone(interface)
        await phone.wait_for("ended" if phone.count("answered") else "cancelled")

    async def outside_answers(self) -> None:
        await self._pbx.phones[OUTSIDE].rings()
        await self._pbx.phones[OUTSIDE].answer()

    def paused(self, interface: str) -> str | None:
        line = self._member(interface, "support")
        if "paused" not in line:
            return None
        return line.partition("paused:")[2].partition(" was")[0].strip("() ")

    def is_in(self, interface: str, queue: str) -> bool:
        return bool(self._member(interface, queue))

    def _member(self, interface: str, queue: str) -> str:
        lines = self._pbx.asterisk.command(f"queue show {queue}").splitlines()
        return next((line for line in lines if interface in line), "")

    def _phone(self, interface: str) -> Any:
        return self._pbx.phones[interface.removeprefix("PJSIP/")]


class SimulatorStage:
    """The phone system in the box: somebody calls in any case, and its agents answer by themselves."""

    agent, other, colleague, supervisor = "PJSIP/1001", "PJSIP/1002", "PJSIP/1003", "PJSIP/2001"
    to_colleague = ToAgent("PJSIP/1003", "1003")
    to_second = ToQueue("second", "602")

    def __init__(self, source: Source, hearing: Hearing) -> None:
        self.source = source
        self.hearing = hearing

    async def caller(self) -> None:
        pass

    async def answer(self, interface: str) -> None:
        pass

    async def rings(self, interface: str) -> None:
        pass

    async def is_quiet(self, interface: str) -> None:
        pass

    async def outside_answers(self) -> None:
        pass

    def paused(self, interface: str) -> str | None:
        said = [event for event in self.hearing.events if isinstance(event, AgentEvent)][-1]
        return said.reason if isinstance(said, AgentPaused) and said.interface == interface else None

    def is_in(self, interface: str, queue: str) -> bool:
        return cast("SimulatorSource", self.source)._control.members.is_in(interface, queue)


Factory = Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Stage]]


@asynccontextmanager
async def heard(source: Source) -> AsyncIterator[Hearing]:
    """What the source tells while the block lasts, from its first resync on."""
    hearing = Hearing(source)
    listening = asyncio.create_task(hearing.listen())
    try:
        await hearing.hears(LinkResynced)
        yield hearing
    finally:
        await source.close()
        await listening


@asynccontextmanager
async def real_asterisk(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    pbx: Pbx = request.getfixturevalue("pbx")
    server = pbx.asterisk
    address = ("127.0.0.1", server.ports.ami, server.user, server.secret)
    interfaces = {f"PJSIP/{agent}" for agent in AGENTS}
    source = AsteriskSource(LINK, *address, clock=lambda: datetime.now(UTC), is_agent=interfaces.__contains__)
    async with heard(source) as hearing:
        yield AsteriskStage(source, hearing, pbx)


def one_call(_seed: int, start: datetime) -> Iterator[Happened]:
    """Somebody calls the queue; its agent answers after a while and talks for an hour."""
    exchange = Exchange(LINK, start)

    def script() -> Script:
        yield 1.0
        call = exchange.call(Caller("+421905123456"), "601")
        call.wait("support")
        leg = call.ring(SimulatorStage.agent)
        yield 20.0
        leg.answer()
        yield 3600.0
        leg.hang_up()
        call.end()

    exchange.play(script())
    return exchange.happened()


@asynccontextmanager
async def simulator(_request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    queues = {"support": (SimulatorStage.agent,), "second": (SimulatorStage.other,)}
    source = SimulatorSource(
        LINK, one_call, seed=1, clock=lambda: datetime.now(UTC), speed=10.0, queues=queues
    )
    async with heard(source) as hearing:
        yield SimulatorStage(source, hearing)
