"""The stage on which agents say who calls: scripts that follow it, and a bus whose news are waited for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from console.customers.models import Customer
from console.db.engine import Sessions
from console.desk.learning import Learning, Step
from console.identity.viewer import Viewer
from console.scripts.actions import import_scripts
from telephony.events import Caller
from tests.conftest import NOW
from tests.console.desk.day import viewer_of
from tests.console.live.screens import BreakableBus, until
from tests.fakes.story import Stage, leg_of, people, stage

SCRIPTS = """
- script: late-delivery
  title: Apologise for a late delivery
  priority: 80
  when: {all: ["purchases.late_open >= 1"]}
  steps: [{id: greet, say: "Good day {{ customer.name }}.", fallback: "Good day.", end: done}]
- script: ask
  title: Ask who it is
  when: {all: ["caller.known = no"]}
  steps: [{id: greet, say: "Who is calling, please?", end: done}]
- script: fallback
  title: Anything else
  priority: 10
  steps: [{id: greet, say: "Good day.", end: done}]
"""

STRANGER = Caller("+421900000001", "EVE")
ANA = viewer_of(1)
BORIS = viewer_of(2)


class NewsBus(BreakableBus):
    """A bus that knows whether all news are read, and can lose some."""

    deaf = False

    @property
    def all_read(self) -> bool:
        messages = (each for backlogs in self._readers._messages.values() for each in backlogs)
        changed = any(backlog._items for backlog in self._readers._changes)
        return not changed and not any(backlog._items for backlog in messages)

    async def send(self, channel: str, message: Any) -> None:
        if self.deaf:
            raise ConnectionError("the bus is away")
        await super().send(channel, message)


async def with_scripts(sessions: Sessions) -> None:
    """Jozef, two agents, and the scripts."""
    await people(sessions)
    async with sessions.begin() as session:
        await import_scripts(session, SCRIPTS, publish=True, at=NOW, author="test")


@asynccontextmanager
async def learning(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    """A stage with Eva on record, too; the link is up."""
    await with_scripts(sessions)
    async with sessions.begin() as session:
        session.add(Customer(id=2, ref="C-2", name="Eva Malá", created_at=NOW, updated_at=NOW))
    async with stage(sessions, database_url, NewsBus()) as on:
        await on.take(on.up())
        yield on


async def says(on: Stage, step: Step, viewer: Viewer = ANA) -> None:
    """The agent says it of their leg; wait until the story has heard of it."""
    await Learning(on.sessions, on.bus).say(viewer, leg_of(viewer.user_id, on.call), step, NOW)
    await heard(on)


async def heard(on: Stage) -> None:
    """Wait until all news are followed."""
    bus = on.bus
    assert isinstance(bus, NewsBus)
    await until(lambda: bus.all_read)
    await on.intake.told()
    await on.recorder.flushed()


async def pop_of(on: Stage, agent: int = 1) -> Any:
    """The pop of the call on the agent's desk."""
    return (await on.desk(agent))[leg_of(agent, on.call)]


async def rings(on: Stage, caller: Caller, *agents: int) -> None:
    """A call begins, and rings these agents."""
    on.caller = caller
    await on.take(on.queued(), *(on.offered(agent) for agent in agents or (1,)))
