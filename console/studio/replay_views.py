"""The pages on which scripts are tried on past calls: `/studio/replay` and what lies under it."""

from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from console.calls.models import Pick
from console.customers.paths import customer_path
from console.errors import InvalidError
from console.studio import replay_jobs as jobs
from console.studio.paths import REPLAY
from console.studio.replay_beginning import begin_replay
from console.studio.replay_choice import DAYS, SPANS, read_choice
from console.studio.replay_drawing import (
    blank_fields,
    draw_progress,
    draw_state,
    draw_tried,
    fields_of,
    state_of,
)
from console.studio.replay_list import PAGE, Move, list_calls, moves_of, write_csv
from console.studio.replay_models import ReplayJob, ReplayState
from console.studio.replay_pinned import PinnedScripts, read_pinned
from console.studio.replay_sets import stored_scripts
from console.web.forms import read_form
from console.web.i18n import gettext as _

PATH = REPLAY
MOST_MOVES = 50

MOST_BYTES = 4 * 1024 * 1024
"""Of pasted scripts: as many characters as a script file may have."""

MOST_DIGITS = 18
"""Of a number in an address: as many as every database counts."""


async def replay_page(request: Request) -> Response:
    """GET /studio/replay: what is to be tried on which calls, and the replays before. `?what=` chooses what
    is tried, `?like=` stands as an earlier replay did."""
    like = _number(request, "like")
    if like is None:
        return await _form(request, blank_fields(request.query_params.get("what", "")))
    state = request.app.state
    async with state.sessions() as session:
        job = await jobs.job_of(session, like)
        source = await jobs.source_of(session, job.id)
    return await _form(request, fields_of(job, source, state.settings.time_zone))


async def post_replay(request: Request) -> Response:
    """POST /studio/replay: begins one, and leads to how far it is."""
    state, form = request.app.state, await read_form(request, most=MOST_BYTES)
    at = state.clock()
    try:
        choice = read_choice(form, at, state.settings.time_zone)
    except InvalidError as error:
        return await _form(request, form, {each.where: each.why for each in error.problems})
    job = await begin_replay(state.sessions, state.settings, choice, request.state.viewer.email, at)
    return _to(job.id)


async def job_page(request: Request) -> Response:
    """GET /studio/replay/{number}: how far it is, or what it found; for htmx only how far it is, while it
    runs. `?from=&to=`: only one change. `?before=`: the calls in front of that one in the list."""
    state = request.app.state
    async with state.sessions() as session:
        job = await jobs.job_of(session, request.path_params["number"])
    told = state_of(job, state.clock())
    if told == ReplayState.RUNNING:
        return await _progress(request, job)
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": _address(job.id)})
    return await _result(request, job, told)


async def post_stop(request: Request) -> Response:
    """POST /studio/replay/{number}/stop: no further slice."""
    await read_form(request)
    async with request.app.state.sessions.begin() as session:
        job = await jobs.job_of(session, request.path_params["number"])
        await jobs.ask_to_stop(session, job.id)
    return _to(job.id)


async def calls_file(request: Request) -> Response:
    """GET /studio/replay/{number}/calls.csv: the list as a file; `?from=&to=`: only one change."""
    sessions = request.app.state.sessions
    async with sessions() as session:
        job = await jobs.job_of(session, request.path_params["number"])
        pinned = await read_pinned(session, job.id)
    headers = {"content-disposition": f'attachment; filename="replay-{job.id}.csv"'}
    lines = write_csv(sessions, pinned, _move(request))
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


def _to(number: int) -> Response:
    return RedirectResponse(_address(number), HTTPStatus.SEE_OTHER)


def _address(number: int, more: str = "", *, move: Move | None = None, before: int | None = None) -> str:
    """Where a replay is shown, or something of it."""
    fields = {"from": move.before or "", "to": move.after or ""} if move else {}
    query = urlencode(fields | ({"before": str(before)} if before is not None else {}))
    return f"{PATH}/{number}{more}{'?' if query else ''}{query}"


def _move(request: Request) -> Move | None:
    query = request.query_params
    return Move(query["from"] or None, query["to"] or None) if {"from", "to"} <= query.keys() else None


def _number(request: Request, name: str) -> int | None:
    text = request.query_params.get(name, "")[:MOST_DIGITS]
    return int(text) if text.isdecimal() else None


async def _form(
    request: Request, fields: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    state = request.app.state
    at = state.clock()
    async with state.sessions() as session:
        scripts = await stored_scripts(session)
        latest = await jobs.latest_jobs(session)
        any_facts = await session.scalar(select(exists().where(Pick.facts.is_not(None))))
    titles = {each.key: each.title for each in scripts}
    context = {
        "fields": fields,
        "problems": problems or {},
        "scripts": scripts,
        "spans": SPANS,
        "days": DAYS,
        "any_facts": any_facts,
        "jobs": [(job, draw_state(state_of(job, at)), _tried(job, titles)) for job in latest],
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK
    response: Response = state.templates.response(request, "studio/replay.html", context, status=status)
    return response


def _tried(job: ReplayJob, titles: Mapping[str, str]) -> str:
    key = job.script_key or ""
    return draw_tried(job, titles.get(key, key))


async def _progress(request: Request, job: ReplayJob) -> Response:
    in_page, context = "HX-Request" in request.headers, {"job": job, "progress": draw_progress(job)}
    name = "studio/_replay_progress.html" if in_page else "studio/replay_progress.html"
    if not in_page:
        async with request.app.state.sessions() as session:
            titles = {each.key: each.title for each in await stored_scripts(session)}
        context["tried"] = _tried(job, titles)
    response: Response = request.app.state.templates.response(request, name, context)
    return response


async def _named(session: AsyncSession, job: ReplayJob, pinned: PinnedScripts) -> str:
    """What was tried, by the title and the version that it had."""
    key = job.script_key
    if key is None:
        return draw_tried(job, "")
    await pinned.read(session, [key])
    return draw_tried(job, pinned.title(key), pinned.version(key))


async def _result(request: Request, job: ReplayJob, told: str) -> Response:
    move, before, state = _move(request), _number(request, "before"), request.app.state
    async with state.sessions() as session:
        pinned, moves = await read_pinned(session, job.id), await moves_of(session, job.id)
        shown = {key for each, _calls in moves[:MOST_MOVES] for key in (each.before, each.after) if key}
        await pinned.read(session, shown)
        calls = await list_calls(session, pinned, before=before, move=move)
        tried = await _named(session, job, pinned)
    context: dict[str, Any] = {
        "job": job,
        "state": told,
        "tried": tried,
        "moves": moves[:MOST_MOVES],
        "more_moves": len(moves) - MOST_MOVES,
        "move": move,
        "calls": calls,
        "more": calls[-1].id if len(calls) == PAGE else None,
        "later": before is not None,
        "name": lambda key: pinned.title(key) if key else _("no script"),
        "again": f"{PATH}?{urlencode({'like': job.id})}",
        "address": partial(_address, job.id),
        "customer_path": customer_path,
    }
    response: Response = state.templates.response(request, "studio/replay_result.html", context)
    return response
