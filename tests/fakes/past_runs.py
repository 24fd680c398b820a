"""Past calls on which a script was walked through, as agents would: each step by the engine itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from sqlalchemy import insert, select

from console.calls.models import Call, StoredRun
from console.customers.models import Customer
from console.db.engine import Sessions
from console.scripts.yaml_files import read_documents
from scripts_engine.codec import script_from_dict
from scripts_engine.run import CONFIRMED, Run, answer, back, do, start
from scripts_engine.run_codec import run_to_dict
from scripts_engine.script import Action, CaptureType, Kind, Script, Step

Row = dict[str, Any]
AT_ONCE = 500

OFFER = """\
script: loyalty-offer
title: Thank a good customer with an offer
when: purchases.count_30d >= 3
steps:
  - id: greet
    say: "Good day {{ customer.name | name }}. Thank you for buying from us again."
    fallback: "Good day. Thank you for buying from us again."
    next: wish
  - id: wish
    ask: "How can I help you today?"
    answers: {a question: explain, a complaint: sorry, nothing more: offer}
  - {id: explain, say: "Let me look that up for you.", next: offer}
  - id: sorry
    do: open_case
    with: {subject: "A complaint of a good customer", line: 2}
    next: close
  - id: offer
    do: offer
    with: {product: "Free delivery for a year"}
    next: terms
  - id: terms
    disclose: "You can end it at any time in writing. Is that all right?"
    next: close
  - {id: close, say: "Thank you for calling.", end: helped}
"""
"""A script with every kind of step that a run can be left at."""


def script_of(text: str) -> Script:
    """The only script of a file."""
    [document] = read_documents(text, "test")
    return script_from_dict(document.value)


class Back:
    """A move: to the step before."""


@dataclass(frozen=True, slots=True)
class Did:
    """A move: the step's action is taken, with what came of it."""

    result: str


Move = str | None | Did | type[Back]
"""What is done at a step: answered (None: gone on from), acted, or gone back from."""


def walked(script: Script, at: datetime, moves: Sequence[tuple[float, Move]]) -> Run:
    """The run after these moves, each so many seconds after the one before."""
    run = start(script, {}, at)
    for seconds, move in moves:
        at += timedelta(seconds=seconds)
        if isinstance(move, Did):
            run = do(run, script, {}, at, move.result)
        elif isinstance(move, type):
            run = back(run, at)
        else:
            run = answer(run, script, {}, at, move)
    return run


def call_row(id_: str, at: datetime, **values: Any) -> Row:
    """A call from outside that was answered, and over after five minutes; it got no script."""
    usual = {"link": "main", "direction": "inbound", "state": "ended", "number": "", "caller_name": ""}
    times = {
        "started_at": at,
        "answered_at": at + timedelta(seconds=10),
        "ended_at": at + timedelta(minutes=5),
    }
    others = dict.fromkeys(("customer_id", "satisfaction", "script_key", "script_version"))
    return {"id": id_, **usual, **times, **others, **values}


def run_row(call: Row, run: Run, version: int = 1, **values: Any) -> Row:
    """A run on a call."""
    usual: Row = {"number": 1, "revision": len(run.stays), "reason": None, "answers": {}}
    moments = {"started_at": call["answered_at"] or call["started_at"], "updated_at": call["ended_at"]}
    walk = run_to_dict(run)
    pinned = {"script_key": run.script, "script_version": version}
    stands = {"walk": walk, "step": walk["step"], "outcome": walk["outcome"]}
    return {"call_id": call["id"], **usual, **moments, **pinned, **stands, **values}


async def store(sessions: Sessions, calls: Sequence[Row], runs: Sequence[Row]) -> None:
    """Store them, and the customers who called that are not stored yet."""
    called = {call["customer_id"] for call in calls} - {None}
    async with sessions.begin() as session:
        new = called - set(await session.scalars(select(Customer.id).where(Customer.id.in_(called))))
        people = [_person(id_, calls[0]["started_at"]) for id_ in sorted(new)]
        for table, rows in ((Customer, people), (Call, calls), (StoredRun, runs)):
            for first in range(0, len(rows), AT_ONCE):
                await session.execute(insert(table), list(rows[first : first + AT_ONCE]))


def _person(id_: int, at: datetime) -> Row:
    return {"id": id_, "ref": f"C-{id_}", "name": f"Customer {id_}", "created_at": at, "updated_at": at}


@dataclass(frozen=True, slots=True)
class Manner:
    """How the calls of a version go: its script, how likely a run is left at a step, how likely an offer is
    accepted, and how likely who called is content (and does not call again)."""

    version: int
    script: Script
    leaves: float = 0.06
    accepts: float = 0.3
    content: float = 0.7


class BelievableCalls:
    """Calls as a month has them, some of them passed on, some by strangers, some rated."""

    def __init__(self, seed: int, people: int) -> None:
        self.calls: list[Row] = []
        self.runs: list[Row] = []
        self._people = people
        self._chance = Random(seed)  # noqa: S311 - the same calls in each run
        self._numbers = count(1)

    def add(self, manner: Manner, at: datetime) -> None:
        """A call that got the version, walked through in most cases."""
        chance = self._chance
        customer = chance.randint(1, self._people) if chance.random() < 0.9 else None
        rating = chance.randint(4, 5) if chance.random() < manner.content else chance.randint(1, 3)
        call = self._call(
            at,
            customer_id=customer,
            satisfaction=rating if chance.random() < 0.4 else None,
            script_key=manner.script.key,
            script_version=manner.version,
        )
        if chance.random() < 0.85:
            self._walk(call, manner)
        if customer is not None and chance.random() > 0.75 + manner.content / 4:
            self._call(at + timedelta(days=chance.uniform(0.1, 6)), customer_id=customer)

    def _call(self, at: datetime, **values: Any) -> Row:
        self.calls.append(call_row(f"main-{next(self._numbers)}", at, **values))
        return self.calls[-1]

    def _walk(self, call: Row, manner: Manner) -> None:
        chance = self._chance
        run = start(manner.script, {}, call["answered_at"])
        while not run.ended and chance.random() > manner.leaves:
            run = self._on(run, manner)
        reason = "The customer asked for it" if chance.random() < 0.04 else None
        call["ended_at"] = run.since + timedelta(seconds=20)
        self.runs.append(run_row(call, run, manner.version, reason=reason))

    def _on(self, run: Run, manner: Manner) -> Run:
        step = manner.script.step(run.step or "")
        assert step is not None
        at = run.since + timedelta(seconds=self._chance.lognormvariate(2.6, 0.7))
        if step.action is not None:
            return do(run, manner.script, {}, at, self._result(step.action, manner))
        return answer(run, manner.script, {}, at, self._said(step))

    def _result(self, action: Action, manner: Manner) -> str:
        if action is not Action.OFFER:
            return "NEW-1"
        if self._chance.random() < manner.accepts:
            return "accepted"
        return self._chance.choice(("declined", "declined", "later"))

    def _said(self, step: Step) -> str | None:
        if step.answers:
            return self._chance.choice(step.answers).text
        if step.capture is not None:
            return (*step.capture.choices, CAPTURED.get(step.capture.type, "12"))[0]
        return CONFIRMED if step.kind is Kind.DISCLOSE else None


CAPTURED = {
    CaptureType.TEXT: "a red chair",
    CaptureType.DATE: "2026-11-21",
    CaptureType.EMAIL: "jozef@shop.example",
    CaptureType.PHONE: "+421905123456",
}
