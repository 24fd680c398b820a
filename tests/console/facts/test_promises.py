"""What is owed to a caller and was offered to them comes with all the rest, in the one statement."""

from datetime import datetime, timedelta

from console.facts.reader import FactReader
from console.facts.statement import CALLBACKS_SHOWN, OFFERS_SHOWN
from console.identity.models import Role, User
from tests.console.facts.records import NUMBER, Records, known
from tests.console.promises.made import callback, offer


async def test_what_is_open_comes_first_due_first(
    reader: FactReader, records: Records, now: datetime
) -> None:
    ana = {"email": "ana@shop.example", "name": "Ana", "role": Role.AGENT, "password_hash": ""}
    await records.add(User(id=1, created_at=now, **ana))
    customer, other = await records.customer("C1", NUMBER), await records.customer("C2")
    settled = {"state": "done", "settled_at": now, "settled_by": "x"}
    await records.add(
        callback(customer.id, now + timedelta(hours=1), note="to them"),
        callback(None, records.ago(hours=1), note="to the number", author="gone@shop.example"),
        callback(customer.id, now, note="settled", **settled),
        callback(other.id, now, note="to another"),
        callback(None, now, note="to another number", number="+421905999999"),
    )
    before = reader.statements
    found = await known(reader, now)
    assert reader.statements == before + 1
    assert [(each.note, each.by, each.overdue) for each in found.callbacks] == [
        ("to the number", "gone@shop.example", True),
        ("to them", "Ana", False),
    ]


async def test_a_number_that_nobody_has_is_owed_what_was_promised_to_it(
    reader: FactReader, records: Records, now: datetime
) -> None:
    await records.add(callback(None, now), callback(None, now, number="+421905999999"))
    found = await known(reader, now)
    assert (found.customer, len(found.callbacks), found.offers) == (None, 1, ())


async def test_what_was_offered_lately_comes_latest_first(
    reader: FactReader, records: Records, now: datetime
) -> None:
    customer = await records.customer("C1", NUMBER)
    await records.add(
        offer(customer.id, records.ago(days=1), what="card", answer="later"),
        offer(customer.id, records.ago(days=9), what="bouquet", answer="accepted"),
        offer(customer.id, records.ago(days=91), what="long ago"),
        offer(None, now, what="to nobody"),
    )
    found = await known(reader, now)
    assert [(each.what, each.answer) for each in found.offers] == [("card", "later"), ("bouquet", "accepted")]
    assert found.offers[0].at == records.ago(days=1)


async def test_only_so_many_are_told(reader: FactReader, records: Records, now: datetime) -> None:
    customer = await records.customer("C1", NUMBER)
    for _ in range(9):
        await records.add(callback(customer.id, now), callback(None, now), offer(customer.id, now))
    found = await known(reader, now)
    assert (len(found.callbacks), len(found.offers)) == (CALLBACKS_SHOWN, OFFERS_SHOWN)


async def test_a_customer_who_was_named_has_them_too(
    reader: FactReader, records: Records, now: datetime
) -> None:
    customer = await records.customer("C1")
    await records.add(callback(customer.id, now), callback(None, now), offer(customer.id, now))
    rows = await reader.read_customer("C1", now)
    assert (len(rows.callbacks), len(rows.offers)) == (1, 1)
