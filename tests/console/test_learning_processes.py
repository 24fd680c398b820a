"""What an agent says in `serve` of who calls counts in `listen`, over a real Redis: the open pop follows, and
the next call from the number knows."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from console.live.redis_bus import RedisBus
from tests.console.identity.conftest import Browser
from tests.fakes.asterisk_frames import (
    ANA,
    CALLER,
    Channel,
    called,
    connected,
    dial_end,
    hangup,
    joined,
    left,
    new,
)
from tests.fakes.asterisk_server import AsteriskServer
from tests.rig.processes import until
from tests.rig.product import PASSWORD, Product, add_agent

SOON_S = 10.0
STRANGER = "+421900000001"
CUSTOMERS = "ref,name,phones\nC-1,Jozef Mrkva,0905 123 456\n"
ORDERS = "ref,customer_ref,placed_at,status,total,promised_at\nO-77,C-1,2026-01-02,shipped,100,2026-01-05\n"
SCRIPTS = """
- script: late-delivery
  title: Apologise for a late delivery
  priority: 80
  when: {all: ["purchases.late_open >= 1"]}
  steps: [{id: greet, say: "I am sorry.", end: done}]
- script: fallback
  title: Anything else
  steps: [{id: greet, say: "Good day.", end: done}]
"""


def channels(number: int) -> tuple[Channel, Channel]:
    """The stranger's channel, and that of Ana's phone."""
    call = f"100.{number}"
    caller = replace(CALLER, name=f"PJSIP/trunk-{number}", uniqueid=call, linkedid=call, number=STRANGER)
    return caller, replace(ANA, name=f"PJSIP/a1-{number}", uniqueid=f"200.{number}", linkedid=call)


@dataclass
class Desk:
    """Ana's desk: what the bus has of it, and what `serve` draws."""

    bus: RedisBus
    browser: Browser
    server: AsteriskServer

    def rings(self, number: int) -> str:
        """The stranger's call comes to Ana; its leg."""
        caller, phone = channels(number)
        self.server.play(new(caller) + joined(caller) + new(phone) + called(phone, caller))
        return f"main-{phone.uniqueid}"

    def is_talked(self, number: int) -> None:
        """Ana takes the call, and it ends."""
        caller, phone = channels(number)
        self.server.play(dial_end("ANSWER", phone, caller) + left(caller) + connected(phone, caller))
        self.server.play(hangup(phone) + hangup(caller))

    async def pop(self, leg: str, fits: Callable[[Any], bool]) -> Any:
        """The pop, as soon as it is so."""
        async with asyncio.timeout(SOON_S):
            # What is waited for comes over Redis, from another process.
            while not (pop := (await self.bus.snapshot("desk:1")).entries.get(leg)) or not fits(pop):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        return pop

    async def says(self, leg: str, what: str, **fields: Any) -> None:
        answer = await self.browser.post(f"/desk/pops/{leg}/{what}", data=fields)
        assert (answer.status_code, answer.text) == (200, "")

    async def page(self) -> str:
        return (await self.browser.get("/desk")).text


def install(folder: Path, redis_url: str, database_url: str, server: AsteriskServer) -> Product:
    link = f"ami://{server.user}:{server.secret}@{server.host}:{server.port}?name=main"
    settings = {"PBX": link, "REDIS_URL": redis_url, "DATABASE_URL": database_url, "REGION": "SK"}
    product = Product(folder, settings)
    files = {
        name: product.file(f"{name}.csv", text)
        for name, text in (("customers", CUSTOMERS), ("purchases", ORDERS))
    }
    product.commands(
        (["db", "upgrade"], ""),
        add_agent("a@x.example", "Ana", "PJSIP/a1", 1, "support"),
        *((["import", name, path], "") for name, path in files.items()),
        (["scripts", "import", product.file("scripts.yaml", SCRIPTS), "--publish"], ""),
    )
    return product


@asynccontextmanager
async def at_the_desk(folder: Path, redis_url: str, database_url: str) -> AsyncIterator[Desk]:
    logs = [folder / "listen.log", folder / "serve.log"]
    async with AsteriskServer(secret="s") as server:
        product = await asyncio.to_thread(install, folder, redis_url, database_url, server)
        with (
            product._process(logs[0], "listen"),
            product._process(logs[1], "serve", "--port", str(product.port)),
        ):
            await until(lambda: product._answers("/readyz"), "the product to be ready")
            await server.asked("QueueStatus")
            async with Browser(base_url=product.url) as browser:
                await browser.log_in("a@x.example", PASSWORD)
                browser.headers["X-CSRF-Token"] = csrf_of((await browser.get("/desk")).text)
                bus = RedisBus(redis_url)
                try:
                    yield Desk(bus, browser, server)
                finally:
                    await bus.close()
    assert not [log for log in logs if "Traceback" in log.read_text()]


def csrf_of(page: str) -> str:
    return page.partition('data-csrf="')[2].partition('"')[0]


@pytest.mark.slow
@pytest.mark.real("redis")
async def test_what_is_said_in_serve_counts_in_listen(
    tmp_path: Path, redis_url: str, database_url: str
) -> None:
    async with at_the_desk(tmp_path, redis_url, database_url) as desk:
        first = desk.rings(1)
        pop = await desk.pop(first, lambda pop: pop["script"])
        assert (pop["match"], pop["customer"], pop["script"]["key"]) == ("none", None, "fallback")
        assert 'data-ref="C-1"' in (await desk.browser.get("/desk/find", params={"q": "mrkva"})).text

        await desk.says(first, "customer", ref="C-1")
        pop = await desk.pop(first, lambda pop: pop["customer"])
        assert (pop["match"], pop["customer"]["name"], pop["script"]["key"]) == (
            "one",
            "Jozef Mrkva",
            "late-delivery",
        )
        assert "Number linked to Jozef Mrkva by you at" in await desk.page()
        desk.is_talked(1)
        await desk.pop(first, lambda pop: pop["state"] == "ended")

        pop = await desk.pop(desk.rings(2), lambda pop: pop["script"])
        assert (pop["customer"]["name"], pop["script"]["key"]) == ("Jozef Mrkva", "late-delivery")

        second = pop["leg"]
        await desk.says(second, "not-this-person", ref="C-1")
        pop = await desk.pop(second, lambda pop: not pop["customer"])
        assert (pop["match"], pop["script"]["key"]) == ("none", "fallback")
        await desk.says(second, "undo", change=pop["learnt"][-1]["id"])
        pop = await desk.pop(second, lambda pop: pop["customer"])
        assert (pop["match"], pop["learnt"], pop["script"]["key"]) == ("one", [], "late-delivery")

        # Undone on the call on which it was said, though that is over: the third does not know it any more.
        [step] = (await desk.pop(first, lambda pop: pop["learnt"]))["learnt"]
        await desk.says(first, "undo", change=step["id"])
        pop = await desk.pop(first, lambda pop: not pop["learnt"])
        assert (pop["match"], pop["customer"]) == ("none", None)
        pop = await desk.pop(desk.rings(3), lambda pop: pop["script"])
        assert (pop["match"], pop["customer"], pop["script"]["key"]) == ("none", None, "fallback")
