"""Stored scripts, their versions, and when which version was given to calls."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class StoredScript(Base):
    """A script by its stable key. `published_version` is what calls get (None: nothing); an archived script
    has none, and stands in no list but that of the archive."""

    __tablename__ = "scripts"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    published_version: Mapped[int | None]
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class StoredVersion(Base):
    """One version of a script, never changed once stored; `document` is the script file as a plain dict.
    `source` is the YAML that its author wrote, with comments (None: it came before these were kept)."""

    __tablename__ = "script_versions"
    __table_args__ = (Index("ix_script_versions_key_version", "key", "version", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("scripts.key", ondelete="CASCADE"))
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
    source: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))


class ScriptFailure(Base):
    """What a version of a script failed at on calls: at a `step`, or ("") as a whole; how many `times`, and
    on which call last. `why` is in our words and quotes no record: nothing here tells of a person."""

    __tablename__ = "script_failures"
    __table_args__ = (Index("ix_script_failures_what", "key", "version", "step", "why", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(100))
    version: Mapped[int]
    step: Mapped[str] = mapped_column(String(100))
    why: Mapped[str] = mapped_column(String(300))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int]
    call_id: Mapped[str | None] = mapped_column(String(200))


class StoredPublication(Base):
    """From `at` on calls got this version of the script (None: it was taken out of force)."""

    __tablename__ = "script_publications"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("scripts.key", ondelete="CASCADE"), index=True)
    version: Mapped[int | None]
    at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(320))
    note: Mapped[str | None] = mapped_column(Text)
