"""How the service level of each queue is computed: one place, for the live board and for reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from console.db.revision import bump
from console.figures.formulas import FORMULAS
from console.figures.switches import USUAL, Switches
from console.figures.tally import Limits
from console.queues.actions import QUEUES, QueueChange, set_queue
from console.queues.models import ANSWER_WITHIN_S, Queue, QueueServiceLevel

USUAL_LIMITS = Limits(within_s=ANSWER_WITHIN_S)
SETTABLE = ("short", "timed_out", "moved")
"""The switches of a queue. That for call-backs is not among them: no visit of a queue is one."""


@dataclass(frozen=True, slots=True)
class AllLimits:
    """The limits of all queues, by name."""

    by_queue: Mapping[str, Limits] = field(default_factory=dict)

    def of(self, queue: str) -> Limits:
        """Those of one queue; the usual ones where nobody set any."""
        return self.by_queue.get(queue, USUAL_LIMITS)


async def read_limits(session: AsyncSession) -> AllLimits:
    """What each queue promises, and how its service level is computed."""
    found = await session.execute(select(Queue.name, Queue.answer_within_s))
    within: dict[str, int] = {row.name: row.answer_within_s for row in found}
    rows = {row.queue: row for row in await session.scalars(select(QueueServiceLevel))}
    names = within.keys() | rows.keys()
    return AllLimits({name: _limits(within.get(name, ANSWER_WITHIN_S), rows.get(name)) for name in names})


async def save_limits(session: AsyncSession, queue: str, limits: Limits) -> None:
    """Set how the service level of a queue is computed; running processes notice."""
    if limits.within_s != (await read_limits(session)).of(queue).within_s:
        await set_queue(session, queue, QueueChange(answer_within_s=limits.within_s))
    row = await session.get(QueueServiceLevel, queue, with_for_update=True)
    if row is None:
        row = QueueServiceLevel(queue=queue)
        session.add(row)
    row.short_s, row.formula = limits.short_s, limits.switches.formula
    for name in SETTABLE:
        setattr(row, name, getattr(limits.switches, name))
    await bump(session, QUEUES)


def _limits(within_s: int, row: QueueServiceLevel | None) -> Limits:
    if row is None:
        return Limits(within_s=within_s)
    formula = row.formula if row.formula in FORMULAS else USUAL
    switches = Switches(formula, **{name: getattr(row, name) for name in SETTABLE})
    return Limits(within_s, row.short_s, switches)
