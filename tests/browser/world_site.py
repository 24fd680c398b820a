"""A desk on the web of which everything is real but the phone systems: what happens on them are steps of
`tests.console.desk.day`. Everybody who comes is agent 1, or another one who is named."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from console.desk import learning_views, views
from console.desk.calling import Calling
from console.desk.floor import Floor
from console.desk.targets import Targets
from console.handover.rule_book import RuleBook
from console.identity.viewer import Viewer
from console.live.commands import Commands
from console.live.socket import live_endpoint
from console.profile.search import find
from console.queues.directory import Directory
from console.routes import build_calling, build_cases, build_handover, build_lookup, build_runs, build_shift
from telephony.numbers import Plan
from tests.browser.serving import served, site_of
from tests.conftest import NOW
from tests.console.desk.day import World, viewer_of
from tests.fakes.phones import Phones, told

ANA = viewer_of(1)


@asynccontextmanager
async def serving(world: World, viewer: Viewer = ANA, phones: Phones | None = None) -> AsyncIterator[str]:
    """Serve the world's desks; gives the URL of the desk. `phones` are told what agents command."""
    async with (
        told(world.bus, phones or Phones(), NOW) as commands,
        calling(world, commands) as controls,
        served(_app(world, viewer, controls), "on") as url,
    ):
        yield f"{url}/desk"


@asynccontextmanager
async def calling(world: World, commands: Commands) -> AsyncIterator[Calling]:
    """Call control for the world's agents."""
    directory = Directory()
    async with world.on.sessions() as session:
        await directory.refresh(session)
    floor = Floor(world.bus, directory)
    following = asyncio.create_task(floor.run())
    plans = {"": Plan("SK", extensions=(3, 4))}
    yield Calling(world.bus, commands, directory, Targets(directory, floor.presence), plans)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def _app(world: World, viewer: Viewer, controls: Calling) -> Starlette:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        yield {"hub": world.hub}

    routes = [
        Route("/desk", views.desk_page),
        Route("/desk/notes/{leg}", views.save_note_of_leg, methods=["POST"]),
        Route("/desk/pops/{leg}/done", views.put_pop_away, methods=["POST"]),
        Route("/desk/pops/{leg}/satisfaction", views.rate_call_of_leg, methods=["POST"]),
        Route("/desk/find", learning_views.find_customers),
        Route("/desk/pops/{leg}/customer", learning_views.link_customer, methods=["POST"]),
        Route("/desk/pops/{leg}/new-customer", learning_views.make_customer, methods=["POST"]),
        Route("/desk/pops/{leg}/not-this-person", learning_views.unlink_customer, methods=["POST"]),
        Route("/desk/pops/{leg}/shared", learning_views.share_number, methods=["POST"]),
        Route("/desk/pops/{leg}/undo", learning_views.undo_step, methods=["POST"]),
        *build_calling(),
        *build_cases(),
        *build_handover(),
        *build_lookup(),
        *build_runs(),
        *build_shift(),
        WebSocketRoute("/live", live_endpoint),
    ]
    state = {
        "bus": world.bus,
        "clock": lambda: NOW,
        "sessions": world.on.sessions,
        "running": world.on.running,
        "directory": world.on.directory,
        "commands": Commands(world.bus, lambda: NOW),
        "library": world.on.running.library,
        "knowledge": world.on.running.knowledge,
        "rule_book": RuleBook(),
        "find": partial(find, region="SK"),
        "calling": controls,
    }
    return site_of(routes, state, viewer=viewer, lifespan=lifespan)
