"""News of what was promised: whoever shows it of a caller reads it anew."""

import logging

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.live.bus import Bus
from console.promises.models import Callback
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

CHANNEL = "promises"
"""The bus channel of this news: to which `customer` (an id, or null) and `number` something is owed, or not
any more, or at another time."""


async def announce(bus: Bus, session: AsyncSession, callback: int) -> None:
    """Say that a call-back was settled or moved; after that is stored."""
    row = (
        await session.execute(select(Callback.customer_id, Callback.number).where(Callback.id == callback))
    ).one_or_none()
    if row is None:  # its customer was erased meanwhile
        return
    try:
        await bus.send(CHANNEL, {"customer": row.customer_id, "number": row.number})
    except OSError as error:  # it is stored: pops say it with the next thing that is read of their caller
        FAILURES.labels("bus").inc()
        log.warning("could not say that call-back %d was changed: %s", callback, error)
