"""`/reports`: the table, and its files."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.errors import InvalidError
from console.figures.formulas import FORMULAS, SWITCHES
from console.figures.sources import SOURCES
from console.figures.switches import AS_SET
from console.reports.choice import (
    BY_WORDS,
    FIELDS,
    FIRST_CONTACT_DAYS,
    SHOW_WORDS,
    By,
    Choice,
    read_choice,
)
from console.reports.files import CSV, XLSX, write_csv, write_xlsx
from console.reports.labels import ALL_OF, read_labels, read_queues
from console.reports.period import DAYS, PERIODS
from console.reports.reading import read_report
from console.reports.table import Table, fill, table
from console.reports.writing import days_label, explain, write
from console.web.formats import Formats, formats_for
from console.web.i18n import current_locale
from console.web.i18n import gettext as _

TOP = "/reports"


def pages() -> list[tuple[str, str]]:
    """The pages of reports: path below TOP, and words."""
    return [
        ("", _("Table")),
        ("/week", _("Heat map of the week")),
        ("/trend", _("Beside the week before")),
        ("/staffing", _("Agents needed")),
        ("/at-risk", _("Customers at risk")),
    ]


@dataclass(frozen=True, slots=True)
class Found:
    """The table that was asked for, and when it was counted."""

    table: Table
    at: datetime


async def reports_page(request: Request) -> Response:
    """GET /reports: the table of a period. What can be said is in `choice.FIELDS`."""
    async with request.app.state.sessions() as session:
        queues = await read_queues(session)
        frame = frame_of(request, queues, FIELDS)
        try:
            found = await find(request, session)
        except InvalidError as error:
            context = {**frame, "problems": {each.where: each.why for each in error.problems}, "table": None}
            return draw(request, "reports/page.html", context, HTTPStatus.UNPROCESSABLE_ENTITY)
    return draw(request, "reports/page.html", {**frame, **_shown(request, found)})


async def reports_csv(request: Request) -> Response:
    """GET /reports/table.csv: the same table."""
    async with request.app.state.sessions() as session:
        found = await find(request, session)
    text = write_csv(found.table, _heading(found.table))
    return _file(request, found, text.encode(), CSV, "csv")


async def reports_xlsx(request: Request) -> Response:
    """GET /reports/table.xlsx: the same table."""
    async with request.app.state.sessions() as session:
        found = await find(request, session)
    title = days_label(found.table.choice.period, formats_of(request))
    content = await asyncio.to_thread(write_xlsx, found.table, _heading(found.table), title)
    return _file(request, found, content, XLSX, "xlsx")


async def find(request: Request, session: AsyncSession, query: Mapping[str, str] | None = None) -> Found:
    """The table that an address asks for. Raises InvalidError."""
    formats, at = formats_of(request), request.app.state.clock()
    choice = read_choice(request.query_params if query is None else query, at, formats.zone)
    report = await read_report(session, choice, at, formats.zone)
    fill(report, choice, at, formats.zone)
    labels = await read_labels(session, report, choice, formats)
    return Found(table(report, choice, labels, _(ALL_OF)), at)


def formats_of(request: Request) -> Formats:
    """How the reader writes, by the clocks of the company."""
    return formats_for(current_locale(), request.app.state.templates.zone)


def draw(request: Request, name: str, context: Mapping[str, Any], status: int = HTTPStatus.OK) -> Response:
    """A page of reports."""
    response: Response = request.app.state.templates.response(
        request, name, {"top": TOP, "pages": pages(), "problems": {}, **context}, status=status
    )
    return response


def frame_of(
    request: Request, queues: Mapping[str, str], fields: tuple[str, ...], usual: str = "today"
) -> dict[str, Any]:
    """What a page of reports has in any case: what was chosen, as it was typed, and what can be."""
    typed = {name: request.query_params.get(name, "") for name in fields}
    said = {name: value for name, value in typed.items() if value}
    gone = typed.get("queue", "")
    return {
        "typed": typed | {"period": typed.get("period") or usual},
        "query": urlencode(said),
        "queues": queues if not gone or gone in queues else {**queues, gone: gone},
        "periods": PERIODS,
        "days": DAYS,
        "by_words": BY_WORDS,
        "show_words": SHOW_WORDS,
        "formulas": FORMULAS,
        "switches": SWITCHES,
        "usual_days": FIRST_CONTACT_DAYS,
        "with_query": lambda **changed: _query({**said, **changed}),
    }


def _query(said: Mapping[str, str]) -> str:
    return "?" + urlencode({name: value for name, value in said.items() if value})


def _shown(request: Request, found: Found) -> dict[str, Any]:
    table = found.table
    choice = table.choice
    return {
        "table": table,
        "heading": _heading(table),
        "at": found.at,
        "choice": choice,
        "days_said": days_label(choice.period, formats_of(request)),
        "write": write,
        "explain": explain,
        "sources": SOURCES,
        "says_service_level": choice.by is not By.AGENT
        and any(column.key == "service_level" for column in table.columns),
        "usual_choice": _is_usual(choice),
    }


def _is_usual(choice: Choice) -> bool:
    """Whether what is computed is as usual: then the fields for that are folded."""
    return choice.switches == AS_SET and choice.first_contact_days == FIRST_CONTACT_DAYS


def _heading(table: Table) -> str:
    return _(BY_WORDS[table.choice.by])


def _file(request: Request, found: Found, content: bytes, kind: str, ending: str) -> Response:
    period, by = found.table.choice.period, found.table.choice.by
    zone = formats_of(request).zone
    first, last = (at.astimezone(zone).date() for at in (period.begin, period.end - datetime.resolution))
    name = f"report-{by.value}-{first}-{last}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
