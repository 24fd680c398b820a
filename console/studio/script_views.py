"""The pages of one script: `/studio/scripts/{key}` and what lies under it, but for what calls get
(`release_views`)."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.errors import InvalidError, NotFoundError, Problem
from console.scripts.actions import By
from console.scripts.failures import failures_of
from console.scripts.queries import WrittenVersion, latest_version, read_version
from console.scripts.value_words import text_in_words
from console.scripts.yaml_files import rewrite
from console.studio.conflict import read_conflict, told_differences
from console.studio.differences import line_differences
from console.studio.failure_words import failure_words
from console.studio.finding_words import finding_words
from console.studio.gallery import free_key
from console.studio.history import read_history, version_of
from console.studio.paths import (
    EXPORT,
    TOP,
    compare_path,
    edit_path,
    publish_path,
    script_path,
    try_path,
    version_path,
    works_path,
)
from console.studio.saving import StaleDraftError, save
from console.studio.shelf import examine
from console.studio.wording import argument_words
from console.studio.words import KINDS, condition_words, parts_of, step_words
from console.web.forms import read_form
from console.web.i18n import gettext as _
from scripts_engine.script import Script


async def script_page(request: Request) -> Response:
    """GET /studio/scripts/{key}: its versions, and who gave which of them to calls."""
    state, key = request.app.state, request.path_params["key"]
    async with state.sessions() as session:
        history = await read_history(session, key)
        newest = await version_of(session, key, history.newest)
        read = await state.shelf.read(session, [(key, history.newest)])
        named = await state.shelf.check_named(session, [(key, history.newest)])
        refs = [(key, history.published)] if history.published else []
        scripts = await state.shelf.scripts(session, refs)
        failures = failure_words(await failures_of(session, [key]), scripts)
    examined = read[key, history.newest]
    findings = [finding_words(each, examined.script) for each in (*examined.findings, *named)]
    known = {"history": history, "newest": newest, "examined": examined, "failures": failures}
    context = {**known, "findings": findings, **_said(examined.script)}
    return draw(request, "studio/script.html", context)


async def version_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/versions/{number}: what a version says, in words and as YAML."""
    key, number = request.path_params["key"], request.path_params["number"]
    async with request.app.state.sessions() as session:
        history = await read_history(session, key)
        version = await version_of(session, key, number)
    examined = await asyncio.to_thread(examine, version.document, key)
    context = {"history": history, "version": version, "examined": examined, **_said(examined.script)}
    return draw(request, "studio/version.html", context)


def _said(script: Script | None) -> dict[str, Any]:
    """What a script says in words."""
    conditions = [condition_words(part) for part in parts_of(script.when)] if script else []
    steps = [(step, _(KINDS[step.kind]), step_words(step)) for step in script.steps] if script else []
    words = {"argument_words": argument_words, "condition_words": condition_words}
    shown = {"value_words": lambda value: text_in_words(str(value))}
    return {"conditions": conditions, "steps": steps, **words, **shown}


async def compare_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/compare?from=&to=: what differs between two versions."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        history = await read_history(session, key)
        before = await version_of(session, key, number_in(request, "from"))
        after = await version_of(session, key, number_in(request, "to"))
    context = {"history": history, **await told(before, after)}
    return draw(request, "studio/compare.html", context)


async def told(before: WrittenVersion, after: WrittenVersion) -> dict[str, Any]:
    """Two versions, with what differs in words and line by line."""

    def work() -> dict[str, Any]:
        return {
            "before": before,
            "after": after,
            "words": told_differences(read_version(before), read_version(after)),
            "lines": line_differences(before.text.strip("\n"), after.text.strip("\n")),
        }

    return await asyncio.to_thread(work)


def number_in(request: Request, name: str) -> int:
    """The number of a version in the query. Raises NotFoundError when that is none."""
    given = request.query_params.get(name, "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise NotFoundError(_('"%(given)s" is no number of a version.', given=given))
    return int(given)


async def text_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/text: the newest version as YAML, to be changed."""
    async with request.app.state.sessions() as session:
        newest = await _newest(session, request.path_params["key"])
    context = {"source": newest.text, "based_on": newest.number, "note": "", "problems": []}
    return draw(request, "studio/text.html", context)


async def post_text(request: Request) -> Response:
    """POST /studio/scripts/{key}/text: on to the script, or back with what keeps it from being saved: what
    the check finds, or what somebody else saved meanwhile."""
    state, form, key = request.app.state, await read_form(request), request.path_params["key"]
    source, note = form.get("source", ""), form.text("note")
    given = form.text("based_on")
    based_on = int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None

    by = By(request.state.viewer.email, state.clock(), note or None)
    try:
        await save(state.sessions, key, source, based_on=based_on, by=by)
    except InvalidError as error:
        again = {"source": source, "based_on": given, "note": note, "problems": error.problems}
        return draw(request, "studio/text.html", again, HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleDraftError as stale:
        async with state.sessions() as session:
            found = await read_conflict(session, stale, mine=source, based_on=based_on, note=note)
        return draw(request, "studio/conflict.html", {"conflict": found}, HTTPStatus.CONFLICT)
    return RedirectResponse(f"{script_path(key)}?done=saved", HTTPStatus.SEE_OTHER)


async def copy_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/copy: under which key its newest version is copied."""
    async with request.app.state.sessions() as session:
        newest = await _newest(session, request.path_params["key"])
        key = await free_key(session, f"{newest.key}-copy")
    context = {"key_typed": key, "title": _title(newest), "problems": []}
    return draw(request, "studio/copy.html", context)


async def post_copy(request: Request) -> Response:
    """POST /studio/scripts/{key}/copy: a new draft with the key and the title that were typed."""
    state, form, old = request.app.state, await read_form(request), request.path_params["key"]
    key, title = form.text("key"), form.text("title")

    by = By(request.state.viewer.email, state.clock(), _("Copied from %(key)s", key=old))
    async with state.sessions() as session:
        text = (await _newest(session, old)).text
    try:
        await save(
            state.sessions, key, rewrite(rewrite(text, "script", key), "title", title), based_on=None, by=by
        )
    except InvalidError as error:
        problems = error.problems
    except StaleDraftError:
        problems = [Problem(key, _("there is such a script already: choose another key"))]
    else:
        return RedirectResponse(edit_path(key), HTTPStatus.SEE_OTHER)
    again = {"key_typed": key, "title": title, "problems": problems}
    return draw(request, "studio/copy.html", again, HTTPStatus.UNPROCESSABLE_ENTITY)


async def _newest(session: AsyncSession, key: str) -> WrittenVersion:
    newest = await latest_version(session, key)
    if newest is None:
        raise NotFoundError(_("There is no script %(key)s.", key=key))
    return newest


def _title(version: WrittenVersion) -> str:
    return str(version.document.get("title") or version.key)


def draw(
    request: Request, name: str, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """A page of one script."""
    key = request.path_params["key"]
    frame = {
        "key": key,
        "path": script_path(key),
        "edit": edit_path(key),
        "compare_path": compare_path,
        "publish_path": publish_path,
        "version_path": version_path,
        "export": f"{EXPORT}?key={key}",
        "replay": try_path(key),
        "top": TOP,
        "works": works_path(key),
        "done": request.query_params.get("done", ""),
    }
    response: Response = request.app.state.templates.response(
        request, name, {**frame, **context}, status=status
    )
    return response
