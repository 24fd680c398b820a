"""Customers at risk in a real Chromium: an admin writes a rule with menus, the list is counted by it, and can
be read without any JavaScript, however long the names are."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from console.clock import now
from console.commands.risk_job import risk_job
from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.db.writing import write
from console.queues.directory import Directory
from console.reports.routes import build_reports
from console.risk import surveys
from console.risk.rule_sets import SETS
from console.rules.sets import By
from console.settings import read_settings
from console.studio.routes import build_rules
from tests.browser.profile_site import LONG_COMPANY, LONG_WORD
from tests.browser.serving import quiet_tab, served, site_of
from tests.browser.test_reports_js import SIDEWAYS
from tests.console.facts.records import Records

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = [pytest.mark.slow, pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]


class Site:
    """Where the pages are, over which database."""

    def __init__(self, url: str, sessions: Sessions, database_url: str) -> None:
        self.url = url
        self.sessions = sessions
        self.settings = read_settings({"LINESIDE_DATABASE_URL": database_url})

    async def count(self) -> None:
        async with self.sessions() as session:
            rules = (await SETS.newest(session)).number
        number = await write(self.sessions, lambda session: surveys.begin_survey(session, rules, now()))
        assert number is not None
        await risk_job(self.sessions, self.settings, number)


@pytest_asyncio.fixture(loop_scope="session")
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    database_url = f"sqlite+aiosqlite:///{tmp_path}/risk.sqlite"
    engine = create_engine(database_url)
    await schema.ensure(engine)
    sessions = create_sessions(engine)
    records = Records(sessions, now())
    for number in range(60):
        customer = await records.customer(
            f"C{number}", name=f"{LONG_COMPANY} {LONG_WORD} {number}", segment=LONG_WORD
        )
        await records.case(customer, records.ago(days=3), due_at=now() - timedelta(days=1), owner=LONG_WORD)
    state = {"sessions": sessions, "directory": Directory()}
    async with served(site_of([*build_reports(), *build_rules()], state)) as url:
        yield Site(url, sessions, database_url)
    await engine.dispose()


async def test_an_admin_writes_a_rule_and_the_list_is_made_by_it(site: Site, chromium: "Browser") -> None:
    async with quiet_tab(chromium) as tab:
        await tab.goto(f"{site.url}/reports/at-risk")
        await tab.get_by_role("link", name="Write the first rule").click()
        await tab.get_by_test_id("title").fill("A case is overdue")
        await tab.get_by_test_id("title").press("Tab")
        await tab.get_by_test_id("save").click()
        await expect(tab.get_by_test_id("told")).to_contain_text("in force from now on")
        await site.count()
        await tab.goto(f"{site.url}/reports/at-risk")
        await expect(tab.get_by_test_id("at-risk-number")).to_have_text("60 customers")
        row = tab.get_by_test_id("at-risk-customer").first
        await expect(row).to_contain_text("A case is overdue: 1 case is overdue")


@pytest.mark.parametrize("width", [1280, 640])
async def test_the_list_works_without_javascript(site: Site, chromium: "Browser", width: int) -> None:
    document = {"rule": "overdue", "title": LONG_COMPANY, "when": {"all": ["cases.overdue >= 1"]}}
    await write(site.sessions, lambda session: SETS.change(session, lambda _: [document], By("eva", now())))
    await site.count()
    async with quiet_tab(chromium, width=width, scripts=False) as tab:
        await tab.goto(f"{site.url}/reports/at-risk")
        assert await tab.get_by_test_id("at-risk-customer").count() == 50
        assert not await tab.evaluate(SIDEWAYS)
        await tab.get_by_test_id("at-risk-next").click()
        assert await tab.get_by_test_id("at-risk-customer").count() == 10
        await tab.get_by_test_id("at-risk-rule").select_option("overdue")
        await tab.get_by_role("button", name="Show", exact=True).click()
        assert await tab.get_by_test_id("at-risk-customer").count() == 50
        async with tab.expect_download() as download:
            await tab.get_by_test_id("at-risk-csv").click()
        assert (await download.value).suggested_filename.endswith(".csv")
