"""Late, twice, in any order: what must hold for every order of a call's events."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from telephony.events import CallEnded, Caller, CallEvent, End, LegResult, VisitEnd
from telephony.lifecycle import CallState, LegState, apply
from tests.telephony.telling import (
    ANA,
    BEN,
    CALLER,
    answered,
    at,
    dialler_left,
    ended,
    held,
    internal,
    left,
    leg_ended,
    live,
    offer_ended,
    offered,
    queued,
    results,
    resumed,
    transferred,
)


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

    @pytest.mark.parametrize(
        "late", [answered(3), answered(60), offered(4, BEN), leg_ended(5), queued(6, "second"), left(7)]
    )
    def test_a_call_that_the_phone_system_denied_takes_no_more_facts(self, late: CallEvent) -> None:
        call = live(queued(), offered(1), ended(50, End.LOST))
        assert (call.end, call.answered_at, results(call)) == (End.LOST, None, {ANA: LegResult.CANCELLED})
        assert apply(call, late) is call

    def test_what_was_read_back_from_a_record_stays(self) -> None:
        known = live(queued(), offered(1), offer_ended(9, LegResult.NO_ANSWER), offered(10, BEN))
        legs = tuple(replace(leg, told=None) for leg in known.legs)
        read = replace(known, claims=(), legs=legs)
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
        call = live(queued(), offered(1), answered(2), resumed(20), held(10))
        assert [(leg.held, leg.held_s) for leg in call.legs] == [(False, 10.0)]

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


SECONDS = st.integers(0, 60)
LEGS = st.sampled_from([ANA, BEN])
RESULTS = st.sampled_from(list(LegResult))
EVENTS: st.SearchStrategy[CallEvent] = st.one_of(
    st.builds(queued, SECONDS, st.sampled_from(["support", "second"])),
    st.builds(offered, SECONDS, LEGS),
    st.builds(internal, SECONDS, st.sampled_from(["PJSIP/ben", "PJSIP/eva"])),
    st.builds(dialler_left, SECONDS),
    st.builds(answered, SECONDS, LEGS),
    st.builds(held, SECONDS),
    st.builds(resumed, SECONDS),
    st.builds(offer_ended, SECONDS, RESULTS, LEGS),
    st.builds(leg_ended, SECONDS, RESULTS, LEGS),
    st.builds(transferred, SECONDS, st.sampled_from(["103", "104", ""])),
    st.builds(left, SECONDS, st.sampled_from(["support", "second"]), st.booleans()),
    st.builds(ended, SECONDS, st.sampled_from([None, *list(End)])),
)
STORIES = st.lists(EVENTS, max_size=12)


def apart(story: list[CallEvent]) -> list[CallEvent]:
    """The story with every event at a moment of its own."""
    return [replace(event, at=event.at + timedelta(milliseconds=place)) for place, event in enumerate(story)]


class TestAlways:
    @given(STORIES)
    def test_any_story_can_be_told(self, story: list[CallEvent]) -> None:
        call = live(queued(), *story)
        assert (call.state is CallState.ENDED) == (call.ended_at is not None) == (call.end is not None)
        assert len({leg.id for leg in call.legs}) == len(call.legs)
        assert all(leg.held_s >= 0 and (not leg.held or leg.state is LegState.TALKING) for leg in call.legs)
        if call.state is CallState.ENDED:
            assert all(leg.result is not None and leg.state is LegState.OVER for leg in call.legs)
        if call.end in {End.ABANDONED, End.TIMED_OUT}:
            assert LegResult.WITHDRAWN not in results(call).values()

    @given(STORIES)
    def test_waits_follow_each_other(self, story: list[CallEvent]) -> None:
        call = live(queued(), *story)
        for visit, after in pairwise(call.visits):
            assert visit.left_at is not None
            assert visit.end is not None
            assert visit.queued_at <= visit.left_at <= after.queued_at
        assert len([visit for visit in call.visits if visit.left_at is None]) <= (call.ended_at is None)
        assert all((visit.end is VisitEnd.ANSWERED) == (visit.leg is not None) for visit in call.visits)
        assert all(visit.end is not None for visit in call.visits) or call.ended_at is None

    @given(STORIES, EVENTS)
    def test_saying_it_twice_changes_nothing(self, story: list[CallEvent], event: CallEvent) -> None:
        once = live(queued(), *story, event)
        assert apply(once, event) is once

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

    @given(STORIES, st.randoms(use_true_random=False))
    def test_order_and_echoes_do_not_matter(self, story: list[CallEvent], random: Random) -> None:
        # LOST is no word of the phone system, which could overtake another.
        told = [event for event in story if not (isinstance(event, CallEnded) and event.end is End.LOST)]
        once = [queued(), *apart(told), ended(60)]
        again = once + random.choices(once, k=4)
        random.shuffle(again)
        assert live(queued(), *again) == live(*once)

    @given(STORIES)
    def test_times_do_not_go_backwards_at_the_start(self, story: list[CallEvent]) -> None:
        call = live(queued(30), *story)
        assert call.started_at <= at(30)
