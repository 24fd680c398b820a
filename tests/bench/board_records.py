"""The database of the bench of boards: agents in many queues, and many who lead, logged in."""

from itertools import chain
from pathlib import Path

from sqlalchemy import delete, insert, update

from console.db.engine import create_engine
from console.identity.models import User, UserInterface, UserQueue
from console.queues.models import Queue
from tests.bench.records import DESKS, QUEUE, copy_records, database_url, queue_of

QUEUES_EACH = 4
"""Queues in which one agent works."""

WRAP_UP_S = 5
"""So that of 500 agents always some are available: a call comes to each every 25 seconds."""


async def copy_board_records(target: Path, customers: int, agents: int, queues: int) -> None:
    """Put a database at `target`: of its users the first `agents` take calls, the others look on."""
    await copy_records(target, customers)
    engine = create_engine(database_url(target))
    async with engine.begin() as connection:
        more = [queue_of(number) for number in range(queues) if queue_of(number) != QUEUE]
        await connection.execute(
            insert(Queue), [{"name": name, "title": f"Queue {name}", "line": 1} for name in more]
        )
        await connection.execute(update(Queue).values(wrap_up_s=WRAP_UP_S))
        await connection.execute(delete(UserQueue))
        await connection.execute(
            insert(UserQueue), [*chain(*(_queues(user, queues) for user in range(1, agents + 1)))]
        )
        others = User.id > agents
        await connection.execute(update(User).where(others).values(role="supervisor", extension=None))
        await connection.execute(delete(UserInterface).where(UserInterface.user_id > agents))
    await engine.dispose()


def _queues(user: int, queues: int) -> list[dict[str, object]]:
    numbers = {(user + each * 13) % queues for each in range(QUEUES_EACH)}
    return [{"user_id": user, "queue": queue_of(number)} for number in numbers]


def leaders(agents: int) -> range:
    """The users who look on."""
    return range(agents + 1, DESKS + 1)
