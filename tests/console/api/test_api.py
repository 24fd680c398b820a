"""The API of a whole console on both databases: what other software relies on."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.api.openapi import CALL, IDENTIFIED, LEG, PICKED, POP, VISIT
from console.app import Parts, create_app, open_parts
from console.calls.recorder import write
from console.customers.models import Company
from console.identity.permissions import Scope
from console.identity.tokens import add_token
from console.scripts.actions import import_scripts
from console.settings import Link, Settings
from tests.conftest import NOW
from tests.console.calls.test_recorder import ringing
from tests.console.facts.records import Records
from tests.fakes.story import JOZEF, people

pytestmark = pytest.mark.slow  # each opens a whole console

OFFICE = "+421259301111"

SCRIPTS = """
- script: late-delivery
  title: Apologise for a late delivery
  priority: 80
  when:
    all:
      - purchases.late_open >= 1
      - not: caller.match = "many"
  steps: [{id: greet, say: "Good day.", end: done}]
- script: fallback
  title: Anything else
  steps: [{id: greet, say: "Good day.", end: done}]
"""


@pytest.fixture
async def parts(database_url: str) -> AsyncIterator[Parts]:
    settings = Settings(database_url=database_url)
    async with open_parts(settings, listens=False) as before:
        await people(before.sessions)
        async with before.sessions.begin() as session:
            await import_scripts(session, SCRIPTS, publish=True, at=NOW)
    async with open_parts(settings, listens=True) as parts:
        yield parts


@asynccontextmanager
async def client_of(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with parts.sessions.begin() as session:
        token = await add_token(session, "tests", set(Scope) - {Scope.BOARD_READ}, NOW)
    async with httpx.ASGITransport(create_app(parts)) as transport:
        headers = {"Authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(transport=transport, base_url="http://t", headers=headers) as client:
            yield client


@pytest.fixture
async def api(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(parts) as client:
        yield client


async def test_identify_says_who_and_how(api: httpx.AsyncClient) -> None:
    answer = (await api.get("/api/v1/identify", params={"number": "0905 123 456"})).json()
    assert (answer["outcome"], answer["number"], answer["e164"], answer["region"]) == (
        "one",
        "0905 123 456",
        JOZEF,
        "SK",
    )
    assert answer["matches"] == [
        {
            "ref": "C-1",
            "name": "Jozef Mrkva",
            "company": None,
            "strength": "exact",
            "why": "Exact match on the mobile number",
        }
    ]
    assert answer["steps"] == [
        'Number given: "0905 123 456".',
        "Read as dialled in SK.",
        "E.164 form +421905123456, a number of SK.",
        "Exact match on the mobile number.",
    ]
    assert answer["set_aside"] == []
    assert set(answer) == set(IDENTIFIED["properties"])


async def test_a_plus_that_nobody_escaped_is_a_plus(api: httpx.AsyncClient) -> None:
    answer = (await api.get(f"/api/v1/identify?number={JOZEF}")).json()
    assert (answer["number"], answer["outcome"]) == (JOZEF, "one")


async def test_identify_of_a_withheld_number_names_nobody(api: httpx.AsyncClient) -> None:
    answer = (await api.get("/api/v1/identify", params={"number": "anonymous"})).json()
    assert (answer["outcome"], answer["number"], answer["e164"], answer["matches"]) == (
        "withheld",
        "",
        None,
        [],
    )


@pytest.mark.parametrize("spelling", ["", "anonymous", "sip:0905123456@anonymous.invalid", "+266696687"])
async def test_a_withheld_number_shows_neither_number_nor_record(
    api: httpx.AsyncClient, spelling: str
) -> None:
    answer = (await api.get("/api/v1/identify", params={"number": spelling})).json()
    steps = answer.pop("steps")
    assert answer == {
        "outcome": "withheld",
        "number": "",
        "e164": None,
        "region": None,
        "matches": [],
        "set_aside": [],
    }
    assert steps[-1] == "The caller withholds the number."
    assert not any(character.isdecimal() for step in steps for character in step)


async def test_identify_of_a_shared_number_lists_who_it_may_be(parts: Parts, api: httpx.AsyncClient) -> None:
    records = Records(parts.sessions, NOW)
    acme = Company(ref="A", name="Acme")
    await records.add(acme)
    await records.customer("C-2", OFFICE, id=2, name="Zora", company_id=acme.id)
    await records.customer("C-3", OFFICE, id=3, name="Adam", company_id=acme.id)
    answer = (await api.get("/api/v1/identify", params={"number": OFFICE})).json()
    assert (answer["outcome"], [match["ref"] for match in answer["matches"]]) == ("shared", ["C-3", "C-2"])
    assert answer["steps"][-1] == "All who have it belong to Acme."


async def test_identify_of_many_lists_the_likeliest_first(parts: Parts, api: httpx.AsyncClient) -> None:
    records = Records(parts.sessions, NOW)
    adam = await records.customer("C-2", OFFICE, id=2, name="Adam")
    zora = await records.customer("C-3", OFFICE, id=3, name="Zora")
    await records.case(zora, records.ago(days=1))
    await records.customer("C-4", OFFICE, id=4, name="Ema")
    answer = (await api.get("/api/v1/identify", params={"number": OFFICE})).json()
    assert answer["outcome"] == "many"
    assert [(match["ref"], match["why"]) for match in answer["matches"]] == [
        ("C-3", "Exact match on the mobile number; 1 open case"),
        (adam.ref, "Exact match on the mobile number"),
        ("C-4", "Exact match on the mobile number"),
    ]
    assert answer["steps"][-1] == "3 customers who have no company in common have this number."


async def test_identify_of_nobody_lists_the_weak_and_who_was_set_aside(
    parts: Parts, api: httpx.AsyncClient
) -> None:
    records = Records(parts.sessions, NOW)
    for place, e164 in {2: OFFICE, 3: "+4559301111", 4: "+421905301111"}.items():
        await records.customer(f"C-{place}", e164, id=place)
    answer = (await api.get("/api/v1/identify", params={"number": "5930 1111"})).json()
    assert (answer["outcome"], answer["e164"]) == ("none", None)
    [match] = answer["matches"]
    assert (match["ref"], match["strength"]) == ("C-2", "weak")
    assert match["why"] == "Only the last 8 digits are the same"
    assert {(each["ref"], each["why"]) for each in answer["set_aside"]} == {
        ("C-3", "+4559301111 ends alike, but is in another country: a different telephone"),
        ("C-4", "+421905301111 only has the same last 6 digits: a different telephone"),
    }


async def test_identify_reads_numbers_as_the_link_says(database_url: str) -> None:
    link = Link("ami", "branch", region="DK", prefix="9", bare_e164=True, extensions=(3, 4))
    settings = Settings(database_url=database_url, links=(link,))
    async with open_parts(settings, listens=False) as parts, client_of(parts) as api:
        query = {"number": "94532123456", "link": "branch"}
        answer = (await api.get("/api/v1/identify", params=query)).json()
        assert answer["e164"] == "+4532123456"
        assert "Removed the outside-line prefix 9." in answer["steps"][1]
        answer = (await api.get("/api/v1/identify", params=query | {"number": "1001"})).json()
        assert (answer["outcome"], answer["steps"][-1]) == ("none", "The number is an internal extension.")
        answer = (await api.get("/api/v1/identify", params=query | {"link": "brunch"})).json()
        assert answer["errors"] == [{"where": "link", "why": "there is no link 'brunch'; there are: branch"}]


async def test_identify_names_every_mistake(api: httpx.AsyncClient) -> None:
    answer = await api.get("/api/v1/identify", params={"numbr": JOZEF})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert {error["where"] for error in answer.json()["errors"]} == {"number", "numbr"}


@pytest.mark.parametrize(
    "address", ["identify?number=1&number=2", "customers?number=1", "customers?limit=1&limit=2"]
)
async def test_nothing_in_a_query_is_taken_silently(api: httpx.AsyncClient, address: str) -> None:
    answer = await api.get(f"/api/v1/{address}")
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["where"] == address.partition("?")[2].partition("=")[0]


async def test_identify_reads_numbers_of_another_country(api: httpx.AsyncClient) -> None:
    answer = (await api.get("/api/v1/identify", params={"number": "32123456", "region": "dk"})).json()
    assert (answer["e164"], answer["outcome"]) == ("+4532123456", "none")


@pytest.mark.parametrize(("what", "why"), [("region", "no country code"), ("link", "no link")])
async def test_identify_refuses_a_place_that_there_is_not(
    api: httpx.AsyncClient, what: str, why: str
) -> None:
    answer = await api.get("/api/v1/identify", params={"number": JOZEF, what: "qq"})
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["where"] == what
    assert why in error["why"]


async def test_pick_explains_itself(api: httpx.AsyncClient) -> None:
    answer = (await api.post("/api/v1/pick", json={"number": JOZEF, "at": NOW.isoformat()})).json()
    assert (answer["script"], answer["version"]) == ("late-delivery", 1)
    assert answer["why"][0]["condition"] == "purchases.late_open >= 1"
    assert [reason["value"] for reason in answer["why"]] == [1, "one"]
    assert answer["runner_up"] == {"script": "fallback", "title": "Anything else"}
    assert answer["facts"]["purchases.late_open"] == 1
    assert set(answer) == set(PICKED["properties"]) - {"near_misses"}


async def test_near_misses_are_told_when_asked_for(api: httpx.AsyncClient) -> None:
    body = {"customer_ref": "C-1", "facts": {"purchases.late_open": 0}, "near_misses": 20}
    answer = (await api.post("/api/v1/pick", json=body)).json()
    [near] = [each for each in answer["near_misses"] if each["script"] == "late-delivery"]
    assert "does not apply: no order is late, needs 1 or more" in near["sentence"]
    [missing] = near["missing"]
    assert (missing["condition"], missing["value"]) == ("purchases.late_open >= 1", 0)
    assert set(answer) == set(PICKED["properties"])


async def test_pick_for_a_named_customer_with_other_facts(api: httpx.AsyncClient) -> None:
    body = {"customer_ref": "C-1", "queue": "support", "line": 2, "facts": {"purchases.late_open": 0}}
    answer = (await api.post("/api/v1/pick", json=body)).json()
    assert (answer["script"], answer["runner_up"]) == ("fallback", None)
    assert (answer["facts"]["call.queue"], answer["facts"]["call.line"]) == ("support", 2)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({}, "number"),
        ({"number": 5}, "number"),
        ({"number": JOZEF, "line": 3}, "line"),
        ({"number": JOZEF, "line": []}, "line"),
        ({"number": JOZEF, "line": True}, "line"),
        ({"customer_ref": "C\0"}, "customer_ref"),
        ({"customer_ref": "C\ud800"}, "customer_ref"),
        ({"number": JOZEF, "near_misses": 0}, "near_misses"),
        ({"number": JOZEF, "near_misses": True}, "near_misses"),
        ({"number": JOZEF, "colour": "red"}, "colour"),
        ({"number": JOZEF, "at": "yesterday"}, "at"),
        ({"number": JOZEF, "facts": {"purchases.late_opn": 1}}, "facts.purchases.late_opn"),
        ({"number": JOZEF, "facts": {"purchases.late_open": "many"}}, "facts.purchases.late_open"),
        ([], "body"),
    ],
)
async def test_a_wrong_pick_says_where(api: httpx.AsyncClient, body: Any, where: str) -> None:
    answer = await api.post("/api/v1/pick", content=json.dumps(body))  # escapes what UTF-8 cannot hold
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["detail"]
    assert [error["where"] for error in problem["errors"]] == [where]


async def test_a_pick_with_a_key_twice_is_refused(api: httpx.AsyncClient) -> None:
    for body in (
        '{"customer_ref": "C-1001", "customer_ref": "C-1002"}',
        '{"number": "1", "facts": {"cases.open": 1, "customer_ref": 1, "customer_ref": 2}}',
    ):
        answer = await api.post("/api/v1/pick", content=body)
        assert answer.status_code == 422
        [error] = answer.json()["errors"]
        assert error == {"where": "customer_ref", "why": "is there twice in one object: leave one out"}


async def test_no_such_customer(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/pick", json={"customer_ref": "C-9"})
    assert (answer.status_code, answer.json()["detail"]) == (404, "There is no customer C-9.")


async def test_calls_come_in_pages(api: httpx.AsyncClient, parts: Parts) -> None:
    records = [ringing(NOW + timedelta(seconds=n), f"main-{n}", f"main-leg-{n}") for n in range(3)]
    await write(parts.sessions, records)
    first = (await api.get("/api/v1/calls", params={"limit": 2, "since": NOW.isoformat()})).json()
    rest = (await api.get("/api/v1/calls", params={"limit": 2, "cursor": first["next"]})).json()
    assert [call["id"] for call in first["items"] + rest["items"]] == ["main-0", "main-1", "main-2"]
    assert rest["next"] is None
    one = (await api.get("/api/v1/calls/main-0")).json()
    assert set(one) - set(first["items"][0]) == {"visits", "legs", "pops", "run", "notes"}
    parts_of = ((VISIT, one["visits"][0]), (LEG, one["legs"][0]), (POP, one["pops"][0]))
    for described, part in ((CALL, one), *parts_of):
        assert set(part) == set(described["properties"])


@pytest.mark.parametrize(
    ("query", "where"),
    [
        *[("limit=0", "limit"), ("limit=x", "limit"), ("cursor=zz", "cursor"), ("since=2026-11-21", "since")],
        *[("limit=%D9%A3", "limit"), ("limit=1&limit=2", "limit"), ("offset=1", "offset")],
    ],
)
async def test_a_wrong_page_says_where(api: httpx.AsyncClient, query: str, where: str) -> None:
    answer = await api.get(f"/api/v1/calls?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, where)


async def test_without_a_token_or_scope_nothing_is_told(api: httpx.AsyncClient) -> None:
    refused = await api.get("/api/v1/calls", headers={"Authorization": "Bearer nonsense"})
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")


async def test_operations_say_that_all_is_there(api: httpx.AsyncClient) -> None:
    assert (await api.get("/healthz")).text == "ok\n"
    assert (await api.get("/readyz")).json() == {"ready": True, "missing": []}
    assert "lineside_pop_seconds" in (await api.get("/metrics")).text
    assert (await api.get("/api/v1/openapi.json")).json()["openapi"] == "3.1.0"


async def test_a_link_to_which_nobody_has_connected_is_missing(database_url: str) -> None:
    link = Link(scheme="ami", name="main", host="127.0.0.1", port=9, user="u", secret="s")
    async with open_parts(Settings(database_url=database_url, links=(link,)), listens=False) as parts:
        transport = httpx.ASGITransport(create_app(parts))
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["missing"][0].startswith("links: main (nobody has connected to it yet")


async def test_half_a_character_is_a_mistake_of_whoever_sent_it(api: httpx.AsyncClient) -> None:
    answer = await api.post("/api/v1/pick", content=r'{"number": "1", "\ud800": 1}')
    assert (answer.status_code, answer.json()["errors"][0]["where"]) == (422, "?")
