"""Works out what the customer page prints: plain values, of which the templates make words. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.clock import on_clock
from console.customers.learning import Learnt
from console.errors import Problem
from console.facts.known import Known
from console.facts.records import is_birthday
from console.facts.views import CaseView, NumberView, OrderView
from console.promises.queries import Owed
from console.web.formats import lasted
from scripts_engine.facts import FactValue
from telephony.numbers import Plan, display, normalise

MOST_NAMED = 3
"""Late orders and pressing cases that are named one by one; the others are counted."""

OFTEN = 3
"""So many calls in 7 days are worth a word."""

SOON = 14
"""A birthday within so many days is worth a word."""

PRESSING = frozenset({"high", "urgent"})


@dataclass(frozen=True, slots=True)
class NumberDrawing:
    """A number as people read it; `usable`: it can be dialled, and calls from it are recognised."""

    text: str
    label: str | None
    shared: bool
    usable: bool


@dataclass(frozen=True, slots=True)
class SaidDrawing:
    """What an agent (`author`; "" when they are gone) said of a number on a call. `latest`: nothing newer was
    said of the number, so that it can be taken back."""

    id: int
    kind: str
    number: str
    author: str
    at: datetime
    latest: bool


@dataclass(frozen=True, slots=True)
class CallbackDrawing:
    """A call-back that is owed, with names as in `Owed`. It is moved from `day` and `time`."""

    id: int
    number: str
    due_at: datetime
    by: str
    owner: str | None
    line: int | None
    note: str
    made_at: datetime
    overdue: bool
    day: str
    time: str


@dataclass(frozen=True, slots=True)
class NowDrawing:
    """What is wrong now, or worth a word; the counts are of what is not named. `birthday_in` days, None when
    that is not soon."""

    late: Sequence[OrderView]
    more_late: int
    cases: Sequence[CaseView]
    more_cases: int
    repeat_today: bool
    often: int
    birthday_in: int | None
    callbacks: Sequence[CallbackDrawing] = ()
    more_callbacks: int = 0

    @property
    def nothing(self) -> bool:
        """Whether all is normal."""
        told = (self.late, self.cases, self.repeat_today, self.often, self.callbacks)
        return not any(told) and self.birthday_in is None


def draw_now(known: Known, today: date, callbacks: Sequence[CallbackDrawing] = ()) -> NowDrawing:
    """What matters of a customer on this day, to whom these `callbacks` are owed."""
    late, facts = known.late_orders, known.facts
    pressing = [each for each in known.open_cases if each.overdue or each.priority in PRESSING]
    pressing.sort(key=lambda each: not each.overdue)
    calls = _whole(facts, "contacts.calls_7d")
    birthday = known.customer.birthday if known.customer else None
    return NowDrawing(
        late=late[:MOST_NAMED],
        more_late=max(0, _whole(facts, "purchases.late_open") - MOST_NAMED),
        cases=pressing[:MOST_NAMED],
        more_cases=max(0, len(pressing) - MOST_NAMED),
        repeat_today=facts.get("contacts.repeat_today") is True,
        often=calls if calls >= OFTEN else 0,
        birthday_in=birthday_in(birthday, today),
        callbacks=callbacks[:MOST_NAMED],
        more_callbacks=max(0, len(callbacks) - MOST_NAMED),
    )


def birthday_in(birthday: date | None, today: date) -> int | None:
    """In how many days the birthday is; None when it is not soon."""
    return next((days for days in range(SOON + 1) if is_birthday(birthday, today + timedelta(days))), None)


def draw_callback(owed: Owed, at: datetime, zone: ZoneInfo, region: str) -> CallbackDrawing:
    """A call-back as it is owed at `at`."""
    due = on_clock(owed.due_at, zone)
    number = display(normalise(owed.number, Plan(region)))
    of = (owed.id, number, owed.due_at, owed.by, owed.owner, owed.line, owed.note, owed.made_at)
    return CallbackDrawing(*of, owed.due_at < at, due.date().isoformat(), f"{due:%H:%M}")


@dataclass(frozen=True, slots=True)
class RefusedMove:
    """The call-back of this number was not moved: what was typed, and why not."""

    id: int
    day: str
    time: str
    problems: Sequence[Problem]


def draw_number(number: NumberView, region: str) -> NumberDrawing:
    """One of the customer's numbers."""
    text = display(normalise(number.e164, Plan(region))) if number.e164 else number.raw
    return NumberDrawing(text, number.label, number.shared, number.e164 is not None)


def draw_said(said: Sequence[Learnt], region: str) -> list[SaidDrawing]:
    """What agents said of the customer's numbers, the latest first."""
    drawn: list[SaidDrawing] = []
    for learnt in said:
        number = display(normalise(learnt.number or "", Plan(region)))
        latest = number not in {newer.number for newer in drawn}
        drawn.append(SaidDrawing(learnt.id, learnt.kind, number, learnt.author, learnt.at, latest))
    return drawn


def late_first(known: Known) -> list[OrderView]:
    """The late orders, longest waiting first, then the latest others."""
    late = {order.ref for order in known.late_orders}
    return [*known.late_orders, *(order for order in known.orders if order.ref not in late)]


def talked(call: Mapping[str, Any]) -> str:
    """How long a call was talked about; "" when it never was, or is not over."""
    answered, ended = call["answered_at"], call["ended_at"]
    return lasted(ended - answered) if answered and ended else ""


def _whole(facts: Mapping[str, FactValue], name: str) -> int:
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0
