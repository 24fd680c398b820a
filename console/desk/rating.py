"""An agent notes how satisfied the caller was, from 1 to 5. Of two agents on a call the last word counts."""

from typing import cast

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from console.calls.erasing import is_erased
from console.calls.models import Call
from console.db.engine import Sessions
from console.db.writing import write
from console.desk.actions import pop_on_desk
from console.desk.learning_news import announce
from console.desk.pop import Pop
from console.desk.satisfaction import is_ratable
from console.errors import ForbiddenError, InvalidError, Problem
from console.identity.viewer import Viewer
from console.live.bus import Bus
from console.web.i18n import gettext as _


async def rate_call(sessions: Sessions, bus: Bus, viewer: Viewer, leg: str, mark: int) -> None:
    """Keep the mark of the call, and show it on its pops.

    Raises ForbiddenError when this agent may not, and InvalidError when the call is not on record yet.
    """
    found = await pop_on_desk(bus, viewer, leg)
    if found is None or not is_ratable(cast("Pop", found)):
        raise ForbiddenError(_("This call was not answered on your desk, or is not there any more."))
    await write(sessions, lambda session: _keep(session, str(found["call"]), mark))
    await announce(bus, leg)


async def _keep(session: AsyncSession, call: str, mark: int) -> None:
    rated = update(Call).where(Call.id == call).values(satisfaction=mark).returning(Call.id)
    if await session.scalar(rated) is None:
        raise InvalidError([Problem("satisfaction", _("This call is not on record yet: try again."))])
    if await is_erased(session, call):  # behind the write, as with notes
        raise ForbiddenError(_("The caller was erased on request: nothing more is noted on this call."))
