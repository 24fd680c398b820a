"""Reads and writes alerts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.alerts.course import AGAIN, Alert, Figure
from console.alerts.models import AlertSeen, StoredAlert
from console.errors import NotFoundError
from console.identity.models import User
from console.queues.thresholds import Level

SHOWN = timedelta(minutes=30)
"""So long an alert that is over stays on the boards."""

MOST_SHOWN = 100
"""Alerts on boards; the newest, when there are more."""

PAGE = 100
"""Alerts on a page of the day's list."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody has seen an alert."""

    user_id: int
    name: str
    email: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """An alert on record, and who has seen it, the first one first."""

    id: int
    alert: Alert
    seen: Sequence[Seen] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts: those that began, or were not over, from `since` on and began before `until`; of that
    queue ("": of any); `open_only`: that are not over; older than what `before` names (its beginning and
    id)."""

    since: datetime | None = None
    until: datetime | None = None
    queue: str = ""
    open_only: bool = False
    before: tuple[datetime, int] | None = None


@dataclass(slots=True)
class Page:
    """Alerts, the newest first, and what the next page begins behind (None: there is none)."""

    rows: list[Row] = field(default_factory=list)
    next: tuple[datetime, int] | None = None


# Writing.


async def write_alerts(session: AsyncSession, alerts: Iterable[Alert]) -> None:
    """Write how alerts are by now, in the session's transaction. Those that are over come first: of one
    figure only one may be open."""
    for alert in sorted(alerts, key=lambda each: (each.ended_at is None, each.began_at)):
        row = await _row_of(session, alert)
        if row is None:
            row = StoredAlert(queue=alert.queue, figure=alert.figure.value, began_at=alert.began_at)
            session.add(row)
        row.level, row.worst = alert.level.name.lower(), alert.worst.name.lower()
        row.peak, row.red_at, row.known_at = alert.peak, alert.red_at, alert.known_at
        row.ended_at, row.end_known = alert.ended_at, alert.end_known
        await session.flush()


async def _row_of(session: AsyncSession, alert: Alert) -> StoredAlert | None:
    """The alert on record. Whoever took over from a process that was still at it goes on with its alert."""
    same = (StoredAlert.queue == alert.queue, StoredAlert.figure == alert.figure.value)
    its_own = or_(StoredAlert.began_at == alert.began_at, StoredAlert.ended_at.is_(None))
    found = select(StoredAlert).where(*same, its_own).order_by(StoredAlert.began_at != alert.began_at)
    return (await session.scalars(found.limit(1).with_for_update())).first()


async def see_alert(session: AsyncSession, id_: int, user_id: int, at: datetime) -> None:
    """The user has seen it; who had before has not seen it any later. Raises NotFoundError."""
    alert = await session.get(StoredAlert, id_, with_for_update=True)
    if alert is None:
        raise NotFoundError(f"There is no alert {id_}.")
    if await session.get(AlertSeen, (id_, user_id)) is None:
        session.add(AlertSeen(alert_id=id_, user_id=user_id, at=at))
        await session.flush()


# Reading.


async def read_current(session: AsyncSession, at: datetime) -> list[Alert]:
    """The alerts that are open, or may go on."""
    recent = or_(StoredAlert.ended_at.is_(None), StoredAlert.ended_at >= at - AGAIN)
    return [alert_of(row) for row in await session.scalars(select(StoredAlert).where(recent))]


async def read_shown(session: AsyncSession, at: datetime) -> list[Row]:
    """What boards show, in the order of their beginnings."""
    shown = or_(StoredAlert.ended_at.is_(None), StoredAlert.ended_at >= at - SHOWN)
    return list(reversed(await _read(session, [shown], MOST_SHOWN)))


async def read_page(session: AsyncSession, wanted: Wanted, most: int = PAGE) -> Page:
    """The newest first, `most` of them."""
    rows = await _read(session, _conditions(wanted), most + 1)
    if len(rows) <= most:
        return Page(rows)
    last = rows[most - 1]
    return Page(rows[:most], (last.alert.began_at, last.id))


async def read_queues(session: AsyncSession) -> Sequence[str]:
    """The names of all queues that ever had an alert."""
    return list(await session.scalars(select(StoredAlert.queue).distinct().order_by(StoredAlert.queue)))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.since is not None:
        is_on = or_(StoredAlert.ended_at.is_(None), StoredAlert.ended_at >= wanted.since)
        found.append(or_(StoredAlert.began_at >= wanted.since, is_on))
    if wanted.until is not None:
        found.append(StoredAlert.began_at < wanted.until)
    if wanted.queue:
        found.append(StoredAlert.queue == wanted.queue)
    if wanted.open_only:
        found.append(StoredAlert.ended_at.is_(None))
    if wanted.before is not None:
        began_at, id_ = wanted.before
        same = (StoredAlert.began_at == began_at) & (StoredAlert.id < id_)
        found.append((StoredAlert.began_at < began_at) | same)
    return found


async def _read(session: AsyncSession, conditions: Sequence[ColumnElement[bool]], most: int) -> list[Row]:
    newest = (StoredAlert.began_at.desc(), StoredAlert.id.desc())
    found = list(await session.scalars(select(StoredAlert).where(*conditions).order_by(*newest).limit(most)))
    seen = await _read_seen(session, [row.id for row in found])
    return [Row(row.id, alert_of(row), seen.get(row.id, ())) for row in found]


async def _read_seen(session: AsyncSession, ids: Sequence[int]) -> Mapping[int, Sequence[Seen]]:
    statement = (
        select(AlertSeen, User.name, User.email)
        .join(User, User.id == AlertSeen.user_id)
        .where(AlertSeen.alert_id.in_(ids))
        .order_by(AlertSeen.at, AlertSeen.user_id)
    )
    found: defaultdict[int, list[Seen]] = defaultdict(list)
    for each, name, email in await session.execute(statement):
        found[each.alert_id].append(Seen(each.user_id, name, email, each.at))
    return found


def alert_of(row: StoredAlert) -> Alert:
    """The alert on record."""
    return Alert(
        queue=row.queue,
        figure=Figure(row.figure),
        level=Level[row.level.upper()],
        worst=Level[row.worst.upper()],
        peak=row.peak,
        began_at=row.began_at,
        known_at=row.known_at,
        red_at=row.red_at,
        ended_at=row.ended_at,
        end_known=row.end_known,
    )
