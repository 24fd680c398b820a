"""The pages of one article of the knowledge base: `/studio/articles/new`, `/studio/articles/{key}` and what
lies under it. The list is in `article_list_views`.

What is written is in the page until it is saved: whatever keeps it from being saved, the page comes back with
all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.db.writing import write
from console.errors import InvalidError, NotFoundError, Problem
from console.knowledge.article import (
    KINDS,
    MOST_IN_KEYWORDS,
    MOST_IN_LINK,
    MOST_IN_TITLE,
    Article,
    Kind,
    check,
    key_for,
    tidy,
)
from console.knowledge.filling import Filled, fill_in
from console.knowledge.queries import article_of, versions_of
from console.knowledge.saving import StaleArticleError, archive_article, restore_article, save_article
from console.scripts.actions import By
from console.studio.article_differences import Conflict, compare, differences, lines_between, shown_text
from console.studio.article_list_views import attached_scripts
from console.studio.editor_drawing import renderer_for
from console.studio.gathering import CUSTOMER, Tried, context_of, gather
from console.studio.paths import (
    ARTICLES,
    PREVIEW_ARTICLE,
    SAVE_ARTICLE,
    TOP,
    article_compare_path,
    article_path,
    article_version_path,
    script_path,
)
from console.studio.values import value_options, written
from console.web.forms import Form, read_form
from console.web.i18n import gettext as _
from scripts_engine.script import Script

NEW = Article(key="", kind=Kind.QUESTION, title="", text="")
NOBODY = Script(key="", title="", steps=())
"""A preview is of a customer, not of a script: any line, any queue."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What is drawn: the article as it is being written, from which stored version, who it is tried with,
    and what kept it from being saved."""

    article: Article
    based_on: int | None = None
    who: str = ""
    note: str = ""
    problems: tuple[Problem, ...] = ()
    conflict: Conflict | None = None
    why: str = ""

    @property
    def text(self) -> str:
        """The text as its author sees it."""
        return shown_text(self.article)


async def new_page(request: Request) -> Response:
    """GET /studio/articles/new: an article that is not stored yet. `?kind=`."""
    kind = request.query_params.get("kind", "")
    article = replace(NEW, kind=Kind(kind)) if kind in set(Kind) else NEW
    return await _draw_page(request, _Page(article))


async def article_page(request: Request) -> Response:
    """GET /studio/articles/{key}: the newest version, to be changed; its versions."""
    async with request.app.state.sessions() as session:
        newest = await article_of(session, request.path_params["key"])
    return await _draw_page(request, _Page(newest.article, newest.number))


async def post_save(request: Request) -> Response:
    """POST /studio/articles/save: on to the article, or back with what keeps it from being saved: what cannot
    work, or what somebody else saved meanwhile."""
    state, form = request.app.state, await read_form(request)
    page = _read(form)
    article = replace(page.article, key=page.article.key or key_for(page.article.title))
    by = By(request.state.viewer.email, state.clock(), page.note or None)

    async def work(session: AsyncSession) -> int:
        return await save_article(session, article, based_on=page.based_on, by=by)

    try:
        await write(state.sessions, work)
    except InvalidError as error:
        page = replace(page, problems=tuple(error.problems))
        return await _draw_page(request, page, HTTPStatus.UNPROCESSABLE_ENTITY)
    except StaleArticleError as stale:
        return await _draw_page(
            request, await _overtaken(request, replace(page, article=article), stale), HTTPStatus.CONFLICT
        )
    except NotFoundError as error:
        return await _draw_page(request, replace(page, why=str(error)), HTTPStatus.CONFLICT)
    return RedirectResponse(f"{article_path(article.key)}?done=saved", HTTPStatus.SEE_OTHER)


async def _overtaken(request: Request, page: _Page, stale: StaleArticleError) -> _Page:
    """What somebody is shown who came second; of a new article: that its key is taken."""
    theirs = stale.newest
    if page.based_on is None:
        why = _("there is such an article already: choose another key")
        return replace(page, problems=(Problem("key", why),))
    async with request.app.state.sessions() as session:
        base = await article_of(session, theirs.key, page.based_on)
    return replace(page, conflict=compare(theirs, tidy(page.article), base))


async def post_preview(request: Request) -> Response:
    """POST /studio/articles/preview: what is wrong, and how it reads for whom it is tried with."""
    page = _read(await read_form(request))
    context = await _tried(request, page)
    response: Response = request.app.state.templates.response(
        request, "studio/_article_preview.html", context
    )
    return response


async def version_page(request: Request) -> Response:
    """GET /studio/articles/{key}/versions/{number}: what a version says."""
    key, number = request.path_params["key"], request.path_params["number"]
    async with request.app.state.sessions() as session:
        version = await article_of(session, key, number)
    context = {
        "version": version,
        "text": shown_text(version.article),
        "kind": _(KINDS[version.article.kind]),
    }
    return _draw(request, "studio/article_version.html", context)


async def compare_page(request: Request) -> Response:
    """GET /studio/articles/{key}/compare?from=&to=: what differs between two versions."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        before = await article_of(session, key, _number(request.query_params.get("from", "")) or 0)
        after = await article_of(session, key, _number(request.query_params.get("to", "")) or 0)
    context = {
        "before": before,
        "after": after,
        "words": differences(before.article, after.article),
        "lines": lines_between(before.article, after.article),
    }
    return _draw(request, "studio/article_compare.html", context)


async def post_archive(request: Request) -> Response:
    """POST /studio/articles/{key}/archive."""
    await read_form(request)
    state, key = request.app.state, request.path_params["key"]
    await write(state.sessions, lambda session: archive_article(session, key, state.clock()))
    return RedirectResponse(f"{article_path(key)}?done=archived", HTTPStatus.SEE_OTHER)


async def post_restore(request: Request) -> Response:
    """POST /studio/articles/{key}/restore: out of the archive."""
    await read_form(request)
    state, key = request.app.state, request.path_params["key"]
    await write(state.sessions, lambda session: restore_article(session, key, state.clock()))
    return RedirectResponse(f"{article_path(key)}?done=restored", HTTPStatus.SEE_OTHER)


def _read(form: Form) -> _Page:
    """What was written in the page."""
    kind = Kind(form.text("kind")) if form.text("kind") in set(Kind) else Kind.QUESTION
    article = Article(
        key=form.text("key"),
        kind=kind,
        title=form.text("title"),
        text=form.get("text", "").replace("\r\n", "\n"),
        keywords=form.text("keywords"),
        language=form.text("language"),
        link=form.text("link"),
    )
    if article.is_filled_in:
        article = replace(article, text=written(article.text))
    return _Page(article, _number(form.text("based_on")), form.text("who"), form.text("note"))


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None


async def _tried(request: Request, page: _Page) -> dict[str, Any]:
    """What the preview names: who, how it reads for them, and what cannot work."""
    article = tidy(page.article)
    tried = await gather(request, page.who, NOBODY)
    problems = check(replace(article, key=article.key or key_for(article.title)))
    broken = any(problem.where == "text" for problem in problems)
    return {
        "article": article,
        "tried": tried,
        "found": problems,
        "filled": Filled("") if broken else _filled(request, article, tried),
    }


def _filled(request: Request, article: Article, tried: Tried) -> Filled:
    settings = request.app.state.settings
    renderer = renderer_for(settings.locale, settings.time_zone, settings.currency)
    return fill_in(article, renderer, context_of(tried, tried.facts, request.state.viewer, ()))


async def _draw_page(request: Request, page: _Page, status: HTTPStatus = HTTPStatus.OK) -> Response:
    key = page.article.key if page.based_on else ""
    async with request.app.state.sessions() as session:
        versions = await versions_of(session, key) if key else []
        scripts = (await attached_scripts(session)).get(key, {}) if key else {}
    context = {
        "page": page,
        "versions": versions,
        "newest": versions[0] if versions else None,
        "scripts": scripts,
        "kinds": {str(kind): _(label) for kind, label in KINDS.items()},
        "values": value_options(()),
        **await _tried(request, page),
    }
    return _draw(request, "studio/article.html", context, status)


def _draw(
    request: Request, name: str, context: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK
) -> Response:
    """A page of one article."""
    frame = {
        "top": TOP,
        "articles": ARTICLES,
        "save": SAVE_ARTICLE,
        "preview": PREVIEW_ARTICLE,
        "path": article_path(request.path_params.get("key", "")),
        "article_path": article_path,
        "version_path": article_version_path,
        "compare_path": article_compare_path,
        "script_path": script_path,
        "customer": CUSTOMER,
        "longest": {"title": MOST_IN_TITLE, "keywords": MOST_IN_KEYWORDS, "link": MOST_IN_LINK},
        "fields": _fields(),
        "done": request.query_params.get("done", ""),
    }
    response: Response = request.app.state.templates.response(
        request, name, {**frame, **context}, status=status
    )
    return response


def _fields() -> dict[str, str]:
    """How a field is called where something is wrong with it."""
    return {
        "key": _("Key"),
        "title": _("Title"),
        "text": _("Text"),
        "keywords": _("Other words for it"),
        "language": _("Language"),
        "link": _("Link"),
    }
