"""Each of the check's findings, seeded once, is found and named in the editor, with a link to its place."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
import pytest

from console.db.engine import Sessions
from console.scripts.library import Library
from console.studio.drawing import draw_script
from console.studio.editing_script import NEW
from console.studio.editing_source import Source
from console.studio.places import TEXT, places_in
from scripts_engine.codec import script_from_dict
from scripts_engine.selection import Index
from tests.console.desk.document import Element
from tests.console.scripts.seeded import FINDINGS, is_error, seeded
from tests.console.studio.editor_pages import SECRET, drawn, ids_of, open_editor
from tests.console.studio.scripts import ODD, USUAL

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

IN_THE_TEXT = {"unknown field"}
"""What is drawn nowhere, so that it can be seen and mended in the text only."""

ELSEWHERE = {"fallback": "at-lines"}  # because of its lines it does not always apply
"""The elements of places that have other names in the page."""


@dataclass(frozen=True)
class Opened:
    """A case as the editor gets it: the draft, the other scripts of its file, and the draft's first line."""

    draft: str
    others: list[str]
    above: int

    @property
    def key(self) -> str:
        return str(Source(self.draft).get(("script",)))


def opened(case: dict[str, Any]) -> Opened:
    """The script that the finding is about is being written; the others of the file are published."""
    texts, line = seeded(case).split("---\n"), case["line"]
    above = ["---\n".join([*texts[:at], ""]).count("\n") for at in range(len(texts))]
    holding = [at for at, lines in enumerate(above) if lines < line]
    at = holding[-1] if line else next(at for at, text in enumerate(texts) if case["change"][1] in text)
    return Opened(texts[at], texts[:at] + texts[at + 1 :], above[at])


@pytest.fixture
def library() -> Library:
    return Library()


@pytest.fixture
async def pages(
    sessions: Sessions, database_url: str, now: datetime, library: Library
) -> AsyncIterator[httpx.AsyncClient]:
    async with open_editor(sessions, database_url, now, library) as client:
        yield client


async def draw(pages: httpx.AsyncClient, text: str, key: str) -> Element:
    form = SECRET | {"source": text, "key": key, "based_on": "1", "edit": "yaml"}
    return drawn(await pages.post("/studio/draft", data=form))


def found_in(page: Element, case: dict[str, Any]) -> Element:
    """What is about the finding; there is no other."""
    told = page.every(data_testid="finding")
    link, *others = sorted(told, key=lambda each: case["says"] not in each.text)
    assert all(any(also in each.text for also in case.get("also", ())) for each in others), case["name"]
    return link


def check(case: dict[str, Any], page: Element, above: int) -> None:
    link, ids = found_in(page, case), ids_of(page)
    assert case["says"] in link.text
    assert case["mend"] in link.text
    assert link.attributes["data-level"] == ("error" if is_error(case) else "warning")
    mark = link.attributes["href"].removeprefix("#")
    assert ids.count(mark) == 1
    assert mark == place_of(case)
    if case["line"]:
        assert int(link.attributes["data-line"]) == case["line"] - above


def place_of(case: dict[str, Any]) -> str:
    place: str = case["place"]
    if case["name"] in IN_THE_TEXT:
        return TEXT
    usual = "at-" + place.partition(": ")[2].replace("[", "-").replace("]", "").replace(".", "-")
    return ELSEWHERE.get(place, usual)


async def test_each_finding_is_named_and_leads_to_its_place(
    pages: httpx.AsyncClient, library: Library
) -> None:
    for case in FINDINGS.values():
        it = opened(case)
        library.index = Index([script_from_dict(Source(text).value) for text in it.others])
        is_new = case["name"] == "two scripts with one key"
        check(case, await draw(pages, it.draft, "" if is_new else it.key), it.above)


@pytest.mark.parametrize(
    "text", [ODD, USUAL, NEW, "script: x\nsteps: [{aks: y}, 5, {id: e, end: x}]\nwhen: x\n"]
)
async def test_every_place_is_in_the_page_once(pages: httpx.AsyncClient, text: str) -> None:
    page = await draw(pages, text, "x")
    ids = Counter(ids_of(page))
    assert [each for each, times in ids.items() if times > 1] == []
    assert places_in(draw_script(Source(text))) - ids.keys() == set()
    anchors = {each.attributes["href"] for each in page.every("a") if each.attributes["href"].startswith("#")}
    assert {anchor.removeprefix("#") for anchor in anchors} - ids.keys() == set()


async def test_a_step_that_cannot_be_read_leads_to_its_line(pages: httpx.AsyncClient) -> None:
    page = await draw(pages, "script: x\ntitle: X\nsteps:\n  - {id: a, say: A, end: b}\n  - aks: y\n", "x")
    assert page.one("as-yaml").attributes["href"] == f"#{TEXT}"
    assert page.one("as-yaml").attributes["data-line"] == "5"


async def test_a_text_that_is_no_yaml_leads_to_its_line(pages: httpx.AsyncClient) -> None:
    page = await draw(pages, "script: x\ntitle: [\n", "x")
    assert page.one("problem-line").text == "YAML line 3"
    assert page.one("problem-line").attributes == page.one("problem-line").attributes | {
        "href": f"#{TEXT}",
        "data-line": "3",
    }


async def test_what_is_not_saved_is_told_in_words_and_leads_to_its_field(pages: httpx.AsyncClient) -> None:
    text = "script: x\ntitle: X\nsteps:\n  - {id: a, say: A, next: b}\n"
    form = SECRET | {"source": text, "key": "", "based_on": "0"}
    page = drawn(await pages.post("/studio/save", data=form))
    told = page.one("refused-finding")
    assert (told.attributes["href"], told.attributes["data-line"]) == ("#at-steps-0-next", "4")
    assert told.text == 'step 1, “A”: where it leads there is no step "b".'
