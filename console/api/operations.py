"""For whoever runs Lineside: `/healthz`, `/readyz`, `/metrics`."""

import asyncio

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from console.db.engine import Sessions
from console.live.bus import Bus, Value
from console.settings import Settings
from console.web.metrics import REGISTRY

CHECK_WITHIN_S = 3.0
NEVER_HEARD: Value = {
    "state": "down",
    "reason": "nobody has connected to it yet: does `lineside listen` run?",
}


async def healthz(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def metrics(_request: Request) -> Response:
    """Prometheus' text format."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


async def readyz(request: Request) -> Response:
    """Whether database, bus and phone links are there; 503 names what is missing."""
    state = request.app.state
    checks = (_database(state.sessions), _bus(state.bus), _links(state.bus, state.settings))
    missing = [problem for problem in await asyncio.gather(*checks) if problem]
    return JSONResponse({"ready": not missing, "missing": missing}, 503 if missing else 200)


async def _database(sessions: Sessions) -> str | None:
    try:
        async with asyncio.timeout(CHECK_WITHIN_S), sessions() as session:
            await session.execute(text("SELECT 1"))
    except (OSError, SQLAlchemyError):
        return "database: it does not answer; see LINESIDE_DATABASE_URL"
    return None


async def _bus(bus: Bus) -> str | None:
    try:
        async with asyncio.timeout(CHECK_WITHIN_S):
            await bus.ping()
    except OSError:
        return "bus: Redis does not answer; see LINESIDE_REDIS_URL"
    return None


async def _links(bus: Bus, settings: Settings) -> str | None:
    try:
        async with asyncio.timeout(CHECK_WITHIN_S):
            links = await bus.snapshot("links")
    except OSError:
        return None  # the bus says so itself
    states = {link.name: NEVER_HEARD for link in settings.links} | links.entries
    down = [f"{name} ({link['reason']})" for name, link in states.items() if link["state"] != "up"]
    return f"links: {', '.join(down)}" if down else None
