"""Importing in a real Chromium, by a process of its own: the whole way from a file to its rejected rows; and
stopping in the middle."""

import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from console.customers.models import Customer
from console.db import schema
from console.db.engine import Sessions, create_engine, create_sessions
from console.live.memory_bus import MemoryBus
from console.profile.importing import BATCH
from console.routes import build_imports
from console.settings import Settings
from tests.browser.profile_site import LONG_COMPANY, LONG_NAME, LONG_WORD
from tests.browser.serving import quiet_tab, served, site_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

pytestmark = [pytest.mark.real("chromium"), pytest.mark.asyncio(loop_scope="session")]

HEADER = "Číslo;Meno;Telefón;Narodeniny;Firma;Obrat;Najneobhospodarovávateľnejší stĺpec\r\n"
ROWS = 100_000
WHILE_IT_RUNS_MS = 60_000
SCROLLS_SIDEWAYS = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Imports:
    """A console with nothing but the import."""

    url: str
    sessions: Sessions

    async def stored(self) -> int:
        """How many customers there are."""
        async with self.sessions() as session:
            return await session.scalar(select(func.count()).select_from(Customer)) or 0


@pytest_asyncio.fixture(loop_scope="session")
async def imports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Imports]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    database = f"sqlite+aiosqlite:///{tmp_path}/imports.sqlite"
    engine = create_engine(database)
    await schema.ensure(engine)
    sessions = create_sessions(engine)
    settings = Settings(region="SK", database_url=database)
    state = {"sessions": sessions, "settings": settings, "bus": MemoryBus()}
    async with served(site_of(build_imports(), state)) as url:
        yield Imports(f"{url}/admin/import", sessions)
    await engine.dispose()


@pytest_asyncio.fixture(loop_scope="session", params=[(1280, 720), (640, 900)])
async def tab(chromium: "Browser", request: pytest.FixtureRequest) -> "AsyncIterator[Page]":
    """A wide and a narrow tab."""
    width, height = request.param
    async with quiet_tab(chromium, "422 (Unprocessable", width=width, height=height) as tab:
        yield tab


def customers(folder: Path, number: int) -> Path:
    """A file that Slovak Excel wrote; every hundredth birthday is none."""
    file = folder / f"zákazníci {LONG_WORD}.csv"
    rows = (
        f"Z-{row};{LONG_NAME} {row};0905 {row // 1000:03} {row % 1000:03};"
        f"{'nevie' if row % 100 == 99 else '21.11.1980'};{LONG_COMPANY};1 234,50;=1+1\r\n"
        for row in range(number)
    )
    file.write_bytes((HEADER + "".join(rows)).encode("cp1250"))
    return file


async def send(tab: "Page", imports: Imports, file: Path) -> None:
    await tab.goto(imports.url)
    await tab.get_by_test_id("import-file").set_input_files(file)
    await tab.get_by_test_id("import-send").click()
    await tab.get_by_test_id("import-choice").wait_for()


async def test_the_whole_way(imports: Imports, tab: "Page", tmp_path: Path) -> None:
    await send(tab, imports, customers(tmp_path, 300))
    assert not await tab.evaluate(SCROLLS_SIDEWAYS)
    assert "1980" in await tab.get_by_test_id("import-rows").inner_text()
    own = tab.locator('[data-column="Obrat"]')
    await own.focus()
    await tab.keyboard.type("Something")
    await tab.get_by_role("columnheader", name="attr.obrat").wait_for()
    assert await own.input_value() == "attr.obrat"
    assert await own.evaluate("menu => menu === document.activeElement")
    await tab.get_by_test_id("import-encoding").select_option("utf-16")
    await tab.get_by_test_id("import-refused").wait_for()
    assert await tab.get_by_test_id("import-encoding").input_value() == ""  # shown as the file tells
    assert await own.input_value() == "attr.obrat"
    await tab.get_by_test_id("import-try").click()
    result = tab.get_by_test_id("import-result")
    await result.wait_for(timeout=WHILE_IT_RUNS_MS)
    assert await result.get_by_test_id("import-imported").inner_text() == "297"
    assert await imports.stored() == 0
    await tab.get_by_test_id("import-run").click()
    await tab.get_by_role("heading", name="is imported").wait_for(timeout=WHILE_IT_RUNS_MS)
    assert await imports.stored() == 297
    assert not await tab.evaluate(SCROLLS_SIDEWAYS)
    assert await tab.get_by_test_id("import-rejected").inner_text() == "3"
    async with tab.expect_download() as download:
        await tab.get_by_test_id("import-rejected-file").click()
    saved = (await (await download.value).path()).read_text("utf-8-sig").splitlines()
    assert saved[0] == f"line;reason;{HEADER}".strip()
    assert saved[1].startswith('101;"birthday: ""nevie"" is no date;')
    assert saved[1].endswith(";'=1+1")
    await tab.goto(imports.url)
    assert "done" in await tab.get_by_test_id("import-list").inner_text()
    assert not await tab.evaluate(SCROLLS_SIDEWAYS)


async def test_stopping_in_the_middle(imports: Imports, tab: "Page", tmp_path: Path) -> None:
    await send(tab, imports, customers(tmp_path, ROWS))
    await tab.get_by_test_id("import-run").click()
    await tab.locator('[data-testid="import-left"]:has-text("about")').wait_for(timeout=WHILE_IT_RUNS_MS)
    assert not await tab.evaluate(SCROLLS_SIDEWAYS)
    stop = tab.get_by_test_id("import-stop")
    await stop.focus()
    async with tab.expect_response(lambda response: response.url.startswith(imports.url)):
        pass  # how far it is is drawn anew, and the focus stays
    assert await stop.evaluate("button => button === document.activeElement")
    await tab.keyboard.press("Enter")
    await tab.get_by_role("heading", name="was stopped").wait_for(timeout=WHILE_IT_RUNS_MS)
    told = int((await tab.get_by_test_id("import-imported").inner_text()).replace(",", ""))
    told += int((await tab.get_by_test_id("import-rejected").inner_text()).replace(",", ""))
    assert 0 < told < ROWS
    assert told % BATCH == 0
    assert await imports.stored() == told * 99 // 100


async def test_a_picture_is_no_file_of_records(imports: Imports, tab: "Page", tmp_path: Path) -> None:
    picture = tmp_path / "photo.csv"
    await tab.screenshot(path=picture, type="png")
    await tab.goto(imports.url)
    await tab.get_by_test_id("import-file").set_input_files(picture)
    await tab.get_by_test_id("import-send").click()
    await tab.get_by_text("photo.csv is a picture (PNG); save it as CSV").wait_for()
