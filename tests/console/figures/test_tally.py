"""A tally is the same in whatever order and partition visits are counted."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.figures.tally import Fate, Handling, Limits, Tally, fate, handling, tallies, tally, together
from console.figures.visits import Part, Visit
from telephony.events import LegResult, VisitEnd
from tests.console.figures.making import LIMITS, NOON, limits, parts, seconds, visits

many = st.lists(visits(), max_size=30)


@given(many, st.randoms(use_true_random=False), st.integers(0, 30))
def test_any_order_and_partition_is_the_same(found: list[Visit], random: object, cut: int) -> None:
    whole = tally(found, limits)
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = tally(shuffled[:cut], limits), tally(shuffled[cut:], limits)
    assert one + other == whole == other + one
    assert whole + Tally() == whole == Tally() + whole


@given(many, many, many)
def test_it_does_not_matter_what_is_put_together_first(
    one: list[Visit], two: list[Visit], three: list[Visit]
) -> None:
    a, b, c = (tally(each, limits) for each in (one, two, three))
    assert (a + b) + c == a + (b + c) == together([c, a, b])


@given(many)
def test_counts_add_up(found: list[Visit]) -> None:
    whole = tally(found, limits)
    assert whole.offered == len(found) == sum(whole.ended(end) for end in (None, *VisitEnd))
    assert sum(whole.waits_of(end).count for end in VisitEnd) == whole.offered - whole.ended(None)
    assert sum((whole.waits_of(end).total for end in VisitEnd), timedelta(0)) == sum(
        (visit.wait for visit in found if visit.end), timedelta(0)
    )
    assert whole.calls == sum(visit.number == 1 for visit in found)


@given(many, many)
def test_what_is_taken_away_was_never_there(stay: list[Visit], go: list[Visit]) -> None:
    whole = tally([*go, *stay], limits)
    for visit in go:
        whole.put(visit, LIMITS, -1)
    assert whole == tally(stay, limits)


@given(many)
def test_queues_together_are_the_whole(found: list[Visit]) -> None:
    by_queue = tallies(found, limits, lambda visit: visit.queue)
    assert together(by_queue.values()) == tally(found, limits)


def test_each_queue_has_its_own_limits() -> None:
    def of(queue: str) -> Limits:
        return Limits(within_s=60) if queue == "patient" else LIMITS

    waits = [
        Visit("a", 1, queue, NOON, NOON + seconds(30), VisitEnd.ANSWERED) for queue in ("patient", "support")
    ]
    assert [fate(visit, of(visit.queue)).in_time for visit in waits] == [True, False]
    assert tally(waits, of).count(lambda what: what.in_time) == 1


def test_what_ended_at_an_unknown_moment_has_no_wait() -> None:
    for end in VisitEnd:
        visit = Visit("a", 1, "support", NOON, None, end)
        assert fate(visit, LIMITS) == Fate(end, False, False, False)
        assert tally([visit], limits).waits == {}


def test_only_abandons_are_short() -> None:
    left = NOON + seconds(2)
    short = [fate(Visit("a", 1, "support", NOON, left, end), LIMITS).short for end in VisitEnd]
    assert short == [end is VisitEnd.ABANDONED for end in VisitEnd]


def test_ring_no_answer_is_a_missed_offer_and_the_call_goes_on() -> None:
    """Ana does not answer, Bob does: one visit, two offers; the ring of both is in the caller's wait."""
    ana = Part("ana", NOON, None, NOON + seconds(15), LegResult.NO_ANSWER, queue="support")
    answered_at = NOON + seconds(18)
    bob = Part(
        "bob", NOON + seconds(16), answered_at, NOON + seconds(78), LegResult.ANSWERED, queue="support"
    )
    visit = Visit("a", 1, "support", NOON, answered_at, VisitEnd.ANSWERED, bob)
    assert tally([visit], limits).waits_of(VisitEnd.ANSWERED).mean_s == 18
    by_agent = handling([ana, bob], lambda part: part.agent)
    assert by_agent["ana"] == Handling(offers=1, missed=1)
    assert by_agent["bob"] == Handling(offers=1, handled=1, talked=seconds(60))
    by_queue = handling([ana, bob], lambda part: part.queue)
    assert by_queue["support"] == Handling(offers=2, missed=1, handled=1, talked=seconds(60))


def test_an_agent_in_four_queues_handles_each_call_once() -> None:
    queues = ("sales", "support", "billing", "second-line")
    done = [
        Part("ana", at, at, at + seconds(60), LegResult.ANSWERED, wrap_up_s=30, queue=queue)
        for queue, at in zip(queues, (NOON + seconds(100 * each) for each in range(4)), strict=True)
    ]
    assert handling(done, lambda part: part.agent) == {
        "ana": Handling(offers=4, handled=4, talked=seconds(240), wrap_up=seconds(120))
    }
    assert all(each.handled == 1 for each in handling(done, lambda part: part.queue).values())


@given(st.lists(parts(NOON), max_size=12), st.integers(0, 12))
def test_what_agents_did_adds_up(done: list[Part], cut: int) -> None:
    def of(some: list[Part]) -> Handling:
        return handling(some, lambda _part: None).get(None, Handling())

    whole = of(done)
    assert of(done[:cut]) + of(done[cut:]) == whole
    without = of(done)
    for part in done[cut:]:
        without.put(part, -1)
    assert without == of(done[:cut])
    assert whole.total == whole.talked + whole.held + whole.wrap_up
    assert whole.offers == len(done) >= whole.handled >= whole.transfers
