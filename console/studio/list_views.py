"""The studio's front page, its export, and the gallery: `/studio`, `/studio/export`, `/studio/gallery`."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.db.writing import write
from console.scripts.actions import export_scripts
from console.scripts.failures import failures_of
from console.studio.failure_words import failure_words
from console.studio.finding_words import FindingWords, finding_words
from console.studio.gallery import samples, start_from
from console.studio.listing import NEWER, PAGE, SORTS, STATES, Row, State, Wanted, choose, read_rows
from console.studio.paths import (
    ARTICLES,
    EXPORT,
    GALLERY,
    IMPORT,
    NEW,
    REPLAY,
    RISK_RULES,
    RULES,
    TOP,
    edit_path,
    script_path,
    works_path,
)
from console.studio.sending import YAML
from console.studio.shelf import published_refs
from console.studio.words import condition_words, parts_of
from console.web.forms import read_form
from console.web.i18n import N_
from console.web.i18n import gettext as _
from scripts_engine.errors import Finding
from scripts_engine.script import Script

FILTERS: Mapping[str, str] = {
    "": N_("All but archived"),
    State.PUBLISHED: STATES[State.PUBLISHED],
    NEWER: N_("With a newer draft"),
    State.DRAFT: STATES[State.DRAFT],
    State.WITHDRAWN: STATES[State.WITHDRAWN],
    State.ARCHIVED: STATES[State.ARCHIVED],
}


async def list_page(request: Request) -> Response:
    """GET /studio: the scripts. `?q=` a text, `?state=` a filter, `?sort=` and `?up`, `?page=`."""
    state = request.app.state
    wanted, page = _wanted(request), _page(request)
    async with state.sessions() as session:
        rows = await read_rows(session, state.clock())
        published = await published_refs(session)
        findings = [
            *await state.shelf.check(session, published),
            *await state.shelf.check_named(session, published),
        ]
        scripts = await state.shelf.scripts(session, published)
        failures = failure_words(await failures_of(session), scripts)
    chosen = choose(rows, wanted)
    shown = chosen[page * PAGE : (page + 1) * PAGE]
    by_key = Counter(finding.script for finding in findings)
    context = {
        **_frame(),
        "empty": not rows,
        "rows": shown,
        "terms": {row.key: term(row, _today(request)) for row in shown},
        "states": STATES,
        "filters": {value: _(label) for value, label in FILTERS.items()},
        "wanted": wanted,
        "direction": "descending" if wanted.down else "ascending",
        "links": _links(wanted),
        "count": len(chosen),
        "first": page * PAGE + 1,
        "before": _link(wanted, page=page - 1) if page else None,
        "after": _link(wanted, page=page + 1) if len(chosen) > (page + 1) * PAGE else None,
        "warnings": by_key,
        "findings": _findings(findings, scripts, rows),
        "failures": failures,
    }
    response: Response = state.templates.response(request, "studio/list.html", context)
    return response


def _findings(
    findings: Sequence[Finding], scripts: Mapping[str, Script], rows: Sequence[Row]
) -> list[tuple[str | None, str, FindingWords]]:
    """What the check says of all that calls get, each with the path and the key of its script, if it is of
    one."""
    keys = {row.key for row in rows}
    return [
        (
            script_path(finding.script) if finding.script in keys else None,
            finding.script,
            finding_words(finding, scripts.get(finding.script)),
        )
        for finding in findings
    ]


def term(row: Row, today: date) -> str | None:
    """How the days on which a script is in force lie to today: `later`, `over`, `until` a day, or always."""
    if row.starts_on and row.starts_on > today:
        return "later"
    if row.ends_on and row.ends_on < today:
        return "over"
    return "until" if row.ends_on else None


def _wanted(request: Request) -> Wanted:
    query = request.query_params
    state, sort = query.get("state", ""), query.get("sort", "")
    return Wanted(
        text=query.get("q", "").strip(),
        state=state if state in FILTERS else "",
        sort=sort if sort in SORTS else "priority",
        down="up" not in query,
    )


def _page(request: Request) -> int:
    given = request.query_params.get("page", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0


def _link(wanted: Wanted, **others: Any) -> str:
    """The address of the list, with some of it otherwise."""
    query = {"q": wanted.text, "state": wanted.state, "sort": wanted.sort} | others
    query |= {} if wanted.down else {"up": "1"}
    return f"{TOP}?{urlencode({name: value for name, value in query.items() if value not in ('', 0)})}"


def _links(wanted: Wanted) -> dict[str, str]:
    """Where each column is sorted by; the one that it is sorted by turns round."""
    turned = Wanted(wanted.text, wanted.state, wanted.sort, not wanted.down)
    fresh = {name: Wanted(wanted.text, wanted.state, name, down=name != "title") for name in SORTS}
    return {name: _link(turned if name == wanted.sort else other) for name, other in fresh.items()}


def _today(request: Request) -> date:
    state = request.app.state
    today: date = state.clock().astimezone(state.templates.zone).date()
    return today


def _frame() -> dict[str, Any]:
    """What every template of the list names."""
    return {
        "top": TOP,
        "articles": ARTICLES,
        "hand_over": RULES,
        "at_risk": RISK_RULES,
        "export": EXPORT,
        "gallery": GALLERY,
        "import_": IMPORT,
        "replay": REPLAY,
        "new": NEW,
        "script_path": script_path,
        "works_path": works_path,
    }


async def export(request: Request) -> Response:
    """GET /studio/export?key=…: these scripts as one file; all that are not archived without `key`."""
    keys = request.query_params.getlist("key")
    async with request.app.state.sessions() as session:
        text = await export_scripts(session, keys or None)
    name = f"{keys[0]}.yaml" if len(keys) == 1 and text else "scripts.yaml"
    return Response(text, media_type=YAML, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def gallery_page(request: Request) -> Response:
    """GET /studio/gallery: scripts to start from."""
    drawn = [
        (sample, [condition_words(part) for part in parts_of(sample.script.when)]) for sample in samples()
    ]
    context = {**_frame(), "samples": drawn}
    response: Response = request.app.state.templates.response(request, "studio/gallery.html", context)
    return response


async def post_gallery(request: Request) -> Response:
    """POST /studio/gallery: copies the script `name` into a new draft, and leads to where it is changed."""
    state, form = request.app.state, await read_form(request)
    author, at = request.state.viewer.email, state.clock()
    key = await write(state.sessions, lambda session: start_from(session, form.text("name"), author, at))
    return RedirectResponse(edit_path(key), HTTPStatus.SEE_OTHER)
