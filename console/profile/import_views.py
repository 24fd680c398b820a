"""The pages on which files are imported: `/admin/import` and what lies under it."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from pathlib import PurePath

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from console.errors import NotFoundError, UsageError
from console.profile import import_files as files
from console.profile import import_jobs as jobs
from console.profile.fields import forms
from console.profile.import_choices import KIND_LABELS, read_chosen
from console.profile.import_drawing import column_labels, draw_menus, draw_progress, draw_state, state_of
from console.profile.import_looks import Looked, look_at_job, look_at_sent
from console.profile.import_process import start_process
from console.profile.models import ImportJob, ImportState
from console.profile.receiving import receive_file
from console.profile.rejected_file import first_rejections
from console.web.forms import read_form
from console.web.i18n import gettext as _

PATH = "/admin/import"
SHOWN_REJECTIONS = 10
TRY_OUT = "try_out"


async def import_page(request: Request) -> Response:
    """GET /admin/import: where a file is sent from, and what was imported before."""
    await asyncio.to_thread(files.tidy, request.app.state.clock())
    return await _import_page(request)


async def post_file(request: Request) -> Response:
    """POST /admin/import: takes a file, looks at it, and leads to where one chooses how it is read."""
    at: datetime = request.app.state.clock()
    await asyncio.to_thread(files.tidy, at)
    stored_as = files.new_name()
    path = files.path_of(stored_as)
    try:
        name, size = await receive_file(request, path, files.MOST_BYTES)
        sent = jobs.Sent(request.state.viewer.email, PurePath(name).name, stored_as, size)
        looked = await look_at_sent(request, sent)
    except ClientDisconnect:
        return Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody reads it
    except UsageError as error:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        return await _import_page(request, str(error))
    async with request.app.state.sessions.begin() as session:
        job = jobs.add_job(session, sent, looked.look.chosen, at)
        await session.flush()  # before others go: SQLite gives the highest number that is free
        await jobs.forget_unused(session, at)
    return _to(job.id)


async def job_page(request: Request) -> Response:
    """GET /admin/import/{number}: the choice of how to read the file, how far it is, or what became of it;
    for htmx only how far it is, while it runs. `?change`: the choice once more."""
    job, at = await _job(request), request.app.state.clock()
    state = state_of(job, at)
    if state == ImportState.RUNNING:
        return _progress(request, job, at)
    if "HX-Request" in request.headers:
        return Response(headers={"HX-Redirect": f"{PATH}/{job.id}"})
    if state == ImportState.CHOOSING or "change" in request.query_params:
        return _choice(request, job, await look_at_job(request, job, jobs.chosen_of(job)))
    return await _result(request, job, state)


async def post_look(request: Request) -> Response:
    """POST /admin/import/{number}/look: how the file is read as it is chosen now. Keeps the choice."""
    return await _chosen(request) or _to(request.path_params["number"])


async def post_run(request: Request) -> Response:
    """POST /admin/import/{number}/run: starts it, tried out only or for good, and leads to how far it is.
    With `as_chosen` it is read as before."""
    state, number = request.app.state, (await _job(request)).id
    form = await read_form(request)
    if "as_chosen" not in form and (refused := await _chosen(request, to_run=True)):
        return refused
    async with state.sessions.begin() as session:
        started = await jobs.start(session, number, state.clock(), dry_run=TRY_OUT in form)
    if started:
        await start_process(state.settings, number, state.bus)
    return _to(number)


async def post_stop(request: Request) -> Response:
    """POST /admin/import/{number}/stop: no further batch."""
    await read_form(request)
    job = await _job(request)
    async with request.app.state.sessions.begin() as session:
        await jobs.ask_to_stop(session, job.id)
    return _to(job.id)


async def rejected_rows(request: Request) -> Response:
    """GET /admin/import/{number}/rejected: the rejected rows as a file."""
    job = await _job(request)
    path = files.rejected_path_of(job.stored_as)
    if not await asyncio.to_thread(path.exists):
        raise NotFoundError(_("The rejected rows are not here any more: they are kept for a day."))
    name = f"{PurePath(job.file_name).stem}.rejected.csv"
    return FileResponse(path, filename=name, media_type="text/csv; charset=utf-8")


async def _chosen(request: Request, *, to_run: bool = False) -> Response | None:
    """Keep what the form chooses; the form as it is then, None when it can be run and is `to_run`, or when
    the import runs already."""
    state = request.app.state
    form = await read_form(request)
    job = await _job(request)
    if state_of(job, state.clock()) == ImportState.RUNNING:
        return None
    looked = await look_at_job(request, job, read_chosen(form, jobs.chosen_of(job)))
    async with state.sessions.begin() as session:
        jobs.choose(await jobs.job_of(session, job.id), looked.look.chosen)
    if to_run and not looked.refused and not looked.look.problem:
        return None
    return _choice(request, job, looked, HTTPStatus.UNPROCESSABLE_ENTITY if to_run else HTTPStatus.OK)


async def _job(request: Request) -> ImportJob:
    async with request.app.state.sessions() as session:
        job: ImportJob = await jobs.job_of(session, request.path_params["number"])
    return job


def _to(number: int) -> Response:
    return RedirectResponse(f"{PATH}/{number}", HTTPStatus.SEE_OTHER)


async def _import_page(request: Request, problem: str | None = None) -> Response:
    state = request.app.state
    at = state.clock()
    async with state.sessions() as session:
        latest = await jobs.latest_jobs(session)
    context = {
        "problem": problem,
        "most": files.MOST_BYTES,
        "jobs": [(job, draw_state(state_of(job, at), dry_run=job.dry_run)) for job in latest],
        "kinds": KIND_LABELS,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    response: Response = state.templates.response(request, "profile/import.html", context, status=status)
    return response


def _choice(request: Request, job: ImportJob, looked: Looked, status: HTTPStatus = HTTPStatus.OK) -> Response:
    state, look = request.app.state, looked.look
    settings = state.settings
    usual = forms(settings.locale, settings.time_zone, settings.region)
    context = {
        "job": job,
        "look": look,
        "refused": looked.refused,
        "menus": draw_menus(look, usual),
        "labels": column_labels(look.chosen.kind),
    }
    name = "profile/_import_choice.html" if "HX-Request" in request.headers else "profile/import_choice.html"
    response: Response = state.templates.response(request, name, context, status=status)
    return response


def _progress(request: Request, job: ImportJob, at: datetime) -> Response:
    in_page = "HX-Request" in request.headers
    name = "profile/_import_progress.html" if in_page else "profile/import_progress.html"
    context = {"job": job, "progress": draw_progress(job, job.started_at or at)}
    response: Response = request.app.state.templates.response(request, name, context)
    return response


async def _result(request: Request, job: ImportJob, state: str) -> Response:
    rejections = await asyncio.to_thread(
        first_rejections, files.rejected_path_of(job.stored_as), SHOWN_REJECTIONS
    )
    context = {
        "job": job,
        "state": state,
        "kind": _(KIND_LABELS[job.kind]),
        "rejections": rejections,
        "is_here": await asyncio.to_thread(files.path_of(job.stored_as).exists),
    }
    response: Response = request.app.state.templates.response(request, "profile/import_result.html", context)
    return response
