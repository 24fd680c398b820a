"""What supervisors command on the simulated phone system: listening, and whom waiting callers get."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from telephony.commands import (
    NOT_ANSWERED,
    NOT_WAITING,
    OVER,
    OWN_LEG,
    Barge,
    Done,
    HangUp,
    HearCommand,
    Listen,
    Outcome,
    SendOn,
    TakeFirst,
    Target,
    ToAgent,
    ToNumber,
    ToQueue,
    Whisper,
)
from telephony.events import (
    Caller,
    CallId,
    CallOffered,
    CallQueued,
    LegId,
    LinkName,
    ListenerJoined,
    ListenerLeft,
    Manner,
)
from telephony.simulator.control import NO_SUCH_QUEUE
from telephony.simulator.exchange import Exchange, Happened, Script
from telephony.simulator.limits import limited
from telephony.simulator.recording import play_again
from telephony.simulator.truth import Truth
from telephony.source import Capability
from tests.telephony.simulator.test_control import ANA, EVA, TO_EVA, Floor

SUE = "PJSIP/2001"
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
LINK = LinkName("sim")


@pytest.fixture
def talking() -> Floor:
    floor = Floor()
    floor.after(20)
    return floor


def listeners(floor: Floor) -> list[Happened]:
    return [each for each in floor.all if isinstance(each, ListenerJoined | ListenerLeft)]


@pytest.mark.parametrize(
    ("kind", "manner"), [(Listen, Manner.LISTEN), (Whisper, Manner.WHISPER), (Barge, Manner.BARGE)]
)
def test_the_own_phone_rings_and_hears_until_the_leg_is_over(
    talking: Floor, kind: type[HearCommand], manner: Manner
) -> None:
    leg = talking.leg()
    assert talking.do(kind(leg, SUE)) == Done()
    assert talking.after(1) == []
    assert talking.after(5) == ["ListenerJoined"]
    (joined,) = listeners(talking)
    assert (joined.leg, joined.interface, joined.manner) == (leg, SUE, manner)  # type: ignore[union-attr]
    talking.do(HangUp(leg))
    assert talking.after(1) == ["LegEnded", "ListenerLeft", "CallEnded"]


def test_who_picks_up_too_late_hears_nothing(talking: Floor) -> None:
    talking.do(Listen(talking.leg(), SUE))
    talking.do(HangUp(talking.leg()))
    talking.after(30)
    assert listeners(talking) == []


def test_what_cannot_be_heard(talking: Floor) -> None:
    assert talking.do(Listen(LegId("sim-1"), SUE)) == OVER
    assert talking.do(Listen(talking.leg(), ANA)) == OWN_LEG
    ringing = Floor()
    ringing.after(5)
    assert ringing.do(Listen(ringing.leg(), SUE)) == NOT_ANSWERED


def test_a_resync_tells_who_listens(talking: Floor) -> None:
    talking.do(Listen(talking.leg(), SUE))
    talking.after(5)
    truth = Truth(LINK)
    for event in talking.all:
        truth.take(event)
    assert [type(each) for each in truth.retold(talking.at)].count(ListenerJoined) == 1
    truth.take(truth_left(talking))
    assert ListenerJoined not in [type(each) for each in truth.retold(talking.at)]


def truth_left(floor: Floor) -> ListenerLeft:
    (joined,) = [each for each in floor.all if isinstance(each, ListenerJoined)]
    return ListenerLeft(link=LINK, at=floor.at, call=joined.call, leg=joined.leg, interface=joined.interface)


def test_listening_is_told_only_of_legs_that_are(talking: Floor) -> None:
    talking.do(Listen(talking.leg(), SUE))
    talking.after(5)
    told = [type(each) for each in limited(talking.all, set(Capability))]
    assert told.count(ListenerJoined) == 1
    queue_less = [each for each in talking.all if isinstance(each, ListenerJoined)]
    assert list(limited(queue_less, set(Capability))) == []


def test_a_recording_with_a_listener_has_ids_of_its_own(talking: Floor) -> None:
    talking.do(Listen(talking.leg(), SUE))
    talking.after(5)
    again = list(play_again(LINK, talking.all, start=START))
    (joined,) = [each for each in again if isinstance(each, ListenerJoined)]
    assert joined.leg in {each.leg for each in again if isinstance(each, CallOffered)}


class Waiting(Floor):
    """A caller waits in `support`; nobody is rung."""

    def _programme(self, interfaces: tuple[str, ...], queued: bool) -> Iterator[Happened]:
        exchange = Exchange(LINK, START)

        def script() -> Script:
            call = exchange.call(Caller("+421905123456"), "601")
            call.wait("support")
            yield 900.0
            call.leave()
            call.end()

        exchange.play(script())
        return exchange.happened()

    @property
    def waiting(self) -> CallId:
        return next(each.call for each in self.all if isinstance(each, CallQueued))


@pytest.fixture
def waiting() -> Waiting:
    floor = Waiting()
    floor.after(5)
    return floor


def test_who_is_taken_first_is_served_next(waiting: Waiting) -> None:
    assert waiting.do(TakeFirst(waiting.waiting)) == Done()
    assert waiting.after(10) == ["CallOffered", "CallAnswered"]
    assert waiting.do(TakeFirst(waiting.waiting)) == NOT_WAITING
    assert waiting.do(TakeFirst(CallId("sim-9"))) == OVER


def test_taken_first_while_a_phone_rings_it_goes_on() -> None:
    floor = Floor()
    floor.after(5)
    assert floor.do(TakeFirst(floor.call)) == Done()
    assert floor.after(10) == ["CallAnswered"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        (TO_EVA, ["CallLeftQueue", "CallOffered", "CallAnswered"]),
        (ToQueue("second", "602"), ["CallLeftQueue", "CallQueued", "CallOffered", "CallAnswered"]),
        (ToNumber("+421905"), ["CallLeftQueue", "CallEnded"]),
    ],
)
def test_a_waiting_caller_is_sent_elsewhere(waiting: Waiting, target: Target, told: list[str]) -> None:
    assert waiting.do(SendOn(waiting.waiting, target)) == Done()
    assert waiting.after(10) == told


def test_sent_elsewhere_while_a_phone_rings() -> None:
    floor = Floor()
    floor.after(5)
    assert floor.do(SendOn(floor.call, ToAgent(EVA, "1003"))) == Done()
    assert floor.after(10) == ["OfferEnded", "CallLeftQueue", "CallOffered", "CallAnswered"]


def test_there_is_no_such_queue(waiting: Waiting) -> None:
    refused: Outcome = NO_SUCH_QUEUE
    assert waiting.do(SendOn(waiting.waiting, ToQueue("x", "1"))) == refused
