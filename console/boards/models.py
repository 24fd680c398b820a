"""Links by which screens show a wall without a log-in."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class WallLink(Base):
    """A link: only the hash of its token is stored, so a copy of the table opens no wall. It shows `queues`
    (None: all) and `figures` (`wall.WALL_FIGURES`) until it is revoked."""

    __tablename__ = "wall_links"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    queues: Mapped[list[str] | None]
    figures: Mapped[list[str] | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
