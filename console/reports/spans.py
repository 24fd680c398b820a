"""Counts visits under spans of time, however they lie: half-hours, days, or parts of them."""

from bisect import bisect_right
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from console.figures.intervals import Span
from console.figures.tally import Tally
from console.queues.service_levels import AllLimits
from console.reports.choice import By, Only
from console.reports.reading import read_visits


async def tallies_of(
    session: AsyncSession, spans: Sequence[Span], only: Only, limits: AllLimits
) -> list[Tally]:
    """What was counted in each of the spans, which are in order and do not overlap; one statement for all."""
    tallies = [Tally() for _ in spans]
    if not spans:
        return tallies
    begins = [span.begin for span in spans]
    async for _what, visit in read_visits(session, Span(begins[0], spans[-1].end), By.QUEUE, only):
        index = bisect_right(begins, visit.queued_at) - 1
        if visit.queued_at in spans[index]:
            tallies[index].put(visit, limits.of(visit.queue))
    return tallies
