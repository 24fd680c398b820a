"""The rules of customers at risk in the studio: the same pages as those of hand-over rules."""

from collections.abc import AsyncIterator
from datetime import datetime
from html import unescape

import pytest

from console.db.engine import Sessions
from console.queues.directory import Directory
from console.risk.rule_sets import SETS
from console.studio.routes import build_rules
from tests.console.studio.browsing import EVA, Pages, words_of
from tests.fakes.pages import browser_of, small_app

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OVERDUE = 'rule: overdue\ntitle: Overdue\nwhen: {all: ["cases.overdue >= 1"]}\n'


@pytest.fixture
async def pages(sessions: Sessions, now: datetime) -> AsyncIterator[Pages]:
    state = {"clock": lambda: now, "sessions": sessions, "directory": Directory()}
    async with browser_of(small_app(build_rules(), state, viewer=EVA)) as client:
        yield Pages(client, sessions)


async def save(pages: Pages, source: str) -> str:
    fields = {"source": source, "key": "", "based_on": "0", "note": ""}
    return words_of((await pages.post("/at-risk/save", 200, **fields)).text)


async def test_a_rule_is_written_and_listed(pages: Pages, sessions: Sessions) -> None:
    assert "There is no rule yet" in await pages.get("/at-risk")
    new = await pages.get("/at-risk/new")
    assert "A customer is at risk when" in new
    assert "Then hand over to" not in new
    assert 'value="cases.overdue"' in new
    assert 'value="call.queue"' not in new
    assert 'value="caller.withheld"' not in new
    assert "Saved: it is in force from now on, as version 1." in await save(pages, OVERDUE)
    listed = words_of(await pages.get("/at-risk"))
    assert "Overdue" in listed
    assert "Proposes" not in listed
    assert "Did calls come with" not in listed
    async with sessions() as session:
        assert [rule["rule"] for rule in (await SETS.newest(session)).rules] == ["overdue"]
    assert "Rules of customers at risk, version 1" in await pages.get("/at-risk/versions/1")


async def test_the_title_gives_a_new_rule_its_key(pages: Pages) -> None:
    fields = {"source": (await new_text(pages)), "edit": "rule.title", "at": '["new"]', "value": "Late order"}
    page = (await pages.post("/at-risk/draft", 200, **fields)).text
    assert "rule: late-order" in page


async def new_text(pages: Pages) -> str:
    page = await pages.get("/at-risk/new")
    start = page.index("\n", page.index('name="source"')) + 1
    return unescape(page[start : page.index("</textarea>", start)])


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ('rule: x\ntitle: X\nwhen: {all: ["call.queue = \\"a\\""]}\n', "known only while somebody calls"),
        ("rule: x\ntitle: X\n", "it finds everybody"),
        ('rule: x\ntitle: X\nwhen: {all: ["cases.open >= 1"]}\nline: 2\n', "line"),
    ],
)
async def test_what_cannot_work_is_refused_with_a_sentence(
    pages: Pages, sessions: Sessions, source: str, said: str
) -> None:
    assert said in await save(pages, source)
    async with sessions() as session:
        assert (await SETS.newest(session)).number == 0


async def test_rules_are_put_away_and_moved(pages: Pages, sessions: Sessions) -> None:
    await save(pages, OVERDUE)
    await save(pages, OVERDUE.replace("overdue", "other", 1))
    await pages.post("/at-risk/rules/other/move", 303, by="-1")
    await pages.post("/at-risk/rules/overdue/archive", 303)
    async with sessions() as session:
        rules = (await SETS.newest(session)).rules
    assert [(rule["rule"], rule.get("archived", False)) for rule in rules] == [
        ("other", False),
        ("overdue", True),
    ]


async def test_only_admins_write_them(pages: Pages) -> None:
    answer = await pages.client.get("/studio/at-risk", headers={"role": "supervisor"})
    assert answer.status_code == 403
