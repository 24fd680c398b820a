"""What every process stands on: the database, the bus, and what is read from them once."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from console.clock import now
from console.db import schema
from console.db.engine import Sessions, close_engine, create_engine, create_sessions
from console.desk.case_work import read_overdue
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.handover.rule_book import RuleBook
from console.live.bus import Bus
from console.live.commands import Commands
from console.live.lease import Leases, RedisLeases, SoleLeases
from console.live.memory_bus import MemoryBus
from console.live.redis_bus import RedisBus
from console.queues.directory import Directory
from console.scripts.failures import Failures
from console.scripts.library import Library
from console.scripts.rendering import Renderer
from console.settings import Settings
from console.worklist.keeping import WorkList


@dataclass(frozen=True, slots=True)
class Ground:
    """What everything else stands on."""

    settings: Settings
    sessions: Sessions
    bus: Bus
    knowledge: Knowledge
    directory: Directory
    library: Library
    rule_book: RuleBook
    renderer: Renderer
    failures: Failures
    commands: Commands
    worklist: WorkList
    stack: AsyncExitStack


async def open_ground(settings: Settings, stack: AsyncExitStack, *, listens: bool) -> Ground:
    engine = create_engine(settings.database_url)
    stack.push_async_callback(close_engine, engine)
    await schema.ensure(engine)
    bus = RedisBus(settings.redis_url) if settings.redis_url else MemoryBus()
    stack.push_async_callback(bus.close)
    reader = await stack.enter_async_context(open_fact_reader(settings.database_url))
    sessions = create_sessions(engine)
    failures = Failures(sessions)
    stack.push_async_callback(failures.close)
    renderer = Renderer(settings.locale, settings.time_zone, settings.currency)
    return Ground(
        settings=settings,
        sessions=sessions,
        bus=bus,
        knowledge=Knowledge(reader, settings),
        directory=Directory(),
        library=Library(renderer.warm)
        if listens
        else Library(),  # the first call must not wait for its texts
        rule_book=RuleBook(),
        renderer=renderer,
        failures=failures,
        commands=Commands(bus, now),
        worklist=WorkList(
            sessions, bus, now, settings.time_zone, settings.claim_lasts, others=[read_overdue]
        ),
        stack=stack,
    )


def leases_of(ground: Ground) -> Leases:
    if ground.settings.redis_url is None:
        return SoleLeases()
    leases = RedisLeases(ground.settings.redis_url)
    ground.stack.push_async_callback(leases.close)
    return leases
