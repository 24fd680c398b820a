"""The log of what supervisors did, for admins: `/admin/audit`."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from console.audit.acts import LABELS, RESULTS, Act
from console.audit.queries import PAGE, Wanted, read_log, read_people
from console.clock import on_clock
from console.desk.breaks import BREAKS

PATH = "/admin/audit"

LONGEST_NUMBER = 18
"""Digits of a key; no more fit."""


async def audit_page(request: Request) -> Response:
    """GET /admin/audit?day=&user=&act=&before=: the newest first."""
    state, asked = request.app.state, request.query_params
    zone: ZoneInfo = state.templates.zone
    wanted = _wanted(asked, zone)
    async with state.sessions() as session:
        rows = await read_log(session, wanted)
        people = await read_people(session)
    context = {
        "path": PATH,
        "rows": [(row, on_clock(row.at, zone)) for row in rows],
        "people": people,
        "acts": {act.value: label for act, label in LABELS.items()},
        "results": {result.value: label for result, label in RESULTS.items()},
        "day": asked.get("day", ""),
        "user": wanted.user_id,
        "act": wanted.act,
        "older": _older(asked, rows[-1].id) if len(rows) == PAGE else None,
        "breaks": BREAKS,
    }
    response: Response = state.templates.response(request, "admin/audit.html", context)
    return response


def _older(asked: Mapping[str, str], before: int) -> str:
    """Where the older ones are."""
    return f"{PATH}?{urlencode({**asked, 'before': before})}"


def _wanted(asked: Mapping[str, str], zone: ZoneInfo) -> Wanted:
    """What makes no sense filters nothing."""
    since, act = _midnight(asked.get("day", ""), zone), asked.get("act", "")
    return Wanted(
        since=since,
        until=None if since is None else _midnight(str(since.date() + timedelta(days=1)), zone),
        user_id=_number(asked.get("user", "")),
        act=act if act in set(Act) else "",
        before=_number(asked.get("before", "")),
    )


def _midnight(day: str, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(day), time(), zone)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None
