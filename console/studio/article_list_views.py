"""The list of the knowledge base's articles: `/studio/articles`."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.customers.folding import fold
from console.knowledge.article import KINDS, Article, Kind
from console.knowledge.index import readable_text
from console.knowledge.passages import Piece, passage
from console.knowledge.queries import WrittenArticle, newest_articles
from console.knowledge.search import find_written
from console.scripts.queries import scripts_with_articles
from console.studio.paths import (
    ARTICLES,
    EXPORT_ARTICLES,
    IMPORT_ARTICLES,
    NEW_ARTICLE,
    TOP,
    article_path,
    script_path,
)
from console.web.i18n import gettext as _

MOST = 100
"""Articles of the list; whoever looks for another one types a word of it."""

ARCHIVED = "archived"

Attached = Mapping[str, Mapping[str, str]]
"""By the key of an article: the scripts that it stands beside, titles by keys."""


@dataclass(frozen=True, slots=True)
class Row:
    """An article as the list shows it, with the place where the words stand that were looked for."""

    article: Article
    at: datetime
    author: str | None
    scripts: Mapping[str, str]
    passage: Sequence[Piece] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is to show. `state`: a kind, or those that are archived."""

    text: str
    state: str

    @property
    def kind(self) -> Kind | None:
        """The only kind that is wanted."""
        return Kind(self.state) if self.state in set(Kind) else None


async def articles_page(request: Request) -> Response:
    """GET /studio/articles: `?q=` words, `?state=` a kind or `archived`. Asked by the search box while
    somebody types, the rows alone."""
    state = request.app.state
    query = request.query_params
    given = query.get("state", "")
    wanted = Wanted(query.get("q", "").strip(), given if given in {*Kind, ARCHIVED} else "")
    async with state.sessions() as session:
        rows = await _rows(session, wanted)
        anything = bool(rows) or bool(await newest_articles(session, most=1))
    context = {
        "rows": rows[:MOST],
        "more": len(rows) > MOST,
        "empty": not anything and not wanted.text and not wanted.state,
        "wanted": wanted,
        "kinds": {str(kind): _(label) for kind, label in KINDS.items()},
        "states": _states(),
        "here": ARTICLES,
        "new": NEW_ARTICLE,
        "import_": IMPORT_ARTICLES,
        "export": EXPORT_ARTICLES,
        "top": TOP,
        "article_path": article_path,
        "script_path": script_path,
    }
    name = "studio/_articles.html" if "HX-Request" in request.headers else "studio/articles.html"
    response: Response = state.templates.response(request, name, context)
    return response


def _states() -> dict[str, str]:
    return {
        "": _("All but archived"),
        **{str(kind): _(label) for kind, label in KINDS.items()},
        ARCHIVED: _("Archived"),
    }


async def _rows(session: AsyncSession, wanted: Wanted) -> list[Row]:
    attached = await attached_scripts(session)
    if wanted.text and wanted.state != ARCHIVED:
        question, written = await find_written(session, wanted.text, most=MOST + 1)
        found = [each for each in written if wanted.kind in {None, each.article.kind}]
        return await asyncio.to_thread(
            lambda: [
                _row(each, attached, passage(readable_text(each.article), question.words)) for each in found
            ]
        )
    archived = wanted.state == ARCHIVED
    written = await newest_articles(session, archived=archived, kind=wanted.kind, most=MOST + 1)
    like = fold(wanted.text)
    return [_row(each, attached) for each in written if like in fold(each.article.title)]


def _row(written: WrittenArticle, attached: Attached, found: Sequence[Piece] = ()) -> Row:
    return Row(written.article, written.at, written.author, attached.get(written.key, {}), found)


async def attached_scripts(session: AsyncSession) -> Attached:
    """The scripts that each article stands beside."""
    attached: dict[str, dict[str, str]] = {}
    for key, title, articles in await scripts_with_articles(session):
        for article in articles:
            attached.setdefault(article, {}).setdefault(key, title)
    return attached
