"""A run in the real product, in one process and in two, which are ended and begun anew in the middle of it;
then the call is passed on, and the second line goes on from there."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.fakes.asterisk_frames import (
    ANA,
    BEN,
    CALLER,
    called,
    connected,
    dial,
    dial_end,
    hangup,
    joined,
    left,
    new,
    raw,
    row,
)
from tests.fakes.asterisk_server import AsteriskServer
from tests.rig.processes import POLL_S
from tests.rig.product import Product, add_agent

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.desk import Desk

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real("chromium", "redis"),
    pytest.mark.asyncio(loop_scope="session"),
]

CUSTOMERS = "ref,name,phones\nC-1,Jozef Mrkva,0905 123 456\n"
SCRIPTS = """
- script: first
  title: What the first line says
  lines: [1]
  steps:
    - {id: greet, say: "Good day {{ customer.name }}.", fallback: "Good day.", next: wish}
    - {id: wish, ask: "Wait or cancel?", answers: {wait: mail, cancel: case}}
    - {id: mail, ask: "Which e-mail?", capture: {name: mail, type: email}, next: bye}
    - {id: case, do: open_case, with: {subject: "Cancel it", line: 2}, next: bye}
    - {id: bye, say: "Thank you.", end: resolved}
- script: second
  title: What the second line says
  lines: [2]
  steps: [{id: hello, say: "Second line, good day.", end: resolved}]
"""
ALIVE_S = 90.0
ANA_TALKS = replace(ANA, state="6")
TO_BEN = replace(BEN, connected=CALLER.number)
PASSED_ON = {"IsExternal": "Yes", "Context": "agents", "Extension": "1002"}


def install(folder: Path, server: AsteriskServer, stores: dict[str, str]) -> Product:
    link = f"ami://{server.user}:{server.secret}@{server.host}:{server.port}?name=main"
    product = Product(folder, {"PBX": link, "REGION": "SK", **stores})
    product.commands(
        (["db", "upgrade"], ""),
        add_agent("ana@x.example", "Ana", "PJSIP/1001", 1, "support"),
        add_agent("ben@x.example", "Ben", "PJSIP/1002", 2, "second"),
        (["import", "customers", product.file("customers.csv", CUSTOMERS)], ""),
        (["scripts", "import", product.file("scripts.yaml", SCRIPTS), "--publish"], ""),
    )
    return product


@asynccontextmanager
async def at_desk(chromium: "Browser", product: Product, email: str) -> AsyncIterator["Desk"]:
    from tests.browser.desk import come_live, log_in, open_tab  # noqa: PLC0415

    context = await chromium.new_context(viewport={"width": 1280, "height": 720})
    desk = await open_tab(context, email)
    await log_in(desk, product.url)
    await come_live(desk, product.url)
    yield desk
    await context.close()


class Life:
    """The processes of the product; they can be ended and begun anew."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self._stack = ExitStack()

    async def begin(self) -> None:
        names = ["listen"] * self.product.two_processes
        for words in (*([name] for name in names), ["serve", "--port", str(self.product.port)]):
            log = self.product.folder / f"{words[0]}.log"
            self._stack.enter_context(self.product._process(log, *words))
        async with asyncio.timeout(ALIVE_S):
            while not await asyncio.to_thread(self.product._answers, "/readyz"):  # noqa: ASYNC110 - no event
                await asyncio.sleep(POLL_S)

    async def end(self) -> None:
        await asyncio.to_thread(self._stack.close)
        assert not [log for log in self.product.folder.glob("*.log") if "Traceback" in log.read_text()]


@asynccontextmanager
async def alive(product: Product) -> AsyncIterator[Life]:
    life = Life(product)
    await life.begin()
    try:
        yield life
    finally:
        await life.end()


@pytest.fixture
def stores(request: pytest.FixtureRequest, database_url: str) -> dict[str, str]:
    """SQLite alone; PostgreSQL with Redis and two processes."""
    if database_url.startswith("sqlite"):
        return {"DATABASE_URL": database_url}
    return {"DATABASE_URL": database_url, "REDIS_URL": request.getfixturevalue("redis_url")}


async def test_a_run_survives_and_goes_on_with_the_call(
    chromium: "Browser", tmp_path: Path, stores: dict[str, str]
) -> None:
    async with AsteriskServer(secret="s") as server:
        product = await asyncio.to_thread(install, tmp_path, server, stores)
        async with alive(product) as life, at_desk(chromium, product, "ana@x.example") as ana:
            server.play(new(CALLER) + joined() + new(ANA) + called())
            pop = await ana.ringing()
            server.play(dial_end("ANSWER") + left() + connected())
            await pop.becomes("answered")
            await pop.part("step-next").click()
            await ana.page.locator('[data-step="wish"][data-testid="step"]').wait_for()

            server.rows["Status"] = [
                row("Status", CALLER, BridgeID="b", Application="Queue", Data="support,tT,,,20"),
                row("Status", ANA_TALKS, BridgeID="b", Application="AppQueue", Data="(Outgoing Line)"),
            ]
            await life.end()
            await life.begin()
            await ana.link_is("up", within_s=30)
            await pop.becomes("answered")
            await ana.page.locator('[data-answer="cancel"]').click()
            await ana.page.locator('[data-step="case"][data-testid="step"]').wait_for()
            await pop.part("step-next").dblclick()
            await ana.page.locator('[data-step="bye"][data-testid="step"]').wait_for()

            async with at_desk(chromium, product, "ben@x.example") as ben:
                server.play(
                    raw("BlindTransfer", [("Result", "Success")], ANA.block("Transferer"), extra=PASSED_ON)
                    + hangup(ANA)
                    + new(TO_BEN)
                    + dial(TO_BEN)
                )
                second = await ben.ringing()
                assert second.call_id == pop.call_id
                server.play(dial_end("ANSWER", TO_BEN))
                await second.becomes("answered")
                await second.says("step", "Thank you.")
                await second.says("run-so-far", "cancel")
                await second.says("script-offered", "What the second line says")
                await second.part("step-next").click()
                await second.says("run-outcome", "resolved")
                server.play(hangup(TO_BEN) + hangup())
                await second.becomes("ended")
        # What is on record outlives it all.
        async with alive(product):
            told = await asyncio.to_thread(product.call, pop.call_id)
            cases = await asyncio.to_thread(product.api, "cases")
    run = told["run"]
    assert run["steps"] == ["greet", "wish", "case", "bye"]
    assert (run["answers"], run["outcome"]) == ({"wish": "cancel"}, "resolved")
    [case] = cases["items"]
    assert (case["subject"], case["customer_ref"]) == ("Cancel it", "C-1")
    assert run["done"] == [{"step": "case", "action": "open_case", "result": case["ref"]}]
