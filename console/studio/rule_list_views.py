"""The rules of a kind, in the order in which they are asked: `/studio/hand-over`, `/studio/at-risk`; and how
many calls came to their next agent with what is known of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from console.calls.delivery import Packet
from console.calls.models import Pop
from console.db.writing import write
from console.handover.rules import Rule as HandoverRule
from console.queues.directory import Directory
from console.rules.sets import By, Document, RuleSet
from console.scripts.yaml_files import write_documents
from console.studio.paths import TOP
from console.studio.rule_books import AnyRule, Book
from console.studio.rule_saving import archived, moved
from console.studio.words import condition_words
from console.web.forms import Form, read_form
from console.web.i18n import gettext as _

DAYS = 30
"""Of so many days it is counted whether calls came with what is known of them."""

MOST_WITHOUT = 20
"""Calls that came without it which are named: the latest."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule as the list shows it. `place` counts from 1; 0 where it is put away."""

    place: int
    rule: AnyRule
    when: str
    targets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Packets:
    """Of the calls that were handed over and answered lately: how many of each sort (`delivery.Packet`); the
    latest that came without, with when."""

    shown: int
    late: int
    not_shown: int
    unknown: int
    without: Sequence[tuple[str, datetime, str]]


async def rules_page(book: Book, request: Request) -> Response:
    """GET the top."""
    state = request.app.state
    async with state.sessions() as session:
        newest, versions = await book.sets.newest(session), await book.sets.versions(session)
        since = state.clock() - timedelta(days=DAYS)
        packets = await read_packets(session, since) if book.proposes else None
    rows = read_rows(book, newest, state.directory)
    context = {
        "in_force": [row for row in rows if row.place],
        "put_away": [row for row in rows if not row.place],
        "newest": newest,
        "versions": versions,
        "packets": packets,
        "days": DAYS,
        "done": request.query_params.get("done", ""),
        **_frame(book),
    }
    response: Response = state.templates.response(request, "studio/rules.html", context)
    return response


async def version_page(book: Book, request: Request) -> Response:
    """GET versions/{number}: all rules as of a version."""
    state, number = request.app.state, request.path_params["number"]
    async with state.sessions() as session:
        version, newest = await book.sets.of(session, number), await book.sets.newest(session)
    context = {
        "version": version,
        "newest": newest,
        "text": write_documents(version.rules) if version.rules else "",
        **_frame(book),
    }
    response: Response = state.templates.response(request, "studio/rules_version.html", context)
    return response


async def post_move(book: Book, request: Request) -> Response:
    """POST rules/{key}/move: field `by`, places further down."""
    key = request.path_params["key"]

    def change(form: Form) -> Callable[[RuleSet], Sequence[Document]]:
        by = 1 if form.text("by") == "1" else -1
        return lambda rules: moved(rules.rules, key, by)

    return await _change(book, request, change, _("moved: %(key)s", key=key), "moved")


async def post_archive(book: Book, request: Request) -> Response:
    """POST rules/{key}/archive."""
    return await _put_away(book, request, away=True)


async def post_restore(book: Book, request: Request) -> Response:
    """POST rules/{key}/restore: in force again."""
    return await _put_away(book, request, away=False)


async def post_version(book: Book, request: Request) -> Response:
    """POST versions/{number}/restore: all rules as they were in that version."""
    state, number = request.app.state, request.path_params["number"]
    async with state.sessions() as session:
        version = await book.sets.of(session, number)
    note = _("back to version %(number)s", number=number)
    return await _change(book, request, lambda _form: lambda _rules: version.rules, note, "back")


async def read_packets(session: AsyncSession, since: datetime) -> Packets:
    """What is on record of calls that were handed over since then."""
    counted = select(Pop.packet, func.count()).where(Pop.offered_at >= since, Pop.packet.is_not(None))
    rows = (await session.execute(counted.group_by(Pop.packet))).all()
    numbers = {str(kind): number for kind, number in rows}
    late = (
        select(Pop.call_id, Pop.offered_at, Pop.packet)
        .where(Pop.offered_at >= since, Pop.packet.in_((Packet.LATE, Packet.NOT_SHOWN, Packet.UNKNOWN)))
        .order_by(Pop.offered_at.desc())
        .limit(MOST_WITHOUT)
    )
    return Packets(
        shown=numbers.get(Packet.SHOWN, 0),
        late=numbers.get(Packet.LATE, 0),
        not_shown=numbers.get(Packet.NOT_SHOWN, 0),
        unknown=numbers.get(Packet.UNKNOWN, 0),
        without=[(call, at, str(kind)) for call, at, kind in await session.execute(late)],
    )


def read_rows(book: Book, rules: RuleSet, directory: Directory) -> list[Row]:
    """The rules, each with its place among those in force."""
    found, place = [], 0
    for rule in (book.read(each)[0] for each in rules.rules):
        place += not rule.archived
        when = condition_words(rule.when) if rule.when else ""
        found.append(Row(0 if rule.archived else place, rule, when, _targets(rule, directory)))
    return found


def _targets(rule: AnyRule, directory: Directory) -> list[str]:
    if not isinstance(rule, HandoverRule):
        return []
    people = {agent.email: agent.name for agent in directory.agents()}
    line = {1: _("first line"), 2: _("second line")}.get(rule.line or 0, "")
    queue = directory.queue(rule.queue).title if rule.queue else ""
    return [each for each in (people.get(rule.person or "", rule.person or ""), queue, line) if each]


async def _put_away(book: Book, request: Request, *, away: bool) -> Response:
    key = request.path_params["key"]
    note = _("put away: %(key)s", key=key) if away else _("taken back: %(key)s", key=key)
    done = "archived" if away else "restored"
    return await _change(
        book, request, lambda _form: lambda rules: archived(rules.rules, key, away=away), note, done
    )


async def _change(
    book: Book,
    request: Request,
    read: Callable[[Form], Callable[[RuleSet], Sequence[Document]]],
    note: str,
    done: str,
) -> Response:
    state = request.app.state
    change = read(await read_form(request))
    by = By(request.state.viewer.email, state.clock(), note)
    await write(state.sessions, lambda session: book.sets.change(session, change, by))
    return RedirectResponse(f"{book.top}?done={done}", HTTPStatus.SEE_OTHER)


def _frame(book: Book) -> dict[str, object]:
    return {
        "top": TOP,
        "book": book,
        "rules": book.top,
        "new": f"{book.top}/new",
        "rule_path": book.rule_path,
        "version_path": book.version_path,
    }
