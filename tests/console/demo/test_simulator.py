"""What is behind a link `sim:?…`."""

import asyncio
from pathlib import Path

import pytest

from console.db.engine import Sessions
from console.demo.simulator import open_simulator
from console.errors import SettingError
from console.settings import Link
from telephony.events import CallOffered, CallQueued, Event
from telephony.simulator.source import SIMULATED, SimulatorSource
from telephony.source import Capability
from tests.conftest import NOW
from tests.fakes.asterisk_transcripts import FOLDER

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def opened(sessions: Sessions, link: Link) -> SimulatorSource:
    async with sessions() as session:
        return await open_simulator(session, link, lambda: NOW, {"PJSIP/a3"}.__contains__)


async def first(source: SimulatorSource, kind: type[Event]) -> Event:
    source._speed = 1e6  # real time, but for a test
    async with asyncio.timeout(10):
        return await anext(event async for event in source.events() if isinstance(event, kind))


async def test_scenarios_and_what_it_cannot_tell(sessions: Sessions) -> None:
    link = Link(scheme="sim", name="sim", scenario=("direct",), without=frozenset({Capability.HOLD}))
    source = await opened(sessions, link)
    assert source.capabilities == SIMULATED - {Capability.HOLD}
    offer = await first(source, CallOffered)
    assert isinstance(offer, CallOffered)
    assert (offer.queue, offer.dialled, offer.interface) == (None, "901", "PJSIP/901")


async def test_a_transcript_is_played(sessions: Sessions) -> None:
    file = str(FOLDER / "c01_q_answered_caller_hangup.raw")
    source = await opened(sessions, Link(scheme="sim", name="sim", transcript=file))
    offer = await first(source, CallOffered)
    assert isinstance(offer, CallOffered)
    assert offer.interface == "PJSIP/a1"
    assert offer.caller.number == "+421905123456"


async def test_a_transcript_follows_a_call_to_an_agent_in_no_queue(sessions: Sessions) -> None:
    file = str(FOLDER / "blind_transfer_ami.raw")
    source = await opened(sessions, Link(scheme="sim", name="sim", transcript=file))
    source._speed = 1e6
    offers = []
    async with asyncio.timeout(10):
        async for event in source.events():
            if isinstance(event, CallOffered):
                offers.append(event.interface)
            if len(offers) == 2:
                await source.close()
    assert offers[1] == "PJSIP/a3"


async def test_a_random_day_needs_somebody(sessions: Sessions) -> None:
    source = await opened(sessions, Link(scheme="sim", name="sim"))
    source._speed = 1e6
    listening = asyncio.ensure_future(first(source, CallQueued))
    await source.close()
    with pytest.raises(StopAsyncIteration):
        await listening


@pytest.mark.parametrize("content", [None, b"", b"not AMI\r\n", b"Asterisk Call Manager/11.0.0\r\n"])
async def test_a_transcript_that_is_none(sessions: Sessions, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "calls.raw"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingError, match=r"LINESIDE_PBX: the transcript .*calls.raw is no recorded"):
        await opened(sessions, Link(scheme="sim", name="sim", transcript=str(file)))
