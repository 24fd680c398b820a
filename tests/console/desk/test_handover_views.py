"""The addresses at which a call is handed over and answered for, and whom the rules propose."""

from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import select

from console.db.engine import Sessions
from console.desk.proposing import suggested_target
from console.handover.models import Handover, HandoverAnswer
from console.handover.rule_book import RuleBook
from console.handover.rule_document import read_rules
from console.handover.rules import Rules
from console.queues.directory import Directory
from console.routes import build_handover
from tests.conftest import NOW
from tests.console.desk.document import parse
from tests.console.desk.learning_stage import ANA, heard
from tests.console.desk.run_stage import running, talks
from tests.fakes.pages import ZONE, browser_of, small_app
from tests.fakes.story import Stage, leg_of

pytestmark = pytest.mark.slow  # each plays a whole call

POP = f"/desk/pops/{leg_of(1)}"
LATE = {
    "rule": "late",
    "title": "Late orders",
    "when": "purchases.late_open >= 1",
    "person": "a3@x.example",
    "queue": "second",
    "line": 2,
}


@pytest.fixture
async def on(sessions: Sessions, database_url: str) -> AsyncIterator[Stage]:
    async with running(sessions, database_url) as on:
        await talks(on)
        yield on


@pytest.fixture
def book() -> RuleBook:
    book = RuleBook()
    book.rules = Rules(read_rules({"rules": [LATE]}))
    return book


@pytest.fixture
async def client(on: Stage, book: RuleBook) -> AsyncIterator[httpx.AsyncClient]:
    """Ana's browser; she talks with Jozef."""
    directory = Directory()
    async with on.sessions() as session:
        await directory.refresh(session)
    state = {
        "sessions": on.sessions,
        "bus": on.bus,
        "clock": lambda: NOW,
        "knowledge": on.running.knowledge,
        "directory": directory,
        "rule_book": book,
    }
    async with browser_of(
        small_app(build_handover(), state, viewer=ANA), **{"X-CSRF-Token": ANA.csrf}
    ) as client:
        yield client


async def test_why_is_saved_as_it_is_typed(client: httpx.AsyncClient, on: Stage) -> None:
    for text in ("Wants", "Wants his\r\nmoney", "Wants his\r\nmoney"):
        answer = await client.post(f"{POP}/hand-over", data={"reason": text})
        assert (answer.status_code, answer.text) == (200, "")
    await heard(on)
    assert (await on.desk(1))[leg_of(1)]["handed"] == "Wants his\nmoney"
    async with on.sessions() as session:
        [stored] = await session.scalars(select(Handover))
    assert (stored.reason, stored.user_id, stored.call_id) == ("Wants his\nmoney", 1, on.call)


@pytest.mark.parametrize(
    ("path", "fields", "status", "why"),
    [
        ("hand-over", {"reason": "x" * 1001}, 422, "Up to 1000 characters fit here; these are 1001."),
        ("answer", {"kind": "", "text": ""}, 422, "Say whether you take the call over"),
        ("answer", {"kind": "sent_back", "text": " "}, 422, "Say in a few words why it goes back"),
        ("answer", {"kind": "asked"}, 422, "Say what you want to know."),
        ("answer", {"kind": "taken"}, 403, "Nobody handed this call over to you"),
    ],
)
async def test_what_cannot_be_said_says_why(  # noqa: PLR0917 (a table)
    client: httpx.AsyncClient, on: Stage, path: str, fields: dict[str, str], status: int, why: str
) -> None:
    answer = await client.post(f"{POP}/{path}", data=fields)
    assert (answer.status_code, why in parse(answer.text).text) == (status, True)
    async with on.sessions() as session:
        assert not (await session.scalars(select(HandoverAnswer))).all()


async def test_a_form_of_another_page_is_refused(client: httpx.AsyncClient) -> None:
    for path in ("hand-over", "answer"):
        answer = await client.post(f"{POP}/{path}", headers={"X-CSRF-Token": "other"})
        assert answer.status_code == 403


async def test_whom_the_rules_propose(client: httpx.AsyncClient, book: RuleBook) -> None:
    answer = parse((await client.get(f"{POP}/hand-over")).text)
    target = answer.one("hand-over-target").attributes
    assert {name: target[f"data-{name}"] for name in ("person", "queue", "line", "dials")} == {
        "person": "a3@x.example",
        "queue": "second",
        "line": "2",
        "dials": "1003",
    }
    assert answer.text.startswith("Goes to: Cyril · Second line · second line dial 1003 Late orders : Chosen")
    assert answer.one("hand-over-use").attributes["data-use-target"] == "1003"
    book.rules = Rules()
    assert (await client.get(f"{POP}/hand-over")).text.strip() == ""
    assert (await client.get("/desk/pops/elsewhere/hand-over")).status_code == 403


def test_the_function_for_a_transfer(book: RuleBook) -> None:
    target = suggested_target(book.rules, {"purchases.late_open": 2}, NOW, ZONE)
    assert target is not None
    assert (target.line, target.queue, target.person) == (2, "second", "a3@x.example")
    assert suggested_target(book.rules, {}, NOW, ZONE) is None
