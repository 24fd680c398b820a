"""Reads articles."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import NotFoundError
from console.knowledge.article import Article, Kind
from console.knowledge.models import ArticleVersion, StoredArticle
from console.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class WrittenArticle:
    """A stored version of an article: what it says, who wrote it when, and why."""

    id: int
    number: int
    article: Article
    author: str | None
    at: datetime
    note: str | None
    archived_at: datetime | None

    @property
    def key(self) -> str:
        """The article's key."""
        return self.article.key


_WRITTEN = select(StoredArticle, ArticleVersion).join(
    ArticleVersion, ArticleVersion.article_id == StoredArticle.id
)
_NEWEST = _WRITTEN.where(ArticleVersion.version == StoredArticle.version)


async def newest_article(session: AsyncSession, key: str) -> WrittenArticle | None:
    """The newest version of an article, archived or not; None when there is no such article."""
    return next(iter(await _read(session, _NEWEST.where(StoredArticle.key == key))), None)


async def article_of(session: AsyncSession, key: str, number: int | None = None) -> WrittenArticle:
    """A version of an article, the newest one without `number`. Raises NotFoundError."""
    wanted = (_NEWEST if number is None else _WRITTEN.where(ArticleVersion.version == number)).where(
        StoredArticle.key == key
    )
    found = next(iter(await _read(session, wanted)), None)
    if found is None:
        raise NotFoundError(_("There is no article %(key)s, or not in this version.", key=key))
    return found


async def versions_of(session: AsyncSession, key: str) -> list[WrittenArticle]:
    """All versions of an article, the newest first."""
    wanted = _WRITTEN.where(StoredArticle.key == key).order_by(ArticleVersion.version.desc())
    return await _read(session, wanted)


async def newest_articles(
    session: AsyncSession, *, archived: bool = False, kind: Kind | None = None, most: int | None = None
) -> list[WrittenArticle]:
    """The newest versions of the articles that are not in the archive, or of those that are, by title."""
    where = StoredArticle.archived_at.is_not(None) if archived else StoredArticle.archived_at.is_(None)
    wanted = _NEWEST.where(where).order_by(ArticleVersion.title, StoredArticle.key).limit(most)
    return await _read(session, wanted if kind is None else wanted.where(ArticleVersion.kind == str(kind)))


async def articles_by_id(session: AsyncSession, ids: Sequence[int]) -> list[WrittenArticle]:
    """The newest versions of these articles, in this order."""
    found = {each.id: each for each in await _read(session, _NEWEST.where(StoredArticle.id.in_(ids)))}
    return [found[each] for each in ids if each in found]


async def article_keys(session: AsyncSession) -> set[str]:
    """The keys of all articles that are not archived."""
    return {*await session.scalars(select(StoredArticle.key).where(StoredArticle.archived_at.is_(None)))}


async def titles_of(
    session: AsyncSession, keys: Collection[str] | None = None
) -> dict[str, tuple[Kind, str]]:
    """Kind and title of the articles that are not archived, by key: all, or those with these `keys`."""
    wanted = (
        select(StoredArticle.key, ArticleVersion.kind, ArticleVersion.title)
        .join(ArticleVersion, ArticleVersion.article_id == StoredArticle.id)
        .where(ArticleVersion.version == StoredArticle.version, StoredArticle.archived_at.is_(None))
        .order_by(ArticleVersion.title, StoredArticle.key)
    )
    if keys is not None:
        wanted = wanted.where(StoredArticle.key.in_(keys))
    return {key: (Kind(kind), title) for key, kind, title in await session.execute(wanted)}


async def _read(
    session: AsyncSession, statement: Select[StoredArticle, ArticleVersion]
) -> list[WrittenArticle]:
    return [
        WrittenArticle(
            id=stored.id,
            number=row.version,
            article=Article(
                key=stored.key,
                kind=Kind(row.kind),
                title=row.title,
                text=row.text,
                keywords=row.keywords,
                language=row.language,
                link=row.link,
            ),
            author=row.author,
            at=row.created_at,
            note=row.note,
            archived_at=stored.archived_at,
        )
        for stored, row in await session.execute(statement)
    ]
