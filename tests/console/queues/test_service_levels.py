"""How the service level of each queue is computed is on record, for queues that are set up and others."""

from sqlalchemy import update

from console.db.engine import Sessions
from console.db.revision import revisions
from console.db.writing import write
from console.figures.switches import Switches
from console.figures.tally import Limits
from console.queues.actions import QUEUES
from console.queues.models import Queue, QueueServiceLevel
from console.queues.service_levels import AllLimits, read_limits, save_limits
from tests.fakes.story import people

STRICT = Limits(30, 0, Switches("offered", short=False, timed_out=True, moved=True))


async def limits(sessions: Sessions) -> AllLimits:
    async with sessions() as session:
        return await read_limits(session)


async def save(sessions: Sessions, queue: str, wanted: Limits) -> None:
    await write(sessions, lambda session: save_limits(session, queue, wanted))


async def test_a_queue_of_which_nobody_said_anything_has_the_usual(sessions: Sessions) -> None:
    await people(sessions)
    assert (await limits(sessions)).of("nobody") == Limits()
    assert (await limits(sessions)).of("support") == Limits()


async def test_what_is_set_is_read_and_others_notice(sessions: Sessions) -> None:
    await people(sessions)
    for queue in ("support", "unknown"):
        await save(sessions, queue, STRICT)
        await save(sessions, queue, STRICT)
    assert {(await limits(sessions)).of(queue) for queue in ("support", "unknown")} == {STRICT}
    async with sessions() as session:
        assert (await revisions(session))[QUEUES] >= 4
        row = await session.get(Queue, "support")
        assert row is not None
        assert (row.answer_within_s, row.title) == (30, "Customer support")


async def test_a_queue_is_not_set_up_for_what_is_as_usual(sessions: Sessions) -> None:
    await save(sessions, "unknown", Limits(short_s=3))
    async with sessions() as session:
        assert await session.get(Queue, "unknown") is None
    assert (await limits(sessions)).of("unknown") == Limits(short_s=3)


async def test_a_formula_that_is_no_more_is_the_usual_one(sessions: Sessions) -> None:
    await save(sessions, "support", STRICT)
    async with sessions.begin() as session:
        await session.execute(update(QueueServiceLevel).values(formula="of yesteryear"))
    switches = STRICT.switches._replace(formula=Switches().formula)
    assert (await limits(sessions)).of("support") == Limits(30, 0, switches)
