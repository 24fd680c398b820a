"""Works out beforehand what the desk's templates print.

A pop is drawn while the phone rings, so what costs is done here once, or kept: days and amounts come back
often. Words are the templates' business, values are this module's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import cast
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers

from console.desk.appearance import (
    Alerts,
    CandidateDrawing,
    CaseDrawing,
    CustomerDrawing,
    DeskDrawing,
    LinkDrawing,
    Moment,
    NoteDrawing,
    OrderDrawing,
    PopDrawing,
    PresenceDrawing,
    ScriptDrawing,
)
from console.desk.note import NOTE_LIMIT
from console.desk.plain_text import plain
from console.desk.pop import NOTE_PREFIX, PRESENCE_KEY, Pop, PopCase, PopOrder, PopScript
from console.live.bus import Value

MOST_ALERTS = 3
"""Late orders and urgent cases named one by one; the others are counted."""

OFTEN = 3
"""So many calls in 7 days are worth a word."""

LINE_LIMIT = 160
"""Characters of a line of text from the records (what was bought, what a case is about)."""

OVER = frozenset({"ended", "withdrawn"})
URGENT = frozenset({"high", "urgent"})


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: their language and the clock on their wall."""

    locale: str
    zone: ZoneInfo


NOTHING_WRONG = Alerts(late=[], more_late=0, cases=[], repeat_today=False, often=0, birthday=False)
OFFLINE: Value = {"state": "offline"}


def draw_desk(entries: Mapping[str, Value], reader: Reader) -> DeskDrawing:
    """The desk from the entries of its topic."""
    notes = {
        str(value["leg"]): draw_note(value) for key, value in entries.items() if key.startswith(NOTE_PREFIX)
    }
    pops = [
        draw_pop(as_pop(value), reader, notes.get(key))
        for key, value in entries.items()
        if key != PRESENCE_KEY and not key.startswith(NOTE_PREFIX)
    ]
    presence = draw_presence(entries.get(PRESENCE_KEY, OFFLINE), reader)
    return DeskDrawing(presence, pops, list(notes.values()))


def as_pop(value: Value) -> Pop:
    """The entry of a leg: the topic holds what `screen_pop` put there."""
    return cast("Pop", value)


def draw_pop(pop: Pop, reader: Reader, note: NoteDrawing | None = None) -> PopDrawing:
    """The pop as `reader` sees it. Days get a year when it is not that of the offer."""
    of_year = datetime.fromisoformat(pop["offered_at"]).astimezone(reader.zone).year
    orders = [_order(order, reader, of_year) for order in pop["orders"]]
    cases = [_case(case, reader, of_year) for case in pop["cases"]]
    over = pop["state"] in OVER
    withheld = pop["match"] == "withheld"  # who withholds their number has their name withheld too
    dom = dom_id(pop["leg"])
    return PopDrawing(
        dom=dom,
        path=quote(pop["leg"], safe=""),
        mark=f"{dom}-{pop['state']}",
        leg=pop["leg"],
        call=pop["call"],
        state=pop["state"],
        held=pop["held"],
        over=over,
        withdrawn_by=pop["withdrawn_by"],
        result=pop["result"],
        since=None if over else moment(pop["answered_at"] or pop["offered_at"], reader, of_year),
        ended=moment(pop["ended_at"], reader, of_year) if over and pop["ended_at"] else None,
        talked=_talked(pop),
        queue=plain(pop["queue_title"] or pop["queue"] or ""),
        line=pop["line"],
        number="" if withheld else pop["number"],
        number_label=pop["number_label"],
        caller_name="" if withheld else plain(pop["caller_name"]),
        match=pop["match"],
        match_why=pop["match_why"],
        customer=_customer(pop),
        candidates=[] if withheld else _candidates(pop),
        alerts=_alerts(pop, orders, cases),
        orders=orders,
        cases=cases,
        script=_script(pop["script"]),
        note=note,
        note_limit=NOTE_LIMIT,
    )


def draw_note(value: Value) -> NoteDrawing:
    """A note of the desk's topic."""
    leg = str(value["leg"])
    return NoteDrawing(dom_id(leg), leg, str(value["text"]), int(value["version"]))


def draw_presence(value: Value, reader: Reader) -> PresenceDrawing:
    """The presence of the desk's topic."""
    since = str(value.get("since") or "")
    at = moment(since, reader) if since else None
    state = str(value["state"])
    return PresenceDrawing(
        state, str(value.get("reason") or ""), since, at.exact if at else "", f"{state}-{dom_id(since)}"
    )


def draw_link(name: str, value: Value, reader: Reader) -> LinkDrawing:
    """A link of the topic of links."""
    since = value.get("since")
    reason = str(value.get("reason") or "")
    title = " · ".join(part for part in (reason, moment(str(since), reader).exact if since else "") if part)
    return LinkDrawing(dom_id(name), name, str(value["state"]), reason, title)


@lru_cache(maxsize=4096)
def dom_id(name: str) -> str:
    """`name` made fit for ids and selectors; different names stay different."""
    return "".join(
        character
        if character.isascii() and (character.isalnum() or character == "-")
        else f"_{ord(character):x}_"
        for character in name
    )


@lru_cache(maxsize=8192)
def moment(iso: str, reader: Reader, of_year: int | None = None) -> Moment:
    """The moment `iso` on the reader's clock; its day has no year when that is `of_year`."""
    local = datetime.fromisoformat(iso).astimezone(reader.zone)
    with_year = of_year is not None and local.year != of_year
    exact = local.isoformat(" ", "seconds")[: len("2026-11-21 14:30:00")]
    return Moment(_day(local.date(), with_year, reader.locale), exact[11:16], exact, iso)


@lru_cache(maxsize=4096)
def _day(day: date, with_year: bool, locale: str) -> str:
    return str(dates.format_skeleton("yMMMd" if with_year else "MMMd", day, locale=_locale(locale)))


@lru_cache(maxsize=4096)
def _money(amount: str, currency: str, locale: str) -> str:
    return numbers.format_currency(Decimal(amount), currency, locale=_locale(locale))


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale:
    return Locale.parse(name, sep="-" if "-" in name else "_")


def _order(order: PopOrder, reader: Reader, of_year: int) -> OrderDrawing:
    return OrderDrawing(
        order["ref"],
        plain(order["summary"], LINE_LIMIT),
        _money(order["total"], order["currency"], reader.locale),
        order["status"],
        order["late_days"],
        moment(order["placed_at"], reader, of_year),
        moment(order["promised_at"], reader, of_year) if order["promised_at"] else None,
    )


def _case(case: PopCase, reader: Reader, of_year: int) -> CaseDrawing:
    return CaseDrawing(
        case["ref"],
        plain(case["subject"], LINE_LIMIT),
        case["status"],
        case["priority"],
        case["line"],
        case["reopened"],
        case["overdue"],
        case["overdue"] or case["priority"] in URGENT,
        moment(case["opened_at"], reader, of_year),
        moment(case["due_at"], reader, of_year) if case["due_at"] else None,
    )


def _alerts(pop: Pop, orders: list[OrderDrawing], cases: list[CaseDrawing]) -> Alerts | None:
    customer = pop["customer"]
    if customer is None:
        return None
    late = [order for order in orders if order.late_days][:MOST_ALERTS]
    calls = pop["calls_7d"] or 0
    alerts = Alerts(
        late=late,
        more_late=max(0, pop["late_orders"] - len(late)),
        cases=[case for case in cases if case.hot][:MOST_ALERTS],
        repeat_today=pop["repeat_today"],
        often=calls if calls >= OFTEN else 0,
        birthday=customer["birthday_today"],
    )
    return alerts if alerts != NOTHING_WRONG else None


def _customer(pop: Pop) -> CustomerDrawing | None:
    customer = pop["customer"]
    if customer is None:
        return None
    company = customer["company"]
    return CustomerDrawing(
        plain(customer["name"]), plain(company) if company else None, customer["segment"] or None
    )


def _candidates(pop: Pop) -> list[CandidateDrawing]:
    return [
        CandidateDrawing(
            candidate["ref"],
            plain(candidate["name"]),
            plain(candidate["company"]) if candidate["company"] else None,
            candidate["strength"],
            candidate["why"],
        )
        for candidate in pop["candidates"]
    ]


def _script(script: PopScript | None) -> ScriptDrawing | None:
    if script is None:
        return None
    step = script["step"]
    return ScriptDrawing(
        script["key"],
        script["title"],
        script["version"],
        script["sentence"],
        list(script["why"]),
        script["runner_up"],
        step["id"] if step else None,
        step["kind"] if step else "",
        step["text"] if step else "",
        bool(step and step["failed"]),
        step["answers"] if step else [],
    )


def _talked(pop: Pop) -> str:
    """How long the call was talked about: `3:12`, `1:03:12`."""
    if not pop["answered_at"] or not pop["ended_at"]:
        return ""
    spent = datetime.fromisoformat(pop["ended_at"]) - datetime.fromisoformat(pop["answered_at"])
    minutes, seconds = divmod(max(spent, timedelta()) // timedelta(seconds=1), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
