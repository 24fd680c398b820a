"""The knowledge base in the studio: the list, writing, two admins at once, versions, the archive."""

import re
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import pytest

from console.db.engine import Sessions
from console.facts.knowledge import Knowledge
from console.facts.reader import open_fact_reader
from console.knowledge.queries import newest_article
from console.profile.search import find
from console.scripts.actions import import_scripts
from console.settings import Settings
from console.studio.routes import build_articles
from scripts_engine.check import Surroundings
from tests.console.facts.records import Records
from tests.console.studio.browsing import EVA, Pages
from tests.console.studio.test_script_views import part
from tests.fakes.pages import ZONE, browser_of, small_app

JAN = "jan@example.org"
QUESTION = {
    "kind": "question",
    "title": "How to return goods",
    "text": "Within 14 days.\r\n\r\nIn any shop.",
    "keywords": "refund",
}
LETTER = {"kind": "letter", "title": "Sorry", "text": "Dear ‹customer's name›, <b>sorry</b>."}


@pytest.fixture
async def pages(sessions: Sessions, now: datetime, database_url: str) -> AsyncIterator[Pages]:
    settings = Settings(region="SK", database_url=database_url, time_zone=ZONE)
    async with open_fact_reader(database_url) as reader:
        state = {
            "clock": lambda: now,
            "find": partial(find, region=settings.region),
            "knowledge": Knowledge(reader, settings),
            "sessions": sessions,
            "settings": settings,
        }
        async with browser_of(small_app(build_articles(), state, viewer=EVA)) as client:
            yield Pages(client, sessions)


async def save(pages: Pages, fields: dict[str, str], status: int = 303, **more: str) -> str:
    who = more.pop("who", EVA.email)
    return (await pages.post("/articles/save", status, who=who, **{**fields, **more})).text


def rows(page: str) -> list[str]:
    return re.findall(r'data-article="([^"]+)" data-kind', page)


async def test_an_empty_list_says_what_to_do(pages: Pages) -> None:
    page = await pages.get("/articles")
    assert "There is no article yet" in page
    assert 'value="letter" selected' in await pages.get("/articles/new?kind=letter")


async def test_an_article_is_written_and_listed(pages: Pages) -> None:
    answer = await pages.post("/articles/save", 303, who=EVA.email, **QUESTION, note="As agreed")
    assert answer.headers["location"] == "/studio/articles/how-to-return-goods?done=saved"
    page = await pages.get("/articles/how-to-return-goods?done=saved")
    assert part(page, "done") == "Version 1 is saved: agents find it from now on."
    assert "1 Nov 21, 2026, 13:00 eva@example.org As agreed" in part(page, "versions")
    listed = await pages.get("/articles")
    assert rows(listed) == ["how-to-return-goods"]
    assert "Question and answer none Nov 21, 2026, 13:00 eva@example.org" in part(listed, "articles")


async def test_the_list_is_searched_while_somebody_types(pages: Pages) -> None:
    await save(pages, QUESTION)
    await save(pages, LETTER)
    assert rows(await pages.get("/articles?q=refu")) == ["how-to-return-goods"]
    assert rows(await pages.get("/articles?q=refu&state=letter")) == []
    assert rows(await pages.get("/articles?state=letter")) == ["sorry"]
    answer = await pages.client.get("/studio/articles?q=14+days", headers={"HX-Request": "true"})
    assert "<html" not in answer.text
    assert "Within <mark>14</mark> <mark>days</mark>. In any shop." in answer.text
    assert "No article is like that" in await pages.get("/articles?q=elephants")


async def test_a_letter_is_stored_with_the_values_and_shown_with_their_names(pages: Pages) -> None:
    await save(pages, LETTER)
    async with pages.sessions() as session:
        stored = await newest_article(session, "sorry")
    assert stored is not None
    assert stored.article.text == "Dear {{ customer.name | name }}, <b>sorry</b>."
    page = await pages.get("/articles/sorry")
    assert "Dear ‹customer&#39;s name›, &lt;b&gt;sorry&lt;/b&gt;." in page


async def test_the_preview_reads_as_a_customer_would(pages: Pages, now: datetime) -> None:
    await Records(pages.sessions, now).customer("C-1", name="Ana <i>Nová</i>")
    draft = {**LETTER, "key": "", "who": "customer:C-1", "csrf_token": EVA.csrf}
    answer = (await pages.client.post("/studio/articles/preview", data=draft)).text
    assert part(answer, "article-reads") == "Dear Ana <i>Nová</i>, <b>sorry</b>."
    assert "<i>" not in answer
    company = {**draft, "text": "Of {{ company.name }}"}
    missing = (await pages.client.post("/studio/articles/preview", data=company)).text
    assert part(missing, "article-missing").endswith("Missing for this caller: company's name")
    nobody = (await pages.post("/articles/preview", 200, **LETTER)).text
    assert "article-missing" not in nobody
    assert part(nobody, "article-reads") == "Dear …, <b>sorry</b>."


@pytest.mark.parametrize(
    ("fields", "field", "why"),
    [
        ({"text": "Dear {{ custmer.name }}"}, "text", "customer"),
        ({"link": "javascript:alert(1)"}, "link", "begins with https://"),
        ({"title": ""}, "title", "it is empty"),
        ({"key": "new"}, "key", "this word is taken"),
    ],
)
async def test_what_cannot_work_is_named_and_nothing_is_lost(
    pages: Pages, fields: dict[str, str], field: str, why: str
) -> None:
    written = {**LETTER, "keywords": "kept word", "note": "kept note", **fields}
    page = await save(pages, written, 422)
    assert f'href="#article-{field}"' in page
    assert why in part(page, "article-problems")
    assert "kept word" in page
    assert "kept note" in page
    assert "javascript:alert" not in re.findall(r'href="([^"]*)"', page)
    preview = (await pages.post("/articles/preview", 200, **written)).text
    assert f'data-field="{field}"' in preview


async def test_of_two_who_write_the_second_is_shown_both(pages: Pages) -> None:
    await save(pages, QUESTION)
    mine = {**QUESTION, "key": "how-to-return-goods", "based_on": "1"}
    await save(pages, mine, text="Within 30 days.", title="Returns", who=JAN)
    page = await save(pages, mine, 409, text="Within 14 days, free.", note="mine")
    assert part(page, "conflict-they") == "title: How to return goods → Returns text changed"
    assert "Within 30 days." in part(page, "conflict")
    assert "Within 14 days, free." in part(page, "article-text")
    assert 'name="based_on" value="2"' in page
    await save(pages, mine, based_on="2", text="Within 14 days, free.")
    assert "jan@example.org" in part(await pages.get("/articles/how-to-return-goods"), "versions")


async def test_a_key_that_is_taken(pages: Pages) -> None:
    await save(pages, QUESTION)
    page = await save(pages, {**QUESTION, "text": "Another."}, 409)
    assert 'value="how-to-return-goods" maxlength' in page
    assert "there is such an article already" in part(page, "article-problems")
    page = await save(pages, {**QUESTION, "key": "gone", "based_on": "4"}, 409)
    assert "There is no article gone (any more)" in page


async def test_versions_can_be_read_and_compared(pages: Pages) -> None:
    await save(pages, LETTER)
    await save(pages, {**LETTER, "key": "sorry", "based_on": "1", "text": "Dear ‹customer's name›,\nbye."})
    assert "sorry" in part(await pages.get("/articles/sorry/versions/1"), "version-text")
    page = await pages.get("/articles/sorry/compare?from=1&to=2")
    assert part(page, "difference-words") == "text changed"
    assert "+ bye." in part(page, "difference-lines")
    await pages.get("/articles/sorry/compare?from=1&to=x", 404)
    await pages.get("/articles/sorry/versions/9", 404)
    await pages.get("/articles/nothing", 404)


async def test_the_list_says_which_scripts_have_it_beside_them(pages: Pages, now: datetime) -> None:
    await save(pages, QUESTION)
    steps = "steps:\n- {id: a, say: Hi, end: b}\n"
    text = f"script: late\ntitle: Late <order>\narticles: [how-to-return-goods]\n{steps}"
    async with pages.sessions.begin() as session:
        await import_scripts(session, text, publish=True, at=now, there=Surroundings({"how-to-return-goods"}))
        await import_scripts(session, text.replace("late", "draft"), publish=False, at=now)
    listed = await pages.get("/articles")
    assert '<a href="/studio/scripts/late"><bdi>Late &lt;order&gt;</bdi></a>' in listed
    assert "/studio/scripts/draft" in await pages.get("/articles/how-to-return-goods")


async def test_the_archive(pages: Pages) -> None:
    await save(pages, QUESTION)
    await pages.post("/articles/how-to-return-goods/archive")
    assert rows(await pages.get("/articles")) == []
    assert rows(await pages.get("/articles?state=archived")) == ["how-to-return-goods"]
    assert "Bring it back" in await pages.get("/articles/how-to-return-goods?done=archived")
    await pages.post("/articles/how-to-return-goods/restore")
    assert rows(await pages.get("/articles?q=refund")) == ["how-to-return-goods"]
    await pages.post("/articles/nothing/archive", 404)


async def test_forms_from_elsewhere_are_refused(pages: Pages) -> None:
    answer = await pages.client.post("/studio/articles/save", data=QUESTION)
    assert answer.status_code == 403


FILE = """\
article: returns
kind: question
title: How to return goods
text: |
  In any shop.
"""


async def test_articles_from_and_to_a_file(pages: Pages) -> None:
    await save(pages, LETTER)
    assert 'data-testid="import-do"' in await pages.get("/import/articles")
    done = await pages.post("/import/articles", 200, text=FILE)
    assert 'data-imported="1" data-unchanged="0"' in done.text
    again = await pages.post("/import/articles", 200, text=await pages.get("/export/articles"))
    assert 'data-imported="0" data-unchanged="2"' in again.text
    async with pages.sessions() as session:
        newest = await newest_article(session, "returns")
    assert newest is not None
    assert (newest.article.title, newest.note) == ("How to return goods", "Imported from text")
    page = await pages.get("/articles")
    assert sorted(rows(page)) == ["returns", "sorry"]
    assert 'href="/studio/export/articles"' in page
    assert 'href="/studio/import/articles"' in page


async def test_a_file_with_mistakes_imports_nothing(pages: Pages) -> None:
    wrong = FILE.replace("question", "questoin")
    refused = (await pages.post("/import/articles", 422, text=f"{FILE}---\n{wrong}", note="<why>")).text
    assert "text line 8" in refused
    assert "article: returns" in refused
    assert 'value="&lt;why&gt;"' in refused
    assert "There is no article yet" in await pages.get("/articles")
