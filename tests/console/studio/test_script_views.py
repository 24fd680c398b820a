"""One script: its versions, what changed, saving as a text, two admins at once, copying."""

import re
from datetime import datetime

import pytest
from sqlalchemy import update

from console.scripts.models import StoredScript, StoredVersion
from tests.console.studio.browsing import Pages, words_of
from tests.console.studio.test_list_views import ALWAYS, LATE, load

JAN = "jan@example.org"


def part(page: str, testid: str) -> str:
    """What the part with this hook says, up to the end of its kind of element."""
    opening = re.search(rf'<(\w+)[^>]*data-testid="{testid}"[^>]*>', page)
    assert opening is not None, testid
    return words_of(page[opening.end() : page.index(f"</{opening[1]}>", opening.end())])


async def save(pages: Pages, source: str, on: int, status: int = 303, *, who: str = "eva@example.org") -> str:
    answer = await pages.post(
        "/scripts/always/text", status, who=who, source=source, based_on=str(on), note=f"by {who}"
    )
    return answer.text


async def test_versions_with_author_time_and_note(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    await save(pages, ALWAYS.replace("Good day.", "Hello."), 1)
    page = await pages.get("/scripts/always?done=saved")
    assert part(page, "done") == "Version 2 is saved. Calls do not get it before it is published."
    assert part(page, "versions").removeprefix("Version Saved By Why What next ") == (
        "2 Nov 21, 2026, 13:00 eva@example.org by eva@example.org What changed Publish "
        "1 calls get it Nov 21, 2026, 13:00 jan@example.org"
    )
    assert part(page, "publications") == "Version 1 from Nov 21, 2026, 13:00 , jan@example.org"


async def test_any_version_can_be_read_in_words_and_as_written(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    page = await pages.get("/scripts/late/versions/1")
    assert part(page, "said-when") == "orders that are late at least 1"
    assert part(page, "said-steps") == "greet say Sorry. ends as done"
    assert (
        "Priority 80 · line 2 · queues support, sales · Slovak · from Nov 1, 2026 · until Dec 31, 2026"
        in (words_of(page))
    )
    assert "# When nothing else fits." in await pages.get("/scripts/always/versions/1")


async def test_what_changed_between_versions(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    await save(pages, ALWAYS.replace("Good day.", "Hello.").replace("title", "priority: 80\ntitle"), 1)
    await save(pages, ALWAYS.replace("else", "at all"), 2)
    page = await pages.get("/scripts/always/compare?from=1&to=2")
    assert (
        part(page, "difference-words") == "priority: 50 → 80 step 1, “Hello.”: text: “Good day.” → “Hello.”"
    )
    assert "+ priority: 80" in part(page, "difference-lines")
    page = await pages.get("/scripts/always/compare?from=1&to=3")
    assert part(page, "difference-words") == (
        "Nothing that a call would notice: only how it is written, or its comments."
    )


@pytest.mark.parametrize(
    "path",
    [
        "/scripts/none",
        "/scripts/none/text",
        "/scripts/none/copy",
        "/scripts/none/publish?version=1",
        "/scripts/none/withdraw",
        "/scripts/always/versions/9",
        "/scripts/always/compare?from=1&to=9",
        "/scripts/always/compare?from=1",
        "/scripts/always/compare?from=1&to=99999999999",
        "/scripts/always/publish?version=9",
        "/scripts/always/publish?version=²",
    ],
)
async def test_what_there_is_not(pages: Pages, now: datetime, path: str) -> None:
    await load(pages, now, ALWAYS)
    await pages.get(path, 404)


async def test_a_text_with_mistakes_comes_back_with_each_of_them(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    wrong = ALWAYS.replace("title", "when: cases.opn = 0\ntitle")
    page = await save(pages, wrong, 1, 422)
    assert part(page, "problems") == (
        'always line 3 always: when: there is no fact "cases.opn". Did you mean cases.open?'
    )
    assert "when: cases.opn = 0" in part(page, "text-source")
    assert 'name="based_on" value="1"' in page
    assert 'value="by eva@example.org"' in page


async def test_the_second_of_two_admins_is_shown_both(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    theirs, mine = ALWAYS.replace("Good day.", "Hello."), ALWAYS.replace("title", "priority: 80\ntitle")
    await save(pages, theirs, 1, who=JAN)
    page = await save(pages, mine.replace("\n", "\r\n"), 1, 409)
    assert "jan@example.org saved version 2 at Nov 21, 2026, 13:00, while you were writing" in words_of(page)
    assert part(page, "conflict-theirs") == words_of(theirs)
    assert part(page, "conflict-mine") == words_of(mine)
    assert part(page, "conflict-they") == "step 1, “Hello.”: text: “Good day.” → “Hello.”"
    assert part(page, "conflict-we") == "priority: 50 → 80"
    assert "+ priority: 80" in part(page, "difference-lines")
    assert 'value="by eva@example.org"' in page
    assert 'name="based_on" value="2"' in page
    await save(pages, mine, 2)  # on top of it, knowingly
    assert await pages.get("/export?key=always") == mine
    assert "Hello." in await pages.get("/scripts/always/versions/2")


async def test_a_conflict_without_a_version_in_common(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    answer = await pages.post("/scripts/always/text", 409, source=ALWAYS.replace("Good", "Nice"))
    assert "There was no common version to compare with." in answer.text


async def test_a_copy_under_a_new_key_keeps_comments(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    page = await pages.get("/scripts/always/copy")
    assert 'value="always-copy"' in page
    answer = await pages.post("/scripts/always/copy", key="welcome-2", title="Welcome: again")
    assert answer.headers["location"] == "/studio/scripts/welcome-2/edit"
    assert await pages.get("/export?key=welcome-2") == ALWAYS.replace(
        "script: always", "script: welcome-2"
    ).replace("title: Welcome", 'title: "Welcome: again"')
    assert "Copied from always" in await pages.get("/scripts/welcome-2")


@pytest.mark.parametrize(
    ("key", "title", "why"),
    [
        ("always", "T", "there is such a script already: choose another key"),
        ("a b", "T", "may only have letters, digits, -, _ and ."),
        ("", "T", "is empty"),
        ("x", "", "&#34;title&#34; is empty"),
    ],
)
async def test_a_copy_that_is_refused(pages: Pages, now: datetime, key: str, title: str, why: str) -> None:
    await load(pages, now, ALWAYS)
    answer = await pages.post("/scripts/always/copy", 422, key=key, title=title)
    assert why in answer.text
    assert f'value="{key}"' in answer.text


async def test_a_version_that_can_no_longer_be_read(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, publish=False)
    async with pages.sessions.begin() as session:
        broken = {"script": "always", "title": "Old", "when": "gone.fact = 1", "steps": []}
        await session.execute(update(StoredVersion).values(document=broken, source=None))
    assert "there is no fact" in part(await pages.get("/scripts/always"), "script-findings")
    assert "can no longer be read" in await pages.get("/scripts/always/versions/1")
    assert "gone.fact = 1" in part(await pages.get("/scripts/always/text"), "text-source")
    await save(pages, ALWAYS, 1)
    page = await pages.get("/scripts/always/compare?from=1&to=2")
    assert "so only their lines are compared" in page
    answer = await pages.post("/scripts/always/publish", 422, version="1", seen="", note="Why")
    assert "there is no fact" in part(answer.text, "problems")
    assert await pages.in_force() == {}


async def test_what_came_before_sources_were_kept(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    async with pages.sessions.begin() as session:
        await session.execute(update(StoredVersion).values(source=None))
        await session.execute(update(StoredScript).values(published_version=1))
    assert "script: always title: Welcome steps:" in part(
        await pages.get("/scripts/always/text"), "text-source"
    )
