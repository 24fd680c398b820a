"""`POST /api/v1/scripts:check`: as the command, without a file; nothing is stored."""

import json

import httpx
import pytest
from openapi_schema_validator import OAS31Validator

from console.api import script_checks
from console.api.openapi import SCRIPTS_CHECKED

GOOD = "script: always\ntitle: Always\nsteps:\n- {id: greet, say: Good day., end: done}\n"
JSON = {"content-type": "application/json; charset=utf-8"}


async def check(api: httpx.AsyncClient, said: object) -> dict[str, object]:
    answer = await api.post("/scripts:check", content=json.dumps(said).encode(), headers=JSON)
    assert answer.status_code == 200
    told: dict[str, object] = answer.json()
    OAS31Validator(SCRIPTS_CHECKED).validate(told)
    return told


@pytest.mark.slow
async def test_scripts_are_checked_and_not_stored(records: httpx.AsyncClient) -> None:
    told = (await records.post("/scripts:check", content=GOOD)).json()
    assert told == {"ok": True, "scripts": 1, "problems": [], "warnings": []}
    picked = (await records.post("pick", json={"number": "1"})).json()
    assert picked["script"] is None

    wrong = (await records.post("/scripts:check", content=GOOD.replace("end: done", "next: x"))).json()
    assert wrong["ok"] is False
    assert wrong["problems"] == [{"where": "line 4", "why": 'always: steps[0].next: there is no step "x".'}]

    no_yaml = (await records.post("/scripts:check", content="a: [")).json()
    assert no_yaml["problems"][0]["where"] == "line 1"
    assert (await records.post("/scripts:check", content="")).json()["problems"] == [
        {"where": "file", "why": "the file holds no script"}
    ]

    script = {"script": "a", "title": "A", "steps": [{"id": "greet", "say": "Hi", "end": "done"}]}
    assert (await check(records, script))["ok"] is True
    assert (await check(records, [script, script | {"script": "b"}]))["scripts"] == 2
    assert (await check(records, script | {"articles": ["returns"]}))["warnings"] == [
        {
            "where": "a: articles[0]",
            "why": 'there is no article "returns", or not any more; write it, or take it out.',
        }
    ]
    assert (await check(records, script | {"when": "cases.opn = 1"}))["problems"] == [
        {"where": "a: when", "why": 'there is no fact "cases.opn". Did you mean cases.open?'}
    ]
    assert (await check(records, script | {"title": "a\ud800"}))["problems"] == [
        {
            "where": "script 1",
            "why": "a text holds the character U+D800, which nobody can read; take it out",
        }
    ]
    odd: list[object] = [[], 5, None, "x", {"steps": [[[[]]]]}, [[[]]]]
    for said in odd:
        assert (await check(records, said))["ok"] is False
    deep: object = 1
    for _ in range(200):
        deep = [deep]
    assert "nested deeper than 60 levels" in str((await check(records, deep))["problems"])


@pytest.mark.slow
async def test_what_cannot_be_read_is_refused_with_a_sentence(records: httpx.AsyncClient) -> None:
    large = await records.post("/scripts:check", content=b"#" * (script_checks.MOST_BYTES + 1))
    assert (large.status_code, large.headers["content-type"]) == (413, "application/problem+json")
    assert large.json()["detail"] == "The body is larger than 262,144 bytes. Send it in smaller parts."
    for body, headers, why in (
        (b"\xff", {}, "The body is not a text in UTF-8 (byte 0). Send it as UTF-8."),
        (b"{", JSON, "The body is no JSON (line 1: "),
        (b'{"a": NaN}', JSON, "The body is no JSON. Send a script"),
        (b"[" * 100_000, JSON, "The body is no JSON. Send a script"),
    ):
        answer = await records.post("/scripts:check", content=body, headers=headers)
        assert answer.status_code == 400
        assert answer.json()["detail"].startswith(why)
    assert (await records.post("/scripts:check?x=1", content=GOOD)).status_code == 422
    assert (
        await records.post("/scripts:check", content=GOOD, headers={"Authorization": ""})
    ).status_code == 401
