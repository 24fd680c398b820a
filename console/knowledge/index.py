"""The words that an article is found by, folded, in the table `article_search`: FTS5 in SQLite, a tsvector in
PostgreSQL. They are written in the transaction in which the article changes."""

from collections.abc import Iterable, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from console.customers.folding import all_words_of
from console.knowledge.article import Article
from console.knowledge.question import cut
from console.scripts.rendering import with_gaps

LAST_POSITION = 16_383
"""PostgreSQL counts a document's words up to here."""

_FORGET = {
    "sqlite": "DELETE FROM article_search WHERE rowid = :id",
    "postgresql": "DELETE FROM article_search WHERE id = :id",
}
_KEEP = {
    "sqlite": "INSERT INTO article_search (rowid, title, keywords, body)"
    " VALUES (:id, :title, :keywords, :body)",
    "postgresql": "INSERT INTO article_search (id, document) VALUES (:id, CAST(:document AS tsvector))",
}

Words = Sequence[str]


async def forget(session: AsyncSession, article_id: int) -> None:
    """The article is found no more."""
    await session.execute(text(_FORGET[session.get_bind().dialect.name]), {"id": article_id})


async def keep(session: AsyncSession, article_id: int, article: Article) -> None:
    """The article is found by what it says now."""
    await forget(session, article_id)
    parts = [_words(article.title), _words(article.keywords), _words(readable_text(article))]
    dialect = session.get_bind().dialect.name
    values = {"document": document(parts)} if dialect == "postgresql" else _columns(parts)
    await session.execute(text(_KEEP[dialect]), {"id": article_id, **values})


def readable_text(article: Article) -> str:
    """The text without what only a caller's values are put in by."""
    return with_gaps(article.text) if article.is_filled_in else article.text


def _words(written: str) -> Words:
    return [*cut(all_words_of(written))]


def _columns(parts: Iterable[Words]) -> dict[str, str]:
    names = ("title", "keywords", "body")
    return {name: " ".join(words) for name, words in zip(names, parts, strict=True)}


def document(parts: Iterable[Words]) -> str:
    """The words with their places and the weights of their parts, as a tsvector is written. PostgreSQL's own
    parser would take some words apart that are one here."""
    weighed = [(word, weight) for words, weight in zip(parts, "ABD", strict=True) for word in words]
    return " ".join(
        f"'{word}':{min(place, LAST_POSITION)}{weight}" for place, (word, weight) in enumerate(weighed, 1)
    )
