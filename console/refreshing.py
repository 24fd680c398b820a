"""What follows when something that processes keep in memory was read anew."""

from sqlalchemy.ext.asyncio import AsyncSession

from console.boards.feed import Feed
from console.clock import now
from console.db.revision import Refresh
from console.intake import Intake
from console.live.session_watch import SessionWatch
from console.queues.directory import Directory
from console.scripts.failures import Failures
from console.scripts.library import Library
from console.worklist.keeping import WorkList


def then_say_presence(directory: Directory, intake: Intake) -> Refresh:
    async def refresh(session: AsyncSession) -> None:
        await directory.refresh(session)
        await intake.say_presence()

    return refresh


def then_compare(refresh: Refresh, worklist: WorkList) -> Refresh:
    """Whoever was erased is not on the work list, either."""

    async def refresh_and_compare(session: AsyncSession) -> None:
        await refresh(session)
        worklist.changed()

    return refresh_and_compare


def then_check(refresh: Refresh, watch: SessionWatch) -> Refresh:
    async def refresh_and_check(session: AsyncSession) -> None:
        await refresh(session)
        await watch.check(session)

    return refresh_and_check


def then_employ(refresh: Refresh, feed: Feed) -> Refresh:
    """Boards show whoever takes calls by now, and the queues that there are."""

    async def refresh_and_employ(session: AsyncSession) -> None:
        await refresh(session)
        feed.employ()

    return refresh_and_employ


def then_tell(library: Library, failures: Failures) -> Refresh:
    """Whose scripts can no longer be read is told so."""

    async def refresh(session: AsyncSession) -> None:
        await library.refresh(session)
        for unreadable in library.unreadable:
            failures.note(unreadable, now())

    return refresh
