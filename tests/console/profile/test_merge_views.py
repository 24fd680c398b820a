"""The pages on which customers are compared, merged and taken apart."""

from datetime import datetime

import httpx
import pytest
from sqlalchemy import select, update

from console.customers.models import Customer
from console.db.engine import Sessions
from console.profile.duplicates import MOST_LISTED
from tests.console.desk.document import Element, parse
from tests.console.profile.two_records import Person, number, put_together, store

LEADER = {"role": "supervisor"}
HOME, WORK = "+421905111111", "+421905222222"
JANA = Person({"name": "Jana Nová", "notes": "Likes tea"}, "co-1", (number(HOME),), {"vip": 1}, 2)
JANKA = Person(
    {"name": "Janka Nová", "email": "janka@shop.example", "notes": "Likes red"},
    None,
    (number(HOME, shared=False), number(WORK)),
    {"vip": 2, "dog": "Rex"},
    1,
)

Fields = dict[str, str]


@pytest.fixture
async def both(sessions: Sessions, now: datetime) -> None:
    await store(sessions, now, **{"A/1": JANA, "B": JANKA})


def page_of(answer: httpx.Response, status: int = 200) -> Element:
    assert answer.status_code == status
    return parse(answer.text.removeprefix("<!doctype html>"))


async def get(pages: httpx.AsyncClient, path: str, status: int = 200) -> Element:
    return page_of(await pages.get(path, headers=LEADER), status)


def fields_of(page: Element) -> Fields:
    """What a browser would send of the form with a version."""
    [form] = [each for each in page.every("form") if each.every("input", name="version")]
    return {
        each.attributes["name"]: each.attributes["value"]
        for each in form.every("input")
        if each.attributes.get("type") != "radio" or "checked" in each.attributes
    }


async def refs(sessions: Sessions) -> list[str]:
    async with sessions() as session:
        return [*await session.scalars(select(Customer.ref).order_by(Customer.ref))]


@pytest.mark.usefixtures("both")
async def test_the_preview_shows_both_side_by_side(pages: httpx.AsyncClient) -> None:
    page = await get(pages, "/customers/A%2F1/merge?with=B")
    rows = {row.attributes["data-field"]: row for row in page.every("tr") if "data-field" in row.attributes}
    assert [*rows] == ["name", "company", "email", "notes", "attr.dog", "attr.vip"]
    assert "Name of co-1" in rows["company"].text
    assert "is filled in" in rows["email"].text
    assert len(rows["notes"].every("input")) == 3
    assert fields_of(page).keys() == {
        *("csrf_token", "with", "version", "version-other", "take-name", "take-notes", "take-attr.vip")
    }
    assert "same number" in page.text
    assert "Purchases 2 1 together 3" in " ".join(page.text.split())
    assert "joins" in page.one("merge-numbers").text
    assert "+421 " in page.one("merge-numbers").text


@pytest.mark.usefixtures("both")
async def test_the_whole_way(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    fields = fields_of(await get(pages, "/customers/A%2F1/merge?with=B"))
    sent = fields | {"take-name": "other", "take-notes": "both", "take-attr.vip": "nonsense"}
    answer = await pages.post("/customers/A%2F1/merge", data=sent, headers=LEADER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers/A%2F1?was=B")
    assert await refs(sessions) == ["A/1"]
    old = await pages.get("/customers/B")
    assert (old.status_code, old.headers["location"]) == (303, "/customers/A%2F1?was=B")
    page = await get(pages, old.headers["location"])
    assert "Janka Nová ( B ) was merged into this customer" in page.one("was-merged").text
    assert "by ana@shop.example on" in page.one("customer-merges").text
    page = await get(pages, "/customers/A%2F1/unmerge")
    assert "1 purchase, 1 case, 1 call" in page.one("goes-back").text
    assert "Name becomes Jana Nová here" in page.one("goes-back").text
    answer = await pages.post("/customers/A%2F1/unmerge", data=fields_of(page), headers=LEADER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/customers/A%2F1#merges")
    assert await refs(sessions) == ["A/1", "B"]
    for path, told in (("A%2F1", "B was merged into this customer"), ("B", "was merged into A/1")):
        assert told in " ".join((await get(pages, f"/customers/{path}")).one("customer-merges").text.split())


@pytest.mark.usefixtures("both")
async def test_an_agent_sees_what_was_merged_and_changes_nothing(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    assert "/merge" not in (await pages.get("/customers/B")).text
    await put_together(sessions, now, "A/1", "B")
    page = parse((await pages.get("/customers/A%2F1?was=B")).text.removeprefix("<!doctype html>"))
    assert "Janka" in page.one("was-merged").text
    assert not page.every("a", data_testid="customer-unmerge")
    for path in ("merge", "unmerge"):
        assert (await pages.get(f"/customers/A%2F1/{path}")).status_code == 403
        assert (await pages.post(f"/customers/A%2F1/{path}")).status_code == 403
    assert (await pages.get("/duplicates")).status_code == 403
    assert (await pages.post("/duplicates/different")).status_code == 403


@pytest.mark.usefixtures("both")
async def test_only_a_key_that_was_merged_is_told_as_one(pages: httpx.AsyncClient) -> None:
    page = await get(pages, "/customers/A%2F1?was=B")
    assert not page.every("p", data_testid="was-merged")


@pytest.mark.usefixtures("both")
async def test_what_changed_meanwhile_is_told_and_the_choice_stays(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    fields = fields_of(await get(pages, "/customers/A%2F1/merge?with=B")) | {"take-notes": "both"}
    async with sessions.begin() as session:
        await session.execute(update(Customer).where(Customer.ref == "B").values(name="Eva"))
    again = page_of(await pages.post("/customers/A%2F1/merge", data=fields, headers=LEADER), 409)
    assert "Nothing was" in again.one("outdated").text
    assert "Eva" in again.text
    fields = fields_of(again)
    assert fields["take-notes"] == "both"
    assert (await pages.post("/customers/A%2F1/merge", data=fields, headers=LEADER)).status_code == 303
    fields = fields_of(await get(pages, "/customers/A%2F1/unmerge"))
    async with sessions.begin() as session:
        await session.execute(update(Customer).values(name="Eva", segment="gold"))
    again = page_of(await pages.post("/customers/A%2F1/unmerge", data=fields, headers=LEADER), 409)
    assert "Nothing was" in again.one("outdated").text
    assert await refs(sessions) == ["A/1"]
    assert (
        await pages.post("/customers/A%2F1/unmerge", data=fields_of(again), headers=LEADER)
    ).status_code == 303


@pytest.mark.usefixtures("both")
async def test_who_is_gone_or_merged_already_is_said_to_be(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    fields = fields_of(await get(pages, "/customers/A%2F1/merge?with=B"))
    assert "no customer X (any more)" in (await get(pages, "/customers/B/merge?with=X", 404)).text
    assert "nothing to take apart" in (await get(pages, "/customers/B/unmerge", 404)).text
    assert "one and the same" in (await get(pages, "/customers/B/merge?with=B")).text
    await put_together(sessions, now, "A/1", "B")
    told = (await get(pages, "/customers/A%2F1/merge?with=B", 404)).text
    assert "Customer B was merged into A/1 already." in told
    answer = await pages.post("/customers/A%2F1/merge", data=fields, headers=LEADER)
    assert answer.status_code == 404
    answer = await pages.get("/customers/B/change", headers={"role": "admin"})
    assert answer.headers["location"] == "/customers/A%2F1/change"
    sent = {"csrf_token": fields["csrf_token"], "name": "Janka typed"}
    answer = await pages.post("/customers/B/change", data=sent, headers={"role": "admin"})
    assert "merged into A/1 meanwhile: nothing was saved" in page_of(answer, 404).text


@pytest.mark.usefixtures("both")
async def test_a_form_of_another_page_merges_nothing(pages: httpx.AsyncClient, sessions: Sessions) -> None:
    fields = fields_of(await get(pages, "/customers/A%2F1/merge?with=B")) | {"csrf_token": "of another"}
    for path in ("/customers/A%2F1/merge", "/customers/A%2F1/unmerge", "/duplicates/different"):
        assert (await pages.post(path, data=fields, headers=LEADER)).status_code == 403
    assert await refs(sessions) == ["A/1", "B"]


@pytest.mark.usefixtures("both")
async def test_whom_somebody_may_be_merged_with(pages: httpx.AsyncClient) -> None:
    page = await get(pages, "/customers/B/merge")
    [found] = page.every("li", data_ref="A/1")
    assert "same number" in found.text
    [link] = [each for each in found.every("a") if each.text == "Compare"]
    assert link.attributes["href"] == "?with=A/1"


@pytest.mark.usefixtures("both")
async def test_the_list_leads_to_the_preview_and_dismisses_for_good(
    pages: httpx.AsyncClient, sessions: Sessions
) -> None:
    page = await get(pages, "/duplicates")
    [group] = page.every("section", data_testid="duplicate")
    assert "+421 905 111 111" in group.text
    chosen = [
        each.attributes["value"]
        for each in group.every("input", type="radio")
        if "checked" in each.attributes
    ]
    assert chosen == ["A/1", "B"]
    answer = await pages.get("/duplicates/compare?stays=A/1&goes=B", headers=LEADER)
    assert answer.headers["location"] == "/customers/A%2F1/merge?with=B"
    for query in ("", "?stays=B&goes=B", "?stays=B"):
        assert "choose two" in (await get(pages, f"/duplicates/compare{query}", 422)).text
    token = group.every("input", name="csrf_token")[0].attributes["value"]
    sent = {"csrf_token": token, "ref": ["A/1", "B"], "by": "number", "company": "0", "key": ""}
    answer = await pages.post("/duplicates/different", data=sent, headers=LEADER)
    assert answer.headers["location"] == "/duplicates?by=number&company=0&key="
    page = await get(pages, answer.headers["location"])
    assert "Nobody is on record twice" in page.text


async def test_the_list_with_nothing_and_with_very_many(
    pages: httpx.AsyncClient, sessions: Sessions, now: datetime
) -> None:
    for by in ("number", "email", "name", "nonsense"):
        assert "Nobody is on record twice" in (await get(pages, f"/duplicates?by={by}&company=x")).text
    person = Person({"name": "N. N.", "email": "info@shop.example"}, "co-1", (number(HOME),))
    await store(sessions, now, **{f"C{n}": person for n in range(MOST_LISTED + 1)})
    for by, path in (
        ("number", "/search?q=%2B421"),
        ("email", "/search?q=info"),
        ("name", "/companies/co-1"),
    ):
        page = await get(pages, f"/duplicates?by={by}")
        [group] = page.every("section", data_testid="duplicate")
        assert "21 customers have this in common" in group.text
        assert [each.attributes["href"].startswith(path) for each in group.every("a")] == [True]
