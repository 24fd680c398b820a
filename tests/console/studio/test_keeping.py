"""An edit's answer leaves out what the page has already; it becomes the same as when all of it is sent."""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest

from console.db.engine import Sessions
from console.scripts.library import Library
from console.studio.drawing import draw_script
from console.studio.editing_source import Source
from console.studio.keeping import read_signs, signs_of_cards
from tests.console.desk.document import Element
from tests.console.studio.editor_pages import SECRET, drawn, open_editor
from tests.console.studio.scripts import ODD, USUAL

pytestmark = pytest.mark.slow

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MANY = 200
LONG = "\n".join(
    [
        "script: long\ntitle: Long\nsteps:",
        *(f"  - {{id: s{at}, ask: A, answers: {{yes: s{at + 1}, no: s{at + 1}}}}}" for at in range(MANY - 1)),
        f"  - {{id: s{MANY - 1}, end: done}}\n",
    ]
)


@pytest.fixture
async def pages(sessions: Sessions, database_url: str, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    async with open_editor(sessions, database_url, now, Library()) as client:
        yield client


async def post(pages: httpx.AsyncClient, text: str, have: str = "", **fields: str) -> httpx.Response:
    form = SECRET | {"source": text, "stored": text, "key": "x", "based_on": "1", "have": have}
    return await pages.post("/studio/draft", data=form | {"edit": "yaml"} | fields)


def signs(page: Element) -> str:
    return " ".join(each.attributes["data-drawn"] for each in page.every() if "data-drawn" in each.attributes)


def merged(old: Element, new: Element) -> Element:
    """What becomes of a page: what is said to be the same stays."""
    kept = {each.attributes["id"]: each for each in old.every() if "id" in each.attributes}

    def merge(element: Element) -> Element:
        if "data-same" in element.attributes:
            return merge(kept[element.attributes["id"]])
        children = [each if isinstance(each, str) else merge(each) for each in element.children]
        return Element(element.tag, element.attributes, [each for each in children if str(each).strip()])

    return merge(new)


@on_one_database
@pytest.mark.parametrize("text", [USUAL, ODD])
@pytest.mark.parametrize(
    ("edit", "at", "value"),
    [
        ("priority", "[]", "33"),
        ("step.text", '["steps", 0, "say"]', "Hello."),
        ("step.name", '["steps", 1]', "renamed"),
        ("step.add", '["steps", 2]', "capture"),
        ("step.remove", '["steps", 2]', ""),
        ("step.move", '["steps", 1]', "up"),
        ("condition.add", '["when"]', "cases.open"),
        ("nonsense", "[]", ""),
        ("try", "[]", "customer:nobody"),
    ],
)
async def test_what_is_kept_and_what_is_sent_make_the_whole_page(
    pages: httpx.AsyncClient, text: str, edit: str, at: str, value: str
) -> None:
    before = drawn(await post(pages, text))
    said = {"edit": edit, "at": at, "value": value}
    sent = drawn(await post(pages, text, signs(before), **said))
    whole = drawn(await post(pages, text, **said))
    assert any("data-same" in each.attributes for each in sent.every())
    nothing = Element("", {})
    assert merged(before, sent) == merged(nothing, whole)


@on_one_database
async def test_an_edit_of_a_long_script_is_answered_with_little(pages: httpx.AsyncClient) -> None:
    whole = await post(pages, LONG)
    have, said = signs(drawn(whole)), {"edit": "step.text", "at": '["steps", 9, "ask"]', "value": "Really?"}
    answer = await post(pages, LONG, have, **said)
    sent = [each.attributes["data-step"] for each in drawn(answer).every(data_testid="card")]
    assert sent == ["s8", "s9"]  # the one before names it in a menu
    assert len(answer.content) < len(whole.content) / 10


def test_a_card_is_another_one_when_a_step_that_it_leads_to_is_called_otherwise() -> None:
    before, after = (
        signs_of_cards(draw_script(Source(text)))
        for text in (USUAL, USUAL.replace("You have waited too long", "It took too long"))
    )
    changed = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed == [3]
    renamed = signs_of_cards(draw_script(Source(USUAL.replace("Thank you for your patience", "Thanks"))))
    assert [at for at, (old, new) in enumerate(zip(before, renamed, strict=True)) if old != new] == [2, 3]


def test_what_a_page_says_that_it_has() -> None:
    assert read_signs(" ab  cd\n") == {"ab", "cd"}
    assert read_signs("") == frozenset()
