"""Sends messages to agents, and puts them away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.clock import on_clock
from console.errors import InvalidError, Problem
from console.messages.models import Message, MessageTo
from console.queues.actions import LINES
from console.queues.directory import Directory
from console.web.i18n import gettext as _

LONGEST = 500
"""Characters of a message: more is not read between two calls."""

ALL = "all"
AGENT = "agent:"
QUEUE = "queue:"
LINE = "line:"
"""How an audience is written: `all`, `agent:17`, `queue:support`, `line:2`."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom a message goes to, and how that is written."""

    written: str
    agents: Collection[int]


def find_audience(written: str, directory: Directory) -> Audience:
    """The agents of an audience. Raises InvalidError where there are none."""
    agents = _agents(written, directory)
    if not agents:
        raise InvalidError([Problem("to", _("Choose whom the message goes to: there is nobody there now."))])
    return Audience(written, agents)


def _agents(written: str, directory: Directory) -> list[int]:
    everybody = directory.who_take_calls()
    if written == ALL:
        return [each.user_id for each in everybody]
    if written.startswith(AGENT):
        wanted = written.removeprefix(AGENT)
        return [each.user_id for each in everybody if str(each.user_id) == wanted]
    if written.startswith(QUEUE):
        queue = written.removeprefix(QUEUE)
        return [each.user_id for each in everybody if queue in directory.queues_of(each.user_id)]
    lines = [line for line in LINES if written == f"{LINE}{line}"]
    return [each.user_id for each in everybody if each.line in lines]


def check_text(text: str) -> str:
    """What is sent of what was typed. Raises InvalidError."""
    text = text.strip()
    if not text:
        raise InvalidError([Problem("text", _("Write what the message says."))])
    if len(text) > LONGEST:
        raise InvalidError(
            [Problem("text", _("A message has at most %(most)s characters; shorten it.", most=LONGEST))]
        )
    return text


@dataclass(frozen=True, slots=True)
class Draft:
    """What the user `by` writes to an audience at a moment."""

    by: int
    audience: Audience
    text: str
    at: datetime


async def send(session: AsyncSession, draft: Draft, zone: ZoneInfo) -> int:
    """Keep a message for its audience until the end of the day in `zone`; its id. Commits."""
    message = Message(
        at=draft.at,
        until=end_of_day(draft.at, zone),
        user_id=draft.by,
        audience=draft.audience.written,
        text=draft.text,
    )
    session.add(message)
    await session.flush()
    session.add_all(MessageTo(message_id=message.id, user_id=each) for each in draft.audience.agents)
    await session.commit()
    return message.id


def end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The midnight behind a moment, in `zone`."""
    return datetime.combine(on_clock(at, zone).date() + timedelta(days=1), time(), zone)


async def put_away(session: AsyncSession, user_id: int, message_id: int, at: datetime) -> None:
    """The agent has read it. Commits; nothing happens where it was not theirs."""
    theirs = (MessageTo.message_id == message_id, MessageTo.user_id == user_id)
    await session.execute(
        update(MessageTo).where(*theirs, MessageTo.put_away_at.is_(None)).values(put_away_at=at)
    )
    await session.commit()


async def forget_old(session: AsyncSession, at: datetime) -> None:
    """Delete the messages of days that are over. Commits."""
    old = list(await session.scalars(select(Message.id).where(Message.until <= at)))
    if old:
        await session.execute(delete(MessageTo).where(MessageTo.message_id.in_(old)))
        await session.execute(delete(Message).where(Message.id.in_(old)))
    await session.commit()
