"""The page on which admins say when cases are due: `/admin/due-times`."""

from collections.abc import Sequence
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.cases.due_rules import DueRules, write_rules
from console.cases.models import StoredDueRules
from console.cases.queries import SavedRules, saved_rules
from console.cases.rule_form import WEEKDAYS, Fields, read_fields, write_fields
from console.db.writing import write
from console.errors import InvalidError, OutdatedError, Problem
from console.identity.models import User
from console.web.forms import read_form
from console.web.i18n import N_
from scripts_engine.facts import PRIORITIES
from scripts_engine.script import LINES

PATH = "/admin/due-times"

WORDS = {"low": N_("low"), "normal": N_("normal"), "high": N_("high"), "urgent": N_("urgent")}

A_MONDAY = date(2026, 11, 23)
"""Weekdays are named in the reader's language by the days of its week."""


async def rules_page(request: Request) -> Response:
    """GET /admin/due-times: how long cases may take, working hours and holidays, to be changed."""
    async with request.app.state.sessions() as session:
        saved = await saved_rules(session)
        author = await _name(session, saved)
    said = "saved" in request.query_params
    return _page(request, saved, author, fields=write_fields(saved.rules), said=said)


async def post_rules(request: Request) -> Response:
    """POST /admin/due-times: the fields of the page, and `seen`: which rules they were made from."""
    state, form = request.app.state, await read_form(request)
    seen = form.text("seen")
    try:
        rules = read_fields(form)
        await write(state.sessions, lambda session: _save(request, session, rules, seen))
    except InvalidError as error:
        return await _again(request, form, seen, error.problems)
    except OutdatedError:
        return await _again(request, form)
    return RedirectResponse(f"{PATH}?saved", HTTPStatus.SEE_OTHER)


async def _save(request: Request, session: AsyncSession, rules: DueRules, seen: str) -> None:
    saved = await saved_rules(session)
    if str(saved.number) != seen:
        raise OutdatedError("")
    if rules != saved.rules:
        author, at = request.state.viewer.email, request.app.state.clock()
        # Its number is the next one: of two who save at once the second finds it taken, and looks again.
        row = StoredDueRules(id=saved.number + 1, document=write_rules(rules), author=author, at=at)
        session.add(row)
        await session.flush()


async def _again(
    request: Request, fields: Fields, seen: str | None = None, problems: Sequence[Problem] = ()
) -> Response:
    """The page with what was typed; without `seen`: on top of what somebody else saved meanwhile."""
    async with request.app.state.sessions() as session:
        saved = await saved_rules(session)
        author = await _name(session, saved)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.CONFLICT
    context = {"seen": seen or saved.number, "problems": problems, "overtaken": seen is None}
    return _page(request, saved, author, fields=fields, status=status, **context)


async def _name(session: AsyncSession, saved: SavedRules) -> str | None:
    if saved.author is None:
        return None
    of = select(func.max(User.name)).where(User.email == saved.author)
    return await session.scalar(of) or saved.author


def _page(
    request: Request,
    saved: SavedRules,
    author: str | None,
    *,
    fields: Fields,
    status: int = HTTPStatus.OK,
    **more: Any,
) -> Response:
    state = request.app.state
    problems: dict[str, list[str]] = {}
    for problem in more.pop("problems", ()):
        problems.setdefault(problem.where, []).append(problem.why)
    context = {
        "saved": saved,
        "author": author,
        "fields": {name: fields.get(name, "") for name in write_fields(saved.rules)},
        "problems": problems,
        "lines": LINES,
        "priorities": [(priority, WORDS[priority]) for priority in PRIORITIES],
        "weekdays": [(number, A_MONDAY + timedelta(number - 1)) for number in WEEKDAYS],
        "zone": str(state.templates.zone),
        "path": PATH,
        "seen": saved.number,
        "said": False,
        "overtaken": False,
        **more,
    }
    response: Response = state.templates.response(request, "cases/rules.html", context, status=status)
    return response
