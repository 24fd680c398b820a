"""`/reports/week`, `/reports/trend` and `/reports/staffing`: pictures, with the tables that they are drawn
from."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from babel import dates
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.errors import InvalidError, Problem
from console.figures.agents import staffing
from console.figures.catalogue import FIGURES
from console.figures.erlang import Target
from console.figures.intervals import DAY, Span, midnight
from console.figures.sources import SOURCES
from console.figures.switches import AS_SET
from console.queues.service_levels import read_limits
from console.reports import sources
from console.reports.choice import By, Only, read_only
from console.reports.columns import COLUMNS
from console.reports.labels import read_queues
from console.reports.period import read_day, read_period
from console.reports.reading import chunks, stretch_of
from console.reports.spans import tallies_of
from console.reports.staffing import USUAL, HalfHour, half_hours, read_target
from console.reports.table import number_of
from console.reports.trend import FIGURES_OF_TREND, steps_of, trend
from console.reports.views import draw, formats_of, frame_of
from console.reports.week import MEASURES, half_hours_of, heat_map, over_until
from console.reports.writing import days_label, explain, locale, moment_label, write
from console.web.i18n import gettext as _

PERIOD = ("period", "from", "until", "queue", "line")
WEEK_FIELDS = (*PERIOD, "measure")
TREND_FIELDS = (*PERIOD, "figure")
STAFFING_FIELDS = ("day", "queue", "line", *USUAL)
USUAL_WEEK, USUAL_TREND = "last_28_days", "this_week"

Context = dict[str, Any]
Fill = Callable[[Request, AsyncSession], Awaitable[Context]]


async def week_page(request: Request) -> Response:
    """GET /reports/week: each half-hour of each weekday; `?measure=` one of `week.MEASURES`."""
    return await _page(request, "reports/week.html", WEEK_FIELDS, USUAL_WEEK, _week)


async def trend_page(request: Request) -> Response:
    """GET /reports/trend: a figure beside the week before; `?figure=` one of `trend.FIGURES_OF_TREND`."""
    return await _page(request, "reports/trend.html", TREND_FIELDS, USUAL_TREND, _trend)


async def staffing_page(request: Request) -> Response:
    """GET /reports/staffing: agents needed and there, each half-hour of a `day`; `share`, `within_s` and
    `shrinkage` are the target."""
    return await _page(request, "reports/staffing.html", STAFFING_FIELDS, "", _staffing)


async def _page(request: Request, name: str, fields: tuple[str, ...], usual: str, fill: Fill) -> Response:
    async with request.app.state.sessions() as session:
        frame = frame_of(request, await read_queues(session), fields, usual)
        frame |= {
            "measures": MEASURES,
            "figures": _figures(),
            "sources": SOURCES,
            "at": request.app.state.clock(),
        }
        try:
            found = await fill(request, session)
        except InvalidError as error:
            problems = {each.where: each.why for each in error.problems}
            context = {**frame, "problems": problems, "found": None}
            return draw(request, name, context, HTTPStatus.UNPROCESSABLE_ENTITY)
    return draw(request, name, {**frame, **found, "write": write, "explain": explain})


def _figures() -> list[tuple[str, str]]:
    return [(key, FIGURES[key].label) for key in FIGURES_OF_TREND]


def _named(request: Request, field: str, names: list[str], problems: list[Problem]) -> str:
    name = request.query_params.get(field, "") or names[0]
    if name not in names:
        why = _("There is no such choice: choose one of %(names)s.", names=", ".join(names))
        problems.append(Problem(field, why))
    return name


def _asked(request: Request, usual: str, problems: list[Problem]) -> tuple[Span, Only]:
    query, zone = request.query_params, request.app.state.templates.zone
    period = read_period(query, request.app.state.clock(), zone, problems, usual)
    return period, read_only(query, problems)


async def _week(request: Request, session: AsyncSession) -> Context:
    problems: list[Problem] = []
    period, only = _asked(request, USUAL_WEEK, problems)
    measure = _named(request, "measure", [*MEASURES], problems)
    if problems:
        raise InvalidError(problems)
    formats, zone = formats_of(request), request.app.state.templates.zone
    spans = half_hours_of(over_until(period, request.app.state.clock()), zone)
    tallies = await tallies_of(session, spans, only, await read_limits(session))
    return {
        "found": heat_map(spans, tallies, MEASURES[measure], zone),
        "measure": MEASURES[measure],
        "days_said": days_label(period, formats),
        "weekdays": [dates.get_day_names("abbreviated", locale=locale())[day] for day in range(7)],
        "clock_of": lambda half: f"{half // 2:02}:{half % 2 * 30:02}",
    }


async def _trend(request: Request, session: AsyncSession) -> Context:
    problems: list[Problem] = []
    period, only = _asked(request, USUAL_TREND, problems)
    figure = _named(request, "figure", [*FIGURES_OF_TREND], problems)
    if problems:
        raise InvalidError(problems)
    formats, zone = formats_of(request), request.app.state.templates.zone
    steps, limits = steps_of(period, request.app.state.clock(), zone), await read_limits(session)
    now = await tallies_of(session, steps.now, only, limits)
    earlier = await tallies_of(session, steps.earlier, only, limits)
    return {
        "found": trend(figure, steps, now, earlier, AS_SET),
        "kind": COLUMNS[figure].kind,
        "number_of": number_of,
        "days_said": days_label(period, formats),
        "label_of": lambda begin: moment_label(begin, By(steps.grain.value), formats),
    }


async def _staffing(request: Request, session: AsyncSession) -> Context:
    problems: list[Problem] = []
    query, at = request.query_params, request.app.state.clock()
    zone = request.app.state.templates.zone
    day = read_day(query, "day", problems) if query.get("day") else at.astimezone(zone).date()
    only, target = read_only(query, problems), read_target(query, problems)
    if problems or day is None:
        raise InvalidError(problems)
    whole = Span(midnight(day, zone), midnight(day + DAY, zone))
    found = await _half_hours(session, half_hours_of(whole, zone), only, target, at)
    return {
        "found": found,
        "day": day,
        "target": target,
        "lacking": [each for each in found if each.lacking is not None and each.lacking >= 1],
        "days_said": days_label(whole, formats_of(request)),
    }


async def _half_hours(
    session: AsyncSession, spans: Sequence[Span], only: Only, target: Target, at: datetime
) -> list[HalfHour]:
    day = Span(spans[0].begin, spans[-1].end)
    tallies = await tallies_of(session, spans, only, await read_limits(session))
    stretches = []
    async for rows in chunks(session, sources.states(day, only)):
        stretches += [stretch_of(row) for row in rows]
    return half_hours(spans, tallies, staffing(stretches, spans, at), target, at)
