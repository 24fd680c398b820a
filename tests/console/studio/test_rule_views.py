"""Hand-over rules in the studio: written with the conditions of scripts, put in order, put away, every
version kept; two admins at once; and how many calls came with what is known of them."""

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from console.calls.models import Call, Pop
from console.db.engine import Sessions
from console.handover.rule_book import RuleBook
from console.handover.rule_sets import SETS
from console.identity.models import User, UserInterface
from console.queues.directory import Directory
from console.queues.models import Queue
from console.studio.routes import build_rules
from tests.console.studio.browsing import EVA, Pages, words_of
from tests.fakes.pages import browser_of, small_app

JAN = "jan@example.org"
LARGE = """\
rule: key-accounts
title: Key accounts
when: attr.employees > 50
queue: key
person: kamil@x.example
"""
REST = "rule: rest\ntitle: All others\nline: 2\n"


@pytest.fixture
async def pages(sessions: Sessions, now: datetime) -> AsyncIterator[Pages]:
    async with sessions.begin() as session:
        kamil = User(
            id=7, email="kamil@x.example", name="Kamil Veľký", role="agent", password_hash="", created_at=now
        )
        kamil.interfaces = [UserInterface(interface="PJSIP/k")]
        session.add_all([kamil, Queue(name="key", title="Key accounts", line=2)])
    directory = Directory()
    async with sessions() as session:
        await directory.refresh(session)
    state = {"clock": lambda: now, "sessions": sessions, "directory": directory}
    async with browser_of(small_app(build_rules(), state, viewer=EVA)) as client:
        yield Pages(client, sessions)


async def save(pages: Pages, source: str, key: str = "", based_on: int = 0, who: str = EVA.email) -> str:
    fields = {"source": source, "key": key, "based_on": str(based_on), "note": "why not"}
    return (await pages.post("/hand-over/save", 200, who=who, **fields)).text


async def edited(pages: Pages, source: str, edit: str, at: str, value: str) -> str:
    """The text after an edit."""
    fields = {"source": source, "edit": edit, "at": at, "value": value}
    page = (await pages.post("/hand-over/draft", 200, **fields)).text
    found = re.search(r'<textarea[^>]* name="source"[^>]*>\n(.*?)</textarea>', page, re.DOTALL)
    assert found is not None
    return found[1].replace("&gt;", ">").replace("&#34;", '"')


def keys(page: str) -> list[tuple[str, str]]:
    return re.findall(r'data-rule="([^"]+)" data-place="(\d)"', page)


async def test_an_empty_list_says_what_to_do(pages: Pages) -> None:
    page = await pages.get("/hand-over")
    assert "There is no rule yet" in page
    assert "No call was handed over and answered in the last 30 days." in page
    assert 'data-testid="rule-editor"' in await pages.get("/hand-over/new")


async def test_a_rule_is_written_with_menus(pages: Pages) -> None:
    source = 'rule: new-rule\ntitle: ""\nline: 2\n'
    source = await edited(pages, source, "rule.title", '["new"]', "Key accounts")
    source = await edited(pages, source, "condition.add", '["when"]', "attr.")
    source = await edited(pages, source, "condition.attribute", '["when", "all", 0]', "employees")
    source = await edited(pages, source, "condition.operator", '["when", "all", 0]', ">")
    source = await edited(pages, source, "condition.value", '["when", "all", 0]', "50")
    source = await edited(pages, source, "rule.name", '["queue"]', "key")
    source = await edited(pages, source, "rule.name", '["person"]', "kamil@x.example")
    source = await edited(pages, source, "rule.line", '["line"]', "")
    page = await save(pages, source)
    assert "Saved: it is in force from now on, as version 1." in page
    async with pages.sessions() as session:
        newest = await SETS.newest(session)
        book = RuleBook()
        await book.refresh(session)
    assert newest.rules == [
        {
            "rule": "key-accounts",
            "title": "Key accounts",
            "when": {"all": ["attr.employees > 50"]},
            "queue": "key",
            "person": "kamil@x.example",
        }
    ]
    target = book.rules.suggest({"attr.employees": 51}, datetime.now().astimezone().date())
    assert target is not None
    assert target.person == "kamil@x.example"


async def test_the_list_tells_it_in_words(pages: Pages) -> None:
    await save(pages, LARGE)
    await save(pages, REST)
    words = words_of(await pages.get("/hand-over"))
    assert "Kamil Veľký · Key accounts" in words
    assert "employees more than 50" in words
    assert "second line" in words


async def test_the_order_is_changed_and_rules_are_put_away(pages: Pages) -> None:
    await save(pages, LARGE)
    await save(pages, REST)
    assert keys(await pages.get("/hand-over")) == [("key-accounts", "1"), ("rest", "2")]
    await pages.post("/hand-over/rules/rest/move", by="-1")
    assert keys(await pages.get("/hand-over")) == [("rest", "1"), ("key-accounts", "2")]
    await pages.post("/hand-over/rules/rest/archive")
    assert keys(await pages.get("/hand-over")) == [("key-accounts", "1"), ("rest", "0")]
    await pages.post("/hand-over/rules/rest/restore")
    assert keys(await pages.get("/hand-over")) == [("rest", "1"), ("key-accounts", "2")]
    await pages.post("/hand-over/versions/2/restore")
    assert keys(await pages.get("/hand-over")) == [("key-accounts", "1"), ("rest", "2")]
    page = await pages.get("/hand-over")
    assert re.findall(r'data-version="(\d)"', page) == ["6", "5", "4", "3", "2", "1"]
    assert "kamil@x.example" in await pages.get("/hand-over/versions/1")
    await pages.get("/hand-over/versions/9", 404)
    await pages.get("/hand-over/rules/nothing", 404)
    await pages.post("/hand-over/rules/nothing/move", 404, by="1")


async def test_two_admins_at_once(pages: Pages) -> None:
    await save(pages, LARGE)
    await save(pages, REST)
    assert "in force" in await save(pages, LARGE.replace("50", "60"), "key-accounts", 2, JAN)
    assert "in force" in await save(
        pages, REST.replace("2", "1"), "rest", 2
    )  # another rule: nobody is in the way
    page = await save(pages, LARGE.replace("50", "70"), "key-accounts", 2)
    assert 'data-testid="conflict"' in page
    assert 'data-version="4"' in page
    assert "attr.employees &gt; 60" in page
    assert "attr.employees &gt; 70" in page
    assert "in force" in await save(pages, LARGE.replace("50", "70"), "key-accounts", 4)
    async with pages.sessions() as session:
        found = (await SETS.newest(session)).rules
    assert [rule.get("when") for rule in found] == ["attr.employees > 70", None]


@pytest.mark.parametrize(
    ("source", "key", "why"),
    [
        ("rule: x\ntitle: x\n", "", "it proposes nobody"),
        (LARGE, "", "there is a rule with this key already"),
        (LARGE.replace("key-accounts", "other"), "key-accounts", "The key of a rule stays as it is"),
        ("rule: [", "", "cannot be read"),
    ],
)
async def test_what_cannot_be_saved_says_why(pages: Pages, source: str, key: str, why: str) -> None:
    await save(pages, LARGE)
    page = await save(pages, source, key, 1)
    assert why in words_of(page)
    async with pages.sessions() as session:
        assert (await SETS.newest(session)).number == 1


async def test_how_many_calls_came_with_what_is_known(pages: Pages, now: datetime) -> None:
    sorts = ["shown", "shown", "late", "not_shown", "unknown", "put", None]
    async with pages.sessions.begin() as session:
        for number, kind in enumerate(sorts):
            at = now - timedelta(days=number)
            of = {"link": "main", "direction": "inbound", "state": "ended", "number": "", "caller_name": ""}
            session.add(Call(id=f"c{number}", started_at=at, **of))
            await session.flush()
            session.add(Pop(id=f"l{number}", call_id=f"c{number}", state="ended", offered_at=at, packet=kind))
        session.add(Call(id="old", started_at=now, **of))
        await session.flush()
        long_ago = now - timedelta(days=31)
        session.add(Pop(id="old", call_id="old", state="ended", offered_at=long_ago, packet="unknown"))
    page = await pages.get("/hand-over")
    assert re.search(r'data-shown="2" data-late="1" data-not-shown="1" data-unknown="1"', page)
    assert re.findall(r'data-testid="packet-without" data-kind="(\w+)"', page) == [
        "late",
        "not_shown",
        "unknown",
    ]
    assert "2 calls that were handed over were shown" in words_of(page)
