"""A desk on the web of which everything is real but the phone systems: what happens on them are steps of
`tests.console.desk.day`. Everybody who comes is agent 1, or another one who is named."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from console.desk import learning_views, views
from console.handover.rule_book import RuleBook
from console.identity.viewer import Viewer
from console.live.socket import live_endpoint
from console.profile.search import find
from console.queues.directory import Directory
from console.routes import build_handover, build_lookup, build_runs
from tests.browser.serving import served, site_of
from tests.conftest import NOW
from tests.console.desk.day import World, viewer_of

ANA = viewer_of(1)


@asynccontextmanager
async def serving(world: World, viewer: Viewer = ANA) -> AsyncIterator[str]:
    """Serve the world's desks; gives the URL of the desk."""
    async with served(_app(world, viewer), "on") as url:
        yield f"{url}/desk"


def _app(world: World, viewer: Viewer) -> Starlette:
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
        *build_handover(),
        *build_lookup(),
        *build_runs(),
        WebSocketRoute("/live", live_endpoint),
    ]
    state = {
        "bus": world.bus,
        "clock": lambda: NOW,
        "sessions": world.on.sessions,
        "running": world.on.running,
        "library": world.on.running.library,
        "knowledge": world.on.running.knowledge,
        "directory": Directory(),
        "rule_book": RuleBook(),
        "find": partial(find, region="SK"),
    }
    return site_of(routes, state, viewer=viewer, lifespan=lifespan)
