"""Users, the interfaces their phones have on the phone system, sessions, API tokens."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from console.db.base import Base, BigId


class Role(StrEnum):
    """What a user is. Each role may do what `permissions` says."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class User(Base):
    """A person who logs in. `email` is stored in lower case; an `extension` makes an agent of them."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    email: Mapped[str] = mapped_column(String(320), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(Text)
    extension: Mapped[str | None] = mapped_column(String(40))
    line: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    interfaces: Mapped[list["UserInterface"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="raise"
    )
    queues: Mapped[list["UserQueue"]] = relationship(
        back_populates="user", cascade="all, delete-orphan", lazy="raise"
    )


class UserInterface(Base):
    """An interface as the phone system names it, e.g. `PJSIP/1001`: this is how a ring finds its agent."""

    __tablename__ = "user_interfaces"

    interface: Mapped[str] = mapped_column(String(200), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)

    user: Mapped[User] = relationship(back_populates="interfaces", lazy="raise")


class UserQueue(Base):
    """A queue the user works in, by the queue's name on the phone system."""

    __tablename__ = "user_queues"
    __table_args__ = (UniqueConstraint("user_id", "queue"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    queue: Mapped[str] = mapped_column(String(100), index=True)

    user: Mapped[User] = relationship(back_populates="queues", lazy="raise")


class UserSession(Base):
    """A log-in. Only the hash of the cookie's value is stored, so a copy of the table opens no session."""

    __tablename__ = "user_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A bearer token of the HTTP API. `scopes` is a space-separated list; only the hash is stored."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class LoginFailure(Base):
    """A failed log-in by e-mail or address (`subject`), kept for throttling only as long as it counts."""

    __tablename__ = "login_failures"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    subject: Mapped[str] = mapped_column(String(340), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
