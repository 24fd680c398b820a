"""The life of a call as stories, its table, and what a resync makes of it."""

from dataclasses import replace

import pytest

from telephony import lifecycle
from telephony.events import (
    CallAnswered,
    CallEvent,
    CallHeld,
    CallId,
    CallOffered,
    CallResumed,
    CallTransferred,
    Direction,
    End,
    LegEnded,
    LegEvent,
    LegId,
    LegResult,
    LinkName,
    LinkResynced,
    OfferEnded,
)
from telephony.lifecycle import LegState, lost, reconciled
from tests.telephony.telling import (
    ANA,
    BEN,
    CALL,
    LINK,
    answered,
    at,
    ended,
    held,
    left,
    leg_ended,
    live,
    offer_ended,
    offered,
    queued,
    results,
    resumed,
    states,
    transferred,
)


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
        assert [visit.left_at for visit in call.visits] == [at(4)]

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

    @pytest.mark.parametrize("direction", Direction)
    @pytest.mark.parametrize("said", [LegResult.NO_ANSWER, LegResult.CANCELLED])
    def test_without_a_queue_what_nobody_answered_is_abandoned(
        self, direction: Direction, said: LegResult
    ) -> None:
        offer = replace(offered(0, queue=None), direction=direction)
        call = live(offer, offer_ended(9, said), ended(9))
        assert (call.direction, call.end, results(call)) == (direction, End.ABANDONED, {ANA: said})

    def test_the_end_that_the_event_says_stands_when_nobody_answered(self) -> None:
        assert live(queued(), ended(9, End.COMPLETED)).end is End.COMPLETED
        assert live(queued(), offered(1), answered(2), ended(9, End.TIMED_OUT)).end is End.COMPLETED


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


LEADS_TO: dict[type[LegEvent], LegState] = {
    CallOffered: LegState.RINGING,
    CallAnswered: LegState.TALKING,
    CallHeld: LegState.RINGING,
    CallResumed: LegState.RINGING,
    OfferEnded: LegState.OVER,
    LegEnded: LegState.OVER,
    CallTransferred: LegState.OVER,
}
"""How far a leg is at least when this is said of it."""


class TestTable:
    @pytest.mark.parametrize("state", [None, *LegState])
    @pytest.mark.parametrize("kind", LEADS_TO)
    def test_every_event_leads_on_and_never_back(self, state: LegState | None, kind: type[LegEvent]) -> None:
        stories: dict[LegState | None, list[CallEvent]] = {
            None: [queued()],
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
        states = list(LegState)
        assert leg.state is max(state or LegState.RINGING, LEADS_TO[kind], key=states.index)

    def test_every_event_of_a_leg_has_its_rule(self) -> None:
        kinds = {kind.__name__ for kind in lifecycle._EFFECTS}
        assert kinds == {kind.__name__ for kind in LegEvent.__subclasses__()}

    def test_every_event_of_a_call_has_its_rule(self) -> None:
        kinds = {kind.__name__ for kind in [*lifecycle._CALL_EVENTS.keys(), LegEvent]}
        assert kinds == {kind.__name__ for kind in CallEvent.__subclasses__()}
