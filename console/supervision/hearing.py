"""Which call of an agent is on, and whose phone hears it."""

from typing import cast

from sqlalchemy import select

from console.calls.models import Leg
from console.db.engine import Sessions
from console.desk.calling import NotDoneError
from console.desk.drawing import OVER
from console.desk.pop import Pop, is_pop
from console.desk.screens import desk_topic
from console.live.bus import Bus
from console.queues.directory import Agent
from console.web.i18n import gettext as _


async def call_on(bus: Bus, agent: Agent, leg: str = "") -> Pop:
    """The pop of the agent's call that is on: of that leg, where one is named. Raises NotDoneError."""
    entries = (await bus.snapshot(desk_topic(agent.user_id))).entries
    talking = [
        cast("Pop", value)
        for key, value in entries.items()
        if is_pop(key) and value["state"] == "answered" and leg in {"", key}
    ]
    if not talking:
        raise NotDoneError(_("%(name)s is not on a call, or not any more.", name=agent.name))
    return talking[-1]


async def agent_of_leg(sessions: Sessions, leg: str) -> int | None:
    """Whose leg it is, by the records."""
    async with sessions() as session:
        return await session.scalar(select(Leg.user_id).where(Leg.id == leg))


def is_over(pop: Pop) -> bool:
    """Whether the call of a pop is over."""
    return pop["state"] in OVER
