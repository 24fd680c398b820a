"""Works out beforehand what the desk's templates print.

A pop is drawn while the phone rings, so what costs is done here once, or kept: days and amounts come back
often. Words are the templates' business, values are this module's.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Literal, cast, get_args
from urllib.parse import quote

from console.calls.outcomes import choice
from console.customers.identification import MOST_CANDIDATES
from console.customers.paths import customer_path
from console.desk.alert_drawing import LINE_LIMIT, draw_alerts
from console.desk.appearance import (
    ColleagueDrawing,
    DeskDrawing,
    LinkDrawing,
    NoteDrawing,
    OutcomeDrawing,
    PopDrawing,
    PresenceDrawing,
    SatisfactionDrawing,
)
from console.desk.breaks import BREAKS
from console.desk.control_drawing import draw_control, draw_dials
from console.desk.due_drawing import draw_due
from console.desk.kept import Memory
from console.desk.note import NOTE_LIMIT
from console.desk.packet_drawing import can_be_handed_over, draw_answers, draw_packet
from console.desk.plain_text import plain
from console.desk.pop import (
    DUE_KEY,
    NOTE_PREFIX,
    PRESENCE_KEY,
    RUN_PREFIX,
    CallerPart,
    Pop,
    PopCase,
    PopColleague,
    PopLearnt,
    PopOrder,
    PopRun,
    is_pop,
)
from console.desk.presence import LOGGED_OUT
from console.desk.reading import Reader, moment, money
from console.desk.record_appearance import (
    AsideDrawing,
    CandidateDrawing,
    CaseDrawing,
    CustomerDrawing,
    LearntDrawing,
    OrderDrawing,
    RecordsDrawing,
)
from console.desk.run_drawing import draw_script
from console.desk.satisfaction import MARKS, is_ratable
from console.live.bus import Value
from console.web.formats import lasted

LATE_S = 2
"""Events that come so many seconds late are worth a word."""

LEARNT_AT_A_GLANCE = 3
"""Steps of what agents said of who calls that stand on the pop: the last ones."""

OVER = frozenset({"ended", "withdrawn"})
URGENT = frozenset({"high", "urgent"})

RINGING = frozenset({"ringing"})
ON_CALL = frozenset({"talking", "held"})
HAD_IT = frozenset({"passed_on", "left"})
MISSED = frozenset({"missed"})
"""What colleagues do, or did."""


OFFLINE: Value = {"state": "offline"}

_UNFIT = re.compile("[^A-Za-z0-9-]")
_OfRecords = Literal[
    "match",
    "match_why",
    "match_steps",
    "set_aside",
    "candidates",
    "candidates_in_all",
    "customer",
    "orders",
    "cases",
]
_OF_RECORDS: tuple[_OfRecords, ...] = get_args(_OfRecords)
_RECORDS: Memory[RecordsDrawing] = Memory()


def draw_desk(entries: Mapping[str, Value], reader: Reader) -> DeskDrawing:
    """The desk from the entries of its topic."""
    notes = {
        str(value["leg"]): draw_note(value) for key, value in entries.items() if key.startswith(NOTE_PREFIX)
    }
    pops = [
        draw_pop(as_pop(value), reader, notes.get(key), as_run(entries.get(RUN_PREFIX + key)))
        for key, value in entries.items()
        if is_pop(key)
    ]
    presence = draw_presence(entries.get(PRESENCE_KEY, OFFLINE), reader)
    return DeskDrawing(presence, pops, list(notes.values()), draw_due(entries.get(DUE_KEY), reader))


def as_pop(value: Value) -> Pop:
    """The entry of a leg: the topic holds what `screen_pop` put there."""
    return cast("Pop", value)


def as_run(value: Value | None) -> PopRun | None:
    """The entry of a run: the topic holds what `running` put there."""
    return cast("PopRun | None", value)


def draw_pop(
    pop: Pop, reader: Reader, note: NoteDrawing | None = None, run: PopRun | None = None
) -> PopDrawing:
    """The pop as `reader` sees it, with the run of its script where one has begun. Days get a year when it is
    not that of the offer."""
    of_year = datetime.fromisoformat(pop["offered_at"]).astimezone(reader.zone).year
    records = draw_records(pop["call"], pop, reader, of_year)
    over = pop["state"] in OVER
    withheld = pop["match"] == "withheld"  # who withholds their number has their name withheld too
    dom = dom_id(pop["leg"])
    colleagues = [_colleague(each) for each in pop["colleagues"]]
    before = [each for each in colleagues if each.before]
    after = [each for each in colleagues if not each.before]
    left = pop["dialler_left"]
    alone = over or left
    asked_by = None if alone else _first(before, ON_CALL)
    return PopDrawing(
        dom=dom,
        path=quote(pop["leg"], safe=""),
        said_of=json.dumps({"leg": pop["leg"]}),
        mark=f"{dom}-{pop['state']}",
        leg=pop["leg"],
        call=pop["call"],
        link=pop["link"],
        state=pop["state"],
        held=pop["held"],
        over=over,
        direction=pop["direction"],
        dialling=pop["dialling"],
        internal=None if pop["internal_name"] is None else plain(pop["internal_name"]),
        end=pop["end"],
        withdrawn_by=pop["withdrawn_by"],
        waits_in=plain(pop["waits_in"]) if pop["waits_in"] else None,
        unserved=pop["unserved"],
        before=before,
        after=after,
        asked_by=asked_by,
        asking=None if alone else _first(after[::-1], ON_CALL | RINGING),
        dialler_left=left,
        put_through=_first(colleagues[::-1], ON_CALL | RINGING) if left and not over else None,
        passed_to=_passed_to(pop, after),
        result=pop["result"],
        since=None if over else moment(pop["answered_at"] or pop["offered_at"], reader, of_year),
        ended=moment(pop["ended_at"], reader, of_year) if over and pop["ended_at"] else None,
        talked=_talked(pop["answered_at"], pop["ended_at"]),
        queue=plain(pop["queue_title"] or pop["queue"] or ""),
        line=pop["line"],
        number="" if withheld else pop["number"],
        number_label=pop["number_label"],
        caller_name="" if withheld else plain(pop["caller_name"]),
        match=pop["match"],
        match_why=plain(pop["match_why"], LINE_LIMIT),
        customer=_customer(pop),
        candidates=records.candidates,
        candidates_in_all=min(pop["candidates_in_all"], MOST_CANDIDATES),
        countless=pop["candidates_in_all"] > MOST_CANDIDATES,
        learnt=[_learnt(each, pop["user_id"], reader) for each in pop["learnt"][-LEARNT_AT_A_GLANCE:]],
        learnable=pop["e164"] is not None,
        alerts=draw_alerts(pop, reader, records.orders, records.cases, of_year),
        records=records,
        script=draw_script(
            dom, pop["leg"], pop["script"], run, reader, answered_at=pop["answered_at"] or pop["offered_at"]
        ),
        note=note,
        note_limit=NOTE_LIMIT,
        satisfaction=SatisfactionDrawing(MARKS, pop["satisfaction"]) if is_ratable(pop) else None,
        outcome=_outcome(pop, run) if over and is_ratable(pop) else None,
        packet=draw_packet(pop, reader, of_year),
        handed=pop["handed"] if can_be_handed_over(pop) else None,
        answers=draw_answers(pop, reader),
        control=draw_control(pop, asked=asked_by is not None),
        listened=pop.get("listened", []) if pop["state"] == "answered" else [],
        dials=draw_dials(pop),
    )


def draw_records(call: str, caller: CallerPart, reader: Reader, of_year: int) -> RecordsDrawing:
    """What the records say of who makes a call."""
    of = [caller[name] for name in _OF_RECORDS]
    return _RECORDS.get((call, reader, of_year), of, lambda: _records(call, caller, reader, of_year))


def _records(call: str, caller: CallerPart, reader: Reader, of_year: int) -> RecordsDrawing:
    withheld = caller["match"] == "withheld"
    return RecordsDrawing(
        mark=dom_id(call),
        steps=[
            plain(step, LINE_LIMIT) for step in ([caller["match_why"]] if withheld else caller["match_steps"])
        ],
        aside=[] if withheld else [AsideDrawing(each["ref"], each["why"]) for each in caller["set_aside"]],
        nobody=caller["match"] == "none",
        customer=caller["customer"] is not None,
        candidates=[] if withheld else _candidates(caller),
        more=caller["candidates_in_all"] - len(caller["candidates"]),
        orders=[_order(order, reader, of_year) for order in caller["orders"]],
        cases=[_case(case, reader, of_year) for case in caller["cases"]],
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
    reason, until = str(value.get("reason") or ""), str(value.get("until") or "")
    then = str(value.get("then") or "")
    return PresenceDrawing(
        state=state,
        reason=plain(reason),
        label=BREAKS.get(reason, ""),
        since=since,
        exact=at.exact if at else "",
        mark=f"{state}-{dom_id(since)}",
        then=BREAKS.get(then) or plain(then),
        then_offline=then == LOGGED_OUT,
        until=until,
        left_mark=dom_id(until),
        owes=bool(value.get("owes")),
    )


def draw_link(name: str, value: Value, reader: Reader) -> LinkDrawing:
    """A link of the topic of links."""
    since = moment(str(value["since"]), reader) if value.get("since") else None
    reason = str(value.get("reason") or "")
    lag_s = int(value.get("lag_s") or 0)
    title = " · ".join(part for part in (reason, since.exact if since else "") if part)
    return LinkDrawing(
        dom_id(name), name, str(value["state"]), reason, since, lag_s if lag_s >= LATE_S else 0, title
    )


@lru_cache(maxsize=4096)
def dom_id(name: str) -> str:
    """`name` made fit for ids and selectors; different names stay different."""
    return _UNFIT.sub(lambda found: f"_{ord(found[0]):x}_", name)


def _order(order: PopOrder, reader: Reader, of_year: int) -> OrderDrawing:
    return OrderDrawing(
        order["ref"],
        plain(order["summary"], LINE_LIMIT),
        money(order["total"], order["currency"], reader.locale),
        order["status"],
        order["late_days"],
        moment(order["placed_at"], reader, of_year),
        moment(order["promised_at"], reader, of_year) if order["promised_at"] else None,
    )


def _case(case: PopCase, reader: Reader, of_year: int) -> CaseDrawing:
    closed = case["closed_at"]
    return CaseDrawing(
        case["ref"],
        dom_id(case["ref"]),
        plain(case["subject"], LINE_LIMIT),
        case["status"],
        case["priority"],
        case["line"],
        case["reopened"],
        case["overdue"],
        closed is None and (case["overdue"] or case["priority"] in URGENT),
        moment(case["opened_at"], reader, of_year),
        moment(case["due_at"], reader, of_year) if case["due_at"] else None,
        moment(closed, reader, of_year) if closed else None,
        plain(case["owner"], LINE_LIMIT) if case["owner"] else None,
        case["touched"],
    )


def _colleague(colleague: PopColleague) -> ColleagueDrawing:
    return ColleagueDrawing(
        colleague["leg"],
        colleague["before"],
        plain(colleague["name"]),
        colleague["line"],
        colleague["own"],
        colleague["state"],
        _talked(colleague["answered_at"], colleague["ended_at"]),
        colleague["note"],
    )


def _passed_to(pop: Pop, after: list[ColleagueDrawing]) -> ColleagueDrawing | None:
    """Who got a call that this agent passed on: whoever talks or talked, else whose phone rings for it, else
    who did not answer."""
    if pop["result"] != "transferred":
        return None
    rung = None if pop["waits_in"] else _first(after, RINGING) or _first(after, MISSED)
    return _first(after, ON_CALL | HAD_IT) or rung


def _first(colleagues: list[ColleagueDrawing], states: frozenset[str]) -> ColleagueDrawing | None:
    return next((each for each in colleagues if each.state in states), None)


def _customer(pop: Pop) -> CustomerDrawing | None:
    customer = pop["customer"]
    if customer is None:
        return None
    company = customer["company"]
    return CustomerDrawing(
        customer_path(customer["ref"]),
        customer["ref"],
        plain(customer["name"]),
        plain(company) if company else None,
        customer["segment"] or None,
    )


def _outcome(pop: Pop, run: PopRun | None) -> OutcomeDrawing:
    """What the script ended with is suggested, until the agent has chosen."""
    of_run = run["outcome"] if run else None
    suggested = pop["outcome"] or of_run or ""
    return OutcomeDrawing(
        words=choice(pop["outcomes"], of_run, pop["outcome"]),
        chosen=pop["outcome"],
        suggested=suggested,
        required=pop["outcome_required"],
        mark=dom_id(f"{pop['outcome'] or ''}.{suggested}"),
    )


def _learnt(learnt: PopLearnt, user_id: int, reader: Reader) -> LearntDrawing:
    return LearntDrawing(
        learnt["id"],
        learnt["kind"],
        learnt["user_id"] == user_id,
        plain(learnt["author"]),
        plain(learnt["customer"]),
        moment(learnt["at"], reader),
    )


def _candidates(caller: CallerPart) -> list[CandidateDrawing]:
    return [
        CandidateDrawing(
            customer_path(candidate["ref"]),
            candidate["ref"],
            plain(candidate["name"]),
            plain(candidate["company"]) if candidate["company"] else None,
            candidate["strength"],
            plain(candidate["why"], LINE_LIMIT),
        )
        for candidate in caller["candidates"]
    ]


def _talked(answered_at: str | None, ended_at: str | None) -> str:
    """How long the call was talked about; "" when it never was, or is not over."""
    if not answered_at or not ended_at:
        return ""
    return lasted(datetime.fromisoformat(ended_at) - datetime.fromisoformat(answered_at))
