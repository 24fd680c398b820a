"""Adds to the log."""

from dataclasses import dataclass, field
from datetime import datetime

from console.audit.acts import Act, Result
from console.audit.models import AuditEntry
from console.db.engine import Sessions

LONGEST_WHY = 500


@dataclass(slots=True)
class About:
    """Whom or what an act is about, as far as that is known by now. `details` are words of ours."""

    agent_id: int | None = None
    call: str | None = None
    queue: str | None = None
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deed:
    """What the user did at that moment, or wanted to, and what came of it."""

    at: datetime
    user_id: int | None
    act: Act
    about: About
    result: Result
    why: str = ""


async def note(sessions: Sessions, deed: Deed) -> None:
    """Keep what was done, or why not. Commits."""
    about = deed.about
    entry = AuditEntry(
        at=deed.at,
        user_id=deed.user_id,
        act=deed.act.value,
        agent_id=about.agent_id,
        call_id=about.call,
        queue=about.queue,
        details=dict(about.details),
        outcome=deed.result.value,
        why=deed.why[:LONGEST_WHY],
    )
    async with sessions.begin() as session:
        session.add(entry)
