"""Links by which screens show a wall: shown once, stored as a hash, revoked for good."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from console.boards import wall_links
from console.boards.models import WallLink
from console.boards.wall import USUAL, choose
from console.boards.wall_links import Made, add_link, find_link, links_in_force, list_links, revoke_link
from console.db.engine import Sessions
from console.db.revision import revisions
from console.db.writing import write
from console.errors import InvalidError, NotFoundError
from console.identity.models import Role, User


@pytest.fixture
async def sue(sessions: Sessions, now: datetime) -> int:
    async with sessions.begin() as session:
        session.add(
            User(id=9, email="s@x.test", name="Sue", role=Role.SUPERVISOR, password_hash="", created_at=now)
        )
    return 9


async def make(sessions: Sessions, sue: int, at: datetime, *queues: str, name: str = "TV") -> Made:
    return await write(
        sessions, lambda session: add_link(session, name, choose(queues, ["longest"]), sue, at)
    )


async def test_a_link_is_found_by_its_token_of_which_only_the_hash_is_stored(
    sessions: Sessions, sue: int, now: datetime
) -> None:
    made = await make(sessions, sue, now, "support", "sales", name="  TV in the sales room ")
    async with sessions() as session:
        link = await find_link(session, made.token)
        assert link is not None
        assert (link.id, link.name) == (made.number, "TV in the sales room")
        assert wall_links.choice_of(link) == choose(["sales", "support"], ["longest"])
        assert await find_link(session, "lsw_guess") is None
        assert await find_link(session, link.token_hash) is None
        [row] = (await session.execute(select(WallLink.__table__))).all()
        assert made.token.removeprefix("lsw_") not in repr(row)


async def test_a_link_that_is_revoked_is_in_force_nowhere(
    sessions: Sessions, sue: int, now: datetime
) -> None:
    one, other = await make(sessions, sue, now), await make(sessions, sue, now)
    async with sessions() as session:
        assert await links_in_force(session) == {one.number, other.number}
        before = (await revisions(session)).get(wall_links.REVISION, 0)
    later = now + timedelta(hours=1)
    assert await write(sessions, lambda session: revoke_link(session, one.number, later))
    assert not await write(sessions, lambda session: revoke_link(session, one.number, later))
    async with sessions() as session:
        assert await links_in_force(session) == {other.number}
        assert (await revisions(session))[wall_links.REVISION] == before + 1
        listed = await list_links(session)
    assert [(each.id, each.by, each.revoked_at) for each in listed] == [
        (other.number, "Sue", None),
        (one.number, "Sue", later),
    ]
    assert listed[0].choice == choose([], ["longest"])
    with pytest.raises(NotFoundError):
        await write(sessions, lambda session: revoke_link(session, 999, later))


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
async def test_a_link_says_where_the_screen_is(
    sessions: Sessions, sue: int, now: datetime, name: str
) -> None:
    with pytest.raises(InvalidError, match="Write where the screen is"):
        await make(sessions, sue, now, name=name)


async def test_links_are_bounded(
    sessions: Sessions, sue: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wall_links, "MOST_LINKS", 1)
    made = await make(sessions, sue, now)
    with pytest.raises(InvalidError, match="Revoke one"):
        await make(sessions, sue, now)
    await write(sessions, lambda session: revoke_link(session, made.number, now))
    await make(sessions, sue, now)


def test_what_is_chosen_has_one_topic() -> None:
    assert choose(["b", "a", "b"], ["on_call", "waiting", "nonsense"]) == choose(
        ["a", "b"], ["waiting", "on_call"]
    )
    assert choose(["a"], []).figures == choose(["a"], ["nonsense"]).figures == USUAL
    topics = {choose(queues, USUAL).topic for queues in ([], ["a"], ["a", "b"], ["a,b"])}
    assert len(topics) == 4
