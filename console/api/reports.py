"""`GET /api/v1/reports`: the table of a report, as its page shows it."""

from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import refuse_unknown
from console.figures.catalogue import Value
from console.figures.shares import Share
from console.reports.choice import FIELDS
from console.reports.table import Line, Table
from console.reports.views import find

PARAMETERS = FIELDS


async def get_report(request: Request) -> JSONResponse:
    """The rows of a period, each with its figures, and all together."""
    refuse_unknown(request.query_params, PARAMETERS)
    async with request.app.state.sessions() as session:
        found = await find(request, session)
    table, choice = found.table, found.table.choice
    answer = {
        "by": choice.by.value,
        "from": choice.period.begin.isoformat(),
        "until": choice.period.end.isoformat(),
        "as_of": found.at.isoformat(),
        "formula": choice.switches.formula,
        "rows": [_row(line, table) for line in table.lines],
        "total": _row(table.total, table),
    }
    return JSONResponse(answer)


def _row(line: Line, table: Table) -> dict[str, Any]:
    figures = zip(table.columns, line.values, strict=True)
    return {
        "key": line.key.isoformat() if isinstance(line.key, datetime) else line.key,
        "label": line.label,
        "figures": {column.key: _figure(value) for column, value in figures},
    }


def _figure(value: Value) -> dict[str, Any] | float | None:
    if not isinstance(value, Share):
        return value
    return {"part": value.part, "count": value.count, "of": value.of}
