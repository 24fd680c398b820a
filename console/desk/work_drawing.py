"""Draws entries of the work list. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.customers.paths import customer_path
from console.desk.case_work import CASE, CaseDrawing, draw_case
from console.desk.plain_text import plain
from console.desk.reading import Reader, moment
from console.desk.record_appearance import Moment
from console.identity.viewer import Viewer
from console.live.bus import Value
from console.worklist.actions import sees
from console.worklist.entry import BY_HAND, State
from console.worklist.reading import WITHHELD
from telephony.numbers import Plan, display, normalise

NOTE_LIMIT = 160
DIALLED = frozenset("+0123456789*#")

PLAN = Plan("SK")
"""Of numbers that are whole already: any country will do."""


@dataclass(frozen=True, slots=True)
class HeldDrawing:
    """Who has claimed it (`by`: their e-mail), and since when."""

    by: str
    name: str
    at: Moment


@dataclass(frozen=True, slots=True)
class EndedDrawing:
    """How it was done, by whom ("": not known), and when."""

    how: str
    name: str
    at: Moment


@dataclass(frozen=True, slots=True)
class WorkDrawing:
    """An entry. `dom` and `path` name it in ids and addresses; `tel` is "" where nothing can be dialled,
    `link` that of the call. Of a call-back `first` is when it is due."""

    dom: str
    path: str
    kind: str
    call: str
    state: str
    name: str
    company: str | None
    customer_path: str | None
    number: str
    tel: str
    link: str
    tries: int
    first: Moment
    last: Moment
    queue: str | None
    queue_title: str | None
    line: int
    held: HeldDrawing | None
    ended: EndedDrawing | None
    owner: str | None
    owner_name: str | None
    promised_by: str | None
    note: str
    ways: tuple[str, ...] = tuple(BY_HAND)


@dataclass(frozen=True, slots=True)
class WithheldDrawing:
    """How many callers withheld their number, and when the last one called."""

    count: int
    last: Moment


@dataclass(frozen=True, slots=True)
class LineDrawing:
    """The work list of a line."""

    line: int
    topic: str
    rows: list[WorkDrawing]
    cases: list[CaseDrawing]
    withheld: WithheldDrawing | None


def draw_line(line: int, topic: str, entries: Mapping[str, Value], reader: Reader) -> LineDrawing:
    """All of it: what is open, oldest first, then what is done, newest first."""
    values = [value for key, value in entries.items() if key != WITHHELD]
    cases = [draw_case(value, reader) for value in values if value["kind"] == CASE]
    withheld = entries.get(WITHHELD)
    return LineDrawing(
        line,
        topic,
        rows=[
            draw_entry(value, reader) for value in _in_order(each for each in values if each["kind"] != CASE)
        ],
        cases=sorted(cases, key=lambda case: (case.due.iso, case.dom)),
        withheld=draw_withheld(withheld, reader) if withheld else None,
    )


def _in_order(callers: Iterable[Value]) -> list[Value]:
    values = [*callers]
    still_open = [value for value in values if not value["done"]]
    done = [value for value in values if value["done"]]
    still_open.sort(key=lambda value: (value["kind"], value["first_at"], value["id"]))
    done.sort(key=lambda value: str(value["done"]["at"]), reverse=True)
    return still_open + done


def draw_withheld(value: Value, reader: Reader) -> WithheldDrawing:
    """Those who cannot be called back."""
    return WithheldDrawing(value["count"], moment(value["last_at"], reader))


def draw_entry(value: Value, reader: Reader) -> WorkDrawing:
    """One entry."""
    number, ref = value["number"], value["customer_ref"]
    return WorkDrawing(
        dom=f"{value['kind']}-{value['id']}",
        path=f"{value['kind']}/{value['id']}",
        kind=value["kind"],
        call=value["call"],
        state=value["state"],
        name=plain(value["customer"] or value["caller_name"] or ""),
        company=plain(value["company"]) if value["company"] else None,
        customer_path=customer_path(ref) if ref else None,
        number=plain(display(normalise(number, PLAN)) if number.startswith("+") else number),
        tel=number if number and DIALLED.issuperset(number) else "",
        link=value["link"],
        tries=value["tries"],
        first=moment(value["first_at"], reader),
        last=moment(value["last_at"], reader),
        queue=value["queue"],
        queue_title=plain(value["queue_title"]) if value["queue_title"] else None,
        line=value["line"],
        held=_held(value["claim"], reader),
        ended=_ended(value["done"], reader),
        owner=value["owner"],
        owner_name=plain(value["owner_name"]) if value["owner_name"] else None,
        promised_by=plain(value["promised_by"]) if value["promised_by"] else None,
        note=plain(value["note"], NOTE_LIMIT),
    )


def _held(claim: Mapping[str, Any] | None, reader: Reader) -> HeldDrawing | None:
    return HeldDrawing(claim["by"], plain(claim["name"]), moment(claim["at"], reader)) if claim else None


def _ended(done: Mapping[str, Any] | None, reader: Reader) -> EndedDrawing | None:
    return EndedDrawing(done["how"], plain(done["name"]), moment(done["at"], reader)) if done else None


def is_for(viewer: Viewer, row: WorkDrawing, *, overdue: bool) -> bool:
    """Whether a viewer sees the entry, as `static/js/work.js` decides it of what comes later. What a
    colleague promised is theirs until it is overdue."""
    if row.owner == viewer.email:
        return True
    return sees(viewer, row.line, row.queue) and (row.owner is None or overdue or row.state != State.OPEN)
