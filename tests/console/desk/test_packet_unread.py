"""What could not be read when a call was handed over is in the packet as soon as the call goes on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from console.calls.record import CallRecord
from console.db.engine import Sessions
from console.desk.callers import Callers, Who
from console.desk.packet_reading import read_records
from telephony.lifecycle import Call
from tests.console.desk.learning_stage import with_scripts
from tests.console.desk.run_stage import talks
from tests.fakes.story import Stage, leg_of, stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest_asyncio.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    await with_scripts(sessions)
    async with stage(sessions, database_url) as on:
        yield on


async def is_read(on: Stage) -> bool:
    return bool((await on.desk(2))[leg_of(2)]["packet"]["read"])


async def test_records_that_failed_once_are_read_with_the_answer(
    on: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_of: Any) -> Any:
        raise TimeoutError

    await talks(on)
    monkeypatch.setattr("console.desk.packets.read_records", fails)
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"))
    assert not await is_read(on)
    monkeypatch.setattr("console.desk.packets.read_records", read_records)
    await on.take(on.answered(2))
    assert await is_read(on)


async def test_so_it_is_where_it_was_not_known_who_calls(on: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    identify = Callers.identify

    async def in_vain(self: Callers, record: CallRecord, call: Call) -> Who:
        who = await identify(self, record, call)
        record.identified = None
        return who

    await talks(on)
    monkeypatch.setattr(Callers, "identify", in_vain)
    await on.take(on.transferred(1), on.leg_ended(1), on.offered(2, "second"))
    assert not await is_read(on)
    monkeypatch.setattr(Callers, "identify", identify)
    await on.take(on.answered(2))
    assert await is_read(on)
