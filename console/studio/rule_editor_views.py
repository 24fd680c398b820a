"""The page on which one hand-over rule is written: `/studio/hand-over/new`, `/studio/hand-over/rules/{key}`.

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
from console.handover.rule_sets import By, RuleSet, newest_rules
from console.queues.models import Queue
from console.scripts.yaml_files import write_documents
from console.studio import wording
from console.studio.editing import edit, mark_of, read_place
from console.studio.editing_conditions import EditError
from console.studio.editing_source import Source
from console.studio.editor_drawing import Desk, Said
from console.studio.keeping import sign_of
from console.studio.paths import DRAFT_RULE, RULES, SAVE_RULE, TOP, rule_path
from console.studio.rule_drawing import NEW, RULE_EDITS, draw_rule
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


async def new_page(request: Request) -> Response:
    """GET /studio/hand-over/new: a rule that is not stored yet."""
    return await _respond(request, Desk("", 0, NEW), Source(NEW), whole=True)


async def rule_page(request: Request) -> Response:
    """GET /studio/hand-over/rules/{key}: a rule as it is in force, to be changed."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        newest = await newest_rules(session)
    text = _text_of(newest, key)
    return await _respond(request, Desk(key, newest.number, text), Source(text), whole=True)


async def post_draft(request: Request) -> Response:
    """POST /studio/hand-over/draft: the page after an edit. Fields: `edit`, `at`, `value`, what it is drawn
    from."""
    form = await read_form(request)
    try:
        source = await _read_source(form)
    except InvalidError as error:
        return _no_yaml(request, error)
    said = Said()
    if form.text("edit") not in LOOKING:
        source, said = await asyncio.to_thread(_edited, source, form)
    return await _respond(request, _desk(form), source, said)


async def post_save(request: Request) -> Response:
    """POST /studio/hand-over/save: in force from then on, or why not."""
    form, state = await read_form(request), request.app.state
    desk, note = _desk(form), form.text("note")
    try:
        source = await _read_source(form)
    except InvalidError as error:
        return _no_yaml(request, error)
    by = By(request.state.viewer.email, state.clock(), note or None)

    async def work(session: AsyncSession) -> tuple[str, int]:
        return await save_rule(session, source.value, key=desk.key, based_on=desk.based_on, by=by)

    try:
        key, number = await write(state.sessions, work)
    except InvalidError as error:
        told = _("Nothing was saved yet: the check finds what cannot work. What you wrote is kept.")
        return await _respond(request, desk, source, Said(problem=told, problems=error.problems, note=note))
    except StaleRuleError as stale:
        return await _respond(request, desk, source, Said(note=note), theirs=_theirs(stale.newest, desk.key))
    except NotFoundError as error:
        return await _respond(request, desk, source, Said(problem=str(error), note=note))
    saved = Said(told=_("Saved: it is in force from now on, as version %(number)s.", number=number))
    response = await _respond(request, Desk(key, number, source.text), source, saved)
    response.headers["HX-Replace-Url"] = rule_path(key)
    return response


def _text_of(rules: RuleSet, key: str) -> str:
    """A rule as its author writes it. Raises NotFoundError."""
    rule = rules.rule(key)
    if rule is None:
        raise NotFoundError(_("There is no rule %(key)s.", key=key))
    return write_documents([rule])


def _theirs(newest: RuleSet, key: str) -> Theirs:
    return Theirs(newest.number, _text_of(newest, key))


def _edited(source: Source, form: Form) -> tuple[Source, Said]:
    """The text after an edit, and what is said of it."""
    try:
        at = read_place(form.text("at"))
        done = edit(source, form.text("edit"), at, form.get("value", ""), RULE_EDITS)
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
    view = await asyncio.to_thread(draw_rule, source, state.directory, queues)
    context = {
        "desk": desk,
        "said": said or Said(),
        "theirs": theirs,
        "text": source.text,
        "view": view,
        "facts": wording.fact_options(),
        "group_words": wording.options(wording.GROUP_WORDS),
        "sign_of": sign_of,
        "top": TOP,
        "rules": RULES,
        "draft": DRAFT_RULE,
        "save": SAVE_RULE,
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
