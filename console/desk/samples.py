"""Made-up pops in every state, for the page of patterns: what a change to the look is looked at with."""

from datetime import datetime, timedelta

from console.desk.case_samples import sample_cases, sample_due
from console.desk.packet_samples import bare_packet, sample_answers, sample_packet
from console.desk.pop import (
    DUE_KEY,
    NOT_HANDED_OVER,
    NOT_JUDGED,
    Pop,
    PopCandidate,
    PopColleague,
    PopCustomer,
    PopLearnt,
    PopReason,
    PopScript,
    PopStep,
)
from console.desk.promise_samples import NO_CONTACTS, sample_callbacks, sample_offers
from console.desk.record_samples import sample_orders
from console.desk.run_samples import sample_runs
from console.live.bus import Value
from telephony.source import COMMANDED

STEPS = (
    'Number given: "90905123456".',
    "Removed the outside-line prefix 9. Read as dialled in SK.",
    "E.164 form +421905123456, a number of SK.",
)
LONG_SLOVAK = "Najneobhospodarovávateľnejšia Kvetinárska Spoločnosť Bratislava-Petržalka s.r.o."
LONG_DANISH = "Speciallægepraksisplanlægningsstabiliseringsperiode ApS"
HOSTILE = "\u202e\"><img src=x onerror=alert(1)><script>alert('x')</script>\u2066" + "🦊" * 20


def sample_desk(at: datetime) -> dict[str, Value]:
    """The entries of a desk's topic that shows every kind of pop and of run, as of `at`."""
    pops = [
        *_of_each_state(at),
        *_of_each_company(at),
        *_of_each_outcome(at),
        sample_pop("hostile", at, caller_name=HOSTILE, **_nobody("none"), number="+421 2 5555 0199"),
        sample_pop(
            "long", at, state="answered", customer=_long_customer(), orders=[], late_orders=0, cases=[]
        ),
        sample_pop("fallback", at, script=_failed_script()),
        sample_pop("silent", at, script=None),
    ]
    by_leg = {pop["leg"]: pop for pop in pops}
    entries: dict[str, Value] = {**by_leg, **sample_runs(at, by_leg)}
    entries[DUE_KEY] = {**sample_due(at)}
    entries["presence"] = {"state": "on_call", "since": _iso(at - timedelta(seconds=42)), "reason": ""}
    entries["note:sample-answered"] = {
        "leg": "sample-answered",
        "call": "sample-call",
        "text": "Would rather wait. Voucher for the delay: 10 EUR.",
        "version": 3,
    }
    return entries


def sample_links(at: datetime) -> dict[str, Value]:
    """The entries of the topic of links, one in each state."""
    refused = "The phone system refused the log-in; mend user or secret of this link, then restart."
    since = _iso(at - timedelta(minutes=4))
    return {
        "main": {"state": "up", "reason": "", "since": since, "lag_s": 0},
        "trunk": {"state": "up", "reason": "", "since": since, "lag_s": 12},
        "branch": {"state": "stale", "reason": "Nothing heard for 40 s.", "since": since},
        "old": {"state": "down", "reason": refused, "since": since},
    }


def sample_pop(name: str, at: datetime, **changes: object) -> Pop:
    """A ringing pop of a known caller with a late order and an open case, with `changes` to it."""
    pop: Pop = {
        "leg": f"sample-{name}",
        "call": "sample-call",
        "link": "main",
        "user_id": 1,
        "state": "ringing",
        "held": False,
        "queue": "support",
        "queue_title": "Support",
        "line": 1,
        "number": "+421 905 123 456",
        "e164": "+421905123456",
        "twin": None,
        "caller_name": "MRKVA J",
        "match": "one",
        "match_why": "Exact match on the mobile number",
        "match_steps": [*STEPS, "Exact match on the mobile number."],
        "set_aside": [],
        "number_label": "mobile",
        "customer": _customer(),
        "candidates": [],
        "candidates_in_all": 0,
        "orders": sample_orders(at),
        "late_orders": 1,
        "cases": sample_cases(at),
        "callbacks": sample_callbacks(at),
        "offers": sample_offers(at),
        "calls_7d": 3,
        "repeat_today": True,
        "last_call_at": _iso(at - timedelta(minutes=3)),
        "learnt": [],
        "call_facts": None,
        "can": [*COMMANDED],
        "listened": [],
        **NOT_JUDGED,
        **NOT_HANDED_OVER,
        "script": _script(),
        "direction": "inbound",
        "dialling": False,
        "internal_name": None,
        "end": None,
        "withdrawn_by": None,
        "waits_in": None,
        "unserved": False,
        "dialler_left": False,
        "colleagues": [],
        "result": None,
        "offered_at": _iso(at - timedelta(seconds=7)),
        "answered_at": None,
        "ended_at": None,
        "received_at": at.timestamp(),
        "stages": {},
    }
    # mypy cannot see that the names are those of a pop; tests draw every one of them
    return {**pop, **changes}  # type: ignore[typeddict-item]


def _of_each_state(at: datetime) -> list[Pop]:
    answered, ended = _iso(at - timedelta(seconds=221)), _iso(at - timedelta(seconds=9))
    over = {"answered_at": answered, "ended_at": ended}
    gone = {"state": "withdrawn", "ended_at": ended}
    return [
        sample_pop("ringing", at),
        sample_pop("answered", at, state="answered", answered_at=answered),
        sample_pop("held", at, state="answered", held=True, answered_at=answered),
        sample_pop(
            "heard",
            at,
            state="answered",
            answered_at=answered,
            listened=[
                {"name": "Sofia Pokorná", "manner": "listen"},
                {"name": "Adam Walker", "manner": "barge"},
            ],
        ),
        sample_pop("ended", at, state="ended", result="answered", **over),
        sample_pop("lost", at, state="ended", result="answered", end="lost", **over),
        sample_pop("withdrawn", at, result="withdrawn", withdrawn_by="Ana Nováková", **gone),
        sample_pop("abandoned", at, result="cancelled", **gone),
        sample_pop("timed-out", at, result="cancelled", end="timed_out", **gone),
        sample_pop("waits", at, result="withdrawn", waits_in="Second line", **gone),
        sample_pop("missed", at, result="no_answer", **gone),
        sample_pop("unlinked", at, link="branch", state="answered", answered_at=answered),
    ]


def _of_each_company(at: datetime) -> list[Pop]:
    """Calls with others on them, and calls from and to others than customers."""
    answered, ended = _iso(at - timedelta(seconds=221)), _iso(at - timedelta(seconds=9))
    ana = sample_colleague(
        "Ana Nováková", answered_at=answered, note="Would rather wait.\nVoucher for 10 EUR?"
    )
    passed_on = {**ana, "state": "passed_on", "ended_at": ended}
    eva: PopColleague = {**sample_colleague("Eva Malá"), "before": False, "line": 2}
    on = {"state": "answered", "answered_at": answered}
    passed = {"state": "ended", "result": "transferred", "answered_at": answered, "ended_at": ended}
    elsewhere = {"queue": None, "queue_title": None}
    extension = {**elsewhere, **_nobody("none"), "number": "1002", "caller_name": "", "script": None}
    return [
        sample_pop(
            "handed-over",
            at,
            colleagues=[passed_on],
            line=2,
            packet=sample_packet(at, ana["leg"]),
            **elsewhere,
        ),
        sample_pop(
            "asked", at, colleagues=[{**ana, "state": "held"}], line=2, packet=bare_packet(at), **elsewhere
        ),
        sample_pop("asking", at, held=True, colleagues=[eva], **on),
        sample_pop("transferred", at, colleagues=[eva], **passed),
        sample_pop("sent-back", at, colleagues=[eva], answers=sample_answers(at, eva["leg"]), **passed),
        sample_pop("queued-on", at, waits_in="Second line", **passed),
        sample_pop("nobody-took-it", at, unserved=True, **passed),
        sample_pop("nobody-answered", at, unserved=True, colleagues=[{**eva, "state": "missed"}], **passed),
        sample_pop("direct", at, **elsewhere),
        sample_pop("internal", at, direction="internal", internal_name="Boris Kováč", **extension),
        sample_pop(
            "put-through",
            at,
            direction="internal",
            internal_name="Boris Kováč",
            dialler_left=True,
            colleagues=[eva],
            **extension,
            **on,
        ),
        sample_pop("dialling", at, direction="outbound", dialling=True, **elsewhere),
        sample_pop(
            "busy",
            at,
            state="withdrawn",
            result="no_answer",
            ended_at=ended,
            direction="outbound",
            dialling=True,
            **elsewhere,
        ),
    ]


def sample_colleague(name: str, *, answered_at: str | None = None, note: str = "") -> PopColleague:
    """Another agent who talks on a call."""
    return {
        "leg": f"sample-of-{name[:3].lower()}",
        "name": name,
        "line": 1,
        "own": False,
        "before": True,
        "state": "talking",
        "answered_at": answered_at,
        "ended_at": None,
        "note": note,
    }


def _of_each_outcome(at: datetime) -> list[Pop]:
    people = [
        _candidate("C-1001", "Jozef Mrkva", "Kvetinárstvo s.r.o."),
        _candidate("C-1002", "Anna Mrkvová", "Kvetinárstvo s.r.o."),
    ]
    exact = "Exact match on the office number"
    likely = f"{exact}; called from it last, on 2026-11-20 at 14:05, 1 open case"
    others = [_candidate("C-2044", "Søren Ærø Ågård", None, why=likely), people[0]]
    alike = "Only the last 7 digits are the same"
    weak = [_candidate("C-3110", "Mária Kováčová", None, "weak", alike)]
    aside = "+420905123456 has the same digits, but is in another country: a different telephone"
    return [
        sample_pop("shared", at, **_nobody("shared"), candidates=people, candidates_in_all=len(people)),
        sample_pop("many", at, **_nobody("many"), candidates=others, candidates_in_all=120),
        sample_pop("unknown", at, **_nobody("none"), caller_name=""),
        sample_pop(
            "weak",
            at,
            **_nobody("none"),
            candidates=weak,
            candidates_in_all=1,
            set_aside=[{"ref": "C-9", "why": aside}],
        ),
        sample_pop("withheld", at, **_nobody("withheld"), number="", e164=None, caller_name=""),
        sample_pop("linked", at, learnt=[_learnt("unlinked", at, 2), _learnt("linked", at)]),
        sample_pop("chosen", at, match="many", learnt=[_learnt("chosen", at)]),
        sample_pop("not-them", at, **_nobody("none"), learnt=[_learnt("unlinked", at)]),
    ]


def _learnt(kind: str, at: datetime, user_id: int = 1) -> PopLearnt:
    said = {"id": user_id, "kind": kind, "at": _iso(at - timedelta(seconds=40)), "user_id": user_id}
    customer = "Eva Malá" if user_id != 1 else "Jozef Mrkva"
    return {**said, "author": "Boris Kováč", "customer": customer, "ref": "C-7"}  # type: ignore[typeddict-item]


NOBODY_WHY = {
    "shared": "All who have it belong to Kvetinárstvo s.r.o.",
    "many": "2 customers who have no company in common have this number",
    "none": "No customer has this number",
    "withheld": "The caller withholds the number",
}


def _nobody(match: str) -> dict[str, object]:
    """What is different when no customer is bound."""
    return {
        "match": match,
        "match_why": NOBODY_WHY[match],
        "match_steps": [*([] if match == "withheld" else STEPS), f"{NOBODY_WHY[match].removesuffix('.')}."],
        "number_label": None,
        "customer": None,
        "orders": [],
        "late_orders": 0,
        "cases": [],
        **NO_CONTACTS,
        "script": _greeting(),
    }


def _customer() -> PopCustomer:
    return {
        "ref": "C-1001",
        "name": "Jozef Mrkva",
        "company": "Kvetinárstvo s.r.o.",
        "segment": "gold",
        "language": "sk",
        "email": "jozef@mrkva.example",
        "customer_since": "2019-03-02",
        "birthday_today": False,
    }


def _long_customer() -> PopCustomer:
    name = "Maximiliána Alžbeta Konštantínopolitančanová-Šťastnohorská"
    return {**_customer(), "name": name, "company": f"{LONG_SLOVAK} / {LONG_DANISH}", "birthday_today": True}


def _candidate(
    ref: str, name: str, company: str | None, strength: str = "exact", why: str = "Exact match on the number"
) -> PopCandidate:
    return {"ref": ref, "name": name, "company": company, "strength": strength, "why": why}


def _script() -> PopScript:
    return {
        "key": "late-delivery",
        "title": "Apologise for a late delivery",
        "version": 4,
        "sentence": "Chosen because 1 order is late and the segment is not vip.",
        "why": [
            _reason("purchases.late_open >= 1", "1", "orders that are late: at least 1"),
            _reason('not caller.segment = "vip"', "gold", "the segment is not vip"),
        ],
        "runner_up": "The complaint that is still open",
        "step": _step(
            "Good day Mr Mrkva. I see order O-77 should have reached you on 15 November. "
            "I am sorry. Would you rather wait for it or cancel it?",
            ["would rather wait", "cancel"],
        ),
    }


def _failed_script() -> PopScript:
    step = _step("Good day. I see that an order of yours is late.", [])
    return {**_script(), "step": {**step, "kind": "say", "failed": True}, "runner_up": None}


def _greeting() -> PopScript:
    return {
        "key": "unknown-caller",
        "title": "Welcome somebody we do not know yet",
        "version": 1,
        "sentence": "Chosen because nothing more special applies.",
        "why": [],
        "runner_up": None,
        "step": _step("Good day, you are speaking with support. May I have your name, please?", []),
    }


def _step(text: str, answers: list[str]) -> PopStep:
    return {
        "id": "greet",
        "kind": "ask" if answers else "say",
        "text": text,
        "failed": False,
        "answers": answers,
        "capture": "",
        "label": "",
        "action": "",
        "details": [],
        "in_days": "",
    }


def _reason(condition: str, value: str, text: str) -> PopReason:
    return {"condition": condition, "value": value, "text": text}


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")
