"""`GET /api/v1/calls` and `/api/v1/calls/{id}`."""

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import refuse_unknown
from console.api.paging import read_cursor, read_limit, read_moment, write_cursor
from console.calls.queries import call_detail, list_calls
from console.cases.queries import cases_of_calls
from console.db.engine import Sessions

PARAMETERS = ("since", "limit", "cursor")


async def get_call(request: Request) -> JSONResponse:
    """One call with its visits, legs, pops, script, run and notes, and the cases worked on in it."""
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        call = await call_detail(session, request.path_params["id"])
        cases = await cases_of_calls(session, [call["id"]])
    return JSONResponse({**call, "cases": cases[call["id"]]})


async def get_calls(request: Request) -> JSONResponse:
    """Calls, oldest first, from `since` on."""
    query = request.query_params
    refuse_unknown(query, PARAMETERS)
    since, after, limit = read_moment(query, "since"), read_cursor(query), read_limit(query)
    sessions: Sessions = request.app.state.sessions
    async with sessions() as session:
        calls, position = await list_calls(session, since, after, limit)
        cases = await cases_of_calls(session, [call["id"] for call in calls])
    items = [{**call, "cases": cases[call["id"]]} for call in calls]
    return JSONResponse({"items": items, "next": write_cursor(position)})
