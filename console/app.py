"""The composition root: the only place that knows how everything is put together."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.applications import Starlette

from console.boards.counting import Counting
from console.boards.news import BoardNews
from console.boards.opening import Boards, open_boards
from console.calls.earlier import earlier_today
from console.calls.orphans import Orphans
from console.calls.queries import StoredCalls
from console.calls.recorder import Recorder
from console.calls.wrap_ups import WrapUpStore
from console.clock import now
from console.db import schema
from console.db.engine import Sessions, close_engine, create_engine, create_sessions
from console.db.revision import ERASURES, Refresh, follow, refresh_moved
from console.demo.simulator import open_simulator
from console.desk.calling import Calling
from console.desk.case_watch import CaseWatch
from console.desk.case_work import read_overdue
from console.desk.erased import forget_erased
from console.desk.floor import Floor
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.news import PopNews
from console.desk.onward import Onward
from console.desk.packets import Packets
from console.desk.phones import Phones
from console.desk.picking import Picking
from console.desk.presence import say_unreachable
from console.desk.run_entry import Texts
from console.desk.running import Running
from console.desk.screen_pop import ScreenPop, Story
from console.desk.screens import Screens, desk_topic
from console.desk.state_log import StateLog
from console.desk.targets import Targets
from console.desk.waiting import WaitingRoom
from console.desk.work_live import WorkRenderer
from console.desk.wrap_ups import WrapUps
from console.facts.knowledge import Knowledge
from console.facts.plans import number_plans
from console.facts.reader import open_fact_reader
from console.handover.rule_book import RuleBook
from console.handover.rule_sets import REVISION as RULES
from console.identity.middleware import floor as ground_rules
from console.identity.passwords import Passwords
from console.intake import Intake
from console.live.background import together
from console.live.bus import Bus
from console.live.commands import Commands
from console.live.hub import Hub
from console.live.hub import Renderer as Drawer
from console.live.lease import Leases, RedisLeases, SoleLeases
from console.live.link_watch import LinkWatch, Unreachable
from console.live.memory_bus import MemoryBus
from console.live.redis_bus import RedisBus
from console.live.session_watch import SessionWatch
from console.live.stillness import Stillness
from console.profile.search import find
from console.queues.directory import Directory
from console.refreshing import then_check, then_compare, then_employ, then_say_presence, then_tell
from console.routes import build_operations, build_routes
from console.scripts.failures import Failures
from console.scripts.library import Library
from console.scripts.rendering import Renderer
from console.scripts.versions import Versions
from console.settings import Link, Settings
from console.studio.shelf import Shelf
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
from console.web.static import StaticLibrary
from console.web.templates import Templates
from console.worklist.keeping import WorkList
from telephony.asterisk.client import AsteriskSource
from telephony.events import LinkName
from telephony.source import Source


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of. `background` runs as long as the process."""

    settings: Settings
    sessions: Sessions
    bus: Bus
    hub: Hub
    templates: Templates
    knowledge: Knowledge
    library: Library
    directory: Directory
    running: Running
    commands: Commands
    worklist: WorkList
    rule_book: RuleBook
    calling: Calling
    boards: Boards
    background: Sequence[Coroutine[Any, Any, None]]

    async def work(self) -> None:
        """Run what must run beside the web server, until cancelled."""
        await together(self.background)


@dataclass(frozen=True, slots=True)
class _Ground:
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


@asynccontextmanager
async def open_parts(settings: Settings, *, listens: bool) -> AsyncIterator[Parts]:
    """Put a process together and take it apart again; `listens` when it talks to the phone systems.

    Raises:
        LinesideError: the database is of another version, or a transcript cannot be played.
    """
    async with AsyncExitStack() as stack:
        ground = await _open_ground(settings, stack, listens=listens)
        sources = [await _source(each, ground) for each in settings.links] if listens else []
        refreshers: dict[str, Refresh] = {
            "users": ground.directory.refresh,
            "queues": ground.directory.refresh,
            RULES: ground.rule_book.refresh,
            "scripts": then_tell(ground.library, ground.failures) if listens else ground.library.refresh,
        }
        seen: dict[str, int] = {}
        await refresh_moved(ground.sessions, refreshers, seen)
        background = [
            follow(ground.sessions, refreshers, seen=seen),
            ground.failures.run(),
            ground.worklist.run(),
        ]
        templates = Templates(locale=settings.locale, zone=settings.time_zone, static=StaticLibrary())
        templates.warm()
        news = PopNews(ground.bus, now)
        desk = DeskRenderer(templates, settings.time_zone, news.delivered)
        texts = _open_texts(ground)
        if listens:
            intake, screens, work = _open_intake(ground, texts, desk, sources, seen)
            refreshers["users"] = then_say_presence(ground.directory, intake)
            refreshers[ERASURES] = then_compare(forget_erased(screens), ground.worklist)
            background += work
        links = LinksRenderer(templates, settings.time_zone)
        work_lists = WorkRenderer(templates, settings.time_zone)
        drawers: dict[str, Drawer] = {"desk": desk, "links": links, "work": work_lists}
        hub = await stack.enter_async_context(_open_hub(ground.bus, drawers, news))
        watch = SessionWatch(hub, ground.sessions, ground.bus, now)
        refreshers["users"] = then_check(refreshers["users"], watch)
        background += [news.run(), watch.run(), Stillness(lambda: hub.number).run()]
        if not listens:
            background.append(LinkWatch(ground.bus, now, _then_nobody_is_reached(ground)).run())
        boards = await stack.enter_async_context(
            open_boards(ground.bus, ground.directory, templates, settings.time_zone, now)
        )
        board_watch = SessionWatch(boards.hub, ground.sessions, ground.bus, now)
        refreshers["users"] = then_employ(then_check(refreshers["users"], board_watch), boards.feed)
        refreshers["queues"] = then_employ(refreshers["queues"], boards.feed)
        background += [boards.feed.run(), board_watch.run()]
        floor = Floor(ground.bus, ground.directory)
        background.append(floor.run())
        targets = Targets(ground.directory, floor.presence)
        plans = number_plans(settings)
        calling = Calling(ground.bus, ground.commands, ground.directory, targets, plans)
        for coroutine in background:
            stack.callback(coroutine.close)
        yield Parts(
            settings=settings,
            sessions=ground.sessions,
            bus=ground.bus,
            hub=hub,
            templates=templates,
            knowledge=ground.knowledge,
            library=ground.library,
            directory=ground.directory,
            running=Running(ground.sessions, ground.bus, ground.knowledge, ground.library, texts),
            commands=ground.commands,
            worklist=ground.worklist,
            rule_book=ground.rule_book,
            calling=calling,
            boards=boards,
            background=background,
        )


async def _open_ground(settings: Settings, stack: AsyncExitStack, *, listens: bool) -> _Ground:
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
    return _Ground(
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


def _open_hub(bus: Bus, renderers: Mapping[str, Drawer], news: PopNews) -> AbstractAsyncContextManager[Hub]:
    return _running(Hub(bus, renderers, {"shown": news.shown}))


@asynccontextmanager
async def _running(hub: Hub) -> AsyncIterator[Hub]:
    """The hub, following the bus."""
    async with hub.running():
        yield hub


def _then_nobody_is_reached(ground: _Ground) -> Unreachable:
    async def say() -> None:
        agents = [agent.user_id for agent in ground.directory.agents()]
        await say_unreachable(ground.bus, agents, desk_topic, now().isoformat())

    return say


def create_app(parts: Parts) -> Starlette:
    """The web application over open parts."""
    settings = parts.settings
    pages = ErrorPages(parts.templates)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {"hub": parts.hub, "boards": parts.boards.hub}

    app = Starlette(
        routes=build_routes(parts.templates.static),
        middleware=ground_rules(
            pages, parts.sessions, locale=settings.locale, public_url=settings.public_url, clock=now
        ),
        exception_handlers=pages.handlers,
        lifespan=lifespan,
        max_body_size=MAX_BODY_BYTES,
    )
    state = {
        "sessions": parts.sessions,
        "bus": parts.bus,
        "clock": now,
        "templates": parts.templates,
        "settings": settings,
        "public_url": settings.public_url,
        "passwords": Passwords(),
        "knowledge": parts.knowledge,
        "library": parts.library,
        "shelf": Shelf(),
        "directory": parts.directory,
        "running": parts.running,
        "commands": parts.commands,
        "worklist": parts.worklist,
        "rule_book": parts.rule_book,
        "calling": parts.calling,
        "boards": parts.boards,
        "find": partial(find, region=settings.region),
    }
    for name, value in state.items():
        setattr(app.state, name, value)
    return app


def create_operations(parts: Parts) -> Starlette:
    """What a process that serves no pages says of itself: `/healthz`, `/readyz`, `/metrics`."""
    app = Starlette(routes=build_operations())
    app.state.sessions, app.state.bus, app.state.settings = parts.sessions, parts.bus, parts.settings
    return app


def _open_texts(ground: _Ground) -> Texts:
    settings = ground.settings
    return Texts(Versions(), ground.renderer, settings.time_zone, settings.currency, ground.failures)


def _open_intake(
    ground: _Ground,
    texts: Texts,
    desk: DeskRenderer,
    sources: Sequence[Source],
    seen: dict[str, int],
) -> tuple[Intake, Screens, list[Coroutine[Any, Any, None]]]:
    """The intake, the screens that it fills, and what runs with it."""
    stored, leases = StoredCalls(ground.sessions), _leases(ground)
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


def _leases(ground: _Ground) -> Leases:
    if ground.settings.redis_url is None:
        return SoleLeases()
    leases = RedisLeases(ground.settings.redis_url)
    ground.stack.push_async_callback(leases.close)
    return leases


async def _source(link: Link, ground: _Ground) -> Source:
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
