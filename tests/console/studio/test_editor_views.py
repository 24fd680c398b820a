"""The pages of the editor: drawn from the text that is posted, stored only by saving."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import event

from console.calls.models import Pick
from console.calls.picks import write_facts
from console.db.engine import Sessions
from console.knowledge.article import Article, Kind
from console.knowledge.saving import save_article
from console.scripts.actions import By, import_scripts
from console.scripts.library import Library
from console.scripts.models import StoredVersion
from console.scripts.queries import latest_version
from console.studio.editor_views import MOST_CHARACTERS
from tests.console.desk.document import Element
from tests.console.facts.records import NUMBER, Records
from tests.console.studio.editor_pages import drawn, open_editor
from tests.console.studio.scripts import USUAL

EDIT = "/studio/scripts/late-delivery/edit"
FALLBACK = "script: fallback\ntitle: Fallback\npriority: 0\nsteps:\n  - {id: a, say: Hi, end: b}\n"


@pytest.fixture
def records(sessions: Sessions, now: datetime) -> Records:
    return Records(sessions, now)


@pytest.fixture
async def pages(sessions: Sessions, database_url: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    """A browser of Ana's; calls get a script for late orders, and a fallback."""
    library = Library()
    async with sessions.begin() as session:
        await import_scripts(session, f"{USUAL}\n---\n{FALLBACK}", publish=True, at=now)
        await library.refresh(session)
    async with open_editor(sessions, database_url, now, library) as client:
        yield client


def yaml_of(page: Element) -> str:
    """The text in the page, as a browser has it: the line feed behind the tag is not part of it."""
    return "".join(str(child) for child in page.one("yaml").children).removeprefix("\n")


async def post(pages: httpx.AsyncClient, path: str = "/studio/draft", **fields: str) -> httpx.Response:
    usual = {"csrf_token": "secret-of-ana", "source": USUAL, "key": "late-delivery", "based_on": "1"}
    return await pages.post(path, data=usual | fields)


async def test_only_admins(pages: httpx.AsyncClient) -> None:
    for role in ("agent", "supervisor"):
        for path in ("/studio/new", EDIT, "/studio/people"):
            assert (await pages.get(path, headers={"role": role})).status_code == 403
    assert (await pages.post("/studio/draft", data={"source": USUAL})).status_code == 403
    assert (await pages.post("/studio/save", data={"source": USUAL})).status_code == 403


async def test_a_new_script(pages: httpx.AsyncClient) -> None:
    page = drawn(await pages.get("/studio/new"))
    assert page.one("editor").attributes["data-version"] == "0"
    assert "always" in page.one("when").text
    assert page.has("findings-more")
    assert [each.text for each in page.every(data_testid="finding")] == [
        "its title this is empty.",
        "step 1 (say) this is empty.",
    ]


async def test_a_stored_script(pages: httpx.AsyncClient) -> None:
    page = drawn(await pages.get(EDIT))
    assert yaml_of(page) == USUAL
    assert page.one("title").attributes["value"] == "Apologise for a late delivery"
    assert len(page.every(data_testid="card")) == 10
    assert len(page.every(data_testid="map-step")) == 10
    assert (await pages.get("/studio/scripts/nothing/edit")).status_code == 404


async def test_an_edit(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    at = '["when", "all", 1]'
    page = drawn(await post(pages, edit="condition.value", at=at, value="4"))
    assert yaml_of(page) == USUAL.replace("late_open >= 1", "late_open >= 4")
    page = drawn(await post(pages, edit="condition.add", at='["when"]', value="cases.open"))
    assert page.one("editor").attributes["data-focus"] == "at-when-all-2"
    page = drawn(await post(pages, edit="condition.value", at=at, value="many"))
    assert page.one("problem").text == '"many" is no number.'
    assert yaml_of(page) == USUAL
    page = drawn(await post(pages, edit="step.remove", at='["steps", 1]'))
    assert "which is gone" in page.one("told").text
    async with sessions() as session:
        version = await latest_version(session, "late-delivery")
    assert version is not None
    assert version.text == USUAL


@pytest.mark.parametrize(("at", "edit"), [("0", "step.text"), ("7", "argument")])
async def test_a_long_text_is_kept_and_named(pages: httpx.AsyncClient, at: str, edit: str) -> None:
    name = ', "say"' if edit == "step.text" else ', "with", "subject"'
    page = drawn(await post(pages, edit=edit, at=f'["steps", {at}{name}]', value="x" * 5000))
    assert "x" * 5000 in yaml_of(page)
    assert any("4000" in each.text and "5000" in each.text for each in page.every(data_testid="finding"))
    card = page.every(data_testid="card")[int(at)]
    fields = [each for each in card.every(data_edit=edit) if "x" * 5000 in (each.text + str(each.attributes))]
    assert ["maxlength" in each.attributes for each in fields] == [False]


@pytest.mark.parametrize(
    ("priority", "words"),
    [
        ("50", "Give this script always, when nothing more specific applies."),
        ("0", "Give this script always, when nothing more specific applies."),
        ("60", "Give this script always, also where a more specific one of a lower priority applies."),
    ],
)
async def test_a_script_for_every_call(pages: httpx.AsyncClient, priority: str, words: str) -> None:
    text = f"{FALLBACK.replace('priority: 0', '')}priority: {priority}\n"
    page = drawn(await post(pages, source=text, edit="yaml"))
    assert words in page.one("when").text


async def test_which_offer_is_made(pages: httpx.AsyncClient) -> None:
    offer = "  - {id: card, do: offer, with: {offer: loyalty-10}, next: greet}\n  - id: greet\n"
    page = drawn(await post(pages, source=USUAL.replace("  - id: greet\n", offer, 1), edit="yaml"))
    assert page.every(data_testid="reads")[0].one("reads-with").text == "offer: loyalty-10"
    assert "loyalty-10" in page.every(data_testid="map-step")[0].text
    assert not page.every(data_testid="reads")[1].every(data_testid="reads-with")


async def test_a_text_that_is_no_yaml(pages: httpx.AsyncClient) -> None:
    for path in ("/studio/draft", "/studio/save"):
        answer = await post(pages, path, source=USUAL + "x: [\n", edit="yaml")
        assert answer.headers["HX-Retarget"] == "#yaml-problem"
        assert "YAML line" in drawn(answer).one("no-yaml").text


async def test_a_text_that_is_too_long(pages: httpx.AsyncClient) -> None:
    answer = await post(pages, source=f"{USUAL}# {'x' * MOST_CHARACTERS}\n")
    assert answer.status_code == 400
    assert "import it as a file" in answer.text


async def test_saving(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    text = USUAL.replace("late_open >= 1", "late_open >= 2  # why")
    answer = await post(pages, "/studio/save", source=text, note="two is late")
    assert answer.headers["HX-Replace-Url"] == EDIT
    page = drawn(answer)
    assert "version 2" in page.one("told").text
    assert page.one("editor").attributes["data-version"] == "2"
    async with sessions() as session:
        version = await latest_version(session, "late-delivery")
    assert version is not None
    assert (version.text, version.note, version.author) == (text, "two is late", "ana@shop.example")
    answer = await post(pages, "/studio/save", source=text, based_on="2", value="publish")
    assert answer.headers["HX-Redirect"] == "/studio/scripts/late-delivery/publish?version=2"


async def test_what_cannot_work_is_not_saved(pages: httpx.AsyncClient) -> None:
    page = drawn(await post(pages, "/studio/save", source=USUAL.replace("next: wish", "next: wsh"), note="n"))
    assert "there is no step" in page.one("refused").text
    assert page.one("note").attributes["value"] == "n"
    other = FALLBACK.replace("fallback", "other")
    page = drawn(await post(pages, "/studio/save", source=other, key="", based_on="3"))
    assert "There is no script other" in page.one("problem").text
    assert yaml_of(page) == other


async def test_two_who_save(pages: httpx.AsyncClient) -> None:
    await post(pages, "/studio/save", source=USUAL.replace("Apologise", "Theirs"))
    mine = USUAL.replace("Apologise", "Mine")
    page = drawn(await post(pages, "/studio/save", source=mine, note="mine"))
    assert page.one("conflict").attributes["data-version"] == "2"
    assert "Theirs" in page.one("conflict-theirs").text
    assert "title: " in page.one("conflict-they").text
    assert yaml_of(page) == mine
    assert "Saved as version 3" in (await post(pages, "/studio/save", source=mine, based_on="2")).text


async def test_a_new_script_under_a_key_that_is_taken(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    mine = USUAL.replace("Apologise", "Mine")
    page = drawn(await post(pages, "/studio/save", source=mine, key="", based_on="0", note="why"))
    assert page.one("problem").text == (
        "Nothing was saved yet: the key late-delivery is taken, choose another. What you wrote is kept."
    )
    assert not page.every(data_testid="conflict")
    assert page.one("editor").attributes["data-focus"] == "key-field"
    assert (yaml_of(page), page.one("note").attributes["value"]) == (mine, "why")
    async with sessions() as session:
        version = await latest_version(session, "late-delivery")
    assert version is not None
    assert version.number == 1


async def test_who_is_tried(pages: httpx.AsyncClient, records: Records) -> None:
    customer = await records.customer("C-1", NUMBER, name="Zuzana Kováčová")
    await records.purchase(
        customer, records.ago(days=20), status="shipped", promised_at=records.ago(days=6), ref="O-7"
    )
    page = drawn(await post(pages, edit="try", value="customer:C-1"))
    assert page.one("verdict").attributes["data-outcome"] == "picked"
    assert "1 order is late" in page.one("verdict").text
    assert "O-7" in page.every(data_testid="reads")[0].text
    page = drawn(await post(pages, edit="facts", who="customer:C-1", **{"fact.purchases.late_open": "0"}))
    assert page.one("verdict").attributes["data-outcome"] == "not"
    assert "no order is late" in page.one("verdict").text
    page = drawn(await post(pages, edit="try", value="customer:C-2"))
    assert page.one("tried").text == "This customer is not there any more."


@pytest.mark.slow
async def test_past_calls(pages: httpx.AsyncClient, records: Records) -> None:
    customer = await records.customer("C-1", NUMBER, name="Zuzana Kováčová")
    await records.call(customer, records.ago(hours=1), queue="support", line=2)
    await records.call(None, records.ago(hours=2))
    await records.call(None, records.ago(hours=3), number="")
    await records.call(None, records.ago(hours=4), erased=True)
    page = drawn(await pages.get(EDIT))
    told = [option.text.split(", ", 3)[-1] for option in page.one("try-call").every("option")[1:]]
    assert told == ["Zuzana Kováčová, support", NUMBER, "withheld number"]
    for call, label in (
        ("call-1", "Zuzana"),
        ("call-2", "Zuzana"),
        ("call-3", "withheld"),
        ("call-4", "not there"),
    ):
        page = drawn(await post(pages, edit="try", value=f"call:{call}"))
        assert label in page.one("tried").text, call


async def test_a_past_call_is_tried_by_the_facts_as_they_were(
    pages: httpx.AsyncClient, records: Records, now: datetime
) -> None:
    await records.call(None, records.ago(hours=1))
    facts = write_facts({"caller.known": True, "purchases.late_open": 3})
    pick = {"call_id": "call-1", "today": now.date(), "facts": facts}
    await records.add(Pick(id="leg-1", at=records.ago(hours=1), **pick))
    page = drawn(await post(pages, edit="try", value="call:call-1"))
    assert page.one("verdict").attributes["data-outcome"] == "picked"
    assert "3 orders are late" in page.one("verdict").text


async def test_people(pages: httpx.AsyncClient) -> None:
    assert "Nobody is found" in (await pages.get("/studio/people?q=xyz")).text
    assert (await pages.get("/studio/people?q=")).text.strip() == ""


async def test_a_stored_script_that_the_form_cannot_show(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.begin() as session:
        odd = FALLBACK.replace("{id: a", "&x {id: a")
        session.add(
            StoredVersion(
                key="fallback",
                version=2,
                document={"script": "fallback"},
                source=odd + "y: *x\n",
                created_at=now,
            )
        )
    page = drawn(await pages.get("/studio/scripts/fallback/edit"))
    assert "write it out" in page.one("unreadable").text


async def test_articles_beside_the_script(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.begin() as session:
        article = Article(key="sorry", kind=Kind.LETTER, title="Say <sorry>", text="Sorry.")
        await save_article(session, article, based_on=None, by=By("eva@example.org", now))
    page = drawn(await pages.get("/studio/scripts/late-delivery/edit"))
    assert page.one("article.add").attributes["data-options"] == "articles"
    [menu] = page.every("template", id="options-articles")
    assert menu.every("option", value="sorry")[0].text == "Say <sorry>"
    source = USUAL.replace("steps:", "articles: [sorry, gone]\nsteps:")
    fields = {"csrf_token": "secret-of-ana", "source": source, "edit": "yaml", "at": "[]"}
    answer = (await pages.post("/studio/draft", data=fields)).text
    assert 'data-article="sorry"' in answer
    assert "Say &lt;sorry&gt;" in answer
    assert "there is no article &#34;gone&#34;, or not any more; write it, or take it out." in answer


async def test_an_edit_reads_the_articles_once(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    async with sessions() as session:
        engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    await post(pages, edit="title", at="[]", value="Sorry")
    event.remove(engine, "before_cursor_execute", note)
    assert sum("FROM articles" in statement for statement in asked) == 1
