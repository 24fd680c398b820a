"""Works out what a pop names above all else that is known: what is wrong, owed, or worth a word. Pure."""

from dataclasses import replace
from datetime import datetime, timedelta

from console.desk.plain_text import plain
from console.desk.pop import Pop, PopCallback, PopOffer
from console.desk.reading import Reader, appointment, moment
from console.desk.record_appearance import (
    Alerts,
    CallbackDrawing,
    CaseDrawing,
    MadeDrawing,
    Moment,
    OrderDrawing,
)

MOST_ALERTS = 3
"""Late orders and urgent cases named one by one; the others are counted."""

OFTEN = 3
"""So many calls in 7 days are worth a word."""

AGAIN = timedelta(hours=1)
"""Who called so shortly before is told to the minute."""

LINE_LIMIT = 160
"""Characters of a line of text from the records (what was bought, what a case is about)."""

NOTHING_WRONG = Alerts(
    [], 0, [], repeat_today=False, again=None, again_min=0, often=0, birthday=False, callbacks=[], offers=[]
)


def draw_alerts(
    pop: Pop, reader: Reader, orders: list[OrderDrawing], cases: list[CaseDrawing], of_year: int
) -> Alerts | None:
    """What a pop names, with the `orders` and `cases` as they are drawn; None when all is normal."""
    if pop["match"] == "withheld" and pop["customer"] is None:
        return None
    owed = [draw_callback(each, reader, of_year) for each in pop["callbacks"]]
    known = _of_customer(pop, reader, orders, cases) if pop["customer"] else NOTHING_WRONG
    made = [draw_made(each, reader, of_year) for each in pop["offers"]] if pop["customer"] else []
    alerts = replace(known, callbacks=owed, offers=made)
    return alerts if alerts != NOTHING_WRONG else None


def _of_customer(pop: Pop, reader: Reader, orders: list[OrderDrawing], cases: list[CaseDrawing]) -> Alerts:
    late = [order for order in orders if order.late_days][:MOST_ALERTS]
    calls = pop["calls_7d"] or 0
    again, ago = _again(pop, reader)
    return Alerts(
        late=late,
        more_late=max(0, pop["late_orders"] - len(late)),
        cases=[case for case in cases if case.hot][:MOST_ALERTS],
        repeat_today=pop["repeat_today"],
        again=again,
        again_min=ago // timedelta(minutes=1),
        often=calls if calls >= OFTEN else 0,
        birthday=bool(pop["customer"] and pop["customer"]["birthday_today"]),
        callbacks=[],
        offers=[],
    )


def draw_callback(callback: PopCallback, reader: Reader, of_year: int) -> CallbackDrawing:
    """A call-back that is owed."""
    return CallbackDrawing(
        appointment(callback["due_at"], reader, of_year),
        plain(callback["by"]),
        plain(callback["note"], LINE_LIMIT),
        callback["overdue"],
    )


def draw_made(offer: PopOffer, reader: Reader, of_year: int) -> MadeDrawing:
    """Something that was offered."""
    return MadeDrawing(
        plain(offer["what"], LINE_LIMIT), offer["answer"], moment(offer["at"], reader, of_year)
    )


def _again(pop: Pop, reader: Reader) -> tuple[Moment | None, timedelta]:
    """The caller's last call and how long before this one it was, when that was not long."""
    last = pop["last_call_at"]
    if last is None:
        return None, timedelta()
    ago = datetime.fromisoformat(pop["offered_at"]) - datetime.fromisoformat(last)
    return (moment(last, reader), max(ago, timedelta())) if ago < AGAIN else (None, timedelta())
