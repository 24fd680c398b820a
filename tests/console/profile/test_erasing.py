"""After an erasure nothing that is stored tells of the person; counts and times stay."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Column, MetaData, Table, Text, func, select

from console.calls.models import Call, Leg, Note, Pick, Pop, StoredRun
from console.cases.models import ErasedCase
from console.customers.models import Company, Customer, ErasedPurchase, Erasure, PhoneNumber
from console.db.engine import Sessions
from console.errors import NotFoundError
from console.profile.erasing import OnCallError, erase_customer
from tests.console.facts.records import Records
from tests.console.profile.everywhere import (
    MARK,
    NUMBER,
    OLD_REF,
    REF,
    bytes_of,
    found_in,
    is_text,
    store_person,
    tables,
)
from tests.test_docs import table as docs_table

GONE = {
    *("customers", "phone_numbers", "customer_search_keys", "companies", "company_search_keys"),
    *("purchases", "purchase_items", "cases", "case_events", "call_cases", "merges", "notes"),
    *("unmerges", "different_people", "record_changes"),
    *("callbacks", "callback_moves", "offers", "missed_callers", "missed_calls"),
    *("handovers", "handover_answers", "risk_entries"),
}
"""Tables of which the rows of a person go; a company's, when nobody else belongs to it."""

EMPTIED = {
    "calls": {"number", "caller_name", "customer_id", "script_sentence"},
    "picks": {"facts"},
    "legs": {"transferred_to"},
    "runs": {"walk", "answers", "reason"},
}
"""Columns of other tables that are emptied; of `walk`, what was answered and done."""

NOT_OF_CUSTOMERS = {
    "alerts": "id queue figure level worst peak began_at known_at red_at ended_at end_known",
    "alerts_seen": "alert_id user_id at",
    # What a supervisor looks for by name is not kept.
    "board_views": "id user_id name choices opens_first changed_at",
    "audit_log": "id at user_id act agent_id call_id queue details outcome why",
    # What supervisors write to agents names no record, and is gone with the day.
    "messages": "id at until user_id audience text",
    "message_recipients": "message_id user_id put_away_at",
    "articles": "id key version created_at archived_at",
    "article_versions": "id article_id version kind title text keywords language link note created_at author",
    "calls": "id link direction state end queue line identified started_at answered_at ended_at script_key"
    " script_version satisfaction outcome erased",
    "legs": "id call_id interface user_id queue offered_at answered_at ended_at result held_s",
    "visits": "call_id number link queue line queued_at left_at end leg_id",
    "agent_states": "user_id began_at state reason ended_at",
    "picks": "id call_id at today queue line script_key script_version",
    "pops": "id call_id user_id state reason offered_at sent_at shown_at visible packet",
    "handover_rule_sets": "number rules author at note",
    "risk_rule_sets": "number rules author at note",
    "risk_surveys": "id rules begun_at heartbeat_at ended_at state looked found problem",
    "erased_purchases": "id placed_at status total currency promised_at delivered_at",
    "due_rules": "id document author at",
    "erased_cases": "id status priority line opened_at due_at closed_at reopened",
    "erasures": "id at author purchases cases calls",
    "imports": "id created_at author file_name stored_as size kind headers choices state dry_run stop_asked"
    " started_at heartbeat_at position imported unchanged rejected unusable_phones problem",
    "runs": "id call_id number revision script_key script_version user_id step outcome started_at updated_at",
    "wall_links": "id name token_hash queues figures created_by created_at used_at revoked_at",
    "queue_thresholds": "queue waiting_yellow waiting_red longest_yellow_s longest_red_s level_yellow"
    " level_red sound",
    "queue_service_levels": "queue short_s formula short timed_out moved",
    "queues": "name title line answer_within_s wrap_up_s outcome_required outcomes extension",
    "replays": "id author tried script_key starts_at ends_at state stop_asked begun_at heartbeat_at total"
    " passed looked without_facts erased differ renewed problem versions source given",
    "replay_differences": "id replay_id pick_id script_from script_to",
    "revisions": "name number",
    "wrap_ups": "leg_id call_id link user_id began_at ends_at owed ended_at",
    "scripts": "key published_version created_at archived_at",
    "script_failures": "id key version step why first_at last_at times call_id",
    "script_publications": "id key version at author note",
    "script_versions": "id key version document source note created_at author",
    # People, but those who work here.
    "users": "id email name role password_hash extension line created_at disabled_at",
    "user_interfaces": "interface user_id",
    "user_queues": "id user_id queue",
    "user_sessions": "token_hash user_id csrf_token created_at seen_at expires_at",
    "api_tokens": "id name token_hash scopes created_at revoked_at",
    "login_failures": "id subject at",
}
"""Columns that hold nothing of a customer. A new column belongs here, or is to be erased."""

OF_A_LIST = {"purchases.status", "purchases.currency", "cases.status", "cases.priority"} | {
    "case_events.kind",
    "case_events.field",
    "call_cases.call_id",
    "phone_numbers.tail",
    "record_changes.kind",
    "record_changes.call_id",
    "record_changes.leg_id",
    "merges.author",
    "merges.purchases",
    "merges.cases",
    "merges.calls",
    "unmerges.merged_by",
    "unmerges.author",
    *("callbacks.call_id", "callbacks.author", "callbacks.state", "callbacks.settled_by"),
    *("callbacks.claimed_by", "callbacks.settled_how", "missed_calls.call_id"),
    *(f"missed_callers.{name}" for name in ("queue", "newest_call_id", "claimed_by", "done_how", "done_by")),
    "missed_callers.done_call_id",
    *("offers.call_id", "offers.script_key", "offers.step", "offers.answer", "offers.author"),
    "different_people.author",
    "risk_entries.rule",
    *("handovers.leg_id", "handovers.call_id"),
    *("handover_answers.call_id", "handover_answers.leg_id", "handover_answers.kind"),
}
"""Texts in rows that go which hold no free text."""


WHAT_TO_DO = (
    "A column that can tell of a customer is erased: its row goes with the customer's (ON DELETE CASCADE; "
    "name the table in GONE here), or console/profile/erasing.py empties it (name it in EMPTIED here); and "
    "everywhere.py stores the person in it. Any other is declared in NOT_OF_CUSTOMERS here."
)


def columns_of(table: Table) -> list[str]:
    return [column.name for column in table.c]


def undecided(known: Mapping[str, Table]) -> list[str]:
    """What the lists above do not say of these tables, or say of what is not there (any more)."""
    decided = {
        f"{name}.{column}"
        for name in NOT_OF_CUSTOMERS.keys() | EMPTIED.keys()
        for column in {*NOT_OF_CUSTOMERS.get(name, "").split(), *EMPTIED.get(name, ())}
    }
    there = {
        f"{name}.{column}"
        for name, table in known.items()
        if name not in GONE
        for column in columns_of(table)
    }
    new = [f"{each}: nobody has decided whether it tells of a customer" for each in sorted(there - decided)]
    old = [
        f"{each}: is not there, but named here" for each in sorted((decided - there) | (GONE - known.keys()))
    ]
    return new + old


def test_every_column_is_erased_or_declared_to_hold_nothing_of_a_customer() -> None:
    found = undecided(tables())
    assert not found, "\n".join([*found, WHAT_TO_DO])


def test_a_new_table_and_a_new_column_are_noticed() -> None:
    changes = Table("moods", MetaData(), Column("number", Text))
    queues = Table(
        "queues", MetaData(), *(Column(name, Text) for name in ("callers", *columns_of(tables()["queues"])))
    )
    known = tables() | {"moods": changes, "queues": queues}
    del known["revisions"]
    assert undecided(known) == [
        "moods.number: nobody has decided whether it tells of a customer",
        "queues.callers: nobody has decided whether it tells of a customer",
        "revisions.name: is not there, but named here",
        "revisions.number: is not there, but named here",
    ]


def test_every_table_that_tells_of_customers_is_documented() -> None:
    documented = {name for row in docs_table("privacy.md", "what") for name in re.findall(r"`(\w+)`", row[1])}
    assert documented == GONE | EMPTIED.keys()


@pytest.fixture
async def person(sessions: Sessions, now: datetime) -> None:
    await store_person(sessions, now)


@pytest.mark.slow
@pytest.mark.usefixtures("person")
async def test_the_person_of_these_tests_is_in_every_column_that_is_erased(sessions: Sessions) -> None:
    expected = {f"{name}.{column}" for name, columns in EMPTIED.items() for column in columns}
    texts = {f"{name}.{column.name}" for name in GONE for column in tables()[name].c if is_text(column)}
    found = await found_in(sessions, MARK, NUMBER)
    expected = (expected | texts) - {"calls.customer_id", "notes.leg_id", "notes.call_id"} - OF_A_LIST
    assert found == expected, f"everywhere.py is to store the person in each of these. {WHAT_TO_DO}"


@pytest.mark.slow
@pytest.mark.usefixtures("person")
async def test_nothing_tells_of_them_any_more(sessions: Sessions, database_url: str, now: datetime) -> None:
    erased = await erase_customer(sessions, REF, "ana@shop.example", now)
    assert (erased.erasure.purchases, erased.erasure.cases, erased.erasure.calls) == (1, 1, 2)
    assert erased.wiped
    assert await found_in(sessions, MARK, NUMBER, NUMBER[-6:], "0905 777", "1990") == set()
    if database_url.startswith("sqlite"):
        held = bytes_of(database_url).lower()
        assert b"peter" in held
        for word in (MARK, NUMBER, NUMBER[-6:], "1990-11-21"):
            assert word.encode() not in held


@pytest.mark.usefixtures("person")
async def test_counts_and_times_stay(sessions: Sessions, now: datetime) -> None:
    await erase_customer(sessions, REF, None, now)
    async with sessions() as session:
        calls = (await session.scalars(select(Call).order_by(Call.id))).all()
        assert [call.erased for call in calls] == [True, True, False]
        gone, _, peters = calls
        talked = gone.ended_at and gone.answered_at and gone.ended_at - gone.answered_at
        assert talked == timedelta(minutes=9)
        told = (gone.queue, gone.script_key, gone.outcome, gone.satisfaction)
        assert told == ("support", "late-delivery", "resolved", 4)
        runs = (await session.scalars(select(StoredRun).order_by(StoredRun.id))).all()
        assert [(run.answers, run.reason, run.step) for run in runs] == [({}, None, "case")] * 2
        assert [visit["step"] for visit in runs[0].walk["visits"]] == ["greet", "wish"]
        assert (peters.number, peters.caller_name) == ("+421905000001", "Peter")
        for model, number in ((Leg, 2), (Pop, 2), (Pick, 2), (Note, 0), (Customer, 1), (Company, 1)):
            assert await session.scalar(select(func.count()).select_from(model)) == number, model
        [pick, _] = await session.scalars(select(Pick).order_by(Pick.id))
        assert (pick.script_key, pick.line, pick.facts) == ("late-delivery", 1, None)
        [purchase] = await session.scalars(select(ErasedPurchase))
        assert (purchase.status, purchase.currency, str(purchase.total)) == ("shipped", "EUR", "9.9")
        [case] = await session.scalars(select(ErasedCase))
        assert (case.priority, case.line, case.opened_at) == ("high", 2, now)
        [erasure] = await session.scalars(select(Erasure))
        assert (erasure.at, erasure.author, erasure.calls) == (now, None, 2)


async def test_what_others_have_in_common_with_them_stays(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    company = Company(ref="flowers", name="Flowers")
    await records.add(company)
    switchboard = "+421255500000"
    jana = await records.customer("J", switchboard, shared=True, company_id=company.id)
    eva = await records.customer("E", switchboard, shared=True, company_id=company.id)
    await records.call(eva, records.ago(days=1), id="of-eva", number=switchboard)
    await records.call(jana, records.ago(days=1), id="of-jana", number=switchboard)
    await records.call(jana, records.ago(days=1), id="of-nobody", number=switchboard)
    async with sessions.begin() as session:
        [nobodys] = await session.scalars(select(Call).where(Call.id == "of-nobody"))
        nobodys.customer_id, nobodys.caller_name = None, "Jana"
    await erase_customer(sessions, "J", None, now)
    async with sessions() as session:
        said = (await session.execute(select(Call.id, Call.number, Call.caller_name).order_by(Call.id))).all()
        assert [tuple(row) for row in said] == [
            ("of-eva", switchboard, ""),
            ("of-jana", "", ""),
            ("of-nobody", switchboard, ""),
        ]
        assert await session.scalar(select(Company.name)) == "Flowers"
        assert await session.scalar(select(PhoneNumber.e164)) == switchboard


async def test_whoever_is_on_a_call_is_not_erased(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    jana = await records.customer("J", NUMBER)
    await records.call(jana, records.ago(minutes=1), state="answered")
    with pytest.raises(OnCallError, match="when it is over"):
        await erase_customer(sessions, "J", None, now)
    assert "phone_numbers.e164" in await found_in(sessions, NUMBER)


async def test_nor_whoever_is_on_a_call_that_is_nobodys_yet(
    sessions: Sessions, records: Records, now: datetime
) -> None:
    await records.call(None, records.ago(minutes=1), state="ringing", number=NUMBER)
    await records.customer("J", NUMBER)
    with pytest.raises(OnCallError):
        await erase_customer(sessions, "J", None, now)


@pytest.mark.usefixtures("person")
async def test_who_is_not_there_is_not_erased(sessions: Sessions, now: datetime) -> None:
    with pytest.raises(NotFoundError, match="There is no customer X"):
        await erase_customer(sessions, "X", None, now)
    with pytest.raises(NotFoundError, match=f"merged into {REF}"):
        await erase_customer(sessions, OLD_REF, None, now)
    async with sessions() as session:
        assert await session.scalar(select(func.count()).select_from(Erasure)) == 0
