"""Alerts, and who has seen them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from console.db.base import Base, BigId


class StoredAlert(Base):
    """An alert as in `alerts.course`. Levels are written yellow and red. A queue has at most one that is open
    of each figure."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("ix_alerts_began", "began_at", "id"),
        Index("ix_alerts_ended", "ended_at"),
        Index(
            "uq_alerts_open",
            "queue",
            "figure",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    queue: Mapped[str] = mapped_column(String(100))
    figure: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(10))
    worst: Mapped[str] = mapped_column(String(10))
    peak: Mapped[float]
    began_at: Mapped[datetime]
    known_at: Mapped[datetime]
    red_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_known: Mapped[bool] = mapped_column(default=True)


class AlertSeen(Base):
    """Who has seen an alert, and said so when."""

    __tablename__ = "alerts_seen"

    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]
