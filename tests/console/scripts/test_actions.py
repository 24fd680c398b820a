"""Import and export of stored scripts, and the library that calls are picked from."""

import logging
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from console.db.engine import Sessions
from console.db.revision import revisions
from console.errors import InvalidError
from console.scripts import actions
from console.scripts.actions import (
    Imported,
    RejectedError,
    export_scripts,
    import_scripts,
    set_archived,
)
from console.scripts.checking import check_text
from console.scripts.library import Library
from console.scripts.models import StoredPublication, StoredScript, StoredVersion
from console.scripts.queries import latest_versions

TODAY = date(2026, 11, 21)
TEXT = """\
script: late
title: Late
priority: 80
when: purchases.late_open >= 1
steps:
  - id: wish
    ask: Wait or cancel?
    answers: {wait it out: z, cancel: a, b: z}
  - id: z
    end: waits
  - id: a
    end: cancelled
---
script: always
title: Always
steps:
  - id: greet
    say: Good day.
    end: done
"""


async def load(
    sessions: Sessions, now: datetime, text: str = TEXT, *, publish: bool = True, author: str | None = None
) -> tuple[int, int]:
    async with sessions.begin() as session:
        done: Imported = await import_scripts(session, text, publish=publish, at=now, author=author)
    return done.imported, done.unchanged


async def versions(sessions: Sessions) -> dict[str, tuple[int, bool]]:
    async with sessions() as session:
        return {
            version.key: (version.number, version.published) for version in await latest_versions(session)
        }


async def refreshed(sessions: Sessions) -> Library:
    library = Library()
    async with sessions() as session:
        await library.refresh(session)
    return library


async def moved(sessions: Sessions) -> int:
    async with sessions() as session:
        return (await revisions(session)).get("scripts", 0)


async def test_the_same_file_twice_changes_nothing(sessions: Sessions, now: datetime) -> None:
    assert await load(sessions, now) == (2, 0)
    assert await moved(sessions) == 1
    assert await load(sessions, now) == (0, 2)
    assert await moved(sessions) == 1
    assert await versions(sessions) == {"always": (1, True), "late": (1, True)}


async def test_only_what_changed_gets_a_new_version_and_the_old_one_stays(
    sessions: Sessions, now: datetime
) -> None:
    await load(sessions, now, author="eva@example.org")
    later = now + timedelta(days=1)
    assert await load(sessions, later, TEXT.replace("Good day.", "Welcome.")) == (1, 1)
    assert await versions(sessions) == {"always": (2, True), "late": (1, True)}
    async with sessions() as session:
        found = select(StoredVersion).where(StoredVersion.key == "always").order_by(StoredVersion.version)
        first, second = (await session.scalars(found)).all()
    assert (first.document["steps"][0]["say"], first.author, first.created_at) == (
        "Good day.",
        "eva@example.org",
        now,
    )
    assert (second.document["steps"][0]["say"], second.author, second.created_at) == ("Welcome.", None, later)


async def test_the_order_of_answers_is_kept_and_counts_as_a_change(sessions: Sessions, now: datetime) -> None:
    await load(sessions, now)
    [_, late] = (await refreshed(sessions)).scripts[::-1]
    assert [answer.text for answer in late.steps[0].answers] == ["wait it out", "cancel", "b"]
    turned = TEXT.replace("{wait it out: z, cancel: a, b: z}", "{b: z, cancel: a, wait it out: z}")
    assert await load(sessions, now, turned) == (1, 1)


async def test_drafts_are_not_picked_until_they_are_published(sessions: Sessions, now: datetime) -> None:
    assert await load(sessions, now, publish=False) == (2, 0)
    assert await versions(sessions) == {"always": (1, False), "late": (1, False)}
    assert (await refreshed(sessions)).scripts == ()
    assert await load(sessions, now, publish=False) == (0, 2)
    assert await load(sessions, now) == (2, 0)
    assert await versions(sessions) == {"always": (1, True), "late": (1, True)}


async def test_calls_keep_what_is_published_while_there_is_a_newer_draft(
    sessions: Sessions, now: datetime
) -> None:
    await load(sessions, now)
    await load(sessions, now, TEXT.replace("title: Always", "title: Ever"), publish=False)
    assert await versions(sessions) == {"always": (2, False), "late": (1, True)}
    library = await refreshed(sessions)
    assert library.version("always") == 1
    assert [script.title for script in library.scripts] == ["Late", "Always"]


async def test_a_file_with_something_wrong_changes_nothing(sessions: Sessions, now: datetime) -> None:
    wrong = TEXT.replace("say: Good day.", "say: 5")
    with pytest.raises(RejectedError) as caught:
        await load(sessions, now, wrong)
    assert caught.value.rejected == 1
    assert str(caught.value) == 'scripts line 18: always: steps[0].say: "say" must be a text, not "5".'
    assert await versions(sessions) == {}
    assert await moved(sessions) == 0


async def test_what_is_no_yaml_is_refused(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(InvalidError, match="scripts: the file holds no script"):
        await load(sessions, now, "# nothing")


async def test_an_export_imports_the_same(sessions: Sessions, now: datetime) -> None:
    await load(sessions, now)
    await load(sessions, now, TEXT.replace("title: Always", "title: Ever"), publish=False)
    async with sessions() as session:
        text = await export_scripts(session)
    assert await load(sessions, now, text, publish=False) == (0, 2)
    again = {script.key: script for script in check_text(text, "x").scripts}
    assert again["late"] == check_text(TEXT, "x").scripts[0]
    assert again["always"].title == "Ever"


async def test_an_empty_export(sessions: Sessions) -> None:
    async with sessions() as session:
        assert await export_scripts(session) == ""


async def test_the_library_picks(sessions: Sessions, now: datetime) -> None:
    assert Library().index.pick({}, TODAY).script is None
    await load(sessions, now)
    library = await refreshed(sessions)
    pick = library.index.pick({"purchases.late_open": 2}, TODAY)
    assert pick.script is not None
    assert (pick.script.key, library.version(pick.script.key), pick.sentence) == (
        "late",
        1,
        "Chosen because 2 orders are late.",
    )
    with pytest.raises(KeyError):
        library.version("other")


async def test_a_script_that_can_no_longer_be_read_is_left_out_and_can_be_replaced(
    sessions: Sessions, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    await load(sessions, now)
    broken = {"script": "old", "title": "Old", "when": "gone.fact = 1", "steps": []}
    async with sessions.begin() as session:
        session.add(StoredScript(key="old", published_version=1, created_at=now))
        await session.flush()
        session.add(StoredVersion(key="old", version=1, document=broken, created_at=now, author=None))
    with caplog.at_level(logging.WARNING):
        library = await refreshed(sessions)
    assert [script.key for script in library.scripts] == ["late", "always"]
    assert 'script old, version 1, is left out: old: when: there is no fact "gone.fact"' in caplog.text
    async with sessions() as session:
        assert "gone.fact = 1" in await export_scripts(session)
    assert await load(sessions, now, "script: old\ntitle: Old\nsteps:\n- {id: a, end: b}\n") == (1, 0)
    assert (await refreshed(sessions)).version("old") == 2


WITH_COMMENTS = """\
# When nothing else fits.
script: always
title: Always
steps:
  - id: greet   # short
    say: Good day.
    end: done
"""


async def exported(sessions: Sessions, *keys: str) -> str:
    async with sessions() as session:
        return await export_scripts(session, keys or None)


async def test_comments_come_out_as_they_went_in(sessions: Sessions, now: datetime) -> None:
    late = TEXT.partition("---\n")[0]
    await load(sessions, now, f"{late}---\n{WITH_COMMENTS}")
    assert await exported(sessions) == f"{WITH_COMMENTS}---\n{late}"
    assert await exported(sessions, "late") == late
    assert await load(sessions, now, await exported(sessions)) == (0, 2)
    assert await load(sessions, now, WITH_COMMENTS.replace("short", "and short")) == (1, 0)


async def test_what_was_stored_before_comments_were_kept_is_the_same(
    sessions: Sessions, now: datetime
) -> None:
    await load(sessions, now, WITH_COMMENTS)
    async with sessions.begin() as session:
        await session.execute(update(StoredVersion).values(source=None))
    assert await load(sessions, now, WITH_COMMENTS) == (0, 1)
    assert (await exported(sessions)).startswith("script: always\ntitle: Always\nsteps:\n")


async def test_a_list_of_scripts_is_taken_apart(sessions: Sessions, now: datetime) -> None:
    listed = "\n".join(f"  {line}" if line else "" for line in WITH_COMMENTS.splitlines())
    text = listed.replace("  # When", "# When").replace("  script", "- script") + "\n"
    await load(sessions, now, text)
    assert await exported(sessions) == WITH_COMMENTS


async def test_who_published_what_when(sessions: Sessions, now: datetime) -> None:
    await load(sessions, now, author="eva@example.org")
    await load(sessions, now, TEXT.replace("Good day.", "Hello."), publish=False)
    later = now + timedelta(days=1)
    async with sessions.begin() as session:
        await import_scripts(
            session, TEXT.replace("Good day.", "Hello."), publish=True, at=later, author="jan", note="Why not"
        )
    async with sessions() as session:
        found = await session.scalars(select(StoredPublication).order_by(StoredPublication.id))
        told = [(each.key, each.version, each.at, each.author, each.note) for each in found]
    assert sorted(told[:2]) == [
        ("always", 1, now, "eva@example.org", None),
        ("late", 1, now, "eva@example.org", None),
    ]
    assert told[2:] == [("always", 2, later, "jan", "Why not")]


async def test_the_archive(sessions: Sessions, now: datetime) -> None:
    await load(sessions, now, WITH_COMMENTS, publish=False)
    async with sessions.begin() as session:
        await set_archived(session, "always", now)
    assert await exported(sessions) == ""
    assert await exported(sessions, "always") == WITH_COMMENTS
    assert await load(sessions, now, WITH_COMMENTS, publish=False) == (0, 1)
    assert await exported(sessions) == ""
    assert await load(sessions, now, WITH_COMMENTS) == (1, 0)  # whoever gives it to calls wants it back
    assert await exported(sessions) == WITH_COMMENTS


async def test_warnings_of_an_import_look_at_what_calls_get(sessions: Sessions, now: datetime) -> None:
    await load(sessions, now)
    late = (
        TEXT.partition("---\n")[0]
        .replace("script: late", "script: late-2")
        .replace("purchases.late_open", "cases.open")
    )
    async with sessions.begin() as session:
        done = await import_scripts(session, late, publish=True, at=now)
    assert done.warnings == []


async def test_more_scripts_than_are_compared_at_a_time(
    sessions: Sessions, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "BATCH", 2)
    text = "---\n".join(WITH_COMMENTS.replace("script: always", f"script: s{number}") for number in range(5))
    assert await load(sessions, now, text, publish=False) == (5, 0)
    assert await load(sessions, now, text.replace("script: s3\ntitle: Always", "script: s3\ntitle: T")) == (
        5,
        0,
    )
    assert (await versions(sessions))["s3"] == (2, True)
