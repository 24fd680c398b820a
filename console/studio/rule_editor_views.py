"""The page on which one rule is written: `/studio/hand-over/new`, `/studio/hand-over/rules/{key}`, and the
same of other kinds of rules (`rule_books`).

As with scripts, the text in the page is the single truth: each change posts what is to be done, and where,
with that text, and the page is drawn anew from what comes of it. `static/js/editor.js` is the same."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from console.db.writing import write
from console.errors import InvalidError, NotFoundError, UsageError
from console.queues.models import Queue
from console.rules.sets import By, RuleSet
from console.scripts.yaml_files import write_documents
from console.studio import wording
from console.studio.editing import edit, mark_of, read_place
from console.studio.editing_conditions import EditError
from console.studio.editing_source import Source
from console.studio.editor_drawing import Desk, Said
from console.studio.keeping import sign_of
from console.studio.paths import TOP
from console.studio.rule_books import Book
from console.studio.rule_drawing import draw_rule, edits_of
from console.studio.rule_saving import StaleRuleError, save_rule
from console.web.forms import Form, read_form
from console.web.i18n import gettext as _

MOST_CHARACTERS = 20_000
"""Characters of a rule."""

LOOKING = frozenset({"yaml", "restore", "undo"})
"""What is asked for without an edit of the form's."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """A rule as somebody else saved it meanwhile, in version `number` of the rules."""

    number: int
    text: str


async def new_page(book: Book, request: Request) -> Response:
    """GET new: a rule that is not stored yet."""
    return await _respond(book, request, Desk("", 0, book.new), Source(book.new), whole=True)


async def rule_page(book: Book, request: Request) -> Response:
    """GET rules/{key}: a rule as it is in force, to be changed."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        newest = await book.sets.newest(session)
    text = _text_of(newest, key)
    return await _respond(book, request, Desk(key, newest.number, text), Source(text), whole=True)


async def post_draft(book: Book, request: Request) -> Response:
    """POST draft: the page after an edit. Fields: `edit`, `at`, `value`, what it is drawn
    from."""
    form = await read_form(request)
    try:
        source = await _read_source(form)
    except InvalidError as error:
        return _no_yaml(request, error)
    said = Said()
    if form.text("edit") not in LOOKING:
        source, said = await asyncio.to_thread(_edited, book, source, form)
    return await _respond(book, request, _desk(form), source, said)


async def post_save(book: Book, request: Request) -> Response:
    """POST save: in force from then on, or why not."""
    form, state = await read_form(request), request.app.state
    desk, note = _desk(form), form.text("note")
    try:
        source = await _read_source(form)
    except InvalidError as error:
        return _no_yaml(request, error)
    by = By(request.state.viewer.email, state.clock(), note or None)

    async def work(session: AsyncSession) -> tuple[str, int]:
        return await save_rule(session, book, source.value, key=desk.key, based_on=desk.based_on, by=by)

    try:
        key, number = await write(state.sessions, work)
    except InvalidError as error:
        told = _("Nothing was saved yet: the check finds what cannot work. What you wrote is kept.")
        return await _respond(
            book, request, desk, source, Said(problem=told, problems=error.problems, note=note)
        )
    except StaleRuleError as stale:
        return await _respond(
            book, request, desk, source, Said(note=note), theirs=_theirs(stale.newest, desk.key)
        )
    except NotFoundError as error:
        return await _respond(book, request, desk, source, Said(problem=str(error), note=note))
    saved = Said(told=_("Saved: it is in force from now on, as version %(number)s.", number=number))
    response = await _respond(book, request, Desk(key, number, source.text), source, saved)
    response.headers["HX-Replace-Url"] = book.rule_path(key)
    return response


def _text_of(rules: RuleSet, key: str) -> str:
    """A rule as its author writes it. Raises NotFoundError."""
    rule = rules.rule(key)
    if rule is None:
        raise NotFoundError(_("There is no rule %(key)s.", key=key))
    return write_documents([rule])


def _theirs(newest: RuleSet, key: str) -> Theirs:
    return Theirs(newest.number, _text_of(newest, key))


def _edited(book: Book, source: Source, form: Form) -> tuple[Source, Said]:
    """The text after an edit, and what is said of it."""
    try:
        at = read_place(form.text("at"))
        done = edit(source, form.text("edit"), at, form.get("value", ""), edits_of(book))
    except (EditError, InvalidError) as error:
        sentence = str(error)
        return source, Said(problem=f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.")
    return done.source, Said(told=done.told, focus=mark_of(done.focus) if done.focus else "")


async def _read_source(form: Form) -> Source:
    text = form.get("source", "")
    if len(text) > MOST_CHARACTERS:
        raise UsageError(_("A rule may have %(most)s characters.", most=MOST_CHARACTERS))
    return await asyncio.to_thread(Source, text)


def _desk(form: Form) -> Desk:
    based_on = form.text("based_on")
    return Desk(form.text("key"), int(based_on) if based_on.isdecimal() else 0, form.get("stored", ""))


async def _respond(
    book: Book,
    request: Request,
    desk: Desk,
    source: Source,
    said: Said | None = None,
    *,
    theirs: Theirs | None = None,
    whole: bool = False,
) -> Response:
    state = request.app.state
    async with state.sessions() as session:
        rows = await session.execute(select(Queue.name, Queue.title).order_by(Queue.name))
        queues = [(name, title or name) for name, title in rows]
    view = await asyncio.to_thread(draw_rule, book, source, state.directory, queues)
    context = {
        "desk": desk,
        "said": said or Said(),
        "theirs": theirs,
        "text": source.text,
        "view": view,
        "facts": wording.facts_among(book.has_fact),
        "group_words": wording.options(wording.GROUP_WORDS),
        "sign_of": sign_of,
        "top": TOP,
        "book": book,
        "rules": book.top,
        "draft": f"{book.top}/draft",
        "save": f"{book.top}/save",
    }
    name = "studio/rule.html" if whole else "studio/_rule.html"
    response: Response = state.templates.response(request, name, context)
    return response


def _no_yaml(request: Request, error: InvalidError) -> Response:
    """The text cannot be read as it is now: the form stays as it was, and the place is said."""
    response: Response = request.app.state.templates.response(
        request, "studio/_no_yaml.html", {"problems": error.problems}, status=HTTPStatus.OK
    )
    response.headers["HX-Retarget"] = "#yaml-problem"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
