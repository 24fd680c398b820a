"""Admins say how calls of each queue are finished: what they type is read whole, nothing is lost, nobody is
overwritten."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from console.admin.queue_form import read_fields, write_fields
from console.admin.queue_views import PATH
from console.db.engine import Sessions
from console.db.revision import revisions
from console.errors import InvalidError
from console.identity.models import Role
from console.identity.permissions import Permission, role_may
from console.queues.actions import LONGEST_OUTCOME, MOST_OUTCOMES, QUEUES, QueueChange, set_queue
from console.queues.models import Queue
from console.routes import build_queues
from tests.console.desk.document import Element, parse
from tests.fakes.pages import ANA_AS_ADMIN, browser_of, small_app

SALES = "sales/1"
SEEN = {"seen_wrap_up_s": "30", "seen_outcome_required": "", "seen_outcomes": ""}
TYPED = {"wrap_up_s": "45", "outcome_required": "yes", "outcomes": "sold\r\n\r\n wants  an offer\nsold"}


def test_the_fields_hold_the_queue() -> None:
    queue = Queue(name="x", wrap_up_s=0, outcome_required=True, outcomes=["sold", "not sold"])
    fields = write_fields(queue)
    assert fields == {"wrap_up_s": "0", "outcome_required": "yes", "outcomes": "sold\nnot sold"}
    assert read_fields(fields) == QueueChange(
        wrap_up_s=0, outcome_required=True, outcomes=["sold", "not sold"]
    )


def test_as_people_type() -> None:
    change = read_fields(TYPED | {"wrap_up_s": " 45 "})
    assert change == QueueChange(wrap_up_s=45, outcome_required=True, outcomes=["sold", "wants an offer"])
    assert read_fields({"wrap_up_s": "1"}) == QueueChange(wrap_up_s=1, outcome_required=False, outcomes=[])


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("wrap_up_s", "", "a number of seconds"),
        ("wrap_up_s", "-1", "a number of seconds"),
        ("wrap_up_s", "86401", "from 0 to 86400"),
        ("wrap_up_s", "9" * 5000, "from 0 to 86400"),
        ("outcomes", "x" * (LONGEST_OUTCOME + 1), f"longer than {LONGEST_OUTCOME}"),
        ("outcomes", "so\u202eld", "characters that nobody sees"),
        ("outcomes", "\n".join(map(str, range(MOST_OUTCOMES + 1))), f"more than {MOST_OUTCOMES}"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(field: str, typed: str, why: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_fields({"wrap_up_s": "30", field: typed})
    [problem] = refused.value.problems
    assert (problem.where, why in problem.why) == (field, True)


@pytest.fixture
async def admin(sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:
    app = small_app(build_queues(), {"sessions": sessions}, viewer=ANA_AS_ADMIN)
    async with browser_of(app) as browser:
        yield browser


@pytest.fixture
async def two(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await set_queue(session, SALES, QueueChange(title="<b>Sales"))
        await set_queue(session, "second", QueueChange(line=2, outcomes=["solved"], wrap_up_s=5))


async def drawn(admin: httpx.AsyncClient, query: str = "") -> Element:
    return parse((await admin.get(PATH + query)).text.removeprefix("<!doctype html>"))


async def saves(admin: httpx.AsyncClient, name: str = "sales%2F1", **more: str) -> httpx.Response:
    data = {"csrf_token": ANA_AS_ADMIN.csrf, **SEEN, **TYPED, **more}
    return await admin.post(f"{PATH}/{name}", data=data)


async def stored(sessions: Sessions, name: str = SALES) -> tuple[Any, ...]:
    async with sessions() as session:
        queue = await session.get_one(Queue, name)
        return queue.wrap_up_s, queue.outcome_required, queue.outcomes


async def test_without_queues_it_says_how_to_set_one_up(admin: httpx.AsyncClient) -> None:
    assert "lineside queue set" in (await drawn(admin)).one("no-queues").text


@pytest.mark.usefixtures("two")
async def test_each_queue_has_its_form(admin: httpx.AsyncClient) -> None:
    page = await drawn(admin)
    sales, second = page.every("form", data_testid="queue")
    assert "<b>Sales sales/1 · first line" in sales.text
    assert "resolved , information given" in sales.text
    assert second.one("queue-outcomes").text == "solved"
    assert second.one("queue-wrap-up").attributes["value"] == "5"
    assert "checked" not in second.one("queue-required").attributes


@pytest.mark.usefixtures("two")
async def test_what_is_saved_counts_for_running_processes(
    admin: httpx.AsyncClient, sessions: Sessions
) -> None:
    async with sessions() as session:
        before = (await revisions(session))[QUEUES]
    answer = await saves(admin)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?saved=sales%2F1")
    assert await stored(sessions) == (45, True, ["sold", "wants an offer"])
    assert await stored(sessions, "second") == (5, False, ["solved"])
    async with sessions() as session:
        assert (await revisions(session))[QUEUES] > before
        assert (await session.get_one(Queue, SALES)).title == "<b>Sales"
    page = await drawn(admin, "?saved=sales%2F1")
    assert [form.has("queue-saved") for form in page.every("form", data_testid="queue")] == [True, False]


@pytest.mark.usefixtures("two")
async def test_what_is_wrong_is_said_and_stays(admin: httpx.AsyncClient, sessions: Sessions) -> None:
    answer = await saves(admin, wrap_up_s="soon")
    page = parse(answer.text.removeprefix("<!doctype html>"))
    form = page.one("queue", data_name=SALES)
    assert (answer.status_code, form.one("queue-wrap-up").attributes["value"]) == (422, "soon")
    assert "Write a number of seconds" in form.text
    assert "wants  an offer" in form.one("queue-outcomes").text or "wants an offer" in form.text
    assert "Nothing was saved" not in page.one("queue", data_name="second").text
    assert await stored(sessions) == (30, False, None)


@pytest.mark.usefixtures("two")
async def test_of_two_admins_the_second_is_told_and_may_insist(
    admin: httpx.AsyncClient, sessions: Sessions
) -> None:
    assert (await saves(admin)).status_code == 303
    answer = await saves(admin, wrap_up_s="60", outcomes="other")
    form = parse(answer.text.removeprefix("<!doctype html>")).one("queue", data_name=SALES)
    assert (answer.status_code, form.has("queue-overtaken")) == (409, True)
    assert form.one("queue-wrap-up").attributes["value"] == "60"
    assert (await stored(sessions))[0] == 45
    hidden = {
        each.attributes["name"]: each.attributes["value"] for each in form.every("input", type="hidden")
    }
    assert (await saves(admin, **{**hidden, "wrap_up_s": "60", "outcomes": "other"})).status_code == 303
    assert await stored(sessions) == (60, True, ["other"])


@pytest.mark.usefixtures("two")
async def test_a_queue_that_is_not_there_and_another_page(admin: httpx.AsyncClient) -> None:
    assert (await saves(admin, "nowhere")).status_code == 404
    assert (await saves(admin, csrf_token="of somebody else")).status_code == 403


def test_only_admins_may() -> None:
    assert [role_may(role, Permission.QUEUES_SET) for role in Role] == [role is Role.ADMIN for role in Role]
