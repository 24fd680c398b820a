"""API tokens are shown once, and only their hash is stored."""

from datetime import datetime

import pytest
from sqlalchemy import select

from console.db.engine import Sessions
from console.errors import InvalidError
from console.identity.models import ApiToken
from console.identity.permissions import Scope
from console.identity.tokens import add_token, load
from console.identity.viewer import TokenHolder


async def test_a_token_is_found_by_itself_only(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        token = await add_token(session, " crm ", [Scope.PICK, Scope.CALLS_READ, Scope.PICK], now)
    async with sessions() as session:
        stored = (await session.scalars(select(ApiToken))).one()
        holder = await load(session, token)
        assert await load(session, stored.token_hash) is None
        assert await load(session, token.removeprefix("lst_")) is None
    assert token.startswith("lst_")
    assert (stored.name, stored.scopes) == ("crm", "calls:read pick")
    assert token not in stored.token_hash
    assert holder == TokenHolder("crm", frozenset({Scope.PICK, Scope.CALLS_READ}))


async def test_a_revoked_token_opens_nothing(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        token = await add_token(session, "crm", [Scope.PICK], now)
        (await session.scalars(select(ApiToken))).one().revoked_at = now
    async with sessions() as session:
        assert await load(session, token) is None


@pytest.mark.parametrize(
    ("name", "scopes", "why"),
    [
        ("", [Scope.PICK], "1 to 100 characters"),
        ("n" * 101, [Scope.PICK], "1 to 100 characters"),
        ("new", [], "at least one of records:read"),
        ("crm", [Scope.PICK], "there is a token 'crm' already"),
    ],
)
async def test_what_is_wrong_is_said(
    sessions: Sessions, now: datetime, name: str, scopes: list[Scope], why: str
) -> None:
    async with sessions.begin() as session:
        await add_token(session, "crm", [Scope.PICK], now)
        with pytest.raises(InvalidError, match=why):
            await add_token(session, name, scopes, now)
