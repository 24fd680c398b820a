"""Admins say when cases are due: what they type is read whole, nothing is lost, nobody is overwritten."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta

import httpx
import pytest

from console.cases.due_rules import USUAL, DueRules
from console.cases.models import StoredDueRules
from console.cases.queries import saved_rules
from console.cases.rule_form import LONGEST_NAME, MOST_HOLIDAYS, read_fields, write_fields
from console.cases.rule_views import PATH
from console.cases.working_hours import MINUTES_A_DAY, Shift
from console.db.engine import Sessions
from console.errors import InvalidError
from console.routes import build_case_rules
from tests.console.desk.document import Element, parse
from tests.fakes.pages import ANA_AS_ADMIN, browser_of, small_app

FIELDS = write_fields(USUAL)


def test_the_fields_hold_the_rules() -> None:
    assert (FIELDS["hours_1_urgent"], FIELDS["opens_1"], FIELDS["closes_5"]) == ("2", "08:00", "17:00")
    assert (FIELDS["opens_7"], FIELDS["holidays"]) == ("", "")
    assert read_fields(FIELDS) == USUAL


def test_odd_rules_are_written_and_read() -> None:
    rules = DueRules(
        {(2, "low"): 45},
        {7: Shift(0, MINUTES_A_DAY), 1: Shift(22 * 60 + 30, MINUTES_A_DAY)},
        {date(2026, 12, 24): "Christmas Eve", date(2027, 1, 1): ""},
    )
    fields = write_fields(rules)
    assert (fields["hours_2_low"], fields["hours_1_low"]) == ("0.75", "")
    assert (fields["opens_7"], fields["closes_7"]) == ("00:00", "00:00")
    assert fields["holidays"] == "2026-12-24 Christmas Eve\n2027-01-01"
    assert read_fields(fields) == rules


def test_as_people_type() -> None:
    typed = {"hours_1_high": " 1,5 ", "opens_2": "9:00".zfill(5), "closes_2": "12:30"}
    typed["holidays"] = f"\r\n 2026-12-24   {'x' * 200}\r\n\r\n2026-12-24"
    rules = read_fields(typed)
    assert rules.minutes == {(1, "high"): 90}
    assert rules.shifts == {2: Shift(540, 750)}
    assert rules.holidays == {date(2026, 12, 24): ""}
    long = read_fields({"holidays": f"2026-12-24 {'x' * 200}"})
    assert len(long.holidays[date(2026, 12, 24)]) == LONGEST_NAME


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("hours_1_low", "0", "is no number of hours"),
        ("hours_1_low", "-1", "is no number of hours"),
        ("hours_2_urgent", "1000", "up to 999"),
        ("hours_2_urgent", "soon", "“soon” is no number"),
        ("hours_2_urgent", "nan", "is no number"),
        ("hours_2_urgent", "inf", "is no number"),
        ("opens_1", "", "Say from when to when"),
        ("opens_1", "eight", "Say from when to when"),
        ("closes_1", "07:00", "Work ends after it begins"),
        ("holidays", "Christmas", "Line 1: “Christmas” is no day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(field: str, typed: str, why: str) -> None:
    with pytest.raises(InvalidError) as refused:
        read_fields({**FIELDS, field: typed})
    [problem] = refused.value.problems
    assert problem.where.split("_")[-1] == field.rsplit("_", maxsplit=1)[-1]
    assert why in problem.why


def test_all_that_is_wrong_is_said() -> None:
    days = "\n".join(str(date(2026, 1, 1) + timedelta(days)) for days in range(MOST_HOLIDAYS + 1))
    with pytest.raises(InvalidError) as refused:
        read_fields({**FIELDS, "hours_1_low": "x", "opens_3": "", "holidays": days})
    assert [problem.where for problem in refused.value.problems] == ["hours_1_low", "opens_3", "holidays"]


@pytest.fixture
async def client(sessions: Sessions, now: datetime) -> AsyncIterator[httpx.AsyncClient]:
    app = small_app(build_case_rules(), {"sessions": sessions, "clock": lambda: now}, viewer=ANA_AS_ADMIN)
    async with browser_of(app) as client:
        yield client


async def page(client: httpx.AsyncClient) -> Element:
    return parse((await client.get(PATH)).text.removeprefix("<!doctype html>")).one("due-rules")


def said(seen: int = 0, **fields: str) -> dict[str, str]:
    return {"csrf_token": ANA_AS_ADMIN.csrf, "seen": str(seen), **FIELDS, **fields}


async def test_the_page_shows_what_counts_and_takes_what_is_to_count(
    client: httpx.AsyncClient, sessions: Sessions
) -> None:
    shown = await page(client)
    assert "Nobody has changed these yet" in shown.text
    assert shown.one("hours_1_low").attributes["value"] == "36"
    assert "Monday" in shown.text
    answer = await client.post(PATH, data=said(hours_1_low="12", holidays="2026-12-24 Christmas Eve"))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PATH}?saved")
    assert "Saved. It counts from now on" in (await client.get(f"{PATH}?saved")).text
    shown = await page(client)
    assert "Saved last by ana@shop.example at Nov 21, 2026" in shown.text
    assert shown.one("holidays").text.strip() == "2026-12-24 Christmas Eve"
    async with sessions() as session:
        saved = await saved_rules(session)
    assert (saved.number, saved.rules.minutes[1, "low"]) == (1, 720)


async def test_what_is_wrong_stays_in_its_field(client: httpx.AsyncClient, sessions: Sessions) -> None:
    answer = await client.post(PATH, data=said(hours_1_low="soon", closes_1="18:00"))
    assert answer.status_code == 422
    shown = parse(answer.text.removeprefix("<!doctype html>")).one("due-rules")
    field = shown.one("hours_1_low")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("soon", "true")
    assert shown.one("closes_1").attributes["value"] == "18:00"
    assert "“soon” is no number of hours" in shown.text
    async with sessions() as session:
        assert (await saved_rules(session)).number == 0


async def test_the_second_of_two_is_told_and_loses_nothing(
    client: httpx.AsyncClient, sessions: Sessions
) -> None:
    await client.post(PATH, data=said(hours_1_low="12"))
    answer = await client.post(PATH, data=said(hours_1_low="24", holidays="2026-12-24"))
    assert answer.status_code == 409
    shown = parse(answer.text.removeprefix("<!doctype html>")).one("due-rules")
    assert "ana@shop.example saved other due times" in shown.one("due-rules-overtaken").text
    assert shown.one("hours_1_low").attributes["value"] == "24"
    [seen] = shown.every("input", name="seen")
    assert seen.attributes["value"] == "1"
    assert (await client.post(PATH, data=said(1, hours_1_low="24"))).status_code == 303
    async with sessions() as session:
        assert (await saved_rules(session)).rules.minutes[1, "low"] == 24 * 60


async def test_saving_the_same_again_changes_nothing(client: httpx.AsyncClient, sessions: Sessions) -> None:
    assert (await client.post(PATH, data=said())).status_code == 303
    async with sessions() as session:
        assert await session.get(StoredDueRules, 1) is None


async def test_only_admins(client: httpx.AsyncClient) -> None:
    assert (await client.get(PATH, headers={"role": "supervisor"})).status_code == 403
