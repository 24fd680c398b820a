"""API tokens: made once, shown once, stored as a hash."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import InvalidError, Problem
from console.identity.models import ApiToken
from console.identity.permissions import Scope
from console.identity.sessions import TOKEN_BYTES, hash_token
from console.identity.viewer import TokenHolder

PREFIX = "lst_"
"""So that a token found in a log or a repository is known for what it is."""

MAX_NAME = 100


async def add_token(session: AsyncSession, name: str, scopes: Iterable[Scope], at: datetime) -> str:
    """Make a token and return it: the one time that it can be read. Raises InvalidError."""
    name, wanted = name.strip(), sorted(set(scopes))
    problems = [] if 0 < len(name) <= MAX_NAME else [Problem("name", f"must have 1 to {MAX_NAME} characters")]
    problems += [] if wanted else [Problem("scope", f"give at least one of {', '.join(Scope)}")]
    if await session.scalar(select(ApiToken.id).where(ApiToken.name == name)):
        problems.append(Problem("name", f"there is a token {name!r} already: choose another name"))
    if problems:
        raise InvalidError(problems)
    token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
    session.add(ApiToken(name=name, token_hash=hash_token(token), scopes=" ".join(wanted), created_at=at))
    return token


async def load(session: AsyncSession, token: str) -> TokenHolder | None:
    """Whose token it is; None when it is not one, or not any more."""
    query = select(ApiToken).where(ApiToken.token_hash == hash_token(token), ApiToken.revoked_at.is_(None))
    held = (await session.execute(query)).scalar_one_or_none()
    if held is None or not token.startswith(PREFIX):
        return None
    return TokenHolder(held.name, frozenset(Scope(scope) for scope in held.scopes.split()))
