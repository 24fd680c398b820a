"""`/api/v1/replays`: tries scripts on past calls, as the studio's pages do."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import read_object, refuse_unknown
from console.api.paging import read_limit, read_moment, read_place, write_place
from console.api.script_checks import ONE_AT_A_TIME
from console.errors import InvalidError, Problem
from console.scripts.queries import versions_of
from console.scripts.yaml_files import write_documents
from console.studio import replay_jobs as jobs
from console.studio.replay_beginning import begin_replay
from console.studio.replay_choice import Choice
from console.studio.replay_drawing import draw_progress, state_of
from console.studio.replay_list import PAGE, Listed, list_calls, moves_of
from console.studio.replay_models import ReplayJob, ReplayState, Tried
from console.studio.replay_pinned import read_pinned
from console.studio.replay_sets import given_scripts

KEYS = ("scripts", "from", "to")
PARAMETERS = ("limit", "cursor")

MOST_CHARACTERS = 256 * 1024
"""Some 300 scripts, read while calls go on. More of them are tried on the page."""

MOST_VERSIONS = 200

MOST_NUMBER = 2**31
"""No database counts versions further."""

MOST_RUNNING = 3
"""Replays at once: each works as hard as it can, and calls go on beside them."""

AGAIN_AFTER_S = 10

SCRIPTS = "must be scripts in YAML as one text, or a list of stored ones, each as {key, version}"


async def post_replay(request: Request) -> JSONResponse:
    """Begins a replay; where it is to be found stands in Location."""
    refuse_unknown(request.query_params, ())
    choice = await _read_choice(request, await read_object(request))
    state = request.app.state
    async with state.sessions() as session:
        await _refuse_many(session, state.clock())
    job = await begin_replay(
        state.sessions, state.settings, choice, request.scope["token"].name, state.clock()
    )
    answer = await _answer(request, job.id)
    headers = {"Location": f"{request.url.path}/{job.id}"}
    return JSONResponse(answer, HTTPStatus.ACCEPTED, headers)


async def get_replay(request: Request) -> JSONResponse:
    """How far it is, and what it found so far."""
    refuse_unknown(request.query_params, ())
    return JSONResponse(await _answer(request, request.path_params["number"]))


async def get_calls(request: Request) -> JSONResponse:
    """The calls that would get another script, the latest first, with the reason for each."""
    query = request.query_params
    refuse_unknown(query, PARAMETERS)
    limit, before = read_limit(query), read_place(query) or None
    async with request.app.state.sessions() as session:
        job = await jobs.job_of(session, request.path_params["number"])
        pinned, found = await read_pinned(session, job.id), list[Listed]()
        while len(found) <= limit:  # one more, to know whether there is one
            page = await list_calls(session, pinned, before=found[-1].id if found else before)
            found += page
            if len(page) < PAGE:
                break
    items = [_call(each) for each in found[:limit]]
    return JSONResponse({"items": items, "next": write_place(found[limit - 1].id) if found[limit:] else None})


async def _read_choice(request: Request, body: Mapping[str, Any]) -> Choice:
    problems = [Problem(key, f"is not known; there are {', '.join(KEYS)}") for key in body if key not in KEYS]
    problems += [Problem(key, "is missing") for key in KEYS if not body.get(key)]
    problems += [Problem(key, "must be a text") for key in KEYS[1:] if not isinstance(body.get(key, ""), str)]
    if problems:
        raise InvalidError(problems)
    starts_at, ends_at = read_moment(body, "from"), read_moment(body, "to")
    if starts_at is None or ends_at is None or ends_at <= starts_at:
        raise InvalidError([Problem("to", "must lie behind `from`")])
    source = await _read_scripts(request, body["scripts"])
    return Choice(Tried.GIVEN, None, source, starts_at, ends_at)


async def _read_scripts(request: Request, scripts: object) -> str:
    """The scripts as YAML, read once already: what is wrong is told now, and not by the replay."""
    if isinstance(scripts, list):
        async with request.app.state.sessions() as session:
            scripts = await _stored(session, [_place(at, each) for at, each in enumerate(scripts)])
    if not isinstance(scripts, str):
        raise InvalidError([Problem("scripts", SCRIPTS)])
    if len(scripts) > MOST_CHARACTERS:
        sentence = (
            f"`scripts` has more than {MOST_CHARACTERS:,} characters: try them on the page, in the studio."
        )
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, sentence)
    await asyncio.get_running_loop().run_in_executor(
        ONE_AT_A_TIME, partial(given_scripts, scripts, "scripts")
    )
    return scripts


def _place(at: int, said: object) -> tuple[str, int]:
    if isinstance(said, dict) and said.keys() == {"key", "version"}:
        key, version = said["key"], said["version"]
        if isinstance(key, str) and key.isprintable() and type(version) is int and 0 < version < MOST_NUMBER:
            return key, version
    raise InvalidError([Problem(f"scripts[{at}]", 'must be an object such as {"key": "late", "version": 1}')])


async def _stored(session: AsyncSession, places: list[tuple[str, int]]) -> str:
    """These versions as one file. Raises InvalidError."""
    if len(places) > MOST_VERSIONS:
        raise InvalidError([Problem("scripts", f"may be {MOST_VERSIONS} stored ones, not {len(places)}")])
    versions = {(each.key, each.number): each.document for each in await versions_of(session, places)}
    problems = [
        Problem(f"scripts[{at}]", f"there is no version {version} of a script {key!r}")
        for at, (key, version) in enumerate(places)
        if (key, version) not in versions
    ]
    if problems:
        raise InvalidError(problems)
    return await asyncio.to_thread(write_documents, [versions[place] for place in places])


async def _refuse_many(session: AsyncSession, at: datetime) -> None:
    running = [job for job in await jobs.latest_jobs(session) if state_of(job, at) == ReplayState.RUNNING]
    if len(running) >= MOST_RUNNING:
        sentence = f"{len(running)} replays run already: begin this one when one of them is done."
        headers = {"Retry-After": str(AGAIN_AFTER_S)}
        raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, sentence, headers)


async def _answer(request: Request, number: int) -> dict[str, Any]:
    state = request.app.state
    async with state.sessions() as session:
        job = await jobs.job_of(session, number)
        moves = await moves_of(session, job.id)
    return {
        "number": job.id,
        "state": state_of(job, state.clock()),
        "progress": _progress(job),
        "from": job.starts_at.isoformat(),
        "to": job.ends_at.isoformat(),
        "total": job.total,
        "passed": job.passed,
        "looked": job.looked,
        "without_facts": job.without_facts,
        "erased": job.erased,
        "differ": job.differ,
        "renewed": job.renewed,
        "moves": [{"from": move.before, "to": move.after, "calls": calls} for move, calls in moves],
        "problem": job.problem,
    }


def _progress(job: ReplayJob) -> int:
    return 100 if job.state == ReplayState.DONE else draw_progress(job).percent


def _call(listed: Listed) -> dict[str, Any]:
    return {
        "call": listed.call_id,
        "started_at": listed.started_at.isoformat(),
        "queue": listed.queue,
        "agent": listed.agent_email,
        "customer_ref": listed.customer_ref,
        "then": listed.then,
        "from": listed.move.before,
        "to": listed.move.after,
        "reason": listed.why or None,
    }
