"""Each save is a new version; of two who save at the same moment, one is told of the other."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from console.db.engine import Sessions
from console.db.writing import write
from console.errors import InvalidError, NotFoundError
from console.knowledge.queries import article_of, newest_article, newest_articles, titles_of, versions_of
from console.knowledge.saving import StaleArticleError, archive_article, restore_article, save_article
from console.knowledge.search import find
from console.scripts.actions import By
from tests.console.knowledge.articles import EVA, JAN, article, save


async def found(sessions: Sessions, typed: str) -> list[str]:
    async with sessions() as session:
        return [each.key for each in (await find(session, typed)).found]


async def test_a_save_is_a_new_version_and_the_old_one_stays(sessions: Sessions, now: datetime) -> None:
    assert await save(sessions, now, article(), note="As agreed") == 1
    later = now + timedelta(hours=1)
    assert await save(sessions, later, article(text="Within 30 days."), on=1, by=JAN) == 2
    async with sessions() as session:
        second, first = await versions_of(session, "returns")
        assert (first.article, first.author, first.at, first.note) == (article(), EVA, now, "As agreed")
        assert (second.article.text, second.author, second.note) == ("Within 30 days.", JAN, None)
        assert await article_of(session, "returns") == second
        assert await article_of(session, "returns", 1) == first
        with pytest.raises(NotFoundError):
            await article_of(session, "returns", 3)


async def test_the_same_is_not_stored_twice(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article())
    assert await save(sessions, now, article(), on=1) == 1
    assert await save(sessions, now, article(), on=None) == 1  # the button was pressed twice


async def test_who_comes_second_is_told_what_the_first_saved(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article())
    await save(sessions, now, article(text="Theirs."), on=1, by=JAN)
    with pytest.raises(StaleArticleError) as caught:
        await save(sessions, now, article(text="Mine."), on=1)
    assert caught.value.newest.article.text == "Theirs."
    assert str(caught.value) == "Nothing was saved: jan@example.org saved version 2 of returns meanwhile."
    with pytest.raises(StaleArticleError):
        await save(sessions, now, article(text="New."), on=None)


async def test_two_at_the_very_same_moment_cannot_both_win(sessions: Sessions, now: datetime) -> None:
    async def attempt(text: str) -> int | StaleArticleError:
        try:
            return await write(
                sessions,
                lambda session: save_article(session, article(text=text), based_on=None, by=By(EVA, now)),
            )
        except StaleArticleError as stale:
            return stale

    done = await asyncio.gather(attempt("One."), attempt("Two."))
    assert [each for each in done if each == 1] == [1]
    assert len([each for each in done if isinstance(each, StaleArticleError)]) == 1


async def test_what_is_wrong_stops_it(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(InvalidError, match="title: it is empty"):
        await save(sessions, now, article(title=" "))
    with pytest.raises(NotFoundError, match="There is no article returns"):
        await save(sessions, now, article(), on=3)
    async with sessions() as session:
        assert await newest_article(session, "returns") is None


async def test_the_archive_keeps_everything_and_nobody_finds_it(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article())
    async with sessions.begin() as session:
        await archive_article(session, "returns", now)
    assert await found(sessions, "return") == []
    async with sessions() as session:
        assert await newest_articles(session) == []
        assert [each.key for each in await newest_articles(session, archived=True)] == ["returns"]
        assert await titles_of(session, ["returns"]) == {}
    async with sessions.begin() as session:
        await restore_article(session, "returns", now)
    assert await found(sessions, "return") == ["returns"]
    async with sessions() as session:
        with pytest.raises(NotFoundError, match="There is no article nothing"):
            await archive_article(session, "nothing", now)


async def test_a_save_brings_it_back(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article())
    async with sessions.begin() as session:
        await archive_article(session, "returns", now)
    assert await save(sessions, now, article(), on=1) == 2
    assert await found(sessions, "return") == ["returns"]


async def test_what_is_rolled_back_is_not_found(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session:
        await save_article(session, article(), based_on=None, by=By(EVA, now))
        await session.rollback()
    assert await found(sessions, "return") == []


async def test_titles_by_key(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, article())
    await save(sessions, now, replace(article("b"), title="Another"))
    async with sessions() as session:
        assert [*await titles_of(session)] == ["b", "returns"]
        assert await titles_of(session, ["b"]) == {"b": ("question", "Another")}
