"""Links by which screens show a wall without a log-in: made once, shown once, stored as a hash."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from console.boards.models import WallLink
from console.boards.wall import Choice, choose
from console.db.revision import bump
from console.errors import InvalidError, NotFoundError, Problem
from console.identity.models import User
from console.identity.sessions import TOKEN_BYTES, hash_token
from console.web.i18n import gettext as _

REVISION = "wall links"
"""The counter by which running processes notice that a link was revoked."""

PREFIX = "lsw_"
"""So that a token found in a log is known for what it is."""

LONGEST_NAME = 100
MOST_LINKS = 200
"""Links in force at a time."""

SHOWN = 300
"""Links that the page lists: the newest."""


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A link as the page lists it; `by` is the name of who made it."""

    id: int
    name: str
    choice: Choice
    by: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """A link that was made now, with its token."""

    number: int
    token: str


def choice_of(link: WallLink) -> Choice:
    """What a link shows."""
    return choose(link.queues or (), link.figures or ())


async def add_link(session: AsyncSession, name: str, choice: Choice, user_id: int, at: datetime) -> Made:
    """Make a link. This is the one time that its token can be read. Raises InvalidError."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        why = _("Write where the screen is, in 1 to %(most)s characters.", most=LONGEST_NAME)
        raise InvalidError([Problem("name", why)])
    if len(await links_in_force(session)) >= MOST_LINKS:
        why = _("There are %(most)s links already. Revoke one that is not used any more.", most=MOST_LINKS)
        raise InvalidError([Problem("name", why)])
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    link = WallLink(name=name, token_hash=hash_token(token), created_by=user_id, created_at=at)
    link.queues, link.figures = list(choice.queues) or None, list(choice.figures)
    session.add(link)
    await session.flush()
    return Made(link.id, token)


async def find_link(session: AsyncSession, token: str) -> WallLink | None:
    """The link with this token, revoked or not."""
    if not token.startswith(PREFIX):
        return None
    found: WallLink | None = await session.scalar(
        select(WallLink).where(WallLink.token_hash == hash_token(token))
    )
    return found


async def revoke_link(session: AsyncSession, number: int, at: datetime) -> bool:
    """The link shows nothing any more, in no process. Whether that is new. Raises NotFoundError."""
    link = await session.get(WallLink, number, with_for_update=True)
    if link is None:
        raise NotFoundError(_("There is no link %(number)s.", number=number))
    if link.revoked_at is not None:
        return False
    link.revoked_at = at
    await bump(session, REVISION)
    return True


async def links_in_force(session: AsyncSession) -> set[int]:
    """The numbers of all links that are not revoked."""
    return {*await session.scalars(select(WallLink.id).where(WallLink.revoked_at.is_(None)))}


async def touch_links(session: AsyncSession, numbers: Collection[int], at: datetime) -> None:
    """These are in use now."""
    used = update(WallLink).where(WallLink.id.in_(numbers)).values(used_at=at)
    await session.execute(used.execution_options(synchronize_session=False))


async def list_links(session: AsyncSession) -> Sequence[ListedLink]:
    """Those in force first, then the newest."""
    rows = await session.execute(
        select(WallLink, User.name)
        .outerjoin(User, User.id == WallLink.created_by)
        .order_by(WallLink.revoked_at.is_not(None), WallLink.id.desc())
        .limit(SHOWN)
    )
    return [
        ListedLink(
            id=link.id,
            name=link.name,
            choice=choice_of(link),
            by=by or "",
            created_at=link.created_at,
            used_at=link.used_at,
            revoked_at=link.revoked_at,
        )
        for link, by in rows
    ]
