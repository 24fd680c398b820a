"""The composition root: the only place that knows how everything is put together."""

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.applications import Starlette

from console.alerts.keeping import AlertList
from console.alerts.watch import AlertWatch
from console.boards.opening import Boards, open_boards
from console.boards.readings import Readings
from console.boards.wall_links import REVISION as WALL_LINKS
from console.boards.wall_watch import WallWatch
from console.clock import now
from console.db.engine import Sessions
from console.db.revision import ERASURES, Refresh, follow, refresh_moved
from console.desk.calling import Calling
from console.desk.erased import forget_erased
from console.desk.floor import Floor
from console.desk.live import DeskRenderer, LinksRenderer
from console.desk.news import PopNews
from console.desk.presence import say_unreachable
from console.desk.run_entry import Texts
from console.desk.running import Running
from console.desk.screens import desk_topic
from console.desk.targets import Targets
from console.desk.work_live import WorkRenderer
from console.facts.knowledge import Knowledge
from console.facts.plans import number_plans
from console.ground import Ground, leases_of, open_ground
from console.handover.rule_book import RuleBook
from console.handover.rule_sets import REVISION as RULES
from console.identity.middleware import floor as ground_rules
from console.identity.passwords import Passwords
from console.listener import open_intake, open_source
from console.live.background import together
from console.live.bus import Bus
from console.live.commands import Commands
from console.live.gate import Gate
from console.live.hub import Hub
from console.live.link_watch import LinkWatch, Unreachable
from console.live.renderer import Renderer as Drawer
from console.live.session_watch import SessionWatch
from console.live.stillness import Stillness
from console.messages.keeping import Messages
from console.messages.live import MessagesRenderer
from console.profile.search import find
from console.queues.directory import Directory
from console.refreshing import then_check, then_compare, then_employ, then_say_presence, then_tell
from console.reports.risk_watch import RiskWatch
from console.routes import build_operations, build_routes
from console.scripts.library import Library
from console.scripts.versions import Versions
from console.settings import Settings
from console.studio.shelf import Shelf
from console.supervision.acts import Acts
from console.web.errors import ErrorPages
from console.web.forms import MAX_BODY_BYTES
from console.web.static import StaticLibrary
from console.web.templates import Templates
from console.worklist.keeping import WorkList


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
    acts: Acts
    messages: Messages
    alerts: AlertList
    boards: Boards
    background: Sequence[Coroutine[Any, Any, None]]

    async def work(self) -> None:
        """Run what must run beside the web server, until cancelled."""
        await together(self.background)


@asynccontextmanager
async def open_parts(settings: Settings, *, listens: bool) -> AsyncIterator[Parts]:
    """Put a process together and take it apart again; `listens` when it talks to the phone systems.

    Raises:
        LinesideError: the database is of another version, or a transcript cannot be played.
    """
    async with AsyncExitStack() as stack:
        ground = await open_ground(settings, stack, listens=listens)
        sources = [await open_source(each, ground) for each in settings.links] if listens else []
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
            intake, screens, work = open_intake(ground, texts, desk, sources, seen)
            refreshers["users"] = then_say_presence(ground.directory, intake)
            refreshers[ERASURES] = then_compare(forget_erased(screens), ground.worklist)
            background += work
        links = LinksRenderer(templates, settings.time_zone)
        work_lists = WorkRenderer(templates, settings.time_zone)
        drawers: dict[str, Drawer] = {
            "desk": desk,
            "links": links,
            "work": work_lists,
            "messages": MessagesRenderer(templates, settings.time_zone),
        }
        messages = Messages(ground.sessions, ground.bus, now)
        gate = Gate(ground.bus)
        hub = await stack.enter_async_context(_open_hub(ground.bus, drawers, news, gate))
        watch = SessionWatch(hub, ground.sessions, ground.bus, now)
        refreshers["users"] = then_check(refreshers["users"], watch)
        background += [news.run(), watch.run(), gate.run(hub.turn_away), Stillness(lambda: hub.number).run()]
        if not listens:
            background.append(LinkWatch(ground.bus, now, _then_nobody_is_reached(ground)).run())
        boards = await stack.enter_async_context(
            open_boards(ground.bus, ground.directory, templates, settings.time_zone, now)
        )
        board_watch = SessionWatch(boards.hub, ground.sessions, ground.bus, now)
        wall_watch = WallWatch(boards.walls.hub, ground.sessions, ground.bus, now)
        refreshers["users"] = then_employ(then_check(refreshers["users"], board_watch), boards.feed)
        refreshers["users"] = then_check(refreshers["users"], wall_watch)
        refreshers[WALL_LINKS] = wall_watch.check
        refreshers["queues"] = then_employ(refreshers["queues"], boards.feed)
        background += [boards.feed.run(), board_watch.run(), wall_watch.run()]
        background.append(RiskWatch(ground.sessions, settings, now).run())
        alerts = AlertList(ground.sessions, ground.bus, now)
        if listens:
            background.append(_open_watch(ground, alerts, boards).run())
        floor = Floor(ground.bus, ground.directory)
        background += [floor.run(), messages.run()]
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
            acts=Acts(ground.sessions, ground.bus, ground.commands, ground.directory, floor),
            messages=messages,
            alerts=alerts,
            boards=boards,
            background=background,
        )


def _open_hub(
    bus: Bus, renderers: Mapping[str, Drawer], news: PopNews, gate: Gate
) -> AbstractAsyncContextManager[Hub]:
    return _running(Hub(bus, renderers, {"shown": news.shown}, gate=gate))


@asynccontextmanager
async def _running(hub: Hub) -> AsyncIterator[Hub]:
    """The hub, following the bus."""
    async with hub.running():
        yield hub


def _open_watch(ground: Ground, alerts: AlertList, boards: Boards) -> AlertWatch:
    """Who watches over the alerts of queues, and has its last words when all is closed."""
    read = Readings(boards.feed.board).read
    watch = AlertWatch(ground.sessions, alerts, read=read, leases=leases_of(ground), clock=now)
    ground.stack.push_async_callback(watch.close)
    return watch


def _then_nobody_is_reached(ground: Ground) -> Unreachable:
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
        "acts": parts.acts,
        "messages": parts.messages,
        "alerts": parts.alerts,
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


def _open_texts(ground: Ground) -> Texts:
    settings = ground.settings
    return Texts(Versions(), ground.renderer, settings.time_zone, settings.currency, ground.failures)
