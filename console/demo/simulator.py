"""The simulated phone system of a link: what its options ask for, with the people of the database."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from console.clock import Clock
from console.demo.queries import build_population
from console.errors import SettingError
from console.settings import PREFIX, Link
from telephony.asterisk.errors import NotAmiError
from telephony.asterisk.replay import Extent, replay
from telephony.asterisk.translate import Translator
from telephony.events import Event, LinkName
from telephony.simulator import scenarios
from telephony.simulator.day import Day
from telephony.simulator.exchange import Happened
from telephony.simulator.recording import play_again
from telephony.simulator.source import Programme, SimulatorSource

IsAgent = Callable[[str], bool]
"""Whether an interface is an agent's: a recording's transfers and direct calls are understood by it."""


async def open_simulator(
    session: AsyncSession, link: Link, clock: Clock, is_agent: IsAgent
) -> SimulatorSource:
    """The source behind a link `sim:?…`.

    Raises:
        SettingError: its transcript cannot be read.
    """
    programme, queues = await _programme(session, link, clock, is_agent)
    return SimulatorSource(
        LinkName(link.name),
        programme,
        seed=link.seed,
        clock=clock,
        faults=link.faults,
        without=link.without,
        queues=queues,
    )


async def _programme(
    session: AsyncSession, link: Link, clock: Clock, is_agent: IsAgent
) -> tuple[Programme, Mapping[str, tuple[str, ...]]]:
    """What happens, and whom each queue rings."""
    name = LinkName(link.name)
    if link.transcript:
        recorded = _recorded(link, clock, is_agent)
        return lambda _seed, start: play_again(name, recorded, start=start, speed=link.speed), {}
    population = await build_population(session, link.seed, clock())

    def scenario(seed: int, start: datetime) -> Iterable[Happened]:
        return scenarios.play(name, population, names=link.scenario, seed=seed, start=start)

    def day(seed: int, start: datetime) -> Iterable[Happened]:
        return Day(name, population, seed=seed, rate=link.rate, start=start)

    queues = {queue.name: queue.interfaces for queue in population.queues}
    return scenario if link.scenario else day, queues


def _recorded(link: Link, clock: Clock, is_agent: IsAgent) -> list[Event]:
    """What the link's transcript tells."""
    extent = Extent()
    try:
        data = Path(link.transcript).read_bytes()
        events = list(replay([data], Translator(LinkName(link.name), is_agent), clock(), extent))
    except (OSError, NotAmiError) as error:
        why = (error.strerror if isinstance(error, OSError) else str(error)) or "it cannot be read"
        raise _no_transcript(link, why.rstrip(".")) from error
    if not extent.events:
        raise _no_transcript(link, "it holds no AMI event")
    return events


def _no_transcript(link: Link, why: str) -> SettingError:
    return SettingError(f"{PREFIX}PBX", f"the transcript {link.transcript} is no recorded AMI stream: {why}.")
