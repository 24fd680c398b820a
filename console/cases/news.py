"""News of cases: whoever shows the customer reads anew what stands by now."""

import logging

from console.live.bus import Bus
from console.web.metrics import FAILURES

log = logging.getLogger(__name__)

CHANNEL = "cases"
"""The bus channel of this news: of which `customer` (a key) a case has changed."""


async def announce(bus: Bus, customer: str) -> None:
    """Say that something was stored of a customer's cases."""
    try:
        await bus.send(CHANNEL, {"customer": customer})
    except OSError as error:  # it is stored: pops that are drawn anew later say it
        FAILURES.labels("bus").inc()
        log.warning("could not say that a case of %s has changed: %s", customer, error)
