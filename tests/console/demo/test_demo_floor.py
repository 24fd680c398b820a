"""The demo's past weeks: what is told of waits, talks and agents fits together, as on a real floor."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from console.demo.records import Records, make_records
from console.demo.shifts import CLOSES, OPENS, office_time, working_days
from console.demo.team import AGENTS

ZONE = ZoneInfo("Europe/Bratislava")
FRIDAY = datetime(2026, 11, 27, 14, 0, tzinfo=UTC)
MOMENTS = [
    FRIDAY,
    datetime(2026, 11, 29, 3, 0, tzinfo=UTC),  # a Sunday night
    datetime(2026, 11, 30, 7, 1, tzinfo=UTC),  # a minute after the queues opened on a Monday
    datetime(2026, 11, 10, 18, 0, tzinfo=UTC),  # with the end of summer time in it
]


@pytest.fixture(scope="module", params=MOMENTS, ids=str)
def records(request: Any) -> Records:
    return make_records(7, request.param, ZONE)


@pytest.fixture(scope="module")
def friday() -> Records:
    return make_records(7, FRIDAY, ZONE)


def test_waits_follow_each_other_and_name_the_leg_that_answered(records: Records) -> None:
    legs = {leg["id"]: leg for leg in records.legs}
    calls = {call["id"]: call for call in records.calls}
    by_call = defaultdict[str, list[dict[str, Any]]](list)
    for visit in records.visits:
        by_call[visit["call_id"]].append(visit)
    assert by_call.keys() == calls.keys()
    for call_id, visits in by_call.items():
        call = calls[call_id]
        assert [visit["number"] for visit in visits] == list(range(1, len(visits) + 1))
        assert visits[0]["queued_at"] == call["started_at"]
        assert (visits[-1]["queue"], visits[-1]["line"]) == (call["queue"], call["line"])
        assert all(one["left_at"] <= other["queued_at"] for one, other in pairwise(visits))
        assert visits[-1]["left_at"] <= call["ended_at"]
        answers = [legs[visit["leg_id"]] for visit in visits if visit["end"] == "answered"]
        assert [leg["queue"] for leg in answers] == [v["queue"] for v in visits if v["leg_id"]]
        assert (call["end"] == "completed") == bool(answers)
        assert call["answered_at"] == min((leg["answered_at"] for leg in answers), default=None)


def test_every_way_to_end_is_there(friday: Records) -> None:
    ends = Counter(visit["end"] for visit in friday.visits)
    assert ends["answered"] > 10 * ends["timed_out"] > 100
    assert ends["abandoned"] > 100
    assert Counter(leg["result"] for leg in friday.legs).keys() == {
        *("answered", "no_answer", "cancelled", "transferred"),
    }
    assert sum(leg["held_s"] > 0 for leg in friday.legs) > 100
    assert {leg["transferred_to"] for leg in friday.legs} > {None, "501", "502", "503"}


def test_holds_are_within_talks(records: Records) -> None:
    for leg in records.legs:
        if leg["held_s"]:
            assert leg["held_s"] < (leg["ended_at"] - leg["answered_at"]).total_seconds()


def test_agents_do_one_thing_at_a_time(records: Records) -> None:
    by_agent = defaultdict[int, list[dict[str, Any]]](list)
    for row in records.states:
        by_agent[row["user_id"]].append(row)
    assert by_agent.keys() == {agent.id for agent in AGENTS}
    for rows in by_agent.values():
        assert all(one["ended_at"] == other["began_at"] > one["began_at"] for one, other in pairwise(rows))
        assert rows[-1]["ended_at"] is None
        assert all(
            (one["state"], one["reason"]) != (other["state"], other["reason"])
            for one, other in pairwise(rows)
        )


def test_whoever_talked_was_on_a_call(records: Records) -> None:
    begun = {(row["user_id"], row["began_at"]): row for row in records.states}
    for leg in records.legs:
        if leg["answered_at"]:
            assert begun[leg["user_id"], leg["answered_at"]]["state"] == "on_call"


def test_nobody_calls_when_the_queues_are_closed(friday: Records) -> None:
    for call in friday.calls:
        there = call["started_at"].astimezone(ZONE)
        assert OPENS <= there.time() <= CLOSES
        assert there.weekday() < 5


def test_on_a_sunday_somebody_has_called_today() -> None:
    sunday = datetime(2026, 11, 29, 13, 0, tzinfo=UTC)
    calls = make_records(7, sunday, ZONE).calls
    assert sum(call["started_at"].astimezone(ZONE).date() == sunday.date() for call in calls) > 5


def test_office_time_goes_from_the_first_opening_to_now() -> None:
    days = working_days(FRIDAY, ZONE)
    assert office_time(days, FRIDAY, ZONE, 0.0).astimezone(ZONE).time() == OPENS
    last = office_time(days, FRIDAY, ZONE, 1.0)
    assert timedelta() <= FRIDAY - last < timedelta(seconds=1)
