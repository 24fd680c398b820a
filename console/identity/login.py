"""Logging in: throttle, password, new session."""

from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select

from console.db.engine import Sessions
from console.errors import LinesideError
from console.identity import sessions as logins
from console.identity import throttle
from console.identity.models import User
from console.identity.passwords import Passwords


class WrongCredentialsError(LinesideError):
    """No such user, or another password: which of the two is not said."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


async def log_in(
    sessions: Sessions, passwords: Passwords, *, email: str, password: str, address: str, at: datetime
) -> str:
    """Start a session for the user with this e-mail and password, and return its cookie's value.

    Raises WrongCredentialsError, or TooManyTriesError when the next try has to wait.
    """
    email = email.strip().lower()
    async with sessions.begin() as session:
        await throttle.admit(session, email, address, at)
    async with sessions() as session:
        query = select(User).where(User.email == email, User.disabled_at.is_(None))
        user = (await session.execute(query)).scalar_one_or_none()
    if not await passwords.matches(user.password_hash if user else None, password) or user is None:
        raise WrongCredentialsError("The e-mail or the password is wrong.")
    renewed = await passwords.hash(password) if passwords.outdated(user.password_hash) else None
    async with sessions.begin() as session:
        await throttle.forgive(session, email, address)
        if renewed is not None:
            (await session.get_one(User, user.id)).password_hash = renewed
        return await logins.start(session, user.id, at)
