"""Imports that were begun on the page: what was chosen, how far they are, what became of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId

LONGEST_FILE_NAME = 300


class ImportState(StrEnum):
    """How an import stands."""

    CHOOSING = "choosing"  # the file is here; how it is to be read is being chosen
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"  # by somebody, between two batches
    FAILED = "failed"  # `problem` says why


class ImportJob(Base):
    """One file. It lies as `stored_as` in the folder of `import_files`, on the machine where it was sent to.

    `choices` is how it is to be read (`import_choices.Chosen`), `headers` names its set of columns: a file
    with the same ones is offered the same choice. Of records nothing is kept here but counts.
    """

    __tablename__ = "imports"
    __table_args__ = (Index("ix_imports_headers_kind", "headers", "kind"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    created_at: Mapped[datetime]
    author: Mapped[str] = mapped_column(String(320))
    file_name: Mapped[str] = mapped_column(String(LONGEST_FILE_NAME))
    stored_as: Mapped[str] = mapped_column(String(40))
    size: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(20))
    headers: Mapped[str] = mapped_column(String(64))
    choices: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(20), default=ImportState.CHOOSING)
    dry_run: Mapped[bool] = mapped_column(default=False)
    stop_asked: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(BigInteger, default=0)
    imported: Mapped[int] = mapped_column(BigInteger, default=0)
    unchanged: Mapped[int] = mapped_column(BigInteger, default=0)
    rejected: Mapped[int] = mapped_column(BigInteger, default=0)
    unusable_phones: Mapped[int] = mapped_column(BigInteger, default=0)
    problem: Mapped[str | None] = mapped_column(Text)
