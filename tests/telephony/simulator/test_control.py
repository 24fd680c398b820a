"""Calls that agents command on the simulated phone system: they go on as commanded, and still make sense."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from telephony.commands import (
    ASKS_ALREADY,
    ASKS_NOBODY,
    NOT_ANSWERED,
    OVER,
    CancelTransfer,
    CompleteTransfer,
    Dial,
    Done,
    EndCall,
    HangUp,
    JoinQueue,
    LeaveQueue,
    Pause,
    ToAgent,
    ToNumber,
    ToQueue,
    TransferAttended,
    TransferBlind,
    Unpause,
)
from telephony.events import (
    AgentPaused,
    AgentUnpaused,
    CallEnded,
    Caller,
    CallEvent,
    CallId,
    CallOffered,
    Direction,
    End,
    LegEvent,
    LegId,
    LinkName,
    OfferEnded,
)
from telephony.simulator.control import NO_SUCH_QUEUE, ONLY_COLLEAGUES, Control
from telephony.simulator.day import Day
from telephony.simulator.exchange import Exchange, Happened, Script
from telephony.simulator.population import Population, SimulatedCaller, SimulatedQueue, Strategy
from tests.contracts.telling import Story

LINK = LinkName("sim")
START = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
ANA, BEN, EVA = "PJSIP/1001", "PJSIP/1002", "PJSIP/1003"
TO_EVA = ToAgent(EVA, "1003")
QUEUES = {"support": (ANA, BEN), "second": (EVA,)}
ANSWERED = ["CallQueued", "CallOffered", "CallAnswered"]
TALKED = ["LegEnded", "CallEnded"]


class Floor:
    """Plays a control in time, and hears that what happens makes sense."""

    def __init__(self, *interfaces: str, queued: bool = True) -> None:
        self.control = Control(LINK, self._programme(interfaces or (ANA,), queued), QUEUES)
        self.at = START
        self.story = Story()
        self.all: list[Happened] = []

    def _programme(self, interfaces: tuple[str, ...], queued: bool) -> Iterator[Happened]:
        """A call that rings at 0, is answered at 10 s, and is over at 1000 s."""
        exchange = Exchange(LINK, START)

        def script() -> Script:
            call = exchange.call(Caller("+421905123456"), "601")
            if queued:
                call.wait("support")
            legs = [call.ring(interface) for interface in interfaces]
            yield 10.0
            legs[0].answer()
            yield 990.0
            legs[0].hang_up()
            call.end()

        exchange.play(script())
        return exchange.happened()

    def after(self, seconds: float) -> list[str]:
        """What has happened so many seconds later."""
        self.at += timedelta(seconds=seconds)
        before = len(self.all)
        while (at := self.control.next_at) is not None and at <= self.at:
            for event in self.control.happens():
                self.story.tell(event)
                self.all.append(event)
        return [type(event).__name__ for event in self.all[before:]]

    def do(self, command: object) -> object:
        return self.control.do(command, self.at)  # type: ignore[arg-type] # a test's own

    def leg(self, number: int = 0) -> LegId:
        """The legs in the order of their offers."""
        return [event.leg for event in self.all if isinstance(event, CallOffered)][number]

    @property
    def call(self) -> CallId:
        return next(event.call for event in self.all if isinstance(event, CallEvent))


@pytest.fixture
def talking() -> Floor:
    floor = Floor()
    assert floor.after(20) == ANSWERED
    return floor


def test_uncommanded_the_programme_goes_its_way(talking: Floor) -> None:
    assert talking.after(2_000) == TALKED
    assert talking.control.next_at is None


def test_hang_up(talking: Floor) -> None:
    assert talking.do(HangUp(talking.leg())) == Done()
    assert talking.after(0) == TALKED
    assert talking.after(2_000) == []
    assert talking.do(HangUp(talking.leg())) == OVER


def test_a_queue_rings_again_after_a_hang_up() -> None:
    floor = Floor()
    floor.after(5)
    assert floor.do(TransferBlind(floor.leg(), TO_EVA)) == NOT_ANSWERED
    assert floor.do(HangUp(floor.leg())) == Done()
    assert floor.after(10) == ["OfferEnded", "CallOffered", "CallAnswered"]
    assert floor.after(2_000) == TALKED


def test_who_is_called_directly_hangs_up() -> None:
    floor = Floor(queued=False)
    floor.after(5)
    assert floor.do(HangUp(floor.leg())) == Done()
    assert floor.after(2_000) == ["OfferEnded", "CallEnded"]


def test_of_several_who_ring_another_answers() -> None:
    floor = Floor(ANA, BEN, EVA)
    floor.after(5)
    floor.do(HangUp(floor.leg()))
    assert floor.after(10) == ["OfferEnded", "OfferEnded", "CallAnswered"]


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(5, ["OfferEnded", "CallLeftQueue", "CallEnded"]), (20, TALKED)],
)
def test_the_whole_call_ends(seconds: float, told: list[str]) -> None:
    floor = Floor()
    floor.after(seconds)
    assert floor.do(EndCall(floor.call)) == Done()
    assert floor.after(2_000) == told
    assert floor.do(EndCall(floor.call)) == OVER


def test_blind_to_a_colleague(talking: Floor) -> None:
    assert talking.do(TransferBlind(talking.leg(), TO_EVA)) == Done()
    assert talking.after(10) == ["CallTransferred", "CallOffered", "CallAnswered"]
    assert talking.after(2_000) == TALKED


def test_blind_to_a_queue(talking: Floor) -> None:
    assert talking.do(TransferBlind(talking.leg(), ToQueue("third", "603"))) == NO_SUCH_QUEUE
    assert talking.do(TransferBlind(talking.leg(), ToQueue("second", "602"))) == Done()
    assert talking.after(10) == ["CallTransferred", *ANSWERED]
    assert talking.after(2_000) == TALKED


def test_blind_to_somebody_outside(talking: Floor) -> None:
    talking.do(TransferBlind(talking.leg(), ToNumber("0905")))
    assert talking.after(2_000) == ["CallTransferred", "CallEnded"]


def test_asking_first(talking: Floor) -> None:
    leg = talking.leg()
    for command in (CompleteTransfer(leg), CancelTransfer(leg)):
        assert talking.do(command) == ASKS_NOBODY
    assert talking.do(TransferAttended(leg, ToNumber("0905"))) == ONLY_COLLEAGUES
    assert talking.do(TransferAttended(leg, TO_EVA)) == Done()
    assert talking.after(10) == ["CallHeld", "CallOffered", "CallAnswered"]
    assert talking.do(TransferBlind(leg, TO_EVA)) == ASKS_ALREADY


@pytest.mark.parametrize("kind", [CompleteTransfer, HangUp])
@pytest.mark.parametrize(
    ("seconds", "told"), [(10, ["CallTransferred"]), (1, ["CallTransferred", "CallAnswered"])]
)
def test_completed(
    talking: Floor, kind: type[CompleteTransfer | HangUp], seconds: float, told: list[str]
) -> None:
    talking.do(TransferAttended(talking.leg(), TO_EVA))
    talking.after(seconds)
    assert talking.do(kind(talking.leg())) == Done()
    assert talking.after(2_000) == [*told, *TALKED]


@pytest.mark.parametrize(("seconds", "gone"), [(10, "LegEnded"), (1, "OfferEnded")])
def test_cancelled(talking: Floor, seconds: float, gone: str) -> None:
    talking.do(TransferAttended(talking.leg(), TO_EVA))
    talking.after(seconds)
    assert talking.do(CancelTransfer(talking.leg())) == Done()
    assert talking.after(2_000) == [gone, "CallResumed", *TALKED]


def test_the_colleague_hangs_up(talking: Floor) -> None:
    talking.do(TransferAttended(talking.leg(), TO_EVA))
    talking.after(10)
    talking.do(HangUp(talking.leg(1)))
    assert talking.after(0) == ["LegEnded", "CallResumed"]
    assert talking.do(CompleteTransfer(talking.leg())) == ASKS_NOBODY
    assert talking.after(2_000) == TALKED


def test_dial() -> None:
    floor = Floor()
    floor.do(Dial(ANA, "0905"))
    floor.after(9)
    (offered,) = [each for each in floor.all if isinstance(each, CallOffered) and each.dialled == "0905"]
    assert (offered.interface, offered.direction) == (ANA, Direction.OUTBOUND)
    told = [type(each).__name__ for each in floor.all if isinstance(each, LegEvent)]
    assert told == ["CallOffered", "CallOffered", "CallAnswered"]


def test_each_leg_is_found() -> None:
    floor = Floor()
    floor.do(Dial(BEN, "0905"))
    floor.after(20)
    for number in (0, 1):
        assert floor.do(HangUp(floor.leg(number))) == Done()
    assert floor.after(0) == [*TALKED, *TALKED]


def test_who_leaves_a_queue_is_not_rung_for_it() -> None:
    floor = Floor()
    assert floor.do(LeaveQueue(ANA, "support")) == Done()
    assert floor.after(5)[:3] == ["AgentLeft", "AgentLeft", "CallQueued"], "of the queue, and of the last one"
    rung = [event.interface for event in floor.all if isinstance(event, CallOffered)]
    assert rung == [BEN]
    assert floor.do(LeaveQueue(ANA, "support")) == Done()
    assert floor.do(JoinQueue(ANA, "support")) == Done()
    assert floor.do(JoinQueue(ANA, "support")) == Done()
    assert "AgentUnpaused" in floor.after(1)


def test_who_is_in_two_queues_and_leaves_one_is_in_the_other() -> None:
    floor = Floor()
    floor.do(JoinQueue(ANA, "second"))
    floor.do(LeaveQueue(ANA, "support"))
    assert floor.after(0.01).count("AgentLeft") == 1


def test_there_is_no_such_queue_to_join() -> None:
    assert Floor().do(JoinQueue(EVA, "sales")) == NO_SUCH_QUEUE
    assert Floor().do(LeaveQueue(EVA, "sales")) == NO_SUCH_QUEUE


class TestPaused:
    def test_said(self) -> None:
        floor = Floor()
        floor.do(Pause(ANA, "Lunch"))
        floor.do(Unpause(ANA))
        floor.after(0)
        said = [each for each in floor.all if isinstance(each, AgentPaused | AgentUnpaused)]
        assert said == [
            AgentPaused(link=LINK, at=START, interface=ANA, reason="Lunch"),
            AgentUnpaused(link=LINK, at=START, interface=ANA),
        ]

    def test_somebody_else_is_rung(self) -> None:
        floor = Floor()
        floor.do(Pause(ANA, "Lunch"))
        floor.after(10)
        (offered,) = [each for each in floor.all if isinstance(each, CallOffered)]
        assert offered.interface == BEN

    def test_nobody_is_left(self) -> None:
        floor = Floor()
        floor.do(Pause(ANA))
        floor.do(Pause(BEN))
        assert floor.after(2_000)[-2:] == ["CallLeftQueue", "CallEnded"]
        (ended,) = [each for each in floor.all if isinstance(each, CallEnded)]
        assert ended.end is End.ABANDONED

    def test_of_a_ring_group_the_others_ring(self) -> None:
        floor = Floor(BEN, ANA)
        floor.do(Pause(ANA))
        floor.after(20)
        assert [each.interface for each in floor.all if isinstance(each, CallOffered)] == [BEN]
        assert not [each for each in floor.all if isinstance(each, OfferEnded)]

    @pytest.mark.parametrize("strategy", Strategy)
    def test_a_day_goes_on_whoever_is_paused(self, strategy: Strategy) -> None:
        everybody = (ANA, BEN, EVA)
        queue = SimulatedQueue("support", everybody, "601", strategy)
        callers = tuple(SimulatedCaller(Caller(f"+42190512345{each}"), ("support",)) for each in range(3))
        for paused in everybody:
            day = Day(LINK, Population((queue,), callers), seed=1, rate=0.05, start=START)
            control, story = Control(LINK, day, {"support": everybody}), Story()
            control.do(Pause(paused), START)
            for _ in range(5_000):
                for event in control.happens():
                    story.tell(event)
                    rung = isinstance(event, CallOffered) and event.queue and event.interface
                    assert rung != paused

    def test_a_ring_that_comes_out_of_nowhere(self) -> None:
        call, leg, caller = CallId("1"), LegId("2"), Caller("+421905123456")
        offered = CallOffered(
            link=LINK,
            at=START,
            call=call,
            leg=leg,
            interface=ANA,
            caller=caller,
            dialled="601",
            queue="support",
        )
        control = Control(LINK, [offered], QUEUES)
        control.do(Pause(ANA), START)
        (paused,) = control.happens()
        assert isinstance(paused, AgentPaused)
        assert control.happens() == []
        assert control.next_at is None

    def test_a_direct_call_rings(self) -> None:
        floor = Floor(queued=False)
        floor.do(Pause(ANA))
        floor.after(20)
        assert [each.interface for each in floor.all if isinstance(each, CallOffered)] == [ANA]

    def test_the_programme_does_not_end_it(self) -> None:
        unpaused = AgentUnpaused(link=LINK, at=START + timedelta(seconds=5), interface=ANA)
        control = Control(LINK, [unpaused])
        control.do(Pause(ANA, "Lunch"), START)
        (paused,) = control.happens()
        assert isinstance(paused, AgentPaused)
        assert control.happens() == []
        assert control.next_at is None
