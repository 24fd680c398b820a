"""Saves an article: each save is a new version, nothing is ever overwritten.

Whoever saves says on which version that is based. When somebody else was faster, nothing is stored, and the
error carries what they saved: both texts are shown then.
"""

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import InvalidError, LinesideError, NotFoundError
from console.knowledge.article import Article, check, tidy
from console.knowledge.index import forget, keep
from console.knowledge.models import ArticleVersion, StoredArticle
from console.knowledge.queries import WrittenArticle, newest_article
from console.scripts.actions import By
from console.web.i18n import gettext as _
from console.web.overtaken import OvertakenError

NOTHING_YET = 0
"""The version of an article that is just coming into being."""


class StaleArticleError(OvertakenError):
    """A newer version than the one that was changed is stored: `newest`. Nothing was saved."""

    def __init__(self, newest: WrittenArticle) -> None:
        self.newest = newest
        super().__init__(newest.key, newest.number, newest.author)


async def save_article(session: AsyncSession, article: Article, *, based_on: int | None, by: By) -> int:
    """Store the article as the next version of its key, and say which one that is. It was made from version
    `based_on`; None: there was no such article. The caller commits.

    What is stored already, to the letter, is not stored again. Raises InvalidError with what is wrong,
    StaleArticleError when there is a newer version.
    """
    article = tidy(article)
    if problems := check(article):
        raise InvalidError(problems)
    stored = await _locked(session, article.key, by.at)
    newest = await newest_article(session, article.key) if stored.version else None
    if newest is not None and newest.article == article and newest.archived_at is None:
        return newest.number
    if (newest.number if newest else None) != based_on:
        raise _outrun(article.key, newest)
    stored.version, stored.archived_at = stored.version + 1, None
    session.add(_version(stored, article, by))
    await session.flush()
    await keep(session, stored.id, article)
    return stored.version


def _outrun(key: str, newest: WrittenArticle | None) -> LinesideError:
    if newest is not None:
        return StaleArticleError(newest)
    return NotFoundError(_("There is no article %(key)s (any more): nothing was saved.", key=key))


async def archive_article(session: AsyncSession, key: str, at: datetime) -> None:
    """Nobody finds it any more; nothing of it is lost. Raises NotFoundError."""
    stored = await _existing(session, key, at)
    stored.archived_at = at
    await session.flush()
    await forget(session, stored.id)


async def restore_article(session: AsyncSession, key: str, at: datetime) -> None:
    """It is found again. Raises NotFoundError."""
    stored = await _existing(session, key, at)
    stored.archived_at = None
    await session.flush()
    newest = await newest_article(session, key)
    if newest is not None:
        await keep(session, stored.id, newest.article)


async def _existing(session: AsyncSession, key: str, at: datetime) -> StoredArticle:
    stored = await _locked(session, key, at)
    if not stored.version:
        raise NotFoundError(_("There is no article %(key)s.", key=key))
    return stored


async def _locked(session: AsyncSession, key: str, at: datetime) -> StoredArticle:
    """The article, which nobody else changes until the transaction ends. One that there is not comes into
    being: give it a version, or roll back."""
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql_insert if on_postgresql else sqlite_insert)(StoredArticle).values(
        key=key, version=NOTHING_YET, created_at=at
    )
    locked = statement.on_conflict_do_update(
        index_elements=["key"], set_={"key": statement.excluded.key}
    ).returning(StoredArticle)
    return (await session.scalars(locked, execution_options={"populate_existing": True})).one()


def _version(stored: StoredArticle, article: Article, by: By) -> ArticleVersion:
    return ArticleVersion(
        article_id=stored.id,
        version=stored.version,
        kind=str(article.kind),
        title=article.title,
        text=article.text,
        keywords=article.keywords,
        language=article.language,
        link=article.link,
        note=by.note,
        created_at=by.at,
        author=by.author,
    )
