"""axe finds nothing on any page, in both themes: with the demo's records, and a call in every state."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from console.alerts.course import Alert, Figure
from console.alerts.log import write_alerts
from console.app import create_app, open_parts
from console.calls.models import Call
from console.clock import now
from console.commands.demo import demo_settings
from console.customers.models import Company, Customer, Purchase
from console.db.writing import write
from console.demo.actions import make_ready
from console.demo.articles import ARTICLES
from console.demo.rules import RISK_RULES, RULES
from console.demo.team import ADMIN, AGENTS, PASSWORD
from console.desk.samples import sample_desk, sample_links
from console.desk.screens import desk_topic
from console.live.bus import Bus
from console.messages.keeping import messages_topic
from console.queues.thresholds import Level
from console.settings import Settings
from tests.browser.every_page import NO_PAGES, PAGES, routes_to_get
from tests.browser.serving import served

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

AXE = (Path(__file__).parents[1] / "vendor" / "axe.min.js").read_text()
LOOK = """async options => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], ...options });
    const told = ({ target, failureSummary }) => [target, failureSummary];
    return violations.map(({ id, nodes }) => [id, nodes.map(told)]);
}"""
EVERYTHING: dict[str, Any] = {"rules": {"target-size": {"enabled": True}}}
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""All that another theme can change."""

ON_THE_DESK = ("ringing", "answered", "held", "ended", "withdrawn", "handed-over", "many", "presence")
"""Enough of the samples; all of them are on /patterns."""

OPEN = "which => document.querySelectorAll(which).forEach(each => { each.open = true; })"
IN_PAGE, WITH_MENU = "main details", "details"
"""What is opened: a menu covers what is below it, so it is opened on one page only."""

SCRIPT = "late-delivery"
LEG = "sample-heard"
WHILE_IT_RUNS_MS = 60_000


@dataclass(slots=True)
class Console:
    """The demo, an admin's tab, one of nobody, and the names of what is in it."""

    url: str
    tab: "Page"
    stranger: "Page"
    names: dict[str, str] = field(default_factory=dict)

    async def go(self, address: str) -> "Page":
        tab = self.stranger if address == "/login" else self.tab
        response = await tab.goto(self.url + address.format(**self.names))
        assert response is not None
        assert response.ok
        return tab


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def console(chromium: "Browser", tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Console]:
    folder = tmp_path_factory.mktemp("demo")
    await make_ready(folder / "demo.sqlite", now(), Settings().time_zone)
    settings = demo_settings(Settings(), folder / "demo.sqlite")
    async with open_parts(settings, listens=False) as parts, served(create_app(parts), "on") as url:
        console = Console(url, await new_tab(chromium), await new_tab(chromium))
        await log_in(console)
        async with parts.sessions() as session:
            console.names |= await records(session)
        await fill_desk(parts.bus)
        await write(parts.sessions, lambda session: write_alerts(session, some_alerts()))
        await make_versions(console)
        await import_and_replay(console, folder)
        yield console
        for tab in (console.tab, console.stranger):
            await tab.context.close()


async def new_tab(chromium: "Browser") -> "Page":
    """Without transitions: colours are what they become."""
    context = await chromium.new_context(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    return await context.new_page()


async def log_in(console: Console) -> None:
    await console.tab.goto(f"{console.url}/login")
    await console.tab.locator("[name=email]").fill(ADMIN.email)
    await console.tab.locator("[name=password]").fill(PASSWORD)
    await console.tab.locator("[name=password]").press("Enter")
    await console.tab.wait_for_url("**/desk")


async def records(session: Any) -> dict[str, str]:
    """Who has orders and works for a company, and others."""
    buyers = select(Customer.ref, Company.ref).join(Company)
    buyers = buyers.join(Purchase, Purchase.customer_id == Customer.id).group_by(Customer.ref, Company.ref)
    ref, company = (await session.execute(buyers.order_by(func.count().desc()))).first()
    others = list(await session.scalars(select(Customer.ref).where(Customer.ref != ref).limit(3)))
    names = dict(zip(("other", "merged", "gone"), others, strict=True))
    call = await session.scalar(select(Call.id).where(Call.answered_at.is_not(None)).limit(1))
    names |= {"call": call, "leg": LEG, "rule": RULES[0]["rule"]}
    names["risk"] = RISK_RULES[0]["rule"]
    return {"customer": ref, "company": company, "article": ARTICLES[0].key, "script": SCRIPT, **names}


async def fill_desk(bus: Bus) -> None:
    for name, link in sample_links(now()).items():
        await bus.put("links", name, link)
    for key, value in sample_desk(now()).items():
        if key.removeprefix("sample-") in ON_THE_DESK:
            await bus.put(desk_topic(ADMIN.id), key, value)
    await bus.put(desk_topic(AGENTS[0].id), LEG, sample_desk(now())[LEG])
    await bus.put(desk_topic(AGENTS[0].id), "presence", {"state": "on_call", "since": now().isoformat()})
    message = {"id": 1, "at": now().isoformat(), "by": "Sofia", "audience": "all", "text": "Lunch at noon"}
    await bus.put(messages_topic(ADMIN.id), "1", message)


def some_alerts() -> list[Alert]:
    """One that is on, and one that ended nobody knows when."""
    at = now()
    long_ago = at - timedelta(minutes=5)
    return [
        Alert("support", Figure.WAITING, Level.RED, Level.RED, 9, at, at, at),
        Alert(
            "orders", Figure.LEVEL, Level.YELLOW, Level.YELLOW, 71, long_ago, at, None, at, end_known=False
        ),
    ]


async def make_versions(console: Console) -> None:
    """A script with two versions, and a customer who was merged."""
    await console.go("/studio/scripts/{script}/text")
    source = console.tab.get_by_test_id("text-source")
    await source.fill((await source.input_value()).replace("priority: 80", "priority: 81"))
    await console.tab.get_by_test_id("text-save").click()
    await console.tab.wait_for_url("**done=saved")
    await console.go("/customers/{merged}/merge?with={gone}")
    await console.tab.get_by_test_id("merge-do").click()
    await console.tab.get_by_test_id("was-merged").wait_for()


async def import_and_replay(console: Console, folder: Path) -> None:
    """A file that waits for its choice, and a replay that is over."""
    file = folder / "customers.csv"
    file.write_text("ref,name,phones\nC-1,Jozef Mrkva,0905 123 456\n")
    await console.go("/admin/import")
    await console.tab.locator("input[type=file]").set_input_files(file)
    await console.tab.get_by_test_id("import-send").click()
    await console.tab.wait_for_url(re.compile(r"/admin/import/\d+$"))
    console.names["import"] = console.tab.url.rsplit("/", 1)[1]
    await console.go("/studio/replay")
    await console.tab.get_by_test_id("replay-begin").click()
    await console.tab.get_by_test_id("replay-result").wait_for(timeout=WHILE_IT_RUNS_MS)
    console.names["replay"] = console.tab.url.rsplit("/", 1)[1]


async def test_every_page_is_looked_at() -> None:
    assert routes_to_get() == PAGES.keys() | NO_PAGES.keys()
    assert not PAGES.keys() & NO_PAGES.keys()


@pytest.mark.parametrize("address", [each for addresses in PAGES.values() for each in addresses])
async def test_axe_finds_nothing(console: Console, address: str) -> None:
    tab = await console.go(address)
    await tab.evaluate(OPEN, WITH_MENU if address == "/desk" else IN_PAGE)
    await tab.evaluate(AXE)
    await look(tab, "light", EVERYTHING)
    await look(tab, "dark", COLOURS)
    await tab.emulate_media(color_scheme="light")


async def look(tab: "Page", theme: Any, options: dict[str, Any]) -> None:
    await tab.emulate_media(color_scheme=theme)
    found = await tab.evaluate(LOOK, options)
    assert not found, f"{theme}: {json.dumps(found, indent=1, ensure_ascii=False)}"
