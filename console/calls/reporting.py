"""Counts and logs what a resync put right."""

import logging

from console.calls.differences import Difference, Resync
from console.web.metrics import CALLS_AT_START, RESYNC_DIFFERENCES

log = logging.getLogger(__name__)


def report(link: str, resync: Resync) -> None:
    """Count and log what a resync put right."""
    found = resync.differences()
    if resync.first:
        CALLS_AT_START.labels(link).inc(found.pop(Difference.CALL_FOUND, 0))
    for kind, number in found.items():
        RESYNC_DIFFERENCES.labels(link, kind.value).inc(number)
    if found:
        told = ", ".join(f"{number} {kind}" for kind, number in sorted(found.items()))
        log.warning("link %s: a resync put right what was believed: %s", link, told)
