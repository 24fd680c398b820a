"""What calls get: published, gone back to, taken out of force, archived; and the import of files."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update

from console.db.revision import revisions
from console.scripts.checking import Checked, check_text
from console.scripts.models import StoredScript
from console.studio import import_views
from tests.console.studio.browsing import CSRF, Pages, words_of
from tests.console.studio.test_list_views import ALWAYS, LATE, load
from tests.console.studio.test_script_views import JAN, part, save


async def moved(pages: Pages) -> int:
    async with pages.sessions() as session:
        return (await revisions(session)).get("scripts", 0)


async def test_publish_go_back_and_take_out_of_force(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    await save(pages, ALWAYS.replace("Good day.", "Hello."), 1)
    page = await pages.get("/scripts/always/publish?version=2")
    assert part(page, "difference-words") == "step 1, “Hello.”: text: “Good day.” → “Hello.”"
    assert "The check finds nothing new" in page
    before = await moved(pages)
    answer = await pages.post("/scripts/always/publish", version="2", seen="1", note="Warmer")
    assert answer.headers["location"] == "/studio/scripts/always?done=published"
    assert (await pages.in_force(), await moved(pages)) == ({"always": 2}, before + 1)

    assert "Go back to version 1" in words_of(await pages.get("/scripts/always/publish?version=1"))
    await pages.post("/scripts/always/publish", version="1", seen="2", note="Too warm")
    assert await pages.in_force() == {"always": 1}

    await pages.post("/scripts/always/withdraw", seen="1", note="")
    assert (await pages.in_force(), await moved(pages)) == ({}, before + 3)
    page = await pages.get("/scripts/always?done=withdrawn")
    assert part(page, "script-state") == "No call gets it draft: version 2"
    told = part(page, "publications")
    assert told.startswith("Nothing: taken out of force from Nov 21, 2026, 13:00 , eva@example.org")
    assert "Version 1 from Nov 21, 2026, 13:00 , eva@example.org Too warm" in told
    assert "Version 2 from Nov 21, 2026, 13:00 , eva@example.org Warmer" in told
    assert "Taken out of force" in words_of(await pages.get("?state=withdrawn"))


async def test_the_same_once_more_changes_nothing(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    before = await moved(pages)
    await pages.post("/scripts/always/publish", version="1", seen="1", note="")
    assert await moved(pages) == before
    assert part(await pages.get("/scripts/always"), "publications").count("Version 1") == 1


async def test_warnings_come_first_the_new_ones_apart(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    page = await pages.get("/scripts/always/withdraw")
    assert part(page, "release-warnings").count("no script always applies on line") == 2
    await load(pages, now, ALWAYS.replace("title", "priority: 90\ntitle"), publish=False)
    page = await pages.get("/scripts/always/publish?version=2")
    assert "Apologise for Ďurko · its priority: never picked" in part(page, "release-warnings")
    assert page.index("release-warnings") < page.index("release-do")
    await pages.post("/scripts/always/publish", version="2", seen="1", note="")
    page = await pages.get("/scripts/always/publish?version=1")
    assert "Apologise for Ďurko · its priority: never picked" in part(page, "release-mended")
    await pages.post("/scripts/late/withdraw", seen="1", note="")
    await pages.post("/scripts/always/withdraw", seen="2", note="")
    page = await pages.get("/scripts/late/publish?version=1")
    assert "2 things were found before already" in words_of(page)


async def test_what_somebody_else_did_meanwhile_is_shown_first(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    await save(pages, ALWAYS.replace("Good day.", "Hello."), 1)
    await pages.post("/scripts/always/withdraw", who=JAN, seen="1", note="")
    answer = await pages.post("/scripts/always/publish", 409, version="2", seen="1", note="Warmer")
    assert "somebody else changed what calls get" in part(answer.text, "outdated")
    assert 'name="note" value="Warmer"' in answer.text
    assert await pages.in_force() == {}
    answer = await pages.post("/scripts/always/withdraw", 409, seen="1", note="x")
    assert "Take it out of force" in answer.text


async def test_the_archive(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    answer = await pages.post("/scripts/always/archive", 422)
    assert "calls still get it: take it out of force first" in answer.text
    await pages.post("/scripts/always/withdraw", seen="1", note="")
    await pages.post("/scripts/always/archive")
    page = await pages.get("/scripts/always?done=archived")
    assert part(page, "script-state") == "Archived draft: version 1"
    assert await pages.get("/export") == ""
    assert await pages.get("/export?key=always") == ALWAYS
    await pages.post("/scripts/always/restore")
    assert part(await pages.get("/scripts/always?done=restored"), "script-state").startswith(
        "No call gets it"
    )
    await pages.post("/scripts/none/archive", 404)
    await pages.post("/scripts/none/publish", 404, version="1", seen="", note="")


async def send(pages: Pages, status: int = 200, *, file: bytes | None = None, **fields: str) -> str:
    files = {"file": ("our scripts.yaml", file)} if file is not None else {"file": ("", b"")}
    answer = await pages.client.post("/studio/import", data={"csrf_token": CSRF, **fields}, files=files)
    assert answer.status_code == status, answer.text
    return answer.text


async def test_a_file_and_a_pasted_text_become_drafts(pages: Pages, now: datetime) -> None:
    page = await send(pages, file=f"{ALWAYS}---\n{LATE}".encode())
    assert "2 scripts were imported" in page
    assert "They are drafts" in page
    assert await pages.in_force() == {}
    assert "Imported from our scripts.yaml" in await pages.get("/scripts/late")
    page = await send(pages, text=ALWAYS.replace("Good day.", "Hello."), note="Warmer")
    assert "1 script was imported" in page
    assert "Warmer" in await pages.get("/scripts/always")
    assert await pages.get("/export?key=late") == LATE


async def test_others_write_while_a_file_is_checked(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    async def check(text: str, *more: Any) -> Checked:
        async with pages.sessions.begin() as session:
            await session.execute(update(StoredScript).values(archived_at=None))
        return check_text(text, *more)

    monkeypatch.setattr(import_views, "check_apart", check)
    await send(pages, text=ALWAYS)
    assert "1 script was imported" in await send(pages, text=f"{ALWAYS}---\n{LATE}")


async def test_published_at_once_if_that_is_chosen(pages: Pages, now: datetime) -> None:
    page = await send(pages, text=f"{ALWAYS}---\n{LATE}", publish="on")
    assert "Calls get them from now on." in page
    assert await pages.in_force() == {"always": 1, "late": 1}
    page = await send(pages, text=f"{ALWAYS}---\n{LATE}", publish="on")
    assert "0 scripts were imported" in page
    assert "2 were so already." in page


async def test_all_or_nothing_and_each_mistake_with_its_place(pages: Pages, now: datetime) -> None:
    wrong = f"{ALWAYS}---\n{LATE.replace('late_open', 'late_opn').replace('end: done', 'next: x')}"
    page = await send(pages, 422, file=wrong.encode(), text="kept", note="Why", publish="on")
    assert "1 script has something wrong in it" in page
    assert part(page, "problems") == (
        'our scripts.yaml line 15 late: when: there is no fact "purchases.late_opn". Did you mean '
        'purchases.late_open? our scripts.yaml line 17 late: steps[0].next: there is no step "x".'
    )
    assert part(page, "import-text") == "kept"
    assert 'value="Why"' in page
    assert 'data-testid="import-publish" checked' in page
    assert "There is no script yet" in await pages.get("")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("script: žltá".encode("cp1250"), "this is not a text in UTF-8 (byte 8): save it as UTF-8"),
        (b"a: [", "this is not YAML"),
        (b"", "the file holds no script"),
    ],
)
async def test_what_is_no_script_file(pages: Pages, content: bytes, why: str) -> None:
    page = await send(pages, 422, file=content)
    assert "This cannot be read" in page
    assert why in part(page, "problems")


async def test_what_the_check_finds_odd_is_told(pages: Pages) -> None:
    page = await send(pages, text=LATE)
    assert "no script always applies on line 1" in part(page, "problems")
