"""Sessions on the server: the browser holds a random value, we hold its hash.

A session lives while it is used: 12 hours after the last request it is over, and logging out ends it at once.
Every log-in starts a new one, so a value planted in a browser beforehand is worth nothing.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, ScalarSelect, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.identity.models import Role, User, UserQueue, UserSession
from console.identity.viewer import Viewer

COOKIE = "lineside_session"
IDLE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
"""A session that is in use is written this often, not with every request."""

TOKEN_BYTES = 32

BETWEEN_QUEUES = "\n"
"""No phone system's name of a queue has it."""


@dataclass(frozen=True, slots=True)
class LoadedSession:
    """Who holds a session, and whether it is time to `touch` it."""

    viewer: Viewer
    touch_due: bool


def hash_token(token: str) -> str:
    """What we store of a random token. It has 256 random bits: a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


async def start(session: AsyncSession, user_id: int, at: datetime) -> str:
    """Start a session, and return the cookie's value. Sessions that are over are swept away."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    await session.execute(delete(UserSession).where(UserSession.expires_at <= at))
    session.add(
        UserSession(
            token_hash=hash_token(token),
            user_id=user_id,
            csrf_token=secrets.token_urlsafe(TOKEN_BYTES),
            created_at=at,
            seen_at=at,
            expires_at=at + IDLE,
        )
    )
    return token


async def load(
    session: AsyncSession, tokens: Collection[str], at: datetime, locale: str
) -> dict[str, LoadedSession]:
    """Whose sessions the cookies' values are; one that is over, or whose user is disabled, is left out."""
    hashes = {hash_token(token): token for token in tokens}
    query = _in_force(at).where(UserSession.token_hash.in_(hashes))
    return {hashes[row.token_hash]: _loaded(row, at, locale) for row in await session.execute(query)}


def _in_force(at: datetime) -> Select[*tuple[Any, ...]]:
    """The sessions that are not over, each with its user."""
    return (
        select(
            UserSession.token_hash,
            UserSession.csrf_token,
            UserSession.seen_at,
            User.id,
            User.email,
            User.name,
            User.role,
            User.line,
            User.extension,
            _queues().label("queues"),
        )
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.expires_at > at, User.disabled_at.is_(None))
    )


def _queues() -> ScalarSelect[str]:
    """The names of a user's queues, in one text."""
    names = func.aggregate_strings(UserQueue.queue, BETWEEN_QUEUES)
    return select(names).where(UserQueue.user_id == User.id).correlate(User).scalar_subquery()


def _loaded(row: Row[Any], at: datetime, locale: str) -> LoadedSession:
    viewer = Viewer(
        user_id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        line=row.line,
        extension=row.extension,
        csrf=row.csrf_token,
        locale=locale,
        queues=tuple(sorted(row.queues.split(BETWEEN_QUEUES))) if row.queues else (),
    )
    return LoadedSession(viewer, at - row.seen_at >= TOUCH_EVERY)


async def roles(session: AsyncSession, at: datetime) -> dict[str, Role]:
    """The role of its user for each session in force, by the session's CSRF secret."""
    rows = await session.execute(_in_force(at).with_only_columns(UserSession.csrf_token, User.role))
    return {row.csrf_token: Role(row.role) for row in rows}


async def touch(session: AsyncSession, tokens: Collection[str], at: datetime) -> None:
    """The sessions are in use: they are over 12 hours from now."""
    held = update(UserSession).where(UserSession.token_hash.in_([hash_token(token) for token in tokens]))
    touched = held.values(seen_at=at, expires_at=at + IDLE)
    await session.execute(touched.execution_options(synchronize_session=False))


async def end(session: AsyncSession, token: str) -> None:
    """End the session, if there is one."""
    await session.execute(delete(UserSession).where(UserSession.token_hash == hash_token(token)))
