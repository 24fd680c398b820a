"""Stored scripts and their versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class StoredScript(Base):
    """A script by its stable key. `published_version` is what calls get (None: nothing)."""

    __tablename__ = "scripts"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    published_version: Mapped[int | None]
    created_at: Mapped[datetime]


class StoredVersion(Base):
    """One version of a script, never changed once stored; `document` is the script file as a plain dict."""

    __tablename__ = "script_versions"
    __table_args__ = (Index("ix_script_versions_key_version", "key", "version", unique=True),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(ForeignKey("scripts.key", ondelete="CASCADE"))
    version: Mapped[int]
    document: Mapped[dict[str, Any]]
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
