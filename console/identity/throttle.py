"""Slows down those who guess passwords, and never locks anybody out for good.

Each try counts against three subjects: the e-mail from this address (a person who mistypes, or somebody
guessing), the e-mail from anywhere (many machines guessing one password), and the address (one machine
guessing many, or a whole office behind one address). Past a subject's limit the next try has to wait, each
time twice as long up to a bound. Tries during a wait are not counted, and a log-in that succeeds clears the
e-mail.

The wait for an e-mail from anywhere is short: somebody elsewhere must not keep its owner out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.errors import LinesideError
from console.identity.models import LoginFailure

WINDOW = timedelta(hours=1)
"""For how long a try counts."""

MOST_DOUBLINGS = 16
SUBJECT_LENGTH = 340


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` tries without a wait; then `first_wait`, doubled with each try up to `longest_wait`."""

    free: int
    first_wait: timedelta
    longest_wait: timedelta

    def open_at(self, tries: int, last: datetime) -> datetime:
        """When the next try may be made, after `tries` of which the last was at `last`."""
        if tries < self.free:
            return last
        doublings = min(tries - self.free, MOST_DOUBLINGS)
        return last + min(self.first_wait * (1 << doublings), self.longest_wait)


PAIR = Limit(5, timedelta(seconds=15), timedelta(minutes=15))
EMAIL = Limit(20, timedelta(seconds=5), timedelta(seconds=30))
ADDRESS = Limit(50, timedelta(seconds=15), timedelta(minutes=15))


LINK = Limit(20, timedelta(seconds=15), timedelta(minutes=15))
"""Of one machine that guesses the links of screens, or of an office in which one screen has a wrong one."""


class TooManyTriesError(LinesideError):
    """Too many failed log-ins, or wrong links; the next may be made at `retry_at`."""

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, retry_at: datetime, at: datetime) -> None:
        self.retry_at = retry_at
        self.wait_s = max(1, -(-(retry_at - at) // timedelta(seconds=1)))
        super().__init__(f"Too many failed tries. Try again in {self.wait_s} s.")


def limits_for(email: str, address: str) -> dict[str, Limit]:
    """The subjects that a try counts against, with their limits."""
    subjects = {f"{email}|{address}": PAIR, f"email|{email}": EMAIL, f"address|{address}": ADDRESS}
    return {subject[:SUBJECT_LENGTH]: limit for subject, limit in subjects.items()}


async def admit(session: AsyncSession, email: str, address: str, at: datetime) -> None:
    """Count a try, as failed until `forgive` says otherwise. Raises TooManyTriesError when it has to wait.

    Counted before the password is looked at, so that many tries at once do not slip through together.
    """
    limits = limits_for(email, address)
    await session.execute(delete(LoginFailure).where(LoginFailure.at < at - WINDOW))
    await _admit(session, limits, at)
    session.add_all(LoginFailure(subject=subject, at=at) for subject in limits)


async def admit_link(session: AsyncSession, address: str, at: datetime) -> None:
    """Whether a link may be tried from this address. Raises TooManyTriesError when it has to wait.

    A right link costs no writing. Tries at once may slip through together: with 256 random bits they may.
    """
    await _admit(session, {_link_subject(address): LINK}, at)


async def count_wrong_link(session: AsyncSession, address: str, at: datetime) -> None:
    """A try to guess a link failed."""
    await session.execute(delete(LoginFailure).where(LoginFailure.at < at - WINDOW))
    session.add(LoginFailure(subject=_link_subject(address), at=at))


def _link_subject(address: str) -> str:
    return f"link|{address}"[:SUBJECT_LENGTH]


async def _admit(session: AsyncSession, limits: dict[str, Limit], at: datetime) -> None:
    retry_at = await _retry_at(session, limits, at)
    if retry_at > at:
        raise TooManyTriesError(retry_at, at)


async def forgive(session: AsyncSession, email: str, address: str) -> None:
    """The try succeeded: forget the tries for this e-mail, and this one of the address."""
    pair, anywhere, place = limits_for(email, address)
    await _forget(session, [pair, anywhere])
    newest = select(func.max(LoginFailure.id)).where(LoginFailure.subject == place).scalar_subquery()
    await session.execute(delete(LoginFailure).where(LoginFailure.id == newest))


async def _forget(session: AsyncSession, subjects: Iterable[str]) -> None:
    await session.execute(delete(LoginFailure).where(LoginFailure.subject.in_(subjects)))


async def _retry_at(session: AsyncSession, limits: dict[str, Limit], at: datetime) -> datetime:
    tries = (
        select(LoginFailure.subject, func.count(), func.max(LoginFailure.at))
        .where(LoginFailure.subject.in_(limits), LoginFailure.at > at - WINDOW)
        .group_by(LoginFailure.subject)
    )
    waits = [
        limits[subject].open_at(count, last)
        for subject, count, last in await session.execute(tries)
        if count >= limits[subject].free  # else `last` may be somebody's who came a moment later
    ]
    return max(waits, default=at)
