"""The whole product with its processes and a scripted phone system, for tests in a browser: it can be ended,
or killed, and begun anew."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from subprocess import Popen
from typing import TYPE_CHECKING

from tests.fakes.asterisk_server import AsteriskServer
from tests.rig.processes import POLL_S
from tests.rig.product import Product, add_agent

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.desk import Desk

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
async def at_desk(
    chromium: "Browser", product: Product, email: str, url: str | None = None
) -> AsyncIterator["Desk"]:
    from tests.browser.desk import come_live, log_in, open_tab  # noqa: PLC0415

    context = await chromium.new_context(viewport={"width": 1280, "height": 720})
    desk = await open_tab(context, email)
    await log_in(desk, url or product.url)
    await come_live(desk, url or product.url)
    yield desk
    await context.close()


class Life:
    """The processes of the product; they can be ended and begun anew."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self._stack = ExitStack()
        self._processes: list[Popen[bytes]] = []

    async def begin(self) -> None:
        names = ["listen"] * self.product.two_processes
        for words in (*([name] for name in names), ["serve", "--port", str(self.product.port)]):
            log = self.product.folder / f"{words[0]}.log"
            self._processes.append(self._stack.enter_context(self.product._process(log, *words)))
        async with asyncio.timeout(ALIVE_S):
            while not await asyncio.to_thread(self.product._answers, "/readyz"):  # noqa: ASYNC110 - no event
                await asyncio.sleep(POLL_S)

    def kill(self) -> None:
        """At once, as a machine that loses its power; `begin` begins anew."""
        for process in self._processes:
            process.kill()
            process.wait()
        self._processes.clear()

    async def end(self) -> None:
        self._processes.clear()
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
