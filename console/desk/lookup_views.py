"""The knowledge base on the desk: the titles beside a script, one article with the caller's values, and what
is found while somebody types. All are fragments; nothing of it is in a pop before it is asked for."""

from dataclasses import replace
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from console.desk.actions import pop_on_desk
from console.desk.drawing import dom_id
from console.desk.picking import context_of
from console.desk.pop import Pop
from console.desk.refusing import refused
from console.desk.run_entry import ground_of, known_on
from console.desk.running import Running
from console.errors import ForbiddenError, LinesideError, NotFoundError
from console.identity.viewer import Viewer
from console.knowledge.article import KINDS, Article
from console.knowledge.filling import Filled, fill_in
from console.knowledge.passages import Piece
from console.knowledge.queries import newest_article, titles_of
from console.knowledge.search import Answer, Found, find
from console.queues.directory import Agent
from console.scripts.templates import has_values
from console.web.i18n import gettext as _
from scripts_engine.codec import MAX_ARTICLES

BESIDE, FOUND = "beside", "found"
"""Where titles stand: an article may be open in both places."""


async def articles_beside(request: Request) -> Response:
    """GET /desk/articles/{leg}?key=…: the titles of these articles, in this order; each can be opened."""
    keys = request.query_params.getlist("key")[:MAX_ARTICLES]
    async with request.app.state.sessions() as session:
        titles = await titles_of(session, keys)
    there = [Found(key, titles[key][0], [Piece(titles[key][1])], ()) for key in keys if key in titles]
    return _draw(request, "desk/_articles.html", _listed(request, Answer(there), BESIDE))


async def find_articles(request: Request) -> Response:
    """GET /desk/answers/{leg}?q=: the articles with these words."""
    typed = request.query_params.get("q", "")
    async with request.app.state.sessions() as session:
        answer = await find(session, typed)
    context = {**_listed(request, answer, FOUND), "asked": typed.strip()}
    return _draw(request, "desk/_articles.html", context)


def _listed(request: Request, answer: Answer, place: str) -> dict[str, Any]:
    leg = request.path_params["leg"]
    return {
        "answer": answer,
        "asked": "",
        "kinds": {kind: _(label) for kind, label in KINDS.items()},
        "mark": f"{place}-{dom_id(leg)}",
        "path": quote(leg, safe=""),
    }


async def open_article(request: Request) -> Response:
    """GET /desk/articles/{leg}/{key}: the article, with the values of who makes the call."""
    state, leg, key = request.app.state, request.path_params["leg"], request.path_params["key"]
    try:
        async with state.sessions() as session:
            newest = await newest_article(session, key)
        if newest is None or newest.archived_at is not None:
            raise NotFoundError(_("This article is not there any more. Find another one."))
        filled = await _filled(state.running, request.state.viewer, leg, newest.article, state.clock())
    except LinesideError as error:
        return refused(request, "desk/_step_refused.html", error)
    return _draw(request, "desk/_article.html", {"article": newest.article, "filled": filled})


async def _filled(running: Running, viewer: Viewer, leg: str, article: Article, at: datetime) -> Filled:
    """The article's text for the caller of a pop on this agent's desk."""
    found = await pop_on_desk(running.bus, viewer, leg)
    if found is None:
        raise ForbiddenError(_("This call is not on your desk, or not any more."))
    if not (article.is_filled_in and has_values(article.text)):
        return Filled(article.text)
    pop, texts = cast("Pop", found), running.texts
    known = await known_on(running.knowledge, pop, at)
    agent = Agent(viewer.user_id, viewer.email, viewer.name, viewer.line, viewer.extension)
    ground = ground_of(pop, known, agent, at, texts.zone)
    filled = fill_in(article, texts.renderer, context_of(known, ground.of_call, agent, ground.facts))
    if known.read:
        return filled
    return replace(filled, missing=_("the customer records cannot be reached just now"))


def _draw(request: Request, name: str, context: dict[str, Any], status: int = 200) -> Response:
    response: Response = request.app.state.templates.response(request, name, context, status=status)
    return response
