"""Articles from and to files: `/studio/import/articles`, `/studio/export/articles`."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.db.writing import write
from console.errors import InvalidError
from console.knowledge.files import Imported, export_articles, read_articles, store_articles
from console.scripts.actions import By
from console.studio.checking_apart import work_apart
from console.studio.paths import ARTICLES, IMPORT_ARTICLES, TOP
from console.studio.sending import YAML, Sent, read_sent
from console.web.i18n import gettext as _


async def import_page(request: Request) -> Response:
    """GET /studio/import/articles: a file, or a pasted text."""
    return _page(request, {})


async def post_import(request: Request) -> Response:
    """POST /studio/import/articles: all of it or nothing. What is wrong is listed with its place; a pasted
    text stays in its field."""
    sent = await read_sent(request)
    try:
        done = await _import(request, sent)
    except InvalidError as error:
        return _page(request, {"sent": sent, "problems": error.problems}, HTTPStatus.UNPROCESSABLE_ENTITY)
    return _page(request, {"sent": sent, "done": done})


async def _import(request: Request, sent: Sent) -> Imported:
    """Read first, and then stored: reading takes a while, in which others want to write, too."""
    state = request.app.state
    articles = await work_apart(read_articles, sent.text, sent.name)
    note = sent.note or _("Imported from %(name)s", name=sent.name)
    by = By(request.state.viewer.email, state.clock(), note)

    async def work(session: AsyncSession) -> Imported:
        return await store_articles(session, articles, by=by)

    return await write(state.sessions, work)


async def export(request: Request) -> Response:
    """GET /studio/export/articles: all that are not archived, as one file."""
    async with request.app.state.sessions() as session:
        text = await export_articles(session)
    headers = {"Content-Disposition": 'attachment; filename="articles.yaml"'}
    return Response(text, media_type=YAML, headers=headers)


def _page(request: Request, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> Response:
    nothing: dict[str, Any] = {"sent": None, "problems": [], "done": None}
    frame = {"top": TOP, "articles": ARTICLES, "import_": IMPORT_ARTICLES}
    response: Response = request.app.state.templates.response(
        request, "studio/import_articles.html", {**nothing, **frame, **context}, status=status
    )
    return response
