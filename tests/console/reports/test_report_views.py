"""The pages of reports, and the same by the API's words."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from console.db.engine import Sessions
from console.identity.viewer import Viewer
from console.reports.routes import build_reports
from tests.console.desk.document import parse
from tests.console.reports.storing import Past, seconds
from tests.console.studio.browsing import words_of
from tests.fakes.pages import ANA_AS_ADMIN, browser_of, small_app

NOON = datetime(2026, 11, 23, 11, tzinfo=UTC)
NOW = NOON + timedelta(hours=2)
VIEWER: Viewer = ANA_AS_ADMIN


@pytest.fixture
async def browser(sessions: Sessions) -> AsyncIterator[httpx.AsyncClient]:
    state = {"clock": lambda: NOW, "sessions": sessions}
    async with browser_of(small_app(build_reports(), state, viewer=VIEWER)) as client:
        yield client


@pytest.fixture
async def calls(sessions: Sessions) -> None:
    past = Past()
    past.agent(1, "ana", "sales")
    past.queue("sales", title="Sales & co")
    past.answered("c1", NOON, 10, talk_s=120)
    past.abandoned("c2", NOON + seconds(60), 40)
    past.state(1, "available", NOON - seconds(600), None)
    await past.store(sessions)


async def page_of(browser: httpx.AsyncClient, path: str, status: int = 200) -> str:
    answer = await browser.get(f"/reports{path}")
    assert answer.status_code == status, answer.text
    return answer.text


@pytest.mark.parametrize("path", ["", "/week", "/trend", "/staffing"])
async def test_an_empty_page_says_what_to_do_next(browser: httpx.AsyncClient, path: str) -> None:
    page = parse((await page_of(browser, path)).removeprefix("<!doctype html>"))
    assert "Choose" in words_of(page.one("reports-empty").text)


@pytest.mark.usefixtures("calls")
async def test_the_table_shows_each_row_and_all_together(browser: httpx.AsyncClient) -> None:
    page = parse((await page_of(browser, "")).removeprefix("<!doctype html>"))
    body = page.one("reports-table")
    rows = {row.attributes.get("data-key-of"): words_of(row.text) for row in body.every("tr")}
    assert rows["sales"] == rows["total"].replace("All together", "Sales & co")
    for said in ("50.0%", "0:10", "2:00"):
        assert said in rows["sales"]
    assert "Counted at" in words_of(page.one("reports-age").text)
    formulas = words_of(page.one("reports-by-formula").text)
    assert "100.0%" in formulas  # of answered calls


@pytest.mark.usefixtures("calls")
@pytest.mark.parametrize(
    "by", ["half_hour", "hour", "day", "week", "agent", "line", "script", "outcome", "segment"]
)
async def test_every_kind_of_rows_has_its_page_and_files(browser: httpx.AsyncClient, by: str) -> None:
    page = await page_of(browser, f"?by={by}&show=all&sort=-aht")
    assert 'data-testid="reports-table"' in page
    assert ("reports-by-formula" in page) == (by != "agent")
    text = await page_of(browser, f"/table.csv?by={by}&show=all")
    assert len(text.splitlines()) == 3
    answer = await browser.get(f"/reports/table.xlsx?by={by}")
    assert answer.content.startswith(b"PK")
    assert f"report-{by}-2026-11-23-2026-11-23.xlsx" in answer.headers["content-disposition"]


@pytest.mark.usefixtures("calls")
async def test_pictures_say_the_same_in_their_tables(browser: httpx.AsyncClient) -> None:
    heat = parse((await page_of(browser, "/week?period=this_week")).removeprefix("<!doctype html>"))
    assert words_of(heat.one("heat").text).startswith("From Mon Tue Wed Thu Fri Sat Sun 12:00 2.0 ")
    trend = parse((await page_of(browser, "/trend?figure=asa")).removeprefix("<!doctype html>"))
    assert words_of(trend.one("trend-table").text).endswith("All together 0:10 –")
    staffing = parse((await page_of(browser, "/staffing")).removeprefix("<!doctype html>"))
    words = words_of(staffing.one("staffing-table").text)
    assert "12:00 2 2:00 1 1.0 as needed 13.3% 88.5% 50.0%" in words


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("?period=soon", "period"),
        ("?by=moon", "by"),
        ("?first_contact_days=0", "first_contact_days"),
        ("/week?measure=rain", "measure"),
        ("/trend?figure=rain", "figure"),
        ("/trend?period=days&from=x&until=2026-11-01", "from"),
        ("/staffing?share=200", "share"),
        ("/staffing?day=yesterday", "day"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field(browser: httpx.AsyncClient, path: str, field: str) -> None:
    page = parse((await page_of(browser, path, 422)).removeprefix("<!doctype html>"))
    problem = page.one("reports-problem")
    assert problem.attributes["data-field"] == field


async def test_only_supervisors_and_admins_have_reports(browser: httpx.AsyncClient) -> None:
    for path in ("", "/week", "/trend", "/staffing", "/table.csv", "/table.xlsx"):
        assert (await browser.get(f"/reports{path}", headers={"role": "agent"})).status_code == 403
        assert (await browser.get(f"/reports{path}", headers={"role": "supervisor"})).status_code == 200
