"""The stage on which agents walk through scripts, and what the desk then has of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from console.db.engine import Sessions
from console.desk.run_moves import Move
from console.desk.running import Stand
from console.identity.viewer import Viewer
from console.scripts.actions import import_scripts
from telephony.events import Caller
from tests.conftest import NOW
from tests.console.desk.learning_stage import ANA, NewsBus, heard
from tests.fakes.story import Stage, leg_of, people, stage

SCRIPTS = """
- script: late-delivery
  title: Apologise for a late delivery
  lines: [1]
  priority: 80
  when: {all: ["purchases.late_open >= 1"]}
  steps:
    - id: greet
      say: "Good day {{ customer.name }}, I am {{ agent.email }}."
      fallback: "Good day."
      next: wish
    - {id: wish, ask: "Wait or cancel?", answers: {wait: mail, cancel: terms}}
    - {id: mail, ask: "Which e-mail?", capture: {name: voucher_email, type: email}, next: thanks}
    - {id: terms, disclose: "A cancelled order cannot be brought back.", next: amount}
    - {id: amount, ask: "How much was paid?", capture: {name: paid, type: money}, next: large}
    - {id: large, check: [{when: "answers.paid > 100", next: refund}], next: thanks}
    - id: refund
      do: open_case
      with:
        subject: "Refund {{ answers.paid | money }} of {{ late_orders[0].ref }}"
        line: 2
        priority: high
      next: promise
    - {id: promise, do: schedule_callback, with: {in_days: 1}, next: back}
    - {id: back, ask: "On which number?", capture: {name: number, type: phone}, next: thanks}
    - {id: thanks, say: "Thank you.", end: resolved}
- script: second-line
  title: Second line takes over
  lines: [2]
  priority: 90
  when: {all: ["call.transferred = yes"]}
  steps: [{id: hello, say: "Second line, good day.", next: bye}, {id: bye, say: "Goodbye.", end: resolved}]
- script: stranger
  title: Ask who it is
  when: {all: ["caller.known = no"]}
  steps:
    - {id: ask, ask: "Who is calling, please?", answers: {customer: case, other: bye}}
    - {id: case, do: open_case, next: bye}
    - {id: bye, end: done}
- script: fallback
  title: Anything else
  priority: 10
  steps: [{id: greet, say: "Good day.", next: bye}, {id: bye, say: "Goodbye.", end: done}]
"""

STRANGER = Caller("+421900000001", "EVE")


async def publish(sessions: Sessions, text: str = SCRIPTS) -> None:
    async with sessions.begin() as session:
        await import_scripts(session, text, publish=True, at=NOW, author="test")


@asynccontextmanager
async def running(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    """A stage with scripts; the link is up."""
    await people(sessions)
    await publish(sessions)
    async with stage(sessions, database_url, NewsBus()) as on:
        await on.take(on.up())
        yield on


async def talks(on: Stage, agent: int = 1, queue: str | None = "support") -> None:
    """A call is answered by this agent."""
    await on.take(on.queued(queue or "support"), on.offered(agent, queue), on.answered(agent))


async def entry(on: Stage, agent: int = 1) -> Any:
    """The run on the agent's desk; None while there is none."""
    return (await on.desk(agent)).get(f"run:{leg_of(agent, on.call)}")


async def stand_of(on: Stage, agent: int = 1) -> Stand:
    """Where the agent sees the run."""
    run = await entry(on, agent)
    if run is None:
        script = (await on.desk(agent))[leg_of(agent, on.call)]["script"]
        return Stand(0, 0, script["key"], script["step"]["id"])
    return Stand(run["number"], run["revision"], run["key"], run["step"]["id"] if run["step"] else "")


async def does(on: Stage, *moves: Move, viewer: Viewer = ANA) -> Any:
    """The agent does these, one after the other; the run on the desk afterwards."""
    for move in moves:
        stand = await stand_of(on, viewer.user_id)
        await on.running.move(viewer, leg_of(viewer.user_id, on.call), stand, move, NOW)
    await heard(on)
    return await entry(on, viewer.user_id)


async def takes(on: Stage, key: str, reason: str = "It fits better", viewer: Viewer = ANA) -> Any:
    """The agent takes another script."""
    stand = await stand_of(on, viewer.user_id)
    leg = leg_of(viewer.user_id, on.call)
    await on.running.take(viewer, leg, stand, (key, reason), NOW)
    await heard(on)
    return await entry(on, viewer.user_id)
