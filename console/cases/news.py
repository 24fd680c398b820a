"""News of cases: whoever shows the customer reads anew what stands by now."""

import logging
from collections.abc import Collection

from console.live.bus import Bus
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

CHANNEL = "cases"
"""The bus channel of this news: of which `customers` (keys; null: nobody knows whose) cases have changed."""


async def announce(bus: Bus, *customers: str) -> None:
    """Say that something was stored of these customers' cases."""
    if customers:
        await _send(bus, customers)


async def announce_any(bus: Bus) -> None:
    """Say that something was stored of somebody's cases."""
    await _send(bus, None)


async def _send(bus: Bus, customers: Collection[str] | None) -> None:
    try:
        await bus.send(CHANNEL, {"customers": None if customers is None else [*customers]})
    except OSError as error:  # it is stored: pops that are drawn anew later say it
        FAILURES.labels("bus").inc()
        log.warning("could not say that a case has changed: %s", error)
