"""The page on which one script is written: `/studio/new`, `/studio/scripts/{key}/edit`.

The text in the page is the single truth: each change posts what is to be done, and where, with that text, and
the page is drawn anew from what comes of it. Nothing is kept here until it is saved.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from console.errors import InvalidError, NotFoundError, UsageError
from console.knowledge.queries import titles_of
from console.knowledge.surroundings import surroundings
from console.scripts.actions import By
from console.scripts.queries import latest_version
from console.studio import wording
from console.studio.conflict import read_conflict
from console.studio.editing import edit, mark_of, read_place
from console.studio.editing_articles import article_options
from console.studio.editing_conditions import EditError
from console.studio.editing_script import NEW
from console.studio.editing_source import Source
from console.studio.editor_drawing import Attempt, Desk, Drawn, Said, draw
from console.studio.gathering import CUSTOMER, gather, past_calls
from console.studio.keeping import read_signs, sign_of, signs_of_cards
from console.studio.paths import edit_path, publish_path, text_path
from console.studio.saving import StaleDraftError, save
from console.web.forms import Form, read_form
from console.web.i18n import gettext as _
from scripts_engine.codec import read_script

MOST_CHARACTERS = 60_000
"""Characters of a script that is written on the page."""

LOOKING = frozenset({"yaml", "try", "facts", "restore", "undo"})
"""What is asked for without an edit of the form's: the YAML was typed, or others are tried."""

FACT = "fact."
NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class _Page:
    """What is drawn: the desk, the text, who is tried with which facts, what is said, which parts of it the
    page has already."""

    desk: Desk
    source: Source
    who: str = ""
    invented: tuple[tuple[str, str], ...] = ()
    said: Said = NOTHING_SAID
    have: frozenset[str] = frozenset()


async def new_page(request: Request) -> Response:
    """GET /studio/new: a script that is not stored yet."""
    return await _respond(request, _Page(Desk("", 0, NEW), Source(NEW)), whole=True)


async def edit_page(request: Request) -> Response:
    """GET /studio/scripts/{key}/edit: the newest version of a script."""
    key = request.path_params["key"]
    async with request.app.state.sessions() as session:
        version = await latest_version(session, key)
    if version is None:
        raise NotFoundError(_("There is no script %(key)s.", key=key))
    desk = Desk(key, version.number, version.text)
    try:
        source = await asyncio.to_thread(Source, version.text)
    except InvalidError as error:
        return _broken(request, desk, version.text, error)
    return await _respond(request, _Page(desk, source), whole=True)


async def post_draft(request: Request) -> Response:
    """POST /studio/draft: the page after an edit. Fields: `edit`, `at`, `value`, what it is drawn from."""
    form = await read_form(request)
    try:
        source = await _read_source(form)
    except InvalidError as error:
        return _no_yaml(request, error)
    what, said = form.text("edit"), NOTHING_SAID
    if what not in LOOKING:
        source, said = await asyncio.to_thread(_edited, source, form)
    invented = () if what == "try" else _invented(form)
    who = form.text("value") if what == "try" else form.text("who")
    return await _respond(request, _Page(_desk(form), source, who, invented, said, _have(form)))


async def post_save(request: Request) -> Response:
    """POST /studio/save: the next version, or why not. With `publish` on to where it is given to calls."""
    form = await read_form(request)
    note, desk = form.text("note"), _desk(form)
    try:
        source = await _read_source(form)
    except InvalidError as error:
        return _no_yaml(request, error)
    key = desk.key or str(source.get(("script",)) or "")
    viewer, state = request.state.viewer, request.app.state

    by = By(viewer.email, state.clock(), note or None)
    try:
        saved = await save(state.sessions, key, source.text, based_on=desk.based_on or None, by=by)
    except InvalidError as error:
        return await _refused(
            request, form, source, Said(problem=_refusal(), problems=error.problems, note=note)
        )
    except StaleDraftError as error:
        if desk.is_new:
            return await _refused(
                request, form, source, Said(problem=_taken(key), note=note, focus="key-field")
            )
        async with state.sessions() as session:
            conflict = await read_conflict(
                session, error, mine=source.text, based_on=desk.based_on or None, note=note
            )
        return await _refused(request, form, source, Said(conflict=conflict, note=note))
    except NotFoundError as error:
        return await _refused(request, form, source, Said(problem=str(error), note=note))
    return await _saved(request, form, Desk(key, saved.version, source.text), source)


def _refusal() -> str:
    return _("Nothing was saved yet: the check finds what cannot work. What you wrote is kept.")


def _taken(key: str) -> str:
    return _(
        "Nothing was saved yet: the key %(key)s is taken, choose another. What you wrote is kept.", key=key
    )


async def _refused(request: Request, form: Form, source: Source, said: Said) -> Response:
    page = _Page(_desk(form), source, form.text("who"), _invented(form), said, _have(form))
    return await _respond(request, page)


async def _saved(request: Request, form: Form, desk: Desk, source: Source) -> Response:
    if form.text("value") == "publish":
        return Response(headers={"HX-Redirect": publish_path(desk.key, desk.based_on)})
    said = Said(
        told=_(
            "Saved as version %(number)s. Calls keep what they have until it is published.",
            number=desk.based_on,
        )
    )
    page = _Page(desk, source, form.text("who"), _invented(form), said, _have(form))
    response = await _respond(request, page)
    response.headers["HX-Replace-Url"] = edit_path(desk.key)
    return response


async def find_people(request: Request) -> Response:
    """GET /studio/people?q=: the customers who are meant, to try the script with."""
    state = request.app.state
    async with state.sessions() as session:
        answer = await state.find(session, request.query_params.get("q", ""))
    context = {
        "found": answer.found,
        "asked": request.query_params.get("q", "").strip(),
        "customer": CUSTOMER,
    }
    response: Response = state.templates.response(request, "studio/_people.html", context)
    return response


def _edited(source: Source, form: Form) -> tuple[Source, Said]:
    """The text after an edit, and what is said of it."""
    try:
        done = edit(source, form.text("edit"), read_place(form.text("at")), form.get("value", ""))
    except (EditError, InvalidError) as error:
        sentence = str(error)
        return source, Said(problem=f"{sentence[:1].upper()}{sentence[1:].rstrip('.')}.")
    return done.source, Said(told=done.told, focus=mark_of(done.focus) if done.focus else "")


async def _read_source(form: Form) -> Source:
    text = form.get("source", "")
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            _(
                "A script on this page may have %(most)s characters: import it as a file.",
                most=MOST_CHARACTERS,
            )
        )
    return await asyncio.to_thread(Source, text)


def _desk(form: Form) -> Desk:
    based_on = form.text("based_on")
    return Desk(form.text("key"), int(based_on) if based_on.isdecimal() else 0, form.get("stored", ""))


def _invented(form: Form) -> tuple[tuple[str, str], ...]:
    return tuple((name.removeprefix(FACT), value) for name, value in form.items() if name.startswith(FACT))


def _have(form: Form) -> frozenset[str]:
    return read_signs(form.get("have", ""))


async def _respond(request: Request, page: _Page, *, whole: bool = False) -> Response:
    state = request.app.state
    script, _wrong = await asyncio.to_thread(read_script, page.source.value)
    tried = await gather(request, page.who, script)
    async with state.sessions() as session:
        calls, titles = await past_calls(session), await titles_of(session)
        there = await surroundings(session, titles)
    drawn = await asyncio.to_thread(
        draw,
        page.source,
        page.desk.key,
        state.library.scripts,
        Attempt(tried, dict(page.invented)),
        settings=state.settings,
        agent=request.state.viewer,
        there=there,
    )
    context = _context(page, drawn) | {"calls": calls, "articles": article_options(titles)}
    context["article_titles"] = {key: title for key, (_kind, title) in titles.items()}
    name = "studio/editor.html" if whole else "studio/_editor.html"
    # a long script takes longer to draw than calls may wait
    response: Response = await asyncio.to_thread(state.templates.response, request, name, context)
    return response


def _context(page: _Page, drawn: Drawn) -> dict[str, Any]:
    return {
        "desk": page.desk,
        "text_path": text_path,
        "said": page.said,
        "text": drawn.source.text,
        "view": drawn.view,
        "checked": drawn.checked,
        "map": drawn.map,
        "tries": drawn.tries,
        "have": page.have,
        "sign_of": sign_of,
        "cards": list(zip(drawn.view.steps, signs_of_cards(drawn.view), strict=True)),
        "facts": wording.fact_options(),
        "step_facts": wording.fact_options(drawn.checked.script.answer_names),
        "group_words": wording.options(wording.GROUP_WORDS),
        "captures": wording.options(wording.CAPTURES),
        "actions": wording.options(wording.ACTIONS),
        "step_choices": wording.options(wording.STEP_CHOICES),
    }


def _no_yaml(request: Request, error: InvalidError) -> Response:
    """The text cannot be read as it is now: the form stays as it was, and the place is said."""
    response: Response = request.app.state.templates.response(
        request, "studio/_no_yaml.html", {"problems": error.problems}
    )
    response.headers["HX-Retarget"] = "#yaml-problem"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _broken(request: Request, desk: Desk, text: str, error: InvalidError) -> Response:
    """A stored script that the form cannot show at all: its text, and what is wrong."""
    context = {"desk": desk, "text": text, "problems": error.problems, "text_path": text_path(desk.key)}
    response: Response = request.app.state.templates.response(
        request, "studio/unreadable.html", context, status=HTTPStatus.OK
    )
    return response
