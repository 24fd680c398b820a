"""What is exported of a person is all that an erasure would take."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import String, func, select

from console.customers.models import Customer, DifferentPeople, Unmerge
from console.db.engine import Sessions
from console.errors import NotFoundError
from console.profile.exporting import export_customer, write_export
from tests.console.profile.everywhere import MARK, NUMBER, OLD_REF, REF, store_person, tables
from tests.test_docs import table


@pytest.fixture
async def exported(sessions: Sessions, now: datetime) -> str:
    await store_person(sessions, now)
    async with sessions() as session:
        document = await export_customer(session, REF, now)
    return write_export(document)


async def test_it_is_one_document_with_everything(exported: str, now: datetime) -> None:
    person = json.loads(exported)
    assert person["exported_at"] == now.isoformat()
    assert person["customer"]["company"] == f"{MARK} s.r.o."
    assert person["customer"]["attributes"] == {f"of {MARK}": f"{MARK} dog"}
    assert person["customer"]["created_at"] == now.isoformat()
    assert [number["e164"] for number in person["numbers"]] == [NUMBER]
    [purchase], [case] = person["purchases"], person["cases"]
    assert purchase["items"][0]["name"] == f"{MARK} engraved"
    assert [event["text"] for event in case["events"]] == [f"told {MARK}"]
    assert case["calls"] == ["main-1"]
    assert [merge["ref"] for merge in person["merges"]] == [OLD_REF]
    first, second = person["calls"]
    assert (first["id"], second["id"]) == ("main-1", "main-2")
    assert first["caller_name"] == f"JANA {MARK.upper()}"
    assert first["notes"] == [{"agent": "ana@shop.example", "text": f"{MARK} rang"}]
    assert first["run"]["answers"] == {"wish": f"{MARK} waits"}
    [pick] = first["picks"]
    assert (pick["script_key"], pick["facts"]["purchases.categories"]) == ("late-delivery", [f"{MARK} gifts"])
    assert [leg["result"] for leg in first["legs"]] == [None]


async def test_it_tells_of_what_was_taken_apart_and_of_whom_they_are_not(
    sessions: Sessions, now: datetime
) -> None:
    await store_person(sessions, now)
    async with sessions.begin() as session:
        ids = {row.ref: row.id for row in await session.execute(select(Customer.ref, Customer.id))}
        person, peter, said = ids[REF], ids["C2"], {"at": now, "author": "ana@shop.example"}
        low, high = sorted((person, peter))
        session.add(DifferentPeople(one_id=low, other_id=high, **said))
        session.add(Unmerge(customer_id=peter, kept_id=person, merged_at=now, merged_by=None, **said))
    told = {"at": now.isoformat(), "author": "ana@shop.example"}
    for ref, other in ((REF, "C2"), ("C2", REF)):
        async with sessions() as session:
            document = json.loads(write_export(await export_customer(session, ref, now)))
        assert document["different_from"] == [{"ref": other, **told}]
        assert document["taken_apart"] == [{"merged_at": now.isoformat(), "merged_by": None, **told}]


@pytest.mark.slow
async def test_every_text_about_the_person_is_in_it(exported: str, sessions: Sessions) -> None:
    texts = set(texts_of(json.loads(exported)))
    for name, table_ in tables().items():
        for column in table_.c:
            if (
                isinstance(column.type, String) and "search_keys" not in name
            ):  # those are made of name and e-mail
                async with sessions() as session:
                    said = await session.scalars(select(column).where(func.lower(column).contains(MARK)))
                told = {each for text in said for each in said_in(text)}
                missing = {text for text in told if text not in texts}
                assert not missing, f"{name}.{column.name}: console/profile/exporting.py leaves it out"


def said_in(text: str) -> Iterator[str]:
    """The text, or all those that it holds: facts are kept as JSON."""
    return texts_of(json.loads(text)) if text.startswith("{") else iter([text])


def texts_of(value: object) -> Iterator[str]:
    """All texts in a document."""
    if isinstance(value, dict):
        for each in value.values():
            yield from texts_of(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, str):
        yield value


async def test_every_part_is_documented(exported: str) -> None:
    parts = [row[0].strip("`") for row in table("privacy.md", "part of the file")]
    assert parts == list(json.loads(exported))


async def test_nothing_of_others_is_in_it(exported: str) -> None:
    assert "Peter" not in exported
    assert "main-3" not in exported


async def test_whoever_is_not_there_has_nothing_to_export(sessions: Sessions, now: datetime) -> None:
    await store_person(sessions, now)
    async with sessions() as session:
        with pytest.raises(NotFoundError, match="There is no customer X"):
            await export_customer(session, "X", now)
        with pytest.raises(NotFoundError, match=f"merged into {REF}"):
            await export_customer(session, OLD_REF, now)
