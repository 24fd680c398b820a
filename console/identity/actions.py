"""What changes users. Each bumps the revision `users`, so that running processes notice."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.errors import InvalidError, Problem
from console.identity.models import Role, User, UserInterface, UserQueue
from console.identity.passwords import MAX_LENGTH, MIN_LENGTH

USERS = "users"
"""The revision that every change of users bumps."""

EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
INTERFACE = re.compile(r"[A-Za-z0-9]+/\S+")
LINES = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be added."""

    email: str
    name: str
    role: Role
    password: str
    extension: str | None = None
    interfaces: Sequence[str] = ()
    line: int = 1
    queues: Sequence[str] = ()


def problems_of(new: NewUser) -> list[Problem]:
    """What is wrong with `new` by itself."""
    checks = [
        (EMAIL.fullmatch(new.email.strip()) is not None, "email", f"{new.email!r} is no e-mail address"),
        (len(new.email) <= User.email.type.length, "email", "is too long"),
        (bool(new.name.strip()), "name", "is empty: give the name that callers and colleagues know"),
        (len(new.name) <= User.name.type.length, "name", "is too long"),
        (len(new.password) >= MIN_LENGTH, "password", f"is too short: at least {MIN_LENGTH} characters"),
        (len(new.password) <= MAX_LENGTH, "password", f"is too long: at most {MAX_LENGTH} characters"),
        (new.line in LINES, "line", f"{new.line} is neither 1 (first line) nor 2 (second line)"),
    ]
    problems = [Problem(where, why) for fine, where, why in checks if not fine]
    odd = [interface for interface in new.interfaces if not INTERFACE.fullmatch(interface)]
    return problems + [Problem("interface", f"{name!r} is not of the form PJSIP/1001") for name in odd]


def check(new: NewUser) -> None:
    """Raises InvalidError when something is wrong with `new` by itself."""
    if problems := problems_of(new):
        raise InvalidError(problems)


async def add_user(session: AsyncSession, new: NewUser, password_hash: str, at: datetime) -> User:
    """Add a user whose password has the hash `password_hash`. Raises InvalidError, then nothing was added."""
    problems = problems_of(new) + await _taken(session, new)
    if problems:
        raise InvalidError(problems)
    user = User(
        email=new.email.strip().lower(),
        name=new.name.strip(),
        role=new.role,
        password_hash=password_hash,
        extension=new.extension,
        line=new.line,
        created_at=at,
        interfaces=[UserInterface(interface=name) for name in _each_once(new.interfaces)],
        queues=[UserQueue(queue=name) for name in dict.fromkeys(new.queues)],
    )
    session.add(user)
    await bump(session, USERS)
    await session.flush()
    return user


def _each_once(interfaces: Sequence[str]) -> list[str]:
    """Interfaces whose case differs are the same to the phone system."""
    return list({interface.lower(): interface for interface in interfaces}.values())


async def _taken(session: AsyncSession, new: NewUser) -> list[Problem]:
    """What of `new` another user has already."""
    email = new.email.strip().lower()
    problems = []
    if await session.scalar(select(User.id).where(User.email == email)):
        problems.append(Problem("email", f"there is a user {email} already"))
    owners = (
        select(UserInterface.interface, User.email)
        .join(User, User.id == UserInterface.user_id)
        .where(func.lower(UserInterface.interface).in_([interface.lower() for interface in new.interfaces]))
        .order_by(UserInterface.interface)
    )
    for interface, owner in await session.execute(owners):
        problems.append(
            Problem("interface", f"{interface} belongs to {owner} already: a ring finds one agent")
        )
    return problems
