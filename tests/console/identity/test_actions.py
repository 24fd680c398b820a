"""Adding users: what is wrong is said at once, with the way out."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from console.db.engine import Sessions
from console.db.revision import revisions
from console.errors import InvalidError
from console.identity.actions import NewUser, add_user, problems_of
from console.identity.models import Role, User

ANA = NewUser(
    email="Ana@Example.com ",
    name=" Ana Kováčová",
    role=Role.AGENT,
    password="long enough",
    extension="1001",
    interfaces=["PJSIP/1001", "pjsip/1001", "SIP/ana"],
    line=2,
    queues=["support", "orders", "support"],
)


async def test_a_user_is_stored_as_others_look_them_up(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await add_user(session, ANA, "hash", now)
    loading = selectinload(User.interfaces), selectinload(User.queues)
    async with sessions() as session:
        user = (await session.scalars(select(User).options(*loading))).one()
        assert await revisions(session) == {"users": 1}
    assert (user.email, user.name, user.role, user.line) == ("ana@example.com", "Ana Kováčová", "agent", 2)
    assert sorted(held.interface for held in user.interfaces) == ["SIP/ana", "pjsip/1001"]
    assert sorted(held.queue for held in user.queues) == ["orders", "support"]


async def test_what_another_user_has_is_named_with_its_owner(sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        await add_user(session, ANA, "hash", now)
    bea = replace(ANA, email="ANA@example.com", interfaces=["pjsip/1001", "PJSIP/1002"])
    async with sessions.begin() as session:
        with pytest.raises(InvalidError) as error:
            await add_user(session, bea, "hash", now)
        assert await revisions(session) == {"users": 1}
    assert [problem.where for problem in error.value.problems] == ["email", "interface"]
    assert "pjsip/1001 belongs to ana@example.com already" in str(error.value)


@pytest.mark.parametrize(
    ("change", "where", "why"),
    [
        ({"email": "ana"}, "email", "'ana' is no e-mail address"),
        ({"email": "a@b c"}, "email", "no e-mail address"),
        ({"email": f"{'a' * 320}@b"}, "email", "too long"),
        ({"name": " "}, "name", "is empty"),
        ({"name": "a" * 201}, "name", "too long"),
        ({"password": "1234567"}, "password", "at least 8 characters"),
        ({"password": "a" * 1025}, "password", "at most 1024 characters"),
        ({"line": 3}, "line", "neither 1 (first line) nor 2"),
        ({"interfaces": ["1001"]}, "interface", "'1001' is not of the form PJSIP/1001"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, object], where: str, why: str) -> None:
    (problem,) = problems_of(replace(ANA, **change))  # type: ignore[arg-type]
    assert problem.where == where
    assert why in problem.why


def test_nothing_is_wrong_with_ana() -> None:
    assert problems_of(ANA) == []
