"""Finds articles while somebody types: by words of their title, keywords and text."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from console.knowledge.article import Kind
from console.knowledge.index import readable_text
from console.knowledge.passages import Piece, marked, passage
from console.knowledge.queries import WrittenArticle, articles_by_id
from console.knowledge.question import Place, Question, for_postgresql, for_sqlite, read

SHOWN = 8

_PARTS: Mapping[str, str] = {
    "sqlite": "SELECT rowid AS id, {at} AS place, bm25(article_search, 10.0, 5.0, 1.0) AS rank"
    " FROM article_search WHERE article_search MATCH :wanted{at} ORDER BY 3, 1 LIMIT :most",
    "postgresql": "SELECT id, {at} AS place, -ts_rank('{{0.1, 0.1, 0.5, 1.0}}', document, asked) AS rank"
    " FROM article_search, CAST(:wanted{at} AS tsquery) AS asked"
    " WHERE document @@ asked ORDER BY 3, 1 LIMIT :most",
}
_PART = "SELECT * FROM ({part}) AS part{at}"
_BEST = (
    "SELECT id, min(place) AS place, min(rank) AS rank FROM ({parts}) AS parts"
    " GROUP BY id ORDER BY 2, 3, 1 LIMIT :most"
)
_WRITE = {"sqlite": for_sqlite, "postgresql": for_postgresql}


@dataclass(frozen=True, slots=True)
class Found:
    """An article that was found: its title, and the place in its text, each with the words in it."""

    key: str
    kind: Kind
    title: Sequence[Piece]
    passage: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Answer:
    """The best first; `more`: there are others. `loosely`: none has all the words, so these have some."""

    found: Sequence[Found] = ()
    more: bool = False
    loosely: bool = False


async def find(session: AsyncSession, typed: str, *, most: int = SHOWN) -> Answer:
    """The articles that have every word which was typed, else those that have any."""
    question = read(typed)
    ids, loosely = await _best(session, question, most + 1)
    written = await articles_by_id(session, ids[:most])
    drawn = await asyncio.to_thread(lambda: [_found(each, question) for each in written])
    return Answer(drawn, more=len(ids) > most, loosely=loosely and bool(drawn))


async def find_written(
    session: AsyncSession, typed: str, *, most: int
) -> tuple[Question, list[WrittenArticle]]:
    """What was asked, and the articles as they are stored, in the order of `find`."""
    question = read(typed)
    ids, _loosely = await _best(session, question, most)
    return question, await articles_by_id(session, ids)


async def _best(session: AsyncSession, question: Question, most: int) -> tuple[list[int], bool]:
    """The best articles by their ids, and whether they have only some of the words."""
    if not question:
        return [], False
    ids = await _ids(session, question, [*Place], most)
    if ids:
        return ids, False
    return await _ids(session, question, [Place.ANYWHERE], most, every=False), True


async def _ids(
    session: AsyncSession, question: Question, places: Sequence[Place], most: int, *, every: bool = True
) -> list[int]:
    """The best articles by their ids: by the place of the words, then by what the database makes of it."""
    dialect = session.get_bind().dialect.name
    parts = (_PART.format(part=_PARTS[dialect].format(at=at), at=at) for at in range(len(places)))
    statement = text(_BEST.format(parts=" UNION ALL ".join(parts)))
    asked = {f"wanted{at}": _WRITE[dialect](question, place, every=every) for at, place in enumerate(places)}
    return [*await session.scalars(statement, {**asked, "most": most})]


def _found(written: WrittenArticle, question: Question) -> Found:
    article = written.article
    return Found(
        article.key,
        article.kind,
        marked(article.title, question.words),
        passage(readable_text(article), question.words),
    )
