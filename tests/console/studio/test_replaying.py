"""A replay over stored calls finds exactly those that differ, as plain evaluation does."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlalchemy import update

from console.calls.erasing import erase_callers
from console.calls.models import Call
from console.commands.script_replay import script_replay
from console.db.engine import Sessions
from console.scripts.models import StoredVersion
from console.studio import replay_jobs as jobs
from console.studio import replaying
from console.studio.replay_choice import Choice
from console.studio.replay_list import Listed, Move, list_calls, moves_of
from console.studio.replay_models import ReplayJob, ReplayState, Tried
from console.studio.replay_pinned import read_pinned
from console.studio.replay_reading import Period
from scripts_engine.replay import Replay
from tests.console.studio.calls_of_yesterday import (
    ANYTHING,
    CHANGED,
    LATE,
    PUBLISHED,
    REPEAT,
    Yesterday,
    plainly,
    publish,
)


async def done(
    yesterday: Yesterday, tried: Tried, key: str | None = None, source: str | None = None
) -> tuple[ReplayJob, list[Listed]]:
    """A replay over the last month, done; what it found."""
    sessions, now = yesterday.sessions, yesterday.now
    choice = Choice(tried, key, source, now - timedelta(days=30), now)
    async with sessions.begin() as session:
        number = (await jobs.add_job(session, choice, "eva@shop.example", now)).id
    await script_replay(sessions, number)
    async with sessions() as session:
        job = await jobs.job_of(session, number)
        found = await list_calls(session, await read_pinned(session, number))
    return job, found


def told(found: Sequence[Listed]) -> dict[str, tuple[str | None, str | None]]:
    return {each.call_id: (each.move.before, each.move.after) for each in found}


@pytest.mark.slow
async def test_a_changed_condition_shows_exactly_the_calls_that_differ(yesterday: Yesterday) -> None:
    chance = Random(7)  # noqa: S311 - the same calls in each run
    for _ in range(60):
        facts = {"purchases.late_open": chance.randint(0, 4), "contacts.calls_7d": chance.randint(0, 3)}
        await yesterday.call({name: value for name, value in facts.items() if chance.random() < 0.9})
    await publish(yesterday.sessions, yesterday.now)
    await publish(yesterday.sessions, yesterday.now, CHANGED, draft=True)
    after = f"{CHANGED}---{REPEAT}---{ANYTHING}"
    expected = {
        call: (plainly(PUBLISHED, facts), plainly(after, facts))
        for call, facts in (await yesterday.facts()).items()
    }
    job, found = await done(yesterday, Tried.DRAFT, "late")
    assert told(found) == {call: keys for call, keys in expected.items() if keys[0] != keys[1]}
    assert 10 < job.differ == len(found) < 50
    assert (job.state, job.total, job.passed, job.looked) == (ReplayState.DONE, 60, 60, 60)
    assert job.renewed == sum(keys == ("late", "late") for keys in expected.values())
    async with yesterday.sessions() as session:
        moves = dict(await moves_of(session, job.id))
    assert moves == {
        move: sum(each.move == move for each in found)
        for move in (Move("late", "repeat"), Move("late", "anything"))
    }


async def test_each_says_why(yesterday: Yesterday) -> None:
    await publish(yesterday.sessions, yesterday.now)
    await publish(yesterday.sessions, yesterday.now, CHANGED, draft=True)
    await yesterday.call({"purchases.late_open": 2, "contacts.calls_7d": 3}, picked="late", customer_id=1)
    _job, [found] = await done(yesterday, Tried.DRAFT, "late")
    assert found.why == (
        "Chosen because the customer called 3 times in the last 7 days. "
        '"Apologise for a late delivery" does not apply: 2 orders are late, needs 3 or more.'
    )
    assert (found.customer_ref, found.customer, found.queue, found.then) == (
        "C/1",
        "Jozef Mrkva",
        "support",
        "late",
    )


@pytest.mark.parametrize(
    ("tried", "key", "source", "expected"),
    [
        (Tried.DRAFTS, None, None, ("late", "repeat")),
        (Tried.WITHOUT, "late", None, ("late", "repeat")),
        (Tried.GIVEN, None, CHANGED, ("late", "repeat")),
        (Tried.ONLY_GIVEN, None, CHANGED, ("late", None)),
        (Tried.ONLY_GIVEN, None, ANYTHING.replace("anything", "new"), ("late", "new")),
    ],
)
async def test_whatever_is_tried(
    yesterday: Yesterday, tried: Tried, key: str | None, source: str | None, expected: tuple[str | None, ...]
) -> None:
    await publish(yesterday.sessions, yesterday.now)
    await publish(yesterday.sessions, yesterday.now, CHANGED, draft=True)
    call = await yesterday.call({"purchases.late_open": 1, "contacts.calls_7d": 3})
    job, found = await done(yesterday, tried, key, source)
    assert told(found) == {call: expected}
    assert (job.differ, job.looked) == (1, 1)
    assert found[0].why


@pytest.mark.parametrize(
    ("tried", "key", "source", "problem"),
    [
        (Tried.DRAFT, "lost", None, "There is no script lost (any more)."),
        (Tried.WITHOUT, "late", None, "Calls do not get the script late (any more)."),
        (
            Tried.GIVEN,
            None,
            LATE.replace("late_open", "late_opne"),
            "line 5: late: when: there is no fact",
        ),
        (Tried.GIVEN, None, "- [", "this is not YAML"),
        (
            Tried.GIVEN,
            None,
            f"{LATE}---{LATE}",
            "line 8: late: script: another script before",
        ),
    ],
)
async def test_what_cannot_be_tried_says_why(
    yesterday: Yesterday, tried: Tried, key: str | None, source: str | None, problem: str
) -> None:
    job, found = await done(yesterday, tried, key, source)
    assert (job.state, found) == (ReplayState.FAILED, [])
    assert problem in (job.problem or "")


async def test_a_draft_that_cannot_be_read_any_more_says_so(yesterday: Yesterday) -> None:
    await publish(yesterday.sessions, yesterday.now)
    async with yesterday.sessions.begin() as session:
        broken = update(StoredVersion).where(StoredVersion.key == "late")
        await session.execute(broken.values(document={"script": "late"}))
    await yesterday.call({})
    job, _found = await done(yesterday, Tried.DRAFT, "late")
    assert "The draft of late cannot be read" in (job.problem or "")
    job, _found = await done(yesterday, Tried.WITHOUT, "repeat")
    assert job.state == ReplayState.DONE  # calls do without it, too


async def test_calls_without_facts_are_counted_and_said(yesterday: Yesterday) -> None:
    await publish(yesterday.sessions, yesterday.now)
    await yesterday.call(None)  # from before facts were kept
    await yesterday.call(None, legs=0)  # it rang nowhere: no script was due
    await yesterday.call({"purchases.late_open": 1}, direction="internal")
    erased = await yesterday.call({"purchases.late_open": 1})
    await yesterday.call({"purchases.late_open": 1})
    async with yesterday.sessions.begin() as session:
        await erase_callers(session, Call.id == erased)
    job, found = await done(yesterday, Tried.WITHOUT, "late")
    counts = (job.total, job.passed, job.looked, job.without_facts, job.erased, job.differ)
    assert counts == (4, 4, 1, 1, 1, 1)
    assert len(found) == 1


async def test_a_call_that_rang_at_many_desks_counts_once(yesterday: Yesterday) -> None:
    await publish(yesterday.sessions, yesterday.now)
    await yesterday.call({"purchases.late_open": 1}, legs=5)
    job, found = await done(yesterday, Tried.WITHOUT, "late")
    assert (job.differ, job.looked, len(found)) == (1, 1, 1)


async def test_only_calls_of_the_period(yesterday: Yesterday) -> None:
    await publish(yesterday.sessions, yesterday.now)
    ids = [await yesterday.call({"purchases.late_open": 1}) for _ in range(4)]
    now, sessions = yesterday.now, yesterday.sessions
    choice = Choice(Tried.WITHOUT, "late", None, now - timedelta(hours=3), now - timedelta(hours=1))
    async with sessions.begin() as session:
        number = (await jobs.add_job(session, choice, "eva@shop.example", now)).id
    await script_replay(sessions, number)
    async with sessions() as session:
        found = await list_calls(session, await read_pinned(session, number))
    assert [each.call_id for each in found] == [ids[1], ids[2]]


async def test_slices_meet_without_gap_or_overlap(
    yesterday: Yesterday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "SLICE", 3)
    await publish(yesterday.sessions, yesterday.now)
    ids = [await yesterday.call({"purchases.late_open": 1}, legs=2) for _ in range(10)]
    async with yesterday.sessions.begin() as session:  # at one and the same moment
        await session.execute(update(Call).values(started_at=yesterday.now - timedelta(hours=1)))
    job, found = await done(yesterday, Tried.WITHOUT, "late")
    assert sorted(each.call_id for each in found) == sorted(ids)
    assert job.passed == 10


async def test_it_stops_when_asked_and_shows_what_it_found(
    yesterday: Yesterday, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "SLICE", 2)
    calls = [await yesterday.call({}) for _ in range(6)]
    period, counts = Period(yesterday.now - timedelta(days=1), yesterday.now), jobs.Counts()
    work = replaying.Work(1, period, Replay([], []))
    asked: list[int] = []

    async def tell(counts: jobs.Counts) -> bool:
        asked.append(counts.passed)
        return counts.passed < 4

    assert not await replaying.replay_calls(yesterday.sessions, work, counts, tell)
    assert (asked, counts.total) == ([0, 2, 4], len(calls))


async def test_calls_that_come_meanwhile_are_left_out(yesterday: Yesterday) -> None:
    sessions, now = yesterday.sessions, yesterday.now
    await publish(sessions, now)
    await yesterday.call({})
    await yesterday.call({}, started_at=now)
    choice = Choice(Tried.WITHOUT, "late", None, now - timedelta(days=1), now + timedelta(days=1))
    async with sessions.begin() as session:
        number = (await jobs.add_job(session, choice, "eva@shop.example", now)).id
    await script_replay(sessions, number)
    async with sessions() as session:
        job = await jobs.job_of(session, number)
    assert (job.state, job.passed, job.total) == (ReplayState.DONE, 1, 1)


async def test_calls_that_are_written_down_late_count(yesterday: Yesterday) -> None:
    await yesterday.call({})
    period, counts = Period(yesterday.now - timedelta(days=1), yesterday.now), jobs.Counts()
    seen: list[tuple[int, int]] = []

    async def tell(counts: jobs.Counts) -> bool:
        seen.append((counts.passed, counts.total))
        if len(seen) == 1:
            await yesterday.call({})
        return True

    await replaying.replay_calls(yesterday.sessions, replaying.Work(1, period, Replay([], [])), counts, tell)
    assert seen == [(0, 1), (2, 2)]


async def test_somebody_stops_it_in_the_database(yesterday: Yesterday) -> None:
    await yesterday.call({})
    sessions, now = yesterday.sessions, yesterday.now
    choice = Choice(Tried.DRAFTS, None, None, now - timedelta(days=1), now)
    async with sessions.begin() as session:
        number = (await jobs.add_job(session, choice, "eva@shop.example", now)).id
        await jobs.ask_to_stop(session, number)
    await script_replay(sessions, number)
    async with sessions() as session:
        job = await jobs.job_of(session, number)
    assert (job.state, job.passed, job.total) == (ReplayState.STOPPED, 0, 1)


async def test_only_so_many_are_kept(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "KEPT", 2)
    choice = Choice(Tried.DRAFTS, None, None, now, now)
    for _ in range(4):
        async with sessions.begin() as session:
            await jobs.add_job(session, choice, "eva@shop.example", now)
    async with sessions() as session:
        assert len(await jobs.latest_jobs(session)) == 2


async def test_the_sets_stay_as_they_were_when_it_was_begun(yesterday: Yesterday) -> None:
    sessions, now = yesterday.sessions, yesterday.now
    await publish(sessions, now)
    await publish(sessions, now, CHANGED, draft=True)
    await yesterday.call({"purchases.late_open": 1})
    job, _found = await done(yesterday, Tried.DRAFT, "late")
    await publish(sessions, now, LATE.replace(">= 1", ">= 9"))
    async with sessions() as session:
        pinned = await read_pinned(session, job.id)
        [again] = await list_calls(session, pinned)
    assert "1 order is late, needs 3 or more" in again.why
    assert pinned.version("late") == 2
