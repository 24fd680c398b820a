"""Typing without a pause in the real product, while everything goes wrong around it: every character is there
at the end, and neither focus nor caret ever moved."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.desk import PopCard
from tests.browser.product_site import alive, at_desk, install
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
from tests.rig.line import line_to

if TYPE_CHECKING:
    from playwright.async_api import Browser, Locator, Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.real("chromium"),
    pytest.mark.asyncio(loop_scope="session"),
]

WORDS = "would wait, wants a voucher; "
PACE_S = 0.1
AWAY_S = 60
"""So long there is no network."""

STANDS = """() => {
    const { id, selectionStart, value } = document.activeElement;
    return [id, selectionStart, value];
}"""
OTHER = replace(
    CALLER, name="PJSIP/trunk-00000009", uniqueid="200.1", linkedid="200.1", number="+421905999888"
)
RUNG = replace(ANA, name="PJSIP/1001-0000000a", uniqueid="200.2", linkedid="200.1", connected=OTHER.number)
RUNG_TOO = replace(
    BEN, name="PJSIP/1002-0000000b", uniqueid="200.3", linkedid="200.1", connected=OTHER.number
)
TO_BEN = replace(BEN, connected=CALLER.number)
PASSED_ON = {"IsExternal": "Yes", "Context": "agents", "Extension": "1002"}


@dataclass
class Typist:
    """Types into a field and looks after every key whether all is as they left it."""

    page: "Page"
    field: str
    typed: str = ""

    async def type_on(self) -> None:
        for letter in itertools.cycle(WORDS):
            await self.page.keyboard.type(letter)
            self.typed += letter
            assert await self.page.evaluate(STANDS) == [self.field, len(self.typed), self.typed]
            await asyncio.sleep(PACE_S)  # a person's pace

    async def has_typed(self, characters: int) -> None:
        """Wait until so many more are typed."""
        enough = len(self.typed) + characters
        while len(self.typed) < enough:  # noqa: ASYNC110 - the typist is no event
            await asyncio.sleep(PACE_S)


@asynccontextmanager
async def typing_into(field: "Locator") -> AsyncIterator[Typist]:
    """Somebody types without a pause while the block lasts."""
    await field.focus()
    typist = Typist(field.page, await field.get_attribute("id") or "")
    async with asyncio.TaskGroup() as tasks:
        hands = tasks.create_task(typist.type_on())
        await typist.has_typed(3)
        yield typist
        await typist.has_typed(3)
        hands.cancel()


def ring_group_elsewhere(server: AsteriskServer) -> None:
    server.play(dial_end("ANSWER", RUNG_TOO, OTHER) + left(OTHER) + connected(RUNG_TOO, OTHER))
    server.play(dial_end("CANCEL", RUNG, OTHER) + hangup(RUNG, "26"))


def on_the_phone(server: AsteriskServer) -> None:
    """What the phone system says when it is asked what is on."""
    server.rows["Status"] = [
        row("Status", CALLER, BridgeID="b", Application="Queue", Data="support,tT,,,20"),
        row("Status", replace(ANA, state="6"), BridgeID="b", Application="AppQueue", Data="(Outgoing Line)"),
    ]


def passed_on(server: AsteriskServer) -> None:
    transfer = raw("BlindTransfer", [("Result", "Success")], ANA.block("Transferer"), extra=PASSED_ON)
    server.play(transfer + hangup(ANA) + new(TO_BEN) + dial(TO_BEN))


async def goes_to(pop: PopCard, field: str) -> None:
    """Walk on to the field of the script where that is what is asked for."""
    if field == "step-capture":
        await pop.part("step-next").click()
        await pop.part("step").locator('[data-answer="wait"]').click()
    await pop.part(field).wait_for()


@pytest.mark.parametrize("field", ["pop-notes", "step-capture"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_character_is_there(
    chromium: "Browser", tmp_path: Path, database_url: str, field: str
) -> None:
    async with AsteriskServer(secret="s") as server:
        product = await asyncio.to_thread(install, tmp_path, server, {"DATABASE_URL": database_url})
        with line_to(product.port) as line:
            url = f"http://127.0.0.1:{line.port}"
            async with alive(product) as life, at_desk(chromium, product, "ana@x.example", url) as ana:
                server.play(new(CALLER) + joined() + new(ANA) + called())
                pop = await ana.ringing()
                server.play(dial_end("ANSWER") + left() + connected())
                await pop.becomes("answered")
                await goes_to(pop, field)
                async with typing_into(pop.part(field)) as typist:
                    server.play(new(OTHER) + joined(OTHER) + new(RUNG, RUNG_TOO))
                    server.play(called(RUNG, OTHER) + called(RUNG_TOO, OTHER, MemberName="Ben"))
                    second = await ana.ringing()
                    await typist.has_typed(10)
                    ring_group_elsewhere(server)
                    await second.becomes("withdrawn")
                    await second.card.get_by_text("Answered by Ben").wait_for()
                    server.play(hangup(RUNG_TOO) + hangup(OTHER))

                    line.cut()
                    await ana.page.wait_for_selector("body[data-live=reconnecting]")
                    await asyncio.sleep(AWAY_S)
                    line.mend()
                    await ana.page.wait_for_selector("body[data-live=connected]")

                    on_the_phone(server)
                    life.kill()
                    await ana.page.wait_for_selector("body[data-live=reconnecting]")
                    await life.begin()
                    await ana.page.wait_for_selector("body[data-live=connected]")
                    await ana.link_is("up", within_s=30)
                    await pop.is_fresh()
                    await pop.becomes("answered")

                    passed_on(server)
                    await pop.becomes("ended")
                stood = [typist.field, len(typist.typed), typist.typed]
                if field == "pop-notes":
                    await pop.card.locator("[data-note-state]", has_text="Saved").wait_for()
                await ana.page.reload()
                await ana.page.wait_for_selector("body[data-live=connected]")
                assert await ana.page.evaluate(STANDS) == stood
                ana.complaints.clear()  # the browser's own words for what was cut
        if field == "pop-notes":
            async with alive(product):
                told = await asyncio.to_thread(product.call, pop.call_id)
            assert [note["text"] for note in told["notes"]] == [typist.typed]
