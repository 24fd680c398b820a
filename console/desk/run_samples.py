"""Made-up runs of scripts, one of each kind, beside the pops of `samples`."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.desk.pop import RUN_PREFIX, Pop, PopRun, PopScript, PopStep, PopVisit
from console.live.bus import Value

PROMISED = "2026-11-24T14:00:00+01:00"

STEP: PopStep = {
    "id": "mail",
    "kind": "ask",
    "text": "I am sorry. Which e-mail shall the voucher for the delay go to?",
    "failed": False,
    "answers": [],
    "capture": "email",
    "label": "voucher email",
    "action": "",
    "details": [],
    "in_days": "",
}
DISCLOSE: PopStep = {
    **STEP,
    "id": "terms",
    "kind": "disclose",
    "text": "An order that was cancelled cannot be brought back, and the money comes within 14 days.",
    "capture": "",
}
CASE: PopStep = {
    **STEP,
    "id": "refund",
    "kind": "do",
    "text": "Open a case",
    "capture": "",
    "action": "open_case",
    "details": [["line", "2"], ["priority", "high"], ["subject", "Refund €120.50 of O-77"]],
}
CALLBACK: PopStep = {
    **CASE,
    "id": "promise",
    "text": "Schedule a call-back",
    "action": "schedule_callback",
    "details": [["subject", "Whether the roses came"]],
    "in_days": "2",
}
OFFER: PopStep = {
    **CASE,
    "id": "card",
    "text": "Make an offer",
    "action": "offer",
    "details": [["offer", "Loyalty card"]],
}
ANSWERED: list[PopVisit] = [
    {"step": "wish", "text": "Would you rather wait for it or cancel it?", "kind": "", "answer": "cancel"},
    {"step": "paid", "text": "How much did you pay?", "kind": "money", "answer": "120.50 EUR"},
    {"step": "day", "text": "On which day?", "kind": "date", "answer": "2026-11-21"},
    {"step": "card", "text": "Make an offer", "kind": "offer", "answer": "declined"},
    {"step": "promise", "text": "Schedule a call-back", "kind": "schedule_callback", "answer": PROMISED},
    {"step": "pieces", "text": "How many pieces?", "kind": "number", "answer": "1234.5"},
]
OTHER: Mapping[str, Any] = {
    "key": "complaint",
    "title": "The complaint that is still open",
    "runner_up": None,
}


def sample_runs(at: datetime, pops: Mapping[str, Pop]) -> dict[str, Value]:
    """The entries of runs beside these pops."""
    runs = [
        _run(pops["sample-answered"], at),
        _run(pops["sample-held"], at, step=DISCLOSE, reason="Wants to cancel, whatever it costs", number=2),
        _run(pops["sample-asking"], at, step=CASE, ahead=True, given=None),
        _run(pops["sample-ended"], at, step=None, ended=True, outcome="resolved", given=None),
        _run(pops["sample-long"], at, **OTHER),
    ]
    return {RUN_PREFIX + run["leg"]: run for run in runs}


def _run(pop: Pop, at: datetime, **changes: object) -> PopRun:
    script: PopScript | None = pop["script"]
    run: PopRun = {
        "leg": pop["leg"],
        "call": pop["call"],
        "number": 1,
        "revision": 3,
        "key": script["key"] if script else "",
        "title": script["title"] if script else "",
        "version": script["version"] if script else 0,
        "reason": None,
        "started_at": at.isoformat(),
        "step": STEP,
        "given": "jozef@example.org",
        "done": None,
        "ended": False,
        "outcome": None,
        "answered": ANSWERED,
        "first": False,
        "ahead": False,
        "picked": script,
        "walk": {},
    }
    return {**run, **{name: value for name, value in changes.items() if name in run}}  # type: ignore[typeddict-item]
