"""Sessions on the server: the browser holds a random value, we hold its hash.

A session lives while it is used: 12 hours after the last request it is over, and logging out ends it at once.
Every log-in starts a new one, so a value planted in a browser beforehand is worth nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.identity.models import Role, User, UserSession
from console.identity.viewer import Viewer

COOKIE = "lineside_session"
IDLE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
"""A session that is in use is written this often, not with every request."""

TOKEN_BYTES = 32


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


async def load(session: AsyncSession, token: str, at: datetime, locale: str) -> LoadedSession | None:
    """Whose session the cookie's value is; None when it is over, or its user disabled."""
    query = (
        select(UserSession, User)
        .join(User, User.id == UserSession.user_id)
        .where(UserSession.token_hash == hash_token(token), UserSession.expires_at > at)
        .where(User.disabled_at.is_(None))
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    held, user = row
    viewer = Viewer(
        user_id=user.id,
        email=user.email,
        name=user.name,
        role=Role(user.role),
        line=user.line,
        extension=user.extension,
        csrf=held.csrf_token,
        locale=locale,
    )
    return LoadedSession(viewer, at - held.seen_at >= TOUCH_EVERY)


async def touch(session: AsyncSession, token: str, at: datetime) -> None:
    """The session is in use: it is over 12 hours from now."""
    held = update(UserSession).where(UserSession.token_hash == hash_token(token))
    await session.execute(held.values(seen_at=at, expires_at=at + IDLE))


async def end(session: AsyncSession, token: str) -> None:
    """End the session, if there is one."""
    await session.execute(delete(UserSession).where(UserSession.token_hash == hash_token(token)))
