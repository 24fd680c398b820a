"""Export and erasure of a person: `/customers/{ref}/export`, `/customers/{ref}/erase`, `/erasures`."""

import asyncio
import re
from http import HTTPStatus
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.customers.models import Erasure
from console.customers.paths import customer_path
from console.profile.erasing import OnCallError, erase_customer
from console.profile.erasure_preview import preview_erasure, what_goes, what_stays
from console.profile.exporting import export_customer, write_export
from console.web.forms import read_form
from console.web.i18n import gettext as _

SHOWN = 100
"""Erasures on their page, the latest of them."""

NOT_IN_A_FILE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


async def export_person(request: Request) -> Response:
    """GET /customers/{ref}/export: everything about a person, as a file to keep."""
    state, ref = request.app.state, request.path_params["ref"]
    async with state.sessions() as session:
        document = await export_customer(session, ref, state.clock())
    text = await asyncio.to_thread(write_export, document)  # somebody may have called a thousand times
    name = f"customer-{NOT_IN_A_FILE_NAME.sub('-', ref).strip('-')}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, headers=headers, media_type="application/json")


async def erase_page(request: Request) -> Response:
    """GET /customers/{ref}/erase: what would go and what would stay, and the question."""
    return await _question(request, HTTPStatus.OK)


async def post_erase(request: Request) -> Response:
    """POST /customers/{ref}/erase: field `ref`, typed again. On to the erasures, or the question again with
    what kept it from being done."""
    state, ref = request.app.state, request.path_params["ref"]
    typed = (await read_form(request)).text("ref")
    if typed != ref:
        why = _("Nothing was erased: this is not the reference of this customer. Type it as it stands above.")
        return await _question(request, HTTPStatus.UNPROCESSABLE_ENTITY, typed, why)
    try:
        erased = await erase_customer(state.sessions, ref, request.state.viewer.email, state.clock())
    except OnCallError as error:
        return await _question(request, HTTPStatus.CONFLICT, typed, str(error))
    done = {"done": erased.erasure.id} | ({} if erased.wiped else {"traces": "left"})
    return RedirectResponse(f"/erasures?{urlencode(done)}", HTTPStatus.SEE_OTHER)


async def _question(request: Request, status: HTTPStatus, typed: str = "", why: str = "") -> Response:
    state, ref = request.app.state, request.path_params["ref"]
    async with state.sessions() as session:
        preview = await preview_erasure(session, ref)
    context = {
        "preview": preview,
        "goes": what_goes(preview),
        "stays": what_stays(preview),
        "path": customer_path(ref),
        "typed": typed,
        "why": why,
    }
    response: Response = state.templates.response(request, "profile/erase.html", context, status=status)
    return response


async def erasures_page(request: Request) -> Response:
    """GET /erasures: who erased somebody, and when, latest first. `?done=`: the one that was just made,
    `?traces=left`: the database's files may still hold traces."""
    state, query = request.app.state, request.query_params
    latest = select(Erasure).order_by(Erasure.id.desc()).limit(SHOWN)
    async with state.sessions() as session:
        erasures = (await session.scalars(latest)).all()
    done = next((each for each in erasures if str(each.id) == query.get("done")), None)
    context = {"erasures": erasures, "done": done, "traces": query.get("traces") == "left", "shown": SHOWN}
    response: Response = state.templates.response(request, "profile/erasures.html", context)
    return response
