"""Each save is a new version; of two who save at the same moment, one is told of the other."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from console.db.engine import Sessions
from console.errors import InvalidError, NotFoundError
from console.scripts.actions import By, give_to_calls, import_scripts, set_archived
from console.scripts.checking import Checked
from console.scripts.library import Library
from console.scripts.models import StoredScript, StoredVersion
from console.scripts.queries import WrittenVersion, stored_version
from console.studio import saving
from console.studio.saving import Saved, StaleDraftError, save_script

EVA, JAN = "eva@example.org", "jan@example.org"
TEXT = """\
# Say it before they do.
script: late
title: Late
priority: 80
when: purchases.late_open >= 1   # one is enough
steps:
  - id: greet
    say: Sorry.
    end: done
"""
FALLBACK = "script: always\ntitle: Always\nsteps:\n- {id: greet, say: Good day., end: done}\n"


async def save(
    sessions: Sessions,
    now: datetime,
    source: str = TEXT,
    *,
    key: str = "late",
    on: int | None = None,
    by: str = EVA,
    note: str | None = None,
) -> Saved:
    async with sessions.begin() as session:
        return await save_script(session, key, source, based_on=on, by=By(by, now, note))


async def version(sessions: Sessions, number: int, key: str = "late") -> WrittenVersion:
    async with sessions() as session:
        found = await stored_version(session, key, number)
    assert found is not None
    return found


async def count(sessions: Sessions) -> int:
    async with sessions() as session:
        return await session.scalar(select(func.count()).select_from(StoredVersion)) or 0


async def test_a_save_is_a_new_version_and_the_old_one_stays(sessions: Sessions, now: datetime) -> None:
    assert (await save(sessions, now, note="As agreed")).version == 1
    later = now + timedelta(hours=1)
    changed = TEXT.replace("Sorry.", "I am sorry.")
    assert (await save(sessions, later, changed, on=1, by=JAN)).version == 2
    first, second = await version(sessions, 1), await version(sessions, 2)
    assert (first.text, first.author, first.at, first.note) == (TEXT, EVA, now, "As agreed")
    assert (second.text, second.author, second.at, second.note) == (changed, JAN, later, None)
    assert second.document["steps"][0]["say"] == "I am sorry."
    assert not second.published


async def test_what_a_browser_makes_of_a_text_is_put_right(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now, "\ufeff---\n" + TEXT.replace("\n", "\r\n") + "\r\n\r\n")
    assert (await version(sessions, 1)).source == TEXT


async def test_the_same_text_is_not_stored_twice(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    assert (await save(sessions, now, on=1)).version == 1
    assert (await save(sessions, now, on=None)).version == 1  # the button was pressed twice
    assert await count(sessions) == 1


async def test_comments_alone_are_worth_a_version(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    assert (await save(sessions, now, TEXT.replace("one is enough", "even one"), on=1)).version == 2


async def test_who_comes_second_is_told_what_the_first_saved(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    theirs = TEXT.replace("80", "90")
    await save(sessions, now + timedelta(minutes=1), theirs, on=1, by=JAN)
    with pytest.raises(StaleDraftError) as caught:
        await save(sessions, now + timedelta(minutes=2), TEXT.replace("80", "70"), on=1)
    error = caught.value
    assert (error.version, error.author, error.at) == (2, JAN, now + timedelta(minutes=1))
    assert error.source == theirs
    assert str(error) == "Nothing was saved: jan@example.org saved version 2 of late meanwhile."
    assert await count(sessions) == 2


async def test_a_new_script_under_a_key_that_was_just_taken(sessions: Sessions, now: datetime) -> None:
    await save(sessions, now)
    with pytest.raises(StaleDraftError):
        await save(sessions, now, TEXT.replace("80", "70"), on=None)


@pytest.mark.parametrize("on", [None, 1])
async def test_two_at_the_very_same_moment_cannot_both_win(
    sessions: Sessions, now: datetime, on: int | None
) -> None:
    if on:
        await save(sessions, now)
    together = asyncio.Barrier(2)

    async def attempt(priority: str, by: str) -> Saved | StaleDraftError:
        text = TEXT.replace("80", priority)
        async with sessions() as session:
            _ = await session.connection()  # both are there before either begins
            await together.wait()
            try:
                saved = await save_script(session, "late", text, based_on=on, by=By(by, now))
                await session.commit()
            except StaleDraftError as error:
                return error
        return saved

    done = await asyncio.gather(attempt("70", EVA), attempt("90", JAN))
    [saved] = [each for each in done if isinstance(each, Saved)]
    [stale] = [each for each in done if isinstance(each, StaleDraftError)]
    assert saved.version == stale.version == (on or 0) + 1
    assert await count(sessions) == saved.version
    assert stale.source == (await version(sessions, saved.version)).text


async def test_who_waits_for_one_who_gives_up_comes_first(sessions: Sessions, now: datetime) -> None:
    async with sessions() as session:
        await save_script(session, "late", TEXT, based_on=None, by=By(JAN, now))
        waiting = asyncio.create_task(save(sessions, now, TEXT.replace("80", "70")))
        await asyncio.sleep(0)
        await session.rollback()
    assert (await waiting).version == 1
    assert (await version(sessions, 1)).author == EVA


async def test_what_the_check_finds_stops_it(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(InvalidError) as caught:
        await save(sessions, now, TEXT.replace("late_open", "late_opn").replace("end: done", "next: x"))
    assert [str(problem) for problem in caught.value.problems] == [
        'late line 5: late: when: there is no fact "purchases.late_opn". Did you mean purchases.late_open?',
        'late line 9: late: steps[0].next: there is no step "x".',
    ]
    with pytest.raises(InvalidError, match=r"late line 1: this is not YAML"):
        await save(sessions, now, "a: [")
    assert await count(sessions) == 0
    async with sessions() as session:
        assert await session.get(StoredScript, "late") is None


async def test_a_key_stays_the_same(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(
        InvalidError, match=r"late: script: a key stays the same for ever: write `script: late`"
    ):
        await save(sessions, now, TEXT.replace("script: late", "script: later"))
    with pytest.raises(InvalidError, match=r"here are 2: import them"):
        await save(sessions, now, TEXT + "---\n" + FALLBACK)


async def test_there_is_no_saving_on_top_of_nothing(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(NotFoundError, match="There is no script late"):
        await save(sessions, now, on=3)
    async with sessions() as session:
        assert await session.get(StoredScript, "late") is None


async def test_warnings_look_at_what_calls_get(sessions: Sessions, now: datetime) -> None:
    assert [warning.why.split(":")[0] for warning in (await save(sessions, now)).warnings] == [
        "fallback",
        "fallback",
    ]
    async with sessions.begin() as session:
        await import_scripts(session, FALLBACK.replace("title", "priority: 90\ntitle"), publish=True, at=now)
    changed = await save(sessions, now, TEXT.replace("Sorry.", "So sorry."), on=1)
    assert [str(warning) for warning in changed.warnings] == [
        (
            'late line 4: late: priority: never picked: "always" has no conditions and always comes first; '
            "give this one a higher priority."
        )
    ]


async def test_saving_leaves_what_calls_get_and_brings_back_from_the_archive(
    sessions: Sessions, now: datetime
) -> None:
    await save(sessions, now)
    async with sessions.begin() as session:
        await give_to_calls(session, "late", 1, By(EVA, now))
    await save(sessions, now, TEXT.replace("80", "90"), on=1)
    library = Library()
    async with sessions() as session:
        await library.refresh(session)
    assert [script.priority for script in library.scripts] == [80]
    async with sessions.begin() as session:
        await set_archived(session, "late", now)
    await save(sessions, now, TEXT.replace("80", "95"), on=2)
    async with sessions() as session:
        assert (await session.get_one(StoredScript, "late")).archived_at is None


async def test_others_write_while_a_script_is_checked(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await save(sessions, now)
    loop, check = asyncio.get_running_loop(), saving.check_source

    def check_meanwhile(*asked: Any) -> Checked:
        monkeypatch.setattr(saving, "check_source", check)
        later = save(sessions, now, TEXT.replace("80", "70"), on=1)
        asyncio.run_coroutine_threadsafe(later, loop).result(10)
        return check(*asked)

    monkeypatch.setattr(saving, "check_source", check_meanwhile)
    with pytest.raises(StaleDraftError):
        await saving.save(sessions, "late", TEXT.replace("80", "90"), based_on=1, by=By(JAN, now))
    done = await saving.save(sessions, "late", TEXT.replace("80", "90"), based_on=2, by=By(JAN, now))
    assert (done.version, (await version(sessions, 3)).author) == (3, JAN)
