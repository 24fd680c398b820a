"""What the rows of a report are called."""

from collections.abc import Mapping

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from console.identity.models import User
from console.queues.models import Queue
from console.reports.choice import LINES, By, Choice
from console.reports.reading import Key, Report
from console.reports.writing import moment_label
from console.scripts.models import StoredScript, StoredVersion
from console.web.formats import Formats
from console.web.i18n import N_
from console.web.i18n import gettext as _

OF_NOTHING: Mapping[By, str] = {
    By.QUEUE: N_("In no queue"),
    By.LINE: N_("Of no line"),
    By.AGENT: N_("Of no agent"),
    By.SCRIPT: N_("No script"),
    By.OUTCOME: N_("No outcome"),
    By.SEGMENT: N_("No segment"),
}
ALL_OF = N_("All together")


async def read_labels(
    session: AsyncSession, report: Report, choice: Choice, formats: Formats
) -> dict[Key, str]:
    """The name of each row. What is gone meanwhile is named by its key."""
    if choice.by.grain is not None:
        return {key: moment_label(key, choice.by, formats) for key in report.rows}  # type: ignore[arg-type]
    labels: dict[Key, str] = {None: _(OF_NOTHING[choice.by])}
    if choice.by is By.QUEUE:
        titles = await read_queues(session)
        labels |= {name: title for name, title in titles.items() if name in report.rows}
    elif choice.by is By.AGENT:
        labels |= {user.id: user.name for user in await session.execute(select(User.id, User.name))}
    elif choice.by is By.SCRIPT:
        labels |= await _titles(session)
    elif choice.by is By.LINE:
        labels |= {line: _("Line %(line)s", line=line) for line in LINES}
    return labels


async def _titles(session: AsyncSession) -> dict[Key, str]:
    """The title of each script that calls get, by its key."""
    in_force = and_(
        StoredVersion.key == StoredScript.key, StoredVersion.version == StoredScript.published_version
    )
    titles = select(StoredScript.key, StoredVersion.document["title"].as_string()).join(
        StoredVersion, in_force
    )
    return {key: title for key, title in await session.execute(titles) if title}


async def read_queues(session: AsyncSession) -> dict[str, str]:
    """The title of each queue that was set up, by its name."""
    rows = await session.execute(select(Queue.name, Queue.title).order_by(Queue.name))
    return {name: title or name for name, title in rows}
