"""What a process has that listens to the phone systems: their sources, the intake, and what runs with it."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from console.boards.counting import Counting
from console.boards.news import BoardNews
from console.calls.earlier import earlier_today
from console.calls.orphans import Orphans
from console.calls.queries import StoredCalls
from console.calls.recorder import Recorder
from console.calls.wrap_ups import WrapUpStore
from console.clock import now
from console.db.revision import ERASURES
from console.demo.simulator import open_simulator
from console.desk.case_watch import CaseWatch
from console.desk.listening import Listening
from console.desk.live import DeskRenderer
from console.desk.onward import Onward
from console.desk.packets import Packets
from console.desk.phones import Phones
from console.desk.picking import Picking
from console.desk.run_entry import Texts
from console.desk.screen_pop import ScreenPop, Story
from console.desk.screens import Screens
from console.desk.state_log import StateLog
from console.desk.waiting import WaitingRoom
from console.desk.wrap_ups import WrapUps
from console.ground import Ground, leases_of
from console.intake import Intake
from console.settings import Link
from telephony.asterisk.client import AsteriskSource
from telephony.events import LinkName
from telephony.source import Source


def open_intake(
    ground: Ground,
    texts: Texts,
    desk: DeskRenderer,
    sources: Sequence[Source],
    seen: dict[str, int],
) -> tuple[Intake, Screens, list[Coroutine[Any, Any, None]]]:
    """The intake, the screens that it fills, and what runs with it."""
    stored, leases = StoredCalls(ground.sessions), leases_of(ground)
    recorder = Recorder(ground.sessions, ground.worklist)
    # Somebody on pops of an earlier process may have been erased since it ended: look again.
    screens = Screens(ground.bus, adopted=lambda: seen.pop(ERASURES, None))
    counting = Counting(ground.bus, ground.sessions, ground.directory, ground.settings.time_zone, now)
    waiting = WaitingRoom(ground.bus, earlier_today(ground.sessions, ground.settings.time_zone))
    for source in sources:
        ground.stack.push_async_callback(source.close)
    phones = Phones(ground.commands, ground.directory)
    wrap_ups = WrapUps(
        store=WrapUpStore(ground.sessions),
        presences=screens.presences,
        directory=ground.directory,
        phones=phones,
        bus=ground.bus,
        clock=now,
    )
    story = Story(
        knowledge=ground.knowledge,
        picking=Picking(ground.library, texts.renderer, ground.settings.time_zone, ground.failures),
        directory=ground.directory,
        screens=screens,
        waiting=waiting,
        wrap_ups=wrap_ups,
        onward=Onward(ground.sessions, texts, screens, now),
        packets=Packets(ground.sessions, ground.directory, screens, now),
        recorder=recorder,
        clock=now,
        foresee=desk.foresee if ground.settings.redis_url is None else None,  # else others draw
        can=_capabilities(sources),
    )
    intake = Intake(
        sources=sources,
        screen_pop=ScreenPop(story),
        screens=screens,
        wrap_ups=wrap_ups,
        listening=Listening(ground.bus, screens, ground.directory, shown=ground.settings.listening_shown),
        boards=BoardNews(waiting, counting),
        recorder=recorder,
        directory=ground.directory,
        bus=ground.bus,
        leases=leases,
        stored=stored,
        clock=now,
    )
    states = StateLog(
        ground.sessions,
        ground.bus,
        directory=ground.directory,
        leases=leases,
        clock=now if ground.settings.redis_url is None else None,
    )
    ground.stack.push_async_callback(states.close)
    ground.stack.push_async_callback(recorder.close)
    ground.stack.push_async_callback(intake.close)  # first: what it still tells is to be recorded, too
    orphans = Orphans([source.name for source in sources], stored, leases, intake.give_up)
    cases = CaseWatch(
        ground.sessions,
        ground.bus,
        directory=ground.directory,
        leases=leases,
        zone=ground.settings.time_zone,
        clock=now,
    )
    return intake, screens, [recorder.run(), intake.run(), orphans.run(), cases.run(), states.run()]


def _capabilities(sources: Sequence[Source]) -> Callable[[LinkName], list[str]]:
    """What the phone system of each of our links can tell and do; of others' nothing is known."""
    by_link = {source.name: source for source in sources}
    return lambda link: sorted(by_link[link].capabilities) if link in by_link else []


async def open_source(link: Link, ground: Ground) -> Source:
    name = LinkName(link.name)
    if link.scheme == "sim":
        async with ground.sessions() as session:
            return await open_simulator(session, link, now, ground.directory.is_agent)
    return AsteriskSource(
        name=name,
        host=link.host,
        port=link.port,
        user=link.user,
        secret=link.secret,
        tls=link.scheme == "amis",
        clock=now,
        is_agent=ground.directory.is_agent,
        context=link.context,
    )
