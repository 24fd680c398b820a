"""`GET /api/v1/at-risk`: customers at risk, as the page lists them."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from console.api.bodies import refuse_unknown
from console.api.paging import read_limit, read_place, write_place
from console.reports.risk_files import Titles
from console.reports.risk_reading import AtRisk
from console.reports.risk_views import find_at_risk, wanted_of

PARAMETERS = ("rule", "segment", "limit", "cursor")


async def get_at_risk(request: Request) -> JSONResponse:
    """The customers of the list that is shown, the most pressing first."""
    refuse_unknown(request.query_params, PARAMETERS)
    limit, after = read_limit(request.query_params), read_place(request.query_params)
    async with request.app.state.sessions() as session:
        listed = await find_at_risk(session, wanted_of(request), limit, after)
    end = after + len(listed.found)
    as_of = listed.survey.begun_at.isoformat() if listed.survey else None
    return JSONResponse(
        {
            "items": [{**_item(each, listed.titles), "as_of": as_of} for each in listed.found],
            "next": write_place(end) if end < listed.totals.number and listed.found else None,
        }
    )


def _item(each: AtRisk, titles: Titles) -> dict[str, Any]:
    step = each.step
    return {
        "ref": each.ref,
        "name": each.name,
        "company": each.company or None,
        "segment": each.segment or None,
        "since": each.since.isoformat(),
        "rules": [
            {
                "rule": by.rule,
                "title": titles.get(by.rule, by.rule),
                "since": by.since.isoformat(),
                "why": [reason._asdict() for reason in by.why],
            }
            for by in each.rules
        ],
        "owner": each.owner or None,
        "next_step": step
        and {
            "kind": step.kind,
            "text": step.text,
            "due_at": step.due_at.isoformat() if step.due_at else None,
        },
    }
