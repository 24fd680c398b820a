"""What calls get of one script: `/studio/scripts/{key}/publish`, `withdraw`, `archive`, `restore`."""

from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.db.writing import write
from console.errors import InvalidError, Problem
from console.scripts.actions import By
from console.studio.history import History, read_history, version_of
from console.studio.paths import script_path
from console.studio.releasing import MeanwhileError, archive, bring_back, foresee, release
from console.studio.script_views import draw, number_in, told
from console.web.forms import Form, read_form


async def publish_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/publish?version=: what the check says of all that calls would get, what
    differs from what they get now, and a note. An older version than that is gone back to."""
    return await _page(request, number_in(request, "version"))


async def post_publish(request: Request) -> Response:
    """POST /studio/scripts/{key}/publish: fields `version`, `seen` (the version that calls get by the page),
    `note`."""
    form = await read_form(request)
    return await _release(request, form, _number(form, "version"), "published")


async def withdraw_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/withdraw: what the check says of all that is left for calls without it."""
    return await _page(request, None)


async def post_withdraw(request: Request) -> Response:
    """POST /studio/scripts/{key}/withdraw: fields `seen`, `note`."""
    return await _release(request, await read_form(request), None, "withdrawn")


async def post_archive(request: Request) -> Response:
    """POST /studio/scripts/{key}/archive."""
    await read_form(request)
    key, by = request.path_params["key"], _by(request, "")
    await write(request.app.state.sessions, lambda session: archive(session, key, by))
    return _to(key, "archived")


async def post_restore(request: Request) -> Response:
    """POST /studio/scripts/{key}/restore: out of the archive."""
    await read_form(request)
    key, by = request.path_params["key"], _by(request, "")
    await write(request.app.state.sessions, lambda session: bring_back(session, key, by))
    return _to(key, "restored")


async def _release(request: Request, form: Form, version: int | None, done: str) -> Response:
    state, key = request.app.state, request.path_params["key"]
    seen, note = _number(form, "seen"), form.text("note")

    async def work(session: AsyncSession) -> None:
        await release(session, state.shelf, key, version, seen=seen, by=_by(request, note))

    try:
        await write(state.sessions, work)
    except MeanwhileError:
        return await _page(request, version, note=note, outdated=True)
    except InvalidError as error:
        return await _page(request, version, note=note, problems=error.problems)
    return _to(key, done)


async def _page(
    request: Request,
    version: int | None,
    *,
    note: str = "",
    outdated: bool = False,
    problems: list[Problem] | None = None,
) -> Response:
    state, key = request.app.state, request.path_params["key"]
    async with state.sessions() as session:
        history = await read_history(session, key)
        context = {
            "history": history,
            "version": version,
            "back": version is not None and version in history.ever_published and version != history.newest,
            "foreseen": await foresee(session, state.shelf, key, version),
            "note": note,
            "outdated": outdated,
            "problems": problems or [],
            **await _difference(session, history, version),
        }
    status = HTTPStatus.CONFLICT if outdated else HTTPStatus.OK
    return draw(
        request, "studio/release.html", context, HTTPStatus.UNPROCESSABLE_ENTITY if problems else status
    )


async def _difference(session: AsyncSession, history: History, version: int | None) -> dict[str, Any]:
    """From what calls get now to what they would get."""
    now = None if history.published is None else await version_of(session, history.key, history.published)
    then = None if version is None else await version_of(session, history.key, version)
    if now is None or then is None:
        return {"before": now, "after": then, "words": None, "lines": []}
    return await told(now, then)


def _by(request: Request, note: str) -> By:
    return By(request.state.viewer.email, request.app.state.clock(), note or None)


def _number(form: Form, name: str) -> int | None:
    given = form.text(name)
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


def _to(key: str, done: str) -> Response:
    return RedirectResponse(f"{script_path(key)}?done={done}", HTTPStatus.SEE_OTHER)
