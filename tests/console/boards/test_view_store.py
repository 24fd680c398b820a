"""Views are kept for their owner alone, one name once, one first."""

import pytest

from console.boards.view_choices import USUAL, Choices
from console.boards.view_store import (
    MOST_VIEWS,
    View,
    add_view,
    delete_view,
    open_first,
    read_views,
    rename_view,
    set_view,
)
from console.db.engine import Sessions
from console.db.writing import write
from console.errors import InvalidError, NotFoundError
from tests.conftest import NOW
from tests.fakes.story import people

SECOND_LINE = Choices(line="2", queues=("sales",))


@pytest.fixture(autouse=True)
async def _people(sessions: Sessions) -> None:
    await people(sessions)


async def add(sessions: Sessions, name: str, choices: Choices = USUAL, user_id: int = 1) -> int:
    return await write(sessions, lambda session: add_view(session, user_id, name, choices, NOW))


async def views(sessions: Sessions, user_id: int = 1) -> list[View]:
    async with sessions() as session:
        return list(await read_views(session, user_id))


async def test_views_are_ones_own_and_in_the_order_of_their_names(sessions: Sessions) -> None:
    ids = [await add(sessions, name, SECOND_LINE) for name in ("  Night  shift ", "day")]
    await add(sessions, "day", user_id=2)
    assert await views(sessions) == [
        View(ids[1], "day", SECOND_LINE, opens_first=False),
        View(ids[0], "Night shift", SECOND_LINE, opens_first=False),
    ]
    for work in (
        lambda session: set_view(session, 2, ids[0], USUAL, NOW),
        lambda session: rename_view(session, 2, ids[0], "x", NOW),
        lambda session: delete_view(session, 2, ids[0]),
        lambda session: open_first(session, 2, ids[0], first=True),
        lambda session: delete_view(session, 1, 4711),
    ):
        with pytest.raises(NotFoundError):
            await write(sessions, work)


async def test_a_view_is_overwritten_renamed_and_deleted(sessions: Sessions) -> None:
    id_ = await add(sessions, "day", SECOND_LINE)
    await write(sessions, lambda session: set_view(session, 1, id_, USUAL, NOW))
    await write(sessions, lambda session: rename_view(session, 1, id_, "day", NOW))
    await write(sessions, lambda session: rename_view(session, 1, id_, "Noon", NOW))
    assert await views(sessions) == [View(id_, "Noon", USUAL, opens_first=False)]
    await write(sessions, lambda session: delete_view(session, 1, id_))
    assert await views(sessions) == []


async def test_one_opens_first(sessions: Sessions) -> None:
    ids = [await add(sessions, name) for name in "abc"]
    for id_ in (ids[0], ids[2], ids[2]):
        await write(sessions, lambda session, i=id_: open_first(session, 1, i, first=True))  # type: ignore[misc]
    assert [view.name for view in await views(sessions) if view.opens_first] == ["c"]
    await write(sessions, lambda session: open_first(session, 1, ids[2], first=False))
    assert not any(view.opens_first for view in await views(sessions))


@pytest.mark.parametrize("name", ["", "  ", "x" * 61, "a\x1bb", "day"])
async def test_what_is_no_new_name_is_refused(sessions: Sessions, name: str) -> None:
    await add(sessions, "day")
    other = await add(sessions, "other")
    with pytest.raises(InvalidError):
        await add(sessions, name)
    with pytest.raises(InvalidError):
        await write(sessions, lambda session: rename_view(session, 1, other, name, NOW))


async def test_there_are_not_too_many(sessions: Sessions) -> None:
    for number in range(MOST_VIEWS):
        await add(sessions, f"view {number}")
    with pytest.raises(InvalidError, match="which is the most"):
        await add(sessions, "one more")
