"""Articles and their versions. What they are found by is no model: each database keeps it in its own way
(`index`)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class StoredArticle(Base):
    """An article by its stable key. `version` is the newest one, which agents read; nobody finds an archived
    article."""

    __tablename__ = "articles"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True, index=True)
    version: Mapped[int]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class ArticleVersion(Base):
    """One version of an article, never changed once stored."""

    __tablename__ = "article_versions"
    __table_args__ = (Index("ix_article_versions_of", "article_id", "version", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    keywords: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(100))
    link: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))
