"""Reads a report: each statement is streamed, some rows at a time, into the counts of its rows; outside of
the database nothing is kept but those."""

import asyncio
from bisect import bisect_right
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncSession

from console.figures.agents import AgentState, Stretch, agent_times
from console.figures.contacts import Contact, resolutions
from console.figures.intervals import DAY, Span, spans
from console.figures.promises import CallBack, kept
from console.figures.shares import Share
from console.figures.visits import NOTHING, Part, Visit
from console.promises.models import CallbackState, OfferAnswer
from console.queues.service_levels import AllLimits, read_limits
from console.reports import sources
from console.reports.choice import By, Choice, Only
from console.reports.columns import columns_of
from console.reports.counts import CAME_LATE, SETTLED, Counts
from telephony.events import LegResult, VisitEnd

READ_AT_ONCE = 500
"""So many rows are fetched from the database at once."""

AT_ONCE = 100
"""So many are counted before others have their turn: about two milliseconds."""

MILLISECOND = timedelta(milliseconds=1)
RESULTS = {each.value: each for each in LegResult}
ENDS = {each.value: each for each in VisitEnd}

Key = Hashable
"""What a row is of: the beginning of an interval, or the name, line or id of something; None: of nothing."""

KeyOf = Callable[[Any, datetime], Key]


@dataclass(slots=True)
class Report:
    """The counts of each row."""

    rows: defaultdict[Key, Counts] = field(default_factory=lambda: defaultdict(Counts))

    @property
    def total(self) -> Counts:
        """Of all rows together."""
        return sum(self.rows.values(), Counts())


async def read_report(session: AsyncSession, choice: Choice, at: datetime, zone: tzinfo) -> Report:
    """What is counted for the figures that were chosen, at the moment `at`."""
    report, limits = Report(), await read_limits(session)
    counting = _Counting(session, choice, at, key_by(choice, zone), report.rows)
    if choice.by is By.AGENT:
        await counting.parts()
        await counting.states()
    else:
        await counting.visits(limits)
    shown = {column.key for column in columns_of(choice.by, choice.show)}
    for figures, read in counting.needed():
        if shown & figures:
            await read()
    return report


def key_by(choice: Choice, zone: tzinfo) -> KeyOf:
    """Under which row something is counted: the local interval of its moment, or what it is of."""
    if choice.by.grain is None:
        return lambda what, _at: what
    begins = [span.begin for span in spans(choice.period, choice.by.grain, zone)]
    return lambda _what, at: begins[max(bisect_right(begins, at) - 1, 0)]


async def chunks(
    session: AsyncSession, statement: Select[*tuple[Any, ...]]
) -> AsyncIterator[Sequence[Row[Any]]]:
    """The rows, some at a time; between them others have their turn."""
    found = await session.stream(statement, execution_options={"yield_per": READ_AT_ONCE})
    async for rows in found.partitions(READ_AT_ONCE):
        for first in range(0, len(rows), AT_ONCE):
            yield rows[first : first + AT_ONCE]
            await asyncio.sleep(0)


async def read_visits(
    session: AsyncSession, period: Span, by: By, only: Only
) -> AsyncIterator[tuple[Any, Visit]]:
    """Each wait that began in the period, with what it is counted under."""
    async for rows in chunks(session, sources.visits(period, by, only)):
        for row in rows:
            yield row.what, visit_of(row)


def visit_of(row: Row[Any]) -> Visit:
    """A row of `sources.visits` as it is counted."""
    return Visit(
        call=row.call_id,
        number=row.number,
        queue=row.queue,
        queued_at=row.at,
        left_at=row.left_at,
        end=None if row.end is None else ENDS[row.end],
        part=None if row.offered_at is None else part_of(row, ""),
    )


def part_of(row: Row[Any], agent: str) -> Part:
    """The agent's part in a row."""
    began, ended = row.wrap_up_began_at, row.wrap_up_ended_at
    return Part(
        agent=agent,
        offered_at=row.offered_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
        result=None if row.result is None else RESULTS[row.result],
        held_s=row.held_s or 0.0,
        wrap_up_s=0.0 if ended is None else (ended - began).total_seconds(),
    )


@dataclass(frozen=True, slots=True)
class _Counting:
    session: AsyncSession
    choice: Choice
    at: datetime
    key: KeyOf
    rows: defaultdict[Key, Counts]

    def _chunks(self, source: Callable[..., Select[*tuple[Any, ...]]]) -> AsyncIterator[Sequence[Row[Any]]]:
        return chunks(self.session, source(self.choice.period, self.choice.by, self.choice.only))

    def needed(self) -> list[tuple[set[str], Callable[[], Awaitable[None]]]]:
        """What is read only for some figures."""
        return [
            ({"closed", "time_to_close", "median_to_close"}, self.cases),
            ({"first_contact", "too_early", "satisfaction", "rated"}, self.calls),
            ({"without_packet", "pop_p50", "pop_p99"}, self.pops),
            ({"offers_taken"}, self.offers),
            ({"callbacks_kept"}, self.callbacks),
        ]

    async def visits(self, limits: AllLimits) -> None:
        async for rows in self._chunks(sources.visits):
            for row in rows:
                tally = self.rows[self.key(row.what, row.at)].tally
                tally.put(visit_of(row), limits.of(row.queue))

    async def parts(self) -> None:
        async for rows in chunks(self.session, sources.parts(self.choice.period, self.choice.only)):
            for row in rows:
                self.rows[row.what].tally.handling.put(part_of(row, str(row.what)))

    async def states(self) -> None:
        """One agent after the other: nothing is kept of who is done."""
        stretches: list[Stretch] = []
        async for rows in chunks(self.session, sources.states(self.choice.period, self.choice.only)):
            for agent, theirs in groupby(rows, key=lambda row: str(row.user_id)):
                if stretches and stretches[0].agent != agent:
                    self._put_states(stretches)
                    stretches = []
                stretches += [stretch_of(row) for row in theirs]
        self._put_states(stretches)

    def _put_states(self, stretches: Sequence[Stretch]) -> None:
        for agent, time in agent_times(stretches, self.choice.period, self.at).items():
            if time.staffed or int(agent) in self.rows:
                self.rows[int(agent)].agents += time

    async def calls(self) -> None:
        """Ratings, and whether customers had to call again."""
        async for rows in self._chunks(sources.rated):
            for row in rows:
                counts = self.rows[self.key(row.what, row.at)]
                if row.satisfaction is not None:
                    counts.ratings[row.satisfaction] += 1
                if row.customer_id is None:
                    self._put_contacts([Contact(None, row.at, self.key(row.what, row.at))])
        await self._contacts()

    async def _contacts(self) -> None:
        within = self.choice.first_contact_days * DAY
        statement = sources.contacts(self.choice.period, self.choice.by, self.choice.only, within)
        theirs: list[Contact] = []
        async for rows in chunks(self.session, statement):
            for row in rows:
                customer = str(row.customer_id)
                if theirs and theirs[0].customer != customer:
                    self._put_contacts(theirs)
                    theirs = []
                key = self.key(row.what, row.at) if row.counts else _NOT_ASKED_FOR
                theirs.append(Contact(customer, row.at, key))
        self._put_contacts(theirs)

    def _put_contacts(self, contacts: Sequence[Contact]) -> None:
        within = self.choice.first_contact_days * DAY
        for key, found in resolutions(contacts, self.choice.period, within, self.at).items():
            if key is not _NOT_ASKED_FOR:
                self.rows[key].contacts += found

    async def pops(self) -> None:
        async for rows in self._chunks(sources.pops):
            for row in rows:
                counts = self.rows[self.key(row.what, row.at)]
                if row.shown_at is not None:
                    counts.shown_ms[max(row.shown_at - row.at, NOTHING) // MILLISECOND] += 1
                if row.packet in SETTLED:
                    counts.without_packet += Share(int(row.packet in CAME_LATE), 1)

    async def offers(self) -> None:
        async for rows in self._chunks(sources.offers):
            for row in rows:
                taken = Share(int(row.answer == OfferAnswer.ACCEPTED.value), 1)
                self.rows[self.key(row.what, row.at)].offers += taken

    async def callbacks(self) -> None:
        async for rows in self._chunks(sources.callbacks):
            for row in rows:
                promise = _callback_of(row)
                counts = self.rows[self.key(row.what, row.at)]
                counts.callbacks += kept([promise], self.choice.period, self.at)

    async def cases(self) -> None:
        async for rows in self._chunks(sources.closed_cases):
            for row in rows:
                self.rows[self.key(row.what, row.at)].cases.put(max(row.at - row.opened_at, NOTHING))


_NOT_ASKED_FOR = object()
"""Under which contacts are counted that tell of others only whether they were the last."""


def stretch_of(row: Row[Any]) -> Stretch:
    """A row of `sources.states` as it is counted."""
    state = AgentState(row.state)
    return Stretch(str(row.user_id), state, row.began_at, row.ended_at, row.reason or None)


def _callback_of(row: Row[Any]) -> CallBack:
    return CallBack(
        row.at,
        row.settled_at if row.state == CallbackState.DONE.value else None,
        withdrawn=row.state == CallbackState.WITHDRAWN.value,
    )
