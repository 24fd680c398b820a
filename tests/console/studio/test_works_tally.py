"""What became of runs, counted: each figure by hand, and any of them put together from parts."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median_low
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.studio.works_intervals import Share
from console.studio.works_tally import AGAIN_WITHIN, LONGEST_S, PastRun, Picks, Tally, together
from scripts_engine.codec import script_from_dict
from scripts_engine.run_codec import run_to_dict, without_answers
from scripts_engine.script import Script
from tests.fakes.examples import examples
from tests.fakes.past_runs import OFFER, Back, BelievableCalls, Did, Manner, Move, script_of, walked

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=20)
SCRIPT = script_of(OFFER)
TO_OFFER: list[tuple[float, Move]] = [(5, None), (20, "nothing more")]
TO_END: list[tuple[float, Move]] = [*TO_OFFER, (8, Did("accepted")), (4, "confirmed"), (3, None)]


def past(*moves: tuple[float, Move], script: Script = SCRIPT, **values: Any) -> PastRun:
    usual: dict[str, Any] = {
        "version": 1,
        "walk": run_to_dict(walked(script, LONG_AGO, moves)),
        "instead": False,
        "left_for": False,
        "last": True,
        "customer": True,
        "ended_at": LONG_AGO,
        "again_at": None,
        "satisfaction": None,
    }
    return PastRun(**(usual | values))


def counted(*runs: PastRun) -> Tally:
    tally = Tally()
    for run in runs:
        tally.add(run, NOW)
    return tally


def test_completed_and_left_at_which_step() -> None:
    tally = counted(past(*TO_END), past(*TO_END), past(*TO_OFFER), past((5, None)), past())
    assert (tally.runs, tally.completed, tally.outcomes) == (5, 2, Counter(helped=2))
    assert {step: (at.left, at.reached) for step, at in tally.steps.items()} == {
        "greet": (1, 5), "wish": (1, 4), "offer": (1, 3), "terms": (0, 2), "close": (0, 2),
    }  # fmt: skip
    assert tally.steps["offer"].left_here == Share(1, 3)


def test_a_run_that_came_to_where_nothing_leads_on_was_left_at_its_last_step() -> None:
    script = script_from_dict(
        {
            "script": "astray",
            "title": "Astray",
            "steps": [
                {"id": "greet", "say": "Good day.", "next": "look"},
                {"id": "look", "check": [{"when": "cases.open >= 1", "next": "greet"}]},
            ],
        }
    )
    tally = counted(past((5, None), script=script))
    assert (tally.completed, tally.steps["greet"].left) == (0, 1)


def test_time_at_a_step_is_until_it_was_left_all_stays_together() -> None:
    again = past((5, None), (20, Back), (7, None), (4, "a question"))
    tally = counted(again, past((6.6, None)), past((10**6, None)))
    greet, wish = tally.steps["greet"], tally.steps["wish"]
    assert greet.seconds == Counter([5 + 7, 7, LONGEST_S])
    assert (greet.reached, greet.times.median, greet.times.within(0.9)) == (3, 12, LONGEST_S)
    assert (wish.seconds, wish.reached, wish.left) == (Counter([24]), 3, 2)
    assert tally.steps["explain"].times.count == 0


def test_what_became_of_offers() -> None:
    results = ("accepted", "accepted", "declined", "later", "Free delivery for a year")
    tally = counted(past(*TO_OFFER), *(past(*TO_OFFER, (5, Did(result))) for result in results))
    assert tally.offers == Counter(accepted=2, declined=1, later=1, unrecorded=1)
    assert counted(past((1, None), (1, "a complaint"), (9, Did("accepted")))).offers == Counter()


def test_of_an_erased_call_the_steps_stay_and_the_offers_do_not() -> None:
    whole = past(*TO_END)
    bare = past(*TO_END, walk=without_answers(whole.walk), customer=False)
    tally = counted(bare)
    assert (tally.outcomes, tally.offers, tally.strangers) == (Counter(helped=1), Counter(), 1)
    assert tally.steps == counted(whole).steps


@pytest.mark.parametrize(
    ("values", "watched", "again", "strangers", "recent"),
    [
        ({}, 1, 0, 0, 0),
        ({"again_at": LONG_AGO + AGAIN_WITHIN}, 1, 1, 0, 0),
        ({"again_at": LONG_AGO + AGAIN_WITHIN + timedelta(seconds=1)}, 1, 0, 0, 0),
        ({"customer": False}, 0, 0, 1, 0),
        ({"ended_at": NOW - AGAIN_WITHIN}, 1, 0, 0, 0),
        ({"ended_at": NOW - AGAIN_WITHIN + timedelta(seconds=1)}, 0, 0, 0, 1),
        ({"last": False, "again_at": LONG_AGO}, 0, 0, 0, 0),
    ],
)
def test_second_calls(values: dict[str, Any], watched: int, again: int, strangers: int, recent: int) -> None:
    tally = counted(past(**values))
    assert (tally.watched, tally.again) == (watched, again)
    assert (tally.strangers, tally.recent) == (strangers, recent)


def test_satisfaction_is_asked_of_calls_not_of_runs() -> None:
    ratings = (5, 4, 4, 1, None)
    tally = counted(past(satisfaction=3, last=False), *(past(satisfaction=each) for each in ratings))
    assert (tally.ratings, tally.unasked) == (Counter([5, 4, 4, 1]), 1)
    assert (tally.rated, tally.mean_rating) == (4, 3.5)
    assert Tally().mean_rating is None


def test_scripts_taken_instead_of_another() -> None:
    tally = counted(past(instead=True), past(left_for=True), past(instead=True, left_for=True))
    assert (tally.instead, tally.left_for) == (2, 2)


def believable(seed: int, number: int) -> list[PastRun]:
    """Runs as a month has them."""
    calls, chance = BelievableCalls(seed, people=20), Random(seed)  # noqa: S311 - the same in each run
    for _ in range(number):
        calls.add(Manner(chance.randint(1, 3), SCRIPT), NOW - timedelta(days=chance.uniform(0, 28)))
    rated = {call["id"]: call["satisfaction"] for call in calls.calls}
    return [
        PastRun(
            version=run["script_version"],
            walk=run["walk"],
            instead=run["reason"] is not None,
            left_for=chance.random() < 0.1,
            last=chance.random() < 0.9,
            customer=chance.random() < 0.9,
            ended_at=run["updated_at"],
            again_at=None,
            satisfaction=rated[run["call_id"]],
        )
        for run in calls.runs
    ]


@examples(0.2)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_versions_put_together_are_as_counted_at_once(seed: int, number: int) -> None:
    runs = believable(seed, number)
    parts = {each.version: Tally(picks=Picks(3, 2, 1, 1)) for each in runs}
    for each in runs:
        parts[each.version].add(each, NOW)
    whole = counted(*runs)
    whole.picks = Picks(3 * len(parts), 2 * len(parts), len(parts), len(parts))
    assert together(parts.values()) == whole


@examples(0.2)
@given(st.integers(0, 10**6), st.integers(1, 40))
def test_every_run_ends_or_is_left_and_nothing_is_counted_twice(seed: int, number: int) -> None:
    runs = believable(seed, number)
    tally = counted(*runs)
    assert tally.completed + sum(at.left for at in tally.steps.values()) == tally.runs == len(runs)
    assert all(at.left <= at.reached <= tally.runs for at in tally.steps.values())
    calls = tally.strangers + tally.recent + tally.watched
    assert calls == tally.rated + tally.unasked == sum(each.last for each in runs)
    for step, at in tally.steps.items():
        spent = [
            round(sum(map(_seconds, found)))
            for run in runs
            if (found := [stay for stay in run.walk["stays"] if stay["step"] == step])
        ]
        assert at.times.count == len(spent)
        assert not spent or at.times.median == median_low(spent)


def _seconds(stay: dict[str, str]) -> float:
    since, until = (datetime.fromisoformat(stay[name]) for name in ("since", "until"))
    return (until - since).total_seconds()
