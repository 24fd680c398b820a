"""The page of all agents and waiting callers, with what can be done about each: `/board/team`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from console.audit.actions import About
from console.calls.models import Call
from console.db.engine import Sessions
from console.desk.breaks import BREAKS
from console.desk.listening import LISTENING
from console.desk.pop import PRESENCE_KEY, is_pop
from console.desk.screens import desk_topic
from console.live.bus import Bus, Value
from console.live.link_health import TOPIC as LINKS
from console.messages.actions import LONGEST
from console.queues.directory import Agent, Directory
from console.supervision.means import means
from telephony.lifecycle import CallState

MS_PER_S = 1000


@dataclass(frozen=True, slots=True)
class AtWork:
    """An agent: what they do, the leg of the call that is on ("": none), who hears it."""

    agent: Agent
    state: str
    label: str
    on_break: bool
    leg: str
    heard: list[Value]


@dataclass(frozen=True, slots=True)
class Waits:
    """A caller who waits in a queue."""

    call: str
    queue: str
    title: str
    since: str


async def team_page(request: Request) -> Response:
    """GET /board/team."""
    state = request.app.state
    listening = (await state.bus.snapshot(LISTENING)).entries
    team = [await _at_work(state.bus, each, listening) for each in state.directory.who_take_calls()]
    context: dict[str, Any] = {
        "team": sorted(team, key=lambda each: each.agent.name),
        "waiting": await _waiting(state.sessions, state.directory),
        "agents": sorted(state.directory.who_take_calls(), key=lambda each: each.name),
        "queues": sorted(state.directory.queues(), key=lambda each: each.title),
        "can": means((await state.bus.snapshot(LINKS)).entries),
        "own_phone": state.directory.interface(request.state.viewer.user_id) is not None,
        "breaks": BREAKS,
        "most": LONGEST,
        "now_ms": int(state.clock().timestamp() * MS_PER_S),
    }
    response: Response = state.templates.response(request, "supervision/team.html", context)
    return response


async def acts_fragment(request: Request) -> Response:
    """GET /board/agents/{agent}/acts: what can be done about one agent now, for a row of any page."""
    state = request.app.state
    agent = state.acts.agent(About(agent_id=request.path_params["agent"]))
    context: dict[str, Any] = {
        "each": await _at_work(state.bus, agent, {}),
        "queues": sorted(state.directory.queues(), key=lambda each: each.title),
        "can": means((await state.bus.snapshot(LINKS)).entries),
        "own_phone": state.directory.interface(request.state.viewer.user_id) is not None,
        "breaks": BREAKS,
    }
    response: Response = state.templates.response(request, "supervision/_agent_acts.html", context)
    return response


async def _at_work(bus: Bus, agent: Agent, listening: Mapping[str, Value]) -> AtWork:
    entries = (await bus.snapshot(desk_topic(agent.user_id))).entries
    presence = entries.get(PRESENCE_KEY, {"state": "offline"})
    legs = [key for key, each in entries.items() if is_pop(key) and each["state"] == "answered"]
    return AtWork(
        agent,
        state=str(presence["state"]),
        label=BREAKS.get(str(presence.get("reason")), ""),
        on_break=presence["state"] == "on_break" or bool(presence.get("then")),
        leg=legs[-1] if legs else "",
        heard=[each for each in listening.values() if each["leg"] in legs],
    )


async def _waiting(sessions: Sessions, directory: Directory) -> list[Waits]:
    """Those who wait, whoever's phone rings for them: the longest first."""
    waits = Call.state.in_((CallState.QUEUED.value, CallState.RINGING.value))
    statement = select(Call).where(waits, Call.queue.is_not(None)).order_by(Call.started_at)
    async with sessions() as session:
        calls = list(await session.scalars(statement))
    return [
        Waits(call.id, call.queue, directory.queue(call.queue).title, call.started_at.isoformat())
        for call in calls
        if call.queue
    ]
