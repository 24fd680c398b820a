"""What supervisors see, from picture to picture."""

import itertools
from collections.abc import AsyncIterator

from console.demo.team import SUPERVISOR
from tests.browser.picture_day import Morning
from tests.browser.picture_floor import SIX, Floor
from tests.browser.picture_story import Picture

MONDAY = "2026-11-23"


def names_of(floor: Floor) -> list[str]:
    """The pictures of a floor."""
    boards = [f"board-{len(floor.queues)}", f"wall-{len(floor.queues)}"]
    return [*boards, "reports-week", "reports-staffing"] if floor is SIX else boards


async def on_the_floor(day: Morning, floor: Floor) -> AsyncIterator[Picture]:
    """Callers wait, agents talk: the boards; then what is said of other days."""
    callers = itertools.cycle(day.numbers.values())
    for queue, agent, ago in floor.talks():
        day.phones.answers(day.phones.rings(next(callers), agent, queue.name, ago), ago - 8)
    for queue, ago in floor.waits():
        day.phones.waits(next(callers), queue.name, ago)
    day.phones.waits(next(callers), floor.queues[0].name, 0)  # which is not late
    yield Picture(f"board-{len(floor.queues)}", SUPERVISOR, "/board", waits_for=".alert")
    yield Picture(f"wall-{len(floor.queues)}", SUPERVISOR, "/board/wall")
    if floor is SIX:
        yield Picture("reports-week", SUPERVISOR, "/reports/week", live=False)
        yield Picture("reports-staffing", SUPERVISOR, f"/reports/staffing?day={MONDAY}", live=False)
