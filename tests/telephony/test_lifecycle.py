"""The life of a call: stories first, then what must hold for every order of events."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from telephony import lifecycle
from telephony.events import (
    CallAnswered,
    CallEnded,
    Caller,
    CallEvent,
    CallHeld,
    CallId,
    CallLeftQueue,
    CallOffered,
    CallQueued,
    CallResumed,
    CallTransferred,
    End,
    LegEnded,
    LegEvent,
    LegId,
    LegResult,
    LinkName,
    LinkResynced,
    OfferEnded,
)
from telephony.lifecycle import LEG_TABLE, Call, CallState, LegState, apply, lost, reconciled
from tests.conftest import NOW

LINK = LinkName("main")
CALL = CallId("main-1.1")
ANA, BEN = LegId("main-1.2"), LegId("main-1.3")
CALLER = Caller(number="+421905123456", name="Jan Novak")


def at(second: float) -> datetime:
    return NOW + timedelta(seconds=second)


def queued(second: float = 0, queue: str = "support") -> CallQueued:
    return CallQueued(link=LINK, at=at(second), call=CALL, queue=queue, caller=CALLER, dialled="501")


def offered(second: float, leg: LegId = ANA, queue: str | None = "support") -> CallOffered:
    interface = {ANA: "PJSIP/ana", BEN: "PJSIP/ben"}[leg]
    return CallOffered(
        link=LINK, at=at(second), call=CALL, leg=leg, interface=interface, caller=CALLER, queue=queue
    )


def answered(second: float, leg: LegId = ANA) -> CallAnswered:
    return CallAnswered(link=LINK, at=at(second), call=CALL, leg=leg)


def held(second: float) -> CallHeld:
    return CallHeld(link=LINK, at=at(second), call=CALL, leg=ANA)


def resumed(second: float) -> CallResumed:
    return CallResumed(link=LINK, at=at(second), call=CALL, leg=ANA)


def offer_ended(second: float, result: LegResult, leg: LegId = ANA) -> OfferEnded:
    return OfferEnded(link=LINK, at=at(second), call=CALL, leg=leg, result=result)


def leg_ended(second: float, result: LegResult = LegResult.ANSWERED, leg: LegId = ANA) -> LegEnded:
    return LegEnded(link=LINK, at=at(second), call=CALL, leg=leg, result=result)


def transferred(second: float) -> CallTransferred:
    return CallTransferred(link=LINK, at=at(second), call=CALL, leg=ANA, target="103")


def left(second: float, queue: str = "support") -> CallLeftQueue:
    return CallLeftQueue(link=LINK, at=at(second), call=CALL, queue=queue)


def ended(second: float, end: End | None = None) -> CallEnded:
    return CallEnded(link=LINK, at=at(second), call=CALL, end=end)


def live(*story: CallEvent) -> Call:
    """The call after a story, step by step."""
    call = None
    for event in story:
        call = apply(call, event)
    assert call is not None
    return call


def states(*story: CallEvent) -> list[CallState]:
    """The call's state after each step of a story."""
    return [live(*story[: step + 1]).state for step in range(len(story))]


def results(call: Call) -> dict[LegId, LegResult | None]:
    return {leg.id: leg.result for leg in call.legs}


class TestStories:
    def test_an_answered_call(self) -> None:
        story = (queued(0), offered(2), answered(5), leg_ended(60), ended(61))
        assert states(*story) == ["queued", "ringing", "answered", "answered", "ended"]
        call = live(*story)
        assert (call.end, call.queue, call.dialled, call.talked) == (End.COMPLETED, "support", "501", True)
        assert (call.started_at, call.answered_at, call.ended_at) == (at(0), at(5), at(61))
        (leg,) = call.legs
        assert (leg.interface, leg.queue, leg.result) == ("PJSIP/ana", "support", LegResult.ANSWERED)
        assert (leg.offered_at, leg.answered_at, leg.ended_at) == (at(2), at(5), at(60))

    def test_abandoned_while_ringing(self) -> None:
        call = live(queued(), offered(2), offer_ended(4, LegResult.WITHDRAWN), left(4), ended(5))
        assert (call.end, results(call)) == (End.ABANDONED, {ANA: LegResult.CANCELLED})
        assert call.left_queue_at == at(4)

    def test_the_queue_gave_up(self) -> None:
        call = live(
            queued(), offered(2), offer_ended(20, LegResult.NO_ANSWER), left(21), ended(30, End.TIMED_OUT)
        )
        assert (call.end, results(call)) == (End.TIMED_OUT, {ANA: LegResult.NO_ANSWER})

    def test_all_are_rung_and_one_answers(self) -> None:
        story = (queued(), offered(1, ANA), offered(1, BEN), answered(3, ANA))
        assert results(live(*story)) == {ANA: None, BEN: None}
        call = live(*story, offer_ended(3, LegResult.WITHDRAWN, BEN), ended(9))
        assert (call.end, results(call)) == (
            End.COMPLETED,
            {ANA: LegResult.ANSWERED, BEN: LegResult.WITHDRAWN},
        )

    def test_legs_still_ringing_at_the_end_get_a_result(self) -> None:
        call = live(queued(), offered(1, ANA), offered(1, BEN), answered(3, ANA), ended(9))
        assert results(call) == {ANA: LegResult.ANSWERED, BEN: LegResult.WITHDRAWN}
        assert results(live(queued(), offered(1), ended(9))) == {ANA: LegResult.CANCELLED}
        assert all(leg.ended_at == at(9) for leg in call.legs)

    def test_transferred_to_another_agent(self) -> None:
        story = (
            queued(),
            offered(1),
            answered(3),
            transferred(30),
            offered(31, BEN, None),
            answered(33, BEN),
        )
        assert states(*story) == ["queued", "ringing", "answered", "answered", "ringing", "answered"]
        call = live(*story, ended(90))
        assert (call.end, call.answered_at) == (End.COMPLETED, at(3))
        assert results(call) == {ANA: LegResult.TRANSFERRED, BEN: LegResult.ANSWERED}

    def test_queued_again_after_an_answer(self) -> None:
        story = (
            queued(0),
            offered(1),
            answered(3),
            leg_ended(9, LegResult.TRANSFERRED),
            queued(10, "second"),
        )
        assert states(*story)[-2:] == ["answered", "queued"]
        assert live(*story).queue == "second"
        call = live(*story, offered(12, BEN, "second"), answered(13, BEN), leg_ended(20, leg=BEN))
        assert call.state == "answered"

    def test_rings_the_next_agent_after_the_first_did_not_answer(self) -> None:
        story = (queued(), offered(1), offer_ended(15, LegResult.NO_ANSWER), offered(16, BEN))
        assert states(*story) == ["queued", "ringing", "queued", "ringing"]

    def test_hold(self) -> None:
        story = (queued(), offered(1), answered(2), held(10))
        assert live(*story).legs[0].held
        assert not live(*story, resumed(12)).legs[0].held
        assert not live(*story, leg_ended(12)).legs[0].held
        assert not live(*story, ended(12)).legs[0].held

    def test_a_direct_call_has_no_queue(self) -> None:
        call = live(offered(0, queue=None), answered(2), ended(9))
        assert (call.queue, call.end) == (None, End.COMPLETED)

    def test_the_end_that_the_event_says_stands_when_nobody_answered(self) -> None:
        assert live(queued(), ended(9, End.COMPLETED)).end is End.COMPLETED
        assert live(queued(), offered(1), answered(2), ended(9, End.TIMED_OUT)).end is End.COMPLETED


class TestLate:
    def test_nothing_but_a_wait_or_an_offer_starts_a_call(self) -> None:
        for event in (answered(1), held(1), ended(1), left(1), transferred(1), leg_ended(1)):
            assert apply(None, event) is None

    def test_an_offer_heard_before_its_wait_is_completed(self) -> None:
        call = live(offered(2, queue=None), answered(3), queued(0))
        assert (call.queue, call.started_at, call.dialled, call.state) == (
            "support",
            at(0),
            "501",
            "answered",
        )

    def test_an_answer_heard_before_its_offer_is_completed(self) -> None:
        early = live(queued(), answered(3))
        assert (early.state, early.answered_at, early.talked) == ("queued", None, False)
        call = live(queued(), answered(3), offered(2))
        assert (call.legs[0].interface, call.legs[0].offered_at) == ("PJSIP/ana", at(2))
        assert call.state == "answered"

    def test_the_device_behind_an_interface_may_be_told_later(self) -> None:
        call = live(offered(1), replace(offered(1), device="PJSIP/1001"), offered(1))
        assert [(leg.interface, leg.device) for leg in call.legs] == [("PJSIP/ana", "PJSIP/1001")]

    def test_an_offer_heard_after_its_end_does_not_ring(self) -> None:
        call = live(queued(), offer_ended(9, LegResult.NO_ANSWER), offered(2))
        assert (call.state, results(call)) == ("queued", {ANA: LegResult.NO_ANSWER})

    def test_an_answer_heard_after_the_end_of_its_leg_is_filled_in(self) -> None:
        call = live(queued(), offered(1), leg_ended(9), answered(3))
        assert (call.legs[0].answered_at, call.answered_at) == (at(3), at(3))

    def test_who_talked_did_not_miss_the_call_and_is_not_revived(self) -> None:
        for story in (
            (offer_ended(9, LegResult.NO_ANSWER), answered(3)),
            (answered(3), offer_ended(9, LegResult.NO_ANSWER)),
        ):
            (leg,) = live(queued(), offered(1), *story).legs
            assert (leg.state, leg.result) == (LegState.OVER, LegResult.ANSWERED)
            assert (leg.answered_at, leg.ended_at) == (at(3), at(9))

    @pytest.mark.parametrize("order", [(0, 1), (1, 0)])
    def test_the_stronger_result_counts(self, order: tuple[int, int]) -> None:
        said = (offer_ended(9, LegResult.NO_ANSWER), offer_ended(8, LegResult.WITHDRAWN))
        (leg,) = live(queued(), offered(1), *(said[place] for place in order)).legs
        assert (leg.result, leg.ended_at) == (LegResult.NO_ANSWER, at(8))

    def test_a_queues_name_for_its_member_counts(self) -> None:
        device = replace(offered(1), interface="PJSIP/phone", queue=None)
        member = replace(offered(1), interface="Local/ana@agents", device="PJSIP/phone")
        for story in ((device, member), (member, device)):
            (leg,) = live(queued(), *story).legs
            assert (leg.interface, leg.device, leg.queue) == ("Local/ana@agents", "PJSIP/phone", "support")

    def test_leaving_for_an_answer_is_not_leaving(self) -> None:
        assert live(queued(), offered(1), left(3), answered(3)).left_queue_at is None
        assert live(queued(), offered(1), answered(3), left(3)).left_queue_at is None

    def test_what_was_read_back_from_a_record_stays(self) -> None:
        known = live(queued(), offered(1), offer_ended(9, LegResult.NO_ANSWER), offered(10, BEN))
        read = replace(known, claims=(), left=None, legs=tuple(replace(leg, told=None) for leg in known.legs))
        call = apply(read, answered(12, BEN))
        assert call is not None
        assert results(call) == {ANA: LegResult.NO_ANSWER, BEN: None}
        assert (call.caller, call.dialled, call.started_at) == (known.caller, known.dialled, at(0))

    def test_the_word_of_a_transfer_may_come_behind_the_end_of_the_leg(self) -> None:
        call = live(queued(), offered(1), answered(3), leg_ended(9))
        assert results(live(queued(), offered(1), answered(3), leg_ended(9), transferred(9))) == {
            ANA: LegResult.TRANSFERRED
        }
        assert apply(call, leg_ended(10)) is call

    def test_an_older_hold_does_not_overtake_a_newer_resume(self) -> None:
        call = live(queued(), offered(1), answered(2), resumed(20))
        assert apply(call, held(10)) is call

    def test_an_echo_of_a_wait_that_is_over_does_not_queue_again(self) -> None:
        call = live(queued(0), left(5))
        assert apply(call, queued(0)) is call
        assert live(queued(0), left(5), queued(8, "other")).left_queue_at is None

    def test_leaving_another_queue_or_twice_changes_nothing(self) -> None:
        for ignored in (left(6), left(4, "second")):
            assert live(queued(5, "second"), ignored).left_queue_at is None
        assert apply(live(queued(), left(5)), left(3)) == live(queued(), left(5))

    def test_an_ended_call_takes_facts_only(self) -> None:
        bare = replace(queued(5), caller=Caller(), dialled="")
        call = live(bare, ended(9))
        late = live(bare, ended(9), queued(0, "second"), offered(3), left(4), ended(20, End.LOST))
        assert (late.caller, late.dialled, late.started_at) == (CALLER, "501", at(0))
        assert results(late) == {ANA: LegResult.CANCELLED}
        assert (late.state, late.end, late.ended_at, late.queue) == (
            call.state,
            call.end,
            call.ended_at,
            call.queue,
        )

    def test_an_end_that_was_told_replaces_one_that_was_missed(self) -> None:
        for story in ((ended(5), ended(9, End.LOST)), (ended(9, End.LOST), ended(5))):
            call = live(queued(), *story)
            assert (call.end, call.ended_at) == (End.ABANDONED, at(5))

    def test_an_end_that_is_said_counts_more_than_one_that_is_not(self) -> None:
        for story in ((ended(5), ended(6, End.TIMED_OUT)), (ended(6, End.TIMED_OUT), ended(5))):
            call = live(queued(), *story)
            assert (call.end, call.ended_at) == (End.TIMED_OUT, at(5))

    def test_the_queue_of_an_ended_call_is_a_missing_fact(self) -> None:
        assert live(offered(1, queue=None), ended(9), queued(0)).queue == "support"

    def test_a_number_withheld_once_stays_withheld(self) -> None:
        hidden = replace(queued(), caller=Caller(number="+421905123456", withheld=True))
        assert live(queued(), hidden).caller.withheld
        assert live(hidden, offered(1)).caller.withheld


class TestResync:
    def resynced(self, *legs: LegId, calls: frozenset[CallId] = frozenset({CALL})) -> LinkResynced:
        return LinkResynced(link=LINK, at=at(50), calls=calls, legs=frozenset(legs))

    def test_a_call_that_is_not_named_is_lost(self) -> None:
        call = reconciled(live(queued(), offered(1), answered(2)), self.resynced(calls=frozenset()))
        assert (call.end, call.ended_at, results(call)) == (End.LOST, at(50), {ANA: LegResult.ANSWERED})

    def test_how_a_lost_call_ended_is_not_known(self) -> None:
        call = lost(live(queued(), offered(1), offered(1, BEN), offer_ended(2, LegResult.WITHDRAWN)), at(50))
        assert results(call) == {ANA: LegResult.WITHDRAWN, BEN: LegResult.CANCELLED}
        assert lost(call, at(60)) is call

    def test_legs_that_are_not_named_are_over(self) -> None:
        story = live(queued(), offered(1), answered(2), offered(3, BEN))
        assert reconciled(story, self.resynced(ANA, BEN)) is story
        assert results(reconciled(story, self.resynced(BEN))) == {ANA: LegResult.ANSWERED, BEN: None}
        assert results(reconciled(story, self.resynced(ANA))) == {ANA: None, BEN: LegResult.WITHDRAWN}

    def test_ended_calls_and_calls_of_other_links_are_left_alone(self) -> None:
        over, other = live(queued(), ended(1)), replace(live(queued()), link=LinkName("other"))
        assert reconciled(over, self.resynced(calls=frozenset())) is over
        assert reconciled(other, self.resynced(calls=frozenset())) is other


SECONDS = st.integers(0, 60)
LEGS = st.sampled_from([ANA, BEN])
RESULTS = st.sampled_from(list(LegResult))
EVENTS: st.SearchStrategy[CallEvent] = st.one_of(
    st.builds(queued, SECONDS, st.sampled_from(["support", "second"])),
    st.builds(offered, SECONDS, LEGS),
    st.builds(answered, SECONDS, LEGS),
    st.builds(held, SECONDS),
    st.builds(resumed, SECONDS),
    st.builds(offer_ended, SECONDS, RESULTS, LEGS),
    st.builds(leg_ended, SECONDS, RESULTS, LEGS),
    st.builds(transferred, SECONDS),
    st.builds(left, SECONDS, st.sampled_from(["support", "second"])),
    st.builds(ended, SECONDS, st.sampled_from([None, *list(End)])),
)
STORIES = st.lists(EVENTS, max_size=12)


def apart(story: list[CallEvent]) -> list[CallEvent]:
    """The story with every event at a moment of its own."""
    return [replace(event, at=event.at + timedelta(milliseconds=place)) for place, event in enumerate(story)]


class TestAlways:
    @settings(deadline=None)
    @given(STORIES)
    def test_any_story_can_be_told(self, story: list[CallEvent]) -> None:
        call = live(queued(), *story)
        assert (call.state is CallState.ENDED) == (call.ended_at is not None) == (call.end is not None)
        assert len({leg.id for leg in call.legs}) == len(call.legs)
        if call.state is CallState.ENDED:
            assert all(leg.result is not None and leg.state is LegState.OVER for leg in call.legs)
        if call.end in {End.ABANDONED, End.TIMED_OUT}:
            assert LegResult.WITHDRAWN not in results(call).values()

    @settings(deadline=None)
    @given(STORIES, EVENTS)
    def test_saying_it_twice_changes_nothing(self, story: list[CallEvent], event: CallEvent) -> None:
        once = live(queued(), *story, event)
        assert apply(once, event) is once

    @settings(deadline=None)
    @given(STORIES, st.builds(ended, SECONDS, st.sampled_from([None, End.TIMED_OUT])), STORIES)
    def test_ended_stays_ended(
        self, story: list[CallEvent], end: CallEnded, afterwards: list[CallEvent]
    ) -> None:
        call = live(queued(), *story, end)
        later = live(queued(), *story, end, *afterwards)
        assert call.ended_at is not None
        assert later.ended_at is not None
        assert (later.state, later.ended_at <= call.ended_at) == (CallState.ENDED, True)
        assert all(leg.state is LegState.OVER for leg in later.legs)

    @settings(deadline=None)
    @given(STORIES, st.randoms(use_true_random=False))
    def test_order_and_echoes_do_not_matter(self, story: list[CallEvent], random: Random) -> None:
        once = [queued(), *apart(story), ended(60)]
        again = once + random.choices(once, k=4)
        random.shuffle(again)
        assert live(queued(), *again) == live(*once)

    @settings(deadline=None)
    @given(STORIES)
    def test_times_do_not_go_backwards_at_the_start(self, story: list[CallEvent]) -> None:
        call = live(queued(30), *story)
        assert call.started_at <= at(30)


class TestTable:
    @pytest.mark.parametrize(
        ("state", "kind"), [(state, kind) for state, row in LEG_TABLE.items() for kind in row]
    )
    def test_every_entry_leads_where_it_says(self, state: LegState, kind: type[LegEvent]) -> None:
        stories: dict[LegState, list[CallEvent]] = {
            LegState.UNHEARD: [queued()],
            LegState.RINGING: [queued(), offered(1)],
            LegState.TALKING: [queued(), offered(1), answered(2)],
            LegState.OVER: [queued(), offered(1), answered(2), leg_ended(3)],
        }
        event: dict[type[LegEvent], LegEvent] = {
            CallOffered: offered(5),
            CallAnswered: answered(5),
            CallHeld: held(5),
            CallResumed: resumed(5),
            OfferEnded: offer_ended(5, LegResult.NO_ANSWER),
            LegEnded: leg_ended(5),
            CallTransferred: transferred(5),
        }
        leg = live(*stories[state], event[kind]).leg(ANA)
        assert leg is not None
        assert leg.state is LEG_TABLE[state][kind]

    def test_every_event_of_a_leg_is_in_the_table(self) -> None:
        kinds = {kind.__name__ for row in LEG_TABLE.values() for kind in row}
        assert kinds == {kind.__name__ for kind in LegEvent.__subclasses__()}

    def test_every_event_of_a_call_has_its_rule(self) -> None:
        kinds = {kind.__name__ for kind in [*lifecycle._CALL_EVENTS.keys(), LegEvent]}
        assert kinds == {kind.__name__ for kind in CallEvent.__subclasses__()}
