"""What supervisors keep of the board for themselves, and links by which screens show a wall without a
log-in."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class SavedView(Base):
    """What the board shows, under a name of its owner's; `choices` as in `view_choices`. Of one user at most
    one `opens_first`."""

    __tablename__ = "board_views"
    __table_args__ = (
        UniqueConstraint("user_id", "name", name="uq_board_views_name"),
        Index(
            "uq_board_views_first",
            "user_id",
            unique=True,
            sqlite_where=text("opens_first"),
            postgresql_where=text("opens_first"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    choices: Mapped[dict[str, Any]]
    opens_first: Mapped[bool] = mapped_column(default=False)
    changed_at: Mapped[datetime]


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
