"""The knowledge base on the desk: beside a script, opened for a caller, and searched."""

from collections.abc import AsyncIterator

import httpx
import pytest

from console.db.engine import Sessions
from console.desk.run_moves import answered
from console.knowledge.article import Article, Kind
from console.knowledge.saving import archive_article, save_article
from console.routes import build_lookup
from console.scripts.actions import By
from tests.browser.world_site import ANA
from tests.conftest import NOW
from tests.console.desk.document import Element, parse
from tests.console.desk.run_stage import SCRIPTS, does, publish, running, takes, talks
from tests.fakes.pages import browser_of, small_app
from tests.fakes.story import Stage, leg_of

pytestmark = pytest.mark.slow  # each plays a call

LEG = leg_of(1)
LETTER = "Dear {{ customer.name }},\n\nyour order {{ late_orders[0].ref }} is <late>.\n{{ agent.name }}"
ARTICLES = (
    Article(
        key="sorry", kind=Kind.LETTER, title="Apology <letter>", text=LETTER, link="https://shop.example/v"
    ),
    Article(
        key="claim",
        kind=Kind.FORM,
        title="Claim",
        text="For {{ company.name }}",
        link="https://shop.example/f",
    ),
    Article(key="returns", kind=Kind.QUESTION, title="How to return goods", text="Use the {{ label }}."),
)
WITH_ARTICLES = SCRIPTS.replace("  priority: 80\n", "  priority: 80\n  articles: [sorry, gone, returns]\n", 1)


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with running(sessions, database_url) as on:
        async with sessions.begin() as session:
            for article in ARTICLES:
                await save_article(session, article, based_on=None, by=By("eva@example.org", NOW))
        await publish(sessions, WITH_ARTICLES)
        async with sessions() as session:
            await on.running.library.refresh(session)
        await talks(on)
        yield on


@pytest.fixture
async def client(on: Stage) -> AsyncIterator[httpx.AsyncClient]:
    state = {"running": on.running, "sessions": on.sessions, "clock": lambda: NOW}
    async with browser_of(small_app(build_lookup(), state, viewer=ANA)) as client:
        yield client


async def opened(client: httpx.AsyncClient, key: str, leg: str = LEG, status: int = 200) -> Element:
    answer = await client.get(f"/desk/articles/{leg}/{key}")
    assert answer.status_code == status
    return parse(answer.text)


def titles(page: Element) -> list[str]:
    return [each.attributes["data-article"] for each in page.every("details")]


async def test_the_keys_go_with_the_pop_and_with_the_run(on: Stage) -> None:
    pop = (await on.desk(1))[LEG]
    assert pop["script"]["articles"] == ["sorry", "gone", "returns"]
    assert (await does(on, answered(None)))["articles"] == ["sorry", "gone", "returns"]
    assert "articles" not in await takes(on, "fallback")


async def test_titles_beside_a_script_stand_in_its_order(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/desk/articles/{LEG}?key=returns&key=gone&key=sorry")
    page = parse(answer.text)
    assert titles(page) == ["returns", "sorry"]
    assert [each.text for each in page.every("summary")] == [
        "Question and answer How to return goods",
        "Letter Apology <letter>",
    ]
    assert page.every("details")[0].attributes["hx-get"] == f"/desk/articles/{LEG}/returns"
    assert (await client.get(f"/desk/articles/{LEG}?key=gone")).text.strip() == ""


async def test_a_letter_is_filled_in_for_the_caller(client: httpx.AsyncClient, on: Stage) -> None:
    page = await opened(client, "sorry")
    assert page.one("article-text").text == f"Dear Jozef Mrkva, your order O-77 is <late>. {ANA.name}"
    assert page.has("article-copy")
    assert page.one("article-link").attributes["href"] == "https://shop.example/v"
    assert not page.has("article-missing")


async def test_a_value_that_is_missing_is_no_error(client: httpx.AsyncClient) -> None:
    page = await opened(client, "claim")
    said = "Missing in this form for this caller: company's name"
    assert page.one("article-missing").text == said
    assert page.one("article-text").text == "For …"


async def test_an_answer_stands_as_it_is_written(client: httpx.AsyncClient) -> None:
    page = await opened(client, "returns")
    assert page.one("article-text").text == "Use the {{ label }}."
    assert not page.has("article-copy")


async def test_what_cannot_be_opened_says_why(client: httpx.AsyncClient, on: Stage) -> None:
    assert "not on your desk" in (await opened(client, "sorry", "another-leg", 403)).text
    assert "not there any more" in (await opened(client, "nothing", status=404)).text
    async with on.sessions.begin() as session:
        await archive_article(session, "sorry", NOW)
    assert "not there any more" in (await opened(client, "sorry", status=404)).text


async def test_articles_are_found_by_words(client: httpx.AsyncClient) -> None:
    page = parse((await client.get(f"/desk/answers/{LEG}?q=apol")).text)
    assert titles(page) == ["sorry"]
    assert [each.text for each in page.every("mark")] == ["Apology"]
    some = parse((await client.get(f"/desk/answers/{LEG}?q=apology+elephant")).text)
    assert "These have some" in some.text
    assert "No article has any" in (await client.get(f"/desk/answers/{LEG}?q=elephant")).text
    assert (await client.get(f"/desk/answers/{LEG}?q=")).text.strip() == ""
