"""Every URL, in one table. Each route names the permission it needs; a test walks them all."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from console.api import calls, openapi, operations, pick
from console.desk import views as desk
from console.identity import views as identity
from console.identity.guard import require
from console.identity.permissions import Permission as May
from console.live.socket import live_endpoint
from console.web.static import PREFIX as STATIC
from console.web.static import CachedStaticFiles, StaticLibrary

API = "/api/v1"


async def home(_request: Request) -> Response:
    """GET /: on to the desk."""
    return RedirectResponse("/desk", 303)


def build_operations() -> list[BaseRoute]:
    """What whoever runs Lineside asks of any of its processes."""
    return [
        Route("/healthz", operations.healthz, methods=["GET"], middleware=require(May.PUBLIC)),
        Route("/readyz", operations.readyz, methods=["GET"], middleware=require(May.PUBLIC)),
        Route("/metrics", operations.metrics, methods=["GET"], middleware=require(May.PUBLIC)),
    ]


def build_routes(static: StaticLibrary) -> list[BaseRoute]:
    """The table. First match wins."""
    return [
        Route("/", home, middleware=require(May.PUBLIC)),
        Route("/login", identity.login_form, methods=["GET"], middleware=require(May.PUBLIC)),
        Route("/login", identity.log_in_by_form, methods=["POST"], middleware=require(May.PUBLIC)),
        Route("/logout", identity.log_out, methods=["POST"], middleware=require(May.PUBLIC)),
        Route("/desk", desk.desk_page, methods=["GET"], middleware=require(May.DESK)),
        Route("/desk/notes/{leg}", desk.save_note_of_leg, methods=["POST"], middleware=require(May.DESK)),
        Route("/desk/pops/{leg}/done", desk.put_pop_away, methods=["POST"], middleware=require(May.DESK)),
        WebSocketRoute("/live", live_endpoint, middleware=require(May.DESK)),
        Route("/patterns", desk.patterns_page, methods=["GET"], middleware=require(May.PATTERNS)),
        *build_operations(),
        Route(f"{API}/openapi.json", openapi.get_openapi, methods=["GET"], middleware=require(May.PUBLIC)),
        Route(f"{API}/calls", calls.get_calls, methods=["GET"], middleware=require(May.CALLS_READ)),
        Route(f"{API}/calls/{{id}}", calls.get_call, methods=["GET"], middleware=require(May.CALLS_READ)),
        Route(f"{API}/identify", pick.get_identify, methods=["GET"], middleware=require(May.RECORDS_READ)),
        Route(f"{API}/pick", pick.post_pick, methods=["POST"], middleware=require(May.PICK)),
        Mount(STATIC, CachedStaticFiles(static), middleware=require(May.PUBLIC)),
    ]
