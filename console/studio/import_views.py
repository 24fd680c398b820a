"""Where scripts are imported: `/studio/import`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.db.writing import write
from console.errors import InvalidError
from console.knowledge.surroundings import surroundings
from console.scripts.actions import By, Imported, RejectedError, import_checked
from console.scripts.queries import published_scripts
from console.studio.checking_apart import check_apart
from console.studio.paths import GALLERY, IMPORT, TOP
from console.studio.sending import Sent, read_sent
from console.web.i18n import gettext as _

NOTHING: Mapping[str, Any] = {"sent": None, "problems": [], "rejected": 0, "done": None}


async def import_page(request: Request) -> Response:
    """GET /studio/import: a file, or a pasted text."""
    return _page(request, NOTHING, HTTPStatus.OK)


async def post_import(request: Request) -> Response:
    """POST /studio/import: all of it or nothing. What is wrong is listed with its place; a pasted text stays
    in its field."""
    sent = await read_sent(request)
    try:
        done = await _import(request, sent)
    except InvalidError as error:
        rejected = error.rejected if isinstance(error, RejectedError) else 0
        wrong = {"sent": sent, "problems": error.problems, "rejected": rejected, "done": None}
        return _page(request, wrong, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, {**NOTHING, "sent": sent, "done": done}, HTTPStatus.OK)


async def _import(request: Request, sent: Sent) -> Imported:
    """Checked first, and then stored: a check takes seconds, in which others want to write, too."""
    state, text = request.app.state, sent.text
    note = sent.note or _("Imported from %(name)s", name=sent.name)
    by = By(request.state.viewer.email, state.clock(), note)
    async with state.sessions() as session:
        others = await published_scripts(session)
        there = await surroundings(session)
    checked = await check_apart(text, sent.name, others, there)

    async def work(session: AsyncSession) -> Imported:
        return await import_checked(session, checked, publish=sent.publish, by=by)

    return await write(state.sessions, work)


def _page(request: Request, context: Mapping[str, Any], status: HTTPStatus) -> Response:
    frame = {"top": TOP, "import_": IMPORT, "gallery": GALLERY}
    response: Response = request.app.state.templates.response(
        request, "studio/import.html", {**frame, **context}, status=status
    )
    return response
