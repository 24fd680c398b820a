"""What supervisors keep of the board for themselves."""

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
