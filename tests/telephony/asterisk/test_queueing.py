"""Callers in queues and the agents whom queues ring, one story each, with frames made to order."""

from dataclasses import replace

import pytest

from telephony.events import (
    CallEnded,
    CallOffered,
    CallQueued,
    Direction,
    End,
    LegEnded,
    LegResult,
)
from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    LOCAL,
    LOCAL_2,
    abandoned,
    called,
    connected,
    dial,
    dial_end,
    hangup,
    joined,
    left,
    member,
    new,
    on,
    raw,
)
from tests.telephony.asterisk.told import (
    PICKED_UP,
    RINGING,
    TALKING,
    WAITING,
    kinds,
    offer_result,
    tell,
    the_end,
    then,
    translator,
)


def sent_at(frame: bytes, second: int) -> bytes:
    """The frame with a time, where Asterisk puts it."""
    stamp = f"\r\nPrivilege: call,all\r\nTimestamp: {1795292940 + second}.5".encode()
    return frame.replace(b"\r\nPrivilege: call,all", stamp)


class TestCaller:
    def test_what_is_missing_is_empty(self) -> None:
        nobody = replace(CALLER, number="<unknown>", caller_name="<unknown>")
        (queued,) = tell(new(nobody) + joined(nobody))
        assert isinstance(queued, CallQueued)
        assert (queued.caller.number, queued.caller.name) == ("", "")

    def test_the_name_is_text_of_an_unknown_person(self) -> None:
        odd = replace(CALLER, caller_name=r"O\'Brien <b>VIP</b>\n")
        (queued,) = tell(new(odd) + joined(odd))
        assert isinstance(queued, CallQueued)
        assert queued.caller.name == "O'Brien <b>VIP</b>\n"

    @pytest.mark.parametrize(
        ("presentation", "withheld"),
        [("prohib_passed_screen", True), ("prohib", True), ("allowed_not_screened", False)],
    )
    def test_withheld_numbers(self, presentation: str, withheld: bool) -> None:
        flagged = replace(CALLER, variables=(f"CALLERID(num-pres)={presentation}",))
        listener = translator()
        events = tell(new(flagged, ANA) + joined(flagged) + called(caller=flagged), listener)
        callers = [event.caller for event in events if isinstance(event, CallQueued | CallOffered)]
        assert [caller.withheld for caller in callers] == [withheld, withheld]
        assert listener.board.tells_presentation

    def test_withheld_once_is_withheld(self) -> None:
        flagged = replace(CALLER, variables=("CALLERID(num-pres)=prohib",))
        events = tell(new(CALLER, ANA) + joined(flagged) + called())
        assert [e.caller.withheld for e in events if isinstance(e, CallOffered)] == [True]

    def test_what_was_dialled_is_where_the_call_came_in(self) -> None:
        came_in, waits = replace(CALLER, exten="2501"), replace(CALLER, exten="queue")
        (queued,) = tell(new(came_in) + joined(waits))
        assert isinstance(queued, CallQueued)
        assert queued.dialled == "2501"
        (queued,) = tell(new(replace(CALLER, exten="s")) + joined(waits))
        assert isinstance(queued, CallQueued)
        assert queued.dialled == "queue"


class TestQueue:
    def test_another_wait_of_the_same_caller(self) -> None:
        events = then(WAITING, left(), joined(queue="second"), joined(queue="second"))
        assert kinds(events) == ["CallLeftQueue", "CallQueued"]

    def test_straight_into_another_queue(self) -> None:
        (queued,) = then(WAITING, joined(queue="second"))
        assert isinstance(queued, CallQueued)
        assert queued.queue == "second"

    def test_leaving_for_an_answer_is_not_leaving(self) -> None:
        assert kinds(then(RINGING, dial_end("ANSWER"), left())) == []

    def test_leaving_a_queue_where_the_caller_is_not(self) -> None:
        assert then(WAITING, left(queue="second"), abandoned(queue="second")) == []

    def test_the_caller_hung_up(self) -> None:
        events = then(WAITING, on("HangupRequest"), abandoned(), left(), hangup())
        assert kinds(events) == ["CallLeftQueue", "CallEnded"]
        assert the_end(events) is None

    def test_the_queue_gave_up_and_the_caller_went_on(self) -> None:
        next_step = on("Newexten", Extension="501", Application="Hangup", AppData="")
        assert the_end(then(WAITING, abandoned(), left(), next_step, hangup())) is End.TIMED_OUT

    def test_the_queue_gave_up_and_the_caller_hung_up_later(self) -> None:
        events = then(WAITING, abandoned(), left(), on("HangupRequest"), hangup())
        assert the_end(events) is End.TIMED_OUT

    def test_the_queue_gave_up_and_the_dialplan_hung_up(self) -> None:
        """As Asterisk 22 sends it to a user without the `dialplan` class."""
        tidying = on("SoftHangupRequest", Cause="16")
        assert the_end(then(WAITING, abandoned(), left(), tidying, hangup())) is End.TIMED_OUT

    def test_the_administrator_hung_up(self) -> None:
        events = then(WAITING, on("SoftHangupRequest", Cause="16"), abandoned(), left(), hangup())
        assert the_end(events) is None

    def test_the_queue_gave_up_and_its_word_comes_behind_that_of_the_end(self) -> None:
        gave_up = sent_at(abandoned(), 1)
        end = sent_at(on("SoftHangupRequest", Cause="16"), 2)
        assert the_end(then(WAITING, end, gave_up, left(), hangup())) is End.TIMED_OUT

    def test_the_queue_gave_up_and_its_word_comes_behind_the_hangup(self) -> None:
        end = sent_at(on("SoftHangupRequest", Cause="16"), 2)
        first, _, second = then(WAITING, end, hangup(), sent_at(abandoned(), 1), left())
        assert isinstance(first, CallEnded)
        assert isinstance(second, CallEnded)
        assert (first.end, second.end) == (None, End.TIMED_OUT)

    def test_the_word_of_the_wait_comes_behind_that_of_the_hangup(self) -> None:
        late = (sent_at(on("HangupRequest"), 2), sent_at(joined(), 1), sent_at(abandoned(), 3))
        assert the_end(then(new(CALLER), *late, left(), on("SoftHangupRequest"), hangup())) is None

    def test_sent_elsewhere_by_an_administrator_is_not_hanging_up(self) -> None:
        events = then(WAITING, on("SoftHangupRequest"), joined(queue="second"), abandoned(queue="second"))
        assert kinds(events) == ["CallQueued", "CallLeftQueue"]

    def test_without_any_sign_the_caller_hung_up(self) -> None:
        assert the_end(then(WAITING, abandoned(), left(), hangup())) is None

    def test_tidying_up_behind_a_caller_is_not_going_on(self) -> None:
        tidying = on("Newexten", replace(CALLER, exten="h"), Extension="h", Application="NoOp", AppData="")
        assert the_end(then(WAITING, abandoned(), left(), tidying, hangup())) is None

    def test_steps_of_the_dialplan_are_looked_at_only_while_it_matters(self) -> None:
        listener = translator()
        tell(WAITING, listener)
        assert b"Newexten" not in listener.wanted
        tell(abandoned(), listener)
        assert b"Newexten" in listener.wanted
        tell(hangup(), listener)
        assert b"Newexten" not in listener.wanted

    def test_queued_again_after_the_queue_gave_up(self) -> None:
        again = (abandoned(), left(), joined(queue="second"), on("HangupRequest"), abandoned(queue="second"))
        assert the_end(then(WAITING, *again, hangup())) is None

    def test_somebody_else_took_the_call(self) -> None:
        overflow = new(BEN) + dial(BEN) + dial_end("ANSWER", BEN)
        events = then(WAITING, abandoned(), left(), overflow, hangup(BEN), hangup())
        assert kinds(events) == ["CallLeftQueue", "CallOffered", "CallAnswered", "LegEnded", "CallEnded"]
        assert the_end(events) is None

    def test_a_call_between_strangers_is_nothing_to_us(self) -> None:
        other = replace(ANA, name="PJSIP/2001-00000002")
        assert then(new(CALLER, other), dial(other), dial_end("ANSWER", other), hangup(other), hangup()) == []
        assert then(new(CALLER), on("HangupRequest"), hangup()) == []


class TestRinging:
    def test_no_answer(self) -> None:
        rang_out = member("AgentRingNoAnswer", RingTime="15000")
        events = then(RINGING, rang_out, dial_end("NOANSWER"), dial_end("CANCEL"), hangup(ANA))
        assert offer_result(events) is LegResult.NO_ANSWER

    @pytest.mark.parametrize("status", ["BUSY", "CONGESTION", "CHANUNAVAIL", "NOANSWER"])
    def test_busy_or_rejected_is_a_missed_call(self, status: str) -> None:
        assert offer_result(then(RINGING, dial_end(status), hangup(ANA))) is LegResult.NO_ANSWER

    def test_withdrawn_for_another_agent(self) -> None:
        both = RINGING + new(BEN) + called(BEN)
        events = then(both, dial_end("ANSWER"), dial_end("CANCEL", BEN), dial_end("CANCEL", BEN), hangup(BEN))
        assert offer_result(events) is LegResult.WITHDRAWN

    def test_withdrawn_for_another_agent_whatever_the_caller_does_later(self) -> None:
        cancelled = dial_end("CANCEL", BEN)
        both = RINGING + new(BEN) + called(BEN) + dial_end("ANSWER") + cancelled + left() + connected()
        assert then(both, on("HangupRequest"), cancelled) == []

    def test_cancelled_by_the_caller_whoever_answered_before(self) -> None:
        again = joined(queue="second") + new(BEN) + called(BEN, queue="second")
        events = then(TALKING + hangup(ANA) + again, on("HangupRequest"), dial_end("CANCEL", BEN))
        assert offer_result(events) is LegResult.CANCELLED

    def test_cancelled_by_the_caller(self) -> None:
        assert offer_result(then(RINGING, on("HangupRequest"), dial_end("CANCEL"))) is LegResult.CANCELLED

    @pytest.mark.parametrize(
        ("cause", "result"),
        [("26", LegResult.WITHDRAWN), ("21", LegResult.NO_ANSWER), ("0", LegResult.WITHDRAWN)],
    )
    def test_the_phone_hangs_up_without_a_word_of_the_dial(self, cause: str, result: LegResult) -> None:
        assert offer_result(then(RINGING, hangup(ANA, cause))) is result

    def test_picking_up_is_not_yet_an_answer(self) -> None:
        assert then(RINGING, dial_end("ANSWER")) == []
        assert kinds(then(PICKED_UP, connected(), connected())) == ["CallAnswered"]

    @pytest.mark.parametrize("frame", [member("AgentDump"), hangup(ANA)])
    def test_the_agent_leaves_while_the_queue_still_talks_to_him(self, frame: bytes) -> None:
        assert offer_result(then(PICKED_UP, frame)) is LegResult.NO_ANSWER

    def test_the_caller_leaves_while_the_queue_still_talks_to_the_agent(self) -> None:
        events = then(PICKED_UP, on("HangupRequest"), abandoned(), hangup(ANA), hangup())
        assert offer_result(events) is LegResult.CANCELLED
        assert the_end(events) is None

    def test_rung_twice_is_two_legs(self) -> None:
        again = replace(ANA, name="PJSIP/1001-00000009", uniqueid="100.9")
        events = then(RINGING, dial_end("NOANSWER"), hangup(ANA), new(again), called(again))
        assert [event.leg for event in events if isinstance(event, CallOffered)] == ["main-100.9"]

    def test_the_dial_may_be_heard_of_before_the_queues_own_word(self) -> None:
        first, second = then(WAITING.replace(joined(), b""), new(ANA), dial(), joined(), called(), dial())[
            ::2
        ]
        assert isinstance(first, CallOffered)
        assert isinstance(second, CallOffered)
        assert (first.leg, first.queue) == (second.leg, None)
        assert second.queue == "support"

    def test_the_same_offer_again(self) -> None:
        assert then(RINGING, called(), dial()) == []

    def test_the_call_of_the_agent_got_lost(self) -> None:
        assert kinds(then(WAITING + new(ANA), connected())) == ["CallOffered", "CallAnswered"]

    def test_the_wait_got_lost(self) -> None:
        (offer,) = then(new(CALLER, ANA), called())
        assert isinstance(offer, CallOffered)
        assert offer.queue == "support"

    def test_the_agent_is_found_by_queue_and_interface_when_the_channel_is_another(self) -> None:
        device = replace(BEN, name="PJSIP/1001-00000007")
        assert kinds(then(RINGING + new(device), connected(device))) == ["CallAnswered"]

    def test_an_offer_of_nobody_ends(self) -> None:
        assert then(WAITING + new(ANA), member("AgentRingNoAnswer", RingTime="1")) == []


class TestTalking:
    def test_the_agent_hangs_up(self) -> None:
        events = then(TALKING, hangup(ANA), member("AgentComplete", Reason="agent"), hangup())
        assert kinds(events) == ["LegEnded", "CallEnded"]

    def test_the_caller_hangs_up_first(self) -> None:
        bare = raw(
            "AgentComplete",
            extra={"Queue": "support", "Interface": "PJSIP/1001", "MemberName": "Ana", "Reason": "caller"},
        )
        assert kinds(then(TALKING, hangup(), hangup(ANA), bare)) == ["CallEnded"]

    def test_complete_without_the_agents_channel(self) -> None:
        complete = on(
            "AgentComplete", Queue="support", Interface="PJSIP/1001", MemberName="Ana", Reason="agent"
        )
        assert kinds(then(TALKING, complete, hangup(ANA))) == ["LegEnded"]

    def test_complete_without_any_channel_ends_nobody_who_is_there(self) -> None:
        said = {"Queue": "support", "Interface": "PJSIP/1001", "MemberName": "Ana", "Reason": "transfer"}
        assert then(TALKING, raw("AgentComplete", extra=said)) == []
        events = then(
            TALKING + hangup(ANA), raw("AgentComplete", extra=said), raw("AgentComplete", extra=said)
        )
        assert [event.result for event in events if isinstance(event, LegEnded)] == [LegResult.TRANSFERRED]
        assert then(b"Event: x\r\n\r\n", raw("AgentComplete", extra=said)) == []

    def test_complete_for_a_caller_who_is_gone(self) -> None:
        assert then(TALKING + hangup(), member("AgentComplete", Reason="caller")) == []
        assert then(WAITING, member("AgentComplete", Reason="caller")) == []

    def test_transferred_by_the_word_of_the_queue(self) -> None:
        (ended,) = then(TALKING, member("AgentComplete", Reason="transfer"), hangup(ANA))
        assert isinstance(ended, LegEnded)
        assert ended.result is LegResult.TRANSFERRED


class TestOtherVisitors:
    """A Local channel that an agent sends ahead waits in a queue for a caller who talks with the agent."""

    AHEAD = replace(LOCAL_2, number="1001")

    def test_the_call_waits_and_its_caller_stays_who_it_is(self) -> None:
        (queued,) = then(TALKING + new(LOCAL, self.AHEAD), joined(self.AHEAD, "second"))
        assert isinstance(queued, CallQueued)
        assert (queued.call, queued.queue, queued.caller.number) == ("main-100.1", "second", CALLER.number)

    def test_a_call_that_began_behind_a_local_channel_is_its_callers(self) -> None:
        (queued,) = then(new(CALLER, LOCAL, self.AHEAD), joined(self.AHEAD))
        assert isinstance(queued, CallQueued)
        assert kinds(then(new(CALLER, self.AHEAD) + joined(self.AHEAD), hangup(self.AHEAD))) == []

    def test_a_caller_behind_a_local_channel_that_is_optimised_away(self) -> None:
        """Whom a dialler called, and who then waits: the channel outside goes on."""
        waits = replace(LOCAL, uniqueid="100.1")
        outside = replace(CALLER, uniqueid="100.8")
        talk = new(waits, outside) + joined(waits) + new(ANA) + called(ANA, waits) + connected(ANA, waits)
        assert kinds(then(talk, hangup(waits))) == []
        assert kinds(then(talk, hangup(waits), hangup(outside))) == ["CallEnded"]
        assert kinds(then(talk, hangup(outside), hangup(waits))) == ["CallEnded"]

    def test_an_agent_who_calls_a_queue(self) -> None:
        (queued,) = then(new(replace(ANA, linkedid="100.2")), joined(replace(ANA, linkedid="100.2")))
        assert isinstance(queued, CallQueued)
        assert queued.direction is Direction.INTERNAL
