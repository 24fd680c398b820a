"""`/reports/at-risk`: customers at risk, and the same as a file."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.errors import InvalidError, Problem
from console.reports.files import CSV, XLSX
from console.reports.risk_files import write_risk_csv, write_risk_xlsx
from console.reports.risk_reading import AtRisk, Totals, Wanted, read_list, read_totals
from console.reports.risk_survey import MOST_FOUND
from console.reports.risk_watch import begin_now
from console.reports.views import TOP, draw, formats_of
from console.risk.models import RiskSurvey
from console.risk.rule_sets import SETS
from console.risk.surveys import is_under_way, last_survey, shown_survey
from console.web.forms import read_form
from console.web.i18n import gettext as _

PATH = f"{TOP}/at-risk"
RULES = "/studio/at-risk"
PAGE = 50
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Listed:
    """What was asked for: the survey (None: there was none yet), its customers from a place on, and the
    titles of the rules it went by."""

    survey: RiskSurvey | None
    last: RiskSurvey | None
    wanted: Wanted
    titles: Mapping[str, str]
    totals: Totals
    found: list[AtRisk]


async def at_risk_page(request: Request) -> Response:
    """GET /reports/at-risk: `rule` and `segment` choose; `page` counts from 1."""
    page = _page(request)
    async with request.app.state.sessions() as session:
        listed = await find_at_risk(session, wanted_of(request), PAGE, (page - 1) * PAGE)
        has_rules = bool((await SETS.newest(session)).rules)
    return draw(request, "reports/at_risk.html", _shown(request, listed, page) | {"has_rules": has_rules})


async def at_risk_csv(request: Request) -> Response:
    """GET /reports/at-risk.csv: the whole list, as it was chosen."""
    listed = await _all(request)
    text = await asyncio.to_thread(write_risk_csv, listed.found, listed.titles, formats_of(request).zone)
    return _file(request, listed, text.encode(), CSV, "csv")


async def at_risk_xlsx(request: Request) -> Response:
    """GET /reports/at-risk.xlsx: the same."""
    listed, formats = await _all(request), formats_of(request)
    as_of = formats.datetime(listed.survey.begun_at) if listed.survey else ""
    title = _("Customers at risk, as of %(moment)s", moment=as_of)
    content = await asyncio.to_thread(write_risk_xlsx, listed.found, listed.titles, formats.zone, title)
    return _file(request, listed, content, XLSX, "xlsx")


async def post_count(request: Request) -> Response:
    """POST /reports/at-risk/count: have the list made anew, in the background."""
    await read_form(request)
    state = request.app.state
    begun = await begin_now(state.sessions, state.settings, state.clock())
    return RedirectResponse(f"{PATH}?begun={'yes' if begun else 'no'}", HTTPStatus.SEE_OTHER)


async def find_at_risk(session: AsyncSession, wanted: Wanted, most: int, after: int = 0) -> Listed:
    """The customers of the list that is shown, from the place `after` on."""
    survey, last = await shown_survey(session), await last_survey(session)
    if survey is None:
        return Listed(None, last, wanted, {}, Totals(0, {}, ()), [])
    rules = (await SETS.of(session, survey.rules)).rules if survey.rules else []
    return Listed(
        survey=survey,
        last=last,
        wanted=wanted,
        titles={str(rule["rule"]): str(rule.get("title", "")) for rule in rules if not rule.get("archived")},
        totals=await read_totals(session, survey, wanted),
        found=await read_list(session, survey, wanted, most, after),
    )


def wanted_of(request: Request) -> Wanted:
    """What an address asks for."""
    query = request.query_params
    return Wanted(query.get("rule", ""), query.get("segment", ""))


async def _all(request: Request) -> Listed:
    async with request.app.state.sessions() as session:
        return await find_at_risk(session, wanted_of(request), MOST_FOUND)


def _page(request: Request) -> int:
    typed = request.query_params.get("page", "") or "1"
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS and int(typed)):
        raise InvalidError([Problem("page", _("Write a whole number from 1 on."))])
    return int(typed)


def _shown(request: Request, listed: Listed, page: int) -> dict[str, Any]:
    state, wanted = request.app.state, listed.wanted
    at: datetime = state.clock()
    said = {"rule": wanted.rule, "segment": wanted.segment}

    def with_query(**changed: str) -> str:
        return "?" + urlencode({name: value for name, value in {**said, **changed}.items() if value})

    return {
        "path": PATH,
        "rules": RULES,
        "listed": listed,
        "at": at,
        "page": page,
        "pages_of_list": max(1, -(-listed.totals.number // PAGE)),
        "under_way": listed.last is not None and is_under_way(listed.last, at),
        "begun": request.query_params.get("begun", ""),
        "with_query": with_query,
    }


def _file(request: Request, listed: Listed, content: bytes, kind: str, ending: str) -> Response:
    at = listed.survey.begun_at if listed.survey else request.app.state.clock()
    day = at.astimezone(formats_of(request).zone).date()
    headers = {"content-disposition": f'attachment; filename="customers-at-risk-{day}.{ending}"'}
    return Response(content, media_type=kind, headers=headers)
