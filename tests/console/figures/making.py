"""Makes visits, by hand and at random."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from console.figures.tally import Limits
from console.figures.visits import Part, Visit
from telephony.events import LegResult, VisitEnd

ZONE = ZoneInfo("Europe/Bratislava")
NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)  # on the clocks there
LIMITS = Limits(within_s=20, short_s=5)


def limits(_queue: str) -> Limits:
    """The same of every queue."""
    return LIMITS


def seconds(count: float) -> timedelta:
    """So many."""
    return timedelta(seconds=count)


def moments(begin: datetime, hours: int) -> st.SearchStrategy[datetime]:
    """To the tenth of a second."""
    return st.integers(0, hours * 36_000).map(lambda tenths: begin + timedelta(seconds=tenths / 10))


@st.composite
def visits(draw: st.DrawFn, begin: datetime = NOON, hours: int = 30, calls: int = 12) -> Visit:
    """Any visit at all; several may be of the same call and number, as words of the same visit."""
    queued_at = draw(moments(begin, hours))
    end = draw(st.sampled_from([None, *VisitEnd]))
    left_at = queued_at + seconds(draw(st.integers(-20, 900)) / 10)
    return Visit(
        call=f"c{draw(st.integers(1, calls))}",
        number=draw(st.integers(1, 3)),
        queue=draw(st.sampled_from(["sales", "support"])),
        queued_at=queued_at,
        left_at=left_at if end is not None or draw(st.booleans()) else None,
        end=end,
        part=draw(parts(left_at)) if end is VisitEnd.ANSWERED and draw(st.booleans()) else None,
        call_back=draw(st.booleans()),
    )


@st.composite
def parts(draw: st.DrawFn, answered_at: datetime) -> Part:
    """What an agent did."""
    return Part(
        agent=draw(st.sampled_from(["ana", "bob"])),
        offered_at=answered_at - seconds(3),
        answered_at=answered_at,
        ended_at=draw(st.none() | st.just(answered_at + seconds(draw(st.integers(-5, 600))))),
        result=draw(st.none() | st.sampled_from(LegResult)),
        held_s=draw(st.integers(0, 6000)) / 10,
        wrap_up_s=draw(st.integers(0, 600)) / 10,
    )


def last_words(told: Iterable[Visit]) -> list[Visit]:
    """The visits as they were told of last."""
    return list({visit.key: visit for visit in told}.values())
