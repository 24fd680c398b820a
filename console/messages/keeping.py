"""Keeps messages on the bus, one topic for each agent who has any, as the database is.

Compared as a whole, like the work list: at once when something changed here, and every few seconds for what
time and others changed. So a bus that was started anew, and an agent who was offline, miss nothing.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from console.clock import Clock
from console.db.engine import Sessions
from console.identity.models import User
from console.live.bus import Bus, Value
from console.messages.actions import forget_old
from console.messages.models import Message, MessageTo

log = logging.getLogger(__name__)

MESSAGES = "messages:"
"""The topics of agents: under the id of a message `id`, `at`, `by` (a name), `audience` and `text`."""

COMPARED_S = 5.0


def messages_topic(user_id: int) -> str:
    """The topic of one agent's messages."""
    return f"{MESSAGES}{user_id}"


Entries = Mapping[int, Mapping[str, Value]]
"""By agent and id of the message what stands on their desk."""


class Messages:
    """The messages on all desks."""

    def __init__(self, sessions: Sessions, bus: Bus, clock: Clock) -> None:
        self.sessions = sessions
        self._bus = bus
        self._clock = clock
        self._shown: set[int] | None = None  # agents who may have messages on the bus; None: nobody looked
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Compare for ever."""
        while True:
            try:
                await self.compare()
            except (OSError, SQLAlchemyError) as error:
                log.warning("cannot compare the messages of agents, will try again: %s", error)
            await asyncio.sleep(COMPARED_S)

    async def compare(self) -> None:
        """Put what is missing on the bus, take away what is not to be there. Raises the database's errors and
        those of the bus."""
        async with self._turn:
            async with self.sessions() as session:
                await forget_old(session, self._clock())
                entries = await read_messages(session, self._clock())
                users = (
                    self._shown if self._shown is not None else set(await session.scalars(select(User.id)))
                )
            for user_id in users | entries.keys():
                await self._compare(messages_topic(user_id), entries.get(user_id, {}))
            self._shown = set(entries)

    async def _compare(self, topic: str, wanted: Mapping[str, Value]) -> None:
        known = (await self._bus.snapshot(topic)).entries
        for key in known.keys() - wanted.keys():
            await self._bus.put(topic, key, None)
        for key, value in wanted.items():
            if known.get(key) != value:
                await self._bus.put(topic, key, value)


async def read_messages(session: AsyncSession, at: datetime) -> Entries:
    """What stands on the desks: of today, not put away; the oldest first."""
    statement = (
        select(MessageTo.user_id, Message, User.name)
        .join(Message, Message.id == MessageTo.message_id)
        .outerjoin(User, User.id == Message.user_id)
        .where(MessageTo.put_away_at.is_(None), Message.until > at)
        .order_by(Message.at, Message.id)
    )
    entries: defaultdict[int, dict[str, Value]] = defaultdict(dict)
    for user_id, message, name in await session.execute(statement):
        entries[user_id][str(message.id)] = _entry(message, name or "")
    return entries


def _entry(message: Message, by: str) -> Value:
    return {
        "id": message.id,
        "at": message.at.isoformat(),
        "by": by,
        "audience": message.audience,
        "text": message.text,
    }
