"""The list of scripts, its export, and the gallery."""

import re
from datetime import datetime, timedelta

import pytest

from console.calls.models import Call, StoredRun
from console.knowledge.article import Article, Kind
from console.knowledge.saving import save_article
from console.scripts.actions import By, import_scripts
from console.scripts.checking import check_text
from console.scripts.failures import Failure, Failures
from console.studio.listing import PAGE
from console.studio.replay_sets import stored_scripts
from tests.console.studio.browsing import Pages, words_of

ALWAYS = """\
# When nothing else fits.
script: always
title: Welcome
steps:
  - {id: greet, say: Good day., end: done}
"""
LATE = """\
script: late
title: Apologise for Ďurko
lines: [2]
queues: [support, sales]
language: sk
priority: 80
from: 2026-11-01
until: 2026-12-31
when: purchases.late_open >= 1
steps:
  - {id: greet, say: Sorry., end: done}
"""


async def load(pages: Pages, now: datetime, *texts: str, publish: bool = True) -> None:
    async with pages.sessions.begin() as session:
        await import_scripts(session, "---\n".join(texts), publish=publish, at=now, author="jan@example.org")


def listed(page: str) -> list[str]:
    return re.findall(r'data-testid="script-row" data-script="([^"]+)"', page)


def row(page: str, key: str) -> str:
    start = page.index(f'data-testid="script-row" data-script="{key}"')
    return words_of(page[page.index(">", start) + 1 : page.index("</tr>", start)])


async def test_an_empty_studio_says_what_to_do_next(pages: Pages) -> None:
    page = await pages.get("")
    assert "There is no script yet" in page
    assert 'href="/studio/gallery"' in page


async def test_a_row_tells_where_it_applies_and_what_calls_get(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    await load(pages, now, LATE.replace("80", "90").replace("Apologise", "Beg"), publish=False)
    page = await pages.get("")
    assert listed(page) == ["late", "always"]
    assert row(page, "late") == (
        "Apologise for Ďurko late in force: version 1 draft: version 2 until Dec 31, 2026 line 2 "
        "support, sales Slovak 80 0 – Nov 21, 2026, 13:00 jan@example.org"
    )
    assert row(page, "always").startswith("Welcome always in force: version 1 both lines 50 0 – ")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ("from: 2026-11-22", "not before Nov 22, 2026"),
        ("until: 2026-11-20", "over since Nov 20, 2026"),
        ("until: 2026-11-21", "until Nov 21, 2026"),
    ],
)
async def test_days_in_force(pages: Pages, now: datetime, days: str, said: str) -> None:
    await load(pages, now, ALWAYS.replace("title:", f"{days}\ntitle:"))
    assert said in row(await pages.get(""), "always")


async def test_picks_of_the_last_week(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    calls = [("late", 1), ("late", 6.9), ("late", 7.1), ("always", 2), (None, 1), ("gone", 1)]
    async with pages.sessions.begin() as session:
        for number, (key, days) in enumerate(calls):
            session.add(call(f"c{number}", now - timedelta(days=days), key))
    page = await pages.get("?sort=picks")
    assert re.findall(r'data-script="(\w+)" data-state="published" data-picks="(\d+)"', page) == [
        ("late", "2"),
        ("always", "1"),
    ]
    assert listed(await pages.get("?sort=picks&up=1")) == ["always", "late"]


async def test_completion_of_the_last_week(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    runs = [("late", "done", 1, True), ("late", None, 2, True), ("late", "done", 3, True)]
    others = [("late", None, 8, True), ("late", None, 1, False)]  # too long ago; the call goes on
    async with pages.sessions.begin() as session:
        for number, (key, outcome, days, over) in enumerate([*runs, *others]):
            at = now - timedelta(days=days)
            session.add(call(f"c{number}", at, key, state="ended" if over else "answered"))
            session.add(
                StoredRun(
                    call_id=f"c{number}",
                    number=1,
                    revision=1,
                    script_key=key,
                    script_version=1,
                    walk={},
                    answers={},
                    outcome=outcome,
                    started_at=at,
                    updated_at=at,
                )
            )
    page = await pages.get("?sort=completion")
    assert " 67 % " in row(page, "late")
    assert 'title="2 of 3 runs"' in page
    assert " – " in row(page, "always")
    assert listed(page) == ["late", "always"]


def call(name: str, at: datetime, key: str | None, state: str = "ended") -> Call:
    return Call(
        id=name,
        link="main",
        direction="inbound",
        state=state,
        number="",
        caller_name="",
        started_at=at,
        script_key=key,
    )


async def test_an_archived_script_is_not_tried_on_past_calls(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE, publish=False)
    await pages.post("/scripts/late/archive")
    async with pages.sessions() as session:
        assert [each.key for each in await stored_scripts(session)] == ["always"]


async def test_finding_filtering_and_sorting(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    await load(pages, now, ALWAYS.replace("script: always", "script: draft"), publish=False)
    await load(pages, now + timedelta(days=1), LATE.replace("Sorry.", "So sorry."), publish=False)
    await pages.post("/scripts/draft/archive")
    for query, found in {
        "": ["late", "always"],
        "?q=ĎURKO apo": ["late"],
        "?q=sales": ["late"],
        "?q=nothing": [],
        "?state=newer": ["late"],
        "?state=published&sort=title&up=1": ["late", "always"],
        "?sort=title": ["always", "late"],
        "?sort=at&up=1": ["always", "late"],
        "?state=archived": ["draft"],
        "?state=draft": [],
        "?sort=nonsense&state=nonsense&page=x": ["late", "always"],
    }.items():
        assert listed(await pages.get(query)) == found, query
    assert "No script is like that" in await pages.get("?q=nothing")


async def test_a_long_list_comes_in_pages(pages: Pages, now: datetime) -> None:
    many = [ALWAYS.replace("script: always", f"script: s{number:03}") for number in range(PAGE + 1)]
    await load(pages, now, *many, publish=False)
    first, second = await pages.get(""), await pages.get("?page=1")
    assert (len(listed(first)), listed(second)) == (PAGE, [f"s{PAGE:03}"])
    assert "1 to 100 of 101 scripts" in words_of(first)
    assert 'href="/studio?sort=priority&amp;page=1"' in first
    assert "101 to 101 of 101 scripts" in words_of(second)


async def test_what_the_check_says_of_all_that_calls_get(pages: Pages, now: datetime) -> None:
    await load(pages, now, LATE, LATE.replace("script: late", "script: never").replace("80", "70"))
    page = await pages.get("")
    assert "The check found 3 things in what calls get" in words_of(page)
    found = words_of(
        page[page.index('<ul class="studio-finding-list') : page.index('<form class="studio-filter')]
    )
    assert "Apologise for Ďurko never · its priority : never picked: wherever this applies" in found
    assert "no script always applies on line 1" in found
    assert "1 warning" in row(page, "never")
    assert "warning" not in row(page, "late")
    await load(pages, now, ALWAYS)
    assert "The check found 1 thing in what calls get" in words_of(await pages.get(""))


async def test_export_of_one_several_and_all(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS, LATE)
    assert await pages.get("/export") == f"{ALWAYS}---\n{LATE}"
    assert await pages.get("/export?key=late&key=always") == f"{ALWAYS}---\n{LATE}"
    answer = await pages.client.get("/studio/export?key=always")
    assert (answer.text, answer.headers["content-type"]) == (ALWAYS, "application/yaml; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="always.yaml"'
    odd = await pages.client.get("/studio/export", params={"key": 'x"\r\ny'})
    assert (odd.text, odd.headers["content-disposition"]) == ("", 'attachment; filename="scripts.yaml"')


async def test_the_gallery_tells_stories_and_starts_drafts(pages: Pages) -> None:
    page = await pages.get("/gallery")
    assert "An order should have arrived. Say so before the customer has to" in words_of(page)
    assert "orders that are late at least 1" in page
    for key in ("late-delivery", "late-delivery-2"):
        answer = await pages.post("/gallery", name="late-delivery")
        assert answer.headers["location"] == f"/studio/scripts/{key}/edit"
    assert await pages.in_force() == {}
    text = await pages.get("/export?key=late-delivery-2")
    assert text.startswith("# An order should have arrived.")
    [script] = check_text(text, "x").scripts
    assert (script.key, script.title) == ("late-delivery-2", "Apologise for a late delivery")
    assert "Started from the gallery" in await pages.get("/scripts/late-delivery-2")
    await pages.post("/gallery", 404, name="nothing")


async def test_articles_that_there_are_not_are_told(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS.replace("title:", "articles: [returns]\ntitle:"))
    said = '· what stands beside it : there is no article "returns", or not any more;'
    assert said in words_of(await pages.get(""))
    assert said[2:] in words_of(await pages.get("/scripts/always"))
    assert 'there is no article "returns"' in words_of(await pages.get("/scripts/always/withdraw"))
    async with pages.sessions.begin() as session:
        article = Article(key="returns", kind=Kind.QUESTION, title="Returns", text="In any shop")
        await save_article(session, article, based_on=None, by=By("jan@example.org", now))
    for path in ("", "/scripts/always", "/scripts/always/withdraw"):
        assert "no article" not in await pages.get(path)


async def test_what_did_not_work_on_calls_is_told(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    failures = Failures(pages.sessions)
    failures.note(Failure("always", 1, "greet", "there is no order"), now, "main-7")
    assert await failures.flush()
    for path in ("", "/scripts/always"):
        page = words_of(await pages.get(path))
        assert "· step 1, “" in page
        assert "” : there is no order The agent was shown the fallback" in page


async def test_agents_and_supervisors_have_no_studio(pages: Pages) -> None:
    for role in ("agent", "supervisor"):
        for path in ("", "/gallery", "/export", "/import", "/scripts/late", "/scripts/late/text"):
            answer = await pages.client.get(f"/studio{path}", headers={"role": role})
            assert answer.status_code == 403, (role, path)


async def test_a_form_without_the_readers_secret_does_nothing(pages: Pages, now: datetime) -> None:
    await load(pages, now, ALWAYS)
    forms = ("gallery", "import", *(f"scripts/always/{what}" for what in POSTED))
    for form in forms:
        answer = await pages.client.post(f"/studio/{form}", data={"name": "birthday", "csrf_token": "x"})
        assert answer.status_code == 403, form
    assert await pages.in_force() == {"always": 1}


POSTED = ("archive", "copy", "publish", "restore", "text", "withdraw")
