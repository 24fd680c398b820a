"""Whoever is merged while they call stays on the desk, and their call is that of the one that was kept."""

from console.calls.models import Call
from console.customers.models import Customer
from console.db.engine import Sessions
from tests.conftest import NOW
from tests.console.profile.two_records import put_together
from tests.fakes.story import JOZEF, leg_of, people, stage


async def test_a_call_goes_on_and_is_on_record_with_the_one_that_was_kept(
    sessions: Sessions, database_url: str
) -> None:
    await people(sessions)
    async with sessions.begin() as session:
        session.add(Customer(id=9, ref="KEPT", name="Kept", created_at=NOW, updated_at=NOW))
    async with stage(sessions, database_url) as on:
        await on.take(on.up(), on.queued(), on.offered(1))
        await on.recorder.flushed()
        await put_together(sessions, NOW, "KEPT", "C-1")
        await on.take(on.answered(1), on.ended())
        await on.recorder.flushed()
        pop = (await on.desk(1))[leg_of(1)]
        async with sessions() as session:
            call = await session.get(Call, on.call)
            assert call is not None
            kept = await session.get(Customer, call.customer_id)
        chosen = (await on.reader.read_customer(pop["customer"]["ref"], NOW)).customer
    assert kept is not None
    assert (call.state, kept.ref, call.number) == ("ended", "KEPT", JOZEF)
    assert pop["state"] == "ended"
    assert chosen is not None
    assert chosen.ref == "KEPT"
